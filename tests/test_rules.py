"""The rules that make the figures true, each shown on files as people drop them."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import polars as pl
import pytest
import xlsxwriter

from flows.cli import screen
from flows.steps import night
from flows.steps.settings import SettingsError
from flows.steps.withdrawal import withdraw
from tests.conftest import CAMPAIGN, OTHER_PAGE, PAGE, PLAN, World, meta, post, sheet
from warehouse.figures import build as figures
from warehouse.figures import why_unknown


def studio_zip(
    start: str, end: str, rows: list[dict[str, Any]], columns: tuple[str, ...] = ("Views", "Likes")
) -> bytes:
    """A zip as YouTube Studio gives it for a range of days."""
    heads = ("Content", "Video title", "Video publish time", *columns)
    text = io.StringIO()
    writer = csv.DictWriter(text, heads, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("Table data.csv", (2025, 1, 1, 0, 0, 0)), text.getvalue())
    return packed.getvalue()


def video(published: str, **cells: Any) -> dict[str, Any]:
    return {"Content": "dQw4w9WgXcQ", "Video title": "A debate #forum", "Video publish time": published, **cells}


# rule 1


def test_rule_1_an_unknown_metric_is_not_zero(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10, Shares=2), post(2, Views="", Shares=3)))
    total = world.campaign()
    assert (total["views"], total["views_known"], total["posts"]) == (10, 1, 2)
    assert (total["shares"], total["shares_known"]) == (5, 2)


def test_rule_1_a_metric_that_no_post_knows_is_null(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10), without=["Shares"]))
    total = world.campaign()
    assert (total["shares"], total["shares_known"]) == (None, 0)
    assert total["saves"] is None


def test_rule_1_a_youtube_export_without_a_shares_column_has_unknown_shares(world: World) -> None:
    world.drop("Content 2024-09-01_2024-12-01 Our channel.zip", studio_zip("", "", [video("Sep 27, 2024", Views=7)]))
    total = world.campaign()
    assert (total["views"], total["shares"], total["shares_known"]) == (7, None, 0)


def test_rule_1_the_engagements_count_only_what_is_known(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Reactions=5, Comments=1), post(2)))
    total = world.campaign()
    assert (total["engagements"], total["engagements_known"]) == (6, 1)


# rule 2


def test_rule_2_reach_is_bounded_and_never_summed_into_a_column_called_reach(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Reach=100), post(2, Reach=70)))
    tables = world.tables()
    total = tables["campaign_totals"].row(0, named=True)
    assert (total["reach_at_least"], total["reach_at_most"], total["reach_known"]) == (100, 170, 2)
    assert not [
        name
        for name, t in tables.items()
        if name.endswith("_totals") and name != "post_totals" and "reach" in t.columns
    ]


def test_rule_2_a_post_without_reach_takes_the_upper_bound_away(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Reach=100), post(2, Views=500)))
    total = world.campaign()
    assert (total["reach_at_least"], total["reach_at_most"]) == (100, None)
    assert "posts without reach: 1" in total["reach_basis"]


def test_rule_2_impressions_stand_in_for_a_missing_reach_in_the_upper_bound(world: World) -> None:
    first = {"no": 1, "platform": "facebook", "account": "A", "title": "x #forum", "published": "2024-09-03"}
    world.drop("2024-10-01/s.csv", sheet({**first, "reach": 40}, {**first, "no": 2, "impressions": 90}))
    total = world.campaign()
    assert (total["reach_at_least"], total["reach_at_most"]) == (40, 130)


def page_days(*reached: int) -> str:
    """A page's results: its reach on days from 1 September 2024 on."""
    days = [f'"{date(2024, 9, 1) + timedelta(days=n)}T00:00:00","{value}"' for n, value in enumerate(reached)]
    return "\n".join(("sep=,", '"Facebook Page reach"', '"Date","Primary"', *days))


PAGE_OF_PLAN = f'[[account]]\nid = "facebook:{PAGE}"\nalso = ["Our page"]\n'


def test_rule_2_a_pages_own_days_lower_the_upper_bound_where_they_cover_the_posts_whole_exposure(world: World) -> None:
    world.plan(CAMPAIGN + PAGE_OF_PLAN)
    world.drop("2024-10-01/a.csv", meta(post(1, Reach=100), post(2, Reach=70)))
    world.drop("2024-10-05/Our page/results.csv", page_days(50, *(4 for _ in range(31)), 9, 9))
    tables = world.tables()
    for name in ("campaign_totals", "activity_totals", "project_totals", "platform_totals", "kind_totals"):
        total = tables[name].row(0, named=True)
        assert (name, total["reach_at_least"], total["reach_at_most"]) == (name, 100, 124)
    assert tables["account_totals"]["reach_at_most"].to_list() == [124]
    assert f"facebook:{PAGE} at its own reach of 2024-09-02 to 2024-10-02 (31 windows" in total["reach_basis"]


def test_rule_2_a_pages_days_that_end_before_the_posts_were_read_or_were_typed_prove_nothing(world: World) -> None:
    world.plan(CAMPAIGN + PAGE_OF_PLAN)
    world.drop("2024-10-01/a.csv", meta(post(1, Reach=100), post(2, Reach=70)))
    world.drop("2024-10-05/Our page/results.csv", page_days(50, *(4 for _ in range(30))))
    typed = {"no": 1, "platform": "facebook", "account": PAGE, "from": "2024-09-01", "to": "2024-10-03", "reach": 120}
    world.drop("2024-10-05/s.csv", sheet(typed))
    assert world.campaign()["reach_at_most"] == 170


def test_rule_2_a_video_of_several_pages_is_not_within_one_pages_figure(world: World) -> None:
    world.plan(CAMPAIGN + PAGE_OF_PLAN)
    world.drop("2024-10-01/a.csv", meta(post(1, Reach=100, Is_crosspost=1), post(2, Reach=70), post(3, Reach=60)))
    world.drop("2024-10-05/Our page/results.csv", page_days(50, *(3 for _ in range(31)), 9))
    assert world.campaign()["reach_at_most"] == 100 + 93


@pytest.mark.parametrize(
    ("scope", "expected"),
    [("covers", (100, 150)), ("inside", (150, 170)), ("equal", (150, 150)), (None, (100, 170))],
)
def test_rule_2_a_figure_of_the_plan_counts_by_its_scope(
    world: World, scope: str | None, expected: tuple[int, int]
) -> None:
    said = f', scope = "{scope}"' if scope else ""
    figure = f'account = "facebook:{PAGE}", metric = "reach", from = 2024-09-01, to = 2024-09-30{said}'
    world.plan(CAMPAIGN + f"account_figures = [{{ {figure} }}]\n")
    world.drop("2024-10-01/a.csv", meta(post(1, Reach=100), post(2, Reach=70)))
    typed = {"platform": "facebook", "account": PAGE}
    spans = [("2024-09-01", "2024-09-30", 150), ("2024-09-01", "2024-09-15", 30), ("2024-09-16", "2024-09-30", 40)]
    rows = [{**typed, "no": n, "from": a, "to": b, "reach": value} for n, (a, b, value) in enumerate(spans)]
    world.drop("2024-10-05/s.csv", sheet(*rows))
    tables = world.tables()
    for name in ("campaign_totals", "activity_totals", "project_totals", "account_totals", "organisation_totals"):
        total = tables[name].row(0, named=True)
        assert (total["reach_at_least"], total["reach_at_most"]) == expected
    kinds = tables["kind_totals"].row(0, named=True)
    assert (kinds["reach_at_least"], kinds["reach_at_most"]) == (100, expected[1])
    world.drop("2024-10-05/s.csv", sheet(*rows[1:]), modified="2024-10-06T12:00")
    assert world.campaign()["reach_at_most"] == 170


