"""Who took part in events, by the rule "Attendances are not people": a second count, in plain Python.

A log is a list of rows as dictionaries of texts, in the columns of the template; its newest version stands for all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

PEOPLE = (
    "participants",
    "participants_women",
    "participants_men",
    "participants_sex_not_told",
    "participants_youth",
    "participants_with_disability",
)
COLUMN = {name: name.removeprefix("participants_") for name in PEOPLE}
"""What the template calls each of them."""
GATHERINGS = {"event", "meeting", "workshop", "training", "debate", "webinar"}

Row = Mapping[str, str]


def totals(logs: Iterable[Sequence[Row]], first_day: str, last_day: str, title: str) -> dict[str, Any]:
    """The events of some days whose title holds a text, and what is known of who took part in them.

    Args:
        logs: the newest version of each log.
        first_day, last_day: both belong to the days, as ISO dates.
        title: small letters.
    """
    rows = [
        row
        for log in logs
        for row in log
        if first_day <= row["date"] <= last_day and title in row["title"].lower()
        and (row["kind"] in GATHERINGS or any(row.get(COLUMN[name]) for name in PEOPLE))
    ]  # fmt: skip
    sums: dict[str, Any] = {"events": sum(int(row.get("events") or 1) for row in rows)}
    for name in PEOPLE:
        who_know = [row for row in rows if row.get(COLUMN[name])]
        sums[name] = sum(int(row[COLUMN[name]]) for row in who_know) if who_know else None
        sums[f"{name}_known"] = sum(int(row.get("events") or 1) for row in who_know)
    return sums
