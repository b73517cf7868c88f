"""A workspace with the same posts exported every day, written fast: the files that years of nights bring.

Each file is a content export of Meta's as :mod:`benchmarks.exports` writes it, in the folder of its day. Every post has
more of everything each day. 40 pages; four of five posts bear the hashtag of one of 20 campaigns of six activities.
Run: python -m benchmarks.daily_exports HOME POSTS FIRST DAYS, or check HOME DAY
"""

from __future__ import annotations

import os
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl

from benchmarks.exports import HEADER

PAGES, CAMPAIGNS, ACTIVITIES = 40, 20, 6
FIRST_DAY = date(2024, 1, 1)
"""The day of the first export; every post was published in the year before it."""

LONG_AGO = datetime(2024, 12, 29).timestamp()
"""The time of each file, so that none may still be on its way in."""


def plan() -> str:
    """The plan of the 20 campaigns, each found by its hashtag."""
    parts = ['[project]\nname = "Benchmark"\ntimezone = "Asia/Phnom_Penh"\n']
    parts += [f'[[activity]]\nid = "{n}"\nname = "Activity {n}"\n' for n in range(ACTIVITIES)]
    parts += [
        f'[[campaign]]\nid = "c{n:02}"\nactivity = "{n % ACTIVITIES}"\nname = "Campaign {n}"\n'
        f'match = {{ hashtags = ["campaign{n:02}"] }}\n'
        for n in range(CAMPAIGNS)
    ]
    return "".join(parts)


def day_of(number: int) -> date:
    """The day of an export, of which the first has the number 0."""
    return FIRST_DAY + timedelta(days=number)


def write_workspace(home: Path, posts: int, first: int, days: int) -> None:
    """Adds the exports of ``days`` days of ``posts`` posts, from the day with the number ``first`` on."""
    (home / "inbox").mkdir(parents=True, exist_ok=True)
    (home / "plan.toml").write_text(plan(), encoding="utf-8")
    unmoved = _unmoved(posts)
    for number in range(first, first + days):
        path = home / "inbox" / f"{day_of(number)}" / "export.csv"
        path.parent.mkdir(parents=True)
        _export(unmoved, number).write_csv(path, include_bom=True)
        os.utime(path, (LONG_AGO, LONG_AGO))


def _unmoved(posts: int) -> pl.DataFrame:
    """What every export says of the posts alike, and ``n``, the number of each."""
    n = pl.int_range(posts).alias("n")
    page, post = 100064500000001 + n % PAGES, 122158000000000001 + n
    group = n // PAGES % (CAMPAIGNS + CAMPAIGNS // 4)
    tag = pl.when(group < CAMPAIGNS).then(pl.format(" #campaign{}", group.cast(pl.String).str.zfill(2)))
    published = pl.lit(datetime(FIRST_DAY.year - 1, 1, 1)) + pl.duration(minutes=n % 525_000)
    return pl.select(
        n,
        post.alias("Post ID"),
        page.alias("Page ID"),
        pl.format("Page {}", n % PAGES).alias("Page name"),
        pl.format("Post {} of the page\n\nសិទ្ធិទទួលបានព័ត៌មាន, second line{}", n, tag.otherwise(pl.lit(""))).alias(
            "Description"
        ),
        published.dt.strftime("%m/%d/%Y %H:%M").alias("Publish time"),
        pl.format("https://www.facebook.com/{}/posts/{}", page, post).alias("Permalink"),
    )


def _export(unmoved: pl.DataFrame, number: int) -> pl.DataFrame:
    """The export of a day, its columns those of :data:`benchmarks.exports.HEADER`."""
    views = 100 + pl.col("n") * 7919 % 10_000 + (1 + pl.col("n") % 17) * number
    likes, comments, shares = views // 50, views // 400, views // 300
    given = {
        "Duration (sec)": 0, "Caption type": "N/A", "Is crosspost": 0, "Is share": 0, "Post type": "Photos",
        "Date": "Lifetime", "Views": views, "Reach": views // 2,
        "Reactions, Comments and Shares": likes + comments + shares, "Reactions": likes, "Comments": comments,
        "Shares": shares, "Total clicks": views // 20, "Other Clicks": views // 40,
        "Matched Audience Targeting Consumption (Photo Click)": views // 40, "Link Clicks": 0,
        "Seconds viewed": views * 3 // 2, "Average Seconds viewed": 1.5, "Estimated earnings (USD)": 0,
    }  # fmt: skip
    names = pl.read_csv(HEADER.encode()).columns
    empty = [name for name in names if name not in given and name not in unmoved.columns]
    made = [pl.lit(value).alias(name) if not isinstance(value, pl.Expr) else value.alias(name)
            for name, value in given.items()]  # fmt: skip
    return unmoved.with_columns(*made, *(pl.lit("").alias(name) for name in empty)).select(names)


def check(home: Path, day: date) -> None:
    """Holds the published totals of campaigns to the sums of a day's export, as polars reads it.

    Raises:
        SystemExit: they differ.
    """
    export = pl.read_csv(home / "inbox" / f"{day}" / "export.csv")
    expected = (
        export.with_columns(campaign_id=pl.col("Description").str.extract(r"#campaign(\d\d)$"))
        .drop_nulls("campaign_id")
        .group_by("campaign_id")
        .agg(posts=pl.len().cast(pl.Int64), views=pl.sum("Views"), likes=pl.sum("Reactions"), shares=pl.sum("Shares"))
        .with_columns(campaign_id="c" + pl.col("campaign_id"))
        .sort("campaign_id")
    )
    published = pl.read_parquet(home / "published" / "parquet" / "campaign_totals.parquet")
    totals = published.filter(pl.col("posts") > 0).select(expected.columns).sort("campaign_id")
    if not totals.equals(expected):
        raise SystemExit(f"{home} published {totals}, and its export of {day} has {expected}")


if __name__ == "__main__":
    if sys.argv[1] == "check":
        check(Path(sys.argv[2]), date.fromisoformat(sys.argv[3]))
    else:
        write_workspace(Path(sys.argv[1]), *map(int, sys.argv[2:]))
