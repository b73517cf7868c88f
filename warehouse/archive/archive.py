"""What came in, as it came: immutable blobs by SHA-256, and an append-only log of events.

``blobs/ab/abcd….zst`` holds the bytes, compressed; ``events.jsonl`` a line for every place and time they came from
(``received``), for looks at a mailbox (``mailbox``), for every day that somebody told (``dated``), for every answer of
an API (``answered``) and every end of a pull (``pulled``), for every plan (``plan``, or ``faulty plan``), and for every
mail with a report (``mailed``). Everything else that Reach knows is computed from these two.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

import polars as pl

from connectors.contract import Answer, Raw
from warehouse.archive import kept_start, log_repair, pull_table, pulls
from warehouse.archive.address import Address
from warehouse.archive.blobs import Blobs, LostBytes
from warehouse.archive.event_log import NOTHING, EventLog, LogStart
from warehouse.archive.event_log import End as LogEnd
from warehouse.archive.file_versions import FileVersion, ToldDay, told_day_of_event, version_of_event
from warehouse.archive.kept_start import FOLDED, KeptStart
from warehouse.archive.log_lines import BadLine, Event
from warehouse.archive.log_repair import LineFault
from warehouse.archive.pulls import End, Kept, Pull, Pulls
from warehouse.archive.remote_blobs import RemoteBlobs
from warehouse.archive.withdrawals import Target

_OF_PULLS = ("answered", "pulled", "removed", "forgotten")
"""The events that tell of pulls."""


@lru_cache(maxsize=8)
def archive_in(folder: Path, address: Address | None = None) -> Archive:
    """The one archive of this process in an absolute ``folder``, so that its log is read once."""
    return Archive(folder, address)


class Archive:
    """The archive in ``folder``, its blobs there or at an address; created with the first thing that comes in."""

    def __init__(self, folder: Path, address: Address | None = None) -> None:
        self.folder = folder
        self.blobs = RemoteBlobs(address) if address else Blobs(folder)
        self._log = EventLog(folder / "events.jsonl", self._start_kept)
        self._following = threading.Lock()
        self._versions: list[FileVersion] = []
        self._versions_at = NOTHING
        self._pulls = Pulls()
        self._pulls_at = NOTHING
        self._kept: KeptStart | None = None
        self._pull_table = pull_table.EMPTY
        self._pull_table_at = NOTHING

    def _start_kept(self) -> LogStart | None:
        self._kept = kept_start.read(self.folder)
        return self._kept and self._kept.start

    def events(self, *kinds: str) -> list[Event]:
        """The events of these kinds, oldest first."""
        return self._log.events(*kinds)

    def line_faults(self) -> list[LineFault]:
        """The lines of the log that cannot be used."""
        return log_repair.faults(self._log.file, _understand) if self._log.file.exists() else []

    def mend_log(self, bad: Iterable[LineFault], day: date) -> None:
        """Puts lines right or aside (:func:`warehouse.archive.log_repair.mend`), and makes the last one whole."""
        log_repair.mend(self._log.file, bad, day)
        self._log.mend_end()

    @contextmanager
    def _bad_line_named(self) -> Iterator[None]:
        try:
            yield
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            self._versions_at = self._pulls_at = self._pull_table_at = NOTHING  # whoever asks again is told again
            bad = self.line_faults()
            raise (BadLine(bad[0].number, bad[0].why) if bad else error) from error

    def end(self) -> LogEnd:
        """How far the log goes."""
        return self._log.end()

    def goes_on_from(self, end: LogEnd) -> bool:
        """Whether the log is the one that went so far, or further."""
        return self._log.goes_on_from(end)

    def count(self, *kinds: str) -> int:
        """How many events of these kinds there are."""
        return self._log.count(*kinds)

    def has_grown(self, log_bytes: int) -> bool:
        """Whether the log is longer than these bytes, or shorter, at the cost of a look."""
        return (self._log.file.stat().st_size if self._log.file.exists() else 0) != log_bytes

    def file_versions(self) -> list[FileVersion]:
        """Every place and time that bytes came from, oldest first."""
        with self._following, self._bad_line_named():
            events, end = self._log.added(self._versions_at, "received")
            if end.log is not self._versions_at.log:
                self._versions = []
            self._versions += map(version_of_event, events)
            self._versions_at = end
            return list(self._versions)

    def pulls(self) -> list[Pull]:
        """Every pull that an API answered something to, or that came to an end."""
        with self._following, self._bad_line_named():
            events, end = self._log.added(self._pulls_at, *_OF_PULLS)
            if end.log is not self._pulls_at.log:
                self._pulls = Pulls()
            self._pulls.add(events)
            self._pulls_at = end
            return self._pulls.all()

    def pull_table(self) -> pl.DataFrame:
        """Every pull as a row, columns :data:`warehouse.archive.pull_table.COLUMNS`, in the order in which they began.

        The log is read from where what was kept of it ends.
        """
        with self._following, self._bad_line_named():
            table, at = self._pull_table, self._pull_table_at
            if at == NOTHING and (taken := self._log.taken_start()) and self._kept:
                table, at, self._kept = self._kept.pulls, taken[1], None
            placed, end = self._log.added_at(at, *_OF_PULLS)
            if end.log is not at.log:
                table = pull_table.EMPTY
            if table.height and placed:
                moved = pull_table.lines_by_pull(placed).select(pull_table.KEY)
                before = table.join(moved, on=pull_table.KEY, how="semi")
                placed = self._log.events_at(before["lines"].explode()) + placed
                table = table.join(moved, on=pull_table.KEY, how="anti", maintain_order="left")
            if placed:
                table = pl.concat([table, pull_table.rows_of(placed)])
                table = table.sort(pl.col("lines").list.first())
            self._pull_table, self._pull_table_at = table, end
            return table.filter("is_begun")

    def pulls_of(self, rows: pl.DataFrame) -> list[Pull]:
        """The pulls of rows of :meth:`pull_table`, whole, in their order."""
        told = Pulls()
        told.add(event for _, event in self._log.events_at(rows["lines"].explode().drop_nulls()))
        return told.all()

    def telling_pulls(self, now: datetime) -> list[Pull]:
        """The pulls by which accounts are asked now, few of each: :func:`warehouse.archive.pull_table.telling`."""
        return self.pulls_of(pull_table.telling(self.pull_table(), now - pulls.REMEMBERED))

    def keep_start(self) -> None:
        """Keeps what the log comes to for the next run, where it was read and has grown by enough.

        Raises:
            OSError: it cannot be written.
        """
        taken = self._log.taken_start()
        if self._pull_table_at == NOTHING or not kept_start.is_due(self._log.end().bytes, taken and taken[0]):
            return
        start = self._log.start(*FOLDED)
        self.pull_table()
        if self._pull_table_at.lines == start.lines:
            kept_start.write(self.folder, KeptStart(start, self._pull_table))

    def content(self, sha256: str) -> bytes:
        """The bytes behind a hash.

        Raises:
            LostBytes: they are not in the archive any more, or not as they came.
        """
        return self.blobs.read(sha256)

    def raw(self, version: FileVersion) -> Raw:
        """A place's bytes, as a connector takes them."""
        content = self.content(version.sha256)
        return Raw(version.path, content, version.modified_at, version.received_at, read_on=version.read_on)

    def raw_pull(self, pull: Pull) -> Raw:
        """A pull's answers, as a connector takes them."""
        version = pull.file_version
        return Raw(
            version.path, b"", version.modified_at, version.received_at,
            connector=pull.connector, account=pull.account, answers=tuple(self.answers(pull)), asked_since=pull.since
        )  # fmt: skip

    def answers(self, pull: Pull) -> Iterator[Answer]:
        """What a pull was answered so far."""
        for kept in pull.answers:
            yield Answer(kept.endpoint, kept.asked_at, self.content(kept.sha256))

    def keep_answer(self, pull: Pull, answer: Answer) -> None:
        """Keeps an answer to one of a pull's questions, before anybody looks at it."""
        sha256 = self.keep(answer.content)
        kept = Kept(answer.endpoint, answer.asked_at, sha256, len(answer.content), answer.units)
        self._log.append({"event": "answered", **_of_pull(pull), **asdict(kept)})

    def end_pull(self, pull: Pull, end: End) -> None:
        """Keeps how a pull ended."""
        self._log.append({"event": "pulled", **_of_pull(pull), **asdict(end)})

    def keep(self, content: bytes) -> str:
        """Stores bytes and returns their SHA-256; the same bytes are stored once, and again where they are lost."""
        return self.blobs.keep(content)

    def loss(self, version: FileVersion, pull: Pull | None) -> LostBytes | None:
        """Why what a file, or a pull's answers, said cannot be had any more; None where it can."""
        hashes = (kept.sha256 for kept in pull.answers) if pull else (version.sha256,)
        return next(filter(None, map(self.blobs.loss, hashes)), None)

    def keep_received(self, versions: Iterable[FileVersion]) -> None:
        """Keeps at which place and time bytes that are in the archive came in."""
        self._log.append(*({"event": "received", **asdict(version)} for version in versions))

    def note_mailbox(self, looked: Mapping[str, object]) -> None:
        """Keeps how far a mailbox was looked at (:mod:`warehouse.archive.mails`)."""
        self._log.append({"event": "mailbox", **looked})

    def keep_plan(self, text: bytes, now: datetime, *, is_good: bool = True) -> bool:
        """Keeps a plan, also one with mistakes; returns whether it is another than the one seen last."""
        if self.has_seen_plan(text):
            return False
        kind = "plan" if is_good else "faulty plan"
        self._log.append({"event": kind, "sha256": self.keep(text), "received_at": now})
        return True

    def has_seen_plan(self, text: bytes) -> bool:
        """Whether this is the plan that was seen last."""
        last = list(self.events("plan", "faulty plan"))[-1:]
        return bool(last) and last[0]["sha256"] == hashlib.sha256(text).hexdigest()

    def last_plan(self, before: datetime | None = None) -> bytes | None:
        """The newest plan that was good, or that was before an instant; or none."""
        good = [e for e in self.events("plan") if before is None or _instant(e["received_at"]) < before]
        return self.content(str(good[-1]["sha256"])) if good else None

    def freeze(self, name: str, frozen: Mapping[str, object]) -> None:
        """Keeps what a report said, under a name that is used once."""
        self._log.append({"event": "frozen", "name": name, **frozen})

    def frozen(self, name: str) -> Event | None:
        """What was kept under a name, or none."""
        return next((event for event in self.events("frozen") if event["name"] == name), None)

    def note_mailed(self, report: str, to: str, mailed: Mapping[str, object]) -> None:
        """Keeps that a report was mailed to somebody, who is called so in the plan."""
        self._log.append({"event": "mailed", "name": report, "to": to, **mailed})

    def take(self, name: str, taken: Mapping[str, object]) -> None:
        """Keeps what a removal took from the figures of a frozen report."""
        self._log.append({"event": "taken", "name": name, **taken})

    def removals(self, since: datetime) -> dict[str, str]:
        """The pulls of which a platform's terms had something removed since: the path of each, and which event."""
        kinds: dict[str, str] = {}
        for event in self.events("removed", "forgotten"):
            if pulls.removed_at(event) >= since:
                kinds[pulls.of_event(event).path] = str(event["event"])
        return kinds

    def withdraw(self, target: Target, reason: str, by: str, now: datetime, *, is_undone: bool = False) -> None:
        """Keeps that somebody took something out of every figure, or put it back in."""
        kind = "restored" if is_undone else "withdrawn"
        self._log.append({"event": kind, **asdict(target), "reason": reason, "by": by, "at": now})

    def tell_day(self, told: ToldDay, by: str) -> None:
        """Keeps on which day a file's figures were read, as somebody said, or that they took it back."""
        self._log.append({"event": "dated", **told._asdict(), "by": by})

    def told_days(self) -> list[ToldDay]:
        """Every time that somebody told a file's day, oldest first."""
        return [told_day_of_event(event) for event in self.events("dated")]

    def remove_pulls(self, pulled: Iterable[Pull], reason: str, now: datetime) -> None:
        """Takes pulls' answers away for ever, as a platform's terms demand; what was asked, and when, stays.

        Bytes that something else came with as well stay for that.
        """
        gone = list(pulled)
        for pull in gone:
            self._log.append(
                {"event": "removed", **_of_pull(pull), "pull_id": pull.pull_id, "reason": reason, "removed_at": now}
            )
        self._drop({kept.sha256 for pull in gone for kept in pull.answers})

    def forget(self, pull: Pull, contents: Mapping[str, bytes], reason: str, now: datetime) -> None:
        """Puts what may be kept of answers in their place, by endpoint; that they were others stays in the log."""
        for endpoint, content in contents.items():
            kept = {"endpoint": endpoint, "sha256": self.keep(content), "size": len(content)}
            self._log.append({"event": "forgotten", **_of_pull(pull), **kept, "reason": reason, "forgotten_at": now})
        self._drop({answer.sha256 for answer in pull.answers if answer.endpoint in contents})

    def finish_removals(self) -> None:
        """Deletes what a removal named in the log, and a killed process did not come to delete.

        Only the last removals can have been cut short: whoever removes something finishes those before.
        """
        removed = self.events("removed", "forgotten")
        last = [event for event in removed if pulls.removed_at(event) == pulls.removed_at(removed[-1])]
        if last:
            moved = pull_table.lines_by_pull(enumerate(last)).select(pull_table.KEY)
            lines = self.pull_table().join(moved, on=pull_table.KEY, how="semi")["lines"].explode()
            self._drop(
                {str(event["sha256"]) for _, event in self._log.events_at(lines) if event["event"] == "answered"}
            )

    def _drop(self, blobs: set[str]) -> None:
        """Deletes those of these bytes that nothing in the log names any more."""
        there = {sha256 for sha256 in blobs if self.blobs.has(sha256)}
        placed = self._log.events_with(there) if there else []
        of_pulls = pull_table.lines_by_pull(pair for pair in placed if pair[1]["event"] in _OF_PULLS)
        pulled = self.pulls_of(self.pull_table().join(of_pulls, on=pull_table.KEY, how="semi"))
        named = {kept.sha256 for pull in pulled for kept in pull.answers}
        named |= {str(event["sha256"]) for _, event in placed if event["event"] == "received"}
        for sha256 in there - named:
            self.blobs.drop(sha256)


def _of_pull(pull: Pull) -> dict[str, object]:
    return {
        "connector": pull.connector,
        "account": pull.account,
        "started_at": pull.started_at,
        "is_backfill": pull.is_backfill,
    }


def _instant(value: object) -> datetime:
    return datetime.fromisoformat(str(value))


def _understand(event: Event) -> object:
    """Makes of an event what it stands for; raises where it lacks something."""
    kind = event["event"]
    if kind == "received":
        return version_of_event(event)
    if kind in ("answered", "pulled", "removed", "forgotten"):
        told = Pulls()
        told.add([event])
        return told
    if kind == "dated":
        return told_day_of_event(event)
    if kind in ("plan", "faulty plan"):
        return event["sha256"], _instant(event["received_at"])
    return [event[name] for name in ("name", "tables", "plan")] if kind == "frozen" else event
