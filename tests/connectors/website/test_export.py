from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from connectors.contract import Extract, Raw, Refused

Sample = Callable[[str], Raw]
Make = Callable[..., Raw]
Read = Callable[..., Extract]

PAGES = "website/Pages_and_screens_Page_path_and_screen_class.csv"
HOST = "mekongdata.example"
JANUARY = (date(2025, 1, 1), date(2025, 1, 31))
EXPLORED = (date(2026, 8, 14), date(2026, 9, 10))
SIMPLE = [("/", 1204, 640), ("/debate, round 2", 310, 120), ("/kh/សិទ្ធិ", 30, 11), ("/draft", 0, 3)]
RIGHT_FILE = "choose Engagement, Pages and screens, Page path and screen class"


def pages(extract: Extract, host: str = HOST) -> list[tuple[object, ...]]:
    """Path, views and active users of each page of a host."""
    rows = extract.observations.select("post_id", "views", "reach").rows()
    assert all(post_id.startswith(host) for post_id, *_ in rows)
    return [(post_id.removeprefix(host), *rest) for post_id, *rest in rows]


def figures(extract: Extract) -> list[tuple[object, ...]]:
    return extract.account_figures.select("account_id", "metric", "period_start", "period_end", "value").rows()


def named(content: bytes, name: str) -> bytes:
    """The same report of a property of another name."""
    assert b"Property: www.mekongdata.example" in content
    return content.replace(b"Property: www.mekongdata.example", f"Property: {name}".encode())


def test_pages_by_path_are_posts_with_the_figures_of_the_reports_days(sample: Sample, read: Read) -> None:
    extract = read(sample(PAGES))
    assert pages(extract) == [
        ("/", 1204, 640), ("/adults/", 86, 41), ("/debate, round 2", 310, 120), ("/adults", 12, 8),
        ("/kh/សិទ្ធិ", 30, 11), ("/draft", 0, 3),
    ]  # fmt: skip
    assert extract.posts.select("kind", "identified_by", "account_id").unique().rows() == [("page", "id", HOST)]
    assert extract.posts["url"].to_list()[:2] == [f"https://{HOST}/", f"https://{HOST}/adults/"]
    assert extract.posts["published_at"].null_count() == 6
    others = extract.observations.select("impressions", "likes", "comments", "shares", "saves", "clicks", "watch_ms")
    assert others.null_count().row(0) == (6,) * 7
    assert extract.accounts.select("platform", "account_id", "name").rows() == [("website", HOST, HOST)]
    assert (extract.rejects.height, extract.account_figures.height, extract.evidence.grade) == (0, 0, "export")


def test_the_lines_on_top_give_the_period_and_when_it_was_seen(sample: Sample, read: Read) -> None:
    extract = read(sample(PAGES))
    assert (extract.evidence.period, extract.evidence.period_from) == (JANUARY, "the lines on top")
    assert extract.observations.select("period_start", "period_end").unique().rows() == [JANUARY]
    assert extract.observations["period_opens_at"].unique().to_list() == [datetime(2024, 12, 31, 17)]
    assert extract.evidence.observed_at == datetime(2025, 1, 31, 16, 59, 59, 999999)
    assert (extract.evidence.observed_on, extract.evidence.observed_from) == (date(2025, 1, 31), "the lines on top")


@pytest.mark.parametrize("language", ["es", "pt", "it", "ko", "ru", "tr", "ja"])
def test_reports_in_other_languages_are_read_with_their_lines_on_top(sample: Sample, read: Read, language: str) -> None:
    extract = read(sample(f"website/pages-{language}.csv"))
    assert (extract.evidence.language, extract.evidence.period) == (language, JANUARY)
    assert pages(extract) == SIMPLE
    assert extract.posts["account_id"].unique().to_list() == [HOST]
    assert sorted(extract.evidence.mapped.values()) == ["post_id", "reach", "views"]


def test_line_ends_make_no_difference(sample: Sample, read: Read, raw: Make) -> None:
    windows = sample(PAGES)
    assert windows.content.count(b"\r\n") > 10
    unix = raw(windows.content.replace(b"\r\n", b"\n"), windows.path)
    assert read(unix).observations.equals(read(windows).observations)
    assert read(unix).posts.equals(read(windows).posts)


