"""What programs are told of the published tables is what is declared, and what stands in the files."""

from __future__ import annotations

import json
from datetime import datetime

import polars as pl
import yaml

from flows.steps.settings import Workspace
from warehouse.figures.tables import MARTS
from warehouse.publish.described import DBT, PACKAGE, dbt_sources, package


def test_the_data_package_beside_the_files_names_each_with_its_columns_and_key(published: Workspace) -> None:
    folder = published.published / "parquet"
    described = json.loads((folder / PACKAGE).read_bytes())
    about = pl.read_parquet(folder / "about.parquet").row(0, named=True)
    assert (described["id"], described["version"]) == (about["snapshot_id"], about["schema_version"])
    assert {resource["path"] for resource in described["resources"]} == {path.name for path in folder.glob("*.parquet")}
    kinds = {"string": pl.String, "integer": pl.Int64, "number": pl.Float64, "boolean": pl.Boolean, "date": pl.Date}
    for resource in described["resources"]:
        schema = pl.read_parquet_schema(folder / resource["path"])
        fields = {field["name"]: field for field in resource["schema"]["fields"]}
        assert list(fields) == list(schema)
        for name, field in fields.items():
            assert field["description"]
            assert schema[name] == kinds.get(field["type"]) or isinstance(schema[name], pl.Datetime)
        assert set(resource["schema"].get("primaryKey", ())) <= set(fields)


def test_dbts_sources_are_yaml_that_names_every_column(published: Workspace) -> None:
    content = (published.published / "parquet" / DBT).read_bytes()
    assert content == dbt_sources()
    (source,) = yaml.safe_load(content)["sources"]
    assert source["meta"]["external_location"] == "parquet/{name}.parquet"
    assert {table["name"]: [column["name"] for column in table["columns"]] for table in source["tables"]} == {
        mart.name: [column.name for column in mart.columns] for mart in MARTS
    }


def test_the_time_is_that_of_the_night_and_the_same_night_gives_the_same_bytes() -> None:
    about = {
        "snapshot_id": "a",
        "as_of": "2024-12-30",
        "schema_version": "1.1",
        "refreshed_at": datetime(2024, 12, 30, 1),
    }
    assert json.loads(package(about))["created"] == "2024-12-30T01:00:00Z"
    assert package(about) == package(about)
