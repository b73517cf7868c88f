"""From the bytes of plan.toml to TOML's tables, and what is told of a text that is not TOML."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from warehouse.plan.mistakes import Mistake, PlanError, mistake, shown

_QUOTE = "a quotation mark is not closed"
_TWICE = "this is written twice in one table; take one of them out"
_NO_KEY = "this is no key; write key = value, and names with blanks in quotation marks"
_TABLES = "this table stands twice; one that may stand several times has two brackets, as in [[campaign]]"
_LIST = "a list here or above is not closed, or a comma is missing; a # outside quotation marks starts a comment"
_BACKSLASH = "a \\ in double quotation marks must be written \\\\, or the text in single ones"
_CONTROL = "a character here can't be seen; type the line again"
_VALUE = "this is no value; put texts in quotation marks, write days as 2024-09-27 and numbers as 46_700"

_SYNTAX = (
    ("Cannot declare", _TABLES),
    ("Cannot mutate immutable", "this adds to a table that was closed above; write it there"),
    ("Cannot overwrite", _TWICE),
    ("Duplicate inline table key", _TWICE),
    ("Unclosed array", _LIST),
    ("Unclosed inline table", "the { is not closed by } on the same line, or a comma is missing"),
    ("Expected '=' after a key", _NO_KEY),
    ("Invalid initial character for a key", _NO_KEY),
    ("Invalid statement", _NO_KEY),
    (
        "Expected newline or end",
        "too much stands here; put texts in quotation marks, write days as 2024-09-27",
    ),
    ("Invalid date", "this day is not in the calendar; write days as 2024-09-27"),
    ("Unterminated string", _QUOTE),
    ("Illegal character '\\n'", _QUOTE),
    ("Found invalid character '\\n'", _QUOTE),
    ("Expected \"'", _QUOTE),
    ("Unescaped '\\'", _BACKSLASH),
    ("Invalid hex value", _BACKSLASH),
    ("Escaped character", _BACKSLASH),
    ("Illegal character", _CONTROL),
    ("Found invalid character", _CONTROL),
    ("Invalid value", _VALUE),
    ("Expected ']", "a bracket is missing; write [project], and [[campaign]] with two brackets on each side"),
)
"""How ``tomllib`` begins its messages, and what is told instead."""


def read(content: str | bytes, name: str) -> tuple[str, dict[str, Any]]:
    """The text, with ``\\n`` line ends, and what TOML makes of it.

    Raises:
        PlanError: it is not UTF-8, or not TOML.
    """
    try:
        raw = content.encode() if isinstance(content, str) else content
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
        return text, tomllib.loads(text)
    except UnicodeEncodeError as error:
        line, why = error.object.count("\n", 0, error.start) + 1, "a character is damaged; type it again"
        raise PlanError((mistake(name, line, why),)) from error
    except UnicodeDecodeError as error:
        line, why = error.object.count(b"\n", 0, error.start) + 1, "this is not saved as UTF-8; save it again as UTF-8"
        raise PlanError((mistake(name, line, why),)) from error
    except RecursionError as error:
        why = "brackets stand within brackets too deep; close the lists earlier"
        raise PlanError((mistake(name, None, why),)) from error
    except ValueError as error:
        raise PlanError((_syntax(str(error), text, name),)) from error


def _syntax(message: str, text: str, name: str) -> Mistake:
    at = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    rows = text.rstrip("\n").split("\n")
    line = (min(int(at[1]), len(rows)) if at[1] else _line_left_open(rows)) if at else None
    row = rows[line - 1] if line else ""
    before = row[: int(at[2]) - 1] if at and at[2] else ""
    if row.lstrip().startswith("[") and message.startswith("Cannot"):
        sentence = _TABLES
    elif message.startswith("Invalid value") and ("[" in row if at and not at[2] else not before.strip("[ \t")):
        sentence = _LIST  # the file ends, or a key or a table stands, where a list still waits for a value
    else:
        sentence = next(
            (ours for theirs, ours in _SYNTAX if message.startswith(theirs)), "this can't be read; rewrite it"
        )
    if re.search("[“”„«»]", row):
        sentence += "; the quotation marks must be straight ones"
    return mistake(name, line, f"{sentence} ({shown(row.strip())[1:-1]})" if row.strip() else sentence)


def _line_left_open(rows: Sequence[str]) -> int:
    """The line on which begins what is still open at the end: the one behind all that can be read."""

    def fails(count: int) -> bool:
        try:
            tomllib.loads("\n".join(rows[:count]))
        except (ValueError, RecursionError):
            return True
        return False

    heads = [index for index, row in enumerate(rows) if row.startswith("[")]
    first = bisect_left(heads, True, key=fails)
    start, stop = heads[first - 1] if first else 0, heads[first] if first < len(heads) else len(rows)
    return 1 + max((n for n in range(start, min(stop, start + 200)) if not fails(n)), default=start)
