"""What the page says is what reach.duckdb says, and what a figure is made of adds up to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.warehouse.publish.report.browser import open_page
from tests.warehouse.publish.report.conftest import Report, watched_page
from warehouse.measures import counted_over
from warehouse.publish.report.figure_pages import asset_file

COUNTS = ("posts", "outreach", "events", "visits")
TABLES = ("platform-totals", "account-totals", "stage-totals", "asset-totals")
"""Tables of a campaign's page, by their ids."""


def told(page: Page, place: str) -> dict[str, dict[str, str]]:
    """Every figure below a place, by its metric: what its attributes and its text say."""
    figures: dict[str, dict[str, str]] = page.eval_on_selector_all(
        f"{place} [data-metric]",
        "(all) => Object.fromEntries(all.map((own) => [own.dataset.metric, {...own.dataset, text: own.innerText}]))",
    )
    return figures


SEEN = """(tables) => {
  const figures = (place) => Object.fromEntries(
    [...place.querySelectorAll("[data-metric]")].map((own) => [own.dataset.metric, {...own.dataset, text: own.innerText}]));
  const rows = (table) => [...document.querySelectorAll(`#${table} tbody tr`)];
  return {
    tiles: figures(document.querySelector(".tiles")),
    tables: Object.fromEntries(tables.map((table) => [table, rows(table).map((row) => [row.dataset.row, figures(row)])])),
    links: [...document.querySelectorAll("table td[data-value] a.figure")].map((own) => [own.hash, own.closest("td").dataset.value]),
    lists: rows("account-totals").map((row) => [row.dataset.row, row.querySelector("a.list").href]),
  };
}"""


@dataclass(frozen=True)
class CampaignPage:
    """What a campaign's page shows."""

    tiles: dict[str, dict[str, str]]
    tables: dict[str, list[tuple[str, dict[str, dict[str, str]]]]]
    """Of each table every row: its key, and its figures by their metrics."""
    links: list[tuple[str, str]]
    """Where each figure of a table leads, and what it is."""
    lists: list[tuple[str, str]]
    """Of each account its key, and where its posts are listed."""


@pytest.fixture(scope="module")
def campaign_pages(browser: Browser, sample: Report) -> dict[str, CampaignPage]:
    """Every campaign's page, opened once."""
    seen = {}
    with watched_page(browser) as page:
        for campaign in sample.rows("select campaign_id from campaign_totals"):
            open_page(page, sample.url(f"campaign-{campaign['campaign_id']}.html"))
            seen[campaign["campaign_id"]] = CampaignPage(**page.evaluate(SEEN, TABLES))
    return seen


def same(figures: dict[str, dict[str, str]], row: dict[str, Any], where: object) -> int:
    """Holds figures of a page to a row of a table, and returns how many were known."""
    figures_known = 0
    assert len(figures) >= 6, where
    for metric, finding in figures.items():
        if metric == "reach":
            for side, column in (("least", "reach_at_least"), ("most", "reach_at_most")):
                value = row[column]
                assert finding[side] == ("" if value is None else str(value)), (where, metric)
                if value is not None:
                    assert f"{value:,}" in finding["text"], (where, metric)
            continue
        value = row[metric]
        assert finding["value"] == ("" if value is None else str(value)), (where, metric)
        if value is None:
            assert not any(sign.isdigit() for sign in finding["text"]), (where, metric)
            continue
        figures_known += 1
        if metric not in ("watch_seconds", *COUNTS):
            assert f"{value:,}" in finding["text"], (where, metric)
            assert ("≥" in finding["text"]) == (row[f"{metric}_known"] < row[counted_over(metric)]), (where, metric)
    return figures_known


@pytest.mark.parametrize("folder", ["", "km/"])
def test_the_totals_are_those_of_reach_duckdb(
    page: Page, sample: Report, campaign_pages: dict[str, CampaignPage], folder: str
) -> None:
    figures_known = 0
    for table, kind in (("campaign_totals", "campaign"), ("activity_totals", "activity"), ("project_totals", None)):
        rows = sample.rows(f"select * from {table}")
        assert rows
        for row in rows:
            name = f"{kind}-{row[f'{kind}_id']}.html" if kind else "index.html"
            if kind == "campaign" and not folder:
                tiles = campaign_pages[row["campaign_id"]].tiles
            else:
                open_page(page, sample.url(folder + name))
                tiles = told(page, ".tiles")
            figures_known += same(tiles, row, name)
    assert figures_known > 40


