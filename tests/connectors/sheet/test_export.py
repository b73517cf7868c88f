from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime

import xlsxwriter

from connectors.contract import Extract, Raw

Sample = Callable[[str], Raw]
Make = Callable[..., Raw]
Read = Callable[..., Extract]
VIDEO = "1029384756000009"
HEADER = "no,platform,account,organisation,link,title,read_on,from,to,views,visits\n"


def test_a_post_is_known_by_its_link_else_by_its_number_account_and_day(sample: Sample, read: Read) -> None:
    posts = read(sample("sheet/partner.csv")).posts
    assert posts.select("platform", "post_id", "identified_by").rows() == [
        ("facebook", f"100064500000002_{VIDEO}", "link"),
        ("tiktok", "tiktok-no-2-partner-on-2024-09-28", "id"),
    ]
    assert posts.select("alias", "video_id", "account_id").rows()[0] == (
        "1029384756000009",
        "1029384756000009",
        "Partner page",
    )


def test_a_row_is_as_old_as_it_says_else_as_its_file(sample: Sample, read: Read) -> None:
    observations = read(sample("sheet/partner.csv")).observations
    assert observations["observed_at"].to_list() == [
        datetime(2024, 10, 5, 16, 59, 59, 999999),
        datetime(2025, 1, 10, 3),
    ]


DATES = "platform,account,link,title,published,read_on,views\n"
SEPTEMBER = [date(2024, 9, 5), date(2024, 9, 6)]


def rows(*dates: tuple[str, str]) -> str:
    """A sheet with a post for each pair of dates, published and read on."""
    lines = (f"facebook,Page,https://t.me/a/{n},T,{published},{on},5\n" for n, (published, on) in enumerate(dates))
    return DATES + "".join(lines)


def test_one_order_of_day_and_month_holds_for_all_columns_of_a_sheet(raw: Make, read: Read) -> None:
    extract = read(raw(rows(("27/09/2024", "05/10/2024"))))
    assert extract.observations["observed_at"].dt.date().to_list() == [date(2024, 10, 5)]
    extract = read(raw(rows(("05/09/2024", "27/10/2024"), ("06/09/2024", "27/10/2024"))), zone="UTC")
    assert extract.posts["published_at"].dt.date().to_list() == SEPTEMBER
    assert extract.evidence.date_order_from == "a date that can be read in one way only"
    assert extract.posts["published_other_at"].null_count() == 2


def test_no_date_of_a_sheet_lies_after_the_day_it_came(raw: Make, read: Read) -> None:
    sheet = Raw("a.csv", rows(("10/05/2024", "")).encode(), datetime(2024, 6, 1), datetime(2024, 6, 1))
    assert read(sheet, zone="UTC").posts["published_at"].dt.date().to_list() == [date(2024, 5, 10)]
    sheet = Raw("a.csv", rows(("05/10/2024", "")).encode(), datetime(2024, 6, 1), datetime(2024, 6, 1))
    extract = read(sheet, zone="UTC")
    assert extract.posts["published_at"].dt.date().to_list() == [date(2024, 5, 10)]
    assert extract.evidence.date_order_from == "no date lies after the day the file came"


def test_what_a_sheet_leaves_open_the_settings_tell_else_the_custom_of_the_plans_country(raw: Make, read: Read) -> None:
    file = raw(rows(("05/09/2024", "06/10/2024")))
    by_zone = {
        zone: read(file, reporting_zone=zone, zone="UTC") for zone in ("Asia/Phnom_Penh", "America/New_York", "UTC")
    }
    days = {zone: extract.posts["published_at"].dt.date().to_list() for zone, extract in by_zone.items()}
    assert days == {"Asia/Phnom_Penh": [date(2024, 9, 5)], "America/New_York": [date(2024, 5, 9)], "UTC": []}
    assert by_zone["Asia/Phnom_Penh"].posts["published_other_at"].dt.date().to_list() == [date(2024, 5, 9)]
    assert by_zone["Asia/Phnom_Penh"].evidence.date_order_from.endswith("(Cambodia)")
    assert "may be two days" in by_zone["UTC"].rejects["reason"][0]
    extract = read(file, reporting_zone="UTC", date_order="month first")
    assert extract.posts["published_at"].dt.date().to_list() == [date(2024, 5, 9)]
    assert extract.posts["published_other_at"].to_list() == [None]


def test_typed_figures_are_graded_and_rounded_ones_marked(sample: Sample, read: Read) -> None:
    extract = read(sample("sheet/partner.csv"))
    assert extract.observations.select("views", "rounded", "watch_ms").rows() == [
        (3500, ["views"], 12_500),
        (1050, None, None),
    ]
    assert (extract.evidence.grade, extract.evidence.is_document) == ("entered", True)


def test_an_accounts_figures_over_days_are_a_row_a_metric(sample: Sample, read: Read) -> None:
    figures = read(sample("sheet/partner.csv")).account_figures
    days = (date(2024, 9, 27), date(2024, 10, 4))
    assert figures.select("platform", "account_id", "metric", "period_start", "period_end", "value").rows() == [
        ("website", "partner.example", "reach", *days, 2696),
        ("website", "partner.example", "visits", *days, 1050),
    ]


