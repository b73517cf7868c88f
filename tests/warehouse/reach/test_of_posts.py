"""What a post's own figures say of the accounts that it reached. docs/rules.md: Displays bound reach."""

from __future__ import annotations

import pytest

from tests.conftest import World, sheet


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
