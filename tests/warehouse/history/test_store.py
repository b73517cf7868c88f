"""The warehouse file is changed in transactions, and one of other tables is told from one of ours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.steps import night
from tests.conftest import CAMPAIGN, PAGE, World, at_noon_of, known_on, meta, post, sheet
from tests.warehouse.history.conftest import SEEN, Rows
from warehouse.history import tables
from warehouse.history.store import Load, Outdated, open_store, quoted, tidy

NO_READERS = pl.DataFrame(schema={column.name: column.dtype for column in tables.READERS.columns})


def test_a_load_takes_the_place_of_what_was_there_of_it(rows: Rows) -> None:
    rows.load("a")
    rows.reading("a", "1", views=1)
    row = rows.loads().row(0, named=True)
    frame = rows.store.frame("select * exclude (load_id) from observations").with_columns(pl.lit(2).alias("views"))
    rows.store.put_loads([Load(row, {tables.OBSERVATIONS: frame.cast({"views": pl.Int64})})], NO_READERS)
    assert rows.store.rows("select load_id, views from observations") == [("a", 2)]
    assert rows.loads().height == 1


def test_a_load_that_fails_leaves_what_was_there(rows: Rows) -> None:
    rows.load("a")
    rows.reading("a", "1", views=1)
    load = Load(rows.loads().row(0, named=True), {tables.OBSERVATIONS: pl.DataFrame({"nothing": [1]})})
    with pytest.raises(Exception, match="nothing"):
        rows.store.put_loads([load], NO_READERS)
    assert rows.store.rows("select views from observations") == [(1,)]


def test_a_file_version_goes_with_all_of_its_loads_and_readers(rows: Rows) -> None:
    for load_id, place_id in (("a", "one"), ("b", "one"), ("c", "other")):
        rows.load(load_id, place_id=place_id)
        rows.reading(load_id, "1", views=1)
    assert sorted(rows.store.drop_loads(["one"])) == ["a", "b"]
    assert rows.store.drop_loads([]) == []
    assert rows.store.rows("select load_id from loads union all select load_id from observations") == [("c",)] * 2


def test_a_warehouse_of_other_tables_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    with open_store(path, is_any_version=True) as store:
        assert not store.is_current()
        store.create()
        assert store.is_current()
    with open_store(path, read_only=True) as store:
        assert store.rows("select * from loads") == []
    with open_store(path) as store:
        store.connection.execute("update schema_version set declared = 'other'")
    for read_only in (True, False):
        with (
            pytest.raises(Outdated, match=r"warehouse\.duckdb .* reach rebuild"),
            open_store(path, read_only=read_only),
        ):
            pass


def test_a_cleared_warehouse_is_not_read_before_it_was_made_again(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    with open_store(path, is_any_version=True) as store:
        store.create()
        store.clear()
    with pytest.raises(Outdated, match="Nothing has been loaded yet"), open_store(path):
        pass


@pytest.mark.parametrize("read_only", [True, False])
def test_before_the_first_load_there_is_no_warehouse_to_open_and_none_is_made(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "warehouse.duckdb"
    with pytest.raises(Outdated, match="Nothing has been loaded yet; run reach nightly first"):
        open_store(path, read_only=read_only).__enter__()
    assert not path.exists()


def test_a_column_is_set_where_the_key_is_the_same(rows: Rows) -> None:
    rows.load("a")
    rows.load("b")
    values = pl.DataFrame({"load_id": ["b", "c"], "doubted": ["why", "why"]})
    rows.store.set_column(tables.LOADS, "load_id", "doubted", values)
    assert rows.store.rows("select load_id, doubted from loads order by 1") == [("a", None), ("b", "why")]
    assert rows.loads()["observed_at"].to_list() == [SEEN, SEEN]


@pytest.mark.parametrize("text", ["a", "it's", "''", ""])
def test_a_text_is_quoted_as_sql_writes_it(rows: Rows, text: str) -> None:
    assert rows.store.rows(f"select {quoted(text)}") == [(text,)]


def test_a_sheet_is_a_document_whose_newest_version_stands_for_all_of_it(world: World) -> None:
    row = {"platform": "facebook", "account": "A", "title": "x #forum", "published": "2024-09-03"}
    world.drop(
        "partner.csv",
        sheet({**row, "no": 1, "views": 40, "likes": 4}, {**row, "no": 2, "views": 9}),
        "2024-10-01T12:00",
    )
    world.load()
    world.drop("partner.csv", sheet({**row, "no": 1, "views": 4}), "2024-11-01T12:00")
    now, before = world.campaign("2024-12-30"), world.campaign("2024-10-15")
    assert (now["posts"], now["views"], now["likes"]) == (1, 4, None)
    assert (before["posts"], before["views"], before["likes"]) == (1, 40, None)


def test_the_same_file_twice_changes_nothing(world: World) -> None:
    export = meta(post(1, Views=10))
    world.drop("2024-10-01/a.csv", export)
    before = world.tables()
    world.drop("2024-10-01/again.csv", export)
    world.drop("undated copy.csv", export, "2024-11-11T00:00")
    after = world.tables()
    assert before["campaign_totals"].equals(after["campaign_totals"])
    assert world.load().synced.loaded == ()


def test_a_rebuilt_warehouse_says_the_same(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    world.drop("2024-10-02/b.csv", meta(post(1, Views=12)))
    before = world.published()["about"]["snapshot_id"].item()
    night.rebuild(world.workspace, "Asia/Phnom_Penh")
    assert world.published()["about"]["snapshot_id"].item() == before


def test_known_on_takes_only_what_had_come_in_by_then(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    at_noon_of(world, monkeypatch, "2024-10-02")
    world.drop("2024-09-20/late.csv", meta(post(2, Views=5)))
    at_noon_of(world, monkeypatch, "2024-11-02")
    assert (known_on(world, "2024-11-01")["views"], known_on(world, "2024-11-02")["views"]) == (10, 15)
    assert known_on(world, "2024-11-02", "2024-09-30")["views"] == 5


def test_known_on_goes_by_the_plan_of_that_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10), post(2, Views=5)))
    at_noon_of(world, monkeypatch, "2024-10-02")
    world.plan(CAMPAIGN + f'except = ["facebook:{PAGE}_122158000000000002"]\n')
    at_noon_of(world, monkeypatch, "2024-11-02")
    assert (known_on(world, "2024-11-01")["views"], known_on(world, "2024-11-02")["views"]) == (15, 10)
    with pytest.raises(night.NoPlan, match="No plan was known on 2024-10-01"):
        known_on(world, "2024-10-01")


def test_a_warehouse_of_the_first_versions_is_an_older_one(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table schema_version as select 1 as version, '0.1.0' as read_with")
    with pytest.raises(Outdated, match="another version"), open_store(path):
        pass
    with open_store(path, is_any_version=True) as store:
        assert not store.is_current()


def test_a_change_of_the_tables_raises_the_version_so_that_newer_can_be_told_from_older() -> None:
    assert (tables.SCHEMA_VERSION, tables.declared()) == (9, "bdcfad5d561811ab")


def test_what_a_killed_process_had_committed_is_taken_into_the_file_and_its_litter_goes(tmp_path: Path) -> None:
    path, spilled = tmp_path / "warehouse.duckdb", tmp_path / "warehouse.duckdb.tmp"
    with open_store(path, is_any_version=True) as store:
        store.create()
    dying = (
        "import duckdb, os, signal, sys\n"
        "connection = duckdb.connect(sys.argv[1])\n"
        "connection.execute(\"insert into schema_version (version, declared) values (0, 'last')\")\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", dying, str(path)], check=False)
    spilled.mkdir()
    assert path.with_name("warehouse.duckdb.wal").exists()
    tidy(path)
    assert [left.name for left in tmp_path.iterdir()] == ["warehouse.duckdb"]
    with open_store(path, is_any_version=True) as store:
        assert ("last",) in store.rows("select declared from schema_version")
    spilled.mkdir()
    path.unlink()
    tidy(path)
    assert list(tmp_path.iterdir()) == []
