from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from importlib.resources import files
from typing import Any

import pytest

from connectors.asking.pulling import Window
from connectors.website import export as exports
from tests.connectors.conftest import NOW, Ask, Pulled, raw_of
from tests.connectors.website.server import Website
from tests.connectors.youtube.server import ACCESS, REFRESH
from tests.platforms.server import Server

PROPERTY = "345000001"
WEEK = Window(NOW, NOW - timedelta(days=7))


def website(pages: int = 3) -> Website:
    return Website(PROPERTY, NOW.date() - timedelta(days=1), pages)


def pulled(ask: Ask, server: Server, account: str = PROPERTY, window: Window = WEEK, **more: Any) -> Pulled:
    platform = {"client_id": "app", "client_secret": "app-secret/1", "refresh_token": REFRESH, **more}
    return ask(
        server,
        "website",
        account,
        window=window,
        token=None,
        token_url=f"{server.base_url('website')}/token",
        **platform,
    )


def test_a_sites_days_are_visits_views_and_users(serve, ask: Ask) -> None:
    figures = pulled(ask, serve(website=website())).extract.account_figures
    assert figures.filter(metric="visits").select("account_id", "value").unique().rows() == [("mekong.example", 40)]
    assert figures["period_start"].n_unique() == 7
    assert set(figures["metric"]) == {"visits", "views", "reach"}


def test_a_page_has_a_reading_for_each_day_in_the_propertys_zone(serve, ask: Ask) -> None:
    done = pulled(ask, serve(website=website()))
    days = done.extract.observations.filter(post_id="mekong.example/page-1").sort("period_start")
    assert (days.height, days["views"].to_list(), days["reach"].to_list()) == (7, [17] * 7, [6] * 7)
    assert days.row(0, named=True)["period_start"] == date(2026, 9, 24)
    assert days.row(0, named=True)["period_end"] == date(2026, 9, 24)
    assert days.row(0, named=True)["period_opens_at"] == datetime(2026, 9, 23, 17)  # Phnom Penh's midnight
    assert done.extract.posts["post_id"].to_list() == [
        "mekong.example/page-0",
        "mekong.example/page-1",
        "mekong.example/page-2",
    ]


def test_a_page_of_the_api_and_of_an_export_is_one_post(serve, ask: Ask) -> None:
    table = "# Start date: 20260901\n# End date: 20260930\nHostname,Page path,Views\nwww.mekong.example,/page-1,5\n"
    exported = exports.read(raw_of(table.encode()), exports.Settings()).posts.row(0, named=True)
    pulled_page = pulled(ask, serve(website=website())).extract.posts.row(1, named=True)
    assert [exported[n] for n in ("post_id", "account_id", "kind")] == [
        pulled_page[n] for n in ("post_id", "account_id", "kind")
    ]


def test_a_site_under_two_hosts_is_one_whose_users_are_not_added_up(serve, ask: Ask) -> None:
    platform = website()
    platform.hosts = ("mekong.example", "(not set)")
    extract = pulled(ask, serve(website=platform)).extract
    figures = extract.account_figures
    assert figures.filter(metric="visits")["value"].to_list() == [80] * 7
    assert figures.filter(metric="reach").height == 0
    page = extract.observations.filter(post_id="mekong.example/page-1")
    assert (page["views"].to_list(), page["reach"].null_count()) == ([34] * 7, 7)
    assert extract.notes == ("35 rows were left out for naming no site or no page, such as (not set)",)


def test_rows_beyond_ten_thousand_are_asked_for(serve, ask: Ask) -> None:
    server = serve(website=website(1500))
    done = pulled(ask, server)
    assert (done.extract.observations.height, done.requests) == (10_500, 1 + 1 + 2 + 1)


def test_what_google_withholds_or_samples_is_said(serve, ask: Ask) -> None:
    platform = website()
    platform.metadata = {
        "subjectToThresholding": True,
        "samplingMetadatas": [{"samplesReadCount": "1"}],
        "dataLossFromOtherRow": True,
    }
    notes = pulled(ask, serve(website=platform)).extract.notes
    assert len(notes) == 3
    assert not any("no page that Google names" in note for note in notes)


@pytest.mark.parametrize("key", ["subjectToThresholding", "dataLossFromOtherRow"])
def test_views_that_google_tells_of_no_page_are_said_to_be_unknown(serve, ask: Ask, key: str) -> None:
    """Pages have 7, 17 and 27 views a day; the site has more, of pages that have no row."""
    platform = website()
    platform.metadata, platform.site_views = {key: True}, 1_060
    notes = pulled(ask, serve(website=platform)).extract.notes
    sentence = "of 7,420 views of mekong.example, 7,063 are of no page that Google names: unknown by page"
    assert notes[-1] == sentence
    platform.tokens = {"tokensPerDay": 20_000}
    cut_off = pulled(ask, serve(website=platform))
    assert cut_off.refusal is not None
    assert not any("no page" in note for note in cut_off.extract.notes)
    platform.metadata, platform.tokens = {}, {}
    assert pulled(ask, serve(website=platform)).extract.notes == ()


