"""Sheets of a published workbook that a person filled in: which campaign a post belongs to, what is the same post.

What a sheet decides stands in columns that Reach publishes empty. They are known by their titles, the post by a cell
such as ``facebook:100064500000001_122158000000000001``: so the rows may be sorted and filtered, columns may be moved
and added, and titles translated. Only what somebody typed decides anything; an empty cell decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from connectors.columns import frame
from connectors.contract import (
    DECISIONS,
    IN_CAMPAIGN,
    NOT_OURS,
    NOT_SAME,
    REJECTS,
    SAME,
    TAKEN_BACK,
    TO_FILL_IN,
    Extract,
    Raw,
    ReadReport,
)
from connectors.reading import files, forms
from connectors.reading.headers import header_key, header_keys

POST, OTHER_POST = "post", "other post"
"""The columns that name posts in a way that no spreadsheet changes: ``platform:post_id``."""
CAMPAIGN, ASSET, OURS, IS_SAME, SAME_AS, TAKE_BACK, REMARK = TO_FILL_IN
"""The columns to fill in."""
CONNECTOR = "decisions"
"""What loads of such files are taken for."""

_TITLES: Mapping[str, tuple[str, ...]] = {
    POST: ("ប្រកាស",),
    OTHER_POST: ("ប្រកាសផ្សេង",),
    CAMPAIGN: ("campaigns", "យុទ្ធនាការ"),
    ASSET: ("assets", "ស្នាដៃ"),
    OURS: ("មិនមែនរបស់យើង",),
    IS_SAME: ("ដូចគ្នា",),
    SAME_AS: ("ដូចគ្នានឹង",),
    TAKE_BACK: ("ដកវិញ",),
    REMARK: ("remarks", "កំណត់សម្គាល់", "សម្គាល់"),
    "platform": ("វេទិកា",),
    "post id": (),
    "other post id": (),
}
"""Titles of columns, beside those that are published, as people translate them."""
_COLUMN = {header_key(title): name for name, others in _TITLES.items() for title in (name, *others)}
_FILLED = (CAMPAIGN, ASSET, OURS, IS_SAME, SAME_AS, TAKE_BACK)
_TELLING = {OURS, IS_SAME, SAME_AS, TAKE_BACK}
"""Titles that no export and no partner's table has beside a post's id."""
_YES = {"yes", "y", "true", "x", "1", "✓", "✔", "បាទ", "ចាស", "បាទ/ចាស"}
_NO = {"no", "n", "false", "0", "ទេ"}
_MOST_CELLS = 2_000_000
_PUBLISHED = {header_key(title) for title in ("as of", "published at", "account name", "observed at")}
"""Columns of published sheets, which nobody types: one of them is left, whatever else a person takes out."""
_SNAPSHOT = header_key("snapshot_id")
"""The column of the published table ``about`` alone."""
_SHORTENED = re.compile(r"\d+([.,]\d+)?[eE]\+?\d+")

Cells = Mapping[tuple[int, int], object]
"""The filled cells of a sheet by row and column, both from 0."""


class _Sheet(NamedTuple):
    """A sheet with columns to fill in: its name, the row of its header, the columns by their names, its cells."""

    name: str
    header: int
    columns: Mapping[str, int]
    cells: Cells
    twins: Mapping[int, str]  # further columns with a title that stands before them


class _Unusable(Exception):
    """A row that decides nothing; the sentence says which cell of it is wrong, and what to do."""


def read(raw: Raw, platforms: Collection[str]) -> Extract | None:
    """What a person decided in a published workbook, or in one sheet of it; None of any other file.

    Args:
        platforms: the names with which a post may begin.

    Raises:
        Refused: no table can be opened in it.
    """
    tables = files.tables(raw)
    is_post = _names_of_posts(platforms)
    is_published = _is_published(tables)
    places = [table.place for table in tables if _header(table.top, table.top_keys, is_post, is_published)]
    if not places and not is_published:
        return None
    decided, rejected, rows = list[dict[str, Any]](), list[dict[str, Any]](), 0
    for sheet in _sheets(raw, tables, places, is_post, is_published):
        for row in sorted({row for row, _ in sheet.cells if row > sheet.header}):
            at = {name: sheet.cells.get((row, column)) for name, column in sheet.columns.items()}
            twins = [column for column in sheet.twins if _text(sheet.cells.get((row, column)))]
            if not twins and not any(_text(at.get(name)) for name in _FILLED):
                continue
            rows += 1
            try:
                _require_no_twin(sheet, row, twins)
                decided += [one | {"number": rows} for one in _decisions(sheet, row, at, is_post)]
            except _Unusable as error:
                rejected.append({"row": rows, "reason": str(error)})
    rejected += _contradicting(decided)
    out = {one["row"] for one in rejected}
    kept = [{name: one.get(name) for name in _NAMES} for one in decided if one["number"] not in out]
    return Extract(
        ReadReport(raw.received_at, "when it came", rows=rows, grade="entered"),
        decisions=frame(DECISIONS, pl.DataFrame(kept, schema=_SCHEMA).unique(maintain_order=True)),
        rejects=frame(REJECTS, pl.DataFrame(rejected, schema={"row": pl.Int64, "reason": pl.String})),
        notes=tuple(dict.fromkeys(one["reason"] for one in rejected)),
    )


def unpublished(raw: Raw, platforms: Collection[str]) -> list[tuple[str, bool]]:
    """The places of a filled-in file's tables that Reach did not publish, each with whether it decides something."""
    if _is_published(tables := files.tables(raw)):
        return []
    is_post = _names_of_posts(platforms)
    return [
        (table.place, _header(table.top, table.top_keys, is_post, False) is not None)
        for table in tables
        if all(_PUBLISHED.isdisjoint(title.replace("_", " ") for title in line) for line in table.top_keys)
    ]