def test_rule_2_a_closed_audience_caps_the_upper_bound_unless_a_post_is_above_it(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Reach=100), post(2, Views=7)))
    for size, most, words in ((120, 120, "at most: the audience size"), (99, None, "left out: the audience size")):
        world.plan(CAMPAIGN)
        text = world.workspace.plan_file.read_text().replace("timezone =", f"audience_size = {size}\ntimezone =")
        world.workspace.plan_file.write_text(text)
        total = world.campaign()
        assert (total["reach_at_least"], total["reach_at_most"]) == (100, most)
        assert words in total["reach_basis"]


def test_rule_2_listeners_of_radio_stay_outside_and_are_counted_apart(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Reach=100)))
    world.drop(
        "2024-10-01/outreach.csv",
        "no,date,kind,station,title,organisation,link,audience,audience_source,note\n"
        "1,2024-09-20,radio,Radio A,Talk show #forum,,,50000,the station,\n",
    )
    total = world.campaign()
    assert (total["posts"], total["outreach"], total["reach_at_most"]) == (1, 1, 100)


# rule 3


def test_rule_3_the_last_known_reading_of_each_metric_counts(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10, Shares=4)))
    world.drop("2024-10-02/b.csv", meta(post(1, Views=12), without=["Shares"]))
    total = world.campaign()
    assert (total["views"], total["shares"]) == (12, 4)
    assert total["read_from"].date() < total["read_to"].date()


def test_rule_3_a_smaller_later_reading_replaces_a_larger_earlier_one(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Reactions=10)))
    world.drop("2024-10-02/b.csv", meta(post(1, Reactions=9)))
    assert world.campaign()["likes"] == 9


def test_rule_3_of_two_readings_of_one_instant_exact_beats_rounded_then_the_larger_counts(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views="3.5K", Reactions=5), post(1, Views=3467, Reactions=7)))
    total = world.campaign()
    assert (total["views"], total["likes"], total["approximate"]) == (3467, 7, 0)


def test_rule_3_rows_of_one_post_in_one_file_are_one_post(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=5), post(1, Views=6)))
    total = world.campaign()
    assert (total["posts"], total["views"]) == (1, 6)


def test_rule_3_a_period_in_which_the_video_was_published_is_its_lifetime_as_of_the_last_day(world: World) -> None:
    export = studio_zip("", "", [video("Sep 27, 2024", Views=7)])
    world.drop("2025-01-31/Content 2024-09-01_2024-10-31 Our channel.zip", export)
    assert world.campaign("2024-10-30")["posts"] == 0
    assert world.campaign("2024-10-31")["views"] == 7


def test_rule_3_gains_chain_through_periods_that_begin_the_day_after(world: World) -> None:
    for start, end, views in (("09-01", "09-30", 100), ("10-01", "10-31", 20), ("11-01", "11-30", 3)):
        name = f"Content 2024-{start}_2024-{end} Our channel.zip"
        world.drop(name, studio_zip("", "", [video("Sep 27, 2024", Views=views)]))
    views = {day: world.campaign(day)["views"] for day in ("2024-09-30", "2024-10-31", "2024-11-29", "2024-11-30")}
    assert views == {"2024-09-30": 100, "2024-10-31": 120, "2024-11-29": 120, "2024-11-30": 123}


def test_rule_3_a_gap_ends_the_chain_and_what_it_had_reached_stays(world: World) -> None:
    for start, end, views in (("09-01", "09-30", 100), ("10-02", "10-31", 20)):
        name = f"Content 2024-{start}_2024-{end} Our channel.zip"
        world.drop(name, studio_zip("", "", [video("Sep 27, 2024", Views=views)]))
    assert world.campaign()["views"] == 100


def test_rule_3_a_gain_of_an_older_video_alone_is_no_total_but_the_video_counts(world: World) -> None:
    world.drop("Content 2024-10-01_2024-10-31 Our channel.zip", studio_zip("", "", [video("Sep 27, 2023", Views=20)]))
    total = world.campaign()
    assert (total["posts"], total["views"], total["views_known"]) == (1, None, 0)
    assert world.campaign("2024-10-30")["posts"] == 0


def test_rule_3_gains_chain_from_a_lifetime_reading_dated_by_a_whole_day(world: World) -> None:
    lifetime = 'Content,Video title,Video publish time,Views\ndQw4w9WgXcQ,A debate #forum,"Sep 27, 2023",1000\n'
    world.drop("2024-09-30/Our channel/Table data.csv", lifetime)
    world.drop("Content 2024-10-01_2024-10-31 Our channel.zip", studio_zip("", "", [video("Sep 27, 2023", Views=20)]))
    assert world.campaign()["views"] == 1020


def test_rule_3_of_overlapping_periods_the_fewest_make_the_chain(world: World) -> None:
    for start, end, views in (
        ("09-01", "09-30", 100),
        ("10-01", "10-10", 5),
        ("10-11", "10-31", 9),
        ("10-01", "10-31", 15),
    ):
        name = f"Content 2024-{start}_2024-{end} Our channel.zip"
        world.drop(name, studio_zip("", "", [video("Sep 27, 2024", Views=views)]))
    assert world.campaign("2024-10-10")["views"] == 105
    assert world.campaign("2024-10-31")["views"] == 115


