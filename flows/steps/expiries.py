"""Until when tokens and versions of APIs are good, as nights and checks say it before."""

from __future__ import annotations

from datetime import date

import connectors
from connectors.asking.pulling import Api
from connectors.asking.settings import ApiSettings
from warehouse.texts import number_of

WARNED_DAYS = (14, 7, 1)
"""Days before a token ends on which a night says so."""


def of_token(api: Api, settings: ApiSettings, account: str, today: date) -> tuple[int | None, str]:
    """How many days an account's token is good for, and a sentence that says so; none where nobody knows."""
    end = settings.expires_on(account)
    if end is None:
        return None, ""
    days, when = _time_left(end, today)
    return days, f"The token of {api.NAME}:{account} {when} ({end}); make a new one as docs/access.md says."


def _time_left(end: date, today: date) -> tuple[int, str]:
    days = (end - today).days
    return days, "has ended" if days < 0 else "ends today" if days == 0 else f"ends in {number_of(days, 'day')}"


def of_version(api: Api, settings: ApiSettings, today: date) -> tuple[int | None, str]:
    """For how many days the API's version is answered, and a sentence that says so; none where nobody knows."""
    until = settings.version_until()
    if until is None:
        return None, ""
    version, end = until
    days, when = _time_left(end, today)
    newer = f"set a newer one as version under [{api.NAME}] in reach.toml, and run reach sources --check"
    return days, f"Version {version} of {title(api)}'s API {when} ({end}); {newer}."


def title(api: Api) -> str:
    """The platform's name for people."""
    return connectors.PLATFORMS.labels[api.NAME]["en"]
