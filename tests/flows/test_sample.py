"""The bundled sample says what the donor report printed, and a second way of counting agrees."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import polars as pl
import pytest

import flows
from connectors import PLATFORMS
from flows.steps import night
from flows.steps.settings import Workspace
from tests.flows.sample_counts import campaign_counts
from tests.warehouse.publish.document.documents import document
from warehouse.publish.document.blocks import Paragraph, Table
from warehouse.publish.document.contents import Scope
from warehouse.publish.report.plan_names import nouns
from warehouse.publish.report.sentence import sentence

SAMPLE = Path(flows.__file__).parent / "sample"


@cache
def tables(workspace: Workspace, day: str = "2024-12-30") -> dict[str, pl.DataFrame]:
    computed = night.compute(workspace, night.read_plan(workspace), date.fromisoformat(day))
    assert computed.problems == ()
    return computed.tables


def campaign(published_tables: dict[str, pl.DataFrame], name: str) -> dict[str, Any]:
    return published_tables["campaign_totals"].row(by_predicate=pl.col("campaign_id") == name, named=True)


def test_the_six_vlogs_of_2024_have_the_printed_figures(published: Workspace) -> None:
    published_tables = tables(published)
    stages = {row["stage"]: row for row in published_tables["stage_totals"].iter_rows(named=True)}
    listed = stages["short-listed"]
    assert (listed["views"], listed["shares"], listed["comments"], listed["likes"]) == (46_700, 466, 207, 491)
    assert (stages["submitted"]["counted"], listed["assets"], stages["winner"]["assets"]) == (26, 6, 3)
    total = campaign(published_tables, "iduai-2024")
    assert (total["views"], total["shares"], total["comments"], total["likes"]) == (46_700, 466, 207, 491)
    assert total["outreach"] == 4
    assert published_tables["asset_totals"].height == 6
    assert (published_tables["asset_totals"]["posts"] > 1).all()


def test_the_campaign_of_2022_reached_at_most_the_printed_accounts(published: Workspace) -> None:
    total = campaign(tables(published), "iduai-2022")
    assert (total["reach_at_most"], total["likes"], total["outreach"]) == (21_067, 724, 2)


def test_the_live_event_of_2023_is_approximate_and_its_visits_and_reach_are_known(published: Workspace) -> None:
    total = campaign(tables(published), "iduai-2023")
    assert (total["views"], total["approximate"], total["visits"], total["reach_at_least"]) == (3_500, 1, 1_050, 2_696)


def test_two_debates_were_recorded(published: Workspace) -> None:
    assert campaign(tables(published), "youth-debate")["posts"] == 2


EVENTS = {
    "1.1.5": (14, 225, 90), "1.1.6": (3, 75, 43), "1.1.7": (3, 488, 214), "1.1.8": (2, 60, 38), "1.2.2": (5, 170, 116),
}  # fmt: skip
"""Events, participants and women of each activity, as the donor's report printed them."""
SENTENCE = "3 national workshops with 488 participants, 214 of them women"


def test_the_events_of_each_activity_have_the_printed_participants_and_women(published: Workspace) -> None:
    activities = tables(published)["activity_totals"].filter(pl.col("events") > 0)
    figures = activities.select(
        "activity_id", "events", "participants", "participants_women", "participants_women_known"
    )
    assert {row[0]: row[1:4] for row in figures.rows()} == EVENTS
    assert figures["participants_women_known"].to_list() == figures["events"].to_list()
    assert activities["participants_men"].null_count() == activities.height  # the report does not tell them
    assert campaign(tables(published), "national-workshops")["outreach"] == 0


def test_the_national_workshops_are_told_in_the_line_the_document_and_the_iati_file(published: Workspace) -> None:
    plan, of_sample = night.read_plan(published).plan, tables(published)
    lines = [
        sentence(of_sample, "national-workshops", language, PLATFORMS, nouns(plan, "national-workshops", language))
        for language in ("en", "km")
    ]
    assert lines[0] == f"As of 30 December 2024, the campaign has had {SENTENCE}."
    assert "សិក្ខាសាលាថ្នាក់ជាតិ 3 ដែលមានអ្នកចូលរួម 488 នាក់ ក្នុងនោះមានស្ត្រី 214 នាក់" in lines[1]
    campaigns = tuple(c.id for c in plan.campaigns if c.activity == "1.1.7")
    made = document(published, Scope(campaigns, activity="1.1.7"))
    assert any(SENTENCE in block.text for block in made.blocks if isinstance(block, Paragraph))
    cells = [[cell.text for cell in row] for block in made.blocks if isinstance(block, Table) for row in block.rows]
    assert ["Together", "3", "488", "214"] in cells
    results = (published.published / night.IATI).read_text(encoding="utf-8")
    indicator = ElementTree.fromstring(results).find(".//indicator[reference]/reference[@code='1.1.7-f']/..")
    assert indicator is not None
    (of_all, of_women) = indicator.findall("period/actual")
    assert (of_all.get("value"), of_all.find("dimension")) == ("488", None)
    dimension = of_women.find("dimension")
    assert dimension is not None
    assert (of_women.get("value"), dimension.attrib) == ("214", {"name": "sex", "value": "female"})


def test_what_tests_before_and_after_the_debates_say_is_typed_with_its_source(published: Workspace) -> None:
    progress = tables(published)["indicator_progress"].row(by_predicate=pl.col("indicator_id") == "1.2.2-c", named=True)
    assert (progress["actual"], progress["is_entered"], progress["verdict"]) == (32.0, True, "reached")
    assert progress["source"] == "Tests before and after the five youth debates, on average"


@pytest.mark.parametrize("day", ["2024-09-30", "2024-10-15", "2024-12-30"])
def test_counting_the_files_a_second_way_gives_the_same(published: Workspace, day: str) -> None:
    published_tables = tables(published, day)
    for name, expected in campaign_counts(SAMPLE, day).items():
        total = campaign(published_tables, name)
        ours = {"radio": "outreach", "reach_sum": "reach_at_most", "reach_max": "reach_at_least"}
        for figure, value in expected.items():
            column = ours.get(figure, figure)
            if column == "reach_at_most" and total["reach_known"] < total["posts"]:
                assert total[column] is None
            elif column in total:
                assert total[column] == value, (name, figure)


def test_the_near_miss_is_unattributed_and_says_why(published: Workspace) -> None:
    near_misses = tables(published)["unattributed_posts"].filter(pl.col("nearest").str.contains("1 day after it ends"))
    assert near_misses["post_id"].to_list() == ["100064500000004_122158042400000013"]
