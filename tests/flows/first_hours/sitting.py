"""Acts out a script in an empty folder: types, drops, edits, and holds screen and figures against it.

Commands run in this process, questions are answered on a real terminal, and a night does its steps without Prefect,
whose start takes ten seconds of the processor each time. What is installed is tried in tests/flows/test_packaging.py.
"""

from __future__ import annotations

import contextlib
import csv
import io
import os
import re
import shlex
import shutil
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path

import duckdb
import pytest

from flows import nightly, run_night
from flows.cli import drawn_tables, next_line
from flows.steps import ask_apis, clock, night
from flows.steps.lock import only_night
from flows.steps.night import Night
from flows.steps.settings import Workspace
from tests.flows.cli.typed import on_screen, talk
from tests.flows.first_hours.cells import type_into
from tests.flows.first_hours.script import ROOT, Script, Step

INSTALLED = ("uv tool install .", "reach demo")
"""What is typed in the wheel's own test."""
WIDTH = 100
"""Of the terminal, in characters."""


class Sitting:
    """A person at a terminal, in a folder that is empty at first."""

    def __init__(self, script: Script, folder: Path, patch: pytest.MonkeyPatch, places: Mapping[str, str]) -> None:
        self.script, self.places, self.patch = script, places, patch
        self.dropped: list[Path] = []
        self.screen = ""
        patch.chdir(folder)
        patch.setattr(next_line, "is_read_by_a_person", lambda: True)
        patch.setattr(drawn_tables, "console", lambda: drawn_tables._Drawn(width=WIDTH))
        _nights_without_prefect(patch)
        if script.day:
            noon = datetime.combine(script.day, time(12))
            patch.setattr(clock, "system_now", lambda: noon)

    def play(self) -> None:
        """Every step, one after the other."""
        steps = [Step(step.sign, self._with_places(step.text)) for step in self.script.steps]
        while steps:
            step = steps.pop(0)
            following: list[Step] = []
            while steps and steps[0].sign in {"$": ("?",), "~": ("-", "+")}.get(step.sign, ()):
                following.append(steps.pop(0))
            self._do(step, following)

    def _with_places(self, text: str) -> str:
        for name, value in self.places.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def _do(self, step: Step, following: list[Step]) -> None:
        text = step.text
        match step.sign:
            case "$":
                self._type(text, [_parted(answer.text, "->") for answer in following])
            case ">":
                self._see(text)
            case "<":
                self._drop(*_parted(text, "->"))
            case "~":
                self._edit(Path(text), following)
            case "=":
                self._figure(text)

    def _type(self, command: str, answers: list[tuple[str, str]]) -> None:
        self.screen = "" if command not in INSTALLED else "\n".join(self.script.screen_of(command))
        words = shlex.split(command)
        if command in INSTALLED:
            return
        if words[0] == "cd":
            self.patch.chdir(words[1])
        elif words[:2] == ["python", "-c"]:
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(words[2], {})
            self.screen = out.getvalue()
        elif answers:
            _, self.screen = talk(Path(), answers, *words[1:])
        else:
            self.screen = on_screen(*words[1:])
        assert "Traceback" not in self.screen, self.screen

    def _see(self, line: str) -> None:
        """Looks for a line on the screen, below what was seen before; how it is broken into lines does not matter."""
        pattern = r"\s+".join(map(re.escape, line.split())).replace("…", ".*?")
        seen = re.search(pattern, self.screen, re.DOTALL)
        assert seen, f"the screen does not say {line!r}, but:\n{self.screen}"
        self.screen = self.screen[seen.end() :]

    def _drop(self, file: str, target: str) -> None:
        folder, _, day = target.partition(" on ")
        source = ROOT / file
        Path(folder).mkdir(parents=True, exist_ok=True)
        dropped = Path(shutil.copy(source, folder))
        downloaded = date.fromisoformat(day) if day else self.script.day
        if downloaded:
            instant = datetime.combine(downloaded, time(9), tzinfo=UTC).timestamp()
            os.utime(dropped, (instant, instant))
        self.dropped.append(source)

    def _edit(self, file: Path, changes: list[Step]) -> None:
        for at, change in enumerate(changes):
            following = changes[at + 1] if at + 1 < len(changes) else Step("", "")
            text = change.text
            if file.suffix == ".xlsx":
                type_into(file, *_parted(text, ":"))
                continue
            content = file.read_text("utf-8")
            if change.sign == "-":
                assert content.count(text) == 1, f"{file} has {content.count(text)} times: {text}"
                new = following.text if following.sign == "+" else ""
                file.write_text(content.replace(text, new), "utf-8")
            elif not (at and changes[at - 1].sign == "-"):
                file.write_text(f"{content.rstrip()}\n{text}\n", "utf-8")

    def _figure(self, text: str) -> None:
        """A published figure is the sum of numbers, each of which stands in a file that was dropped."""
        what, _, sums = text.partition(": ")
        metric, _, campaign = what.partition(" of ")
        total, _, parts = sums.partition(" = ")
        numbers = [int(part.replace(",", "")) for part in parts.split(" + ")]
        in_files = {cell for file in self.dropped for cell in _cells(file)}
        assert [number for number in numbers if number not in in_files] == [] or not self.dropped
        assert sum(numbers) == int(total.replace(",", ""))
        (home,) = (path.parent.parent for path in Path().glob("**/published/reach.duckdb"))
        with duckdb.connect(str(home / "published" / "reach.duckdb"), read_only=True) as snapshot:
            query = f"select {metric} from campaign_totals where campaign_id = ?"
            assert snapshot.execute(query, [campaign]).fetchone() == (sum(numbers),)


def _cells(file: Path) -> set[int]:
    """Every whole number that stands in a cell of a file of delimited text, or of one in a zip; 1.2K is 1,200."""
    import zipfile

    texts = [file.read_text("utf-8-sig", errors="replace")] if file.suffix == ".csv" else []
    if file.suffix == ".zip":
        with zipfile.ZipFile(file) as packed:
            texts = [packed.read(name).decode("utf-8-sig") for name in packed.namelist()]
    cells = (cell for text in texts for row in csv.reader(io.StringIO(text)) for cell in row)
    plain = (re.sub(r"^(\d+)\.(\d)K$", r"\1\g<2>00", cell).replace(",", "") for cell in cells)
    return {int(cell) for cell in plain if cell.isdigit()}


def _parted(text: str, sign: str) -> tuple[str, str]:
    first, _, second = text.partition(sign)
    return first.strip(), second.strip()


def _nights_without_prefect(patch: pytest.MonkeyPatch) -> None:
    """Lets ``reach nightly`` do the flow's steps as they are, without the tasks around them."""
    for name in ("receive", "load", "compute", "report", "publish", "freeze_due", "mail_due"):
        patch.setattr(nightly, name, getattr(nightly, name).fn)
    patch.setattr(
        nightly,
        "ask",
        lambda workspace, plan: {
            api.NAME: ask_apis.ask_platform(workspace, api, plan, night.now()) for api in ask_apis.platforms(workspace)
        },
    )

    def run(workspace: Workspace, as_of: date | None) -> Night:
        with only_night(workspace):
            return nightly._night(workspace, as_of, is_asking=True).night

    patch.setattr(run_night, "run_night", run)
