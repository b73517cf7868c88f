"""The pictures of pages and documents in docs/pictures/, made from the sample: a sheet for each kind of page.

A sheet has the top of a page on a laptop, on a phone, on a phone in the dark in Khmer, and on A4 as it is printed.

Run: python -m tests.warehouse.publish.report.pictures (needs Chromium, LibreOffice, and pdftoppm of poppler-utils)
"""

from __future__ import annotations

import io
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from flows.steps.settings import Workspace
from tests.flows.published import published_sample
from tests.warehouse.publish.document.documents import IDUAI, document
from tests.warehouse.publish.report.browser import chromium, offline, open_page, url
from warehouse.publish.document.pdf import pdf
from warehouse.publish.document.web import html
from warehouse.publish.report.language import LANGUAGES

DOCS = Path(__file__).parents[4] / "docs" / "pictures"
PAGES = {
    "overview": "index.html",
    "activity": "activity-1.1.7.html",
    "campaign": "campaign-iduai-2024.html",
    "asset": "asset-*.html",
    "what-it-is-made-of": "why-iduai-2024.html",
    "posts": "posts.html",
    "what-came-in": "incoming.html",
    "posts-of-no-campaign": "unattributed.html",
    "sources": "sources.html",
    "whom-to-ask": "todo.html",
    "definitions": "definitions.html",
    "khmer-texts": "khmer.html",
}
"""Each kind of page of the report, and one of it; a star stands for what the sample's ids make."""

HEIGHT = 1600
"""So much of a page is shown, in pixels of the laptop's window."""
LOOKS = ((1280, "light", ""), (380, "light", ""), (380, "dark", "km/"))
"""Window's width, colours and folder of the page's language."""
COLOURS, GAP = 48, 24


def sheets(browser: Browser, folder: Path) -> None:
    """A sheet for each kind of page."""
    for name, pattern in PAGES.items():
        page_name = min(path.name for path in folder.glob(pattern))
        drawn = [screen(browser, folder, page_name, *look) for look in LOOKS]
        page = offline(browser).new_page()
        open_page(page, url(folder, page_name))
        printed = page.pdf(prefer_css_page_size=True, print_background=True)
        keep(name, [*drawn, *pages_of(printed, last=1)])


def screen(browser: Browser, folder: Path, page_name: str, width: int, colours: str, language: str) -> Image.Image:
    """The top of a page in a window."""
    page = offline(browser, width, HEIGHT, color_scheme=colours).new_page()
    open_page(page, url(folder, language + page_name))
    return Image.open(io.BytesIO(page.screenshot()))


def documents(workspace: Workspace) -> None:
    """The pages of a campaign's document for a donor, in each language."""
    for language in LANGUAGES:
        keep(f"document-{language}", pages_of(pdf(html([document(workspace, IDUAI, language)]))))


def workbooks(workspace: Workspace) -> None:
    """The first pages of each language's workbook, as LibreOffice prints them."""
    for language in LANGUAGES:
        (book,) = workspace.published.glob(f"reach-*-{language}.xlsx")
        with tempfile.TemporaryDirectory() as temporary:
            of_its_own = f"-env:UserInstallation={Path(temporary, 'profile').as_uri()}"
            subprocess.run(
                ["soffice", of_its_own, "--headless", "--convert-to", "pdf", "--outdir", temporary, str(book)],
                check=True, capture_output=True,
            )  # fmt: skip
            keep(f"workbook-{language}", pages_of(Path(temporary, f"{book.stem}.pdf").read_bytes(), last=8))


def pages_of(printed: bytes, last: int = 100) -> list[Image.Image]:
    """The pages of a PDF up to the last that is wanted."""
    with tempfile.TemporaryDirectory() as temporary:
        command = ["pdftoppm", "-png", "-l", str(last), "-r", "80", "-", f"{temporary}/page"]
        subprocess.run(command, input=printed, check=True)
        return [Image.open(io.BytesIO(path.read_bytes())) for path in sorted(Path(temporary).glob("*.png"))]


def keep(name: str, drawn: Sequence[Image.Image]) -> None:
    """Pictures beside one another, four in a row, as one small PNG."""
    rows = [drawn[at : at + 4] for at in range(0, len(drawn), 4)]
    width = max(sum(one.width + GAP for one in row) for row in rows) + GAP
    sheet = Image.new("RGB", (width, sum(map(_height, rows)) + GAP), "#8a94a0")
    top = GAP
    for row in rows:
        left = GAP
        for one in row:
            sheet.paste(one, (left, top))
            left += one.width + GAP
        top += _height(row)
    small = sheet.resize((sheet.width * 2 // 3, sheet.height * 2 // 3), Image.Resampling.LANCZOS)
    small.quantize(COLOURS, Image.Quantize.MAXCOVERAGE).save(DOCS / f"{name}.png", optimize=True)


def _height(row: Iterable[Image.Image]) -> int:
    return max(one.height for one in row) + GAP


def main() -> None:
    DOCS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        workspace = published_sample(Path(temporary) / "sample", has_report=True)
        documents(workspace)
        workbooks(workspace)
        with chromium() as browser:
            sheets(browser, workspace.published / "report")


if __name__ == "__main__":
    main()
