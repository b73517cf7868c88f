"""Who follows a page of LinkedIn's, or looked at it: the sheets Location, Job function, Seniority and so on.

Reference: https://www.linkedin.com/help/linkedin/answer/a547077 (Analytics, Followers, Export); sheets of followers as
found in exports of 2026, those of visitors unverified.
Limits: a sheet names the parts with the most followers, counts them, and does not say how many follow the page.
Followers are those on the day of the download, views of the page those of the days of the sheet beside them.
"""

from __future__ import annotations

from connectors.contract import Extract
from connectors.reading.breakdowns import Breakdown, two_columns
from connectors.reading.layouts import Layout, MatchedTable
from connectors.reading.observed import Seen
from connectors.reading.posts import Covered

DIMENSIONS = ("place", "job_function", "seniority", "industry", "company_size")
LAYOUT = Layout("audience", "LinkedIn's followers or visitors of a page by what they are",
                ("|".join(DIMENSIONS), "followers|page_views"), ("date", "url"),
                marks="every column must be known")  # fmt: skip


def read(one: MatchedTable, seen: Seen, account: str | None, covered: Covered) -> Extract:
    """What one sheet counts: followers, or views of the page over the days that the file covers."""
    dimension = next(name for name in DIMENSIONS if name in one.top.positions)
    if "followers" in one.top.positions:
        followers = Breakdown("linkedin", account, "followers", dimension, "count")
        return two_columns(one, seen, Covered(None, None, "the day on which it was read"), followers, "followers")
    days = (covered.start, covered.end)
    visitors = Breakdown("linkedin", account, "page_views", dimension, "count", start=days[0], end=days[1])
    return two_columns(one, seen, covered, visitors, "page_views")
