from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from connectors.asking.answers import ExtractBuilder, Question
from connectors.contract import Raw
from connectors.meta import graph

NOW = datetime(2026, 10, 8)


@pytest.mark.parametrize(
    ("paging", "cursor"),
    [({"next": "https://…", "cursors": {"after": "a"}}, "a"), ({"cursors": {"after": "a"}}, None),
     ({"next": "https://…"}, None), ({"next": "https://…", "cursors": {"after": 5}}, None), (None, None)],
)  # fmt: skip
def test_a_page_has_a_next_one_only_where_it_names_it(paging: object, cursor: str | None) -> None:
    assert graph.cursor({"paging": paging}) == cursor


def test_the_highest_share_of_either_header_is_the_limit() -> None:
    headers = {
        "X-App-Usage": '{"call_count": 20, "total_time": 5, "total_cputime": 90.5}',
        "X-Business-Use-Case-Usage": '{"7": [{"call_count": 40, "total_time": true}]}',
    }
    assert graph._limit(headers) == (0.905, None)
    assert graph._limit({"X-App-Usage": "broken"}) is None
    waiting = graph._limit(
        {"X-Business-Use-Case-Usage": '{"7": [{"call_count": 1, "estimated_time_to_regain_access": 5}]}'}
    )
    assert waiting is not None
    assert waiting.used == 1.0
    assert waiting.until is not None


def test_insights_are_the_last_value_or_the_total_and_an_empty_list_is_not_zero() -> None:
    item = {"insights": {"data": [
        {"name": "views", "values": [{"value": 1}, {"value": 2}]},
        {"name": "reach", "total_value": {"value": 3}},
        {"name": "shares", "values": []},
    ]}}  # fmt: skip
    assert graph.insights(item) == {"views": 2, "reach": 3}
    assert graph.insights({"insights": {"data": []}}) == graph.insights({}) == {}


@pytest.mark.parametrize(("days", "is_final"), [(2, False), (3, True)])
def test_a_day_is_final_when_more_than_two_days_lie_behind_it(days: int, is_final: bool) -> None:
    end = f"{NOW.date() - timedelta(days=days - 1)}T07:00:00+0000"
    body = {"data": [
        {"name": "page_media_view", "period": "day", "values": [{"value": 5, "end_time": end}, {"value": 6}]},
        {"name": "page_media_view", "period": "week", "values": [{"value": 50, "end_time": end}]},
        {"name": "another", "period": "day", "values": [{"value": 7, "end_time": end}]},
    ]}  # fmt: skip
    builder = ExtractBuilder("facebook")
    question = Question("7/insights", {}, NOW, body, {})
    graph.figures_by_day(builder, "7", question, "America/Los_Angeles", {"views": "page_media_view"})
    figures = builder.extract(Raw("api/a", b"", NOW, NOW), {}).account_figures
    day = NOW.date() - timedelta(days=days)
    assert figures.select("metric", "period_start", "value", "is_final").rows() == [("views", day, 5, is_final)]
