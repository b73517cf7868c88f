"""Workbooks that partners make themselves, without the template."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import datetime

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import connectors
from connectors.contract import Extract, Raw, Refused
from tests.connectors.conftest import raw_of

Row = Sequence[object]
Read = Callable[..., Extract]
REEL = "https://www.facebook.com/reel/86100524000000{:02}/"
HEADER = ("No", "Date", "Platform", "Link", "Caption", "Views", "Likes")
KHMER = ("ល.រ", "កាលបរិច្ឆេទ", "បណ្ដាញសង្គម", "តំណភ្ជាប់", "ចំណងជើង", "ចំនួនអ្នកមើល", "ចូលចិត្ត")
POST = (1, "20/10/2024", "Facebook", REEL.format(1), "One", "1.2K", 45)


def book(**sheets: Sequence[Row]) -> Raw:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        for name, lines in sheets.items():
            page = workbook.add_worksheet(name)
            for number, line in enumerate(lines):
                page.write_row(number, 0, line)
    return raw_of(target.getvalue(), "Monthly.xlsx")


def read(raw: Raw) -> Extract:
    (one,) = connectors.read(raw, {})
    assert one.connector == "sheet"
    return one.extract


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.permutations(range(len(HEADER))),
    st.lists(st.sampled_from([("Monthly figures",), (), ("Prepared by M&E", "", "checked")]), max_size=4),
    st.sampled_from([HEADER, KHMER]),
    st.sampled_from([(), ("Total", "", "", "", "", "2030", "57"), ("", "", "", "", "សរុប", "2030", "57")]),
    st.booleans(),
)
def test_a_workbook_of_posts_is_read_wherever_its_header_and_columns_stand(
    order: list[int], above: list[Row], header: Row, total: Row, is_khmer: bool
) -> None:
    digits = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩" if is_khmer else "0123456789")
    second = (2, "21/10/2024".translate(digits), "TikTok", "https://www.tiktok.com/@a/video/7300000000000000002", "Two",
              "1,830".translate(digits), "12".translate(digits))  # fmt: skip
    lines = [[line[at] for at in order] if line else [] for line in (header, POST, second, total)]
    extract = read(book(Sept=[*above, *lines]))
    assert extract.posts.select("platform", "post_id", "text").rows() == [
        ("facebook", "8610052400000001", "One"),
        ("tiktok", "7300000000000000002", "Two"),
    ]
    assert extract.posts["published_at"].to_list() == [datetime(2024, 10, 19, 17), datetime(2024, 10, 20, 17)]
    assert extract.observations.select("views", "likes").rows() == [(1200, 45), (1830, 12)]
    assert extract.rejects.height == 0


def test_sheets_of_months_are_one_document_and_their_summary_is_passed_over() -> None:
    months = {
        month: [HEADER, (1, "20/10/2024", "Facebook", REEL.format(n), month, 10, 1)]
        for n, month in enumerate(("Sept", "Oct"))
    }
    extract = read(book(**months, Summary=[("Platform", "Views"), ("Facebook", 20)]))
    assert extract.posts["text"].to_list() == ["Sept", "Oct"]


def test_a_column_of_links_is_known_by_its_cells() -> None:
    extract = read(book(S=[("Day", "Platform", "Where to see it", "Views"), ("x", "Facebook", REEL.format(7), 10)]))
    assert extract.posts["post_id"].to_list() == ["8610052400000007"]


def test_without_links_platform_account_day_and_caption_are_the_post() -> None:
    header = ("No", "Date", "Platform", "Page", "Caption", "Views")
    rows = [(1, "20/10/2024", "Facebook", "Page", "One", 10), (1, "21/10/2024", "Facebook", "Page", "One", 11),
            (3, "21/10/2024", "Facebook", "Other", "One", 12), (4, "21/10/2024", "Facebook", "Other", "One", 13),
            (5, "21/10/2024", "", "Other", "Two", 14)]  # fmt: skip
    extract = read(book(S=[header, *rows]))
    assert extract.observations["views"].to_list() == [10, 11, 12]
    assert extract.posts["post_id"].n_unique() == 3
    double, unnamed = extract.rejects["reason"]
    assert "stands in row 3 already" in double
    assert unnamed == "no identity: give it a link, or a platform, a date and a caption"


@pytest.mark.parametrize(
    "lines",
    [
        [("Month", "Platform", "Views"), ("October", "Facebook", 1000), ("October", "TikTok", 500)],
        [("Platform", "Followers", "Views", "Likes"), ("Facebook", 10, 3, 4)],
    ],
)
def test_figures_by_platform_are_refused_and_never_made_into_posts(lines: Sequence[Row]) -> None:
    with pytest.raises(Refused, match="has figures by platform and no posts: give each post a line with its link"):
        connectors.read(book(S=lines), {})


def test_links_of_another_platform_make_no_channels_days() -> None:
    lines = [("Date", "URL", "Views", "Likes", "Watch time (hours)"), ("20/10/2024", REEL.format(1), 10, 2, 5)]
    assert read(book(S=lines)).posts["platform"].to_list() == ["facebook"]


def test_a_platforms_export_of_unknown_words_is_not_taken_for_a_sheet() -> None:
    lines = [("Päivä", "Osoite", "Views", "Reach"), ("20/10/2024", REEL.format(1), 10, 2)]
    with pytest.raises(Refused):
        connectors.read(book(S=lines), {})
