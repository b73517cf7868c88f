"""Sheets that people keep by hand: the outreach log and the sheet of partners.

Such a sheet is a document, not a meter: its newest version replaces the older ones. A row is identified by its link or
its number. Two rows of one identity are a mistake that is reported, and never two readings. Notes above, between and
below the rows are passed over.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from importlib.resources import files
from typing import NamedTuple

import polars as pl

from connectors.contract import Match, Raw, ReadReport, Refused
from connectors.reading import customs
from connectors.reading import files as exports
from connectors.reading.dates import Moments, moments_of_file
from connectors.reading.days import day_ends
from connectors.reading.decimal_marks import Written, decimal_mark
from connectors.reading.files import Rows
from connectors.reading.headers import LINES, layouts_of, values_of
from connectors.reading.layouts import Layout, MatchedTable, matched_tables
from connectors.reading.numbers import NOTHING
from connectors.reading.observed import observed
from connectors.settings import ConnectorSettings

ASK = "may be two days: say under its section in reach.toml whether day or month comes first (date_order)"


class Document(NamedTuple):
    """All rows of a document, every column of its template there (null where the document has none)."""

    rows: Rows
    frame: pl.DataFrame
    evidence: ReadReport
    notes: tuple[str, ...]
    decimal_mark: str = "."


def sniffed(raw: Raw, name: str, layout: Layout, settings: ConnectorSettings) -> Match | None:
    """Sure of a file whose header holds the columns that the document needs, surer the more of the template it has."""
    return template_match(matched_tables(raw, name, (layout,), settings), name, layout)


def template_match(tables: Iterable[MatchedTable], name: str, layout: Layout) -> Match | None:
    """How sure it is that one of these tables is the template's; None where none is."""
    tables = [one for one in tables if one.layout is layout]
    if not tables:
        return None
    share = max(len(one.top.positions) for one in tables) / len(layouts_of(name)[layout.name].languages["en"])
    return Match(round(0.4 + 0.5 * share, 2), f"the columns of {layout.what}")


def read(
    raw: Raw, settings: ConnectorSettings, name: str, layout: Layout, matched: Sequence[MatchedTable] | None = None
) -> Document:
    """The rows of all sheets, numbered on from sheet to sheet.

    ``layout`` is the template's; ``matched`` are the tables where others than the template's are read, too.

    Raises:
        Refused: no sheet has the template's columns, or is a table of ``matched`` that can be loaded.
    """
    matched = matched_tables(raw, name, (layout,), settings) if matched is None else matched
    tables = [(one.table, one.top) for one in matched if not one.layout.refused]
    unread_sheets = [
        f"{one.table.place} was not read: it {one.layout.refused}" for one in matched if one.layout.refused
    ]
    if matched and not tables:
        raise Refused(f"{raw.name} {matched[0].layout.refused}.")
    if not tables:
        lacking = ", ".join(sorted(layout.needs))
        raise Refused(f"{raw.name} lacks the template's columns {lacking}; copy its rows into the template.")
    words = layouts_of(name)[layout.name].languages["en"]
    parts, start = [], 0
    for table, top in tables:
        part = exports.rows_kept_by_hand(table, top)
        parts.append(_numbered(part, start))
        start += max([0, *part.whole["row"].to_list(), *(odd.row for odd in part.odd)])
    rows = Rows(
        pl.concat([part.frame for part in parts], how="diagonal"),
        pl.concat([part.whole for part in parts], how="diagonal").select(pl.exclude("row"), "row"),
        tuple(odd for part in parts for odd in part.odd),
        tuple(note for part in parts for note in part.notes),
        tuple(dict.fromkeys(name for part in parts for name in part.disputed)),
    )
    frame = rows.frame.with_columns(
        pl.lit(None, pl.String).alias(name) for name in words if name not in rows.frame.columns
    ).with_columns(pl.col(name).str.strip_chars().replace("", None) for name in words)
    frame = frame.with_columns(
        pl.when(pl.col("link").str.to_lowercase().is_in(list(NOTHING)).not_()).then("link").alias("link"),
        _like_totals(rows.whole).alias("is_like_totals"),
    )
    is_note = _is_note(frame)
    notes = frame.select(is_note.sum()).item()
    table, top = tables[0]
    seen = observed(raw, settings, written_at=table.written_at, is_written_in_utc=table.is_utc)
    saved = observed(replace(raw, read_on=None), settings, None, "", table.written_at, table.is_utc)
    evidence = ReadReport(
        seen.at, seen.source, seen.on, None, "", top.language, table.encoding, table.delimiter,
        mapped=top.mapped, ignored=top.ignored, grade="entered", is_document=True,
        saved_at=saved.at,
    )  # fmt: skip
    lines = "1 line that is no row was" if notes == 1 else f"{notes} lines that are no rows were"
    passed = (f"{lines} passed over as notes",) if notes else ()
    frame, mark, marking = frame.filter(~is_note), ".", tuple[str, ...]()
    if "watch_seconds" in frame.columns:
        written = Written(top.language, table.delimiter, table.encoding == "workbook", settings.decimal_mark)
        mark, marking = decimal_mark("watch_seconds", frame["watch_seconds"], written)
    return Document(rows, frame, evidence, (*seen.notes, *passed, *marking, *unread_sheets), mark)


