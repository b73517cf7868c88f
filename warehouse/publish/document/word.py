"""Documents as DOCX, by python-docx: real styles, a table of contents, alt texts, and the notes at the end."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

import docx
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shape import InlineShape
from docx.shared import Cm, Emu, Pt, RGBColor
from docx.table import Table as DocxTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph as DocxParagraph
from docx.text.run import Run

from warehouse.palette import LIGHT, SIZES
from warehouse.publish.document import drawing
from warehouse.publish.document.blocks import Block, Cell, Document, Figures, Heading, Notes, Paragraph, Picture, Table
from warehouse.publish.document.web import Logo
from warehouse.texts import letters_beside

_FONT, _KHMER_FONT = "Noto Sans", "Noto Sans Khmer"
_INK, _QUIET, _MAIN = (RGBColor.from_string(LIGHT[name][1:]) for name in ("ink", "quiet", "main"))
_LINE = LIGHT["line"][1:]
_WIDTH = 17.4
"""Centimetres between the margins of A4."""
_LOGO = (7.0, 2.2)
"""Centimetres that a logo is wide and high at most, as in HTML."""
_PHOTO = (2.2, 1.5)
"""The same for a post's picture."""
_LETTER, _MARGINS = 0.0235, 0.45
"""Centimetres of a bold letter for each point of its size, and of a cell's margins: rather too wide than too narrow."""
_NOTE = 0.6
"""The size of a raised note's number beside the letters before it."""
_SHORT = 14
"""Letters: a day, a period or a verdict stands in one line."""
_PLAIN = 10.0
_TINY, _SMALL, _LARGE, _TITLE = (_PLAIN * SIZES[name] for name in ("tiny", "small", "second", "first"))
"""Sizes in points: tables, what is said aside, text, headings and headline figures, and the title."""
_STYLES = (
    ("Normal", _PLAIN, _INK, False), ("Title", _TITLE, _INK, True), ("Heading 1", _LARGE, _MAIN, True),
    ("Caption", _PLAIN, _INK, True),
)  # fmt: skip
_MARK = re.compile("([≥≤≈]) ")
_LONGEST_PROPERTY = 255
"""The most letters of a file's title, by ECMA-376; names may be longer."""
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def docx_of(documents: Sequence[Document], as_of: date, logos: Sequence[Logo] = ()) -> bytes:
    """Documents, a language each, behind one another.

    Args:
        as_of: the day of the figures, which the file has as its own.
    """
    drawn = iter(drawing.pngs([b.spec for d in documents for b in d.blocks if isinstance(b, Picture)]))
    file = docx.Document()
    _set_up(file, documents[0], datetime.combine(as_of, time(12)))
    for number, document in enumerate(documents):
        _footer(file.add_section(WD_SECTION.NEW_PAGE) if number else file.sections[0], document)
        _title(file, document, logos)
        for place, block in enumerate(document.blocks):
            if place == document.closing:
                closing_begins = len(file.paragraphs)
            if isinstance(block, Paragraph) and block.is_quiet and isinstance(document.blocks[place - 1], Picture):
                file.paragraphs[-1].paragraph_format.keep_with_next = True
            _put(file, block, drawn)
        if document.closing is not None:
            for paragraph in file.paragraphs[closing_begins:-1]:
                paragraph.paragraph_format.keep_with_next = True
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def _set_up(file: Docx, document: Document, made_at: datetime) -> None:
    """Paper, fonts, footer, and what the file says of itself."""
    section = file.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.PORTRAIT, Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.8)
    section.top_margin, section.bottom_margin = Cm(1.8), Cm(2)
    for name, size, colour, is_bold in _STYLES:
        style = file.styles[name]
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)
        for kind, font in (("ascii", _FONT), ("hAnsi", _FONT), ("eastAsia", _FONT), ("cs", _KHMER_FONT)):
            fonts.set(qn(f"w:{kind}"), font)
        _look(style, size, colour, is_bold=is_bold)
    file.styles["Caption"].paragraph_format.keep_with_next = True
    file.styles["Caption"].paragraph_format.space_before = Pt(12)
    properties = file.core_properties
    title, footer = (_fit(text)[:_LONGEST_PROPERTY] for text in (document.title, document.footer))
    properties.title, properties.author, properties.comments = title, "Reach", footer
    properties.language = document.language
    properties.created = properties.modified = made_at


