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
from warehouse.publish.report.language import words
from warehouse.publish.report.wording import Texts

_ROOT = Path(__file__).parents[4]
_PLACE = {"Refused": 0, "Unrecognised": 0, "Unanswered": 0, "_Unusable": 0, "Meaning": 1}
"""What a sentence is made of: a refusal of a file, of an API or of a decision; and which argument it is."""
_TO_WHO_RUNS_REACH = {
    "warehouse/archive/": "what a night says of inboxes, mails and the log",
    "warehouse/attribution.py:_named_by_plan": "the column rule of post_totals, which no page shows",
    "warehouse/attribution.py:_named_and_left_out": "a mistake of the plan",
    "warehouse/attribution.py:accounts_named_twice": "a mistake of the plan",
    "warehouse/decided_posts.py:_campaigns": "two words that are taken out of a sentence",
    "warehouse/evidence/beside_posts.py:of_tagged_visits": "what reach explain prints",
    "warehouse/evidence/causes.py": "what reach diff prints",
    "warehouse/evidence/decided.py": "what reach explain and reach plan decisions print",
    "warehouse/evidence/differences.py": "what reach diff prints",
    "warehouse/evidence/late_rows.py": "what a night says of rows that count for no report",
    "warehouse/evidence/money.py": "what reach explain prints",
    "warehouse/evidence/taken_out.py": "what reach explain --against prints",
    "warehouse/evidence/undated_files.py": "what a night says of files without a day",
    "warehouse/evidence/why_not.py": "what reach explain --against prints",
    "warehouse/figure_words.py": "what commands say of a name that is none",
    "warehouse/figures/attached.py:of_no_indicator": "what a night says of folders of documents",
    "warehouse/figures/indicator_parts.py:lacking": "what a night says of what definitions ask for",
    "warehouse/figures/network.py:members": "what a night says of a network's members",
    "warehouse/figures/plan_rules.py": "what a night and reach plan check say of rules",
    "warehouse/figures/sources.py:by_title_alone": "what a night says of a folder of two accounts",
    "warehouse/figures/unplanned.py": "what a night says of pages that the plan lacks",
    "warehouse/file_system.py": "why a folder cannot be used",
    "warehouse/history/damage.py": "why the warehouse cannot be opened",
    "warehouse/history/following.py:sentence": "what a night says of bytes that were lost",
    "warehouse/history/kept.py": "why what was kept is not used",
    "warehouse/history/silent_apis.py": "what a night says of an API",
    "warehouse/history/store.py": "why the warehouse cannot be opened",
    "warehouse/plan/": "mistakes of the plan, and the words of plan.xlsx, which has its own Khmer",
    "warehouse/publish/document/pdf.py": "why there is no PDF",
    "warehouse/publish/member_nights.py": "what a night says of a network's members",
    "warehouse/publish/query_limits.py": "why a question is refused",
    "warehouse/publish/no_added_reach.py": "why a question is refused",
    "warehouse/publish/report/khmer_texts.py": "what a night says of corrections",
    "warehouse/publish/snapshot.py": "why nothing was published",
    "warehouse/shortages.py": "what the machine lacks",
    "flows/steps/ask_apis.py:_cost": "what a night says of quotas",
    "flows/steps/night.py:read_plan": "why there is no plan",
    "flows/steps/night.py:release": "what a night says of files that are held open",
    "flows/steps/terms.py": "the log's reasons",
}
"""Modules, and functions of them, of which nothing reaches a page: they tell whoever runs Reach, which is in English."""
_FOR_PROGRAMS = {
    "warehouse/faults.py": "traces",
    "warehouse/figures/network.py": "the tables' contract, in English as docs/network.md",
    "warehouse/figures/mart.py": "the tables' contract, in English as docs/tables.md",
    "warehouse/figures/spend_tables.py": "the tables' contract, in English as docs/tables.md",
    "warehouse/figures/tables.py": "the tables' contract, in English as docs/tables.md",
    "warehouse/figures/visit_tables.py": "the tables' contract, in English as docs/tables.md",
    "warehouse/frames.py": "names of frames",
    "warehouse/history/tables.py": "the warehouse's own tables",
    "warehouse/history/counting.py": "SQL",
    "warehouse/measures.py": "the tables' contract, in English as docs/tables.md",
    "warehouse/publish/described.py": "the tables' contract, in English as docs/tables.md",
    "warehouse/publish/empty_tables.py": "SQL",
    "warehouse/publish/iati.py": "IATI, which a donor's register reads in English",
    "warehouse/publish/power_bi.py": "a model in Power BI",
    "warehouse/publish/workbook/book.py": "the sheets behind, which are the tables",
    "warehouse/publish/workbook/dictionary_sheet.py": "the tables' contract, in English as docs/tables.md",
    "warehouse/publish/workbook/khmer_book.py": "for who corrects the Khmer beside its English",
    "warehouse/publish/workbook/todo_book.py": "names of a sheet and of columns",
}
"""Modules of which the English is for machines, or stands beside the tables that have English names."""
_IN_FLOWS = ("ask_apis", "night", "reader", "terms")
"""The steps that make sentences of published tables."""
_VERDICTS = words("en")["document"]["verdicts"]
_IN_PARTS = {
    "{} is a plan. {}": "what to do is a sentence of its own, which stands beside it",
    "{} holds an account's figures by day ({}), of which Reach keeps visits, views, reach and viewers; for posts, {}.{}":
        "its end is nothing, or a sentence",
    "{} not told of: deleted or private since": "the number's words go on in the middle: 2 videos of the list were",
}  # fmt: skip
"""Sentences whose variables hold more than a name or a number, so that their shape is not that of their text."""
_BETWEEN = re.compile("; ?|(?<=[.]) |, and |; ")
_VALUE = "\0"


