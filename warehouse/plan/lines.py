"""Where each table, key and list item of a TOML text stands.

``tomllib`` keeps no positions; tree-sitter's grammar of TOML has them. It judges nothing here: the text must already
have passed ``tomllib``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

Path = tuple[str | int, ...]
"""The way to a value: ``("campaign", 2, "match", 0, "hashtags")``."""


def lines(text: str) -> dict[Path, int]:
    """The line, counted from 1, of every table, key and list item of a valid TOML text with ``\\n`` line ends."""
    line_by_path: dict[Path, int] = {}
    newest: dict[Path, int] = {}  # array of tables -> index of its newest one
    for node in _parts(_parser().parse(text.encode()).root_node):
        if node.type == "pair":
            _pair((), node, line_by_path)
            continue
        line = node.start_point.row + 1
        key, *pairs = _parts(node)
        table: Path = ()
        for part in _key(key):
            table = (*table, newest[table], part) if table in newest else (*table, part)
            line_by_path.setdefault(table, line)
        if node.type == "table_array_element":
            newest[table] = newest.get(table, -1) + 1
            table = (*table, newest[table])
        line_by_path[table] = line
        for pair in pairs:
            _pair(table, pair, line_by_path)
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


def _pair(path: Path, pair: Node, line_by_path: dict[Path, int]) -> None:
    key, value = _parts(pair)
    for part in _key(key):
        path = (*path, part)
        line_by_path.setdefault(path, pair.start_point.row + 1)
    _value(path, value, line_by_path)


def _value(path: Path, value: Node, line_by_path: dict[Path, int]) -> None:
    for index, part in enumerate(_parts(value)):
        if value.type == "inline_table":
            _pair(path, part, line_by_path)
        elif value.type == "array":
            line_by_path[(*path, index)] = part.start_point.row + 1
            _value((*path, index), part, line_by_path)


def _key(key: Node) -> Iterator[str]:
    if key.type == "dotted_key":
        for part in _parts(key):
            yield from _key(part)
    elif key.text is not None:
        text = key.text.decode()
        yield str(tomllib.loads(f"key = {text}")["key"]) if key.type == "quoted_key" else text


def _parts(node: Node) -> list[Node]:
    return [part for part in node.named_children if part.type != "comment"]


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_toml.language()))
