"""Rows of the history that can still count: those that no later row of the same post stands for.

A history has a row for each day on which a post was read; a night looks at the few of them that its figures are made
of. What is chosen here is more than what counts, and never less: the rules (:mod:`warehouse.readings`) decide among the
chosen rows as they would among all. A row that is left out stays out whatever comes in later, as long as the row that
stands for it is not taken away and nothing older comes in between (:mod:`warehouse.history.kept`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple

import duckdb
import polars as pl

from connectors import contract
from connectors.contract import METRIC_COLUMNS, METRIC_NAMES, TIMESTAMP
from warehouse.readings.at_ages import AGES, COMPARED

POSTS = {"platform": pl.String, "post_id": pl.String}
LOADS = {"load_id": pl.String}


class Span(NamedTuple):
    """What a night looks at: readings before an instant, and the instants at which its periods of gains begin."""

    before: datetime
    cuts: tuple[datetime, ...]


class Whole(NamedTuple):
    """Of which posts and of which loads every row is chosen: columns :data:`POSTS` and :data:`LOADS`."""

    posts: pl.DataFrame = pl.DataFrame(schema=POSTS)
    loads: pl.DataFrame = pl.DataFrame(schema=LOADS)


READINGS = """
select o.* exclude (audience_by, unknown_because, is_final), l.grade <> 'entered' as is_measured,
       case when o.observed_at = l.observed_at then l.observed_until end as observed_until
from observations o join loads l using (load_id) {where}
"""
"""Readings as rules take them; ``{where}`` chooses loads."""

DESCRIPTIONS = """
select p.*, l.grade, l.connector, coalesce(l.observed_until, l.observed_at) as last_instant,
       case when p.account_id is null then regexp_replace(l.path, '[^/]*$', '') end as folder
