"""A platform is added by one folder, its tests, and one line in the tuple of all platforms.

The platform ``example`` is added to a copy of the tree. Everything else has to follow by itself, also over a workspace
that the tree as it is made before.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import fastexcel
import polars as pl
import pytest

from flows.steps import freezing, night
from tests.conftest import CAMPAIGN, World, meta, post
from tests.trees import change, copied, run

FOLDER = {
    "__init__.py": '''"""Example: a platform that there is not."""

from connectors.example import export
from connectors.platform import Platform

PLATFORM = Platform(
    name="example",
    label={"en": "The Example", "km": "ឧទាហរណ៍"},
    export=export,
    settings=export.Settings,
    reported=("views", "likes"),
    kinds=("post",),
    likes="likes",
    is_views_with_ads=False,
)
''',
    "export.py": '''"""Example: its list of posts.

Reference: none, since there is no such platform.
Limits: none.
Not reported: everything but views and likes.
"""

from __future__ import annotations

import polars as pl

from connectors.contract import Extract, Match, Raw, Refused
from connectors.reading import links, posts
from connectors.reading.extracts import joined
from connectors.reading.layouts import Layout, MatchedTable, match, matched_tables
from connectors.reading.observed import observed
from connectors.reading.posts import Covered
from connectors.settings import ConnectorSettings

NAME = "example"

LAYOUTS = (Layout("content", "Example's list of posts", ("url", "views")),)


class Settings(ConnectorSettings):
    """Example's section of the settings."""


def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:
    """Whether a file is Example's list of posts."""
    return match(matched_tables(raw, NAME, LAYOUTS, settings))


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """Posts with their lifetime readings.

    Raises:
        Refused: there is no list of posts in it.
    """
    if tables := matched_tables(raw, NAME, LAYOUTS, settings):
        return joined([_read(raw, one, settings) for one in tables])
    raise Refused("This is no list of Example's posts.")


def _read(raw: Raw, one: MatchedTable, settings: ConnectorSettings) -> Extract:
    number = links.part(NAME, "number")
    table = posts.read(raw, one, settings, number.is_not_null())
    frame = table.frame.with_columns(
        pl.lit(NAME).alias("platform"),
        number.alias("post_id"),
        pl.lit("id").alias("identified_by"),
        links.part(NAME, "user").alias("account_id"),
        pl.lit("post").alias("kind"),
        pl.lit(False).alias("is_damaged"),
        pl.when(number.is_null()).then(pl.lit("no link")).otherwise("unreadable").alias("reason"),
    )
    seen = observed(raw, settings, None, "", one.table.written_at, one.table.is_utc)
    return posts.extract_of_posts(table, frame, seen, Covered(None, None, "lifetime"), settings)
