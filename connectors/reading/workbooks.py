"""Workbooks (.xlsx, .xls, .ods): each sheet as a grid of text, and the time at which the workbook was saved."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from xml.etree import ElementTree

import polars as pl

from connectors.contract import Refused
from connectors.reading import size_limits, zips
from connectors.reading.merged_cells import filled_down
from connectors.reading.size_limits import Span

_XML = (".xml", ".rels")
_TEXTS = "xl/sharedstrings.xml"
_DESCRIBING = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml")
_DESCRIBING_LIMIT = 16 * 1024 * 1024
_MODIFIED = re.compile(rb"<dcterms:modified[^>]*>(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z?</")
_OPENDOCUMENT = "application/vnd.oasis.opendocument.spreadsheet"
_META_DATE = re.compile(rb"<dc:date>(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)")


def is_workbook(name: str, archive: zipfile.ZipFile) -> bool:
    """Whether a zip is a workbook: what Office writes holds its parts under ``xl/``; an ODS says what it is.

    Raises:
        Refused: its first part is damaged.
    """
    return is_xlsx(archive) or _is_opendocument(name, archive)


def is_xlsx(archive: zipfile.ZipFile) -> bool:
    """Whether a zip is a workbook as Office writes it."""
    return any(part.startswith("xl/") for part in archive.namelist())


def _is_opendocument(name: str, archive: zipfile.ZipFile) -> bool:
    """Whether a zip is an OpenDocument spreadsheet (.ods), as LibreOffice and Google write it."""
    if "mimetype" not in archive.namelist() or "content.xml" not in archive.namelist():
        return False
    kind = zips.content(name, archive, archive.getinfo("mimetype"), 100)
    return kind.decode("ascii", errors="replace").startswith(_OPENDOCUMENT)


def written_at(archive: zipfile.ZipFile) -> datetime | None:
    """The workbook's own time of its last change, in UTC (an ODS writes the wall time); null where it has none."""
    for part, pattern in (("docProps/core.xml", _MODIFIED), ("meta.xml", _META_DATE)):
        if part in archive.namelist() and (match := pattern.search(archive.read(part))):
            try:
                return datetime.fromisoformat(match.group(1).decode())
            except ValueError:
                return None
    return None


class LookedThrough(NamedTuple):
    """A workbook with nothing in it but parts that were checked, for a reader that cannot refuse.

    ``spans`` are the cells of each sheet, by its name, that span several rows.
    """

    content: bytes
    spans: Mapping[str, Sequence[Span]]


def looked_through(name: str, content: bytes, archive: zipfile.ZipFile) -> LookedThrough:
    """A workbook, its size checked.

    Raises:
        Refused: it is damaged, of a kind that cannot be looked through, or unfolds to too much.
    """
    zips.check(name, archive)
    parts = [part.replace("\\", "/").casefold() for part in archive.namelist()]
    if len(set(parts)) < len(parts):
        raise Refused(f"{name} has two parts of one name, as no workbook has; save it again as .xlsx.")
    if _is_opendocument(name, archive):
        with archive.open("content.xml") as member:
            size_limits.check_opendocument(name, member)
        return LookedThrough(content, {})
    if "xl/workbook.bin" in parts:
        raise Refused(f"{name} is a binary workbook (.xlsb); save it as .xlsx.")
    infos = dict(zip(parts, archive.infolist(), strict=True))
    if any(infos[part].file_size > _DESCRIBING_LIMIT for part in _DESCRIBING if part in infos):
        raise Refused(f"{name} describes more sheets or formats than any workbook has; save its table as CSV.")
    shared: Sequence[int] = ()
    if _TEXTS in infos:
        with archive.open(infos[_TEXTS]) as member:
            shared = size_limits.shared_strings(name, member)
    room = size_limits.SizeBudget()
    xml = [info for part, info in infos.items() if part.endswith(_XML)]
    spans_of_parts: dict[str, Sequence[Span]] = {}
    for info in xml:  # whichever the workbook calls a sheet
        with archive.open(info) as member:
            if spans := size_limits.check_sheet(name, member, shared, room):
                spans_of_parts[info.filename.replace("\\", "/").casefold()] = spans
    checked = content if len(xml) == len(parts) else _packed(archive, xml)
    part_of = parts_of_sheets(archive) if spans_of_parts else {}
    return LookedThrough(checked, {sheet: spans_of_parts.get(part, ()) for sheet, part in part_of.items()})


