"""What a platform is to everything else: one record, made in the platform's folder; knows no platform itself."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from importlib.resources import files
from typing import Any, Literal, NamedTuple, Protocol

from connectors.contract import POST_KINDS, Extract, Match, Raw
from connectors.settings import ConnectorSettings


class Reader(Protocol):
    """A module that turns a platform's words into ours; ``api.py`` has more members, which only its flow knows."""

    def read(self, raw: Raw, settings: Any, /) -> Extract:
        """What a piece says, in our frames."""


class Export(Reader, Protocol):
    """The module that reads a platform's files, ``export.py``.

    ``LAYOUTS`` are the kinds of table in them (:class:`connectors.reading.layouts.Layout`).
    """

    LAYOUTS: Any

    def sniff(self, raw: Raw, settings: Any, /) -> Match | None:
        """Whether a file is the platform's, how sure that is, and why; None where it is not."""


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
    km: str = ""
    """``counts`` in Khmer; empty where no page tells it."""

    def is_about(self, kind: str) -> bool:
        """Whether it is about posts of a kind."""
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
        return f"{self.start}{self.now}"

    @property
    def start(self) -> str:
        """How its sentence begins, whatever words a report was frozen with."""
        return f"{self.platform} {self.metric} since {self.since}: "


class SeveralNames(NamedTuple):
    """Patterns of the kind and the number in a post's name, and how many bits of the number stand below the
    millisecond in which it was made."""

    kind: str
    number: str
    bits: int


Label = Mapping[str, str]
"""What something is called, by language."""


@dataclass(frozen=True, kw_only=True, eq=False)  # a platform is itself: its facts are not compared
class Platform:
    """All that anything else needs to know about a platform.

    What its columns are called (``words.toml``), what it counts (``definitions.toml``) and what its ids and links look
    like (``shapes.toml``) are data in its folder.
    """

    name: str
    """Its one name, spelled the same in settings, tests, docs and tables."""

    label: Label = field(default_factory=dict)
    """What reports call it, by language; empty where no post is published under its name."""

    stands_for: Mapping[str, Label] = field(default_factory=dict)
    """Platforms without a folder whose posts it brings, and what reports call them."""

    export: Export | None = None
    """How its files are read, where it has any."""

    right_file: Label = field(default_factory=dict)
    """What to click for the file with the figures that are wanted, by language, to go on a sentence with.

    Empty where its figures come in a sheet.
    """

    api: Reader | None = None
    """How it is asked, where it can be."""

    settings: type[ConnectorSettings]
    """Its section of the settings."""

    is_of_people: bool = False
    """Whether its files list people by name. No row of such a file is shown, and none goes into a pack."""

    reported: tuple[str, ...] = ()
    """The metrics of posts that it reports anywhere, in an export or by its API; of others it says nothing."""

    kinds: tuple[str, ...] = ()
    """The kinds of its posts."""

    not_reported: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The metrics among ``reported`` that posts of a kind do not have, by kind."""

    likes: Literal["likes", "reactions"] = "reactions"
    """What texts call its likes: ``likes`` where it has nothing but likes."""

    is_views_with_ads: bool | None = None
    """Whether its views count what was shown for money, where its documentation says so."""

    is_every_display_counted: bool = False
    """Whether its impressions count every display, so that they are never fewer than the accounts reached.

    Used where a post's reach is not known ("Reach is not added up" in docs/rules.md).
    """

    is_account_reach_of_posts: bool = False
    """Whether an account's reach over days counts everything that its posts' reach counts.

    Then it bounds the reach of the account's posts ("Reach is not added up" in docs/rules.md).
    """

    outside_reach: tuple[str, ...] = ()
    """The names under which it brings posts that go to no accounts, such as letters: they stand outside reach."""

    is_deletion_followed: bool = False
    """Whether its terms have a post that is gone from it removed here, its text and its readings."""

    keep_days: int | None = None
    """For how many days its terms let counts be kept that were asked for without the owner's permission."""

    is_list_whole: bool = True
    """Whether a list of an account's posts has all of them, so that one that it lacks is gone."""

    several_names: SeveralNames | None = None
    """Where it gives one post several names, none of which tells another: what they look like."""

    @property
    def labels(self) -> Mapping[str, Label]:
        """What reports call each platform whose posts it brings, by that platform's name."""
        return {**({self.name: self.label} if self.label else {}), **self.stands_for}

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        """What it counts behind our words and since when, by metric, the oldest first, as ``definitions.toml`` says.

        ``since`` is the first day on which it counts; ``kinds`` are the kinds of post that it is about; ``counts``
        says what counts, in words that end a sentence beginning "it counts", without semicolons, which part a list;
        ``km`` says the same in Khmer. ``is_given = false`` where the platform gives none any more from that day on.
        ``source`` is where that is said;
        what follows "unverified:" in it rests on less than that place.
        """
        return tuple(
            Definition(
                self.name,
                metric,
                entry.get("since"),
                tuple(entry.get("kinds", ())),
                entry["counts"],
                entry["source"],
                entry.get("is_given", True),
                entry.get("km", ""),
            )
            for metric, entries in self._data("definitions.toml").items()
            for entry in entries
        )

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Each definition that took another one's place."""
        return tuple(
            Change(
                new.platform,
                new.metric,
                new.since,
                new.kinds,
                "; ".join(old.counts if old.since is None else f"since {old.since} {old.counts}" for old in replaced),
                new.counts,
                new.source,
                new.is_given,
            )
            for new in self.definitions
            if new.since is not None and (replaced := self._replaced(new))
        )

    def _replaced(self, new: Definition) -> list[Definition]:
        """The definitions whose place one took, the oldest first; several where their kinds of post differed."""
        older = [old for old in self.definitions if old.metric == new.metric and _first_day(old) < _first_day(new)]
        about = ([old for old in older if new.is_about(kind) and old.is_about(kind)] for kind in POST_KINDS)
        return sorted({max(of_kind, key=_first_day) for of_kind in about if of_kind}, key=_first_day)

    def _data(self, name: str) -> dict[str, Any]:
        file = files(f"connectors.{self.name}") / name
        return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def _first_day(definition: Definition) -> date:
    return definition.since or date.min