def linkedin_book(start: date, end: date, likes: int) -> bytes:
    """A page's workbook as LinkedIn gives it for a range: its days on one sheet, its posts on another."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        days = book.add_worksheet("Metrics")
        days.write_row(0, 0, ["Date", "Impressions (total)", "Unique impressions (organic)", "Clicks (total)"])
        for n in range((end - start).days + 1):
            days.write_row(n + 1, 0, [f"{start + timedelta(days=n):%m/%d/%Y}", 2, 1, 0])
        posts = book.add_worksheet("All posts")
        posts.write_row(0, 0, ["Engagement metrics for individual posts"])
        posts.write_row(1, 0, ["Post title", "Post link", "Created date", "Impressions", "Clicks", "Likes"])
        link = "https://www.linkedin.com/feed/update/urn:li:activity:7236000000000000001"
        posts.write_row(2, 0, ["A debate #forum", link, "09/03/2024", 100, 1, likes])
    return target.getvalue()


LINKEDIN = {
    "September": (date(2024, 9, 1), date(2024, 9, 30), 10),
    "October": (date(2024, 10, 1), date(2024, 10, 31), 5),
    "from mid September": (date(2024, 9, 15), date(2024, 10, 31), 8),
    "December": (date(2024, 12, 1), date(2024, 12, 20), 3),
}


@pytest.mark.parametrize(
    ("ranges", "likes"),
    [
        (("September",), 10),
        (("September", "October"), 15),
        (("October", "September"), 15),
        (("September", "from mid September", "October"), 15),
        (("September", "from mid September"), 10),
        (("September", "October", "December"), 15),
        (("October", "December"), None),
    ],
    ids=str,
)
def test_rule_3_ranges_of_linkedin_that_follow_each_other_overlap_or_leave_a_gap(
    world: World, ranges: tuple[str, ...], likes: int | None
) -> None:
    for name in ranges:
        world.drop(f"our-page_content {name}.xlsx", linkedin_book(*LINKEDIN[name]), "2025-01-02T00:00")
    total = world.campaign()
    assert (total["likes"], total["likes_known"]) == (likes, int(likes is not None))


def test_rule_3_a_daily_breakdown_adds_up_from_the_day_of_publication(world: World) -> None:
    days = [post(1, Date=f"09/{day:02}/2024", Views=views, Reach=views) for day, views in ((2, 7), (3, 5), (4, 1))]
    world.drop("2024-10-01/days.csv", meta(*days))
    total = world.campaign()
    assert (total["posts"], total["views"]) == (1, 13)


def test_rule_3_a_post_not_read_for_two_weeks_is_stale(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=1)))
    assert [world.campaign(day)["stale"] for day in ("2024-10-15", "2024-10-16")] == [0, 1]


def test_rule_3_a_sheet_is_a_document_whose_newest_version_stands_for_all_of_it(world: World) -> None:
    row = {"platform": "facebook", "account": "A", "title": "x #forum", "published": "2024-09-03"}
    world.drop(
        "partner.csv",
        sheet({**row, "no": 1, "views": 40, "likes": 4}, {**row, "no": 2, "views": 9}),
        "2024-10-01T12:00",
    )
    world.load()
    world.drop("partner.csv", sheet({**row, "no": 1, "views": 4}), "2024-11-01T12:00")
    now, before = world.campaign("2024-12-30"), world.campaign("2024-10-15")
    assert (now["posts"], now["views"], now["likes"]) == (1, 4, None)
    assert (before["posts"], before["views"], before["likes"]) == (2, 49, 4)


# rule 4


def test_rule_4_totals_are_as_of_a_day_of_the_reporting_zone(world: World) -> None:
    world.drop("a.csv", meta(post(1, Views=1)), "2024-09-30T16:59")
    world.drop("b.csv", meta(post(1, Views=2)), "2024-09-30T17:01")
    assert [world.campaign(day)["views"] for day in ("2024-09-29", "2024-09-30", "2024-10-01")] == [None, 1, 2]


def test_rule_4_the_same_history_in_another_order_gives_the_same_bytes(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    files = {
        "2024-10-01/a.csv": meta(post(1, Views=10, Shares=4), post(2, Views=7)),
        "2024-10-02/b.csv": meta(post(1, Views=12), post(3, OTHER_PAGE, Reach=4)),
        "2024-10-02/c.csv": meta(post(1, Views=13, Description="Another text #forum")),
        "partner.csv": sheet(
            {"no": 1, "platform": "tiktok", "account": "A", "title": "#forum", "published": "2024-09-03"}
        ),
    }
    folder = tmp_path_factory.mktemp("other")
    (folder / "inbox").mkdir()
    other = World(type(world.workspace)(folder))
    other.plan(CAMPAIGN)
    for path in files:
        world.drop(path, files[path])
        world.load()
    for path in reversed(files):
        other.drop(path, files[path])
        other.load()
    one, two = world.tables(), other.tables()
    for name in one:
        if name not in ("about", "source_freshness"):
            one[name].write_parquet(tmp_path_factory.getbasetemp() / "one.parquet")
            two[name].write_parquet(tmp_path_factory.getbasetemp() / "two.parquet")
            same = [(tmp_path_factory.getbasetemp() / f"{n}.parquet").read_bytes() for n in ("one", "two")]
            assert same[0] == same[1], name
    assert one["about"]["snapshot_id"].item() == two["about"]["snapshot_id"].item()


# rule 5


def test_rule_5_a_post_of_two_campaigns_counts_once_in_their_activity_and_the_project(world: World) -> None:
    world.plan(CAMPAIGN + CAMPAIGN.replace('"forum"\nactivity', '"second"\nactivity'))
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    tables = world.tables()
    assert tables["campaign_totals"]["views"].to_list() == [10, 10]
    assert tables["activity_totals"]["views"].to_list() == [10, None]
    assert tables["project_totals"]["views"].to_list() == [10]
    assert tables["post_totals"]["campaign_ids"].to_list() == ["forum;second"]


def crossposted(number: int, page: str, **cells: Any) -> dict[str, Any]:
    own = {
        "Views": 50,
        "Reactions": 5,
        "Comments": 1,
        "Shares": 2,
        "Is crosspost": 1,
        "Description": "One video #forum",
    }
    return post(number, page, **(own | cells))


def test_rule_5_a_cross_posted_videos_own_figures_count_once(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(crossposted(1, PAGE)))
    world.drop("2024-10-01/b.csv", meta(crossposted(2, OTHER_PAGE)))
    tables = world.tables()
    assert tables["campaign_totals"].select("posts", "views", "shares").row(0) == (1, 50, 2)
    assert tables["account_totals"]["views"].to_list() == [50, 50]


def test_rule_5_cross_posts_whose_pages_have_figures_of_their_own_count_each(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(crossposted(1, PAGE)))
    world.drop("2024-10-01/b.csv", meta(crossposted(2, OTHER_PAGE, Reactions=6)))
    assert world.campaign()["views"] == 100


def test_rule_5_an_assets_posts_are_different_posts(world: World) -> None:
    named = ", ".join(f'"facebook:{page}_12215800000000000{n}"' for n, page in ((1, PAGE), (2, OTHER_PAGE)))
    world.plan(
        CAMPAIGN
        + f'stages = ["sent", "won"]\n[[asset]]\nid = "v"\ncampaign = "forum"\nstage = "won"\nposts = [{named}]\n'
    )
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10), post(2, OTHER_PAGE, Views=5)))
    tables = world.tables()
    assert tables["asset_totals"].select("posts", "views").row(0) == (2, 15)
    assert tables["stage_totals"].select("stage", "assets", "views").rows() == [("sent", 1, 15), ("won", 1, 15)]


# rule 6


def test_rule_6_the_same_file_twice_changes_nothing(world: World) -> None:
    export = meta(post(1, Views=10))
    world.drop("2024-10-01/a.csv", export)
    before = world.tables()
    world.drop("2024-10-01/again.csv", export)
    world.drop("undated copy.csv", export, "2024-11-11T00:00")
    after = world.tables()
    assert before["campaign_totals"].equals(after["campaign_totals"])
    assert world.load().synced.loaded == ()


def test_rule_6_the_same_bytes_in_a_folder_of_a_later_day_are_read_again_on_that_day(world: World) -> None:
    export = meta(post(1, Views=10))
    world.drop("2024-10-01/a.csv", export)
    world.drop("2024-12-20/a.csv", export)
    total = world.campaign()
    assert (total["views"], total["stale"], str(total["read_to"].date())) == (10, 0, "2024-12-20")


def test_rule_6_a_dated_folder_wins_over_an_undated_place_that_came_first(world: World) -> None:
    export = meta(post(1, Views=10))
    world.drop("a.csv", export, "2024-09-05T00:00")
    world.load()
    world.drop("2024-10-01/a.csv", export)
    assert world.campaign("2024-09-30")["posts"] == 0
    assert world.campaign("2024-10-01")["posts"] == 1


def test_rule_6_a_rebuilt_warehouse_says_the_same(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    world.drop("2024-10-02/b.csv", meta(post(1, Views=12)))
    before = world.tables()["about"]["snapshot_id"].item()
    night.rebuild(world.workspace, "Asia/Phnom_Penh")
    assert world.tables()["about"]["snapshot_id"].item() == before


# rule 7


def test_rule_7_every_load_knows_where_it_came_from(world: World) -> None:
    file = world.drop("2024-10-01/Page 1/a.csv", meta(post(1, Views=10), post(2, Views="12abc")))
    row = world.tables()["source_files"].row(0, named=True)
    assert (row["path"], row["size"], row["connector"], row["grade"]) == (
        "2024-10-01/Page 1/a.csv",
        file.stat().st_size,
        "facebook",
        "export",
    )
    assert (row["rows"], row["kept"], row["rejected"]) == (2, 1, 1)
    assert world.workspace.archive.content(row["sha256"]) == file.read_bytes()


def test_rule_7_totals_say_how_many_posts_rest_on_typed_figures(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    row = {"no": 1, "platform": "tiktok", "account": "A", "title": "x #forum", "published": "2024-09-03", "views": 5}
    world.drop("2024-10-01/s.csv", sheet(row))
    total = world.campaign()
    assert (total["posts"], total["entered"]) == (2, 1)


# rule 8


def test_rule_8_an_id_that_a_spreadsheet_damaged_is_found_again_through_the_link(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10), post(2, Views=20)))
    damaged = [{**post(n, Views=v), "Post ID": "1.22158E+17"} for n, v in ((1, 11), (2, 22))]
    world.drop("2024-10-02/b.csv", meta(*damaged))
    total = world.campaign()
    assert (total["posts"], total["views"]) == (2, 33)


def test_rule_8_the_number_of_a_reel_in_a_link_is_learnt_from_rows_with_an_intact_id(world: World) -> None:
    reel = post(1, Permalink="https://www.facebook.com/reel/861001", Views=10)
    world.drop("2024-10-02/b.csv", meta({**reel, "Post ID": "1.22158E+17", "Views": 12}))
    assert world.tables()["post_totals"]["post_id"].to_list() == [f"{PAGE}_861001"]
    world.drop("2024-10-01/a.csv", meta(reel))
    assert world.tables()["post_totals"].select("post_id", "views").rows() == [(f"{PAGE}_122158000000000001", 12)]


def test_rule_8_a_damaged_text_matches_the_text_it_could_have_been(world: World) -> None:
    khmer = "សិទ្ធិទទួលបានព័ត៌មាន #forum"
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10, Description=khmer), post(2, Views=1)))
    broken = "".join("?" if ord(c) > 127 else c for c in khmer)
    row = post(1, Views=12, Description=broken, Permalink="https://www.facebook.com/share/p/abc")
    world.drop("2024-10-02/b.csv", meta({**row, "Post ID": "1.22158E+17"}))
    posts = world.tables()["post_totals"].sort("post_id")
    assert posts.select("views", "text").rows() == [(12, khmer), (1, "Post 2 #forum")]


def test_rule_8_a_row_without_id_link_or_text_is_rejected_with_the_reason(world: World) -> None:
    nobody = {**post(1), "Post ID": "1.22158E+17", "Permalink": "", "Description": ""}
    world.drop("2024-10-01/a.csv", meta(post(2, Views=1), nobody))
    assert world.load().problems[0].startswith("2024-10-01/a.csv: 1 of 2 rows were left out; the first: ")


def test_rule_8_posts_that_the_plan_calls_the_same_are_one(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    row = {"no": 1, "platform": "facebook", "account": "Page 1", "title": "typed #forum", "published": "2024-09-02"}
    world.drop("2024-10-05/s.csv", sheet({**row, "views": 12, "saves": 3}))
    typed = world.tables()["post_totals"].filter(pl.col("grade") == "entered")["post_id"].item()
    assert world.campaign()["posts"] == 2
    world.plan(CAMPAIGN + f'[[same]]\nposts = ["facebook:{typed}", "facebook:{PAGE}_122158000000000001"]\n')
    tables = world.tables()
    total = tables["campaign_totals"].row(0, named=True)
    assert (total["posts"], total["views"], total["saves"], total["entered"]) == (1, 12, 3, 1)
    assert tables["post_totals"].select("post_id", "text").row(0) == (f"{PAGE}_122158000000000001", "Post 1 #forum")


# rule 9


@pytest.mark.parametrize(
    ("cell", "views", "approximate"),
    [
        ("21.067", 21067, 0),
        ("21,067", 21067, 0),
        ("21 067", 21067, 0),
        ("២១.០៦៧", 21067, 0),
        ("3.5K", 3500, 1),
        ("376.0", 376, 0),
        ("--", None, 0),
    ],
)
def test_rule_9_counts_are_whole(world: World, cell: str, views: int | None, approximate: int) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=cell)))
    total = world.campaign()
    assert (total["views"], total["approximate"]) == (views, approximate)


@pytest.mark.parametrize("cell", ["12abc", "1.05"])
def test_rule_9_what_cannot_be_read_rejects_the_row_and_not_the_file(world: World, cell: str) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=cell), post(2, Views=4)))
    assert len(world.load().problems) == 1
    assert world.campaign()["views"] == 4


def test_rule_9_a_count_that_its_own_row_refutes_is_unknown(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=0, Reach=30), post(2, Views=0, Reach=0)))
    tables = world.tables()
    total = tables["campaign_totals"].row(0, named=True)
    assert (total["views"], total["views_known"]) == (0, 1)
    assert "1" in tables["source_files"]["notes"].item()


# rule 10


def test_rule_10_metas_times_are_us_pacific_and_campaign_days_are_the_reporting_zones(world: World) -> None:
    world.plan(CAMPAIGN + "starts = 2024-09-03\nends = 2024-09-03\n")
    early = post(1, Views=1) | {"Publish time": "09/02/2024 09:59"}
    inside = post(2, Views=2) | {"Publish time": "09/02/2024 10:00"}
    last = post(3, Views=4) | {"Publish time": "09/03/2024 09:59"}
    world.drop("2024-10-01/a.csv", meta(early, inside, last))
    assert world.campaign()["views"] == 6


def test_rule_10_a_date_alone_is_the_whole_of_that_day(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=1)))
    end = datetime(2024, 10, 1, 16, 59, 59, 999999, UTC).replace(tzinfo=None)
    assert world.campaign()["read_to"] == end


# rule 12


def test_rule_12_a_bad_file_costs_neither_the_others_nor_the_night(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=1)))
    world.drop("2024-10-01/bad.csv", "who,knows\n1,2\n")
    world.drop("2024-10-01/cut.zip", b"PK\x03\x04 cut off")
    loaded = world.load()
    assert (len(loaded.synced.loaded), len(loaded.synced.refused), len(loaded.problems)) == (1, 2, 2)
    assert world.campaign()["views"] == 1
    assert world.load().problems == []
    assert world.tables()["source_files"]["problem"].is_not_null().sum() == 2


def test_rule_12_a_refused_file_in_two_dated_folders_is_news_once(world: World) -> None:
    for day in ("2024-10-01", "2024-10-02"):
        world.drop(f"{day}/bad.csv", "who,knows\n1,2\n")
    assert len(world.load().synced.refused) == 2
    assert world.load().synced.refused == ()


def test_a_file_dated_wrong_is_kept_and_not_used(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(*(post(n, Views=1000) for n in range(1, 7))))
    world.drop("2024-10-02/b.csv", meta(*(post(n, Views=100) for n in range(1, 7))))
    assert "dated wrong" in world.load().problems[0]
    assert world.campaign()["views"] == 6000


def test_a_post_named_by_one_campaign_is_taken_from_the_others_patterns(world: World) -> None:
    named = f'[[campaign]]\nid = "named"\nactivity = "1.2"\nname = "N"\nposts = ["https://www.facebook.com/{PAGE}/posts/122158000000000001"]\n'
    world.plan(CAMPAIGN + named)
    world.drop("2024-10-01/a.csv", meta(post(1, Views=1), post(2, Views=2)))
    views = dict(world.tables()["campaign_totals"].select("campaign_id", "views").iter_rows())
    assert views == {"forum": 2, "named": 1}


def test_a_link_that_names_no_post_says_which_posts_that_page_has(world: World) -> None:
    world.plan(CAMPAIGN + f'posts = ["https://www.facebook.com/{PAGE}/posts/999999999999999999"]\n')
    world.drop("2024-10-01/a.csv", meta(post(1, Views=1)))
    world.load()
    computed = night.compute(world.workspace, night.read_plan(world.workspace), date(2024, 12, 30))
    assert f"that page's posts are facebook:{PAGE}_122158000000000001" in computed.problems[0]


def test_visits_count_where_readings_cover_exactly_the_days_of_the_plan(world: World) -> None:
    world.plan(
        CAMPAIGN
        + "account_figures = "
        + '[{ account = "website:a.example", metric = "visits", from = 2024-09-01, to = 2024-09-04 }]\n'
    )
    site = {"platform": "website", "account": "a.example"}
    days = [("2024-09-01", "2024-09-02", 10), ("2024-09-03", "2024-09-04", 5), ("2024-09-01", "2024-09-05", 99)]
    world.drop(
        "2024-10-01/s.csv",
        sheet(*({**site, "no": n, "from": a, "to": b, "visits": v} for n, (a, b, v) in enumerate(days))),
    )
    total = world.campaign()
    assert (total["visits"], total["visits_known"]) == (15, 1)


def test_an_export_in_a_folder_named_like_an_account_is_that_accounts(world: World) -> None:
    world.plan(CAMPAIGN + '[[account]]\nid = "youtube:UC123"\nalso = ["Our channel"]\n')
    world.drop(
        "2024-10-01/Our channel/Table data.csv",
        'Content,Video title,Video publish time,Views\ndQw4w9WgXcQ,#forum,"Sep 2, 2024",3\n',
    )
    world.drop(
        "2024-10-01/Table data.csv",
        'Content,Video title,Video publish time,Views\naaaaaaaaaaa,#forum,"Sep 2, 2024",4\n',
    )
    tables = world.tables()
    assert set(tables["post_totals"]["account_id"].to_list()) == {"UC123", None}
    assert tables["source_files"].filter(pl.col("whose") == "whose is it?").height == 1


def test_an_accounts_figures_in_a_folder_named_like_it_are_that_accounts(world: World) -> None:
    results = 'sep=,\n"Facebook Page reach"\n"Date","Primary"\n"2024-09-01T00:00:00","20"\n'
    world.plan(CAMPAIGN + f'[[account]]\nid = "facebook:{PAGE}"\nalso = ["Our page"]\n')
    world.drop("results.csv", results)
    tables = world.tables()
    assert tables["account_figures"].height == 0
    assert "whose is it?" in tables["source_freshness"]["act"][0]
    world.drop("Our page/results.csv", results)
    figures = world.tables()["account_figures"]
    assert figures.select("account_id", "metric", "value").rows() == [(PAGE, "reach", 20)]


def test_a_rule_that_names_two_accounts_of_one_name_is_said_with_their_ids(world: World) -> None:
    world.plan(CAMPAIGN.replace('hashtags = ["forum"]', 'hashtags = ["forum"], accounts = ["Twin"]'))
    twins = [post(1, PAGE, Views=1) | {"Page name": "Twin"}, post(2, OTHER_PAGE, Views=2) | {"Page name": "Twin"}]
    world.drop("2024-10-01/a.csv", meta(*twins))
    world.load()
    computed = night.compute(world.workspace, night.read_plan(world.workspace), date(2024, 12, 30))
    assert f"facebook:{PAGE}, facebook:{OTHER_PAGE}" in computed.problems[0]


def test_an_account_typed_by_name_is_the_page_of_that_name(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    link = f"https://www.facebook.com/{PAGE}/posts/122158000000000001"
    world.drop(
        "2024-10-05/s.csv", sheet({"no": 1, "platform": "facebook", "account": "PAGE 1", "link": link, "views": 12})
    )
    tables = world.tables()
    assert tables["account_totals"].select("account_id", "posts", "views").rows() == [(PAGE, 1, 12)]


def test_a_total_over_views_with_and_without_ads_says_so(world: World) -> None:
    world.plan(CAMPAIGN)
    world.drop("facebook.csv", meta(post(1, Views=100)))
    assert world.campaign()["views_basis"] is None
    link = {"published": "2024-09-03", "read_on": "2024-10-01", "account": "Mekong", "title": "#forum", "views": 5}
    rows = [{"link": "https://www.instagram.com/p/Cabcdefgh/", **link}, {"link": "https://youtu.be/dQw4w9WgXcQ", **link},
            {"link": "https://x.com/a/status/1840000000000000001", **link, "views": ""}]  # fmt: skip
    world.drop("sheet.csv", sheet(*rows))
    assert (
        world.campaign()["views_basis"] == "ads are counted in facebook; not counted in instagram; not told of youtube"
    )
    platforms = world.tables()["platform_totals"]
    assert platforms["views_basis"].null_count() == platforms.height


# rule 3, gains


def in_days(world: World, start: str, end: str, by: str = "campaign") -> dict[str, Any]:
    """The first row of totals over days."""
    world.load()
    good = night.read_plan(world.workspace)
    state = night.read_state(world.workspace, good, date.fromisoformat(end))
    return figures.gained(state, date.fromisoformat(start))[f"{by}_totals"].row(0, named=True)


def test_rule_3_the_gain_of_a_span_is_the_difference_of_two_readings(world: World) -> None:
    for day, views in (("2024-09-30", 100), ("2024-10-15", 140), ("2024-10-31", 150), ("2024-11-05", 155)):
        world.drop(f"{day}/a.csv", meta(post(1, Views=views)))
    total = in_days(world, "2024-10-01", "2024-10-31")
    assert (total["views"], total["views_known"], total["posts"], total["posts_first_seen"]) == (50, 1, 1, 0)


def test_rule_3_a_post_published_within_the_days_began_at_zero(world: World) -> None:
    world.drop("2024-10-15/a.csv", meta(post(1, Views=140)))
    total = in_days(world, "2024-09-01", "2024-10-31")
    assert (total["views"], total["baselines_unknown"], total["accounts_first_seen"]) == (140, 0, 1)


def test_rule_3_a_gain_without_an_earlier_reading_is_unknown_and_counted_as_such(world: World) -> None:
    world.drop("2024-10-15/a.csv", meta(post(1, Views=140)))
    total = in_days(world, "2024-10-01", "2024-10-31")
    assert (total["views"], total["views_known"], total["posts"], total["baselines_unknown"]) == (None, 0, 1, 1)


def test_rule_3_days_without_a_reading_gain_nothing_that_is_known(world: World) -> None:
    world.drop("2024-09-30/a.csv", meta(post(1, Views=100)))
    total = in_days(world, "2024-10-01", "2024-10-31")
    assert (total["posts"], total["views"], total["baselines_unknown"]) == (1, None, 0)


def test_rule_3_likes_that_a_platform_takes_back_are_a_negative_gain(world: World) -> None:
    for day, likes in (("2024-09-30", 10), ("2024-10-15", 8)):
        world.drop(f"{day}/a.csv", meta(post(1, Reactions=likes)))
    assert in_days(world, "2024-10-01", "2024-10-31")["likes"] == -2


def test_rule_2_over_days_the_largest_gain_of_reach_is_all_that_is_known(world: World) -> None:
    world.drop("2024-09-30/a.csv", meta(post(1, Reach=10), post(2, Reach=20)))
    world.drop("2024-10-15/a.csv", meta(post(1, Reach=40), post(2, Reach=25)))
    total = in_days(world, "2024-10-01", "2024-10-31")
    assert (total["reach_at_least"], total["reach_at_most"], total["reach_known"]) == (30, None, 2)


def test_rule_3_a_gain_falls_on_the_day_of_the_next_reading(world: World) -> None:
    for day, views in (("2024-09-05", 100), ("2024-09-10", 140), ("2024-09-11", 141)):
        world.drop(f"{day}/a.csv", meta(post(1, Views=views)))
    daily = world.tables()["campaign_daily"]
    assert daily.select("day", "views", "days_covered").rows() == [
        (date(2024, 9, 5), 100, 4), (date(2024, 9, 10), 40, 5), (date(2024, 9, 11), 1, 1)
    ]  # fmt: skip


def test_rule_3_periods_of_older_posts_are_gains_where_no_total_is_known(world: World) -> None:
    for start, end, views in (("10-01", "10-31", 20), ("11-01", "11-30", 3)):
        name = f"Content 2024-{start}_2024-{end} Our channel.zip"
        world.drop(name, studio_zip("", "", [video("Sep 27, 2023", Views=views)]))
    assert in_days(world, "2024-10-01", "2024-11-30")["views"] == 23
    assert in_days(world, "2024-11-01", "2024-11-30")["views"] == 3
    assert in_days(world, "2024-11-15", "2024-11-30")["views"] is None


def test_fiscal_periods_begin_as_the_plan_sets_them(world: World) -> None:
    world.workspace.plan_file.write_text(
        (PLAN + CAMPAIGN).replace('"Asia/Phnom_Penh"', '"Asia/Phnom_Penh"\nfiscal_year_starts = 10')
    )
    for day, views in (("2024-09-30", 100), ("2024-10-15", 140), ("2025-01-01", 150)):
        world.drop(f"{day}/a.csv", meta(post(1, Views=views)))
    found = world.tables("2025-02-01")["campaign_periods"]
    assert dict(found.select("period", "views").rows()) == {
        "FY2024": 100, "FY2024-Q4": 100, "FY2025": 50, "FY2025-Q1": 40, "FY2025-Q2": 10
    }  # fmt: skip
    assert dict(found.select("period", "is_over").rows())["FY2025-Q2"] is False


# rule 3, gone


def test_rule_3_a_post_that_a_later_whole_list_leaves_out_is_gone_and_keeps_its_last_reading(world: World) -> None:
    rows = [post(n, Views=10 * n) for n in range(1, 6)]
    world.drop("2024-10-01/Sep-01-2024_Sep-30-2024_100064500000001.csv", meta(*rows))
    world.drop("2024-11-01/Sep-01-2024_Sep-30-2024_100064500000001 (1).csv", meta(*rows[:4]))
    total = world.campaign()
    assert (total["posts"], total["posts_gone"], total["views"]) == (5, 1, 150)
    gone = world.tables()["post_totals"].drop_nulls("gone_since")
    assert gone.select("views", "gone_since").rows() == [(50, date(2024, 11, 1))]
    assert world.campaign("2024-10-31")["posts_gone"] == 0


def test_rule_3_a_post_that_comes_back_is_not_gone(world: World) -> None:
    rows = [post(n, Views=10) for n in range(1, 6)]
    for day, own in (("2024-10-01", rows), ("2024-11-01", rows[:4]), ("2024-12-01", rows)):
        world.drop(f"{day}/Sep-01-2024_Sep-30-2024_100064500000001.csv", meta(*own, post(6, Views=day[5:7])))
    assert world.campaign("2024-11-30")["posts_gone"] == 1
    assert world.campaign()["posts_gone"] == 0


def test_rule_3_a_list_that_was_filtered_or_names_no_days_says_nothing_of_what_it_lacks(world: World) -> None:
    rows = [post(n, Views=10) for n in range(1, 6)]
    videos = [post(n, Views=10, Post_type="Videos") for n in range(6, 8)]
    world.drop("2024-10-01/Sep-01-2024_Sep-30-2024_100064500000001.csv", meta(*rows, *videos))
    world.drop("2024-11-01/Sep-01-2024_Sep-30-2024_100064500000001 photos.csv", meta(*rows))
    world.drop("2024-11-02/some of them.csv", meta(*rows[:4]))
    assert world.campaign()["posts_gone"] == 0
    world.drop("2024-11-03/Sep-01-2024_Sep-30-2024_100064500000001 one.csv", meta(rows[0]))
    assert world.campaign()["posts_gone"] == 0


def test_rule_3_where_nothing_tells_whether_posts_are_gone_that_is_unknown(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    assert world.campaign()["posts_gone"] is None


# rule 4, known on


def known_on(world: World, day: str, as_of: str = "2024-12-30") -> dict[str, Any]:
    """The campaign's totals by what was known on a day."""
    known = date.fromisoformat(day)
    good = night.read_plan(world.workspace, known)
    state = night.read_state(world.workspace, good, date.fromisoformat(as_of), known)
    return figures.totals(state)["campaign_totals"].row(0, named=True)


