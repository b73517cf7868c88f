"""File versions: which bytes came in under which path and when, and which of them count."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import groupby, zip_longest
from pathlib import PurePosixPath
from typing import Any, NamedTuple

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}|[A-Za-z]{3}-\d{2}-\d{4}|(?<!\d)\d{8}(?!\d)")
_DATED = re.compile(r"^\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True)
class FileVersion:
    """Bytes at one place and time: a file that came in, or what a pull's questions were answered with."""

    path: str
    sha256: str
    size: int
    modified_at: datetime
    received_at: datetime
    requests: int | None = None
    units: int | None = None
    asked_of: str | None = None
    asked_since: datetime | None = None
    is_whole: bool | None = None
    keep_days: int | None = None
    is_return: bool = False
    read_on: date | None = None
    told_at: datetime | None = None

    def __hash__(self) -> int:
        return hash(self.place_id)

    @cached_property  # a night asks for it many times of every version that ever came
    def place_id(self) -> str:
        key = f"{self.sha256}|{self.path}|{self.modified_at.isoformat()}"
        if self.told_at:
            key += f"|{self.read_on}|{self.told_at.isoformat()}"
        return hashlib.sha256(key.encode()).hexdigest()[:16]

    @property
    def known_from(self) -> datetime:
        """When it came, or when somebody told on which day its figures were read, or took that back."""
        return self.told_at or self.received_at

    @property
    def day(self) -> date | None:
        """The day on which its figures were read, as somebody told it, else as a dated folder does."""
        return self.read_on or self.folder_day

    @cached_property
    def folder_day(self) -> date | None:
        """The day that the innermost dated folder on the way names, unless it lies in the future."""
        for part in reversed(PurePosixPath(self.path).parts[:-1]):
            if _DATED.match(part):
                try:
                    day = date.fromisoformat(part)
                except ValueError:
                    continue
                if day <= (self.received_at + timedelta(hours=14)).date():  # today may have begun further east
                    return day
        return None


class ToldDay(NamedTuple):
    """The day on which a file's figures were read, as somebody told it at an instant; None takes that back."""

    path: str
    sha256: str
    day: date | None
    at: datetime
    is_by_name: bool = False


def version_of_event(event: Mapping[str, Any]) -> FileVersion:
    """The file version that an event "received" tells of."""
    return FileVersion(
        event["path"],
        event["sha256"],
        int(event["size"]),
        datetime.fromisoformat(str(event["modified_at"])),
        datetime.fromisoformat(str(event["received_at"])),
    )


def told_day_of_event(event: Mapping[str, Any]) -> ToldDay:
    """The day that an event "dated" tells."""
    day = date.fromisoformat(event["day"]) if event["day"] else None
    return ToldDay(event["path"], event["sha256"], day, datetime.fromisoformat(event["at"]), event["is_by_name"])


def superseded_at(
    received: Iterable[FileVersion], told: Collection[ToldDay] = ()
) -> dict[FileVersion, datetime | None]:
    """Every file version whose readings ever counted, and when another one took over from it; None where none did.

    Of the same bytes a dated folder wins over undated paths, and each day is a reading of its own; of undated paths
    the earliest file time counts. Ties go to the first path in the alphabet. The same bytes under names that tell of
    other days, as studios name ranges, are other figures. A file of which somebody ``told`` the day is one in a folder
    of that day from then on.

    A version that was superseded still counts for days before that, since what was known on a day rests on what had
    come in by then ("As of, and known on" in docs/rules.md).
    """
    until: dict[FileVersion, datetime | None] = {}
    told_of = {(one.path, one.sha256) for one in told}
    for same in _same(received):
        if len(same) == 1 and (same[0].path, same[0].sha256) not in told_of:  # of years of nights nearly all
            until[same[0]] = None
            continue
        came = sorted((p for version in _distinct(same) for p in _as_told(version, told)), key=lambda p: p.known_from)
        for instant in dict.fromkeys(p.known_from for p in came):
            last = {p.path: p for p in came if p.known_from <= instant}
            now = _counting(last.values())
            until |= {p: instant for p in came if until.get(p, instant) is None and p not in now}
            until |= dict.fromkeys(now)
    return until


