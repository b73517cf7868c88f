"""Whether a question in SQL would add up reach, which counts people: one person may stand in several of its numbers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import duckdb

from connectors.contract import TIMESTAMP
from warehouse.figures.tables import MART

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
_PEOPLE = ("reach", "audience", "peak_viewers")
_MAY_BE_PEOPLE = frozenset({"actual", "actual_at_most", "baseline", "target", "percent", "value"})
"""Columns that hold figures of any metric, a row each. From a percent of a target follows the actual."""
_ADDED_UP_OF_ACCOUNTS = frozenset({"visits", "page_views", "views"})
"""The metrics of accounts that count no people."""
_WITH_VALUES = frozenset(name for name, mart in MART.items() if any(column.name == "value" for column in mart.columns))
_INSTANTS = frozenset(column.name for mart in MART.values() for column in mart.columns if column.dtype == TIMESTAMP)
"""Columns of published tables that hold an instant."""
_TO_INTERVAL = frozenset({"to_days", "to_hours", "to_minutes", "to_seconds"})
_GIVES_NAMES_BY_PLACE = frozenset({"SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "PIVOT"})
"""Parts of a question that let a column go by the name of another one."""
_STATEMENTS = (duckdb.StatementType.SELECT,)

_NO_SUMS = (
    "Reach counts people and is never added up: beside reach, audience and peak_viewers stand only functions that put "
    "no two numbers together, such as min, max and count, and rows are counted of one table. Ask for reach and for "
    "sums in two questions. Several campaigns have reach_at_least and reach_at_most in activity_totals and "
    "project_totals."
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
    nodes = list(nodes_of(parsed["statements"]))
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
    named = {name for path in paths for name in path} - ({"value"} if _has_values_of_no_people(nodes) else set())
    if any(map(_may_be_people, (*_given_names(nodes), *named))):
        return _NO_SUMS
    rows = {str(node.get(key) or "").lower() for node in nodes for key in ("alias", "table_name") if "sample" in node}
    has_whole_rows = any(path[-1] in rows for path in paths)
    return _NAME_COLUMNS if has_whole_rows or any(map(_leaves_names_out, nodes)) else None


def _reckoning(nodes: list[dict[str, Any]]) -> set[str]:
    """What may put two numbers together: names of functions, and of parts of a question that move by a number."""
    moved = {id(node) for clock in _other_clocks(nodes) for node in (clock, *nodes_of(_operands(clock)[1]))}
    functions = {
        _function(node) for node in nodes if node.get("class") in ("FUNCTION", "WINDOW") and id(node) not in moved
    }
    reckoning = functions - ADDS_NOTHING
    if _LAYS_ROWS_TOGETHER & {str(node.get("type")) for node in nodes}:
        reckoning |= functions & _COUNTS_ROWS
    moves = ((key, node.get(key)) for node in nodes for key in ("limit", "offset", "start_expr", "end_expr"))
    return reckoning | {key for key, by in moves if isinstance(by, dict) and by.get("class") != "CONSTANT"}


def _other_clocks(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Where a published instant is told by another clock, such as ``published_at + INTERVAL 7 HOUR``.

    None where a name may stand for another column: what is moved twice, or as often as people are, may add them up.
    """
    is_renamed = (
        _GIVES_NAMES_BY_PLACE & {str(node.get("type")) for node in nodes}
        or any(map(_leaves_names_out, nodes))
        or _INSTANTS.intersection(_given_names(nodes))
    )
    return [] if is_renamed else [node for node in nodes if _is_other_clock(node)]


def _is_other_clock(node: dict[str, Any]) -> bool:
    if node.get("class") != "FUNCTION" or _function(node) not in ("+", "-") or len(_operands(node)) != 2:
        return False
    instant, by = _operands(node)
    is_published = instant.get("class") == "COLUMN_REF" and str(instant["column_names"][-1]).lower() in _INSTANTS
    return is_published and _is_fixed_interval(by)


def _is_fixed_interval(by: dict[str, Any]) -> bool:
    """Whether it is an interval that stands in the question itself, and comes from no column."""
    is_interval = _function(by) in _TO_INTERVAL or (by.get("type_expr") or {}).get("type_name") == "INTERVAL"
    expressions = [node for node in nodes_of(by) if "class" in node]
    functions = {_function(node) for node in expressions if node["class"] == "FUNCTION"}
    is_fixed = {node["class"] for node in expressions} <= {"FUNCTION", "CAST", "CONSTANT", "TYPE"}
    return is_interval and is_fixed and functions <= {*_TO_INTERVAL, "trunc"}


def _operands(node: dict[str, Any]) -> list[dict[str, Any]]:
    """What a function is given."""
    given = node.get("arguments") or node.get("children") or []
    return [one.get("expression", one) for one in given]


def _has_values_of_no_people(nodes: list[dict[str, Any]]) -> bool:
    """Whether each table of any metric's values is asked for rows of metrics that count no people, and for no others.

    That is certain of ``from account_figures where metric = 'views' and …`` alone, which joins no other table.
    """
    with_values = [node for node in nodes if _table(node) in _WITH_VALUES]
    without_people = {
        id(node["from_table"])
        for node in nodes
        if node.get("type") == "SELECT_NODE" and any(map(_names_no_people(node), _conditions(node.get("where_clause"))))
    }
    return bool(with_values) and all(id(node) in without_people for node in with_values)


def _names_no_people(select: dict[str, Any]) -> Callable[[dict[str, Any]], bool]:
    """Whether a condition of a SELECT says that its own table's ``metric`` is one that counts no people."""
    table = select.get("from_table") or {}
    called = str(table.get("alias") or table.get("table_name") or "").lower()

    def names_no_people(condition: dict[str, Any]) -> bool:
        if condition.get("type") == "COMPARE_EQUAL":
            column, *values = condition["left"], condition["right"]
        elif condition.get("type") == "COMPARE_IN":
            column, *values = condition["children"]
        else:
            return False
        path = [str(name).lower() for name in column.get("column_names") or ()]
        metrics = {(value.get("literal") or {}).get("text") for value in values if value.get("class") == "CONSTANT"}
        is_only_named = len(values) == sum(value.get("class") == "CONSTANT" for value in values)
        return path in (["metric"], [called, "metric"]) and is_only_named and metrics <= _ADDED_UP_OF_ACCOUNTS

    return names_no_people


def _conditions(where: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    """What must hold for every row, where several things must."""
    if where and where.get("type") == "CONJUNCTION_AND":
        for part in where["children"]:
            yield from _conditions(part)
    elif where:
        yield where


def _table(node: dict[str, Any]) -> str:
    """The name of the table that stands there; empty where none does."""
    return str(node.get("table_name", "")).lower() if node.get("type") == "BASE_TABLE" else ""


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


def nodes_of(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object of a parsed statement."""
    if isinstance(tree, dict):
        yield tree
        for part in tree.values():
            yield from nodes_of(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from nodes_of(part)
