"""The table of what the program has to reach: each benchmark tells its row, beside the baseline of the same run."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

COLLECTED_IN = "REACH_BENCHMARK_ROWS"
"""The variable that names a file to which rows are added; :mod:`benchmarks.__main__` sets it."""

HEAD = "| work | baseline of the same run | measured | to reach | |\n| --- | --- | --- | --- | --- |"


class Row(NamedTuple):
    """What was measured, beside what, and what is to be reached.

    ``is_met`` takes seconds and the processor's seconds, both: the former are noise where others are at work, the
    latter do not tell what two cores do at once.
    """

    work: str
    baseline: str
    measured: str
    to_reach: str
    is_met: bool

    @property
    def line(self) -> str:
        """The row as a line of :data:`HEAD`'s table."""
        return f"| {' | '.join((*self[:4], 'met' if self.is_met else 'missed'))} |"


def tell(work: str, baseline: str, measured: str, to_reach: str, *, is_met: bool) -> None:
    """Prints a row, and collects it where somebody collects rows."""
    row = Row(work, baseline, measured, to_reach, is_met)
    print(f"{row.line}", flush=True)
    if path := os.environ.get(COLLECTED_IN):
        with Path(path).open("a", encoding="utf-8") as out:
            out.write(json.dumps(row) + "\n")


def collected(path: Path) -> Iterator[Row]:
    """The rows that were collected in a file."""
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            yield Row(*json.loads(line))
