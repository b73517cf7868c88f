from __future__ import annotations

import io

import polars as pl
import pytest

from connectors.contract import Refused
from connectors.reading import size_limits
from connectors.reading.size_limits import SizeBudget, check_opendocument, check_sheet, shared_strings

NAME = "file.xlsx"


def sheet(*cells: str, dimension: str = "") -> io.BytesIO:
    return io.BytesIO(f"<worksheet>{dimension}<sheetData><row>{''.join(cells)}</row></sheetData></worksheet>".encode())


def cell(place: str, value: str = "1", kind: str = "n") -> str:
    return f'<c r="{place}" t="{kind}"><v>{value}</v></c>'


def test_a_hundred_tables_are_read_and_one_more_is_refused() -> None:
    budget = SizeBudget()
    for _ in range(100):
        budget.table(NAME)
    with pytest.raises(Refused, match="more than 100 tables"):
        budget.table(NAME)


def test_five_million_cells_are_read_and_one_more_is_refused() -> None:
    budget = SizeBudget()
    budget.take(NAME, 1_000_000, 4, 0)
    budget.take(NAME, 1_000_000, 1, 0)
    with pytest.raises(Refused, match="over 5,000,000 cells"):
        budget.check(NAME, 1, 1, 0)


def test_two_hundred_mebibytes_of_text_are_read_and_a_byte_more_is_refused() -> None:
    budget = SizeBudget()
    budget.take(NAME, 1, 1, 200 << 20)
    with pytest.raises(Refused, match="over 200 MiB of text"):
        budget.check(NAME, 1, 1, 1)


@pytest.mark.parametrize(
    ("last", "is_read"), [("A1048576", True), ("A1048577", False), ("XFD1", True), ("XFE1", False), ("?", False)]
)
def test_a_cell_that_no_sheet_has_is_refused(last: str, is_read: bool) -> None:
    source = sheet(cell(last))
    if is_read:
        check_sheet(NAME, source, (), SizeBudget())
        return
    with pytest.raises(Refused, match="names a cell that no sheet has"):
        check_sheet(NAME, source, (), SizeBudget())


def test_two_cells_far_from_each_other_span_all_between_them() -> None:
    with pytest.raises(Refused, match="a sheet spans 1,048,576 rows and 16,384 columns"):
        check_sheet(NAME, sheet(cell("A1"), cell("XFD1048576")), (), SizeBudget())


def test_cells_that_name_one_long_text_count_it_each_time() -> None:
    budget = SizeBudget()
    texts = shared_strings(NAME, io.BytesIO(b"<sst><si><t>abc</t></si><si><t>" + b"x" * 1000 + b"</t></si></sst>"))
    assert list(texts) == [3, 1000]
    check_sheet(NAME, sheet(*(cell(f"A{n}", "1", "s") for n in range(1, 6))), texts, budget)
    assert budget.text == 5 * (1000 + 1)
    assert budget.cells == 5


@pytest.mark.parametrize("attribute", ["count", "uniqueCount"])
def test_texts_that_only_say_that_they_are_many_are_refused(attribute: str) -> None:
    with pytest.raises(Refused, match="unfolds to over"):
        shared_strings(NAME, io.BytesIO(f'<sst {attribute}="5000001"><si><t>a</t></si></sst>'.encode()))
    assert len(shared_strings(NAME, io.BytesIO(f'<sst {attribute}="5000000"><si><t>a</t></si></sst>'.encode()))) == 1


def opendocument(cells: str, rows: str = "") -> io.BytesIO:
    return io.BytesIO(f"<doc><table><table-row{rows}>{cells}</table-row></table></doc>".encode())


def test_cells_and_rows_that_repeat_count_as_often_only_where_they_are_filled() -> None:
    filled = '<table-cell value-type="s" number-columns-repeated="5"><p>a</p></table-cell>'
    empty = '<table-cell number-columns-repeated="16384"/>'
    check_opendocument("a.ods", opendocument(empty, ' number-rows-repeated="1048576"'))
    check_opendocument("a.ods", opendocument(filled, ' number-rows-repeated="1000000"'))
    with pytest.raises(Refused, match="unfolds to over"):
        check_opendocument("a.ods", opendocument(filled, ' number-rows-repeated="1000001"'))


def test_blank_rows_below_the_last_filled_one_count_nothing_whatever_they_look_like() -> None:
    """LibreOffice ends each sheet with a row that repeats to the last line, and names the style of each of its cells."""
    styled = f'<table-cell style-name="{"s" * 40}" number-columns-repeated="60"/>'
    below = f'<table-row number-rows-repeated="1048000">{styled}</table-row>'
    filled = '<table-row><table-cell value-type="s"><p>a</p></table-cell></table-row>'
    check_opendocument("a.ods", io.BytesIO(f"<doc><table>{filled}{below}</table></doc>".encode()))
    with pytest.raises(Refused, match="unfolds to over"):
        check_opendocument("a.ods", io.BytesIO(f"<doc><table>{below}{filled}</table></doc>".encode()))


def test_an_entity_bomb_is_refused_or_stays_small() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 1000 + b'"><!ENTITY c "' + b"&b;" * 1000 + b'"><!ENTITY d "'
    bomb += b"&c;" * 1000 + b'">]><sst><si><t>&d;</t></si></sst>'
    with pytest.raises(Refused):
        shared_strings(NAME, io.BytesIO(bomb))


@pytest.mark.parametrize(
    ("text", "number"), [("7", 7), ("", 5), (None, 5), ("-1", 5), ("៧", 5), ("9" * 18, 10**18 - 1)]
)
def test_an_attribute_that_is_no_whole_number_has_its_default(text: str | None, number: int) -> None:
    assert size_limits.whole(text, 5) == number
    assert size_limits.whole("9" * 19, 5) == 5


def test_rows_of_several_lengths_become_columns_of_text() -> None:
    assert size_limits.grid([["a"], [None, "b"], []]).rows() == [("a", None), (None, "b"), (None, None)]
    assert size_limits.grid([]).equals(pl.DataFrame())


def test_a_workbook_without_a_filled_sheet_is_refused() -> None:
    with pytest.raises(Refused, match="without a filled cell"):
        list(SizeBudget().filled(NAME, iter([("a", pl.DataFrame())])))
