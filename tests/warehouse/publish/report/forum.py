"""Posts of one campaign with known figures, and the line that a report has of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from connectors import PLATFORMS
from flows.steps import night
from tests.conftest import CAMPAIGN, World, as_a_night, post
from warehouse.figures import build
from warehouse.publish.report.contents import Contents
from warehouse.publish.report.language import Language
from warehouse.publish.report.page_book import Book
from warehouse.publish.report.sentence import sentence

FIGURES = {"Views": 20, "Shares": 4, "Comments": 3, "Reactions": 5, "Reach": 9}
TOLD = "20 views, 4 shares, 3 comments and 5 reactions, and reached 9 accounts"


def full(number: int, **cells: Any) -> dict[str, Any]:
    return post(number, **(FIGURES | cells))


TOTALS = ("campaign_totals", "stage_totals", "kind_totals", "asset_totals")


def tables_of(world: World, as_of: str) -> dict[str, pl.DataFrame]:
    """The tables that a line is made of; all that are published would take half as long again."""
    day = world.day(as_of)
    about = pl.DataFrame({"timezone": [day.plan.project.timezone]})
    with as_a_night():
        return build.totals(day, TOTALS) | build.lists(day) | {"about": about}


def lines_of(world: World, as_of: str = "2024-12-30") -> tuple[str, str]:
    """The campaign's line in English and in Khmer."""
    tables = tables_of(world, as_of)
    return sentence(tables, "forum", "en", PLATFORMS), sentence(tables, "forum", "km", PLATFORMS)


def line_of(world: World, as_of: str = "2024-12-30") -> str:
    """The campaign's line in English."""
    return sentence(tables_of(world, as_of), "forum", "en", PLATFORMS)


def asset(name: str, stage: str | None, *numbers: int) -> str:
    posts = ", ".join(f'"facebook:100064500000001_12215800000000{n:04}"' for n in numbers)
    return f'[[asset]]\nid = "{name}"\ncampaign = "forum"\nposts = [{posts}]\n' + (
        f'stage = "{stage}"\n' if stage else ""
    )


def staged(*assets: str, stages: str = '["submitted", "short-listed", "winner"]', more: str = "") -> str:
    return CAMPAIGN + f"stages = {stages}\n{more}\n" + "".join(assets)


def book_of(world: World, as_of: str = "2024-12-30", language: Language = "en") -> Book:
    """The report's book, without any evidence."""
    world.load()
    computed = night.compute(world.workspace, night.read_plan(world.workspace), date.fromisoformat(as_of))
    unknown = build.unknown(computed.day, "campaign")
    posts = dict(computed.posts_of_loads.iter_rows())
    contents = Contents(computed.day, computed.tables, unknown, {}, computed.unplanned, posts, computed.read_later)
    return Book(contents, language)
