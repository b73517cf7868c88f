"""What goes into the history of one file version: the rows of its loads, and their frames."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

import polars as pl

from connectors import contract
from connectors.columns import frame as frame_of
from connectors.contract import Extract
from warehouse.archive.file_versions import FileVersion
from warehouse.history import tables
from warehouse.history.store import Load, Store
from warehouse.secret_shapes import struck

AT_ONCE, ROWS_AT_ONCE = 200, 20_000
"""So many loads, or rows of them, go into the history together: a transaction costs more than a small load."""


class Pending:
    """Loads on their way into the history, with who read them. All of a file version goes in one transaction."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._loads: list[Load] = []
        self._rows = 0
        self._readers: list[Mapping[str, object]] = []

    def add(self, loads: Iterable[Load], readers: Iterable[Mapping[str, object]]) -> None:
        """Takes the loads of one file version, and its rows of the table of readers."""
        new = list(loads)
        self._loads += new
        self._rows += sum(frame.height for load in new for frame in load.frames.values())
        self._readers += readers
        if len(self._loads) >= AT_ONCE or self._rows >= ROWS_AT_ONCE:
            self.put()

    def put(self) -> None:
        """Puts what waits into the history."""
        readers = pl.DataFrame(self._readers, schema={c.name: c.dtype for c in tables.READERS.columns})
        self.store.put_loads(self._loads, readers)
        self._loads, self._readers, self._rows = [], [], 0


def load_of(version: FileVersion, connector: str, extract: Extract) -> Load:
    """The load that an extract is.

    The same content with the same observed_at is the same load: it replaces itself.
    """
    report = extract.evidence
    load_id = _load_id(version, connector, report.observed_at)
    start, end = report.period or (None, None)
    lists_from, lists_to = report.lists or (None, None)
    rejected = extract.rejects["row"].n_unique()
    row = _columns_of(version) | {
        "load_id": load_id,
        "connector": connector,
        "grade": report.grade,
        "observed_at": report.observed_at,
        "observed_until": report.observed_until,
        "observed_from": report.observed_from,
        "observed_on": report.observed_on,
        "saved_at": report.saved_at,
        "period_start": start,
        "period_end": end,
        "period_from": report.period_from,
        "language": report.language,
        "encoding": report.encoding,
        "delimiter": report.delimiter,
        "date_order": report.date_order,
        "date_order_from": report.date_order_from,
        "mapped": ";".join(f"{theirs}={ours}" for theirs, ours in report.mapped.items()),
        "mapped_to": [name for ours in report.mapped.values() for name in ours.split(";")],
        "ignored": ";".join(report.ignored),
        "notes": struck("\n".join(extract.notes)),
        "rows": report.rows,
        "kept": report.rows - rejected,
        "rejected": rejected,
        "is_document": report.is_document,
        "lists_from": lists_from,
        "lists_to": lists_to,
    }
    frames = {
        tables.ACCOUNTS: extract.accounts,
        tables.POSTS: extract.posts,
        tables.OBSERVATIONS: extract.observations,
        tables.ACCOUNT_METRICS: extract.account_figures,
        tables.AD_FIGURES: extract.ad_figures,
        tables.AUDIENCES: extract.audiences,
        tables.TAGGED_VISITS: extract.tagged_visits,
        tables.ATTENDANCE: extract.attendance,
        tables.REJECTS: extract.rejects,
        tables.DECISIONS: extract.decisions,
    }
    return Load(row, frames)


def refused(version: FileVersion, reason: str) -> Load:
    """A whole file that nobody could read, with the reason."""
    rejects = frame_of(contract.REJECTS, pl.DataFrame({"reason": [reason], "content": [version.path]}))
    row = {"load_id": version.place_id, "refused": reason, "rows": 0, "kept": 0, "rejected": 0}
    return Load(_columns_of(version) | row, {tables.REJECTS: rejects})


def _load_id(version: FileVersion, connector: str, observed_at: datetime) -> str:
    key = f"{version.sha256}|{version.path}|{connector}|{observed_at.isoformat()}"
    if version.told_at:
        key += f"|{version.told_at.isoformat()}"
    if version.is_return:  # other bytes stood at its path in between
        key += f"|{version.modified_at.isoformat()}"
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _columns_of(version: FileVersion) -> dict[str, object]:
    return {
        "place_id": version.place_id,
        "path": version.path,
        "sha256": version.sha256,
        "size": version.size,
        "modified_at": version.modified_at,
        "received_at": version.received_at,
        "known_from": version.known_from,
        "requests": version.requests,
        "units": version.units,
        "asked_of": version.asked_of,
        "asked_since": version.asked_since,
        "is_whole": version.is_whole,
        "keep_days": version.keep_days,
    }
