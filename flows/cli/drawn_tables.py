"""Tables as a terminal of any width shows them: rows on wide ones, and on narrow ones rows side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from warehouse.texts import visible

_GAP = 3
"""What a column takes beside its cells, in characters: a space before them, one behind them, and the border."""
_EDGES = 1
"""What a table takes beside its columns."""


class _Drawn(Console):
    """A console on which no text steers the terminal: captions and names come from outside."""

    def render_str(self, text: str, **how: Any) -> Text:
        return super().render_str(visible(text), **how)


def console() -> Console:
    """Where tables are drawn: as wide as the terminal; where there is none, 250 characters wide."""
    terminal = _Drawn()
    return terminal if terminal.is_terminal else _Drawn(width=250)


def draw(heads: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> None:
    """Draws a table in which no word and no number is broken.

    Where the terminal is too narrow for that, each row becomes a column, as many side by side as there is room for,
    and its cells stand below each other behind the heads.

    Args:
        left: so many columns are texts, whatever stands in them.
    """
    terminal = console()
    rows = [[visible(cell).strip() for cell in row] for row in rows]
    columns = [[row[position] for row in rows] for position in range(len(heads))]
    room = terminal.width - _EDGES
    least = [_longest_word(head, *cells) for head, cells in zip(heads, columns, strict=True)]
    if not rows or sum(least) + _GAP * len(least) <= room:
        most = [_longest(head, *cells) for head, cells in zip(heads, columns, strict=True)]
        table = Table(box=box.SIMPLE_HEAD, header_style="bold")
        for position, width in enumerate(_widths(least, most, room - _GAP * len(least))):
            is_text = position < left or not all(_is_number(cell) for cell in columns[position] if cell)
            justify: JustifyMethod = "left" if is_text else "right"
            table.add_column(escape(heads[position]), justify=justify, width=width or None, overflow="fold")
        for row in rows:
            table.add_row(*map(Text, row))
        terminal.print(table)
        return
    for side_by_side in _side_by_side(heads, rows, room):
        terminal.print(side_by_side)


def _side_by_side(heads: Sequence[str], rows: Sequence[Sequence[str]], room: int) -> list[Table]:
    """The rows as columns, in as many tables as they take."""
    first = _longest(*heads)
    tables: list[Table] = []
    at = 0
    while at < len(rows):
        taken = [_longest_word(*rows[at])]
        while (end := at + len(taken)) < len(rows):
            following = _longest_word(*rows[end])
            if first + sum(taken) + following + _GAP * (len(taken) + 2) > room:
                break
            taken.append(following)
        group = rows[at : at + len(taken)]
        spare = max(1, room - first - _GAP * (len(taken) + 1))
        table = Table(box=box.SIMPLE, show_header=False)
        table.add_column(style="bold", width=first)
        for width in _widths(taken, [_longest(*row) for row in group], spare):
            table.add_column(width=min(width, spare) or None, overflow="fold")
        for position, head in enumerate(heads):
            table.add_row(Text(visible(head)), *(Text(row[position]) for row in group))
        tables.append(table)
        at += len(taken)
    return tables


def _widths(least: Sequence[int], most: Sequence[int], room: int) -> list[int]:
    """How wide columns are: as their cells are, or what is left beyond their longest words shared out as they need."""
    spare, wanted = max(0, room - sum(least)), sum(most) - sum(least)
    if wanted <= spare:
        return list(most)
    return [low + (high - low) * spare // wanted for low, high in zip(least, most, strict=True)]


def _longest(*texts: str) -> int:
    """The width of the longest line, in cells of the terminal."""
    return max((cell_len(line) for text in texts for line in text.splitlines()), default=0)


def _longest_word(*texts: str) -> int:
    return max((cell_len(word) for text in texts for word in text.split()), default=0)


def _is_number(cell: str) -> bool:
    return cell == "not known" or (cell.lstrip("≈ ")[:1].isdigit() and "-" not in cell)
