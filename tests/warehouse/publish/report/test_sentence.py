"""A campaign's line for a report: what it tells, what it says is not known, and that every number is one of the tables."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import PLATFORMS
from connectors.contract import ADDITIVE
from tests.conftest import CAMPAIGN, World, meta, post, sheet
from tests.warehouse.publish.report.forum import TOLD, full, line_of, lines_of, tables_of
from warehouse.figure_words import NoSuchFigure
from warehouse.figures import build
from warehouse.figures.mart import shaped
from warehouse.figures.tables import MART
from warehouse.publish.report.language import LANGUAGES, words
from warehouse.publish.report.sentence import of_project, sentence

OUTREACH = "no,date,kind,station,title,organisation,link,audience,audience_source,note\n"


def test_a_line_reads_as_donors_print_it(world: World) -> None:
    world.drop("2024-12-30/a.csv", meta(*(full(n, Post_type="Videos") for n in (1, 2))))
    assert line_of(world) == (
        "As of 30 December 2024, the 2 videos have 40 views, 8 shares, 6 comments and 10 reactions, and reached "
        "at least 9 accounts (at most 18). Facebook changed what it counts as views on 14 November 2024; these figures "
        "are from before and after that day."
    )


def test_a_line_in_khmer_has_the_same_digits_and_a_khmer_full_stop(world: World) -> None:
    world.drop("2024-12-30/a.csv", meta(*(full(n, Post_type="Videos", Views=23350) for n in (1, 2))))
    _, line = lines_of(world)
    assert line.startswith("គិតត្រឹមថ្ងៃទី 30 ខែធ្នូ ឆ្នាំ 2024 វីដេអូទាំង 2 មានការទស្សនា 46,700 ដង, ការចែករំលែក 8 ដង, មតិយោបល់ 6")
    assert line.endswith("។")


def test_a_campaign_without_anything_says_so_and_its_name_is_only_text(world: World) -> None:
    world.plan(CAMPAIGN.replace('"The forum"', '"{date} %s \\u202E\\n[red]forum“"'))
    line, khmer = lines_of(world)
    assert line == "As of 30 December 2024, no posts of the campaign “{date} %s [red]forum“” are known."
    assert "«{date} %s [red]forum“»" in khmer


def test_outreach_stands_alone_or_beside_the_posts_and_is_never_added_to_them(world: World) -> None:
    rows = "".join(f"{n},2024-09-20,radio,Radio A,Talk #forum,,,50000,the station,\n" for n in (1, 2, 3))
    world.drop("2024-11-01/outreach.csv", OUTREACH + rows + "4,2024-09-21,event,,Debate #forum,,,,,\n")
    line = line_of(world, as_of="2024-11-01")
    assert line == "As of 1 November 2024, the campaign has had 3 radio programmes and 1 event."
    world.drop("2024-11-01/a.csv", meta(full(1)))
    assert line_of(world, as_of="2024-11-01") == (
        f"As of 1 November 2024, the post has {TOLD}. Beside that, the campaign has had 3 radio programmes and 1 event."
    )


def test_what_nobody_knows_is_said_to_be_unknown_and_zero_is_zero(world: World) -> None:
    world.drop("2024-11-01/a.csv", meta(full(1, Comments=0), without=["Shares", "Reach"]))
    assert line_of(world, as_of="2024-11-01") == (
        "As of 1 November 2024, the post has 20 views, 0 comments and 5 reactions. "
        "Shares and accounts reached are not known."
    )


def test_where_no_figure_is_known_at_all_no_number_is_made_up(world: World) -> None:
    world.drop("2024-11-01/a.csv", meta(post(1), post(2)))
    assert line_of(world, as_of="2024-11-01") == "As of 1 November 2024, no figures of the 2 posts are known."


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
    line = line_of(world, as_of="2024-11-01")
    assert line.startswith("As of 1 November 2024, the post has 70 impressions and 2 likes, and reached at most 70 acc")
    assert "Views, shares and comments are not known." in line


def test_a_figure_that_some_posts_do_not_know_is_at_least_that(world: World) -> None:
    world.drop("2024-11-01/a.csv", meta(full(1), full(2, Views=""), full(3)))
    line, khmer = lines_of(world, as_of="2024-11-01")
    assert "the 3 posts have at least 40 views (known for 2 of 3 posts), 12 shares" in line
    assert "ការទស្សនា យ៉ាងតិច 40 ដង (ដឹងចំពោះ 2 ក្នុងចំណោមការបង្ហោះ 3)" in khmer


def test_only_the_metric_that_was_rounded_is_about(world: World) -> None:
    world.drop("2024-11-01/a.csv", meta(full(1, Views="3.5K")))
    assert "about 3,500 views, 4 shares" in line_of(world, as_of="2024-11-01")
    world.drop("2024-11-01/b.csv", meta(full(2, Views="")))
    assert "at least about 3,500 views (known for 1 of 2 posts), 8 shares" in line_of(world, as_of="2024-11-01")


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
    assert "Figures of 1 of 2 posts were typed in by hand." in line_of(world, as_of="2024-11-01")


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
    assert f"{2 * len(rows)} {word}. " in line_of(world, as_of="2024-11-01")


def test_reach_is_told_by_its_bounds_and_not_added_up(world: World) -> None:
    world.drop("2024-11-01/a.csv", meta(full(1, Reach=8934), full(2, Reach=12133)))
    assert "reached at least 12,133 accounts (at most 21,067)" in line_of(world, as_of="2024-11-01")
    world.drop("2024-11-01/b.csv", meta(full(3, Reach="")))
    line = line_of(world, as_of="2024-11-01")
    assert "reached at least 12,133 accounts." in line
    assert "at most" not in line


def test_an_upper_bound_of_an_earlier_day_than_the_figures_is_told_with_its_day(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Reach=100, Views=200), post(2, Reach=70, Views=90)))
    world.drop("2024-11-01/b.csv", meta(post(1, Views=50_000), post(2, Views=40_000)))
    line = line_of(world, as_of="2024-11-01")
    assert "90,000 views, and reached at least 100 accounts (on 1 October 2024 at most 170)" in line
    world.drop("2024-11-01/c.csv", meta(post(1, Reach=120)))
    world.drop("2024-10-01/d.csv", meta(post(3, Reach=5, Views=9)))
    world.drop("2024-11-01/e.csv", meta(post(2, Reach=80)))
    assert "reached at least 120 accounts (on 1 October 2024 at most 205)" in line_of(world, as_of="2024-11-01")


def test_readings_older_than_the_day_are_dated(world: World) -> None:
    world.drop("2024-10-02/a.csv", meta(full(1)))
    world.drop("2024-11-05/b.csv", meta(full(2)))
    line, khmer = lines_of(world, as_of="2024-11-10")
    assert ", read between 2 October and 5 November." in line
    assert ", read between 2 October and 5 November 2024." in line_of(world, as_of="2025-01-10")
    assert "ចន្លោះពីថ្ងៃទី 2 ខែតុលា ដល់ថ្ងៃទី 5 ខែវិច្ឆិកា។" in khmer
    world.drop("2025-01-03/c.csv", meta(full(2)))
    assert ", read between 2 October 2024 and 3 January 2025." in line_of(world, as_of="2025-01-10")


def test_figures_read_on_one_older_day_name_it_in_the_reporting_zone(world: World) -> None:
    world.drop("export.csv", meta(full(1)), modified="2024-10-01T20:00")  # 2 October in Phnom Penh
    assert ", read on 2 October." in line_of(world, as_of="2024-11-10")
    assert " read on " not in line_of(world, as_of="2024-10-02")


@pytest.mark.parametrize(
    ("lacks", "read"), [("Total clicks", ""), ("Shares", ", read between 2 October and 1 November")]
)
def test_an_old_reading_makes_figures_old_only_where_it_is_told(world: World, lacks: str, read: str) -> None:
    world.drop("2024-10-02/a.csv", meta(full(1, Total_clicks=4)))
    world.drop("2024-11-01/b.csv", meta(full(1, Total_clicks=4), without=[lacks]))
    assert line_of(world, as_of="2024-11-01") == f"As of 1 November 2024, the post has {TOLD}{read}."


def test_posts_that_are_gone_are_told(world: World) -> None:
    world.drop("2024-11-01/a.csv", meta(full(1), full(2)))
    tables = tables_of(world, "2024-11-01")
    tables["campaign_totals"] = tables["campaign_totals"].with_columns(pl.lit(1, pl.Int64).alias("posts_gone"))
    assert "1 of 2 posts is gone from its platform and stands with its last reading." in sentence(
        tables, "forum", "en", PLATFORMS
    )


def test_visits_stand_apart_and_claim_no_more_than_is_known(world: World) -> None:
    world.drop("2024-11-01/a.csv", meta(full(1)))
    tables = tables_of(world, "2024-11-01")
    assert "visit" not in sentence(tables, "forum", "en", PLATFORMS)
    tables["campaign_totals"] = tables["campaign_totals"].with_columns(pl.lit(1050, pl.Int64).alias("visits"))
    assert "Its sites and pages had 1,050 visits, as far as is known." in sentence(tables, "forum", "en", PLATFORMS)


def test_a_campaign_that_is_not_there_is_refused_with_those_that_are(world: World) -> None:
    with pytest.raises(NoSuchFigure, match=r"^There is no campaign forums in what is published; there are: forum\.$"):
        sentence(world.tables(), "forums", "en", PLATFORMS)


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
        entered, extra = draw(counts), draw(st.integers(0, 9))
        stages = [row | {"stage": "submitted", "step": 1, "assets": 1, "counted": entered}]
        row = row | {"posts": posts + extra}
        shown |= {"asset_id": "a"}
    named = {"campaign_id": "forum", "asset_id": "a", "stage": "submitted", "posts": posts, "kind": "video"}
    rows = {"campaign_totals": [row], "stage_totals": stages, "kind_totals": [row | {"kind": "video"}]}
    rows |= {"asset_totals": [named] if stages else [], "post_totals": [shown], "definition_changes": []}
    tables = {
        name: shaped(MART[name], pl.DataFrame(this_row, infer_schema_length=None)).head(len(this_row))
        for name, this_row in rows.items()
    } | {"about": pl.DataFrame({"timezone": ["Asia/Phnom_Penh"]})}
    return tables, (stages[0] | {"others": row["posts"] - posts, "shown": 1} if stages else row)


@given(case=published(), language=st.sampled_from(LANGUAGES))
def test_every_number_is_one_of_the_table_and_no_unknown_metric_is_a_number(
    case: tuple[dict[str, pl.DataFrame], dict[str, Any]], language: str
) -> None:
    tables, row = case
    line = sentence(tables, "forum", language, PLATFORMS)
    dates = ("30 December 2024", "ថ្ងៃទី 30 ខែធ្នូ ឆ្នាំ 2024")
    told = {
        int(match.replace(",", ""))
        for match in re.findall(r"\d[\d,]*", re.sub("|".join(dates), "", line).replace(", ", " "))
    }
    assert told <= {value for value in row.values() if isinstance(value, int)}
    figures = words(language)["sentence"]["figures"]
    hedges = (words(language)["sentence"][name] for name in ("at_least_about", "at_least", "about"))
    bare = re.sub("|".join(hedge.format(number="") for hedge in hedges), "", line)
    for metric, word in {"views": "views", "shares": "shares", "comments": "comments", "likes": "reactions"}.items():
        pattern = "|".join(re.escape(figure).replace(r"\{number\}", r"\d[\d,]*") for figure in figures[word].values())
        assert bool(re.search(pattern, bare)) == (row[metric] is not None)
        if row[metric] is not None:
            assert f"{row[metric]:,}" in line


def test_figures_of_which_the_day_is_not_known_are_read_between_the_range_and_the_copy(world: World) -> None:
    world.drop("Sep-01-2024_Oct-05-2024_1016476477111055.csv", meta(post(1, Views=3)), "2025-06-01T02:00:00")
    for as_of in ("2024-10-05", "2024-12-30"):
        assert ", read between 5 October 2024 and 1 June 2025." in line_of(world, as_of=as_of)


def test_all_campaigns_together_are_one_sentence_in_which_a_post_counts_once(world: World) -> None:
    second = CAMPAIGN.partition("[[campaign]]")[2].replace('"forum"', '"again"', 1)
    world.plan(f"{CAMPAIGN}[[campaign]]{second}")
    world.drop("2024-12-30/a.csv", meta(full(1), full(2, Description="#nothing")))
    tables = tables_of(world, "2024-12-30") | build.totals(world.day(), ("project_totals",))
    assert tables["campaign_totals"]["posts"].to_list() == [1, 1]
    assert of_project(tables, "en", PLATFORMS) == (f"As of 30 December 2024, the one post of 2 campaigns has {TOLD}.")
    assert of_project(tables, "km", PLATFORMS).startswith("គិតត្រឹមថ្ងៃទី 30 ខែធ្នូ ឆ្នាំ 2024 ការបង្ហោះទាំង 1 នៃយុទ្ធនាការ 2 មាន")


def test_without_posts_of_campaigns_their_sentence_says_so(world: World) -> None:
    world.drop("2024-12-30/a.csv", meta(full(1, Description="#nothing")))
    tables = tables_of(world, "2024-12-30") | build.totals(world.day(), ("project_totals",))
    assert of_project(tables, "en", PLATFORMS) == "As of 30 December 2024, no posts of any campaign are known."
