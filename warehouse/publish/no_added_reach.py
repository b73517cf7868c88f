"""Whether a question in SQL would add up reach, which counts people: one person may stand in several of its numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import duckdb

ADDS_NOTHING = frozenset(
    {
        "count", "count_star", "min", "max", "arg_min", "arg_max", "argmin", "argmax", "min_by", "max_by", "any_value",
        "arbitrary", "first", "last", "median", "first_value", "last_value", "lag", "lead", "row_number", "rank",
        "dense_rank", "percent_rank", "greatest", "least", "ifnull", "abs", "round", "floor", "ceil", "ceiling", "/",
        "~~", "!~~", "~~*", "!~~*", "~~~", "like_escape", "contains", "starts_with", "ends_with", "prefix", "suffix",
        "regexp_matches", "lower", "upper", "trim", "concat", "||", "substring", "substr", "left", "right", "length",
        "strftime", "date_trunc", "datetrunc", "date_part", "datepart", "year", "quarter", "month", "week", "day",
        "bool_and", "bool_or",
    }
)  # fmt: skip
"""Functions that put no two numbers together: only these may stand in a question that names reach."""
_HIDES_NAMES = frozenset({"query", "query_table", "getvariable"})
"""Functions whose texts are names or SQL again, which nobody can look into before."""
_PEOPLE = "reach"
_MAY_BE_PEOPLE = frozenset({"actual", "actual_at_most", "value"})
"""Columns that hold figures of any metric, a row each."""
_STATEMENTS = (duckdb.StatementType.EXPLAIN, duckdb.StatementType.SELECT)

_NO_SUMS = (
    "Reach counts people and is never added up: beside reach stand only functions that put no two numbers together, "
    "such as min, max and count. Ask for reach and for sums in two questions. "
    "Several campaigns have reach_at_least and reach_at_most in activity_totals and project_totals."
)
_NAME_COLUMNS = (
    "Name the columns, with AS and without *, where something is reckoned: reach may stand among them, and is never "
    "added up."
)


def why_not(sql: str) -> str | None:
    """Why a question is not answered; None where it puts no two numbers together that count people.

    What reckons and what counts people may not stand in one question, at whatever depth, since a column may get
    another name in between. Whoever adds up two answers is not kept from it.
    """
    with duckdb.connect() as connection:
        try:
            statements = connection.extract_statements(sql)
        except duckdb.Error:
            return None  # whoever answers it says what cannot be read
        if any(statement.type not in _STATEMENTS for statement in statements):
            return "Only SELECT, FROM, WITH, VALUES, DESCRIBE, SHOW and EXPLAIN are answered."
        if any(statement.type == duckdb.StatementType.EXPLAIN for statement in statements):
            return None  # it tells how a question is answered, and no answer
        parsed: dict[str, Any] = json.loads(connection.execute("select json_serialize_sql(?)", [sql]).fetchall()[0][0])
    if parsed["error"]:
        return "This question cannot be looked into: write it as one SELECT."
    nodes = list(_nodes(parsed["statements"]))
    if any(node.get("show_type") == "SUMMARY" for node in nodes):
        return _NO_SUMS  # it tells the mean of every column, and of how many rows
    reckoning = {_function(node) for node in nodes if node.get("class") in ("FUNCTION", "WINDOW")} - ADDS_NOTHING
    if reckoning & _HIDES_NAMES:
        return _NAME_COLUMNS
    if not reckoning:
        return None
    names = [[str(name).lower() for name in node["column_names"]] for node in nodes if node.get("column_names")]
    if any(_PEOPLE in name or name in _MAY_BE_PEOPLE for path in names for name in path):
        return _NO_SUMS
    rows = {str(node.get(key) or "").lower() for node in nodes for key in ("alias", "table_name") if "sample" in node}
    has_whole_rows = any(len(path) == 1 and path[0] in rows for path in names)
    return _NAME_COLUMNS if has_whole_rows or any(map(_leaves_names_out, nodes)) else None


def _leaves_names_out(node: dict[str, Any]) -> bool:
    """Whether columns are taken without their names, or get other names in one go."""
    if node.get("type") == "TABLE_FUNCTION":
        return False  # it has no columns of a table, and what it is given is looked at
    unnamed = node.get("class") in ("STAR", "POSITIONAL_REFERENCE")
    return bool(unnamed or node.get("column_name_alias") or node.get("aliases"))


def _function(node: dict[str, Any]) -> str:
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
