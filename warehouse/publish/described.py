"""What the published tables and columns mean, in forms that other programs read: Frictionless' and dbt's.

Data packages: https://datapackage.org/standard/data-package/ (2.0). dbt: https://docs.getdbt.com/reference/source-properties,
with the place of a file as dbt-duckdb takes it (``external_location``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from connectors.columns import Column
from warehouse.figures.mart import Mart
from warehouse.figures.tables import MARTS

PACKAGE, DBT = "datapackage.json", "dbt-sources.yml"
_TYPES = {
    pl.String: "string", pl.Int64: "integer", pl.Float64: "number", pl.Boolean: "boolean",
    pl.Date: "date",
}  # fmt: skip


def package(about: Mapping[str, Any]) -> bytes:
    """The Parquet files as a Frictionless data package, by the row of the table ``about``."""
    described = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "reach",
        "id": about["snapshot_id"],
        "title": f"Figures as of {about['as_of']}",
        "description": "Reach counts accounts and is never added up. What is not known is null, and no 0.",
        "version": about["schema_version"],
        "created": f"{about['refreshed_at']:%Y-%m-%dT%H:%M:%SZ}",
        "resources": [_resource(mart) for mart in MARTS],
    }
    return json.dumps(described, indent=1, ensure_ascii=False).encode()


def _resource(mart: Mart) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(column) for column in mart.columns]}
    if mart.key:
        schema["primaryKey"] = list(mart.key)
    return {
        "name": mart.name,
        "path": f"{mart.name}.parquet",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "description": f"A row is {mart.grain}.",
        "schema": schema,
    }


def _field(column: Column) -> dict[str, str]:
    """A column; instants are in UTC."""
    kind = "datetime" if isinstance(column.dtype, pl.Datetime) else _TYPES[column.dtype]  # type: ignore[index]
    return {"name": column.name, "type": kind, "description": meaning(column)}


def meaning(column: Column) -> str:
    """What a column means, with the unit that it counts in."""
    return f"{column.meaning} (in {column.unit})" if column.unit else column.meaning


def dbt_sources() -> bytes:
    """The Parquet files as sources of dbt, with what each table and column means."""
    return "\n".join(_dbt_lines()).encode() + b"\n"


def _dbt_lines() -> Iterator[str]:
    """Lines of YAML; a text of JSON is one of YAML, too."""
    yield from ("version: 2", "sources:", "  - name: reach")
    yield '    description: "Reach counts accounts and is never added up. What is not known is null, and no 0."'
    yield from ("    meta:", '      external_location: "parquet/{name}.parquet"', "    tables:")
    for mart in MARTS:
        yield f"      - name: {mart.name}"
        yield f"        description: {_text(f'A row is {mart.grain}.')}"
        yield "        columns:"
        for column in mart.columns:
            yield f"          - name: {column.name}"
            yield f"            description: {_text(meaning(column))}"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