def on(world: World, monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    """Lets the world's clock stand at noon of a day, and takes in what is new."""
    monkeypatch.setattr(night, "now", lambda: datetime.fromisoformat(f"{day}T05:00"))
    world.load()


def test_rule_4_known_on_takes_only_what_had_come_in_by_then(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    on(world, monkeypatch, "2024-10-02")
    world.drop("2024-09-20/late.csv", meta(post(2, Views=5)))
    on(world, monkeypatch, "2024-11-02")
    assert (known_on(world, "2024-11-01")["views"], known_on(world, "2024-11-02")["views"]) == (10, 15)
    assert known_on(world, "2024-11-02", "2024-09-30")["views"] == 5


def test_rule_4_known_on_goes_by_the_plan_of_that_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10), post(2, Views=5)))
    on(world, monkeypatch, "2024-10-02")
    world.plan(CAMPAIGN + f'except = ["facebook:{PAGE}_122158000000000002"]\n')
    on(world, monkeypatch, "2024-11-02")
    assert (known_on(world, "2024-11-01")["views"], known_on(world, "2024-11-02")["views"]) == (15, 10)
    with pytest.raises(night.NoPlan, match="No plan was known on 2024-10-01"):
        known_on(world, "2024-10-01")


def test_rule_4_a_file_that_was_put_into_a_dated_folder_since_is_known_where_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = meta(post(1, Views=10))
    world.drop("a.csv", content, modified="2024-10-01T12:00")
    on(world, monkeypatch, "2024-10-02")
    world.drop("2024-09-15/a.csv", content)
    on(world, monkeypatch, "2024-11-02")
    read = {day: known_on(world, day)["read_to"].date() for day in ("2024-11-01", "2024-11-02")}
    assert read == {"2024-11-01": date(2024, 10, 1), "2024-11-02": date(2024, 9, 15)}
    assert world.campaign()["read_to"].date() == date(2024, 9, 15)


