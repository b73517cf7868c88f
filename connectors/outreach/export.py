"""Outreach: the log of radio, TV, press and events that people keep by hand, as CSV or a workbook.

Reference: the template ``connectors/outreach/template.csv``, a line a programme.
Limits: a row is known by its link, else by its ``no`` within its station and day, never by its title.
Not reported: anything counted online; ``audience`` is the station's or organiser's own estimate, never added up.
"""

from __future__ import annotations

import polars as pl

from connectors.contract import OUTREACH_KINDS, Extract, Match, Raw
from connectors.reading import documents
from connectors.reading.days import unit_of
from connectors.reading.extracts import extract
from connectors.reading.layouts import Layout
from connectors.reading.numbers import parse_counts
from connectors.settings import ConnectorSettings

NAME = "outreach"

LAYOUTS = (Layout("content", "the outreach log", ("station", "date", "title")),)
_KINDS = {"television": "tv", "newspaper": "press", "print": "press", "magazine": "press", "forum": "event"}


class Settings(ConnectorSettings):
    """The outreach log's section of the settings."""


def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:
    """Whether a file has the log's columns: at least date, station and title."""
    return documents.sniffed(raw, NAME, LAYOUTS[0], settings)


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """A log, a programme a row; its ``audience`` is the one figure.

    Raises:
        Refused: the file lacks the log's columns.
    """
    document = documents.read(raw, settings, NAME, LAYOUTS[0])
    frame, notes = parse_counts(document.frame)
    frame = frame.with_columns(pl.when(documents.has_link()).then("link").alias("link"))  # "Click here" names nothing
    dates, evidence, date_notes = documents.dates(document, ("date",), raw, settings)
    days = dates["date"]
    own_kind = pl.col("kind").str.to_lowercase().replace(_KINDS)
    is_known = own_kind.is_in(OUTREACH_KINDS)
    strange = frame.filter(~is_known.fill_null(True))["kind"].unique().sort().to_list()
    frame = frame.with_columns(
        pl.lit(NAME).alias("platform"),
        # Two logs both have a number 1: the number is the row's name within its station and day.
        pl.coalesce(
            "link",
            pl.when(pl.col("no").is_not_null()).then(
                pl.concat_str("station", days.on.cast(pl.String), documents.number(), separator=" ", ignore_nulls=True)
            ),
        ).alias("post_id"),
        documents.number().alias("alias"),
        pl.when(pl.col("link").is_not_null()).then(pl.lit("link")).otherwise(pl.lit("id")).alias("identified_by"),
        pl.col("station").alias("account_id"),
        pl.col("station").alias("name"),
        pl.col("link").alias("url"),
        pl.concat_str("title", "note", separator="\n", ignore_nulls=True).replace("", None).alias("text"),
        pl.when(is_known).then(own_kind).otherwise(pl.lit("other")).alias("kind"),
        days.at.alias("published_at"),
        days.other_at.alias("published_other_at"),
        unit_of(pl.lit(days.at), settings.source_zone).alias("published_unit"),
        pl.lit(False).alias("is_damaged"),
        documents.counts_from(pl.lit(days.on), document, raw, settings).alias("observed_at"),
        pl.when(pl.col("audience").is_not_null()).then("audience_source").alias("audience_by"),
        pl.when(pl.coalesce("link", "no").is_null())
        .then(pl.lit("no identity: give it a link, or a number in the column no"))
        .otherwise(pl.coalesce(documents.read_like_totals(), "unreadable"))
        .alias("reason"),
    )
    frame = documents.without_doubles(frame, ["platform", "post_id"])
    strange_kinds = tuple(
        f"the kind {kind!r} is not one of {', '.join(OUTREACH_KINDS)}: taken as other" for kind in strange
    )
    return extract(document.rows, frame, evidence, (*document.notes, *notes, *date_notes, *strange_kinds))
