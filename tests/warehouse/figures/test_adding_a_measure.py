"""A metric is added by one line, the words of the platforms that report it, and its name among what they report.

The metric ``bookmarks`` is added to a copy of the tree. Everything else has to follow by itself, also over a workspace
that the tree as it is made before.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import fastexcel
import pytest

from flows.steps import freezing, night
from tests.conftest import CAMPAIGN, META, World, copy_of, new_world, post, table
from tests.trees import change, copied, run

LINE = '    Metric("bookmarks", "bookmarks", "times it was kept in a list", Label("Bookmarks", "ចំណាំ")),\n'
INDICATOR = """
[[indicator]]
id = "1.1-b"
name = "Kept in lists"
of = "activity:1.1"
metric = "bookmarks"
target = 5
"""
NIGHT = """
import json, sys
from datetime import date
from pathlib import Path
from flows.steps import freezing, night
from flows.steps.settings import Workspace
workspace, day = Workspace(Path(sys.argv[1])), date(2024, 12, 30)
night.receive(workspace)
good = night.read_plan(workspace)
night.load(workspace, good.plan.project.timezone)
computed = night.compute(workspace, good, day)
tables = computed.tables
night.release(workspace, computed, night.report(workspace, computed))
differences, _ = freezing.diff(workspace, good, "before")
print(json.dumps({
    "tables": {name: table["bookmarks"].to_list() for name, table in tables.items() if "bookmarks" in table.columns},
    "indicator": tables["indicator_progress"].select("actual", "unit", "verdict").row(0),
    "differences": freezing.as_objects(differences),
}, default=str))
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree with the metric."""
    copy = copied(tmp_path_factory.mktemp("tree"))
    change(copy / "connectors/contract.py", r'    Metric\("saves",.*\n', LINE)
    change(copy / "connectors/facebook/__init__.py", r"reported=\(", '"bookmarks", ')
    change(copy / "connectors/facebook/words.toml", r"\[content\.en\]\n", 'bookmarks = ["Bookmarks"]\n')
    return copy


def export(*rows: Mapping[str, Any]) -> str:
    """A Meta export that has a column for bookmarks."""
    return "\ufeff" + table((*META, "Bookmarks"), rows)


@pytest.fixture(scope="module")
def frozen_before(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A workspace with a report that the tree as it is froze, which does not know the column; for copies."""
    world = new_world(tmp_path_factory.mktemp("before"))
    world.drop("2024-12-01/a.csv", export(post(1, Views=10, Bookmarks=7), post(2, Views=5, Bookmarks="")))
    world.load()
    freezing.freeze(world.workspace, night.read_plan(world.workspace), "before", date(2024, 12, 30))
    world.plan(CAMPAIGN + INDICATOR)
    return world


@pytest.mark.parametrize("history", ["made by the older tree", "made anew"])
def test_a_metric_that_is_one_line_is_in_tables_report_workbook_and_diff(
    frozen_before: World, tmp_path: Path, tree: Path, history: str
) -> None:
    workspace = copy_of(frozen_before, tmp_path).workspace
    home = workspace.home
    if history == "made anew":
        workspace.warehouse_file.unlink()
    done = run(tree, "-c", NIGHT, str(home))
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert printed["tables"]["campaign_totals"] == [7]
    assert {"project_totals", "account_totals", "campaign_daily", "campaign_periods", "post_totals"} < set(
        printed["tables"]
    )
    assert printed["indicator"] == [7.0, "bookmarks", "reached"]
    moved = {
        (difference["table"], difference["metric"]): (
            difference["frozen"],
            difference["now"],
            sum(difference["causes"].values()),
        )
        for difference in printed["differences"]
    }
    assert moved["campaign_totals", "bookmarks"] == (None, 7, 7)
    page = (home / "published/report/campaign-forum.html").read_text(encoding="utf-8")
    assert "Bookmarks" in page
    assert "Bookmarks" in (home / "published/report/definitions.html").read_text(encoding="utf-8")
    assert "ចំណាំ" in (home / "published/report/km/campaign-forum.html").read_text(encoding="utf-8")
    book = fastexcel.read_excel(home / "published/reach.xlsx")
    assert "bookmarks" in book.load_sheet("campaign_totals").to_polars().columns
    assert "times it was kept in a list" in str(book.load_sheet("Dictionary").to_polars().rows())


def test_the_readme_has_to_name_a_metric_that_was_added_and_nothing_else_has_to(tree: Path) -> None:
    done = run(tree, "-m", "pytest", "-n", "0", "-q", "-p", "no:cacheprovider", "tests/warehouse/test_measures.py")
    (failed,) = (line for line in done.stdout.splitlines() if line.startswith("FAILED"))
    assert "test_the_readme_has_a_column_for_every_metric_that_reports_show" in failed
    assert "README's tables of what is read have no column for bookmarks" in done.stdout
