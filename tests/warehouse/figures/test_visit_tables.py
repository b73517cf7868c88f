"""The tables of visits by the tags of links."""

from __future__ import annotations

from warehouse.figures.visit_tables import VISIT_TABLES


def test_visits_stand_beside_no_reach_and_what_has_no_tag_beside_what_has_one() -> None:
    tagged, of_campaign, of_activity = ({column.name for column in mart.columns} for mart in VISIT_TABLES)
    assert not any("reach" in name for name in tagged | of_campaign | of_activity)
    assert {"visits", "other_tags", "untagged", "in_all"} <= of_campaign & of_activity
