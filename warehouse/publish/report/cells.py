"""How a figure stands in a cell: what is not known is said, a part is called one, and a link says what it is made of.

These stand in every cell of every table, where macros of the template engine cost four times as much.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

from warehouse.measures import counted_over
from warehouse.publish.report.contents import Row
from warehouse.publish.report.language import number
from warehouse.publish.report.page_book import Book

PART = "†"
"""The mark of a total of which some posts do not know the figure; a footnote of the page says what it means."""

_LONG = 60
"""A text of more characters than this gets a wide column."""


def plain(cells: Iterable[Markup | str | int | None]) -> Markup:
    """The cells of a row that has texts and numbers, of which none leads anywhere."""
    return Markup("".join(map(_plain, cells)))


def _plain(cell: Markup | str | int | None) -> str:
    if cell is None:
        return "<td></td>"
    if isinstance(cell, int):
        return f'<td class="number">{number(cell)}</td>'
    is_long = len(cell) > _LONG and len(Markup(cell).striptags()) > _LONG
    begin = '<td class="long">' if is_long else "<td>"
    return f"{begin}<bdi>{escape(cell)}</bdi></td>"


def figure(book: Book, row: Row, metric: str, href: str | None = None) -> Markup:
    """A total of a row, as a link to what it is made of; a mark that opens says where it is a part."""
    value, posts_known = row[metric], row.get(f"{metric}_known")
    if value is None:
        return not_known(book, row)
    told, after = str(escape(book.amount(metric, value))), ""  # its words may be a native reader's
    over = counted_over(metric)
    if posts_known is not None and posts_known < row[over] and metric != "visits":
        told = f'<span class="part">≥ </span>{told}'
        part_of = escape(book.texts("known_of", knowing=number(posts_known), posts=number(row[over])))
        mark = f'<summary aria-label="{part_of}" title="{part_of}">{PART}</summary>'
        after = f'<details class="known">{mark}<small>{part_of}</small></details>'
    return Markup(_linked(book, told, href) + after)


def reach(book: Book, row: Row, href: str | None = None) -> Markup:
    """The accounts that a row has reached, by their bounds, as a link to what they rest on."""
    told = book.reach(row)
    return Markup(_linked(book, escape(told), href)) if told else not_known(book, row)


def not_known(book: Book, row: Row) -> Markup:
    """That a figure is not known; of a row without posts there is nothing to know."""
    if row["posts"]:
        return Markup(f'<span class="unknown">{escape(book.texts("not_known"))}</span>')
    return Markup('<span class="nothing">–</span>')


def _linked(book: Book, told: str, href: str | None) -> str:
    if not href:
        return told
    return f'<a class="figure" href="{escape(href)}" title="{escape(book.texts("why"))}">{told}</a>'