def test_a_report_saved_again_by_a_spreadsheet_is_the_same(sample: Sample, read: Read, raw: Make) -> None:
    first = sample(PAGES)
    lines = [line + ",,,,,,," if line.startswith("#") else line for line in first.content.decode().split("\r\n")]
    again = read(raw("\n".join(lines), first.path))
    assert again.observations.equals(read(first).observations)
    assert again.evidence.period == JANUARY


def test_a_path_with_a_slash_at_its_end_is_another_page(sample: Sample, read: Read) -> None:
    extract = read(sample(PAGES))
    rows = {row for row in pages(extract) if str(row[0]).startswith("/adults")}
    assert rows == {("/adults", 12, 8), ("/adults/", 86, 41)}
    assert extract.posts["post_id"].n_unique() == 6


def test_a_path_that_is_not_set_or_empty_is_no_page_and_is_said(sample: Sample, read: Read) -> None:
    extract = read(sample(PAGES))
    assert not any("not set" in post_id or post_id == HOST for post_id in extract.posts["post_id"])
    assert extract.notes == ("2 lines of no page were passed over",)


def test_views_of_zero_beside_active_users_stay_zero(sample: Sample, read: Read) -> None:
    observations = read(sample(PAGES)).observations
    assert observations.select("views", "reach", "unknown_because").rows()[-1] == (0, 3, None)


@pytest.mark.parametrize("name", ["exploration", "exploration-hosts"])
def test_a_grand_total_in_a_cell_of_its_own_is_no_page(sample: Sample, read: Read, name: str) -> None:
    extract = read(sample(f"website/{name}.csv"))
    assert extract.observations["views"].to_list() == [1204, 310, 30]
    assert (extract.rejects.height, extract.notes) == (0, ())


def test_a_grand_total_in_the_first_cell_is_no_page(sample: Sample, read: Read) -> None:
    extract = read(sample("website/grand-total-first.csv"))
    assert pages(extract) == SIMPLE
    assert (extract.rejects.height, extract.notes) == (0, ())


def test_rows_keep_their_numbers_below_a_grand_total(sample: Sample, read: Read) -> None:
    assert read(sample("website/grand-total-first.csv")).observations["row"].to_list() == [2, 3, 4, 5]
    assert read(sample("website/exploration.csv")).observations["row"].to_list() == [2, 3, 4]


@pytest.mark.parametrize("total", ["Grand total,1544,700,2.2,10,4821,0,0", ",1544,700,2.2,10,4821,0,0,Grand total"])
def test_a_grand_total_is_no_page_without_the_lines_on_top_either(
    sample: Sample, read: Read, raw: Make, total: str
) -> None:
    header, *rows = sample("website/without-comment-lines.csv").content.decode().split("\n")
    extract = read(raw("\n".join([header, total, *rows]), f"{HOST}/pages.csv"))
    assert pages(extract) == SIMPLE
    assert extract.rejects.height == 0


def test_a_line_with_a_cell_too_many_is_left_out_and_no_grand_total(sample: Sample, read: Read, raw: Make) -> None:
    header, *rows = sample("website/without-comment-lines.csv").content.decode().split("\n")
    extract = read(raw("\n".join([header, "/law, in brief,90,40,2.2,10,4821,0,0", *rows]), f"{HOST}/pages.csv"))
    assert pages(extract) == SIMPLE
    assert extract.rejects["reason"][0].startswith("9 cells where the header has 8: more than there are columns")


def test_an_explorations_range_without_words_is_its_period(sample: Sample, read: Read) -> None:
    extract = read(sample("website/exploration.csv"))
    assert (extract.evidence.period, extract.evidence.period_from) == (EXPLORED, "the lines on top")
    assert extract.observations.select("period_start", "period_end").unique().rows() == [EXPLORED]
    assert pages(extract) == [("/", 1204, None), ("/debate?q=%E1%9E%80", 310, None), ("/debate/#round_2", 30, None)]


