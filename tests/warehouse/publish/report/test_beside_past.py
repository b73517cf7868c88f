"""A post beside the posts that its page published before, in a sentence."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from connectors import PLATFORMS
from connectors.contract import POST_KINDS
from tests.conftest import World, meta
from tests.warehouse.figures.test_comparisons import daily
from tests.warehouse.publish.report.forum import book_of
from warehouse.figures.comparison_tables import POST_COMPARISONS
from warehouse.publish.report import figure_pages
from warehouse.publish.report.beside_past import by_post, sentence, times
from warehouse.publish.report.language import LANGUAGES, Language
from warehouse.publish.report.wording import Texts
from warehouse.publish.workbook.edition import BookTables, Edition
from warehouse.readings.at_ages import AGES

ROW: dict[str, Any] = {
    "platform": "facebook", "post_id": "1", "age_days": 7, "metric": "views", "kind": "video", "posts_compared": 24,
    "times": 3.1, "is_approximate": False,
}  # fmt: skip


def told(*rows: dict[str, Any]) -> list[tuple[str, int]]:
    """Which row of the published table is told of which post: its id and age."""
    types = {column.name: column.dtype for column in POST_COMPARISONS.columns}
    of_posts = by_post(pl.DataFrame([ROW | row for row in rows], types))
    return [(post_id, row["age_days"]) for (_, post_id), row in of_posts.items()]


def test_of_each_post_the_views_of_a_week_are_told_else_those_of_four_weeks_else_of_a_day() -> None:
    ages = [{"age_days": age.days} for age in AGES]
    assert told(*ages) == [("1", 7)]
    assert told(ages[0], ages[2]) == [("1", 28)]
    assert told(ages[0], {"post_id": "2"}) == [("2", 7), ("1", 1)]


@pytest.mark.parametrize("row", [{"times": None}, {"metric": "likes"}])
def test_what_has_no_multiple_and_what_is_not_of_views_is_not_told(row: dict[str, Any]) -> None:
    assert told(row) == []


def test_the_sentence_says_against_how_many_posts_of_which_kind_and_marks_what_is_rounded() -> None:
    texts = Texts("en", "Asia/Phnom_Penh", PLATFORMS)
    assert sentence(ROW, texts) == (
        "Views after seven days: 3.1 times the median of this page's videos of the year before (n = 24)."
    )
    assert "≈ 3.1 times" in sentence(ROW | {"is_approximate": True}, texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_age_and_kind_of_post_has_its_words(language: Language) -> None:
    texts = Texts(language, "Asia/Phnom_Penh", PLATFORMS)
    kinds = [kind for kind in POST_KINDS if kind != "page"]
    every = {sentence(ROW | {"kind": kind, "age_days": age.days}, texts) for kind in kinds for age in AGES}
    assert len(every) == len(kinds) * len(AGES)


@pytest.mark.parametrize(
    ("multiple", "text"),
    [(0.0, "0.00"), (0.25, "0.25"), (0.994, "0.99"), (0.995, "1.0"), (3.1, "3.1"), (9.94, "9.9"), (9.95, "10"), (1234.5, "1,234")],
)  # fmt: skip
def test_a_multiple_has_the_digits_that_tell_something(multiple: float, text: str) -> None:
    assert times(multiple) == text


def test_the_best_posts_say_it_on_their_campaigns_page_and_sheet_and_the_others_nothing(world: World) -> None:
    for day in range(2, 22):
        world.drop(f"2024-09-{day:02}/a.csv", meta(*daily(range(1, min(day, 12)))))
    book = book_of(world, "2024-09-30")
    first, *others = figure_pages.campaign(book, book.campaigns[0])["top"]
    told_of_first = "Views after seven days: 2.0 times the median of this page's posts of the year before (n = 10)."
    assert (first["beside_past"], {post["beside_past"] for post in others}) == (told_of_first, {None})
    tables, posts = book.contents.tables, book.tables["post_totals"].sort("views", descending=True).rows(named=True)
    sheets = Edition(BookTables(tables, book.day.plan, PLATFORMS), "en")
    assert [sheets.beside_past(post) for post in posts] == [told_of_first, *[""] * 10]
    frozen = {name: table for name, table in tables.items() if name != "post_comparisons"}
    assert Edition(BookTables(frozen, book.day.plan, PLATFORMS), "en").beside_past(posts[0]) == ""
