from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.contract import Extract, Raw, Refused
from connectors.reading import files
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
