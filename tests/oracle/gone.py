"""Since when a post is gone from its platform."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from tests.oracle.came_in import Post, Seen
from tests.oracle.days import day_of
from tests.oracle.described import Described
from tests.oracle.history import World


def find_gone(world: World, posts: dict[Post, Described], rows: Mapping[Post, Sequence[Seen]], end: datetime) -> None:
    """Rule 3: a post is gone since the first whole list after it was last seen that should have it.

    A day at either end of a list is left out, since its days are not the reporting zone's. One that lacks more posts
    of an account than it has, or a kind of post altogether, tells nothing; neither do people's own sheets.
    """
    last: dict[Post, datetime] = {}
    in_loads: dict[int, set[Post]] = defaultdict(set)
    for post in posts:
        for seen in rows[post]:
            if seen.grade == "export" and seen.at <= end:
                last[post] = max(seen.last_at, last.get(post, seen.last_at))
                in_loads[seen.load].add(post)
    covered: dict[str | None, list[tuple[datetime, datetime, datetime]]] = defaultdict(list)
    for number, load in enumerate(world.loads):
        if load.lists is None or load.at > end:
            continue
        opens = datetime.combine(load.lists[0] + timedelta(days=1), time())
        closes = min(datetime.combine(load.lists[1], time()), load.at)

        def would_list(post: Post, opens: datetime = opens, closes: datetime = closes) -> bool:
            published = posts[post].published
            return published is not None and opens <= published < closes

        inside = [post for post in in_loads[number] if would_list(post) and posts[post].account]
        has: dict[str | None, list[Post]] = defaultdict(list)
        for post in inside:
            has[posts[post].account].append(post)
        for account, ha in has.items():
            if len(ha) < max(map(len, has.values())):
                continue  # it is the list of another account, which posted here too
            covered[account].append((opens, closes, load.last_at))
            kinds = {posts[post].kind for post in ha}
            lost = [
                post for post, at in last.items()
                if at < load.at and post[0] == "facebook" and posts[post].account == account and would_list(post)
                and posts[post].kind in kinds
            ]  # fmt: skip
            for post in lost if len(lost) <= len(ha) else ():
                since = day_of(load.at, world.zone)
                posts[post].gone, posts[post].is_watched = min(posts[post].gone or since, since), True
    for post, at in last.items():
        spans, published = covered[posts[post].account], posts[post].published
        if post[0] == "facebook" and spans and published:
            opens, closes, listed = min(s[0] for s in spans), max(s[1] for s in spans), max(s[2] for s in spans)
            posts[post].is_watched |= opens <= published < closes and listed >= at
