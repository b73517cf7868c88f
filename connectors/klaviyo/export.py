"""Klaviyo: its report of all campaigns of letters, as CSV.

Reference: https://help.klaviyo.com/hc/en-us/articles/115005258568 (Export Analytics); columns as found in files of 2024
and 2025.
Limits: Send Time is in the zone of the account: the setting ``zone``. Opens are recipients, clicks are all clicks.
Messages of other channels stand in the same file, and are no letters.
Not reported: reach, views.
"""

from __future__ import annotations

from connectors.contract import Extract, Match, Raw
from connectors.reading import letters
from connectors.reading.extracts import read_each
from connectors.reading.layouts import Layout, match, matched_tables, needed_tables
from connectors.settings import ConnectorSettings

NAME = "klaviyo"

LAYOUTS = (Layout("content", "Klaviyo's report of letters", (*letters.NEEDS, "channel|bounces")),)
RIGHT_FILE = "in Klaviyo choose Campaigns, Export Analytics, without variations"


class Settings(ConnectorSettings):
    """Klaviyo's section of the settings; ``zone`` is that of its account."""


def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:
    """Whether a file is Klaviyo's report of letters."""
    return match(matched_tables(raw, NAME, LAYOUTS, settings))


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """Letters with their lifetime readings.

    Raises:
        Refused: the file holds no such report.
    """
    refusal = f"This is no report of letters from Klaviyo; {RIGHT_FILE}."
    tables = needed_tables(raw, NAME, LAYOUTS, settings, refusal)
    return read_each(tables, lambda one: letters.read(raw, one, settings, NAME))
