"""The pictures of docs/first-hours.md: pages of the report in Chromium, and plan.xlsx as LibreOffice shows it.

Run: python -m tests.flows.first_hours.pictures (needs Chromium, LibreOffice, and pdftoppm of poppler-utils)
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.flows.first_hours.script import ROOT, read
from tests.warehouse.publish.report.browser import chromium, offline, open_page, url

DOCS = ROOT / "docs"
SCREENS = (
    ("communications_officer", "380-en", 380, 1250, "campaign-youth-debate.html", "en"),
    ("communications_officer", "380-km", 380, 1250, "campaign-youth-debate.html", "km"),
    ("evaluation_officer", "1280-en", 1280, 900, "index.html", "en"),
    ("evaluation_officer", "1280-km", 1280, 900, "index.html", "km"),
)
"""Whose report, the picture's name, width and height in pixels, the page, its language."""
SHEETS = (
    ("communications_officer", "plan.xlsx", "start-here", 1, 890, 520),
    ("communications_officer", "plan.xlsx", "rules", 7, 780, 60),
    ("evaluation_officer", "published/reach.xlsx", "indicators", 2, 890, 230),
)
"""Whose workbook, the picture's name, the page as it is printed, and the part with something on it, in pixels."""


def played(name: str, folder: Path) -> Path:
    """The workspace that a person has after the hour."""
    from tests.flows.first_hours.sitting import Sitting

    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        Sitting(read(name), folder, patch, {}).play()
    return next(folder.iterdir())


def screens(browser: Browser, homes: dict[str, Path]) -> None:
    """Pages as they open on a phone and on a laptop, in both languages."""
    for whose, name, width, height, page_name, language in SCREENS:
        page = offline(browser, width, height).new_page()
        folder = homes[whose] / "published" / "report"
        open_page(page, url(folder / language if language != "en" else folder, page_name))
        page.screenshot(path=DOCS / f"first-hours-{name}.png")


def sheets(homes: dict[str, Path], folder: Path) -> None:
    """Sheets of the plan and of what is published, printed by LibreOffice."""
    for whose, file, name, number, width, height in SHEETS:
        printed = folder / f"{Path(file).stem}.pdf"
        if not printed.exists():
            office = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(homes[whose] / file)]
            subprocess.run(office, check=True, stdout=subprocess.DEVNULL)
        page = ["-f", str(number), "-l", str(number), "-r", "80", "-x", "30", "-y", "40"]
        part = ["-W", str(width), "-H", str(height), str(printed), str(DOCS / f"first-hours-{name}")]
        subprocess.run(["pdftoppm", "-png", "-singlefile", *page, *part], check=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        os.environ["PREFECT_HOME"] = temporary  # read where the flow is imported
        names = dict.fromkeys(whose for whose, *_ in SCREENS)
        homes = {name: played(name, Path(temporary) / name) for name in names}
        with chromium() as browser:
            screens(browser, homes)
        sheets(homes, Path(temporary))


if __name__ == "__main__":
    main()
