"""Files as platforms export them and lines of plans, made for tests."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, timedelta
from typing import Any

import xlsxwriter

from tests.conftest import PAGE, post


def studio_zip(
    start: str, end: str, rows: list[dict[str, Any]], columns: tuple[str, ...] = ("Views", "Likes")
) -> bytes:
    """A zip as YouTube Studio gives it for a range of days."""
    heads = ("Content", "Video title", "Video publish time", *columns)
    text = io.StringIO()
    writer = csv.DictWriter(text, heads, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("Table data.csv", (2025, 1, 1, 0, 0, 0)), text.getvalue())
    return packed.getvalue()


def video(published: str, **cells: Any) -> dict[str, Any]:
    return {"Content": "dQw4w9WgXcQ", "Video title": "A debate #forum", "Video publish time": published, **cells}


def page_days(*reached: int) -> str:
    """A page's results: its reach on days from 1 September 2024 on."""
    days = [f'"{date(2024, 9, 1) + timedelta(days=n)}T00:00:00","{value}"' for n, value in enumerate(reached)]
    return "\n".join(("sep=,", '"Facebook Page reach"', '"Date","Primary"', *days))


PAGE_OF_PLAN = f'[[account]]\nid = "facebook:{PAGE}"\nalso = ["Our page"]\n'


def linkedin_book(start: date, end: date, likes: int) -> bytes:
    """A page's workbook as LinkedIn gives it for a range: its days on one sheet, its posts on another."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        days = book.add_worksheet("Metrics")
        days.write_row(0, 0, ["Date", "Impressions (total)", "Unique impressions (organic)", "Clicks (total)"])
        for n in range((end - start).days + 1):
            days.write_row(n + 1, 0, [f"{start + timedelta(days=n):%m/%d/%Y}", 2, 1, 0])
        posts = book.add_worksheet("All posts")
        posts.write_row(0, 0, ["Engagement metrics for individual posts"])
        posts.write_row(1, 0, ["Post title", "Post link", "Created date", "Impressions", "Clicks", "Likes"])
        link = "https://www.linkedin.com/feed/update/urn:li:activity:7236000000000000001"
        posts.write_row(2, 0, ["A debate #forum", link, "09/03/2024", 100, 1, likes])
    return target.getvalue()


def crossposted(number: int, page: str, **cells: Any) -> dict[str, Any]:
    given = {
        "Views": 50,
        "Reactions": 5,
        "Comments": 1,
        "Shares": 2,
        "Is crosspost": 1,
        "Description": "One video #forum",
    }
    return post(number, page, **(given | cells))


def indicator(subject: str, metric: str, target: int, more: str = "") -> str:
    return f'[[indicator]]\nid = "{metric}"\nname = "x"\nof = "{subject}"\nmetric = "{metric}"\ntarget = {target}\n{more}\n'