def test_a_column_of_hosts_says_of_each_page_whose_it_is(sample: Sample, read: Read) -> None:
    posts = read(sample("website/exploration-hosts.csv")).posts
    assert posts.select("post_id", "account_id", "url").rows() == [
        ("mekongdata.example/", "mekongdata.example", "https://mekongdata.example/"),
        ("debate.example/", "debate.example", "https://debate.example/"),
        ("127.0.0.1/", "127.0.0.1", None),
    ]


@pytest.mark.parametrize(
    ("name", "folder", "site"),
    [
        ("www.mekongdata.example", "", "mekongdata.example"),
        ("https://mekongdata.example - GA4", "", "mekongdata.example"),
        ("Debate.Mekongdata.example", "other.example/", "debate.mekongdata.example"),
        ("Mekong Site - GA4", "partners/www.debate.example/2025-02-01/", "debate.example"),
        ("Mekong Site - GA4", "", "Mekong Site - GA4"),
    ],
)
def test_a_site_is_the_host_in_its_propertys_name_or_in_a_folders(
    sample: Sample, read: Read, raw: Make, name: str, folder: str, site: str
) -> None:
    extract = read(raw(named(sample(PAGES).content, name), f"{folder}Pages.csv"))
    assert extract.posts["account_id"].unique().to_list() == [site]
    assert pages(extract, site)[1] == ("/adults/", 86, 41)
    assert extract.posts["url"][1] == (None if " " in site else f"https://{site}/adults/")


def test_a_setting_gives_the_host_of_a_property_of_another_name(sample: Sample, read: Read, raw: Make) -> None:
    file = raw(named(sample(PAGES).content, "Property - GA4"), "folder.example/Pages.csv")
    extract = read(file, sites={"Property - GA4": "example.org"})
    assert extract.posts["account_id"].unique().to_list() == ["example.org"]
    assert extract.posts["post_id"][1] == "example.org/adults/"
    visits = raw(named(sample("website/Landing_page.csv").content, "property - ga4"))
    assert read(visits, sites={"Property - GA4": "example.org"}).account_figures["account_id"].to_list() == [
        "example.org"
    ]


def test_without_the_lines_on_top_it_is_taken_as_lifetime_and_says_so(sample: Sample, read: Read) -> None:
    extract = read(sample("website/without-comment-lines.csv"))
    assert extract.observations.select("views", "reach").rows() == [row[1:] for row in SIMPLE]
    assert extract.observations.select("period_start", "period_end").null_count().row(0) == (4, 4)
    assert extract.evidence.period is None
    assert extract.evidence.period_from == "lifetime assumed: nothing says which days the figures cover"
    assert extract.notes == (
        "nothing says which days the figures cover: taken as lifetime; keep the lines on top, which say it",
    )
    assert (extract.evidence.observed_at, extract.evidence.observed_from) == (
        datetime(2025, 1, 10, 3),
        "the file's time",
    )


def test_without_the_lines_on_top_a_folder_says_whose_pages_they_are(sample: Sample, read: Read, raw: Make) -> None:
    content = sample("website/without-comment-lines.csv").content
    extract = read(raw(content, f"partners/www.{HOST}/pages.csv"))
    assert pages(extract) == SIMPLE
    assert extract.posts["account_id"].unique().to_list() == [HOST]


def test_a_snapshot_without_pages_is_refused_by_name(sample: Sample, read: Read) -> None:
    with pytest.raises(Refused, match=f"snapshot of several reports below each other, none of pages.*{RIGHT_FILE}"):
        read(sample("website/snapshot.csv"))


def test_a_snapshots_pages_are_read_and_nothing_else_of_it(sample: Sample, read: Read, raw: Make) -> None:
    whole = sample("website/snapshot-compared.csv").content.decode()
    before, after = whole.split("# Start date: 20241201")
    extract = read(raw(before + "\n#  \n" + after.split("\n#  \n", 1)[1]))
    assert pages(extract) == [("/", 1204, 640), ("/debate, round 2", 310, 120)]
    assert extract.observations.select("period_start", "period_end").unique().rows() == [JANUARY]
    assert (extract.account_figures.height, extract.rejects.height) == (0, 0)


