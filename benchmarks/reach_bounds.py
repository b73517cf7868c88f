"""Bounds of reach against simulated audiences whose truth is rows: ``python -m benchmarks.reach_bounds [CASES]``.

docs/rules.md: A bound holds on its day.

A case is an activity of two campaigns with up to six posts on three platforms; a project has two of them. Accounts see
posts over twenty days, some of them several times. A case is read on two to four days, each post on most of them, or
each post on days of its own: some readings lack reach, some have displays, some posts are told by days. The bounds go
through the code of a night. For each level a row says in how many groups a bound was broken on the day that is printed
with it, how many groups have an upper bound, and how large it is.
"""

from __future__ import annotations

import random
import statistics
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import polars as pl

from connectors import PLATFORMS
from connectors.columns import schema
from connectors.contract import OBSERVATIONS, TIMESTAMP
from warehouse.day import last_readings_of
from warehouse.figures.totals import group_totals, with_counting_post
from warehouse.reach import of_days
from warehouse.readings import lifetime
from warehouse.readings.latest import day_ends

FIRST, DAYS, ZONE = date(2024, 9, 1), 20, "UTC"
NAMES = ("x", "facebook", "tiktok")
LEVELS: Mapping[str, tuple[str, ...]] = {
    "campaign": ("campaign_id",),
    "activity": ("activity_id",),
    "project": ("project_id",),
    "platform": ("campaign_id", "platform"),
    "account": ("campaign_id", "platform", "account_id"),
    "kind": ("campaign_id", "kind"),
    "asset": ("campaign_id", "asset_id"),
}


@dataclass
class Post:
    """What a post is, and on which days which accounts saw it how often."""

    group: Mapping[str, str]
    published: int
    seen: list[list[int]]  # by day, an account a display
    read: list[dict[str, Any]] = field(default_factory=list)

    def accounts(self, last: int, first: int = 0) -> set[int]:
        return {account for of_day in self.seen[max(first, 0) : last + 1] for account in of_day}

    def displays(self, last: int, first: int = 0) -> int:
        return sum(len(of_day) for of_day in self.seen[max(first, 0) : last + 1])


