from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Extract, Raw
from connectors.reading.delimited import Odd
from connectors.reading.headers import Header
from connectors.reading.short_rows import left_aligned, without_counts
from tests.connectors.reading.tables import views

Make = Callable[..., Raw]
Read = Callable[..., Extract]

CELLS = ("Post ID", "Title", "Publish time", "Permalink", "Post type", "Date", "Views", "Seconds viewed", "Likes")
OURS = ("post_id", "title", "published_at", "url", "kind", "date", "views", "watch_seconds", "likes")
TOP = Header(0, CELLS, "en", {name: (at,) for at, name in enumerate(OURS)})
ROW = (
    "122158000000000001",
    "Law",
    "02/28/2026 17:05",
    "https://www.facebook.com/1",
    "Photos",
    "Lifetime",
    "10",
    "1.5",
    "3",
)
WHOLE = pl.DataFrame({str(at): [cell] for at, cell in enumerate(ROW)} | {"row": [1]})
META = "Post ID,Page ID,Page name,Title,Publish time,Permalink,Post type,Date,Views,Reach,Reactions\n"
POST = "122158000000000001,1000645,Mekong,Law,02/28/2026 17:05,https://www.facebook.com/1,Photos,Lifetime,10,5,3\n"


def reason_of(*cells: str, content: str = "", is_last: bool = False) -> str:
    """Why a row is left out; empty where it is read from the left."""
    odd = left_aligned(WHOLE, [Odd(2, cells, content, is_last)], TOP).odd
    return odd[0].reason if odd else ""


@given(st.integers(6, 8), st.booleans())
def test_a_row_of_an_export_that_ends_early_is_read_from_the_left(width: int, has_no_link: bool) -> None:
    cells = [cell if name != "url" or not has_no_link else "" for name, cell in zip(OURS, ROW[:width], strict=False)]
    widened = left_aligned(WHOLE, [Odd(2, tuple(cells), "")], TOP)
    assert widened.whole.rows()[1] == (*(cell or None for cell in cells), *[None] * (9 - width), 2)
    assert widened.odd == ()
    assert widened.notes == ("1 row lacks its last cells, which are taken as empty: all other cells fit their columns",)


@given(st.integers(0, 6))
def test_a_row_that_lost_a_cell_before_its_counts_is_left_out(lost: int) -> None:
    cells = list(ROW)
    del cells[lost]
    assert reason_of(*cells[:8]).startswith("8 cells where the header has 9: ")


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (ROW[:2], "it has no Publish time"),
        (("", "Law", "02/28/2026", "", "Photos", "Lifetime", "10"), "it has no Post ID or Permalink"),
        (ROW[:5], "it ends before Date"),
        ((*ROW[:2], "Photos", *ROW[3:8]), "'Photos' under Publish time is no date"),
        ((*ROW[:2], "2026", *ROW[3:8]), "'2026' under Publish time is no date"),
        ((*ROW[:3], "Photos", *ROW[4:8]), "'Photos' under Permalink is no link"),
        ((*ROW[:4], "10", *ROW[5:8]), "'10' under Post type is no word"),
        ((*ROW[:5], "10", *ROW[6:8]), "'10' under Date is no date"),
        ((*ROW[:6], "Lifetime", "1.5"), "'Lifetime' under Views is no number"),
        ((*ROW[:7], "long"), "'long' under Seconds viewed is no number"),
        ((*ROW, "4"), "more than there are columns"),
    ],
)
def test_a_row_that_does_not_fit_says_which_cell_does_not(cells: tuple[str, ...], says: str) -> None:
    assert reason_of(*cells) == f"{len(cells)} cells where the header has 9: {says}" or says in reason_of(*cells)
    assert reason_of(*cells).startswith(f"{len(cells)} cells where the header has 9: ")


@pytest.mark.parametrize("day", ["28.02.26 17:05", "20260228", "2026-02-28", "28 de febrero", "២៨ កុម្ភៈ ២០២៦"])
def test_a_date_is_one_however_it_is_written(day: str) -> None:
    assert reason_of(*ROW[:2], day, *ROW[3:8]) == ""


def test_a_row_with_an_open_quote_is_told_apart_from_a_short_one() -> None:
    assert reason_of(*ROW[:8], content='"a') == (
        "8 cells where the header has 9: a quote in it stays open, so that it may hold the rows below it"
    )


def test_the_last_row_of_a_text_without_a_line_break_broke_off_unless_others_are_as_short() -> None:
    assert "the file ends within it; download it again" in reason_of(*ROW[:7], is_last=True)
    odd = [Odd(2, ROW[:7], ""), Odd(3, ROW[:7], "", is_last=True)]
    assert left_aligned(WHOLE, odd, TOP).whole["row"].to_list() == [1, 2, 3]


def test_a_short_line_of_totals_is_passed_on_to_those_who_pass_totals_over() -> None:
    assert reason_of("Total", "", "", "", "", "", "90") == ""


def test_a_table_by_day_needs_its_day_alone() -> None:
    top = Header(0, ("Date", "Views", "Reach"), "en", {"date": (0,), "views": (1,), "reach": (2,)})
    whole = pl.DataFrame({"0": ["2026-02-28"], "1": ["4"], "2": ["3"], "row": [1]})
    odd = [Odd(2, ("2026-03-01", "5"), ""), Odd(3, ("", "5"), ""), Odd(4, ("Views", "5"), "")]
    widened = left_aligned(whole, odd, top)
    assert (widened.whole["1"].to_list(), [row.row for row in widened.odd]) == (["4", "5"], [3, 4])
    assert [row.reason for row in widened.odd] == [
        "2 cells where the header has 3: a line of its own, no row",
        "2 cells where the header has 3: 'Views' under Date is no date",
    ]


def test_a_short_row_of_a_document_is_whole_where_it_has_no_counts() -> None:
    top = Header(0, ("no", "date", "title", "audience", "note"), "en",
                 {"no": (0,), "date": (1,), "title": (2,), "audience": (3,), "note": (4,)})  # fmt: skip
    whole = pl.DataFrame({**{str(at): ["x"] for at in range(5)}, "row": [1]})
    odd = [Odd(2, ("1", "2026-03-01", "Law"), ""), Odd(3, ("2", "2026-03-01", "Law", "5"), "")]
    widened = without_counts(whole, odd, top)
    assert (widened.whole["row"].to_list(), [row.row for row in widened.odd]) == ([1, 2], [3])


def test_an_export_with_short_rows_keeps_them_and_says_how_many(raw: Make, read: Read) -> None:
    short = POST.replace("001,", "002,", 1).rsplit(",", 2)[0] + "\n"
    extract = read(raw(f"{META}{POST}{short}{POST.rsplit(',', 5)[0]}\n"))
    assert views(extract) == [10, 10]
    assert extract.observations["reach"].to_list() == [5, None]
    assert extract.rejects["reason"].to_list() == ["6 cells where the header has 11: it ends before Date"]
    assert "1 row lacks its last cells" in extract.notes[0]


def test_a_download_that_broke_off_within_a_number_gives_no_figure(raw: Make, read: Read) -> None:
    extract = read(raw(f"{META}{POST}{POST.replace('001,', '002,', 1)[:-7]}"))
    assert (views(extract), extract.rejects["reason"][0][-38:]) == ([10], "file ends within it; download it again")
