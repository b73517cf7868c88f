"""The row of an original file, as it came, behind a line of evidence."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl

import connectors
from connectors.contract import Raw, Refused
from connectors.platform import Platform
from connectors.reading import ads, files, layouts
from connectors.settings import ConnectorSettings
from warehouse.archive import pull_table
from warehouse.archive.archive import Archive

Cells = list[tuple[str, str]]
"""The header's words and what stands below each, in their order."""


def raw_of(archive: Archive, path: str, sha256: str) -> Raw:
    """The bytes of a load, from the archive: a file's, or what a pull was answered.

    Raises:
        Refused: they were removed, as a platform's terms demand, or are damaged.
    """
    try:
        for version in archive.file_versions():
            if (version.path, version.sha256) == (path, sha256):
                return archive.raw(version)
        for pull in archive.pulls_of(pull_table.at(archive.pull_table(), path)):
            if pull.answers and pull.path == path:
                return archive.raw_pull(pull)
    except (OSError, ValueError) as error:
        raise Refused(f"{path} cannot be opened any more: {error}.") from error
    raise Refused(f"{path} is not in the archive any more: its platform's terms had it removed.")


def row_of(raw: Raw, line: Mapping[str, Any], settings: Mapping[str, ConnectorSettings]) -> Cells:
    """What stands in the row of a file, or in the object of an answer, that a line of evidence rests on.

    Raises:
        Refused: the row cannot be singled out, or names a person; the sentence says where to look.
    """
    if is_of_people(line["connector"]):
        raise Refused(f"{raw.path} lists people by name; its rows are counted, and not shown.")
    if raw.answers:
        return _object(raw, line)
    post_number = _post_of(line).rpartition("_")[2] or _post_of(line)
    marks = [post_number, str(line["url"] or ""), str(line["text"] or "")[:40]]
    candidates = [
        (cells, _likeness(cells, marks, number == line["row"])) for number, cells in _rows(raw, line, settings)
    ]
    best = max(candidates, key=lambda pair: pair[1], default=None)
    if best is None or best[1] == 0:
        raise Refused(f"Row {line['row']} of {raw.path} could not be singled out; the archive has the file.")
    return best[0]


def is_of_people(connector: str) -> bool:
    """Whether the files of a connector list people by name."""
    platform = connectors.PLATFORMS.named(connector)
    return platform is not None and platform.is_of_people


def lists_people(path: str, content: bytes, settings: Mapping[str, ConnectorSettings]) -> bool:
    """Whether a document, which nothing reads, lists people by name in a way that would be read elsewhere."""
    raw = Raw(path, content, modified_at=datetime.min, received_at=datetime.min)
    try:
        return any(is_of_people(part.platform.name) for part in connectors.parts(raw, settings))
    except Refused:
        return False


def _post_of(line: Mapping[str, Any]) -> str:
    """The post that the row names: another page's, where that was read of the same video."""
    return str(line["read_as"] or line["post_id"] or "")


def _likeness(cells: Cells, marks: list[str], is_same_number: bool) -> int:
    joined = "\n".join(cell for _, cell in cells)
    return 2 * sum(bool(mark) and mark in joined for mark in marks) + is_same_number


def _rows(raw: Raw, line: Mapping[str, Any], settings: Mapping[str, ConnectorSettings]) -> Iterator[tuple[int, Cells]]:
    """Every row of the tables that the load's connector knows, with its number below the header."""
    platform = connectors.PLATFORMS.named(line["connector"])
    if platform is None or platform.export is None:
        return
    platform_settings = settings.get(platform.name) or platform.settings()
    before = 0
    for one, titles in _tables(raw, platform, platform_settings):
        whole = files.rows(one.table, one.top).whole
        heads = [head or str(n + 1) for n, head in enumerate(titles)]
        near = whole.filter(_may_be(whole, line, before))
        for row in near.iter_rows(named=True):
            cells = [(head, str(row[str(at)] or "")) for at, head in enumerate(heads) if str(at) in row]
            yield row["row"] + before, cells
        before += max(whole["row"].to_list(), default=0)


def _tables(
    raw: Raw, platform: Platform, settings: ConnectorSettings
) -> Iterator[tuple[layouts.MatchedTable, Sequence[str]]]:
    """The tables that a platform's exports have, with the titles of their columns as they stand in the file."""
    of_platform = platform.export.LAYOUTS if platform.export else ()
    if any(layout.needs == ads.NEEDS for layout in of_platform):
        for report in ads.reports(raw, platform.name, of_platform, settings):
            yield report.matched, report.heads
        return
    for one in layouts.matched_tables(raw, platform.name, of_platform, settings):
        yield one, one.top.cells


def _may_be(whole: pl.DataFrame, line: Mapping[str, Any], before: int) -> pl.Expr:
    number = _post_of(line).rpartition("_")[2]
    has_id = pl.any_horizontal(pl.exclude("row").str.contains(number, literal=True).fill_null(False)) & bool(number)
    return has_id.or_(pl.col("row") + before == line["row"])


def _object(raw: Raw, line: Mapping[str, Any]) -> Cells:
    """The smallest object of the answers that names the post."""
    post_id = _post_of(line)
    wanted = {post_id, post_id.rpartition("_")[2], post_id.rpartition("/")[2]}
    objects: list[tuple[int, str, dict[str, Any]]] = []
    for answer in raw.answers:
        for item in _objects(json.loads(answer.content)):
            if wanted & {str(value) for value in item.values() if isinstance(value, str | int)}:
                objects.append((len(json.dumps(item)), answer.endpoint, item))
    if not objects:
        raise Refused(f"No answer of {raw.path} names the post any more.")
    _, endpoint, item = max(objects, key=lambda one: one[0])
    return [("asked", endpoint), *((key, _text(value)) for key, value in item.items())]


def _objects(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(inner)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
