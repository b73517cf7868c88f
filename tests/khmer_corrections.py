"""Takes the corrections of a workbook into the program: ``python -m tests.khmer_corrections khmer.xlsx``.

It writes into the words of pages and documents, and into what platforms count. What stands in Python is told, to be
changed by hand.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import connectors
from connectors.reading import forms
from warehouse.publish.report.khmer_texts import KhmerText, khmer_texts, usable
from warehouse.publish.report.language import original_words
from warehouse.publish.workbook.khmer_book import SHEET, corrections_in

ROOT = Path(__file__).resolve().parents[1]
_WORDS = ROOT / "warehouse" / "publish" / "report" / "words"


def main(workbook: Path) -> None:
    """Takes in what can be used, and says what cannot, and what is left to do by hand."""
    cells = forms.cells(workbook.name, workbook.read_bytes(), {SHEET})[SHEET]
    texts = {text.key: text for text in khmer_texts(connectors.PLATFORMS)}
    corrections, sentences = usable(texts.values(), corrections_in(cells), workbook.name)
    say(*sentences)
    for key, khmer in corrections.items():
        file = file_of(key)
        before = file.read_text(encoding="utf-8") if file else ""
        after = taken_in(before, texts[key], khmer)
        if file and after != before:
            file.write_text(after, encoding="utf-8")
        else:
            say(f"By hand, {key}: {texts[key].khmer} -> {khmer}")


def say(*lines: str) -> None:
    """Writes lines to the screen."""
    sys.stdout.writelines(f"{line}\n" for line in lines)


def file_of(key: str) -> Path | None:
    """The data file in which a text stands; None where it stands in Python."""
    first, _, rest = key.partition(".")
    if first == "counts":
        return ROOT / "connectors" / rest.split(".")[0] / "definitions.toml"
    if first == "data":
        return _WORDS / "data.toml"
    return _WORDS / "km.toml" if first in original_words("km") else None


def taken_in(toml: str, text: KhmerText, khmer: str) -> str:
    """A data file with a correction in the place of our text; unchanged where the text is not found.

    A text of words is looked for below the header of its table, on the line of its key; what a platform counts, in the
    whole file.
    """
    ours, theirs = _as_toml(text.khmer), _as_toml(khmer)
    keys = text.key.removeprefix("data.").split(".")
    if keys[0] == "counts":
        return toml.replace(ours, theirs) if toml.count(ours) == 1 else toml
    table, lines = "", toml.split("\n")
    for at, line in enumerate(lines):
        if header := re.match(r"\[([\w.-]+)\]", line):
            table, entry = header[1], ""
        elif name := re.match(r"([\w-]+) = ", line):
            entry = name[1]
        if ours in line and table and ".".join(keys).startswith(f"{table}.{entry}"):
            rest = ".".join(keys).removeprefix(f"{table}.{entry}")
            if rest == "" or rest.startswith("."):
                lines[at] = line.replace(ours, theirs, 1)
                break
    return "\n".join(lines)


def _as_toml(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


if __name__ == "__main__":
    main(Path(sys.argv[1]))
