"""The shape of a platform's API: what its pull is given, and what it returns.

An API is the module ``connectors/<platform>/api.py`` with these members and no class:

- ``NAME``: the platform's, as everywhere.
- ``Settings``: its section of the settings (a model derived from :class:`ApiSettings`).
- ``PERMISSIONS``: what has to be allowed for each metric; under the empty name, for everything else.
- ``pull(http, account, settings, window) -> PullResult``: asks for one account's posts and figures. Every answer is
  in the archive before it is looked at; what a pull returns is only what it had to leave out.
- ``read(raw, settings) -> Extract``: the answers' words turned into ours.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol, cast, runtime_checkable

from connectors.asking.settings import ApiSettings
from connectors.contract import Extract, Raw
from connectors.settings import ConnectorSettings

if TYPE_CHECKING:
    from connectors.asking.http import Http


@dataclass(frozen=True)
class Withheld:
    """A metric that an API refused, with the whole answer until it was no longer asked for.

    ``is_for_a_person`` where a permission would bring it back; ``may_pass`` where the refusal is one of those that pass
    by themselves, so that the next pull asks again.
    """

    why: str
    since: datetime
    tried_at: datetime
    is_for_a_person: bool = False
    may_pass: bool = False


@dataclass(frozen=True)
class RefusedPosts:
    """Posts that refused metrics, each asked alone, while others of the account answered: why, and since when."""

    why: str
    metrics: tuple[str, ...]
    posts: tuple[str, ...]
    since: datetime
    tried_at: datetime


_STILL_NEW = timedelta(days=2)

RETRY_WITHHELD = timedelta(days=7)
"""What was refused once is asked for again after so long: permissions are granted, metrics come back."""


@dataclass(frozen=True)
class Window:
    """What a pull asks for: posts published at or after ``since`` (all where null), as of ``now``.

    ``withheld`` is what earlier pulls of the account had to leave out, by metric; ``refused_posts`` the posts that
    refused them metrics; ``known_posts`` the posts since then that they had, where the platform's terms ask for those
    that are gone. ``described`` are two instants: since when the earlier pulls that are kept asked for posts, and when
    the last of them began.
    """

    now: datetime
    since: datetime | None = None
    withheld: Mapping[str, Withheld] = field(default_factory=dict)
    known_posts: frozenset[str] = frozenset()
    refused_posts: tuple[RefusedPosts, ...] = ()
    described: tuple[datetime, datetime] | None = None

    def was_described(self, published: datetime) -> bool:
        """Whether an earlier pull told what a post is; of one as new as the last pull that may have changed."""
        if self.since is None or self.described is None:
            return False
        first, last_pull = self.described
        return first <= published < last_pull - _STILL_NEW

    def asks_for(self, metric: str) -> bool:
        """Whether a metric is asked for this time: always, but where it was refused lately."""
        before = self.withheld.get(metric)
        return before is None or before.may_pass or self.now - before.tried_at >= RETRY_WITHHELD

    def is_turn_of(self, name: str, nights: int) -> bool:
        """Whether this is the one night in so many on which something of this name is asked for."""
        return (self.now.toordinal() + zlib.crc32(name.encode())) % nights == 0

    def refused(self, metric: str, why: str, *, is_for_a_person: bool, may_pass: bool = False) -> Withheld:
        """What is remembered of a metric that was refused now: since when is since the first time."""
        before = self.withheld.get(metric)
        return Withheld(why, before.since if before else self.now, self.now, is_for_a_person, may_pass)


@dataclass(frozen=True)
class PullResult:
    """What a pull had to leave out: by metric, and of which posts."""

    withheld: Mapping[str, Withheld] = field(default_factory=dict)
    refused_posts: tuple[RefusedPosts, ...] = ()


class Api(Protocol):
    """The shape of an API module."""

    NAME: str
    Settings: type[ApiSettings]
    PERMISSIONS: Mapping[str, str]

    def pull(self, http: Http, account: str, settings: ApiSettings, window: Window) -> PullResult: ...

    def read(self, raw: Raw, settings: ConnectorSettings) -> Extract: ...


@runtime_checkable
class Forgetting(Protocol):
    """What an API module has beside, where the platform's terms want gone here what is gone there."""

    def gone(self, raw: Raw) -> set[str]: ...

    def without(self, body: object, posts: set[str]) -> object: ...


def api(module: object) -> Api:
    """A module, seen as the API it is (modules satisfy the protocol; type checkers need the word)."""
    return cast(Api, module)
