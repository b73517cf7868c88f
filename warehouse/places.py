"""Where and when what came in was found: the bytes' places, and which of them count."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath

_DATED = re.compile(r"^\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True)
class Place:
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


def standing(places: Iterable[Place]) -> list[Place]:
    """The places whose readings count: a pure function of the log, whatever came first.

    Of the same bytes a dated folder wins over undated places, each day being a reading of its own;
    of undated places the earliest file time counts. Ties go to the first path in the alphabet.
    """
    by_content: dict[str, list[Place]] = {}
    for place in places:
        by_content.setdefault(place.sha256, []).append(place)
    chosen = [place for same in by_content.values() for place in _standing(_distinct(same))]
    return sorted(chosen, key=lambda p: (p.path, p.modified_at, p.sha256))


def stood(places: Iterable[Place]) -> dict[Place, datetime | None]:
    """Every place whose readings ever counted, and when another one took over from it; None where it still stands.

    What was known on a day rests on the places that had come in by then, so those that lost their standing since are
    kept beside those that have it.
    """
    by_content: dict[str, list[Place]] = {}
    for place in places:
        by_content.setdefault(place.sha256, []).append(place)
    until: dict[Place, datetime | None] = {}
    for same in by_content.values():
        came = sorted(_distinct(same), key=lambda p: p.received_at)
        for instant in dict.fromkeys(p.received_at for p in came):
            now = _standing([p for p in came if p.received_at <= instant])
            until |= {p: instant for p in came if until.get(p, instant) is None and p not in now}
            until |= dict.fromkeys(now)
    return until


def _distinct(same: Iterable[Place]) -> list[Place]:
    """One place for each path and folder's day of the same bytes: a file that was only touched is no other one."""
    found: dict[str, Place] = {}
    for place in same:
        other = found.setdefault(place.path, place)
        first, last = sorted((place, other), key=lambda p: p.modified_at)
        found[place.path] = replace(first, received_at=min(first.received_at, last.received_at))
    return list(found.values())


def _standing(same: Iterable[Place]) -> list[Place]:
    dated: dict[date, Place] = {}
    for place in sorted(same, key=lambda p: (p.path, p.modified_at)):
        if place.folder_day is not None:
            dated.setdefault(place.folder_day, place)
    return list(dated.values()) or [min(same, key=lambda p: (p.modified_at, p.path))]
