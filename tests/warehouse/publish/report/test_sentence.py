"""A campaign's line for a report, and an indicator's, from files as people drop them."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import PLATFORMS
from connectors.contract import ADDITIVE, OUTREACH_KINDS, POST_KINDS
from tests.conftest import CAMPAIGN, OTHER_PAGE, World, meta, post, sheet
from warehouse.evidence.readings_behind import NoSuchFigure
from warehouse.figures.tables import MART, shaped
from warehouse.measures import LABELS
from warehouse.publish.report.indicator import of_indicator
from warehouse.publish.report.language import LANGUAGES, number, words
from warehouse.publish.report.sentence import sentence

OUTREACH = "no,date,kind,station,title,organisation,link,audience,audience_source,note\n"
FIGURES = {"Views": 20, "Shares": 4, "Comments": 3, "Reactions": 5, "Reach": 9}
TOLD = "20 views, 4 shares, 3 comments and 5 reactions, and reached 9 accounts"


def full(number: int, **cells: Any) -> dict[str, Any]:
    return post(number, **(FIGURES | cells))


def said(world: World, language: str = "en", as_of: str = "2024-12-30") -> str:
    return sentence(world.tables(as_of), "forum", language, PLATFORMS)


def asset(name: str, stage: str | None, *numbers: int) -> str:
    posts = ", ".join(f'"facebook:100064500000001_12215800000000{n:04}"' for n in numbers)
    return f'[[asset]]\nid = "{name}"\ncampaign = "forum"\nposts = [{posts}]\n' + (
        f'stage = "{stage}"\n' if stage else ""
    )


def staged(*assets: str, stages: str = '["submitted", "short-listed", "winner"]', more: str = "") -> str:
    return CAMPAIGN + f"stages = {stages}\n{more}\n" + "".join(assets)


# whose figures


def test_a_line_reads_as_donors_print_it(world: World) -> None:
    world.drop("2024-12-30/a.csv", meta(*(full(n, Post_type="Videos") for n in (1, 2))))
    assert said(world) == (
        "As of 30 December 2024, the 2 videos have 40 views, 8 shares, 6 comments and 10 reactions, and reached "
        "at least 9 accounts (at most 18). Facebook changed what it counts as views on 14 November 2024; these figures "
        "are from before and after that day."
    )


def test_a_line_in_khmer_has_the_same_digits_and_a_khmer_full_stop(world: World) -> None:
    world.drop("2024-12-30/a.csv", meta(*(full(n, Post_type="Videos", Views=23350) for n in (1, 2))))
    line = said(world, "km")
    assert line.startswith("គិតត្រឹមថ្ងៃទី 30 ខែធ្នូ ឆ្នាំ 2024 វីដេអូទាំង 2 មានការទស្សនា 46,700 ដង, ការចែករំលែក 8 ដង, មតិយោបល់ 6")
    assert line.endswith("។")


def test_one_post_and_counts_of_one_are_singular(world: World) -> None:
    ones = dict.fromkeys(FIGURES, 1)
    world.drop("2024-11-01/a.csv", meta(post(1, **ones)))
    line = said(world, as_of="2024-11-01")
    assert line == (
        "As of 1 November 2024, the post has 1 view, 1 share, 1 comment and 1 reaction, and reached 1 account."
    )
    assert "ការបង្ហោះ 1 មានការទស្សនា 1 ដង" in said(world, "km", "2024-11-01")


def test_posts_of_several_kinds_are_named_and_reels_are_videos(world: World) -> None:
    kinds = ("Videos", "Reels", "Photos", "Links", "Live")
    world.drop("2024-11-01/a.csv", meta(*(full(n, Post_type=kind) for n, kind in enumerate(kinds, 1))))
    assert "the 2 videos, 1 live video and 2 posts have 100 views" in said(world, as_of="2024-11-01")


def test_a_video_that_counts_once_and_is_of_two_kinds_is_not_told_twice(world: World) -> None:
    world.drop("2024-11-01/a.csv", meta(full(1, Post_type="Videos"), full(2)))
    tables = world.tables("2024-11-01")
    tables["campaign_totals"] = tables["campaign_totals"].with_columns(pl.lit(1, pl.Int64).alias("posts"))
    assert "the post has" in sentence(tables, "forum", "en", PLATFORMS)


def test_every_kind_of_post_and_outreach_has_a_name_in_every_language() -> None:
    for language in LANGUAGES:
        known = words(language)["sentence"]
        kinds = {*POST_KINDS, *OUTREACH_KINDS} - {"short"}  # shorts are videos
        assert kinds <= set(known["nouns"])
        assert {metric.name for metric in ADDITIVE} <= {*known["indicator"]["units"], *LABELS}


def test_the_languages_say_the_same_things() -> None:
    def keys(table: dict[str, Any], path: str = "") -> set[str]:
        forms = {"one", "other"}
        found = {path}
        for key, value in table.items():
            found |= (
                keys(value, f"{path}.{key}")
                if isinstance(value, dict) and not forms & set(value)
                else {f"{path}.{key}"}
            )
        return found

    english, khmer = (words(language)["sentence"] for language in ("en", "km"))
    assert {own.removesuffix(".one") for own in keys(dict(english))} == keys(dict(khmer)) | {".have", ".nouns"}


def test_staged_assets_are_the_subject_and_not_whatever_else_the_hashtag_took(world: World) -> None:
    assets = [asset(f"vlog-{n}", "winner" if n == 1 else "short-listed", n) for n in (1, 2, 3)]
    world.plan(staged(*assets, more="counted = { submitted = 26 }"))
    world.drop("2024-11-01/a.csv", meta(*(full(n, Post_type="Videos") for n in (1, 2, 3)), full(9, Views=5000)))
    assert said(world, as_of="2024-11-01") == (
        "As of 1 November 2024, the 3 short-listed videos have 60 views, 12 shares, 9 comments and 15 reactions, and "
        "reached at least 9 accounts (at most 27). 26 videos were submitted, 3 short-listed, 1 won. "
        "1 other post of the campaign is not in these figures."
    )
    assert "វីដេអូទាំង 3 ដែលជាប់ក្នុងបញ្ជីសម្រាំង មានការទស្សនា 60 ដង" in said(world, "km", "2024-11-01")


def test_where_no_number_is_entered_the_first_stage_is_the_subject(world: World) -> None:
    world.plan(staged(asset("a", "submitted", 1), asset("b", "winner", 2)))
    world.drop("2024-11-01/a.csv", meta(full(1, Post_type="Reels"), full(2, Post_type="Videos")))
    assert "the 2 submitted videos have 40 views" in (line := said(world, as_of="2024-11-01"))
    assert "2 videos were submitted, 1 short-listed, 1 won." in line


def test_a_video_on_several_pages_is_one_video_in_so_many_posts(world: World) -> None:
    world.plan(staged(asset("a", "winner", 1, 2), stages='["winner"]'))
    world.drop("2024-11-01/a.csv", meta(full(1, Post_type="Videos"), full(2, Post_type="Videos", Views=7)))
    assert "the winning video (in 2 posts) has 27 views" in (line := said(world, as_of="2024-11-01"))
    assert "1 video won." in line


def test_where_posts_show_only_some_of_a_stage_that_is_said(world: World) -> None:
    assets = [asset("a", "submitted", 1), asset("b", "submitted", 2)]
    world.plan(staged(*assets, more="counted = { submitted = 26 }"))
    world.drop("2024-11-01/a.csv", meta(full(1, Post_type="Videos"), full(2, Post_type="Videos")))
    assert "2 of the 26 submitted videos have 40 views" in (line := said(world, as_of="2024-11-01"))
    assert "26 videos were submitted." in line  # of later stages nobody has told anything


def test_assets_that_are_not_all_videos_are_entries(world: World) -> None:
    world.plan(staged(asset("a", "winner", 1), asset("b", "winner", 2)))
    world.drop("2024-11-01/a.csv", meta(full(1, Post_type="Videos"), full(2)))
    assert "the 2 submitted entries have 40 views" in said(world, as_of="2024-11-01")


def test_a_stage_that_reach_has_no_words_for_is_quoted(world: World) -> None:
    world.plan(staged(asset("a", "on {air} %s", 1), stages='["on {air} %s", "prize"]', more="counted = { prize = 3 }"))
    world.drop("2024-11-01/a.csv", meta(full(1, Post_type="Videos")))
    line = said(world, as_of="2024-11-01")
    assert "the video of the stage “on {air} %s” has 20 views" in line
    assert "The stages: “on {air} %s” 1, “prize” 3." in line
    assert "«on {air} %s»" in said(world, "km", "2024-11-01")


def test_a_stage_is_known_by_its_usual_names(world: World) -> None:
    world.plan(staged(asset("a", "អ្នកឈ្នះ", 1), stages='["Short List", "អ្នកឈ្នះ"]'))
    world.drop("2024-11-01/a.csv", meta(full(1, Post_type="Videos")))
    assert "1 video was short-listed, 1 won." in said(world, as_of="2024-11-01")


def test_stages_of_a_campaign_whose_assets_have_no_posts_yet_stand_beside_its_posts(world: World) -> None:
    world.plan(staged(more="counted = { submitted = 26 }"))
    world.drop("2024-11-01/a.csv", meta(full(1)))
    assert said(world, as_of="2024-11-01") == (
        f"As of 1 November 2024, the post has {TOLD}. 26 entries were submitted."
    )


def test_a_campaign_without_anything_says_so_and_its_name_is_only_text(world: World) -> None:
    world.plan(CAMPAIGN.replace('"The forum"', '"{date} %s \\u202E\\n[red]forum“"'))
    assert said(world) == "As of 30 December 2024, no posts of the campaign “{date} %s [red]forum“” are known."
    assert "«{date} %s [red]forum“»" in said(world, "km")


def test_outreach_stands_alone_or_beside_the_posts_and_is_never_added_to_them(world: World) -> None:
    rows = "".join(f"{n},2024-09-20,radio,Radio A,Talk #forum,,,50000,the station,\n" for n in (1, 2, 3))
    world.drop("2024-11-01/outreach.csv", OUTREACH + rows + "4,2024-09-21,event,,Debate #forum,,,,,\n")
    line = said(world, as_of="2024-11-01")
    assert line == "As of 1 November 2024, the campaign has had 3 radio programmes and 1 event."
    world.drop("2024-11-01/a.csv", meta(full(1)))
    assert said(world, as_of="2024-11-01") == (
        f"As of 1 November 2024, the post has {TOLD}. Beside that, the campaign has had 3 radio programmes and 1 event."
    )


# what is told of them


def test_what_nobody_knows_is_said_to_be_unknown_and_zero_is_zero(world: World) -> None:
    world.drop("2024-11-01/a.csv", meta(full(1, Comments=0), without=["Shares", "Reach"]))
    assert said(world, as_of="2024-11-01") == (
        "As of 1 November 2024, the post has 20 views, 0 comments and 5 reactions. "
        "Shares and accounts reached are not known."
    )


def test_where_no_figure_is_known_at_all_no_number_is_made_up(world: World) -> None:
    world.drop("2024-11-01/a.csv", meta(post(1), post(2)))
    assert said(world, as_of="2024-11-01") == "As of 1 November 2024, no figures of the 2 posts are known."


def test_the_older_impressions_stand_in_where_no_post_knows_views(world: World) -> None:
    row = {
        "no": 1,
        "platform": "x",
        "account": "a",
        "title": "A #forum",
        "published": "2024-09-02",
        "read_on": "2024-11-01",
    }
    world.drop("2024-11-01/sheet.csv", sheet(row | {"impressions": 70, "likes": 2}))
    line = said(world, as_of="2024-11-01")
    assert line.startswith("As of 1 November 2024, the post has 70 impressions and 2 likes, and reached at most 70 acc")
    assert "Views, shares and comments are not known." in line


def test_a_figure_that_some_posts_do_not_know_is_at_least_that(world: World) -> None:
    world.drop("2024-11-01/a.csv", meta(full(1), full(2, Views=""), full(3)))
    line = said(world, as_of="2024-11-01")
    assert "the 3 posts have at least 40 views (known for 2 of 3 posts), 12 shares" in line
    assert "ការទស្សនា យ៉ាងតិច 40 ដង (ដឹងចំពោះ 2 ក្នុងចំណោមការបង្ហោះ 3)" in said(world, "km", "2024-11-01")


def test_only_the_metric_that_was_rounded_is_about(world: World) -> None:
    world.drop("2024-11-01/a.csv", meta(full(1, Views="3.5K")))
    assert "about 3,500 views, 4 shares" in said(world, as_of="2024-11-01")
    world.drop("2024-11-01/b.csv", meta(full(2, Views="")))
    assert "at least about 3,500 views (known for 1 of 2 posts), 8 shares" in said(world, as_of="2024-11-01")


def test_figures_typed_by_hand_are_told(world: World) -> None:
    row = {
        "no": 1,
        "platform": "tiktok",
        "account": "a",
        "title": "A #forum",
        "published": "2024-09-02",
        "read_on": "2024-11-01",
    }
    world.drop("2024-11-01/sheet.csv", sheet(row | {"views": 70}))
    world.drop("2024-11-01/a.csv", meta(full(1)))
    assert "Figures of 1 of 2 posts were typed in by hand." in said(world, as_of="2024-11-01")


@pytest.mark.parametrize(
    ("platforms", "word"), [(["instagram", "x"], "likes"), (["x", "facebook"], "reactions"), (["other"], "reactions")]
)
def test_likes_are_reactions_where_one_platform_has_several(world: World, platforms: list[str], word: str) -> None:
    rows = [
        {
            "no": n,
            "platform": platform,
            "account": "a",
            "title": "A #forum",
            "published": "2024-09-02",
            "read_on": "2024-11-01",
            "likes": 2,
        }
        for n, platform in enumerate(platforms, 1)
    ]
    world.drop("2024-11-01/sheet.csv", sheet(*rows))
    assert f"{2 * len(rows)} {word}. " in said(world, as_of="2024-11-01")


def test_reach_is_told_by_its_bounds_and_not_added_up(world: World) -> None:
    world.drop("2024-11-01/a.csv", meta(full(1, Reach=8934), full(2, Reach=12133)))
    assert "reached at least 12,133 accounts (at most 21,067)" in said(world, as_of="2024-11-01")
    world.drop("2024-11-01/b.csv", meta(full(3, Reach="")))
    line = said(world, as_of="2024-11-01")
    assert "reached at least 12,133 accounts." in line
    assert "at most" not in line


def test_readings_older_than_the_day_are_dated(world: World) -> None:
    world.drop("2024-10-02/a.csv", meta(full(1)))
    world.drop("2024-11-05/b.csv", meta(full(2)))
    assert ", read between 2 October and 5 November." in said(world, as_of="2024-11-10")
    assert ", read between 2 October and 5 November 2024." in said(world, as_of="2025-01-10")
    assert "ចន្លោះពីថ្ងៃទី 2 ខែតុលា ដល់ថ្ងៃទី 5 ខែវិច្ឆិកា។" in said(world, "km", "2024-11-10")
    world.drop("2025-01-03/c.csv", meta(full(2)))
    assert ", read between 2 October 2024 and 3 January 2025." in said(world, as_of="2025-01-10")


def test_figures_read_on_one_older_day_name_it_in_the_reporting_zone(world: World) -> None:
    world.drop("export.csv", meta(full(1)), modified="2024-10-01T20:00")  # 2 October in Phnom Penh
    assert ", read on 2 October." in said(world, as_of="2024-11-10")
    assert " read on " not in said(world, as_of="2024-10-02")


@pytest.mark.parametrize(
    ("lacks", "read"), [("Total clicks", ""), ("Shares", ", read between 2 October and 1 November")]
)
def test_an_old_reading_makes_figures_old_only_where_it_is_told(world: World, lacks: str, read: str) -> None:
    world.drop("2024-10-02/a.csv", meta(full(1, Total_clicks=4)))
    world.drop("2024-11-01/b.csv", meta(full(1, Total_clicks=4), without=[lacks]))
    assert said(world, as_of="2024-11-01") == f"As of 1 November 2024, the post has {TOLD}{read}."


def test_posts_that_are_gone_are_told(world: World) -> None:
    world.drop("2024-11-01/a.csv", meta(full(1), full(2)))
    tables = world.tables("2024-11-01")
    tables["campaign_totals"] = tables["campaign_totals"].with_columns(pl.lit(1, pl.Int64).alias("posts_gone"))
    assert "1 of 2 posts is gone from its platform and stands with its last reading." in sentence(
        tables, "forum", "en", PLATFORMS
    )


def test_visits_stand_apart_and_claim_no_more_than_is_known(world: World) -> None:
    world.drop("2024-11-01/a.csv", meta(full(1)))
    tables = world.tables("2024-11-01")
    assert "visit" not in sentence(tables, "forum", "en", PLATFORMS)
    tables["campaign_totals"] = tables["campaign_totals"].with_columns(pl.lit(1050, pl.Int64).alias("visits"))
    assert "Its sites and pages had 1,050 visits, as far as is known." in sentence(tables, "forum", "en", PLATFORMS)


def test_a_campaign_that_is_not_there_is_refused_with_those_that_are(world: World) -> None:
    with pytest.raises(NoSuchFigure, match=r"^There is no campaign forums in what is published; there are: forum\.$"):
        sentence(world.tables(), "forums", "en", PLATFORMS)


# every number is one of the table's

counts = st.one_of(st.none(), st.integers(0, 10**9))


@st.composite
def published(draw: st.DrawFn) -> tuple[dict[str, pl.DataFrame], dict[str, Any]]:
    """One campaign's tables, whatever its figures are, and the row that they tell of."""
    as_of, read = date(2024, 12, 30), datetime(2024, 12, 30, 9)
    posts = draw(st.integers(1, 400))
    row: dict[str, Any] = {"campaign_id": "forum", "campaign_name": "Forum", "posts": posts, "as_of": as_of}
    row |= {"read_from": read, "read_to": read, "outreach": 0, "approximate": 0}
    row |= {"entered": draw(st.integers(0, posts)), "posts_gone": draw(st.one_of(st.none(), st.integers(0, posts)))}
    for metric in ADDITIVE:
        value = draw(counts)
        row |= {metric.name: value, f"{metric.name}_known": 0 if value is None else draw(st.integers(1, posts))}
    least, more = draw(counts), draw(counts)
    row |= {"reach_at_least": least, "reach_at_most": None if more is None else (least or 0) + more}
    shown: dict[str, Any] = {"platform": "facebook", "post_id": "1", "campaign_ids": "forum", "kind": "video"}
    shown |= {"rounded": draw(st.sampled_from([None, "views", "likes;shares"])), "figures_read_from": read}
    stages: list[dict[str, Any]] = []
    if draw(st.booleans()):
        counted, extra = draw(counts), draw(st.integers(0, 9))
        stages = [row | {"stage": "submitted", "step": 1, "assets": 1, "counted": counted}]
        row = row | {"posts": posts + extra}
        shown |= {"asset_id": "a"}
    named = {"campaign_id": "forum", "asset_id": "a", "stage": "submitted", "posts": posts, "kind": "video"}
    rows = {"campaign_totals": [row], "stage_totals": stages, "kind_totals": [row | {"kind": "video"}]}
    rows |= {"asset_totals": [named] if stages else [], "post_totals": [shown], "definition_changes": []}
    found = {
        name: shaped(MART[name], pl.DataFrame(own, infer_schema_length=None)).head(len(own))
        for name, own in rows.items()
    } | {"about": pl.DataFrame({"timezone": ["Asia/Phnom_Penh"]})}
    return found, (stages[0] | {"others": row["posts"] - posts, "shown": 1} if stages else row)


