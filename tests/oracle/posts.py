"""Every post as of a day, with what took it."""

from __future__ import annotations

from datetime import date, datetime

from tests.oracle.attribution import attribute
from tests.oracle.came_in import Post
from tests.oracle.days import end_of
from tests.oracle.described import Described
from tests.oracle.gone import find_gone
from tests.oracle.history import World
from tests.oracle.one_video import by_instant, read_together, show_one_video
from tests.oracle.readings import description_of, readings_of


def posts(world: World, as_of: date) -> dict[Post, Described]:
    """Every post with a lifetime reading by the end of a day, with what took it."""
    end = end_of(as_of, world.zone)
    described: dict[Post, Described] = {}
    everything = world.rows()
    for post, rows in everything.items():
        says = description_of(world, rows, end)
        readings, instants = readings_of(world, rows, says.get("published"))
        if not (seen_at := [at for at in instants if at <= end]):
            continue
        account = world.account_of(post[0], says.get("account"))
        described[post] = Described(
            post, says.get("kind"), account, name_of(world, post[0], account, end),
            organisation_of(world, post[0], account, end), says.get("text"),
            says.get("published"), says.get("is_crosspost"), says.get("url"), says.get("number"),
            max(seen_at), *by_instant(readings, end),
            video=says.get("video"), undecided=frozenset(says["undecided"]), began=says.get("published"),
            first_read=min(seen_at),
        )  # fmt: skip
    find_gone(world, described, everything, end)
    show_one_video(world, described)
    read_together(world, described, everything, end)
    attribute(world, described)
    return described


def organisation_of(world: World, platform: str, account: str | None, end: datetime) -> str | None:
    """Whose account it is: by the plan, else by the newest source that says so."""
    for this_account in world.plan.accounts:
        if (this_account.platform, this_account.account_id) == (platform, account) and this_account.organisation:
            return this_account.organisation
    return newest_word_on(world, platform, account, "organisation", end)


def name_of(world: World, platform: str, account: str | None, end: datetime) -> str | None:
    """Its newest name."""
    return newest_word_on(world, platform, account, "account_name", end)


def newest_word_on(world: World, platform: str, account: str | None, what: str, end: datetime) -> str | None:
    saying = [
        seen for seen in world.telling
        if seen.post[0] == platform and getattr(seen, what) and seen.account
        and world.account_of(platform, seen.account) == account
    ]  # fmt: skip
    until = [seen for seen in saying if seen.at <= end]
    if until:
        return getattr(max(until, key=lambda seen: seen.at), what)
    return getattr(min(saying, key=lambda seen: seen.at), what) if saying else None
