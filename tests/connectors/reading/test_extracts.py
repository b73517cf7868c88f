from __future__ import annotations

from collections.abc import Callable

import polars as pl

from connectors.contract import Extract, Raw
from tests.connectors.reading.tables import TABLE, views, zipped

Make = Callable[..., Raw]
Read = Callable[..., Extract]


def test_frames_carry_the_types_of_the_contract(raw: Make, read: Read) -> None:
    assert read(raw(TABLE)).observations.schema["watch_ms"] == pl.Int64


def test_all_tables_of_posts_in_one_file_are_read_their_rows_numbered_on(raw: Make, read: Read) -> None:
    other = TABLE.replace("0001,1000", "0002,1000").replace(",10,5", ",20,6")
    extract = read(raw(zipped(a__csv=TABLE, b__csv=other)))
    assert (views(extract), extract.observations["row"].to_list()) == ([10, 20], [1, 2])
