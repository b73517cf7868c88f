"""Lines to paste of what is published: of a campaign, of an activity, and without a good plan."""

from __future__ import annotations

from pathlib import Path

from flows.steps.sentences import sentences
from flows.steps.settings import Workspace
from tests.flows.cli.typed import copied
from warehouse.publish.report.sentence import READS
from warehouse.publish.snapshot import read_tables


def test_an_activity_has_a_line_a_campaign_and_a_faulty_plan_takes_none_away(
    published: Workspace, tmp_path: Path
) -> None:
    tables, workspace = read_tables(published.published, READS), copied(published, tmp_path)
    lines = sentences(published, tables, "1.1.7", "en")
    assert list(lines) == ["iduai-2022", "iduai-2023", "iduai-2024", "national-workshops"]
    assert sentences(published, tables, "IDUAI 2024", "en") == {"iduai-2024": lines["iduai-2024"]}
    workspace.plan_file.write_text("[project]\n", encoding="utf-8")
    assert sentences(workspace, tables, "1.1.7", "en") == lines
