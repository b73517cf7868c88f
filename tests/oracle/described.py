"""A post as totals need it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from tests.oracle.came_in import Known, Post, Reading


@dataclass
class Described:
    """A post as totals need it: who, where, whose, and its last known reading of each metric."""

    post: Post
    kind: str | None
    account: str | None
    account_name: str | None
    organisation: str | None
    text: str | None
    published: datetime | None
    is_crosspost: bool | None
    url: str | None
    number: str | None
    observed: datetime
    latest: dict[str, Reading]
    readings: Mapping[str, Sequence[Reading]]
    campaigns: tuple[str, ...] = ()
    asset: str | None = None
    is_not_ours: bool = False  # somebody decided that it counts towards nothing
    undecided: frozenset[str] = frozenset()  # of which no newest is to be told
    gone: date | None = None
    is_watched: bool = False  # something would tell that it is gone
    first_read: datetime | None = None
    video: str | None = None
    counts_as: Post | None = None  # posts with one of these are one video ("One post, one vote" in docs/rules.md)
    over_days: Mapping[str, Mapping[tuple[date, date], Known]] = field(default_factory=dict)  # reach, of each source
    reach_by_days: tuple[int, int | None, date] | None = None  # where only days tell its reach: at least, at most, by
    began: datetime | None = None  # when what it shows was first published, on whichever page

    @property
    def is_outreach(self) -> bool:
        return self.post[0] == "outreach"
