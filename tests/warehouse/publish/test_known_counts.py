"""Whoever asks for a figure in SQL is told what says of how many posts it is known."""

from __future__ import annotations

import polars as pl
import pytest

from warehouse.publish.known_counts import of_indicators, told_by


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("select views from campaign_totals", {"campaign_totals": {"views": "views_known"}}),
        ("select t.Views + 1 from main.Campaign_Totals t", {"campaign_totals": {"views": "views_known"}}),
        ("select views, views_known from campaign_totals", {}),
        ("from campaign_totals", {}),
        (
            "select reach_at_least, reach_at_most from project_totals",
            {"project_totals": {"reach_at_least": "reach_known", "reach_at_most": "reach_known"}},
        ),
        (
            "select a.likes, p.views from activity_totals a, campaign_periods p",
            {
                "activity_totals": {"views": "views_known", "likes": "likes_known"},
                "campaign_periods": {"views": "views_known", "likes": "likes_known"},
            },
        ),
        ("select sum(views) from post_totals", {"post_totals": {"views": "count(views)"}}),
        ("select max(reach) over () from post_totals", {"post_totals": {"reach": "count(reach)"}}),
        ("select post_id, views from post_totals where views > 5", {}),
        ("select target, actual from indicator_progress", {}),
        ("select sum(value) from account_figures", {}),
        ("select posts from campaign_totals", {}),
        ("select views from nothing_of_ours", {}),
        ("this is no sql", {}),
    ],
)
def test_a_figure_is_told_with_what_says_how_much_of_it_is_known(sql: str, told: dict[str, dict[str, str]]) -> None:
    assert told_by(sql) == told


@pytest.mark.parametrize(
    ("source", "counts"),
    [
        ("views in campaign_totals, iduai-2024: 16 of 26 know theirs", {"known": 16, "posts": 26}),
        ("participants in activity_totals, 1.1: 2 of 3 events know theirs", {"known": 2, "posts": 3}),
        ("views in project_totals: 16 of 26 know theirs, 3 of them without some days", {"known": 16, "posts": 26}),
        ("engagements in project_totals: 2 of 4 know all that their platform reports", {"known": 2, "posts": 4}),
        (
            "reach_at_least in project_totals: at least: the largest post reach (known: 12); at most: their sum",
            {"known": 12},
        ),
        ("reach_at_least in project_totals: no post knows its reach", None),
        ("Register of participants, 3 of 4 know nothing of it", None),
        ("assets of the plan in this stage", None),
        (None, None),
    ],
)
def test_the_source_of_an_indicator_says_of_how_many_posts_its_figure_is_known(
    source: str | None, counts: dict[str, int] | None
) -> None:
    progress = pl.DataFrame({"indicator_id": ["a"], "period": ["whole"], "source": [source]})
    assert of_indicators(progress) == ({"a": {"whole": counts}} if counts else {})