def test_pages_compared_with_other_days_are_read_with_each_ones_period(sample: Sample, read: Read) -> None:
    extract = read(sample("website/snapshot-compared.csv"))
    december = (date(2024, 12, 1), date(2024, 12, 31))
    columns = ("post_id", "period_start", "period_end", "views", "reach", "row")
    assert extract.observations.select(columns).rows() == [
        (f"{HOST}/", *JANUARY, 1204, 640, 1),
        (f"{HOST}/debate, round 2", *JANUARY, 310, 120, 2),
        (f"{HOST}/", *december, 58, 49, 3),
        (f"{HOST}/debate, round 2", *december, 0, 0, 4),
    ]
    ends = [datetime(2025, 1, 31, 16, 59, 59, 999999), datetime(2024, 12, 31, 16, 59, 59, 999999)]
    assert extract.observations["observed_at"].to_list() == [ends[0], ends[0], ends[1], ends[1]]
    assert (extract.evidence.period, extract.account_figures.height) == (JANUARY, 0)


@pytest.mark.parametrize(("name", "visits"), [("Traffic_acquisition", 2165), ("Landing_page", 1515)])
def test_sessions_by_channel_or_landing_page_are_the_sites_visits(
    sample: Sample, read: Read, name: str, visits: int
) -> None:
    extract = read(sample(f"website/{name}.csv"))
    assert figures(extract) == [(HOST, "visits", *JANUARY, visits)]
    assert (extract.posts.height, extract.observations.height, extract.rejects.height) == (0, 0, 0)
    assert extract.evidence.period == JANUARY
    assert extract.accounts["account_id"].to_list() == [HOST]


@pytest.mark.parametrize("total", ["Grand total,2165,780,0.36,22,9680", ",2165,780,0.36,22,9680,Grand total"])
def test_a_grand_total_of_sessions_is_not_counted_again(sample: Sample, read: Read, raw: Make, total: str) -> None:
    content = sample("website/Traffic_acquisition.csv").content.decode()
    extract = read(raw(content.replace("Organic Search,520", f"{total}\nOrganic Search,520")))
    assert extract.account_figures["value"].to_list() == [2165]


def test_sessions_that_cannot_be_read_leave_the_visits_unknown(sample: Sample, read: Read, raw: Make) -> None:
    content = sample("website/Traffic_acquisition.csv").content.replace(b"Direct,1610", b"Direct,16x9")
    extract = read(raw(content))
    assert extract.account_figures.height == 0
    assert extract.rejects.select("row", "reason").rows() == [(2, "visits: '16x9' is not a count")]
    assert extract.notes == ("a visit that cannot be read: the sum is not known",)


def test_sessions_without_their_days_are_refused(sample: Sample, read: Read, raw: Make) -> None:
    content = sample("website/Traffic_acquisition.csv").content.decode()
    lines = [line for line in content.split("\n") if not line.startswith("#")]
    with pytest.raises(Refused, match="counts visits and does not say of which days"):
        read(raw("\n".join(lines)))


def test_a_report_by_date_gives_the_sites_figures_day_by_day(sample: Sample, read: Read) -> None:
    extract = read(sample("website/by-date.csv"))
    days = [date(2025, 1, n) for n in (1, 2, 3)]
    values = {"reach": [20, 0, 12], "views": [90, 0, 60], "visits": [40, 0, 30]}
    expected = [(HOST, metric, on, on, values[metric][n]) for n, on in enumerate(days) for metric in values]
    assert figures(extract) == expected
    assert (extract.posts.height, extract.rejects.height) == (0, 0)
    assert extract.evidence.period == (days[0], days[-1])


def test_the_nth_day_counts_from_the_reports_first(sample: Sample, read: Read) -> None:
    days = [date(2025, 1, 30), date(2025, 1, 31), date(2025, 2, 1)]
    expected = [(HOST, "visits", on, on, value) for on, value in zip(days, (40, 0, 30), strict=True)]
    extract = read(sample("website/by-nth-day.csv"))
    assert figures(extract) == expected
    assert extract.posts.height == 0


def test_page_titles_are_refused_by_name(sample: Sample, read: Read) -> None:
    with pytest.raises(Refused, match=f"names pages by their titles, which several pages share.*{RIGHT_FILE}"):
        read(sample("website/page-titles.csv"))


