"""An API is silent on what it gave within ninety days and leaves out now, and says so in a sentence."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
import pytest

from tests.warehouse.history.conftest import SEEN, Rows
from warehouse.archive import pulls
from warehouse.history import following, silent_apis, tables


def pull(rows: Rows, load_id: str, observed_at: datetime, since: datetime | None = None, **metrics: int | None) -> None:
    """A pull that brought one post."""
    rows.load(load_id, observed_at, grade="api", asked_of="1", asked_since=since)
    rows.post(load_id, "p", published_at=SEEN - timedelta(days=100))
    if metrics:
        rows.reading(load_id, "p", observed_at, **metrics)


def silent(rows: Rows) -> list[str]:
    return following.silent(rows.store)["metric"].to_list()


def test_a_metric_that_was_given_and_is_left_out_now(rows: Rows) -> None:
    pull(rows, "a", SEEN, views=1, likes=1)
    pull(rows, "b", SEEN + timedelta(days=1), likes=2)
    assert silent(rows) == ["views"]


def test_a_metric_that_was_never_given_is_not_missed(rows: Rows) -> None:
    pull(rows, "a", SEEN, likes=1)
    pull(rows, "b", SEEN + timedelta(days=1), likes=2)
    assert silent(rows) == []


@pytest.mark.parametrize(("days", "metrics"), [(89, ["views"]), (90, []), (91, [])])
def test_what_was_given_ninety_days_ago_is_forgotten(rows: Rows, days: int, metrics: list[str]) -> None:
    pull(rows, "a", SEEN, views=1, likes=1)
    pull(rows, "b", SEEN + timedelta(days=days), likes=2)
    assert silent(rows) == metrics


@pytest.mark.parametrize(("since", "metrics"), [(-100, ["posts"]), (-99, [])])
def test_posts_are_missed_where_they_were_asked_for(rows: Rows, since: int, metrics: list[str]) -> None:
    pull(rows, "a", SEEN, views=1)
    pull(rows, "b", SEEN + timedelta(days=1), since=SEEN + timedelta(days=since))
    assert silent(rows) == metrics


def test_a_figure_of_the_account_is_missed_too(rows: Rows) -> None:
    pull(rows, "a", SEEN, views=1)
    rows.figure("a", "followers", 7)
    pull(rows, "b", SEEN + timedelta(days=1), views=1)
    assert silent(rows) == ["account followers"]


def test_a_pull_that_was_refused_is_not_compared(rows: Rows) -> None:
    pull(rows, "a", SEEN, views=1)
    rows.load("b", SEEN + timedelta(days=1), grade="api", asked_of="1", refused="no")
    assert silent(rows) == []


def test_a_pull_that_was_cut_off_is_not_compared(rows: Rows) -> None:
    pull(rows, "a", SEEN, views=1)
    rows.load("b", SEEN + timedelta(days=1), grade="api", asked_of="1", asked_since=SEEN, is_whole=False)
    assert silent(rows) == []


def test_one_sentence_an_account() -> None:
    missing = pl.DataFrame({"connector": ["x", "x"], "account_id": ["1", "1"], "metric": ["likes", "views"]})
    (sentence,) = silent_apis.sentences(missing)
    assert sentence.startswith("x:1 answers without likes, views, which it gave before: that is unknown, not zero.")


@pytest.mark.parametrize(("accounts", "pulled", "sentences"), [(12, 12, 1), (11, 12, 11), (3, 3, 1), (2, 2, 2)])
def test_what_an_api_gives_to_no_account_any_more_is_one_sentence(accounts: int, pulled: int, sentences: int) -> None:
    ids = [str(number) for number in range(accounts)]
    missing = pl.DataFrame({"connector": ["facebook"] * accounts, "account_id": ids, "metric": ["views"] * accounts})
    assert len(silent_apis.sentences(missing, {"facebook": pulled})) == sentences


def test_an_account_that_lacks_more_than_the_others_has_a_sentence_beside() -> None:
    ids, metrics = ["1", "1", "2", "3"], ["likes", "views", "views", "views"]
    missing = pl.DataFrame({"connector": ["x"] * 4, "account_id": ids, "metric": metrics})
    every, one = silent_apis.sentences(missing, {"x": 3})
    assert every.startswith("x answers all 3 accounts without views, which it gave before")
    assert one.startswith("x:1 answers without likes,")


def test_what_is_refused_is_not_silent(rows: Rows) -> None:
    pull(rows, "a", SEEN, views=1, likes=1)
    pull(rows, "b", SEEN + timedelta(days=1), likes=2)
    withheld = [{"metric": "views", "since": SEEN.date(), "is_for_a_person": False}]
    state = {"connector": "facebook", "account_id": "1", "last_pull_at": SEEN, "withheld": withheld}
    types = {column.name: column.dtype for column in pulls.STATES}
    rows.store.fill(tables.API_ACCOUNTS, pl.DataFrame([state], schema=types))
    assert silent(rows) == []
    assert following.pulled_accounts(rows.store) == {"facebook": 1}
