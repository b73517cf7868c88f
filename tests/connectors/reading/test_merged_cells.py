from __future__ import annotations

import io

import polars as pl
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from connectors.reading import files
from connectors.reading.merged_cells import filled_down
from connectors.reading.size_limits import Span
from tests.connectors.conftest import raw_of

GRID = pl.DataFrame({"a": ["Facebook", None, None, "x"], "b": ["300", None, "5", None]})


def test_a_text_stands_in_every_row_that_its_cell_spans() -> None:
    assert filled_down(GRID, [Span(0, 2, 0)])["a"].to_list() == ["Facebook"] * 3 + ["x"]


def test_a_number_that_spans_rows_is_marked_so_that_no_count_is_read_from_it() -> None:
    assert filled_down(GRID, [Span(0, 1, 1)])["b"].to_list() == ["300 (one cell for 2 rows)"] * 2 + ["5", None]


def test_no_filled_cell_is_written_over_and_spans_outside_of_the_grid_say_nothing() -> None:
    spans = [Span(0, 3, 0), Span(0, 2, 1), Span(-1, 2, 0), Span(9, 12, 0), Span(0, 1, 7)]
    assert filled_down(GRID, spans).equals(GRID)
    assert filled_down(GRID, [Span(0, 2, 0), Span(3, 9, 1)])["a"].to_list() == ["Facebook"] * 3 + ["x"]


def test_a_grid_that_would_unfold_to_too_much_stays_as_it_is() -> None:
    grid = pl.DataFrame({"a": ["x" * 1_000_000, *[None] * 10]}, schema={"a": pl.String})
    assert filled_down(grid, [Span(0, 9, 0)])["a"].null_count() == 1
    assert filled_down(grid, [Span(0, 10, 0)]).equals(grid)


@given(st.integers(0, 5), st.integers(0, 5), st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_merged_cells_of_a_workbook_are_filled_down_wherever_its_table_stands(
    above: int, left: int, heights: list[int]
) -> None:
    target, texts = io.BytesIO(), list[str]()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.add_worksheet("Empty")
        page = book.add_worksheet("Figures & more")
        page.write_row(above, left, ["Platform", "Views"])
        for number, height in enumerate(heights):
            first = above + 1 + len(texts)
            texts += [f"Platform {number}"] * height
            if height > 1:
                page.merge_range(first, left, first + height - 1, left, texts[-1])
            else:
                page.write(first, left, texts[-1])
            for at in range(height):
                page.write(first + at, left + 1, at)
    (table,) = files.tables(raw_of(target.getvalue(), "a.xlsx"))
    assert [line[0] for line in table.top] == ["Platform", *texts]
