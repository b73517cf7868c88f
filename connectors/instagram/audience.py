"""Who follows an account of Instagram's, by age, gender, country and city, as its API tells it.

Reference: https://developers.facebook.com/docs/instagram-platform/api-reference/instagram-user/insights
(follower_demographics, metric_type=total_value, period=lifetime).
Limits: of fewer than 100 followers nothing is told; of cities and countries the 45 with the most followers are. Counts
are those of the day of asking, and lag by up to two days. They are asked for once in seven nights.
"""

from __future__ import annotations

from functools import partial

from connectors.asking.answers import ExtractBuilder, Question, inner, objects
from connectors.asking.http import Http
from connectors.asking.protocol import Protocol
from connectors.audiences import ACCOUNT_AUDIENCE
from connectors.meta.graph import items
from connectors.meta.parts import Parts
from connectors.reading.breakdowns import part_of

DIMENSIONS = ("age", "gender", "country", "city")
WITHHELD = "Instagram told none, as it does of fewer than 100 followers"
_METRIC = "follower_demographics"


def pull(http: Http, protocol: Protocol, path: str, parts: Parts) -> None:
    """Asks for each dimension apart; one that is refused costs those that are left.

    Raises:
        Unanswered: the account is refused as a whole.
    """
    for dimension in DIMENSIONS:
        question = {"metric": _METRIC, "period": "lifetime", "metric_type": "total_value", "breakdown": dimension}
        parts.attempt(ACCOUNT_AUDIENCE, partial(http.get, protocol, f"{path}/insights", question))


def is_asked_for(question: Question) -> bool:
    """Whether a question was one for an audience."""
    return question.params.get("metric") == _METRIC


def read(builder: ExtractBuilder, account: str, question: Question, followers: int | None) -> None:
    """Adds what one answer tells of an account's followers, of whom there are ``followers``."""
    dimension = question.params.get("breakdown", "")
    if dimension not in DIMENSIONS:
        return
    results = [
        result
        for entry in items([question.body])
        for breakdown in objects(inner(entry, "total_value").get("breakdowns"))
        for result in objects(breakdown.get("results"))
    ]
    told = [
        (part_of(dimension, [str(values[0])]), None, result.get("value"))
        for result in results
        if isinstance(values := result.get("dimension_values"), list) and len(values) == 1
    ]
    builder.audience(question.asked_at, account, "followers", dimension, told, WITHHELD, size=followers)
