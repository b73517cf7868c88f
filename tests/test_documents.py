"""What the documents say of the code holds: rules, tests, functions and links that they name exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
PACKAGES = ("connectors", "warehouse", "flows")
CODE = sorted(path for folder in (*PACKAGES, "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py"))
RULES = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
TITLES = re.findall(r"^##+ (.+)$", RULES, re.MULTILINE)
HELD_BY = re.compile(r"(tests/[\w/]+\.py)::(\w+)")
LINK = re.compile(r"\]\(([^)\s]+)\)")


def anchor(title: str) -> str:
    """The name that a heading has in a link, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


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
