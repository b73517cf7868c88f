"""Whoever asks for a figure in SQL is told what says of how many posts it is known."""

from __future__ import annotations

import pytest

from warehouse.publish.known_counts import told_by


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
