"""The posts that a person's claim about an account's figure covers, and the bound that the figure gives them.

Claims are few, and so are the posts of each: plain values are looked at, since a frame for each claim costs a hundred
times what its rows do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import polars as pl

from warehouse.reach import windows
from warehouse.reach.of_accounts import AccountReach, Claim
from warehouse.readings.latest import POST


class Reading(NamedTuple):
    """A reading of a post's reach: the days on which it may have been read, the latest instant, and the reach."""

    opens: date
    closes: date
    seen_by: datetime
    least: int | None


@dataclass(frozen=True)
class ClaimedPost:
    """A post, the days on which it may have been published, bounds of its reach, and its readings in their order."""

    opens: date | None
    closes: date | None
    least: int | None
    upper: int | None
    readings: Sequence[Reading]

    def is_outside(self, claim: Claim) -> bool:
        """Whether it was surely published before or after the days."""
        is_before = self.closes is not None and self.closes < claim.first
        return is_before or (self.opens is not None and self.opens > claim.last)

    def held(self, claim: Claim, is_at_its_word: bool) -> Reading | None:
        """The reading up to which a claim holds: the first after its days, or the last that lies within them."""
        if is_at_its_word:
            return next((reading for reading in self.readings if reading.opens > claim.last), None)
        return next((reading for reading in reversed(self.readings) if reading.closes <= claim.last), None)

    def later(self, held: Reading | None, is_at_its_word: bool) -> int | None:
        """At most so many accounts saw it after a reading; None where that is not known."""
        if held is None and is_at_its_word:
            return 0
        if held is not None and held.seen_by == self.readings[-1].seen_by:
            return 0
        if self.upper is None:
            return None
        return self.upper if held is None else max(self.upper - (held.least or 0), 0)


def posts_by_part(
    account_reach: AccountReach, rows: pl.DataFrame, keys: Sequence[str]
) -> Mapping[tuple[object, ...], list[ClaimedPost]]:
    """The posts of accounts with claims, by the values of ``keys`` and their account, without those that stand apart.

    Args:
        account_reach: the accounts' figures.
        rows: a row a post and group: ``platform, post_id, own_account, published_at, is_apart, reach_least,
            reach_upper`` and ``keys``.
        keys: the columns that make a group.
    """
    of_part: dict[tuple[object, ...], list[ClaimedPost]] = defaultdict(list)
    accounts = {account for _, account in account_reach.claims}
    posts = rows.filter(pl.col("own_account").is_in(accounts) & ~pl.col("is_apart"))
    if not posts.height:
        return of_part
    readings: dict[tuple[object, ...], list[Reading]] = defaultdict(list)
    seen_by = pl.col("seen_by")
    of_posts = account_reach.readings.join(posts, on=POST, how="semi").sort("seen_by")
    days = (windows.opens(seen_by).alias("opens"), windows.closes(seen_by).alias("closes"))
    for *post, opens, closes, at, least in of_posts.select(*POST, *days, "seen_by", "least").iter_rows():
        readings[tuple(post)].append(Reading(opens, closes, at, least))
    published = pl.col("published_at")
    published_days = (windows.opens(published).alias("opens"), windows.closes(published).alias("closes"))
    values = posts.select(pl.struct(POST).alias("post"), *published_days, "reach_least", "reach_upper")
    of_row = posts.select(*keys, "own_account")
    for part, (post, opens, closes, least, upper) in zip(of_row.iter_rows(), values.iter_rows(), strict=True):
        of_part[part].append(ClaimedPost(opens, closes, least, upper, readings[tuple(post[name] for name in POST)]))
    return of_part


def covered(posts: Sequence[ClaimedPost], claim: Claim, is_at_its_word: bool) -> tuple[int | None, int]:
    """At most so many accounts saw the posts by a claim that it covers them, and the largest reach that it must hold.

    U <= R + what posts gained later + the reach of those that were surely published outside the days
    ("Growth after a figure" in docs/rules.md). At its word, a claim that it covers the posts holds through each
    post's first reading after its days; else only through the last reading that lies within them in every zone. What a
    post gained from then on is added.
    """
    later: list[int | None] = []
    largest = 0
    for post in posts:
        if post.is_outside(claim):
            later.append(post.upper)
            continue
        held = post.held(claim, is_at_its_word)
        later.append(post.later(held, is_at_its_word))
        least = held.least if held else None
        if least is None and is_at_its_word:
            least = post.least
        largest = max(largest, least or 0)
    most = None if None in later else claim.most + sum(one or 0 for one in later)
    return most, largest
