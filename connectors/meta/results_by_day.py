"""An account's results as Meta Business Suite exports them: titled blocks of days, one metric each, below each other.

Reference: Meta Business Suite, Insights, Results, Export: UTF-16, ``sep=,`` on top. Not a connector; ``facebook`` and
``instagram`` are, and a block's title says whose figures it holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

import polars as pl

from connectors.contract import Extract, Raw, Refused
from connectors.reading import accounts, files, posts
from connectors.reading.dates import moments
from connectors.reading.extracts import extract, joined
from connectors.reading.files import Rows, Table
from connectors.reading.headers import Header, header_key, header_keys, layouts_of
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
    """One metric's days: its title, where in the file it stands, and its lines."""

    table: Table
    title: str
    language: str
    lines: Lines


_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:[T ].*)?|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}")
_PRIMARY = "primary"


def blocks(raw: Raw, platform: str) -> list[Block]:
    """The blocks of days in a file of results: a title, a line such as ``Date,Primary``, and the days.

    Raises:
        Refused: it holds more blocks than any file of results.
    """
    parts = []
    for table in files.tables(raw):
        parts += [
            Block(table, *part) for part in table.once(("blocks", platform), partial(_blocks_of, table, platform))
        ]
    if len(parts) > MOST_BLOCKS:
        raise Refused(f"{raw.name} holds over {MOST_BLOCKS} tables below each other; {RIGHT_FILE}.")
    return parts


def _blocks_of(table: Table, platform: str) -> list[tuple[str, str, Lines]]:
    """The title, language and days of each block of a table; of too many, one more than a file may have."""
    words = layouts_of(platform)["results"]
    dates: dict[str, list[str]] = {}
    for language, columns in words.languages.items():
        for word in columns.get("date", ()):
            dates.setdefault(header_key(word), []).append(language)
    if not any(_is_head(keys, dates) for keys in table.top_keys):
        return []
    parts: list[tuple[str, str, Lines]] = []
    title, lines = "", list(enumerate(table.lines(), start=1))
    for number, line in lines:
        filled = [cell for cell in line if cell]
        if _is_head(header_keys(line), dates):
            named = title or (filled[1] if len(filled) > 1 else "")
            key = header_key(named)
            languages = sorted(dates[header_key(filled[0])], key=lambda lang: -words.own_words([key], lang))
            parts.append((named, languages[0], _days(lines[number:])))
            if len(parts) > MOST_BLOCKS:
                break
        elif len(filled) == 1 and not _DAY.match(filled[0]) and not filled[0].startswith("sep="):
            title = filled[0]
    return parts


def _is_head(keys: Sequence[str], dates: Mapping[str, object]) -> bool:
    cells = [key for key in keys if key]
    return len(cells) == 2 and cells[0] in dates and (cells[1] == _PRIMARY or "reach" in cells[1])


def _days(lines: Sequence[tuple[int, tuple[str, ...]]]) -> Lines:
    days = []
    for number, line in lines:
        if any(line) and not _DAY.match(line[0]):
            break
        if any(line):
            days.append((number, line))
    return tuple(days)


def read(raw: Raw, platform: str, blocks: Sequence[Block], settings: ConnectorSettings) -> Extract:
    """An account's figures by day. Titles that are no figure of ours are said, and refused where there is no other."""
    parts, left = [], []
    for block in blocks:
        whose = next((name for name in ("instagram", "facebook") if name in header_key(block.title)), platform)
        words = layouts_of(whose)["results"]
        positions = words.positions([header_key(block.title)], block.language)
        metric = next((name for name in ("visits", "views", "reach") if name in positions), None)
        if metric is None:
            left.append(block.title or "no title")
        else:
            parts.append(_result(raw, whose, block, metric, settings))
    if not parts:
        raise Refused(
            f"{raw.name} holds an account's figures by day ({', '.join(left)}), of which Reach keeps visits, views and "
            f"reach; for posts, {RIGHT_FILE}."
        )
    notes = (f"figures that Reach does not keep were passed over: {', '.join(left)}",) if left else ()
    whole = joined(parts)
    return Extract(**{**vars(whole), "notes": (*whole.notes, *notes)})


def _result(raw: Raw, platform: str, block: Block, metric: str, settings: ConnectorSettings) -> Extract:
    cells = [(line[0], next((cell for cell in line[1:] if cell), None), number) for number, line in block.lines]
    schema = {"date": pl.String, metric: pl.String, "row": pl.Int64}
    texts = pl.DataFrame(cells, schema=schema, orient="row")
    frame, counting = parse_counts(texts, also=(metric,))
    days = moments(frame["date"], settings.date_order, "UTC", raw.received_at)
    seen = meta_seen(raw, settings, block.table.place, block.table.written_at, block.table.is_utc)
    frame = frame.with_columns(
        days.on.alias("day"),
        pl.lit(seen.at, pl.Datetime("us")).alias("observed_at"),
        pl.coalesce("unreadable", pl.when(pl.lit(days.on.is_null())).then(pl.format("{} is not a date", "date")))
        .alias("reason"),
    )  # fmt: skip
    figures = accounts.figures(frame.filter(pl.col("reason").is_null()), platform, None)
    start, end = frame["day"].min(), frame["day"].max()
    covered = Covered(start, end, "its days") if isinstance(start, date) and isinstance(end, date) else posts.LIFETIME
    top = Header(0, (block.title,), block.language, {metric: (0,)})
    how = posts.read_report(
        MatchedTable(Layout("results", block.title, ()), block.table, top), seen, covered, days.order
    )
    whole = texts.select(pl.col("date").alias("0"), pl.col(metric).alias("1"), "row")
    rejected = frame.filter(pl.col("reason").is_not_null()).select("row", "reason")
    return extract(Rows(texts, whole), rejected, how, (*seen.notes, *counting), figures)
