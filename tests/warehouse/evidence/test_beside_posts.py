"""What stands behind figures that are not read of posts: the events of a campaign, each with its row of the log."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.conftest import CAMPAIGN, World, copy_of, new_world
from tests.warehouse.figures.test_attendances import PLAN, line, log
from tests.warehouse.figures.test_campaign_visits import OCTOBER, SITE, report
from warehouse.evidence import why_not
from warehouse.evidence.lines import FigureEvidence, sum_of_lines
from warehouse.evidence.readings_behind import figure_evidence


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = new_world(tmp_path_factory.mktemp("events"))
    world.plan(PLAN)
    rows = line(1, participants=300, women=120), line(2, events=2, participants=188), line(3, kind="radio")
    world.drop("2024-12-01/log.csv", log(*rows))
    return world


@pytest.fixture
def world(planned: World, tmp_path: Path) -> World:
    return copy_of(planned, tmp_path)


def explained(world: World, metric: str) -> FigureEvidence:
    return figure_evidence(world.day(), "forum", metric)


@pytest.mark.parametrize(
    ("metric", "values", "figure"),
    [("participants", [300, 188], 488), ("participants_women", [120, None], 120), ("events", [1, 2], 3),
     ("participants_men", [None, None], None)],
)  # fmt: skip
def test_the_lines_of_events_add_up_to_the_figure_and_name_their_rows(
    planned: World, metric: str, values: list[int | None], figure: int | None
) -> None:
    evidence = explained(planned, metric)
    assert evidence.figure == figure
    assert evidence.lines["value"].to_list() == values
    assert evidence.lines.select("path", "row", "grade").rows() == [
        ("2024-12-01/log.csv", 1, "entered"), ("2024-12-01/log.csv", 2, "entered")
    ]  # fmt: skip
    assert evidence.lines.filter(pl.col("value").is_null())["note"].to_list() == [
        "not known: its log or list does not tell it"
    ] * values.count(None)


def test_women_are_asked_for_by_what_reports_call_them_in_both_languages(planned: World) -> None:
    assert explained(planned, "Women among participants").metric == "participants_women"
    assert explained(planned, "អ្នកចូលរួម").metric == "participants"


def test_a_campaign_without_events_has_none_and_its_participants_are_not_known(world: World) -> None:
    assert figure_evidence(world.day(), "debates", "events").figure == 0
    assert figure_evidence(world.day(), "debates", "participants").figure is None


def test_events_are_no_programmes(planned: World) -> None:
    evidence = explained(planned, "outreach")
    assert (evidence.figure, evidence.lines["post_id"].to_list()) == (1, ["Secretariat 2024-09-27 3"])


OTHER = "not counted: another report tells these days, or some of them"


def test_visits_by_a_campaigns_links_are_the_rows_that_name_its_tags_and_each_other_row_says_why_it_does_not_count(
    tmp_path: Path,
) -> None:
    world = new_world(tmp_path)
    world.plan(CAMPAIGN + 'utm = ["forum-2024"]\n')
    world.drop(f"{SITE}/a.csv", OCTOBER)
    world.drop("2024-11-20/mekong.example/b.csv", report("forum-2024,x / y,9", first="20241020", last="20241031"))
    evidence = explained(world, "tagged visits")
    assert (evidence.figure, sum_of_lines(evidence.lines)) == (150, 150)
    assert evidence.lines.select("account_name", "text", "value", "note", "row").rows() == [
        ("mekong.example", "FORUM-2024", 30, "mekong.example, FORUM-2024, telegram / social", 2),
        ("mekong.example", "forum-2024", 120, "mekong.example, forum-2024, facebook / social", 1),
        ("mekong.example", "forum-2024", None, f"mekong.example, forum-2024, x / y, {OTHER}", 1),
    ]
    assert set(evidence.lines["connector"]) == {"website"}
    (reason,) = why_not.reasons(world.day(), evidence, 159)
    assert reason.detail.endswith(OTHER)


def test_where_no_visit_has_the_tags_that_the_plan_names_the_figure_is_0_without_a_line(tmp_path: Path) -> None:
    world = new_world(tmp_path)
    assert explained(world, "tagged_visits").figure is None
    world.plan(CAMPAIGN + 'utm = ["forum-2024"]\n')
    world.drop(f"{SITE}/a.csv", report("x,y / z,1"))
    evidence = explained(world, "tagged_visits")
    assert (evidence.figure, evidence.lines.height) == (0, 0)
