from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import xlsxwriter

from connectors.contract import Extract, Raw, Refused
from connectors.tiktok import export as tiktok

Sample = Callable[[str], Raw]
Make = Callable[..., Raw]
Read = Callable[..., Extract]
Row = tuple[str, ...]
STUDIO = ("Time", "Video title", "Video link", "Post time", "Total likes", "Total comments", "Total shares",
          "Total views")  # fmt: skip
OVERVIEW = ("Date", "Video Views", "Profile Views", "Likes", "Comments", "Shares")


def link(uploaded: datetime, account: str = "mekong.open") -> str:
    """A video's link: the upper half of its number is the second of its upload."""
    number = (int(uploaded.replace(tzinfo=UTC).timestamp()) << 32) + 1
    return f"https://www.tiktok.com/@{account}/video/{number}"


def video(uploaded: datetime, posted: str, seen: str = "January 9", account: str = "mekong.open") -> Row:
    return (seen, "Youth debate", link(uploaded, account), posted, "3", "2", "1", "40")


def table(header: Row, *rows: Row) -> str:
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in (header, *rows))


def zipped(*members: tuple[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name, (2025, 1, 9, 8, 0, 0)), content)
    return target.getvalue()


def workbook(**sheets: tuple[Row, ...]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        book.set_properties({"created": datetime(2025, 1, 9, 8)})
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for at, row in enumerate(rows):
                page.write_row(at, 0, [int(cell) if cell.isdecimal() else cell for cell in row])
    return target.getvalue()


def days(extract: Extract, metric: str) -> list[tuple[date, int]]:
    figures = extract.account_figures
    return figures.filter(figures["metric"] == metric).select("period_start", "value").rows()


# --------------------------------------------------------------------------- the table of videos


def test_business_suite_speaks_portuguese(raw: Make, read: Read) -> None:
    header = (
        "Título do vídeo", "Link para o vídeo", "Hora da publicação", "Visualizações do vídeo", "Curtidas",
        "Comentários", "Compartilhamentos", "Adicionar aos Favoritos",
    )  # fmt: skip
    row = ("Um", link(datetime(2025, 1, 2, 9)), "2025/01/02", "1000", "40", "5", "3", "2")
    extract = read(raw(table(header, row)))
    assert extract.observations.select("views", "likes", "comments", "shares", "saves").rows() == [(1000, 40, 5, 3, 2)]
    assert extract.evidence.language == "pt"
    days_of = ("Data", "Visualizações do vídeo", "Audiência alcançada", "Visualizações do perfil")
    by_day = read(raw(table(days_of, ("2025/01/02", "715", "600", "25"))))
    assert [days(by_day, metric) for metric in ("views", "reach", "visits")] == [
        [(date(2025, 1, 2), 715)], [(date(2025, 1, 2), 600)], [(date(2025, 1, 2), 25)]
    ]  # fmt: skip


def test_studios_table_is_read_video_by_video(sample: Sample, read: Read) -> None:
    extract = read(sample("tiktok/Content.csv"))
    assert extract.posts["post_id"].to_list() == ["7455259637474918401", "7454049745187635201", "7419531123094454273"]
    assert extract.posts["identified_by"].to_list() == ["id", "id", "id"]
    assert extract.posts["published_at"].to_list() == [
        datetime(2025, 1, 2, 10, 15), datetime(2024, 12, 30, 4), datetime(2024, 9, 28, 3, 30, 7),
    ]  # fmt: skip
    assert extract.posts["text"].to_list()[:2] == [
        "ការជជែកដេញដោលរបស់យុវជន: youth debate, first round #forum",
        "Right to information, in one minute",
    ]
    assert not extract.posts["text"].to_list()[2]
    assert extract.posts["is_damaged"].to_list() == [False, False, False]
    assert extract.observations.select("likes", "comments", "shares", "views").rows() == [
        (5431, 24, 61, 1200), (45, 3, 2, 1200), (9, 0, 0, 310),
    ]  # fmt: skip
    assert extract.observations["rounded"].to_list() == [["views"], None, None]
    assert (
        extract.observations.select("impressions", "reach", "saves", "clicks", "watch_ms").null_count().row(0)
        == (3,) * 5
    )
    assert (extract.evidence.rows, extract.rejects.height, extract.evidence.language) == (3, 0, "en")
    assert extract.notes == ()


def test_figures_are_lifetime_ones_as_of_the_day_in_its_column_time(sample: Sample, read: Read) -> None:
    extract = read(sample("tiktok/Content.csv"))
    assert extract.observations.select("period_start", "period_end").null_count().row(0) == (3, 3)
    assert extract.evidence.period is None
    assert extract.evidence.period_from == "lifetime, as TikTok Studio's table of videos is"
    assert extract.evidence.observed_on == date(2025, 1, 9)
    assert extract.evidence.observed_from == "the day in its column Time"
    assert extract.observations["observed_at"].unique().to_list() == [datetime(2025, 1, 9, 16, 59, 59, 999999)]


def test_a_link_names_the_account_and_a_photo_is_a_post(sample: Sample, read: Read) -> None:
    extract = read(sample("tiktok/Content.csv"))
    assert extract.posts["kind"].to_list() == ["video", "video", "post"]
    assert extract.posts["account_id"].to_list() == ["mekong.open"] * 3
    assert extract.accounts.select("account_id", "username").rows() == [("mekong.open", "mekong.open")]


def test_deleted_videos_and_short_links_are_rejected_and_cost_no_other_row(sample: Sample, read: Read) -> None:
    extract = read(sample("tiktok/deleted-and-short-links.csv"))
    assert extract.observations.select("row", "views").rows() == [(1, 289568), (5, 20)]
    assert extract.posts["account_id"].to_list() == ["mekong.open", None]
    assert extract.posts["published_at"].to_list() == [datetime(2025, 1, 6, 3), datetime(2025, 1, 4, 3)]
    assert extract.rejects["row"].to_list() == [2, 3, 4]
    assert all(reason.startswith("no identity") for reason in extract.rejects["reason"])
    assert extract.rejects["content"].to_list()[0] == "1月9日,削除済み,,1月6日,0,0,0,0"
    assert extract.evidence.rows == 5


def test_titles_that_nobody_escaped_break_no_row(sample: Sample, read: Read) -> None:
    extract = read(sample("tiktok/titles-not-escaped.csv"))
    assert extract.posts["text"].to_list() == [
        'Дебаты "О праве знать" молодёжи',
        'Right to information, in brief"," and part two',
        'First line of a debate\nsecond, with "quotes"\n\nthird #forum',
        "សិទ្ធិទទួលបានព័ត៌មាន",
    ]
    assert extract.posts["published_at"].to_list() == [
        datetime(2025, 1, 7, 9), datetime(2025, 1, 5, 9), datetime(2025, 1, 3, 9), datetime(2024, 12, 29, 9),
    ]  # fmt: skip
    assert extract.observations.select("row", "likes", "comments", "shares", "views").rows() == [
        (1, 529, 170, 122, 28590), (2, 34, 0, 1, 616), (3, 7, 2, 0, 1050), (5, 12, 1, 3, 405),
    ]  # fmt: skip
    assert extract.rejects.select("row", "content").rows() == [(4, "9 января,Видео удалено,,2 января,0,0,0,0")]
    assert (extract.evidence.rows, extract.evidence.observed_on) == (5, date(2025, 1, 9))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_broken_title_may_stand_anywhere_in_its_file(raw: Make, read: Read, end: str) -> None:
    uploads = [datetime(2025, 1, n, 3) for n in (2, 3, 4)]
    titles = ['"All" of it', "Plain", 'In "brief", and "free"']
    rows = [
        ("January 9", title, link(upload), f"January {upload.day}", "3", "2", "1", "40")
        for upload, title in zip(uploads, titles, strict=True)
    ]
    for member in (table(STUDIO, *rows), table(STUDIO, *rows) + "\n"):
        extract = read(raw(member.replace("\n", end)))
        assert extract.posts["text"].to_list() == titles
        assert extract.posts["published_at"].to_list() == uploads
        assert (extract.observations["views"].to_list(), extract.rejects.height) == ([40, 40, 40], 0)


def test_a_broken_title_may_be_the_first_column(sample: Sample, read: Read, raw: Make) -> None:
    content = sample("tiktok/views-of-7-days.csv").content.replace(
        b"Who may ask for what?", b'Who "may" ask, "and" what?'
    )
    extract = read(raw(content))
    assert extract.posts["text"].to_list()[0] == 'Who "may" ask, "and" what? #RTI'
    assert extract.observations.select("views", "likes", "comments", "shares").rows() == [
        (26000, 1500, 12, 20),
        (2, 0, 0, 0),
    ]


def test_a_deleted_video_with_a_broken_title_does_not_spill_into_the_next(raw: Make, read: Read) -> None:
    gone = ("January 9", 'Taken "down", sadly', "", "January 5", "0", "0", "0", "0")
    extract = read(raw(table(STUDIO, gone, video(datetime(2025, 1, 2, 3), "January 2"))))
    assert extract.posts["text"].to_list() == ["Youth debate"]
    assert extract.observations.select("row", "views").rows() == [(2, 40)]
    assert extract.rejects["row"].to_list() == [1]
    assert "sadly" in extract.rejects["content"][0]


@pytest.mark.parametrize("title", ["{url}", "see {url} first", "Part two, {url}, and more", 'say ""{url}"", please'])
def test_a_link_in_a_title_names_no_video(raw: Make, read: Read, title: str) -> None:
    item, other = datetime(2025, 1, 2, 9), datetime(2024, 6, 1, 9)
    seen, _, *rest = video(item, "January 2")
    extract = read(
        raw(table(STUDIO, (seen, title.format(url=link(other)), *rest), video(item + timedelta(1), "January 3")))
    )
    assert extract.posts["url"].to_list() == [link(item), link(item + timedelta(1))]
    assert extract.posts["text"].to_list() == [title.format(url=link(other)).replace('""', '"'), "Youth debate"]
    assert (extract.observations["views"].to_list(), extract.rejects.height) == ([40, 40], 0)


def test_views_of_the_last_7_days_are_not_its_views(sample: Sample, read: Read, raw: Make) -> None:
    extract = read(sample("tiktok/views-of-7-days.csv"))
    assert extract.observations.select("views", "likes", "comments", "shares").rows() == [
        (26000, 1500, 12, 20),
        (2, 0, 0, 0),
    ]
    assert extract.evidence.ignored == ("Views in the last 7 days",)
    without = sample("tiktok/views-of-7-days.csv").content.replace(b"Total views", b"Average watch time")
    assert read(raw(without)).observations["views"].to_list() == [None, None]


def test_a_table_without_time_is_as_old_as_its_file(sample: Sample, read: Read) -> None:
    extract = read(sample("tiktok/views-of-7-days.csv"))
    assert (extract.evidence.observed_at, extract.evidence.observed_on) == (datetime(2025, 1, 10, 3), None)
    assert extract.evidence.observed_from == "the file's time"


def test_a_written_time_is_read_in_the_zone_of_who_wrote_it(sample: Sample, read: Read) -> None:
    extract = read(sample("tiktok/views-of-7-days.csv"))
    assert extract.posts["published_at"].to_list() == [datetime(2024, 12, 12, 2), datetime(2024, 12, 13, 2)]


def test_business_suites_table_has_favorites_and_times_in_utc(sample: Sample, read: Read) -> None:
    extract = read(sample("tiktok/business-suite.csv"))
    assert extract.observations.select("views", "likes", "comments", "shares", "saves").rows() == [
        (172353, 1774, 42, 413, 180), (3382, 135, 4, 3, 6),
    ]  # fmt: skip
    assert extract.posts["text"].to_list()[1] == 'A year of "open data", in brief 🎉'
    assert extract.evidence.date_order == "year first"
    # The numbers of genuine videos are of the same second, a few apart: what stands there is UTC.
    assert extract.posts["published_at"].to_list() == [
        datetime(2024, 10, 31, 18, 19, 10), datetime(2024, 12, 31, 16, 32, 37),
    ]  # fmt: skip


# --------------------------------------------------------------------------- days without a year


@pytest.mark.parametrize(
    ("seen", "posted"),
    [
        ("September 13", "August 18"),
        ("13 September", "18 August"),
        ("13 Σεπτεμβρίου", "18 Αυγούστου"),
        ("9月13日", "8月18日"),
        ("13 tháng Chín", "18 tháng Tám"),
        ("13 сентября", "18 августа"),
        ("13 de setembro", "18 de agosto"),
        ("13 de septiembre", "18 de agosto"),
        ("9월 13일", "8월 18일"),
        ("13 กันยายน", "18 สิงหาคม"),
    ],
)
def test_days_are_read_in_the_accounts_language(raw: Make, read: Read, seen: str, posted: str) -> None:
    uploaded = datetime(2024, 8, 18, 3)
    extract = read(raw(table(STUDIO, video(uploaded, posted, seen))))
    assert extract.posts["published_at"].to_list() == [uploaded]
    assert extract.evidence.observed_on == date(2024, 9, 13)
    assert (extract.notes, extract.evidence.date_order) == ((), "month by name")


def test_vietnamese_months_of_two_words_are_not_the_first_of_them(raw: Make, read: Read) -> None:
    rows = [video(datetime(2024, month, 20, 3), f"20 tháng {name}", "28 tháng Mười Hai")
            for month, name in ((10, "Mười"), (11, "Mười Một"), (12, "Mười Hai"))]  # fmt: skip
    extract = read(raw(table(STUDIO, *rows)))
    assert extract.evidence.observed_on == date(2024, 12, 28)
    assert [at and at.date() for at in extract.posts["published_at"]] == [
        date(2024, 10, 20), date(2024, 11, 20), date(2024, 12, 20),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("uploaded", "posted", "published"),
    [
        (datetime(2024, 12, 30, 4), "December 30", datetime(2024, 12, 30, 4)),
        (datetime(2024, 12, 31, 18), "January 1", datetime(2024, 12, 31, 18)),
        (datetime(2025, 1, 1, 2), "December 31", datetime(2025, 1, 1, 2)),
        (datetime(2024, 2, 28, 18), "February 29", datetime(2024, 2, 28, 18)),
        (datetime(2023, 7, 16, 9), "July 16", datetime(2023, 7, 16, 9)),
    ],
)
def test_the_year_is_that_of_the_videos_number(
    raw: Make, read: Read, uploaded: datetime, posted: str, published: datetime
) -> None:
    assert read(raw(table(STUDIO, video(uploaded, posted)))).posts["published_at"].to_list() == [published]


def test_a_video_that_waited_for_its_day_came_out_at_its_start(raw: Make, read: Read) -> None:
    extract = read(raw(table(STUDIO, video(datetime(2024, 12, 28, 9), "January 3"))))
    assert extract.posts["published_at"].to_list() == [datetime(2025, 1, 2, 17)]


@pytest.mark.parametrize(
    ("seen", "modified_at", "observed_on"),
    [
        ("January 9", datetime(2025, 1, 10, 3), date(2025, 1, 9)),
        ("January 10", datetime(2025, 1, 10, 3), date(2025, 1, 10)),
        ("December 31", datetime(2025, 1, 10, 3), date(2024, 12, 31)),
        ("December 31", datetime(2024, 12, 31, 18), date(2024, 12, 31)),
        ("March 1", datetime(2025, 1, 10, 3), date(2024, 3, 1)),
        ("February 29", datetime(2025, 1, 10, 3), date(2024, 2, 29)),
        ("February 29", datetime(2026, 1, 10, 3), date(2024, 2, 29)),
    ],
)
def test_time_is_the_last_such_day_before_the_file(
    raw: Make, read: Read, seen: str, modified_at: datetime, observed_on: date
) -> None:
    rows = [video(datetime(2024, 2, n, 3), f"February {n}", seen) for n in (3, 4)]
    extract = read(raw(table(STUDIO, *rows), modified_at=modified_at))
    assert extract.evidence.observed_on == observed_on


def test_time_never_lies_before_a_video_in_its_table(raw: Make, read: Read) -> None:
    rows = [video(datetime(2024, 12, 30, 4), "December 30"), video(datetime(2025, 1, 2, 4), "January 2")]
    extract = read(raw(table(STUDIO, *rows), modified_at=datetime(2024, 6, 1)))
    assert extract.evidence.observed_on == date(2025, 1, 9)


# --------------------------------------------------------------------------- an account's figures by day


def test_an_overview_gives_the_accounts_figures_by_day_over_a_new_year(sample: Sample, read: Read) -> None:
    extract = read(sample("tiktok/Overview.csv"))
    assert days(extract, "views") == [
        (date(2024, 12, 29), 141), (date(2024, 12, 30), 22), (date(2024, 12, 31), 1500), (date(2025, 1, 1), 26),
        (date(2025, 1, 2), 0),
    ]  # fmt: skip
    assert days(extract, "visits") == [
        (date(2024, 12, 29), 4), (date(2024, 12, 30), 0), (date(2024, 12, 31), 317), (date(2025, 1, 2), 1),
    ]  # fmt: skip
    figures = extract.account_figures
    assert figures.filter(figures["is_rounded"]).select("metric", "value").rows() == [("views", 1500)]
    assert (figures["period_start"] == figures["period_end"]).all()
    assert figures["account_id"].null_count() == figures.height == 9
    assert extract.evidence.period == (date(2024, 12, 29), date(2025, 1, 2))
    assert (extract.posts.height, extract.rejects.height, extract.evidence.rows) == (0, 0, 5)
    assert extract.evidence.observed_at == datetime(2025, 1, 10, 3)


def test_an_overview_may_stand_newest_day_first(sample: Sample, read: Read) -> None:
    extract = read(sample("tiktok/newest-first.csv"))
    assert days(extract, "views") == [
        (date(2025, 1, 3), 26), (date(2025, 1, 2), 14), (date(2025, 1, 1), 6), (date(2024, 12, 31), 22),
        (date(2024, 12, 30), 141), (date(2024, 12, 29), 5),
    ]  # fmt: skip


@pytest.mark.parametrize("is_newest_first", [False, True], ids=["oldest first", "newest first"])
@pytest.mark.parametrize("first", [date(2024, 1, 10), date(2024, 12, 31), date(2024, 12, 29), date(2025, 1, 4)])
def test_days_follow_each_other_however_many_there_are(
    raw: Make, read: Read, first: date, is_newest_first: bool
) -> None:
    last = date(2025, 1, 1) if first < date(2025, 1, 1) else date(2025, 1, 5)
    wanted = [first + timedelta(n) for n in range((last - first).days + 1)]
    wanted = wanted[::-1] if is_newest_first else wanted
    rows = [(f"{wanted_one:%B} {wanted_one.day}", "7", "1", "0", "0", "0") for wanted_one in wanted]
    extract = read(raw(table(OVERVIEW, *rows)))
    assert days(extract, "views") == [(wanted_one, 7) for wanted_one in wanted]


def test_an_overview_of_one_day_is_of_the_last_such_day(raw: Make, read: Read) -> None:
    extract = read(raw(table(OVERVIEW, ("7月14日", "75", "0", "3", "0", "1"))))
    assert days(extract, "views") == [(date(2024, 7, 14), 75)]


def test_what_is_undefined_is_not_known_and_not_zero(sample: Sample, read: Read) -> None:
    followers = read(sample("tiktok/FollowerHistory.csv"))
    assert days(followers, "followers") == [(date(2024, 12, 31), 5010), (date(2025, 1, 1), 5013)]
    assert followers.rejects.height == 0
    viewers = read(sample("tiktok/Viewers.csv"))
    assert days(viewers, "viewers") == [(date(2025, 1, 1), 45)]
    assert (viewers.account_figures.height, viewers.rejects.height) == (1, 0)


def test_business_suites_overview_has_years_and_reach(sample: Sample, read: Read) -> None:
    extract = read(sample("tiktok/business-suite-overview.csv"))
    assert days(extract, "views") == [(date(2024, 12, 31), 715), (date(2025, 1, 1), 75155)]
    assert days(extract, "reach") == [(date(2025, 1, 1), 75134)]
    assert days(extract, "visits") == [(date(2024, 12, 31), 25), (date(2025, 1, 1), 539)]
    assert days(extract, "followers") == []


def test_a_day_that_cannot_be_read_costs_its_row_only(raw: Make, read: Read) -> None:
    rows = [("January 1", "7", "1", "0", "0", "0"), ("some day", "8", "1", "0", "0", "0")]
    extract = read(raw(table(OVERVIEW, *rows)))
    assert days(extract, "views") == [(date(2025, 1, 1), 7)]
    assert extract.rejects.select("row", "reason").rows() == [(2, "some day is not a date")]


# --------------------------------------------------------------------------- several tables in one file


@pytest.mark.parametrize("names", [("Content.csv", "Overview.csv"), ("Overview.csv", "Content.csv")])
def test_in_a_zip_the_overviews_figures_are_the_contents_accounts(
    sample: Sample, raw: Make, read: Read, names: tuple[str, str]
) -> None:
    content = zipped(*((name, sample(f"tiktok/{name}").content.decode()) for name in names))
    extract = read(raw(content, "temp_1736384400000.zip"))
    assert extract.account_figures["account_id"].unique().to_list() == ["mekong.open"]
    assert extract.accounts["account_id"].to_list() == ["mekong.open"]
    assert (extract.posts.height, extract.account_figures.height, extract.evidence.rows) == (3, 9, 8)
    assert (extract.observations["row"].to_list(), extract.account_figures["row"].min()) == ([1, 2, 3], 4)
    assert extract.evidence.observed_on == date(2025, 1, 9)
    assert extract.account_figures["observed_at"].unique().to_list() == [datetime(2025, 1, 9, 1)]


def test_a_zip_with_videos_of_two_accounts_does_not_say_whose_days_they_are(
    sample: Sample, raw: Make, read: Read
) -> None:
    rows = [video(datetime(2025, 1, 2, 3), "January 2"), video(datetime(2025, 1, 3, 3), "January 3", account="partner")]
    overview = sample("tiktok/Overview.csv").content.decode()
    extract = read(raw(zipped(("Content.csv", table(STUDIO, *rows)), ("Overview.csv", overview)), "temp.zip"))
    assert extract.posts["account_id"].to_list() == ["mekong.open", "partner"]
    assert extract.account_figures["account_id"].unique().to_list() == [None]


def test_a_zip_of_an_overview_alone_is_dated_by_its_member(sample: Sample, raw: Make, read: Read) -> None:
    overview = sample("tiktok/Overview.csv").content.decode()
    extract = read(raw(zipped(("Overview.csv", overview)), "temp.zip", modified_at=datetime(2026, 5, 1)))
    assert extract.evidence.observed_at == datetime(2025, 1, 9, 1)
    assert days(extract, "views")[0] == (date(2024, 12, 29), 141)


def test_a_workbook_gives_what_the_csv_gives(raw: Make, read: Read) -> None:
    rows = (STUDIO, video(datetime(2025, 1, 2, 3), "January 2"), video(datetime(2024, 12, 30, 3), "December 30"))
    daily = (OVERVIEW, ("December 31", "26", "undefined", "1", "0", "0"), ("January 1", "7", "2", "1", "0", "0"))
    extract = read(raw(workbook(Content=rows, Overview=daily), "Content.xlsx", modified_at=datetime(2026, 5, 1)))
    plain = read(raw(table(*rows)))
    told = ("post_id", "account_id", "text", "kind", "published_at", "row")
    assert extract.posts.select(told).equals(plain.posts.select(told))
    assert extract.observations["views"].to_list() == plain.observations["views"].to_list() == [40, 40]
    assert extract.evidence.observed_on == plain.evidence.observed_on == date(2025, 1, 9)
    assert days(extract, "views") == [(date(2024, 12, 31), 26), (date(2025, 1, 1), 7)]
    assert days(extract, "visits") == [(date(2025, 1, 1), 2)]
    assert extract.account_figures["account_id"].unique().to_list() == ["mekong.open"]


def test_a_table_of_another_platforms_links_is_not_tiktoks(raw: Make, read: Read) -> None:
    row = list(video(datetime(2025, 1, 2, 3), "January 2"))
    row[2] = "https://www.facebook.com/watch?v=1029384756000001"
    with pytest.raises(Refused, match="export of facebook"):
        read(raw(table(STUDIO, tuple(row))))


def test_rows_behind_broken_titles_may_lack_their_last_cells_and_never_have_more(raw: Make, read: Read) -> None:
    uploads = [link(datetime(2025, 1, day, 8)) for day in (3, 4, 5)]
    rows = [
        f'"January 9","A "broken" title, of two parts","{uploads[0]}","January 3","3","2","1","40"',
        f'"January 9","Short","{uploads[1]}","January 4","4","2"',
        f"January 9,Long,{uploads[2]},January 5,5,2,1,1,234",
    ]
    extract = read(raw("\n".join([",".join(STUDIO), *rows, ""])))
    assert extract.observations.select("likes", "comments", "shares", "views").rows() == [
        (3, 2, 1, 40),
        (4, 2, None, None),
    ]
    assert extract.rejects["reason"][0].startswith("9 cells where the header has 8: more than there are columns")
    assert any(note.startswith("1 row lacks its last cells") for note in extract.notes)


def test_followers_by_day_are_tiktoks_only_beside_their_difference(raw: Make) -> None:
    for header, is_known in (
        ("Date,Followers", False),
        ("Date,Followers,Difference in followers from previous day", True),
    ):
        row = ",".join(["2026-06-17", "10", "2"][: header.count(",") + 1])
        assert (tiktok.sniff(raw(f"{header}\n{row}\n"), tiktok.Settings()) is not None) == is_known


def test_followers_are_told_by_gender_and_country_as_shares_of_the_day_of_the_download(
    sample: Sample, read: Read
) -> None:
    extract = read(sample("tiktok/FollowerGender.csv"))
    assert extract.audiences.select("audience", "dimension", "part", "share_millionths", "told").rows() == [
        ("followers", "gender", "women", 590_000, "0.59"), ("followers", "gender", "men", 410_000, "0.41"),
        ("followers", "gender", "others", 0, "0"),
    ]  # fmt: skip
    extract = read(sample("tiktok/FollowerTopTerritories.csv"))
    assert extract.audiences.select("dimension", "part", "share_millionths").rows() == [
        ("country", "KH", 770_000), ("country", "TH", 41_000), ("country", "others", 189_000)
    ]  # fmt: skip
    assert (extract.evidence.period, extract.audiences["period_start"].null_count(), extract.posts.height) == (
        None,
        3,
        0,
    )


def test_followers_in_a_zip_with_videos_are_of_the_account_of_these(read: Read, raw: Make) -> None:
    videos = table(STUDIO, video(datetime(2024, 12, 1, 8), "December 1"))
    content = zipped(("Content.csv", videos), ("FollowerGender.csv", table(("Gender", "Distribution"), ("Male", "1"))))
    assert read(raw(content, "tiktok.zip")).audiences["account_id"].to_list() == ["mekong.open"]


def test_a_table_of_more_than_genders_and_shares_is_not_taken_for_tiktoks(raw: Make) -> None:
    assert tiktok.sniff(raw("Gender,Distribution,Village\nFemale,0.5,A\n"), tiktok.Settings()) is None
