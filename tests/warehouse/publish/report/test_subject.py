"""Whose figures a line tells: posts, videos, the assets of a stage, and what these are called."""

from __future__ import annotations

import polars as pl

from connectors import PLATFORMS
from tests.conftest import CAMPAIGN, World, meta, post
from tests.warehouse.publish.report.forum import FIGURES, TOLD, asset, full, line_of, lines_of, staged, tables_of
from warehouse.publish.report.plan_names import nouns
from warehouse.publish.report.sentence import sentence
from warehouse.publish.report.subject import by_campaign, posts_of


def test_one_post_and_counts_of_one_are_singular(world: World) -> None:
    ones = dict.fromkeys(FIGURES, 1)
    world.drop("2024-11-01/a.csv", meta(post(1, **ones)))
    line, khmer = lines_of(world, as_of="2024-11-01")
    assert line == (
        "As of 1 November 2024, the post has 1 view, 1 share, 1 comment and 1 reaction, and reached 1 account."
    )
    assert "ការបង្ហោះ 1 មានការទស្សនា 1 ដង" in khmer


def test_posts_of_several_kinds_are_named_and_reels_are_videos(world: World) -> None:
    kinds = ("Videos", "Reels", "Photos", "Links", "Live")
    world.drop("2024-11-01/a.csv", meta(*(full(n, Post_type=kind) for n, kind in enumerate(kinds, 1))))
    assert "the 2 videos, 1 live video and 2 posts have 100 views" in line_of(world, as_of="2024-11-01")


def test_a_video_that_counts_once_and_is_of_two_kinds_is_not_told_twice(world: World) -> None:
    world.drop("2024-11-01/a.csv", meta(full(1, Post_type="Videos"), full(2)))
    tables = tables_of(world, "2024-11-01")
    tables["campaign_totals"] = tables["campaign_totals"].with_columns(pl.lit(1, pl.Int64).alias("posts"))
    assert "the post has" in sentence(tables, "forum", "en", PLATFORMS)


def test_staged_assets_are_the_subject_and_not_whatever_else_the_hashtag_took(world: World) -> None:
    assets = [asset(f"vlog-{n}", "winner" if n == 1 else "short-listed", n) for n in (1, 2, 3)]
    world.plan(staged(*assets, more="counted = { submitted = 26 }"))
    world.drop("2024-11-01/a.csv", meta(*(full(n, Post_type="Videos") for n in (1, 2, 3)), full(9, Views=5000)))
    line, khmer = lines_of(world, as_of="2024-11-01")
    assert line == (
        "As of 1 November 2024, the 3 short-listed videos have 60 views, 12 shares, 9 comments and 15 reactions, and "
        "reached at least 9 accounts (at most 27). 26 videos were submitted, 3 short-listed, 1 won. "
        "1 other post of the campaign is not in these figures."
    )
    assert "វីដេអូទាំង 3 ដែលជាប់ក្នុងបញ្ជីសម្រាំង មានការទស្សនា 60 ដង" in khmer


def test_where_no_number_is_entered_the_first_stage_is_the_subject(world: World) -> None:
    world.plan(staged(asset("a", "submitted", 1), asset("b", "winner", 2)))
    world.drop("2024-11-01/a.csv", meta(full(1, Post_type="Reels"), full(2, Post_type="Videos")))
    assert "the 2 submitted videos have 40 views" in (line := line_of(world, as_of="2024-11-01"))
    assert "2 videos were submitted, 1 short-listed, 1 won." in line


def test_a_video_on_several_pages_is_one_video_in_so_many_posts(world: World) -> None:
    world.plan(staged(asset("a", "winner", 1, 2), stages='["winner"]'))
    world.drop("2024-11-01/a.csv", meta(full(1, Post_type="Videos"), full(2, Post_type="Videos", Views=7)))
    assert "the winning video (in 2 posts) has 27 views" in (line := line_of(world, as_of="2024-11-01"))
    assert "1 video won." in line


def test_where_posts_show_only_some_of_a_stage_that_is_said(world: World) -> None:
    assets = [asset("a", "submitted", 1), asset("b", "submitted", 2)]
    world.plan(staged(*assets, more="counted = { submitted = 26 }"))
    world.drop("2024-11-01/a.csv", meta(full(1, Post_type="Videos"), full(2, Post_type="Videos")))
    assert "2 of the 26 submitted videos have 40 views" in (line := line_of(world, as_of="2024-11-01"))
    assert "26 videos were submitted." in line  # of later stages nobody has told anything


