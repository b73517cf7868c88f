"""An account's audience as Meta Business Suite exports it: titled blocks of shares of its followers, below each other.

Reference: Meta Business Suite, Insights, Audience, Export: UTF-16, ``sep=,`` on top. Older files name the platform in
each title and have a part a row, as in a genuine file of 2026. Newer ones have parts and shares in two lines, and their
titles name no platform, as a program tells that reads such files. Not a connector; ``facebook`` and ``instagram`` are.
Limits: English titles only. Cities and countries are the ten with the most followers, shares have one decimal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

import polars as pl

from connectors.contract import Extract, Raw, Refused
from connectors.reading import breakdowns, files, posts
from connectors.reading.breakdowns import Breakdown, Told
from connectors.reading.extracts import read_each
from connectors.reading.files import Rows, Table
from connectors.reading.headers import Header, header_keys, values_of
from connectors.reading.layouts import Layout, MatchedTable
from connectors.reading.observed import meta_seen
from connectors.reading.posts import Covered
from connectors.settings import ConnectorSettings

PLATFORMS = ("facebook", "instagram")
_PERCENT = re.compile(r"[<＜]?\s*\d+(?:[.,]\d+)?\s*%?")
_FOLLOWERS = "followers"

Line = tuple[int, tuple[str, ...]]
"""A line of a file, with its number there."""


class Block(NamedTuple):
    """One block: its table, its title, what it tells, of which platform where its title says so, and its lines."""

    table: Table
    title: str
    tells: str
    platform: str | None
    lines: Sequence[Line]


def blocks_of(raw: Raw) -> list[Block]:
    """The blocks of an audience in a file, in their order; none where it is of another kind."""
    return [block for table in files.tables(raw) for block in table.once("audience", partial(_blocks_of, table))]


def _blocks_of(table: Table) -> list[Block]:
    if not any(_meaning(keys) for keys in table.top_keys):
        return []
    blocks_of_table, lines = list[Block](), list(enumerate(table.lines(), start=1))
    for number, line in lines:
        if meaning := _meaning(header_keys(line)):
            title = next(cell for cell in line if cell)
            blocks_of_table.append(Block(table, title, *meaning, tuple(_until_next(lines[number:]))))
    return blocks_of_table if any(block.tells != _FOLLOWERS for block in blocks_of_table) else []


def _meaning(keys: Sequence[str]) -> tuple[str, str | None] | None:
    """What a line that is a title tells, and of which platform; None of any other line."""
    filled = [key for key in keys if key]
    if len(filled) != 1:
        return None
    tells = {name: values_of(name, "audience_titles").get(filled[0]) for name in PLATFORMS}
    knowing = [name for name in PLATFORMS if tells[name]]
    if not knowing:
        return None
    return str(tells[knowing[0]]), knowing[0] if len(knowing) == 1 else None


def _until_next(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines of a block: up to the next title, which stands alone and is no number, or to days of results."""
    for number, line in lines:
        filled = [cell for cell in line if cell]
        is_title = len(filled) == 1 and not _PERCENT.fullmatch(filled[0]) and "UNIQUE_USERS" not in filled[0]
        if is_title or "primary" in header_keys(line):
            return
        if filled:
            yield number, line


def platform_of(raw: Raw, blocks: Sequence[Block]) -> str | None:
    """The platform of blocks whose titles name none: the one that the others, or the file's folders and name, tell."""
    named = {block.platform for block in blocks} - {None}
    if len(named) == 1:
        return named.pop()
    hints = {"instagram": r"(?<![a-z])(?:ig|insta)", "facebook": r"(?<![a-z])(?:fb|face)"}
    hinted = [name for name in PLATFORMS if re.search(rf"(?i){hints[name]}", raw.path)]
    return hinted[0] if len(hinted) == 1 else None


def read(raw: Raw, platform: str, blocks: Sequence[Block], settings: ConnectorSettings) -> Extract:
    """The shares of an account's followers, by age and gender, city and country.

    Raises:
        Refused: nothing says whether they are Facebook's or Instagram's.
    """
    otherwise = platform_of(raw, blocks)
    sizes = {block.platform or otherwise: _size(block.lines) for block in blocks if block.tells == _FOLLOWERS}

    def read_one(block: Block) -> Extract:
        whose = block.platform or otherwise
        if whose is None:
            raise Refused(
                f"{raw.name} does not say whether this audience is Facebook's or Instagram's; put it into a folder "
                "that is called facebook or instagram."
            )
        return _read(raw, block, whose, sizes.get(whose), settings)

    return read_each([block for block in blocks if block.tells != _FOLLOWERS], read_one)


def _read(raw: Raw, block: Block, platform: str, size: int | None, settings: ConnectorSettings) -> Extract:
    table = block.table
    seen = meta_seen(raw, settings, table.place, table.written_at, table.is_utc)
    told = _by_age_and_gender(block.lines) if block.tells == "age_and_gender" else _by_one(block.lines)
    one = Breakdown(platform, None, _FOLLOWERS, block.tells, "percent", told, size)
    lines: dict[int, list[str]] = {}
    for each in told:
        lines.setdefault(each.row, []).append(f"{' '.join(each.parts)}: {each.cell}")
    cells = [(", ".join(parts), row) for row, parts in lines.items()]
    whole = pl.DataFrame(cells, schema={"0": pl.String, "row": pl.Int64}, orient="row")
    top = Header(0, (block.title,), "en", {_FOLLOWERS: (0,)})
    covered = Covered(None, None, "the day on which it was read")
    report = posts.read_report(MatchedTable(Layout("audience", block.title, ()), table, top), seen, covered, "")
    return breakdowns.extract_of([one], Rows(whole, whole), report, seen)


def _size(lines: Sequence[Line]) -> int | None:
    """How many follow the account: the number that stands alone in its block."""
    cells = (cell for _, line in lines for cell in line if cell[:1].isdigit())
    return breakdowns.size_of(next(cells, ""))


def _by_age_and_gender(lines: Sequence[Line]) -> list[Told]:
    """A band of age a row, a gender a column."""
    if not lines:
        return []
    genders = lines[0][1]
    return [
        Told(number, (line[0], gender), cell)
        for number, line in lines[1:]
        for gender, cell in zip(genders[1:], line[1:], strict=False)
        if gender and line[0]
    ]


def _by_one(lines: Sequence[Line]) -> list[Told]:
    """A part a row, below the words for both; or all parts in one line, and their shares in the next one."""
    if len(lines) >= 2 and all(_PERCENT.fullmatch(cell) for cell in lines[1][1] if cell):
        (number, parts), (_, cells) = lines[0], lines[1]
        return [Told(number, (part,), cell) for part, cell in zip(parts, cells, strict=False) if part]
    return [Told(number, (line[0],), line[1] if len(line) > 1 else "") for number, line in lines[1:] if line[0]]
