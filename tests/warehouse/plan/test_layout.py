"""Every key of the plan has a place in the workbook."""

from __future__ import annotations

from typing import get_args

import pytest

from warehouse.plan import layout
from warehouse.plan.campaigns import AccountFigure, Rule
from warehouse.plan.layout import ELSEWHERE, SHEETS, cell_name, columns_of, sheet_key
from warehouse.plan.model import KEYS, Plan


def test_every_section_and_key_is_a_sheet_a_column_or_a_sheet_of_its_own() -> None:
    sections = {str(path[0]): keys for path, keys in KEYS.items() if len(path) == 1 and path != ("same",)}
    for section, keys in sections.items():
        columns = {column.key for sheet in SHEETS.values() if sheet.section == section for column in sheet.columns}
        assert set(keys) <= columns | ELSEWHERE.get(section, set()), section
    assert {sheet.section for sheet in SHEETS.values()} == {
        field.alias or name for name, field in Plan.model_fields.items()
    }


@pytest.mark.parametrize(("name", "table"), [("rules", Rule), ("account_figures", AccountFigure)])
def test_what_stands_within_a_campaign_is_a_sheet_that_names_it(name: str, table: type) -> None:
    assert SHEETS[name].columns[0].key == "campaign"
    assert SHEETS[name].columns[1:] == columns_of(table)


def test_a_key_that_no_cell_holds_is_told_to_whoever_adds_it() -> None:
    with pytest.raises(TypeError, match="give it a sheet"):
        layout._kind(dict[str, int])


def test_every_column_says_what_it_means() -> None:
    assert all(column.meaning.endswith(".") for sheet in SHEETS.values() for column in sheet.columns)
    assert all(sheet.purpose.endswith(".") for sheet in SHEETS.values())
    assert get_args(layout.Kind)


def test_sheets_and_columns_are_known_by_their_letters() -> None:
    assert sheet_key(" Account  Figures ") == sheet_key("account_figures") == "account_figures"


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (("campaigns", 3, 2), "campaigns!C4"),
        (("account_figures", 0, 25), "account_figures!Z1"),
        (("my plan's", 9, 26), "'my plan''s'!AA10"),
        (("a", 0, 701), "a!ZZ1"),
        (("a", 0, 702), "a!AAA1"),
    ],
)
def test_a_cell_is_called_as_excel_calls_it(place: tuple[str, int, int], name: str) -> None:
    assert cell_name(*place) == name
