"""The Extract of an API's answers: counts are whole numbers, instants are in UTC, the rest is rejected."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import polars as pl

from connectors.columns import Column, frame, schema
from connectors.contract import (
    ACCOUNT_FIGURES,
    ACCOUNT_METRICS,
    ACCOUNTS,
    AUDIENCES,
    METRICS,
    OBSERVATIONS,
    POSTS,
    REJECTS,
    TAGGED_VISITS,
    Answer,
    Extract,
    Raw,
    ReadReport,
)

_INT64 = 2**63
_CONTENT_LENGTH = 2000


@dataclass(frozen=True)
class Question:
    """One question of a pull and its answer: the path and parameters that were asked, and the JSON that came."""

    path: str
    params: Mapping[str, str]
    asked_at: datetime
    body: Any
    sent: Mapping[str, Any]


def questions(raw: Raw, under: str = "") -> Iterator[Question]:
    """The questions of a pull, in their order; ``under`` is what comes before the platform's path, as a version."""
    for answer in raw.answers:
        yield _question(answer, under)


def _question(answer: Answer, under: str) -> Question:
    _, url, *sent = answer.endpoint.split(" ", 2)
    parts = urlsplit(url)
    path = parts.path.partition(f"{under}/")[2] if under else parts.path.lstrip("/")
    params = {name: ",".join(values) for name, values in parse_qs(parts.query).items()}
    return Question(path, params, answer.asked_at, json.loads(answer.content), json.loads(sent[0]) if sent else {})


def objects(value: object) -> list[dict[str, Any]]:
    """The objects of a list; what is no object is passed over, and what is no list has none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def inner(item: object, *path: str) -> dict[str, Any]:
    """The object inside an object, empty where there is none."""
    for key in path:
        item = item.get(key) if isinstance(item, dict) else None
    return item if isinstance(item, dict) else {}


def text_at(item: object, *path: str) -> str | None:
    """The text inside an object; null where there is none, or something else."""
    value = inner(item, *path[:-1]).get(path[-1])
    return value if isinstance(value, str) else None


def one_line(text: object, longest: int = 200) -> str:
    """A platform's message in one line, cut where it is too long."""
    return " ".join(str(text).split())[:longest]


