"""The clock of a run: it is never behind the run before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_not_before: list[datetime] = []  # a run inside of a run has the same


def system_now() -> datetime:
    """What the machine's clock says, in UTC without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


def now() -> datetime:
    """This instant, in UTC without a zone, and never before the end of the last run."""
    return max(system_now(), *_not_before, datetime.min)


def today(zone: str) -> date:
    """The reporting zone's day."""
    return now().replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()


@contextmanager
def not_before(instant: datetime) -> Iterator[None]:
    """Lets the clock wait at an instant that it has not reached yet."""
    _not_before.append(instant)
    try:
        yield
    finally:
        _not_before.remove(instant)
