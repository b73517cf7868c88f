"""Which of several reports of an event counts."""

from __future__ import annotations

from datetime import datetime
from itertools import permutations

import polars as pl

from connectors.attendance import AGES, PART_NAMES
from warehouse.readings.events import attendance

DAY, NEXT = datetime(2024, 9, 27), datetime(2024, 9, 28)


def report(
    load_id: str,
    at: datetime = DAY,
    post: str = "a",
    *,
    is_other_name: bool = False,
    persons: list[str] | None = None,
    ages: list[dict[str, int]] | None = None,
    **counts: int,
) -> dict[str, object]:
    numbers = dict.fromkeys(PART_NAMES) | {
        f"participants_{k}" if k in ("women", "men") else k: v for k, v in counts.items()
    }
    return {"platform": "outreach", "post_id": post, "load_id": load_id, "row": 1, "place": None, "observed_at": at} | {
        "is_damaged": is_other_name, "persons": persons, "ages": ages, **numbers
    }  # fmt: skip


def reports_that_count(*reports: dict[str, object], before: datetime = NEXT) -> list[tuple[object, ...]]:
    """Load, participants and women of the reports that count, whatever the order of loading."""
    return [row[:4] for row in with_lists(*reports, before=before)]


def with_lists(*reports: dict[str, object], before: datetime = NEXT) -> list[tuple[object, ...]]:
    """The same with who came and of which ages, as tuples."""
    types = dict.fromkeys((*PART_NAMES, "row"), pl.Int64) | {"place": pl.String, "ages": AGES}
    types |= {"persons": pl.List(pl.String)}
    answers = {
        tuple(
            attendance(pl.LazyFrame(some, schema_overrides=types), before)
            .sort("post_id")
            .select(
                "load_id",
                "participants",
                "participants_women",
                "is_disputed",
                pl.col("persons").list.join(""),
                pl.col("ages").list.len(),
            )
            .rows()
        )
        for some in permutations(reports)
    }
    (answer,) = answers
    return list(answer)


def test_a_report_counts_whole_and_the_one_with_the_most_numbers_goes_first() -> None:
    assert reports_that_count(report("x", participants=100), report("y", participants=90, women=40)) == [
        ("y", 90, 40, True)
    ]


def test_of_reports_with_as_many_numbers_the_larger_counts_and_of_equal_ones_one() -> None:
    assert reports_that_count(report("x", participants=90), report("y", participants=100)) == [("y", 100, None, True)]
    assert reports_that_count(report("y", participants=100), report("x", participants=100)) == [("x", 100, None, False)]


def test_what_only_one_of_them_tells_is_no_dispute() -> None:
    assert reports_that_count(report("x", participants=90), report("y", participants=90, women=40)) == [
        ("y", 90, 40, False)
    ]


def test_the_report_of_the_name_that_stands_goes_before_that_of_the_other_name() -> None:
    assert reports_that_count(report("x", is_other_name=True, participants=90, women=1), report("y", participants=9))[
        0
    ][:2] == ("y", 9)


def test_an_event_is_known_from_the_end_of_its_day_on() -> None:
    assert reports_that_count(report("x", participants=90), before=DAY) == []
    assert len(reports_that_count(report("x", participants=90), report("y", post="b", participants=1))) == 2


def test_who_came_is_taken_from_the_list_of_everybody_whichever_report_counts() -> None:
    log, people = report("x", participants=2, women=1), report("y", participants=2, persons=["a", "b"])
    assert with_lists(log, people) == [("x", 2, 1, False, "ab", None)]
    assert with_lists(log, people, report("z", persons=["c"], participants=1))[0][4] == "ab"


def test_a_list_of_fewer_or_more_than_the_report_that_counts_tells_is_none_of_everybody() -> None:
    for persons in (["a"], ["a", "b", "c"]):
        assert with_lists(report("x", participants=2, women=1), report("y", persons=persons))[0][4] is None
    assert with_lists(report("x", persons=["a"]))[0][4] is None


def test_ages_of_some_are_kept_and_those_of_more_than_came_are_not() -> None:
    some = [{"first": 15, "last": 24, "participants": 2}]
    for participants, ages in ((3, 1), (2, 1), (1, None)):
        assert with_lists(report("x", participants=participants, ages=some))[0][5] == ages
