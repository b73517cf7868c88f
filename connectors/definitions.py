"""What each platform counts behind our words, from which day on, and who says so (rule 11).

The registry itself is data, ``definitions.toml``: a platform that counts otherwise from a day on gets one more entry.
"""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from connectors.contract import POST_KINDS


class Definition(NamedTuple):
    """What one platform counts as one of our metrics.

    ``since`` is its first day, of the reporting zone; None for as far back as is known. ``kinds`` are the kinds of
    post that it is about; empty for all. ``is_given`` is false where the platform gives none any more.
    """

    platform: str
    metric: str
    since: date | None
    kinds: tuple[str, ...]
    counts: str
    source: str
    is_given: bool = True

    def is_about(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds


class Change(NamedTuple):
    """A definition that took another one's place: what counted before, and what counts now."""

    platform: str
    metric: str
    since: date
    kinds: tuple[str, ...]
    before: str
    now: str
    source: str
    is_given: bool

    @property
    def sentence(self) -> str:
        """How totals name it: ``youtube views since 2026-08-24: …``."""
        return f"{self.platform} {self.metric} since {self.since}: {self.now}"


@cache
def registry() -> tuple[Definition, ...]:
    """Every definition, by platform and metric, the oldest first."""
    data = tomllib.loads((files("connectors") / "definitions.toml").read_text(encoding="utf-8"))
    return tuple(
        Definition(platform, metric, own.pop("since", None), tuple(own.pop("kinds", ())), **own)
        for platform, metrics in data.items()
        for metric, entries in metrics.items()
        for own in entries
    )


@cache
def changes() -> tuple[Change, ...]:
    """Every definition that took another one's place, sorted by their sentences."""
    found = []
    for own in registry():
        before = _before(own)
        if own.since is not None and before:
            said = "; ".join(b.counts if b.since is None else f"since {b.since} {b.counts}" for b in before)
            found.append(
                Change(own.platform, own.metric, own.since, own.kinds, said, own.counts, own.source, own.is_given)
            )
    return tuple(sorted(found, key=lambda change: change.sentence))


def _before(own: Definition) -> list[Definition]:
    """The definitions whose place one took, the oldest first: several where they were of different kinds of post."""
    older = [
        other
        for other in registry()
        if (other.platform, other.metric) == (own.platform, own.metric)
        and own.since is not None
        and (other.since or date.min) < own.since
    ]
    newest = {max(about, key=_first_day) for kind in POST_KINDS if (about := _about(own, older, kind))}
    return sorted(newest, key=_first_day)


def _about(own: Definition, older: list[Definition], kind: str) -> list[Definition]:
    return [other for other in older if own.is_about(kind) and other.is_about(kind)]


def _first_day(own: Definition) -> date:
    return own.since or date.min
