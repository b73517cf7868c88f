"""The kinds of table that a platform's files hold, and the tables of a file that are of these kinds.

A table is known by its header, wherever it stands: in a CSV, on any sheet of a workbook, in a zip, beside notes and
other tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from connectors.contract import Match, Raw, Refused
from connectors.reading import files, links
from connectors.reading.files import Table
from connectors.reading.headers import Header, header, layouts_of, with_aliases
from connectors.settings import ConnectorSettings


@dataclass(frozen=True)
class Layout:
    """One kind of table: ``name`` is its section in the platform's words, ``what`` how a person calls it.

    ``needs`` are columns without which it is another table (``a|b``: one of them), ``lacks`` are columns with which
    it is. ``marks`` are columns that no other platform's tables have (``a|b`` again): a table without any of them is of
    this kind only if the platform's words know all of its columns. ``refused`` says what a table is that cannot be
    loaded; ``words`` names the section of another layout that has its columns, too.
    """

    name: str
    what: str
    needs: tuple[str, ...]
    lacks: tuple[str, ...] = ()
    marks: str = ""
    refused: str = ""
    words: str = ""


class MatchedTable(NamedTuple):
    """A table of a file whose header is one of a platform's layouts."""

    layout: Layout
    table: Table
    top: Header


def matched_tables(
    raw: Raw, platform: str, layouts: tuple[Layout, ...], settings: ConnectorSettings
) -> list[MatchedTable]:
    """The tables of a file that are the platform's, each as the layout that knows the most of its columns.

    Raises:
        Refused: no table can be opened in the file.
    """
    tables = (matched_table(table, platform, layouts, settings) for table in files.tables(raw))
    return [one for one in tables if one]


def needed_tables(
    raw: Raw, platform: str, layouts: tuple[Layout, ...], settings: ConnectorSettings, refusal: str
) -> list[MatchedTable]:
    """:func:`matched_tables`, of which there has to be one.

    Raises:
        Refused: no table can be opened, or none is the platform's, by the sentence ``refusal``.
    """
    tables = matched_tables(raw, platform, layouts, settings)
    if not tables:
        raise Refused(refusal)
    return tables


def matched_table(
    table: Table, platform: str, layouts: tuple[Layout, ...], settings: ConnectorSettings
) -> MatchedTable | None:
    """The layout that knows the most of a table's columns, the first of equals; None where none fits.

    The table remembers the answer, since every platform looks at a file several times.
    """
    aliases = tuple((column, tuple(words)) for column, words in settings.columns.items())
    matched = table.once(("layout", platform, layouts, aliases), lambda: _match(table, platform, layouts, settings))
    return MatchedTable(matched[0], table, matched[1]) if matched else None


def _match(
    table: Table, platform: str, layouts: tuple[Layout, ...], settings: ConnectorSettings
) -> tuple[Layout, Header] | None:
    words_of, best = layouts_of(platform), None
    headers: dict[str, Header | None] = {}  # several layouts have one section's words
    for layout in layouts:
        section = layout.words or layout.name
        if section not in headers:
            words = with_aliases(words_of[section], settings.columns)
            headers[section] = header(table.top, table.top_keys, words)
        top = headers[section]
        if top is None or not top.has(*layout.needs) or any(column in top.positions for column in layout.lacks):
            continue
        if layout.marks and not top.has(layout.marks) and top.unknown:
            continue
        if best is None or len(top.positions) > len(best[1].positions):
            best = layout, top
    if best:
        best = best[0], _first_header(table, best[1], best[0])
    return best if best and _has_links_of(platform, table, best[1]) else None


def _first_header(table: Table, top: Header, layout: Layout) -> Header:
    """The first header of a table's layout, where rows stand between it and the one that knows the most columns.

    People copy tables below each other: the rows of the upper one are no titles.
    """
    words, at = top.words, top.at
    above = header(table.top[:at], table.top_keys[:at], words) if words else None
    is_one = above and at - above.at > 1 and above.has(*layout.needs) and not any(map(above.has, layout.lacks))
    return _first_header(table, above, layout) if above and is_one else top


def _has_links_of(platform: str, table: Table, top: Header) -> bool:
    """Whether the first links of a table are not all of others: words alone are much alike.

    The column of links decides, whatever links stand in captions: a page may share nothing but videos of another
    platform. Where the platform's words name no such column, a nameless one that holds nothing but others' links tells.
    """
    rows = table.top[top.at + 1 :]
    has_hosts = bool(links.shapes()[platform].host) if platform in links.shapes() else False
    if places := top.positions.get("url", ()):
        cells = [row[at] for row in rows for at in places if at < len(row)]
        hosts = [host for cell in cells if (host := links.platform(cell)) or (has_hosts and cell.startswith(_WEB))]
        return not hosts or platform in hosts
    taken = {at for places in top.positions.values() for at in places}
    nameless = (
        [row[at] for row in rows if at < len(row) and row[at]] for at in range(len(top.cells)) if at not in taken
    )
    hosts_of = [{links.platform(cell) for cell in cells} for cells in nameless if cells]
    is_foreign = any(None not in hosts and platform not in hosts for hosts in hosts_of)
    return not has_hosts or not is_foreign or {platform} in hosts_of


_WEB = ("http://", "https://")


def match(tables: Sequence[MatchedTable]) -> Match | None:
    """How sure a platform is of a file by its tables there: the surer, the more of their columns it knows."""
    if not tables:
        return None
    best = max(tables, key=lambda one: (not one.layout.refused, len(one.top.positions)))
    columns = len(best.top.positions)
    sureness = 0.5 + 0.5 * columns / (columns + 8) - (0.02 if best.layout.refused else 0)
    first = next((cell for cell in best.top.cells if cell), "")
    return Match(round(sureness, 3), f"the header of {best.layout.what}, {first!r} first")
