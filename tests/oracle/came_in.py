"""Files as they were dropped, their rows as they were seen, and readings of one metric."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from tests.oracle.days import end_of

ADDITIVE = (
    "views", "views_paid", "impressions", "likes", "comments", "shares", "saves", "clicks", "deliveries", "opens",
    "unsubscribes", "watch_seconds",
)  # fmt: skip
METRICS = (*ADDITIVE, "reach", "audience", "peak_viewers")
IN_ORDER = (*ADDITIVE[:3], "reach", *ADDITIVE[3:], "audience", "peak_viewers")
ENGAGEMENTS = ("likes", "comments", "shares", "saves")
WITHOUT_SAVES = ("facebook", "youtube", "threads", "mastodon")  # they tell nobody how often a post was kept
Post = tuple[str, str]  # platform, post_id
Row = Mapping[str, str]
Tables = dict[str, dict[tuple[Any, ...], dict[str, Any]]]  # table -> key -> cells by name


@dataclass(frozen=True)
class File:
    """A file as it was dropped: ``kind`` is meta, sheet, outreach, studio or decisions; ``rows`` are its cells as written.

    ``modified`` is its own time in UTC; ``period`` the range of days in the name of a Studio zip; ``lists`` that in the
    name of Meta's export, which has every post published in these days. ``received`` is when it came. ``told`` are the
    instants at which somebody told the day of its figures, or took that back; ``told_day`` is what holds of that.
    """

    path: str
    modified: datetime
    kind: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    period: tuple[date, date] | None = None
    lists: tuple[date, date] | None = None
    received: datetime | None = None
    told: tuple[tuple[datetime, date | None], ...] = ()
    told_day: date | None = None

    @property
    def is_document(self) -> bool:
        return self.kind in ("sheet", "outreach")

    @property
    def has_periods(self) -> bool:
        """Whether its figures are those of some days only."""
        return bool(self.period) or (self.kind == "meta" and all(row["Date"] != "Lifetime" for row in self.rows))

    @property
    def day(self) -> date | None:
        """The day that somebody told, else that of the dated folder that it lies in."""
        return self.told_day or self.folder_day

    @property
    def folder_day(self) -> date | None:
        """The day of the dated folder that it lies in."""
        named = [part for part in self.path.split("/")[:-1] if re.fullmatch(r"\d{4}-\d{2}-\d{2}", part)]
        return date.fromisoformat(named[-1]) if named else None

    def seen_at(self, zone: str) -> tuple[datetime, date | None, datetime | None]:
        """When its figures were seen, the day where that is what says so, and until when they may have been seen.

        It was never before what its name tells of. A time more than a week after that is believed to be a copy's: the
        figures were seen between the two.
        """
        if self.day:
            return end_of(self.day, zone), self.day, None
        if self.lists and self.modified < (end := end_of(self.lists[1], zone)):
            return end, self.lists[1], None
        if self.lists and self.modified > end + timedelta(days=7):
            return end, None, self.modified
        return self.modified, None, None

    @cached_property
    def content(self) -> object:
        """What stands for its bytes."""
        return self.kind, self.columns, tuple(tuple(sorted(row.items())) for row in self.rows)


def _lies_there_since(file: File, here: Sequence[File]) -> datetime:
    """When these bytes of a document came to lie at its path, without others in between by the files' times."""
    versions = sorted((one for one in here if one.path == file.path), key=lambda one: one.modified)
    place = first = last = next(n for n, one in enumerate(versions) if one is file)
    while first > 0 and versions[first - 1].content == file.content:
        first -= 1
    while last + 1 < len(versions) and versions[last + 1].content == file.content:
        last += 1
    return min(one.received for one in (versions[place], *versions[first : last + 1]) if one.received)


def known_by(history: Sequence[File], instant: datetime | None = None) -> tuple[File, ...]:
    """What had come in by an instant, and what had been told of it by then; by all that is known where there is none.

    docs/rules.md: As of, and known on; When was a file observed.

    What is told is of a path and its bytes; of a document, of those that lay there then: bytes that came back after
    others are a version of their own.
    """
    here = [file for file in history if instant is None or (file.received is not None and file.received < instant)]
    files = []
    for file in here:
        told = [one for other in here if (other.path, other.content) == (file.path, file.content) for one in other.told]
        if file.is_document and file.received:
            told = [one for one in told if one[0] > _lies_there_since(file, here)]
        by_then = [one for one in told if instant is None or one[0] < instant]
        last = max(by_then, key=lambda one: one[0], default=None)
        files.append(replace(file, told_day=last[1] if last else None))
    return tuple(files)


@dataclass(frozen=True)
class Known:
    """What one reading says of one metric."""

    value: int
    is_rounded: bool = False


@dataclass(frozen=True)
class Seen:
    """A row of a file: who it is, what it says of the post and what it counted, when.

    ``day`` is set where a whole day dates it; ``period`` where its figures are those of some days only.
    """

    post: Post
    at: datetime
    day: date | None
    grade: str
    metrics: Mapping[str, Known]
    period: tuple[date, date] | None = None
    account: str | None = None
    account_name: str | None = None
    organisation: str | None = None
    url: str | None = None
    text: str | None = None
    kind: str | None = None
    published: datetime | None = None
    video: str | None = None
    is_crosspost: bool | None = None
    is_damaged: bool = False
    number: str | None = None
    load: int = -1  # which of the loads it is of
    until: datetime | None = None  # it was seen between ``at`` and then

    @property
    def last_at(self) -> datetime:
        """The last instant at which it can have been seen."""
        return self.until or self.at


@dataclass(frozen=True)
class Load:
    """A file as it counts: the same bytes in two places may be one."""

    file: File
    at: datetime
    day: date | None
    rows: tuple[Seen, ...] = ()
    lists: tuple[date, date] | None = None  # days of publication of which it has every post
    until: datetime | None = None

    @property
    def last_at(self) -> datetime:
        """The last instant at which it can have been seen."""
        return self.until or self.at


@dataclass(frozen=True)
class Reading:
    """A lifetime figure of one metric of one post."""

    at: datetime
    value: int
    is_rounded: bool
    grade: str
    until: datetime | None = None  # it was made between ``at`` and then

    @property
    def rank(self) -> tuple[Any, ...]:
        """Rule 3: the last one; of one instant exact beats rounded, then the larger."""
        return self.at, not self.is_rounded, self.value, self.until is None
