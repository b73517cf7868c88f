"""Visits that links with tags made, as pages tell them."""

from __future__ import annotations

import pytest

from connectors import PLATFORMS
from tests.conftest import CAMPAIGN, World
from tests.warehouse.figures.test_campaign_visits import OCTOBER, SECOND, SITE, report
from tests.warehouse.publish.report.forum import book_of
from warehouse.publish.report import figure_pages
from warehouse.publish.report.language import LANGUAGES, Language
from warehouse.publish.report.visits_by_links import of_activity, of_campaign
from warehouse.publish.report.wording import Texts


def texts(language: Language) -> Texts:
    return Texts(language, "Asia/Phnom_Penh", PLATFORMS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_visits_by_links_stand_beside_those_without_a_tag_and_are_no_people(world: World, language: Language) -> None:
    world.plan(CAMPAIGN + 'utm = ["forum-2024"]\n' + SECOND)
    world.drop(f"{SITE}/a.csv", OCTOBER)
    tables = world.tables()
    told = of_campaign(tables, "forum", texts(language))
    assert told is not None
    together = " ".join(told["sentences"])
    assert all(word in together for word in ("150", "850", "mekong.example", texts(language)("visits_apart")))
    assert [(row["where"], row["visits"]) for row in told["rows"]] == [
        ("facebook / social", "120"),
        ("telegram / social", "30"),
    ]
    of_both = of_activity(tables, "1.1", texts(language))
    assert of_both == told


def test_no_visit_by_its_links_is_told_where_the_plan_names_its_tags_alone(world: World) -> None:
    world.drop(f"{SITE}/a.csv", report("x,y / z,1"))
    assert of_campaign(world.tables(), "forum", texts("en")) is None
    world.plan(CAMPAIGN + 'utm = ["<b>forum"]\n')
    told = of_campaign(world.tables(), "forum", texts("en"))
    assert told is not None
    assert told["sentences"][0].startswith("0 visits to mekong.example came by links with its tags, on 31 days")
    assert told["rows"] == []


def test_pages_of_a_campaign_and_of_its_activity_have_them(world: World) -> None:
    world.plan(CAMPAIGN + 'utm = ["forum-2024"]\n')
    world.drop(f"{SITE}/a.csv", OCTOBER)
    book = book_of(world)
    of_pages = figure_pages.campaign(book, book.campaigns[0]), figure_pages.activity(book, book.activities[0])
    assert all(page["visits"]["sentences"][0].startswith("150 visits to mekong.example") for page in of_pages)
    assert figure_pages.activity(book, book.activities[1])["visits"] is None
