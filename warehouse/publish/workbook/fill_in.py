"""The columns of the workbook that people fill in: which campaign a post belongs to, and what is one post twice.

A workbook that was filled in is dropped into the inbox, and the next night reads it
(:mod:`connectors.reading.filled_in`). A post is named in a way that no spreadsheet changes, ``platform:post_id``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from connectors.columns import Column
from connectors.contract import TO_FILL_IN
from warehouse.publish.workbook.edition import Edition
from warehouse.publish.workbook.sheets import GRID, TO_FILL, Looks

CAMPAIGN, ASSET, OURS, IS_SAME, SAME_AS, TAKE_BACK, REMARK = TO_FILL_IN

_MEANINGS = {
    CAMPAIGN: "fill_campaign",
    ASSET: "fill_asset",
    OURS: "fill_not_ours",
    IS_SAME: "fill_same",
    SAME_AS: "fill_same_as",
    TAKE_BACK: "fill_take_back",
    REMARK: "fill_remark",
}
"""What to write into each column, by the key of its words."""
_WIDTHS = {
    CAMPAIGN: 20,
    ASSET: 14,
    OURS: 10,
    IS_SAME: 9,
    SAME_AS: 18,
    TAKE_BACK: 11,
    REMARK: 20,
    "post": 18,
    "other post": 18,
}


class _Sheet(NamedTuple):
    """What a sheet has more than its table: names of posts by their columns, columns to fill in; what stands beside."""

    posts: Mapping[str, str]
    to_fill_in: tuple[str, ...]
    beside: tuple[str, ...]


_SHEETS = {
    "unattributed_posts": _Sheet(
        {"post": "post_id"}, (CAMPAIGN, ASSET, OURS, REMARK), ("text", "account_name", "published_at", "url", "nearest")
    ),
    "possible_doubles": _Sheet(
        {"post": "post_id", "other post": "other_post_id"}, (IS_SAME, SAME_AS, REMARK), ("text", "why", "account_name")
    ),
    "decisions": _Sheet({}, (TAKE_BACK,), ("post", "other_post", "decided", "campaign_ids", "asset_id", "text")),
}


def is_filled_in(name: str) -> bool:
    """Whether people fill in the sheet of a table."""
    return name in _SHEETS


def with_columns(name: str, table: pl.DataFrame) -> pl.DataFrame:
    """The table of a sheet, with the columns to fill in before all others and what tells what to write behind them."""
    sheet = _SHEETS[name]
    posts = [pl.format("{}:{}", "platform", column).alias(title) for title, column in sheet.posts.items()]
    empty = [pl.lit(None, pl.String).alias(title) for title in sheet.to_fill_in]
    return table.select(*posts, *empty, *sheet.beside, pl.exclude(*sheet.beside))


def columns(name: str, declared: Sequence[Column], edition: Edition) -> list[Column]:
    """The columns of :func:`with_columns`, with what they mean; those to fill in say it in the edition's language."""
    sheet, by_name = _SHEETS[name], {column.name: column for column in declared}
    added = [
        *(
            Column(title, pl.String, f"{by_name[column].meaning}, as Reach reads it back")
            for title, column in sheet.posts.items()
        ),
        *(Column(title, pl.String, edition(_MEANINGS[title])) for title in sheet.to_fill_in),
    ]
    first = [by_name.pop(column) for column in sheet.beside]
    return [*added, *first, *by_name.values()]


def widths(name: str, fitting: Sequence[float], declared: Sequence[Column]) -> list[float]:
    """How wide the columns are: those to fill in as wide as what is typed, the others as their texts need."""
    added = len(_SHEETS[name].posts) + len(_SHEETS[name].to_fill_in)
    return [
        float(_WIDTHS.get(column.name, width)) if place < added else width
        for place, (column, width) in enumerate(zip(declared, fitting, strict=True))
    ]


def leading(name: str) -> int:
    """How many columns stay when the sheet is scrolled."""
    return len(_SHEETS[name].posts) + len(_SHEETS[name].to_fill_in)


def lay_out(sheet: Worksheet, looks: Looks, name: str, rows: int, tables: Mapping[str, pl.DataFrame]) -> None:
    """Colours the cells to fill in, and lets them offer what may stand in them."""
    if not rows:
        return
    first = len(_SHEETS[name].posts)
    offers = {
        CAMPAIGN: _column(tables, "campaign_totals", "campaign_id"),
        ASSET: _column(tables, "asset_totals", "asset_id"),
        OURS: ["yes"],
        IS_SAME: ["yes", "no"],
        TAKE_BACK: ["yes"],
    }
    colour = {
        "type": "formula",
        "criteria": "=TRUE",
        "format": looks.style(**TO_FILL, **GRID),
    }
    for place, title in enumerate(_SHEETS[name].to_fill_in, first):
        sheet.conditional_format(1, place, rows, place, colour)
        if source := offers.get(title):  # a cell may hold several, or the name: what is not offered is taken, too
            sheet.data_validation(1, place, rows, place, {"validate": "list", "source": source, "show_error": False})


def _column(tables: Mapping[str, pl.DataFrame], name: str, column: str) -> str | None:
    """The cells of a column on its table's sheet; None where there are none."""
    table = tables.get(name)
    if table is None or not table.height:
        return None
    letter = xl_col_to_name(table.columns.index(column))
    return f"={name}!${letter}$2:${letter}${table.height + 1}"
