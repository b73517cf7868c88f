"""What a cell says, and how a value is written into one."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.plan import plain_cells
from warehouse.plan.layout import Kind
from warehouse.plan.mistakes import Unfit


@pytest.mark.parametrize(
    ("value", "kind", "reading"),
    [
        (" 1.10 ", "text", "1.10"),
        ("two\nlines", "text", "two\nlines"),
        ('"National forum" and more', "text", '"National forum" and more'),
        ("IDUAI2024\n\n ច្បាប់ព័ត៌មាន \n", "texts", ["IDUAI2024", "ច្បាប់ព័ត៌មាន"]),
        (datetime(2024, 9, 27), "day", date(2024, 9, 27)),
        (" 2024-09-27 ", "day", date(2024, 9, 27)),
        ("2024-09-27 00:00:00", "day", date(2024, 9, 27)),
        (True, "flag", True),
        ("Yes", "flag", True),
        ("FALSE", "flag", False),
        (40_000.0, "whole", 40_000),
        ("46700", "whole", 46_700),
        ("87.5", "number", 87.5),
        (-2, "number", -2),
    ],
)
def test_a_cell_is_read_as_what_it_says(value: object, kind: Kind, reading: object) -> None:
    assert plain_cells.read(value, kind) == reading
    assert type(plain_cells.read(value, kind)) is type(reading)


@pytest.mark.parametrize(
    ("value", "kind", "why"),
    [
        (
            1.1,
            "text",
            "is the number 1.1, and Excel may have shortened it: format the cell as Text, then type it again",
        ),
        (datetime(2024, 10, 1), "text", "is the day 2024-10-01, which Excel may have made of something else: format"),
        (True, "text", "is TRUE, not a text"),
        ("27/09/2024", "day", 'must be a day, typed as 2024-09-27, and is "27/09/2024"'),
        (datetime(2024, 9, 27, 8), "day", "must be a day"),
        (45_000, "day", "must be a day"),
        ("2024-02-30", "day", "a day that is not in the calendar"),
        ("perhaps", "flag", "must be true or false"),
        (1, "flag", "must be true or false"),
        ("46,700", "whole", 'is "46,700", which may be two numbers: type it without dots and commas'),
        (12.5, "whole", "must be a whole number"),
        (-1, "whole", "must be a whole number"),
        (2**63, "whole", "must be a whole number"),
        (True, "number", "must be a number"),
        (datetime(2024, 9, 27), "number", "must be a number"),
        (1e300, "number", "must be a smaller number"),
        (
            ValueError("#DIV/0!"),
            "number",
            "is a formula that gives nothing (#DIV/0!): mend and save it in Excel, or type",
        ),
        (OverflowError("2958466"), "day", "holds a day that no calendar has: type it again, as 2024-12-30"),
        ("40.000", "number", 'is "40.000", which may be two numbers: type it without dots and commas, as 40000'),
        ("1,234,567", "whole", "which may be two numbers"),
        ("-1.640", "number", "which may be two numbers"),
    ],
)
def test_what_a_column_cannot_hold_says_how_to_mend_it(value: object, kind: Kind, why: str) -> None:
    unfit = plain_cells.read(value, kind)
    assert isinstance(unfit, Unfit)
    assert why in unfit.why


def test_in_a_list_each_line_is_judged_by_itself() -> None:
    (number,) = plain_cells.read(2024, "texts")  # type: ignore[misc]
    assert isinstance(number, Unfit)


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)


@given(_TEXT)
def test_any_text_is_read_as_it_was_written(text: str) -> None:
    assert plain_cells.read(plain_cells.written(text, "text"), "text") == text


@given(st.lists(_TEXT))
def test_any_list_of_texts_is_read_as_it_was_written(texts: list[str]) -> None:
    assert plain_cells.read(plain_cells.written(texts, "texts"), "texts") == texts


@pytest.mark.parametrize(("day", "cell"), [(date(1900, 2, 28), "1900-02-28"), (date(1900, 3, 1), date(1900, 3, 1))])
def test_a_day_before_those_on_which_excel_is_right_is_a_text(day: date, cell: object) -> None:
    assert plain_cells.written(day, "day") == cell


@pytest.mark.parametrize(
    ("number", "cell"),
    [
        (123_456_789_012_345, 123_456_789_012_345),
        (1_234_567_890_123_456, "1234567890123456"),
        (12_580_441_843_452_500, "12580441843452500"),
        (0.1 + 0.2, "0.30000000000000004"),
        (87.5, 87.5),
    ],
)
def test_a_number_of_more_digits_than_excel_keeps_is_a_text(number: float, cell: object) -> None:
    assert plain_cells.written(number, "number") == cell


@pytest.mark.parametrize(
    ("text", "number"), [("40.00", 40.0), ("40.0000", 40.0), ("1234.567", 1234.567), ("40000", 40_000)]
)
def test_a_decimal_point_is_one_where_it_can_part_no_thousands(text: str, number: float) -> None:
    assert plain_cells.read(text, "number") == number