# rule 6, withdrawing


def test_rule_6_a_withdrawn_file_is_out_of_every_figure_and_comes_back_in(world: World) -> None:
    world.drop("2024-10-01/right.csv", meta(post(1, Views=10)))
    world.drop("2024-10-02/wrong.csv", meta(post(1, Views=100), post(2, Views=7)))
    assert world.campaign()["views"] == 107
    said = withdraw(world.workspace, "2024-10-02/wrong.csv", "another page's", "Dara")
    assert said == "2024-10-02/wrong.csv (2 rows) is out of every figure."
    assert (world.campaign()["posts"], world.campaign()["views"]) == (1, 10)
    night.rebuild(world.workspace, "Asia/Phnom_Penh")
    assert world.campaign()["views"] == 10
    problem = dict(world.tables()["source_files"].select("path", "problem").rows())["2024-10-02/wrong.csv"]
    assert "withdrawn by Dara on" in problem
    assert "another page's" in problem
    withdraw(world.workspace, "wrong.csv", "it was right", "Dara", is_undone=True)
    assert world.campaign()["views"] == 107


def test_rule_6_withdrawing_is_known_from_the_day_on_which_it_was_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    on(world, monkeypatch, "2024-10-02")
    monkeypatch.setattr(night, "now", lambda: datetime(2024, 11, 2, 5))
    withdraw(world.workspace, "a.csv", "a test", "Dara")
    assert (known_on(world, "2024-11-01")["posts"], known_on(world, "2024-11-02")["posts"]) == (1, 0)


