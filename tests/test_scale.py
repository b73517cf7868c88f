"""docs/scale.md says what benchmarks/scale.py calculates, and that calculates with what Reach does."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from benchmarks import scale
from benchmarks.apis import questions
from flows import turns
from flows.steps.ask_apis import DEPTHS, RARELY

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "scale.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("table", scale.tables().split("\n\n"))
def test_the_page_has_the_tables_as_they_are_calculated(table: str) -> None:
    assert table in PAGE


def test_so_many_posts_are_read_on_each_night_as_nights_ask_for() -> None:
    (_, often), (_, rarer) = DEPTHS
    nights = range(often * rarer * RARELY)
    posts_of = [250 if night % RARELY == 0 else 80 if night % rarer == 0 else 40 for night in nights]
    parts = {posts: Fraction(posts_of.count(posts), len(nights)) for posts in scale.NIGHTS}
    assert {posts: pytest.approx(part) for posts, part in scale.NIGHTS.items()} == {
        k: float(v) for k, v in parts.items()
    }


def test_a_page_asks_what_is_counted_with_40_posts() -> None:
    counted_as = {
        name: (one.requests[0], (one.units or one.requests)[0])
        for name, one in scale.PLATFORMS.items()
        if name != "website"
    }
    asked_for = questions(40)
    assert {name: counts for name, counts in asked_for.items() if name in counted_as} == {
        **counted_as,
        "tiktok": (4, 3),  # a token's refresh is a request and no unit; all requests are held against the limit
    }
    assert asked_for["website"][0] == scale.PLATFORMS["website"].requests[0]


def test_the_network_is_the_one_that_is_asked_about() -> None:
    assert (scale.MEMBER_POSTS, scale.MEMBER_READINGS) == (100_000, 10_000_000)
    assert len(scale.PLATFORMS) * scale.PLATFORM_PAGES == scale.PAGES
    assert turns.TURN_SECONDS == scale.NIGHT_HOURS * 3600


def test_a_limit_is_enough_for_the_pages_whose_units_fit_into_it_and_not_for_one_more() -> None:
    for name, platform in scale.PLATFORMS.items():
        if platform.served is None:
            assert platform.limit is None or platform.is_pages_own, name
        else:
            assert platform.served * platform.units_a_night <= platform.limit
            assert (platform.served + 1) * platform.units_a_night > platform.limit


def test_a_machine_holds_the_members_whose_work_fits_into_it_and_not_one_more() -> None:
    night = next(part for part in scale.parts() if part.what == "each night")
    seconds = scale.NIGHT_CPU + scale.ASKING_CPU * scale.PAGES / scale.ORGANISATIONS
    there = scale.USED * scale.MACHINE_CPUS * scale.NIGHT_HOURS * 3600
    assert night.members * seconds <= there < (night.members + 1) * seconds