def parts_of_sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part of each sheet of an .xlsx by the sheet's name, in lower case; both parts were looked through before."""
    parts = {part.replace("\\", "/").casefold(): part for part in archive.namelist()}
    try:
        book, relations = (ElementTree.fromstring(archive.read(parts[part])) for part in _DESCRIBING[:2])
    except (KeyError, ElementTree.ParseError):
        return {}
    targets = {str(one.get("Id")): one.get("Target", "") for one in relations}
    named = {}
    for sheet in book.iter():
        ids = [value for key, value in sheet.attrib.items() if key.endswith("}id")]
        if sheet.tag.endswith("}sheet") and ids and (target := targets.get(ids[0])):
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            named[sheet.get("name", "")] = path.casefold()
    return named


def _packed(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
        for info in infos:
            with archive.open(info) as member, copy.open(info.filename, "w") as place:
                shutil.copyfileobj(member, place)
    return target.getvalue()


def old_sheets(name: str, content: bytes) -> Iterator[tuple[str, pl.DataFrame]]:
    """Each sheet of an .xls, as :func:`sheets` has them.

    The reader is plain Python: a damaged container may make it fail, but never takes the process with it.

    Raises:
        Refused: the workbook is damaged or has a password, or one sheet unfolds to too much.
    """
    import xlrd  # type: ignore[import-untyped]

    try:
        with xlrd.open_workbook(file_contents=content, on_demand=True, ragged_rows=True, logfile=io.StringIO()) as book:
            for at, sheet in enumerate(book.sheet_names()):
                yield sheet, _old_grid(name, book, book.sheet_by_index(at))
                book.unload_sheet(at)
    except Refused:
        raise
    except Exception as error:  # it checks little: struct's, its own, and whatever a damaged offset leads to
        raise Refused(
            f"{name} is a workbook that cannot be opened: it is damaged or has a password; save it again without one."
        ) from error


def _old_grid(name: str, book: Any, sheet: Any) -> pl.DataFrame:
    width = max((sheet.row_len(at) for at in range(sheet.nrows)), default=0)
    size_limits.SizeBudget().check(name, sheet.nrows, width, 0)
    rows = [[_old_cell(book, cell) for cell in sheet.row(at)] for at in range(sheet.nrows)]
    size_limits.SizeBudget().check(name, 0, 0, sum(len(cell.encode()) for row in rows for cell in row if cell))
    return size_limits.grid(rows)


def _old_cell(book: Any, cell: Any) -> str | None:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_TEXT:
        return str(cell.value) or None
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        whole = int(cell.value) if abs(cell.value) < 2**63 else cell.value
        return str(whole if whole == cell.value else cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return str(xlrd.xldate_as_datetime(cell.value, book.datemode))
        except (ValueError, OverflowError):
            return str(cell.value)
    return None


def sheets(name: str, book: LookedThrough) -> Iterator[tuple[str, pl.DataFrame]]:
    """Each sheet, as text: dates as ``2024-09-27 10:05:00``, whole numbers without a point, merged cells filled down.

    Raises:
        Refused: the workbook is damaged.
    """
    import fastexcel

    try:
        reader = fastexcel.read_excel(book.content)
        for at, sheet in enumerate(reader.sheet_names):
            grid = reader.load_sheet(at, header_row=None, dtypes="string").to_polars()
            yield sheet, filled_down(grid, book.spans.get(sheet, ()))
    except fastexcel.FastExcelError as error:
        raise Refused(
            f"{name} is a workbook that cannot be opened: it is damaged or has a password; save it again without one."
        ) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the Rust reader's bug, which no Exception clause catches
            raise
        raise Refused(f"{name} is a workbook that cannot be opened; save it again as .xlsx.") from error
