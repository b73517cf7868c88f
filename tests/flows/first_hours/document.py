"""Writes docs/first-hours.md of the scripts that tests act out.

Run: python -m tests.flows.first_hours.document
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from tests.flows.first_hours.script import NAMES, ROOT, Script, Step, read

DOCUMENT = ROOT / "docs" / "first-hours.md"
BEGIN = """\
# First hours

<!-- Made from tests/flows/first_hours by `python -m tests.flows.first_hours.document`; a test holds it to that. -->

Three people begin in an empty folder, each with what they know. What they type stands behind a `$` or behind a question;
of what the screen says, the lines that matter are shown, and `…` stands for others between. Tests play all of it, and add
the figures up from the files' own numbers.

| who | lines typed until a first figure of their own |
| --- | --- |
"""
TERMINAL = ("$", "?", ">")
PICTURES = {
    "communications_officer": """\
The plan in LibreOffice, its first sheet and its rules:

![The sheet "start here" of plan.xlsx](first-hours-start-here.png)

![The sheet rules of plan.xlsx](first-hours-rules.png)

The campaign on a phone, in English and in Khmer:

![The campaign's page in English](first-hours-380-en.png) ![The campaign's page in Khmer](first-hours-380-km.png)
""",
    "evaluation_officer": """\
The indicators in `published/reach.xlsx`, as LibreOffice shows them:

![The sheet indicators of reach.xlsx](first-hours-indicators.png)

The report's overview, in English and in Khmer:

![The overview with the target, in English](first-hours-1280-en.png)

![The overview with the target, in Khmer](first-hours-1280-km.png)
""",
}
"""What stands below a script; made by ``python -m tests.flows.first_hours.pictures``."""


def document() -> str:
    """The page: the scripts one after the other, with the lines that each takes."""
    scripts = [read(name) for name in NAMES]
    rows = "".join(f"| {_title(script)} | {script.lines_to_first_figure} |\n" for script in scripts)
    return "\n".join((f"{BEGIN}{rows}", *(_page(script) for script in scripts)))


def _title(script: Script) -> str:
    return next(step.text for step in script.steps if step.sign == "#")


def _page(script: Script) -> str:
    blocks = [_block(sign, list(steps)) for sign, steps in groupby(script.steps, _kind)]
    pictures = PICTURES.get(script.name, "")
    return "\n".join([*(block for block in blocks if block.strip()), *([pictures] if pictures else [])])


def _kind(step: Step) -> str:
    """Lines of one kind stand in one block."""
    return "$" if step.sign in TERMINAL else "~" if step.sign in ("~", "-", "+") else step.sign


def _block(kind: str, steps: list[Step]) -> str:
    texts = [step.text.replace("{server}", "") for step in steps]
    match kind:
        case "":
            return "\n".join(texts).strip("\n") + "\n"
        case "#" | "##":
            return "".join(f"#{kind} {text}\n" for text in texts)
        case "@":
            return ""
        case "$":
            return "\n".join(("```", *_on_terminal(steps), "```", ""))
        case "~":
            return "\n".join(_edited(steps))
        case "<":
            return "\n".join(map(_dropped, texts)) + "\n"
        case _:
            return "\n".join(f"- **{text.replace(' = ', '** = ', 1)}" for text in texts) + "\n"


def _on_terminal(steps: list[Step]) -> Iterator[str]:
    for step in steps:
        question, _, answer = step.text.partition("->")
        yield {"$": f"$ {step.text}", "?": f"{question.strip()} … {answer.strip()}".rstrip(), ">": step.text}[step.sign]


def _edited(steps: list[Step]) -> Iterator[str]:
    """A text as its changed lines, a workbook as its cells."""
    for step in steps:
        if step.sign == "~":
            name = step.text
            yield f"In `{name}`:\n"
            yield "```" if name.endswith(".xlsx") else "```diff"
        else:
            text = step.text.replace("{server}", "")
            yield text if name.endswith(".xlsx") else f"{step.sign} {text}"
    yield "```\n"


def _dropped(text: str) -> str:
    file, _, target = text.partition(" -> ")
    folder, _, day = target.partition(" on ")
    downloaded = f", downloaded on {day}" if day else ""
    return f"- `{Path(file).name}` goes into `{folder}`{downloaded}"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
