"""The history follows the archive: what is missing, or would be read otherwise today, is read, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from connectors.contract import Answer, Extract, Raw, ReadReport, Refused
from tests.warehouse.history.conftest import SEEN, Rows
from warehouse.archive.archive import Archive
from warehouse.archive.folder import Folder
from warehouse.archive.inbox import receive
from warehouse.archive.pulls import End, Pull
from warehouse.history import following
from warehouse.history.following import Synced
from warehouse.history.recognised import Reader, Reading, Recognised

NOW = datetime(2024, 12, 1)


@dataclass
class Readers:
    """Who reads a file is its content: connectors, with ``!`` behind one that refuses its part."""

    of_files: Mapping[str, str] = field(default_factory=lambda: {"a": "a1", "b": "b1"})
    of_pulls: Mapping[str, str] = field(default_factory=lambda: {"a": "pa1"})
    others: Mapping[str, str] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)
    recognised: list[str] = field(default_factory=list)

    def names(self, raw: Raw) -> list[str]:
        text = raw.connector or raw.content.decode()
        return self.others.get(text, text).split()

    def reader(self) -> Reader:
        def recognise(raw: Raw) -> tuple[Recognised, ...]:
            self.recognised.append(raw.path)
            return tuple(Recognised(name.rstrip("!")) for name in self.names(raw))

        def read(raw: Raw) -> Reading:
            self.read.append(raw.path)
            names = self.names(raw)
            good = [name for name in names if not name.endswith("!")]
            if not good:
                raise Refused("nobody knows it")
            extracts = tuple((name, Extract(ReadReport(SEEN, "a test"))) for name in good)
            return Reading(tuple(Recognised(name.rstrip("!")) for name in names), extracts)

        of_files, of_pulls = sorted(self.of_files.items()), sorted(self.of_pulls.items())
        return Reader(recognise, read, self.of_files, self.of_pulls, str(of_files), f"{of_files}{of_pulls}")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An archive with a file of each kind and a pull."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name, content in (("a", "a"), ("b", "b"), ("both", "a b!"), ("none", "!")):
        (inbox / f"{name}.csv").write_text(content)
    made = Archive(tmp_path / "archive")
    receive(made, [Folder(inbox)], NOW)
    made.keep_answer(Pull("a", "1", NOW), Answer("/", NOW, b"{}"))
    return made


def sync(rows: Rows, archive: Archive, readers: Readers) -> Synced:
    return following.sync(rows.store, archive, readers.reader())


def read_again(rows: Rows, archive: Archive, changed: Readers) -> list[str]:
    """The files that are read after a change, by the beginning of their paths."""
    sync(rows, archive, Readers())
    sync(rows, archive, changed)
    after = Readers(changed.of_files, changed.of_pulls, changed.others)
    assert sync(rows, archive, after) == Synced()
    assert (after.read, after.recognised) == ([], [])
    return sorted(path.split("/")[0].removesuffix(".csv") for path in changed.read)


def test_what_came_in_is_read_once(rows: Rows, archive: Archive) -> None:
    first = Readers()
    done = sync(rows, archive, first)
    assert (len(first.read), len(done.loaded), len(done.refused), first.recognised) == (5, 4, 1, [])
    assert sync(rows, archive, again := Readers()) == Synced()
    assert (again.read, again.recognised) == ([], [])


@pytest.mark.parametrize(
    ("of_files", "of_pulls", "expected"),
    [
        ({"a": "a2", "b": "b1"}, {"a": "pa1"}, ["a", "both", "none"]),
        ({"a": "a1", "b": "b2"}, {"a": "pa1"}, ["b", "both", "none"]),
        ({"a": "a1", "b": "b1"}, {"a": "pa2"}, ["api", "none"]),
        ({"a": "a1", "b": "b1", "c": "c1"}, {"a": "pa1"}, ["none"]),
    ],
)
def test_a_connectors_files_are_read_again_and_what_nobody_read(
    rows: Rows, archive: Archive, of_files: dict[str, str], of_pulls: dict[str, str], expected: list[str]
) -> None:
    """A file counts as a connector's that refused its part of it."""
    assert read_again(rows, archive, Readers(of_files, of_pulls)) == expected


def test_a_file_that_another_connector_takes_now_is_read_again(rows: Rows, archive: Archive) -> None:
    changed = Readers({"a": "a1", "b": "b1", "c": "c1"}, others={"a": "c"})
    assert read_again(rows, archive, changed) == ["a", "none"]
    assert sorted(changed.recognised) == ["a.csv", "b.csv", "both.csv"]
    assert rows.loads().filter(path="a.csv")["connector"].to_list() == ["c"]


def test_files_of_a_connector_that_is_there_no_more_are_read_again(rows: Rows, archive: Archive) -> None:
    changed = Readers({"b": "b1"}, others={"a": "!", "a b!": "b"})
    sync(rows, archive, Readers())
    sync(rows, archive, changed)
    assert sorted(changed.read) == ["a.csv", "both.csv", "none.csv"]


