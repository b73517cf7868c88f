"""What accounts' own deduplicated reach adds to the bounds of :mod:`warehouse.reach.bounds`.

docs/rules.md: Reach is not added up.

Two kinds of an account's own figures count, each by its scope; one of unknown scope proves nothing and is unused:

- windows: reach over days, of platforms whose documentation says that it counts all of the account's content
  (``Platform.is_account_reach_of_posts``). They cover the account's posts, so they bound them from above.
- claims: a campaign's ``account_figures`` with a ``scope``, which is a person's word for those days. ``covers``: all
  that the account's posts of the campaign reached is in it (upper bound); ``inside``: nothing else is in it (lower
  bound); ``equal``: both.

Why each table may use them:

- An account's posts in a group of one campaign are some of its posts of the campaign. What holds all of these accounts
  holds those of a part: ``covers`` and windows count in every table.
- ``inside`` holds accounts that some post of the campaign reached, maybe one outside a part: it counts only where a
  group has all of the campaign's posts of the account (not by kind, asset or stage).
- In activities and the project an account's posts are the union of its campaigns' parts. A union has at most the
  sum of the parts' bounds, and at least the accounts of each: sum of uppers, largest of lowers.
- Accounts add up: a group has at most the sum of its accounts' bounds, at least the largest of them.
- A video that was cross-posted shows the figures of all of its pages: no page's own figure covers it, and it counts
  with its own reach.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from warehouse.reach import bounds, windows
from warehouse.reach.claimed_posts import ClaimedPost, covered, posts_by_part
from warehouse.reach.of_accounts import AccountReach, Claim
from warehouse.reach.windows import Step
from warehouse.readings.latest import POST

_SUBSETS = {"kind", "asset_id", "stage"}
"""Columns that make groups of only some of an account's posts of a campaign."""


@dataclass
class _Part:
    """An account's posts in a group: what they know alone, and what its own figures make of it."""

    group: tuple[object, ...]
    account: str
    upper: int
    missing: int
    apart: int
    apart_missing: int
    most: int | None = None
    most_words: str = ""
    least: int | None = None
    least_words: str = ""
    dropped: list[str] = field(default_factory=list)

    @property
    def bound(self) -> int | None:
        """At most so many accounts saw its posts, but for those that stand apart."""
        return self.most if self.most is not None else self.upper if self.missing == 0 else None

    def lower_most(self, most: int, words: str) -> None:
        """Takes a bound that is better than the one it has."""
        if self.bound is None or most < self.bound:
            self.most, self.most_words = most, words


