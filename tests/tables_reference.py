"""The data dictionary, docs/tables.md, as the tables are declared: ``python -m tests.tables_reference`` writes it."""

from __future__ import annotations

from pathlib import Path

from warehouse.figures.tables import MARTS, SCHEMA_VERSION
from warehouse.publish.described import meaning

PAGE = Path(__file__).resolve().parents[1] / "docs" / "tables.md"
INTRODUCTION = f"""\
# The published tables: every column

<!-- Made from warehouse/figures/tables.py by `python -m tests.tables_reference`; a test holds it to that. -->

These tables (schema {SCHEMA_VERSION}) stand in `reach.duckdb`, in `parquet/` and in `reach.xlsx`. `parquet/datapackage.json`
(Frictionless) and `parquet/dbt-sources.yml` (dbt) say the same to programs, and `select * from duckdb_columns()` to who asks
the database. What is not known is null, and no 0. Accounts reached are bounds, and are never added up. Instants are in UTC;
days are those of the reporting zone. A column whose name ends with `_known` says how many posts know the figure before it.
[Questions](questions.md) has examples, and [the rules](rules.md) say what makes the figures true.
"""


def page() -> str:
    """The dictionary: a section a table, a row a column; those of the key come with a mark."""
    parts = [INTRODUCTION]
    for mart in MARTS:
        rows = ["| column | type | meaning |", "| --- | --- | --- |"]
        for column in mart.columns:
            mark = " (key)" if column.name in mart.key else ""
            text = meaning(column).replace("|", "\\|")
            rows.append(f"| `{column.name}`{mark} | {_type(str(column.dtype))} | {text} |")
        parts.append(f"## {mart.name}\n\nA row is {mart.grain}.\n\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def _type(dtype: str) -> str:
    """A type as DuckDB calls it."""
    names = {"String": "text", "Int64": "bigint", "Float64": "double", "Boolean": "boolean", "Date": "date"}
    return names.get(dtype, "timestamp")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