def simulated(number: int, chance: random.Random, *, is_read_today: bool, is_read_apart: bool = False) -> list[Post]:
    """A case's posts; where ``is_read_today`` every post's reach was read on the last day.

    ``is_read_apart`` gives each post nights of its own; else the case's posts share theirs.
    """
    crowd, nights, posts = chance.choice((30, 200)), _nights(chance), []
    for _ in range(chance.randint(1, 6)):
        published, platform = chance.randint(0, 12), chance.choice(NAMES)
        fans = chance.sample(range(crowd), chance.randint(1, crowd // 2))
        seen: list[list[int]] = [[] for _ in range(DAYS)]
        for day in range(published, DAYS):
            watching = chance.randint(0, max(1, len(fans) * 3 // (2 + 2 * (day - published))))
            seen[day] = chance.choices(fans, k=watching)
        group = {
            "platform": platform,
            "account_id": f"{number}-{chance.choice('ab')}",
            "kind": chance.choice(("post", "video")),
            "asset_id": f"{number}-{chance.choice('vw')}",
            "campaign_id": f"{number}-{chance.choice('cd')}",
            "activity_id": str(number),
            "project_id": str(number // 2),
        }
        post = Post(group, published, seen)
        of_post = _nights(chance) if is_read_apart else nights
        days = sorted(day for day in of_post if day >= published and chance.random() < 0.8)
        post.read = _readings(post, days or [DAYS - 1], chance, is_read_today=is_read_today)
        posts.append(post)
    return posts


def _nights(chance: random.Random) -> list[int]:
    return chance.sample(range(DAYS // 2, DAYS), chance.randint(2, 4))


def _readings(post: Post, days: list[int], chance: random.Random, *, is_read_today: bool) -> list[dict[str, Any]]:
    if is_read_today:
        days = [*days[:-1], DAYS - 1]
    if chance.random() < 0.15 and not is_read_today:  # its reach comes by days, some of them lacking
        rows: list[dict[str, Any]] = [
            {"reach": len(post.accounts(day, day)), "views": post.displays(day, day), **_period(day)}
            for day in range(post.published, days[-1] + 1)
            if chance.random() < 0.97
        ]
        return rows or [{"views": 1, "observed_at": _at(days[-1])}]
    rows = []
    for day in days:
        row: dict[str, Any] = {"observed_at": _at(day), "views": post.displays(day)}
        if chance.random() < 0.7 or (is_read_today and day == DAYS - 1):
            row["reach"] = len(post.accounts(day))
        if chance.random() < 0.5:
            row["impressions"] = post.displays(day)
        if chance.random() < 0.1 and row.get("reach", 0) > 9:
            row |= {"reach": row["reach"] // 10 * 10, "rounded": ["reach"]}
        rows.append(row)
    return rows


def _at(day: int, hour: int = 23) -> datetime:
    return datetime.combine(FIRST + timedelta(days=day), datetime.min.time()) + timedelta(hours=hour)


def _period(day: int) -> dict[str, Any]:
    on = FIRST + timedelta(days=day)
    return {"period_start": on, "period_end": on, "period_opens_at": _at(day, 0), "observed_at": _at(DAYS)}


def totals(cases: list[list[Post]], by: tuple[str, ...]) -> pl.DataFrame:
    """The totals of each group on the last day, by the code of a night."""
    rows, about, owned = [], [], []
    for number, posts in enumerate(cases):
        for at, post in enumerate(posts):
            key = {"platform": post.group["platform"], "post_id": f"{number}-{at}"}
            about.append(key | {"kind": post.group["kind"], "published_at": _at(post.published, 0)})
            owned.append(dict(post.group) | key)
            rows += [key | {"load_id": "l", "row": 1, "is_measured": True, "is_final": True} | one for one in post.read]
    shape = schema(OBSERVATIONS) | {"load_id": pl.String, "is_measured": pl.Boolean, "observed_until": TIMESTAMP}
    observations = pl.DataFrame(rows, schema=shape, orient="row").lazy()
    published = pl.DataFrame(about, schema_overrides={"published_at": TIMESTAMP})
    loads = pl.DataFrame({"load_id": ["l"], "connector": ["export"]}).with_columns(
        observed_on=pl.lit(None, pl.Date), received_at=pl.lit(_at(DAYS), TIMESTAMP)
    )
    as_of = FIRST + timedelta(days=DAYS - 1)
    before = day_ends(as_of, ZONE)
    readings = lifetime.readings(observations, published.lazy(), loads.lazy(), ZONE)
    days = of_days.over_days(observations, published, loads, before, ZONE)
    last = last_readings_of(readings, days, before, PLATFORMS, ZONE).with_columns(
        counts_as=pl.lit(None, pl.String),
        gone_since=pl.lit(None, pl.Date),
        is_watched=pl.lit(None, pl.Boolean),
        is_in_part=pl.lit(None, pl.Boolean),
    )
    members = with_counting_post(last.lazy(), pl.DataFrame(owned).lazy())
    return group_totals(members, by, as_of, before, PLATFORMS).collect()


class Outcome(NamedTuple):
    """How the bounds of a level's groups did."""

    groups: int
    below: int  # lower bounds above the truth of the last day
    above: int  # upper bounds below the truth of the day printed with them
    with_upper: int
    with_then: int
    ratio: float  # the median of upper bound / truth of its day
    ratio_behind: float  # the median of upper bound / accounts behind the figures, each post's on its own last day
    before: int  # groups with an upper bound by the rule before: each post's last reading, whenever that was
    wrong_before: int  # of these, below the truth of the last day


def outcome(cases: list[list[Post]], level: str) -> Outcome:
    """The bounds of one level against the truth."""
    by = LEVELS[level]
    groups: dict[tuple[str, ...], list[Post]] = {}
    for posts in cases:
        for post in posts:
            groups.setdefault(tuple(post.group[name] for name in by), []).append(post)
    below = above = with_upper = with_then = before = wrong_before = 0
    ratios, behind = [], []
    for row in totals(cases, by).iter_rows(named=True):
        mine = groups[tuple(row[name] for name in by)]

        def truth(last: int, mine: list[Post] = mine) -> int:
            return len(set().union(*(post.accounts(last) for post in mine)))

        below += (row["reach_at_least"] or 0) > truth(DAYS - 1)
        upper = row["reach_at_most"] if row["reach_at_most"] is not None else row["reach_at_most_then"]
        with_upper, with_then = (
            with_upper + (row["reach_at_most"] is not None),
            with_then + (row["reach_at_most_then"] is not None),
        )
        if upper is not None:
            then = truth((row["reach_on"] - FIRST).days)
            above += upper < then
            if row["reach_at_most"] is not None and then:
                ratios.append(upper / then)
                behind.append(upper / len(set().union(*(post.accounts(_last_day(post)) for post in mine))))
        old = [_upper_before(post) for post in mine]
        if None not in old:
            before += 1
            wrong_before += sum(one or 0 for one in old) < truth(DAYS - 1)
    return Outcome(len(groups), below, above, with_upper, with_then, statistics.median(ratios),
                   statistics.median(behind), before, wrong_before)  # fmt: skip


def _last_day(post: Post) -> int:
    """The day of the newest figure of a post."""
    return max(((row.get("period_end") or row["observed_at"].date()) - FIRST).days for row in post.read)


def _upper_before(post: Post) -> int | None:
    counts = post.group["platform"] in PLATFORMS.counting_every_display
    for name in ("reach", "impressions") if counts else ("reach",):
        rows = [row for row in post.read if row.get(name) is not None and "period_start" not in row]
        if rows:
            value = int(rows[-1][name])
            return value + 9 if name in (rows[-1].get("rounded") or ()) else value
    return None


def main(number: int = 1000) -> None:
    heads = ("level", "reach read", "groups", "lower above the truth", "upper below that of its day", "upper",
             "last that held", "median upper / truth", "median upper / behind the figures", "upper before",
             "of these wrong")  # fmt: skip
    print(f"| {' | '.join(heads)} |\n|{' --- |' * len(heads)}")
    for read in ("shared nights", "nights of its own", "on the day"):
        chance, is_apart, is_today = random.Random(2026), read == "nights of its own", read == "on the day"
        cases = [simulated(n, chance, is_read_today=is_today, is_read_apart=is_apart) for n in range(2 * number)]
        for level in LEVELS:
            one = outcome(cases if level == "project" else cases[:number], level)
            cells = (*one[:5], f"{one.ratio:.2f}", f"{one.ratio_behind:.2f}", *one[7:])
            print(
                f"| {level} | {read} | {' | '.join(f'{cell:,}' if isinstance(cell, int) else cell for cell in cells)} |"
            )


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
