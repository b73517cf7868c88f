from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from connectors.contract import Extract, Raw, Refused
from connectors.linkedin import export as linkedin
from connectors.reading import files

Sample = Callable[[str], Raw]
Make = Callable[..., Raw]
Read = Callable[..., Extract]
Grid = Sequence[Sequence[object]]

PAGE = "linkedin/xls/mekong-open-data-circle_content_1771156805123.xls"
PERSON = "AggregateAnalytics_Sok Dara_2026-01-01_2026-02-14.xlsx"
UPDATE = "https://www.linkedin.com/feed/update/urn:li:"
LAST_DAY = datetime(2026, 2, 14, 16, 59, 59, 999999)
METRICS = ["Date", "Impressions (organic)", "Impressions (total)", "Unique impressions (organic)", "Clicks (total)"]
POSTS = ["Post title", "Post link", "Post type", "Created date", "Impressions", "Clicks", "Likes", "Content Type"]
NUMBER = "7427700000000000001"


def workbook(**sheets: Grid) -> bytes:
    """Cells as they are, on sheets whose names have a blank for each ``_``."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"strings_to_urls": False}) as book:
        book.set_properties({"created": datetime(2026, 2, 20, 8)})
        for name, rows in sheets.items():
            page = book.add_worksheet(name.replace("_", " "))
            for at, row in enumerate(rows):
                page.write_row(at, 0, row)
    return target.getvalue()


def metrics(*days: str) -> Grid:
    return [["A sentence on these figures."], METRICS, *([day, 30, 30, 11, 2] for day in days)]


def all_posts(*created: str) -> Grid:
    rows = [["Debate", f"{UPDATE}share:{int(NUMBER) + n}", "Organic", on, 30, 2, 1, ""] for n, on in enumerate(created)]
    return [["A sentence on these posts."], POSTS, *rows]


def person(**more: Grid) -> bytes:
    """A person's workbook, its text cells and gaps as LinkedIn writes them."""
    return workbook(
        DISCOVERY=[["Overall Performance", "1/1/2026 - 2/14/2026"], ["Impressions", "28,400"], ["Members reached", "12,310"]],
        ENGAGEMENT=[["Date", "Impressions", "Engagements"], ["1/1/2026", 20, 3], ["2/14/2026", 640, 12]],
        TOP_POSTS=top_posts([("activity:7420000000000000021", "1/22/2026", 33), ("activity:7421000000000000022", "1/25/2026", 3)],
                            [("activity:7427000000000000023", "2/10/2026", 1412), ("activity:7420000000000000021", "1/22/2026", 655),
                             ("activity:7415000000000000024", "1/8/2026", 27)]),
        FOLLOWERS=[["Total followers on 2/14/2026:", "2,960"], [], ["Date", "New followers"], ["2/13/2026", 3], ["2/14/2026", 1]],
        DEMOGRAPHICS=[["Top Demographics", "Value", "Percentage"], ["Job titles", "Researcher", "< 1%"]],
        **more,
    )  # fmt: skip


def top_posts(left: Sequence[tuple[str, str, int]], right: Sequence[tuple[str, str, int]]) -> Grid:
    """Two lists side by side, a gap between them, each as long as it is."""
    rows: list[list[object]] = []
    for at in range(max(len(left), len(right))):
        cells = [
            [f"{UPDATE}{item[at][0]}", *item[at][1:]] if at < len(item) else ["", "", ""] for item in (left, right)
        ]
        rows.append([*cells[0], "", *cells[1]])
    head = ["Post URL", "Post publish date"]
    return [["Maximum of 50 posts available to include in this list"], [],
            [*head, "Engagements", "", *head, "Impressions"], *rows]  # fmt: skip


def figures(extract: Extract) -> list[tuple[object, ...]]:
    return extract.account_figures.select("metric", "period_start", "period_end", "value").rows()


def impressions(extract: Extract) -> list[tuple[object, ...]]:
    return extract.observations.select("post_id", "impressions", "row").rows()


