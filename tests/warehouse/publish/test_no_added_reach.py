"""Questions that would add up people are told apart from those that would not."""

from __future__ import annotations

import re

import duckdb
import pytest

from warehouse.publish.no_added_reach import ADDING, why_not


@pytest.mark.parametrize(
    "sql",
    [
        "select sum(reach_at_least) from campaign_totals",
        "select SUM(\"Reach\") from post_totals",
        "select sum(reach) over (order by published_at) from post_totals",
        "select a.reach_at_least + b.reach_at_least from campaign_totals a, campaign_totals b",
        "select sum(r) from (select reach_at_least AS r from campaign_totals)",
        "with t AS (select reach AS r from post_totals) select avg(r) from t",
        "select list_sum(list(reach)) from post_totals",
        "select sum(columns(*)) from campaign_totals",
        "select sum(columns('r.*')) from campaign_totals",
        "select sum(c) from (from campaign_totals) t(a, b, c)",
        "select campaign_id from campaign_totals order by sum(reach_at_most) over ()",
    ],
)  # fmt: skip
def test_what_would_add_up_reach_is_refused(sql: str) -> None:
    assert why_not(sql) is not None


@pytest.mark.parametrize(
    "sql",
    [
        "select campaign_id, reach_at_least, reach_at_most from campaign_totals",
        "select max(reach) from post_totals",
        "select campaign_id, sum(views) from post_totals group by 1",
        "select count(*) from post_totals where reach > 5",
        "from activity_totals",
        "describe campaign_totals",
        "this is no sql",
    ],
)
def test_what_adds_up_no_people_is_asked(sql: str) -> None:
    assert why_not(sql) is None


def test_every_sum_of_duckdb_is_known() -> None:
    names = {
        row[0]
        for row in duckdb.sql(
            "select distinct function_name from duckdb_functions() where function_type = 'aggregate'"
        ).fetchall()
    }
    assert {name for name in names if re.search("sum|^f?avg|mean", name)} <= ADDING
