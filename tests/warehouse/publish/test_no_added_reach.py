"""Questions that would add up people are told apart from those that would not."""

from __future__ import annotations

import re

import duckdb
import pytest

from warehouse.publish.no_added_reach import ADDS_NOTHING, why_not


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
        "select a.reach_at_least - (-b.reach_at_least) from campaign_totals a, campaign_totals b",
        "select median(reach_at_least) * count(*) from campaign_totals",
        "select histogram(reach_at_least) from campaign_totals",
        "select string_agg(reach::varchar, ',') from post_totals",
        "select list_aggr([reach_at_least, reach_at_most], 'sum') from campaign_totals",
        "select count(*) from (select unnest(range(reach_at_least)) from campaign_totals)",
        "select regr_avgx(1, reach) * count(*) from post_totals",
        "pivot campaign_totals on campaign_id using sum(reach_at_least)",
        "from campaign_totals pivot (sum(views) for campaign_id in ('a'))",
        "summarize campaign_totals",
        "with t(a, b, c) AS (from campaign_totals) select sum(c) from t",
        "select sum(v) from (select 1 AS v union all select * from campaign_totals)",
        "select sum(v) from (select * rename (reach_at_least as v) from campaign_totals)",
        "select sum(v) from (select columns('r.*_least') AS v from campaign_totals)",
        "select sum(#34) from campaign_totals",
        "select sum(struct_extract_at(c, 34)) from campaign_totals c",
        "select sum(to_json(Campaign_Totals)->>'x') from campaign_totals",
        "from query('select su' || 'm(rea' || 'ch_at_least) from campaign_totals')",
        "select sum(actual) from indicator_progress",
        "select sum(value) from account_figures where metric = 'rea' || 'ch'",
        "copy (select sum(reach) from post_totals) to 'x.csv'",
        "select median(reach_at_least) / 0.5 from campaign_totals",
        "explain select 1; select sum(reach) from post_totals",
        "explain analyze select i from range(99999) t(i), (select sum(reach) AS r from post_totals) where i < r",
        "select 1; select sum(reach) from post_totals",
        "select sum(audience) from post_totals",
        "select sum(percent * target) from indicator_progress",
        "select count(*) from post_totals p join (select row_number() over () AS i from source_files) n on i <= p.reach",
        "select count(*) from campaign_totals c(a, b, r) join (select row_number() over () AS i from decisions) on i <= r",
        "select count(*) from ((from decisions limit (select reach from post_totals)) union all from decisions)",
        "select rowid from (select rowid from decisions offset (select max(reach) from post_totals)) offset (select 3)",
        "select count(*) over (rows between reach preceding and reach following) from post_totals",
        "select lag(rowid, reach) over () from post_totals",
        "select left('xxxx', reach) || left('xxxx', reach) from post_totals",
        "select substring(substring('123456789', reach), reach) from post_totals",
        "select sum(i) from (select i, i AS reach from range(9999) t(i)) n natural join post_totals",
        "select sum(i) from range(9999) n(i) join (select 1 AS i) using (Reach)",
        "select sum(v) from (select unnest(main.post_totals) from main.post_totals)",
        "select sum(regexp_extract(main.post_totals::varchar, '[0-9]+')::int) from main.post_totals",
        "from json_execute_serialized_sql('{}')",
        "from pragma_storage_info('post_totals')",
        "from seq_scan('post_totals')",
        "select published_at + to_seconds(reach) from post_totals",
        "select published_at + CAST(CAST(reach AS varchar) AS interval) from post_totals",
        "select published_at + INTERVAL 1 SECOND + INTERVAL 1 SECOND AS t, reach from post_totals",
        "select reach + INTERVAL 1 SECOND from post_totals",
        "select INTERVAL 7 HOUR - published_at, reach from post_totals",
        "select published_at + INTERVAL (getvariable('x')) HOUR, reach from post_totals",
        "select published_at - observed_at, reach from post_totals",
        "select published_at + INTERVAL 1 SECOND from (select reach::varchar::timestamp AS Published_At from post_totals)",
        "with t(published_at) AS (select reach from post_totals) select published_at + INTERVAL 1 SECOND from t",
        "select published_at + INTERVAL 1 SECOND, reach from (select * replace (now() AS published_at) from post_totals)",
        "with recursive t AS (select published_at, reach from post_totals union all "
        "select published_at + INTERVAL 1 SECOND, reach from t where date_part('epoch', published_at) < reach) from t",
        "select published_at + INTERVAL 1 SECOND from (select published_at, reach from post_totals union all "
        "select published_at + INTERVAL 1 SECOND, reach from post_totals)",
        "select sum(value) from account_figures",
        "select sum(value) from account_figures where metric = 'reach'",
        "select sum(value) from account_figures where metric = 'followers'",
        "select sum(value) from account_figures where metric in ('views', 'viewers')",
        "select sum(value) from account_figures where metric in ('views', lower('REACH'))",
        "select sum(value) from account_figures where metric = 'views' or true",
        "select sum(value) from account_figures where not metric = 'views'",
        "select sum(value) from account_figures where metric <> 'views'",
        "select sum(value) from account_figures where platform = 'views'",
        "select sum(value) from (select value from account_figures) where metric = 'views'",
        "select sum(value) + sum(reach) from account_figures, post_totals where metric = 'views'",
        "select sum(a.value) from account_figures a, account_figures b where b.metric = 'views'",
        "select (select sum(i.value) from account_figures i where o.metric = 'views') "
        "from account_figures o where o.metric = 'views'",
        "with account_figures AS (select reach AS value, 'views' AS metric from post_totals) "
        "select sum(value) from account_figures where metric = 'views'",
        "select sum(value) from account_figures t(a, b, c, d, metric, e, value) where metric = 'views'",
        "select sum(value) from (select value from account_figures where metric = 'views' "
        "union all select value from account_figures)",
        "select sum(value) from (select value from account_figures where metric = 'views' "
        "union all select reach from post_totals)",
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
        "select activity_id, sum(views) + sum(likes) AS v from campaign_totals group by rollup (1) order by v",
        "select date_trunc('month', published_at), max(reach) from post_totals where text like '%a%' group by 1",
        "select arg_max(post_id, reach) from post_totals",
        "select views / reach_at_least from campaign_totals",
        "select i from range(9) t(i)",
        "from duckdb_columns() select table_name, count(*) group by 1",
        "select campaign_id, reach_at_least, rank() over (order by reach_at_least) from campaign_totals limit 5 offset 1",
        "select c.reach_at_least, a.reach_at_least from campaign_totals c join activity_totals a using (activity_id)",
        "select campaign_id, count(*) from campaign_totals c join post_totals p on p.campaign_ids = campaign_id group by 1",
        "from post_totals using sample 3",
        "select count(*) from post_totals where reach > 5",
        "from activity_totals",
        "describe campaign_totals",
        "this is no sql",
        "select reach, CAST(published_at + INTERVAL 7 HOUR AS date) AS day from post_totals",
        "select audience, p.published_at - INTERVAL '7 hours' AS clock from post_totals p where reach > 5",
        "select max(reach) from post_totals group by date_trunc('day', published_at + to_minutes(330))",
        "select sum(value) AS v from account_figures where metric = 'views'",
        "select sum(f.value) / 7 AS v from account_figures f where (f.metric in ('visits', 'page_views') and f.value > 5) and true",
        "select sum(value) AS v from main.Account_Figures where Metric = 'views' and platform = 'youtube'",
    ],
)
def test_what_adds_up_no_people_is_asked(sql: str) -> None:
    assert why_not(sql) is None


def test_no_sum_of_duckdb_stands_beside_reach() -> None:
    names = {
        row[0]
        for row in duckdb.sql(
            "select distinct function_name from duckdb_functions() where function_type = 'aggregate'"
        ).fetchall()
    }
    assert not {name for name in names if re.search("sum|^f?avg|mean|list|agg|regr|histogram", name)} & ADDS_NOTHING
