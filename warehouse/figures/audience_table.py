"""The published table of audiences' parts. Each column is declared once, with unit and meaning."""

from __future__ import annotations

import polars as pl

from connectors.audiences import AUDIENCE_NAMES, DIMENSION_NAMES
from connectors.columns import Column
from warehouse.figures.mart import Mart, count, text

AUDIENCE_TABLE = Mart(
    "audience_breakdowns",
    ("platform", "account_id", "audience", "dimension", "source", "part"),
    (
        text("platform", "where the audience is"),
        text("account_id", "whose audience it is; null where neither the source nor its folder says so"),
        text("account_name", "the account's newest name"),
        text("organisation", "whose account it is, by the plan, else by the source"),
        text("audience", f"of what the shares are: {', '.join(AUDIENCE_NAMES)}"),
        text("dimension", f"by what it is parted: {', '.join(DIMENSION_NAMES)}; never added to another dimension's"),
        text("part", "a band of age, a gender, a country's code, else in its source's words; null where none is told"),
        Column("share", pl.Float64, "its share as the source tells it, 0 to 1; parts are not filled up to 1"),
        count("count", "how many it is, where the source counts", "of the audience"),
        text("told", "the share or count as the source writes it"),
        count("size", "the whole audience, where the same source tells it; null where it does not", "of the audience"),
        text("unknown_because", "why neither share nor count is known"),
        Column("period_start", pl.Date, "first day of what was counted; null where none is told, and of followers"),
        Column("period_end", pl.Date, "last day of what was counted"),
        Column("read_on", pl.Date, "the day on which it was read, in the reporting zone"),
        text("source", "the file, or the question to an API, that tells it"),
        text("grade", "api or export"),
        Column("as_of", pl.Date, "the day of the figures"),
    ),
    "one part of an account's audience, by its newest breakdown",
)  # fmt: skip
