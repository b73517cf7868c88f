"""Meta Ads Manager: its reports as CSV or XLSX, of campaigns, ad sets or ads, over a range or by day.

Reference: https://www.facebook.com/business/help/2159559894251670 (Export table data); columns as found in public
exports of 2019 to 2025, in nine languages.
Limits: users choose the columns, so that a report may lack any. The currency stands in the header. The first line may
be the total. Figures by age, gender, place or placement are the same money again.
Not reported: whose post it was, unless the columns of links or ids were chosen.
"""

from __future__ import annotations

from connectors.contract import Extract, Match, Raw, Refused
from connectors.reading import ads
from connectors.reading.layouts import Layout, match
from connectors.settings import ConnectorSettings

NAME = "meta_ads"

LAYOUTS = (Layout("ads", "a report of Meta Ads Manager", ads.NEEDS),)
RIGHT_FILE = (
    "in Ads Manager choose Campaigns, the columns Campaign name, Amount spent, Impressions, Reporting starts and "
    "Reporting ends, then Reports, Export table data"
)


class Settings(ConnectorSettings):
    """Meta Ads Manager's section of the settings."""


def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:
    """Whether a file is one of Meta Ads Manager's reports."""
    return match([report.matched for report in ads.reports(raw, NAME, LAYOUTS, settings)])


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """What campaigns of ads cost, and what they were shown.

    Raises:
        Refused: the file holds no such report, or nothing says of which days it is.
    """
    reports = ads.reports(raw, NAME, LAYOUTS, settings)
    if not reports:
        raise Refused(f"{raw.name} is no report of Meta Ads Manager; {RIGHT_FILE}.")
    return ads.read(raw, reports, settings, NAME)
