"""What a file version brings, whatever reading it does."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connectors.contract import Extract, Raw, ReadReport, Refused
from tests.warehouse.history.conftest import SEEN
from warehouse.archive.blobs import LostBytes
from warehouse.archive.file_versions import FileVersion
from warehouse.history.recognised import (
    LOST,
    SMALL_BYTES,
    TOGETHER,
    Lost,
    Reader,
    Reading,
    Recognised,
    in_order,
    loads_of,
    readers_of,
)

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


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["a.csv", "a.zip"]), st.sampled_from([1, SMALL_BYTES, SMALL_BYTES + 1]))))
@example([("a.csv", 1)] * (TOGETHER + 1))
def test_file_versions_come_in_their_order_whoever_reads_them(files: list[tuple[str, int]]) -> None:
    versions = [replace(VERSION, path=path, size=size, sha256=str(at)) for at, (path, size) in enumerate(files)]
    read = [(version, content()) for version, content in in_order(versions, lambda version: version.sha256)]
    assert read == [(version, version.sha256) for version in versions]


@pytest.mark.parametrize(("path", "size"), [("a.csv", SMALL_BYTES + 1), ("a.zip", 1), ("a.xlsx", 1)])
def test_what_is_large_or_may_unfold_is_read_alone_and_when_its_turn_comes(path: str, size: int) -> None:
    read = list[str]()
    versions = [replace(VERSION, path=path, size=size, sha256=sha256) for sha256 in "xyz"]
    for version, content in in_order(versions, lambda version: read.append(version.sha256)):
        assert version.sha256 not in read
        content()
        assert read[-1] == version.sha256


def test_a_file_that_ends_the_night_does_so_when_its_turn_comes() -> None:
    def read(version: FileVersion) -> str:
        if version.sha256 == "y":
            raise MemoryError
        return version.sha256

    (_, first), (_, second), _ = in_order([replace(VERSION, sha256=sha256) for sha256 in "xyz"], read)
    assert first() == "x"
    with pytest.raises(MemoryError):
        second()