def of_groups(account_reach: AccountReach, posts: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame | None:
    """What accounts' own figures say of each group: the columns of ``by`` and of :data:`reach.OF_ACCOUNTS`.

    Null where they say nothing of any group.

    Args:
        account_reach: the accounts' figures.
        posts: :func:`with_counting_post`'s rows with ``campaign_id`` and the columns of ``by``.
        by: the columns that make a group.
    """
    if not account_reach.posts.height:
        return None
    keys = list(by) if "campaign_id" in by else ["campaign_id", *by]
    columns = _columns(POST, keys)
    rows = posts.select(*columns, "reach_least", "reach_upper").join(account_reach.posts, on=POST).unique(columns)
    rows = rows.sort(*keys, "own_account", *POST)  # the order in which a group's accounts are told
    parts = list(_parts(account_reach, rows, keys, is_whole=not _SUBSETS & set(by)))
    if "campaign_id" not in by:
        parts = list(_joined(account_reach, rows, list(by), parts))
    parts_of_group = defaultdict(list)
    for part in parts:
        if part.most is not None or part.least is not None or part.dropped:
            parts_of_group[part.group].append(part)
    if not parts_of_group:
        return None
    types = {name: posts.schema[name] for name in by} | bounds.OF_ACCOUNTS
    return pl.DataFrame([(*group, *_told(some)) for group, some in parts_of_group.items()], schema=types, orient="row")


def _columns(*lists: Sequence[str]) -> list[str]:
    """Each column once: a platform may be of a post and of a group."""
    return list(dict.fromkeys(name for columns in lists for name in columns))


def _parts(account_reach: AccountReach, rows: pl.DataFrame, keys: list[str], is_whole: bool) -> Iterator[_Part]:
    """Each account's posts in each group of one campaign."""
    posts_of = posts_by_part(account_reach, rows, keys) if account_reach.claims else {}
    for part in _bounded_by_windows(account_reach, rows, keys):
        claims = account_reach.claims.get((str(part.group[keys.index("campaign_id")]), part.account), ())
        if claims:
            _claimed(part, claims, posts_of.get((*part.group, part.account), ()), is_whole)
        yield part


def _joined(account_reach: AccountReach, rows: pl.DataFrame, by: list[str], parts: Sequence[_Part]) -> Iterator[_Part]:
    """Each account's posts in each group of several campaigns, from its parts in each of them."""
    parts_of: dict[tuple[object, ...], list[_Part]] = defaultdict(list)
    for part in parts:
        parts_of[(*part.group[1:], part.account)].append(part)
    for part in _bounded_by_windows(
        account_reach, rows.unique(_columns(by, POST), keep="first", maintain_order=True), by
    ):
        mine = parts_of[(*part.group, part.account)]
        most = [one.bound for one in mine]
        if any(one.most is not None for one in mine) and None not in most:
            words = list(dict.fromkeys(one.most_words for one in mine if one.most_words))
            shown = words[0] if len(words) == 1 else f"{part.account} at what its campaigns come to"
            part.lower_most(sum(one for one in most if one is not None), shown)
        best = max((one for one in mine if one.least is not None), key=lambda one: one.least or 0, default=None)
        if best:
            part.least, part.least_words = best.least, best.least_words
        part.dropped = list(dict.fromkeys(words for one in (part, *mine) for words in one.dropped))
        yield part


def _bounded_by_windows(account_reach: AccountReach, rows: pl.DataFrame, keys: list[str]) -> Iterator[_Part]:
    """Each account's posts in each group, with the smallest bound that its windows give."""
    upper, is_apart = pl.col("reach_upper"), pl.col("is_apart")
    sums = rows.group_by(*keys, "own_account", maintain_order=True).agg(
        upper.filter(~is_apart).sum().alias("upper"),
        upper.filter(~is_apart).is_null().sum().alias("missing"),
        upper.filter(is_apart).sum().alias("apart"),
        upper.filter(is_apart).is_null().sum().alias("apart_missing"),
        windows.opens(pl.col("published_at")).filter(~is_apart).drop_nulls().unique().sort().alias("days"),
    )
    made: dict[tuple[str, int, date], list[windows.Chain]] = {}
    parts: list[tuple[_Part, list[list[tuple[date, list[windows.Chain]]]]]] = []
    for *group, account, upper_known, missing, apart, apart_missing, days in sums.iter_rows():
        part = _Part(tuple(group), account, upper_known, missing, apart, apart_missing)
        sources = []
        for source, of_source in enumerate(account_reach.windows.get(account, ())):
            chains_of_source = []
            for first, last in windows.runs(of_source):
                since = next((day for day in days if first <= day <= last), None)
                if since is None:
                    continue
                if (account, source, since) not in made:
                    made[account, source, since] = windows.chains(of_source, since)
                chains_of_source.append((since, made[account, source, since]))
            # The first chain holds the fewest. Where even it holds more than all posts together, none helps.
            if any(chains and (missing or chains[0].most < upper_known) for _, chains in chains_of_source):
                sources.append(chains_of_source)
        parts.append((part, sources))
    changes = _steps(account_reach, rows, keys, [(*part.group, part.account) for part, sources in parts if sources])
    for part, sources in parts:
        for chains_of_source in sources:
            _take(part, chains_of_source, changes[(*part.group, part.account)])
        yield part


def _steps(
    account_reach: AccountReach, rows: pl.DataFrame, keys: list[str], groups: Sequence[tuple[object, ...]]
) -> dict[tuple[object, ...], list[Step]]:
    """What changes with each day for the posts of these groups and accounts."""
    steps_of: dict[tuple[object, ...], list[Step]] = defaultdict(list)
    if not groups:
        return steps_of
    on = [*keys, "own_account"]
    wanted = pl.DataFrame(groups, schema={name: rows.schema[name] for name in on}, orient="row")
    per_day = (
        rows.select(_columns(keys, POST, ["own_account"]))
        .join(wanted, on=on, how="semi", nulls_equal=True)
        .join(account_reach.steps, on=POST)
        .group_by(*on, "day", "begins")
        .agg(pl.col("gained", "settled").sum(), pl.col("least").max())
        .sort("day", "begins")
    )
    for row in per_day.iter_rows():
        day, first, gained, settled, least = row[len(on) :]
        steps_of[row[: len(on)]].append(Step(first, day, gained, settled, least))
    return steps_of


def _take(part: _Part, chains_of_source: Sequence[tuple[date, list[windows.Chain]]], steps: Sequence[Step]) -> None:
    """Takes the smallest bound of one source's windows, or leaves them out where a post's reach refutes them."""
    best: windows.Found | None = None
    for since, chains in chains_of_source:
        one = windows.smallest(chains, since, part.upper, part.missing, steps)
        if one and one.above is not None:
            span = f"{one.chain.first} to {one.chain.last}"
            part.dropped.append(
                f"left out: {part.account}'s own reach of {span} ({one.most}), below a post's {one.above}"
            )
            return
        if one and (best is None or one.most < best.most):
            best = one
    if best:
        part.lower_most(best.most, _words(part.account, best))


def _words(account: str, bound: windows.Found) -> str:
    chain, more = bound.chain, bound.most - bound.chain.most
    how_many = "" if chain.windows == 1 else f" ({chain.windows} windows added up)"
    outside = f" and {more} that its posts had outside these days" if more else ""
    return f"{account} at its own reach of {chain.first} to {chain.last}{how_many}{outside}"


def _claimed(part: _Part, claims: Sequence[Claim], posts: Sequence[ClaimedPost], is_whole: bool) -> None:
    """Takes what a person says of the account's figures into its part, and leaves out what contradicts the posts."""
    alone = None if part.missing or part.apart_missing else part.upper + part.apart
    kept: list[tuple[int, str]] = []
    for claim in claims:
        words = f"{part.account}'s own reach of {claim.first} to {claim.last}"
        if claim.scope != "covers" and is_whole and alone is not None and claim.least > alone:
            part.dropped.append(f"left out: {words} ({claim.least}), above the sum of its posts' {alone}")
            continue
        if claim.scope != "inside":
            most, seen = covered(posts, claim, is_at_its_word=True)
            if seen > claim.most:  # what was read after its days may have come after them
                most, least = covered(posts, claim, is_at_its_word=False)
                is_refuted = least > claim.most or most is None or (part.bound is not None and most >= part.bound)
                seen = seen if is_refuted else least
            if seen > claim.most:
                part.dropped.append(f"left out: {words} ({claim.most}), below a post's {seen}")
                continue
            if most is not None:
                more = most - claim.most
                outside = f" and {more} that its posts had outside these days" if more else ""
                part.lower_most(
                    most, f"{part.account} at its own reach of {claim.first} to {claim.last}, which covers it{outside}"
                )
        if claim.scope != "covers" and is_whole:
            kept.append((claim.least, words))
    bound = None if part.bound is None or part.apart_missing else part.bound + part.apart
    crossing = [(least, words) for least, words in kept if bound is not None and least > bound]
    if crossing:
        part.dropped += [f"left out: {words} ({least}), above {part.most_words} ({bound})" for least, words in crossing]
        part.most, part.most_words = None, ""
    kept = [one for one in kept if one not in crossing]
    if kept:
        part.least, words = max(kept)
        part.least_words = f"{words}, which lies within it"


def _told(parts: Sequence[_Part]) -> tuple[int | None, int, int, str | None, str | None, str | None]:
    """A group's columns of :data:`reach.OF_ACCOUNTS`, from its accounts'."""
    bounded = [part for part in parts if part.most is not None]
    change = sum((part.most or 0) - part.upper for part in bounded)
    best = max((part for part in parts if part.least is not None), key=lambda part: part.least or 0, default=None)
    some = [part.most_words for part in bounded]
    most_words = ", ".join(some) if len(some) <= 2 else f"{len(some)} accounts at their own reach over days"
    dropped = [words for part in parts for words in part.dropped]
    if len(dropped) > 2:
        dropped = [*dropped[:2], f"and {len(dropped) - 2} more figures of accounts"]
    return (
        best.least if best else None,
        change,
        sum(part.missing for part in bounded),
        best.least_words if best else None,
        most_words or None,
        "; ".join(dropped) or None,
    )