def _is_note(frame: pl.DataFrame) -> pl.Expr:
    """Whether a line is no row: a remark, a total, or what adds lines up and names no post."""
    cells = [name for name in frame.columns if name not in ("row", "is_like_totals")]
    filled = pl.sum_horizontal(pl.col(cells).is_not_null())
    # A remark is mostly typed into the first column, where the number stands; a number alone is a line not filled in.
    has_number = _has_number() & (filled > 1)
    names_none = pl.any_horizontal(pl.col(name).is_null() for name in ("title", "published") if name in cells)
    is_total = (pl.col("is_like_totals") == 2) | ((pl.col("is_like_totals") == 1) & ~has_number & names_none)
    return (((filled <= 2) & ~has_number) | is_total).fill_null(False) & ~has_link()


def has_link() -> pl.Expr:
    """Whether an address, or a post's id in its place, stands in the column of links: remarks and titles do, too."""
    link = pl.col("link").str.strip_chars()
    return (link.str.contains("[./]") | link.str.contains(LONG_ID)).fill_null(False)


LONG_ID = r"^[A-Za-z0-9_-]{10,}$"
"""What a post's id alone looks like; years and words are shorter."""


def _has_number() -> pl.Expr:
    return number().str.contains(r"^[0-9]+$").fill_null(False)


def _like_totals(whole: pl.DataFrame) -> pl.Series:
    """How much a line reads like one of totals: 2 where a cell is a word for them, 1 where it begins or ends with one.

    Captions do so, too, such as "Total recall".
    """
    totals = list(values_of(LINES, "totals"))
    spaced = [word for word in totals if word.isascii() or " " in word]
    begins = "|".join(re.escape(word) if word not in spaced else rf"{re.escape(word)}\b" for word in totals)
    ends = "|".join(rf"\b{re.escape(word)}" for word in spaced)
    cells = pl.exclude("row").str.strip_chars(" :*").str.to_lowercase()
    is_short = cells.str.count_matches(r"\s+") < _WORDS
    is_like = is_short & (cells.str.contains(rf"^(?:{begins})") | cells.str.contains(rf"(?:{ends})$"))
    likeness = pl.max_horizontal(is_like.fill_null(False).cast(pl.Int8)) + pl.any_horizontal(
        cells.is_in(totals).fill_null(False)
    )
    return whole.select(likeness).to_series()


_WORDS = 6
"""What adds lines up is called in fewer words than this; a caption has more."""

LIKE_TOTALS = "reads like a line of totals, which is no post; if it is one, give it a link or a number in the column no"


