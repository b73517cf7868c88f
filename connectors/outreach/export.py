"""Outreach: the log of radio, TV, press and events that people keep by hand, as CSV or a workbook.

Reference: the template ``connectors/outreach/template.csv``, a line a programme or an event, and ``press.csv`` beside
it, a line an article; or a partner's own list of events with a date, a title and participants, or of press clippings
with a date, an outlet and a title or link.
Limits: a row is known by its link, else by its ``no`` within its station and day, never by its title; an event or an
article without either by its organiser or outlet, day, kind, place and title together.
Not reported: anything counted online; ``audience`` is the station's, outlet's or organiser's own claim, never added up.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from connectors.attendance import GATHERINGS
from connectors.contract import OUTREACH_KINDS, Extract, Match, Raw
from connectors.reading import documents
from connectors.reading.attendance import age_column, attendance
from connectors.reading.days import unit_of
from connectors.reading.extracts import extract
from connectors.reading.files import Rows
from connectors.reading.headers import header_key, values_of
from connectors.reading.layouts import Layout, MatchedTable, matched_tables
from connectors.reading.numbers import parse_counts
from connectors.settings import ConnectorSettings

NAME = "outreach"

LAYOUTS = (
    Layout("content", "the outreach log", ("station", "date", "title")),
    Layout("events", "a list of events", ("date", "title", "participants|participants_women"), words="content"),
    Layout("clippings", "a list of press clippings", ("outlet", "date", "title|link"), words="content"),
)


class Settings(ConnectorSettings):
    """The outreach log's section of the settings."""


def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:
    """Whether a file has the log's columns, at least date, station and title, or is a list of events or clippings."""
    tables = matched_tables(raw, NAME, LAYOUTS, settings)
    of_a_list = Match(0.6, f"the columns of {tables[0].layout.what}") if tables else None
    return documents.template_match(tables, NAME, LAYOUTS[0]) or of_a_list


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """A log, a programme or an event a row; ``audience`` is the one figure of a programme.

    Raises:
        Refused: the file lacks the log's columns.
    """
    tables = matched_tables(raw, NAME, LAYOUTS, settings)
    document = documents.read(raw, settings, NAME, LAYOUTS[0], tables or None)
    frame, notes = parse_counts(document.frame)
    frame = frame.with_columns(pl.when(documents.has_link()).then("link").alias("link"))  # "Click here" names nothing
    dates, evidence, date_notes = documents.dates(document, ("date",), raw, settings)
    days = dates["date"]
    frame, strange_kinds = _with_kinds(frame)
    is_event = pl.col("kind").is_in(GATHERINGS) & pl.lit(days.on).is_not_null()
    is_article = pl.all_horizontal(pl.col("outlet", "title").is_not_null()) & pl.col("kind").eq("press")
    is_article &= pl.lit(days.on).is_not_null()
    frame = frame.with_columns(
        pl.coalesce("station", "outlet", pl.when(is_event).then("organisation")).alias("organiser")
    )
    frame = frame.with_columns(
        pl.lit(NAME).alias("platform"),
        _identity(days.on, is_event, is_article).alias("post_id"),
        documents.number().alias("alias"),
        pl.when(pl.col("link").is_not_null()).then(pl.lit("link")).otherwise(pl.lit("id")).alias("identified_by"),
        pl.col("organiser").alias("account_id"),
        pl.col("organiser").alias("name"),
        pl.col("link").alias("url"),
        pl.concat_str("title", "place", "note", separator="\n", ignore_nulls=True).replace("", None).alias("text"),
        days.at.alias("published_at"),
        days.other_at.alias("published_other_at"),
        unit_of(pl.lit(days.at), settings.source_zone).alias("published_unit"),
        pl.lit(False).alias("is_damaged"),
        documents.counts_from(pl.lit(days.on), document, raw, settings).alias("observed_at"),
        pl.when(pl.col("audience").is_not_null()).then(pl.coalesce("audience_source", "outlet")).alias("audience_by"),
        pl.when(pl.coalesce("link", "no").is_null() & ~is_event & ~is_article)
        .then(pl.lit("no identity: give it a link, or a number in the column no"))
        .otherwise(pl.coalesce(documents.read_like_totals(), "unreadable"))
        .alias("reason"),
    )
    frame = documents.without_doubles(frame, ["platform", "post_id"])
    kept = frame.filter(pl.col("reason").is_null())
    aged, bands = _with_ages(kept, document.rows, tables)
    events, odd = attendance(aged, kept["kind"].is_in(GATHERINGS))
    evidence = replace(
        evidence,
        mapped={**evidence.mapped, **bands},
        ignored=tuple(word for word in evidence.ignored if word not in bands),
    )
    read_rows = extract(document.rows, frame, evidence, (*document.notes, *notes, *date_notes, *strange_kinds, *odd))
    return replace(read_rows, attendance=events)


