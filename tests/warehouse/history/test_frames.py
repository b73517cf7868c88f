"""Which loads are known, and which count at an instant."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.warehouse.history.conftest import SEEN, Rows
from warehouse.history.frames import TODAY, Known, in_use, known_loads

DAY = timedelta(days=1)


def ids_known(rows: Rows, instant: Known = TODAY) -> list[str]:
    return known_loads(rows.store, instant)["load_id"].sort().to_list()


def test_today_those_are_known_from_which_no_other_took_over(rows: Rows) -> None:
    rows.load("a", known_until=SEEN + DAY)
    rows.load("b")
    assert ids_known(rows) == ["b"]


@pytest.mark.parametrize(("days", "load_ids"), [(0, []), (0.5, ["a"]), (1, ["a"]), (1.5, ["b"])])
def test_on_a_day_those_are_known_that_had_come_in_and_counted_still(
    rows: Rows, days: float, load_ids: list[str]
) -> None:
    rows.load("a", known_until=SEEN + DAY)
    rows.load("b", received_at=SEEN + DAY)
    assert ids_known(rows, Known(SEEN + days * DAY)) == load_ids


@pytest.mark.parametrize("column", ["refused", "doubted", "withdrawn"])
def test_what_is_refused_doubted_or_withdrawn_does_not_count(rows: Rows, column: str) -> None:
    rows.load("a", **{column: "why"})
    rows.load("b")
    assert in_use(rows.loads())["load_id"].to_list() == ["b"]