def _of_kind(part: str) -> str:
    """What stands in a sentence where a part of it differs: a day, a number and their like are no words."""
    _, _, kind = part.strip("{}").partition(":")
    return ".+?" if kind in ("", "told") else rf"[{_VALUE}\w:]+"


_PATTERNS = [
    re.compile(
        re.sub(
            r" ?<([^<>]+)>",  # a value may hold it: "2 posts are"
            lambda either: "(?: (?:" + "|".join(map(re.escape, either[1].split("|"))) + "))?",
            "".join(
                part if part.strip().startswith("<") else _of_kind(part) if part.startswith("{") else re.escape(part)
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


_THREE_WORDS = re.compile(r"(?:\b[a-z]{2,}\b[ ,;:]+){2,}[a-z]{2,}\b")
_NO_SENTENCE = re.compile(r"\bselect\b|\bjoin \w+ using\b|\bis not null\b|@page|@media|^yyyy")
_NOT_TOLD = re.compile(r"logger\.\w+|re\.\w+|.*\bColumn|_text|_count|_of_post|Mart")
"""Calls whose texts are log lines, patterns, and meanings of columns."""


def english_in(path: Path, node: ast.AST | None = None, function: str = "") -> Iterator[tuple[str, int, str]]:
    """Each piece of English in a module's code, with its function and its line; no docstring, log line or pattern."""
    for child in ast.iter_child_nodes(node or ast.parse(path.read_text(encoding="utf-8"))):
        match child:
            case ast.Expr(value=ast.Constant()):
                continue
            case ast.Call(func=func) if _NOT_TOLD.fullmatch(ast.unparse(func)):
                continue
            case ast.FunctionDef(name=name):
                yield from english_in(path, child, name)
            case ast.Constant(value=str()) | ast.JoinedStr():
                shape = re.sub(r"\{[\w.!]*\}", _VALUE, next(shapes(child)))
                if _THREE_WORDS.search(shape.replace(_VALUE, " ")) and not _NO_SENTENCE.search(shape):
                    yield function, child.lineno, shape
            case _:
                yield from english_in(path, child, function)


def is_part(shape: str) -> bool:
    """Whether a text in the list of sentences has all that a piece of a sentence says."""
    pieces = [piece for piece in (piece.strip(" ,;:.") for piece in shape.split(_VALUE)) if piece]
    return any(all(piece in sentence.told for piece in pieces) for sentence in data_sentences())


def untold_in(path: Path, module: str) -> Iterator[tuple[set[str], str]]:
    """The English of a module that has no text in Khmer: each piece, with the names of all that it stands in."""
    for function, line, shape in english_in(path):
        if not (is_known(shape) or is_part(shape) or shape in _VERDICTS):
            folders = {f"{folder.as_posix()}/" for folder in Path(module).parents}
            yield {module, f"{module}:{function}"} | folders, f"{module}:{line}: {shape.replace(_VALUE, '{}')}"


def test_every_sentence_that_figures_and_pages_are_made_with_has_a_text() -> None:
    paths = [*(_ROOT / "warehouse").rglob("*.py"), *(_ROOT / "flows" / "steps" / f"{name}.py" for name in _IN_FLOWS)]
    untold = [one for path in sorted(paths) for one in untold_in(path, path.relative_to(_ROOT).as_posix())]
    elsewhere = _TO_WHO_RUNS_REACH.keys() | _FOR_PROGRAMS.keys()
    assert [piece for places, piece in untold if places.isdisjoint(elsewhere)] == []
    assert elsewhere - set[str]().union(*(places for places, _ in untold)) == set()


def test_a_new_sentence_of_figures_is_noticed_and_log_lines_and_docstrings_are_none(tmp_path: Path) -> None:
    module = tmp_path / "new.py"
    module.write_text(
        '"""What nobody told so far."""\nlogger.info("the plan is new or changed")\n'
        'def basis(day):\n    """How the day was found out."""\n    return f"nobody knows anything of {day}"\n'
        'WHY = pl.format("all that is known since {}", "since")\nTOLD = "left empty by its source"\n',
        encoding="utf-8",
    )
    assert [piece for _, piece in untold_in(module, "warehouse/figures/new.py")] == [
        "warehouse/figures/new.py:5: nobody knows anything of {}",
        "warehouse/figures/new.py:6: all that is known since {}",
    ]


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
