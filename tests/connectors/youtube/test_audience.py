"""Who watches a channel, as Analytics tells its owner."""

from __future__ import annotations

from datetime import date, timedelta

from connectors.asking.pulling import Window
from connectors.audiences import ACCOUNT_AUDIENCE, NIGHTS
from connectors.youtube.audience import WITHHELD
from tests.connectors.conftest import NOW, Ask
from tests.connectors.youtube.test_api import CHANNEL, by_key, by_permission, channel

ITS_NIGHT = next(
    NOW + timedelta(days=days)
    for days in range(NIGHTS)
    if Window(NOW + timedelta(days=days)).is_turn_of(CHANNEL, NIGHTS)
)
ROWS = {
    "ageGroup,gender": [["age18-24", "female", 12.3], ["age65-", "male", 0.05], ["age25-34", "genderOther", 1]],
    "country": [["KH", 90], ["TH", 0]],
}


def test_shares_of_viewers_and_views_by_country_are_those_of_90_days_that_end_three_days_before(
    serve, ask: Ask
) -> None:
    platform = channel()
    platform.audience = ROWS
    figures = by_permission(ask, serve(youtube=platform), window=Window(ITS_NIGHT)).extract.audiences
    assert figures.select("audience", "dimension", "part", "share_millionths", "count", "told").rows() == [
        ("viewers", "age_and_gender", "18-24, women", 123_000, None, "12.3"),
        ("viewers", "age_and_gender", "65+, men", 500, None, "0.05"),
        ("viewers", "age_and_gender", "25-34, others", 10_000, None, "1"),
        ("views", "country", "KH", None, 90, "90"),
        ("views", "country", "TH", None, 0, "0"),
    ]
    end = ITS_NIGHT.date() - timedelta(days=3)
    days: list[tuple[date, date]] = figures.select("period_start", "period_end").unique().rows()
    assert days == [(end - timedelta(days=89), end)]


def test_an_answer_without_rows_is_not_known_and_says_why(serve, ask: Ask) -> None:
    figures = by_permission(ask, serve(youtube=channel()), window=Window(ITS_NIGHT)).extract.audiences
    assert figures.select("dimension", "part", "unknown_because").rows() == [
        ("age_and_gender", None, WITHHELD), ("country", None, WITHHELD)
    ]  # fmt: skip


def test_an_audience_that_is_refused_costs_itself_and_is_remembered_on_other_nights(serve, ask: Ask) -> None:
    platform = channel()
    platform.refused = {"viewerPercentage"}
    refused = by_permission(ask, serve(youtube=platform), window=Window(ITS_NIGHT))
    assert (list(refused.withheld), refused.extract.audiences.height) == ([ACCOUNT_AUDIENCE], 0)
    assert refused.extract.observations["shares"].count() > 0
    next_night = Window(ITS_NIGHT + timedelta(days=1), withheld=refused.withheld)
    assert list(by_permission(ask, serve(youtube=platform), window=next_night).withheld) == [ACCOUNT_AUDIENCE]


def test_with_a_key_alone_nobodys_audience_is_asked_for(serve, ask: Ask) -> None:
    server = serve(youtube=channel())
    by_key(ask, server, window=Window(ITS_NIGHT))
    assert not any(question.path == "/v2/reports" for question in server.questions)