from posts p join loads l using (load_id) {where}
"""
"""Descriptions of posts, with what of their load tells identical ones apart; ``{where}`` chooses loads."""

REASONS = """
select load_id, platform, post_id, observed_at, row, unknown_because, is_final
from observations {where} {and_} (unknown_because is not null or not is_final)
"""
"""Rows that tell why a metric is not known, or that are not settled; ``{where}`` chooses loads."""

_CONTENT = (
    *(column.name for column in contract.POSTS if column.name not in ("observed_at", "row")),
    "grade",
    "connector",
    "folder",
)
_BIT = {metric: 2**number for number, metric in enumerate(METRIC_COLUMNS)}
_UNSURE = 2 ** len(METRIC_COLUMNS)


def readings(
    connection: duckdb.DuckDBPyConnection, rows: str, span: Span, whole: Whole, unsure: pl.DataFrame
) -> pl.DataFrame:
    """The readings that can still count.

    Of the readings of a post in one span between two cuts the last one counts, of each metric. So of those that know
    the same metrics the last stays, with all of its instant. Beside them stay: readings over periods, and every reading
    of their posts, since gains chain from any of them; where impressions were read after reach, the impressions before
    that (:func:`warehouse.reach.of_posts.displays_by_reach`); and what is asked for whole.

    Args:
        rows: the query, or the name of the view, that gives readings as :data:`READINGS` does.
        span: the instant before which they count, and the cuts.
        whole: posts, under the names that the rows give them, and loads of which every row stays.
        unsure: the loads of which not even the day is known on which they were read: columns :data:`LOADS`.
    """
    knows = " + ".join(f"({metric} is not null)::int * {bit}" for metric, bit in _BIT.items())
    is_unsure = "observed_until is not null and load_id in (from unsure_loads)" if unsure.height else "false"
    number = _number_of_span(span.cuts)
    marked = f"(select *, {number} as span, {knows} + ({is_unsure})::int * {_UNSURE} as knows from ({rows}))"
    with given(connection, whole_posts=whole.posts, whole_loads=whole.loads, unsure_loads=unsure):
        connection.execute(f"""
            create or replace temp table last_read as
            select platform, post_id, span, knows, max(observed_at) as observed_at from {marked}
            where period_start is null and observed_at < ? group by all
        """, [span.before])  # fmt: skip
        connection.execute(f"""
            insert into last_read
            with shown as (
                select platform, post_id, max(observed_at) filter (knows & {_BIT["reach"]} > 0) as reach_at
                from last_read group by all
                having max(observed_at) filter (knows & {_BIT["impressions"]} > 0) > reach_at
            )
            select platform, post_id, span, knows, max(observed_at) from {marked} join shown using (platform, post_id)
            where period_start is null and impressions is not null
              and coalesce(observed_until, observed_at) <= reach_at
            group by all
        """)
        connection.execute(f"""
            create or replace temp table whole_now as
            select platform, post_id from whole_posts
            union select distinct platform, post_id from ({rows}) where period_start is not null
        """)
        chosen = f"""
            select * exclude (span, knows) from {marked} semi join last_read
            using (platform, post_id, span, knows, observed_at) where period_start is null
        """
        is_whole = "(platform, post_id) in (from whole_now) or load_id in (from whole_loads)"
        if connection.execute("from whole_now limit 1").fetchall() or whole.loads.height:
            chosen = (
                f"select * from ({chosen}) where not ({is_whole}) union all select * from ({rows}) where {is_whole}"
            )
        return frame(connection, chosen)


def descriptions(connection: duckdb.DuckDBPyConnection, rows: str, before: datetime) -> pl.DataFrame:
    """The descriptions of posts that can still count, with ``grade, connector, last_instant, folder`` of their loads.

    Of those that say the same the last one before the instant stays, and the first one from then on; so does the one
    whose load was seen last. What tells that a post is gone, and dates that can be read two ways, stay whole.

    Args:
        rows: the query, or the name of the view, that gives descriptions as :data:`DESCRIPTIONS` does.
        before: the end of the day.
    """
    then = f"observed_at < timestamp '{before}'"
    marked = f"(select *, hash({', '.join(_CONTENT)}) as content, {then} as is_then from ({rows}))"
    connection.execute(f"""
        create or replace temp table last_told as
        select platform, post_id, content, is_then, max(last_instant) as last_instant,
               case when is_then then max(observed_at) else min(observed_at) end as observed_at
        from {marked} group by platform, post_id, content, is_then
    """)
    chosen = f"""
        from {marked} semi join last_told using (platform, post_id, content, is_then, observed_at)
        union from {marked}
        where is_gone is not null or published_other_at is not null
    """
    if connection.execute("from last_told where is_then and last_instant <> observed_at limit 1").fetchall():
        key = "platform, post_id, content, is_then, last_instant"
        chosen += f"union from {marked} semi join last_told using ({key}) where is_then"
    return frame(connection, f"select * exclude (content, is_then) from ({chosen})")


def reasons(connection: duckdb.DuckDBPyConnection, rows: str) -> pl.DataFrame:
    """The rows of :data:`REASONS` that can still count: of those of a post that say the same, the last."""
    marked = f"(select *, hash(unknown_because) as content from ({rows}))"
    return frame(connection, f"""
        with newest as (
            select platform, post_id, is_final, content, max(observed_at) as observed_at from {marked} group by all
        )
        select * exclude (content) from {marked}
        semi join newest using (platform, post_id, is_final, content, observed_at)
    """)  # fmt: skip


OF_AGES: dict[str, pl.DataType | type[pl.DataType]] = {
    **POSTS, **LOADS, "row": pl.Int64, "observed_at": TIMESTAMP, "observed_until": TIMESTAMP, "period_start": pl.Date,
    **dict.fromkeys(COMPARED, pl.Int64), "rounded": METRIC_NAMES, "is_measured": pl.Boolean,
}  # fmt: skip
"""Readings at ages, by column and type."""


def at_ages(connection: duckdb.DuckDBPyConnection, rows: str, born: pl.DataFrame) -> pl.DataFrame:
    """The readings that can tell how posts stood at an age (:mod:`warehouse.readings.at_ages`): :data:`OF_AGES`.

    Of those of a post and age that know the same metrics the first one, with all of its instant.

    Args:
        rows: the query that gives readings as :data:`READINGS` does.
        born: ``platform, post_id``, as the rows name posts, and ``published_at``.
    """
    knows = " + ".join(f"({metric} is not null)::int * {_BIT[metric]}" for metric in COMPARED)
    ages = " ".join(
        f"when observed_at >= published_at + {_interval(age.opens)} and observed_at < published_at + "
        f"{_interval(age.closes)} then {age.days}"
        for age in AGES
    )
    with given(connection, born=born):
        connection.execute(f"""
            create or replace temp table of_an_age as
            select * from (
                select {", ".join(OF_AGES)}, case {ages} end as age, {knows} as knows
                from ({rows}) join born using (platform, post_id)
                where period_start is null and observed_until is null
            ) where age is not null and knows > 0
        """)
    return frame(connection, f"""
        with firsts as (
            select platform, post_id, age, knows, min(observed_at) as observed_at from of_an_age group by all
        )
        select {", ".join(OF_AGES)} from of_an_age semi join firsts using (platform, post_id, age, knows, observed_at)
    """)  # fmt: skip


def _interval(length: timedelta) -> str:
    return f"interval '{int(length.total_seconds())} seconds'"


def again(
    chosen: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame], span: Span, unsure: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Of descriptions, readings and reasons that were chosen before, with what came in since, those that still count.

    Arguments as for :func:`readings`.
    """
    views = dict(zip(("told", "read", "reasoned"), chosen, strict=True))
    with duckdb.connect() as connection, given(connection, **views):
        connection.execute("set produce_arrow_string_view = true")
        return (
            descriptions(connection, "from told", span.before),
            readings(connection, "from read", span, Whole(), unsure),
            reasons(connection, "from reasoned"),
        )


def at_ages_again(chosen: pl.DataFrame, read: pl.DataFrame, born: pl.DataFrame) -> pl.DataFrame:
    """Of readings at ages that were chosen before, and of other readings, those that :func:`at_ages` chooses."""
    columns = ", ".join(OF_AGES)
    with duckdb.connect() as connection, given(connection, chosen=chosen, read=read):
        connection.execute("set produce_arrow_string_view = true")
        return at_ages(connection, f"select {columns} from chosen union select {columns} from read", born)


def _number_of_span(cuts: Sequence[datetime]) -> str:
    """SQL that counts the cuts before a reading."""
    steps = " ".join(f"when observed_at < timestamp '{cut}' then {number}" for number, cut in enumerate(sorted(cuts)))
    return f"case {steps} else {len(cuts)} end" if steps else "0"


def frame(connection: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    """What a query answers, in the pieces in which it comes: to join them would take as much memory again."""
    return pl.DataFrame(pl.from_arrow(connection.sql(query).to_arrow_table(), rechunk=False))


@contextmanager
def given(connection: duckdb.DuckDBPyConnection, **frames: pl.DataFrame) -> Iterator[None]:
    """The frames as views of these names."""
    for name, frame in frames.items():
        connection.register(name, frame.to_arrow())
    try:
        yield
    finally:
        for name in frames:
            connection.unregister(name)