def test_fractions_and_rows_without_an_identity_are_rejected(sample: Sample, read: Read) -> None:
    extract = read(sample("sheet/partner.csv"))
    assert extract.rejects["row"].to_list() == [3, 5]
    assert "write the whole number" in extract.rejects["reason"][0]
    assert "no identity" in extract.rejects["reason"][1]
    assert extract.evidence.rows == 5


def test_a_workbook_is_read_as_people_fill_it_in(read: Read, raw: Make) -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        page = book.add_worksheet("September")
        page.write(0, 0, "Figures of our partners")
        page.write_row(2, 0, HEADER.strip().split(","))
        page.write_row(3, 0, [1.0, "TikTok", "a", None, None, "ចំណងជើង"])
        page.write_datetime(3, 6, datetime(2024, 10, 5), day)
        page.write(3, 9, "១.០៥០")
        page.write_row(
            4, 0, [2, "FB", "b", "", "https://www.facebook.com/b/videos/1029384756000009/", "B", "", "", "", 21.067]
        )
        page.write_row(6, 0, ["Total", "", "", "", "", "", "", "", "", 22117])
    extract = read(raw(target.getvalue(), "partners.xlsx"))
    assert extract.observations.select("post_id", "row", "views").rows() == [
        ("tiktok-no-1-a", 1, 1050),
        (VIDEO, 2, 21067),
    ]
    assert extract.observations["observed_at"][0] == datetime(2024, 10, 5, 16, 59, 59, 999999)
    assert "1 line that is no row was passed over as notes" in extract.notes
    assert extract.rejects.height == 0


def test_two_partners_number_one_are_two_posts(read: Read, raw: Make) -> None:
    rows = "1,tiktok,,One,,A,,,,5,\n1,tiktok,,Two,,A,,,,6,\n"
    assert read(raw(HEADER + rows)).posts["post_id"].to_list() == ["tiktok-no-1-one", "tiktok-no-1-two"]


def test_a_date_that_cannot_be_read_or_lies_ahead_rejects_its_row(read: Read, raw: Make) -> None:
    rows = "1,tiktok,a,,,A,soon,,,5,\n2,tiktok,a,,,A,2031-01-01,,,5,\n,website,a,,,,,2024-10-04,2024-09-27,,9\n"
    reasons = read(raw(HEADER + rows)).rejects["reason"].to_list()
    assert reasons == [
        "read_on: soon is not a date",
        "read_on lies after the day the sheet came",
        "from lies after to",
    ]


def test_a_posts_figures_over_days_are_those_of_a_period(read: Read, raw: Make) -> None:
    row = "1,tiktok,a,,https://www.tiktok.com/@a/video/7412345678901234567,A,,2024-09-27,2024-10-04,5,\n"
    observations = read(raw(HEADER + row)).observations
    assert observations.select("period_start", "period_end", "period_opens_at").rows() == [
        (date(2024, 9, 27), date(2024, 10, 4), datetime(2024, 9, 26, 17))
    ]


def test_a_sheet_whose_first_line_is_in_khmer_is_read_below_a_title_that_spans_it(read: Read, raw: Make) -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet("តារាង")
        page.merge_range(0, 0, 0, 6, "របាយការណ៍បណ្តាញសង្គម ខែកញ្ញា")
        page.write_row(2, 0, ["ល.រ", "វេទិកា", "គណនី", "តំណ", "ចំណងជើង", "ថ្ងៃផ្សាយ", "ចំនួនមើល", "ចែករំលែក"])
        page.write_row(3, 0, [1, "facebook", "Mekong", "", "វីដេអូ", "27/09/2024", "២១.០៦៧", "3.5K"])
        page.write_row(4, 0, [2, "facebook", "Mekong", "", "វីដេអូ"])
        page.write_datetime(4, 5, datetime(2024, 9, 28), book.add_format({"num_format": "dd/mm/yyyy"}))
        page.write_row(4, 6, [376, 5])
        page.write_row(6, 0, ["សរុប", "", "", "", "", "", 21443, 3505])
        page.write_row(7, 0, ["យោង៖ ទំព័រហ្វេសប៊ុក"])
    extract = read(raw(target.getvalue(), "sheet.xlsx"))
    assert extract.evidence.language == "km"
    assert extract.observations.select("views", "shares").rows() == [(21067, 3500), (376, 5)]
    assert [at.date() for at in extract.posts["published_at"]] == [date(2024, 9, 26), date(2024, 9, 27)]
    assert extract.rejects.height == 0


def test_a_sheets_post_has_its_participants_and_other_posts_have_none(read: Read, raw: Make) -> None:
    header = "platform,account,link,title,published,views,participants,women,men\n"
    rows = [
        f"facebook,A,https://www.facebook.com/1/posts/{n},x,2024-09-27,5,{people}\n"
        for n, people in ((1, "31 (12 F),,"), (2, ",,"))
    ]
    extract = read(raw(header + "".join(rows), "s.csv"))
    assert extract.posts.height == 2
    assert extract.attendance.select("row", "events", "participants", "participants_women").rows() == [(1, 1, 31, 12)]
