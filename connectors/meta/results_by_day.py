"""An account's results as Meta Business Suite exports them: titled blocks of days, one metric each, below each other.

Reference: Meta Business Suite, Insights, Results, Export: UTF-16, ``sep=,`` on top. Not a connector; ``facebook`` and
``instagram`` are, and a block's title says whose figures it holds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache, partial
from typing import NamedTuple

import polars as pl

from connectors.contract import Extract, Raw, Refused
from connectors.reading import accounts, files, posts
from connectors.reading.dates import moments
from connectors.reading.extracts import extract, joined
from connectors.reading.files import Rows, Table
from connectors.reading.headers import Header, header_key, header_keys, layouts_of, with_aliases
from connectors.reading.layouts import Layout, MatchedTable
from connectors.reading.numbers import parse_counts
from connectors.reading.observed import meta_seen
from connectors.reading.posts import Covered
from connectors.settings import ConnectorSettings

RIGHT_FILE = "in Meta Business Suite choose Insights, Content, Export data, with lifetime figures"
"""What gives a table of posts."""


MOST_BLOCKS = 100
"""Meta's files of results hold a few."""


Lines = tuple[tuple[int, tuple[str, ...]], ...]
"""Lines of a file, each with its number there."""


class Block(NamedTuple):
    """One metric's days: its title, where in the file it stands, and its lines of a day and a figure."""

    table: Table
    title: str
    lines: Lines


_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:[T ].*)?|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}")
_PRIMARY = "primary"
_PLATFORMS = ("instagram", "facebook")
_METRICS = ("visits", "views", "reach", "viewers")


def blocks(raw: Raw) -> list[Block]:
    """The blocks of days in a file of results: a title, a line such as ``Date,Primary``, and the days.

    ``Primary`` is English in every language. Older files have the title in its place, or several beside each other.

    Raises:
        Refused: it holds more blocks than any file of results.
    """
    parts = []
    for table in files.tables(raw):
        parts += [Block(table, *part) for part in table.once("blocks", partial(_blocks_of, table))]
    if len(parts) > MOST_BLOCKS:
        raise Refused(f"{raw.name} holds over {MOST_BLOCKS} tables below each other; {RIGHT_FILE}.")
    return parts


def _blocks_of(table: Table) -> list[tuple[str, Lines]]:
    """The title and days of each block of a table; of too many, one more than a file may have."""
    if not any(_heads(keys) for keys in table.top_keys):
        return []
    parts: list[tuple[str, Lines]] = []
    title, lines = "", list(enumerate(table.lines(), start=1))
    for number, line in lines:
        filled = [cell for cell in line if cell]
        if heads := _heads(header_keys(line)):
            days = _days(lines[number:])
            parts += [(title if is_titled else line[at], _of_column(days, at)) for at, is_titled in heads]
            if len(parts) > MOST_BLOCKS:
                break
        elif len(filled) == 1 and not _DAY.match(filled[0]) and not filled[0].startswith("sep="):
            title = filled[0]
    return parts


def _heads(keys: Sequence[str]) -> list[tuple[int, bool]]:
    """Where the figures of a block stand in the line above its days, each with whether its title stands further up."""
    filled = [at for at, key in enumerate(keys) if key]
    if len(filled) >= 2 and keys[filled[1]] == _PRIMARY:
        return [(filled[1], True)]
    is_old = len(filled) >= 2 and all(any(name in keys[at] for name in _PLATFORMS) for at in filled[1:])
    is_old = is_old and keys[filled[0]] in _words_for_date()
    return [(at, False) for at in filled[1:]] if is_old else []


@cache
def _words_for_date() -> frozenset[str]:
    words = (layouts_of(platform)["results"].languages for platform in _PLATFORMS)
    return frozenset(
        header_key(word) for languages in words for columns in languages.values() for word in columns.get("date", ())
    )


def platform_of(title: str) -> str | None:
    """The platform that a title names, or the only one of the two that gives a figure this title; else None."""
    key = header_key(title)
    named = [name for name in _PLATFORMS if name in key]
    knowing = named or [name for name in _PLATFORMS if layouts_of(name)["results"].knows([key])]
    return knowing[0] if len(knowing) == 1 else None


