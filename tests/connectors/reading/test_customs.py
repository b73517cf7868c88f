from __future__ import annotations

import pytest

from connectors.contract import zones
from connectors.reading.customs import date_order


@pytest.mark.parametrize(
    ("zone", "order"),
    [
        ("Asia/Phnom_Penh", "day first"),
        ("Asia/Saigon", "day first"),  # the older name of Asia/Ho_Chi_Minh
        ("Africa/Lagos", "day first"),
        ("Africa/Accra", "day first"),  # Akan writes the month first, and is no official language
        ("America/New_York", "month first"),
        ("Asia/Manila", "month first"),
        ("Asia/Tokyo", None),  # the year comes first, which says nothing of dates that end with it
        ("Africa/Asmara", None),  # Tigrinya writes the month first, English and Arabic the day
        ("UTC", None),
        ("Etc/GMT-7", None),
    ],
)
def test_the_country_of_a_zone_says_whether_day_or_month_comes_first(zone: str, order: str | None) -> None:
    assert date_order(zone).order == order


def test_the_custom_names_its_country() -> None:
    assert date_order("Asia/Phnom_Penh").source.endswith("(Cambodia)")


def test_every_zone_has_a_custom_or_none() -> None:
    assert {date_order(zone).order for zone in zones()} == {"day first", "month first", None}
