"""Tokens and versions that end are said before, to the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from connectors.facebook.export import Settings
from flows.steps import expiries
from tests.flows.steps.asking import FACEBOOK

END = date(2027, 1, 21)


@pytest.mark.parametrize(
    ("days", "words"),
    [(20, "ends in 20 days"), (2, "ends in 2 days"), (1, "ends in 1 day"), (0, "ends today"), (-3, "has ended")],
)
def test_a_token_and_a_version_are_good_for_so_many_days(days: int, words: str) -> None:
    settings, today = Settings(token_expires=END, version="v21.0"), END - timedelta(days=days)
    left, of_token = expiries.of_token(FACEBOOK, settings, "1", today)
    assert (left, of_token) == (
        days, f"The token of facebook:1 {words} (2027-01-21); make a new one as docs/access.md says."
    )  # fmt: skip
    left, of_version = expiries.of_version(FACEBOOK, settings, today)
    assert (left, of_version.startswith(f"Version v21.0 of Facebook's API {words} (2027-01-21); set")) == (days, True)


def test_where_no_end_is_known_nothing_is_said() -> None:
    assert expiries.of_token(FACEBOOK, Settings(), "1", END) == (None, "")
    assert expiries.of_version(FACEBOOK, Settings(version="v99.0"), END) == (None, "")
