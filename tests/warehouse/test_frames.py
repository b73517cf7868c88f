"""A stage that returns other columns than it declares is named, with the column."""

from __future__ import annotations

from dataclasses import fields

import polars as pl
import pytest

from tests.conftest import World, meta, post
from warehouse import frames
from warehouse.figures import build
from warehouse.frames import Frame, WrongFrame, checked
from warehouse.measures import ATTENDANCES
from warehouse.reach.of_accounts import AccountReach
from warehouse.readings.latest import POST

DECLARED = Frame("gains", {"post_id": pl.String, "views": pl.Int64})


def test_a_frame_with_the_declared_columns_in_any_order_is_returned_as_it_is() -> None:
    frame = pl.DataFrame({"views": [1], "post_id": ["a"]})
    assert checked(frame, DECLARED) is frame
    lazy = frame.lazy().with_columns(day=pl.lit(1))
    assert checked(lazy, DECLARED, keys=["day"]) is lazy


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"post_id": ["a"]}, "gains have no column views"),
        ({"post_id": ["a"], "views": [1.5]}, "gains have the column views as Float64, and declare Int64"),
        ({"post_id": ["a"], "views": [1], "row": [1]}, "gains have the column row, which is not declared"),
    ],
)
def test_a_column_that_is_missing_extra_or_of_another_type_is_named(
    columns: dict[str, list[object]], sentence: str
) -> None:
    for frame in (pl.DataFrame(columns), pl.LazyFrame(columns)):
        with pytest.raises(WrongFrame, match=f"^{sentence}$"):
            checked(frame, DECLARED)


def test_a_frame_without_a_row_has_its_columns() -> None:
    assert checked(DECLARED.empty(), DECLARED).height == 0


@pytest.mark.parametrize("part", ["posts", "readings", "steps"])
def test_what_accounts_reach_may_bound_fails_where_it_is_made(part: str) -> None:
    assert AccountReach().posts.columns == [*POST, "own_account", "published_at", "is_apart"]
    with pytest.raises(WrongFrame, match="have no column platform"):
        AccountReach(**{part: pl.DataFrame({"post_id": ["a"]})})


def test_totals_of_readings_without_a_metric_fail_where_their_members_are_made(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    day = world.day()
    assert {"readings", "posts", "accounts"} <= {field.name for field in fields(day)}
    with pytest.raises(WrongFrame, match="members of groups have the column views as String, and declare Int64"):
        build._members(day, day.readings.lazy().with_columns(pl.col("views").cast(pl.String)), is_gain=False)


def test_what_totals_declare_is_what_is_published_but_for_visits_events_and_units() -> None:
    published = {column.name for column in build.MART["project_totals"].columns} - {"project_name"}
    of_events = {measure.column for measure in ATTENDANCES}
    beside = {"visits", "visits_known", "watch_seconds", "watch_seconds_known"}
    assert published - set(frames.TOTALS.columns) == beside | of_events
    assert set(frames.TOTALS.columns) - published == {"watch_ms", "watch_ms_known"}