def _days(lines: Sequence[tuple[int, tuple[str, ...]]]) -> Lines:
    days = []
    for number, line in lines:
        if any(line) and not _DAY.match(line[0]):
            break
        if any(line):
            days.append((number, line))
    return tuple(days)


def _of_column(days: Lines, at: int) -> Lines:
    return tuple((number, (line[0], line[at] if at < len(line) else "")) for number, line in days)


def read(raw: Raw, platform: str, blocks: Sequence[Block], settings: ConnectorSettings) -> Extract:
    """An account's figures by day. Titles that are no figure of ours are said, and refused where there is no other.

    A title that both platforms use, such as Reach, is of ``platform``, and may be the other's unless every other title
    of the file is of ``platform``.
    """
    parts, left = [], []
    is_told = {platform_of(block.title) for block in blocks} - {None} == {platform}
    for block in blocks:
        whose = platform_of(block.title)
        if meaning := _meaning(block.title, whose or platform, settings):
            part = _result(raw, whose or platform, block, *meaning, settings)
            other = None if whose or is_told else next(name for name in _PLATFORMS if name != platform)
            marked = part.account_figures.with_columns(pl.lit(other, pl.String).alias("or_platform"))
            parts.append(replace(part, account_figures=marked))
        else:
            left.append(block.title or "no title")
    if not parts:
        unknown = [
            title for title in left if not any(layouts_of(p)["results"].knows([header_key(title)]) for p in _PLATFORMS)
        ]
        mend = (
            f' A title is named in reach.toml, below [{platform}]: columns = {{ views = "{unknown[0]}" }}.'
            if unknown
            else ""
        )
        raise Refused(
            f"{raw.name} holds an account's figures by day ({', '.join(left)}), of which Reach keeps visits, views, "
            f"reach and viewers; for posts, {RIGHT_FILE}.{mend}"
        )
    notes = (f"figures that Reach does not keep were passed over: {', '.join(left)}",) if left else ()
    whole = joined(parts)
    return Extract(**{**vars(whole), "notes": (*whole.notes, *notes)})


def _meaning(title: str, platform: str, settings: ConnectorSettings) -> tuple[str, str] | None:
    """The metric that a title means and the first language in which it does; None where none of ours is meant."""
    words, key = with_aliases(layouts_of(platform)["results"], settings.columns), header_key(title)
    for language in words.languages:
        positions = words.positions([key], language)
        if metric := next((name for name in _METRICS if name in positions), None):
            return metric, language
    return None


def _result(raw: Raw, platform: str, block: Block, metric: str, language: str, settings: ConnectorSettings) -> Extract:
    cells = [(day, figure or None, number) for number, (day, figure) in block.lines]
    schema = {"date": pl.String, metric: pl.String, "row": pl.Int64}
    texts = pl.DataFrame(cells, schema=schema, orient="row")
    frame, counting = parse_counts(texts, also=(metric,))
    days = moments(frame["date"], settings.dates, "UTC", raw.received_at)
    seen = meta_seen(raw, settings, block.table.place, block.table.written_at, block.table.is_utc)
    frame = frame.with_columns(
        days.on.alias("day"),
        pl.lit(seen.at, pl.Datetime("us")).alias("observed_at"),
        pl.coalesce("unreadable", pl.when(pl.lit(days.on.is_null())).then(pl.format("{} is not a date", "date")))
        .alias("reason"),
    )  # fmt: skip
    kept = frame.filter(pl.col("reason").is_null() & pl.col(metric).is_not_null())
    if kept["day"].is_duplicated().any():
        raise Refused(
            f"In {raw.name} the days below {block.title} stand several times, so they are not an account's days."
        )
    figures = accounts.figures(kept, platform, None)
    start, end = frame["day"].min(), frame["day"].max()
    covered = Covered(start, end, "its days") if isinstance(start, date) and isinstance(end, date) else posts.LIFETIME
    top = Header(0, (block.title,), language, {metric: (0,)})
    how = posts.read_report(
        MatchedTable(Layout("results", block.title, ()), block.table, top), seen, covered, days.order
    )
    whole = texts.select(pl.col("date").alias("0"), pl.col(metric).alias("1"), "row")
    rejected = frame.filter(pl.col("reason").is_not_null()).select("row", "reason")
    return extract(Rows(texts, whole), rejected, how, (*seen.notes, *counting), figures)
