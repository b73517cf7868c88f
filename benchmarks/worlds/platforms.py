"""What the other platforms give: YouTube, TikTok, X, LinkedIn and Google Analytics."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import xlsxwriter

from benchmarks.worlds.posts import FIRST, LAST, READ_ON, Maker, Post, days, table

CHANNEL, HANDLES, SITE = "Mekong Channel", ("mekong.open", "youth.ledger"), "mekongdata.example"
STUDIO = {
    "Views": "views", "Unique viewers": "reach", "Likes": "likes", "Comments added": "comments", "Shares": "shares",
}  # fmt: skip
TIKTOK = {"Total likes": "likes", "Total comments": "comments", "Total shares": "shares", "Total views": "views"}
X = {
    "Impressions": "impressions", "Likes": "likes", "Bookmarks": "saves", "Replies": "comments", "Reposts": "shares",
    "URL Clicks": "clicks",
}  # fmt: skip
LINKEDIN = {
    "Impressions": "impressions", "Views": "views", "Clicks": "clicks", "Likes": "likes", "Comments": "comments",
    "Reposts": "shares",
}  # fmt: skip
EPOCH_OF_X = 1_288_834_974_657  # milliseconds; X's ids count from there
REPORTS = {
    "Page path and screen class": ("Pages and screens", {"Views": "views", "Active users": "reach"}),
    "Landing page": ("Landing page", {"Sessions": "clicks", "Active users": "reach", "New users": "likes"}),
}


def video_id(post: Post) -> str:
    """A video's id on YouTube: eleven signs, the first of them a hyphen now and then."""
    return f"{'-' if post.number % 11 == 0 else 'v'}id{post.number:08}"


def youtube(make: Maker, posts: Sequence[Post]) -> None:
    """Studio's zips over ranges that follow each other, overlap, leave a gap, or go over all time."""
    october, november = date(2024, 10, 1), date(2024, 11, 2)
    ranges = ((FIRST, READ_ON[0]), (october, READ_ON[2]), (november, READ_ON[3]), (november, READ_ON[4]), (FIRST, LAST))
    for start, end in ranges:
        rows = []
        for post in (one for one in posts if one.has(end)):
            row = {
                "Content": video_id(post),
                "Video title": post.text,
                "Video publish time": f"{post.published:%b %d, %Y}",
                "Duration": 60 + post.number,
                **{name: post.gain(metric, start, end) for name, metric in STUDIO.items()},
                "Watch time (hours)": f"{post.gain('seconds', start, end) / 3600:.4f}",
            }
            rows.append(row)
        daily = [{"Date": on, "Views": sum(post.gain("views", on, on) for post in posts)} for on in days(start, end)]
        tables = {"Table data.csv": table(tuple(rows[0]), rows), "Totals.csv": table(("Date", "Views"), daily)}
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, content in tables.items():
                archive.writestr(zipfile.ZipInfo(name, (2024, 12, 29, 0, 0, 0)), content)
        make.add(end, "", f"Content {start}_{end} {CHANNEL}.zip", packed.getvalue())
    make.add(READ_ON[4], "", "Table data.csv", tables["Table data.csv"])  # by itself it does not say whose it is


def tiktok(make: Maker, posts: Sequence[Post]) -> None:
    """Studio's table of videos, whose days have no year, and the account's days."""
    for day in READ_ON[::2]:
        for number, handle in enumerate(HANDLES):
            make.is_careless, rows = number == 1, []
            for post in (one for one in posts if one.account == handle and one.has(day)):
                link = f"https://www.tiktok.com/@{handle}/video/{(post.seconds << 32) + post.number}"
                row = {
                    "Time": written(day),
                    "Video title": post.text,
                    "Video link": link if post.number % 19 else "",
                    "Post time": written(post.published),
                }
                rows.append(row | make.cells(post, day, TIKTOK))
            make.add(
                day, handle, "Content.csv", table(("Time", "Video title", "Video link", "Post time", *TIKTOK), rows)
            )
            month = days(day - timedelta(days=27), day)
            overview = [
                {"Date": written(on), "Video Views": make.cell(40 * on.day), "Profile Views": on.day, "Likes": 3,
                 "Comments": 1, "Shares": "undefined"}
                for on in month
            ]  # fmt: skip
            make.add(day, handle, "Overview.csv", table(tuple(overview[0]), overview), is_dated=True)
            followers = [
                {
                    "Date": written(on),
                    "Followers": 900 * (number + 1) + on.day,
                    "Difference in followers from previous day": 1,
                }
                for on in month
            ]
            make.add(day, handle, "FollowerHistory.csv", table(tuple(followers[0]), followers), is_dated=True)
    make.is_careless = False


