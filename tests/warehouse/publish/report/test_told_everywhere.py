"""Every sentence that may reach a page has its text in Khmer: those that the code can make, and those of the samples."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import connectors
from connectors import PLATFORMS
from connectors.contract import Raw, Refused
from tests.connectors.conftest import raw_of
from tests.warehouse.publish.report.conftest import Report
from warehouse.publish.report.data_texts import data_sentences
from warehouse.publish.report.wording import Texts

_ROOT = Path(__file__).parents[4]
_PLACE = {"Refused": 0, "Unrecognised": 0, "Unanswered": 0, "_Unusable": 0, "Meaning": 1}
"""What a sentence is made of: a refusal of a file, of an API or of a decision; and which argument it is."""
_IN_PARTS = {
    "{} is a plan. {}": "what to do is a sentence of its own, which stands beside it",
    "{} holds an account's figures by day ({}), of which Reach keeps visits, views, reach and viewers; for posts, {}.{}":
        "its end is nothing, or a sentence",
    "{} not told of: deleted or private since": "the number's words go on in the middle: 2 videos of the list were",
}  # fmt: skip
"""Sentences whose variables hold more than a name or a number, so that their shape is not that of their text."""
_BETWEEN = re.compile("; ?|(?<=[.]) |, and |; ")
_VALUE = "\0"
_PATTERNS = [
    re.compile(
        re.sub(
            r" ?<([^<>]+)>",  # a value may hold it: "2 posts are"
            lambda either: "(?: (?:" + "|".join(map(re.escape, either[1].split("|"))) + "))?",
            "".join(
                part if part.strip().startswith("<") else ".+?" if part.startswith("{") else re.escape(part)
                for part in re.split(r"(\{[^}]*\}| ?<[^<>]+>)", sentence.told)
            ),
        ),
        re.DOTALL,
    )
    for sentence in data_sentences()
]


def shapes(node: ast.expr) -> Iterator[str]:
    """What an expression says, with a mark for each value; nothing where it is a name that stands elsewhere."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from shapes(one)
            yield from shapes(other)
        case ast.JoinedStr(values=parts):
            yield "".join(
                str(part.value)
                if isinstance(part, ast.Constant)
                else next(shapes(part.value), _VALUE)
                if isinstance(part, ast.FormattedValue)
                else _VALUE
                for part in parts
            )
        case ast.Call(func=ast.Name(id="number_of"), args=[_, ast.Constant(value=str(word)), *_]):
            yield f"{_VALUE} {word}"


def made_in(path: Path) -> Iterator[tuple[int, str]]:
    """The sentences that a module can make for a table, with their lines."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        expressions: list[ast.expr] = []
        match node:
            case ast.Call(func=ast.Name(id=str(name)), args=args) if name in _PLACE and len(args) > _PLACE[name]:
                expressions = [args[_PLACE[name]]]
            case ast.Call(func=ast.Attribute(value=ast.Name(id="notes") | ast.Attribute(attr="notes"), attr="append")):
                expressions = list(node.args)
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg == "refused":
                    expressions.append(keyword.value)
                elif keyword.arg == "notes" and isinstance(keyword.value, ast.Tuple):
                    expressions += keyword.value.elts
        for one in expressions:
            yield from ((node.lineno, re.sub(r"\{\w+\}", _VALUE, shape)) for shape in shapes(one))


def is_known(shape: str) -> bool:
    """Whether a text in the list of sentences takes it, whole or part by part."""
    if not re.search("[a-z]{3}", shape.replace(_VALUE, " ")):
        return True  # a sentence that stands elsewhere
    if any(pattern.fullmatch(shape) for pattern in _PATTERNS):
        return True
    parts = _BETWEEN.split(shape)
    return len(parts) > 1 and all(map(is_known, parts))


def test_every_refusal_and_note_that_a_connector_can_make_has_a_text() -> None:
    made = {
        shape.replace(_VALUE, "{}"): f"{path.relative_to(_ROOT)}:{line}"
        for path in (_ROOT / "connectors").rglob("*.py")
        for line, shape in made_in(path)
        if not is_known(shape)
    }
    assert {shape: place for shape, place in made.items() if shape not in _IN_PARTS} == {}


def test_a_sentence_without_a_text_is_noticed(tmp_path: Path) -> None:
    module = tmp_path / "new.py"
    module.write_text(
        'raise Refused(f"{name} has a fault that nobody told so far.")\n'
        'notes.append(f"{count} of them are odd")\nLayout("a", refused="This is something else")\n'
        'Meaning("bug", "{account} says what it never expressions.")\n'
        'raise Refused(f"{name} is empty; download it again.")\n',
        encoding="utf-8",
    )
    assert [line for line, shape in made_in(module) if not is_known(shape)] == [1, 2, 3, 4]


def test_no_page_of_the_sample_points_to_the_english(sample: Report) -> None:
    pointer = Texts("km", "Asia/Phnom_Penh", PLATFORMS)("only_in_english")
    pages = [name for name in sample.pages if name.startswith("km/") and name != "km/khmer.html"]
    assert pages
    assert [name for name in pages if pointer in (sample.folder / name).read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("platform", [platform.name for platform in PLATFORMS if platform.export])
def test_what_is_told_of_a_platforms_sample_files_is_told_in_khmer(platform: str) -> None:
    texts = Texts("km", "Asia/Phnom_Penh", PLATFORMS)
    pointer, untold = texts("only_in_english"), []
    for file in sorted((_ROOT / "tests" / "connectors" / platform / "samples").glob("*.*")):
        for sentence in told_of(raw_of(file.read_bytes(), file.name)):
            if pointer in (texts.told(sentence) or ""):
                untold.append((file.name, sentence))
    assert untold == []


def told_of(raw: Raw) -> list[str]:
    settings = {platform.name: platform.settings() for platform in PLATFORMS}
    try:
        return [note for part in connectors.read(raw, settings) for note in part.extract.notes]
    except Refused as refusal:
        return [str(refusal)]
