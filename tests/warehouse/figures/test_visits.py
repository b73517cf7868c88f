"""Visits count where readings cover exactly the days of the plan's account figures."""

from __future__ import annotations

from tests.conftest import CAMPAIGN, World, sheet


def test_visits_count_where_readings_cover_exactly_the_days_of_the_plan(world: World) -> None:
    world.plan(
        CAMPAIGN
        + "account_figures = "
        + '[{ account = "website:a.example", metric = "visits", from = 2024-09-01, to = 2024-09-04 }]\n'
    )
    site = {"platform": "website", "account": "a.example"}
    days = [("2024-09-01", "2024-09-02", 10), ("2024-09-03", "2024-09-04", 5), ("2024-09-01", "2024-09-05", 99)]
    world.drop(
        "2024-10-01/s.csv",
        sheet(*({**site, "no": n, "from": a, "to": b, "visits": v} for n, (a, b, v) in enumerate(days))),
    )
    total = world.campaign()
    assert (total["visits"], total["visits_known"]) == (15, 1)
