"""The script of a person's first hour: a text that tests act out, and of which docs/first-hours.md is made.

A line is, by its first sign:

- ``@`` the day on which the person sits there;
- ``$`` a command that is typed, ``?`` a question of it and the answer, behind ``->``;
- ``>`` what the screen says then, in this order; ``…`` leaves out a part of a line;
- ``<`` a file that is dropped: where it comes from, the folder behind ``->``, the day of its download behind ``on``;
- ``~`` a file that is edited, ``-`` a line that is taken out of it, ``+`` one that is typed into it. Of a workbook a line
  is a cell and its text: ``rules!C2: forum``;
- ``=`` a figure, and the numbers of the files that make it: ``views of youth-debate: 6,250 = 1,200 + 4,000 + 1,050``;
- ``#`` a heading, ``##`` one below it; anything else is said to the reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

SCRIPTS = Path(__file__).parent
ROOT = SCRIPTS.parents[2]
NAMES = ("engineer", "communications_officer", "evaluation_officer")
SECONDS_A_LINE = 15
"""So long a person takes to read what the screen says and to type a line."""


@dataclass(frozen=True)
class Step:
    """A line of a script: its sign, empty for words, and what stands behind it."""

    sign: str
    text: str


@dataclass(frozen=True)
class Script:
    """What a person types, drops and sees, line by line."""

    name: str
    steps: tuple[Step, ...]

    @property
    def day(self) -> date | None:
        """The day on which it is played; None for any day."""
        return next((date.fromisoformat(step.text) for step in self.steps if step.sign == "@"), None)

    @property
    def lines_to_first_figure(self) -> int:
        """How many lines a person types until a figure of theirs is published."""
        signs = [step.sign for step in self.steps]
        return sum(sign in ("$", "?", "+") for sign in signs[: signs.index("=")])

    def screen_of(self, command: str) -> list[str]:
        """What the screen has to say after a command is typed for the first time."""
        at = self.steps.index(Step("$", command)) + 1
        rest = (step for step in self.steps[at:])
        lines = []
        for step in rest:
            if step.sign != ">":
                break
            lines.append(step.text)
        return lines


def read(name: str) -> Script:
    """The script of this name."""
    lines = (SCRIPTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return Script(name, tuple(_step(line) for line in lines))


def _step(line: str) -> Step:
    sign, space, text = line.partition(" ")
    if space and sign in ("@", "$", "?", ">", "<", "~", "-", "+", "=", "#", "##"):
        return Step(sign, text)
    return Step("", line)
