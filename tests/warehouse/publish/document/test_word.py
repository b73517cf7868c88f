"""The document as DOCX: real styles, a table of contents, alt texts, links, and Khmer in a font that has it."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Cm
from PIL import Image

from flows.steps.settings import Workspace
from tests.warehouse.publish.document.documents import PROJECT, document
from tests.warehouse.publish.document.test_web import PIXEL
from warehouse.publish.document.blocks import Cell, Document, Figures, Heading, Notes, Paragraph, Photo, Picture, Table
from warehouse.publish.document.web import Logo
from warehouse.publish.document.word import docx_of
from warehouse.publish.report.language import LANGUAGES

DAY = date(2024, 12, 30)


def test_every_heading_table_picture_and_text_of_the_documents_is_in_the_file(published: Workspace) -> None:
    documents = [document(published, PROJECT, language) for language in LANGUAGES]
    file = docx.Document(io.BytesIO(docx_of(documents, DAY, [Logo("Our network", "image/png", PIXEL)])))
    blocks = [block for each in documents for block in each.blocks]
    heads = [paragraph.text for paragraph in file.paragraphs if paragraph.style.name == "Heading 1"]
    assert [block.text for block in blocks if isinstance(block, Heading)] == [
        head for head in heads if head not in ("Notes", "កំណត់សម្គាល់")
    ]
    told = {paragraph.text for paragraph in file.paragraphs}
    assert {f"{b.lead}. {b.text}" if b.lead else b.text for b in blocks if isinstance(b, Paragraph)} <= told
    cells = [[cell.text.replace("\u00a0", " ") for cell in row.cells] for table in file.tables for row in table.rows]
    for block in blocks:
        for row in block.rows if isinstance(block, Table) else ():
            assert any(all(mine.text in theirs for mine, theirs in zip(row, shown, strict=False)) for shown in cells)
    described = [shape._inline.docPr.get("descr") for shape in file.inline_shapes]
    assert described.count("Our network") == 2
    assert [block.alt for block in blocks if isinstance(block, Picture)] == [d for d in described if d != "Our network"]
    assert 'TOC \\o "1-1"' in "".join(element.text or "" for element in file.element.iter(qn("w:instrText")))


def test_the_file_says_what_it_is_and_not_when_it_was_written() -> None:
    made = Document("km", "ចំណងជើង", (), [Paragraph("x\x0b\ud800")], "footer", "Contents")
    file = docx.Document(io.BytesIO(docx_of([made], DAY)))
    assert (file.core_properties.title, file.core_properties.language) == ("ចំណងជើង", "km")
    assert file.core_properties.created.date() == DAY
    assert file.paragraphs[-1].text == "x\ufffd\ufffd"


def test_each_language_has_its_footer_and_the_last_part_stays_with_its_notes() -> None:
    blocks = [Heading(1, "First"), Paragraph("p"), Heading(1, "Check"), Paragraph("How"), Notes("Notes", ["a", "b"])]
    made = [Document(language, "T", (), blocks, f"footer {language}", "c") for language in LANGUAGES]
    file = docx.Document(io.BytesIO(docx_of(made, DAY)))
    assert [section.footer.paragraphs[0].text.split("   ")[0] for section in file.sections] == [
        "footer en",
        "footer km",
    ]
    together = [paragraph.text for paragraph in file.paragraphs if paragraph.paragraph_format.keep_with_next]
    assert together == ["Check", "How", "Notes", "1.  a"] * 2


def test_khmer_has_a_font_and_a_size_of_its_own() -> None:
    """DOCX counts Khmer among the complex scripts, whose font and size are other settings."""
    made = Document("km", "ចំណងជើង", (), [Paragraph("អត្ថបទ", is_quiet=True)], "footer", "Contents")
    file = docx.Document(io.BytesIO(docx_of([made], DAY)))
    fonts = file.styles["Normal"].element.rPr.rFonts
    assert fonts.get(qn("w:cs")) == "Noto Sans Khmer"
    (run,) = file.paragraphs[-1].runs
    assert run._r.rPr.find(qn("w:szCs")).get(qn("w:val")) == run._r.rPr.find(qn("w:sz")).get(qn("w:val")) == "18"


def test_libreoffice_opens_it_and_has_every_text(published: Workspace, tmp_path: Path) -> None:
    program = shutil.which("soffice")
    if program is None or not (Path(program).resolve().parent / "libswlo.so").exists():
        pytest.skip("LibreOffice's Writer is not installed here: nothing opens the document")
    made = document(published, PROJECT, "km")
    (tmp_path / "d.docx").write_bytes(docx_of([made], DAY))
    profile = f"-env:UserInstallation={tmp_path.as_uri()}/profile"
    command = [program, profile, "--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", tmp_path]
    subprocess.run([*command, tmp_path / "d.docx"], check=True, capture_output=True, timeout=300)
    text = (tmp_path / "d.txt").read_text(encoding="utf-8-sig").replace("\u00a0", " ")
    for block in made.blocks:
        if isinstance(block, Heading | Paragraph):
            assert block.text in text
        if isinstance(block, Table):
            assert all(cell.text in text for row in block.rows for cell in row)


def test_numbers_and_their_heads_are_not_broken_and_a_logo_is_no_wider_than_its_place() -> None:
    heads = ["Post", "Published", "Views", "Reactions", "Comments"]
    rows = [[Cell("word " * 60), Cell("2024-12-30"), Cell("1,000,000,003"), Cell("≥ ≈ 12", (1, 2)), Cell("–")]]
    wide = io.BytesIO()
    Image.new("RGB", (1600, 40)).save(wide, "PNG")
    made = Document("en", "T", (), [Table("t", heads, rows, (60, 10, 10, 10, 10), frozenset({2, 3, 4}))], "f", "c")
    file = docx.Document(io.BytesIO(docx_of([made], DAY, [Logo("wide", "image/png", wide.getvalue())])))
    post, day, views, reactions, comments = (column.width.cm for column in file.tables[0].columns)
    assert day > 2.2
    assert views > 2.6
    assert min(reactions, comments) > 1.8
    assert post + day + views + reactions + comments == pytest.approx(17.4, abs=0.05)
    (logo,) = file.inline_shapes
    assert (logo.width.cm, logo.height.cm) == pytest.approx((7, 0.175), abs=0.01)


def test_headline_figures_stay_with_what_follows_and_marks_with_their_numbers() -> None:
    made = Document("en", "T", (), [Figures([("Views", Cell("≥ ≈ 12", (1,)))])], "f", "c")
    (table,) = docx.Document(io.BytesIO(docx_of([made], DAY))).tables
    paragraphs = [cell.paragraphs[0] for row in table.rows for cell in row.cells]
    assert all(paragraph.paragraph_format.keep_with_next for paragraph in paragraphs)
    assert paragraphs[1].text == "≥\u00a0≈\u00a0121"


@pytest.mark.parametrize(("size", "shown"), [((480, 270), (2.2, 1.24)), ((270, 480), (0.84, 1.5))])
def test_a_posts_picture_fits_its_column_and_is_told_in_words(
    size: tuple[int, int], shown: tuple[float, float]
) -> None:
    out = io.BytesIO()
    Image.new("RGB", size).save(out, "JPEG")
    row = [Cell("", photo=Photo(out.getvalue(), "A vlog")), Cell("text")]
    made = Document("en", "T", (), [Table("t", ["Picture", "Post"], [row], (20, 80))], "f", "c")
    file = docx.Document(io.BytesIO(docx_of([made], DAY)))
    (drawn,) = file.element.iter(qn("wp:inline"))
    assert drawn.docPr.get("descr") == "A vlog"
    assert (drawn.extent.cx / Cm(1), drawn.extent.cy / Cm(1)) == pytest.approx(shown, abs=0.01)
    assert file.tables[0].columns[0].width > drawn.extent.cx
