"""What ``reach explain`` shows: a figure as a tree that adds up, as lines, and why it is not another."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.cli import explain
from flows.cli.screen import Format
from flows.steps.settings import Workspace
from tests.conftest import PAGE, World, meta, post
from tests.flows.cli.typed import reach
from tests.warehouse.evidence.test_readings_behind import explained
from warehouse.evidence import readings_behind


def values(node: dict[str, Any]) -> list[Any]:
    """The values just below a node of the tree."""
    below = node.get("assets") or node.get("posts") or node.get("readings") or []
    return [part["value"] for part in below if part["value"] is not None]


@pytest.mark.parametrize("metric", ["views", "watch_seconds", "posts", "short-listed"])
def test_every_value_of_the_tree_is_the_sum_of_those_below(published: Workspace, metric: str) -> None:
    words = ("explain", "iduai-2024", metric, "--as-of", "2024-12-30", "--format", "json", "--home", published.home)
    tree = json.loads(reach(*words).stdout)
    assert sum(values(tree)) == pytest.approx(tree["figure"])
    for asset in tree["assets"]:
        assert sum(values(asset)) == pytest.approx(asset["value"] or 0)
        for shown in asset["posts"]:
            assert sum(values(shown)) == pytest.approx(shown["value"] or 0)


def test_a_figure_names_post_reading_file_and_row(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10), post(2)))
    world.load()
    shown = reach("explain", "forum", "views", "--as-of", "2024-12-30", "--home", world.workspace.home).stdout
    assert "forum, views: 10, as of 2024-12-30" in shown
    assert "2024-10-01/a.csv, row 1, load " in shown
    assert "Not known of 1 post, which is not counted as 0." in shown


def test_reach_is_shown_by_its_bounds(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Reach=100), post(2, Reach=70)))
    world.load()
    shown = reach("explain", "forum", "reach", "--as-of", "2024-12-30", "--home", world.workspace.home).stdout
    assert "forum, reach: at least 100, at most 170" in shown
    assert "Reach is not added up." in shown


def test_a_number_seen_elsewhere_is_held_against_the_figure(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    world.drop("2024-11-01/b.csv", meta(post(1, Views=14)))
    world.load()
    words = ("explain", "forum", "views", "--as-of", "2024-10-15", "--against", "14", "--home", world.workspace.home)
    shown = reach(*words).stdout
    assert shown.startswith(
        "forum, views, as of 2024-10-15: 10 here, 14 there.\nThe difference is +4. What can make it:\n"
    )
    assert "  1 post was read again after 2024-10-15: +4 (read on 2024-11-01)" in shown
    data = json.loads(reach(*words, "--format", "json").stdout)
    assert (data["figure"], data["against"], data["reasons"][0]["amount"]) == (10, 14, 4)


def test_lines_of_a_count_stay_as_they_are_and_json_says_by_what_was_known(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    evidence = explained(world, "views")
    assert explain.in_units(evidence)["value"].to_list() == evidence.lines["value"].to_list() == [10]
    explain.show([evidence], world.day("2024-10-15"), None, Format.json)
    assert json.loads(capsys.readouterr().out)["known_on"] is None


def test_a_figure_names_what_people_decided_on_its_posts(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10), post(2, Views=5, Description="Lunch")))
    lunch = f"facebook:{PAGE}_122158000000000002"
    world.drop("reach.csv", f"post,campaign,not ours,remark\n{lunch},forum,,At the forum\n")
    day = world.day("2024-10-15")
    told = (
        f"{lunch} counts in forum: decided in reach.csv, B2, which came on {day.decisions['decided_at'][0]:%Y-%m-%d} UTC, since “At the "
        "forum”"
    )
    explain.show([readings_behind.figure_evidence(day, "forum", "views")], day, None, Format.json)
    assert json.loads(capsys.readouterr().out)["decisions"] == [told]
    explain.show([readings_behind.figure_evidence(day, "forum", "views")], day, None, Format.table)
    assert " ".join(told.split()) in " ".join(capsys.readouterr().out.split())


def test_a_figure_names_the_posts_that_people_took_out_of_it(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10), post(2, Views=5_000), post(3)))
    lunch, other = (f"facebook:{PAGE}_12215800000000000{number}" for number in (2, 3))
    world.drop("reach.csv", f"post,not ours,remark\n{lunch},yes,Lunch\n{other},yes,\n")
    world.load()
    words = ("explain", "forum", "views", "--as-of", "2024-12-30", "--home", world.workspace.home)
    shown = " ".join(reach(*words).stdout.split())
    assert "2 posts that a rule would take are not in it, by what people decided, with 5,000 views:" in shown
    assert (
        f"5,000 “Post 2 #forum” by Page 1, rule 1: #forum; {lunch} not ours: decided in reach.csv, B2, which" in shown
    )
    assert f"not known “Post 3 #forum” by Page 1, rule 1: #forum; {other} not ours: decided in reach.csv, B3" in shown
    tree = json.loads(reach(*words, "--format", "json").stdout)
    assert (tree["figure"], tree["known_counts"]) == (10, {"posts": 1, "known": 1})
    assert [(row["post_id"], row["value"]) for row in tree["taken_out"]] == [
        (lunch.partition(":")[2], 5_000), (other.partition(":")[2], None),
    ]  # fmt: skip
    assert all("decided in reach.csv" in row["decision"] for row in tree["taken_out"])
    shown = reach("explain", "forum", "reach", *words[3:]).stdout
    assert "2 posts that a rule would take are not in it, by what people decided:" in " ".join(shown.split())


@pytest.mark.parametrize(("value", "text"), [(None, None), ("a", "a"), (1, 1), (True, True), (b"a", "b'a'")])
def test_a_value_is_plain_where_json_has_it(value: object, text: object) -> None:
    assert explain.plain(value) == text


def test_lines_of_several_figures_stand_below_one_another(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    evidence = explained(world, "views")
    with (tmp_path / "lines.csv").open("w", encoding="utf-8", newline="") as out:
        monkeypatch.setattr(sys, "stdout", out)
        explain.show([evidence, evidence], world.day("2024-10-15"), None, Format.csv)
    assert pl.read_csv(tmp_path / "lines.csv")["value"].to_list() == [10, 10]