''',
    "words.toml": """[content.en]
url = ["Example link"]
text = ["Example text"]
published_at = ["Sent"]
views = ["Shown"]
likes = ["Hearts"]
""",
    "definitions.toml": """[[views]]
counts = "times that somebody dreamt of it"
source = "https://example.org/views"

[[views]]
since = 2024-11-01
counts = "times that it was shown"
source = "https://example.org/views"

[[likes]]
counts = "hearts"
source = "https://example.org/hearts"
""",
    "shapes.toml": """[example]
host = 'example\\.org'
also_written = ["ex"]
in_english = "set Example's language to English"
post_id = ["{number}"]

[example.parts]
number = '(?i)example\\.org/[^/]+/([0-9]{5,})'
user = '(?i)example\\.org/([^/]+)/[0-9]{5,}'
""",
}
EXPORT = (
    "Example link,Example text,Sent,Shown,Hearts\n"
    "https://example.org/alpha/77701,A #forum,2024-09-02,40,4\n"
    "https://example.org/alpha/77702,Another #forum,2024-09-03,2,\n"
)
ACCOUNT = '[[organisation]]\nname = "Alpha"\n[[account]]\nid = "example:alpha"\norganisation = "Alpha"\n'
NIGHT = """
import json, sys
from datetime import date
from pathlib import Path
from flows.cli.inspection import inspected
from flows.steps import freezing, night
from flows.steps.settings import Workspace
workspace, day = Workspace(Path(sys.argv[1])), date(2024, 12, 30)
night.receive(workspace)
good = night.read_plan(workspace)
loaded = night.load(workspace, good.plan.project.timezone)
computed = night.compute(workspace, good, day)
night.release(workspace, computed, night.report(workspace, computed))
differences, _ = freezing.diff(workspace, good, "before")
print(json.dumps({
    "loaded": loaded.files["connector"].to_list(),
    "inspected": inspected(workspace.home / "inbox/2024-12-01/b.csv", workspace)["connector"],
    "differences": freezing.as_objects(differences),
}, default=str))
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree with the platform: a folder, a test folder with a sample, and a line."""
    copy = copied(tmp_path_factory.mktemp("tree"))
    for name, content in FOLDER.items():
        file = copy / "connectors" / "example" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(content, encoding="utf-8")
    tests = copy / "tests" / "connectors" / "example"
    (tests / "samples").mkdir(parents=True)
    (tests / "samples" / "posts.csv").write_text(EXPORT, encoding="utf-8")
    (tests / "test_export.py").write_text("")
    change(copy / "connectors/__init__.py", r'        "eventbrite",\n', '        "example",\n')
    return copy


def test_a_platform_that_is_one_folder_is_in_tables_report_workbook_and_diff(world: World, tree: Path) -> None:
    world.drop("2024-12-01/a.csv", meta(post(1, Views=10, Reactions=1)))
    world.drop("2024-12-01/b.csv", EXPORT)
    assert len(world.load().synced.refused) == 1
    freezing.freeze(world.workspace, night.read_plan(world.workspace), "before", date(2024, 12, 30))
    world.drop("2024-12-01/c.csv", "no,platform,account,link,title,published,views\n1,Ex,beta,,B #forum,2024-09-04,5\n")
    world.plan(CAMPAIGN + ACCOUNT)

    done = run(tree, "-c", NIGHT, str(world.workspace.home))

    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert printed["loaded"] == ["facebook", "example", "sheet"]  # each looks at links of all platforms
    assert printed["inspected"] == "example"
    published = world.workspace.published
    tables = {name: pl.read_parquet(published / f"parquet/{name}.parquet") for name in TABLES}
    assert _rows(tables["post_totals"], "post_id", "views", "likes", "organisation") == [
        ("77701", 40, 4, "Alpha"),
        ("77702", 2, None, "Alpha"),
        ("example-no-1-beta-on-2024-09-04", 5, None, None),
    ]
    assert _rows(tables["platform_totals"], "posts", "views", "likes") == [(3, 47, 4)]
    assert tables["campaign_totals"]["views_basis"].item() == "ads are counted in facebook; not counted in example"
    assert "example views since 2024-11-01" in tables["campaign_totals"]["definitions"].item()
    assert _rows(tables["definition_changes"], "metric", "before") == [("views", "times that somebody dreamt of it")]
    moved = {
        (row["table"], row["metric"]): (row["frozen"], row["now"], sum(row["causes"].values()))
        for row in printed["differences"]
        if row["table"] == "campaign_totals"
    }
    assert moved["campaign_totals", "views"] == (10, 57, 47)
    page = (published / "report/campaign-forum.html").read_text(encoding="utf-8")
    assert "The Example" in page
    assert "ឧទាហរណ៍" in (published / "report/km/campaign-forum.html").read_text(encoding="utf-8")
    book = fastexcel.read_excel(published / "reach.xlsx")
    assert "example" in book.load_sheet("platform_totals").to_polars()["platform"].to_list()


TABLES = ("post_totals", "platform_totals", "campaign_totals", "definition_changes")


def _rows(table: pl.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    """The example's rows of a table."""
    return table.filter(pl.col("platform") == "example").select(columns).sort(columns[0]).rows()


def test_the_tests_of_every_platform_hold_it_and_demand_its_row_of_the_readme(tree: Path) -> None:
    tests = ("tests/connectors/test_every_platform.py", "tests/connectors/test_definitions.py")
    options = ("-m", "pytest", "-n", "0", "-q", "-p", "no:cacheprovider", "-k", "example or alphabetical or tuple")
    done = run(tree, *options, *tests)
    assert done.returncode == 1, done.stdout + done.stderr
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    assert [line.partition("::")[2].partition(" ")[0] for line in failed] == [
        "test_it_is_a_row_of_the_readme[example]",
        "test_the_readmes_tables_tell_the_metrics_that_it_reports_and_no_others[example]",
    ]
