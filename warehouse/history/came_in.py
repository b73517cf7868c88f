"""What of an archive counts: its file versions and its pulls, each of which has to have loads in the history."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Set
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import polars as pl

from connectors import contract
from warehouse.archive.archive import Archive
from warehouse.archive.file_versions import FileVersion, superseded_at, versions
from warehouse.archive.receipts import may_change_what_counts
from warehouse.history.recognised import Piece

Until = dict[FileVersion, datetime | None]
"""File versions that count or counted, and until when they did; None for those that still do."""


@dataclass
class CameIn:
    """What counts of an archive as it was at one instant.

    ``documents`` are the hashes of files that are documents, of which more versions count than of an export;
    ``decisions`` those of files that a person filled in, which count where they may say what counts, wherever a copy
    lies. What a file is, is known once it was read. ``asked_pulls`` are the pulls with answers, as rows of
    :mod:`warehouse.archive.pull_table`: there may be hundreds of thousands, and few of them are read tonight.
    """

    archive: Archive
    documents: Set[str]
    asked_pulls: pl.DataFrame
    _superseded: Until
    decisions: Set[str] = frozenset()

    def with_documents(self, documents: Set[str], decisions: Set[str] = frozenset()) -> CameIn:
        """The same, of which other files are known to be documents, or filled in."""
        if (documents, decisions) == (self.documents, self.decisions):
            return self
        return CameIn(self.archive, documents, self.asked_pulls, self._superseded, decisions)

    @cached_property
    def until(self) -> Until:
        """The file versions; of what is no document, of documents, and of what was filled in."""
        others = versions(self.archive.file_versions(), self.documents, self.archive.told_days())
        pairs = (*self._superseded.items(), *others.items(), *((version, None) for version in self._deciding()))
        return dict({version.place_id: (version, instant) for version, instant in pairs}.values())

    def _deciding(self) -> Iterator[FileVersion]:
        """The version of each filled-in file that may say what counts, where a copy that may not stands for it."""
        at_root: dict[str, list[FileVersion]] = {}
        for version in self.archive.file_versions() if self.decisions else ():
            if version.sha256 in self.decisions and may_change_what_counts(version.path):
                at_root.setdefault(version.sha256, []).append(version)
        for same in at_root.values():
            if not any(self._superseded.get(version, version) is None for version in same):
                yield next((version for version in reversed(same) if version in self._superseded), same[0])

    @cached_property
    def place_ids(self) -> pl.DataFrame:
        """The column ``place_id`` of all of it, of files and of pulls."""
        files = pl.Series("place_id", [version.place_id for version in self.until], pl.String)
        return pl.concat([files.to_frame(), self.asked_pulls.select("place_id")])

    def pieces(self, place_ids: Collection[str]) -> list[Piece]:
        """What is to be read at these places, in the order in which it came, files before pulls."""
        pulls = self.archive.pulls_of(self.asked_pulls.filter(pl.col("place_id").is_in(list(place_ids))))
        wanted = set(place_ids)
        return [
            *(Piece(version) for version in self.until if version.place_id in wanted),
            *(Piece(pull.file_version, pull) for pull in pulls),
        ]

    def instants(self) -> pl.DataFrame:
        """``place_id, until`` of the files; a pull counts until it is there no more."""
        rows = [(version.place_id, instant) for version, instant in self.until.items()]
        return pl.DataFrame(rows, schema={"place_id": pl.String, "until": contract.TIMESTAMP}, orient="row")


def came_in(archive: Archive, documents: Set[str], decisions: Set[str] = frozenset()) -> CameIn:
    """What came into an archive until now; ``documents`` and ``decisions`` are the hashes of those that are known."""
    pulls = archive.pull_table().filter(pl.col("place_id").is_not_null())
    superseded = superseded_at(archive.file_versions(), archive.told_days())
    return CameIn(archive, documents, pulls, superseded, decisions)
