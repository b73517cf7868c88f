"""The house rules of the code that a program can check: floors, docstrings, sizes and names."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import grimp
import pytest

from tests.house_layers import LayersWithRest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted(
    path.relative_to(ROOT).as_posix()
    for part in ("connectors", "warehouse", "flows")
    for path in (ROOT / part).rglob("*.py")
)
LONGEST_MODULE, LONGEST_FUNCTION, LONGEST_SENTENCE = 350, 60, 120
BESIDE = sorted(
    path.relative_to(ROOT).as_posix() for part in ("tests", "benchmarks") for path in (ROOT / part).rglob("*.py")
)
"""Tests and benchmarks, in which names say as much as in the program."""
SAY_NOTHING = frozenset(
    {"own", "Own", "of", "said", "Said", "found", "known", "asked", "stood", "standing", "Place", "State", "counted",
     "folded", "Room", "Manners", "Limit", "loose", "against"}
)  # fmt: skip
"""Names that do not say what a thing is; the glossary and CONTRIBUTING say what to write."""
THEIRS = {
    "flows/backfill.py": {"State"}, "flows/cluster.py": {"State"}, "flows/nightly.py": {"State"},  # Prefect's
    "flows/run_night.py": {"State"},
    "warehouse/plan/campaigns.py": {"counted"}, "warehouse/plan/framework.py": {"of"},  # keys of plan.toml
    "warehouse/plan/workbook_writing.py": {"counted", "of"}, "warehouse/plan/named_lines.py": {"of"},
    "warehouse/figures/stages.py": {"counted"}, "warehouse/figures/attached.py": {"of"},
    "warehouse/figures/indicators.py": {"of"}, "warehouse/evidence/beside_posts.py": {"counted"},
    "tests/oracle/indicators.py": {"of"}, "tests/oracle/totals.py": {"counted"},
    "tests/warehouse/plan/test_model.py": {"counted"}, "warehouse/plan/renamed.py": {"of"},
    "tests/flows/steps/test_first_plan.py": {"of"}, "tests/warehouse/plan/test_renamed.py": {"of"}, "tests/warehouse/plan/test_synonyms.py": {"of"},
    "warehouse/figures/indicator_parts.py": {"of"}, "tests/warehouse/publish/report/test_captions.py": {"of"},
    "warehouse/publish/iati_parts.py": {"of"}, "warehouse/publish/report/attendances.py": {"known"}, "warehouse/publish/report/sentence.py": {"known"},  # a word of the report's sentences
}  # fmt: skip


@cache
def _tree(module: str) -> ast.Module:
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))


def _names(node: ast.AST) -> Iterator[str]:
    """The identifiers that a node gives or uses."""
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.Name(id=name) | ast.Attribute(attr=name):
            yield name
        case ast.arg(arg=name) | ast.keyword(arg=str(name)):
            yield name
        case ast.alias(name=name, asname=other):
            yield other or name.rpartition(".")[2]


@pytest.mark.parametrize("module", MODULES)
def test_a_modules_docstring_begins_with_one_sentence_on_one_line(module: str) -> None:
    tree = _tree(module)
    first = (ast.get_docstring(tree) or "").split("\n")[0]
    assert not tree.body or (first.endswith(".") and len(first) < LONGEST_SENTENCE), first


def test_no_module_and_no_function_is_too_long() -> None:
    too_long = {m for m in MODULES if len((ROOT / m).read_text(encoding="utf-8").splitlines()) > LONGEST_MODULE} | {
        f"{module}::{node.name}"
        for module in MODULES
        for node in ast.walk(_tree(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    }
    assert too_long == set()


def test_every_name_says_what_the_thing_is() -> None:
    modules = (*MODULES, *BESIDE)
    used = {module: {name for node in ast.walk(_tree(module)) for name in _names(node)} for module in modules}
    empty = {m: (names & SAY_NOTHING) - THEIRS.get(m, set()) for m, names in used.items()}
    assert {module: names for module, names in empty.items() if names} == {}


WITHOUT_TESTS_OF_THEIR_NAME = {
    "warehouse/looked_at.py": "gathers frames; tests/warehouse/figures/test_keeping.py holds what is kept of them",
    "flows/cli/auditing/verify.py": "goes into a pack as it is; tests/flows/cli/test_pack.py runs it there",
}
"""Modules that other tests hold, and which."""


def test_every_module_that_holds_rules_has_a_test_module_of_its_name_beside_it() -> None:
    """A package's ``__init__.py`` holds a docstring, or a record that tests of all platforms hold."""
    missing = {
        module
        for module in MODULES
        if not module.endswith("__init__.py")
        and not (ROOT / "tests" / module).with_name(f"test_{Path(module).name}").exists()
    }
    assert missing == set(WITHOUT_TESTS_OF_THEIR_NAME)


def test_make_test_leaves_sieges_out_and_make_siege_runs_each() -> None:
    folder = ROOT / "tests" / "siege"
    with_tests = {path.name for path in folder.rglob("*.py") if "def test_" in path.read_text(encoding="utf-8")}
    assert {name for name in with_tests if not fnmatch(name, "siege_*.py")} == set()
    target = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\nsiege:")[2].partition("\n\n")[0]
    assert "-o 'python_files=siege_*.py' tests/siege" in target


def _floors_hold(*imports: tuple[str, str]) -> bool:
    """Whether floors of a made-up ``connectors`` with two platforms hold, given who imports whom."""
    graph = grimp.ImportGraph()
    for name in (
        "",
        ".contract",
        ".reading",
        ".reading.files",
        ".facebook",
        ".facebook.export",
        ".x",
        ".x.api",
        ".x.export",
    ):
        graph.add_module(f"connectors{name}")
    for importer, imported in imports:
        graph.add_import(importer=f"connectors.{importer}", imported=f"connectors.{imported}")
    options = {
        "containers": ["connectors"],
        "layers": ["*", "reading", "contract"],
        "within": ["(api)", "(export)"],
        "exhaustive": "true",
    }
    contract = LayersWithRest(
        name="floors", session_options={"root_packages": ["connectors"]}, contract_options=options
    )
    return contract.check(graph, verbose=False).kept


def test_every_folder_that_no_floor_names_is_a_platform_and_may_use_the_floors_below() -> None:
    assert _floors_hold(("facebook.export", "reading.files"), ("x.export", "contract"), ("reading.files", "contract"))


def test_no_platform_may_import_another() -> None:
    assert not _floors_hold(("facebook.export", "x.export"))
    assert not _floors_hold(("reading.files", "x.export"))


def test_reading_a_platforms_files_knows_nothing_of_asking_it() -> None:
    assert _floors_hold(("x.api", "x.export"))
    assert not _floors_hold(("x.export", "x.api"))


@pytest.mark.parametrize("path", sorted((ROOT / "benchmarks").glob("[!_]*.py")), ids=lambda path: path.stem)
def test_every_benchmark_finds_what_it_imports(path: Path) -> None:
    """A module that moved would end ``make bench`` after minutes, and nothing else would tell."""
    importlib.import_module(f"benchmarks.{path.stem}")
