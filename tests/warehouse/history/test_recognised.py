"""What a file version brings, whatever reading it does."""

from __future__ import annotations

from datetime import datetime

import pytest

from connectors.contract import Extract, Raw, ReadReport, Refused
from tests.warehouse.history.conftest import SEEN
from warehouse.archive.blobs import LostBytes
from warehouse.archive.file_versions import FileVersion
from warehouse.history.recognised import LOST, Lost, Reader, Reading, Recognised, loads_of, readers_of

VERSION = FileVersion("a.csv", "x", 7, datetime(2024, 9, 2), datetime(2024, 9, 3))
RAW = Raw("a.csv", b"", VERSION.modified_at, VERSION.received_at)


def reader(reading: Reading | BaseException) -> Reader:
    def read(_: Raw) -> Reading:
        if isinstance(reading, BaseException):
            raise reading
        return reading

    return Reader(lambda _: (), read, {"x": "x1"}, {"x": "p1"}, "r1", "all1")


def test_each_connector_that_reads_a_file_brings_a_load() -> None:
    recognised = (Recognised("x", "a;b"), Recognised("gone"))
    extracts = tuple((one.connector, Extract(ReadReport(SEEN, "a test"))) for one in recognised)
    loads, names = loads_of(VERSION, reader(Reading(recognised, extracts)), lambda _: RAW, {})
    assert ([load.row["connector"] for load in loads], names) == (["x", "gone"], recognised)
    rows = readers_of(reader(Refused("")), VERSION, names, None)
    assert [(row["connector"], row["tables"], row["read_with"]) for row in rows] == [
        ("x", "a;b", "x1"),
        ("gone", "", None),
    ]


def test_what_nobody_reads_is_refused_with_the_reason_and_read_again_with_any_change() -> None:
    (load,), names = loads_of(VERSION, reader(Refused("no table")), lambda _: RAW, {})
    assert (load.row["refused"], names) == ("no table", (None,))
    assert readers_of(reader(Refused("")), VERSION, names, None)[0]["read_with"] == "all1"


def test_what_the_archive_lost_is_tried_again() -> None:
    def lose(_: FileVersion) -> Raw:
        raise LostBytes("x", "is missing")

    lost: Lost = {}
    (load,), names = loads_of(VERSION, reader(Refused("")), lose, lost)
    assert list(lost) == [VERSION.place_id]
    assert "is missing, and nothing can be read from it" in str(load.row["refused"])
    assert readers_of(reader(Refused("")), VERSION, names, LOST)[0]["read_with"] == LOST


@pytest.mark.parametrize("number", [None, 24])
def test_an_error_of_the_system_has_a_number_and_one_of_a_files_content_has_none(number: int | None) -> None:
    error = OSError("Invalid data stream") if number is None else OSError(number, "Too many open files")
    if number is None:
        (load,), _ = loads_of(VERSION, reader(error), lambda _: RAW, {})
        assert "Reach failed on this file" in str(load.row["refused"])
    else:
        with pytest.raises(OSError, match="Too many"):
            loads_of(VERSION, reader(error), lambda _: RAW, {})
