"""Why a metric is not known. docs/rules.md: Unknown is not zero."""

from __future__ import annotations

import polars as pl

from tests.conftest import World, meta, post, sheet
from tests.samples import studio_zip, video
from warehouse.figures import why_unknown


def why(world: World, metric: str, as_of: str = "2024-12-30") -> list[str]:
    """Why posts of the world do not know a metric."""
    state = world.day(as_of)
    return why_unknown.reasons(state, state.posts).filter(pl.col("metric") == metric)["reason"].to_list()


def test_an_unknown_says_that_its_export_left_it_out_or_the_platform_does_not_report_it(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10), without=["Shares"]))
    assert why(world, "shares") == ["this export left it out"]
    assert why(world, "saves") == ["the platform does not report it"]
    assert why(world, "likes") == ["left empty by its source"]


def test_an_unknown_says_that_its_own_row_refutes_it_or_a_spreadsheet_damaged_it(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=0, Reach=9, Comments="#REF!")))
    assert why(world, "views") == ["refuted by its own row"]
    assert why(world, "comments") == ["damaged by a spreadsheet"]


def test_an_unknown_says_that_only_gains_are_known(world: World) -> None:
    world.drop("Content 2024-10-01_2024-10-31 Our channel.zip", studio_zip("", "", [video("Sep 27, 2023", Views=20)]))
    assert why(world, "views") == ["only gains over periods are known, and no total to add them to"]


def test_an_unknown_of_a_sheet_was_not_entered(world: World) -> None:
    row = {"no": 1, "platform": "facebook", "account": "A", "title": "x #forum", "published": "2024-09-03"}
    world.drop("2024-10-01/s.csv", sheet({**row, "views": 100}))
    assert why(world, "likes") == ["not entered in the sheet"]


def test_posts_that_are_explained_together_have_the_reasons_that_each_has_alone(world: World) -> None:
    rows = [post(1, Views=10), post(2, Views=0, Reach=9), post(3, Views=5, Comments="#REF!"), post(4, Likes="")]
    world.drop("2024-10-01/a.csv", meta(*rows, without=["Shares"]))
    world.drop("2024-10-02/b.csv", meta(post(3, Views=7), post(5, Views=3)))
    typed = {"no": 1, "platform": "facebook", "account": "A", "title": "x #forum", "published": "2024-09-03"}
    world.drop("2024-10-01/s.csv", sheet({**typed, "views": 100}))
    day = world.day()
    posts = day.posts.select("platform", "post_id", "account_id", "kind")
    twice = pl.concat(
        [posts.with_columns(campaign_id=pl.lit(c)) for c in ("a", "b")] + [posts.with_columns(campaign_id=pl.lit("a"))]
    )
    for by in (["campaign_id"], ["platform", "account_id"], ["campaign_id", "kind"]):
        of_each = why_unknown.reasons(day, posts).join(twice, on=["platform", "post_id"], suffix="_of")
        expected = of_each.group_by(*by, "metric", "reason").agg(
            pl.struct("platform", "post_id").n_unique().cast(pl.Int64).alias("posts")
        )
        counts = why_unknown.count_unknown(twice, day, by)
        assert counts.sort(pl.all()).equals(expected.sort(pl.all()))
        assert {"refuted by its own row", "not entered in the sheet"} <= set(counts["reason"])
