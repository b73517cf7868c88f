"""What posts gained over days: a span, and each day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from tests.oracle.came_in import ADDITIVE, ENGAGEMENTS, File, Reading, Tables
from tests.oracle.days import day_of, end_of, start_of
from tests.oracle.described import Described
from tests.oracle.history import World
from tests.oracle.posts import posts as posts_of
from tests.oracle.reach_by_days import spread
from tests.oracle.totals import counted_once, knows_all, totals
from warehouse.plan.model import Plan


def last(readings: Iterable[Reading]) -> Reading | None:
    return max(readings, key=lambda reading: reading.rank, default=None)


def gain(post: Described, metric: str, start: date, end: date, zone: str) -> int | None:
    """What a metric gained from the first day to the end of the last one; None where that is not known.

    docs/rules.md: Lifetime counters.

    It takes a reading inside the span, and one before it: 0 where the post was published inside. It is not known where
    one of the two may have been made on the other side of the span's first or last day.
    """
    opens, closes = start_of(start, zone), end_of(end, zone)
    readings = post.readings.get(metric, ())
    inside = last(reading for reading in readings if opens <= reading.at <= closes)
    if inside is None or (inside.until and inside.until > closes):
        return None
    if before := last(reading for reading in readings if reading.at < opens):
        return None if before.until and before.until >= opens else inside.value - before.value
    return inside.value if post.began and opens <= post.began <= closes else None


def least_gain_of_reach(post: Described, start: date, end: date, zone: str) -> int | None:
    """By how many accounts a post's reach grew at the least, where either of the two readings may be rounded."""
    if gain(post, "reach", start, end, zone) is None:
        return None
    opens, closes = start_of(start, zone), end_of(end, zone)
    readings = post.readings["reach"]
    inside = last(reading for reading in readings if opens <= reading.at <= closes)
    before = last(reading for reading in readings if reading.at < opens)
    assert inside
    return spread(inside.value, inside.is_rounded)[0] - (spread(before.value, before.is_rounded)[1] if before else 0)


def gained(posts: Iterable[Described], start: date, end: date, plan: Plan) -> dict[str, Any]:
    """The measures of a span: known gains added up, and of reach the largest single one.

    docs/rules.md: Reach is not added up.
    """
    everything = list(posts)
    zone = plan.project.timezone
    online = counted_once([post for post in everything if not post.is_outreach])
    out: dict[str, Any] = {"posts": len(online)}
    for metric in ADDITIVE:
        gained_by_post = [gain(post, metric, start, end, zone) for post in online]
        values = [value for value in gained_by_post if value is not None]
        out[metric] = sum(values) if values else None
        out[f"{metric}_known"] = len(values)
    engaged = [[g for m in ENGAGEMENTS if (g := gain(post, m, start, end, zone)) is not None] for post in online]
    out["engagements"] = sum(sum(parts) for parts in engaged) if any(engaged) else None
    out["engagements_known"] = sum(bool(parts) for parts in engaged)
    out["engagements_whole"] = sum(
        knows_all(post, {m for m in ENGAGEMENTS if gain(post, m, start, end, zone) is not None}) for post in online
    )
    opens, closes = start_of(start, zone), end_of(end, zone)
    new = [post for post in everything if not post.is_outreach and not _was_read_before(post, opens)]
    old = [post for post in everything if not post.is_outreach and _was_read_before(post, opens)]
    on_air = [post.published for post in everything if post.is_outreach and post.published]
    out["outreach"] = sum(opens <= at <= closes for at in on_air)
    out["posts_first_seen"] = sum(not _was_read_before(post, opens) for post in online)
    for name, attribute in (("assets_first_seen", "asset"), ("accounts_first_seen", "account")):
        scope = {post.post: post.post[0] if attribute == "account" else "" for post in everything}
        known_before = {(scope[post.post], getattr(post, attribute)) for post in old}
        out[name] = len(
            {(scope[post.post], thing) for post in new if (thing := getattr(post, attribute))} - known_before
        )
    out["baselines_unknown"] = sum(
        any(any(opens <= r.at <= closes for r in post.readings.get(metric, ()))
            and gain(post, metric, start, end, zone) is None for metric in (*ADDITIVE, "reach"))
        for post in online
    )  # fmt: skip
    reach = [g for post in online if (g := least_gain_of_reach(post, start, end, zone)) is not None]
    inside = [
        spread(one.value, one.is_rounded)[0]
        for post in online for spans in post.over_days.values() for (first, last), one in spans.items()
        if start <= first and last <= end
    ]  # fmt: skip
    out["reach_at_least"] = max(0, *reach, *inside) if reach or inside else None
    out |= {"reach_at_most": None, "reach_on": None, "reach_at_most_then": None, "reach_known": len(reach)}
    return out


def _was_read_before(post: Described, instant: datetime) -> bool:
    return post.first_read is not None and post.first_read < instant


def gains(history: Sequence[File], plan: Plan, start: date, end: date) -> Tables:
    """Every table of totals over a span of days of the reporting zone, both of them in it."""
    posts = list(posts_of(World(history, plan), end).values())
    by_table = totals(posts, plan, end, lambda group, _, span_plan: gained(group, start, end, span_plan))
    return {name: rows for name, rows in by_table.items() if name.endswith("_totals") and name != "post_totals"}


def daily(history: Sequence[File], plan: Plan, as_of: date) -> dict[tuple[Any, ...], dict[str, Any]]:
    """``campaign_daily``: a day with readings -> what they gained on the last known ones before.

    A post's first reading counts from 0 since its publication. ``days_covered`` is the largest number of days that one
    of a day's gains covers: from the day after the reading before, or from the day of publication.
    """
    zone, out = plan.project.timezone, {}
    posts = list(posts_of(World(history, plan), as_of).values())
    for campaign in plan.campaigns:
        posts_of_campaign = [post for post in posts if campaign.id in post.campaigns and not post.is_outreach]
        online = counted_once(posts_of_campaign)
        days = {
            day_of(r.at, zone) for post in online for readings in post.readings.values() for r in dated(readings, zone)
        }
        for day in days:
            row: dict[str, Any] = {"days_covered": None}
            for metric in ADDITIVE:
                steps = [step for post in online if (step := step_of(post, metric, day, zone))]
                row[metric] = sum(value for value, _ in steps) if steps else None
                row[f"{metric}_known"] = len(steps)
                row["days_covered"] = max(
                    [*(covered for _, covered in steps), *([row["days_covered"]] if row["days_covered"] else [])],
                    default=None,
                )
            out[campaign.id, day] = row
    return out


def dated(readings: Sequence[Reading], zone: str) -> list[Reading]:
    """Readings of which the day is known."""
    return [r for r in readings if r.until is None or day_of(r.until, zone) == day_of(r.at, zone)]


def step_of(post: Described, metric: str, day: date, zone: str) -> tuple[int, int] | None:
    """What a day's last reading gained on the one before it, and over how many days; None where one is lacking."""
    readings = dated(post.readings.get(metric, ()), zone)
    now = last(reading for reading in readings if day_of(reading.at, zone) == day)
    before = last(reading for reading in readings if day_of(reading.at, zone) < day)
    if now is None:
        return None
    if before:
        return now.value - before.value, (day - day_of(before.at, zone)).days
    if post.began is None or day_of(post.began, zone) > day:
        return None  # a reading of before the publication counts since nobody knows when
    return now.value, (day - day_of(post.began, zone)).days + 1