def test_rule_6_a_typed_tenfold_figure_is_withdrawn_with_its_version_of_the_sheet(world: World) -> None:
    row = {"no": 1, "platform": "facebook", "account": "A", "title": "x #forum", "published": "2024-09-03"}
    world.drop("2024-10-01/s.csv", sheet({**row, "views": 100}))
    world.load()
    world.drop("2024-10-01/s.csv", sheet({**row, "views": 1000}), modified="2024-10-01T13:00")
    assert world.campaign()["views"] == 1000
    withdraw(world.workspace, "2024-10-01/s.csv", "a zero too many", "Dara")
    assert world.campaign()["views"] == 100


def test_rule_6_a_withdrawn_file_doubts_no_other(world: World) -> None:
    rows = [post(n, Views=1000) for n in range(1, 7)]
    world.drop("2024-10-01/wrong.csv", meta(*rows))
    world.drop("2024-10-02/right.csv", meta(*(r | {"Views": 10} for r in rows)))
    assert world.campaign()["views"] == 6000
    withdraw(world.workspace, "wrong.csv", "another page's", "Dara")
    assert world.campaign()["views"] == 60


def test_rule_6_what_cannot_be_withdrawn_is_said(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    world.drop("2024-10-02/a.csv", meta(post(1, Views=11)))
    world.load()
    for name, problem in (("a.csv", "2024-10-01/a.csv, 2024-10-02/a.csv"), ("b.csv", "Nothing that was loaded")):
        with pytest.raises(SettingsError, match=problem):
            withdraw(world.workspace, name, "a test", "Dara")
    with pytest.raises(SettingsError, match="nothing to put back in"):
        withdraw(world.workspace, "2024-10-01/a.csv", "a test", "Dara", is_undone=True)


# indicators


def indicators(world: World, text: str, as_of: str = "2024-12-30") -> dict[tuple[str, str], dict[str, Any]]:
    """The progress of the indicators of a plan with the campaign and this, by indicator and period."""
    world.plan(CAMPAIGN + text)
    progress = world.tables(as_of)["indicator_progress"]
    return {(row["indicator_id"], row["period"]): row for row in progress.iter_rows(named=True)}


def indicator(of: str, metric: str, target: int, more: str = "") -> str:
    return f'[[indicator]]\nid = "{metric}"\nname = "x"\nof = "{of}"\nmetric = "{metric}"\ntarget = {target}\n{more}\n'


def test_an_indicators_target_is_reached_by_the_total_of_what_it_is_of(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10, Shares=3), post(2, Views=5, Shares=1)))
    found = indicators(
        world,
        indicator("campaign:forum", "views", 12) + indicator("activity:1.1", "shares", 8) + indicator("project", "posts", 2),
    )  # fmt: skip
    seen = {key[0]: (row["actual"], row["percent"], row["verdict"]) for key, row in found.items()}
    assert seen == {"views": (15, 125, "reached"), "shares": (4, 50, "not yet reached"), "posts": (2, 100, "reached")}


