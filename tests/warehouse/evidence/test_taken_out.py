"""Posts that people took out of a campaign are told with what they would bring, and by which rule they would count."""

from __future__ import annotations

import polars as pl
import pytest

from tests.conftest import CAMPAIGN, OTHER_PAGE, PAGE, World, meta, post
from tests.samples import crossposted
from warehouse.evidence import taken_out, why_not
from warehouse.evidence.readings_behind import figure_evidence

OTHER = '[[campaign]]\nid = "debate"\nactivity = "1.2"\nname = "The Debate"\n'
LUNCH = f"{PAGE}_122158000000000002"
FILE = "post,campaign,not ours,remark\n"


@pytest.fixture
def read(world: World) -> World:
    world.plan(CAMPAIGN + OTHER)
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10, Reach=8), post(2, Views=5, Reach=4), post(3)))
    return world


def told(world: World, campaign: str = "forum", metric: str = "views") -> list[tuple[str, int | None]]:
    return taken_out.posts(world.day(), campaign, metric).select("post_id", "value").rows()


@pytest.mark.parametrize("cells", [",yes,Lunch", "debate,,"])
def test_a_post_that_is_not_ours_or_of_another_campaign_is_taken_out(read: World, cells: str) -> None:
    assert told(read) == []
    read.drop("reach.csv", f"{FILE}facebook:{LUNCH},{cells}\n")
    (row,) = taken_out.posts(read.day(), "forum", "views").iter_rows(named=True)
    assert (row["post_id"], row["text"], row["value"], row["rule"]) == (LUNCH, "Post 2 #forum", 5, "rule 1: #forum")
    assert f"facebook:{LUNCH}" in row["decision"]
    assert "decided in reach.csv, " in row["decision"]
    assert told(read, "debate") == []
    assert figure_evidence(read.day(), "forum", "views").figure == 10


@pytest.mark.parametrize(
    ("metric", "value"),
    [("views", 5), ("reach", 4), ("posts", 1), ("likes", None), ("engagements", None)],
)
def test_what_a_post_would_bring_is_in_the_units_of_the_figure(read: World, metric: str, value: int | None) -> None:
    read.drop("reach.csv", f"{FILE}facebook:{LUNCH},,yes,\n")
    assert told(read, metric=metric) == [(LUNCH, value)]


@pytest.mark.parametrize("metric", ["outreach", "visits", "posts_gone"])
def test_figures_that_the_post_is_no_part_of_lose_nothing(read: World, metric: str) -> None:
    read.drop("reach.csv", f"{FILE}facebook:{LUNCH},,yes,\n")
    assert told(read, metric=metric) == []


@pytest.mark.parametrize("cells", ["forum,,", "forum; debate,,"])
def test_a_post_that_stays_is_not_taken_out(read: World, cells: str) -> None:
    read.drop("reach.csv", f"{FILE}facebook:{LUNCH},{cells}\n")
    assert told(read) == []


def test_what_the_plan_itself_names_or_leaves_out_was_not_taken_out_by_a_decision(read: World) -> None:
    read.drop("reach.csv", f"{FILE}facebook:{LUNCH},debate,,\n")
    read.plan(CAMPAIGN + OTHER + f'posts = ["facebook:{LUNCH}"]\n')
    assert told(read) == []
    read.plan(CAMPAIGN + f'except = ["facebook:{LUNCH}"]\n' + OTHER)
    assert told(read) == []


def test_a_decision_that_is_taken_back_takes_nothing_out(read: World) -> None:
    read.drop("reach.csv", f"{FILE}facebook:{LUNCH},,yes,\n")
    assert told(read) == [(LUNCH, 5)]
    read.drop("later.csv", f"post,take back\nfacebook:{LUNCH},yes\n")
    assert told(read) == []


def test_a_cross_post_brings_nothing_while_its_video_counts_and_its_video_once(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(crossposted(1, PAGE)))
    world.drop("2024-10-01/b.csv", meta(crossposted(2, OTHER_PAGE)))
    first, second = world.table("post_totals").select(pl.format("{}:{}", "platform", "post_id")).to_series().sort()
    views = world.campaign()["views"]
    world.drop("reach.csv", f"{FILE}{first},,yes,\n")
    assert [value for _, value in told(world)] == [None]
    assert figure_evidence(world.day(), "forum", "views").figure == views
    assert taken_out.posts(world.day(), "forum", "views")["note"].to_list() == [taken_out.COUNTED_BY_ANOTHER]
    world.drop("reach2.csv", f"{FILE}{second},,yes,\n")
    assert [value for _, value in told(world)] == [views, None]


def test_a_number_held_against_the_figure_names_them(read: World) -> None:
    read.drop("reach.csv", f"{FILE}facebook:{LUNCH},,yes,\n")
    day = read.day()
    reasons = why_not.reasons(day, figure_evidence(day, "forum", "views"), 15)
    amounts = {reason.what: reason.amount for reason in reasons if reason.amount is not None}
    assert amounts == {"1 post was taken out by what people decided": 5}
    of_reach = why_not.reasons(day, figure_evidence(day, "forum", "reach"), 15)
    assert "1 post was taken out by what people decided" in {reason.what for reason in of_reach}
    assert {reason.amount for reason in of_reach} == {None}