class Platforms(tuple[Platform, ...]):
    """Platforms, and what is asked of all of them; made once, and handed to whoever needs it."""

    def named(self, name: str) -> Platform | None:
        """The platform of this name; None where there is none."""
        return next((platform for platform in self if platform.name == name), None)

    @cached_property
    def labels(self) -> Mapping[str, Label]:
        """What reports call each platform under whose name posts are published, in the order of these names."""
        return dict(sorted(pair for platform in self for pair in platform.labels.items()))

    @property
    def names(self) -> tuple[str, ...]:
        """The names under which posts are published."""
        return tuple(self.labels)

    def label(self, name: str, language: str) -> str:
        """What reports call a platform; its name where it has no label."""
        return self.labels.get(name, {}).get(language, name)

    @property
    def reported(self) -> Mapping[str, tuple[str, ...]]:
        """The metrics that each platform reports, of those that say so."""
        return {platform.name: platform.reported for platform in self if platform.reported}

    def without(self, metric: str) -> tuple[tuple[str, str | None], ...]:
        """Whose posts do not have a metric: platforms, and kinds of their posts; None stands for all kinds."""
        told = [platform for platform in self if platform.reported]
        whole = [(platform.name, None) for platform in told if metric not in platform.reported]
        some = [(p.name, kind) for p in told for kind, metrics in p.not_reported.items() if metric in metrics]
        return (*whole, *some)

    @property
    def with_only_likes(self) -> tuple[str, ...]:
        """The names of those that have nothing but likes."""
        return tuple(platform.name for platform in self if platform.likes == "likes")

    @property
    def ads_in_views(self) -> Mapping[str, bool]:
        """Whether views count ads, of those whose documentation says so."""
        return {
            platform.name: platform.is_views_with_ads for platform in self if platform.is_views_with_ads is not None
        }

    @property
    def counting_every_display(self) -> tuple[str, ...]:
        """The names of those whose impressions count every display."""
        return tuple(platform.name for platform in self if platform.is_every_display_counted)

    @property
    def with_account_reach_of_posts(self) -> tuple[str, ...]:
        """The names of those whose accounts' reach covers their posts' reach."""
        return tuple(platform.name for platform in self if platform.is_account_reach_of_posts)

    @property
    def outside_reach(self) -> tuple[str, ...]:
        """The names of those whose posts stand outside reach."""
        return tuple(name for platform in self for name in platform.outside_reach)

    @property
    def following_deletions(self) -> tuple[str, ...]:
        """The names of those whose terms have removed here what is gone there."""
        return tuple(platform.name for platform in self if platform.is_deletion_followed)

    @property
    def without_whole_lists(self) -> tuple[str, ...]:
        """The names of those of which a list lacks posts that are still there."""
        return tuple(platform.name for platform in self if not platform.is_list_whole)

    @property
    def several_names(self) -> Mapping[str, SeveralNames]:
        """What names look like on those that give one post several."""
        return {platform.name: platform.several_names for platform in self if platform.several_names}

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """The changes of definitions of all of them, sorted by their sentences."""
        return tuple(sorted((c for platform in self for c in platform.changes), key=lambda change: change.sentence))
