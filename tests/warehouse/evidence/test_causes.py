"""What is behind the causes of differences: files that came, files that went, rules, and ids that were changed."""

from __future__ import annotations

from datetime import date

import pytest

from flows.steps import night
from flows.steps.withdrawal import withdraw
from tests.conftest import CAMPAIGN, World, meta, post
from warehouse.day import Day
from warehouse.evidence import causes

NEW = CAMPAIGN.replace('"forum"\nactivity', '"rti"\nactivity').replace('name = "The forum"', 'name = "Another"')


def day(world: World, plan: str = CAMPAIGN) -> Day:
    world.plan(plan)
    world.load()
    return night.read_state(world.workspace, night.read_plan(world.workspace), date(2024, 12, 30))


@pytest.mark.parametrize(
    ("plan", "is_proposed"),
    [
        (NEW.replace('hashtags = ["forum"]', 'text = ["Post 1", "Post 2"]'), True),
        (NEW.replace('hashtags = ["forum"]', 'text = ["Post 1"]'), False),
        (NEW.replace("Another", "the Forum").replace('"forum"] }', '"none"] }'), True),
        (CAMPAIGN + NEW, False),
    ],
    ids=["half of its posts", "less than half", "the same name", "the old one is still there"],
)
def test_a_new_campaign_may_be_one_that_is_gone_by_name_or_by_half_of_its_posts(
    world: World, plan: str, is_proposed: bool
) -> None:
    world.drop("2024-10-01/a.csv", meta(*(post(number, Views=1) for number in range(1, 5))))
    before = day(world)
    lines = causes.renamed(before, day(world, plan))
    assert len(lines) == is_proposed
    assert all(line.endswith('write renamed = "forum" into rti') for line in lines)


def test_files_that_came_and_files_that_went_are_named(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=1)))
    before = day(world)
    world.drop("2024-10-02/b.csv", meta(post(1, Views=2)))
    after = day(world)
    (line,) = causes.loads(before, after)
    assert line.startswith("2024-10-02/b.csv, received ")
    withdraw(world.workspace, "2024-10-02/b.csv", "typed wrong", "Dara")
    world.load()
    (line,) = causes.withdrawn(after, day(world))
    assert line.startswith("2024-10-02/b.csv: ")


def test_posts_that_rules_take_or_leave_now_are_counted_by_rule(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=1), post(2, Views=1)))
    before = day(world)
    after = day(world, CAMPAIGN.replace('hashtags = ["forum"]', 'text = ["Post 1"]'))
    assert causes.rules(before, after) == [
        "forum: 1 post no longer by rule 1: #forum",
    ]