@pytest.mark.parametrize(
    ("tokens", "requests"),
    [
        ({"tokensPerDay": 20_001}, 5), ({"tokensPerDay": 20_000}, 2),
        ({"tokensPerHour": 4_001}, 5), ({"tokensPerHour": 4_000}, 2),
        ({"tokensPerProjectPerHour": 1_401}, 5), ({"tokensPerProjectPerHour": 1_400}, 2),
        ({"tokensPerDay": 200_001, "tokensPerHour": 40_000}, 2), ({"tokensPerDay": 200_001, "tokensPerHour": 40_001}, 5),
        ({}, 5),
    ],
)  # fmt: skip
def test_a_night_stops_before_the_tokens_are_used_up(serve, ask: Ask, tokens: dict[str, int], requests: int) -> None:
    """Nine tenths of a quota are ours; a property of Analytics 360 has ten times as much."""
    platform = website(1500)
    platform.tokens = tokens
    done = pulled(ask, serve(website=platform))
    assert done.requests == requests
    if requests == 2:
        assert done.refusal is not None
        assert (done.refusal.who, done.refusal.code) == ("window", "limit")
        assert done.refusal.until is not None


def test_an_empty_answer_is_no_zero(serve, ask: Ask) -> None:
    platform = website(0)
    done = pulled(ask, serve(website=platform))
    assert (done.extract.observations.height, done.refusal) == (0, None)


@pytest.mark.parametrize(
    ("problem", "who"),
    [((403, "PERMISSION_DENIED"), "person"), ((429, "RESOURCE_EXHAUSTED"), "window"), ((503, "UNAVAILABLE"), "again"),
     ((400, "INVALID_ARGUMENT"), "bug"), ((401, "UNAUTHENTICATED"), "person")],
)  # fmt: skip
def test_who_has_to_act_is_said(serve, ask: Ask, problem: tuple[int, str], who: str) -> None:
    platform = website()
    platform.problem = problem
    refusal = pulled(ask, serve(website=platform)).refusal
    assert refusal is not None
    assert (refusal.who, f"website:{PROPERTY}" in str(refusal)) == (who, True)


def test_no_secret_is_in_an_answer(serve, ask: Ask) -> None:
    done = pulled(ask, serve(website=website()))
    assert not [
        answer
        for answer in done.answers
        for s in (ACCESS, REFRESH, "app-secret/1")
        if s in answer.endpoint or s.encode() in answer.content
    ]


def test_the_local_server_answers_with_nothing_that_google_does_not_have(serve, ask: Ask) -> None:
    folder = files("googleapiclient") / "discovery_cache" / "documents"
    schemas = json.loads((folder / "analyticsdata.v1beta.json").read_text(encoding="utf-8"))["schemas"]
    platform = website()
    server = serve(website=platform)
    pulled(ask, server)

    def unknown(name: str, value: Any) -> list[str]:
        if isinstance(value, list):
            return [one for item in value for one in unknown(name, item)]
        if not isinstance(value, dict):
            return []
        properties = schemas[name]["properties"]
        foreign = [f"{name}.{key}" for key in value if key not in properties]
        for key, inner in value.items():
            schema = properties.get(key, {})
            if reference := schema.get("$ref") or schema.get("items", {}).get("$ref"):
                foreign += unknown(reference, inner)
        return foreign

    assert [one for body in platform.answered for one in unknown("RunReportResponse", body)] == []
    assert [
        one
        for question in server.questions
        if "runReport" in question.path
        for one in unknown("RunReportRequest", question.body)
    ] == []


def test_visits_by_the_tags_of_links_are_told_by_day_beside_the_sites(serve, ask: Ask) -> None:
    platform = website()
    platform.tags = (("iduai-2024", "facebook", "social", 12), ("(not set)", "google", "organic", 28))
    platform.hosts = ("mekong.example", "(not set)")
    platform.metadata = {"subjectToThresholding": True}
    extract = pulled(ask, serve(website=platform)).extract
    rows = extract.tagged_visits.filter(period_start=date(2026, 9, 24)).sort("tag", "row")
    assert rows.select("account_id", "tag", "source", "medium", "visits", "period_end").rows() == [
        ("mekong.example", "(not set)", "google", "organic", 28, date(2026, 9, 24)),
        ("mekong.example", "(not set)", "google", "organic", 28, date(2026, 9, 24)),
        ("mekong.example", "iduai-2024", "facebook", "social", 12, date(2026, 9, 24)),
        ("mekong.example", "iduai-2024", "facebook", "social", 12, date(2026, 9, 24)),
    ]
    assert set(extract.tagged_visits["caution"]) == {"Google withheld rows with few users"}
    assert extract.account_figures.filter(metric="visits")["value"].to_list() == [80] * 7
