"""Rows that are written at once hold what cells hold that are put one by one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from xlsxwriter import Workbook

from tests.warehouse.publish.workbook.opening import MAIN, sheet_of
from warehouse.publish.workbook.sheets import EXACT, FIRST_YEAR, LONGEST_TEXT, put
from warehouse.publish.workbook.table_rows import TableSheet, cells_of, links_of

TEXTS = st.text(st.sampled_from("a_x0041<>& \n\r\x00\ufffe😀ក"), max_size=12)
ROWS = st.fixed_dictionaries(
    {
        "text": st.none() | TEXTS,
        "whole": st.none() | st.sampled_from([0, -1, EXACT - 1, EXACT, -EXACT]) | st.integers(-(2**63), 2**63 - 1),
        "part": st.none() | st.floats(),
        "day": st.none() | st.dates(),
        "at": st.none() | st.datetimes(),
        "is_so": st.none() | st.booleans(),
    }
)
SCHEMA = {
    "text": pl.String, "whole": pl.Int64, "part": pl.Float64, "day": pl.Date, "at": pl.Datetime("us"),
    "is_so": pl.Boolean,
}  # fmt: skip


def written(write: Callable[[TableSheet, list[object], object], None]) -> list[tuple[object, ...]]:
    """The cells below the first row of a sheet: where each is, of what type, and what it holds."""
    out = BytesIO()
    with Workbook(out, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("rows", TableSheet)
        sheet.write_string(0, len(SCHEMA) - 1, "head")
        looks: list[object] = [book.add_format({"num_format": f"0.{'0' * place}"}) for place in range(len(SCHEMA))]
        write(sheet, looks, book.add_format({"num_format": "@"}))
    return [
        (cell.get("r"), cell.get("t"), "".join(cell.itertext()))
        for row in list(sheet_of(out.getvalue(), "rows").iter(f"{MAIN}row"))[1:]
        for cell in row
    ]


@given(st.lists(ROWS, min_size=1, max_size=4))
@example(
    [
        {
            "text": "<r>a</r>" * 2,
            "whole": None,
            "part": 0.1,
            "day": date(FIRST_YEAR - 1, 12, 31),
            "at": None,
            "is_so": None,
        }
    ]
)
@example([{"text": "😀" * LONGEST_TEXT, "whole": 0, "part": -0.0, "day": date(FIRST_YEAR, 1, 1),
           "at": datetime(2024, 12, 30, 16, 59, 59, 999_999), "is_so": False}])  # fmt: skip
def test_rows_hold_what_cells_hold_that_are_put_one_by_one(rows: list[dict[str, object]]) -> None:
    table = pl.DataFrame(rows, schema=SCHEMA)

    def one_by_one(sheet: TableSheet, looks: list[object], as_text: object) -> None:
        for row, values in enumerate(table.iter_rows(), 1):
            for place, value in enumerate(values):
                put(sheet, row, place, value, looks[place], as_text)  # type: ignore[arg-type]

    def at_once(sheet: TableSheet, looks: list[object], as_text: object) -> None:
        sheet.write_rows(cells_of(table, looks, as_text, {}, as_text), 15, {})  # type: ignore[arg-type]

    assert written(at_once) == written(one_by_one)


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_rows_are_the_same_however_many_are_made_at_once(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    table = pl.DataFrame({"text": ["a", " b", None], "whole": [1, None, 3]})
    looks = [Workbook().add_format()] * 2
    whole = list(cells_of(table, looks, looks[0], {(3, 0): "https://a.example/"}, looks[0]))
    monkeypatch.setattr("warehouse.publish.workbook.table_rows._AT_ONCE", at_once)
    assert list(cells_of(table, looks, looks[0], {(3, 0): "https://a.example/"}, looks[0])) == whole


@pytest.mark.parametrize("most", [1, 2])
def test_the_first_addresses_that_a_sheet_takes_can_be_clicked(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr("warehouse.publish.workbook.table_rows.MOST_LINKS", most)
    address = "https://a.example/"
    table = pl.DataFrame({"source": [None, address], "text": [address, ""], "url": [address, "mailto:a@b.example"]})
    assert list(links_of(table, ("url", "source"))) == [(1, 2), (2, 0)][:most]
    assert links_of(table.select("text"), ("url", "source")) == {}
