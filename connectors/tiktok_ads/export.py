"""TikTok Ads Manager: its reports as CSV or XLSX, of campaigns, ad groups or ads, over a range or by day.

Reference: https://ads.tiktok.com/help/article/export-data; columns as found in a public export, others unverified.
Limits: the last line is the total ("Total of 2 results"). A report over a range does not say its days, unless its name
does. Exports in Japanese are in Windows-932.
Not reported: which video was advertised, unless the columns of links or ids were chosen.
"""

from __future__ import annotations

from connectors.contract import Extract, Match, Raw, Refused
from connectors.reading import ads
from connectors.reading.layouts import Layout, match
from connectors.settings import ConnectorSettings

NAME = "tiktok_ads"

LAYOUTS = (Layout("ads", "a report of TikTok Ads Manager", ads.NEEDS, marks="currency|state"),)
RIGHT_FILE = (
    "in TikTok Ads Manager choose Campaign, the columns Campaign name, Cost, Currency and Impression, By day, then "
    "Export"
)


class Settings(ConnectorSettings):
    """TikTok Ads Manager's section of the settings."""


def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:
    """Whether a file is one of TikTok Ads Manager's reports."""
    return match([report.matched for report in ads.reports(raw, NAME, LAYOUTS, settings)])


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """What campaigns of ads cost, and what they were shown.

    Raises:
        Refused: the file holds no such report, or nothing says of which days it is.
    """
    reports = ads.reports(raw, NAME, LAYOUTS, settings)
    if not reports:
        raise Refused(f"{raw.name} is no report of TikTok Ads Manager; {RIGHT_FILE}.")
    return ads.read(raw, reports, settings, NAME)
