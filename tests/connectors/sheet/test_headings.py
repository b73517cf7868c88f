"""Headers of partners' own tables: of one line or two, below titles, over several platforms' figures."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
import xlsxwriter

import connectors
from connectors.contract import Extract, Raw, Refused
from tests.connectors.conftest import raw_of

Row = Sequence[object]
REEL = "https://www.facebook.com/reel/86100524000000{:02}/"


def text(*lines: Row) -> Raw:
    """A table as Excel saves it: merged cells are empty but for the first one."""
    return raw_of("\n".join(";".join(map(str, line)) for line in lines).encode(), "monthly.csv")


def read(raw: Raw) -> Extract:
    (one,) = connectors.read(raw, {})
    assert one.connector == "sheet"
    return one.extract


TITLES = ("Date", "Platform", "Link", "Caption", "Audience", "", "Engagement", "")
BELOW = ("", "", "", "", "Views", "Reach", "Likes", "Shares")
POST = ("2024-10-01", "Facebook", REEL.format(1), "One", 100, 50, 5, 1)


@pytest.mark.parametrize("lines", [(TITLES, BELOW, POST), (("Monthly report", *[""] * 7), TITLES, BELOW, POST)])
def test_a_header_of_two_lines_is_read_as_one(lines: tuple[Row, ...]) -> None:
    extract = read(text(*lines))
    assert extract.observations.select("views", "reach", "likes", "shares").rows() == [(100, 50, 5, 1)]
    assert extract.posts["text"].to_list() == ["One"]


def test_a_header_whose_cells_are_merged_over_two_lines_is_read_as_one() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet()
        for at, word in enumerate(TITLES[:4]):
            page.merge_range(0, at, 1, at, word)
        page.merge_range(0, 4, 0, 5, "Audience")
        page.merge_range(0, 6, 0, 7, "Engagement")
        page.write_row(1, 4, BELOW[4:])
        page.write_row(2, 0, POST)
    extract = read(raw_of(target.getvalue(), "a.xlsx"))
    assert extract.observations.select("views", "reach", "likes", "shares").rows() == [(100, 50, 5, 1)]
    assert extract.rejects.height == 0


FIGURES = ("Views", "Likes", "Shares") * 2


@pytest.mark.parametrize(
    "lines",
    [
        [("Month", "Facebook", "", "", "TikTok", "", ""), ("", *FIGURES), ("October", 9, 8, 7, 6, 5, 4)],
        [("Date", "Facebook", "", "", "TikTok", "", ""), ("", *FIGURES), ("2024-10-01", 9, 8, 7, 6, 5, 4)],
        [("", "Facebook", "", "", "TikTok", "", ""), ("Date", *FIGURES), ("2024-10-01", 9, 8, 7, 6, 5, 4)],
        [("Date", "Caption", "Facebook", "", "", "TikTok", "", ""), ("", "", *FIGURES), ("2024-10-01", "x", 9, 8, 7, 6, 5, 4)],
    ],
)  # fmt: skip
def test_figures_of_several_platforms_beside_each_other_are_refused_with_what_to_do(lines: list[Row]) -> None:
    with pytest.raises(Refused) as refused:
        connectors.read(text(*lines), {})
    assert "has Views under Facebook and under TikTok: keep one column for each figure" in str(refused.value)
    assert "a line for each of them, with the platform in a column" in str(refused.value)


def test_other_figures_of_each_platform_beside_each_other_are_no_figures_of_one_post() -> None:
    lines = [("", "", "Facebook", "TikTok"), ("Link", "Caption", "Reach", "Views"), (REEL.format(1), "x", 9, 8)]
    with pytest.raises(Refused, match="has figures of several platforms beside each other, under their names"):
        connectors.read(text(*lines), {})


@pytest.mark.parametrize("titles", [("Week 1", "", "Week 2"), ("Target", "", "Actual")])
def test_a_figure_under_two_titles_is_refused_and_never_taken_from_one_of_them(titles: Row) -> None:
    lines = [
        ("Date", "Link", *titles),
        ("", "", "Views", "Likes", "Views", "Likes"),
        ("2024-10-01", REEL.format(1), 9, 8, "", 6),
    ]
    with pytest.raises(Refused, match=f"has Views under {titles[0]} and under {titles[2]}"):
        connectors.read(text(*lines), {})


def test_two_tables_beside_each_other_are_refused() -> None:
    header = ("Date", "Link", "Views")
    lines = [(*header, "", *header), ("2024-10-01", REEL.format(1), 9, "", "2024-10-01", REEL.format(2), 8)]
    with pytest.raises(Refused, match="has the column Link twice, as two tables beside each other do: put one below"):
        connectors.read(text(*lines), {})


def test_a_sheet_that_is_refused_beside_others_is_named() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        posts, months = book.add_worksheet("Posts"), book.add_worksheet("Months")
        posts.write_row(0, 0, ("Date", "Platform", "Link", "Views"))
        posts.write_row(1, 0, ("2024-10-01", "Facebook", REEL.format(1), 100))
        months.write_row(0, 0, ("Platform", "Views"))
        months.write_row(1, 0, ("Facebook", 100))
    extract = read(raw_of(target.getvalue(), "a.xlsx"))
    assert extract.observations["views"].to_list() == [100]
    assert any(note.startswith("Months was not read: it has figures by platform") for note in extract.notes)