@pytest.mark.parametrize(
    ("id", "table", "key"),
    [
        ("platform-totals", "platform_totals", "platform"),
        ("account-totals", "account_totals", "platform || ':' || account_id"),
        ("stage-totals", "stage_totals", "stage"),
        ("asset-totals", "asset_totals", "asset_id"),
    ],
)
def test_every_row_of_a_campaigns_tables_is_one_of_reach_duckdb(
    sample: Report, campaign_pages: dict[str, CampaignPage], id: str, table: str, key: str
) -> None:
    seen = 0
    for item, shown in campaign_pages.items():
        rows = sample.rows(f"select *, {key} as key from {table} where campaign_id = ?", item)
        assert len(shown.tables[id]) == len(rows), item
        figures = dict(shown.tables[id])
        for row in rows:
            same(figures[row["key"]], row, (item, row["key"]))
            seen += 1
    assert seen >= 3


def test_campaigns_on_the_overview_and_on_their_activity_are_those_of_reach_duckdb(page: Page, sample: Report) -> None:
    rows = sample.rows("select * from campaign_totals")
    activities = {f"activity-{row['activity_id']}.html" for row in rows}
    for name in ("index.html", *sorted(activities)):
        open_page(page, sample.url(name))
        for row in rows:
            if name in ("index.html", f"activity-{row['activity_id']}.html"):
                same(told(page, f'tr[data-row="{row["campaign_id"]}"]'), row, (name, row["campaign_id"]))
    assert len(rows) == 9


def test_indicators_say_what_reach_duckdb_says(page: Page, sample: Report) -> None:
    rows = sample.rows("select * from indicator_progress")
    open_page(page, sample.url("index.html"))
    shown = page.eval_on_selector_all("[data-indicator]", "(all) => all.map((own) => ({...own.dataset}))")
    assert {(finding["indicator"], finding["period"]): finding["actual"] for finding in shown} == {
        (row["indicator_id"], row["period"]): "" if row["actual"] is None else str(row["actual"]) for row in rows
    }
    assert len(shown) > 5


def test_the_list_of_posts_is_the_table_of_posts(page: Page, sample: Report) -> None:
    for name, table in (("posts.html", "post_totals"), ("unattributed.html", "unattributed_posts")):
        rows = {f"{row['platform']}:{row['post_id']}": row for row in sample.rows(f"select * from {table}")}
        open_page(page, sample.url(name))
        lines = page.evaluate(
            """() => [...document.querySelectorAll("#posts tbody tr")].map((row) =>
              [row.querySelector("button").dataset.copy, ...[...row.querySelectorAll("td.number")].map((own) => own.innerText)])"""
        )
        assert {finding[0] for finding in lines} == set(rows)
        for post, *figures in lines:
            wanted = [rows[post][metric] for metric in ("views", "likes", "comments", "shares", "reach")]
            assert figures == ["not known" if value is None else f"{value:,}" for value in wanted], post


FIGURES_OF = """async (all) => {
  const found = [];
  for (const hash of all) {
    if (location.hash !== hash) {
      const changed = new Promise((done) => addEventListener("hashchange", done, { once: true }));
      location.hash = hash;
      await changed;
    }
    const root = document.querySelector("#tree ul");
    const values = [...root.querySelectorAll("li > .value")].filter((own) => own.textContent);
    found.push([document.getElementById("figure").dataset.value, values.map((own) => own.textContent)]);
  }
  return found;
}"""
"""For each fragment of an address: the figure of the page, and the readings that it shows."""


def number(text: str) -> float | None:
    plain = text.replace("≈", "").replace(",", "").strip()
    return float(plain) if plain and plain[0] in "-0123456789" else None


def thousandths(value: float | None) -> float | None:
    """A time that is added up in seconds ends in what a float makes of milliseconds."""
    return None if value is None else round(value, 3)


@pytest.mark.parametrize("folder", ["", "km/"])
def test_what_a_campaigns_figures_are_made_of_adds_up_to_them(page: Page, sample: Report, folder: str) -> None:
    looked = 0
    for row in sample.rows("select * from campaign_totals where posts > 0"):
        open_page(page, sample.url(f"{folder}why-{row['campaign_id']}.html"))
        metrics = page.eval_on_selector_all("#metrics button", "(all) => all.map((own) => own.dataset.metric)")
        assert "reach" in metrics
        assert ("visits" in metrics) == (row["visits"] is not None)
        additive = [metric for metric in metrics if metric != "reach"]
        for metric, (figure, readings) in zip(
            additive, page.evaluate(FIGURES_OF, [f"#{metric}" for metric in additive]), strict=True
        ):
            where = (row["campaign_id"], metric)
            assert (float(figure) if figure else None) == thousandths(row[metric]), where
            values = [value for value in map(number, readings) if value is not None]
            assert round(sum(values), 3) == (thousandths(row[metric]) or 0), where
            looked += 1
    assert looked > 15


