"""Who reads with a screen reader or works with a keyboard alone can use every kind of page."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.warehouse.publish.report.browser import open_page
from tests.warehouse.publish.report.conftest import Report, watched_page

KINDS = (
    "index.html", "activity-1.1.7.html", "campaign-iduai-2024.html", "why-iduai-2024.html", "posts.html", "incoming.html",
    "definitions.html", "km/campaign-iduai-2024.html",
)  # fmt: skip
NARROW = ("index.html", "campaign-iduai-2024.html", "posts.html", "incoming.html")
"""Pages of which a phone sees something else: tables as cards, sort buttons as chips."""


CASES: dict[str, tuple[Any, int, tuple[str, ...], dict[str, Any]]] = {
    "in the light": ("light", 1280, KINDS, {}),
    "in the dark": ("dark", 1280, KINDS, {"runOnly": ["color-contrast"]}),  # nothing but colours is another in the dark
    "on a phone": ("light", 380, NARROW, {}),
}
"""How pages are looked at: the colour scheme, the width, which pages, and axe's options."""


@pytest.fixture(scope="module")
def violations(browser: Browser, sample: Report) -> dict[str, list[tuple[str, str, list[str]]]]:
    """What axe finds serious, by case; each page is opened once, and looked at in every case that it has."""
    serious: dict[str, list[tuple[str, str, list[str]]]] = {case: [] for case in CASES}
    with watched_page(browser) as page:
        for name in KINDS:
            page.emulate_media(color_scheme="light")
            page.set_viewport_size({"width": 1280, "height": 900})
            open_page(page, sample.url(name))
            for case, (scheme, width, pages, rules) in CASES.items():
                if name not in pages:
                    continue
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size({"width": width, "height": 900})
                options = {"preload": False, "resultTypes": ["violations"], **rules}
                for violation in Axe().run(page, options=options).response["violations"]:
                    if violation["impact"] in ("serious", "critical"):
                        nodes = [node["html"][:160] for node in violation["nodes"][:3]]
                        serious[case].append((name, violation["id"], nodes))
    return serious


@pytest.mark.parametrize("case", CASES)
def test_axe_finds_nothing_serious(violations: dict[str, list[tuple[str, str, list[str]]]], case: str) -> None:
    assert violations[case] == []


def stops(page: Page, most: int) -> list[str]:
    """What the Tab key stops at, one after another."""
    stopped_at = []
    for _ in range(most):
        page.keyboard.press("Tab")
        stopped_at.append(
            page.evaluate(
                """() => {
                  const own = document.activeElement;
                  const place = own.closest("thead") ? "sort" : own.closest("#filters") ? "filter" : own.closest("nav") ? "menu" : "";
                  return [place, own.tagName.toLowerCase(), (own.innerText || own.ariaLabel || "").slice(0, 20)].join(" ");
                }"""
            )
        )
    return stopped_at


def test_the_tab_key_reaches_filters_then_sorting_then_the_posts(page: Page, sample: Report) -> None:
    open_page(page, sample.url("posts.html"))
    stopped_at = stops(page, 32)
    assert "Skip to the content" in stopped_at[0]
    kinds = [finding.split(" ")[0] for finding in stopped_at]
    assert kinds.index("menu") < kinds.index("filter") < kinds.index("sort")
    assert kinds.count("filter") == 5
    assert kinds.count("sort") == 12
    assert any("Copy id" in finding for finding in stopped_at)


def test_the_keyboard_sorts_and_searches(page: Page, sample: Report) -> None:
    open_page(page, sample.url("posts.html"))
    button = page.locator("#posts th", has_text="Shares").get_by_role("button")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#posts th", has_text="Shares")).to_have_attribute("aria-sort", "descending")
    assert page.evaluate("document.activeElement.innerText").startswith("Shares")
    page.get_by_role("searchbox").focus()
    page.keyboard.type("vlog 1")
    page.keyboard.press("Enter")
    expect(page.locator("#count")).to_contain_text("in this list")
    assert page.url == sample.url("posts.html")


def test_the_keyboard_opens_a_charts_table_and_a_figures_branches(page: Page, sample: Report) -> None:
    open_page(page, sample.url("campaign-iduai-2024.html"))
    summary = page.locator("figure.chart summary").first
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator("figure.chart details").first).to_have_attribute("open", "")
    open_page(page, sample.url("why-iduai-2024.html"))
    page.get_by_role("button", name="Shares").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#figure")).to_have_text("Shares: 466")
    expect(page.get_by_role("button", name="Shares")).to_have_attribute("aria-pressed", "true")
    branch = page.locator("#tree details").first
    branch.locator("summary").first.focus()
    was = branch.evaluate("(own) => own.open")
    page.keyboard.press("Enter")
    assert branch.evaluate("(own) => own.open") is not was


def test_the_keyboard_opens_of_how_many_posts_a_part_is_known_and_paper_says_it_in_a_footnote(
    page: Page, sample: Report
) -> None:
    open_page(page, sample.url("campaign-iduai-2023.html"))
    mark = page.locator(".tiles .known summary").first
    expect(mark).to_have_attribute("aria-label", "1 of 4 know it")
    spelled_out = page.locator(".tiles .known small").first
    expect(spelled_out).to_be_hidden()
    mark.focus()
    page.keyboard.press("Enter")
    expect(spelled_out).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".footnotes li").first).to_be_visible()
    expect(page.locator(".footnotes li").first).to_contain_text("Views, 1 of 4 posts")


def test_who_skips_the_menu_lands_on_the_content(page: Page, sample: Report) -> None:
    open_page(page, sample.url("index.html"))
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    expect(skip).to_be_focused()
    assert skip.bounding_box()["x"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.getElementById('main').contains(document.activeElement)")
