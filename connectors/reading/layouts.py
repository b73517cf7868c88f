"""Which kinds of table a platform's files hold, and which of them stand in a file.

A table is known by its header, wherever it stands: in a CSV, on any sheet of a workbook, in a zip, beside notes and
other tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from connectors.contract import ConnectorSettings, Match, Raw
from connectors.reading import files, links
from connectors.reading.files import Table
from connectors.reading.headers import Header, header, layouts_of, with_aliases


@dataclass(frozen=True)
class Layout:
    """One kind of table: ``name`` is its section in the platform's words, ``what`` how a person calls it.

    ``needs`` are columns without which it is another table (``a|b``: one of them), ``lacks`` are columns with which
    it is. ``refused`` says what a table is that cannot be loaded; ``words`` names the section of another layout
    that has its columns, too.
    """

    name: str
    what: str
    needs: tuple[str, ...]
    lacks: tuple[str, ...] = ()
    refused: str = ""
    words: str = ""


class Found(NamedTuple):
    """A table of a file whose header is one of a platform's layouts."""

    layout: Layout
    table: Table
    top: Header


def found(raw: Raw, platform: str, layouts: Sequence[Layout], settings: ConnectorSettings) -> list[Found]:
    """The tables of a file that are the platform's, each as the layout that knows the most of its columns.

    Raises:
        Refused: no table can be opened in the file.
    """
    tables = (best(table, platform, layouts, settings) for table in files.tables(raw))
    return [one for one in tables if one]


def best(table: Table, platform: str, layouts: Sequence[Layout], settings: ConnectorSettings) -> Found | None:
    """The layout of a platform that knows the most of a table's columns, the first of equals; None where none fits."""
    words, known = layouts_of(platform), None
    for layout in layouts:
        top = header(table.top, with_aliases(words[layout.words or layout.name], settings.columns))
        if top is None or not top.has(*layout.needs) or any(column in top.positions for column in layout.lacks):
            continue
        if known is None or len(top.positions) > len(known.top.positions):
            known = Found(layout, table, top)
    return known if known and _links_are_of(platform, known) else None


def _links_are_of(platform: str, one: Found) -> bool:
    """Whether the first links of a table are not all another platform's: words alone are much alike."""
    places = one.top.positions.get("url", ())
    rows = one.table.top[one.top.at + 1 :]
    said = [links.platform(row[at]) for row in rows for at in places if at < len(row)]
    others = [own for own in said if own]
    return not others or platform in others


def match(tables: Sequence[Found]) -> Match | None:
    """How sure a platform is of a file by the tables found in it: the surer the more of their columns it knows."""
    if not tables:
        return None
    best = max(tables, key=lambda one: (not one.layout.refused, len(one.top.positions)))
    known = len(best.top.positions)
    sureness = 0.5 + 0.5 * known / (known + 8) - (0.02 if best.layout.refused else 0)
    return Match(
        round(sureness, 3),
        f"the header of {best.layout.what}, {_first(best.top)!r} first",
    )


def _first(top: Header) -> str:
    return next((cell for cell in top.cells if cell), "")
