"""Which documents belong to which indicator, and to which figure."""

from __future__ import annotations

import polars as pl
import pytest

from connectors.reading import attached as reading
from tests.conftest import CAMPAIGN, World
from warehouse.figures import attached

INDICATORS = """
[[indicator]]
id = "views"
name = "Views"
of = "campaign:forum"
metric = "views"

[[indicator]]
id = "list"
name = "Participants"
actual = 164
source = "Attendance list"
"""


def test_what_a_load_is_taken_for_has_one_name() -> None:
    assert attached.CONNECTOR == reading.CONNECTOR


def test_a_document_is_kept_and_not_read_and_a_withdrawn_one_is_attached_to_nothing(world: World) -> None:
    world.plan(CAMPAIGN + INDICATORS)
    world.drop("documents/list/scan.pdf", b"%PDF-1.7 a scan")
    world.drop("documents/lost/scan.pdf", b"%PDF-1.7 another")
    day = world.day()
    files = world.table("source_files")
    assert attached.documents(files.filter(pl.col("problem").is_null()), day.plan).select("indicator_id", "path").rows() == [
        ("list", "documents/list/scan.pdf"), ("lost", "documents/lost/scan.pdf"),
    ]  # fmt: skip
    assert files["problem"].null_count() == 2
    (sentence,) = attached.of_no_indicator(day.loads, day.plan)
    assert sentence.startswith("The folder documents/lost of the inbox is called like no indicator")


@pytest.mark.parametrize(("metric", "ids"), [("views", ["views", "list"]), ("likes", ["list"])])
def test_documents_of_a_figures_indicators_and_of_those_by_hand_are_behind_it(
    world: World, metric: str, ids: list[str]
) -> None:
    world.plan(CAMPAIGN + INDICATORS)
    plan = world.day().plan
    assert [indicator.id for indicator in attached.behind(plan, "forum", metric)] == ids


def test_a_document_that_the_plan_names_is_attached_to_each_indicator_that_names_it(world: World) -> None:
    named = 'documents = ["shared/scan.pdf", "documents/shared/lost.pdf"]\n'
    world.plan(CAMPAIGN + INDICATORS.replace('metric = "views"\n', 'metric = "views"\n' + named) + named)
    world.drop("documents/shared/scan.pdf", b"%PDF-1.7 a scan")
    world.drop("documents/list/own.pdf", b"%PDF-1.7 another")
    day = world.day()
    assert attached.of_indicators(day.loads, day.plan).select("indicator_id", "path").rows() == [
        ("list", "documents/list/own.pdf"), ("list", "documents/shared/scan.pdf"),
        ("shared", "documents/shared/scan.pdf"), ("views", "documents/shared/scan.pdf"),
    ]  # fmt: skip
    assert attached.of_no_indicator(day.loads, day.plan) == [
        f"Indicator {name} names the document documents/shared/lost.pdf, which is not in documents/ of the inbox."
        for name in ("views", "list")
    ]
