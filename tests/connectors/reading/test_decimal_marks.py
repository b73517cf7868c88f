from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.contract import UNCLEAR_MARK, Extract, Raw
from connectors.reading.decimal_marks import Written, decimal_mark
from connectors.reading.headers import layouts_of
from connectors.reading.numbers import decimal_mark_of, parse_counts
from connectors.youtube import export as youtube
from tests.connectors.conftest import raw_of

Make = Callable[..., Raw]
Read = Callable[..., Extract]

HOURS = 3_600_000
LANGUAGES = {language: columns for language, columns in layouts_of("youtube")["content"].languages.items()
             if {"post_id", "views", "watch_seconds", "text"} <= columns.keys()}  # fmt: skip
VALUES = st.builds(
    lambda number, places: Decimal(number).scaleb(-places),
    st.integers(0, 10**8),
    st.sampled_from([0, 1, 2, 3, 3, 3, 4]),
)


def text_of(value: Decimal, mark: str, group: str) -> str:
    """A number as people and programs write it: ``group`` between its thousands, ``mark`` before its fraction."""
    whole, _, part = f"{value:,f}".partition(".")
    return whole.replace(",", group) + (mark + part if part else "")


def tells(text: str, mark: str, group: str) -> bool:
    """Whether a number's own text leaves one decimal mark, counted without the code."""
    whole, has_part, part = text.partition(mark)
    if has_part:
        return len(part) != 3 or whole.startswith("0") or len(whole) > 3
    return text.count(group) > 1 and group in ".,"


@st.composite
def columns(draw: st.DrawFn) -> tuple[list[Decimal], list[str], bool]:
    mark = draw(st.sampled_from(".,"))
    group = draw(st.sampled_from(["", " ", "\u00a0", "'", "," if mark == "." else "."]))
    values = draw(st.lists(VALUES, min_size=1, max_size=6))
    texts = [text_of(value, mark, group) for value in values]
    return values, texts, any(tells(text, mark, group or "x") for text in texts)


@settings(max_examples=60, deadline=None)
@given(columns(), st.sampled_from(sorted(LANGUAGES)), st.sampled_from(",;\t"))
def test_hours_are_read_with_any_decimal_mark_in_any_language(
    column: tuple[list[Decimal], list[str], bool], language: str, delimiter: str
) -> None:
    values, texts, is_told = column
    names = LANGUAGES[language]
    header = [names[name][0] for name in ("post_id", "text", "views", "watch_seconds")]
    out = io.StringIO(newline="")
    rows = [[f"AAAAAAAAAA{at}", "law", "5", text] for at, text in enumerate(texts)]
    csv.writer(out, delimiter=delimiter).writerows([header, *rows])
    extract = youtube.read(raw_of(out.getvalue().encode("utf-8-sig"), "Table data.csv"), youtube.Settings())
    expected = [int((value * HOURS + Decimal("0.5")).to_integral_value("ROUND_FLOOR")) for value in values]
    if is_told:
        assert extract.observations["watch_ms"].to_list() == expected
    assert extract.rejects.height == 0


def read(cells: Iterable[str], **written: object) -> list[int | None]:
    """What a column of seconds is read as, in milliseconds."""
    texts = pl.Series("watch_seconds", list(cells), dtype=pl.String)
    mark = decimal_mark("watch_seconds", texts, Written(**written)).mark  # type: ignore[arg-type]
    return parse_counts(texts.to_frame(), decimal_mark=mark).frame["watch_ms"].to_list()


@pytest.mark.parametrize(
    ("plain", "mark"),
    [("0,543", ","), ("0.543", "."), ("3,12", ","), ("3.1254", "."), ("1634.710", "."), ("1,234.5", "."), (".5", "."),
     ("1.234,567", ","), ("1.234.567", ","), ("12,34,567", "."), ("1 234,567", ","), ("-0,5", ","), ("012,345", ","),
     ("3,125", ""), ("999.999", ""), ("12", ""), ("1:02:03", ""), ("a,5", ""), ("1,234.567,8", "")],
)  # fmt: skip
def test_a_number_tells_its_mark_by_a_leading_zero_or_by_other_than_three_decimals(plain: str, mark: str) -> None:
    assert decimal_mark_of(plain) == mark


def test_one_cell_tells_the_mark_of_its_column() -> None:
    assert read(["3,125", "0,5"]) == [3_125, 500]
    assert read(["3.125", "0,5"]) == [3_125_000, 500]
    assert read(["3,125", "0.5"], language="de") == [3_125_000, 500]


