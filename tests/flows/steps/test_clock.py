"""The clock of a run waits for the run before, and only inside of the run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flows.steps import clock


def test_the_clock_is_the_machines_and_never_before_the_last_run() -> None:
    before = datetime.now(UTC).replace(tzinfo=None)
    assert before <= clock.now() <= before + timedelta(minutes=5)
    later = before + timedelta(hours=3)
    with clock.not_before(later), clock.not_before(datetime.min), clock.not_before(later):
        assert clock.now() == later
    assert clock.now() < later


@pytest.mark.parametrize(("zone", "day"), [("Asia/Phnom_Penh", 2), ("UTC", 1), ("America/Los_Angeles", 1)])
def test_the_day_is_the_zones(monkeypatch: pytest.MonkeyPatch, zone: str, day: int) -> None:
    monkeypatch.setattr(clock, "system_now", lambda: datetime(2026, 12, 1, 17, 0))
    assert clock.today(zone).day == day
