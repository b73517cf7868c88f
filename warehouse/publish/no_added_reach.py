"""Whether a question in SQL would add up reach, which counts people: one person may stand in several of its numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import duckdb

ADDING = frozenset(
    {
        "sum", "sum_no_overflow", "sumkahan", "kahan_sum", "fsum", "avg", "mean", "favg", "list_sum", "list_avg",
        "list_aggregate", "list_reduce", "array_reduce", "reduce", "list", "array_agg", "+", "add", "product",
    }
)  # fmt: skip
"""Functions that add values up, or put them into a list that another one adds up."""
_COUNTS_PEOPLE = "reach"


def why_not(sql: str) -> str | None:
    """Why a question is not answered; None where it adds nothing that counts people.

    What adds up and what counts people may not stand in one question, at whatever depth, since a column may get
    another name in between.
    """
    with duckdb.connect() as connection:
        parsed: dict[str, Any] = json.loads(connection.execute("select json_serialize_sql(?)", [sql]).fetchall()[0][0])
    if parsed["error"]:
        return None  # it is no SELECT, or cannot be read: whoever answers it says so
    nodes = list(_nodes(parsed["statements"]))
    adding = [node for node in nodes if node.get("class") in ("FUNCTION", "WINDOW") and _name(node) in ADDING]
    if not adding:
        return None
    if any(_COUNTS_PEOPLE in str(name).lower() for node in nodes for name in node.get("column_names", ())):
        return (
            "Reach counts people and is never added up: ask for reach and for sums in two questions. "
            "Several campaigns have reach_at_least and reach_at_most in activity_totals and project_totals."
        )
    stars = [node for one in adding for node in _nodes(one) if node.get("class") == "STAR"]
    renamed = any(node.get("column_name_alias") for node in nodes)
    if stars or renamed:
        return "Name the columns that are added up: reach may stand among them, and is never added up."
    return None


def _name(node: dict[str, Any]) -> str:
    return str(node.get("function_name", "")).lower()


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object of a parsed statement."""
    if isinstance(tree, dict):
        yield tree
        for part in tree.values():
            yield from _nodes(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from _nodes(part)
