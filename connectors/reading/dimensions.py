"""Tables that are split by more than they seem: a day or a post stands in them several times, or a text tells why.

docs/rules.md: Split by something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from connectors.contract import Refused
from connectors.reading.files import Rows
from connectors.reading.headers import Header
from connectors.reading.numbers import NOTHING

_NUMBERS = (
    r"^[^\pL\d]{0,4}\d[\d.,'\s:%]*\s?\pL{0,4}\.?$"  # 3.5K, 1,2 Mio., $ 4, 5 %, 0:01:28
    r"|^\pL{1,4}\$?\s?\d[\d.,]*$"  # US$ 4
    r"|^(?:\d+\s?\pL{1,7}\.?\s?)+$"  # 1 min 20 s
    r"|^#"  # what a spreadsheet could not compute
)


def refuse_days_split(rows: Rows, header: Header, days: pl.DataFrame, place: str) -> None:
    """Refuses a table by day that is not the account's days: a text that nobody knows stands in it, or days repeat.

    ``days`` has ``row`` and ``day`` of the rows that have figures.

    Raises:
        Refused: it is split by something else; the sentence names the column.
    """
    among = rows.whole.join(days.select("row", "day"), on="row", how="inner")
    unread = list(_unread(header))
    by = next((header.cells[at] for at in unread if _texts(among[str(at)]).any()), None)
    is_repeated = bool(days["day"].is_duplicated().any())
    if by is None and is_repeated:
        by = _differing(among, header, "day", _others(header, "date"))
    if by is None and is_repeated and len(unread) == 1:  # numbers may be a dimension, too, such as years of age
        by = header.cells[unread[0]]
    if by is not None:
        raise Refused(
            f"{place} is a table by day and by {by}, so its rows are not the account's days; "
            f"take {by} out of the report, so that each day stands once, and export it again."
        )
    if is_repeated:
        raise Refused(
            f"{place} is a table by day in which days stand several times, so its rows are not the account's days; "
            "export it so that each day stands once."
        )


def refuse_posts_split(rows: Rows, header: Header, read: pl.DataFrame, metrics: Iterable[str], place: str) -> None:
    """Refuses a table in which one post stands several times with different figures, beside texts that nobody knows.

    ``read`` has ``row``, ``post_id`` and the ``metrics`` of the rows that are kept, and ``period_start``.

    Raises:
        Refused: it is split by something else; the sentence names the column.
    """
    post = ["post_id", "period_start"]
    names = [name for name in metrics if name in read.columns]
    if read["post_id"].n_unique() == read.height:
        return
    repeated = read.filter(pl.struct(post).is_duplicated())
    if not repeated.height or not names:
        return
    differing = repeated.filter(pl.struct(names).n_unique().over(post) > 1).select("row", pl.struct(post).alias("post"))
    by = _differing(rows.whole.join(differing, on="row", how="inner"), header, "post", _unread(header))
    if by is not None:
        raise Refused(
            f"{place} counts posts several times, split by {by}, so no row holds a post's figures; "
            f"take {by} out of the report, so that each post stands once, and export it again."
        )


def _unread(header: Header) -> Iterator[int]:
    """The places of the named columns that are no figure and no description of ours, as what a table is grouped by."""
    ignored = set(header.ignored)
    return (at for at, cell in enumerate(header.cells) if cell in ignored)


def _others(header: Header, name: str) -> Iterator[int]:
    taken = header.positions[name]
    return (at for at, cell in enumerate(header.cells) if cell and at not in taken)


def _differing(among: pl.DataFrame, header: Header, key: str, places: Iterable[int]) -> str | None:
    """The first column whose texts differ in the rows of one ``key``; an empty cell is a text of its own."""
    for at in places:
        cells = among.filter(_texts(among[str(at)]).any()).select(key, pl.col(str(at)).fill_null("").alias("cell"))
        if cells.select(pl.col("cell").n_unique().over(key).max() > 1).to_series().fill_null(False).any():
            return header.cells[at]
    return None


def _texts(cells: pl.Series) -> pl.Series:
    """Whether each cell is a text and no number, whatever stands around the number."""
    plain = cells.str.strip_chars()
    is_number = plain.str.contains(_NUMBERS) | plain.str.to_lowercase().is_in(list(NOTHING))
    return (plain.str.contains(r"\pL") & ~is_number).fill_null(False)
