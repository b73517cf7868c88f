"""Visits of a site by the tags of the links that led to it, as Google Analytics tells them for each session."""

from __future__ import annotations

import polars as pl

from connectors.columns import Column

UNTAGGED = ("", "(not set)", "(direct)", "(organic)", "(referral)", "(none)", "(other)")
"""What stands in place of a campaign where a visit's link had none, or where nobody knows."""

COLUMNS = (
    Column("platform", pl.String, "who counts the visits", is_required=True),
    Column("account_id", pl.String, "the site that was visited; null where the source does not say"),
    Column("tag", pl.String, "the campaign that the link named (utm_campaign), or what stands in its place",
           is_required=True),
    Column("source", pl.String, "where the link stood (utm_source); null where the report does not part them"),
    Column("medium", pl.String, "by which kind of channel (utm_medium); null where the report does not part them"),
    Column("period_start", pl.Date, "first day, in the property's zone", is_required=True),
    Column("period_end", pl.Date, "last day, in the property's zone", is_required=True),
    Column("visits", pl.Int64, "sessions that began by such a link; null where the number cannot be read"),
    Column("caution", pl.String, "why the numbers of this answer are not whole, joined by ;; null where they are"),
)  # fmt: skip
"""What a report tells of the visits by one tag, source and medium, over some days."""
