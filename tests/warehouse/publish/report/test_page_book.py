"""What every page needs: figures as they are read, links to what explains them, names of files."""

from __future__ import annotations

import json
import re
from copy import copy
from dataclasses import replace

import polars as pl
import pytest

from tests.conftest import World, meta, new_world, post
from tests.warehouse.publish.report.forum import book_of
from warehouse.publish.report import lists
from warehouse.publish.report.contents import MOST_LISTED
from warehouse.publish.report.page_book import Book, file_name
from warehouse.publish.report.tree import trees


@pytest.fixture(scope="module")
def made_book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    world = new_world(tmp_path_factory.mktemp("book"))
    world.drop("2024-12-30/a.csv", meta(post(1, Views=10), post(2)))
    return book_of(world)


@pytest.fixture
def book(made_book: Book) -> Book:
    """A book that a test may change."""
    return copy(made_book)


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [(None, None, ""), (None, 9, "at most 9"), (1204, None, "at least 1,204"), (7, 7, "7"), (7, 1204, "7 to 1,204")],
)
def test_accounts_reached_are_told_by_what_is_proven(
    book: Book, least: int | None, most: int | None, words: str
) -> None:
    assert book.reach({"reach_at_least": least, "reach_at_most": most}) == words


@pytest.mark.parametrize(
    ("metric", "value", "text"),
    [
        ("views", 1204, "1,204"),
        ("watch_seconds", 29, "0 h 0 min"),
        ("watch_seconds", 3_600 * 1_204 + 90, "1,204 h 2 min"),
    ],
)
def test_a_time_is_told_in_hours_and_minutes_and_a_count_in_full(
    book: Book, metric: str, value: float, text: str
) -> None:
    assert book.amount(metric, value) == text


def test_a_total_that_some_posts_do_not_know_is_marked(book: Book) -> None:
    row = {"posts": 2, "views": 10, "views_known": 1, "likes": 3, "likes_known": 2, "visits": 5, "outreach": 1}
    told = {metric: book.at_least(row, metric) for metric in ("views", "likes", "visits", "outreach")}
    assert told == {"views": "≥ 10", "likes": "3", "visits": "5", "outreach": "1"}


def test_only_metrics_of_every_report_and_known_ones_are_shown(world: World, book: Book) -> None:
    assert book.shown == ["views", "likes", "comments", "shares"]
    world.drop("2024-12-30/a.csv", meta(post(1, Views=10), post(2)))
    world.drop("2024-12-30/b.csv", meta(post(3, Total_clicks=0)))
    assert book_of(world).shown == ["views", "likes", "comments", "shares", "clicks"]


def test_a_definition_that_this_version_words_otherwise_is_told_as_it_was_published(book: Book) -> None:
    spanned = book.tables["campaign_totals"]["definitions"].item()
    (campaign,) = book.campaigns
    plain = campaign | {"definitions": None, "views_basis": None, "views_known": campaign["posts"]}
    row = plain | {"definitions": f"{spanned}; x views since 2020-01-01: an older wording"}
    *ours, older = book.footnotes(row)
    assert older == "x views since 2020-01-01: an older wording"
    assert ours
    assert not set(ours) & set(spanned.split("; "))
    assert book.footnotes(plain) == []


def test_a_footnote_says_what_the_mark_of_a_part_means_and_of_how_many_posts_each_total_is_known(book: Book) -> None:
    (campaign,) = book.campaigns
    row = campaign | {"definitions": None, "views_basis": None, "posts": 3, "views": 7, "views_known": 2}
    others = {f"{metric}_known": 3 for metric in book.shown if metric != "views"}
    (note,) = book.footnotes(row | others)
    assert note.startswith("† and ≥: at least so many.")
    assert note.endswith("On top of this page: Views, 2 of 3 posts.")
    assert book.footnotes(row | others | {"views_known": 3}) == []
    assert book.footnotes(row | others | {"views": None}) == []


def test_a_figure_leads_to_what_it_is_made_of_where_there_is_a_page_for_it(book: Book) -> None:
    assert book.why_of("forum")("views") is None
    book.evidence = trees(book.day, ["forum"])
    assert book.why_of("forum", stage="a&b", asset=None)("views") == "why-forum.html#views&stage=a%26b&asset="
    assert book.posts_of("forum", account="a b", platform=None) == "posts.html#campaign=forum&account=a%20b"


@pytest.mark.parametrize("name", ["a", "1.1.7", "iduai-2024", "a" * 81])
def test_a_plain_id_is_the_name_of_its_file(name: str) -> None:
    assert file_name("why", name) == f"why-{name}.html"


@pytest.mark.parametrize("name", ["", "A", "a b", "../a", ".a", "ក", "a\n", "a" * 82])
def test_an_id_that_may_be_no_files_name_is_hashed(name: str) -> None:
    assert re.fullmatch("why-[0-9a-f]{12}.html", file_name("why", name))


@pytest.mark.parametrize(("posts", "is_cut"), [(MOST_LISTED, False), (MOST_LISTED + 1, True)])
def test_a_list_is_cut_at_so_many_rows_and_says_where_the_rest_is(book: Book, posts: int, is_cut: bool) -> None:
    row = book.tables["post_totals"].head(1)
    many = row.select(pl.all().repeat_by(posts).explode()).with_columns(views=pl.int_range(posts))
    contents = replace(book.contents, tables={**book.tables, "post_totals": many})
    page = lists.posts(Book(contents, "en"), "post_totals", "all_the_posts", "posts_says")
    assert len(json.loads(page["rows"])) == MOST_LISTED == 5_000
    assert (f"{posts:,}" in page["cut"]) == is_cut == bool(page["cut"])


@pytest.mark.parametrize(("files", "is_cut"), [(MOST_LISTED, False), (MOST_LISTED + 1, True)])
def test_of_many_files_that_came_in_the_newest_are_shown(book: Book, files: int, is_cut: bool) -> None:
    names = [f"{number:04}.csv" for number in range(files)]
    many = book.tables["source_files"].head(1).join(pl.DataFrame({"path": names}), how="cross", suffix="_of")
    many = many.with_columns(path="path_of").drop("path_of")
    contents = replace(book.contents, tables={**book.tables, "source_files": many})
    page = lists.incoming(Book(contents, "en"))
    [part] = page["parts"]
    assert [row["cells"][0] for row in part["rows"]] == names[: -MOST_LISTED - 1 : -1]
    assert (f"{files:,}" in page["says"]) == is_cut
