"""A browser without a network, and reports for it to open: the sample's, and one of a workspace full of hostile texts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from flows.steps.settings import Workspace
from tests.conftest import World
from tests.flows.published import publish
from tests.warehouse.publish.report import hostile
from tests.warehouse.publish.report.browser import HEIGHT, WIDTH, chromium, missing, offline, url


@dataclass(frozen=True)
class Report:
    """A published report and the tables beside it."""

    published: Path

    @property
    def folder(self) -> Path:
        return self.published / "report"

    @property
    def pages(self) -> list[str]:
        """Every page of both languages."""
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*.html"))

    def url(self, name: str) -> str:
        return url(self.folder, name)

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """What reach.duckdb answers."""
        with duckdb.connect(str(self.published / "reach.duckdb"), read_only=True) as connection:
            answer = connection.execute(query, values)
            names = [column[0] for column in answer.description]
            return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


@pytest.fixture(scope="session")
def sample(published: Workspace) -> Report:
    """The bundled sample's report."""
    return Report(published.published)


@pytest.fixture(scope="session")
def hostile_report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The report of a workspace in which every text that somebody may choose is an attack; it has some 140 posts."""
    world = World(Workspace(tmp_path_factory.mktemp("hostile")))
    world.workspace.inbox.mkdir(parents=True)
    hostile.fill(world)
    publish(world.workspace, has_report=True)
    return Report(world.workspace.published)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a browser one line says so, and what needs none runs; where a machine tests, that is an error."""
    sentence = missing()
    looking = [item for item in items if sentence and "browser" in getattr(item, "fixturenames", ())]
    if not sentence or not looking:
        return
    if os.environ.get("CI"):
        raise pytest.UsageError(sentence)
    config.hook.pytest_deselected(items=looking)
    items[:] = [item for item in items if item not in looking]
    config.pluginmanager.get_plugin("terminalreporter").write_line(sentence)


# Of this folder only: while playwright runs, nothing else in the process may start a loop of its own.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@dataclass
class Watch:
    """What a page did that it should not."""

    troubles: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        page.on("request", self._request)
        page.on("dialog", lambda dialog: (self.troubles.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("popup", lambda opened: self.troubles.append(f"opened: {opened.url}"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.troubles.append(f"{message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith("file:"):
            self.troubles.append(f"request: {request.url[:200]}")


@contextmanager
def watched_page(browser: Browser) -> Iterator[Page]:
    """A page of 1280 pixels that may not write to the console, nor ask for anything that is not a file."""
    context = offline(browser)
    watch, opened = Watch(), context.new_page()
    watch.over(opened)
    yield opened
    context.close()
    assert watch.troubles == []


@dataclass(frozen=True)
class ReusedPage:
    """One page for many tests, since a new one costs more than what most tests do in it; who watches it."""

    page: Page
    watch: Watch

    def leave(self) -> list[str]:
        """Leaves the test's documents and makes the window as new; what the page did that it should not."""
        for other in self.page.context.pages:
            if other is not self.page:
                other.close()
        self.page.goto("about:blank")
        self.page.emulate_media(media="null", color_scheme="light")
        self.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        self.page.context.clear_permissions()
        troubles = self.watch.troubles.copy()
        self.watch.troubles.clear()
        return troubles


@pytest.fixture(scope="package")
def reused_page(browser: Browser) -> Iterator[ReusedPage]:
    with closing(offline(browser)) as context:
        watch, opened = Watch(), context.new_page()
        watch.over(opened)
        yield ReusedPage(opened, watch)


@pytest.fixture
def page(reused_page: ReusedPage) -> Iterator[Page]:
    """A page as good as new; the test fails where it does what a watched page may not.

    A test that adds a script to every document needs a :func:`watched_page` for itself: nothing removes that script.
    """
    yield reused_page.page
    assert reused_page.leave() == []
