"""A question to what is published ends, and reaches nothing outside of it."""

from __future__ import annotations

import time
from pathlib import Path

import duckdb
import pytest

from warehouse.publish.query_limits import LimitReached, QueryLimits
from warehouse.publish.snapshot import query_published

SECRET = "token=hunter2"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published database of one table, and a file of secrets beside it."""
    folder = tmp_path_factory.mktemp("published")
    with duckdb.connect(str(folder / "reach.duckdb")) as connection:
        connection.execute("create table totals as select range AS campaign, range * 2 AS views from range(10)")
    (folder / ".env").write_text(f"{SECRET}\n")
    return folder


def test_what_is_within_the_limits_is_answered_as_without(published: Path) -> None:
    sql = "select campaign, sum(views) AS views, 1.5::decimal(5,2) AS d, date '2024-12-30' AS day, [1] AS l from totals group by all order by 1"
    assert query_published(published, sql, QueryLimits()).equals(query_published(published, sql))
    assert query_published(published, "from totals limit 0", QueryLimits()).columns == ["campaign", "views"]


@pytest.mark.parametrize(
    "sql",
    [
        "select sum(a.range * b.range * c.range) from range(100000) a, range(100000) b, range(100000) c",
        "with recursive endless(n) as (select 1 union all select n + 1 from endless) select count(*) from endless",
    ],
)
def test_a_question_ends_after_its_seconds(published: Path, sql: str) -> None:
    began = time.monotonic()
    with pytest.raises(LimitReached, match=r"took longer than 0\.2 seconds.*set more as seconds below \[query\]"):
        query_published(published, sql, QueryLimits(seconds=0.2))
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(("limit", "is_answered"), [(10, True), (9, False)])
def test_an_answer_has_no_more_rows_than_its_limit(published: Path, limit: int, is_answered: bool) -> None:
    if is_answered:
        assert query_published(published, "from totals", QueryLimits(rows=limit)).height == 10
    else:
        with pytest.raises(LimitReached, match="has more than 9 rows, and was given up"):
            query_published(published, "from totals", QueryLimits(rows=limit))


@pytest.mark.parametrize(("cells", "is_answered"), [(9, True), (11, False)])
def test_an_answer_is_no_larger_than_its_limit(published: Path, cells: int, is_answered: bool) -> None:
    sql = f"select repeat('x', 100 * 1024) AS x from range({cells})"
    if is_answered:
        assert query_published(published, sql, QueryLimits(mebibytes=1)).height == cells
    else:
        with pytest.raises(LimitReached, match="has more than 1 MiB"):
            query_published(published, sql, QueryLimits(mebibytes=1))


def test_a_question_has_its_memory_and_writes_nothing_aside(published: Path) -> None:
    before = set(published.iterdir())
    with pytest.raises(LimitReached, match=r"needs more than 64 MiB of memory.*memory_mebibytes"):
        query_published(published, "from range(100000000) order by hash(range)", QueryLimits(memory_mebibytes=64))
    assert set(published.iterdir()) == before


ATTACKS = (
    "from read_text('{}/.env')", "from read_blob('{}/.env')", "from read_csv('{}/.env')", "from '{}/.env'",
    "from sniff_csv('{}/.env')", "from read_json('{}/.env')", "from parquet_scan('{}/.env')", "from glob('{}/*')",
    "from query('from read_text(''{}/.env'')')", "from query_table('{}/.env')", "select getenv('HOME')",
    "copy totals to '{}/out.csv'", "copy (select 1) to '{}/out.parquet'", "export database '{}/out'",
    "attach '{}/out.duckdb' AS out", "attach ':memory:' AS out", "attach 'http://127.0.0.1:1/x' AS out",
    "install httpfs", "load httpfs", "load '{}/.env'", "from read_text('http://127.0.0.1:1/')",
    "create secret s (type s3, key_id 'a')", "create persistent secret s (type s3, key_id 'a')",
    "set enable_external_access = true", "set lock_configuration = false", "reset lock_configuration",
    "set allowed_directories = ['/']", "set allowed_paths = ['{}/.env']", "set temp_directory = '{}/out'",
    "set log_query_path = '{}/out'", "set home_directory = '{}'", "set memory_limit = '100GB'", "set threads = 100",
    "set python_enable_replacements = true", "set python_scan_all_frames = true", "set extension_directory = '{}'",
    "set custom_extension_repository = 'http://127.0.0.1:1'", "set profile_output = '{}/out'",
    "pragma enable_profiling = 'json'", "pragma profiling_output = '{}/out'",
    "call enable_logging(storage = 'file', storage_path = '{}/out')", "create table more AS select 1",
    "insert into totals values (1, 2)", "drop table totals", "update totals set views = 0", "delete from totals",
    "from published", "from connection", "select 1; copy totals to '{}/out.csv'",
)  # fmt: skip


@pytest.mark.parametrize("sql", ATTACKS)
def test_nothing_outside_of_what_is_published_is_read_or_written(published: Path, sql: str) -> None:
    before = {path.name: path.read_bytes() for path in published.iterdir()}
    with pytest.raises(duckdb.Error) as refused:
        query_published(published, sql.format(published), QueryLimits())
    assert SECRET not in str(refused.value)
    assert {path.name: path.read_bytes() for path in published.iterdir()} == before
