"""What may be named of published figures: their own campaigns, also by what the plan calls them besides."""

from __future__ import annotations

from pathlib import Path

from flows.steps.published_lines import published_lines
from flows.steps.settings import Workspace
from tests.flows.cli.typed import copied
from warehouse.plan.named_lines import campaigns_named


def test_a_campaign_is_named_by_its_id_its_name_and_its_name_in_khmer(published: Workspace, tmp_path: Path) -> None:
    workspace = copied(published, tmp_path)
    plan = workspace.plan_file.read_text(encoding="utf-8")
    workspace.plan_file.write_text(
        plan.replace('name = "IDUAI 2024"', 'name = "IDUAI 2024"\nname_km = "យុទ្ធនាការ"'), encoding="utf-8"
    )
    named = published_lines(workspace)
    assert {campaigns_named(word, named) for word in ("iduai-2024", "iduai 2024", "យុទ្ធនាការ")} == {("iduai-2024",)}


def test_without_a_good_plan_published_figures_can_still_be_named(published: Workspace, tmp_path: Path) -> None:
    workspace = copied(published, tmp_path)
    workspace.plan_file.write_text("[project]\n", encoding="utf-8")
    assert campaigns_named("IDUAI 2024", published_lines(workspace)) == ("iduai-2024",)
