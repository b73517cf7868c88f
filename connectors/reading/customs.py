"""In which order people of a country write day and month, from Unicode's CLDR (by way of Babel).

docs/rules.md: Day or month first.
"""

from __future__ import annotations

import re
from functools import cache

from connectors.contract import BY_CUSTOM, NOT_TOLD
from connectors.settings import DateOrder, Order


@cache
def date_order(zone: str) -> DateOrder:
    """The custom of the country in which a time zone lies; without an order where no country's custom tells.

    The short dates of the country's official languages decide. Those that write the year first say nothing of dates
    that end with it, and languages that differ (Eritrea's) tell nothing.
    """
    from babel import Locale, UnknownLocaleError
    from babel.core import get_global
    from babel.languages import get_official_languages

    places, names = get_global("zone_territories"), get_global("zone_aliases")
    country = places.get(zone) or places.get(names.get(zone, ""), "")
    orders = set[Order]()
    for language in get_official_languages(country, de_facto=True):
        try:
            pattern = Locale.parse(f"{language}_{country}").date_formats["short"].pattern
        except (UnknownLocaleError, ValueError):
            continue
        written = re.sub(r"'[^']*'|[^dMy]", "", pattern)
        if not written.startswith("y"):
            orders.add("day first" if written.startswith("d") else "month first")
    if len(orders) != 1:
        return DateOrder(None, NOT_TOLD, is_assumed=True)
    name = Locale("en").territories.get(country, country)
    return DateOrder(orders.pop(), f"{BY_CUSTOM} ({name})", is_assumed=True)
