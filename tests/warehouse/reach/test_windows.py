"""A day of a zone that nobody told lies between 12 hours before and 14 hours after its date in UTC."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import polars as pl
import pytest

from connectors import PLATFORMS
from warehouse.reach import of_accounts, windows
from warehouse.reach.windows import Chain, Window

DAY = date(2024, 9, 2)
MOMENT = timedelta(microseconds=1)


def day(expression: pl.Expr) -> date:
    value = pl.select(expression).item()
    assert isinstance(value, date)
    return value


@pytest.mark.parametrize(
    ("instant", "first_day"), [(datetime(2024, 9, 2, 12), DAY), (datetime(2024, 9, 2, 12) - MOMENT, date(2024, 9, 1))]
)
def test_a_post_may_have_been_published_on_the_day_before_until_noon(instant: datetime, first_day: date) -> None:
    assert day(windows.opens(pl.lit(instant))) == first_day


@pytest.mark.parametrize(
    ("instant", "last_day"), [(datetime(2024, 9, 2, 10) - MOMENT, DAY), (datetime(2024, 9, 2, 10), date(2024, 9, 3))]
)
def test_a_post_may_have_been_read_on_the_day_after_from_ten_on(instant: datetime, last_day: date) -> None:
    assert day(windows.closes(pl.lit(instant))) == last_day


@pytest.mark.parametrize(
    ("observed_at", "is_usable"), [(datetime(2024, 9, 3, 12), True), (datetime(2024, 9, 3, 12) - MOMENT, False)]
)
def test_a_window_counts_once_its_last_day_is_over_in_the_last_zone(observed_at: datetime, is_usable: bool) -> None:
    newest = pl.DataFrame(
        {"own_account": ["facebook:1"], "period_start": [date(2024, 9, 1)], "period_end": [DAY], "most": [50],
         "observed_at": [observed_at], "is_final": [True], "grade": ["export"], "connector": [["facebook"]]}
    )  # fmt: skip
    windows_of = of_accounts._windows(newest, PLATFORMS)
    assert windows_of == ({"facebook:1": ((Window(date(2024, 9, 1), DAY, 50),),)} if is_usable else {})


def test_windows_make_one_run_while_no_day_is_missing_between_them() -> None:
    three = [Window(date(2024, 9, n), date(2024, 9, n), 10) for n in (1, 2, 4)]
    assert windows.runs(three) == [(date(2024, 9, 1), date(2024, 9, 2)), (date(2024, 9, 4), date(2024, 9, 4))]


def test_a_chain_begins_no_later_than_the_posts_and_goes_on_the_day_after() -> None:
    three = [Window(date(2024, 9, n), date(2024, 9, n), 10) for n in (1, 2, 4)]
    assert windows.chains(three, date(2024, 9, 1)) == [
        Chain(date(2024, 9, 1), date(2024, 9, 1), 10, 1),
        Chain(date(2024, 9, 1), date(2024, 9, 2), 20, 2),
    ]
    assert windows.chains(three, date(2024, 9, 3)) == []


def test_what_windows_hold_is_refuted_by_a_post_that_reached_one_account_more() -> None:
    chains = [Chain(date(2024, 9, 1), DAY, 50, 1)]
    for least, above in ((50, None), (51, 51)):
        steps = [windows.Step(date(2024, 9, 1), DAY, 0, 0, least)]
        bound = windows.smallest(chains, date(2024, 9, 1), 70, 0, steps)
        assert bound is not None
        assert bound.above == above


def window(first: int, last: int, most: int) -> Window:
    return Window(date(2024, 9, first), date(2024, 9, last), most)


def chain(first: int, last: int, most: int, count: int = 1) -> Chain:
    return Chain(date(2024, 9, first), date(2024, 9, last), most, count)


@pytest.mark.parametrize(
    ("three", "since", "expected"),
    [
        ([(1, 9, 5), (2, 3, 1)], 2, [chain(2, 3, 1), chain(1, 9, 5)]),
        ([(1, 1, 1), (3, 3, 2)], 3, [chain(3, 3, 2)]),
        ([(2, 2, 1), (1, 3, 2)], 1, [chain(1, 3, 2)]),
        ([(1, 1, 2), (1, 3, 5), (2, 3, 3), (1, 4, 9)], 1, [chain(1, 1, 2), chain(1, 3, 5), chain(1, 4, 9)]),
        ([(1, 1, 2), (1, 3, 6), (2, 3, 3)], 1, [chain(1, 1, 2), chain(1, 3, 5, 2)]),
        ([(1, 1, 5), (1, 2, 5)], 1, [chain(1, 2, 5)]),
        ([(1, 2, 5), (3, 4, 1), (2, 5, 2)], 2, [chain(2, 5, 2)]),
    ],
)
def test_of_chains_those_stay_that_end_later_only_by_holding_more(
    three: list[tuple[int, int, int]], since: int, expected: list[Chain]
) -> None:
    assert windows.chains([window(*one) for one in three], date(2024, 9, since)) == expected


def test_a_run_goes_on_to_the_last_day_of_any_of_its_windows() -> None:
    spans = [window(1, 9, 1), window(2, 3, 1), window(4, 4, 1), window(11, 11, 1)]
    assert windows.runs(spans) == [(date(2024, 9, 1), date(2024, 9, 9)), (date(2024, 9, 11), date(2024, 9, 11))]


@pytest.mark.parametrize(
    ("chains", "steps", "unknown", "expected"),
    [
        ([chain(1, 2, 0)], [], 0, (70, 0)),
        ([chain(1, 2, 50), chain(1, 3, 90)], [], 0, (120, 0)),
        ([chain(1, 2, 50), chain(1, 3, 60)], [(1, 3, 10, 0)], 0, (120, 0)),
        ([chain(1, 2, 50), chain(1, 3, 60)], [(1, 3, 11, 0)], 0, (119, 1)),
        ([chain(1, 2, 50)], [(1, 2, 5, 0), (1, 2, 6, 0), (1, 3, 9, 0)], 0, (109, 0)),
        ([chain(1, 2, 50)], [(0, 2, 5, 0)], 0, (120, 0)),
        ([chain(1, 2, 50), chain(1, 3, 60)], [(1, 3, 0, 1)], 1, (130, 1)),
        ([chain(1, 2, 50)], [(1, 2, 0, 1)], 2, None),
        ([], [], 0, None),
    ],
)
def test_the_smallest_bound_takes_off_what_no_post_gained_after_the_chain(
    chains: list[Chain], steps: list[tuple[int, int, int, int]], unknown: int, expected: tuple[int, int] | None
) -> None:
    changes = [windows.Step(date(2024, 8, 31) + timedelta(days=b), date(2024, 9, d), g, s, 0) for b, d, g, s in steps]
    result = windows.smallest(chains, date(2024, 9, 1), 70, unknown, changes)
    assert result == (expected and windows.Found(expected[0], chains[expected[1]], None))


def test_a_post_s_reach_by_the_end_of_a_chain_is_the_largest_by_then() -> None:
    steps = [
        windows.Step(date(2024, 9, 1), date(2024, 9, day), 0, 0, least) for day, least in ((1, 60), (2, 40), (3, 99))
    ]
    result = windows.smallest([chain(1, 2, 59)], date(2024, 9, 1), 70, 0, steps)
    assert result == windows.Found(59, chain(1, 2, 59), 60)