@given(case=published(), language=st.sampled_from(LANGUAGES))
def test_every_number_is_one_of_the_table_and_no_unknown_metric_is_a_number(
    case: tuple[dict[str, pl.DataFrame], dict[str, Any]], language: str
) -> None:
    tables, row = case
    line = sentence(tables, "forum", language, PLATFORMS)
    dates = ("30 December 2024", "ថ្ងៃទី 30 ខែធ្នូ ឆ្នាំ 2024")
    told = {
        int(own.replace(",", ""))
        for own in re.findall(r"\d[\d,]*", re.sub("|".join(dates), "", line).replace(", ", " "))
    }
    assert told <= {value for value in row.values() if isinstance(value, int)}
    figures = words(language)["sentence"]["figures"]
    hedges = (words(language)["sentence"][own] for own in ("at_least_about", "at_least", "about"))
    bare = re.sub("|".join(own.format(number="") for own in hedges), "", line)
    for metric, word in {"views": "views", "shares": "shares", "comments": "comments", "likes": "reactions"}.items():
        pattern = "|".join(re.escape(own).replace(r"\{number\}", r"\d[\d,]*") for own in figures[word].values())
        assert bool(re.search(pattern, bare)) == (row[metric] is not None)
        if row[metric] is not None:
            assert f"{row[metric]:,}" in line


