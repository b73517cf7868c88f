"""A campaign's pictures and tables: what is shown where much is known, and where little is."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from connectors import PLATFORMS
from flows.steps import night
from flows.steps.settings import Workspace
from tests.conftest import CAMPAIGN, World, meta, post
from tests.warehouse.figures.test_campaign_visits import OCTOBER, SITE
from tests.warehouse.publish.document.documents import IDUAI, document, of_world, tables_of
from tests.warehouse.publish.report.forum import asset, staged
from warehouse.publish.document import contents
from warehouse.publish.document.blocks import Document, Paragraph, Photo, Picture, Table
from warehouse.publish.document.contents import Scope
from warehouse.publish.thumbnails import Thumbnails


def pictures(made: Document) -> dict[str, Picture]:
    return {block.title: block for block in made.blocks if isinstance(block, Picture)}


def values(picture: Picture) -> list[dict[str, Any]]:
    spec: Any = picture.spec
    data = spec["data"] if "data" in spec else spec["layer"][0]["data"]
    return list(data["values"])


def test_growth_ends_with_the_views_of_the_campaign_and_pages_add_up_to_them(published: Workspace) -> None:
    made = pictures(document(published, IDUAI))
    views = tables_of(published)["campaign_totals"].filter(campaign_id="iduai-2024")["views"].item()
    assert values(made["How views grew"])[-1]["value"] == views == 46_700
    assert sum(row["value"] for row in values(made["Where: Views by page or account"])) == views
    assert "26,151" in made["Where: Views by page or account"].alt
    assert "October to December 2024 23,032" in made["Views gained by quarter"].alt


def test_a_quarter_inside_of_which_a_platform_began_to_count_otherwise_says_so(published: Workspace) -> None:
    told = asides(document(published, IDUAI))
    assert (
        "October to December 2024: on 14 November 2024, Facebook changed what it counts as views. "
        "The figure of this quarter is from before and after that day: compare it with care."
    ) in told
    assert "July to September 2024: on" not in told


def test_an_event_is_marked_where_views_grow(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    world.drop("2024-11-01/a.csv", meta(post(1, Views=30)))
    world.drop(
        "2024-11-01/outreach.csv",
        b"no,date,kind,station,title,organisation,link,audience,audience_source,note\n"
        b"1,2024-10-15,event,,National #forum,,,,,\n",
    )
    (title, picture), *_ = pictures(of_world(world, "2024-12-30")).items()
    assert title == "How views grew, and when events took place"
    spec: Any = picture.spec
    assert spec["layer"][1]["data"]["values"] == [{"day": "2024-10-15", "name": "National #forum"}]


def test_a_campaign_that_was_read_once_on_one_page_still_has_a_picture_of_its_posts(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10), post(2, Views=30)))
    made = pictures(of_world(world, "2024-12-30"))
    assert [row["value"] for row in values(made["What: Views by post"])] == [30, 10]
    assert "Where: Views by page or account" not in made


@pytest.mark.parametrize("named", [True, False])
def test_assets_are_called_by_their_names_else_by_what_their_post_says(world: World, named: bool) -> None:
    name = 'name = "My commune"\n' if named else ""
    world.plan(staged(asset("a", "winner", 1) + name, asset("b", "winner", 2), more='asset_word = "vlog"'))
    world.drop("2024-10-01/a.csv", meta(post(1, Views=30, Title="Where it goes #forum"), post(2, Views=10)))
    bars = values(pictures(of_world(world, "2024-12-30"))["What: Views by vlog"])
    assert bars[0]["name"] == ("My commune" if named else "Where it goes #forum")
    assert not {"a", "b"} & {row["name"] for row in bars}


def test_without_views_reactions_are_compared(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views="", Reactions=3), post(2, Views="", Reactions=4)))
    assert "What: Reactions by post" in pictures(of_world(world, "2024-12-30"))


def test_top_posts_are_ten_with_their_links(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(*(post(n, Views=n) for n in range(1, 13))))
    (table,) = [block for block in of_world(world, "2024-12-30").blocks if isinstance(block, Table)]
    assert [row[3].text for row in table.rows] == [str(n) for n in range(12, 2, -1)]
    assert all((row[0].href or "").startswith("https://") for row in table.rows)
    assert table.rows[0][6].text == "–"


def asides(made: Document) -> str:
    return " ".join(block.text for block in made.blocks if isinstance(block, Paragraph) and block.is_quiet)


def test_a_quarter_without_a_known_gain_stands_empty_between_others_and_is_compared_with_none(world: World) -> None:
    world.drop("2024-02-01/a.csv", meta(post(1, Views=100, Publish_time="01/20/2024 08:00")))
    world.drop("2024-10-02/a.csv", meta(post(1, Views=300, Publish_time="01/20/2024 08:00")))
    world.drop("2024-12-02/a.csv", meta(post(1, Views=250, Publish_time="01/20/2024 08:00"), post(2, Views=50)))
    made = of_world(world, "2024-12-30")
    quarters = values(pictures(made)["Views gained by quarter"])
    assert [(row["name"], row["told"]) for row in quarters] == [
        ("January to March 2024", "100"), ("April to June 2024", "–"), ("July to September 2024", "–"),
        ("October to December 2024", "≥ 150"),
    ]  # fmt: skip
    assert "at least 150 views were gained. What was gained in the quarter before is not known." in asides(made)
    assert "October to December 2024 is not over: its figure goes up to 30 December 2024." in asides(made)
    assert "≥ means at least" in asides(made)


def test_growth_says_where_it_does_not_hold_all_views(published: Workspace) -> None:
    tables = tables_of(published)
    daily = tables["campaign_daily"]
    tables["campaign_daily"] = daily.with_columns(
        views=pl.when(pl.col("day") == date(2024, 10, 15)).then(None).otherwise(pl.col("views"))
    )
    plan = night.read_plan(published).plan
    made = contents.document(tables, plan, PLATFORMS, IDUAI, "en")
    assert "The line holds 45,237 of the 46,700 views; when the others were gained is not known." in asides(made)
    assert "The line holds" not in asides(document(published, IDUAI))


def test_rounded_figures_of_posts_and_pages_are_marked_in_tables_and_pictures(published: Workspace) -> None:
    made = document(published, Scope(("iduai-2023",)))
    (table,) = [block for block in made.blocks if isinstance(block, Table) and block.title.startswith("Posts")]
    assert [row[3].text for row in table.rows] == ["≈ 3,500", "–", "–", "–"]
    assert "≈ means that a platform rounded the figure." in asides(made)


def test_posts_without_views_are_named_by_what_orders_them(published: Workspace, world: World) -> None:
    titles = [block.title for block in document(published, Scope(("iduai-2022",))).blocks if isinstance(block, Table)]
    assert "Posts with the most reactions" in titles
    assert "Posts with the most views" not in titles
    assert Paragraph("No post of this campaign is known.") in of_world(world, "2024-12-30").blocks


def test_a_post_stands_beside_its_picture_which_is_told_by_its_assets_name(published: Workspace) -> None:
    without = document(published, IDUAI)
    made = document(published, IDUAI, "en", Thumbnails({"vlog-1": b"picture"}))
    (table,) = (block for block in made.blocks if isinstance(block, Table) and block.heads[0] == "Picture")
    photos = [row[0].photo for row in table.rows]
    assert Photo(b"picture", "My commune, my budget") == photos[0]
    assert None in photos
    (plain,) = (block for block in without.blocks if isinstance(block, Table) and block.title == table.title)
    assert [row[1:] for row in table.rows] == plain.rows
    assert list(table.heads[1:]) == list(plain.heads)


def test_a_document_stays_as_it_is_where_no_picture_is_of_a_post_in_it(published: Workspace) -> None:
    assert document(published, IDUAI) == document(published, IDUAI, "en", Thumbnails({"of-another": b"picture"}))


def test_what_ads_cost_stands_in_a_document_beside_what_they_were_shown(world: World) -> None:
    world.plan(CAMPAIGN + 'ads = ["Vlogs"]\nbudget = 50\nbudget_currency = "USD"\n')
    world.drop("2024-10-31/posts.csv", meta(post(1, Views=10)))
    head = "Campaign name,Amount spent (USD),Impressions,Views,Reporting starts,Reporting ends\n"
    world.drop("2024-11-01/a.csv", head + "Vlogs,10.5,1000,500,2024-10-01,2024-10-31\n")
    made = of_world(world, "2024-12-30")
    told = [block.text for block in made.blocks if isinstance(block, Paragraph)]
    assert (
        "USD 10.50 were spent on ads. The plan has set USD 50 aside. A thousand views of the ads cost USD 21." in told
    )
    (table,) = (block for block in made.blocks if isinstance(block, Table) and block.title == "What ads cost")
    assert [cell.text for cell in table.rows[0]][3:] == ["USD 10.50", "1,000", "500", "–"]


def test_a_document_of_a_campaign_without_ads_tells_nothing_of_them(world: World) -> None:
    world.drop("2024-10-31/posts.csv", meta(post(1, Views=10)))
    made = of_world(world, "2024-12-30")
    assert "What ads cost" not in [getattr(block, key, None) for block in made.blocks for key in ("title", "lead")]


def test_money_that_was_set_aside_stands_in_a_document_before_any_report_of_ads_came(world: World) -> None:
    world.plan(CAMPAIGN + 'budget = 50\nbudget_currency = "USD"\n')
    (told,) = (block for block in of_world(world, "2024-12-30").blocks if getattr(block, "lead", "") == "What ads cost")
    assert isinstance(told, Paragraph)
    assert told.text == "No report tells of money spent on ads. The plan has set USD 50 aside."


def test_visits_by_a_campaigns_links_stand_in_a_document_beside_those_without_a_tag(world: World) -> None:
    world.plan(CAMPAIGN + 'utm = ["forum-2024"]\n')
    world.drop(f"{SITE}/a.csv", OCTOBER)
    made = of_world(world, "2024-12-30")
    (table,) = (block for block in made.blocks if isinstance(block, Table) and block.title == "Visits by its links")
    assert [[cell.text for cell in row][::3] for row in table.rows] == [
        ["facebook / social", "120"], ["telegram / social", "30"]
    ]  # fmt: skip
    told = [block.text for block in made.blocks if isinstance(block, Paragraph)]
    assert [text for text in told if text.startswith("150 visits to mekong.example")]
