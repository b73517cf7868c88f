"""What of a frozen report is another figure today: causes that add up, in the order in which they happened."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from warehouse.evidence.differences import GONE, LATE, PLAN, WITHDRAWN, Step, Tables, checksum, differences, moved


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
