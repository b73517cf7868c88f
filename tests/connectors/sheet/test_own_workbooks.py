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


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
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
    assert unnamed.startswith("no identity: give it a link, or a platform, a date and a caption; it has no platform (")


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


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(["Facebook", "TikTok"]), st.integers(1, 4)), min_size=1, max_size=4))
def test_merged_cells_read_as_if_each_row_had_its_own(blocks: list[tuple[str, int]]) -> None:
    header = ("Platform", "Date", "Caption", "Views")
    rows = [(platform, f"2024-10-{n + 1:02}", f"Post {block}.{n}", 10 * block + n)
            for block, (platform, height) in enumerate(blocks) for n in range(height)]  # fmt: skip
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        page = workbook.add_worksheet()
        page.write_row(0, 0, header)
        first = 1
        for platform, height in blocks:
            if height > 1:
                page.merge_range(first, 0, first + height - 1, 0, platform)
            else:
                page.write(first, 0, platform)
            first += height
        for at, row in enumerate(rows, start=1):
            page.write_row(at, 1, row[1:])
    merged, filled = read(raw_of(target.getvalue(), "Monthly.xlsx")), read(book(S=[header, *rows]))
    assert merged.posts.equals(filled.posts)
    assert merged.observations["views"].equals(filled.observations["views"])


def test_a_count_that_spans_several_posts_is_nobodys() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as workbook:
        page = workbook.add_worksheet()
        page.write_row(0, 0, ("Link", "Platform", "Views"))
        for n in (1, 2, 3):
            page.write_row(n, 0, (REEL.format(n), "Facebook", *[n] * (n > 2)))
        page.merge_range(1, 2, 2, 2, 300)
    extract = read(raw_of(target.getvalue(), "Monthly.xlsx"))
    assert extract.observations["views"].to_list() == [3]
    assert extract.rejects["reason"].to_list() == ["views: '300 (one cell for 2 rows)' is not a count"] * 2


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.permutations(range(5)), min_size=1, max_size=3), st.booleans())
def test_tables_below_each_other_are_each_read_by_the_header_above_them(
    orders: list[list[int]], has_title: bool
) -> None:
    header, lines, expected = ("Platform", "Link", "Caption", "Views", "Likes"), list[Row](), []
    for number, order in enumerate(orders):
        row = ("Facebook", REEL.format(number), f"Post {number}", 100 + number, number)
        total = ("", "", "Total", 100 + number, number)
        lines += [("October",), ()] if has_title else []
        lines += [[line[at] for at in order] for line in (header, row, total)]
        expected.append((f"86100524000000{number:02}", 100 + number, number))
    extract = read(book(S=lines))
    assert extract.observations.select("post_id", "views", "likes").rows() == expected
    assert extract.rejects.height == 0


LIKE_TOTALS = ("Sub-total", "Total Facebook", "Facebook total:", "Grand Total", "សរុបខែតុលា", "សរុប", "Average")


@pytest.mark.parametrize("word", LIKE_TOTALS)
@pytest.mark.parametrize("day", ["", "31/10/2024"])
def test_no_line_of_totals_is_a_post(word: str, day: str) -> None:
    header = ("No", "Date", "Platform", "Caption", "Views")
    post = (1, "20/10/2024", "Facebook", "One", 10)
    extract = read(book(S=[header, post, ("", day, "Facebook", word, 10), ("", day, word, "", 10)]))
    assert extract.observations["views"].to_list() == [10]
    assert {reason.split(",")[0] for reason in extract.rejects["reason"]} <= {"reads like a line of totals"}


def test_a_caption_that_begins_like_a_total_is_a_post_where_its_row_has_a_link_or_a_number() -> None:
    header = ("No", "Date", "Platform", "Link", "Caption", "Views")
    rows = [(1, "20/10/2024", "Facebook", "", "Total recall", 10), ("", "", "", REEL.format(1), "Total eclipse", 11),
            ("", "20/10/2024", "Facebook", "", "Totally new", 12)]  # fmt: skip
    assert read(book(S=[header, *rows])).observations["views"].to_list() == [10, 11, 12]


