"""Of each audience and dimension the newest breakdown counts, as it is told."""

from __future__ import annotations

from datetime import date

import polars as pl

from flows.steps import withdrawal
from tests.conftest import CAMPAIGN, World, meta
from tests.warehouse.publish.report.forum import full

GENDER = "Gender,Distribution\n"
ACCOUNT = """
[[organisation]]
name = "Mekong"
[[account]]
id = "tiktok:mekong.open"
organisation = "Mekong"
"""


def parts(world: World, as_of: str = "2024-12-30") -> list[tuple[object, ...]]:
    table = world.table("audience_breakdowns", as_of)
    return table.select("account_id", "dimension", "part", "share", "read_on").rows()


def test_the_newest_breakdown_as_of_the_day_counts_and_older_ones_for_their_days(world: World) -> None:
    world.plan(ACCOUNT)
    world.drop("mekong.open/2024-10-01/FollowerGender.csv", GENDER + "Female,0.5\nMale,0.5\n")
    world.drop("mekong.open/2024-11-01/FollowerGender.csv", GENDER + "Female,0.6\n")
    assert parts(world) == [("mekong.open", "gender", "women", 0.6, date(2024, 11, 1))]
    october = [(part, share) for _, _, part, share, _ in parts(world, "2024-10-31")]
    assert october == [("men", 0.5), ("women", 0.5)]
    assert parts(world, "2024-09-30") == []


def test_what_is_withheld_later_does_not_unlearn_what_was_known(world: World) -> None:
    world.plan(ACCOUNT)
    world.drop("mekong.open/2024-10-01/FollowerGender.csv", GENDER + "Female,0.5\n")
    world.drop("mekong.open/2024-11-01/FollowerGender.csv", GENDER)
    world.drop("mekong.open/2024-11-01/FollowerTopTerritories.csv", "Top territories,Distribution\n")
    assert parts(world) == [
        ("mekong.open", "country", None, None, date(2024, 11, 1)),
        ("mekong.open", "gender", "women", 0.5, date(2024, 10, 1)),
    ]


def test_dimensions_stay_apart_and_each_has_its_own_newest_breakdown(world: World) -> None:
    world.plan(ACCOUNT)
    world.drop("mekong.open/2024-10-01/FollowerGender.csv", GENDER + "Female,0.5\n")
    world.drop("mekong.open/2024-11-01/FollowerTopTerritories.csv", "Top territories,Distribution\nKH,0.9\n")
    assert [(dimension, part) for _, dimension, part, _, _ in parts(world)] == [("country", "KH"), ("gender", "women")]


def test_of_periods_the_one_of_the_newest_day_counts_and_of_equals_the_longer_one(world: World) -> None:
    views = "Geography,Views,Watch time (hours)\nTotal,{},1\nKH,{},1\n"
    for days, total, here in (("09-01_2024-09-30", 90, 9), ("01-01_2024-10-31", 500, 50), ("10-01_2024-10-31", 80, 8)):
        world.drop(f"2024-11-05/Geography 2024-{days} Mekong/Table data.csv", views.format(total, here))
    table = world.table("audience_breakdowns")
    assert table.select("audience", "count", "size", "period_start", "period_end").rows() == [
        ("views", 50, 500, date(2024, 1, 1), date(2024, 10, 31))
    ]


def test_files_of_no_known_account_stand_each_for_itself(world: World) -> None:
    world.drop("2024-10-01/a.csv", GENDER + "Female,0.5\n")
    world.drop("2024-11-01/b.csv", GENDER + "Female,0.7\n")
    assert [(account, share) for account, _, _, share, _ in parts(world)] == [(None, 0.5), (None, 0.7)]


def test_a_file_that_does_not_say_whose_audience_it_tells_of_is_asked_about(world: World) -> None:
    world.plan(ACCOUNT)
    world.drop("2024-10-01/b.csv", GENDER + "Female,0.5\n")
    world.drop("mekong.open/2024-10-01/a.csv", GENDER + "Female,0.6\n")
    files = world.table("source_files").select("path", "whose").rows()
    assert dict(files) == {"2024-10-01/b.csv": "whose is it?", "mekong.open/2024-10-01/a.csv": None}
    assert world.table("source_freshness").is_empty()  # an audience is no newer reading of an account's posts


def test_who_follows_changes_no_figure_of_posts_or_accounts(world: World) -> None:
    world.plan(CAMPAIGN + ACCOUNT)
    world.drop("2024-10-01/a.csv", meta(full(1)))
    before = {name: world.table(name) for name in ("campaign_totals", "account_figures", "post_totals")}
    world.drop("mekong.open/2024-10-01/FollowerGender.csv", GENDER + "Female,0.5\nMale,0.5\n")
    after = world.tables()
    assert all(table.equals(after[name]) for name, table in before.items())
    assert after["audience_breakdowns"].select(pl.len()).item() == 2


def test_a_withdrawn_file_tells_nothing(world: World) -> None:
    world.drop("2024-10-01/a.csv", GENDER + "Female,0.5\n")
    (load_id,) = world.day().loads["load_id"]
    withdrawal.withdraw(world.workspace, load_id, "another account's", "officer")
    assert parts(world) == []
