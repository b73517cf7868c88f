"""Who follows a page of Facebook's, by country and city, as the Graph API tells it.

Reference: https://developers.facebook.com/docs/platforminsights/page (page_follows_country, page_follows_city; the
deprecated metrics beside it).
Limits: of fewer than 100 people nothing is told. Age and gender were retired with ``page_fans_gender_age``; the file
Audience of Meta Business Suite still has them. They are asked for once in seven nights.
"""

from __future__ import annotations

from functools import partial

from connectors.asking.answers import ExtractBuilder, Question, objects
from connectors.asking.http import Http
from connectors.asking.protocol import Protocol
from connectors.audiences import ACCOUNT_AUDIENCE
from connectors.meta.graph import items
from connectors.meta.parts import Parts
from connectors.reading.breakdowns import part_of

WITHHELD = "Facebook told none, as it does of fewer than 100 people"
METRICS = {"country": "page_follows_country", "city": "page_follows_city"}


def pull(http: Http, protocol: Protocol, path: str, parts: Parts) -> None:
    """Asks for each dimension apart; one that is refused costs those that are left.

    Raises:
        Unanswered: the page is refused as a whole.
    """
    for metric in METRICS.values():
        parts.attempt(
            ACCOUNT_AUDIENCE, partial(http.get, protocol, f"{path}/insights", {"metric": metric, "period": "day"})
        )


def read(builder: ExtractBuilder, account: str, question: Question) -> bool:
    """Adds what one answer tells of a page's followers, by its newest day; whether it is such an answer."""
    metric = question.params.get("metric", "")
    dimension = next((name for name, theirs in METRICS.items() if theirs == metric), None)
    if dimension is None:
        return False
    values = [value.get("value") for entry in items([question.body]) for value in objects(entry.get("values"))]
    newest = next((value for value in reversed(values) if isinstance(value, dict)), {})
    told = [(part_of(dimension, [part]), None, number) for part, number in newest.items()]
    builder.audience(question.asked_at, account, "followers", dimension, told, WITHHELD)
    return True
