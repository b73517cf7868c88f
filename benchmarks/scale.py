"""What a network of thousands of members costs, calculated from measured unit costs: the tables of docs/scale.md.

Each constant says where it comes from: a benchmark, a platform's or maker's page, or an assumption.
``tests/test_scale.py`` holds the page to what this prints. Run: python -m benchmarks.scale
"""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

ORGANISATIONS, PAGES, POSTS, READINGS = 10_000, 100_000, 10**9, 10**11
"""What is asked about. Assumed: each organisation has a page on each of ten platforms, and did this in ten years."""
PLATFORM_PAGES = PAGES // 10
MEMBER_POSTS, MEMBER_READINGS = POSTS // ORGANISATIONS, READINGS // ORGANISATIONS

NIGHTS = {40: 4 / 7, 80: 2 / 7, 250: 1 / 7}
"""Posts that a page's night reads, and on which part of nights, as flows/steps/ask_apis.py reads fewer as posts age.

A page that published 10,000 posts in ten years has 38 of at most 14 days, 82 of 30 days and 247 of 90 days."""

FIRST_NIGHT_CPU, FIRST_NIGHT_MIB = 354.0, 1781
NIGHT_CPU, NIGHT_MIB = 19.1, 944
"""CPU s and MiB of a first night over 10^7 readings, and of one more day; RESULTS, 29 November 2026."""
ASKING_CPU = 0.31
"""CPU s a page, at most: 200 pages took 31 s on two processors; RESULTS, ``benchmarks.apis``."""
LOOK_CPU, LOOK_SERVER_CPU = 3.5, 0.7
"""CPU s of a look at an inbox to which nothing came, and of the Prefect server beside it; ``benchmarks.looks``."""
LOOKS_A_DAY = 24 * 6
UNION_POST_CPU, UNION_POST_BYTES = 8.8e-6, 510
"""CPU s and bytes of memory a post that members count, in the secretariat's night; ``benchmarks.members``."""

WAREHOUSE_BYTES = 86
"""A reading: 824 MiB of 10^7; RESULTS, "The best statement for a past day"."""
ARCHIVE_BYTES = 71
"""A reading, with the log of events: most came by APIs; RESULTS, "Years of nights". Exports alone take 26."""
PUBLISHED_BYTES, PUBLISHED_POST_BYTES = 45_500_000, 496
"""The folder whatever it holds, and a post more: 5,000 and 50,000 posts of ``benchmarks.daily_exports``."""

MACHINE_CPUS, MACHINE_BYTES, DISK_BYTES = 8, 32 * 10**9, 10**12
MACHINE_EUROS = (138, 271)
"""A month of a server of 8 processors and 32 GB: Hetzner CCX33, AWS m6a.2xlarge in Frankfurt; list prices without VAT
of 28 October 2026, github.com/moveinfra/eu-cloud-prices."""
DISK_EUROS = 0.0572
"""A GB and month of a Hetzner volume, without VAT, 27 May 2026; github.com/devantler-tech/platform, commit cb791c6f."""
NIGHT_HOURS = 6
"""Assumed: between the last reading of a day and people's morning. It is also how long a night waits for its turn."""
USED = 0.7
"""Assumed: the part of a machine's processors that work fills."""
QUESTION_SECONDS = 0.3
"""Assumed: how long a platform takes to answer one question."""

DAYS_A_MONTH = 365 / 12
X_POSTS_A_MONTH, X_DOLLARS, X_OWNED_DOLLARS = 3_000_000, 0.005, 0.001
"""What X lets an app read in a month, and takes for a post; where the app is the account's own."""


class Platform(NamedTuple):
    """What one page costs with 40, 80 and 250 posts that are read, and what is allowed.

    ``units`` are what the platform counts, where that is not requests. ``limit`` is the units that it allows in a night
    of :data:`NIGHT_HOURS`, null where it publishes none; ``whose`` says for whom. ``is_pages_own`` says that each page,
    account or site has that limit to itself.
    """

    requests: tuple[int, int, int]
    limit: float | None
    whose: str
    units: tuple[int, int, int] | None = None
    is_pages_own: bool = False

    @property
    def requests_a_night(self) -> float:
        """Of one page, in the middle of many nights."""
        return _in_the_middle(self.requests)

    @property
    def units_a_night(self) -> float:
        """Of one page, in the middle of many nights."""
        return _in_the_middle(self.units or self.requests)

    @property
    def served(self) -> int | None:
        """Pages that one limit is enough for; null where it is not known, or is each page's own."""
        return None if self.limit is None or self.is_pages_own else int(self.limit / self.units_a_night)


PLATFORMS = {
    "facebook": Platform((4, 4, 8), 4_800, "a page has 4,800 times its engaged users", is_pages_own=True),
    "instagram": Platform(
        (5, 5, 7), 4_800, "an account has 4,800 times its displays of a day", units=(12, 20, 56), is_pages_own=True
    ),
    "threads": Platform((42, 82, 254), 48_000, "an account has at least 48,000 a day", is_pages_own=True),
    "youtube": Platform((5, 7, 14), 10_000, "a project has 10,000 units a day", units=(3, 5, 11)),
    "tiktok": Platform((4, 6, 15), 600 * 60 * NIGHT_HOURS, "an app has 600 a minute"),
    "x": Platform((2, 2, 4), X_POSTS_A_MONTH / DAYS_A_MONTH, "an app has 3 million posts a month", units=(42, 82, 252)),
    "linkedin": Platform((5, 7, 17), None, "an app has so many a day; how many is not published"),
    "website": Platform(
        (5, 6, 6), 200_000, "a property has 200,000 tokens a day", units=(40, 50, 50), is_pages_own=True
    ),
    "bluesky": Platform((2, 2, 4), 3_000 * 12 * NIGHT_HOURS, "an address has 3,000 in 5 minutes (not verified)"),
    "mastodon": Platform((3, 4, 9), 300 * 12 * NIGHT_HOURS, "an address has 300 in 5 minutes on each server"),
}
"""Counted as ``benchmarks.apis`` counts, with 40, 80 and 250 posts; docs/scale.md links each limit's page. A question
to GA4 is counted as ten tokens, which Google calls usual at most."""


