"""Pages name contacts only where a setting says so, and tables never."""

from __future__ import annotations

from datetime import date

import duckdb
import polars as pl

from flows.steps import freezing, night
from flows.steps.settings import Workspace
from tests.conftest import CAMPAIGN, PAGE, World, meta, post
from tests.flows.published import publish
from tests.warehouse.plan.plans import parse
from warehouse.publish.report.contacts import Contacts

NAME, NUMBER = "Dara of the office", "+855 12 345 678"
ORGANISATIONS = f'''[[organisation]]
name = "Lens"
contact = "{NAME}, {NUMBER}"
[[organisation]]
name = "Drum"
contact = "{NAME}"
'''
BASE = '[project]\nname = "P"\n[[activity]]\nid = "1.1"\nname = "Forum"\n' + CAMPAIGN
PLAN = parse(BASE + ORGANISATIONS)


def pages(world: World) -> dict[str, str]:
    """Every page of a report in which a page's figures are too old, and what it says."""
    world.plan(CAMPAIGN + ORGANISATIONS + f'[[account]]\nid = "facebook:{PAGE}"\norganisation = "Lens"\n')
    world.drop("2024-12-01/a.csv", meta(post(1, Views=10)))
    publish(world.workspace, has_report=True)
    folder = world.workspace.published / "report"
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.html")}


def test_no_page_has_a_name_or_a_number_unless_the_settings_say_so_and_the_page_of_whom_to_ask_says_why(
    world: World,
) -> None:
    texts = pages(world)
    assert [name for name, text in texts.items() if NAME in text or NUMBER in text] == []
    assert "Dear Lens," in texts["todo.html"]
    assert "Names and telephone numbers are hidden" in texts["todo.html"]
    assert "ask Lens for a newer export" in texts["campaign-forum.html"]
    assert "Lens sends a newer export" in texts["sources.html"]


def test_where_the_settings_say_so_pages_say_whom_to_ask(world: World) -> None:
    (world.workspace.home / "reach.toml").write_text("report_contacts = true\n", encoding="utf-8")
    world.workspace = Workspace(world.workspace.home)
    texts = pages(world)
    named = {name for name, text in texts.items() if NUMBER in text and "/" not in name}
    assert named == {"todo.html", "campaign-forum.html"}
    assert "are hidden" not in texts["todo.html"]


def test_no_published_or_frozen_table_names_a_contact_whatever_the_settings_say(world: World) -> None:
    (world.workspace.home / "reach.toml").write_text("report_contacts = true\n", encoding="utf-8")
    world.workspace = Workspace(world.workspace.home)
    pages(world)
    freezing.freeze(world.workspace, night.read_plan(world.workspace), "final", date(2024, 12, 30))
    tables = [*world.workspace.published.rglob("*.parquet"), *world.workspace.published.rglob("*.duckdb")]
    assert len(tables) > 20
    for file in tables:
        if file.suffix == ".parquet":
            rows = [str(pl.read_parquet(file).rows())]
        else:
            with duckdb.connect(str(file), read_only=True) as opened:
                names = [name for (name,) in opened.execute("select table_name from duckdb_tables()").fetchall()]
                rows = [str(opened.execute(f"from {name}").fetchall()) for name in names]
        assert not [row for row in rows if NAME in row or NUMBER in row], file
    act = pl.read_parquet(world.workspace.published / "parquet" / "source_freshness.parquet")["act"].to_list()
    assert act == ["Lens sends a newer export"]


def test_nothing_is_hidden_where_the_plan_has_no_contact() -> None:
    assert not Contacts(parse(BASE), are_shown=False).are_hidden
    assert Contacts(PLAN, are_shown=False).are_hidden
