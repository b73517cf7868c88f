"""A load's row says what its file was and how it was read; the same content is one load."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import polars as pl

from connectors.contract import OBSERVATIONS, REJECTS, Extract, ReadReport, frame
from tests.warehouse.history.conftest import SEEN, Rows
from warehouse.archive.file_versions import FileVersion
from warehouse.history import loading

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


def test_a_load_keeps_how_its_file_was_read(rows: Rows) -> None:
    load_id = loading.load(rows.store, VERSION, "facebook", EXTRACT)
    row = rows.loads().row(by_predicate=pl.col("load_id") == load_id, named=True)
    assert (row["rows"], row["rejected"], row["kept"]) == (3, 1, 2)
    assert (row["mapped"], row["mapped_to"]) == (
        "Impressions=impressions;views;Reach=reach",
        ["impressions", "views", "reach"],
    )
    assert (row["ignored"], row["sha256"], row["size"]) == ("A;B", "x", 7)
    assert rows.store.rows("select load_id, views from observations") == [(load_id, 1)]


def test_loading_the_same_twice_changes_nothing(rows: Rows) -> None:
    first = loading.load(rows.store, VERSION, "facebook", EXTRACT)
    before = rows.loads()
    assert loading.load(rows.store, VERSION, "facebook", EXTRACT) == first
    assert rows.loads().equals(before)
    assert rows.store.rows("select count(*) from observations") == [(1,)]


def test_another_path_connector_or_instant_is_another_load_and_another_file_time_is_not(rows: Rows) -> None:
    later = Extract(replace(REPORT, observed_at=SEEN + timedelta(days=1)))
    touched = replace(VERSION, modified_at=SEEN)
    ids = [
        loading.load(rows.store, VERSION, "facebook", EXTRACT),
        loading.load(rows.store, replace(VERSION, path="b.csv"), "facebook", EXTRACT),
        loading.load(rows.store, VERSION, "instagram", EXTRACT),
        loading.load(rows.store, VERSION, "facebook", later),
        loading.load(rows.store, replace(touched, is_return=True), "facebook", EXTRACT),
    ]
    assert len(set(ids)) == 5
    assert loading.load(rows.store, touched, "facebook", EXTRACT) == ids[0]


def test_a_refused_file_is_kept_with_the_reason(rows: Rows) -> None:
    load_id = loading.refuse(rows.store, VERSION, "no table")
    assert rows.store.rows("select load_id, refused, rows from loads") == [(load_id, "no table", 0)]
    assert rows.store.rows("select load_id, row, reason, content from rejects") == [
        (load_id, None, "no table", "a.csv")
    ]