def _identity(on: pl.Series, is_event: pl.Expr, is_article: pl.Expr) -> pl.Expr:
    """What a row is known by: its link; its number within its station and day, since two logs both have a number 1.

    Two lists of events without organisers have a number 1 on one day, too: there the place and the title tell more.
    Newspapers on paper have no links: their articles go by outlet, day and title.
    """

    def joined(*parts: str | pl.Expr) -> pl.Expr:
        return pl.concat_str("organiser", pl.lit(on).cast(pl.String), *parts, separator=" ", ignore_nulls=True)

    described = joined("kind", "place", "title")
    return pl.coalesce(
        "link",
        pl.when(is_event & pl.col("organiser").is_null()).then(described),
        pl.when(pl.col("no").is_not_null()).then(joined(documents.number())),
        pl.when(is_event | is_article).then(described),
    )


def _with_ages(frame: pl.DataFrame, rows: Rows, tables: list[MatchedTable]) -> tuple[pl.DataFrame, dict[str, str]]:
    """Rows with a column for each band of ages that the log has, such as ``15-24``, and what each is, by its word.

    The sheets of a log with several have the same bands in the same places, or none of them is read.
    """
    places = [
        {str(at): cell for at, cell in enumerate(one.top.cells) if cell in one.top.ignored and age_column(cell)}
        for one in tables
    ]
    if not places or any(of_sheet != places[0] for of_sheet in places):
        return frame, {}
    cells = rows.whole.select("row", *(pl.col(at).alias(word) for at, word in places[0].items()))
    return frame.join(cells, on="row", how="left", maintain_order="left"), dict.fromkeys(places[0].values(), "ages")


def _with_kinds(frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Rows with their ``kind`` in our words, and a note on each that is none of them.

    Where none is told, who took part makes an event, and an outlet an article.
    """
    kinds = {cell: _kind(cell) for cell in frame["kind"].drop_nulls().unique()}
    has_people = pl.any_horizontal(pl.col("participants", "participants_women").is_not_null())
    told = pl.col("kind").replace_strict(kinds, default="other", return_dtype=pl.String).fill_null("other")
    is_clipping = pl.col("outlet").is_not_null() & pl.col("station").is_null()
    untold = pl.when(has_people).then(pl.lit("event")).when(is_clipping).then(pl.lit("press")).otherwise(told)
    kind = pl.when(pl.col("kind").is_null()).then(untold).otherwise(told)
    kinds_read = ", ".join(OUTREACH_KINDS)
    strange = sorted(cell for cell, meant in kinds.items() if meant is None)
    notes = tuple(f"the kind {cell!r} is not one of {kinds_read}: taken as other" for cell in strange)
    return frame.with_columns(kind.alias("kind")), notes


def _kind(cell: str) -> str | None:
    """What a cell says of a row's kind; None where it says none that is known.

    The last word of several tells what it is (``national workshop``), in Khmer the first, which no space ends.
    """
    words = values_of(NAME, "kinds")
    key = header_key(cell)
    if key in words:
        return words[key]
    last = words.get(key.split(" ")[-1])
    if key.isascii():
        return last if last in GATHERINGS else None
    begins = max((word for word in words if not word.isascii() and key.startswith(word)), key=len, default="")
    return words[begins] if begins and words[begins] in GATHERINGS else None