def whole(value: object) -> int | None:
    """A count, also where it came as text; null for what is no whole number (a hidden or missing one)."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        text = value.strip()
        if not text.removeprefix("-").isdecimal() or not text.isascii():
            return None
        value = int(text) if len(text) < 20 else _INT64
    if isinstance(value, float):
        value = int(value) if value.is_integer() else _INT64
    return value if isinstance(value, int) and -_INT64 < value < _INT64 else None


def instant(value: object) -> datetime | None:
    """An instant as APIs write it (ISO 8601, ``+0000`` too; seconds or milliseconds since 1970), in UTC."""
    try:
        if isinstance(value, str) and not value.strip().isdecimal():
            moment = datetime.fromisoformat(value.strip())
            moment = moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
        elif (number := whole(value)) is not None and number > 0:
            moment = datetime.fromtimestamp(number / 1000 if number > 10**11 else number, UTC).replace(tzinfo=None)
        else:
            return None
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.year >= 1990 else None


def day_before(value: object, zone: str) -> date | None:
    """The day of ``zone`` that ends at an instant, be that an hour off where summer time was forgotten."""
    moment = instant(value)
    return (moment.replace(tzinfo=UTC) - timedelta(hours=12)).astimezone(ZoneInfo(zone)).date() if moment else None


@dataclass
class ExtractBuilder:
    """The rows that the answers of a pull hold; :meth:`extract` makes the frames of them."""

    platform: str
    posts: list[dict[str, object]] = field(default_factory=list)
    readings: list[dict[str, object]] = field(default_factory=list)
    accounts: list[dict[str, object]] = field(default_factory=list)
    figures: list[dict[str, object]] = field(default_factory=list)
    audiences: list[dict[str, object]] = field(default_factory=list)
    tagged_visits: list[dict[str, object]] = field(default_factory=list)
    rejects: list[dict[str, object]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    row: int = 0

    def post(
        self,
        asked_at: datetime,
        described: Mapping[str, object],
        counts: Mapping[str, object],
        unknown_because: Mapping[str, str] | None = None,
    ) -> None:
        """One post and its reading; counts by our metrics, as they came, and why some are not known."""
        origin = {"platform": self.platform, "row": self.row + 1, "observed_at": asked_at}
        unit = "instant" if described.get("published_at") else None
        self.posts.append({"identified_by": "id", "is_damaged": False, "published_unit": unit, **described, **origin})
        why = [{"metric": metric, "reason": reason} for metric, reason in (unknown_because or {}).items()]
        self.reading(asked_at, str(described["post_id"]), counts, unknown_because=why or None)

    def gone(self, asked_at: datetime, post_id: str) -> None:
        """A post that the platform says is not there any more."""
        self.row += 1
        origin = {"platform": self.platform, "row": self.row, "observed_at": asked_at, "post_id": post_id}
        self.posts.append({**origin, "identified_by": "id", "is_damaged": False, "is_gone": True})

    def reading(
        self, asked_at: datetime, post_id: str, counts: Mapping[str, object], *, is_final: bool = True, **more: object
    ) -> None:
        """A reading of a post; ``more`` are its period's columns, where it is none of the lifetime."""
        self.row += 1
        numbers = {column: whole(counts.get(column)) for column in _COLUMNS}
        origin = {"platform": self.platform, "row": self.row, "observed_at": asked_at}
        self.readings.append({**numbers, **origin, "post_id": post_id, "is_final": is_final, **more})

    def reject(self, reason: str, item: object) -> None:
        """An item that is none of ours, with the reason."""
        self.row += 1
        content = json.dumps(item, ensure_ascii=False)[:_CONTENT_LENGTH]
        self.rejects.append({"row": self.row, "reason": reason, "content": content})

    def account(self, asked_at: datetime, account_id: str, name: object = None, username: object = None) -> None:
        """What an account is called; what this answer does not tell is as an earlier one told it."""
        before = next((row for row in reversed(self.accounts) if row["account_id"] == account_id), {})
        self.accounts.append(
            {"platform": self.platform, "account_id": account_id, "name": _text(name) or before.get("name"),
             "username": _text(username) or before.get("username"), "observed_at": asked_at}
        )  # fmt: skip

    def figure(
        self, asked_at: datetime, account_id: str, metric: str, start: date, end: date, value: object,
        *, is_final: bool = True,
    ) -> None:  # fmt: skip
        """An account's figure over days of the platform's zone; one that is not known is none."""
        assert metric in ACCOUNT_METRICS
        if (number := whole(value)) is not None:
            self.row += 1
            self.figures.append(
                {"platform": self.platform, "account_id": account_id, "metric": metric, "period_start": start,
                 "period_end": end, "value": number, "is_rounded": False, "is_final": is_final,
                 "observed_at": asked_at, "row": self.row}
            )  # fmt: skip

    def followers(self, asked_at: datetime, account_id: str, value: object) -> None:
        """How many follow an account on the day on which it was asked; null is no figure."""
        self.figure(asked_at, account_id, "followers", asked_at.date(), asked_at.date(), value)

    def audience(
        self, asked_at: datetime, account_id: str, audience: str, dimension: str,
        told: Iterable[tuple[str, object, object]], withheld: str,
        *, size: int | None = None, start: date | None = None, end: date | None = None,
    ) -> None:  # fmt: skip
        """The parts of an account's audience: each with its share in percent and its count, where either is told.

        Where none is told, ``withheld`` says why; ``start`` and ``end`` are the days of what was counted.
        """
        about = {"platform": self.platform, "account_id": account_id, "audience": audience, "dimension": dimension,
                 "size": size, "period_start": start, "period_end": end, "observed_at": asked_at}  # fmt: skip
        before = len(self.audiences)
        for part, percent, number in told:
            share, count = _millionths(percent), whole(number)
            if share is not None or count is not None:
                self.row += 1
                as_told = str(number if share is None else percent)
                figures = {"share_millionths": share, "count": count, "told": as_told}
                self.audiences.append({**about, "part": part, "row": self.row, **figures})
        if len(self.audiences) == before:
            self.row += 1
            self.audiences.append({**about, "unknown_because": withheld, "row": self.row})

    def extract(self, raw: Raw, mapped: Mapping[str, str]) -> Extract:
        """The Extract of one pull; ``mapped`` is what their words became."""
        observed_at = max((answer.asked_at for answer in raw.answers), default=raw.received_at)
        evidence = ReadReport(
            observed_at, "when the API was asked", mapped=mapped, rows=self.row, grade="api", period_from="lifetime"
        )
        return Extract(
            evidence,
            _frame(POSTS, self.posts),
            _frame(OBSERVATIONS, self.readings),
            _frame(ACCOUNTS, self.accounts).unique(["platform", "account_id"], keep="last", maintain_order=True),
            _frame(ACCOUNT_FIGURES, self.figures),
            audiences=_frame(AUDIENCES, self.audiences),
            rejects=_frame(REJECTS, self.rejects),
            tagged_visits=_frame(TAGGED_VISITS, self.tagged_visits),
            notes=tuple(dict.fromkeys(self.notes)),
        )


_COLUMNS = tuple(metric.column for metric in METRICS)


def _millionths(percent: object) -> int | None:
    """A share in percent as millionths; null for what is no number, or no share."""
    if isinstance(percent, bool) or not isinstance(percent, int | float) or not 0 <= percent <= 100:
        return None
    return int((Decimal(str(percent)) * 10_000).to_integral_value())


def total(*parts: object) -> int | None:
    """Counts that make one of ours together (reposts and quotes); null unless all of them are known."""
    numbers = [whole(part) for part in parts]
    return None if None in numbers else sum(number for number in numbers if number is not None)


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _frame(columns: tuple[Column, ...], rows: list[dict[str, object]]) -> pl.DataFrame:
    if not rows:
        return frame(columns)
    types = schema(columns)
    names = {name for row in rows for name in row}
    return frame(columns, pl.DataFrame(rows, schema={name: types[name] for name in types if name in names}))