def _footer(section: Section, document: Document) -> None:
    """A document's own footer, in its language, on each of its pages."""
    section.footer.is_linked_to_previous = False
    line = section.footer.paragraphs[0]
    _run(line, f"{document.footer}   ", 8, _QUIET)
    _field(line, "PAGE")


def _title(file: Docx, document: Document, logos: Sequence[Logo]) -> None:
    if logos:
        line = file.add_paragraph()
        for logo in logos:
            drawn = line.add_run().add_picture(io.BytesIO(logo.content), height=Cm(_LOGO[1]))
            _fit_into(drawn, _LOGO[0], logo.name)
            line.add_run("   ")
    _run(file.add_paragraph(style="Title"), document.title)
    lines = file.add_paragraph()
    for number, text in enumerate(document.lines):
        if number:
            lines.add_run().add_break()
        _run(lines, text, _PLAIN, _QUIET)
    _run(file.add_paragraph(style="Caption"), document.contents)
    # Word fills the field in when it is asked to; until then the names of the parts stand there.
    parts = [block.text for block in document.blocks if isinstance(block, Heading)]
    _field(file.add_paragraph(), 'TOC \\o "1-1" \\h \\z \\u', "\n".join(parts))


def _fit_into(drawn: InlineShape, widest: float, alt: str) -> None:
    """Makes a picture no wider than so many centimetres, and says what it shows."""
    if drawn.width > Cm(widest):
        drawn.width, drawn.height = Cm(widest), Emu(drawn.height * Cm(widest) // drawn.width)
    drawn._inline.docPr.set("descr", _fit(alt))


def _put(file: Docx, block: Block, drawn: Iterator[bytes]) -> None:
    """A block; ``drawn`` gives the pictures, one after the other."""
    match block:
        case Heading():
            _run(file.add_paragraph(style="Heading 1"), block.text)
        case Paragraph():
            paragraph = file.add_paragraph()
            if block.lead:
                _run(paragraph, f"{block.lead}. ", _PLAIN, _INK, is_bold=True)
            _run(paragraph, block.text, *((_SMALL, _QUIET) if block.is_quiet else (_PLAIN, _INK)))
        case Figures():
            _figures(file, block)
        case Table():
            _table(file, block)
        case Picture():
            _run(file.add_paragraph(style="Caption"), block.title)
            shape = file.add_paragraph().add_run().add_picture(io.BytesIO(next(drawn)), width=Cm(_WIDTH))
            shape._inline.docPr.set("descr", _fit(block.alt))
        case Notes():
            _run(file.add_paragraph(style="Heading 1"), block.title)
            for number, text in enumerate(block.texts, 1):
                paragraph = file.add_paragraph()
                paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Cm(0.7), Cm(-0.7)
                _run(paragraph, f"{number}.  {text}", _SMALL)


def _figures(file: Docx, block: Figures) -> None:
    """The headline figures as a table of two rows without lines: what they count, and the numbers."""
    if not block.figures:
        return
    table = file.add_table(rows=2, cols=len(block.figures))
    table.autofit = False
    _set_widths(table, [max(_width(name, _SMALL), _width(_shown(cell), _LARGE)) for name, cell in block.figures])
    for place, (name, cell) in enumerate(block.figures):
        head = table.cell(0, place).paragraphs[0]
        head.paragraph_format.space_after = Pt(0)
        _run(head, name, _SMALL, _QUIET)
        _fill(table.cell(1, place), cell, _LARGE, is_bold=True)
        table.cell(1, place).paragraphs[0].paragraph_format.space_after = Pt(10)
        for paragraph in (head, table.cell(1, place).paragraphs[0]):
            paragraph.paragraph_format.keep_with_next = True  # not alone with its heading at the end of a page


def _table(file: Docx, block: Table) -> None:
    _run(file.add_paragraph(style="Caption"), block.title)
    table = file.add_table(rows=0, cols=len(block.heads))
    table.autofit = False
    _draw_lines(table)
    for is_head, row in ((True, [Cell(head) for head in block.heads]), *((False, row) for row in block.rows)):
        made = table.add_row()
        properties = made._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if is_head:
            properties.append(OxmlElement("w:tblHeader"))  # the heads stand on every page
        for place, cell in enumerate(row):
            _fill(made.cells[place], cell, _TINY, is_bold=is_head, is_number=place in block.numbers)
    _set_widths(table, _widths(block))
    file.add_paragraph()


def _widths(block: Table) -> list[float]:
    """Parts of the page's width: numbers and what is short have what they need, texts share what is left.

    The bold letters of heads are wider: a word of them has room for one letter more.
    """
    needed = {}
    for place, head in enumerate(block.heads):
        cells = [_shown(row[place]) for row in block.rows]
        if place in block.numbers or max(map(len, cells), default=0) <= _SHORT:
            needed[place] = max(_width(text, _TINY) for text in [*(f"{word}0" for word in head.split()), *cells])
        if any(row[place].photo for row in block.rows):
            needed[place] = max(needed.get(place, 0), _PHOTO[0] + _MARGINS)
    texts = sum(part for place, part in enumerate(block.widths) if place not in needed)
    left = max(_WIDTH - sum(needed.values()), _WIDTH / 3)
    return [needed.get(place, left * part / max(texts, 1)) for place, part in enumerate(block.widths)]


def _width(text: str, size: float) -> float:
    """Centimetres that a text takes in one line of a cell, at most."""
    return len(letters_beside(text)) * size * _LETTER + _MARGINS


def _shown(cell: Cell) -> str:
    """A cell's text, and room for its notes, whose letters are smaller."""
    return cell.text + "0" * math.ceil(_NOTE * len(_notes(cell)))


def _notes(cell: Cell) -> str:
    return ", ".join(map(str, cell.notes))


def _set_widths(table: DocxTable, parts: Sequence[float]) -> None:
    for column, part in zip(table.columns, parts, strict=True):
        column.width = Cm(_WIDTH * part / sum(parts))  # LibreOffice goes by the columns, Word by the cells
        for target in column.cells:
            target.width = column.width


def _draw_lines(table: DocxTable) -> None:
    """Light lines below the rows, and none beside the columns."""
    borders = OxmlElement("w:tblBorders")
    for side in ("bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", _LINE)):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    table._tbl.tblPr.find(qn("w:tblLayout")).addprevious(borders)  # in the schema's order, which Word may insist on


