"""A measure's record says everything about it, and the lists that derive from it leave nothing out."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from connectors.contract import HEADLINES, METRICS, Label
from warehouse import measures
from warehouse.evidence import differences
from warehouse.figures.tables import MARTS, MEASURES
from warehouse.measures import MEASURE
from warehouse.publish.report import sentence
from warehouse.publish.report.contents import SHOWN
from warehouse.publish.report.language import LANGUAGES

NOT_COMPARED = (
    "reach_basis",
    "views_basis",
    "definitions",
    "read_from",
    "read_to",
    "read_until",
    "reach_on",
    "as_of",
    "source",
    "converted_to",
    "rate",
    "rate_source",
)
"""Words, days and instants: where they move alone, no figure is another one."""


def test_every_number_and_verdict_of_a_compared_table_is_compared() -> None:
    compared = {
        column.name
        for mart in MARTS
        if mart.name in differences.COMPARED
        for column in mart.columns
        if column.name not in (*mart.key, *NOT_COMPARED) and not column.name.startswith(_DESCRIBING)
    }
    assert compared == set(measures.COMPARED)
    assert {"verdict", "percent", "stale", "approximate", "entered", "views_known", "is_entered"} < compared
    assert {metric.name for metric in METRICS if metric.is_additive} < compared


_DESCRIBING = (
    "campaign_name", "activity", "output", "objective", "project_name", "platform", "account_name", "asset_name",
    "organisation",
    "stage", "step", "period", "is_over", "name", "metric", "unit", "first_published_on", "last_published_on",
)  # fmt: skip
"""Columns that say what a row is about."""


def test_every_table_of_figures_of_campaigns_is_compared() -> None:
    totals = [mart.name for mart in MARTS if mart.name.endswith("_totals") and mart.name != "post_totals"]
    over_time = [mart.name for mart in MARTS if mart.name.endswith(("_daily", "_periods"))]
    assert set(differences.COMPARED) == {*totals, *over_time, "indicator_progress", "campaign_spend"}


def test_a_measure_that_is_added_without_a_word_on_that_is_compared_and_may_be_named() -> None:
    measure = measures.Measure("new", "something new", "things")
    assert (measure.is_beside, measure.is_figure, measure.is_explained) == (False, True, True)


def test_a_figure_has_a_label_in_every_language_of_reports() -> None:
    assert Label._fields == LANGUAGES
    for name in (*(metric.name for metric in METRICS), "posts", "outreach", "visits", "engagements"):
        assert len({measures.label(name, language) for language in LANGUAGES}) == len(LANGUAGES)
    assert measures.label("reach_basis", "km") == "reach_basis"


@pytest.mark.parametrize(
    ("column", "unit"),
    [("views", "plays or displays"), ("views_known", "posts"), ("reach", "accounts"), ("visits_known", "figures"),
     ("engagements", "actions"), ("counted", "assets"), ("a stage", "posts")],
)  # fmt: skip
def test_a_figure_that_a_plan_names_is_counted_in_its_records_unit(column: str, unit: str) -> None:
    assert measures.unit_of(column) == unit


def test_posts_that_nothing_was_counted_of_are_zero_and_their_figures_are_not() -> None:
    assert {"posts", "outreach", "views_known", "reach_known"} < set(measures.ZERO_WHERE_EMPTY)
    assert not {"views", "engagements", "reach_at_least", "posts_gone", "visits_known"} & set(measures.ZERO_WHERE_EMPTY)


def test_of_two_periods_only_what_adds_up_is_added() -> None:
    assert not {"reach_at_least", "reach_at_most", "posts_gone", "stale", "views_known"} & measures.ADD_UP
    assert {"posts", "outreach", "visits", "engagements", "views", "watch_seconds"} < measures.ADD_UP


def test_reports_tell_the_headlines_and_show_every_metric_that_is_for_reports() -> None:
    assert set(HEADLINES) == set(sentence._FIGURES)
    assert set(SHOWN) == {metric.name for metric in METRICS if metric.is_in_report or metric.is_headline}
    assert MEASURE["watch_seconds"].dtype == pl.Float64


def test_the_readme_has_a_column_for_every_metric_that_reports_show() -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    headers = [line for line in text.splitlines() if line.startswith(("| | views |", "| | deliveries |"))]
    columns = {cell.strip().replace("_", " ") for header in headers for cell in header.split("|")}
    missing = [m.name for m in METRICS if m.is_in_report and not {m.name.replace("_", " "), m.word} & columns]
    assert not missing, f"README's tables of what is read have no column for {', '.join(missing)}"


def test_indicators_may_name_exactly_the_columns_of_the_totals() -> None:
    named = {column.name for column in MEASURES} - {*NOT_COMPARED, "definition_changes"}
    assert named <= {*measures.NAMEABLE}
    assert {*measures.NAMEABLE} - named <= {"assets", "counted", "reach"}