def test_a_pages_workbook_is_read_post_by_post(sample: Sample, read: Read) -> None:
    extract = read(sample(PAGE))
    posts, observations = extract.posts, extract.observations
    assert posts["post_id"].to_list() == [
        f"urn:li:activity:{n}" for n in (NUMBER, "7424100000000000002", "7412500000000000003")
    ]
    assert posts["identified_by"].unique().to_list() == ["id"]
    assert posts["published_at"].dt.date().to_list() == [date(2026, 2, 12), date(2026, 2, 2), date(2026, 1, 1)]
    assert posts["text"][0] == "យុវជនពិភាក្សាអំពីសិទ្ធិទទួលបានព័ត៌មាន\n\n#IDUAI, with “quotes”"
    assert posts["kind"].to_list() == ["post", "video", "post"]
    assert posts["row"].to_list() == [1, 2, 3]
    assert observations.select("impressions", "views", "clicks", "likes", "comments", "shares").rows() == [
        (900, None, 12, 6, 1, 2), (304, 120, 7, 4, 0, 1), (30, None, 0, 0, 0, 0),
    ]  # fmt: skip
    assert observations.select("reach", "saves", "watch_ms").null_count().row(0) == (3, 3, 3)
    assert (extract.rejects.height, extract.notes, extract.evidence.grade) == (0, (), "export")


def test_the_days_of_its_metrics_are_the_period_of_its_posts(sample: Sample, read: Read) -> None:
    extract = read(sample(PAGE))
    period = (date(2026, 2, 12), date(2026, 2, 14))
    assert (extract.evidence.period, extract.evidence.period_from) == (period, "the days of its sheet Metrics")
    assert extract.observations.select("period_start", "period_end").unique().rows() == [period]
    assert extract.observations["period_opens_at"].unique().to_list() == [datetime(2026, 2, 12)]


def test_the_milliseconds_in_its_name_are_when_it_was_seen(sample: Sample, read: Read) -> None:
    extract = read(sample(PAGE))
    instant = datetime(2026, 2, 15, 12, 0, 5, 123_000)
    assert (extract.evidence.observed_at, extract.evidence.observed_from) == (instant, "the time in its name")
    assert extract.evidence.observed_on is None
    assert extract.observations["observed_at"].unique().to_list() == [instant]
    assert extract.account_figures["observed_at"].unique().to_list() == [instant]


@pytest.mark.parametrize("name", ["content.xls", "mekong_content_4102444800000.xls"])
def test_without_a_time_in_its_name_that_has_passed_it_is_as_old_as_its_last_day(
    sample: Sample, read: Read, raw: Make, name: str
) -> None:
    evidence = read(raw(sample(PAGE).content, name)).evidence
    assert (evidence.observed_at, evidence.observed_on) == (LAST_DAY, date(2026, 2, 14))
    assert evidence.observed_from == "the days of its sheet Metrics"


@pytest.mark.parametrize(
    ("name", "account"),
    [
        ("mekong-open-data-circle_content_1771156805123.xls", "mekong-open-data-circle"),
        ("mekong_open_data_content_1771156805123 (1).xls", "mekong_open_data"),
        ("حلقة-البيانات_content_1771156805123.xls", "حلقة-البيانات"),
        ("Content.xls", None),
    ],
)
def test_its_name_says_whose_page_it_is(sample: Sample, read: Read, raw: Make, name: str, account: str | None) -> None:
    extract = read(raw(sample(PAGE).content, name))
    assert extract.posts["account_id"].unique().to_list() == [account]
    assert extract.account_figures["account_id"].unique().to_list() == [account]
    assert extract.accounts["account_id"].to_list() == ([account] if account else [])


@pytest.mark.parametrize("is_sentence_there", [True, False])
def test_a_workbook_saved_again_with_or_without_its_sentences_is_the_same(
    sample: Sample, read: Read, raw: Make, is_sentence_there: bool
) -> None:
    old = sample(PAGE)
    sheets = {table.place: table.lines()[0 if is_sentence_there else 1 :] for table in files.tables(old)}
    new = raw(workbook(**sheets), old.path.replace(".xls", ".xlsx"))
    assert new.content.startswith(b"PK")
    seen, truth = read(new), read(old)
    assert seen.posts.equals(truth.posts)
    assert seen.observations.equals(truth.observations)
    assert seen.account_figures.equals(truth.account_figures)
    assert (seen.evidence.period, seen.evidence.rows) == (truth.evidence.period, truth.evidence.rows)


