"""``reach links``: tagged links of a campaign, and the posts that lack tags."""

from __future__ import annotations

from tests.conftest import CAMPAIGN, World, meta
from tests.flows.cli.typed import reach
from tests.warehouse.publish.report.forum import full


def test_links_are_written_beside_the_plan_and_posts_without_tags_end_with_status_1(world: World) -> None:
    home = world.workspace.home
    world.plan(CAMPAIGN + 'landing = "https://forum.example/"\n[[organisation]]\nname = "Radio Kravan"\n')
    made = reach("links", "forum", "--home", home)
    assert made.returncode == 0, made.stderr
    assert (home / "links" / "forum.xlsx").read_bytes().startswith(b"PK")
    assert "has 1 link." in made.stdout
    world.drop("2024-11-01/a.csv", meta(full(1) | {"Title": "https://forum.example/a #forum"}))
    world.load()
    without = reach("links", "The forum", "--to", home / "elsewhere.xlsx", "--home", home)
    assert without.returncode == 1
    assert "has a link without the campaign's tag" in without.stderr
    assert (home / "elsewhere.xlsx").exists()


def test_a_campaign_without_a_landing_page_is_told_what_to_write(world: World) -> None:
    refused = reach("links", "forum", "--home", world.workspace.home)
    assert refused.returncode == 2
    assert "write landing = and its link below it in the plan" in refused.stderr