def test_pages_split_by_a_further_column_are_refused_by_its_name(sample: Sample, read: Read) -> None:
    with pytest.raises(Refused, match=f"more than once, split by further columns .Page referrer.*{RIGHT_FILE}"):
        read(sample("website/split-by-referrer.csv"))


@pytest.mark.parametrize(
    ("column", "cells"), [("Page title", ("Debate", "Debates")), ("Date", ("20260814", "20260815"))]
)
def test_a_further_column_that_is_known_is_named_as_well(
    sample: Sample, read: Read, raw: Make, column: str, cells: tuple[str, str]
) -> None:
    top = sample("website/split-by-referrer.csv").content.decode().split("Page referrer")[0]
    rows = [f"{column},Page path + query string,Views", *(f"{cell},/debate,7" for cell in cells)]
    with pytest.raises(Refused, match=f"split by further columns .{column}"):
        read(raw(top + "\n".join(rows)))


def test_days_split_by_a_further_column_are_refused_by_its_name(sample: Sample, read: Read, raw: Make) -> None:
    top = sample("website/split-by-referrer.csv").content.decode().split("Page referrer")[0]
    with pytest.raises(Refused, match="Country"):
        read(raw(top + "Date,Country,Active users\n20260814,Cambodia,7\n20260814,Laos,5"))


def test_whole_addresses_give_host_and_path(sample: Sample, read: Read, raw: Make) -> None:
    top = sample("website/split-by-referrer.csv").content.decode().split("Page referrer")[0]
    rows = ["Page location,Views", f"https://{HOST}/debate?round=1,3", f"https://www.{HOST}/,4"]
    extract = read(raw(top + "\n".join(rows)))
    assert pages(extract) == [("/debate?round=1", 3, None), ("/", 4, None)]
    assert extract.posts["account_id"].unique().to_list() == [HOST]


CAMPAIGNS = """# Start date: 20250101
# End date: 20250131
Session campaign,Session source / medium,Sessions,Engaged sessions
iduai-2024,facebook / social,120,40
iduai-2024,telegram / social,30,10
(not set),google / organic,850,400
,,1000,450,Grand total
"""


def tags(table: str, read: Read, raw: Make) -> list[tuple[Any, ...]]:
    extract = read(raw(table.encode(), "inbox/mekong.example/campaigns.csv"))
    assert extract.account_figures.select("metric", "value").rows() == [("visits", 1000)]
    assert set(extract.tagged_visits["account_id"]) == {"mekong.example"}
    return extract.tagged_visits.select("tag", "source", "medium", "visits", "period_start", "period_end").rows()


def test_sessions_by_campaign_are_visits_by_tags_and_their_sum_the_sites(read: Read, raw: Make) -> None:
    january = date(2025, 1, 1), date(2025, 1, 31)
    assert tags(CAMPAIGNS, read, raw) == [
        ("iduai-2024", "facebook", "social", 120, *january),
        ("iduai-2024", "telegram", "social", 30, *january),
        ("(not set)", "google", "organic", 850, *january),
    ]


def test_source_and_medium_may_stand_in_columns_of_their_own_or_in_none(read: Read, raw: Make) -> None:
    apart = CAMPAIGNS.replace("Session source / medium", "Session source,Session medium").replace(" / ", ",")
    first, *_ = tags(apart.replace(",,1000", ",,,1000"), read, raw)
    assert first[:4] == ("iduai-2024", "facebook", "social", 120)
    alone = "\n".join(
        line if line.startswith("#") else ",".join(part for at, part in enumerate(line.split(",")) if at != 1)
        for line in CAMPAIGNS.splitlines()[:-1]
    )
    assert [row[:4] for row in tags(alone, read, raw)] == [
        ("iduai-2024", None, None, 150),
        ("(not set)", None, None, 850),
    ]


def test_a_number_of_sessions_that_cannot_be_read_leaves_its_tag_out(read: Read, raw: Make) -> None:
    extract = read(raw(CAMPAIGNS.replace("120", "many").encode(), "inbox/mekong.example/campaigns.csv"))
    assert extract.rejects.height == 1
    assert extract.account_figures.is_empty()
