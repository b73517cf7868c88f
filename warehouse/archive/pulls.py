"""What APIs were asked of an account, one pull at a time, and how each account's last pull ended.

A pull is the answers that the archive has of it, whether it came to its end or was cut off.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import polars as pl

from connectors.columns import Column
from connectors.contract import TIMESTAMP
from warehouse.archive.file_versions import FileVersion

NIGHT = timedelta(hours=20)
"""A night's pull that was cut off goes on within this time; later it is another night's."""

REMEMBERED = timedelta(days=8)
"""A look back as long as the settings have it is among an account's pulls of so many days."""

UNTIL_THEN = "Until then, an export in the inbox keeps the lifetime figures whole."
"""What is said with everything that a person has to mend."""


@dataclass(frozen=True)
class Kept:
    """One answer in the archive; ``units`` is what it cost of the platform's quota."""

    endpoint: str
    asked_at: datetime
    sha256: str
    size: int
    units: int = 0


@dataclass(frozen=True)
class End:
    """How a pull ended, or stopped for the time being: ``is_done`` where nothing is left to ask.

    ``who`` has to act and ``failure`` says why, where it failed; ``withheld`` says by metric since when and why,
    ``refused_posts`` which posts refused which metrics; posts published before ``since`` were not asked for. Answers
    may be kept for ``keep_days``.
    """

    ended_at: datetime
    is_done: bool
    requests: int = 0
    units: int = 0
    who: str = ""
    failure: str = ""
    withheld: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    since: datetime | None = None
    keep_days: int | None = None
    refused_posts: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Pull:
    """What one API was asked of one account, beginning at one instant.

    ``spent`` is what it cost of the platform's quota, and in which hour: each answer, and what its ends tell beside.
    """

    connector: str
    account: str
    started_at: datetime
    is_backfill: bool = False
    answers: tuple[Kept, ...] = ()
    end: End | None = None
    spent: tuple[tuple[datetime, int], ...] = ()

    @cached_property
    def pull_id(self) -> str:
        kind = "backfill" if self.is_backfill else "night"
        key = f"{self.connector}|{self.account}|{kind}|{self.started_at.isoformat()}"
        return hashlib.sha256(key.encode()).hexdigest()[:16]

    @property
    def path(self) -> str:
        """Where the pull stands among what came in."""
        return f"api/{self.connector}/{self.account}/{self.started_at:%Y-%m-%dT%H%M%S}"

    @cached_property
    def file_version(self) -> FileVersion:
        """The pull as what came in: its answers are its content."""
        content = "".join(
            f"{answer.endpoint}|{answer.asked_at.isoformat()}|{answer.sha256}\n" for answer in self.answers
        )
        last = max(answer.asked_at for answer in self.answers)
        return FileVersion(
            self.path,
            hashlib.sha256(content.encode()).hexdigest(),
            sum(answer.size for answer in self.answers),
            last,
            last,
            requests=len(self.answers) if self.end is None else self.end.requests,
            units=None if self.end is None else self.end.units,
            asked_of=self.account,
            asked_since=None if self.end is None else self.end.since,
            is_whole=self.is_good,
            keep_days=None if self.end is None else self.end.keep_days,
        )

    @property
    def since(self) -> datetime | None:
        """Since when published posts were asked for; null for a pull that did not come to its end."""
        return (self.end.since or datetime.min) if self.end is not None and self.is_good else None

    @property
    def is_good(self) -> bool:
        """Whether it came to its end and nothing was wrong."""
        return self.end is not None and self.end.is_done and not self.end.failure

    def is_past(self, now: datetime, keep_days: int | None) -> bool:
        """Whether its answers may no longer be kept; ``keep_days`` where it did not come to an end that says so."""
        days = keep_days if self.end is None else self.end.keep_days
        return bool(self.answers) and days is not None and now - self.started_at > timedelta(days=days)

    def goes_on(self, now: datetime) -> bool:
        """Whether this pull was cut off and may be taken up again."""
        is_done = self.end is not None and self.end.is_done
        return not is_done and (self.is_backfill or now - self.started_at < NIGHT)


