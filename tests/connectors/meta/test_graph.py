from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from connectors.asking.answers import ExtractBuilder, Question
from connectors.asking.pulling import Window, Withheld
from connectors.asking.refusals import Unanswered
from connectors.contract import Raw
from connectors.meta import graph
from connectors.meta.graph import Parts

NOW = datetime(2026, 10, 8)


class Asked:
    """A question that refuses these parts, with this code; what it was asked for."""

    def __init__(self, *refused: str, code: str = "100") -> None:
        self.refused, self.code = set(refused), code
        self.parts: list[tuple[str, ...]] = []

    def __call__(self, parts: Sequence[str]) -> dict[str, Any]:
        self.parts.append(tuple(parts))
        if self.refused & set(parts) or "all" in self.refused:
            raise Unanswered("no such metric", "bug", self.code)
        return {}


def test_a_metric_that_is_refused_is_found_by_halving_and_costs_itself_only() -> None:
    parts, ask = Parts(("a", "b", "c", "d"), Window(NOW)), Asked("c")
    parts.settle(ask)
    assert (parts.wanted, list(parts.withheld)) == (("a", "b", "d"), ["c"])
    assert ask.parts == [("a", "b", "c", "d"), (), ("a", "b"), ("c", "d"), ("c",), ("d",)]


@pytest.mark.parametrize(("code", "is_for_a_person", "start"), [("100", False, "nobody: "), ("200", True, "no such")])
def test_a_permission_is_for_a_person_and_a_metric_that_retired_for_nobody(
    code: str, is_for_a_person: bool, start: str
) -> None:
    parts = Parts(("a", "b"), Window(NOW))
    parts.settle(Asked("b", code=code))
    withheld = parts.withheld["b"]
    assert (withheld.is_for_a_person, withheld.why.startswith(start)) == (is_for_a_person, True)


def test_what_is_refused_without_any_part_is_refused_whole() -> None:
    parts = Parts(("a", "b"), Window(NOW))
    with pytest.raises(Unanswered):
        parts.settle(Asked("all"))
    with pytest.raises(Unanswered):
        parts.settle(Asked("a", code="190"))


def test_an_object_that_is_gone_puts_no_blame_on_a_metric() -> None:
    parts = Parts(("a", "b"), Window(NOW))
    parts.ask_one(Asked("a", "b"))
    assert (parts.wanted, parts.withheld) == (("a", "b"), {})


def test_one_object_is_asked_for_once_and_a_harmless_refusal_of_it_says_nothing() -> None:
    parts, ask = Parts(("a", "b"), Window(NOW)), Asked("all", code="10")
    parts.ask_one(ask, harmless="10")
    assert (ask.parts, parts.wanted, parts.withheld) == ([("a", "b")], ("a", "b"), {})
    with pytest.raises(Unanswered):
        parts.ask_one(ask)
    parts.ask_one(Asked("a"))
    assert (parts.wanted, list(parts.withheld)) == (("b",), ["a"])


def test_what_an_old_page_does_not_have_is_withheld_of_no_other() -> None:
    parts = Parts(("a", "b"), Window(NOW))
    assert parts.left(Asked("a")) == ("b",)
    assert (parts.wanted, parts.withheld) == (("a", "b"), {})


def test_what_was_refused_lately_is_not_asked_for_and_stays_withheld() -> None:
    before = {"a": Withheld("no", NOW, NOW - timedelta(days=1))}
    parts = Parts(("a", "b"), Window(NOW, withheld=before))
    assert (parts.wanted, graph.pull_result(parts).withheld) == (("b",), before)


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
