"""What the machine lacks is told in a sentence, and what a file or Reach has wrong is not taken for it."""

from __future__ import annotations

import errno
import os
import resource
import sqlite3
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from polars.exceptions import PanicException

from warehouse.shortages import Shortage, require_room, shortage, shortage_named


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/a/b"), "there is no room left on the disk (/a/b)"),
        (OSError(errno.EROFS, "x"), "the file system is read-only"),
        (PermissionError(errno.EACCES, "x", "/a"), "this account may not write there (/a)"),
        (MemoryError(), "there is not enough memory"),
        (pa.ArrowMemoryError("malloc of size 8 failed"), "there is not enough memory"),
        (duckdb.OutOfMemoryException("Out of Memory Error: could not allocate"), "there is not enough memory"),
        (duckdb.IOException('Could not write file "x": No space left on device'), "there is no room left on the disk"),
        (sqlite3.OperationalError("database or disk is full"), "there is no room left on the disk"),
        (RuntimeError("can't start new thread"), "there is not enough memory"),
        (OSError(errno.ENOENT, "No such file"), None),
        (ValueError("a cell says: no space left on device"), None),
        (duckdb.Error("Corrupt database file: computed checksum 1"), None),
    ],
)
def test_a_shortage_is_told_from_other_errors(error: BaseException, what: str | None) -> None:
    assert shortage(error) == what


def test_the_error_that_caused_another_tells_too_and_one_that_is_hidden_does_not() -> None:
    caused = ValueError("x")
    caused.__cause__ = MemoryError()
    assert shortage(caused) == "there is not enough memory"
    hidden = ValueError("x")
    hidden.__context__, hidden.__suppress_context__ = MemoryError(), True
    assert shortage(hidden) is None


def test_a_shortage_ends_what_is_done_in_one_sentence_and_sentences_stay_as_they_are() -> None:
    with (
        pytest.raises(Shortage, match=r"^Stopped, since there is not enough memory\. Nothing was lost"),
        shortage_named(),
    ):
        raise MemoryError
    with pytest.raises(Shortage, match="not enough memory"), shortage_named():
        raise PanicException("called `Result::unwrap()` on an `Err` value: Resource temporarily unavailable")
    for ends in (KeyboardInterrupt, PanicException):
        with pytest.raises(ends), shortage_named():
            raise ends("x")
    for kind in (PermissionError, KeyError):
        with pytest.raises(kind), shortage_named(PermissionError):
            raise kind(errno.EACCES, "x")


def test_room_is_tried_and_nothing_is_left_of_it(tmp_path: Path) -> None:
    require_room(tmp_path, 2_000_000)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, limits[1]))
    try:
        with pytest.raises(Shortage, match="a file may not become as large"), shortage_named():
            require_room(tmp_path, 2_000_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(tmp_path.iterdir()) == []
