"""10 million observations as of a day, to campaigns and activities, beside the best single DuckDB statement.

50,000 posts read on 200 days. Both start from data in the memory of their own engine, give the same totals,
and run in turn, five times; prints the median ratio. What it costs to hand the history from the warehouse file
to polars is printed apart. Run: python -m benchmarks.rollups
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import datetime

import duckdb
import polars as pl

from connectors import PLATFORMS
from connectors.contract import ADDITIVE, METRIC_COLUMNS
from warehouse.figures import totals
from warehouse.reach import of_posts
from warehouse.readings import latest
from warehouse.readings.latest import POST

POSTS, DAYS, RUNS = 50_000, 200, 5
BEFORE = datetime(2024, 6, 29)

OBSERVATIONS = f"""
create table observations as
select 'facebook' as platform, '100064500000001_' || (122158000000000000 + p) as post_id,
       timestamp '2024-01-01' + d * interval 1 day as observed_at,
       p % 1000 + d * 7 as views, null::bigint as views_paid, p % 900 + d * 9 as impressions, p % 700 + d * 5 as reach,
       p % 50 + d as likes, d % 5 as comments, case when p % 2 = 0 then d % 3 end as shares, null::bigint as saves,
       p % 20 + d as clicks, d * 1000 as watch_ms, null::bigint as audience,
       case when (p + d) % 500 = 0 then ['views'] end as rounded, true as is_measured
from range({POSTS}) t (p), range({DAYS}) s (d)
"""
ATTRIBUTIONS = """
create table attributions as
select distinct platform, post_id, 'c' || (hash(post_id) % 20) as campaign_id,
       'a' || (hash(post_id) % 20 % 6) as activity_id
from observations where observed_at = timestamp '2024-01-01'
"""
METRICS = [m.column for m in ADDITIVE]
STATEMENT = f"""
with latest as (
    select platform, post_id, max(observed_at) as last_read_at,
           {", ".join(f"arg_max({m}, observed_at) as {m}" for m in METRIC_COLUMNS)}
    from observations where observed_at < timestamp '{BEFORE}' group by all
)
select campaign_id, activity_id, count(*) as posts,
       {", ".join(f"sum({m})::bigint as {m}, count({m}) as {m}_known" for m in METRICS)},
       max(reach) as reach_at_least, sum(reach)::bigint as reach_at_most
from latest join attributions using (platform, post_id)
group by grouping sets ((campaign_id), (activity_id)) order by all
"""


def timed(function: Callable[[], object]) -> float:
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def ours(observations: pl.LazyFrame, owned: pl.LazyFrame) -> list[pl.DataFrame]:
    unsaid = {"counts_as": pl.String, "gone_since": pl.Date, "is_watched": pl.Boolean, "is_in_part": pl.Boolean}
    last = latest.latest(observations, BEFORE, with_read_at=("impressions", "reach")).with_columns(
        pl.lit("post").alias("kind"), *(pl.lit(None, dtype).alias(name) for name, dtype in unsaid.items())
    ).collect()  # fmt: skip
    bounded = of_posts.with_bounds(last, PLATFORMS, "UTC")
    posts = totals.with_counting_post(bounded.lazy(), owned).collect().lazy()
    return [
        totals.group_totals(posts, [by], BEFORE.date(), BEFORE, PLATFORMS).sort(by).collect()
        for by in ("campaign_id", "activity_id")
    ]


def same(results: list[pl.DataFrame], expected: pl.DataFrame) -> bool:
    columns = ["posts", "reach_at_least", "reach_at_most", *(f"{m}{e}" for m in METRICS for e in ("", "_known"))]
    return all(
        table.select(by, *columns).equals(expected.drop_nulls(by).sort(by).select(by, *columns))
        for table, by in zip(results, ("campaign_id", "activity_id"), strict=True)
    )


def main() -> None:
    with duckdb.connect() as connection:
        connection.execute(OBSERVATIONS)
        connection.execute(ATTRIBUTIONS)
        connection.execute("set produce_arrow_string_view = true")
        started = time.perf_counter()
        observations = pl.DataFrame(pl.from_arrow(connection.sql("from observations").to_arrow_table(), rechunk=False))
        handed = time.perf_counter() - started
        owned = connection.sql("from attributions").pl().lazy()
        assert observations.select(POST).unique().height == POSTS
        print(f"{observations.height:,} observations of {POSTS:,} posts; handed to polars in {handed:.2f} s")
        expected = connection.sql(STATEMENT).pl()
        print("the same totals:", same(ours(observations.lazy(), owned), expected))
        pairs = [
            (timed(lambda: ours(observations.lazy(), owned)), timed(lambda: connection.execute(STATEMENT).fetchall()))
            for _ in range(RUNS)
        ]
    for name, times in (("ours", [p[0] for p in pairs]), ("DuckDB", [p[1] for p in pairs])):
        print(f"{name}: {min(times):.2f} / {statistics.median(times):.2f} / {max(times):.2f} s (least, median, most)")
    print(f"ratio: {statistics.median(a / b for a, b in pairs):.2f}")


if __name__ == "__main__":
    main()
