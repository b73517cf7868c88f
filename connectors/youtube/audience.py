"""Who watches a channel of YouTube's, by age and gender and by country, as Analytics tells its owner.

Reference: https://developers.google.com/youtube/analytics/channel_reports (viewer demographics, geographic areas).
Limits: age and gender are shares of viewers who are signed in; groups that too few belong to are left out, so that the
shares need not add up. Of countries the 200 with the most views are told. Both are of 90 days that end three days
before, since Analytics lags. They are asked for once in seven nights.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from connectors.asking.answers import ExtractBuilder, Question, objects
from connectors.asking.http import Http
from connectors.asking.protocol import Protocol
from connectors.asking.pulling import Window, Withheld
from connectors.asking.refusals import Unanswered
from connectors.audiences import ACCOUNT_AUDIENCE, NIGHTS
from connectors.reading.breakdowns import part_of

WITHHELD = "YouTube told none, as it does of too few viewers"
_DAYS, _LAG = timedelta(days=89), timedelta(days=3)
_QUESTIONS: tuple[Mapping[str, str | int], ...] = (
    {"dimensions": "ageGroup,gender", "metrics": "viewerPercentage", "sort": "gender,ageGroup"},
    {"dimensions": "country", "metrics": "views", "sort": "-views", "maxResults": 200},
)


def pull(http: Http, protocol: Protocol, url: str, channel: str, window: Window) -> dict[str, Withheld]:
    """Asks for both dimensions on the channel's night; what is withheld, where either is refused.

    Raises:
        Unanswered: the channel is refused as a whole.
    """
    if not (window.is_turn_of(channel, NIGHTS) and window.asks_for(ACCOUNT_AUDIENCE)):
        return {name: before for name, before in window.withheld.items() if name == ACCOUNT_AUDIENCE}
    end = window.now.date() - _LAG
    days = {"ids": f"channel=={channel}", "startDate": (end - _DAYS).isoformat(), "endDate": end.isoformat()}
    for question in _QUESTIONS:
        try:
            http.get(protocol, f"{url}/v2/reports", {**days, **question}, units=0)
        except Unanswered as refusal:
            if refusal.who not in ("bug", "person") or refusal.code in ("authError", "401"):
                raise
            return {
                ACCOUNT_AUDIENCE: window.refused(
                    ACCOUNT_AUDIENCE, str(refusal), is_for_a_person=refusal.who == "person"
                )
            }
    return {}


def read(builder: ExtractBuilder, channel: str, question: Question) -> bool:
    """Adds what an answer tells of an audience; whether it is one of these."""
    wanted = next((one for one in _QUESTIONS if one["dimensions"] == question.params.get("dimensions")), None)
    if wanted is None:
        return False
    start, end = (date.fromisoformat(question.params[name]) for name in ("startDate", "endDate"))
    names = [str(head.get("name")) for head in objects(question.body.get("columnHeaders"))]
    rows = question.body.get("rows")
    lists = [row for row in rows if isinstance(row, list)] if isinstance(rows, list) else []
    cells = [dict(zip(names, row, strict=False)) for row in lists]
    told: list[tuple[str, object, object]]
    if wanted["metrics"] == "views":
        whose = ("views", "country")
        told = [(part_of("country", [str(one.get("country"))]), None, one.get("views")) for one in cells]
    else:
        whose = ("viewers", "age_and_gender")
        told = [(_age_and_gender(one), one.get("viewerPercentage"), None) for one in cells]
    builder.audience(question.asked_at, channel, *whose, told, WITHHELD, start=start, end=end)
    return True


def _age_and_gender(cells: Mapping[str, Any]) -> str:
    return part_of("age_and_gender", [str(cells.get("ageGroup")), str(cells.get("gender"))])
