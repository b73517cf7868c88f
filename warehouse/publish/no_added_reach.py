"""Whether a question in SQL would add up reach, which counts people: one person may stand in several of its numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import duckdb

ADDS_NOTHING = frozenset(
    {
        "count", "count_star", "min", "max", "arg_min", "arg_max", "argmin", "argmax", "min_by", "max_by", "any_value",
        "arbitrary", "first", "last", "quantile_disc", "first_value", "last_value", "row_number", "rank", "dense_rank",
        "percent_rank", "greatest", "least", "ifnull", "abs", "round", "floor", "ceil", "ceiling", "/", "~~", "!~~",
        "~~*", "!~~*", "~~~", "like_escape", "contains", "starts_with", "ends_with", "prefix", "suffix",
        "regexp_matches", "lower", "upper", "trim", "strftime", "date_trunc", "datetrunc", "date_part", "datepart",
        "year", "quarter", "month", "week", "day", "bool_and", "bool_or",
    }
)  # fmt: skip
"""Functions that put no two numbers together: only these may stand in a question that names reach.

A median of two numbers is half of their sum. Texts that are put together, or cut at a place, add up lengths and places.
"""
_COUNTS_ROWS = frozenset({"count", "count_star", "row_number", "rank", "dense_rank", "percent_rank"})
_LAYS_ROWS_TOGETHER = frozenset({"JOIN", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE"})
"""Parts of a question that make rows. As many as people can be made, and counted: that adds people up."""
_TABLES = frozenset({"range", "generate_series", "unnest", "duckdb_columns", "duckdb_tables", "pragma_table_info"})
"""Functions that may stand for a table. Of the others, some hold SQL or names in a text, and some tell of the disk."""
_HIDES_NAMES = frozenset({"getvariable"})
"""A function whose text is a name, which nobody can look into before."""
_PEOPLE = ("reach", "audience")
_MAY_BE_PEOPLE = frozenset({"actual", "actual_at_most", "baseline", "target", "percent", "value"})
"""Columns that hold figures of any metric, a row each. From a percent of a target follows the actual."""
_STATEMENTS = (duckdb.StatementType.SELECT,)

_NO_SUMS = (
    "Reach counts people and is never added up: beside reach and audience stand only functions that put no two numbers "
    "together, such as min, max and count, and rows are counted of one table. Ask for reach and for sums in two "
    "questions. Several campaigns have reach_at_least and reach_at_most in activity_totals and project_totals."
)
_NAME_COLUMNS = (
    "Name the columns, with AS and without *, where something is reckoned: reach may stand among them, and is never "
    "added up."
)
_NO_SUCH_TABLE = f"Only published tables are asked, and of functions as tables {', '.join(sorted(_TABLES))}."


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
            return "Only SELECT, FROM, WITH, VALUES, DESCRIBE and SHOW are answered."
        parsed: dict[str, Any] = json.loads(connection.execute("select json_serialize_sql(?)", [sql]).fetchall()[0][0])
    if parsed["error"]:
        return "This question cannot be looked into: write it as one SELECT."
    nodes = list(_nodes(parsed["statements"]))
    if any(node.get("show_type") == "SUMMARY" for node in nodes):
        return _NO_SUMS  # it tells the mean of every column, and of how many rows
    if {_function(node["function"]) for node in nodes if node.get("type") == "TABLE_FUNCTION"} - _TABLES:
        return _NO_SUCH_TABLE
    reckoning = _reckoning(nodes)
    if reckoning & _HIDES_NAMES:
        return _NAME_COLUMNS
    if not reckoning:
        return None
    paths = [[str(name).lower() for name in node["column_names"]] for node in nodes if node.get("column_names")]
    if any(map(_may_be_people, (*_given_names(nodes), *(name for path in paths for name in path)))):
        return _NO_SUMS
    rows = {str(node.get(key) or "").lower() for node in nodes for key in ("alias", "table_name") if "sample" in node}
    has_whole_rows = any(path[-1] in rows for path in paths)
    return _NAME_COLUMNS if has_whole_rows or any(map(_leaves_names_out, nodes)) else None


def _reckoning(nodes: list[dict[str, Any]]) -> set[str]:
    """What may put two numbers together: names of functions, and of parts of a question that move by a number."""
    functions = {_function(node) for node in nodes if node.get("class") in ("FUNCTION", "WINDOW")}
    reckoning = functions - ADDS_NOTHING
    if _LAYS_ROWS_TOGETHER & {str(node.get("type")) for node in nodes}:
        reckoning |= functions & _COUNTS_ROWS
    moves = ((key, node.get(key)) for node in nodes for key in ("limit", "offset", "start_expr", "end_expr"))
    return reckoning | {key for key, by in moves if isinstance(by, dict) and by.get("class") != "CONSTANT"}


def _given_names(nodes: list[dict[str, Any]]) -> Iterator[str]:
    """Names that a question gives to columns, or joins tables by: by one of them a number may stand for people."""
    for node in nodes:
        yield from (str(name).lower() for name in (node.get("alias"), *(node.get("using_columns") or ())) if name)


def _may_be_people(name: str) -> bool:
    return name in _MAY_BE_PEOPLE or any(people in name for people in _PEOPLE)


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
