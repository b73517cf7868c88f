"""What a post's own figures say of the accounts that it reached. docs/rules.md: A bound holds on its day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from connectors import PLATFORMS, contract
from tests.conftest import World, sheet
from warehouse.reach import of_posts
from warehouse.reach.of_days import OF_DAYS


@pytest.mark.parametrize(
    ("platform", "expected"), [("facebook", 90), ("x", 90), ("instagram", 90), ("linkedin", 90), ("tiktok", None)]
)
def test_impressions_bound_reach_only_where_the_platform_counts_every_display(
    world: World, platform: str, expected: int | None
) -> None:
    told = {"no": 1, "platform": platform, "account": "A", "title": "x #forum", "published": "2024-09-03"}
    world.drop("2024-10-01/s.csv", sheet(told | {"impressions": 90}))
    assert world.campaign()["reach_at_most"] == expected


def test_of_days_and_displays_the_smaller_bounds_a_post(world: World) -> None:
    told = {"no": 1, "platform": "facebook", "account": "A", "title": "x #forum", "published": "2024-09-03"}
    days = [
        {"from": "2024-09-03", "to": "2024-09-03", "reach": 40},
        {"from": "2024-09-04", "to": "2024-09-04", "reach": 50},
    ]
    world.drop("2024-10-01/s.csv", sheet(*(told | of_day for of_day in days)))
    assert (world.campaign()["reach_at_least"], world.campaign()["reach_at_most"]) == (50, 90)
    displays = [{**days[0], "impressions": 45}, {**days[1], "impressions": 30}]
    world.drop("2024-10-01/s.csv", sheet(*(told | of_day for of_day in displays)), modified="2024-10-06T12:00")
    assert (world.campaign()["reach_at_least"], world.campaign()["reach_at_most"]) == (50, 75)


@pytest.mark.parametrize(
    ("post", "days", "expected"),
    [
        ({"reach": 100}, None, (100, 100, False, False)),
        ({"reach": 3500, "reach_exact": False}, None, (3450, 3599, False, False)),
        ({"reach": 3500, "impressions": 9}, None, (3500, 3500, False, False)),
        ({"impressions": 3500}, None, (None, 3500, True, False)),
        ({"impressions": 3500, "impressions_exact": False}, None, (None, 3599, True, False)),
        ({"impressions": 0}, None, (None, 0, True, False)),
        ({"impressions": 3500, "platform": "tiktok"}, None, (None, None, False, False)),
        ({}, None, (None, None, False, False)),
        ({}, (50, 90), (50, 90, False, True)),
        ({}, (50, None), (50, None, False, True)),
        ({"impressions": 89}, (50, 90), (50, 89, True, True)),
        ({"impressions": 90}, (50, 90), (50, 90, False, True)),
        ({"impressions": 90}, (50, None), (50, 90, True, True)),
    ],
)
def test_a_post_is_bounded_by_its_reach_its_displays_or_its_days(
    post: dict[str, Any], days: tuple[int, int | None] | None, expected: tuple[object, ...]
) -> None:
    schema = dict.fromkeys(("platform", "post_id"), pl.String) | dict.fromkeys(("reach", "impressions"), pl.Int64)
    schema |= dict.fromkeys(("reach_exact", "impressions_exact"), pl.Boolean)
    schema |= dict.fromkeys(("reach_read_at", "impressions_read_at", "read_to"), contract.TIMESTAMP)
    read = {f"{name}_read_at": datetime(2024, 9, 3) for name in post if name in ("reach", "impressions")}
    read |= {"read_to": datetime(2024, 9, 3)} if read else {}
    row = pl.DataFrame([dict.fromkeys(schema) | {"platform": "facebook", "post_id": "p"} | post | read], schema=schema)
    of_days = pl.DataFrame([("facebook", "p", *days, date(2024, 9, 3))] if days else [], schema=OF_DAYS, orient="row")
    result = of_posts.with_bounds(row, PLATFORMS, "UTC", of_days if days else None)
    assert result.columns == [*row.columns, *of_posts.OF_POSTS]
    assert result.select("reach_least", "reach_upper", "is_by_impressions", "is_by_days").row(0) == expected


def test_gains_bound_no_reach() -> None:
    result = of_posts.without_bounds(pl.LazyFrame({"views": [1]})).collect()
    assert result.rows() == [(1, *[None] * len(of_posts.OF_POSTS))]
    assert result.schema == {"views": pl.Int64} | of_posts.OF_POSTS


TOLD = {"no": 1, "platform": "facebook", "account": "A", "title": "x #forum", "published": "2024-09-03"}


def bounds(world: World, as_of: str = "2024-12-30") -> tuple[int | None, int | None, str | None, int | None]:
    """The least, the most, the day of the most or of the last that held, and the last that held."""
    total = world.campaign(as_of)
    on = total["reach_on"]
    return total["reach_at_least"], total["reach_at_most"], on and on.isoformat(), total["reach_at_most_then"]


def test_a_bound_that_other_figures_outgrew_is_told_as_the_last_that_held(world: World) -> None:
    first, second = TOLD | {"impressions": 500}, TOLD | {"no": 2, "reach": 300}
    world.drop("2024-10-01/s.csv", sheet(first, second))
    assert bounds(world) == (300, 800, "2024-10-01", None)
    world.drop("2024-11-05/t.csv", sheet(first | {"impressions": None, "views": 50_000}, TOLD | {"no": 2, "views": 9}))
    assert bounds(world) == (300, None, "2024-10-01", 800)
    assert bounds(world, "2024-11-04") == (300, 800, "2024-10-01", None)
    assert world.campaign()["reach_basis"].endswith(
        "at most: not known (posts whose other figures are newer than their reach: 2); by the end of 2024-10-01 at most 800"
    )


def test_posts_read_on_several_days_are_bounded_by_the_oldest_of_them(world: World) -> None:
    world.drop("2024-10-01/s.csv", sheet(TOLD | {"reach": 40, "views": 90}))
    world.drop("2024-11-05/t.csv", sheet(TOLD | {"no": 2, "reach": 300, "views": 900}))
    assert bounds(world) == (300, 340, "2024-10-01", None)


@pytest.mark.parametrize(
    ("platform", "then", "now", "expected"),
    [
        pytest.param("x", 500, 530, (300, 330, "2024-11-05", None), id="reach then, and displays gained"),
        pytest.param("tiktok", 500, 530, (300, None, "2024-10-01", 300), id="not every display is counted"),
        pytest.param("x", None, 530, (300, 530, "2024-11-05", None), id="displays since publication"),
        pytest.param("x", 500, 290, (300, None, "2024-10-01", 300), id="displays below the reach of then"),
        pytest.param("x", 500, "1.2K", (300, 1099, "2024-11-05", None), id="a rounded number of displays"),
    ],
)
def test_a_bound_is_carried_on_by_displays_gained_since(
    world: World, platform: str, then: int | None, now: int | str, expected: tuple[int, int | None, str, int | None]
) -> None:
    told = TOLD | {"platform": platform}
    world.drop("2024-10-01/s.csv", sheet(told | {"reach": 300, "impressions": then}))
    world.drop("2024-11-05/t.csv", sheet(told | {"impressions": now, "views": 9000}))
    assert bounds(world) == expected


READ_AT, LATER, MOMENT = datetime(2024, 10, 1), datetime(2024, 11, 14), timedelta(microseconds=1)


def displays_then(
    *rows: dict[str, Any], read_again_at: datetime = LATER, changes: Sequence[tuple[str, datetime]] = ()
) -> list[int]:
    """The displays of a post of x when its reach was last read, whatever the order of the readings."""
    last = pl.DataFrame({"platform": ["x"], "post_id": ["p"], "reach_read_at": [READ_AT], "impressions_read_at": [read_again_at]})  # fmt: skip
    schema = {"platform": pl.String, "post_id": pl.String} | dict.fromkeys(("observed_at", "observed_until"), contract.TIMESTAMP) | dict.fromkeys(("reach", "impressions"), pl.Int64) | {"rounded": contract.METRIC_NAMES}  # fmt: skip
    given = dict.fromkeys(schema) | {"platform": "x", "post_id": "p", "observed_at": READ_AT}
    results = []
    for some in (rows, rows[::-1]):
        then = of_posts.displays_by_reach(pl.LazyFrame([given | row for row in some], schema=schema), last, changes)
        assert then.columns == ["platform", "post_id", "displays_then"]
        results.append(then["displays_then"].to_list())
    assert results[0] == results[1]
    return results[0]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{"impressions": 500}], [500]),
        ([{"impressions": None}], []),
        ([{"impressions": 500, "platform": "y"}], []),
        ([{"impressions": 500, "observed_at": READ_AT - MOMENT}], [500]),
        ([{"impressions": 500, "observed_at": READ_AT + MOMENT}], []),
        ([{"impressions": 500, "observed_until": READ_AT, "observed_at": READ_AT - MOMENT}], [500]),
        ([{"impressions": 500, "observed_until": READ_AT + MOMENT, "observed_at": READ_AT - MOMENT}], []),
        ([{"impressions": 500, "observed_until": READ_AT + MOMENT}], []),
        ([{"impressions": 500, "observed_until": READ_AT + MOMENT, "reach": 5}], [500]),
        ([{"impressions": 500, "observed_until": LATER, "observed_at": READ_AT - MOMENT, "reach": 5}], []),
        ([{"impressions": 500}, {"impressions": 600, "observed_at": READ_AT - MOMENT}], [500]),
        ([{"impressions": 500}, {"impressions": 400}], [500]),
        ([{"impressions": 3500, "rounded": ["views", "impressions"]}], [3450]),
        ([{"impressions": 3500, "rounded": ["views"]}], [3500]),
        ([{"impressions": 3500, "rounded": ["impressions"]}, {"impressions": 700}], [700]),
    ],
)  # fmt: skip
def test_displays_that_a_post_surely_had_when_its_reach_was_read_are_the_newest_then_the_exact_then_the_larger(
    rows: list[dict[str, Any]], expected: list[int]
) -> None:
    assert displays_then(*rows) == expected


@pytest.mark.parametrize(
    ("read_again_at", "changes", "is_carried"),
    [
        (LATER, [], True), (READ_AT + MOMENT, [], True), (READ_AT, [], False), (LATER, [("x", LATER)], False),
        (LATER, [("x", LATER + MOMENT)], True), (LATER, [("x", READ_AT + MOMENT)], False), (LATER, [("x", READ_AT)], True),
        (LATER, [("y", LATER)], True), (LATER, [("x", READ_AT), ("x", LATER)], False),
    ],
)  # fmt: skip
def test_a_bound_is_not_carried_across_a_change_of_what_is_counted(
    read_again_at: datetime, changes: list[tuple[str, datetime]], is_carried: bool
) -> None:
    assert displays_then({"impressions": 500}, read_again_at=read_again_at, changes=changes) == [500] * is_carried


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [(500, 530, 330), (500, 500, 300), (500, 499, 499), (500, 290, None), (None, 530, 530), (None, 300, 300), (None, 299, None)],
)  # fmt: skip
def test_reach_now_is_at_most_reach_then_and_the_displays_gained_since_or_all_displays(
    then: int | None, now: int, expected: int | None
) -> None:
    key = {"platform": ["facebook"], "post_id": ["p"]}
    read = pl.DataFrame(
        key | {"reach": [300], "impressions": [now], "reach_exact": [True], "impressions_exact": [True],
               "reach_read_at": [READ_AT], "impressions_read_at": [LATER], "read_to": [LATER]}
    )  # fmt: skip
    displays = pl.DataFrame(key | {"displays_then": [then]}, schema_overrides={"displays_then": pl.Int64})
    result = of_posts.with_bounds(read, PLATFORMS, "UTC", displays=displays)
    assert result["reach_upper"].to_list() == [expected]
