"""Visits of a site by the tags of links."""

from __future__ import annotations

from connectors.contract import ACCOUNT_METRICS, METRICS
from connectors.tagged_visits import COLUMNS


def test_visits_by_tags_are_none_of_the_figures_that_totals_are_made_of() -> None:
    counts = [column.name for column in COLUMNS if column.unit or column.name == "visits"]
    assert counts == ["visits"]
    assert "visits" in ACCOUNT_METRICS
    assert "visits" not in {metric.name for metric in METRICS}