def of_event(event: Mapping[str, Any]) -> Pull:
    """The pull that an event is of, without what it was answered."""
    return Pull(event["connector"], event["account"], datetime.fromisoformat(event["started_at"]), event["is_backfill"])


def removed_at(event: Mapping[str, Any]) -> datetime:
    """When what an event "removed" or "forgotten" names was taken away."""
    return datetime.fromisoformat(str(event.get("removed_at") or event.get("forgotten_at")))


_Key = tuple[str, str, str, bool]


class _Told:
    """What the events of one pull tell, until a pull is made of all of them: a long log has hundreds of thousands."""

    __slots__ = ("answers", "end", "first", "is_begun", "is_removed", "not_ended", "spent")

    def __init__(self, first: Pull) -> None:
        self.first = first
        self.answers: list[Kept] = []
        self.end: End | None = None
        self.is_begun = self.is_removed = False
        self.spent: dict[datetime, int] = {}
        self.not_ended = 0

    def spend(self, at: datetime, units: int) -> None:
        if units:
            hour = at.replace(minute=0, second=0, microsecond=0)  # every quota begins with an hour
            self.spent[hour] = self.spent.get(hour, 0) + units

    def pull(self) -> Pull:
        first, answers = self.first, () if self.is_removed else tuple(self.answers)
        spent = tuple(self.spent.items())
        return Pull(first.connector, first.account, first.started_at, first.is_backfill, answers, self.end, spent)


