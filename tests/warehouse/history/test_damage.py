"""A damaged warehouse is told as damaged, a held one as held, a newer one as newer, and nothing else as any of them."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

import duckdb
import pytest

from warehouse.history import tables
from warehouse.history.damage import Damaged, Newer, put_aside
from warehouse.history.store import Busy, open_store, require_whole


@pytest.fixture(scope="module")
def whole_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A warehouse with some thousand rows."""
    path = tmp_path_factory.mktemp("whole") / "warehouse.duckdb"
    with open_store(path, is_any_version=True) as store:
        store.create()
        store.connection.execute(
            "insert into readers select hash(i)::varchar, 'facebook', '', hash(i + 1)::varchar, 'x' from range(4000) r(i)"
        )
    return path.read_bytes()


def _flipped(content: bytes, seed: int) -> bytes:
    chance = random.Random(seed)
    damaged = bytearray(content)
    damaged[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


@pytest.mark.parametrize("seed", range(30))
def test_a_flipped_bit_is_told_as_damage_or_changes_nothing(tmp_path: Path, whole_bytes: bytes, seed: int) -> None:
    path = tmp_path / "warehouse.duckdb"
    path.write_bytes(whole_bytes)
    with open_store(path, read_only=True) as store:
        before = store.fingerprints()
    path.write_bytes(_flipped(whole_bytes, seed))
    with suppress(Damaged), open_store(path, read_only=True) as store:
        assert store.fingerprints() == before


def _as_folder(path: Path, content: bytes) -> None:
    path.mkdir()


def _as_other_database(path: Path, content: bytes) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table theirs as select 1 as one")


@pytest.mark.parametrize(
    "make",
    [  # an empty file, a text, another database, cut ones, zeros, a folder
        lambda path, content: path.write_bytes(b""),
        lambda path, content: path.write_bytes(b"a text"),
        lambda path, content: path.write_bytes(b"SQLite format 3\0" + bytes(9000)),
        lambda path, content: path.write_bytes(content[:4000]),
        lambda path, content: path.write_bytes(content[: len(content) // 2]),
        lambda path, content: path.write_bytes(bytes(len(content))),
        _as_folder,
        _as_other_database,
    ],
)
def test_what_is_no_warehouse_is_told_and_put_aside_with_its_log(
    tmp_path: Path, whole_bytes: bytes, make: Callable[[Path, bytes], object]
) -> None:
    path = tmp_path / "warehouse.duckdb"
    make(path, whole_bytes)
    for read_only in (True, False):
        with pytest.raises(Damaged, match=r"warehouse\.duckdb is damaged.* reach rebuild"):
            open_store(path, read_only=read_only, is_any_version=True).__enter__()
    (tmp_path / "warehouse.duckdb.wal").write_bytes(b"")
    for name in ("warehouse.damaged-2026-11-28.duckdb", "warehouse.damaged-2026-11-28-2.duckdb"):
        assert put_aside(path, date(2026, 11, 28)) == tmp_path / name
        assert [file.exists() for file in (tmp_path / name, path)] == [True, False]
        path.write_bytes(b"again")
    assert (tmp_path / "warehouse.damaged-2026-11-28.duckdb.wal").exists()


def test_a_damaged_log_of_a_killed_process_is_told_and_a_cut_one_is_read(tmp_path: Path, whole_bytes: bytes) -> None:
    path = tmp_path / "warehouse.duckdb"
    path.write_bytes(whole_bytes)
    die = "import duckdb, os, sys; c = duckdb.connect(sys.argv[1]); c.execute('delete from readers'); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", die, str(path)])
    log = tmp_path / "warehouse.duckdb.wal"
    content = log.read_bytes()
    log.write_bytes(content[:-3])
    require_whole(path)
    log.write_bytes(content[:-9] + bytes([content[-9] ^ 1]) + content[-8:])
    with pytest.raises(Damaged):
        require_whole(path)


@pytest.mark.parametrize(
    "limit",
    [
        "set memory_limit = '1MB'; set max_temp_directory_size = '0KB'; select list(hash(i)) from range(1000000) r(i)",
        "create table further as select i, hash(i) from range(1000000) r(i)",
    ],
)
def test_what_is_no_damage_is_not_told_as_damage(tmp_path: Path, whole_bytes: bytes, limit: str) -> None:
    path = tmp_path / "warehouse.duckdb"
    path.write_bytes(whole_bytes)
    read_only = "create" in limit
    with pytest.raises(duckdb.Error), open_store(path, read_only=read_only) as store:
        store.connection.execute(limit)
    require_whole(path)


def test_a_warehouse_that_is_held_is_not_told_as_damaged(tmp_path: Path, whole_bytes: bytes) -> None:
    path = tmp_path / "warehouse.duckdb"
    path.write_bytes(whole_bytes)
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(1, flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout
        assert holder.stdin
        holder.stdout.readline()
        with pytest.raises(Busy, match=f"process {holder.pid}"), open_store(path, wait=0):
            pass
        holder.stdin.close()


@pytest.mark.parametrize("is_any_version", [True, False])
def test_a_newer_warehouse_is_refused_and_left_as_it_is(
    tmp_path: Path, whole_bytes: bytes, is_any_version: bool
) -> None:
    path = tmp_path / "warehouse.duckdb"
    path.write_bytes(whole_bytes)
    with open_store(path) as store:
        store.connection.execute(f"update schema_version set version = {tables.SCHEMA_VERSION + 1}")
        store.connection.execute("alter table schema_version add column further varchar")
    with pytest.raises(Newer, match="newer version"), open_store(path, is_any_version=is_any_version):
        pass
    with duckdb.connect(str(path)) as connection:
        assert connection.execute("select count(*) from readers").fetchall() == [(4000,)]