@given(st.one_of(st.integers(-(10**15), 10**15), st.floats(-1e9, 1e9).map(lambda value: round(value, 3))))
def test_a_number_is_written_whole_in_one_way(value: float) -> None:
    written = number(value)
    assert float(written.replace(",", "")) == value
    assert not re.search(r"\d{4}", written.partition(".")[0])


# indicators


def progress(**cells: Any) -> dict[str, Any]:
    row = dict.fromkeys(column.name for column in MART["indicator_progress"].columns)
    return row | {"metric": "views", "unit": "plays or displays", "is_at_least": False} | cells


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (progress(actual=46700.0, target=40000.0, percent=116.8, verdict="reached"), "Reached: 46,700 of 40,000 views (116.8%)."),
        (progress(actual=2251.0, target=3000.0, percent=75.0, verdict="not yet reached"), "Not yet reached: 2,251 of 3,000 views (75%)."),
        (progress(actual=1.0, target=1.0, percent=100.0, verdict="reached", metric="shares"), "Reached: 1 of 1 share (100%)."),
        (progress(actual=7.0, target=9.0, is_at_least=True, percent=77.8, verdict="cannot be told"), "Cannot be told: at least 7 of 9 views (at least 77.8%)."),
        (progress(target=9.0, verdict="cannot be told"), "Cannot be told: not known, the target is 9 views."),
        (progress(), "Not known."),
        (progress(actual=0.0), "0 views, without a target."),
        (progress(actual=100.0, actual_at_most=170.0, is_at_least=True, metric="reach", unit="accounts", target=150.0, percent=66.7, verdict="cannot be told"), "Cannot be told: at least 100 (at most 170) of 150 accounts (at least 66.7%)."),
        (progress(actual=50.0, baseline=20.0, target=80.0, percent=50.0, verdict="not reached"), "Not reached: 50 of 80 views (50% of the way from 20)."),
        (progress(actual=12.5, baseline=40.0, target=20.0, percent=137.5, verdict="reached", metric=None, unit=None, is_entered=True), "Reached: 12.5, aimed at no more than 20 (137.5% of the way from 40). Entered by hand."),
        (progress(actual=3500.0, target=3000.0, percent=116.7, verdict="reached", is_approximate=True, is_entered=True), "Reached: 3,500 of 3,000 views (116.7%). Rounded figures are in use. Figures typed in by hand are in use."),
    ],
)  # fmt: skip
def test_an_indicator_is_told_in_a_sentence(row: dict[str, Any], line: str) -> None:
    assert of_indicator(row, "en") == line
    khmer = of_indicator(row, "km")
    assert khmer.endswith("។")
    assert set(re.findall(r"\d[\d,.]*\d|\d", khmer)) == set(re.findall(r"\d[\d,.]*\d|\d", line))


def test_an_indicator_of_posts_that_do_not_all_know_is_a_lower_bound(world: World) -> None:
    indicator = '[[indicator]]\nid = "a"\nname = "Views"\nof = "campaign:forum"\nmetric = "views"\ntarget = 100\n'
    world.plan(CAMPAIGN + indicator)
    world.drop("2024-11-01/a.csv", meta(full(1), full(2, page=OTHER_PAGE, Views="")))
    row = world.tables("2024-11-01")["indicator_progress"].row(0, named=True)
    assert of_indicator(row, "en") == "Cannot be told: at least 20 of 100 views (at least 20%)."
