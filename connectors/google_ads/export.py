"""Google Ads: its reports as CSV or XLSX, of campaigns, ad groups or ads, over a range or by day.

Reference: https://support.google.com/google-ads/answer/2404176 (Download reports); columns as found in public exports.
Limits: a title and the range stand above the header; lines of totals stand at the end, which name what they add up.
Not reported: which video or post was advertised.
"""

from __future__ import annotations

from connectors.contract import Extract, Match, Raw, Refused
from connectors.reading import ads
from connectors.reading.layouts import Layout, match
from connectors.settings import ConnectorSettings

NAME = "google_ads"

LAYOUTS = (Layout("ads", "a report of Google Ads", ads.NEEDS, marks="currency|state"),)
RIGHT_FILE = (
    "in Google Ads choose Campaigns, the columns Campaign, Currency code, Cost, Impr. and Views, the days, then "
    "Download"
)


class Settings(ConnectorSettings):
    """Google Ads's section of the settings."""


def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:
    """Whether a file is one of Google Ads's reports."""
    return match([report.matched for report in ads.reports(raw, NAME, LAYOUTS, settings)])


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """What campaigns of ads cost, and what they were shown.

    Raises:
        Refused: the file holds no such report, or nothing says of which days it is.
    """
    reports = ads.reports(raw, NAME, LAYOUTS, settings)
    if not reports:
        raise Refused(f"{raw.name} is no report of Google Ads; {RIGHT_FILE}.")
    return ads.read(raw, reports, settings, NAME)
