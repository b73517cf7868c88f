"""The workbook of Khmer texts has each beside its English, and what is filled in is read back as it was typed."""

from __future__ import annotations

import pytest

from connectors import PLATFORMS
from connectors.reading import forms
from tests.warehouse.publish.workbook.opening import rows_of
from warehouse.publish.report.khmer_texts import Correction, khmer_texts
from warehouse.publish.workbook.khmer_book import SHEET, corrections_in, khmer_book

_TEXTS = khmer_texts(PLATFORMS)


def test_each_text_is_a_row_with_its_english_and_the_same_texts_are_the_same_bytes() -> None:
    made = khmer_book(_TEXTS, {"page.pages": "ក"})
    head, *rows = rows_of(made, SHEET)
    assert head == ("used in", "English", "Khmer", "correction", "remark", "text")
    assert [(row[1], row[2], row[5]) for row in rows] == [(text.english, text.khmer, text.key) for text in _TEXTS]
    assert [(row[3], row[5]) for row in rows if row[3]] == [("ក", "page.pages")]
    assert khmer_book(_TEXTS, {"page.pages": "ក"}) == made


def test_what_is_filled_in_is_read_back_with_its_row() -> None:
    cells = forms.cells("k.xlsx", khmer_book(_TEXTS, {text.key: f"ក {text.khmer}" for text in _TEXTS}), {SHEET})
    read = list(corrections_in(cells[SHEET]))
    assert [one.row for one in read] == list(range(2, len(_TEXTS) + 2))
    assert [(one.key, one.english) for one in read] == [(text.key, text.english) for text in _TEXTS]
    assert [one.khmer.split() for one in read] == [f"ក {text.khmer}".split() for text in _TEXTS]


def test_columns_may_be_moved_and_lines_stand_above_them() -> None:
    cells = {(3, 2): "text", (3, 0): "English", (3, 1): " correction ", (4, 2): "page.pages", (4, 0): "Pages", (4, 1): "ក",
             (5, 2): "page.overview", (0, 0): "our remarks"}  # fmt: skip
    assert list(corrections_in(cells)) == [Correction(5, "page.pages", "Pages", "ក")]


@pytest.mark.parametrize("row", [19, 20])
def test_a_header_is_looked_for_in_the_first_twenty_rows(row: int) -> None:
    cells: dict[tuple[int, int], object] = {
        (row, at): name for at, name in enumerate(("text", "English", "correction"))
    }
    if row < 20:
        assert list(corrections_in(cells)) == []
    else:
        with pytest.raises(ValueError, match="it has no row with the columns text, English, correction"):
            list(corrections_in(cells))
