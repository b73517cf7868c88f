from __future__ import annotations

import time

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import DAMAGED, REFUTED
from connectors.reading.numbers import count, decimal_mark_of, milliseconds, parse_counts
from tests.conftest import World, meta, post

MARKS = [",", ".", " ", "\u00a0", "\u202f", "'", "’"]
DIGITS = ["0123456789", "០១២៣៤៥៦៧៨៩", "๐๑๒๓๔๕๖๗๘๙", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९"]


@given(st.integers(0, 10**15), st.sampled_from(MARKS), st.sampled_from(DIGITS))
def test_a_count_is_read_with_any_thousands_mark_and_any_digits(value: int, mark: str, digits: str) -> None:
    written = f"{value:,}".replace(",", mark).translate(str.maketrans("0123456789", digits))
    assert count(written) == (value, False)


@given(st.integers(0, 10**15), st.integers(1, 2))
def test_a_whole_number_that_a_spreadsheet_gave_a_point_is_whole(value: int, zeros: int) -> None:
    assert count(f"{value}.{'0' * zeros}").value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("21.067", 21067), ("21,067", 21067), ("២១.០៦៧", 21067), ("376.0", 376), ("12100212.0", 12100212), (" 7 ", 7),
     ("1,234,567", 1234567), ("1.234.567,00", 1234567), ("-12", -12), ("−12", -12), ("0", 0), ("0.000", 0),
     ("12,34,567", 1234567), ("1.2345E+04", 12345)],
)  # fmt: skip
def test_a_count_is_whole(text: str, value: int) -> None:
    assert count(text) == (value, False)


@pytest.mark.parametrize(
    ("text", "value"),
    [("3.5K", 3500), ("3,5k", 3500), ("1.2M", 1_200_000), ("12 K", 12_000), ("2B", 2_000_000_000),
     ("1,2 Mio.", 1_200_000), ("12 rb", 12_000), ("12\u00a0mil", 12_000), ("1,5 jt", 1_500_000), ("3,5 tn", 3500),
     ("1.2万", 12_000), ("៣.៥ពាន់", 3500), ("3.5 พัน", 3500), ("12 тыс.", 12_000), ("1.2E+05", 120_000)],
)  # fmt: skip
def test_a_number_that_the_source_rounded_is_marked(text: str, value: int) -> None:
    assert count(text) == (value, True)


@pytest.mark.parametrize("text", ["", "  ", "n/a", "N/A", "-", "--", "—", "null", "undefined", "NAN", "nan"])
def test_what_is_no_count_is_not_known(text: str) -> None:
    assert count(text) == (None, False)


@pytest.mark.parametrize("text", ["12abc", "1.05", "1,05", "21.0670", "1.2.3", "< 1%", "1,23,45", "12 xy", "9" * 30])
def test_what_cannot_be_read_asks(text: str) -> None:
    with pytest.raises(ValueError, match=r"fraction|not a count|larger|percentage"):
        count(text)


@pytest.mark.parametrize(
    ("text", "per_unit", "expected"),
    [("1634.71", 3_600_000, 5_884_956_000), ("1.234,5", 1000, 1_234_500), ("1,234.5", 1000, 1_234_500),
     ("62,1", 1000, 62_100), ("1 234,5", 1000, 1_234_500), ("0:01:28", 3_600_000, 88_000), ("28.500", 1000, 28_500)],
)  # fmt: skip
def test_a_duration_has_either_decimal_mark_or_is_a_clock(text: str, per_unit: int, expected: int) -> None:
    assert milliseconds(text, per_unit) == expected


@given(st.lists(st.one_of(
    st.text(alphabet="0123456789.,KM- ៣n/a", max_size=8), st.integers(-(10**6), 10**12).map(str),
    st.floats(0, 10**6).map(str), st.none(),
), max_size=20))  # fmt: skip
def test_a_column_is_read_as_each_of_its_cells(cells: list[str | None]) -> None:
    frame = parse_counts(pl.DataFrame({"views": pl.Series(cells, dtype=pl.String)})).frame
    for cell, value, rounded, problem in zip(
        cells, frame["views"], frame["rounded"].to_list(), frame["unreadable"], strict=True
    ):
        assert (value, rounded == ["views"], problem) == _alone(cell or "")