def test_a_row_of_a_table_leads_to_what_just_it_is_made_of(
    page: Page, sample: Report, campaign_pages: dict[str, CampaignPage]
) -> None:
    looked = 0
    for row in sample.rows("select campaign_id from campaign_totals where posts > 0"):
        links = campaign_pages[row["campaign_id"]].links
        assert links
        open_page(page, sample.url(f"why-{row['campaign_id']}.html"))
        figures = page.evaluate(FIGURES_OF, [address for address, _ in links])
        for (address, wanted), (figure, _) in zip(links, figures, strict=True):
            assert float(figure) == thousandths(float(wanted)), (row["campaign_id"], address)
            looked += 1
    assert looked > 80


def test_how_many_posts_leads_to_a_list_of_just_these(
    page: Page, sample: Report, campaign_pages: dict[str, CampaignPage]
) -> None:
    looked = 0
    for item, shown in campaign_pages.items():
        for key, address in shown.lists:
            platform, _, account = key.partition(":")
            (row,) = sample.rows(
                "select count(*) as listed from post_totals "  # a line of a log may stand for several events
                "where list_contains(string_split(campaign_ids, ';'), ?) and (platform, account_id) = (?, ?)",
                item, platform, account,
            )  # fmt: skip
            page.goto("about:blank")  # a list reads its address as it opens
            open_page(page, address)
            assert page.locator("#posts tbody tr").count() == row["listed"], key
            looked += 1
    assert looked > 10


def test_accounts_reached_are_shown_post_by_post_and_never_added_up(page: Page, sample: Report) -> None:
    open_page(page, sample.url("why-iduai-2024.html#reach"))
    assert page.locator("#figure").inner_text() == "Accounts reached: 7,126 to 34,323"
    assert page.locator("#figure").get_attribute("data-value") == ""
    assert "never added up" in page.locator("#tree").inner_text()
    assert page.locator("#tree > div > ul > li > details > summary > .value").all_inner_texts() == [""] * 6


def test_a_reading_names_its_file_and_row_and_the_file_its_checksum(page: Page, sample: Report) -> None:
    open_page(page, sample.url("why-youth-debate.html#views"))
    page.evaluate("document.querySelectorAll('#tree details').forEach((own) => { own.open = true; })")
    files = sample.rows("select path, sha256 from source_files")
    named = [file for file in files if f"of {file['path']}" in page.locator("#tree").inner_text()]
    assert named
    for item in named:
        assert item["sha256"] in page.locator(".coming").inner_text()


def test_an_asset_has_a_page_with_its_totals_and_all_its_posts_that_its_campaign_leads_to(
    page: Page, sample: Report
) -> None:
    (row,) = sample.rows("select * from asset_totals where asset_id = 'vlog-1'")
    posts = sample.rows("select * from post_totals where asset_id = 'vlog-1' order by views desc")
    open_page(page, sample.url("campaign-iduai-2024.html"))
    page.get_by_role("link", name="My commune, my budget").click()
    assert page.locator("h1").inner_text() == "My commune, my budget"
    same(told(page, ".tiles"), row, "vlog-1")
    texts = page.locator(".posts .text").all_inner_texts()
    assert [text[:20] for text in texts] == [post["text"][:20] for post in posts]
    assert len(posts) == 3
    page.locator(".tiles a").first.click()
    page.wait_for_selector("#figure")
    assert page.locator("#figure").get_attribute("data-value") == str(row["views"])


def test_assets_of_one_id_in_two_campaigns_have_each_their_page() -> None:
    assert asset_file("a", "clip") != asset_file("b", "clip")
    assert asset_file("a/b", "c") != asset_file("a", "c")


def test_bars_of_targets_have_one_scale_that_holds_the_largest(page: Page, sample: Report) -> None:
    open_page(page, sample.url("index.html"))
    bars = page.eval_on_selector_all(
        ".targets svg",
        """(all) => all.map((own) => {
          const [track, done, line] = own.children, width = track.getBoundingClientRect().width;
          return [done.getBoundingClientRect().width / width,
                  (line.getBoundingClientRect().x - track.getBoundingClientRect().x) / width, own.closest("tr").dataset];
        })""",
    )
    rows = sample.rows("select indicator_id, period, percent from indicator_progress where percent is not null")
    percents = {(row["indicator_id"], row["period"]): row["percent"] for row in rows}
    assert len(bars) == len(percents) == 11
    largest = max(percents.values())
    assert largest > 178
    for done, target, row in bars:
        assert done == pytest.approx(percents[row["indicator"], row["period"]] / largest, abs=0.01)
        assert target == pytest.approx(100 / largest, abs=0.02)


