"""Posts of two pages that show one video and count its own figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from tests.oracle.came_in import METRICS, Post, Reading, Seen
from tests.oracle.days import day_of
from tests.oracle.described import Described
from tests.oracle.history import World
from tests.oracle.reach_by_days import newest_of_days, reach_by_days
from tests.oracle.readings import readings_of
from tests.oracle.texts import match_key


def by_instant(
    readings: Mapping[str, Sequence[Reading]], end: datetime
) -> tuple[dict[str, Reading], dict[str, list[Reading]]]:
    """The last reading of each metric by an instant, and all of them."""
    past = {m: [r for r in of_metric if r.at <= end] for m, of_metric in readings.items()}
    return {m: max(value, key=lambda reading: reading.rank) for m, value in past.items() if value}, past


def read_together(
    world: World, posts: dict[Post, Described], rows: Mapping[Post, Sequence[Seen]], end: datetime
) -> None:
    """A video's own figures are what any of its pages says of them, since the first of these published it."""
    videos: dict[object, list[Described]] = defaultdict(list)
    for described in posts.values():
        videos[described.counts_as].append(described)
    for pages in videos.values():
        began = min((page.published for page in pages if page.published), default=None)
        shared = [seen for page in pages for seen in rows[page.post]]
        readings, instants = readings_of(world, shared, began)
        for page in pages:
            page.latest, page.readings = by_instant(readings, end)
            until = [at for at in instants if at <= end]
            page.observed, page.first_read, page.began = max(until), min(until), began
            page.over_days = newest_of_days(shared, end, world.zone)
            page.reach_by_days = reach_by_days(page.over_days, began, page.latest.get("reach"), world.zone)
            if page.reach_by_days:  # none of its readings is its reach by now
                page.latest.pop("reach", None)


def show_one_video(world: World, posts: dict[Post, Described]) -> None:
    """Rule 5: posts of two pages that show one video, and count its own figures.

    They share its id, or both are marked as cross-posts with one text; and all known metrics, not all of them 0, are
    equal on the last day on which at least four are known of both.
    """
    by_day = {
        post: {
            day: {m: max(of_day, key=lambda reading: reading.rank) for m, of_metric in described.readings.items()
                  if (of_day := [r for r in of_metric if day_of(r.at, world.zone) == day])}
            for day in {day_of(r.at, world.zone) for of_metric in described.readings.values() for r in of_metric}
        }
        for post, described in posts.items()
    }  # fmt: skip
    group = {post: post for post in posts}
    names = sorted(posts)
    videos = {post: posts[post].video for post in posts}
    for at, one in enumerate(names):
        for two in names[at + 1 :]:
            a, b = posts[one], posts[two]
            if one[0] != two[0] or a.account == b.account or a.is_outreach:
                continue
            shares_video = videos[one] is not None and videos[one] == videos[two]
            is_marked = bool(a.is_crosspost and b.is_crosspost) and match_key(a.text or "") == match_key(b.text or "")
            if not (shares_video or is_marked):
                continue
            common = {
                day: [m for m in METRICS if m in by_day[one][day] and m in by_day[two][day]]
                for day in set(by_day[one]) & set(by_day[two])
            }
            # A day whose files lack columns proves nothing either way.
            telling = [day for day, metrics in common.items() if len(metrics) >= 4]
            if not telling:
                continue
            first, second = by_day[one][max(telling)], by_day[two][max(telling)]
            metrics = common[max(telling)]
            equal = all(first[m].value == second[m].value for m in metrics)
            if equal and any(first[m].value for m in metrics):
                old, new = group[two], group[one]
                group = {post: new if value == old else value for post, value in group.items()}
    sizes = defaultdict(int)
    for item in group.values():
        sizes[item] += 1
    for post, described in posts.items():
        described.counts_as = group[post]
        described.is_crosspost = bool(described.is_crosspost) or sizes[group[post]] > 1
