from __future__ import annotations

from collections.abc import Callable

from connectors.contract import Extract, Raw
from tests.connectors.reading.tables import HEADER, ROW, views

Make = Callable[..., Raw]
Read = Callable[..., Extract]


def test_a_header_that_stands_again_further_down_and_totals_anywhere_are_no_rows(raw: Make, read: Read) -> None:
    other = ROW.replace("0001,1000", "0002,1000")
    extract = read(raw("\n".join([HEADER, ROW, "Total,,,,,,,20,10", HEADER, other, ",,Gesamt,,,,,20,10"])))
    assert (views(extract), extract.evidence.rows) == ([10, 10], 2)
