"""HTML as PDF, by the browser that is there."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from flows.steps.settings import Workspace
from tests.warehouse.publish.document.documents import IDUAI, document
from warehouse.palette import LIGHT
from warehouse.publish.document import pdf
from warehouse.publish.document.blocks import Document, Heading, Notes, Paragraph
from warehouse.publish.document.web import html
from warehouse.publish.report.language import LANGUAGES

FOOTER = 57.0
"""Points from below: 20 mm."""

needs_browser = pytest.mark.skipif(pdf.browser() is None, reason="no browser of the Chromium family is installed")


@pytest.fixture(scope="module")
def in_both_languages(published: Workspace) -> Iterator[pypdfium2.PdfDocument]:
    """A campaign's document in English and Khmer, printed."""
    made = pdf.pdf(html([document(published, IDUAI, language) for language in LANGUAGES]))
    with pypdfium2.PdfDocument(made) as printed:
        yield printed


@needs_browser
def test_a_campaigns_document_is_a_pdf_of_a4_whose_pages_are_numbered(in_both_languages: pypdfium2.PdfDocument) -> None:
    pages = len(in_both_languages)
    assert pages == 9
    for number, page in enumerate(in_both_languages, 1):
        assert tuple(map(round, page.get_size())) == (595, 842)  # points: 210 by 297 mm
        assert f"{number}/{pages}" in _text(page).replace(" ", "")
    assert "46,700" in _text(in_both_languages[0])


@needs_browser
def test_no_page_is_nearly_empty(in_both_languages: pypdfium2.PdfDocument) -> None:
    for page in in_both_languages:
        text = page.get_textpage()
        bottoms = [text.get_rect(at)[1] for at in range(text.count_rects())]
        lowest = min(bottom for bottom in bottoms if bottom > FOOTER)
        assert lowest < page.get_height() * 0.65  # from below: a third of the page is full


@needs_browser
def test_the_footer_of_a_page_is_in_its_language_and_quiet(in_both_languages: pypdfium2.PdfDocument) -> None:
    assert "figures of 30 December 2024" in _text(in_both_languages[0])
    assert "figures of 30 December 2024" not in _text(in_both_languages[len(in_both_languages) - 1])
    image = in_both_languages[len(in_both_languages) - 1].render(scale=4).to_pil()
    footer = image.crop((0, round(image.height * 0.95), image.width, image.height))
    assert "#{:02x}{:02x}{:02x}".format(*min(map(tuple, footer.getdata()))) == LIGHT["quiet"]


@needs_browser
def test_the_last_part_and_the_notes_stand_on_one_page_where_they_fit() -> None:
    lines = [Paragraph("line") for _ in range(24)]
    blocks = [Heading(1, "First"), *lines, Heading(1, "Check"), Paragraph("How"), Notes("Notes", ["note"] * 10)]
    with pypdfium2.PdfDocument(pdf.pdf(html([Document("en", "T", (), blocks, "f", "c")]))) as printed:
        first, last = (_text(page) for page in printed)
    assert first.count("line") == 24
    assert last.count("note") == 10
    assert "Check" in last


def _text(page: pypdfium2.PdfPage) -> str:
    return page.get_textpage().get_text_bounded()


@needs_browser
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_numbers_of_parts_and_notes_stand_on_the_paper(tmp_path: Path) -> None:
    blocks = [*(Heading(1, "part") for _ in range(120)), Notes("Notes", ["note"] * 120)]
    (tmp_path / "d.pdf").write_bytes(pdf.pdf(html([Document("en", "T", (), blocks, "f", "c")])))
    text = subprocess.run(["pdftotext", tmp_path / "d.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert text.count("120.") == 2


def test_without_a_browser_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REACH_BROWSER", "no-such-browser")
    assert pdf.browser() is None
    with pytest.raises(pdf.NoPdf, match="install Chromium, Chrome or Edge"):
        pdf.pdf(b"<p>")


def test_a_browser_that_prints_nothing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REACH_BROWSER", "false")
    with pytest.raises(pdf.NoPdf, match="false did not print the PDF; it ended with 1"):
        pdf.pdf(b"<p>")


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="the browser of this test is a script for a shell")
def test_a_browser_that_hangs_is_ended_with_what_it_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f"#!/bin/sh\n(sleep 2; touch {tmp_path}/lives) & sleep 60\n", encoding="utf-8")
    browser.chmod(0o700)
    monkeypatch.setenv("REACH_BROWSER", str(browser))
    monkeypatch.setattr(pdf, "_SECONDS", 0.5)
    with pytest.raises(pdf.NoPdf, match="browser did not print the PDF within"):
        pdf.pdf(b"<p>")
    time.sleep(2)
    assert not (tmp_path / "lives").exists()
