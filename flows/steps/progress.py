"""How far the asking of one platform has come: accounts that are done, and questions of those that are not."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

Show = Callable[[int, float], object]
"""Gets how many questions were answered, and which share (0 to 1) of the platform is done by them."""

_NEARLY = 0.95


class Progress:
    """Counts answers and accounts, which come from several threads.

    ``expected`` are the questions that each account took the last time, 0 where nobody knows: an account is done by
    as much of them, and never wholly before it has ended.
    """

    def __init__(self, expected: Mapping[str, int], show: Show) -> None:
        self._expected = expected
        self._answers = dict.fromkeys(expected, 0)
        self._ended: set[str] = set()
        self._show = show
        self._lock = threading.Lock()

    def answered(self, account: str) -> None:
        """One question of an account was answered."""
        with self._lock:
            self._answers[account] += 1
        self._show(*self.so_far)

    def ended(self, account: str) -> None:
        """An account has nothing more to be asked."""
        with self._lock:
            self._ended.add(account)
        self._show(*self.so_far)

    @property
    def so_far(self) -> tuple[int, float]:
        """Questions answered, and the share of the platform that is done."""
        with self._lock:
            shares = [
                1.0 if own in self._ended else min(self._answers[own] / expected, _NEARLY) if expected else 0.0
                for own, expected in self._expected.items()
            ]
            return sum(self._answers.values()), sum(shares) / len(shares) if shares else 1.0