def test_of_a_column_that_contradicts_itself_only_the_cells_that_tell_their_mark_count() -> None:
    cells = ["0,5", "0.5", "3,125", "3.125", "7"]
    assert read(cells) == [500, 500, None, None, 7_000]
    (note,) = decimal_mark("watch_seconds", pl.Series(cells), Written(setting=".")).notes
    assert note == (
        "2 cells of watch_seconds such as '3,125' may be thousands or a fraction, and the column's other cells have "
        "both marks: not known there"
    )


@pytest.mark.parametrize(
    ("cell", "language", "delimiter", "value"),
    [
        ("3,125", "de", ";", 3_125), ("3,125", "de", ",", 3_125), ("3.125", "de", ";", 3_125_000),
        ("3.125", "en", ",", 3_125), ("3.125", "en", ";", 3_125), ("3,125", "en", ",", 3_125_000),
        ("3,125", "en", ";", None),  # whoever has semicolons writes fractions with a comma
        ("3.125", "de", ",", None),  # a file with commas is as a program wrote it
        ("3,125", "es", ";", 3_125), ("3.125", "es", ",", 3_125), ("3,125", "es", ",", None), ("3.125", "es", ";", None),
        ("3,125", "ja", ",", 3_125_000), ("3,125", "xx", "\t", None),
    ],
)  # fmt: skip
def test_where_no_cell_tells_the_language_decides_unless_the_delimiter_differs(
    cell: str, language: str, delimiter: str, value: int | None
) -> None:
    assert read([cell], language=language, delimiter=delimiter) == [value]


def test_the_numbers_of_a_workbook_have_a_point_in_every_language() -> None:
    assert read(["3.125"], language="de", is_workbook=True) == [3_125]
    assert read(["3,125"], language="de", is_workbook=True) == [3_125]


def test_the_other_figures_of_a_table_tell_the_mark_before_its_language() -> None:
    beside = pl.DataFrame({"4": ["5,3%", "12"], "5": ["a", "0.5"], "6": ["7.125", None]})
    assert read(["3,125"], beside=lambda: beside) == [3_125]
    assert read(["3,125"], beside=lambda: pl.DataFrame({"5": ["5.25", None]}), language="de") == [3_125_000]


def test_where_nothing_tells_it_is_asked_and_the_setting_answers(raw: Make) -> None:
    table = "Vídeo;Título del vídeo;Visualizaciones;Tiempo de visualización (horas)\nAAAAAAAAAA1;a;5;3.125\n"
    extract = youtube.read(raw(table), youtube.Settings())
    assert extract.observations.select("views", "watch_ms", "unknown_because").rows() == [
        (5, None, [{"metric": "watch_seconds", "reason": UNCLEAR_MARK}])
    ]
    assert extract.notes[-1] == (
        "1 cell of watch_seconds such as '3.125' may be thousands or a fraction, and nothing in the file tells which: "
        'not known there; if you know it, write decimal_mark = "." or "," below the platform in reach.toml'
    )
    for mark, hours in ((".", Decimal("3.125")), (",", Decimal(3125))):
        answered = youtube.read(raw(table), youtube.Settings(decimal_mark=mark))
        assert answered.observations["watch_ms"].to_list() == [int(hours * HOURS)]


def test_what_the_language_decided_is_said(raw: Make) -> None:
    table = "Videos;Videotitel;Aufrufe;Wiedergabezeit (Stunden)\nAAAAAAAAAA1;a;5;3,125\n"
    assert youtube.read(raw(table), youtube.Settings()).notes[-1] == (
        "1 cell of watch_seconds such as '3,125' may be thousands or a fraction; ',' read as the decimal mark, "
        "as the file is written"
    )


def test_arabic_has_a_decimal_mark_of_its_own() -> None:
    assert read(["١٬٢٣٤٫٥٦٧", "٣٫١٢٥"]) == [1_234_567, 3_125]


def test_a_sheet_kept_by_hand_asks_too(raw: Make, read: Read) -> None:
    header = "platform;account;link;title;watch_seconds\n"
    extract = read(raw(f"{header}facebook;Mekong;https://example.org/a;Law;1,234\n"))
    assert extract.observations["watch_ms"].to_list() == [None]
    extract = read(
        raw(f"{header}facebook;Mekong;https://example.org/a;Law;1,234\nfacebook;Mekong;https://example.org/b;Law;0,5\n")
    )
    assert extract.observations["watch_ms"].to_list() == [1_234, 500]
