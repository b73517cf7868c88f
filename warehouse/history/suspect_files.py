"""Files that are not believed: their figures fall below what was read before, so that they are dated wrong.

A lifetime file in which more than half of five or more posts known already lie over 2 % below an earlier-dated reading
is kept and not used: it may cover a period as well. Files are judged in the order of observed_at, an API's never. A
file of which the day is not known is an earlier one only from the last instant on at which it can have been read.

What a file is held to lies before it. So loads that come in, or leave, change nothing about the others, unless these
have later readings of the same posts (:func:`resting_on`). A night judges those, and the new ones, and no others.
"""

from __future__ import annotations

from collections.abc import Collection

import duckdb
import polars as pl

_MAIN = ("views", "impressions", "reach", "likes")
"""A file is judged by the first of these that a post knows now and knew before."""

_FEWEST = 5
"""A file is judged by so many posts at the least."""

_HAS_ENOUGH = f"""
select 1 from observations where period_start is null group by load_id having count(*) >= {_FEWEST} limit 1
"""

_RESTING_ON = """
with posts as (
    select o.platform, o.post_id, min(least(o.observed_at, l.observed_until)) as first_at
    from observations o join changed using (load_id) join loads l using (load_id)
    where o.period_start is null and not l.is_document group by all
)
select distinct l.load_id from observations o join posts using (platform, post_id) join loads l using (load_id)
where l.grade = 'export' and not l.is_document and o.period_start is null and o.observed_at > posts.first_at
"""

_DOUBTED = f"""
with posts as (
    select row_number() over () as post, platform, post_id, min(o.observed_at) as first_at
    from observations o join judged using (load_id) join loads l using (load_id)
    where judged.is_anew and l.grade = 'export' and o.period_start is null and not l.is_document
    group by platform, post_id
), told as (
    select load, post, first_at, o.observed_at as read_at, coalesce(l.observed_until, o.observed_at) as sure_at,
           is_anew and l.grade = 'export' as is_judged, {", ".join(f"o.{m}" for m in _MAIN)}
    from observations o join posts using (platform, post_id) join judged using (load_id) join loads l using (load_id)
    where o.period_start is null and not l.is_document
), placed as (
    select load, post, read_at as instant, is_judged, sure_at = read_at as is_earlier, {", ".join(_MAIN)}
    from told where is_judged
    union all
    select null, post, sure_at, false, true, {", ".join(_MAIN)}
    from told where sure_at >= first_at and not (is_judged and sure_at = read_at)
    union all
    select null, post, first_at - interval 1 microsecond, false, true, {", ".join(f"max({m})" for m in _MAIN)}
    from told where sure_at < first_at group by post, first_at
), windowed as (
    select *, {", ".join(f"max({m}) filter (is_earlier) over earlier as {m}_before" for m in _MAIN)}
    from placed
    window earlier as (
        partition by post order by instant range between unbounded preceding and interval 1 microsecond preceding
    )
), compared as (
    select load, post,
           bool_or(case {" ".join(f"when {m} + {m}_before is not null then {m} < 0.98 * {m}_before" for m in _MAIN)}
                   end) as fell
    from windowed where is_judged group by all
)
select load_id, count(*) filter (fell) as fallen, count(fell) as shared
from compared join judged using (load) join loads using (load_id)
group by load_id, observed_at
having count(fell) >= {_FEWEST} and 2 * count(*) filter (fell) > count(fell)
order by observed_at, load_id limit 1
"""
"""The first load that is in doubt. Of a post's readings before all that are judged, only the largest figures count."""

_ANSWER = {"load_id": pl.String, "doubted": pl.String}


def find(
    connection: duckdb.DuckDBPyConnection, loads: pl.DataFrame, anew: Collection[str] | None = None
) -> pl.DataFrame:
    """``load_id, doubted``: those of these loads that are in doubt beside the others, and why.

    Args:
        loads: ``load_id, grade, refused, withdrawn``, and ``doubted`` where ``anew`` is given; the connection's
            database has their observations.
        anew: the loads to be judged: those that changed, with all that rest on them. For the others ``doubted``
            holds. All are judged where none is named.
    """
    judged = loads.filter(pl.col("refused").is_null() & pl.col("withdrawn").is_null())
    is_export = pl.col("grade") == "export"
    before = pl.DataFrame(schema=_ANSWER)
    if anew is not None:
        others = judged.filter(~pl.col("load_id").is_in(list(anew)))
        # What is said below of two that are left holds for them: so it did when the others were judged.
        if others.filter(is_export & pl.col("doubted").is_null()).height < 2:
            anew = None
        else:
            before = others.filter(pl.col("doubted").is_not_null()).select("load_id", "doubted")
    is_anew = pl.lit(True) if anew is None else pl.col("load_id").is_in(list(anew))
    left = judged.select("load_id", "grade", is_anew=is_anew).join(before, on="load_id", how="anti")
    if not left.filter(is_export & pl.col("is_anew")).height:
        return before
    if not connection.execute(_HAS_ENOUGH).fetchall():  # the question below is long to plan
        return before
    doubted: dict[str, str] = {}
    while left.filter(is_export).height >= 2:  # else there is nothing to fall below
        connection.register("judged", left.with_row_index("load").drop("grade").to_arrow())
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
        left = left.filter(pl.col("load_id") != load_id)
    return pl.concat([before, pl.DataFrame(list(doubted.items()), schema=_ANSWER, orient="row")])


def resting_on(connection: duckdb.DuckDBPyConnection, changed: Collection[str]) -> set[str]:
    """These loads, and those whose doubt may rest on one of them: with a later reading of a post, and so on."""
    resting, new = set(changed), set(changed)
    while new:
        connection.register("changed", pl.DataFrame({"load_id": sorted(new)}).to_arrow())
        new = {str(load_id) for (load_id,) in connection.execute(_RESTING_ON).fetchall()} - resting
        connection.unregister("changed")
        resting |= new
    return resting
