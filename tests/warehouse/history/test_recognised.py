"""What a file version brings, whatever reading it does."""

from __future__ import annotations

import hashlib
import pickle
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connectors.contract import Extract, Raw, ReadReport, Refused
from tests.warehouse.history.conftest import SEEN
from warehouse.archive.archive import Archive
from warehouse.archive.blobs import LostBytes
from warehouse.archive.file_versions import FileVersion
from warehouse.history.recognised import (
    LOST,
    SMALL_BYTES,
    TOGETHER,
    Piece,
    Reader,
    Reading,
    Recognised,
    _is_small,
    brought_by,
    chunks,
    in_order,
    readers_of,
)

AT = datetime(2024, 9, 2)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive that has the bytes of :func:`piece`."""
    made = Archive(tmp_path_factory.mktemp("archive"))
    made.keep(b"1")
    return made


def piece(path: str = "a.csv", size: int = 7, content: bytes = b"1") -> Piece:
    return Piece(FileVersion(path, hashlib.sha256(content).hexdigest(), size, AT, AT))


def reader(reading: Reading | BaseException) -> Reader:
    def read(_: Raw) -> Reading:
        if isinstance(reading, BaseException):
            raise reading
        return reading

    return Reader(lambda _: (), read, {"x": "x1"}, {"x": "p1"}, "r1", "all1")


def test_each_connector_that_reads_a_file_brings_a_load(archive: Archive) -> None:
    recognised = (Recognised("x", "a;b"), Recognised("gone"))
    extracts = tuple((one.connector, Extract(ReadReport(SEEN, "a test"))) for one in recognised)
    loads, names, lost = brought_by(piece(), archive, reader(Reading(recognised, extracts)))
    assert ([load.row["connector"] for load in loads], names, lost) == (["x", "gone"], recognised, None)
    rows = readers_of(reader(Refused("")), piece().version, names, None)
    assert [(row["connector"], row["tables"], row["read_with"]) for row in rows] == [
        ("x", "a;b", "x1"),
        ("gone", "", None),
    ]


def test_what_nobody_reads_is_refused_with_the_reason_and_read_again_with_any_change(archive: Archive) -> None:
    (load,), names, _ = brought_by(piece(), archive, reader(Refused("no table")))
    assert (load.row["refused"], names) == ("no table", (None,))
    assert readers_of(reader(Refused("")), piece().version, names, None)[0]["read_with"] == "all1"


def test_what_the_archive_lost_is_told_with_its_hash_and_tried_again(archive: Archive) -> None:
    gone = piece(content=b"2")
    (load,), names, lost = brought_by(gone, archive, reader(Refused("")))
    assert lost is not None
    assert (lost.sha256, lost.why) == (gone.version.sha256, "is missing")
    assert "is missing, and nothing can be read from it" in str(load.row["refused"])
    assert readers_of(reader(Refused("")), gone.version, names, LOST)[0]["read_with"] == LOST


@pytest.mark.parametrize("number", [None, 24])
def test_an_error_of_the_system_has_a_number_and_one_of_a_files_content_has_none(
    archive: Archive, number: int | None
) -> None:
    error = OSError("Invalid data stream") if number is None else OSError(number, "Too many open files")
    if number is None:
        (load,), *_ = brought_by(piece(), archive, reader(error))
        assert "Reach failed on this file" in str(load.row["refused"])
    else:
        with pytest.raises(OSError, match="Too many"):
            brought_by(piece(), archive, reader(error))


def test_what_a_piece_brought_comes_whole_out_of_another_process(archive: Archive) -> None:
    extract = Extract(ReadReport(SEEN, "a test"))
    read = brought_by(piece(), archive, reader(Reading((Recognised("x"),), (("x", extract),))))
    (load,), recognised, _ = pickle.loads(pickle.dumps(read))
    assert (load.row, list(load.frames), recognised) == (read.loads[0].row, list(read.loads[0].frames), read.recognised)
    assert all(frame.equals(load.frames[table]) for table, frame in read.loads[0].frames.items())
    lost = pickle.loads(pickle.dumps(brought_by(piece(content=b"2"), archive, reader(Refused(""))).lost))
    assert (type(lost), str(lost)) == (LostBytes, str(piece(content=b"2").loss(archive)))


def echo(read: list[str] | None = None) -> Reader:
    """A reader that refuses each piece with its path, and writes down when."""

    def refuse(raw: Raw) -> Reading:
        if read is not None:
            read.append(raw.path)
        if raw.path.startswith("memory"):
            raise MemoryError
        raise Refused(raw.path)

    return replace(reader(Refused("")), read=refuse)


@settings(max_examples=30, deadline=None)
@given(files=st.lists(st.tuples(st.sampled_from(["csv", "zip"]), st.sampled_from([1, SMALL_BYTES, SMALL_BYTES + 1]))))
@example(files=[("csv", 1)] * (TOGETHER + 1))
def test_pieces_come_in_their_order_whoever_reads_them(archive: Archive, files: list[tuple[str, int]]) -> None:
    pieces = [piece(f"{at}.{suffix}", size) for at, (suffix, size) in enumerate(files)]
    read = [(one, brought()) for one, brought in in_order(archive, echo(), pieces)]
    assert [one for one, _ in read] == pieces
    assert [brought.loads[0].row["refused"] for _, brought in read] == [one.version.path for one in pieces]
    together = list(chunks(pieces))
    assert [one for chunk in together for one in chunk] == pieces
    assert all(len(chunk) <= TOGETHER and {_is_small(one) for one in chunk} != {False, True} for chunk in together)


@pytest.mark.parametrize(("name", "size"), [("a.csv", SMALL_BYTES + 1), ("a.zip", 1), ("a.xlsx", 1)])
def test_what_is_large_or_may_unfold_is_read_alone_and_when_its_turn_comes(
    archive: Archive, name: str, size: int
) -> None:
    read = list[str]()
    pieces = [piece(f"{folder}/{name}", size) for folder in "xyz"]
    for one, brought in in_order(archive, echo(read), pieces):
        assert one.version.path not in read
        brought()
        assert read[-1] == one.version.path


def test_a_file_that_ends_the_night_does_so_when_its_turn_comes(archive: Archive) -> None:
    (_, first), (_, second), _ = in_order(archive, echo(), map(piece, ["x.csv", "memory.csv", "z.csv"]))
    assert first().loads[0].row["refused"] == "x.csv"
    with pytest.raises(MemoryError):
        second()
