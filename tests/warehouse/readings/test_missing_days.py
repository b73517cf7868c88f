"""Days of websites that nothing holds are said, and never counted as 0. docs/rules.md: Lifetime counters."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from connectors.contract import METRIC_COLUMNS, TIMESTAMP
from flows.steps import night
from tests.conftest import CAMPAIGN, World
from warehouse.figures import build
from warehouse.readings import missing_days

FIRST = date(2024, 9, 1)
RULE = "# ----------------------------------------\n"


def spans_of(*rows: tuple[str, str, str, int, int], as_of: int = 60) -> list[tuple[str, int, int]]:
    """The missing days of sites, of rows of a load, a site, a page and its first and last day."""
    observations = pl.LazyFrame(
        [("website", f"{site}{page}", load, FIRST + timedelta(a), FIRST + timedelta(b), 1) for load, site, page, a, b in rows],
        schema=["platform", "post_id", "load_id", "period_start", "period_end", "views"], orient="row",
    ).with_columns(pl.lit(None, pl.Int64).alias(m) for m in METRIC_COLUMNS if m != "views")  # fmt: skip
    posts = pl.DataFrame(
        sorted({("website", f"{site}{page}", site, "page", None) for _, site, page, _, _ in rows}),
        schema={"platform": pl.String, "post_id": pl.String, "account_id": pl.String, "kind": pl.String,
                "published_at": TIMESTAMP}, orient="row",
    )  # fmt: skip
    missing = missing_days.of_sites(observations, posts, FIRST + timedelta(as_of))
    of_pages = missing_days.of_pages(missing, observations, posts, "UTC")
    return sorted((post, (first - FIRST).days, (last - FIRST).days) for _, post, first, last in of_pages.iter_rows())


@pytest.mark.parametrize(
    ("rows", "missing"),
    [
        ([("l", "s", "/a", 0, 9), ("m", "s", "/a", 10, 19)], []),
        ([("l", "s", "/a", 0, 9), ("m", "s", "/a", 11, 19)], [("s/a", 10, 10)]),
        ([("l", "s", "/a", 0, 9), ("m", "s", "/a", 11, 19), ("n", "s", "/b", 10, 10)], []),
        ([("l", "s", "/a", 0, 9), ("m", "s", "/a", 11, 19), ("n", "t", "/b", 10, 10)], [("s/a", 10, 10)]),
        ([("l", "s", "/a", 0, 9), ("m", "s", "/b", 12, 19)], [("s/a", 10, 11)]),
        ([("l", "s", "/a", 0, 0), ("l", "s", "/b", 5, 5)], []),
        ([("l", "s", "/a", 0, 0), ("m", "s", "/b", 5, 5)], [("s/a", 1, 4)]),
        ([("l", "s", "/a", 0, 9), ("l", "s", "/a", 20, 29)], [("s/a", 10, 19)]),
        ([("l", "s", "/a", 0, 29), ("m", "s", "/a", 5, 9), ("n", "s", "/a", 30, 31)], []),
    ],
)
def test_days_of_which_nothing_was_read_of_a_site_are_missing_to_each_page_that_was_read_before(
    rows: list[tuple[str, str, str, int, int]], missing: list[tuple[str, int, int]]
) -> None:
    assert spans_of(*rows) == spans_of(*rows[::-1]) == missing


def test_days_are_missing_once_something_later_was_read() -> None:
    rows = [("l", "s", "/a", 0, 9), ("m", "s", "/a", 11, 19)]
    assert (spans_of(*rows, as_of=18), spans_of(*rows, as_of=19)) == ([], [("s/a", 10, 10)])


def pages(world: World, first: str, last: str, views: int) -> None:
    """An export of a site's pages over days."""
    head = f"{RULE}# Pages and screens\n# Start date: {first}\n# End date: {last}\n{RULE}"
    table = f"Hostname,Page path and screen class,Views\nnews.example,/forum,{views}\n"
    world.drop(f"2024-12-01/pages-{first}-{last}.csv", head + table)


def test_a_total_without_some_days_is_at_least_and_the_night_names_the_days(world: World) -> None:
    world.plan(
        CAMPAIGN.replace('hashtags = ["forum"]', 'accounts = ["website:news.example"]')
        + '[[indicator]]\nid = "v"\nname = "Views"\nof = "campaign:forum"\nmetric = "views"\ntarget = 60\n'
    )
    pages(world, "20240901", "20240930", 40)
    pages(world, "20241101", "20241130", 2)
    world.load()
    computed = night.compute(world.workspace, night.read_plan(world.workspace), date(2024, 12, 30))
    [total] = computed.tables["campaign_totals"].to_dicts()
    assert (total["views"], total["views_known"], total["in_part"]) == (42, 1, 1)
    [sentence] = [problem for problem in computed.problems if "news.example" in problem]
    assert "nothing was read of 2024-10-01 to 2024-10-31" in sentence
    [indicator] = computed.tables["indicator_progress"].to_dicts()
    assert (indicator["is_at_least"], indicator["verdict"]) == (True, "cannot be told")
    periods = {row["period"]: row for row in computed.tables["campaign_periods"].to_dicts()}
    assert [(periods[name]["views"], periods[name]["in_part"]) for name in ("FY2024-Q3", "FY2024-Q4")] == [
        (40, 0),
        (2, 1),
    ]
    pages(world, "20241001", "20241031", 5)
    assert (world.campaign()["views"], world.campaign()["in_part"]) == (47, 0)


def test_a_gain_over_days_that_part_an_export_is_at_least_what_lies_inside(world: World) -> None:
    world.plan(CAMPAIGN.replace('hashtags = ["forum"]', 'accounts = ["website:news.example"]'))
    pages(world, "20240901", "20240930", 40)
    pages(world, "20241001", "20241020", 7)
    day = world.day("2024-10-31")
    [gained] = build.gained(day, date(2024, 9, 15))["campaign_totals"].to_dicts()
    assert (gained["posts"], gained["views"], gained["in_part"]) == (1, 7, 1)
    [gained] = build.gained(day, date(2024, 10, 5))["campaign_totals"].to_dicts()
    assert (gained["posts"], gained["views"], gained["in_part"]) == (1, None, 1)