def test_the_overview_begins_with_its_figures_in_a_sentence(page: Page, sample: Report) -> None:
    (row,) = sample.rows("select * from project_totals")
    for name in ("index.html", "km/index.html"):
        open_page(page, sample.url(name))
        sentence = page.locator(".lead").inner_text()
        for metric in ("posts", "views", "likes", "comments", "shares", "reach_at_least"):
            assert f"{row[metric]:,}" in sentence, (name, metric)
        assert page.locator("figure.chart svg").count() == 2  # by month, and by quarter


@pytest.mark.parametrize("folder", ["", "km/"])
def test_no_list_of_the_sample_is_cut_off_and_no_day_is_broken(page: Page, sample: Report, folder: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    for name in ("definitions", "sources", "incoming", "unattributed", "posts"):
        open_page(page, sample.url(f"{folder}{name}.html"))
        assert page.evaluate(CUT_OFF) == [], name
        assert page.evaluate(BROKEN_DAYS) == [], name


@pytest.mark.parametrize("folder", ["", "km/"])
def test_no_table_of_figures_is_cut_off_and_no_word_is_broken(
    page: Page, sample: Report, hostile_report: Report, folder: str
) -> None:
    looked = 0
    for report in (sample, hostile_report):
        for name in report.pages:
            if not re.fullmatch(rf"{folder}(index|activity-|campaign-)[^/]*html", name):
                continue
            page.set_viewport_size({"width": 1280, "height": 900})
            open_page(page, report.url(name))
            for width in (1280, 380):
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate(CUT_OFF) == [], (name, width)
                if report is sample:  # a hostile text may be one word of a hundred letters
                    assert page.evaluate(BROKEN) == [], (name, width)
            looked += 1
    assert looked > 5


CUT_OFF = """() => [...document.querySelectorAll(".scroll")]
  .filter((own) => own.scrollWidth > own.clientWidth + 1).map((own) => own.ariaLabel)"""
BROKEN_DAYS = """() => [...document.querySelectorAll("td .day, td.day")]
  .filter((own) => own.getClientRects().length > 1).map((own) => own.textContent)"""
BROKEN = """() => [...document.querySelectorAll("th, dt, .targets td")].flatMap((own) => {
  const words = [], walker = document.createTreeWalker(own, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.parentElement.checkVisibility()) continue;
    for (const match of node.textContent.matchAll(/[A-Za-z0-9,.]+/g)) {
      const range = document.createRange();
      range.setStart(node, match.index); range.setEnd(node, match.index + match[0].length);
      if (new Set([...range.getClientRects()].map((box) => Math.round(box.y))).size > 1) words.push(match[0]);
    }
  }
  return words;
})"""
"""The words of a page's tables and figures that stand on two lines."""


def test_an_assets_page_shows_how_its_views_grew_to_its_total(sample: Report) -> None:
    totals = sample.rows("select campaign_id, asset_id, views from asset_totals where views is not null")
    with_growth = 0
    for row in totals:
        text = (sample.folder / asset_file(row["campaign_id"], row["asset_id"])).read_text(encoding="utf-8")
        if 'id="chart-growth"' in text:
            table = text.split('id="chart-growth"')[1].split("</table>")[0]
            with_growth += 1
            assert f"{row['views']:,}" in table.rsplit("<tr>", 1)[1], row["asset_id"]
    assert with_growth >= 3


@pytest.mark.parametrize(
    ("folder", "once", "span"),
    [("", "Figures read on ", "Figures read from "), ("km/", "តួលេខបានអាននៅ", "តួលេខបានអានពី")],
)
def test_figures_that_were_read_at_one_instant_are_not_told_as_a_span(
    sample: Report, folder: str, once: str, span: str
) -> None:
    for row in sample.rows("select campaign_id, read_from, read_to from campaign_totals where read_until is null"):
        is_read = row["read_from"] is not None  # of events nothing is read
        text = (sample.folder / f"{folder}campaign-{row['campaign_id']}.html").read_text(encoding="utf-8")
        is_span = is_read and row["read_from"] < row["read_to"]
        assert (once in text, span in text) == (is_read and not is_span, is_span)
