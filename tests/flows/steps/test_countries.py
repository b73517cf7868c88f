"""Countries by what people call them, and their time zones."""

from __future__ import annotations

import pytest

from connectors.contract import zones
from flows.steps.countries import country_called, country_of, nearest_countries, zones_of


@pytest.mark.parametrize(
    ("name", "code"),
    [("Cambodia", "KH"), (" cambodia ", "KH"), ("kh", "KH"), ("កម្ពុជា", "KH"), ("Myanmar (Burma)", "MM"),
     ("Britain (UK)", "GB"), ("United Kingdom", "GB"), ("Atlantis", None), ("", None)],
)  # fmt: skip
def test_a_country_is_what_people_call_it(name: str, code: str | None) -> None:
    assert country_called(name) == code


def test_a_mistyped_country_is_told_the_nearest() -> None:
    assert nearest_countries("Camboda")[0] == "Cambodia"


def test_every_country_has_time_zones_that_a_plan_takes() -> None:
    assert [zone.name for zone in zones_of("KH")] == ["Asia/Phnom_Penh"]
    assert len(zones_of("BR")) > 10
    assert all(zone.part for zone in zones_of("CD"))
    assert all(zone.name in zones() for code in ("US", "ID", "AU", "CD") for zone in zones_of(code))
    assert zones_of("XX") == ()
    assert (country_of("Asia/Phnom_Penh"), country_of("UTC")) == ("Cambodia", None)
