"""Countries by what people call them, and the time zones of each, from tzdata and Unicode's CLDR (by way of Babel)."""

from __future__ import annotations

import difflib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from connectors.contract import zones
from warehouse.texts import match_key

_LANGUAGES = ("en", "km")


class Zone(NamedTuple):
    """A time zone, and for which part of its country it is; empty where it is for all of it."""

    name: str
    part: str


def country_called(name: str) -> str | None:
    """The code of a country by its code, or by its name in English or Khmer; None where it is none."""
    return _codes().get(match_key(name))


def nearest_countries(name: str) -> list[str]:
    """The names of countries that are written most like one, the nearest first."""
    return [_name(_codes()[near]) for near in difflib.get_close_matches(match_key(name), _codes(), 3, 0.6)]


def zones_of(country: str) -> tuple[Zone, ...]:
    """The time zones of a country by its code, in tzdata's order."""
    return _zones().get(country, ())


def country_of(zone: str) -> str | None:
    """The English name of the first country that has a time zone."""
    return next((_name(code) for code, of_one in _zones().items() if zone in {each.name for each in of_one}), None)


def _name(code: str) -> str:
    from babel import Locale

    return str(Locale("en").territories.get(code, code))


@cache
def _codes() -> dict[str, str]:
    """What people call countries -> the code of each (ISO 3166)."""
    from babel import Locale

    codes = dict(line.split("\t")[:2] for line in _rows("iso3166.tab"))
    names = [(Locale(language).territories.get(code, ""), code) for language in _LANGUAGES for code in codes]
    return {match_key(name): code for name, code in (*((n, c) for c, n in codes.items()), *names) if name} | {
        match_key(code): code for code in codes
    }


@cache
def _zones() -> dict[str, tuple[Zone, ...]]:
    """The time zones of each country by its code."""
    by_country: dict[str, tuple[Zone, ...]] = {}
    for line in _rows("zone.tab"):
        country, _, name, *part = line.split("\t")
        if name in zones():
            by_country[country] = (*by_country.get(country, ()), Zone(name, *part or [""]))
    return by_country


def _rows(table: str) -> list[str]:
    text = (files("tzdata") / "zoneinfo" / table).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
