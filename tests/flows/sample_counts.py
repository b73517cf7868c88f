"""The sample's figures counted a second way: with csv, zipfile and tomllib, and none of the product's code.

Posts are not taken by the plan's rules but named by simpler means: IDUAI 2024 is the posts of its assets,
the other campaigns are the posts whose text holds a word. So the two ways can only agree if the rules take
what they are meant to take. A metric that no post of a campaign knows is left out.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FACEBOOK = {
    "views": "Views",
    "impressions": "Impressions",
    "reach": "Reach",
    "likes": "Reactions",
    "comments": "Comments",
    "shares": "Shares",
    "clicks": "Total clicks",
}
INSTAGRAM = {
    "views": "Views",
    "reach": "Reach",
    "likes": "Likes",
    "comments": "Comments",
    "shares": "Shares",
    "saves": "Saves",
}
YOUTUBE = {"views": "Views", "likes": "Likes", "comments": "Comments added"}
SHEET = {name: name for name in ("views", "impressions", "reach", "likes", "comments", "shares", "saves", "clicks")}

WORDS = {
    "iduai-2022": ("#IDUAI2022", "IDUAI 2022", "#សិទ្ធិទទួលបានព័ត៌មាន"),
    "iduai-2023": ("#IDUAI2023", "IDUAI 2023"),
    "iduai-2024": ("IDUAI 2024",),  # of the radio programmes; the posts are the assets'
    "youth-debate": ("Youth debate",),
    "working-group": ("Meetings of the working group",),
    "dialogue-meetings": ("Dialogue on the draft law",),
    "national-workshops": ("National workshop",),
    "provincial-workshops": ("Provincial workshop",),
    "debates-on-site": ("Debate of young people",),
}

Rows = list[dict[str, str]]


class Post(NamedTuple):
    """What the files say of one post: its newest link and text, and each metric as it was last known."""

    link: str
    text: str
    counts: dict[str, int]


def campaign_counts(sample_dir: Path, until: str = "9999-12-31") -> dict[str, dict[str, int]]:
    """Campaign -> its figures, from the folders dated up to ``until`` and the days up to it of what counts by day.

    ``posts``, ``radio``, each metric's sum over the posts that know it with ``m_known``; for reach
    ``reach_sum`` and ``reach_max``; ``events`` with who took part in them; ``visits`` where the plan names account figures; per stage the assets.
    """
    plan = tomllib.loads((sample_dir / "plan.toml").read_text(encoding="utf-8-sig"))
    posts, radio, sites = _read(sample_dir / "inbox", until)
    out = {}
    for campaign in plan["campaign"]:
        name = campaign["id"]
        assets = [asset for asset in plan.get("asset", []) if asset["campaign"] == name]
        if assets:
            named = (_named(posts, link) for asset in assets for link in asset["posts"])
            taken = [post for post in named if post]
        else:
            taken = [post for post in posts.values() if any(word in post.text for word in WORDS[name])]
        figures = {"posts": len(taken), "radio": sum(any(word in title for word in WORDS[name]) for title in radio)}
        figures |= _events(sample_dir / "inbox", WORDS[name], until)
        for metric in SHEET:
            values = [post.counts[metric] for post in taken if metric in post.counts]
            if not values:
                continue
            figures[f"{metric}_known"] = len(values)
            if metric == "reach":
                figures |= {"reach_sum": sum(values), "reach_max": max(values)}
            else:
                figures[metric] = sum(values)
        for wanted in campaign.get("account_figures", []):
            key = (wanted["account"], str(wanted["from"]), str(wanted["to"]))
            if wanted["metric"] == "visits" and key in sites:
                figures["visits"] = figures.get("visits", 0) + sites[key]
        stages = campaign.get("stages", [])
        for place, stage in enumerate(stages):
            figures[stage] = sum(stages.index(asset["stage"]) >= place for asset in assets)
        out[name] = figures | campaign.get("counted", {})
    return out


def _events(inbox: Path, words: tuple[str, ...], until: str) -> dict[str, int]:
    """The events of a log by their day, participants and women; a part that no event tells is left out."""
    rows = [
        row
        for header, of_table in _tables(inbox, "9999")
        if "participants" in header
        for row in of_table
        if row["date"] <= until and any(word in row["title"] for word in words)
    ]
    both = [re.fullmatch(r"(\d+)(?: \(F=(\d+)\))?", row["participants"]) for row in rows]
    figures = {"events": sum(int(row["events"] or 1) for row in rows)}
    if rows:
        figures["participants"] = sum(int(match[1]) for match in both if match)
        figures["participants_women"] = sum(
            int(match[2] or row["women"]) for row, match in zip(rows, both, strict=True) if match
        )
    return figures


def _read(inbox: Path, until: str) -> tuple[dict[str, Post], list[str], dict[tuple[str, str, str], int]]:
    """Posts by a key of their own, with the newest that is known of each metric; radio titles; visits of sites."""
    posts: dict[str, Post] = {}
    radio: list[str] = []
    sites: dict[tuple[str, str, str], int] = {}
    for header, rows in _tables(inbox, until):
        if "Page ID" in header:
            for row in rows:
                key = f"facebook:{row['Page ID']}_{row['Post ID']}"
                text = max(row["Title"], row["Description"], key=len)
                _keep(posts, key, row["Permalink"], text, row, FACEBOOK)
        elif "Account ID" in header:
            for row in rows:
                _keep(posts, f"instagram:{row['Post ID']}", row["Permalink"], row["Description"], row, INSTAGRAM)
        elif "Content" in header:
            for row in rows:
                if row["Content"] != "Total":
                    key = f"youtube:{row['Content']}"
                    _keep(posts, key, f"https://youtu.be/{row['Content']}", row["Video title"], row, YOUTUBE)
        elif "station" in header:
            continue
        elif "read_on" in header:
            for row in rows:
                if row["link"]:
                    _keep(posts, row["link"], row["link"], row["title"], row, SHEET)
                elif row["visits"]:
                    sites[f"{row['platform']}:{row['account']}", row["from"], row["to"]] = _count(row["visits"])
        else:
            raise ValueError(f"a table that the second way does not know: {header}")
    for header, rows in _tables(inbox, "9999"):  # a programme counts from its day, whenever its log came
        if "station" in header:
            radio += [row["title"] for row in rows if row["kind"] == "radio" and row["date"] <= until]
    for video, (title, views) in _by_day(inbox, until).items():
        if f"youtube:{video}" not in posts:
            posts[f"youtube:{video}"] = Post(f"https://youtu.be/{video}", title, {"views": views})
    return posts, radio, sites


def _by_day(inbox: Path, until: str) -> dict[str, tuple[str, int]]:
    """Video -> its title and its views up to a day, from Studio's chart data, whenever they were downloaded."""
    newest: dict[str, tuple[str, int]] = {}
    for path in sorted(inbox.rglob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            text = archive.read("Chart data.csv").decode("utf-8-sig")
        for row in csv.DictReader(io.StringIO(text, newline="")):
            if row["Date"] <= until:
                views = newest.get(row["Content"], ("", 0))[1] + int(row["Views"])
                newest[row["Content"]] = (row["Video title"], views)
    published = {video: entry for video, entry in newest.items() if entry[1]}
    return published


def _tables(inbox: Path, until: str) -> Iterator[tuple[list[str], Rows]]:
    """Every table of posts, the oldest folder first."""
    for path in sorted(inbox.rglob("*")):
        if not path.is_file() or path.relative_to(inbox).parts[0] > until:
            continue
        content = path.read_bytes()
        if path.suffix == ".zip":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                content = archive.read("Table data.csv")
        table = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        yield list(table.fieldnames or []), list(table)


def _keep(posts: dict[str, Post], key: str, link: str, text: str, row: dict[str, str], columns: dict[str, str]) -> None:
    counts = {metric: _count(row[column]) for metric, column in columns.items() if row.get(column)}
    before = posts[key].counts if key in posts else {}
    posts[key] = Post(link, text, before | counts)


def _named(posts: dict[str, Post], name: str) -> Post | None:
    """The post of a key, of a permalink, or of a link that ends in its number; None while nothing has read it."""
    if name in posts:
        return posts[name]
    number = re.findall(r"\d+", name)[-1]
    matching = [post for key, post in posts.items() if post.link == name or key.endswith(f"_{number}")]
    return matching[0] if matching else None


def _count(text: str) -> int:
    if text.endswith("K"):
        return round(float(text[:-1]) * 1000)
    return int(text.replace(",", ""))