def _alone(cell: str) -> tuple[int | None, bool, str | None]:
    try:
        return (*count(cell), None)
    except ValueError as error:
        return None, False, f"views: {error}"


@given(st.decimals(0, 10**8, places=4), st.sampled_from([1000, 3_600_000]))
def test_durations_are_exact_to_the_millisecond_alone_and_in_columns(value: object, per_unit: int) -> None:
    exact = milliseconds(str(value), per_unit)
    scaled, ten_thousands = divmod(int(str(value).replace(".", "")) * per_unit, 10_000)
    assert exact == scaled + (ten_thousands >= 5_000)
    column = pl.DataFrame({"watch_seconds": [str(value)]})
    assert parse_counts(column, per_unit).frame["watch_ms"].to_list() == [exact]


@pytest.mark.parametrize(
    ("text", "value"), [("1,234.5", 1_234_500), ("62,1", 62_100), ("1,234", 1_234_000), ("--", None)]
)
def test_durations_written_by_hand_are_read(text: str, value: int | None) -> None:
    assert milliseconds(text) == value


def test_a_count_that_its_own_row_refutes_is_not_known_and_the_file_says_how_often() -> None:
    frame = pl.DataFrame({"views": ["0", "0", "5", None], "reach": ["3", "0", "9", "1"]})
    read, notes = parse_counts(frame)
    assert read["views"].to_list() == [None, 0, 5, None]
    assert read["unknown_because"].to_list() == [[{"metric": "views", "reason": REFUTED}], None, None, None]
    assert notes == ("1 row says 0 views beside a reach above 0: views taken as not known there",)


def test_a_cell_that_a_spreadsheet_could_not_compute_or_show_is_not_known_and_says_so() -> None:
    cells = pl.DataFrame({"views": ["#NAME?", "#######", "#REF!", "7"], "likes": ["1", "#N/A", "2", "3"]})
    read = parse_counts(cells).frame
    assert read["views"].to_list() == [None, None, None, 7]
    assert read["likes"].to_list() == [1, None, 2, 3]
    of_views, of_likes = ({"metric": metric, "reason": DAMAGED} for metric in ("views", "likes"))
    assert read["unknown_because"].to_list() == [[of_views], [of_views, of_likes], [of_views], None]
    assert read["unreadable"].null_count() == 4


@pytest.mark.parametrize(
    ("cell", "views", "approximate"),
    [
        ("21.067", 21067, 0),
        ("21,067", 21067, 0),
        ("21 067", 21067, 0),
        ("២១.០៦៧", 21067, 0),
        ("3.5K", 3500, 1),
        ("376.0", 376, 0),
        ("--", None, 0),
    ],
)
def test_counts_are_whole(world: World, cell: str, views: int | None, approximate: int) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=cell)))
    total = world.campaign()
    assert (total["views"], total["approximate"]) == (views, approximate)


@pytest.mark.parametrize("cell", ["12abc", "1.05"])
def test_what_cannot_be_read_rejects_the_row_and_not_the_file(world: World, cell: str) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=cell), post(2, Views=4)))
    assert len(world.load().problems) == 1
    assert world.campaign()["views"] == 4


def test_a_count_that_its_own_row_refutes_is_unknown(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=0, Reach=30), post(2, Views=0, Reach=0)))
    tables = world.tables()
    total = tables["campaign_totals"].row(0, named=True)
    assert (total["views"], total["views_known"]) == (0, 1)
    assert "1" in tables["source_files"]["notes"].item()


@pytest.mark.parametrize(
    "cell", ["1" * 500_000 + "!", "1," * 250_000 + "x", " " * 500_000 + "x", "0 1'" * 100_000 + "?"]
)
def test_a_cell_of_half_a_million_letters_is_looked_through_once(cell: str) -> None:
    started = time.process_time()
    assert decimal_mark_of(cell) == ""
    with pytest.raises(ValueError, match="is not a number"):
        milliseconds(cell)
    assert time.process_time() - started < 5  # a pattern that looks again from each letter takes minutes