def written(day: date) -> str:
    """A day as TikTok writes it."""
    return f"{day:%B} {day.day}"


def x(make: Maker, posts: Sequence[Post]) -> None:
    """X's exports over ranges, with a post that lost its id now and then, and the account's days."""
    for start, end in ((FIRST, READ_ON[1]), (date(2024, 10, 16), READ_ON[3]), (FIRST, LAST)):
        rows = []
        for post in (one for one in posts if one.has(end)):
            number = str((post.seconds * 1000 - EPOCH_OF_X << 22) + post.number) if post.number % 17 else "undefined"
            row = {
                "Post id": number.replace("undefined", ""),
                "Date": f"{post.published:%a, %b} {post.published.day}, {post.published.year}",
                "Post text": post.text,
                "Post Link": f"https://x.com/MekongOpen/status/{number}",
                **{name: post.gain(metric, start, end) for name, metric in X.items()},
                "Shares": 0,
                "Engagements": 9,
            }
            rows.append(row)
        make.add(end, "x", f"account_analytics_content_{start}_{end}.csv", table(tuple(rows[0]), rows))
    overview = [
        {"Date": f"{on:%a, %b} {on.day}, {on.year}", "Impressions": 10 * on.day, "Likes": 2, "Engagements": 5,
         "Replies": 1, "Reposts": 1, "Profile visits": on.day}
        for on in days(READ_ON[2], READ_ON[3])
    ]  # fmt: skip
    make.add(READ_ON[3], "MekongOpen", "account_overview_analytics.csv", table(tuple(overview[0]), overview))


def linkedin(make: Maker, posts: Sequence[Post]) -> None:
    """A page's workbook, whose sheet of days tells the range. Some posts stand in it under two names."""
    for start, end in ((FIRST, READ_ON[2]), (FIRST, READ_ON[4])):
        content: list[Sequence[object]] = [("Post title", "Post link", "Post type", "Created date", *LINKEDIN)]
        for post in (one for one in posts if one.has(end)):
            number = (post.seconds * 1000 << 22) + post.number
            for name in (f"share:{number}", f"activity:{number + (9 << 22)}")[: 2 if post.number % 9 == 0 else 1]:
                link = f"https://www.linkedin.com/feed/update/urn:li:{name}"
                cells = (post.gain(metric, start, end) for metric in LINKEDIN.values())
                content.append((post.text, link, "Organic", f"{post.published:%m/%d/%Y}", *cells))
        metrics: list[Sequence[object]] = [
            ("Date", "Impressions (total)", "Unique impressions (organic)", "Clicks (total)"),
            *((f"{on:%m/%d/%Y}", 30 + on.day, 11 + on.day, 2) for on in days(start, end)),
        ]
        target = io.BytesIO()
        with xlsxwriter.Workbook(target, {"strings_to_urls": False}) as book:
            book.set_properties({"created": datetime(2024, 12, 29)})  # else it holds the time of today
            for name, lines in (("Metrics", metrics), ("All posts", content)):
                page = book.add_worksheet(name)
                for at, line in enumerate((("A sentence on these figures.",), *lines)):
                    page.write_row(at, 0, line)
        instant = int(datetime.combine(end, time(12), UTC).timestamp() * 1000)
        make.add(end, "", f"mekong-open_content_{instant}.xlsx", target.getvalue(), is_dated=False)


def website(make: Maker, posts: Sequence[Post]) -> None:
    """Google's reports of a month: pages by path, and landing pages, whose sessions are the site's visits."""
    rule = "# " + "-" * 40
    months = ((date(2024, 9, 1), READ_ON[0]), (date(2024, 10, 1), date(2024, 10, 31)), (date(2024, 12, 1), LAST))
    for start, end in months:
        for path, (title, figures) in REPORTS.items():
            top = (
                rule,
                f"# {title}: {path}",
                "# Account: Mekong",
                f"# Property: www.{SITE}",
                rule,
                "# ",
                "# All Users",
            )
            above = "\n".join((*top, f"# Start date: {start:%Y%m%d}", f"# End date: {end:%Y%m%d}", ""))
            rows = [
                {path: f"/{post.number % 5}/{post.number}-forum"}
                | {name: post.gain(metric, start, end) for name, metric in figures.items()}
                for post in posts
            ]
            name = f"{path.replace(' ', '_')} {start}.csv"
            make.add(end, SITE, name, table((path, *figures), rows, above, "utf-8"), is_dated=True)
