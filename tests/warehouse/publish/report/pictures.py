"""The pictures of pages and documents in docs/, made from the sample: a phone, a laptop, and A4 as it is printed.

Run: python -m tests.warehouse.publish.report.pictures (needs Chromium, and pdftoppm of poppler-utils for the sheet)
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from flows.steps.settings import Workspace
from tests.flows.published import published_sample
from tests.warehouse.publish.document.documents import IDUAI, document
from tests.warehouse.publish.report.browser import chromium, offline, open_page, url
from warehouse.publish.document.pdf import pdf
from warehouse.publish.document.web import html
from warehouse.publish.report.language import Language

DOCS = Path(__file__).parents[4] / "docs"
PAGE = "campaign-iduai-2024.html"
PAGES_OF_DOCUMENTS: dict[Language, int] = {"en": 1, "km": 2}


def screens(browser: Browser, folder: Path) -> None:
    """The overview on a laptop, and in the dark; a campaign on a phone, and the overview there in Khmer."""
    for name, width, height, page_name, scheme in (
        ("report-1280", 1280, 1750, "index.html", "light"),
        ("report-dark", 1280, 905, "index.html", "dark"),
        ("report-380", 380, 1400, PAGE, "light"),
        ("report-km", 380, 1400, "km/index.html", "light"),
    ):
        page = offline(browser, width, height, color_scheme=scheme).new_page()
        open_page(page, url(folder, page_name))
        if page_name == PAGE:
            page.locator("#totals").evaluate("(own) => window.scrollTo(0, own.offsetTop - 8)")
        page.screenshot(path=DOCS / f"{name}.png")


def sheet(browser: Browser, folder: Path) -> None:
    """A campaign's first sheet of A4."""
    with tempfile.TemporaryDirectory() as temporary:
        printed = Path(temporary) / "page.pdf"
        page = offline(browser).new_page()
        open_page(page, url(folder, PAGE))
        page.pdf(path=printed, prefer_css_page_size=True, print_background=True)
        draw(printed, 2, "report-a4")


def documents(workspace: Workspace) -> None:
    """A page of a campaign's document for a donor, in each language."""
    for language, number in PAGES_OF_DOCUMENTS.items():
        with tempfile.TemporaryDirectory() as temporary:
            printed = Path(temporary) / "document.pdf"
            printed.write_bytes(pdf(html([document(workspace, IDUAI, language)])))
            draw(printed, number, f"document-{language}")


def draw(printed: Path, number: int, name: str) -> None:
    """A page of a PDF as a picture."""
    command = ["pdftoppm", "-png", "-singlefile", "-f", str(number), "-l", str(number), "-r", "80", str(printed)]
    subprocess.run([*command, str(DOCS / name)], check=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary) / "sample"
        workspace = published_sample(home, has_report=True)
        folder = workspace.published / "report"
        documents(workspace)
        with chromium() as browser:
            screens(browser, folder)
            sheet(browser, folder)


if __name__ == "__main__":
    main()
