"""What a post's own figures say of the accounts that it reached. docs/rules.md: Displays bound reach."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from connectors import PLATFORMS
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
    row = pl.DataFrame([dict.fromkeys(schema) | {"platform": "facebook", "post_id": "p"} | post], schema=schema)
    of_days = pl.DataFrame([("facebook", "p", *days, None)] if days else [], schema=OF_DAYS, orient="row")
    result = of_posts.with_bounds(row, PLATFORMS, of_days if days else None)
    assert result.columns == [*row.columns, *of_posts.OF_POSTS]
    assert result.select(list(of_posts.OF_POSTS)).row(0) == expected


def test_gains_bound_no_reach() -> None:
    result = of_posts.without_bounds(pl.LazyFrame({"views": [1]})).collect()
    assert result.rows() == [(1, None, None, None, None)]
    assert result.schema == {"views": pl.Int64} | of_posts.OF_POSTS
