from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from connectors.asking.answers import Question
from connectors.meta.batch import figures_alone

OURS = {"views": "post_views", "reach": "post_reach"}


def question(*parts: tuple[str, int, Any]) -> Question:
    """A batch: each part's address, status and body."""
    sent = {"batch": [{"method": "GET", "relative_url": address} for address, _, _ in parts]}
    body = [{"code": status, "body": json.dumps(content)} for _, status, content in parts]
    return Question("", {}, datetime(2026, 10, 1), body, sent)


def given(name: str, value: int) -> dict[str, Any]:
    return {"data": [{"name": name, "values": [{"value": value}]}]}


def refused(code: int, subcode: int = 0) -> dict[str, Any]:
    return {"error": {"code": code, "error_subcode": subcode, "message": "No."}}


def test_figures_of_several_batches_come_together_by_post() -> None:
    first = question(("v26.0/1/insights?metric=post_views", 200, given("post_views", 5)))
    second = question(("v26.0/1/insights?metric=post_reach", 200, given("post_reach", 4)))
    alone = figures_alone([first, second], "facebook", OURS)
    assert [entry["name"] for entry in alone.insights["1"]["data"]] == ["post_views", "post_reach"]
    assert alone.reasons == {}


def test_a_post_that_refuses_what_another_gives_says_why() -> None:
    batch = question(
        ("v26.0/1/insights?metric=post_views", 200, given("post_views", 5)),
        ("v26.0/2/insights?metric=post_views", 400, refused(12)),
    )
    alone = figures_alone([batch], "facebook", OURS)
    assert alone.why_unknown("2", {"views": None}) == {"views": "refused by Facebook: No (code 12)"}
    assert alone.why_unknown("2", {"views": 7}) == alone.why_unknown("1", {"views": None}) == {}


def test_a_metric_that_no_post_gives_is_no_posts_fault_but_where_the_platform_says_so() -> None:
    parts = [(f"v26.0/{post}/insights?metric=post_views", 400, refused(100)) for post in "12"]
    old = ("v26.0/3/insights?metric=post_views", 400, refused(100, 2108006))
    alone = figures_alone([question(*parts, old)], "facebook", OURS)
    assert [post for post, reasons in alone.reasons.items() if reasons] == ["3"]


def test_a_post_that_refuses_everything_says_why() -> None:
    batch = question(("v26.0/1/insights?metric=post_views,post_reach", 400, refused(12)))
    assert set(figures_alone([batch], "facebook", OURS).reasons["1"]) == {"views", "reach"}


def test_a_batch_with_another_breakdown_is_another_question() -> None:
    batch = question(("v26.0/1/insights?metric=post_views&breakdown=is_from_ads", 200, given("post_views", 5)))
    assert figures_alone([batch], "facebook", OURS).insights == {}
    assert set(figures_alone([batch], "facebook", OURS, "is_from_ads").insights) == {"1"}
