from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import polars as pl

from connectors.contract import Extract, Raw, ReadReport
from connectors.reading.delimited import Odd
from connectors.reading.extracts import extract, joined
from connectors.reading.files import Rows
from tests.connectors.reading.tables import TABLE, views, zipped

Make = Callable[..., Raw]
Read = Callable[..., Extract]
AT = datetime(2026, 1, 1)


def test_frames_carry_the_types_of_the_contract(raw: Make, read: Read) -> None:
    assert read(raw(TABLE)).observations.schema["watch_ms"] == pl.Int64


def test_all_tables_of_posts_in_one_file_are_read_their_rows_numbered_on(raw: Make, read: Read) -> None:
    other = TABLE.replace("0001,1000", "0002,1000").replace(",10,5", ",20,6")
    extract = read(raw(zipped(a__csv=TABLE, b__csv=other)))
    assert (views(extract), extract.observations["row"].to_list()) == ([10, 20], [1, 2])


def extract_of(*lines: str, odd: tuple[Odd, ...] = (), reasons: tuple[str | None, ...] = ()) -> Extract:
    cells = pl.DataFrame({"0": list(lines), "row": list(range(1, len(lines) + 1))})
    read = cells.select(
        pl.lit("x").alias("platform"), pl.col("0").alias("post_id"), pl.lit("id").alias("identified_by"),
        pl.lit(False).alias("is_damaged"), pl.lit(AT).alias("observed_at"), pl.lit(5).alias("views"), "row",
        pl.lit("mekong").alias("account_id"), pl.lit("Mekong").alias("name"),
        pl.Series("reason", reasons or (None,) * len(lines), dtype=pl.String),
    )  # fmt: skip
    return extract(Rows(read, cells, odd), read, ReadReport(AT, "a test"))


def test_a_row_with_a_reason_is_rejected_as_it_came_and_the_others_are_kept() -> None:
    made = extract_of("1", "2", reasons=(None, "no identity"))
    assert (made.posts["post_id"].to_list(), made.observations["views"].to_list()) == (["1"], [5])
    assert made.rejects.rows() == [(2, "no identity", "2")]
    assert made.evidence.rows == 2


def test_a_lone_cell_is_a_footer_and_no_row_unless_a_quote_stays_open_in_it() -> None:
    odd = (
        Odd(2, ("a footer", ""), "a footer,"),
        Odd(3, ('"torn',), '"torn', reason="is torn"),
        Odd(4, ("a", "b", "c"), "a,b,c", reason="is long"),
    )
    rejects = extract_of("1", odd=odd).rejects
    assert rejects["row"].to_list() == [3, 4]
    assert rejects["reason"].to_list() == ["is torn", "is long"]


def test_several_tables_are_one_extract_whose_rows_are_numbered_on() -> None:
    whole = joined([extract_of("1", "2"), extract_of("3", reasons=("no identity",)), extract_of("4")])
    assert (whole.posts["row"].to_list(), whole.rejects["row"].to_list()) == ([1, 2, 4], [3])
    assert (whole.evidence.rows, whole.accounts.height) == (4, 1)


def test_a_post_is_described_once_however_many_days_tell_of_it() -> None:
    made = extract_of("1", "1", "2")
    assert (made.posts["post_id"].to_list(), made.observations.height) == (["1", "2"], 3)
