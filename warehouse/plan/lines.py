"""Where each table, key and list item of a TOML text stands.

``tomllib`` keeps no positions, and no maintained library gives them (tomlkit keeps none either),
so this walks the tokens once. It judges nothing: the text must already have passed ``tomllib``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping

Path = tuple[str | int, ...]
"""The way to a value: ``("campaign", 2, "match", 0, "hashtags")``."""

_TOKEN = re.compile(
    r"""
    (?P<comment> \#[^\n]* )
    | \"{3} (?: \\. | [^\\] )*? \"{3} \"{0,2}      # the text may end in two quotation marks of its own
    | '{3} .*? '{3} '{0,2}
    | " (?: \\. | [^"\\\n] )* "
    | ' [^'\n]* '
    | [\[\]{}=,.\n]
    | [^\s\[\]{}=,.\#"']+
    """,
    re.VERBOSE | re.DOTALL,
)


def lines(text: str) -> dict[Path, int]:
    """The line, counted from 1, of every table, key and list item of a valid TOML text with ``\\n`` line ends."""
    line_by_path: dict[Path, int] = {}
    last: dict[Path, int] = {}  # array of tables -> index of its newest one
    tokens = [*_tokens(text), ("\n", 0)][::-1]  # reversed, so that the next one is popped

    def key(end: str) -> Iterator[str]:
        while (word := tokens.pop()[0]) != end:
            if word != ".":
                yield str(tomllib.loads(f"key = {word}")["key"]) if word[0] in "\"'" else word

    def pair(path: Path) -> None:
        line = tokens[-1][1]
        for part in key("="):
            path = (*path, part)
            line_by_path.setdefault(path, line)
        value(path)

    def value(path: Path) -> None:
        end = {"[": "]", "{": "}"}.get(tokens[-1][0])
        if end is None:
            while tokens[-1][0] not in (",", "]", "}", "\n"):
                tokens.pop()
            return
        tokens.pop()
        count = 0
        while (token := tokens[-1])[0] != end:
            if token[0] in (",", "\n"):
                tokens.pop()
            elif end == "}":
                pair(path)
            else:
                line_by_path[(*path, count)] = token[1]
                value((*path, count))
                count += 1
        tokens.pop()

    table: Path = ()
    while tokens:
        word, line = tokens[-1]
        if word == "\n":
            tokens.pop()
        elif word == "[":
            tokens.pop()
            is_array = tokens[-1][0] == "["
            if is_array:
                tokens.pop()
            table = ()
            for part in key("]"):
                table = (*table, last[table], part) if table in last else (*table, part)
                line_by_path.setdefault(table, line)
            if is_array:
                tokens.pop()
                last[table] = last.get(table, -1) + 1
                table = (*table, last[table])
            line_by_path[table] = line
        else:
            pair(table)
    return line_by_path


def line_of(path: Path, line_by_path: Mapping[Path, int]) -> int | None:
    """The line of a path, or of the nearest thing around it that stands in the text.

    An index is passed over where a table alone stands in the place of a list.
    """
    at: Path = ()
    for step in path:
        if (*at, step) in line_by_path:
            at = (*at, step)
        elif isinstance(step, str):
            break
    return line_by_path.get(at)


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    line = 1
    for match in _TOKEN.finditer(text):
        if match["comment"] is None:
            yield match[0], line
        line += match[0].count("\n")