def _is_published(tables: Iterable[files.Table]) -> bool:
    """Whether they are of a workbook that Reach published: the team's, or a copy to send."""
    return any(table.place == "about" and any(_SNAPSHOT in line for line in table.top_keys) for table in tables)


def _names_of_posts(platforms: Collection[str]) -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(map(re.escape, sorted(platforms)))}):\\S.*", re.DOTALL)


_NAMES = [column.name for column in DECISIONS]
_SCHEMA = {column.name: column.dtype for column in DECISIONS}


def _sheets(
    raw: Raw, tables: Iterable[files.Table], places: Collection[str], is_post: re.Pattern[str], is_published: bool
) -> Iterator[_Sheet]:
    """The sheets at these places, each with the columns that its header names, or its cells tell."""
    cells_of: dict[str, Cells]
    if places and raw.content.startswith(b"PK") and raw.name.lower().endswith((".xlsx", ".xlsm")):
        cells_of = dict(forms.cells(raw.name, raw.content, places, _MOST_CELLS))
    else:
        lines_of = {table.place: table.lines() for table in tables if table.place in places}
        cells_of = {
            place: {(row, column): cell for row, line in enumerate(lines) for column, cell in enumerate(line) if cell}
            for place, lines in lines_of.items()
        }
    for place, cells in cells_of.items():
        last = max((row for row, _ in cells), default=-1)
        width = max((column for _, column in cells), default=-1) + 1
        top = [tuple(_text(cells.get((row, column))) for column in range(width)) for row in range(min(last + 1, 60))]
        if titles := _header(top, tuple(map(header_keys, top)), is_post, is_published):
            header, columns = titles
            names = {
                column: _COLUMN.get(header_key(title).replace("_", " ")) for column, title in enumerate(top[header])
            }
            twins = {column: name for column, name in names.items() if name in _FILLED and columns[name] != column}
            yield _Sheet("" if place == raw.name else place, header, columns, cells, twins)


