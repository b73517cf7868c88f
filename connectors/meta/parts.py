"""The parts of a question, of which one that is refused fails the whole: each costs itself only, whatever the code.

What is refused as a whole (a dead token, an account that is gone, a limit) is told from what a part costs by asking the
smallest question that there is. Codes do not decide that: Meta adds new ones, and names no code for what it takes away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeVar

from connectors.asking.pulling import PullResult, RefusedPosts, Window
from connectors.asking.refusals import Unanswered
from connectors.meta import errors

Ask = Callable[[Sequence[str]], object]
"""Asks a question for these parts, for nothing but the bare object where there are none."""

Given = TypeVar("Given")
_NOT_FINAL = timedelta(days=2)
"""Days before a pull of which its figures were not final yet; the day on which it ran was not over."""


class Parts:
    """The parts of a question that may be refused, and which of them were: each costs itself only.

    ``parts`` is what is asked for, by metric; ``permissions`` what a token has to allow for each. ``check`` asks the
    smallest question that there is of the account, afresh. What is withheld is remembered over the pulls of an account,
    and asked for again weekly, or next time where the refusal may pass.
    """

    def __init__(
        self,
        parts: Sequence[str],
        window: Window,
        permissions: Mapping[str, str] | None = None,
        check: Callable[[], object] = lambda: None,
    ) -> None:
        self.window = window
        self.wanted = tuple(part for part in parts if window.asks_for(part))
        self.withheld = {part: window.withheld[part] for part in parts if part not in self.wanted}
        self.answered: set[str] = set()
        self._permissions = permissions or {}
        self._check = check
        self._codes_of_parts: set[str] = set()

    def settle(self, ask: Callable[[Sequence[str]], Given]) -> Given:
        """What a question is answered for the parts that it is not refused for; the others are withheld.

        Raises:
            Unanswered: it is refused without any of them, or the account is.
        """
        refused = self.refusal(ask, self.wanted)
        answered, refusals = self.tried(ask, refused)
        self.withhold(refusals)
        return self.answer(ask, answered, refused)

    def tried(
        self, ask: Ask, refused: Unanswered | None, suspected: Sequence[str] = ()
    ) -> tuple[tuple[str, ...], dict[str, Unanswered]]:
        """The parts that a question is answered for, and the refusals of the others, found by halving.

        ``refused`` is the refusal of the question for all of them, if it was; ``suspected`` are those that are taken
        for the culprits first.

        Raises:
            Unanswered: it is refused without any of them, or the account is.
        """
        refusals: dict[str, Unanswered] = {}
        answered = self.wanted
        if refused is not None:
            others = tuple(part for part in self.wanted if part not in suspected)
            if len(others) < len(self.wanted) and self.refusal(ask, others) is None:
                answered, refusals = others, {part: refused for part in self.wanted if part not in others}
            elif (bare := self.refusal(ask, ())) is not None:
                raise bare
            else:
                refusals = self.blamed(ask, self.wanted, refused)
                answered = tuple(part for part in self.wanted if part not in refusals)
        self.answered |= set(answered)
        return answered, refusals

    def answer(
        self, ask: Callable[[Sequence[str]], Given], answered: Sequence[str], refused: Unanswered | None
    ) -> Given:
        """What a question is answered for these parts, for none of them where it is refused for all at once.

        So it is where each half is answered and both together are too much; what the halves were answered is kept.
        ``refused`` is the refusal of the question for all of them, if it was.

        Raises:
            Unanswered: it is refused without any of them, or the account is.
        """
        if refused is not None and self.refusal(ask, answered) is not None:
            answered = ()
        return ask(answered)

    def spans_of_days(self, restated: timedelta, kept: timedelta, at_once: timedelta) -> list[tuple[date, date]]:
        """Days to ask these parts of, newest first, each span at most ``at_once`` long; its second day is not in it.

        Asked for are the days that may be ``restated`` still, and all since the last pull that came to its end, or
        since a part was first refused: nights that were missed are made up for. Where everything is asked for, and at
        most, they are those that the platform has ``kept``.
        """
        window, last = self.window, self.window.now.date() + timedelta(days=1)
        first = last - kept
        if window.since is not None:
            missed = [window.withheld[part].since for part in self.wanted if part in window.withheld]
            if window.described is not None:
                missed.append(window.described[1])
            first = max(first, min([last - restated, *(since.date() - _NOT_FINAL for since in missed)]))
        ends = [last]
        while ends[-1] > first:
            ends.append(max(ends[-1] - at_once, first))
        return [(start, end) for end, start in pairwise(ends)]

    def attempt(self, part: str, ask: Callable[[], object]) -> None:
        """Asks a question that is one part of its own.

        Raises:
            Unanswered: the account is refused as a whole.
        """
        if part in self.wanted and (refused := self.refusal(lambda _: ask(), (part,))) is not None:
            self.withhold({part: refused})

    def withhold(self, refusals: Mapping[str, Unanswered]) -> None:
        """Withholds parts for these refusals, but for those that another question of this pull was answered for."""
        for part, refused in refusals.items():
            if part not in self.answered:
                self.withheld[part] = self.window.refused(
                    part,
                    self._why(part, refused),
                    is_for_a_person=errors.is_of_a_permission(refused),
                    may_pass=refused.who in ("again", "window"),
                )
        self.wanted = tuple(part for part in self.wanted if part not in self.withheld)

    def refusal(self, ask: Ask, parts: Sequence[str]) -> Unanswered | None:
        """The refusal of a question for these parts, if it is refused while the account answers.

        Raises:
            Unanswered: the account does not answer.
        """
        try:
            ask(parts)
        except Unanswered as refused:
            self.ask_whether_whole(refused)
            return refused
        return None

    def ask_whether_whole(self, refused: Unanswered) -> None:
        """Asks the account the smallest question, once for each code that refused.

        Raises:
            Unanswered: the account does not answer.
        """
        if refused.code not in self._codes_of_parts:
            self._check()
            self._codes_of_parts.add(refused.code)

    def blamed(self, ask: Ask, parts: Sequence[str], refused: Unanswered) -> dict[str, Unanswered]:
        """Which parts are to blame for a refusal of them all, by halving: each one's own refusal.

        Raises:
            Unanswered: the account does not answer.
        """
        if len(parts) == 1:
            return {parts[0]: refused}
        middle = len(parts) // 2
        refusals: dict[str, Unanswered] = {}
        for half in (parts[:middle], parts[middle:]):
            if (again := self.refusal(ask, half)) is not None:
                refusals |= self.blamed(ask, half, again)
        return refusals

    def _why(self, part: str, refused: Unanswered) -> str:
        if errors.is_of_a_permission(refused):
            name = self._permissions.get(part)
            return f"{refused} The permission for {part} is {name}." if name else str(refused)
        when = "next time" if refused.who in ("again", "window") else "in a week"
        return f"nobody: it is asked for again {when}. {refused}"


def pull_result(*parts: Parts, refused_posts: tuple[RefusedPosts, ...] = ()) -> PullResult:
    """What of these was left out, as a pull returns it."""
    withheld = {name: why for part in parts for name, why in part.withheld.items()}
    return PullResult(withheld, refused_posts)