def test_a_column_of_links_without_addresses_names_no_post() -> None:
    header = ("Date", "Platform", "Caption", "Link", "Views")
    rows = [("20/10/2024", "Facebook", "One", "Click here", 10), ("21/10/2024", "Facebook", "Two", "Click here", 11),
            ("", "Facebook", "Three", "Click here", 12), ("", "Facebook", "Four", "N/A", 12)]  # fmt: skip
    extract = read(book(S=[header, *rows]))
    assert extract.observations["views"].to_list() == [10, 11]
    assert extract.posts["post_id"].n_unique() == 2
    remark, nothing = extract.rejects["reason"]
    assert "no date" in remark
    assert remark.endswith("; Click here in the column of links is no address")
    assert "address" not in nothing


@pytest.mark.parametrize("header", [("no", "platform", "account", "link", "title", "published", "views"),
                                    ("No", "Platform", "Page", "Link", "Caption", "Date", "Views")])  # fmt: skip
def test_a_number_that_begins_anew_each_month_makes_no_post_of_last_month_of_this_months(header: Row) -> None:
    def month(day: str, caption: str) -> Raw:
        return book(S=[header, (1, "TikTok", "Page", "", caption, day, 10)])

    first, second = (read(month(f"2024-{n}-05", f"Post of {n}")).posts["post_id"].item() for n in (10, 11))
    assert first != second
    again = read(month("2024-10-05", "Post of 10"))
    assert again.posts["post_id"].item() == first
    assert not any("number" in note for note in again.notes)


def test_rows_that_only_a_number_tells_apart_are_named() -> None:
    lines = [("no", "platform", "account", "link", "title", "views"), (1, "tiktok", "Page", "", "One", 10)]
    extract = read(book(S=lines))
    assert extract.posts["post_id"].to_list() == ["tiktok-no-1-page"]
    assert any(note.startswith("1 row is known by number and account alone: a number that") for note in extract.notes)


def test_a_row_whose_day_cannot_be_read_is_told_so() -> None:
    lines = [("Date", "Platform", "Caption", "Views"), ("soon", "Facebook", "One", 10)]
    assert read(book(S=lines)).rejects["reason"].to_list() == ["published: soon is not a date"]


def test_a_row_of_several_platforms_needs_a_line_for_each() -> None:
    header = ("Date", "Platform", "Caption", "Views")
    rows = [
        ("20/10/2024", name, "One", 10) for name in ("Facebook, TikTok", "FB & IG", "Facebook/Telegram", "Twitter/X")
    ]
    extract = read(book(S=[header, *rows]))
    assert extract.posts["platform"].to_list() == ["x"]
    assert [reason.split(" are several platforms: give the post a line")[0] for reason in extract.rejects["reason"]] == [
        "Facebook, TikTok", "FB & IG", "Facebook/Telegram"
    ]  # fmt: skip


def test_a_platform_that_nobody_knows_is_named() -> None:
    header = ("Date", "Platform", "Caption", "Views")
    rows = [
        ("20/10/2024", "Facebook", "One", 10),
        ("20/10/2024", "Facbook", "Two", 11),
        ("20/10/2024", "Other", "x", 1),
    ]
    extract = read(book(S=[header, *rows]))
    assert extract.posts["platform"].to_list() == ["facebook", "other", "other"]
    told = [note for note in extract.notes if note.startswith("the platform")]
    assert told == ["the platform 'Facbook' is none that is known: its posts count as of another platform"]


def test_a_cell_with_several_links_is_no_one_post() -> None:
    lines = [("Date", "Platform", "Link", "Caption", "Views"),
             ("20/10/2024", "Facebook", f"{REEL.format(1)}\n{REEL.format(2)}", "One", 10)]  # fmt: skip
    (reason,) = read(book(S=lines)).rejects["reason"]
    assert reason.startswith("several links in one cell: give each post a line of its own")
