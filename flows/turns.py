"""What workspaces of one Prefect server share of a platform's app: one asks at a time, and a day's units are counted.

Two servers know nothing of each other; workspaces that share an app belong on one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime

from prefect.client.orchestration import get_client
from prefect.concurrency.sync import concurrency
from prefect.settings import PREFECT_API_URL
from prefect.variables import Variable

from connectors.asking.settings import ApiSettings
from warehouse.readings.latest import day_at

TURN_SECONDS = 6 * 3600
"""How long a night waits for others that ask with the same app, before it publishes without asking."""


def turn_name(platform_name: str, app: str) -> str:
    """The name of the limit that all who ask a platform with one app share: ``reach-facebook-our-app``."""
    return "-".join(filter(None, ("reach", platform_name, re.sub(r"[^A-Za-z0-9.]+", "-", app).strip("-"))))


@contextmanager
def turn_on_server(name: str) -> Iterator[bool]:
    """Waits until no other flow on this server holds what has this name, and holds it; whether it was got in time.

    A server that lives frees what a dead flow held after five minutes. A temporary one ends with its night, and would
    leave it held for ever; it has no other flows, which the night's lock sees to.
    """
    if not PREFECT_API_URL.value():
        yield True
        return
    with get_client(sync_client=True) as client:
        client.upsert_global_concurrency_limit_by_name(name, 1)
    with ExitStack() as held:
        try:
            held.enter_context(concurrency(name, occupy=1, timeout_seconds=TURN_SECONDS))
        except TimeoutError:
            yield False
            return
        yield True


def quota_day(settings: ApiSettings, now: datetime) -> date | None:
    """The day of a platform's quota by the platform's clock, where it has one that only we can count.

    What a workspace may spend in a month is its own, whatever others with the same app spend.
    """
    quota = settings.quota()
    return day_at(now, settings.source_zone) if quota and quota.period == "day" else None


def units_spent(name: str, day: date) -> int:
    """What all workspaces of this server have spent of an app's units on a day; the turn has to be held."""
    kept = Variable.get(_variable(name)) if PREFECT_API_URL.value() else None
    units = kept.get("units") if isinstance(kept, dict) and kept.get("day") == day.isoformat() else None
    return units if isinstance(units, int) else 0


def note_spent(name: str, day: date, units: int) -> None:
    """Keeps what all workspaces of this server have spent of an app's units on a day; the turn has to be held."""
    if PREFECT_API_URL.value():
        Variable.set(_variable(name), {"day": day.isoformat(), "units": units}, overwrite=True)


def _variable(name: str) -> str:
    return name.replace(".", "-")  # Prefect takes no points in it
