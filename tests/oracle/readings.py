"""Lifetime readings of a post, and what its newest undamaged rows say of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from tests.oracle.came_in import ADDITIVE, Reading, Seen
from tests.oracle.days import day_of, end_of, start_of
from tests.oracle.history import World
from tests.oracle.rows import PACIFIC


def readings_of(
    world: World, rows: Sequence[Seen], published: datetime | None
) -> tuple[dict[str, list[Reading]], list[datetime]]:
    """Lifetime readings of each metric, and the instants at which the post was read at all.

    A period is one for a post published inside it, as of its last day, of which the last to be read counts; gains of an older post chain from a day on
    which the total is known, through periods that each begin the day after: the fewest that reach a day.
    """
    readings: dict[str, list[Reading]] = defaultdict(list)
    instants: list[datetime] = []
    total_on: dict[str, dict[date, Reading]] = defaultdict(dict)
    gains: dict[tuple[str, str], dict[tuple[date, date], tuple[datetime, int]]] = defaultdict(dict)
    since_publication: dict[tuple[str, date], list[tuple[datetime, Reading]]] = defaultdict(list)

    def take(metric: str, reading: Reading, day: date | None) -> None:
        readings[metric].append(reading)
        if day and (day not in total_on[metric] or reading.rank > total_on[metric][day].rank):
            total_on[metric][day] = reading

    for seen in rows:
        at, day = seen.at, seen.day
        if seen.period:
            start, end = seen.period
            zone = PACIFIC if seen.grade == "export" else world.zone
            at, day = end_of(end, world.zone), end
            if not (published and start_of(start, zone) <= published <= end_of(end, zone)):
                for metric in set(seen.metrics) & set(ADDITIVE):
                    earlier = gains[metric, seen.grade].get(seen.period)
                    gain = (seen.at, seen.metrics[metric].value)
                    gains[metric, seen.grade][seen.period] = max(earlier, gain) if earlier else gain
                instants.append(at)
                continue
        instants.append(at)
        for metric, one in seen.metrics.items():
            if seen.period:
                reading = Reading(at, one.value, one.is_rounded, seen.grade)
                since_publication[metric, seen.period[1]].append((seen.at, reading))
            else:
                take(metric, Reading(at, one.value, one.is_rounded, seen.grade, seen.until), day)
    for (metric, day), told in since_publication.items():
        take(metric, max(told, key=lambda one: (one[0], one[1].rank))[1], day)
    for (metric, grade), periods in gains.items():
        reached = dict(total_on[metric])
        edge = dict(reached)
        while edge:
            following: dict[date, Reading] = {}
            for (start, end), (_, gain) in sorted(periods.items()):
                base = edge.get(start - timedelta(days=1))
                if base and end not in reached and end not in following:
                    reading = Reading(end_of(end, world.zone), base.value + gain, base.is_rounded, grade)
                    following[end] = reading
                    readings[metric].append(reading)
                    instants.append(reading.at)
            reached |= following
            edge = following
    return readings, instants


def description_of(world: World, rows: Iterable[Seen], instant: datetime) -> dict[str, Any]:
    """Texts, names and the like: the newest at or before an instant, each by itself, undamaged before damaged.

    Where only later files describe a post, theirs stand (DECISIONS, Days, periods, instants). Of times of publication
    the finest told goes before the newest: a post comes out once.
    """
    out: dict[str, Any] = {"undecided": set()}

    def trust(seen: Seen, name: str) -> tuple[Any, ...]:
        is_past = seen.at <= instant
        is_fine = name == "published" and not is_a_whole_day(world, seen)
        return not seen.is_damaged, is_fine, is_past, seen.at if is_past else datetime.max - seen.at

    for name in ("text", "kind", "account", "account_name", "published", "is_crosspost", "organisation", "url",
                 "video", "number"):  # fmt: skip
        saying = [seen for seen in rows if getattr(seen, name) is not None]
        if saying:
            most = max(trust(seen, name) for seen in saying)
            best = [getattr(seen, name) for seen in saying if trust(seen, name) == most]
            if len(set(best)) > 1:
                out["undecided"].add(name)
            out[name] = best[0]
    return out


def is_a_whole_day(world: World, seen: Seen) -> bool:
    """Whether a row tells of the day of publication alone: no kind of file here tells seconds."""
    zone = PACIFIC if seen.grade == "export" else world.zone
    return seen.published is not None and start_of(day_of(seen.published, zone), zone) == seen.published
