"""Pages and lines in Khmer have the plan's Khmer names, others and figures stay as they are."""

from __future__ import annotations

import polars as pl
import pytest

from tests.conftest import CAMPAIGN, World, meta
from tests.conftest import post as one_post
from tests.warehouse.plan.plans import parse
from tests.warehouse.publish.report.forum import asset, book_of, staged
from warehouse.publish.report import figure_pages
from warehouse.publish.report.page_book import Book
from warehouse.publish.report.plan_names import asset_names, asset_noun, asset_titles, in_language, period_name
from warehouse.publish.report.tree import trees

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

BASE = '[project]\nname = "P"\n[[activity]]\nid = "1.1"\nname = "Forum"\n'


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


def test_an_asset_is_called_by_its_name_in_the_language_else_by_its_name_and_only_within_its_campaign() -> None:
    plan = parse(
        BASE + CAMPAIGN
        + asset("a", None, 1) + 'name = "Right to know"\nname_km = "សិទ្ធិដឹង"\n'
        + asset("b", None, 2) + 'name = "My town"\n'
        + asset("c", None, 3)
    )  # fmt: skip
    assert asset_names(plan, "forum", "en") == {"a": "Right to know", "b": "My town"}
    assert asset_names(plan, "forum", "km") == {"a": "សិទ្ធិដឹង", "b": "My town"}
    assert asset_names(plan, "another", "en") == {}


def test_a_campaigns_noun_for_assets_has_a_plural_and_is_of_one_language() -> None:
    plan = parse(BASE + CAMPAIGN + 'asset_word = "vlog"\n')
    assert asset_noun(plan, "forum", "en") == {"one": "vlog", "other": "vlogs"}
    assert asset_noun(plan, "forum", "km") is None
    stories = parse(BASE + CAMPAIGN + 'asset_word = "story"\nasset_word_plural = "stories"\nasset_word_km = "សាច់រឿង"\n')
    assert asset_noun(stories, "forum", "en") == {"one": "story", "other": "stories"}
    assert asset_noun(stories, "forum", "km") == {"other": "សាច់រឿង"}
    assert asset_noun(parse(BASE + CAMPAIGN), "forum", "en") is asset_noun(plan, "another", "en") is None


def test_a_campaigns_page_its_evidence_and_its_line_have_the_assets_names_and_noun(world: World) -> None:
    named = asset("a", "winner", 1) + 'name = "Right to know"\nname_km = "សិទ្ធិដឹង"\n'
    world.plan(staged(named, more='asset_word = "vlog"\nasset_word_km = "វីឡុក"'))
    world.drop("2024-11-01/a.csv", meta(one_post(1, Views=10)))
    contents = book_of(world).contents
    row = contents.tables["campaign_totals"].row(0, named=True)
    shown = [
        figure_pages.campaign(Book(contents, language), row)["assets"][0]["heads"][0]["text"]
        for language in ("en", "km")
    ]
    assert shown == ["Right to know", "សិទ្ធិដឹង"]
    assert contents.tables["asset_totals"].select("asset_id", "asset_name").rows() == [("a", "Right to know")]
    lines = contents.campaigns["forum"].sentences
    assert ["the submitted vlog has 10 views" in lines["en"], "វីឡុក" in lines["km"]] == [True, True]
    pages = trees(contents.day, ["forum"])["forum"]
    books = [Book(contents, language) for language in ("en", "km")]
    data = [pages.data(row, ["views"], "", book.texts, book.asset_titles("forum")) for book in books]
    assert [one["assets"] for one in data] == [{"a": "Right to know"}, {"a": "សិទ្ធិដឹង"}]


def test_an_asset_without_a_name_is_called_by_its_most_viewed_post_and_without_a_text_by_its_place() -> None:
    assets = [asset(name, None, number) for number, name in enumerate(("a", "b", "c"), 1)]
    plan = parse(BASE + CAMPAIGN + "".join(assets) + 'name = "Third"\n')
    posts = pl.DataFrame(
        {"asset_id": ["a", "a", "b", "c", None], "text": ["few", "many", None, "c", "x"], "views": [1, 9, 5, 7, 99]}
    )
    assert asset_titles(plan, "forum", "en", posts) == {"a": "many", "b": "Piece of content 2", "c": "Third"}
    assert asset_titles(plan, "forum", "km", posts)["b"] == "ស្នាដៃ 2"


@pytest.mark.parametrize(
    ("name", "first_month", "english"),
    [
        ("FY2024-Q4", 10, "July to September 2024"),
        ("FY2024-Q1", 12, "December 2023 to February 2024"),
        ("FY2024", 10, "fiscal year 2024 (October 2023 to September 2024)"),
        ("FY2024", 1, "2024"),
        ("FY2024-Q1", 1, "January to March 2024"),
    ],
)
def test_a_period_is_called_by_its_months(name: str, first_month: int, english: str) -> None:
    assert period_name(name, first_month, "en") == english
    assert "FY" not in period_name(name, first_month, "km")
