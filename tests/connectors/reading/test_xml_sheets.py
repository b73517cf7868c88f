from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from connectors.contract import Extract, Raw, Refused
from connectors.reading import files, xml_sheets
from tests.connectors.reading.tables import xml_workbook

Make = Callable[..., Raw]
Read = Callable[..., Extract]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (
            '<Worksheet ss:Name="a"><Table><Row ss:Index="999999999"><Cell><Data>x</Data></Cell></Row></Table></Worksheet>',
            "order",
        ),
        (
            '<Worksheet ss:Name="a"><Table><Row><Cell ss:Index="1000000"><Data>x</Data></Cell></Row></Table></Worksheet>',
            "order",
        ),
        ('<Worksheet ss:Name="a"><Table><Row></Row></Table></Worksheet>', "without a filled cell"),
        ('<Worksheet ss:Name="a"><Table><Row>', "damaged"),
    ],
)
def test_an_xml_workbook_that_is_none_is_refused(raw: Make, body: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        files.tables(raw(xml_workbook(body), "old.xls"))


def rows_of(body: str) -> list[tuple[str, list[tuple[str | None, ...]]]]:
    return [(name, grid.rows()) for name, grid in xml_sheets.sheets("old.xls", io.BytesIO(xml_workbook(body)))]


def test_indexes_and_merged_cells_leave_room_for_what_they_skip() -> None:
    body = """<Worksheet ss:Name="a"><Table>
        <Row><Cell ss:MergeAcross="1"><Data>x</Data></Cell><Cell><Data>y</Data></Cell></Row>
        <Row ss:Index="3"><Cell ss:Index="2"><Data>z</Data></Cell></Row>
    </Table></Worksheet><Worksheet ss:Name="b"><Table><Row><Cell><Data>w</Data></Cell></Row></Table></Worksheet>"""
    assert rows_of(body) == [
        ("a", [("x", None, "y"), (None, None, None), (None, "z", None)]),
        ("b", [("w",)]),
    ]


@pytest.mark.parametrize(
    ("row", "cell", "is_read"),
    [(4, 16_384, True), (4, 16_385, False), (1_048_577, 1, False)],
)
def test_a_place_that_no_sheet_has_is_refused(row: int, cell: int, is_read: bool) -> None:
    body = f'<Worksheet ss:Name="a"><Table><Row ss:Index="{row}"><Cell ss:Index="{cell}"><Data>x</Data></Cell></Row></Table></Worksheet>'
    if is_read:
        ((_, rows),) = rows_of(body)
        assert (len(rows), len(rows[-1])) == (row, cell)
    else:
        with pytest.raises(Refused):
            rows_of(body)