def test_an_indicator_that_does_not_know_all_of_its_posts_cannot_be_told_to_be_missed(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10), post(2)))
    found = indicators(world, indicator("project", "views", 12))
    assert found["views", "whole"]["verdict"] == "cannot be told"
    assert found["views", "whole"]["source"] == "views in project_totals: 1 of 2 know theirs"


@pytest.mark.parametrize(("target", "verdict"), [(100, "reached"), (171, "not yet reached"), (150, "cannot be told")])
def test_an_indicator_of_reach_is_judged_by_its_bounds(world: World, target: int, verdict: str) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Reach=100), post(2, Reach=70)))
    row = indicators(world, indicator("project", "reach", target))["reach", "whole"]
    assert (row["actual"], row["actual_at_most"], row["verdict"]) == (100, 170, verdict)


def test_an_indicators_target_for_a_fiscal_quarter_is_judged_by_the_quarters_gain(world: World) -> None:
    for day, views in (("2024-09-30", 100), ("2024-12-15", 140)):
        world.drop(f"{day}/a.csv", meta(post(1, Views=views)))
    more = "targets = { FY2024-Q3 = 90, FY2024-Q4 = 50, FY2025 = 10 }"
    found = indicators(world, indicator("campaign:forum", "views", 200, more), "2025-01-05")
    seen = {key[1]: (row["actual"], row["verdict"]) for key, row in found.items()}
    assert seen == {
        "whole": (140, "not yet reached"), "FY2024-Q3": (100, "reached"), "FY2024-Q4": (40, "not reached"),
        "FY2025": (None, "cannot be told"),
    }  # fmt: skip


