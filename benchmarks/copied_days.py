"""A longer history in a warehouse than was loaded: its days are copied by SQL, each copy moved behind the last day.

Loading 100 million rows takes hours; copying them takes minutes, and a past day is reduced over the same tables. Every
figure of a copy is larger than before, as lifetime counters are.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from connectors.contract import METRIC_COLUMNS

GROWTH_A_DAY = 20
"""How much larger every figure is for each day that a copy is moved by; more than a post gains in a day."""

_MOVED = {
    "loads": ("observed_at", "observed_on", "modified_at"),
    "accounts": ("observed_at",),
    "posts": ("observed_at",),
    "observations": ("observed_at",),
}
"""The tables of which every load has rows, and their columns that are moved."""


def copy(warehouse: Path, loaded: int, days: int) -> None:
    """Lets a warehouse in which ``loaded`` days lie have ``days``, a multiple of them."""
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("set preserve_insertion_order = false; set memory_limit = '4GB'")
        for number in range(1, days // loaded):
            moved_by = number * loaded
            for table, columns in _MOVED.items():
                replaced = [f"load_id || '-{number}' as load_id"]
                replaced += [f"({column} + interval {moved_by} day)::{_type(column)} as {column}" for column in columns]
                if table == "loads":
                    replaced += [f"place_id || '-{number}' as place_id"]
                if table == "observations":
                    replaced += [f"{metric} + {moved_by * GROWTH_A_DAY} as {metric}" for metric in METRIC_COLUMNS]
                connection.execute(
                    f"insert into {table} by name select * replace ({', '.join(replaced)}) from {table} "
                    "where not contains(load_id, '-')"
                )
        connection.execute("checkpoint")


def _type(column: str) -> str:
    return "date" if column.endswith("_on") else "timestamp"
