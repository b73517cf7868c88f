"""A workspace full of attacks: nothing of it runs, all of it is text, and the page stands."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from tests.warehouse.publish.report import hostile
from tests.warehouse.publish.report.browser import HEIGHT, WIDTH, open_page
from tests.warehouse.publish.report.conftest import Report, watched_page
from warehouse.publish.report.wording import short

FOREIGN = """() => [...document.querySelectorAll("*")].filter((own) =>
  [...own.attributes].some((one) => one.name.startsWith("on"))
  || ["IMG", "IFRAME", "OBJECT", "EMBED", "BASE", "STYLE", "U", "I", "S", "EM"].includes(own.tagName)
  || (own.tagName === "svg" && !own.closest(".drawing, .progress"))
  || (own.tagName === "SCRIPT" && own.type !== "application/json" && !/\\/assets\\/(report|vega)\\.js$/.test(own.src))
).map((own) => own.outerHTML.slice(0, 200))"""
LINKS = "(all) => all.map((own) => [new URL(own.href || own.src || own.action).protocol, own.href || own.src])"


@dataclass(frozen=True)
class Visit:
    """What a page is on a phone, and on a screen after that, where the mouse moves and lists are sorted."""

    width_on_phone: int
    links: list[tuple[str, str]]
    """The protocol and the address of everything that has one."""
    attacked: object
    foreign: list[str]
    """Elements that no page of ours has."""


@pytest.fixture(scope="module")
def visits(browser: Browser, hostile_report: Report) -> dict[str, Visit]:
    """Every page, opened once."""
    seen = {}
    with watched_page(browser) as page:
        for name in hostile_report.pages:
            page.set_viewport_size({"width": 380, "height": 800})
            open_page(page, hostile_report.url(name))
            width = page.evaluate("document.documentElement.scrollWidth")
            page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
            links = page.eval_on_selector_all("[href], [src], [action]", LINKS)
            page.mouse.move(300, 300)
            if name.endswith("posts.html"):
                for button in page.locator("#posts th button").all()[:4]:
                    button.click()
            seen[name] = Visit(width, links, page.evaluate("window.attacked"), page.evaluate(FOREIGN))
    return seen


def test_nothing_runs_on_any_page(visits: dict[str, Visit], hostile_report: Report) -> None:
    assert len(hostile_report.pages) == 26
    assert list(visits) == hostile_report.pages
    for name, seen in visits.items():
        assert seen.attacked is None, name
        assert seen.foreign == [], name


def test_every_link_is_a_page_of_the_report_or_of_the_web(visits: dict[str, Visit], hostile_report: Report) -> None:
    for name, seen in visits.items():
        for scheme, href in seen.links:
            assert scheme in ("file:", "http:", "https:"), (name, href)
            assert scheme != "file:" or hostile_report.folder.resolve().as_uri() in href, (name, href)


def test_every_text_stands_on_the_page_as_it_was_written(page: Page, hostile_report: Report) -> None:
    for name in ("posts.html", "unattributed.html"):
        open_page(page, hostile_report.url(name))
        page.get_by_role("searchbox").fill("attacked")
        shown = page.locator("#posts .words bdi").all_text_contents()
        for text in (this_text for this_text in hostile.TEXTS if "attacked" in this_text):
            assert any(text in item for item in shown), (name, text)
    page.get_by_role("searchbox").fill("")
    body = page.locator("#posts").inner_text()
    for text in hostile.TEXTS:
        assert text in body, text


def test_names_that_people_choose_are_text(page: Page, hostile_report: Report) -> None:
    open_page(page, hostile_report.url("index.html"))
    assert page.locator("h1").inner_text() == "<script>window.attacked = 40</script>"
    body = page.locator("body").inner_text()
    for text in (
        "</title><script>window.attacked = 41</script>",
        "</script><img src=x onerror=window.attacked=42>",
        "window.attacked = 46",
    ):
        assert text in body, text
    assert page.title() == "Overview – <script>window.attacked = 40</script>"
    page.get_by_role("link", name="</script><img src=x onerror=window.attacked=42>").first.click()
    page.wait_for_load_state()
    body = page.locator("body").inner_text()
    for text in (
        "<img src=x onerror=window.attacked=43>",
        "<script>window.attacked = 44</script>",
        "<s>won</s>",
        hostile.STAGE,
        hostile.NAME.rstrip("\u202e "),
    ):
        assert text in body, text
    open_page(page, hostile_report.url("incoming.html"))
    assert "<img src=x onerror=window.attacked=50>.csv" in page.locator("body").inner_text()


def test_what_a_figure_is_made_of_adds_up_behind_names_that_mean_something_in_an_address(
    page: Page, hostile_report: Report
) -> None:
    [item] = [name for name in hostile_report.pages if name.startswith("campaign-")]
    open_page(page, hostile_report.url(item))
    links = page.eval_on_selector_all(
        "table td[data-value] a.figure", "(all) => all.map((one) => [one.href, one.closest('td').dataset.value])"
    )
    assert any("constructor" in href for href, _ in links)
    assert any("stage=a%26b%3Dc%23d%252" in href for href, _ in links)
    for href, wanted in links:
        page.goto("about:blank")
        page.goto(href)
        assert page.locator("#figure").get_attribute("data-value") == wanted, href


def test_half_an_address_breaks_no_page(page: Page, hostile_report: Report) -> None:
    [why] = [name for name in hostile_report.pages if name.startswith("why-")]
    for fragment in ("#%E0%A4%A", "#views&platform=%", "#constructor&__proto__=1", "#=&=&&"):
        open_page(page, hostile_report.url(why + fragment))
        assert page.locator("#tree h2").inner_text()
        open_page(page, hostile_report.url("posts.html" + fragment))
        assert page.locator("#posts tbody tr").count() == 100


def test_a_caption_of_60000_letters_is_cut(page: Page, hostile_report: Report) -> None:
    assert len(hostile.LONG) == 60_000
    for name in hostile_report.pages:
        assert (hostile_report.folder / name).stat().st_size < 300_000, name
    open_page(page, hostile_report.url("posts.html"))
    longest = max(page.locator("#posts .words bdi").all_text_contents(), key=len)
    assert longest == short(hostile.LONG, 200)
    assert longest.endswith("…")


def test_marks_that_climb_and_letters_that_turn_stay_in_their_cell(
    page: Page, hostile_report: Report, visits: dict[str, Visit]
) -> None:
    open_page(page, hostile_report.url("posts.html"))
    for text in (hostile.ZALGO, hostile.OVERRIDE):
        cell = page.locator("#posts td.words", has_text=text)
        assert cell.count() == 1
        assert cell.evaluate("(own) => getComputedStyle(own).overflow") == "clip"
        assert cell.locator("bdi").evaluate("(own) => getComputedStyle(own).unicodeBidi").startswith("isolate")
    for name, seen in visits.items():
        assert seen.width_on_phone <= 380, name


def test_data_in_a_page_cannot_end_its_script(hostile_report: Report) -> None:
    blocks_seen = 0
    for name in hostile_report.pages:
        text = (hostile_report.folder / name).read_text(encoding="utf-8")
        blocks = re.findall(r'<script type="application/json" id="([^"]+)">(.*?)</script>', text, re.S)
        for item, block in blocks:
            json.loads(block)
            assert not re.search("[<>&\u2028\u2029]", block), (name, item)
            blocks_seen += 1
        scripts = len(re.findall("<script", text, re.I))
        assert scripts == len(blocks) + 1, name
    assert blocks_seen > 20