def _header(
    top: Sequence[tuple[str, ...]], keys: Sequence[tuple[str, ...]], is_post: re.Pattern[str], is_published: bool
) -> tuple[int, dict[str, int]] | None:
    """The row with the titles of columns to fill in, and every column by its name; None where there is none.

    ``keys`` are those of the cells of ``top``. On any sheet of a published workbook people may add such a column.
    """
    for at, line in enumerate(keys):
        columns: dict[str, int] = {}
        for column, title in enumerate(line):
            if name := _COLUMN.get(title.replace("_", " ")):
                columns.setdefault(name, column)
        if not columns.keys() & set(_FILLED):
            continue
        posts = _columns_of_posts(top[at + 1 :], is_post)
        if columns.get(POST) not in posts:
            below = (line[columns[POST]] for line in top[at + 1 :]) if POST in columns else ()
            if any(is_post.fullmatch(cell.strip()) for cell in below):  # a wrong cell in it costs its row, not the file
                return at, columns
            columns |= dict(zip((POST, OTHER_POST), posts, strict=False))
        if posts or (columns.keys() & {POST, "post id"} and (is_published or columns.keys() & _TELLING)):
            return at, columns
    return None


def _columns_of_posts(lines: Iterable[tuple[str, ...]], is_post: re.Pattern[str]) -> list[int]:
    """The columns in which every cell that is filled names a post."""
    is_of_posts: dict[int, bool] = {}
    for line in lines:
        for column, cell in enumerate(line):
            if cell.strip():
                is_of_posts[column] = is_of_posts.get(column, True) and is_post.fullmatch(cell.strip()) is not None
    return sorted(column for column, is_one in is_of_posts.items() if is_one)


def _decisions(sheet: _Sheet, row: int, at: Mapping[str, object], is_post: re.Pattern[str]) -> Iterator[dict[str, Any]]:
    """What a row decides: on its post, and on whether that is another one."""

    def told(name: str) -> str:
        value = at.get(name)
        if isinstance(value, ValueError):
            raise _Unusable(f"{_cell(sheet, row, name)} is a formula that gives nothing ({value}): type the value")
        return _text(value)

    def is_yes(name: str) -> bool | None:
        word = told(name).casefold()
        if word and word not in _YES | _NO:
            raise _Unusable(f'{_cell(sheet, row, name)} is "{told(name)[:40]}": write yes or no, or leave it empty')
        return word in _YES if word else None

    campaigns, asset, remark = told(CAMPAIGN), told(ASSET), told(REMARK) or None
    not_ours, same, back, same_as = is_yes(OURS), is_yes(IS_SAME), is_yes(TAKE_BACK), told(SAME_AS)
    if not_ours and (campaigns or asset):
        given = CAMPAIGN if campaigns else ASSET
        raise _Unusable(f"{_cell(sheet, row, OURS)} says not ours, and {_cell(sheet, row, given)} names one: clear one")
    if same is False and same_as:
        raise _Unusable(
            f"{_cell(sheet, row, IS_SAME)} says no, and {_cell(sheet, row, SAME_AS)} yes: clear one of them"
        )
    post = _named(sheet, row, at, (POST, "post id"), is_post)
    if post is None:
        raise _Unusable(f"{_cell(sheet, row, POST)} names no post: write it as platform:post_id, or its link")
    if _is_shortened(same_as, at.get(SAME_AS)):
        raise _Unusable(_lost_digits(sheet, row, SAME_AS, same_as))
    beside = _named(sheet, row, at, (OTHER_POST, "other post id"), is_post)
    if same and same_as and beside not in (None, same_as):
        raise _Unusable(
            f"{_cell(sheet, row, IS_SAME)} says that it is the post beside it, and {_cell(sheet, row, SAME_AS)} names "
            "another: clear one of them, or give each a row"
        )
    other = same_as or beside
    if back:
        _require_nothing_else(sheet, row, at)
    shared = {"post": post, "remark": remark}
    if campaigns or asset:
        cells = [_cell(sheet, row, name) for name, text in ((CAMPAIGN, campaigns), (ASSET, asset)) if text]
        yield shared | {"decided": IN_CAMPAIGN, "campaigns": campaigns or None, "asset": asset or None,
                        "cells": " and ".join(cells)}  # fmt: skip
    if not_ours:
        yield shared | {"decided": NOT_OURS, "cells": _cell(sheet, row, OURS)}
    if same is not None or same_as:
        cell = _cell(sheet, row, IS_SAME if same is not None else SAME_AS)
        if other is None:
            raise _Unusable(f"{cell} does not say which post is the same: write it into the column {SAME_AS}")
        if post in (beside, same_as):
            raise _Unusable(f"{cell} is about one post twice: write the other one into the column {SAME_AS}")
        decided = NOT_SAME if same is False else SAME
        yield shared | {"decided": decided, "other_post": other, "cells": cell}
    if back:
        yield shared | {"decided": TAKEN_BACK, "other_post": other, "cells": _cell(sheet, row, TAKE_BACK)}


