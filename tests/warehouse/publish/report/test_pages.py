"""Every page opens from the disk without a network, in both languages, and leads only where something is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page

from tests.warehouse.publish.report.browser import open_page
from tests.warehouse.publish.report.conftest import Report, watched_page
from warehouse.publish.report.pages import POLICY

NARROW, A4 = 380, 688
"""A phone, and A4 less its margins, in pixels."""
POINTS = 0.75
"""Points of a PDF to a pixel of a page."""


@dataclass(frozen=True)
class Visit:
    """What a page is on a phone, on a screen after that, and on paper in the end."""

    width_on_phone: int
    tables_wider_than_a_phone: int
    title: str
    language: str | None
    words: int
    headings: int
    links: list[tuple[str, str, str]]
    """Each link's address, the address as it is written, and its ``rel``."""
    width_on_paper: int
    footer_on_paper: float
    """How high the footer is, in pixels."""
    printed: bytes


LINKS = """(all) => all.map((own) => [own.href, own.getAttribute("href"), own.rel])"""
WIDTH = "document.documentElement.scrollWidth"


WIDER = """(all) => all.filter((own) => own.parentElement.scrollWidth > own.parentElement.clientWidth).length"""


def visit(page: Page, address: str) -> Visit:
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": NARROW, "height": 800})
    open_page(page, address)
    on_phone = page.evaluate(WIDTH), page.eval_on_selector_all("table.cards", WIDER)
    page.set_viewport_size({"width": 1280, "height": 900})
    seen = (
        page.title(), page.locator("html").get_attribute("lang"), len(page.locator("main").inner_text()),
        page.locator("h1").count(), page.eval_on_selector_all("a[href]", LINKS),
    )  # fmt: skip
    page.emulate_media(media="print")
    page.set_viewport_size({"width": A4, "height": 1000})
    footer = page.locator("body > footer").evaluate("(own) => own.getBoundingClientRect().height")
    return Visit(*on_phone, *seen, page.evaluate(WIDTH), footer, page.pdf(prefer_css_page_size=True))


@pytest.fixture(scope="module")
def visits(browser: Browser, sample: Report) -> dict[str, Visit]:
    """Every page, opened once: a page draws all its charts each time."""
    with watched_page(browser) as page:
        return {name: visit(page, sample.url(name)) for name in sample.pages}


def test_every_page_opens_quietly_and_is_full(visits: dict[str, Visit]) -> None:
    assert len([name for name in visits if name.startswith("km/")]) == len(visits) / 2 > 15
    for name, seen in visits.items():
        assert seen.title.endswith("Women and Youth Empowerment in Leadership"), name
        assert seen.language == ("km" if name.startswith("km/") else "en")
        assert seen.words > 100, name
        assert seen.headings == 1, name


def test_every_page_forbids_everything_that_is_not_its_own_file(sample: Report) -> None:
    for name in sample.pages:
        text = (sample.folder / name).read_text(encoding="utf-8")
        assert f'<meta http-equiv="Content-Security-Policy" content="{POLICY.replace(chr(39), "&#39;")}">' in text, name
    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    assert POLICY.startswith("default-src 'none';")


def test_the_policy_stops_what_would_get_in_all_the_same(page: Page, sample: Report) -> None:
    other = page.context.new_page()  # nobody watches it: it has to complain
    open_page(other, sample.url("index.html"))
    done = other.evaluate(
        """async () => {
          const run = document.createElement("script");
          run.textContent = "window.attacked = 1";
          document.body.append(run);
          const image = document.createElement("div");
          image.innerHTML = "<img src=x onerror='window.attacked = 2'><a id='own' href='javascript:window.attacked=3'>x</a>";
          document.body.append(image);
          document.getElementById("own").click();
          try { await fetch("https://example.org/"); window.attacked = 4; } catch {}
          await new Promise((done) => setTimeout(done, 200));
          return window.attacked;
        }"""
    )
    assert done is None


def test_every_link_leads_to_a_file_that_is_there_or_to_the_web(visits: dict[str, Visit], sample: Report) -> None:
    for name, seen in visits.items():
        assert len(seen.links) > 5, name
        for absolute, written, rel in seen.links:
            parts = urlsplit(absolute)
            assert parts.scheme in ("file", "https", "http"), (name, written)
            if parts.scheme != "file":
                assert rel == "noopener noreferrer", (name, written)
                continue
            target = Path(unquote(parts.path))
            assert target.is_file(), (name, written)
            assert sample.folder.resolve() in target.parents
            if re.fullmatch(r"[\w-]+", parts.fragment) and not target.name.startswith("why-"):
                text = target.read_text(encoding="utf-8")
                assert f'id="{parts.fragment}"' in text, (name, written)


def test_the_other_language_is_the_same_page(page: Page, sample: Report) -> None:
    open_page(page, sample.url("campaign-iduai-2024.html"))
    page.get_by_role("link", name="ភាសាខ្មែរ").click()
    page.wait_for_load_state()
    assert page.url == sample.url("km/campaign-iduai-2024.html")
    assert page.locator("h1").inner_text() == "IDUAI 2024"
    page.get_by_role("link", name="English").click()
    page.wait_for_load_state()
    assert page.url == sample.url("campaign-iduai-2024.html")


def test_a_phone_shows_everything_without_scrolling_sideways(
    page: Page, sample: Report, visits: dict[str, Visit]
) -> None:
    assert list(visits) == sample.pages
    for name, seen in visits.items():
        assert seen.width_on_phone <= NARROW, name
        assert seen.tables_wider_than_a_phone == 0, name
    page.set_viewport_size({"width": NARROW, "height": 800})
    open_page(page, sample.url("index.html"))
    cell = page.locator("#activity-3 td[data-metric=views]").last
    assert cell.evaluate("(own) => getComputedStyle(own, '::before').content") == '"Views"'


def test_a_laptop_shows_a_post_with_all_its_figures(page: Page, sample: Report) -> None:
    for name in ("posts.html", "km/posts.html"):
        open_page(page, sample.url(name))
        assert page.locator(".scroll").evaluate("(own) => own.scrollWidth <= own.clientWidth"), name


def test_every_page_prints_on_a4_and_nothing_is_cut_off(visits: dict[str, Visit]) -> None:
    for name, seen in visits.items():
        assert seen.width_on_paper <= A4, name
        boxes = re.findall(rb"/MediaBox\s*\[([^\]]+)\]", seen.printed)
        sizes = {tuple(round(float(n)) for n in box.split()) for box in boxes}
        assert len(re.findall(rb"/Type\s*/Page\b", seen.printed)) > 0, name
        assert sizes == {(0, 0, 595, 842)}, name


def test_no_printed_page_holds_a_footer_alone(visits: dict[str, Visit]) -> None:
    for name, seen in visits.items():
        with pypdfium2.PdfDocument(seen.printed) as printed:
            for number, page in enumerate(printed, 1):
                text = page.get_textpage()
                lines = [text.get_rect(at) for at in range(text.count_rects())]
                height = max(line[3] for line in lines) - min(line[1] for line in lines)
                assert height > seen.footer_on_paper * POINTS, (name, number)


def test_paper_shows_what_a_figure_is_made_of_without_opening_it(page: Page, sample: Report) -> None:
    open_page(page, sample.url("why-iduai-2022.html"))
    page.evaluate("document.querySelectorAll('#tree details').forEach((own) => { own.open = false; })")
    reading = page.locator("#tree .detail").first
    assert not reading.is_visible()
    page.emulate_media(media="print")
    assert reading.bounding_box()["height"] > 0  # type: ignore[index]
