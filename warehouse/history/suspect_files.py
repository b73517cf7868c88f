"""Files that are not believed: their figures fall below what was read before, so that they are dated wrong.

A lifetime file in which more than half of five or more posts known already lie over 2 % below an earlier-dated reading
is kept and not used: it may cover a period as well. Files are judged in the order of observed_at, an API's never. A
file of which the day is not known is an earlier one only from the last instant on at which it can have been read.
"""

from __future__ import annotations

import duckdb
import polars as pl

_MAIN = ("views", "impressions", "reach", "likes")
"""A file is judged by the first of these that a post knows now and knew before."""

_FEWEST = 5
"""A file is judged by so many posts at the least."""

_HAS_ENOUGH = f"""
select 1 from observations where period_start is null group by load_id having count(*) >= {_FEWEST} limit 1
"""

_DOUBTED = f"""
with told as (
    select l.load_id, l.observed_at as loaded_at, l.observed_until, l.grade, o.platform, o.post_id, o.observed_at,
           true as is_judged, l.observed_until is null as is_earlier, {", ".join(f"o.{m}" for m in _MAIN)}
    from observations o join judged using (load_id) join loads l using (load_id)
    where o.period_start is null and not l.is_document
), windowed as (
    select *, {", ".join(f"max({m}) filter (is_earlier) over earlier as {m}_before" for m in _MAIN)}
    from (
        from told
        union all
        select * replace (observed_until as observed_at, false as is_judged, true as is_earlier)
        from told where observed_until is not null
    )
    window earlier as (
        partition by platform, post_id order by observed_at
        range between unbounded preceding and interval 1 microsecond preceding
    )
), readings as (
    from windowed where is_judged
), compared as (
    select load_id, loaded_at, platform, post_id, grade,
           bool_or(case {" ".join(f"when {m} + {m}_before is not null then {m} < 0.98 * {m}_before" for m in _MAIN)}
                   end) as fell
    from readings group by all
)
select load_id, count(*) filter (fell) as fallen, count(fell) as shared
from compared where grade = 'export'
group by load_id, loaded_at
having count(fell) >= {_FEWEST} and 2 * count(*) filter (fell) > count(fell)
order by loaded_at, load_id limit 1
"""


_ANSWER = {"load_id": pl.String, "doubted": pl.String}


def find(connection: duckdb.DuckDBPyConnection, loads: pl.DataFrame) -> pl.DataFrame:
    """``load_id, doubted``: those of these loads that are in doubt beside the others, and why.

    ``loads`` has ``load_id, grade, refused, withdrawn``; the connection's database has their observations.
    """
    judged = loads.filter(pl.col("refused").is_null() & pl.col("withdrawn").is_null())
    doubted: dict[str, str] = {}
    is_export = judged["grade"] == "export"
    if not connection.execute(_HAS_ENOUGH).fetchall():  # the question below is long to plan
        return pl.DataFrame(schema=_ANSWER)
    while is_export.sum() - len(doubted) >= 2:  # else there is nothing to fall below
        left = judged.filter(~pl.col("load_id").is_in(list(doubted)))
        connection.register("judged", left.select("load_id").to_arrow())
        worst = connection.execute(_DOUBTED).fetchall()
        connection.unregister("judged")
        if not worst:
            break
        load_id, fell, shared = worst[0]
        doubted[load_id] = (
            f"{fell} of its {shared} posts known before lie over 2 % below an earlier reading: "
            "the file is dated wrong or covers a period. "
            "Put it into a folder named by the day it was downloaded, such as 2024-12-30, or say the day: reach date."
        )
    return pl.DataFrame(list(doubted.items()), schema=_ANSWER, orient="row")