def read_like_totals() -> pl.Expr:
    """Why a line is left out that reads like one of totals and may be a row; null where it does not."""
    is_like = (pl.col("is_like_totals") > 0) & ~has_link() & ~_has_number()
    return pl.when(is_like.fill_null(False)).then(pl.lit(LIKE_TOTALS))


def counts_from(day: pl.Expr, document: Document, raw: Raw, settings: ConnectorSettings) -> pl.Expr:
    """From when on a row counts: the end of its own day, however late the document came; else when that was seen.

    Nothing is read after it came.
    """
    ended = pl.min_horizontal(day_ends(day, settings.reporting_zone), pl.lit(raw.received_at, pl.Datetime("us")))
    return pl.when(day.is_not_null()).then(ended).otherwise(pl.lit(document.evidence.observed_at, pl.Datetime("us")))


def _numbered(rows: Rows, start: int) -> Rows:
    return replace(
        rows,
        frame=rows.frame.with_columns(pl.col("row") + start),
        whole=rows.whole.with_columns(pl.col("row") + start),
        odd=tuple(replace(odd, row=odd.row + start) for odd in rows.odd),
    )


def dates(
    document: Document, columns: Iterable[str], raw: Raw, settings: ConnectorSettings
) -> tuple[dict[str, Moments], ReadReport, tuple[str, ...]]:
    """A document's columns of dates, which have one order of day and month, its evidence, and what was assumed.

    Where neither the dates nor the settings tell the order, the custom of the country counts in which the reporting
    zone lies.
    """
    order = settings.dates if settings.date_order else customs.date_order(settings.reporting_zone)
    texts = {name: document.frame[name] for name in columns}
    moments, decision = moments_of_file(texts, order, settings.source_zone, raw.received_at)
    order_read = next((moment.order for moment in moments.values() if moment.order), "")
    evidence = replace(document.evidence, date_order=order_read, date_order_from=decision.source)
    return moments, evidence, decision.notes


def unread(name: str, moments: Moments) -> pl.Expr:
    """Why a row cannot be kept whose date in this column cannot be read; null where it can, or is empty."""
    why = pl.when(pl.lit(moments.is_doubtful)).then(pl.lit(ASK)).otherwise(pl.lit("is not a date"))
    return pl.when(pl.lit(moments.at.is_null()) & pl.col(name).is_not_null()).then(
        pl.format("{}: {} {}", pl.lit(name), name, why)
    )


def number(column: str = "no") -> pl.Expr:
    """The number that a row was given: ``1.0`` of a spreadsheet and a Khmer ``១`` are 1."""
    text = pl.col(column).str.replace_many({chr(0x17E0 + n): str(n) for n in range(10)})
    return text.str.replace(r"^([0-9]+)\.0+$", "${1}")


def without_doubles(frame: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Every row after the first of one identity gets a ``reason``: nobody can tell which of them is right."""
    of_one = pl.struct(*keys)
    is_kept = pl.col("reason").is_null() & pl.col("post_id").is_not_null()
    first = pl.col("row").filter(is_kept).first().over(of_one)
    double = pl.format("{} stands in row {} already: give each row its own link or number", "post_id", first)
    is_double = is_kept & (pl.col("row") > first)
    return frame.with_columns(pl.when(is_double).then(double).otherwise("reason").alias("reason"))


def template(name: str) -> Mapping[str, bytes]:
    """A template as people fill it in, file name -> content: CSV, and a workbook whose cells are all text.

    ``name`` is a connector's, ``outreach`` or ``sheet``. The same bytes every time.
    """
    import xlsxwriter

    text = (files(f"connectors.{name}") / "template.csv").read_bytes()
    columns = text.decode("utf-8-sig").strip().split(",")
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})
        plain, bold = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "bold": True})
        page = book.add_worksheet(name)
        page.set_column(0, len(columns) - 1, 18, plain)  # text: no spreadsheet may rewrite ids and dates
        page.write_row(0, 0, columns, bold)
        page.freeze_panes(1, 0)
    return {f"{name}.csv": text, f"{name}.xlsx": target.getvalue()}