def _as_told(version: FileVersion, told: Collection[ToldDay]) -> list[FileVersion]:
    """A version as it came, and as it is since each time that somebody told its day, or took that back."""
    mine = [one for one in told if (one.path, one.sha256) == (version.path, version.sha256)]
    later = [one for one in mine if one.at > version.received_at]
    return [version, *(replace(version, read_on=one.day, told_at=one.at) for one in later)]


def versions(
    received: Iterable[FileVersion], documents: Set[str], told: Collection[ToldDay] = ()
) -> dict[FileVersion, datetime | None]:
    """As :func:`superseded_at`, of documents kept by hand, whose bytes ``documents`` names by their hash.

    A copy under another path is a document of its own, and bytes that come back after others are a version of their
    own. What was put into a dated folder has left its undated path.
    """
    dated: dict[str, datetime] = {}
    of_path: dict[str, list[FileVersion]] = {}
    everything = list(received)
    paths = {version.path for version in everything if version.sha256 in documents}
    of_documents = (version for version in everything if version.path in paths)
    for version in sorted(of_documents, key=lambda p: p.received_at):
        if version.folder_day is not None:
            dated.setdefault(version.sha256, version.received_at)
        of_path.setdefault(version.path, []).append(version)
    until: dict[FileVersion, datetime | None] = {}
    for came in of_path.values():
        seen: set[str] = set()
        # By the files' own times: which version was looked at first says nothing of which is newer.
        for sha256, touched in groupby(sorted(came, key=lambda p: (p.modified_at, p.sha256)), lambda p: p.sha256):
            run = list(touched)
            version = replace(run[0], received_at=min(p.received_at for p in run), is_return=sha256 in seen)
            seen.add(sha256)
            if sha256 in documents:
                left = dated.get(sha256) if version.folder_day is None else None
                each = _as_told(version, told)
                for one, following in zip_longest(each, each[1:]):
                    instants = [at for at in (following and following.known_from, left) if at]
                    until[one] = min(instants, default=None)
    return {version: instant for version, instant in until.items() if instant is None or instant > version.known_from}


def _same(received: Iterable[FileVersion]) -> Iterable[list[FileVersion]]:
    """Versions of the same bytes, whose names tell of the same days."""
    by_bytes: dict[str, list[FileVersion]] = {}
    for version in received:
        by_bytes.setdefault(version.sha256, []).append(version)
    for same in by_bytes.values():
        if len(same) == 1:
            yield same
            continue
        by_days: dict[tuple[str, ...], list[FileVersion]] = {}
        for version in same:
            parts = [part for part in PurePosixPath(version.path).parts if not _DATED.match(part)]
            by_days.setdefault(tuple(day for part in parts for day in _DAY.findall(part)), []).append(version)
        yield from by_days.values()


def _distinct(same: Iterable[FileVersion]) -> list[FileVersion]:
    """One version for each path of the same bytes: a file that was only touched is no other one."""
    by_path: dict[str, FileVersion] = {}
    for version in same:
        other = by_path.setdefault(version.path, version)
        first, last = sorted((version, other), key=lambda p: p.modified_at)
        by_path[version.path] = replace(first, received_at=min(first.received_at, last.received_at))
    return list(by_path.values())


def _counting(same: Collection[FileVersion]) -> list[FileVersion]:
    """Those of versions of the same bytes that count: one for each folder's day, else the earliest."""
    dated: dict[date, FileVersion] = {}
    for version in sorted(same, key=lambda p: (p.path, p.modified_at)):
        if version.day is not None:
            dated.setdefault(version.day, version)
    return list(dated.values()) or [min(same, key=lambda p: (p.modified_at, p.path))]