def _require_no_twin(sheet: _Sheet, row: int, twins: Sequence[int]) -> None:
    """Raises _Unusable where a row is filled in below a further column of a title."""
    if twins:
        name, second = sheet.twins[twins[0]], _cell(sheet, row, "", twins[0])
        raise _Unusable(f"{second} is in a second column {name}: write it into {_cell(sheet, row, name)}")


def _require_nothing_else(sheet: _Sheet, row: int, at: Mapping[str, object]) -> None:
    """Raises _Unusable where a row that takes a decision back decides something."""
    if given := [name for name in _FILLED if name != TAKE_BACK and _text(at.get(name))]:
        raise _Unusable(
            f"{_cell(sheet, row, TAKE_BACK)} takes back, and {_cell(sheet, row, given[0])} decides: clear one of them; "
            "a new decision needs no taking back"
        )


def _named(
    sheet: _Sheet, row: int, at: Mapping[str, object], names: tuple[str, str], is_post: re.Pattern[str]
) -> str | None:
    """The post that a row names: by a cell that is whole as it is, else by its platform and id."""
    name = next((name for name in names if _text(at.get(name))), "")
    text, platform = _text(at.get(name)), _text(at.get("platform")).casefold()
    if not text or is_post.fullmatch(text) or "://" in text:
        return text or None
    if _is_shortened(text, at[name]):
        raise _Unusable(_lost_digits(sheet, row, name, text))
    if not is_post.fullmatch(f"{platform}:{text}"):
        raise _Unusable(f'{_cell(sheet, row, name)} is "{text[:40]}": write the post as platform:post_id, or its link')
    return f"{platform}:{text}"


def _is_shortened(text: str, value: object) -> bool:
    """Whether a cell is a number of which a spreadsheet, that keeps 15 digits, may have lost some."""
    return bool(_SHORTENED.fullmatch(text)) or (isinstance(value, int | float) and value >= 10**15)


def _lost_digits(sheet: _Sheet, row: int, name: str, text: str) -> str:
    return (
        f'{_cell(sheet, row, name)} is "{text[:40]}", of which a spreadsheet lost digits: copy the cell from the '
        "published workbook, as a text"
    )


def _contradicting(decided: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of one file that decide otherwise on one thing: nothing says which of them is meant.

    Whether two campaigns that they name are one, by its id and its name, only the plan can say.
    """
    of_thing: dict[object, list[Mapping[str, Any]]] = {}
    for one in decided:
        of_thing.setdefault(frozenset({one["post"], one.get("other_post") or one["post"]}), []).append(one)
    return [
        {"row": one["number"], "reason": f"{one['cells']} and {other['cells']} decide otherwise on one post: clear one"}
        for several in of_thing.values()
        for one in several
        if (other := next((each for each in several if each["decided"] != one["decided"]), None))
    ]


def _cell(sheet: _Sheet, row: int, name: str, column: int | None = None) -> str:
    """What a cell is called: its sheet, where the file has several, and its column and row."""
    column = sheet.columns.get(name) if column is None else column
    place = f"row {row + 1}" if column is None else f"{_letters(column)}{row + 1}"
    return f"{sheet.name}!{place}" if sheet.name else place


def _letters(column: int) -> str:
    letters, left = "", column + 1
    while left:
        left, letter = divmod(left - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def _text(value: object) -> str:
    """What a cell says; a number as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    return str(value).strip()
