"""Pages and lines in Khmer have the plan's Khmer names, others and figures stay as they are."""

from __future__ import annotations

import polars as pl

from tests.conftest import CAMPAIGN, World
from tests.warehouse.plan.plans import parse
from tests.warehouse.publish.report.forum import book_of
from warehouse.publish.report.page_book import Book
from warehouse.publish.report.plan_names import in_language

PLAN = parse(
    """
[project]
name = "P"
[[activity]]
id = "1.1"
name = "Forum"
name_km = "វេទិកា"
[[activity]]
id = "1.2"
name = "Debate"
[[campaign]]
id = "forum"
activity = "1.1"
name = "The forum"
name_km = "យុទ្ធនាការ"
[[indicator]]
id = "i"
name = "Views"
name_km = "ការទស្សនា"
of = "project"
metric = "views"
"""
)
TABLES = {
    "campaign_totals": pl.DataFrame({"campaign_id": ["forum", "old"], "campaign_name": ["The forum", "Of before"], "activity_id": ["1.1", "1.1"], "views": [1, 2]}),
    "activity_totals": pl.DataFrame({"activity_id": ["1.1", "1.2"], "activity_name": ["Forum", "Debate"]}),
    "indicator_progress": pl.DataFrame({"indicator_id": ["i"], "name": ["Views"]}),
    "post_totals": pl.DataFrame({"name": ["a post"]}),
}  # fmt: skip


def test_in_khmer_what_has_a_khmer_name_is_called_by_it() -> None:
    tables = in_language(TABLES, PLAN, "km")
    assert tables["campaign_totals"]["campaign_name"].to_list() == ["យុទ្ធនាការ", "Of before"]
    assert tables["activity_totals"]["activity_name"].to_list() == ["វេទិកា", "Debate"]
    assert tables["indicator_progress"]["name"].to_list() == ["ការទស្សនា"]
    assert tables["campaign_totals"].drop("campaign_name").equals(TABLES["campaign_totals"].drop("campaign_name"))
    assert tables["post_totals"].equals(TABLES["post_totals"])


def test_in_english_and_without_khmer_names_nothing_changes() -> None:
    assert in_language(TABLES, PLAN, "en") is TABLES
    bare = parse('[project]\nname = "P"\n')
    assert all(table.equals(TABLES[name]) for name, table in in_language(TABLES, bare, "km").items())


def test_the_pages_and_the_line_of_each_language_have_its_names(world: World) -> None:
    world.plan(CAMPAIGN.replace("match =", 'name_km = "យុទ្ធនាការ"\nmatch ='))
    contents = book_of(world).contents
    english, khmer = Book(contents, "en"), Book(contents, "km")
    assert [book.campaigns[0]["campaign_name"] for book in (english, khmer)] == ["The forum", "យុទ្ធនាការ"]
    lines = contents.campaigns["forum"].sentences
    assert ["យុទ្ធនាការ" in lines["en"], "យុទ្ធនាការ" in lines["km"], "The forum" in lines["en"]] == [False, True, True]