def _fill(target: _Cell, cell: Cell, size: float, *, is_bold: bool = False, is_number: bool = False) -> None:
    paragraph = target.paragraphs[0]
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(2), Pt(2)
    if is_number:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if cell.photo:
        drawn = paragraph.add_run().add_picture(io.BytesIO(cell.photo.content), height=Cm(_PHOTO[1]))
        _fit_into(drawn, _PHOTO[0], cell.photo.alt)
    if cell.href:
        _link(paragraph, cell.text, cell.href, size)
    else:
        _run(paragraph, _MARK.sub("\\1\u00a0", cell.text), size, is_bold=is_bold)
    if cell.notes:
        _run(paragraph, _notes(cell), size).font.superscript = True


def _run(
    paragraph: DocxParagraph, text: str, size: float | None = None, colour: RGBColor = _INK, *, is_bold: bool = False
) -> Run:
    """A text as a run; without a size it looks as its paragraph's style does."""
    run = paragraph.add_run(_fit(text))
    if size is not None:
        _look(run, size, colour, is_bold=is_bold)
    return run


def _look(of_what: Any, size: float, colour: RGBColor, *, is_bold: bool) -> None:
    """Size, colour and weight of a run or style, of Khmer too, which DOCX counts among the complex scripts."""
    of_what.font.size, of_what.font.color.rgb, of_what.font.bold = Pt(size), colour, is_bold
    of_what.font.cs_bold = is_bold
    properties = of_what.element.get_or_add_rPr()
    for old in properties.findall(qn("w:szCs")):
        properties.remove(old)
    complex_size = OxmlElement("w:szCs")
    complex_size.set(qn("w:val"), str(round(2 * size)))
    properties.find(qn("w:sz")).addnext(complex_size)


def _fit(text: str) -> str:
    """A text without the characters that XML does not know."""
    return _NOT_IN_XML.sub("\ufffd", text)


def _field(paragraph: DocxParagraph, instruction: str, shown: str = "1") -> None:
    """A field that Word and LibreOffice fill in, and what stands there until then (ECMA-376, 17.16)."""
    for kind in ("begin", "instruction", "separate", "shown", "end"):
        run = _run(paragraph, "", _SMALL, _QUIET)
        if kind == "instruction":
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = instruction
            run._r.append(element)
        elif kind == "shown":
            run.text = _fit(shown)
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
            run._r.append(element)


def _link(paragraph: DocxParagraph, text: str, address: str, size: float) -> None:
    """A text that leads to an address."""
    element = OxmlElement("w:hyperlink")
    element.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = _run(paragraph, text, size, _MAIN)
    run.font.underline = True
    element.append(run._r)
    paragraph._p.append(element)
