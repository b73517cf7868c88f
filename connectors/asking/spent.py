"""What was spent of a quota that only we can count, shared by all who ask side by side."""

from __future__ import annotations

import threading


class Spent:
    """What was spent of a quota today, by all accounts that are asked side by side."""

    def __init__(self, units: int = 0) -> None:
        self.units = units
        self._lock = threading.Lock()

    def take(self, units: int, most: float) -> bool:
        """Spends so many units, unless that were more than there are."""
        with self._lock:
            if self.units + units > most:
                return False
            self.units += units
            return True

    def give_back(self, units: int) -> None:
        """Takes back what was spent of in advance, and was not used."""
        with self._lock:
            self.units -= units
