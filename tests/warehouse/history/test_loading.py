"""A load's row says what its file was and how it was read; the same content is one load."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import polars as pl
import pytest

from connectors.columns import frame
from connectors.contract import OBSERVATIONS, REJECTS, Extract, ReadReport
from tests.warehouse.history.conftest import SEEN, Rows
from warehouse.archive.file_versions import FileVersion
from warehouse.history import loading
from warehouse.history.store import Load

VERSION = FileVersion("a.csv", "x", 7, datetime(2024, 9, 2), datetime(2024, 9, 3))
REPORT = ReadReport(
    SEEN, "its name", rows=3, mapped={"Impressions": "impressions;views", "Reach": "reach"}, ignored=("A", "B")
)
READINGS = frame(
    OBSERVATIONS,
    pl.DataFrame({"platform": ["x"], "post_id": ["1"], "observed_at": [SEEN], "views": [1], "is_final": [True]}),
)
LEFT_OUT = frame(REJECTS, pl.DataFrame({"row": [2, 2], "reason": ["one", "two"], "content": ["", ""]}))
EXTRACT = Extract(REPORT, observations=READINGS, rejects=LEFT_OUT)


def put_all(rows: Rows, loads: list[Load]) -> list[str]:
    pending = loading.Pending(rows.store)
    pending.add(loads, [])
    pending.put()
    return [str(load.row["load_id"]) for load in loads]


def put(rows: Rows, version: FileVersion, connector: str, extract: Extract) -> str:
    return put_all(rows, [loading.load_of(version, connector, extract)])[0]


def test_a_load_keeps_how_its_file_was_read(rows: Rows) -> None:
    load_id = put(rows, VERSION, "facebook", EXTRACT)
    row = rows.loads().row(by_predicate=pl.col("load_id") == load_id, named=True)
    assert (row["rows"], row["rejected"], row["kept"]) == (3, 1, 2)
    assert (row["mapped"], row["mapped_to"]) == (
        "Impressions=impressions;views;Reach=reach",
        ["impressions", "views", "reach"],
    )
    assert (row["ignored"], row["sha256"], row["size"]) == ("A;B", "x", 7)
    assert rows.store.rows("select load_id, views from observations") == [(load_id, 1)]


def test_loading_the_same_twice_changes_nothing(rows: Rows) -> None:
    first = put(rows, VERSION, "facebook", EXTRACT)
    before = rows.loads()
    assert put(rows, VERSION, "facebook", EXTRACT) == first
    assert rows.loads().equals(before)
    assert rows.store.rows("select count(*) from observations") == [(1,)]


def test_another_path_connector_or_instant_is_another_load_and_another_file_time_is_not(rows: Rows) -> None:
    later = Extract(replace(REPORT, observed_at=SEEN + timedelta(days=1)))
    touched = replace(VERSION, modified_at=SEEN)
    ids = [
        put(rows, VERSION, "facebook", EXTRACT),
        put(rows, replace(VERSION, path="b.csv"), "facebook", EXTRACT),
        put(rows, VERSION, "instagram", EXTRACT),
        put(rows, VERSION, "facebook", later),
        put(rows, replace(touched, is_return=True), "facebook", EXTRACT),
    ]
    assert len(set(ids)) == 5
    assert put(rows, touched, "facebook", EXTRACT) == ids[0]


def test_a_refused_file_is_kept_with_the_reason(rows: Rows) -> None:
    load_id = put_all(rows, [loading.refused(VERSION, "no table")])[0]
    assert rows.store.rows("select load_id, refused, rows from loads") == [(load_id, "no table", 0)]
    assert rows.store.rows("select load_id, row, reason, content from rejects") == [
        (load_id, None, "no table", "a.csv")
    ]


def test_of_a_load_that_waits_twice_the_last_one_counts(rows: Rows) -> None:
    longer = Extract(REPORT, observations=pl.concat([READINGS, READINGS.with_columns(post_id=pl.lit("2"))]))
    loads = [loading.load_of(VERSION, "facebook", extract) for extract in (EXTRACT, longer)]
    assert len(set(put_all(rows, loads))) == 1
    assert rows.loads().height == 1
    assert rows.store.rows("select count(*) from observations") == [(2,)]


@pytest.mark.parametrize(
    ("loads", "rows_each", "waits"), [(199, 1, True), (200, 1, False), (1, 19_999, True), (1, 20_000, False)]
)
def test_loads_go_into_the_history_two_hundred_or_twenty_thousand_rows_at_a_time(
    rows: Rows, loads: int, rows_each: int, waits: bool
) -> None:
    many = Extract(REPORT, observations=pl.concat([READINGS] * rows_each))
    pending = loading.Pending(rows.store)
    for number in range(loads):
        reader = {"place_id": str(number), "read_with": "", "recognised_with": ""}
        pending.add([loading.load_of(replace(VERSION, path=f"{number}.csv"), "facebook", many)], [reader])
    expected = [(0, 0, 0)] if waits else [(loads, loads * rows_each, loads)]
    tables_of = ("loads", "observations", "readers")
    assert rows.store.rows("select " + ", ".join(f"(select count(*) from {t})" for t in tables_of)) == expected
    pending.put()
    assert rows.loads().height == loads
    pending.put()
    assert rows.store.rows("select count(*) from readers") == [(loads,)]
