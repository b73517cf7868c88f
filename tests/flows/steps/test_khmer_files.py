"""A workbook of corrected Khmer beside the plan, or in the inbox, holds in everything that the workspace writes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import connectors
from flows.steps import documents, khmer_files, night, sentences
from flows.steps.settings import Workspace
from tests.conftest import World, copy_of, meta, new_world, post
from warehouse.publish.report.khmer_texts import KhmerText, khmer_texts
from warehouse.publish.report.sentence import READS
from warehouse.publish.report.wording import Texts
from warehouse.publish.snapshot import read_tables
from warehouse.publish.workbook.khmer_book import khmer_book

_TEXTS = khmer_texts(connectors.PLATFORMS)
DAY = date(2024, 12, 30)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = new_world(tmp_path_factory.mktemp("khmer"))
    world.drop("2024-10-01/a.csv", meta(post(1, Views=7)))
    world.load()
    return world


@pytest.fixture
def here(loaded: World, tmp_path: Path) -> World:
    return copy_of(loaded, tmp_path)


def correct(folder: Path, corrections: dict[str, str], texts: list[KhmerText] = _TEXTS) -> Path:
    file = folder / "khmer.xlsx"
    file.write_bytes(khmer_book(texts, corrections))
    return file


def publish(workspace: Workspace) -> Path:
    computed = night.compute(workspace, night.read_plan(workspace), DAY)
    night.release(workspace, computed, night.report(workspace, computed))
    return workspace.published


def test_pages_lines_and_the_document_have_the_corrected_text_and_the_workbook_keeps_it(here: World) -> None:
    workspace, khmer = here.workspace, {"page.overview": "កកក", "figures.views": "ខខខ", "document.summary": "គគគ",
                                        "sentence.have.other": "ឃឃឃ"}  # fmt: skip
    correct(workspace.inbox, khmer)
    assert khmer_files.read(workspace).sentences == ()
    published = publish(workspace)
    page = (published / "report" / "km" / "index.html").read_text(encoding="utf-8")
    assert ("កកក" in page, "ខខខ" in page) == (True, True)
    listed = (published / "report" / "km" / "khmer.html").read_text(encoding="utf-8")
    assert ("កកក" in listed, "ទិដ្ឋភាពទូទៅ" in listed) == (True, True)
    assert (published / "report" / "khmer.xlsx").read_bytes() == khmer_book(_TEXTS, khmer)
    (line,) = sentences.sentences(workspace, read_tables(published, READS), "forum", "km").values()
    assert "ឃឃឃ" in line
    figures = documents.figures_of(workspace, None)
    scope = documents.scope_of(figures, "forum")
    made = documents.make(workspace, figures, scope, ["km"], ["html"])
    assert "គគគ" in made.files["html"].decode()


def test_what_cannot_be_used_is_told_and_the_rest_is_used(here: World) -> None:
    texts = [text._replace(english="older") if text.key == "page.posts" else text for text in _TEXTS]
    correct(here.workspace.home, {"page.overview": "កកក", "page.known_of": "ក", "page.posts": "ខ"}, texts)
    file = khmer_files.read(here.workspace)
    assert file.corrections.texts == {"page.overview": "កកក"}
    assert [sentence.split(":")[0].split(", row")[0] for sentence in file.sentences] == ["khmer.xlsx"] * 2
    assert "it lacks {knowing}, {posts}" in file.sentences[0]
    assert "its English has changed since" in file.sentences[1]


@pytest.mark.parametrize("wrong", [10, 11])
def test_ten_rows_are_told_one_by_one(here: World, wrong: int) -> None:
    needing = [text.key for text in _TEXTS if text.needed][:wrong]
    correct(here.workspace.home, dict.fromkeys(needing, "ក"))
    *_, last = told = khmer_files.read(here.workspace).sentences
    assert len(told) == wrong
    assert (last == "khmer.xlsx: 1 more rows cannot be used.") == (wrong == 11)


def test_a_file_that_cannot_be_read_is_told_and_our_texts_stand(here: World) -> None:
    file = here.workspace.home / "khmer.xlsx"
    for content in (b"", b"PK\x03\x04 cut off", b"text"):
        file.write_bytes(content)
        read = khmer_files.read(here.workspace)
        assert (read.corrections.texts, len(read.sentences)) == ({}, 1)
        assert read.sentences[0].startswith("khmer.xlsx")
        assert "Our Khmer texts stand" in read.sentences[0]


def test_where_two_lie_there_the_workspaces_is_used_and_the_other_is_told(here: World) -> None:
    correct(here.workspace.home, {"page.overview": "កកក"})
    correct(here.workspace.inbox, {"page.overview": "ខខខ"})
    read = khmer_files.read(here.workspace)
    assert read.corrections.texts == {"page.overview": "កកក"}
    assert "is not used, since khmer.xlsx is there, too" in read.sentences[0]


def test_without_a_workbook_nothing_is_corrected_and_nothing_told(here: World) -> None:
    read = khmer_files.read(here.workspace)
    assert (read.corrections.texts, read.sentences, khmer_files.fingerprint(here.workspace)) == ({}, (), "")


@pytest.mark.parametrize("name", ["Khmer texts corrected.xlsx", "Partner/khmer (1).xlsx"])
def test_a_corrected_workbook_of_another_name_is_refused_with_its_right_name_in_both_languages(
    here: World, name: str
) -> None:
    here.drop(name, khmer_book(_TEXTS, {"page.overview": "កកក"}))
    (problem,) = here.load().problems
    assert problem == (
        f"{name} corrects texts in Khmer. Save it as khmer.xlsx in the workspace or in the inbox's own folder: it counts "
        "only there and under that name."
    )
    told = Texts("km", "Asia/Phnom_Penh", connectors.PLATFORMS).told(problem) or ""
    assert "khmer.xlsx" in told
    assert khmer_files.read(here.workspace).corrections.texts == {}