class Pulls:
    """The pulls that a log's events tell of, in the order in which they began; further events may follow."""

    def __init__(self) -> None:
        self._told: dict[_Key, _Told] = {}
        self._pulls: dict[_Key, Pull] = {}

    def add(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Takes in further events."""
        changed: dict[_Key, _Told] = {}
        for event in events:
            key = (event["connector"], event["account"], event["started_at"], event["is_backfill"])
            told = self._told.get(key)
            if told is None:
                told = self._told[key] = _Told(of_event(event))
            changed[key] = told
            told.is_begun |= event["event"] != "removed"
            match event["event"]:
                case "answered":
                    kept = _kept(event)
                    told.answers.append(kept)
                    told.spend(kept.asked_at, kept.units)
                    told.not_ended += kept.units
                case "forgotten":
                    told.answers = [
                        replace(kept, sha256=event["sha256"], size=int(event["size"]))
                        if kept.endpoint == event["endpoint"]
                        else kept
                        for kept in told.answers
                    ]
                case "pulled":
                    # Its own answers are among those since the last end, and so are those of a process that was killed.
                    beside, told.not_ended = int(event["units"]) - told.not_ended, 0
                    told.spend(datetime.fromisoformat(event["ended_at"]), max(beside, 0))
                    told.end = _end(event, told.end)
                case "removed":
                    told.is_removed = True
        self._pulls |= {key: told.pull() for key, told in changed.items() if told.is_begun}

    def all(self) -> list[Pull]:
        """Every pull; one whose answers were removed has none."""
        return list(self._pulls.values())

    def told(self) -> Iterator[tuple[_Key, Pull, bool]]:
        """Each pull with the key of its events, and whether anything but a removal tells of it."""
        return ((key, told.pull(), told.is_begun) for key, told in self._told.items())


def _kept(event: Mapping[str, Any]) -> Kept:
    asked_at, units = datetime.fromisoformat(event["asked_at"]), event.get("units", 0)  # kept since 28 November 2026
    return Kept(event["endpoint"], asked_at, event["sha256"], int(event["size"]), units)


def _end(event: Mapping[str, Any], before: End | None) -> End:
    """How a pull ended; what it asked before it was cut off counts with the rest."""
    since = datetime.fromisoformat(event["since"]) if event["since"] else None
    return End(
        datetime.fromisoformat(event["ended_at"]),
        event["is_done"],
        event["requests"] + (before.requests if before else 0),
        event["units"] + (before.units if before else 0),
        who=event["who"],
        failure=event["failure"],
        withheld=event["withheld"],
        since=since,
        keep_days=event["keep_days"],
        refused_posts=tuple(event.get("refused_posts", ())),  # kept since 28 November 2026
    )


WITHHELD = pl.List(pl.Struct({"metric": pl.String, "since": pl.Date, "is_for_a_person": pl.Boolean}))
"""Metrics of an account that its API does not give: since when it refuses them, and whether a permission is missing."""

STATES = (
    Column("connector", pl.String, "the API", is_required=True),
    Column("account_id", pl.String, "the account, as the settings name it", is_required=True),
    Column("last_pull_at", TIMESTAMP, "when it was last asked", "UTC", is_required=True),
    Column("last_good_at", TIMESTAMP, "when it was last asked and answered to the end", "UTC"),
    Column("requests", pl.Int64, "questions of the last pull", "requests"),
    Column("units", pl.Int64, "what they cost of the platform's quota", "quota units"),
    Column("who", pl.String, "who has to act: again, window, person or bug; null where nobody has to"),
    Column("failure", pl.String, "why the last pull did not come to its end"),
    Column("failing_since", TIMESTAMP, "the first pull since the last good one that failed", "UTC"),
    Column("lacking", pl.String, "each permission that is missing for metrics that are withheld"),
    Column("refused_posts", pl.String, "how many posts refuse which metrics, and why"),
    Column(
        "withheld",
        WITHHELD,
        "metrics that it refuses since a day, or left out of its last answer, which has no day",
    ),
)


def refused_posts_sentence(refused: Mapping[str, Any]) -> str:
    """How many posts refuse which metrics, and why; ``refused`` is one of :attr:`End.refused_posts`."""
    count, metrics = len(refused["posts"]), refused["metrics"]
    names = ", ".join(metrics[:-1]) + (" and " if metrics[1:] else "") + metrics[-1]
    whose = "1 post refuses" if count == 1 else f"{count:,} posts refuse"
    return f"{whose} {names} since {str(refused['since'])[:10]}: {refused['why']}."


def _lacking(withheld: Mapping[str, Mapping[str, Any]]) -> str:
    """What a person has to mend of what is withheld: one reason for each permission that is missing."""
    missing = [one for one in withheld.values() if one["is_for_a_person"]]
    reasons = {one.get("permission") or one["why"]: str(one["why"]) for one in reversed(missing)}  # since 28 Nov 2026
    return " ".join(reversed(reasons.values()))


def states(pulls: Iterable[Pull]) -> pl.DataFrame:
    """Each account as its API was last asked, columns :data:`STATES`."""
    by_account: dict[tuple[str, str], list[Pull]] = {}
    for pull in sorted(pulls, key=lambda pull: pull.started_at):
        if pull.end is not None:
            by_account.setdefault((pull.connector, pull.account), []).append(pull)
    rows = []
    for (connector, account), of_account in by_account.items():
        last = of_account[-1].end
        assert last is not None
        good = [pull for pull in of_account if pull.is_good]
        failing = [pull for pull in of_account if not good or pull.started_at > good[-1].started_at]
        withheld = [
            {
                "metric": metric,
                "since": date.fromisoformat(str(metric_withheld["since"])[:10]),
                "is_for_a_person": metric_withheld["is_for_a_person"],
            }
            for metric, metric_withheld in sorted(last.withheld.items())
        ]
        rows.append(
            {
                "connector": connector,
                "account_id": account,
                "last_pull_at": of_account[-1].started_at,
                "last_good_at": good[-1].started_at if good else None,
                "requests": last.requests,
                "units": last.units,
                "who": last.who or None,
                "failure": last.failure or None,
                "failing_since": failing[0].started_at if failing else None,
                "lacking": _lacking(last.withheld) or None,
                "refused_posts": " ".join(map(refused_posts_sentence, last.refused_posts)) or None,
                "withheld": withheld or None,
            }
        )
    return pl.DataFrame(rows, schema={column.name: column.dtype for column in STATES}).sort("connector", "account_id")
