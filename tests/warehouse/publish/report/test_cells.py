"""How a figure stands in a cell."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from tests.conftest import World, meta, post
from tests.warehouse.publish.report.forum import book_of
from warehouse import corrected_texts
from warehouse.corrected_texts import Corrections
from warehouse.publish.report import cells
from warehouse.publish.report.page_book import Book


@pytest.fixture
def book(world: World) -> Book:
    world.drop("2024-12-30/a.csv", meta(post(1, Views=10)))
    return book_of(world)


def test_a_figure_that_is_not_known_is_said_to_be_and_without_posts_there_is_nothing_to_know(book: Book) -> None:
    assert cells.figure(book, {"views": None, "posts": 1}, "views") == '<span class="unknown">not known</span>'
    assert cells.figure(book, {"views": None, "posts": 0}, "views", "x.html") == '<span class="nothing">–</span>'


def test_a_part_is_called_one_with_how_many_posts_it_is_known_of(book: Book) -> None:
    row = {"views": 46_700, "views_known": 1, "posts": 2}
    assert cells.figure(book, row, "views") == (
        '<span class="part">≥ </span>46,700<details class="known">'
        '<summary aria-label="1 of 2 know it" title="1 of 2 know it">†</summary><small>1 of 2 know it</small></details>'
    )
    assert cells.figure(book, row | {"views_known": 2}, "views") == "46,700"


def test_where_a_figure_leads_cannot_end_its_link(book: Book) -> None:
    row = {"views": 0, "views_known": 1, "posts": 1}
    assert 'href="&#34;&gt;&lt;b&gt;"' in cells.figure(book, row, "views", '"><b>')


def test_a_corrected_text_in_a_figure_is_text(world: World) -> None:
    world.drop("2024-12-30/a.csv", meta(post(1, Views=10)))
    row = {"watch_seconds": 7_200, "watch_seconds_known": 1, "posts": 2}
    with corrected_texts.used(Corrections({"page.time": "<b>{hours} ម៉ោង {minutes}</b>"})):
        told = cells.figure(book_of(world, language="km"), row, "watch_seconds", "x.html")
    assert "&lt;b&gt;" in told
    assert "<b>" not in told


def test_a_plain_row_has_its_numbers_in_full_its_texts_escaped_and_nothing_for_what_is_not_known() -> None:
    link = Markup('<a href="x.html">x</a>')
    assert cells.plain([1204, None, "<b> & c", link]) == (
        '<td class="number">1,204</td><td></td><td><bdi>&lt;b&gt; &amp; c</bdi></td>'
        '<td><bdi><a href="x.html">x</a></bdi></td>'
    )


@pytest.mark.parametrize(("length", "is_long"), [(60, False), (61, True)])
def test_a_long_text_has_a_wide_column_whatever_its_tags_take(length: int, is_long: bool) -> None:
    text = "a" * length
    for cell in (text, Markup(f"<b>{text}</b>")):
        assert ('class="long"' in cells.plain([cell])) == is_long
