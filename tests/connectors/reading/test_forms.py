"""A form's cells are read at their places, each as what it is."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Refused
from connectors.reading import forms


def book_of(fill: Callable[[Any, Any], None]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        fill(book, book.add_worksheet("form"))
    return target.getvalue()


def cells_of(fill: Callable[[Any, Any], None]) -> dict[tuple[int, int], object]:
    return forms.cells("plan.xlsx", book_of(fill))["form"]


def test_a_text_of_digits_is_no_number_and_a_number_is_exact() -> None:
    def fill(book: Any, page: Any) -> None:
        page.write_string(0, 0, "1.10")
        for row, number in enumerate([1.1, 40_000, 0.000061035156, 12345678.123456, -5], 1):
            page.write_number(row, 0, number)

    assert cells_of(fill) == {
        (0, 0): "1.10",
        (1, 0): 1.1,
        (2, 0): 40_000,
        (3, 0): 0.000061035156,
        (4, 0): 12345678.123456,
        (5, 0): -5,
    }


def test_days_flags_and_saved_values_of_formulas_are_what_they_are() -> None:
    def fill(book: Any, page: Any) -> None:
        page.write_datetime(0, 0, date(2024, 9, 27))
        page.write_boolean(0, 1, True)
        page.write_formula(0, 2, "=1+6", None, 7)
        page.write_formula(0, 3, '="a"&"b"', None, "ab")
        page.write_formula(0, 4, "=1/0", None, "#DIV/0!")

    cells = cells_of(fill)
    assert [cells[0, at] for at in range(4)] == [datetime(2024, 9, 27), True, 7, "ab"]
    assert isinstance(cells[0, 4], ValueError)
    assert str(cells[0, 4]) == "#DIV/0!"


@given(st.integers(0, 4), st.integers(0, 4))
def test_a_cell_is_where_it_is_whatever_formats_stand_before_it(above: int, left: int) -> None:
    def fill(book: Any, page: Any) -> None:
        page.write_blank(1, 1, None, book.add_format({"bold": True}))
        page.write_string(5 + above, 5 + left, "id")
        page.write_number(6 + above, 6 + left, 4)

    assert cells_of(fill) == {(5 + above, 5 + left): "id", (6 + above, 6 + left): 4}


def test_a_text_in_a_merged_cell_stands_in_every_row_that_it_spans_and_a_number_in_none() -> None:
    def fill(book: Any, page: Any) -> None:
        page.write_row(0, 0, ["campaign", "post", "value"])
        page.merge_range(1, 0, 2, 0, "iduai")
        page.merge_range(1, 2, 2, 2, 7)
        page.write_column(1, 1, ["youtube:a", "youtube:b"])

    cells = cells_of(fill)
    assert (cells[1, 0], cells[2, 0]) == ("iduai", "iduai")
    assert cells[1, 2] == cells[2, 2] == "7 (one cell for 2 rows)"


def test_a_hidden_sheet_is_read_like_any_other() -> None:
    def fill(book: Any, page: Any) -> None:
        page.write_string(0, 0, "a")
        hidden = book.add_worksheet("hidden")
        hidden.write_string(0, 0, "b")
        hidden.hide()

    assert forms.cells("plan.xlsx", book_of(fill)) == {"form": {(0, 0): "a"}, "hidden": {(0, 0): "b"}}


@pytest.mark.parametrize(
    "damage", [lambda content: content[: len(content) // 2], lambda _: b"PK\x03\x04", lambda _: b""]
)
def test_what_is_no_whole_workbook_is_refused(damage: Callable[[bytes], bytes]) -> None:
    with pytest.raises(Refused, match=r"^plan\.xlsx "):
        forms.cells("plan.xlsx", damage(book_of(lambda book, page: page.write_string(0, 0, "a"))))


def test_no_form_has_more_cells_than_people_fill_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "_MOST_CELLS", 3)
    assert len(cells_of(lambda book, page: page.write_column(0, 0, [1, 2, 3]))) == 3
    with pytest.raises(Refused, match="more than 3 filled cells"):
        cells_of(lambda book, page: page.write_column(0, 0, [1, 2, 3, 4]))


@pytest.mark.parametrize(("saved", "value"), [("<v></v>", ValueError), ("", ValueError), ("<v>26</v>", 26)])
def test_a_formula_that_nobody_saved_the_value_of_is_no_empty_cell(saved: str, value: object) -> None:
    """As programs other than Excel write them."""

    def fill(book: Any, page: Any) -> None:
        page.write_string(0, 0, "counted")
        page.write_formula(1, 0, "=20+57", None, 77)
        page.write_string(2, 0, "below")

    content, target = book_of(fill), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(target, "w") as other:
        for name in book.namelist():
            other.writestr(
                name, book.read(name).replace(b"<v>77</v>", saved.encode(), 1) if "sheet1" in name else book.read(name)
            )
    cells = forms.cells("plan.xlsx", target.getvalue())["form"]
    assert (cells[0, 0], cells[2, 0]) == ("counted", "below")
    assert isinstance(cells[1, 0], ValueError) if value is ValueError else cells[1, 0] == value


@pytest.mark.parametrize("number", [2_958_466, 10**12])
def test_a_number_that_is_shown_as_a_day_and_is_none_is_no_empty_cell(number: int) -> None:
    """Excel shows such a cell as a row of number signs; its calendar ends with 9999."""

    def fill(book: Any, page: Any) -> None:
        page.write_number(0, 0, number, book.add_format({"num_format": "yyyy-mm-dd"}))
        page.write_string(1, 0, "below")

    cells = forms.cells("plan.xlsx", book_of(fill))["form"]
    assert cells[1, 0] == "below"
    assert isinstance(cells[0, 0], OverflowError), cells
