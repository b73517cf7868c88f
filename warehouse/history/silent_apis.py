"""Silence of an API: what it gave before and gives no more, without refusing it. That is withheld, never zero.

Tokens that lost a permission get ``{"data": []}`` and no error, so that only a comparison with earlier pulls tells.
"""

from __future__ import annotations

import polars as pl

from connectors.contract import METRICS

REMEMBERED_DAYS = 90

QUERY = f"""
with pulls as (
    select load_id, connector, asked_of, asked_since, observed_at,
           row_number() over (partition by connector, asked_of order by observed_at desc, load_id) = 1 as is_last
    from loads
    where grade = 'api' and asked_of is not null and refused is null
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


def sentences(silent: pl.DataFrame) -> list[str]:
    """A sentence for each account that an API has become silent on; ``silent`` is what :data:`QUERY` gives."""
    of_accounts = silent.group_by("connector", "account_id", maintain_order=True).agg("metric")
    return [
        f"{connector}:{account} answers without {', '.join(metrics)}, which it gave before: that is unknown, not zero. "
        "The token may have lost a permission; reach sources --check asks."
        for connector, account, metrics in of_accounts.iter_rows()
    ]
