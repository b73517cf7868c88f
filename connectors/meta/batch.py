"""Posts that are asked for their insights alone, fifty to one of Graph's batches, and what they answered.

Reference: https://developers.facebook.com/docs/graph-api/batch-requests. A batch is answered at once; the asynchronous
ones are what Meta takes away.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from connectors.asking.answers import Question, text_at
from connectors.asking.http import Http
from connectors.asking.paging import batches
from connectors.asking.protocol import Protocol, Reply
from connectors.asking.refusals import Unanswered
from connectors.meta import errors, graph
from connectors.meta.parts import Parts

AT_ONCE = 50
"""Questions of one batch, each of which counts as a call."""

Alone = tuple[str, tuple[str, ...]]
"""One post, and the metrics that it is asked for."""


def ask_alone(
    http: Http, protocol: Protocol, version: str, parts: Parts, wanted: Sequence[Alone], breakdown: str = ""
) -> dict[Alone, Unanswered] | Unanswered:
    """The refusals of posts that are asked for insights by Graph's names, fifty to a batch; that of a whole batch.

    What one post of a batch is refused with is no less of that post where it is the code of a limit or of a token: the
    account is asked, which says whether it is of all. What was not got to, or may pass, is asked once more. Where a
    limit refuses it again, the posts of further batches are left for the next pull.

    Raises:
        Unanswered: the account does not answer.
    """
    refusals: dict[Alone, Unanswered] = {}
    limit = None
    for batch in batches(wanted, AT_ONCE):
        if limit is not None:
            refusals |= dict.fromkeys(batch, limit)
            continue
        left: Sequence[Alone] = batch
        for afresh in (False, True):
            try:
                answers = _answers(http, protocol, version, left, breakdown, afresh=afresh)
            except Unanswered as refused:
                parts.ask_whether_whole(refused)
                return refused
            again = []
            for alone, answer in zip(left, answers, strict=False):
                refusals.pop(alone, None)
                why = _refusal_in(protocol, answer)
                if why is not None:
                    parts.ask_whether_whole(why)
                    refusals[alone] = why
                if answer is None or (why and (why.who in ("again", "window") or errors.is_of_a_token(why))):
                    again.append(alone)
            left = again
            if not left:
                break
        limit = next((refusals[alone] for alone in left if alone in refusals and refusals[alone].who == "window"), None)
    return refusals


def _answers(
    http: Http, protocol: Protocol, version: str, wanted: Sequence[Alone], breakdown: str, *, afresh: bool
) -> list[Any]:
    split = f"&breakdown={breakdown}" if breakdown else ""
    batch = [{"method": "GET", "relative_url": f"{version}/{post}/insights?metric={','.join(metrics)}{split}"}
             for post, metrics in wanted]  # fmt: skip
    body = {"batch": batch, "include_headers": False}
    return http.post_for_list(protocol, version, body, units=len(batch), is_afresh=afresh)


def _refusal_in(protocol: Protocol, answer: object) -> Unanswered | None:
    """What one answer of a batch refuses, if it does."""
    status = answer.get("code") if isinstance(answer, dict) else None
    return protocol.refusal(Reply(status if isinstance(status, int) else 0, {}, _body(answer)))


def _body(answer: object) -> Any:
    """The JSON that one answer of a batch holds as text; null where it holds none."""
    try:
        return json.loads(text_at(answer, "body") or "null")
    except ValueError:
        return None


@dataclass(frozen=True)
class FiguresAlone:
    """What posts answered that were asked alone: by id the insights that came, by our metric why one is not known."""

    insights: dict[str, Any]
    reasons: dict[str, dict[str, str]]

    def why_unknown(self, post: str, counts: Mapping[str, object]) -> dict[str, str]:
        """Why a post's counts are not known, of those that are not."""
        return {metric: why for metric, why in self.reasons.get(post, {}).items() if counts.get(metric) is None}


def figures_alone(
    asked_questions: Sequence[Question], platform: str, ours: Mapping[str, str], breakdown: str = ""
) -> FiguresAlone:
    """What a pull's batches with this breakdown were answered; ``ours`` is our metric -> Graph's name.

    Insights come as the object ``insights`` of a post in a list, from however many answers. A metric that no post of
    several was answered for is no post's fault, and no reason is told, but where a post refuses everything.
    """
    alone = FiguresAlone({}, {})
    refusals: dict[str, dict[str, Unanswered]] = {}
    metric_of = {theirs: metric for metric, theirs in ours.items()}
    for request, answer in _batch_answers(asked_questions):
        address = urlsplit(str(request.get("relative_url")))
        params, post, body = dict(parse_qsl(address.query)), address.path.split("/")[-2:][0], _body(answer)
        if params.get("breakdown", "") != breakdown:
            continue
        if answer.get("code") == HTTPStatus.OK:
            entries = alone.insights.setdefault(post, {"data": []})["data"]
            entries += graph.items([body])
        elif refused := errors.refusal(platform, post, Reply(0, {}, body)):
            names = params.get("metric", "").split(",")
            refusals.setdefault(post, {}).update({metric_of[name]: refused for name in names if name in metric_of})
    answered = {
        metric_of.get(name) for entries in alone.insights.values() for name in graph.insights({"insights": entries})
    }
    for post, of_post in refusals.items():
        is_whole = len(of_post) > 1 and post not in alone.insights
        alone.reasons[post] = {
            metric: f"refused by {platform.capitalize()}: {errors.why_of_a_post(refused)}"
            for metric, refused in of_post.items()
            if is_whole or metric in answered or errors.is_before_professional(refused)
        }
    return alone


def _batch_answers(asked_questions: Sequence[Question]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each question of each batch with its answer, where it has one."""
    for question in asked_questions:
        batch = question.sent.get("batch") if isinstance(question.sent, dict) else None
        for request, answer in zip(batch or (), question.body if batch else (), strict=False):
            if isinstance(request, dict) and isinstance(answer, dict):
                yield request, answer
