"""Names that are only Khmer, long and unspaced: no page runs over, nothing of a name is cut, and every file is made."""

from __future__ import annotations

import io
import re
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Browser

from flows.steps import documents
from flows.steps.settings import Workspace
from tests.conftest import World
from tests.flows.published import publish
from tests.warehouse.publish.report import khmer_names
from tests.warehouse.publish.report.browser import open_page, url
from tests.warehouse.publish.report.conftest import watched_page
from warehouse import file_system

CUT = """() => [...document.querySelectorAll("main *")].filter((own) => {
  const style = getComputedStyle(own), hides = (value) => value === "hidden" || value === "clip";
  if (own.closest("svg, .unseen, thead, td bdi") || style.display === "inline") return false;
  return (hides(style.overflowX) && own.scrollWidth > own.clientWidth + 1)
    || (hides(style.overflowY) && own.scrollHeight > own.clientHeight + 1);
}).map((own) => `${own.tagName}.${own.className}`)"""
"""What holds more than it shows; a list's cell shows a post's first lines, and heads of tables stand beside cells on a phone."""


@pytest.fixture(scope="module")
def khmer_world(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    world = World(Workspace(tmp_path_factory.mktemp("khmer-names")))
    world.workspace.inbox.mkdir(parents=True)
    khmer_names.fill(world)
    publish(world.workspace, has_report=True)
    return world.workspace


def test_no_page_runs_over_and_nothing_is_cut(browser: Browser, khmer_world: Workspace) -> None:
    folder = khmer_world.published / "report"
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
    with watched_page(browser) as page:
        for name in names:
            for width in (380, 1280):
                page.set_viewport_size({"width": width, "height": 800})
                if width == 380:
                    open_page(page, url(folder, name))
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
                assert page.evaluate(CUT) == [], (name, width)


def test_files_of_pages_have_names_that_every_system_takes(khmer_world: Workspace) -> None:
    names = [path.name for path in (khmer_world.published / "report").rglob("*")]
    assert len(set(re.findall(r"campaign-[0-9a-f]{12}\.html", " ".join(names)))) == 2
    assert [name for name in names if not file_system.is_name_everywhere(name) or not name.isascii()] == []


def test_the_document_is_made_in_every_form_with_the_whole_names(
    browser: Browser, khmer_world: Workspace, tmp_path: Path
) -> None:
    figures = documents.figures_of(khmer_world, None)
    scope = documents.scope_of(figures, khmer_names.UNSPACED[:60])
    called = documents.file_name(scope.campaigns[0], str(figures.as_of), "km")
    made = documents.make(khmer_world, figures, scope, ["km"], ["html", "docx"])
    files = documents.write(made.files, tmp_path, called)
    assert [file.name for file in files] == [
        f"{khmer_names.UNSPACED[:40]}-2024-12-30-km.{end}" for end in ("docx", "html")
    ]
    written = docx.Document(io.BytesIO(files[0].read_bytes()))
    assert khmer_names.UNSPACED in "\n".join(paragraph.text for paragraph in written.paragraphs)
    assert khmer_names.UNSPACED.startswith(written.core_properties.title)
    with watched_page(browser) as page:
        page.set_viewport_size({"width": 380, "height": 800})
        page.goto(files[1].as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 380
        assert khmer_names.UNSPACED in page.locator("body").inner_text()