class Part(NamedTuple):
    """A part of the work: what one member costs, what all do, and how many members one machine holds by it alone."""

    what: str
    a_member: str
    all_members: str
    members: int | None


def parts() -> list[Part]:
    """What the members' nights and looks, their storage and the secretariat's night cost."""
    night, looks = NIGHT_CPU + ASKING_CPU * PAGES / ORGANISATIONS, LOOKS_A_DAY * (LOOK_CPU + LOOK_SERVER_CPU)
    kept = (WAREHOUSE_BYTES + ARCHIVE_BYTES) * MEMBER_READINGS
    shown = PUBLISHED_BYTES + PUBLISHED_POST_BYTES * MEMBER_POSTS
    union_bytes, union = UNION_POST_BYTES * MEMBER_POSTS, UNION_POST_CPU * MEMBER_POSTS
    whole_day, one_night = (USED * MACHINE_CPUS * 3600 * hours for hours in (24, NIGHT_HOURS))
    return [
        Part(
            "first night, once",
            f"{FIRST_NIGHT_CPU:.0f} CPU s, {FIRST_NIGHT_MIB:,} MiB",
            _cpu_days(FIRST_NIGHT_CPU),
            None,
        ),
        Part("each night", f"{night:.0f} CPU s, {NIGHT_MIB} MiB", _cpu_days(night), int(one_night / night)),
        Part("looks at the inbox, each day", f"{looks:.0f} CPU s", _cpu_days(looks), int(whole_day / looks)),
        Part(
            "archive and warehouse",
            f"{kept / 1e9:.1f} GB",
            f"{kept * ORGANISATIONS / 1e12:.0f} TB",
            int(DISK_BYTES / (kept + shown)),
        ),
        Part("published", f"{shown / 1e6:.0f} MB", f"{shown * ORGANISATIONS / 1e12:.1f} TB", None),
        Part(
            "the members' figures together",
            f"{union:.1f} CPU s, {union_bytes / 1e6:.0f} MB of memory",
            f"{_cpu_days(union)}, {union_bytes * ORGANISATIONS / 1e12:.1f} TB of memory",
            int(MACHINE_BYTES * USED / union_bytes),
        ),
    ]


def euros_a_month() -> list[tuple[str, str]]:
    """What machines and disks for all members cost, and what X takes for its pages' posts, by what pays."""
    by_what = {one.what: one for one in parts()}
    machines = {
        "nights": ceil(ORGANISATIONS / (by_what["each night"].members or 1)),
        "looks every ten minutes": ceil(ORGANISATIONS / (by_what["looks at the inbox, each day"].members or 1)),
    }
    rows = [
        (f"{number} machines for {what}", f"{number * MACHINE_EUROS[0]:,} to {number * MACHINE_EUROS[1]:,} €")
        for what, number in machines.items()
    ]
    stored = (WAREHOUSE_BYTES + ARCHIVE_BYTES) * READINGS + (
        PUBLISHED_BYTES + PUBLISHED_POST_BYTES * MEMBER_POSTS
    ) * ORGANISATIONS
    rows.append((f"{stored / 1e12:.0f} TB of disk, kept twice", f"{2 * stored / 1e9 * DISK_EUROS:,.0f} €"))
    posts = PLATFORMS["x"].units_a_night * PLATFORM_PAGES * DAYS_A_MONTH
    rows.append(
        (
            f"{posts / 1e6:.0f} million posts of X, read by each account's own app, or by another",
            f"{posts * X_OWNED_DOLLARS:,.0f} $, {posts * X_DOLLARS:,.0f} $",
        )
    )
    return rows


def tables() -> str:
    """The page's tables, as Markdown."""
    work = [(one.what, one.a_member, one.all_members, _members(one.members)) for one in parts()]
    requests = [
        (
            name,
            f"{one.requests_a_night * PLATFORM_PAGES:,.0f}",
            one.whose,
            f"{one.units_a_night / (one.limit or 1):.2%} of it" if one.is_pages_own else _members(one.served),
            f"{PLATFORM_PAGES * one.requests_a_night * QUESTION_SECONDS / 3600:.1f}",
        )
        for name, one in PLATFORMS.items()
    ]
    return "\n\n".join(
        (
            _table(("", "a member", f"{ORGANISATIONS:,} members", "members a machine"), work),
            _table(
                ("", "requests a night", "what is allowed", "pages that it is enough for", "hours in turn"), requests
            ),
            _table(("a month", ""), euros_a_month()),
        )
    )


def _in_the_middle(counts: tuple[int, int, int]) -> float:
    return sum(count * part for count, part in zip(counts, NIGHTS.values(), strict=True))


def _cpu_days(seconds_a_member: float) -> str:
    return f"{seconds_a_member * ORGANISATIONS / 86_400:,.1f} processors for a day"


def _members(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


def _table(head: tuple[str, ...], lines: list[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, ("---",) * len(head), *lines))


if __name__ == "__main__":
    print(tables())