READ_IN_LITTLE_ROOM = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
from datetime import datetime
from connectors.reading import files
from connectors.contract import Raw, Refused
try:
    files.tables(Raw("file.xls", sys.stdin.buffer.read(), datetime(2026, 1, 1), datetime(2026, 1, 1)))
except Refused as refused:
    print(refused)
"""


def test_an_old_workbook_whose_line_ends_were_changed_on_its_way_is_refused_and_fills_no_memory(sample: Sample) -> None:
    damaged = sample(PAGE).content.replace(b"\n", b"\r\n")
    root = Path(files.__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-c", READ_IN_LITTLE_ROOM], cwd=root, input=damaged, capture_output=True, check=False
    )
    assert (run.returncode, run.stdout.startswith(b"file.xls is a workbook that cannot be opened")) == (0, True)


def test_its_daily_reach_is_the_accounts_and_nothing_else_is(sample: Sample, read: Read) -> None:
    extract = read(sample(PAGE))
    days = [date(2026, 2, 12), date(2026, 2, 13), date(2026, 2, 14)]
    assert figures(extract) == [("reach", on, on, value) for on, value in zip(days, (11, 0, 640), strict=True)]
    assert extract.account_figures["is_rounded"].any() is False
    assert "Impressions (total)" in extract.evidence.ignored


def test_a_workbook_without_its_sheet_of_posts_gives_the_days_alone(read: Read, raw: Make) -> None:
    extract = read(raw(workbook(Metrics=metrics("02/13/2026", "02/14/2026")), "mekong_content_1771156805123.xlsx"))
    assert figures(extract) == [("reach", on, on, 11) for on in (date(2026, 2, 13), date(2026, 2, 14))]
    assert (extract.posts.height, extract.observations.height, extract.rejects.height) == (0, 0, 0)
    assert extract.evidence.period == (date(2026, 2, 13), date(2026, 2, 14))
    assert extract.accounts.select("platform", "account_id").rows() == [("linkedin", "mekong")]


def test_days_without_unique_impressions_are_the_period_as_well(read: Read, raw: Make) -> None:
    days: Grid = [["Date", "Impressions (total)", "Clicks (total)"], ["02/13/2026", 30, 2], ["02/14/2026", 30, 2]]
    extract = read(raw(workbook(Metrics=days, All_posts=all_posts("01/20/2026")), "content.xlsx"))
    assert extract.evidence.period == (date(2026, 2, 13), date(2026, 2, 14))
    assert extract.account_figures.height == 0


def test_a_sheet_of_posts_alone_is_taken_as_lifetime_and_says_so(sample: Sample, read: Read) -> None:
    extract = read(sample("linkedin/All posts.csv"))
    assert extract.posts["post_id"].to_list() == [
        "urn:li:share:7427700000000000011",
        "urn:li:share:7424100000000000012",
    ]
    assert extract.posts["text"].to_list() == ["Who may ask, and for what?", "សិទ្ធិទទួលបានព័ត៌មាន"]
    assert extract.observations["impressions"].to_list() == [1204, 0]
    assert extract.observations.select("period_start", "period_end").null_count().row(0) == (2, 2)
    assert extract.evidence.period is None
    assert extract.evidence.period_from == "lifetime assumed: nothing says which days the figures cover"
    assert (extract.evidence.observed_at, extract.evidence.observed_from) == (
        datetime(2025, 1, 10, 3),
        "the file's time",
    )
    assert extract.account_figures.height == 0


def test_who_posted_is_not_loaded(sample: Sample, read: Read) -> None:
    raw = sample("linkedin/All posts.csv")
    assert "Posted by" in raw.content.decode()
    extract = read(raw)
    loaded = (extract.accounts, extract.posts, extract.observations, extract.account_figures)
    assert not any("Sok Dara" in str(frame.rows()) for frame in loaded)


def test_a_link_that_names_no_post_costs_its_row(sample: Sample, read: Read) -> None:
    rejects = read(sample("linkedin/All posts.csv")).rejects
    assert rejects.select("row", "reason").rows() == [(3, "no identity: its link names no post")]
    assert "https://lnkd.in/abc" in rejects["content"][0]


@pytest.mark.parametrize(
    ("link", "urn"),
    [
        (f"{UPDATE}activity:{NUMBER}", f"urn:li:activity:{NUMBER}"),
        (f"{UPDATE}share:{NUMBER}/", f"urn:li:share:{NUMBER}"),
        (f"{UPDATE}ugcPost:{NUMBER}?utm_source=share", f"urn:li:ugcPost:{NUMBER}"),
        (f"{UPDATE}ugcPost:{NUMBER}/?commentUrn=urn%3Ali%3Acomment%3A%28activity%3A7420000000000000009%2C1%29", f"urn:li:ugcPost:{NUMBER}"),
        (f"https://www.linkedin.com/feed/update/urn%3Ali%3AugcPost%3A{NUMBER}", f"urn:li:ugcPost:{NUMBER}"),
        (f"https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A{NUMBER}/", f"urn:li:activity:{NUMBER}"),
        (f"https://www.linkedin.com/embed/feed/update/urn:li:share:{NUMBER}", f"urn:li:share:{NUMBER}"),
        (f"https://kh.linkedin.com/posts/mekong_youth-debate-activity-{NUMBER}-AbCd", f"urn:li:activity:{NUMBER}"),
        (f"https://www.linkedin.com/posts/mekong_debate-share-{NUMBER}-Ab_d", f"urn:li:share:{NUMBER}"),
        (f"https://www.linkedin.com/posts/mekong_share-{NUMBER}", f"urn:li:share:{NUMBER}"),
        (f"https://www.linkedin.com/posts/mekong_ugcPost-{NUMBER}-AbCd", f"urn:li:ugcPost:{NUMBER}"),
        (f"https://www.linkedin.com/posts/mekong_why-we-share-activity-{NUMBER}-AbCd", f"urn:li:activity:{NUMBER}"),
    ],
)  # fmt: skip
def test_the_kind_of_a_post_is_the_one_in_its_link(raw: Make, read: Read, link: str, urn: str) -> None:
    row = ["Debate", link, "Organic", "02/13/2026", "30", "2", "1", ""]
    posts = read(raw("\n".join([",".join(POSTS), ",".join(row)]))).posts
    assert posts.select("post_id", "alias").rows() == [(urn, NUMBER)]


def test_posts_of_one_number_and_several_kinds_are_never_taken_for_one(raw: Make, read: Read) -> None:
    kinds = ("activity", "share", "ugcPost")
    rows = [",".join([kind, f"{UPDATE}{kind}:{NUMBER}", "Organic", "02/13/2026", "30", "2", "1", ""]) for kind in kinds]
    posts = read(raw("\n".join([",".join(POSTS), *rows]))).posts
    assert posts["post_id"].to_list() == [f"urn:li:{kind}:{NUMBER}" for kind in kinds]


MONTH_FIRST = ("02/01/2026", "02/07/2026", "02/13/2026")
DAY_FIRST = ("01/02/2026", "07/02/2026", "13/02/2026")
FEBRUARY = (date(2026, 2, 1), date(2026, 2, 13))


@pytest.mark.parametrize(
    ("days", "created", "setting", "published"),
    [
        (MONTH_FIRST, "01/02/2026", "day first", datetime(2026, 1, 2)),
        (DAY_FIRST, "01/02/2026", "month first", datetime(2026, 2, 1)),
    ],
)
def test_the_sheet_of_days_tells_the_order_of_the_posts_dates(
    raw: Make, read: Read, days: tuple[str, ...], created: str, setting: str, published: datetime
) -> None:
    extract = read(
        raw(workbook(Metrics=metrics(*days), All_posts=all_posts(created)), "content.xlsx"), date_order=setting
    )
    assert extract.posts["published_at"].to_list() == [published]
    assert extract.evidence.period == FEBRUARY
    assert extract.notes == ()


@pytest.mark.parametrize(
    ("days", "created", "setting"),
    [
        (("02/01/2026", "02/02/2026", "02/03/2026"), "01/27/2026", "day first"),
        (("01/02/2026", "02/02/2026", "03/02/2026"), "27/01/2026", "month first"),
    ],
)
def test_the_sheet_of_posts_tells_the_order_of_the_days(
    raw: Make, read: Read, days: tuple[str, ...], created: str, setting: str
) -> None:
    extract = read(
        raw(workbook(Metrics=metrics(*days), All_posts=all_posts(created)), "content.xlsx"), date_order=setting
    )
    assert extract.posts["published_at"].to_list() == [datetime(2026, 1, 27)]
    assert extract.evidence.period == (date(2026, 2, 1), date(2026, 2, 3))
    assert extract.account_figures["period_start"].to_list() == [date(2026, 2, 1), date(2026, 2, 2), date(2026, 2, 3)]
    assert extract.notes == ()


def test_without_any_other_word_the_settings_tell_the_order_and_a_note_says_so(raw: Make, read: Read) -> None:
    file = raw(workbook(Metrics=metrics("02/01/2026"), All_posts=all_posts("01/02/2026")), "content.xlsx")
    extract = read(file, date_order="day first")
    assert extract.posts["published_at"].to_list() == [datetime(2026, 2, 1)]
    assert extract.evidence.period == (date(2026, 1, 2), date(2026, 1, 2))
    assert any("read day first, as the settings say" in note for note in extract.notes)


def test_a_setting_says_that_posts_have_their_lifetime_figures(sample: Sample, read: Read) -> None:
    extract = read(sample(PAGE), covers="lifetime")
    assert extract.observations.select("period_start", "period_end", "period_opens_at").null_count().row(0) == (3, 3, 3)
    assert extract.observations["impressions"].to_list() == [900, 304, 30]
    assert (extract.evidence.period, extract.evidence.period_from) == (None, "lifetime figures, as the settings say")
    assert extract.evidence.observed_at == datetime(2026, 2, 15, 12, 0, 5, 123_000)
    assert figures(extract) == figures(read(sample(PAGE)))


@pytest.mark.parametrize(
    ("spans", "days_apart"),
    [
        ([("02/01/2026", "02/14/2026"), ("02/15/2026", "02/28/2026")], 1),
        ([("02/01/2026", "02/20/2026"), ("02/15/2026", "02/28/2026")], -5),
        ([("02/01/2026", "02/14/2026"), ("02/20/2026", "02/28/2026")], 6),
    ],
    ids=["one after the other", "overlapping", "with a gap"],
)
def test_files_over_several_ranges_keep_each_its_own(
    raw: Make, read: Read, spans: list[tuple[str, str]], days_apart: int
) -> None:
    ranges = []
    for n, span in enumerate(spans):
        name = f"mekong_content_{1772452805123 + n}.xlsx"
        extract = read(raw(workbook(Metrics=metrics(*span), All_posts=all_posts("01/20/2026")), name))
        assert extract.posts["post_id"].to_list() == [f"urn:li:share:{NUMBER}"]
        ranges += extract.observations.select("period_start", "period_end").rows()
        assert extract.evidence.period == ranges[-1]
    assert ranges == [tuple(datetime.strptime(day, "%m/%d/%Y").date() for day in span) for span in spans]
    assert (ranges[1][0] - ranges[0][1]).days == days_apart


def test_visitors_are_visits_of_the_page_by_day(sample: Sample, read: Read, raw: Make) -> None:
    extract = read(raw(sample("linkedin/visitors.csv").content, "mekong_visitors_1771156805123.csv"))
    visits = [row for row in figures(extract) if row[0] == "page_views"]
    assert visits == [("page_views", on, on, value) for on, value in ((date(2026, 2, 13), 7), (date(2026, 2, 14), 1))]
    assert extract.account_figures["account_id"].unique().to_list() == ["mekong"]
    assert (extract.posts.height, extract.evidence.observed_from) == (0, "the time in its name")


@pytest.mark.parametrize("name", ["new-followers", "pt-novos-seguidores"])
def test_followers_gained_by_day_are_refused_by_name(sample: Sample, read: Read, name: str) -> None:
    with pytest.raises(
        Refused, match=r"followers gained by day, and no running count.*choose Analytics, Content, Export"
    ):
        read(sample(f"linkedin/{name}.csv"))


def test_a_workbook_of_followers_tells_who_they_are_and_no_running_count(raw: Make, read: Read) -> None:
    content = workbook(
        New_followers=[
            ["Date", "Sponsored followers", "Organic followers", "Total followers"],
            ["02/13/2026", 0, 3, 3],
        ],
        Location=[["Location", "Total followers"], ["Phnom Penh, Cambodia", 58]],
        Seniority=[["Seniority", "Total followers"], ["Entry", 44]],
    )
    extract = read(raw(content, "mekong_followers_1771156805123.xlsx"))
    assert extract.account_figures.is_empty()
    assert extract.audiences.select("account_id", "audience", "dimension", "part", "count", "size").rows() == [
        ("mekong", "followers", "place", "Phnom Penh, Cambodia", 58, None),
        ("mekong", "followers", "seniority", "Entry", 44, None),
    ]


@pytest.mark.parametrize(
    ("name", "language", "post_id", "on"),
    [
        ("pt-todas-as-publicacoes", "pt", "urn:li:activity:7427700000000000041", date(2026, 2, 12)),
        ("es-todas-las-publicaciones", "es", "urn:li:ugcPost:7427700000000000051", date(2026, 2, 13)),
    ],
)
def test_portuguese_and_spanish_posts_are_read(
    sample: Sample, read: Read, name: str, language: str, post_id: str, on: date
) -> None:
    extract = read(sample(f"linkedin/{name}.csv"))
    assert extract.evidence.language == language
    assert extract.posts.select("post_id", "kind").rows() == [(post_id, "video")]
    assert extract.posts["published_at"].dt.date().to_list() == [on]
    figures = extract.observations.select("impressions", "views", "clicks", "likes", "comments", "shares")
    assert figures.rows() == [(1204, 310, 17, 9, 2, 1)]


@pytest.mark.parametrize(
    ("name", "language", "metric", "values"),
    [("pt-metricas", "pt", "reach", [11, 640]), ("es-visitantes", "es", "page_views", [7, 0])],
)
def test_portuguese_and_spanish_days_are_read(
    sample: Sample, read: Read, name: str, language: str, metric: str, values: list[int]
) -> None:
    extract = read(sample(f"linkedin/{name}.csv"))
    rows = extract.account_figures.filter(pl.col("metric") == metric)
    assert extract.evidence.language == language
    assert rows["value"].to_list() == values
    assert rows["period_start"].to_list() == [date(2026, 2, 13), date(2026, 2, 14)]


def test_a_persons_two_lists_of_posts_are_one(raw: Make, read: Read) -> None:
    extract = read(raw(person(), PERSON))
    assert impressions(extract) == [
        ("urn:li:activity:7420000000000000021", None, 1),
        ("urn:li:activity:7421000000000000022", None, 2),
        ("urn:li:activity:7427000000000000023", 1412, 3),
        ("urn:li:activity:7420000000000000021", 655, 4),
        ("urn:li:activity:7415000000000000024", 27, 5),
    ]
    assert extract.posts["post_id"].n_unique() == 4
    assert dict(extract.posts.select("post_id", "published_at").rows()) == {
        "urn:li:activity:7420000000000000021": datetime(2026, 1, 22, 7, 10, 56, 933000),
        "urn:li:activity:7421000000000000022": datetime(2026, 1, 25, 1, 24, 35, 512000),
        "urn:li:activity:7427000000000000023": datetime(2026, 2, 10, 14, 46, 26, 987000),
        "urn:li:activity:7415000000000000024": datetime(2026, 1, 8, 12, 2, 44, 38000),
    }
    others = extract.observations.select("views", "reach", "likes", "comments", "shares", "clicks")
    assert others.null_count().row(0) == (5,) * 6
    assert extract.rejects.height == 0


def test_a_left_list_that_is_longer_than_the_right_one_is_read_to_its_end(raw: Make, read: Read) -> None:
    lists = top_posts([(f"activity:742000000000000002{n}", "1/22/2026", 9 - n) for n in range(4)],
                      [("activity:7420000000000000021", "1/22/2026", 655)])  # fmt: skip
    extract = read(raw(workbook(TOP_POSTS=lists), "file.xlsx"))
    assert impressions(extract) == [
        *((f"urn:li:activity:742000000000000002{n}", None, n + 1) for n in range(4)),
        ("urn:li:activity:7420000000000000021", 655, 5),
    ]


def test_the_two_lists_saved_as_csv_are_lifetime_by_assumption(sample: Sample, read: Read) -> None:
    extract = read(sample("linkedin/TOP POSTS.csv"))
    assert extract.posts["post_id"].n_unique() == 4
    assert [row[1:] for row in impressions(extract)] == [(None, 1), (None, 2), (1412, 3), (655, 4), (27, 5)]
    assert extract.evidence.period_from == "lifetime assumed: nothing says which days the figures cover"
    assert extract.evidence.mapped == {
        "Post URL": "url",
        "Post publish date": "published_at",
        "Impressions": "impressions",
    }


def test_of_two_lists_side_by_side_only_what_is_not_used_is_called_so(sample: Sample, read: Read) -> None:
    assert read(sample("linkedin/TOP POSTS.csv")).evidence.ignored == ("Engagements",)


def test_the_range_of_a_persons_workbook_is_the_period_of_its_posts(raw: Make, read: Read) -> None:
    extract = read(raw(person(), PERSON))
    period = (date(2026, 1, 1), date(2026, 2, 14))
    assert (extract.evidence.period, extract.evidence.period_from) == (period, "the range written above the figures")
    assert extract.observations.select("period_start", "period_end").unique().rows() == [period]
    assert (extract.evidence.observed_at, extract.evidence.observed_on) == (LAST_DAY, date(2026, 2, 14))


def test_members_reached_and_followers_are_the_persons_figures(raw: Make, read: Read) -> None:
    extract = read(raw(person(), PERSON))
    assert sorted(figures(extract)) == [
        ("followers", date(2026, 2, 14), date(2026, 2, 14), 2960),
        ("reach", date(2026, 1, 1), date(2026, 2, 14), 12310),
    ]
    assert extract.account_figures["observed_at"].unique().to_list() == [LAST_DAY]
    assert extract.account_figures["account_id"].unique().to_list() == ["Sok Dara"]
    assert extract.posts["account_id"].unique().to_list() == ["Sok Dara"]


def test_no_row_of_a_persons_workbook_has_the_number_of_another(raw: Make, read: Read) -> None:
    extract = read(raw(person(), PERSON))
    rows = [*extract.observations["row"], *extract.account_figures["row"]]
    assert rows == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("says", ["Total followers on 2/14/2026:", "Total followers on 2/14/2026"])
def test_followers_are_counted_on_the_day_beside_their_figure(raw: Make, read: Read, says: str) -> None:
    discovery: Grid = [["Overall Performance", "2/1/2026 - 2/28/2026"], ["Impressions", 5], ["Members reached", 3]]
    extract = read(raw(workbook(DISCOVERY=discovery, FOLLOWERS=[[says, 96], [], ["Date", "New followers"]]), PERSON))
    assert ("followers", date(2026, 2, 14), date(2026, 2, 14), 96) in figures(extract)


def test_the_range_tells_the_order_of_the_lists_dates(raw: Make, read: Read) -> None:
    one = [("share:7420000000000000021", "1/8/2026", 31)]
    discovery: Grid = [["Overall Performance", "1/1/2026 - 2/14/2026"], ["Impressions", 5], ["Members reached", 3]]
    content = workbook(DISCOVERY=discovery, TOP_POSTS=top_posts(one, one))
    extract = read(raw(content, PERSON), date_order="day first")
    assert extract.posts["published_at"].unique().to_list() == [datetime(2026, 1, 8)]


@pytest.mark.parametrize(("kind", "published"), [
    ("activity", datetime(2026, 1, 22, 7, 10, 56, 933000)), ("share", datetime(2026, 1, 23)), ("ugcPost", datetime(2026, 1, 23)),
])  # fmt: skip
def test_the_number_of_an_activity_holds_the_instant_of_publication(
    raw: Make, read: Read, kind: str, published: datetime
) -> None:
    one = [(f"{kind}:7420000000000000021", "1/23/2026", 31)]
    extract = read(raw(workbook(TOP_POSTS=top_posts(one, one)), PERSON))
    assert extract.posts["published_at"].unique().to_list() == [published]


WORDS = {
    "it": ("Rendimento complessivo", "Impressioni", "Utenti raggiunti", "Data", "Interazioni", "URL del post",
           "Data di pubblicazione del post", "Follower totali il giorno 23/6/2026", "Nuovi follower"),
    "xx": (*(f"word {n}" for n in range(7)), "word 7 23/6/2026:", "word 8"),
}  # fmt: skip


@pytest.mark.parametrize("language", WORDS)
def test_a_persons_workbook_is_known_by_its_sheets_in_any_language(raw: Make, read: Read, language: str) -> None:
    overall, shown, reached, day, engaged, link, published, followers, gained = WORDS[language]
    content = workbook(
        A=[[overall, "17/6/2026 - 23/6/2026"], [shown, "700"], [reached, "300"]],
        B=[[day, shown, engaged], ["17/6/2026", "100", "1"], ["18/6/2026", "200", "3"]],
        C=[["50"], [], [link, published, engaged, "", link, published, shown],
           [f"{UPDATE}share:7420000000000000021", "18/6/2026", "16", "", f"{UPDATE}share:7420000000000000021", "18/6/2026", "400"],
           [f"{UPDATE}share:7420000000000000022", "22/6/2026", "5", "", f"{UPDATE}share:7420000000000000023", "8/6/2026", "150"]],
        D=[[followers, "435"], [], [day, gained], ["17/6/2026", "3"]],
    )  # fmt: skip
    extract = read(raw(content, "AnalisiAggregate_Sok Dara_2026-06-17_2026-06-23.xlsx"))
    assert figures(extract) == [
        ("reach", date(2026, 6, 17), date(2026, 6, 23), 300), ("followers", date(2026, 6, 23), date(2026, 6, 23), 435)
    ]  # fmt: skip
    assert extract.account_figures["account_id"].unique().to_list() == ["Sok Dara"]
    assert [row[1] for row in impressions(extract)] == [None, None, 400, 150]
    assert extract.evidence.period == (date(2026, 6, 17), date(2026, 6, 23))


def test_pairs_of_words_and_figures_alone_are_nobodys_workbook(raw: Make) -> None:
    content = workbook(A=[["Rendimento", "17/6/2026 - 23/6/2026"], ["Impressioni", "700"], ["Utenti", "300"]])
    assert linkedin.sniff(raw(content, "Report.xlsx"), linkedin.Settings()) is None


def test_new_followers_by_day_are_linkedins_only_beside_organic_ones(raw: Make) -> None:
    for header, is_known in (("Date,New followers", False), ("Date,Organic followers,Total followers", True)):
        row = ",".join(["02/13/2026", "3", "4"][: header.count(",") + 1])
        assert (linkedin.sniff(raw(f"{header}\n{row}\n"), linkedin.Settings()) is not None) == is_known


SINGLE = "SinglePostAnalytics_Sok Dara_7427700000000000099.xlsx"


def single(sample: Sample) -> bytes:
    (table,) = files.tables(sample("linkedin/single-post.csv"))
    return workbook(
        PERFORMANCE=table.lines(), TOP_DEMOGRAPHICS=[["Category", "Value", "%"], ["Job title", "Researcher", "10%"]]
    )


def test_one_posts_analytics_are_its_lifetime_figures(sample: Sample, read: Read, raw: Make) -> None:
    extract = read(raw(single(sample), SINGLE))
    posts = extract.posts.select("post_id", "published_at", "kind")
    assert posts.rows() == [("urn:li:share:7427700000000000031", datetime(2026, 2, 12), "post")]
    rows = extract.observations.select(
        "impressions", "reach", "likes", "comments", "shares", "saves", "clicks", "views"
    )
    assert rows.rows() == [(61204, 2140, 62, 7, 5, 4, 0, None)]
    assert extract.observations.select("period_start", "period_end").rows() == [(None, None)]
    assert (extract.evidence.period, extract.evidence.period_from) == (None, "one post's lifetime")
    assert extract.evidence.observed_at == datetime(2026, 2, 20, 8)
    assert (extract.evidence.rows, extract.account_figures.height, extract.rejects.height) == (1, 0, 0)


def test_one_posts_analytics_saved_as_csv_are_the_same(sample: Sample, read: Read, raw: Make) -> None:
    seen, truth = read(sample("linkedin/single-post.csv")), read(raw(single(sample), SINGLE))
    assert seen.observations.drop("observed_at").equals(truth.observations.drop("observed_at"))


def test_the_name_of_one_posts_analytics_says_whose_it_is(sample: Sample, read: Read, raw: Make) -> None:
    assert read(raw(single(sample), SINGLE)).posts["account_id"].to_list() == ["Sok Dara"]
