"""What is published is whole, replaced at once, and opens where people are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.conftest import OLDEST, meta, new_world, post
from warehouse.figures.tables import MARTS
from warehouse.publish import snapshot as publish


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    world = new_world(tmp_path_factory.mktemp("tables"))
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10, Reach=5), post(2)))
    return world.published()


def test_every_declared_table_and_column_is_published_in_its_order(
    tables: dict[str, pl.DataFrame], tmp_path: Path
) -> None:
    publish.publish(tmp_path, tables)
    with duckdb.connect(str(tmp_path / "reach.duckdb"), read_only=True) as snapshot:
        for mart in MARTS:
            columns = [row[0] for row in snapshot.execute(f"describe {mart.name}").fetchall()]
            assert (
                columns
                == [c.name for c in mart.columns]
                == pl.read_parquet_schema(tmp_path / "parquet" / f"{mart.name}.parquet").names()
            )
            rows = snapshot.sql(f"from {mart.name}").pl()
            assert rows.equals(pl.read_parquet(tmp_path / "parquet" / f"{mart.name}.parquet")), mart.name
            assert rows.equals(rows.sort(mart.key)) if mart.key else rows.height == 1
        comments = snapshot.execute(
            "select count(*) from duckdb_columns() where comment is null and not internal"
        ).fetchall()
        assert comments == [(0,)]


@pytest.mark.parametrize("row_group", [publish.ROW_GROUP, 1, 3, 7])
def test_the_database_holds_what_the_tables_hold(
    tables: dict[str, pl.DataFrame], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row_group: int
) -> None:
    monkeypatch.setattr(publish, "ROW_GROUP", row_group)
    odd = ["", None, "short", "longer than the twelve bytes of a view", "ការបង្ហោះ" * 5_000]
    row = tables["post_totals"].head(1)
    odd_posts = pl.concat([row.with_columns(post_id=pl.lit(f"{n}"), text=pl.lit(odd[n % 5])) for n in range(7)])
    publish.publish(tmp_path, {**tables, "post_totals": odd_posts})
    written = publish.read_tables(tmp_path, dict.fromkeys(tables, ()))
    for name, table in {**tables, "post_totals": odd_posts}.items():
        assert_frame_equal(written[name], table)


def test_counts_are_whole_numbers_in_every_table(tables: dict[str, pl.DataFrame]) -> None:
    counts = {
        name: table for name, table in tables.items() if name != "indicator_progress"
    }  # whose targets are numbers
    floats = {c for table in counts.values() for c, t in table.schema.items() if t.is_float()}
    money = {"spend", "budget", "per_thousand_views", "per_engagement", "spend_converted", "rate"}
    assert floats == {"watch_seconds", "share", "median", "times"} | money


def test_who_is_reading_keeps_the_file_that_was_opened_and_who_comes_later_gets_the_new_one(
    tables: dict[str, pl.DataFrame], tmp_path: Path
) -> None:
    publish.publish(tmp_path, tables)
    reads = "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True)\n"
    asks = "print(c.execute('select count(*) from campaign_totals').fetchall()[0][0], flush=True); input()\n"
    path = str(tmp_path / "reach.duckdb")
    reader = subprocess.Popen(
        [sys.executable, "-c", reads + asks * 2, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert reader.stdout is not None
    assert reader.stdin is not None
    assert reader.stdout.readline() == "1\n"
    stuck = publish.publish(tmp_path, {**tables, "campaign_totals": tables["campaign_totals"].clear()})
    assert stuck == []
    reader.stdin.write("\n")
    reader.stdin.flush()
    assert reader.stdout.readline() == "1\n"
    reader.communicate("\n")
    code = reads + "print(c.execute('select count(*) from campaign_totals').fetchall()[0][0])"
    assert subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True).stdout == "0\n"


def test_a_full_disk_leaves_the_old_snapshot_and_no_litter(
    tables: dict[str, pl.DataFrame], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish.publish(tmp_path, tables)
    before = (tmp_path / "reach.duckdb").read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(publish.NotPublished, match="No space left"):
        publish.publish(tmp_path, {**tables, "campaign_totals": tables["campaign_totals"].clear()})
    assert (tmp_path / "reach.duckdb").read_bytes() == before
    assert [p.name for p in tmp_path.rglob("*.tmp*")] == []


def test_a_file_that_is_held_open_on_a_share_is_named_and_the_rest_is_replaced(
    tables: dict[str, pl.DataFrame], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = os.replace

    def held(path: Path, target: Path) -> None:
        if Path(target).name == "reach.duckdb" and Path(target).parent == tmp_path:
            raise PermissionError(13, "held")
        replace(path, target)

    monkeypatch.setattr(os, "replace", held)
    assert publish.publish(tmp_path, tables) == ["reach.duckdb"]
    assert (tmp_path / "parquet" / "about.parquet").exists()


def test_the_oldest_client_that_is_promised_opens_the_snapshot(
    tables: dict[str, pl.DataFrame], oldest_client: Path, tmp_path: Path
) -> None:
    publish.publish(tmp_path, tables)
    code = "import duckdb; print(duckdb.__version__, duckdb.connect('reach.duckdb', read_only=True).execute('select views from campaign_totals').fetchall())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(oldest_client)},
    )
    assert done.stdout == f"{OLDEST} [(10,)]\n", done.stderr


def test_every_parquet_file_says_of_which_night_it_is(tables: dict[str, pl.DataFrame], tmp_path: Path) -> None:
    publish.publish(tmp_path, tables)
    publish.publish(tmp_path, tables)
    about = tables["about"].row(0, named=True)
    nights = sorted((tmp_path / "nights").iterdir())
    assert len(nights) == 2
    for mart in MARTS:
        file = f"parquet/{mart.name}.parquet"
        metadata = pl.read_parquet_metadata(tmp_path / file)
        assert (metadata["snapshot_id"], metadata["as_of"]) == (about["snapshot_id"], str(about["as_of"]))
        assert len({(folder / file).read_bytes() for folder in (tmp_path, *nights)}) == 1
