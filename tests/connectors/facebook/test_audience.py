"""Who follows a page, as its API tells it."""

from __future__ import annotations

from datetime import timedelta

from connectors.asking.pulling import Window
from connectors.audiences import ACCOUNT_AUDIENCE, NIGHTS
from connectors.facebook.audience import METRICS, WITHHELD
from tests.connectors.conftest import NOW, Ask
from tests.connectors.facebook.test_api import PAGE, facebook

ITS_NIGHT = next(
    NOW + timedelta(days=days) for days in range(NIGHTS) if Window(NOW + timedelta(days=days)).is_turn_of(PAGE, NIGHTS)
)


def test_followers_are_counted_by_country_and_city_by_the_newest_day(serve, ask: Ask) -> None:
    platform = facebook()
    platform.followers = {
        "page_follows_country": {"KH": 90, "TH": 3},
        "page_follows_city": {"Phnom Penh, Cambodia": 60},
    }
    done = ask(serve(facebook=platform), "facebook", PAGE, window=Window(ITS_NIGHT))
    assert done.extract.audiences.select("account_id", "audience", "dimension", "part", "count", "told").rows() == [
        (PAGE, "followers", "country", "KH", 90, "90"), (PAGE, "followers", "country", "TH", 3, "3"),
        (PAGE, "followers", "city", "Phnom Penh, Cambodia", 60, "60"),
    ]  # fmt: skip
    assert ACCOUNT_AUDIENCE not in done.withheld


def test_they_are_asked_for_on_one_night_in_seven(serve, ask: Ask) -> None:
    server = serve(facebook=facebook(0))
    for day in range(NIGHTS):
        ask(server, "facebook", PAGE, window=Window(NOW + timedelta(days=day)))
    assert sum(question.params.get("metric") in METRICS.values() for question in server.questions) == len(METRICS)


def test_an_answer_without_parts_is_not_known_and_says_why(serve, ask: Ask) -> None:
    figures = ask(serve(facebook=facebook()), "facebook", PAGE, window=Window(ITS_NIGHT)).extract.audiences
    assert figures.select("dimension", "part", "count", "unknown_because").rows() == [
        (dimension, None, None, WITHHELD) for dimension in METRICS
    ]


def test_an_audience_that_is_refused_costs_itself_only(serve, ask: Ask) -> None:
    platform = facebook()
    platform.retired = set(METRICS.values())
    done = ask(serve(facebook=platform), "facebook", PAGE, window=Window(ITS_NIGHT))
    assert (list(done.withheld), done.extract.audiences.height) == ([ACCOUNT_AUDIENCE], 0)
    assert done.extract.account_figures.height > 1
