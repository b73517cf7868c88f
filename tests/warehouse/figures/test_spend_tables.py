"""The tables of what ads cost."""

from __future__ import annotations

from connectors.advertising import AD_COUNTS
from warehouse.figures.spend import COUNTS
from warehouse.figures.spend_tables import SPEND_TABLES


def test_what_reports_of_ads_count_is_published_and_reach_is_never_added() -> None:
    ad_spend = {column.name for column in SPEND_TABLES[0].columns}
    assert set(AD_COUNTS) <= ad_spend
    assert "reach" not in COUNTS
    assert not {"reach", "impressions"} & {column.name for column in SPEND_TABLES[1].columns}
