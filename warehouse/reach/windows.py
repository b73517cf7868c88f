"""An account's own reach over windows of days, and the fewest accounts that a chain of them can hold.

Every account that saw a post while windows covered the days is in one of them, and Boole's inequality holds for
windows as it does for posts: the union has at most the sum of the windows' reach.

A window's days are dates of a zone that nobody told. An instant lies, in any zone, between 12 hours before and
14 hours after its date in UTC: :func:`opens` and :func:`closes` take the worse end.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import polars as pl

WEST, EAST = pl.duration(hours=12), pl.duration(hours=14)
"""How far the last zone is behind UTC, and the first before it."""


def opens(instant: pl.Expr) -> pl.Expr:
    """The first day that an instant may fall on: windows from this day on miss nothing after it."""
    return (instant - WEST).dt.date()


def closes(instant: pl.Expr) -> pl.Expr:
    """The last day that an instant may fall on: windows through this day miss nothing before it."""
    return (instant + EAST).dt.date()


class Window(NamedTuple):
    """Accounts reached from the first to the last day, ``most`` of them at the most."""

    first: date
    last: date
    most: int


class Chain(NamedTuple):
    """Windows without a day missing between them; ``most`` is the sum of theirs."""

    first: date
    last: date
    most: int
    windows: int


class Step(NamedTuple):
    """What changes with a day, for posts first seen on ``begins`` or later.

    ``gained`` accounts fewer are left that may have come later; ``settled`` posts more are covered for good;
    ``least`` is the largest reach that a post had by then.
    """

    begins: date
    day: date
    gained: int
    settled: int
    least: int


class Found(NamedTuple):
    """A bound, and the chain it rests on. Where ``above`` is set, a post's reach by the end of it was larger."""

    most: int
    chain: Chain
    above: int | None


def runs(windows: Iterable[Window]) -> list[tuple[date, date]]:
    """The spans of days that windows cover without a gap."""
    spans: list[tuple[date, date]] = []
    for window in sorted(windows):
        if spans and window.first.toordinal() <= spans[-1][1].toordinal() + 1:
            spans[-1] = (spans[-1][0], max(spans[-1][1], window.last))
        else:
            spans.append((window.first, window.last))
    return spans


def chains(windows: Iterable[Window], since: date) -> list[Chain]:
    """The chains that cover every day since ``since``, by their last day.

    Those that hold more accounts than one that ends later are left out: what is left ends later only by holding more.
    Windows may overlap, which only makes the sum larger than it had to be.
    """
    best: list[Chain] = []  # ends and sums both grow, so that the first of those that end late enough holds the fewest
    for window in sorted(windows, key=lambda w: (w.last, w.first, w.most)):
        if window.last < since:
            continue
        if window.first <= since:
            chain = Chain(window.first, window.last, window.most, 1)
        else:
            at = bisect_left(best, window.first.toordinal() - 1, key=lambda one: one.last.toordinal())
            if at == len(best):
                continue
            before = best[at]
            chain = Chain(before.first, window.last, before.most + window.most, before.windows + 1)
        if best and best[-1].last == chain.last and best[-1].most <= chain.most:
            continue
        while best and best[-1].most >= chain.most:
            best.pop()
        best.append(chain)
    return best


def smallest(
    ending_later: Sequence[Chain], since: date, upper: int, unknown: int, steps: Iterable[Step]
) -> Found | None:
    """The smallest bound of an account's posts that a chain gives, or the chain that a post's reach refutes.

    U <= sum of the windows' reach + what posts gained after the chain + the reach of posts from before ``since``.
    Every account is in a window, or first saw some post after the chain's end, or saw one that is not covered;
    of the second kind there are at most r(now) - r(by the end) for each post, since its set only grows.

    Args:
        found: :func:`chains` since ``since``.
        since: posts that were published earlier are not covered and count with their own reach.
        upper: the sum of the most that each post can have reached, of those that know it.
        unknown: how many posts do not know it.
        steps: what changes with each day, in the order of days.
    """
    waiting = [step for step in steps if step.begins >= since]
    at, least, best = 0, 0, None
    for chain in ending_later:
        while at < len(waiting) and waiting[at].day <= chain.last:
            upper, unknown = upper - waiting[at].gained, unknown - waiting[at].settled
            least = max(least, waiting[at].least)
            at += 1
        if least > chain.most:
            return Found(chain.most, chain, least)
        if unknown == 0 and (best is None or chain.most + upper < best.most):
            best = Found(chain.most + upper, chain, None)
    return best
