"""Which rows of a document's versions count. docs/rules.md: Lifetime counters."""

from __future__ import annotations

from datetime import datetime, timedelta

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.contract import METRIC_COLUMNS
from tests.warehouse.history.conftest import SEEN, Rows
from warehouse.history import counting, document_versions, frames
from warehouse.history.frames import Known
from warehouse.history.rows import readings

DAY = timedelta(days=1)
Version = dict[str, tuple[int | None, int | None, int | None]]
"""A version's rows: what they are known by -> the day that they name, views and likes."""

versions = st.lists(
    st.dictionaries(
        st.sampled_from("abcdef"),
        st.tuples(
            st.one_of(st.none(), st.integers(0, 9)), st.one_of(st.none(), st.integers(0, 3)), st.sampled_from((None, 7))
        ),
        max_size=6,
    ),
    min_size=1,
    max_size=5,
)


def keep(rows: Rows, number: int, version: Version, path: str = "sheet.csv", received: int | None = None) -> None:
    """A version that was saved on a day of its number, two days after the one before."""
    saved = SEEN + 2 * number * DAY
    came = SEEN + (2 * number if received is None else received) * DAY
    load = f"{path} {number}"
    rows.load(load, saved, path=path, is_document=True, grade="entered", connector="sheet", received_at=came)
    for at, (post, (day, views, likes)) in enumerate(version.items()):
        seen = saved if day is None else SEEN + day * DAY
        rows.post(load, post, observed_at=seen, row=at, text=f"{post} of {number}")
        rows.reading(load, post, seen, row=at, views=views, likes=likes)


NO_POSTS = pl.DataFrame(schema=counting.POSTS)


def counting_rows(
    rows: Rows, knowledge: Known = frames.TODAY
) -> set[tuple[str, str, datetime, int | None, int | None]]:
    observations = readings(frames.scope_of(rows.store, "UTC", knowledge), NO_POSTS)
    return set(observations.select("load_id", "post_id", "observed_at", "views", "likes").rows())


def by_rule(history: list[Version], path: str) -> set[tuple[str, str, datetime, int | None, int | None]]:
    """The rule's words, version by version."""

    def stands(number: int) -> bool:
        return not any(
            2 * len(history[number].keys() & newer.keys()) >= len(history[number]) for newer in history[number + 1 :]
        )

    def day(number: int, post: str) -> datetime:
        named = history[number][post][0]
        return SEEN + (2 * number if named is None else named) * DAY

    rows_by_rule = set()
    for number, version in enumerate(history):
        for post, (_, views, likes) in version.items():
            last = max((n for n in range(number, len(history)) if post in history[n] and stands(n)), default=None)
            if last is None:
                continue
            between = [n for n in range(number + 1, last + 1) if post in history[n]]
            if all(day(n, post) > day(number, post) for n in between):
                _, newest_views, newest_likes = history[last][post]
                rows_by_rule.add(
                    (f"{path} {number}", post, day(number, post), None if newest_views is None else views,
                     None if newest_likes is None else likes)
                )  # fmt: skip
    return rows_by_rule


@given(st.lists(versions, min_size=5, max_size=5), st.integers(0, 4))
@settings(max_examples=6)  # of five documents each, since most of the time goes by the example
def test_a_row_counts_from_its_day_while_a_version_that_stands_still_has_it(
    connection: duckdb.DuckDBPyConnection, each: list[list[Version]], last: int
) -> None:
    rows = Rows(connection)
    documents = {
        f"{n}.csv": [{f"{n}{post}": row for post, row in version.items()} for version in history]
        for n, history in enumerate(each)
    }
    for path, history in documents.items():
        for number, version in enumerate(history):
            keep(rows, number, version, path)
    assert counting_rows(rows) == set().union(*(by_rule(history, path) for path, history in documents.items()))
    knowledge = Known(SEEN + (2 * last + 1) * DAY, SEEN + (2 * last + 1) * DAY)  # before the next version came
    then = (by_rule(history[: last + 1], path) for path, history in documents.items())
    assert counting_rows(rows, knowledge) == set().union(*then)


@pytest.mark.parametrize(("keeps", "stands"), [("ab", False), ("a", True)])
def test_a_version_that_keeps_less_than_half_is_another_document_and_the_old_rows_stand(
    rows: Rows, keeps: str, stands: bool
) -> None:
    keep(rows, 0, dict.fromkeys("abcd", (None, 1, None)))
    keep(rows, 1, dict.fromkeys(f"{keeps}xyz", (None, 2, None)))
    kept = {post for load, post, *_ in counting_rows(rows) if load == "sheet.csv 0"}
    assert kept == set("abcd" if stands else keeps)


def test_what_a_newer_version_says_of_the_same_day_stands(rows: Rows) -> None:
    keep(rows, 0, {"a": (3, 1000, None)})
    keep(rows, 1, {"a": (3, 100, None)})
    assert counting_rows(rows) == {("sheet.csv 1", "a", SEEN + 3 * DAY, 100, None)}


def test_an_account_is_called_what_the_newest_version_that_names_it_says(rows: Rows) -> None:
    for number, posts in enumerate(("ab", "abc", "x")):
        keep(rows, number, dict.fromkeys(posts, (None, 1, None)))
        rows.account(f"sheet.csv {number}", f"of {posts[0]}", name=f"name {number}")
    named = frames.known_frames(frames.scope_of(rows.store, "UTC"), ()).accounts
    assert set(named.select("account_id", "name").rows()) == {("of a", "name 1"), ("of x", "name 2")}


def test_figures_of_accounts_follow_their_document_too(rows: Rows) -> None:
    for number, metrics in enumerate((("views", "visits"), ("views",))):
        keep(rows, number, {"a": (None, 1, None)})
        for metric in metrics:
            rows.figure(f"sheet.csv {number}", metric, number)
    figures = frames.known_frames(frames.scope_of(rows.store, "UTC"), ()).account_figures
    assert figures.select("load_id", "metric", "value").rows() == [("sheet.csv 1", "views", 1)]


def test_two_connectors_parts_of_one_workbook_are_two_documents(rows: Rows) -> None:
    keep(rows, 0, {"a": (None, 1, None)})
    rows.load("log", SEEN + DAY, path="sheet.csv", is_document=True, grade="entered", connector="outreach")
    rows.reading("log", "programme", SEEN)
    assert {post for _, post, *_ in counting_rows(rows)} == {"a", "programme"}


def test_readings_have_no_other_columns_than_those_of_exports(rows: Rows) -> None:
    for number in range(2):
        keep(rows, number, {"a": (None, number, None)})
    rows.load("export")
    rows.reading("export", "b")
    observations = readings(frames.scope_of(rows.store, "UTC"), NO_POSTS)
    assert set(METRIC_COLUMNS) < set(observations.columns)
    assert observations.height == 3


def test_a_new_version_that_keeps_less_than_half_is_asked_about_once(rows: Rows) -> None:
    keep(rows, 0, dict.fromkeys("abcd", (None, 1, None)))
    keep(rows, 1, dict.fromkeys("axyz", (None, 2, None)))
    keep(rows, 2, dict.fromkeys("axyz", (None, 3, None)))
    question, *others = document_versions.questions(rows.store, rows.loads(), ["sheet.csv 1"])
    assert question.startswith(
        "sheet.csv: the version of 2024-09-03 has 1 of the 4 rows of that of 2024-09-01, so it is taken for another "
    )
    assert (question.endswith("reach withdraw sheet.csv 0."), others) == (True, [])
    assert document_versions.questions(rows.store, rows.loads(), ["sheet.csv 2"]) == []
