"""Mailchimp: its report of all campaigns of letters, as CSV.

Reference: https://mailchimp.com/help/about-email-campaign-reports/; columns as found in files of 2018 to 2025.
Limits: Send Date is in the zone of the account: the setting ``zone``. Opens are recipients, clicks are all clicks. The
file does not say whose account it is. The report of one campaign alone is another layout, and is not read.
Not reported: reach, views.
"""

from __future__ import annotations

from connectors.contract import Extract, Match, Raw, Refused
from connectors.reading import letters
from connectors.reading.extracts import read_each
from connectors.reading.layouts import Layout, match, matched_tables
from connectors.settings import ConnectorSettings

NAME = "mailchimp"

LAYOUTS = (Layout("content", "Mailchimp's report of letters", (*letters.NEEDS, "list")),)
RIGHT_FILE = "in Mailchimp choose Analytics, Reports, then Export"


class Settings(ConnectorSettings):
    """Mailchimp's section of the settings; ``zone`` is that of its account."""


def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:
    """Whether a file is Mailchimp's report of letters."""
    return match(matched_tables(raw, NAME, LAYOUTS, settings))


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """Letters with their lifetime readings.

    Raises:
        Refused: the file holds no such report.
    """
    tables = matched_tables(raw, NAME, LAYOUTS, settings)
    if not tables:
        raise Refused(f"This is no report of letters from Mailchimp; {RIGHT_FILE}.")
    return read_each(tables, lambda one: letters.read(raw, one, settings, NAME))
