"""Why a figure is not what somebody sees elsewhere."""

from __future__ import annotations

from tests.conftest import CAMPAIGN, OTHER_PAGE, World, meta, post
from tests.samples import studio_zip, video
from warehouse.evidence import readings_behind, why_not


def amounts(world: World, number: float, as_of: str = "2024-12-30") -> dict[str, int | None]:
    state = world.day(as_of)
    evidence = readings_behind.figure_evidence(state, "forum", "views")
    return {reason.what: reason.amount for reason in why_not.reasons(state, evidence, number)}


def test_later_readings_and_posts_that_are_read_later_have_their_amounts(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=100)))
    world.drop("2024-11-01/b.csv", meta(post(1, Views=140), post(2, Views=9)))
    notes = amounts(world, 149, "2024-10-15")
    assert notes["1 post was read again after 2024-10-15"] == 40
    assert notes["1 post was first read after 2024-10-15"] == 9
    assert notes["counters went on since they were read"] is None


def test_gone_posts_and_posts_that_no_campaign_took_have_their_amounts(world: World) -> None:
    rows = [post(n, Views=10) for n in range(1, 6)]
    other = post(6, Views=3) | {"Description": "no tag"}
    world.drop("2024-10-01/Sep-01-2024_Sep-30-2024_1.csv", meta(*rows, other))
    world.drop("2024-11-01/Sep-01-2024_Sep-30-2024_1 (1).csv", meta(*rows[:4], other))
    notes = amounts(world, 43)
    assert notes["1 post is gone from its platform, which counts it no more"] == -10
    assert notes["1 post of the same accounts and days is taken by no campaign"] == 3


def test_cross_posts_that_count_once_have_their_amount(world: World) -> None:
    same = {"Views": 100, "Reactions": 9, "Comments": 3, "Shares": 2, "Is crosspost": 1, "Description": "One #forum"}
    world.drop("2024-10-01/a.csv", meta(post(1) | same, post(2, OTHER_PAGE) | same))
    assert amounts(world, 200)["1 cross-posts show a video's own figures again, and count once"] == 100


def test_what_has_no_amount_is_named(world: World) -> None:
    printed = '[[report]]\nname = "r"\nas_of = 2024-12-30\n[[printed]]\nreport = "r"\ncampaign = "forum"\nmetric = "views"\nvalue = 50\n'
    world.plan(CAMPAIGN + printed)
    world.drop("2024-10-01/a.csv", meta(post(1, Views="3.5K"), post(2)))
    world.drop("Content 2024-10-01_2024-10-31 Our channel.zip", studio_zip("", "", [video("Sep 27, 2023", Views=20)]))
    notes = amounts(world, 50)
    assert notes["that is the one printed in r"] is None
    assert notes["1 readings were rounded by their source"] is None
    assert notes["1 post without a reading of it"] is None
    assert notes["of 1 post only gains over periods are known, which are no total"] is None


def test_a_file_that_is_not_used_is_named(world: World) -> None:
    rows = [post(n, Views=1000) for n in range(1, 7)]
    world.drop("2024-10-01/a.csv", meta(*rows))
    world.drop("2024-10-02/b.csv", meta(*(r | {"Views": 10} for r in rows)))
    assert "a file is not used" in amounts(world, 60)


def test_a_change_of_what_the_platform_counts_is_named(world: World) -> None:
    world.drop("2024-12-01/a.csv", meta(post(1, Views=10)))
    assert "what the platform counts has changed in between" in amounts(world, 60)


def test_money_that_somebody_sees_elsewhere_may_have_the_rows_that_do_not_count(world: World) -> None:
    world.plan(CAMPAIGN + 'ads = ["Vlogs"]\n')
    head = "Campaign name,Amount spent (USD),Reporting starts,Reporting ends\n"
    world.drop("2024-11-01/a.csv", head + "Vlogs,10,2024-10-01,2024-10-31\nVlogs,2,2024-10-15,2024-10-31\n")
    day = world.day()
    (reason,) = why_not.reasons(day, readings_behind.figure_evidence(day, "forum", "spend"), 12_000_000)
    assert (reason.what, reason.amount) == ("2024-11-01/a.csv, row 2, does not count", None)
    assert reason.detail == "Vlogs: not counted, its days overlap those that count"