def test_what_is_read_again_keeps_its_id(rows: Rows, archive: Archive) -> None:
    before = sync(rows, archive, Readers())
    after = sync(rows, archive, Readers({"a": "a2", "b": "b2"}, {"a": "pa2"}))
    assert (sorted(after.loaded), after.dropped) == (sorted(before.loaded), ())


def test_a_load_that_lost_its_readers_in_a_crash_is_read_again(rows: Rows, archive: Archive) -> None:
    sync(rows, archive, Readers())
    (lost,) = rows.loads().filter(path="b.csv")["place_id"]
    rows.store.connection.execute(f"delete from readers where place_id = '{lost}'")
    sync(rows, archive, again := Readers())
    assert again.read == ["b.csv"]


def test_a_warehouse_of_other_tables_is_made_anew(rows: Rows, archive: Archive) -> None:
    sync(rows, archive, Readers())
    rows.store.connection.execute("alter table observations drop column views")
    rows.store.connection.execute("update schema_version set declared = 'older'")
    sync(rows, archive, again := Readers())
    assert (len(again.read), rows.store.is_current()) == (5, True)
    assert rows.store.frame("select views from observations").schema == {"views": pl.Int64}


def test_a_removed_pull_is_dropped(rows: Rows, archive: Archive) -> None:
    sync(rows, archive, Readers())
    (load_id,) = rows.loads().filter(grade="export", asked_of="1")["load_id"]
    archive.remove_pulls(archive.pulls(), "terms", NOW)
    assert sync(rows, archive, Readers()).dropped == (load_id,)


def test_a_fault_over_a_file_quotes_it_neither_in_its_load_nor_in_the_log(
    rows: Rows, archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble(raw: Raw) -> Reading:
        pl.Series([f"hunter2 of {raw.path}"]).cast(pl.Int64)
        raise AssertionError("a cast that fails ends here")

    done = following.sync(rows.store, archive, replace(Readers().reader(), read=stumble))
    [(why,)] = rows.store.rows("select distinct refused from loads where refused is not null")
    assert why.startswith("Reach failed on this file (InvalidOperationError in warehouse/history/recognised.py, line ")
    assert len(done.refused) == 5
    assert "in stumble" in caplog.text
    assert "hunter2 of" not in caplog.text.replace('f"hunter2 of {raw.path}"', "")


class PanicException(BaseException):
    """As libraries written in Rust fail; each has such a class of its own."""


def failing(error: BaseException) -> Readers:
    """Readers that fail on one file."""

    class Failing(Readers):
        def names(self, raw: Raw) -> list[str]:
            if raw.path == "b.csv":
                raise error
            return super().names(raw)

    return Failing()


@pytest.mark.parametrize(
    "error",
    [
        KeyError("no such"),
        RecursionError("too deep"),
        UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
        OSError("Invalid data stream"),
        PanicException("index out of bounds"),
    ],
)
def test_a_file_on_which_reach_or_a_library_fails_costs_itself(
    rows: Rows, archive: Archive, error: BaseException
) -> None:
    done = sync(rows, archive, failing(error))
    assert (len(done.loaded), len(done.refused)) == (3, 2)
    assert "Reach failed on this file" in rows.loads().filter(path="b.csv")["refused"].item()
    assert sync(rows, archive, Readers()) == Synced()


@pytest.mark.parametrize(
    "error", [MemoryError(), OSError(24, "Too many open files"), KeyboardInterrupt(), SystemExit(1)]
)
def test_what_is_no_files_fault_ends_the_night_and_the_next_one_reads_all(
    rows: Rows, archive: Archive, error: BaseException
) -> None:
    with pytest.raises(type(error)):
        sync(rows, archive, failing(error))
    sync(rows, archive, Readers())
    assert (rows.loads().height, rows.loads()["refused"].count()) == (5, 1)


@pytest.mark.parametrize("is_done", [False, True])
def test_a_pull_that_ends_well_later_without_a_further_answer_is_read_again_as_a_whole_one(
    rows: Rows, archive: Archive, is_done: bool
) -> None:
    pull, since = Pull("a", "1", NOW), NOW - timedelta(days=14)
    archive.end_pull(pull, End(NOW, is_done=False, failure="cut off"))
    sync(rows, archive, Readers())
    archive.end_pull(
        pull, End(NOW + timedelta(hours=1), is_done=is_done, failure="" if is_done else "again", since=since)
    )
    after = Readers()
    sync(rows, archive, after)
    assert after.read == [pull.path]
    of_pull = rows.store.frame("select is_whole, asked_since from loads where asked_of is not null")
    assert of_pull.rows() == [(is_done, since)]
    assert sync(rows, archive, Readers()) == Synced()
