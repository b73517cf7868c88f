"""Which columns say of how many posts a figure is known, for whoever asks for that figure in SQL."""

from __future__ import annotations

import json

import duckdb

from connectors.contract import METRICS
from warehouse.figures.tables import MART
from warehouse.publish.no_added_reach import nodes_of

_METRICS = (*(metric.name for metric in METRICS), "engagements")
_BOUNDS = ("", "_at_least", "_at_most")


def told_by(sql: str) -> dict[str, dict[str, str]]:
    """By published table and figure that a question names, what says of how many posts the figure is known.

    That is a column that the question does not name. Of a table with a row a post it is a count, where something is
    reckoned of the figure; a row alone says that it is unknown by null. Empty of what cannot be read.
    """
    with duckdb.connect() as connection:
        ((text,),) = connection.execute("select json_serialize_sql(?)", [sql]).fetchall()
    nodes = list(nodes_of(json.loads(text).get("statements", [])))
    reckoned = [part for node in nodes if node.get("class") in ("FUNCTION", "WINDOW") for part in nodes_of(node)]
    named, named_in_functions = _columns(nodes), _columns(reckoned)
    told: dict[str, dict[str, str]] = {}
    for table in sorted({str(node["table_name"]).lower() for node in nodes if node.get("table_name")} & MART.keys()):
        columns = {column.name for column in MART[table].columns}
        for metric in _METRICS:
            known_column = f"{metric}_known"
            for figure in (f"{metric}{bound}" for bound in _BOUNDS):
                if known_column in columns and figure in columns & named and known_column not in named:
                    told.setdefault(table, {})[figure] = known_column
                elif "post_id" in columns and figure in columns & named_in_functions:
                    told.setdefault(table, {})[figure] = f"count({figure})"
    return told


def _columns(nodes: list[dict[str, object]]) -> set[str]:
    paths = (node.get("column_names") for node in nodes)
    return {str(path[-1]).lower() for path in paths if isinstance(path, list) and path}