def test_assets_that_are_not_all_videos_are_entries(world: World) -> None:
    world.plan(staged(asset("a", "winner", 1), asset("b", "winner", 2)))
    world.drop("2024-11-01/a.csv", meta(full(1, Post_type="Videos"), full(2)))
    assert "the 2 submitted entries have 40 views" in line_of(world, as_of="2024-11-01")


def test_a_stage_that_reach_has_no_words_for_is_quoted(world: World) -> None:
    world.plan(staged(asset("a", "on {air} %s", 1), stages='["on {air} %s", "prize"]', more="counted = { prize = 3 }"))
    world.drop("2024-11-01/a.csv", meta(full(1, Post_type="Videos")))
    line, khmer = lines_of(world, as_of="2024-11-01")
    assert "the video of the stage “on {air} %s” has 20 views" in line
    assert "The stages: “on {air} %s” 1, “prize” 3." in line
    assert "«on {air} %s»" in khmer


def test_a_stage_is_known_by_its_usual_names(world: World) -> None:
    world.plan(staged(asset("a", "អ្នកឈ្នះ", 1), stages='["Short List", "អ្នកឈ្នះ"]'))
    world.drop("2024-11-01/a.csv", meta(full(1, Post_type="Videos")))
    assert "1 video was short-listed, 1 won." in line_of(world, as_of="2024-11-01")


def test_stages_of_a_campaign_whose_assets_have_no_posts_yet_stand_beside_its_posts(world: World) -> None:
    world.plan(staged(more="counted = { submitted = 26 }"))
    world.drop("2024-11-01/a.csv", meta(full(1)))
    assert line_of(world, as_of="2024-11-01") == (
        f"As of 1 November 2024, the post has {TOLD}. 26 entries were submitted."
    )


def test_posts_of_a_campaign_are_those_that_name_it_as_a_whole() -> None:
    posts = pl.DataFrame({"campaign_ids": ["a", "a;b", "ab", "b;a;c", None, "b"], "views": range(6)})
    assert posts_of(posts, "a")["views"].to_list() == [0, 1, 3]
    assert posts_of(posts, "x").height == 0
    assert posts_of(posts.clear(), "a").height == 0


def test_tables_are_cut_up_by_campaign_and_those_that_name_none_stay_whole() -> None:
    tables = {
        "post_totals": pl.DataFrame({"campaign_ids": ["a", "b;a", None], "views": [1, 2, 3]}),
        "kind_totals": pl.DataFrame({"campaign_id": ["b", "a", "b"], "views": [1, 2, 3]}),
        "about": pl.DataFrame({"timezone": ["UTC"]}),
    }
    of_campaign = by_campaign(tables)
    cut = {campaign: of_campaign(campaign) for campaign in "abc"}
    assert {name: one["post_totals"]["views"].to_list() for name, one in cut.items()} == {
        "a": [1, 2],
        "b": [2],
        "c": [],
    }
    assert {name: one["kind_totals"]["views"].to_list() for name, one in cut.items()} == {
        "a": [2],
        "b": [1, 3],
        "c": [],
    }
    assert all(one["about"].height == 1 for one in cut.values())


def test_assets_are_called_by_the_plans_noun_whatever_kind_of_post_they_are(world: World) -> None:
    more = 'counted = { submitted = 26 }\nasset_word = "story"\nasset_word_plural = "stories"'
    world.plan(staged(asset("a", "winner", 1), asset("b", "winner", 2), more=more))
    world.drop("2024-11-01/a.csv", meta(full(1, Post_type="Videos"), full(2)))
    line = noun_line(world)
    assert "the 2 short-listed stories have 40 views" in line
    assert "26 stories were submitted, 2 short-listed, 2 won." in line
    world.plan(CAMPAIGN + 'asset_word = "vlog"\n' + asset("a", None, 1) + asset("b", None, 2))
    assert "the 2 vlogs have 40 views" in noun_line(world)
    world.plan(CAMPAIGN + 'asset_word = "vlog"\n' + asset("a", None, 1, 2))
    assert "the vlog (in 2 posts) has 40 views" in noun_line(world)


def noun_line(world: World) -> str:
    tables, plan = tables_of(world, "2024-11-01"), world.day("2024-11-01").plan
    return sentence(tables, "forum", "en", PLATFORMS, nouns(plan, "forum", "en"))
