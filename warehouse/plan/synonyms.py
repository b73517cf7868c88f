"""What a plan may write in place of a campaign's id or a figure's column: the id of before, and the words of screens.

Both are replaced before anything is checked, so that nobody behind this has to know of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from warehouse.figure_words import figure_named
from warehouse.measures import NAMEABLE
from warehouse.plan.mistakes import Row

_OF_CAMPAIGN = "campaign:"


def replaced(data: Row) -> dict[str, Any]:
    """A plan's tables, as they were read, with new ids and columns in the places of old ids and of words."""
    new_ids, stages = dict[str, str](), list[str]()
    for row in _rows(data, "campaign"):
        stages += [stage for stage in _listed(row.get("stages")) if isinstance(stage, str)]
        if isinstance(row.get("id"), str):
            new_ids |= {old: row["id"] for old in _listed(row.get("renamed")) if isinstance(old, str)}
    names = (*NAMEABLE, *stages)

    def new_id(old: str) -> str:
        return new_ids.get(old, old)

    def column(word: str) -> str:
        return figure_named(word, names) or word

    ways: dict[str, dict[str, Callable[[str], str]]] = {
        "asset": {"campaign": new_id},
        "printed": {"campaign": new_id, "metric": column},
        "indicator": {"of": lambda subject: _of(subject, new_ids), "metric": column},
    }

    def with_new(row: object, keys: Mapping[str, Callable[[str], str]]) -> object:
        if not isinstance(row, Mapping):
            return row
        return {
            key: keys[key](value) if key in keys and isinstance(value, str) else value for key, value in row.items()
        }

    return {
        **data,
        **{
            section: [with_new(row, keys) for row in data[section]]
            for section, keys in ways.items()
            if isinstance(data.get(section), list)
        },
    }


def _rows(data: Row, section: str) -> list[Row]:
    rows = data.get(section)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _of(subject: str, new_ids: Mapping[str, str]) -> str:
    name = subject.removeprefix(_OF_CAMPAIGN)
    return f"{_OF_CAMPAIGN}{new_ids[name]}" if subject.startswith(_OF_CAMPAIGN) and name in new_ids else subject
