"""The lines behind a figure: they add up to it, whatever came in."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.contract import ADDITIVE
from flows.steps.settings import Workspace
from tests.conftest import CAMPAIGN, OTHER_PAGE, PAGE, World, meta, post, sheet
from tests.samples import studio_zip, video
from warehouse.day import Day
from warehouse.evidence import readings_behind
from warehouse.evidence.lines import FigureEvidence
from warehouse.figure_words import NoSuchFigure
from warehouse.figures import build


def state_of(world: World, as_of: str = "2024-12-30") -> Day:
    return world.day(as_of)


def explained(world: World, metric: str, as_of: str = "2024-12-30") -> FigureEvidence:
    return readings_behind.figure_evidence(state_of(world, as_of), "forum", metric)


def assert_all_add_up(state: Day) -> None:
    total = build.totals(state, ("campaign_totals",))["campaign_totals"].row(
        by_predicate=pl.col("campaign_id") == "forum", named=True
    )
    for name in (*(m.name for m in ADDITIVE), "engagements", "posts", "outreach"):
        evidence = readings_behind.figure_evidence(state, "forum", name)
        values = evidence.lines["value"].drop_nulls()
        assert evidence.figure == (sum(values) if len(values) or name in ("posts", "outreach") else None)
        figure = None if evidence.figure is None else evidence.figure / evidence.per_unit
        assert figure == total[name], name
        if name not in ("posts", "outreach", "engagements"):
            assert (
                evidence.lines.drop_nulls("value").select("platform", "post_id").unique().height
                == total[f"{name}_known"]
            )
        read = evidence.lines.drop_nulls("load_id")
        assert read["path"].null_count() == read["sha256"].null_count() == 0


cells = st.sampled_from(["", "0", "7", "1,204", "3.5K", "21.067"])
rows = st.lists(
    st.fixed_dictionaries(
        {
            "number": st.integers(1, 4),
            "page": st.sampled_from([PAGE, OTHER_PAGE]),
            "Views": cells,
            "Reactions": cells,
            "Shares": cells,
            "Comments": cells,
            "Is_crosspost": st.sampled_from([0, 1]),
        }
    ),
    max_size=6,
)
files = st.lists(st.tuples(st.integers(3, 28), rows, st.sampled_from([(), ("Shares",)])), max_size=4)
periods = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 9), st.integers(0, 50)), max_size=4)


@given(files, periods, st.integers(1, 30), st.booleans())
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_lines_of_every_figure_add_up_to_it(
    dropped: list[tuple[int, list[dict[str, Any]], tuple[str, ...]]],
    ranges: list[tuple[int, int, int]],
    day: int,
    is_old: bool,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Workspace(Path(folder)))
        world.workspace.inbox.mkdir(parents=True)
        world.plan(CAMPAIGN)
        for number, (on, item, without) in enumerate(dropped):
            posts = [post(r["number"], **{k: v for k, v in r.items() if k != "number"}) for r in item]
            world.drop(f"2024-09-{on:02}/{number}.csv", meta(*posts, without=without))
        for start, length, views in ranges:
            name = f"Content 2024-09-{start:02}_2024-09-{start + length:02} Our channel.zip"
            world.drop(name, studio_zip("", "", [video("Sep 27, 2023" if is_old else "Sep 3, 2024", Views=views)]))
        if is_old:
            total_of_a_day = (
                'Content,Video title,Video publish time,Views\ndQw4w9WgXcQ,A debate #forum,"Sep 27, 2023",1000\n'
            )
            world.drop("2024-09-01/Our channel/Table data.csv", total_of_a_day)
        assert_all_add_up(state_of(world, f"2024-09-{day:02}"))


def test_a_total_that_was_added_up_from_periods_is_explained_by_each_of_them(world: World) -> None:
    total_of_a_day = 'Content,Video title,Video publish time,Views\ndQw4w9WgXcQ,A debate #forum,"Sep 27, 2023",1000\n'
    world.drop("2024-09-30/Our channel/Table data.csv", total_of_a_day)
    for start, end, views in (("10-01", "10-31", 20), ("11-01", "11-30", 3)):
        name = f"Content 2024-{start}_2024-{end} Our channel.zip"
        world.drop(name, studio_zip("", "", [video("Sep 27, 2023", Views=views)]))
    evidence = explained(world, "views")
    assert evidence.figure == 1023
    assert evidence.lines.select("value", "period_start", "period_end").rows() == [
        (20, date(2024, 10, 1), date(2024, 10, 31)), (3, date(2024, 11, 1), date(2024, 11, 30)), (1000, None, None)
    ]  # fmt: skip


def test_a_line_names_its_file_and_the_row_in_it(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10), post(2, Views=7)))
    line = explained(world, "views").lines.row(1, named=True)
    assert (line["post_id"], line["value"]) == (f"{PAGE}_122158000000000002", 7)
    assert (line["path"], line["row"], len(line["sha256"])) == ("2024-10-01/a.csv", 2, 64)


def test_a_post_whose_metric_nothing_knows_is_a_line_without_a_value(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10), post(2)))
    evidence = explained(world, "views")
    assert (evidence.figure, evidence.lines["value"].to_list()) == (10, [10, None])


def test_cross_posts_that_count_once_are_lines_that_add_nothing(world: World) -> None:
    same = {"Views": 100, "Reactions": 9, "Comments": 3, "Shares": 2, "Is crosspost": 1, "Description": "One #forum"}
    world.drop("2024-10-01/a.csv", meta(post(1) | same, post(2, OTHER_PAGE) | same))
    evidence = explained(world, "views")
    assert (evidence.figure, sorted(evidence.lines["value"].to_list(), key=str)) == (100, [100, None])
    assert "counted there" in evidence.lines.filter(pl.col("value").is_null())["note"].item()


def test_reach_is_explained_by_its_bounds_and_never_added_up(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Reach=100), post(2, Reach=70)))
    evidence = explained(world, "reach")
    assert (evidence.figure, evidence.at_most) == (100, 170)
    assert evidence.bounds is not None
    assert sorted(evidence.lines["value"].to_list()) == [70, 100]


def test_visits_are_explained_by_the_periods_that_cover_exactly_the_plans_days(world: World) -> None:
    row = {"no": 1, "platform": "website", "account": "a.example"}
    world.plan(
        CAMPAIGN
        + 'account_figures = [{ account = "website:a.example", metric = "visits", from = 2024-09-02, to = 2024-09-04 }]\n'
    )
    world.drop(
        "2024-10-01/s.csv",
        sheet(
            {**row, "from": "2024-09-02", "to": "2024-09-03", "visits": 5},
            {**row, "no": 2, "from": "2024-09-04", "to": "2024-09-04", "visits": 2},
        ),
    )
    evidence = explained(world, "visits")
    assert (evidence.figure, evidence.lines["value"].to_list()) == (7, [5, 2])


def test_a_stage_is_explained_by_its_assets_or_the_number_that_was_entered(world: World) -> None:
    world.plan(
        CAMPAIGN
        + 'stages = ["submitted", "winner"]\ncounted = { submitted = 26 }\n'
        + '[[asset]]\nid = "v"\ncampaign = "forum"\nstage = "winner"\n'
    )
    assert explained(world, "submitted").figure == 26
    winner = explained(world, "winner")
    assert (winner.figure, winner.lines["path"].to_list()) == (1, [None])


def test_a_figure_is_explained_by_what_screens_call_it(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=9, Reactions=3)))
    evidence = explained(world, "Reactions")
    assert (evidence.metric, evidence.figure) == ("likes", 3)
    assert readings_behind.figure_evidence(state_of(world), "The Forum", "VIEWS").campaign_id == "forum"


def test_what_has_no_parts_is_said_with_what_has(world: World) -> None:
    with pytest.raises(NoSuchFigure, match="the nearest is views; there are: views, views_paid, impressions"):
        explained(world, "view")
    with pytest.raises(NoSuchFigure, match="there are: forum"):
        readings_behind.figure_evidence(state_of(world), "other", "views")
