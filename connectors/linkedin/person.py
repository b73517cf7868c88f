"""A person's workbook of LinkedIn in any language: its sheets are known by how they are built, whatever their words.

Every genuine workbook has the same sheets: the overall performance, days, top posts, followers. The list of top posts
is two lists side by side, by engagements and by impressions, which no other export has.
"""

from __future__ import annotations

import re

from connectors.reading import links
from connectors.reading.files import Table
from connectors.reading.headers import Header, header_key
from connectors.reading.numbers import count

_WRITTEN = r"\d{1,4}[/.-] ?\d{1,2}[/.-] ?\d{1,4}"
_RANGE = re.compile(rf"({_WRITTEN})\.? ?[-–] ?({_WRITTEN})\.?")
"""The first and last day that stand in one cell, as ``3/24/2025 - 3/23/2026``."""
_DAY = re.compile(_WRITTEN)
_SIDE = 3  # a list has a link, a day and a figure


def top_posts(table: Table) -> Header | None:
    """The header of the two lists of top posts: twice a link, a day and a figure, the second list's impressions."""
    for at, line in enumerate(table.top):
        filled = [place for place, cell in enumerate(line) if cell]
        if len(filled) != 2 * _SIDE:
            continue
        words = [header_key(line[place]) for place in filled]
        left, right = words[:_SIDE], words[_SIDE:]
        if left[:-1] == right[:-1] and left[-1] != right[-1] and _has_posts(table, at, filled):
            positions = {
                "url": (filled[0], filled[3]),
                "published_at": (filled[1], filled[4]),
                "impressions": (filled[5],),
            }
            return Header(at, line, "", positions)
    return None


def _has_posts(table: Table, at: int, places: list[int]) -> bool:
    """Whether a line below the header has LinkedIn's link and a day where either list has them."""
    for line in table.top[at + 1 :]:
        for start in (0, _SIDE):
            link, day = (line[place] if place < len(line) else "" for place in places[start : start + 2])
            if links.platform(link) == "linkedin" and _DAY.search(day):
                return True
    return False


def overall(table: Table) -> Header | None:
    """The lines of the overall performance: a range of days, impressions, and the members reached, who are no more."""
    lines = [line for line in table.top[:4] if any(line)]
    if len(lines) < 3 or any(len(line) < 2 for line in lines[:3]) or not _RANGE.fullmatch(lines[0][1]):
        return None
    impressions, reach = _number(lines[1][1]), _number(lines[2][1])
    if impressions is None or reach is None or reach > impressions:
        return None
    positions = {"impressions": (table.top.index(lines[1]),), "reach": (table.top.index(lines[2]),)}
    return Header(0, tuple(line[0] if line else "" for line in table.top), "", positions)


def range_of(table: Table) -> tuple[str, ...]:
    """The first and last day that stand in one cell, as ``3/24/2025 - 3/23/2026``; empty where none does."""
    cells = (cell for line in table.top for cell in line)
    return next((span.groups() for cell in cells if (span := _RANGE.fullmatch(cell))), ())


def followers_day(table: Table) -> tuple[int, str] | None:
    """The line that says how many followers there are on a day, and the day as written; None where there is none."""
    for at, line in enumerate(table.top[:3]):
        day = _DAY.search(line[0]) if len(line) > 1 else None
        if day and len(line[0]) > len(day[0]) + 1 and _number(line[1]) is not None:  # a day alone begins a row of days
            return at, day[0]
    return None


def _number(text: str) -> int | None:
    try:
        return count(text).value
    except ValueError:
        return None
