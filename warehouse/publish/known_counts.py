"""Of how many posts or sources something published is known, for whoever is told it without the tables."""

from __future__ import annotations

import json
import re

import duckdb
import polars as pl

from connectors.contract import METRICS
from warehouse.figures.tables import MART
from warehouse.measures import OF_EVENTS
from warehouse.plan.model import Plan
from warehouse.publish.no_added_reach import nodes_of
from warehouse.texts import match_key

_METRICS = (*(metric.name for metric in METRICS), "engagements", *OF_EVENTS[1:])
_BOUNDS = ("", "_at_least", "_at_most")
_OF_POSTS = re.compile(r": (?P<known>\d+) of (?P<posts>\d+)(?: events)? know |known: (?P<reach>\d+)")
"""How ``indicator_progress.source`` says of how many posts a figure is known (:mod:`warehouse.figures.indicators`)."""


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


def of_indicators(progress: pl.DataFrame) -> dict[str, dict[str, dict[str, int]]]:
    """By indicator and period of how many ``posts`` its figure is ``known``; of reach alone the latter.

    ``progress`` are rows of ``indicator_progress``. Numbers by hand, and pieces of content, have no such count.
    """
    told: dict[str, dict[str, dict[str, int]]] = {}
    for indicator, period, source in progress.select("indicator_id", "period", "source").iter_rows():
        if counts := _OF_POSTS.search(source or ""):
            named = {"known": counts["known"] or counts["reach"], "posts": counts["posts"]}
            of_periods = told.setdefault(indicator, {})
            of_periods[period] = {name: int(number) for name, number in named.items() if number is not None}
    return told


def of_sources(freshness: pl.DataFrame, plan: Plan | None) -> dict[str, int]:
    """How many of the sources that are expected gave figures, and for how many of them nobody has to act.

    Args:
        freshness: the rows of ``source_freshness``.
        plan: its accounts of organisations are expected, too, also where nothing ever came in.
    """
    here = freshness.select("platform", "account_id", "account_name").rows()
    there = {(platform, match_key(name)) for platform, *names in here for name in names if name}
    missing = [
        account
        for account in (plan.accounts if plan else ())
        if account.organisation and not account.not_ours
        and there.isdisjoint((account.platform, match_key(name)) for name in (account.account_id, *account.also))
    ]  # fmt: skip
    return {
        "expected": freshness.height + len(missing),
        "with_figures": freshness["last_load_at"].count(),
        "nobody_has_to_act": freshness["act"].null_count(),
    }


def _columns(nodes: list[dict[str, object]]) -> set[str]:
    paths = (node.get("column_names") for node in nodes)
    return {str(path[-1]).lower() for path in paths if isinstance(path, list) and path}
