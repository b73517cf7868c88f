"""Where and when what came in was found: the bytes' places, and which of them count."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import PurePosixPath

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

    @property
    def place_id(self) -> str:
        key = f"{self.sha256}|{self.path}|{self.modified_at.isoformat()}"
        return hashlib.sha256(key.encode()).hexdigest()[:16]

    @property
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


def in_force(places: Iterable[FileVersion]) -> list[FileVersion]:
    """The places whose readings count: a pure function of the log, whatever came first.

    Of the same bytes a dated folder wins over undated places, each day being a reading of its own;
    of undated places the earliest file time counts. Ties go to the first path in the alphabet. The same bytes under
    names that tell of other days, as studios name ranges, are other figures.
    """
    chosen = [place for same in _same(places) for place in _standing(_distinct(same))]
    return sorted(chosen, key=lambda p: (p.path, p.modified_at, p.sha256))


def superseded_at(places: Iterable[FileVersion]) -> dict[FileVersion, datetime | None]:
    """Every place whose readings ever counted, and when another one took over from it; None where it still stands.

    What was known on a day rests on the places that had come in by then, so those that lost their standing since are
    kept beside those that have it.
    """
    until: dict[FileVersion, datetime | None] = {}
    for same in _same(places):
        came = sorted(_distinct(same), key=lambda p: p.received_at)
        for instant in dict.fromkeys(p.received_at for p in came):
            now = _standing([p for p in came if p.received_at <= instant])
            until |= {p: instant for p in came if until.get(p, instant) is None and p not in now}
            until |= dict.fromkeys(now)
    return until


def versions(places: Iterable[FileVersion], documents: Set[str]) -> dict[FileVersion, datetime | None]:
    """The versions of documents kept by hand, which are of one path each: as :func:`stood`, for bytes that are such.

    A copy under another path is a document of its own, and bytes that come back after others, a version of their own.
    What was put into a dated folder has left its undated place.
    """
    dated: dict[str, datetime] = {}
    of_path: dict[str, list[FileVersion]] = {}
    for place in sorted(places, key=lambda p: p.received_at):
        if place.folder_day is not None:
            dated.setdefault(place.sha256, place.received_at)
        of_path.setdefault(place.path, []).append(place)
    found: dict[FileVersion, datetime | None] = {}
    for came in of_path.values():
        seen: set[str] = set()
        # By the files' own times: which version was looked at first says nothing of which is newer.
        for sha256, touched in groupby(sorted(came, key=lambda p: (p.modified_at, p.sha256)), lambda p: p.sha256):
            run = list(touched)
            place = replace(run[0], received_at=min(p.received_at for p in run), is_return=sha256 in seen)
            seen.add(sha256)
            if sha256 in documents:
                found[place] = dated.get(sha256) if place.folder_day is None else None
    return {place: until for place, until in found.items() if until is None or until > place.received_at}


def _same(places: Iterable[FileVersion]) -> Iterable[list[FileVersion]]:
    """Places of the same bytes, whose names tell of the same days."""
    by_content: dict[tuple[str, ...], list[FileVersion]] = {}
    for place in places:
        said = (day for part in PurePosixPath(place.path).parts if not _DATED.match(part) for day in _DAY.findall(part))
        by_content.setdefault((place.sha256, *said), []).append(place)
    return by_content.values()


def _distinct(same: Iterable[FileVersion]) -> list[FileVersion]:
    """One place for each path and folder's day of the same bytes: a file that was only touched is no other one."""
    found: dict[str, FileVersion] = {}
    for place in same:
        other = found.setdefault(place.path, place)
        first, last = sorted((place, other), key=lambda p: p.modified_at)
        found[place.path] = replace(first, received_at=min(first.received_at, last.received_at))
    return list(found.values())


def _standing(same: Iterable[FileVersion]) -> list[FileVersion]:
    dated: dict[date, FileVersion] = {}
    for place in sorted(same, key=lambda p: (p.path, p.modified_at)):
        if place.folder_day is not None:
            dated.setdefault(place.folder_day, place)
    return list(dated.values()) or [min(same, key=lambda p: (p.modified_at, p.path))]
