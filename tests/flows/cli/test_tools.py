"""What docs/tools.md says to type in Python reads a published sample."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from flows.steps.settings import Workspace
from warehouse.figures.tables import MART
from warehouse.publish.snapshot import query_published

DOCUMENT = (Path(__file__).parents[3] / "docs" / "tools.md").read_text(encoding="utf-8")
BLOCKS = {re.split(r"\W+", block)[1]: block for block in re.findall(r"^```python\n(.*?)^```", DOCUMENT, re.M | re.S)}
OURS = ("duckdb", "polars", "json")


def test_every_library_shown_is_tried_but_pandas_which_is_none_of_ours() -> None:
    assert set(BLOCKS) == {*OURS, "pandas"}


@pytest.mark.parametrize("library", OURS)
def test_what_is_shown_reads_the_published_figures(published: Workspace, library: str) -> None:
    command = [sys.executable, "-X", "utf8", "-c", BLOCKS[library]]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=published.home)
    assert "46700" in done.stdout, done.stderr


def test_metabases_views_are_of_every_table_and_none_of_them_sums_reach(published: Workspace) -> None:
    (question,) = re.findall(r"^  ```sql\n(  select 'create view.*?)^  ```", DOCUMENT, re.M | re.S)
    lines = query_published(published.published, question)["line"]
    with duckdb.connect() as connection:
        for line in lines:
            connection.execute(line.replace("'/published/", f"'{published.published.as_posix()}/"))
        assert {
            row[0] for row in connection.execute("select view_name from duckdb_views() where not internal").fetchall()
        } == set(MART)
        assert connection.execute("select sum(views) from campaign_totals").fetchall() > [(46_700,)]
        for column, table in (
            ("reach_at_least", "campaign_totals"),
            ("reach", "post_totals"),
            ("audience", "post_totals"),
        ):
            with pytest.raises(duckdb.BinderException, match="sum"):
                connection.execute(f"select sum({column}) from {table}")
        assert connection.execute("select sum(reach_known) from campaign_totals").fetchall()


def test_its_links_within_the_document_lead_somewhere() -> None:
    headings = re.findall(r"^## (.+)$", DOCUMENT, re.M)
    anchors = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", DOCUMENT)) <= anchors
