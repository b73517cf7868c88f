"""HTML as PDF, by the browser that is there."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from flows.steps.settings import Workspace
from tests.warehouse.publish.document.documents import IDUAI, document
from warehouse.publish.document import pdf
from warehouse.publish.document.blocks import Document, Heading, Notes
from warehouse.publish.document.web import html

needs_browser = pytest.mark.skipif(pdf.browser() is None, reason="no browser of the Chromium family is installed")


@needs_browser
def test_a_campaigns_document_is_a_pdf_of_a4_whose_pages_are_numbered(published: Workspace, tmp_path: Path) -> None:
    made = pdf.pdf(html([document(published, IDUAI, "km")]))
    assert made.startswith(b"%PDF")
    assert b"595" in made or shutil.which("pdftotext")  # points: 210 mm
    if shutil.which("pdftotext"):
        (tmp_path / "d.pdf").write_bytes(made)
        text = subprocess.run(["pdftotext", tmp_path / "d.pdf", "-"], capture_output=True, text=True, check=True).stdout
        pages = text.count("\f")
        assert 3 <= pages <= 5
        assert f"{pages}/{pages}" in text.replace(" ", "")
        assert "46,700" in text


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
