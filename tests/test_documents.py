"""What the documents say of the code holds: rules, tests, functions and links that they name exist."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from functools import cache
from pathlib import Path

import polars as pl
import pytest

import connectors
from tests.connectors.conftest import raw_of

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
PACKAGES = ("connectors", "warehouse", "flows")
CODE = sorted(path for folder in (*PACKAGES, "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py"))
RULES = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
TITLES = re.findall(r"^##+ (.+)$", RULES, re.MULTILINE)
HELD_BY = re.compile(r"(tests/[\w/]+\.py)::(\w+)")
FUNCTION = re.compile(r"\[`([\w/]+\.py)::(\w+)`\]\(\.\./([\w/]+\.py)\)")
MAY_CITE = re.compile(r"docs/rules\.md|rules? \d|B\d")
"""What every module has that cites a rule, by its name or by a number."""
LINK = re.compile(r"\]\(([^)\s]+)\)")


def anchor(title: str) -> str:
    """The name that a heading has in a link, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


@cache
def functions(path: Path) -> set[str]:
    """The functions and classes that a module defines at its top, and the methods of its classes."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    defined = [node for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]
    methods = [
        n for cls in defined if isinstance(cls, ast.ClassDef) for n in cls.body if isinstance(n, ast.FunctionDef)
    ]
    return {node.name for node in (*defined, *methods)}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_test_that_a_document_names_exists(document: Path) -> None:
    named = HELD_BY.findall(document.read_text(encoding="utf-8"))
    missing = [
        f"{path}::{name}" for path, name in named if not (ROOT / path).exists() or name not in functions(ROOT / path)
    ]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_of_a_document_to_a_file_leads_there(document: Path) -> None:
    missing = []
    for link in LINK.findall(document.read_text(encoding="utf-8")):
        path, _, name = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if link.startswith(("http:", "https:", "mailto:")):
            continue
        if not target.exists():
            missing.append(link)
        elif name and target.suffix == ".md":
            titles = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            if name not in {anchor(title) for title in titles}:
                missing.append(link)
    assert missing == []


def test_every_rule_has_its_reason_and_a_test() -> None:
    rules = re.split(r"^##+ ", RULES, flags=re.MULTILINE)[1:]
    assert [rule.splitlines()[0] for rule in rules if "\n- Why: " not in rule or not HELD_BY.search(rule)] == []


def test_every_decision_says_why_its_source_and_what_holds_it() -> None:
    text = (ROOT / "DECISIONS.md").read_text(encoding="utf-8")
    in_force = text.partition("\n## Replaced\n")[0]
    entries = re.findall(r"^- (.+(?:\n  .+)*)", in_force, re.MULTILINE)
    parts = [[" ".join(part.split()) for part in re.split(r"\s·\s", entry)] for entry in entries]
    held = ("tests/", "`make lint`", "no test")
    assert [entry[0] for entry in parts if len(entry) < 4 or not any(word in entry[-1] for word in held)] == []


def test_every_function_on_one_rows_way_exists_and_they_are_under_ten() -> None:
    passed = FUNCTION.findall((ROOT / "docs" / "one-rows-way.md").read_text(encoding="utf-8"))
    assert 0 < len(passed) < 10
    assert [name for path, name, link in passed if path != link or name not in functions(ROOT / path)] == []


def test_the_row_on_its_way_is_in_the_sample_and_has_these_values() -> None:
    page = (ROOT / "docs" / "one-rows-way.md").read_text(encoding="utf-8")
    file = next((ROOT / "flows" / "sample" / "inbox").rglob("*_3904471258806637.csv"))
    raw = raw_of(file.read_bytes(), f"2024-12-30/Youth Ledger Network/{file.name}")
    (done,) = connectors.read(raw, {})
    assert done.connector == "facebook"
    reading = done.extract.observations.filter(pl.col("post_id").str.ends_with("122158042400000001")).row(0, named=True)
    assert reading["row"] == 5
    assert reading["observed_at"].isoformat() == "2024-12-30T16:59:59.999999"
    for value in (
        reading["post_id"],
        f"{reading['views']:,} views",
        f"{reading['watch_ms']:,} ms",
        f"{reading['reach']:,}",
    ):
        assert value in page


def test_whoever_hands_over_is_told_of_every_platform_that_is_asked() -> None:
    page = (ROOT / "docs" / "handover.md").read_text(encoding="utf-8")
    assert [
        platform.name for platform in connectors.PLATFORMS if platform.api and f"`{platform.name}`" not in page
    ] == []


def _remarks(path: Path) -> str:
    """The comments and docstrings of a module."""
    text = path.read_text(encoding="utf-8")
    comments = [t.string for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.type == tokenize.COMMENT]
    with_docstrings = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = [
        ast.get_docstring(node) or "" for node in ast.walk(ast.parse(text)) if isinstance(node, with_docstrings)
    ]
    return "\n".join((*comments, *docstrings))


def test_code_cites_rules_by_their_names() -> None:
    unknown, numbered = [], []
    for path in (path for path in CODE if MAY_CITE.search(path.read_text(encoding="utf-8"))):
        remarks = _remarks(path)
        cited = re.findall(r'"([^"\n]+)" in docs/rules\.md', remarks)
        for line in re.findall(r"docs/rules\.md: ([^\n]+)", remarks):
            cited += [re.sub(r" \([^)]*\)$", "", name.strip(" .`*")) for name in line.split(";")]
        unknown += [f"{path.name}: {name}" for name in cited if name not in TITLES]
        numbered += [f"{path.name}: {n}" for n in re.findall(r"\brules? \d+\b(?! of campaign)|\bB\d{1,2}\b", remarks)]
    assert unknown == []
    assert numbered == []
