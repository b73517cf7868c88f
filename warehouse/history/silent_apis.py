"""Silence of an API: what it gave before and gives no more, without refusing it. That is withheld, never zero.

Tokens that lost a permission get ``{"data": []}`` and no error, so that only a comparison with earlier pulls tells.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from connectors.contract import METRICS

REMEMBERED_DAYS = 90

QUERY = f"""
with pulls as (
    select load_id, connector, asked_of, asked_since, observed_at,
           row_number() over (partition by connector, asked_of order by observed_at desc, load_id) = 1 as is_last
    from loads
    where grade = 'api' and asked_of is not null and refused is null and is_whole is distinct from false
      and observed_at > (select max(observed_at) from loads where grade = 'api') - interval {REMEMBERED_DAYS} day
), asked as (
    select connector, asked_of, asked_since from pulls where is_last
), published as (
    select platform, post_id, min(published_at) as published_at from posts group by all
), posts_ as (
    select connector, asked_of, platform, post_id, bool_or(is_last) as is_now,
           {", ".join(f"bool_or({m.column} is not null) filter (is_last) as {m.column}_now" for m in METRICS)},
           {", ".join(f"bool_or({m.column} is not null) filter (not is_last) as {m.column}_before" for m in METRICS)}
    from observations join pulls using (load_id) group by all
), of_posts as (
    select connector, asked_of,
           not bool_or(is_now) and bool_or(published_at >= asked_since) as is_posts,
           {
    ", ".join(
        f"bool_or({m.column}_before and is_now) and not bool_or({m.column}_now and {m.column}_before) as is_{m.column}"
        for m in METRICS
    )
}
    from posts_ join published using (platform, post_id) join asked using (connector, asked_of) group by all
), figures as (
    select connector, asked_of, metric, bool_or(is_last) as is_now
    from account_metrics join pulls using (load_id) where value is not null group by all
)
select connector, asked_of as account_id, unnest([
    case when is_posts then 'posts' end,
    {", ".join(f"case when is_{m.column} then '{m.name}' end" for m in METRICS)}
]) as metric from of_posts
union all
select connector, asked_of, 'account ' || metric from figures where not is_now
"""


PULLED_ACCOUNTS = """
select connector, count(distinct asked_of) from loads
join (select connector, max(observed_at) as last from loads where grade = 'api' group by all) using (connector)
where grade = 'api' and refused is null and observed_at > last - interval 20 hour group by all
"""
EVERYBODY = 3
"""So many accounts at least are all of a platform's: two may share a fault by chance."""


def sentences(silent: pl.DataFrame, pulled_accounts: Mapping[str, int] | None = None) -> list[str]:
    """A sentence for each account that an API has become silent on, and one for what it gives to no account any more.

    ``silent`` is what :data:`QUERY` gives, ``pulled_accounts`` how many accounts of each API were asked.
    """
    count_of = pulled_accounts or {}
    accounts = pl.col("connector").replace_strict(count_of, default=0, return_dtype=pl.Int64)
    is_of_all = (pl.len().over("connector", "metric") == accounts) & (accounts >= EVERYBODY)
    of_all = silent.filter(is_of_all).group_by("connector", maintain_order=True)
    told = [
        f"{connector} answers all {count_of[connector]} accounts without {', '.join(metrics)}, which it gave before: "
        "that is unknown, not zero. Where no permission was taken back, the platform has changed."
        for connector, metrics in of_all.agg(pl.col("metric").unique(maintain_order=True)).iter_rows()
    ]
    of_accounts = silent.filter(~is_of_all).group_by("connector", "account_id", maintain_order=True).agg("metric")
    return told + [
        f"{connector}:{account} answers without {', '.join(metrics)}, which it gave before: that is unknown, not zero. "
        "The token may have lost a permission; reach sources --check asks."
        for connector, account, metrics in of_accounts.iter_rows()
    ]
