"""Posts that are asked for their figures in a question each, and posts that refuse: each costs itself only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from connectors.asking.pulling import RETRY_WITHHELD, RefusedPosts, Window
from connectors.asking.refusals import Unanswered
from connectors.meta import errors
from connectors.meta.parts import Ask, Parts

_ENOUGH = 3
"""So many posts that refuse everything, before any has answered, show that it is not they who are to blame."""


class Refusals:
    """Which posts refuse which metrics, by earlier pulls of the last week and by this one."""

    def __init__(self, window: Window) -> None:
        self._now = window.now
        self._before = tuple(one for one in window.refused_posts if window.now - one.tried_at < RETRY_WITHHELD)
        self._since = {post: one.since for one in reversed(window.refused_posts) for post in one.posts}
        self._refused_now: dict[tuple[str, datetime], dict[str, list[str]]] = {}
        self._metrics: dict[str, set[str]] = {}
        for one in self._before:
            for post in one.posts:
                self._metrics.setdefault(post, set()).update(one.metrics)

    @property
    def metrics(self) -> set[str]:
        """The metrics that some post refuses."""
        return {metric for metrics in self._metrics.values() for metric in metrics}

    def of_post(self, post: str) -> set[str]:
        """The metrics that a post refuses."""
        return self._metrics.get(post, set())

    def add(self, post: str, refusals: Mapping[str, Unanswered]) -> None:
        """Remembers what a post refuses, but for what may pass by itself."""
        for metric, refused in refusals.items():
            if refused.who not in ("again", "window"):
                key = errors.why_of_a_post(refused), self._since.get(post, self._now)
                self._refused_now.setdefault(key, {}).setdefault(post, []).append(metric)
                self._metrics.setdefault(post, set()).add(metric)

    def result(self) -> tuple[RefusedPosts, ...]:
        """All of them, those together that refuse the same for the same reason."""
        together: dict[tuple[str, datetime, tuple[str, ...]], list[str]] = {}
        for (why, since), of_posts in self._refused_now.items():
            for post, metrics in of_posts.items():
                together.setdefault((why, since, tuple(sorted(metrics))), []).append(post)
        now = self._now
        refused = (
            RefusedPosts(why, names, tuple(posts), since, now) for (why, since, names), posts in together.items()
        )
        return (*self._before, *refused)


class OneByOne:
    """Posts that are asked for their figures in a question each."""

    def __init__(self, parts: Parts, refusals: Refusals) -> None:
        self._parts = parts
        self._refusals = refusals
        self._unclear: list[tuple[str, dict[str, Unanswered]]] = []

    def ask(self, post: str, ask: Ask) -> bool:
        """Asks one post; whether it gives nothing, though figures are asked for and it is not said to be gone.

        A part that other posts answer, or that is refused with all others, costs the post; another one is withheld.

        Raises:
            Unanswered: the account does not answer.
        """
        names = tuple(part for part in self._parts.wanted if part not in self._refusals.of_post(post))
        try:
            if names:
                ask(names)
                self._parts.answered |= set(names)
                self.close()
            return bool(self._parts.wanted) and not names
        except Unanswered as refused:
            if errors.is_gone(refused):
                return False
            self._parts.ask_whether_whole(refused)
            refusals, is_permitted = self._parts.blamed(ask, names, refused), not errors.is_of_a_permission(refused)
        self._parts.answered |= set(names) - set(refusals)
        if len(refusals) < len(names):
            self._refusals.add(post, {part: why for part, why in refusals.items() if part in self._parts.answered})
            self._parts.withhold(refusals)
            return False
        self._unclear.append((post, refusals))
        if self._parts.answered:
            self.close()
        elif len(self._unclear) >= _ENOUGH or not is_permitted:
            self._parts.withhold(refusals)
            self._unclear = []
        return True

    def close(self) -> None:
        """Blames the posts that refused everything, since there is nothing that shows that it was not they."""
        for post, refusals in self._unclear:
            self._refusals.add(post, refusals)
        self._unclear = []
