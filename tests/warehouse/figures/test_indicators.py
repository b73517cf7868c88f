"""An indicator's progress: what there is, what was aimed at, and the verdict."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import PLATFORMS
from connectors.contract import ENGAGEMENTS, METRIC_COLUMNS
from tests.conftest import CAMPAIGN, World, meta, post
from tests.samples import indicator
from warehouse.figures import build
from warehouse.figures.indicators import TABLES, Figure, is_less_better, percent_starts_at, verdict_on
from warehouse.figures.indicators import progress as progress_of
from warehouse.figures.totals import sums


def indicators(world: World, text: str, as_of: str = "2024-12-30") -> dict[tuple[str, str], dict[str, Any]]:
    """The progress of the indicators of a plan with the campaign and this, by indicator and period."""
    world.plan(CAMPAIGN + text)
    day = world.day(as_of)
    totals = build.totals(day, TABLES)
    progress = progress_of(day.plan, day.as_of, totals, lambda start, end: build.gained(day, start, end, TABLES))
    return {(row["indicator_id"], row["period"]): row for row in progress.iter_rows(named=True)}


def test_an_indicators_target_is_reached_by_the_total_of_what_it_is_of(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10, Shares=3), post(2, Views=5, Shares=1)))
    progress = indicators(
        world,
        indicator("campaign:forum", "views", 12) + indicator("activity:1.1", "shares", 8) + indicator("project", "posts", 2),
    )  # fmt: skip
    seen = {key[0]: (row["actual"], row["percent"], row["verdict"]) for key, row in progress.items()}
    assert seen == {"views": (15, 125, "reached"), "shares": (4, 50, "not yet reached"), "posts": (2, 100, "reached")}


def test_an_indicator_that_does_not_know_all_of_its_posts_cannot_be_told_to_be_missed(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10), post(2)))
    progress = indicators(world, indicator("project", "views", 12))
    assert progress["views", "whole"]["verdict"] == "cannot be told"
    assert progress["views", "whole"]["source"] == "views in project_totals: 1 of 2 know theirs"


@pytest.mark.parametrize(
    ("cells", "target", "verdict"),
    [
        pytest.param({"Reactions": 5}, 1000, "cannot be told", id="comments and shares are not known"),
        pytest.param({"Reactions": 5}, 5, "reached", id="what is known reaches it"),
        pytest.param({"Reactions": 5, "Comments": 1, "Shares": 0}, 1000, "not yet reached", id="Facebook has no saves"),
    ],
)
def test_engagements_need_all_parts_that_the_platform_reports(
    world: World, cells: dict[str, int], target: int, verdict: str
) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, **cells)))
    row = indicators(world, indicator("project", "engagements", target))["engagements", "whole"]
    assert (row["verdict"], row["is_at_least"]) == (verdict, len(cells) < 3)


@given(
    posts=st.lists(
        st.tuples(
            st.sampled_from(("facebook", "instagram", "youtube", "website", "telegram")),
            st.sampled_from(("post", "story", "video", None)),
            st.sets(st.sampled_from(ENGAGEMENTS)),
        ),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=100, deadline=None)
def test_a_post_is_whole_where_it_knows_all_that_its_platform_reports_for_its_kind(
    posts: list[tuple[str, str | None, set[str]]],
) -> None:
    def parts(platform: str, kind: str | None) -> set[str]:
        record = PLATFORMS.named(platform)
        reported = set(record.reported) if record else set(ENGAGEMENTS)
        return (reported & set(ENGAGEMENTS)) - ({"saves"} if (platform, kind) == ("instagram", "story") else set())

    columns = dict.fromkeys(METRIC_COLUMNS, pl.Int64)
    rows = [
        {"platform": platform, "kind": kind} | {m: 1 if m in metrics else None for m in METRIC_COLUMNS}
        for platform, kind, metrics in posts
    ]
    frame = pl.DataFrame(rows, schema={"platform": pl.String, "kind": pl.String} | columns)
    whole = frame.select(*sums(PLATFORMS))["engagements_whole"].item()
    assert whole == sum(parts(platform, kind) <= metrics for platform, kind, metrics in posts)


@pytest.mark.parametrize(("target", "verdict"), [(100, "reached"), (171, "not yet reached"), (150, "cannot be told")])
def test_an_indicator_of_reach_is_judged_by_its_bounds(world: World, target: int, verdict: str) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Reach=100), post(2, Reach=70)))
    row = indicators(world, indicator("project", "reach", target))["reach", "whole"]
    assert (row["actual"], row["actual_at_most"], row["verdict"]) == (100, 170, verdict)


def test_an_indicators_target_for_a_fiscal_quarter_is_judged_by_the_quarters_gain(world: World) -> None:
    for day, views in (("2024-09-30", 100), ("2024-12-15", 140)):
        world.drop(f"{day}/a.csv", meta(post(1, Views=views)))
    more = "targets = { FY2024-Q3 = 90, FY2024-Q4 = 50, FY2025 = 10 }"
    progress = indicators(world, indicator("campaign:forum", "views", 200, more), "2025-01-05")
    seen = {key[1]: (row["actual"], row["verdict"]) for key, row in progress.items()}
    assert seen == {
        "whole": (140, "not yet reached"), "FY2024-Q3": (100, "reached"), "FY2024-Q4": (40, "not reached"),
        "FY2025": (None, "cannot be told"),
    }  # fmt: skip


@pytest.mark.parametrize("baseline", ["", "baseline = 0", "baseline = 1000"])
def test_a_periods_gain_is_held_against_its_target_alone_whatever_the_baseline(world: World, baseline: str) -> None:
    for day, views in (("2024-06-30", 1000), ("2024-09-30", 1010), ("2024-12-15", 1510)):
        world.drop(f"{day}/a.csv", meta(post(1, Publish_time="06/01/2024 10:00", Views=views)))
    more = f"{baseline}\ntargets = {{ FY2024-Q3 = 400, FY2024-Q4 = 2000 }}"
    progress = indicators(world, indicator("campaign:forum", "views", 1500, more), "2025-01-05")
    seen = {
        key[1]: (row["actual"], row["percent"], row["verdict"]) for key, row in progress.items() if key[1] != "whole"
    }
    assert seen == {"FY2024-Q3": (10, 2.5, "not reached"), "FY2024-Q4": (500, 25, "not reached")}
    assert {row["baseline"] for key, row in progress.items() if key[1] != "whole"} == {None}


@pytest.mark.parametrize(
    ("target", "percent", "verdict"), [(1400, 127.5, "reached"), (1000, None, "reached"), (900, 167.8, "reached"), (1600, 85, "not yet reached")]
)  # fmt: skip
def test_of_a_metric_more_is_better_also_where_its_target_lies_below_its_baseline(
    world: World, target: int, percent: float | None, verdict: str
) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=1510)))
    row = indicators(world, indicator("project", "views", target, "baseline = 1000"))["views", "whole"]
    assert (row["percent"], row["verdict"]) == (percent, verdict)


AMOUNTS = st.integers(0, 5000).map(float)


@given(least=AMOUNTS, more=st.none() | AMOUNTS, target=AMOUNTS, truth=st.floats(0, 1), is_over=st.booleans())
def test_no_verdict_is_refuted_by_any_figure_that_the_bounds_leave_possible(
    least: float, more: float | None, target: float, truth: float, is_over: bool
) -> None:
    most = None if more is None else least + more
    figure = Figure(least, most, is_whole=False)
    possible = least + truth * (5000.0 if more is None else more)
    rising = verdict_on(figure, target, is_falling=False, is_over=is_over)
    falling = verdict_on(figure, target, is_falling=True, is_over=is_over)
    if rising != "cannot be told":
        assert (rising == "reached") == (possible >= target)
    if falling != "cannot be told":
        assert (falling == "reached") == (possible <= target)


@given(metric=st.sampled_from((None, "views")), baseline=st.none() | AMOUNTS, target=AMOUNTS)
def test_less_is_better_only_for_a_figure_by_hand_whose_target_lies_below_its_baseline(
    metric: str | None, baseline: float | None, target: float
) -> None:
    assert is_less_better(metric, baseline, target) == (metric is None and target < (baseline or 0))
    assert is_less_better(metric, baseline, target) == (percent_starts_at(metric, baseline, target) > target)


def test_an_indicator_by_hand_says_its_source_and_a_stage_counts_assets(world: World) -> None:
    text = """
