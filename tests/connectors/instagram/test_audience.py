"""Who follows an account, as its API tells it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.asking.pulling import Window
from connectors.audiences import ACCOUNT_AUDIENCE, NIGHTS
from connectors.instagram.audience import DIMENSIONS, WITHHELD
from tests.connectors.conftest import NOW, TOKEN, Ask
from tests.connectors.instagram.server import Instagram
from tests.platforms.world import Account

ACCOUNT = "17841400000000001"
ITS_NIGHT = next(
    NOW + timedelta(days=days)
    for days in range(NIGHTS)
    if Window(NOW + timedelta(days=days)).is_turn_of(ACCOUNT, NIGHTS)
)
COUNTS = {
    "age": {"18-24": 40, "65+": 2},
    "gender": {"F": 30, "M": 11, "U": 1},
    "country": {"KH": 42},
    "city": {"Phnom Penh": 9},
}


def instagram() -> Instagram:
    return Instagram({ACCOUNT: Account(ACCOUNT, "Mekong Radio", token=TOKEN)}, followers=COUNTS)


def test_followers_are_counted_by_each_dimension_of_those_who_follow_that_day(serve, ask: Ask) -> None:
    done = ask(serve(instagram=instagram()), "instagram", ACCOUNT, window=Window(ITS_NIGHT))
    figures = done.extract.audiences
    assert figures.select("dimension", "part", "count").rows() == [
        ("age", "18-24", 40), ("age", "65+", 2), ("gender", "women", 30), ("gender", "men", 11), ("gender", "others", 1),
        ("country", "KH", 42), ("city", "Phnom Penh", 9),
    ]  # fmt: skip
    assert (set(figures["size"]), set(figures["account_id"]), set(figures["audience"])) == (
        {555},
        {ACCOUNT},
        {"followers"},
    )
    assert done.withheld == {}


def test_they_are_asked_for_on_one_night_in_seven(serve, ask: Ask) -> None:
    nights = [
        ask(serve(instagram=instagram()), "instagram", ACCOUNT, window=Window(NOW + timedelta(days=n)))
        for n in range(NIGHTS)
    ]
    assert sorted(night.extract.audiences.height for night in nights) == [0] * (NIGHTS - 1) + [7]


def test_an_answer_without_parts_is_not_known_and_says_why(serve, ask: Ask) -> None:
    platform = instagram()
    platform.followers = {}
    figures = ask(serve(instagram=platform), "instagram", ACCOUNT, window=Window(ITS_NIGHT)).extract.audiences
    assert figures.select("dimension", "part", "count", "unknown_because").rows() == [
        (dimension, None, None, WITHHELD) for dimension in DIMENSIONS
    ]


@pytest.mark.parametrize("metric", ["account audience"])
def test_an_audience_that_is_refused_costs_itself_only(serve, ask: Ask, metric: str) -> None:
    platform = instagram()
    platform.retired = {metric}
    done = ask(serve(instagram=platform), "instagram", ACCOUNT, window=Window(ITS_NIGHT))
    assert list(done.withheld) == [ACCOUNT_AUDIENCE]
    assert (done.extract.audiences.height, done.extract.account_figures.height > 1) == (0, True)
