"""Rows of the loads that count, all of them or those that can still count."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from tests.warehouse.history.conftest import SEEN, Rows
from warehouse.history import rows as rows_of
from warehouse.history.counting import POSTS, Span
from warehouse.history.frames import scope_of

DAY = timedelta(days=1)
NO_POSTS = pl.DataFrame(schema=POSTS)
SPAN = Span(SEEN + 99 * DAY, ())


@pytest.fixture
def history(rows: Rows) -> Rows:
    """Two posts on three days; of the last day's load nothing counts."""
    for day, columns in enumerate(({}, {}, {"withdrawn": "by somebody"})):
        rows.load(f"{day}", SEEN + day * DAY, **columns)
        for post in "ab":
            rows.post(f"{day}", post, account_id="page", observed_at=SEEN + day * DAY)
            rows.reading(f"{day}", post, SEEN + day * DAY, views=day)
    return rows


def test_rows_of_loads_that_do_not_count_are_left_out(history: Rows) -> None:
    everything, counting = (scope_of(history.store, "UTC", span=span) for span in (None, SPAN))
    assert sorted(rows_of.readings(everything, NO_POSTS)["load_id"]) == ["0", "0", "1", "1"]
    assert sorted(rows_of.readings(counting, NO_POSTS)["load_id"]) == ["1", "1"]
    assert sorted(rows_of.descriptions(everything)["load_id"]) == ["0", "0", "1", "1"]
    assert sorted(rows_of.descriptions(counting)["load_id"]) == ["1", "1"]


def test_every_reading_of_a_post_is_had_whatever_can_still_count(history: Rows) -> None:
    scope = scope_of(history.store, "UTC", span=SPAN)
    of_one = rows_of.readings_of(scope, pl.DataFrame([("facebook", "a")], POSTS, orient="row"))
    assert sorted(of_one.select("load_id", "post_id").rows()) == [("0", "a"), ("1", "a")]


def test_each_load_tells_how_many_posts_of_which_accounts_it_names(
    history: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows_of, "ROWS_AT_ONCE", 2)
    history.post("1", "a", account_id="page", row=9, observed_at=SEEN + DAY)
    for scope in (scope_of(history.store, "UTC"), scope_of(history.store, "UTC", span=SPAN)):
        assert sorted(rows_of.of_loads(scope).rows()) == [("0", "facebook", "page"), ("1", "facebook", "page")]
        assert sorted(rows_of.posts_of_loads(scope).rows()) == [("0", 2), ("1", 2)]


def test_only_loads_that_list_every_post_are_asked_what_they_list(history: Rows) -> None:
    history.load("list", SEEN, lists_from=date(2024, 9, 1), lists_to=date(2024, 9, 30))
    history.post("list", "a")
    history.post("list", "b", is_gone=True)
    assert rows_of.listed(scope_of(history.store, "UTC")).rows() == [("list", "facebook", "a")]


@pytest.mark.parametrize(
    ("most", "largest", "is_long"),
    [(6, 2, False), (5, 2, True), (5, 3, False)],
    ids=["short", "long", "one large load"],
)
def test_a_history_is_long_from_one_reading_more_on_that_is_not_of_few_loads(
    history: Rows, monkeypatch: pytest.MonkeyPatch, most: int, largest: int, is_long: bool
) -> None:
    monkeypatch.setattr(rows_of, "LONG", most)
    history.store.connection.execute(f"update loads set kept = {largest} where load_id = '1'")
    assert rows_of.is_long(history.store) == is_long
