"""Debian's Chromium, headless, with the network off: what opens the report page in tests, pictures and measurements."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--disable-default-apps", "--disable-dev-shm-usage", "--disable-gpu",
)  # fmt: skip
"""A browser that asks for nothing by itself, and draws without the program that stands in for a graphics card."""

WIDTH, HEIGHT = 1280, 900
"""A laptop's window, in pixels."""


def program() -> str | None:
    """The Chromium of this machine, where it has one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def missing() -> str | None:
    """What is missing to look at the page, for a person."""
    return (
        None
        if program()
        else "The report page was not looked at: there is no Chromium here (Debian: apt-get install chromium)."
    )


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=list(QUIET))
        try:
            yield browser
        finally:
            browser.close()


def offline(browser: Browser, width: int = WIDTH, height: int = HEIGHT, **options: Any) -> BrowserContext:
    """A window without a network."""
    context = browser.new_context(viewport={"width": width, "height": height}, offline=True, **options)
    context.set_default_timeout(20_000)
    return context


def url(folder: Path, name: str = "index.html") -> str:
    """Where a page lies on the disk; ``name`` may have a fragment."""
    file, sign, fragment = name.partition("#")
    return (folder / file).resolve().as_uri() + sign + fragment


def open_page(page: Page, address: str) -> None:
    """Opens a page and waits until its charts are drawn."""
    page.goto(address, wait_until="load")
    page.wait_for_function("[...document.querySelectorAll('[data-chart]')].every((own) => own.querySelector('svg'))")
