"""A total over views with and without ads says so."""

from __future__ import annotations

from tests.conftest import CAMPAIGN, World, meta, post, sheet


def test_a_total_over_views_with_and_without_ads_says_so(world: World) -> None:
    world.plan(CAMPAIGN)
    world.drop("facebook.csv", meta(post(1, Views=100)))
    assert world.campaign()["views_basis"] is None
    link = {"published": "2024-09-03", "read_on": "2024-10-01", "account": "Mekong", "title": "#forum", "views": 5}
    rows = [{"link": "https://www.instagram.com/p/Cabcdefgh/", **link}, {"link": "https://youtu.be/dQw4w9WgXcQ", **link},
            {"link": "https://x.com/a/status/1840000000000000001", **link, "views": ""}]  # fmt: skip
    world.drop("sheet.csv", sheet(*rows))
    assert (
        world.campaign()["views_basis"] == "ads are counted in facebook; not counted in instagram; not told of youtube"
    )
    platforms = world.table("platform_totals")
    assert platforms["views_basis"].null_count() == platforms.height