[[asset]]
id = "v"
campaign = "debates"
stage = "winner"
posts = ["facebook:1"]
[[indicator]]
id = "hand"
name = "People trained"
baseline = 10
target = 30
actual = 20
source = "attendance list"
[[campaign]]
id = "debates"
activity = "1.2"
name = "Debates"
stages = ["submitted", "winner"]
counted = { submitted = 26 }
"""
    progress = indicators(
        world, text + indicator("activity:1.2", "submitted", 20) + indicator("campaign:debates", "winner", 3)
    )
    hand = progress["hand", "whole"]
    assert (hand["actual"], hand["percent"], hand["is_entered"], hand["source"]) == (20, 50, True, "attendance list")
    assert (progress["submitted", "whole"]["actual"], progress["submitted", "whole"]["is_entered"]) == (26, True)
    assert (progress["winner", "whole"]["actual"], progress["winner", "whole"]["is_entered"]) == (1, False)


def of_reach(metric: str, *targets: int) -> str:
    """Indicators of one figure of reach, one for each target and called like it."""
    return "".join(
        f'[[indicator]]\nid = "{metric} {target}"\nname = "Reach"\nof = "campaign:forum"\nmetric = "{metric}"\n'
        f"target = {target}\n"
        for target in targets
    )


def test_an_indicator_of_a_bound_of_reach_is_judged_by_both_bounds(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Reach=100), post(2, Reach=70)))
    verdicts = {100: "reached", 101: "cannot be told", 170: "cannot be told", 171: "not yet reached"}
    names = ("reach", "reach_at_least", "reach_at_most")
    progress = indicators(world, "".join(of_reach(metric, *verdicts) for metric in names))
    for metric in names:
        rows = {target: progress[f"{metric} {target}", "whole"] for target in verdicts}
        assert {target: row["verdict"] for target, row in rows.items()} == verdicts
        shown = (170, 170, False) if metric == "reach_at_most" else (100, 170, True)
        assert {(row["actual"], row["actual_at_most"], row["is_at_least"]) for row in rows.values()} == {shown}


def test_the_last_bound_that_held_proves_no_target_missed(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Reach=100), post(2, Reach=70)))
    world.drop("2024-10-20/a.csv", meta(post(1, Views=900), without=["Reach"]))
    row = indicators(world, of_reach("reach_at_most_then", 500))["reach_at_most_then 500", "whole"]
    told = (row["actual"], row["actual_at_most"], row["is_at_least"], row["verdict"])
    assert told == (170, None, True, "cannot be told")
