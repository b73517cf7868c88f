"""Of periods that overlap one choice counts, in totals and in gains. docs/rules.md: Lifetime counters."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import combinations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.contract import METRIC_COLUMNS, METRIC_NAMES, TIMESTAMP
from warehouse.readings import chosen_periods, gains, lifetime
from warehouse.readings.latest import latest

FIRST, ZONE = date(2024, 9, 1), "Asia/Phnom_Penh"
CAME_AT = datetime(2024, 12, 1)
SPANS = st.tuples(st.integers(0, 9), st.integers(0, 4)).map(lambda span: (span[0], span[0] + span[1]))


def best_of_all(spans: list[tuple[int, int]], last: int) -> tuple[int, int]:
    """The most days that spans which end by a day cover without an overlap, and how few do it, by trying all."""
    usable = [span for span in spans if span[1] <= last]
    best = (0, 0)
    for number in range(len(usable) + 1):
        for some in combinations(usable, number):
            days = [day for first, end in some for day in range(first, end + 1)]
            if len(days) == len(set(days)):
                best = max(best, (len(days), -number))
    return best


@given(st.lists(SPANS, min_size=1, max_size=8, unique=True))
def test_the_choice_by_each_day_covers_the_most_days_in_the_fewest_periods(spans: list[tuple[int, int]]) -> None:
    ordered = sorted(spans, key=lambda span: (span[1], span[0]))
    choice = chosen_periods.choose(ordered)
    for number, is_last in enumerate(choice.is_last):
        if is_last:
            taken, step = [], number
            while step is not None:
                taken.append(ordered[step])
                step = choice.before[step]
            days = [day for first, end in taken for day in range(first, end + 1)]
            assert len(days) == len(set(days))
            assert (len(days), -len(taken)) == best_of_all(ordered, ordered[number][1])


@pytest.mark.parametrize(
    ("spans", "last_of_choices"),
    [
        ([(1, 3), (3, 5)], [(1, 3)]),
        ([(1, 5), (1, 3)], [(1, 3), (1, 5)]),
        ([(1, 6), (2, 3), (4, 9)], [(2, 3), (1, 6), (4, 9)]),
        ([(1, 20), (1, 14), (15, 31), (21, 31)], [(1, 14), (1, 20), (15, 31)]),
        ([(1, 5), (5, 10)], [(1, 5), (5, 10)]),
    ],
)
def test_which_periods_the_choices_end_with(
    spans: list[tuple[int, int]], last_of_choices: list[tuple[int, int]]
) -> None:
    ordered = sorted(spans, key=lambda span: (span[1], span[0]))
    is_last = chosen_periods.choose(ordered).is_last
    assert [span for span, one in zip(ordered, is_last, strict=True) if one] == last_of_choices


PAGES = "abcdefghijklmnop"
PERIODS = st.lists(st.tuples(SPANS, st.integers(0, 50)), min_size=1, max_size=8)


@given(st.tuples(*(PERIODS for _ in PAGES)), st.integers(0, 13), st.data())
@settings(max_examples=10)  # of sixteen pages each, since most of the time goes by the example
def test_a_pages_total_is_the_sum_of_its_gains_over_days_that_part_no_period(
    pages: tuple[list[tuple[tuple[int, int], int]], ...], last: int, data: st.DataObject
) -> None:
    rows = [
        {
            "load_id": "l", "row": 1, "post_id": page, "observed_at": CAME_AT + timedelta(minutes=number),
            "views": views, "period_start": FIRST + timedelta(first), "period_end": FIRST + timedelta(end),
            "period_opens_at": datetime(2024, 9, 1) + timedelta(first),
        }
        for page, periods in zip(PAGES, pages, strict=True)
        for number, ((first, end), views) in enumerate(periods)
    ]  # fmt: skip
    observations = pl.LazyFrame(rows).with_columns(
        platform=pl.lit("website"), is_measured=pl.lit(True), rounded=pl.lit(None, METRIC_NAMES),
        observed_until=pl.lit(None, TIMESTAMP), **{m: pl.lit(None, pl.Int64) for m in METRIC_COLUMNS if m != "views"},
    )  # fmt: skip
    posts = pl.LazyFrame(
        {"platform": "website", "post_id": list(PAGES), "published_at": None, "kind": "page"},
        schema_overrides={"published_at": TIMESTAMP},
    )
    loads = pl.LazyFrame(
        {"load_id": ["l"], "connector": ["website"], "observed_on": [None], "received_at": [CAME_AT]},
        schema_overrides={"received_at": TIMESTAMP, "observed_on": pl.Date},
    )
    before = datetime(2024, 9, 1, 17) + timedelta(days=last)  # in Phnom Penh that day has ended
    read = latest(lifetime.readings(observations, posts, loads, ZONE), before).collect()
    by_then = observations.filter(pl.col("period_end") <= FIRST + timedelta(last))
    without_total = gains.gains_without_total(by_then, posts).collect()
    nothing = lifetime.readings(observations.filter(False), posts, loads, ZONE)
    edge = data.draw(st.integers(0, last))
    spans = [(0, edge), (edge + 1, last)] if edge < last else [(0, last)]
    days = gains.spans(*((FIRST + timedelta(a), FIRST + timedelta(b)) for a, b in spans))
    gained = gains.over(nothing, without_total.lazy(), posts, days, ZONE).collect()
    for page in PAGES:
        total = read.filter(post_id=page)["views"].sum()
        chosen, gains_of_page = without_total.filter(post_id=page), gained.filter(post_id=page)
        assert chosen["views"].sum() == total
        is_parted = any(start <= edge < end for start, end in (
            ((row["period_start"] - FIRST).days, (row["period_end"] - FIRST).days)
            for row in chosen.iter_rows(named=True)
        )) and len(spans) == 2  # fmt: skip
        assert gains_of_page["is_in_part"].to_list() == [is_parted] * gains_of_page.height
        assert gains_of_page["views"].sum() == total or is_parted
        assert gains_of_page["views"].sum() <= total
