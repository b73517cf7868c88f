"""Rows of documents that count from a later day than the figures', since nothing says when they were read."""

from __future__ import annotations

import shlex
from collections.abc import Collection
from datetime import date, datetime

import polars as pl

from warehouse.day import Day
from warehouse.readings.latest import IS_OUTREACH, POST, day_ends, day_of


def of_day(day: Day, as_of: date, among: Collection[str] | None = None) -> list[str]:
    """What :func:`sentences` says of the figures of a day, by what is known in ``day``."""
    zone = day.plan.project.timezone
    return sentences(day.observations, day.posts, day.loads, day_ends(as_of, zone), as_of, zone, among)


def for_reports(day: Day, loaded: Collection[str]) -> list[str]:
    """The same of the plan's reports of earlier days, about documents that were loaded now."""
    days = {report.as_of for report in day.plan.reports if report.as_of < day.as_of}
    return [sentence for as_of in sorted(days) if loaded for sentence in of_day(day, as_of, loaded)]


def sentences(
    observations: pl.LazyFrame, posts: pl.DataFrame, loads: pl.DataFrame, before: datetime, as_of: date, zone: str,
    among: Collection[str] | None = None,
) -> list[str]:  # fmt: skip
    """How many rows of each document are left out of the figures of a day, and what to write: a sentence a document.

    A row that names its day is left out rightly, and so is one of a post that came out later, or of which an older
    version of the document was seen in time.

    Args:
        observations: ``load_id, platform, post_id, period_start, observed_at``, a row a row that counts.
        posts: ``platform, post_id, published_at``.
        loads: ``load_id, path, connector, is_document, observed_at``.
        before: the first instant after the day.
        as_of: the day.
        zone: the reporting zone, whose days are named.
        among: only documents of which one of these loads is a version; all where none are given.
    """
    documents = loads.filter("is_document")
    if among is not None:
        told = documents.filter(pl.col("load_id").is_in(list(among))).select("path", "connector")
        documents = documents.join(told, on=["path", "connector"], how="semi")
    if not documents.height:
        return []
    seen = documents.lazy().select("load_id", "path", pl.col("observed_at").alias("seen_at"))
    late = (
        observations.filter(pl.col("period_start").is_null() & ~IS_OUTREACH)
        .join(seen, on="load_id")
        .group_by("path", *POST)
        .agg(pl.col("observed_at", "seen_at").sort_by("observed_at").first())
        .filter(pl.col("observed_at") >= before, pl.col("observed_at") == pl.col("seen_at"))
        .join(posts.lazy().select(*POST, "published_at"), on=POST, how="left")
        .filter((pl.col("published_at") < before).fill_null(True))
        .group_by("path")
        .agg(pl.len().alias("rows"), day_of(pl.col("observed_at").min(), zone).alias("day"))
        .sort("path")
        .collect()
    )
    return [
        f"{path}: {'1 row counts' if rows == 1 else f'{rows} rows count'} from {day} on only, after {as_of}, since "
        "nothing says when the figures were read: write the day into the column read_on, or run "
        f"reach date {shlex.quote(path)} {as_of}."
        for path, rows, day in late.iter_rows()
    ]
