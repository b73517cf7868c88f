"""What the second opinion found that the engine got wrong, each as small as it gets."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from flows.steps import original
from tests.conftest import CAMPAIGN, OTHER_PAGE, PAGE, World, meta, post, sheet
from tests.samples import crossposted, studio_zip, video
from warehouse.evidence import readings_behind
from warehouse.figures import build

TYPED = {"platform": "facebook", "account": "A", "title": "x #forum", "published": "2024-09-03"}


@pytest.mark.parametrize("folder", ["", "2024-10-01/"])
def test_an_older_version_of_a_sheet_that_is_put_back_stands_again(world: World, folder: str) -> None:
    one, two = (sheet({**TYPED, "no": 1, "views": views}) for views in (40, 4))
    for month, version in ((10, one), (11, two), (12, one)):
        world.drop(f"{folder}partner.csv", version, f"2024-{month}-01T12:00")
        world.load()
    assert world.campaign()["views"] == 40


@pytest.mark.parametrize("folder", ["", "2024-10-01/"])
def test_a_sheet_that_changes_withdraws_nothing_from_its_copy_under_another_path(world: World, folder: str) -> None:
    for owner in "ab":
        world.drop(f"{folder}{owner}/partner.csv", sheet({**TYPED, "no": 1, "views": 40}), "2024-10-01T12:00")
    world.load()
    world.drop(f"{folder}a/partner.csv", sheet({**TYPED, "no": 2, "views": 4}), "2024-10-03T12:00")
    assert world.campaign()["posts"] == 2


@pytest.mark.parametrize("folder", ["", "2024-12-25/"])
def test_two_ranges_of_a_video_with_equal_figures_are_two_ranges(world: World, folder: str) -> None:
    for month, end in ((9, 30), (10, 31), (11, 30)):
        name = f"{folder}Content 2024-{month:02}-01_2024-{month:02}-{end} Our channel.zip"
        world.drop(name, studio_zip("", "", [video("Sep 27, 2024", Views=5)]))
    assert world.campaign()["views"] == 15


def test_the_days_of_publication_are_those_of_posts_that_count_by_then(world: World) -> None:
    late = post(2, Views=3) | {"Publish time": "11/20/2024 08:00"}
    world.drop("2024-10-01/a.csv", meta(post(1, Views=1)))
    world.drop("2024-12-01/b.csv", meta(late))
    total = world.campaign("2024-10-10")
    assert (total["posts"], str(total["first_published_on"]), str(total["last_published_on"])) == (
        1,
        "2024-09-02",
        "2024-09-02",
    )


def test_a_campaign_without_dates_takes_a_post_whose_day_nobody_knows(world: World) -> None:
    row = {"platform": "youtube", "link": "https://youtu.be/dQw4w9WgXcQ", "title": "A video #forum", "views": 5}
    world.drop("2024-10-01/partner.csv", sheet(row))
    assert world.campaign()["views"] == 5


def test_of_posts_that_are_the_same_an_exported_one_stands_though_its_figures_were_typed_as_well(world: World) -> None:
    link = f"https://www.facebook.com/{PAGE}/posts/122158000000000001"
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    world.drop(
        "2024-10-02/partner.csv",
        sheet({**TYPED, "no": 1, "views": 12}, {"no": 2, "platform": "facebook", "link": link, "views": 11}),
    )
    world.plan(CAMPAIGN + f'[[same]]\nposts = ["facebook:facebook-no-1-a", "facebook:{PAGE}_122158000000000001"]\n')
    assert world.table("post_totals").select("post_id", "views").rows() == [(f"{PAGE}_122158000000000001", 12)]


def test_days_before_a_post_was_published_make_no_total_of_it(world: World) -> None:
    world.drop(
        "2024-12-01/partner.csv",
        sheet({**TYPED, "no": 1, "published": "2024-11-20", "from": "2024-10-01", "to": "2024-10-31", "views": 5}),
    )
    assert world.campaign()["views"] is None


def test_a_closed_list_caps_the_upper_bound_of_reach(world: World) -> None:
    plan = world.workspace.plan_file
    plan.write_text(plan.read_text().replace("timezone", "audience_size = 120\ntimezone"))
    world.drop("2024-10-01/a.csv", meta(post(1, Reach=100), post(2, Reach=70)))
    assert world.campaign()["reach_at_most"] == 120


def test_an_asset_of_which_no_post_was_read_has_its_row_as_it_counts_in_its_stage(world: World) -> None:
    world.plan(
        CAMPAIGN
        + 'stages = ["sent"]\n[[asset]]\nid = "v"\ncampaign = "forum"\nstage = "sent"\nposts = ["youtube:dQw4w9WgXcQ"]\n'
    )
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    tables = world.tables()
    assert tables["stage_totals"]["assets"].to_list() == [1]
    assert tables["asset_totals"].select("asset_id", "posts", "views").rows() == [("v", 0, None)]


def test_a_video_on_three_pages_counts_once_though_only_two_of_them_are_read_again(world: World) -> None:
    pages = (PAGE, OTHER_PAGE, "100064500000003")
    world.drop("2024-10-01/a.csv", meta(*(crossposted(n, page) for n, page in enumerate(pages))))
    assert world.campaign()["views"] == 50
    world.drop("2024-10-20/a.csv", meta(*(crossposted(n, page, Views=60) for n, page in enumerate(pages[:2]))))
    total = world.campaign()
    assert (total["posts"], total["views"]) == (1, 60)


def test_a_video_counts_once_though_one_pages_export_lacks_a_column(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(crossposted(1, PAGE, Reach=40)))
    world.drop("2024-10-01/b.csv", meta(crossposted(2, OTHER_PAGE), without=["Reach"]))
    total = world.campaign()
    assert (total["posts"], total["views"], total["reach_at_most"]) == (1, 50, 40)


def test_rounded_impressions_stand_in_for_reach_with_all_that_they_can_stand_for(world: World) -> None:
    world.drop("2024-10-01/partner.csv", sheet({**TYPED, "no": 1, "impressions": "3.5K"}))
    assert world.campaign()["reach_at_most"] == 3599


def test_a_video_on_two_pages_has_of_each_metric_the_newest_that_either_page_was_read_to_say(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(crossposted(1, PAGE)))
    world.drop("2024-10-01/b.csv", meta(crossposted(2, OTHER_PAGE)))
    before = world.campaign()
    world.drop("2024-11-01/b.csv", meta(crossposted(2, OTHER_PAGE, Views=900), without=["Reactions", "Reach"]))
    world.drop("2024-12-01/a.csv", meta(crossposted(1, PAGE, Shares=70), without=["Views", "Comments"]))
    total = world.campaign()
    assert (total["posts"], total["views"], total["shares"]) == (1, 900, 70)
    assert (total["likes"], total["reach_at_least"]) == (before["likes"], before["reach_at_least"])
    each = world.table("post_totals").select("views", "shares").rows()
    assert each == [(900, 70)] * 2


def test_the_evidence_of_a_video_on_two_pages_says_of_which_page_a_row_is(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(crossposted(1, PAGE)))
    world.drop("2024-10-01/b.csv", meta(crossposted(2, OTHER_PAGE)))
    world.drop("2024-11-01/b.csv", meta(post(7, OTHER_PAGE), crossposted(2, OTHER_PAGE, Views=900)))
    state = world.day()
    evidence = readings_behind.figure_evidence(state, "forum", "views")
    (line,) = evidence.lines.filter(pl.col("value") == 900).to_dicts()
    assert evidence.lines["value"].sum() == evidence.figure
    assert line["post_id"].endswith("_122158000000000001")
    assert line["read_as"].endswith("_122158000000000002")
    assert "which shows the same video's own figures" in line["note"]
    raw = original.raw_of(world.workspace.archive, line["path"], line["sha256"])
    cells = dict(original.row_of(raw, line, world.workspace.connector_settings("Asia/Phnom_Penh")))
    assert (cells["Post ID"], cells["Views"]) == ("122158000000000002", "900")


def test_what_a_video_gained_begins_with_the_first_page_that_published_it(world: World) -> None:
    world.drop("2024-12-01/a.csv", meta(crossposted(1, PAGE, Publish_time="09/02/2024 08:00")))
    world.drop("2024-12-01/b.csv", meta(crossposted(2, OTHER_PAGE, Publish_time="11/20/2024 08:00")))
    state = world.day()
    november = build.gained(state, date(2024, 11, 1))["campaign_totals"].row(0, named=True)
    assert (november["views"], november["views_known"], november["baselines_unknown"]) == (None, 0, 1)


def test_an_account_and_an_asset_are_first_seen_once_whatever_campaigns_and_platforms_they_are_on(world: World) -> None:
    asset = '[[asset]]\nid = "vlog"\ncampaign = "forum"\nposts = ["facebook:%s_122158000000000001", "https://youtu.be/dQw4w9WgXcQ"]\n'
    other = '[[campaign]]\nid = "all"\nactivity = "1.1"\nname = "All"\nposts = ["facebook:%s_122158000000000001"]\n'
    world.plan(CAMPAIGN + other % PAGE + asset % PAGE)
    world.drop("2024-10-01/a.csv", meta(post(1)))
    row = {"platform": "youtube", "link": "https://youtu.be/dQw4w9WgXcQ", "title": "A video", "published": "2024-09-28"}
    world.drop("2024-10-01/partner.csv", sheet({**row, "no": 1, "account": "Our channel", "views": 5}))
    state = world.day()
    total = build.gained(state, date(2024, 9, 1))["project_totals"].row(0, named=True)
    assert (total["posts_first_seen"], total["accounts_first_seen"], total["assets_first_seen"]) == (2, 2, 1)
