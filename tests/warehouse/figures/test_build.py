"""Posts count once in each total, whatever the total is of. docs/rules.md: One post, one vote."""

from __future__ import annotations

import polars as pl

from connectors.contract import METRIC
from tests.conftest import CAMPAIGN, OTHER_PAGE, PAGE, World, meta, post
from warehouse.figures import build


def test_a_post_of_two_campaigns_counts_once_in_their_activity_and_the_project(world: World) -> None:
    world.plan(CAMPAIGN + CAMPAIGN.replace('"forum"\nactivity', '"second"\nactivity'))
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    tables = world.tables()
    assert tables["campaign_totals"]["views"].to_list() == [10, 10]
    assert tables["activity_totals"]["views"].to_list() == [10, None]
    assert tables["project_totals"]["views"].to_list() == [10]
    assert tables["post_totals"]["campaign_ids"].to_list() == ["forum;second"]


def test_an_assets_posts_are_different_posts(world: World) -> None:
    named = ", ".join(f'"facebook:{page}_12215800000000000{n}"' for n, page in ((1, PAGE), (2, OTHER_PAGE)))
    world.plan(
        CAMPAIGN
        + f'stages = ["sent", "won"]\n[[asset]]\nid = "v"\ncampaign = "forum"\nstage = "won"\nposts = [{named}]\n'
    )
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10), post(2, OTHER_PAGE, Views=5)))
    tables = world.tables()
    assert tables["asset_totals"].select("posts", "views").row(0) == (2, 15)
    assert tables["stage_totals"].select("stage", "assets", "views").rows() == [("sent", 1, 15), ("won", 1, 15)]


def test_seconds_watched_are_thousandths_whatever_stands_beside_them() -> None:
    thousandths = [264_603_883, *range(1, 20_000, 7), 10**12 + 1]
    column = METRIC["watch_seconds"].column
    frame = pl.DataFrame({column: thousandths}, schema={column: pl.Int64})
    alone = pl.concat([build._in_units(frame[row]) for row in range(frame.height)])
    assert build._in_units(frame)["watch_seconds"].to_list() == alone["watch_seconds"].to_list()
    assert alone["watch_seconds"].to_list() == [number / 1000 for number in thousandths]
