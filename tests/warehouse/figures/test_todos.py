"""Whom to ask for which figures by when."""

from __future__ import annotations

from datetime import date

import pytest

from flows.steps import night
from tests.conftest import CAMPAIGN, OTHER_PAGE, PAGE, PLAN, World, meta, post
from warehouse.day import Day
from warehouse.figures import todos
from warehouse.figures.todos import Span
from warehouse.plan.model import parse

ORGANISATIONS = (
    '[[organisation]]\nname = "Lens"\ncontact = "Dara"\n[[organisation]]\nname = "Circle"\ncontact = "Dara"\n'
    '[[organisation]]\nname = "Forum"\n'
)


def account(account_id: str, organisation: str, more: str = "") -> str:
    return f'[[account]]\nid = "{account_id}"\norganisation = "{organisation}"\n{more}'


def day(world: World, plan: str, as_of: str = "2024-12-30") -> Day:
    world.plan(plan)
    world.load()
    return night.read_state(world.workspace, night.read_plan(world.workspace), date.fromisoformat(as_of))


def wanted(of_day: Day) -> dict[str, list[tuple[str, date | None]]]:
    return {todo.who: [(page.account_id, page.last_day) for page in todo.pages] for todo in todos.todos(of_day)}


def test_one_person_is_asked_once_for_all_pages_of_all_organisations(world: World) -> None:
    world.drop("2024-12-01/a.csv", meta(post(1, PAGE, Views=1), post(2, OTHER_PAGE, Views=2)))
    plan = CAMPAIGN + ORGANISATIONS + account(f"facebook:{PAGE}", "Lens") + account(f"facebook:{OTHER_PAGE}", "Circle")
    of_day = day(world, plan)
    assert wanted(of_day) == {"Dara": [(PAGE, date(2024, 12, 1)), (OTHER_PAGE, date(2024, 12, 1))]}
    assert todos.todos(of_day)[0].organisation == "Circle, Lens"


@pytest.mark.parametrize(("as_of", "is_asked"), [("2024-12-15", False), ("2024-12-16", True)])
def test_a_page_is_asked_for_two_weeks_after_it_was_read(world: World, as_of: str, is_asked: bool) -> None:
    world.drop("2024-12-01/a.csv", meta(post(1, Views=1)))
    assert bool(todos.todos(day(world, CAMPAIGN, as_of))) == is_asked


def test_a_page_of_the_plan_that_never_came_in_is_asked_for_unless_a_file_calls_it_otherwise(world: World) -> None:
    world.drop("2024-12-30/a.csv", meta(post(1, Views=1)))
    plan = (
        CAMPAIGN
        + ORGANISATIONS
        + account("tiktok:forum.kh", "Forum")
        + account("facebook:x", "Forum", 'also = ["Page 1"]\n')
    )
    assert wanted(day(world, plan)) == {"Forum": [("forum.kh", None)]}
    theirs = account("tiktok:forum.kh", "Forum", "not_ours = true\n")
    assert wanted(day(world, CAMPAIGN + ORGANISATIONS + theirs)) == {}


def test_nobody_is_asked_once_the_report_is_due(world: World) -> None:
    world.drop("2024-12-01/a.csv", meta(post(1, Views=1)))
    plan = PLAN.replace("[[activity]]", "ends = 2024-12-30\n[[activity]]", 1) + CAMPAIGN
    world.workspace.plan_file.write_text(plan, encoding="utf-8")
    world.load()
    of_day = night.read_state(world.workspace, night.read_plan(world.workspace), date(2024, 12, 30))
    assert of_day.is_reported  # today is later than 90 days after the last day
    assert todos.todos(of_day) == []


@pytest.mark.parametrize(
    ("project", "campaign", "as_of", "span"),
    [
        ("", "starts = 2024-09-01\n", "2024-12-20", Span(date(2024, 9, 1), date(2024, 12, 20), None)),
        ("starts = 2024-01-01\n", "", "2024-12-20", Span(date(2024, 1, 1), date(2024, 12, 20), None)),
        ("", "", "2024-12-20", Span(None, date(2024, 12, 20), None)),
        ("ends = 2024-12-30\n", "", "2025-01-10", Span(None, date(2024, 12, 30), date(2024, 12, 30))),
    ],
)
def test_the_days_to_choose_are_the_campaigns_or_the_projects(
    world: World, project: str, campaign: str, as_of: str, span: Span
) -> None:
    text = PLAN.replace("[[activity]]", f"{project}[[activity]]", 1) + CAMPAIGN + campaign
    world.workspace.plan_file.write_text(text, encoding="utf-8")
    world.load()
    at = date.fromisoformat(as_of)
    assert todos.span(night.read_state(world.workspace, night.read_plan(world.workspace), at)) == span


@pytest.mark.parametrize(
    ("as_of", "by"), [("2024-09-29", "2024-09-30"), ("2024-09-30", "2025-03-30"), ("2025-03-30", None)]
)
def test_figures_are_due_on_the_next_reports_day(as_of: str, by: str | None) -> None:
    text = (
        PLAN.replace("[[activity]]", "ends = 2024-12-30\n[[activity]]", 1)
        + '[[report]]\nname = "q"\nas_of = 2024-09-30\n'
    )
    plan = parse(text, ("facebook",))
    assert todos.due(plan, date.fromisoformat(as_of)) == (by and date.fromisoformat(by))
