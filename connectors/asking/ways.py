"""One question in several ways, the fullest first: what a platform refuses of the fullest costs that only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from connectors.asking.refusals import Unanswered

Way = TypeVar("Way")
Given = TypeVar("Given")


class Ways(Generic[Way]):
    """The ways in which a question may be put. Once one is refused and the next is answered, that one is kept to.

    Codes do not decide what is of a part and what is of all: the barest way is refused, too, where all is refused.
    ``refused`` is why the fullest way was, where it was.
    """

    def __init__(self, ways: Sequence[Way]) -> None:
        self._ways = list(ways)
        self.refused: Unanswered | None = None

    @property
    def now(self) -> Way:
        """The way in which it is put now."""
        return self._ways[0]

    def ask(self, ask: Callable[[Way], Given]) -> Given:
        """What the question is answered, put in the first way that is not refused.

        Raises:
            Unanswered: it is refused in every way, or nothing is answered now; the first refusal.
        """
        refusals: list[Unanswered] = []
        for number, way in enumerate(self._ways):
            try:
                answer = ask(way)
            except Unanswered as refusal:
                if refusal.who in ("again", "window"):  # which no other way would change
                    raise
                refusals.append(refusal)
            else:
                del self._ways[:number]
                self.refused = self.refused or next(iter(refusals), None)
                return answer
        raise refusals[0]
