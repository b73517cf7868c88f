"""What of a frozen report is another figure today: causes that add up, in the order in which they happened."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from warehouse.evidence.differences import (
    GONE,
    LATE,
    MAPPING,
    PLAN,
    WITHDRAWN,
    Step,
    Tables,
    checksum,
    differences,
    moved,
)


def tables(views: float | None, **others: Any) -> Tables:
    """The totals of one campaign."""
    return {"campaign_totals": pl.DataFrame([{"campaign_id": "forum", "views": views, **others}])}


PLACE = ("campaign_totals", (("campaign_id", "forum"),), "views")


def test_a_figure_that_is_the_same_at_the_end_is_no_difference_whatever_happened_in_between() -> None:
    assert differences(tables(10), [Step(LATE, tables(14)), Step(WITHDRAWN, tables(10))]) == []


def test_each_step_is_a_cause_and_the_causes_add_up() -> None:
    [difference] = differences(
        tables(10), [Step(LATE, tables(14)), Step(PLAN, tables(14)), Step(WITHDRAWN, tables(5)), Step(LATE, tables(6))]
    )
    assert (difference.table, difference.key, difference.metric) == (
        "campaign_totals",
        {"campaign_id": "forum"},
        "views",
    )
    assert (difference.frozen, difference.now, difference.causes) == (10, 6, {LATE: 5, WITHDRAWN: -9})


@pytest.mark.parametrize(("frozen", "now", "amount"), [(None, 7, 7), (7, None, -7)])
def test_what_became_known_or_is_no_more_counts_whole(frozen: int | None, now: int | None, amount: int) -> None:
    [difference] = differences(tables(frozen), [Step(LATE, tables(now))])
    assert (difference.frozen, difference.now, difference.causes) == (frozen, now, {LATE: amount})


def test_a_row_that_is_new_or_no_more_there_is_a_difference() -> None:
    none: Tables = {"campaign_totals": pl.DataFrame(schema={"campaign_id": pl.String, "views": pl.Int64})}
    assert [each.causes for each in differences(none, [Step(PLAN, tables(3))])] == [{PLAN: 3}]
    assert [each.causes for each in differences(tables(3), [Step(PLAN, none)])] == [{PLAN: -3}]


def test_posts_that_are_gone_have_a_cause_of_their_own() -> None:
    [difference] = differences(tables(1, posts_gone=0), [Step(LATE, tables(1, posts_gone=2))])
    assert difference.causes == {GONE: 2}


def test_a_part_that_was_measured_when_it_happened_is_taken_from_the_first_step() -> None:
    [difference] = differences(tables(10), [Step(LATE, tables(20)), Step(PLAN, tables(21))], [("removed", {PLACE: -4})])
    assert difference.causes == {"removed": -4, LATE: 14, PLAN: 1}


@pytest.mark.parametrize(("after", "amount"), [(1.0004, None), (1.0006, 0.001), (2.0, 1)])
def test_amounts_are_exact_to_a_thousandth_and_whole_where_they_are_whole(after: float, amount: float | None) -> None:
    amounts = moved(tables(1.0), tables(after))
    assert amounts == ({} if amount is None else {PLACE: amount})
    assert all(isinstance(value, int) for value in amounts.values() if value == int(value))


def test_a_table_that_the_older_version_had_not_is_passed_over() -> None:
    assert moved({}, {"post_totals": pl.DataFrame({"views": [1]})}) == {}


def test_one_checksum_stands_for_all_whatever_their_order() -> None:
    assert checksum({"a": "1", "b": "2"}) == checksum({"b": "2", "a": "1"}) != checksum({"a": "2", "b": "1"})


@pytest.mark.parametrize(
    ("column", "frozen", "now"),
    [("views", None, 0), ("views_known", 1, 2), ("stale", 0, 1), ("approximate", 1, 0), ("entered", 0, 3)],
)
def test_a_step_that_changed_a_figure_is_a_cause_with_the_amount_0_too(
    column: str, frozen: int | None, now: int
) -> None:
    [difference] = differences(
        tables(**{"views": 1, column: frozen}), [Step(LATE, tables(**{"views": 1, column: now}))]
    )
    assert (difference.metric, difference.causes) == (column, {LATE: now - (frozen or 0)})


def test_two_steps_that_cancel_out_and_one_that_counts_are_all_named() -> None:
    walked = [Step(LATE, tables(None)), Step(WITHDRAWN, tables(0)), Step(PLAN, tables(0)), Step(LATE, tables(3))]
    [difference] = differences(tables(5), walked)
    assert difference.causes == {LATE: -2, WITHDRAWN: 0}


def indicators(verdict: str, percent: float, is_entered: bool) -> Tables:
    row = {"indicator_id": "1.1", "period": "FY2024-Q4", "percent": percent, "verdict": verdict,
           "is_entered": is_entered}  # fmt: skip
    return {"indicator_progress": pl.DataFrame([row])}


def test_a_verdict_and_its_percent_are_compared() -> None:
    changes = differences(indicators("not reached", 99.5, False), [Step(LATE, indicators("reached", 100.25, True))])
    assert {change.metric: (change.frozen, change.now, change.causes) for change in changes} == {
        "percent": (99.5, 100.25, {LATE: 0.75}),
        "verdict": ("not reached", "reached", {LATE: 0}),
        "is_entered": (False, True, {LATE: 0}),
    }


@pytest.mark.parametrize("table", ["campaign_periods", "campaign_daily"])
def test_gains_of_days_and_periods_are_compared_and_a_day_is_written_in_iso(table: str) -> None:
    def tables_of(views: int) -> Tables:
        row = {"campaign_id": "forum", "day": date(2024, 9, 2), "period": "FY2024", "views": views}
        return {table: pl.DataFrame([row])}

    [difference] = differences(tables_of(1), [Step(LATE, tables_of(3))])
    assert difference.causes == {LATE: 2}
    assert difference.key.get("day", "2024-09-02") == "2024-09-02"


def test_what_a_campaign_spent_on_ads_is_compared_in_each_currency() -> None:
    def tables_of(spend: float, is_at_least: bool) -> Tables:
        rows = [{"campaign_id": "forum", "currency": "USD", "spend": spend, "is_at_least": is_at_least},
                {"campaign_id": "forum", "currency": "KHR", "spend": 4_000.0, "is_at_least": False}]  # fmt: skip
        return {"campaign_spend": pl.DataFrame(rows)}

    changes = differences(tables_of(10.5, False), [Step(LATE, tables_of(12.0, True))])
    assert {(change.key["currency"], change.metric): change.causes for change in changes} == {
        ("USD", "spend"): {LATE: 1.5}, ("USD", "is_at_least"): {LATE: 0},
    }  # fmt: skip


def test_a_figure_that_the_report_was_frozen_without_was_not_known_and_a_table_is_not_compared() -> None:
    [difference] = differences(tables(1), [Step(MAPPING, tables(1, saves=4))])
    assert (difference.metric, difference.frozen, difference.now) == ("saves", None, 4)
    assert differences(tables(1), [Step(MAPPING, {**tables(1), **indicators("reached", 100.0, False)})]) == []


def test_a_measured_part_that_explains_all_leaves_nothing_to_the_first_step() -> None:
    with_value, unknown = tables(0), tables(None)
    [difference] = differences(with_value, [Step(MAPPING, unknown)], [("removed", moved(with_value, unknown))])
    assert difference.causes == {"removed": 0}