def test_an_indicator_by_hand_says_its_source_and_a_stage_counts_assets(world: World) -> None:
    text = """
[[asset]]
id = "v"
campaign = "debates"
stage = "winner"
posts = ["facebook:1"]
[[indicator]]
id = "hand"
name = "People trained"
baseline = 10
target = 30
actual = 20
source = "attendance list"
[[campaign]]
id = "debates"
activity = "1.2"
name = "Debates"
stages = ["submitted", "winner"]
counted = { submitted = 26 }
"""
    found = indicators(
        world, text + indicator("activity:1.2", "submitted", 20) + indicator("campaign:debates", "winner", 3)
    )
    hand = found["hand", "whole"]
    assert (hand["actual"], hand["percent"], hand["is_entered"], hand["source"]) == (20, 50, True, "attendance list")
    assert (found["submitted", "whole"]["actual"], found["submitted", "whole"]["is_entered"]) == (26, True)
    assert (found["winner", "whole"]["actual"], found["winner", "whole"]["is_entered"]) == (1, False)


# rule 1, why a metric is unknown


def why(world: World, metric: str, as_of: str = "2024-12-30") -> list[str]:
    """Why posts of the world do not know a metric."""
    world.load()
    state = night.read_state(world.workspace, night.read_plan(world.workspace), date.fromisoformat(as_of))
    return why_unknown.reasons(state, state.posts).filter(pl.col("metric") == metric)["reason"].to_list()


def test_rule_1_an_unknown_says_that_its_export_left_it_out_or_the_platform_does_not_report_it(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10), without=["Shares"]))
    assert why(world, "shares") == ["this export left it out"]
    assert why(world, "saves") == ["the platform does not report it"]
    assert why(world, "likes") == ["left empty by its source"]


def test_rule_1_an_unknown_says_that_its_own_row_refutes_it_or_a_spreadsheet_damaged_it(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=0, Reach=9, Comments="#REF!")))
    assert why(world, "views") == ["refuted by its own row"]
    assert why(world, "comments") == ["damaged by a spreadsheet"]


def test_rule_1_an_unknown_says_that_only_gains_are_known(world: World) -> None:
    world.drop("Content 2024-10-01_2024-10-31 Our channel.zip", studio_zip("", "", [video("Sep 27, 2023", Views=20)]))
    assert why(world, "views") == ["only gains over periods are known, and no total to add them to"]


def test_rule_1_an_unknown_of_a_sheet_was_not_entered(world: World) -> None:
    row = {"no": 1, "platform": "facebook", "account": "A", "title": "x #forum", "published": "2024-09-03"}
    world.drop("2024-10-01/s.csv", sheet({**row, "views": 100}))
    assert why(world, "likes") == ["not entered in the sheet"]


# rule 11


def test_rule_11_a_total_that_spans_two_definitions_says_so_and_which(world: World) -> None:
    for last, views in (("2026-08-23", 10), ("2026-09-30", 25)):
        content = studio_zip("", "", [video("May 3, 2026", Views=views)])
        world.drop(f"Content 2024-01-01_{last} Our channel.zip", content, "2026-10-01T12:00")
    before, after = (world.campaign(day) for day in ("2026-08-23", "2026-09-30"))
    assert (before["views"], before["definition_changes"], before["definitions"]) == (10, 0, None)
    assert (after["views"], after["definition_changes"]) == (25, 1)
    assert after["definitions"].startswith("youtube views since 2026-08-24: plays from the first frame on")


def test_rule_11_every_table_of_totals_says_so_where_it_spans_a_change_and_nowhere_else(world: World) -> None:
    world.plan(CAMPAIGN + CAMPAIGN.replace('"forum"', '"quiet"').replace('["forum"]', '["quiet"]'))
    world.drop("2026-10-01/a.csv", meta(post(1, Views=10), post(2, OTHER_PAGE, Views="", Reactions=4)))
    tables = world.tables("2026-10-01")
    has_posts = {name: t.filter(pl.col("posts") > 0) for name, t in tables.items() if "definition_changes" in t.columns}
    assert {name for name, t in has_posts.items() if t["definition_changes"].max() == 1} == {
        "campaign_totals", "activity_totals", "project_totals", "platform_totals", "kind_totals", "organisation_totals",
        "account_totals",
    }  # fmt: skip
    accounts = dict(tables["account_totals"].select("account_id", "definition_changes").iter_rows())
    assert accounts == {PAGE: 1, OTHER_PAGE: 0}
    campaigns = dict(tables["campaign_totals"].select("campaign_id", "definition_changes").iter_rows())
    assert campaigns == {"forum": 1, "quiet": 0}


def test_rule_11_every_change_is_published_with_what_counted_before_and_who_says_so(world: World) -> None:
    changes = world.tables()["definition_changes"]
    assert changes.select("platform", "metric", "since").is_unique().all()
    views = changes.row(by_predicate=(pl.col("platform") == "facebook") & (pl.col("metric") == "views"), named=True)
    assert (views["since"], "nasdaq.com" in views["source"]) == (date(2024, 11, 14), True)
    assert "impressions and no views" in views["before"]


def test_rule_11_gains_span_a_change_only_where_it_lies_within_their_days(world: World) -> None:
    for name, views in (("2026-08-01", 10), ("2026-08-20", 12), ("2026-09-30", 25), ("2026-10-31", 30)):
        world.drop(
            f"Content 2024-01-01_{name} Our channel.zip",
            studio_zip("", "", [video("May 3, 2026", Views=views)]),
            "2026-11-01T12:00",
        )
    world.load()
    state = night.read_state(world.workspace, night.read_plan(world.workspace), date(2026, 10, 31))
    spans = {}
    for start, end in (("2026-08-02", "2026-08-21"), ("2026-08-02", "2026-09-30"), ("2026-10-01", "2026-10-31")):
        row = figures.gained(state, date.fromisoformat(start), date.fromisoformat(end))["campaign_totals"].row(
            0, named=True
        )
        spans[start, end] = (row["views"], row["definition_changes"])
    assert list(spans.values()) == [(2, 0), (15, 1), (5, 0)]


def test_rule_11_the_screen_explains_every_change_that_a_shown_total_spans(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.drop("2026-10-01/a.csv", meta(post(1, Views=10)))
    screen.show_frame(world.tables("2026-10-01")["campaign_totals"], "campaign", screen.Format.table)
    said = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Counted in two ways")]
    assert len(said) == 1
    assert said[0].startswith(
        "Counted in two ways, views on facebook. Before 14 November 2024: plays of videos and reels"
    )
    assert "Since then: plays and replays of videos and reels" in said[0]


def test_what_is_published_has_the_results_for_an_iati_file(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10, Reach=7)))
    dates = '"Asia/Phnom_Penh"\nstarts = 2024-01-01\nends = 2024-12-30'
    text = PLAN.replace('"Asia/Phnom_Penh"', dates) + CAMPAIGN
    text += indicator("activity:1.1", "views", 8) + indicator("activity:1.1", "reach", 5)
    world.workspace.plan_file.write_text(text)
    world.load()
    good = night.read_plan(world.workspace)
    night.release(world.workspace, night.compute(world.workspace, good, date(2024, 12, 30)))
    root = ElementTree.parse(world.workspace.published / "iati-results.xml").getroot()
    found = {own.find("reference").get("code"): own for own in root.iter("indicator")}  # type: ignore[union-attr]
    assert {code: own.find("period/actual").get("value") for code, own in found.items()} == {
        "views": "10",
        "reach": "7",
    }  # type: ignore[union-attr]
    assert found["reach"].get("aggregation-status") == "0"
