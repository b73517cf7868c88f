"""The readings of posts as of a day: which rows of the history are looked at, and what they add up to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from warehouse import frames
from warehouse.frames import checked
from warehouse.history import identity
from warehouse.history.counting import Span
from warehouse.history.frames import Frames
from warehouse.history.rows import Scope, count_readings, readings, readings_at_ages, readings_of, undated_of
from warehouse.history.store import Store
from warehouse.plan import fiscal
from warehouse.plan.model import Plan
from warehouse.reach import of_accounts
from warehouse.readings import at_ages, crossposts, lifetime
from warehouse.readings.latest import POST, day_at, day_starts

InParts = Callable[[pl.DataFrame], Iterator[tuple[pl.LazyFrame, pl.LazyFrame]]]
"""Gives observations and readings of posts (``platform, post_id``), a part of the posts at a time."""

ROWS_AT_ONCE = 500_000
"""About so many readings are in a part."""


@dataclass(frozen=True)
class OfAges:
    """Readings at ages (:mod:`warehouse.readings.at_ages`) of a long history that ``every_reading`` may lack.

    ``born`` and ``rows`` are as :func:`warehouse.history.counting.at_ages` has them; ``readings`` are the rows of all
    posts of which they tell.
    """

    born: pl.DataFrame
    rows: pl.DataFrame
    readings: pl.LazyFrame


@dataclass(frozen=True)
class PostReadings:
    """What was read of posts, and what it adds up to; see :class:`warehouse.day.Day`.

    ``together`` are posts that show one video's own figures, ``published`` says since when what a post shows can be
    seen. ``rows`` are readings as they lie in the warehouse. ``undated`` has the attributed posts that each load read
    of which the day is not known: ``load_id, platform, post_id``.
    """

    rows: pl.DataFrame
    observations: pl.LazyFrame
    every_reading: pl.LazyFrame
    together: pl.DataFrame
    published: pl.DataFrame
    in_parts: InParts | None
    undated: pl.DataFrame
    of_ages: OfAges


def span_of(store: Store, plan: Plan, before: datetime) -> Span:
    """The readings before an instant, with a cut at the start of each fiscal quarter since the first one.

    The last cut is at the start of the day of the newest reading: what each day before gained is over, and what that
    day and later ones gain is made of what can still count.
    """
    zone = plan.project.timezone
    ((first,),) = store.rows("select min(observed_at) from loads")
    ((newest,),) = store.rows(f"select max(observed_at) from observations where observed_at < timestamp '{before}'")
    if first is None or newest is None or first >= before:
        return Span(before, ())
    _, quarters = fiscal.periods(first.date(), before.date(), plan.project.fiscal_year_starts)
    starts = {*(quarter.start for quarter in quarters), day_at(newest, zone)}
    return Span(before, tuple(day_starts(start, zone) for start in sorted(starts)))


def read(
    scope: Scope,
    history: Frames,
    posts: pl.DataFrame,
    same: pl.DataFrame,
    attributed: pl.DataFrame,
    before: datetime,
    zone: str,
) -> PostReadings:
    """The readings that ``scope`` looks at; of posts of which a rule asks every one, all of them.

    Args:
        posts: a row a post, as it is described by the end of the day.
        same: :func:`warehouse.named_posts.same_posts`' rows.
        attributed: the posts of campaigns.
        before: the end of the day.
        zone: the reporting zone.
    """
    of_accounts_reach = of_accounts.candidates(posts, history.account_figures, attributed)
    whole = _names(pl.concat([crossposts.candidates(posts), of_accounts_reach]).unique(), history, same)
    rows = readings(scope, whole)
    named = _named(rows, history, same)
    alone = lifetime.as_read(named)
    if _has_periods(rows):
        alone = lifetime.readings(named, posts.lazy(), history.loads.lazy(), zone)
    together = checked(crossposts.shared(alone, posts, before, zone), frames.CROSSPOSTS)
    published = crossposts.born(posts, together) if together.height else posts.select(*POST, "published_at", "kind")
    in_parts = None if scope.span is None else _in_parts(scope, history, same, together, published, zone)
    undated = undated_of(scope, lambda: _names(attributed.select(POST).unique(), history, same), before)
    of_undated = _named(undated, history, same).collect()
    added_up = _added_up(rows, named, together, published, history.loads, zone)
    of_ages = _of_ages(scope, history, same, together, attributed, posts, published)
    return PostReadings(rows, *added_up, together, published, in_parts, of_undated, of_ages)


def _of_ages(
    scope: Scope,
    history: Frames,
    same: pl.DataFrame,
    together: pl.DataFrame,
    attributed: pl.DataFrame,
    posts: pl.DataFrame,
    published: pl.DataFrame,
) -> OfAges:
    """Readings at ages that :func:`read` leaves out: of a long history alone, of the posts that are compared."""
    shown_before = published.join(together, on=POST, how="semi").drop("kind")
    ours = (posts if scope.span else posts.clear()).join(attributed, on=POST, how="semi")
    compared = at_ages.comparable(posts if scope.span else ours, ours, shown_before).select(*POST, "published_at")
    shown = together.join(compared, on=POST, how="semi").select("platform", "counts_as").unique()
    others = together.join(shown, on=["platform", "counts_as"], how="semi").join(shown_before, on=POST)
    members = pl.concat([compared, others.select(compared.columns)]).unique(POST)
    given = _names(members, history, same).with_columns(alias_platform="platform", alias="post_id")
    meant = identity.join_same(identity.resolve_posts(given.lazy(), history.post_aliases), same)
    born = (
        meant.join(members.lazy(), on=POST)
        .select(pl.col("alias_platform").alias("platform"), pl.col("alias").alias("post_id"), "published_at")
        .collect()
    )
    rows = readings_at_ages(scope, born)
    readings = crossposts.read_together(_named(rows, history, same), together)
    return OfAges(born, rows, readings.select(at_ages.READ))


def _has_periods(rows: pl.DataFrame) -> bool:
    return rows["period_start"].null_count() < rows.height


def _added_up(
    rows: pl.DataFrame,
    named: pl.LazyFrame,
    together: pl.DataFrame,
    published: pl.DataFrame,
    loads: pl.DataFrame,
    zone: str,
) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """Observations, those of one video with all of its posts, and every reading that they hold or add up to.

    ``named`` are ``rows`` under the names of the posts that they mean.
    """
    observations = crossposts.read_together(named, together) if together.height else crossposts.read_alone(named)
    if not _has_periods(rows):
        return observations, lifetime.as_read(observations)
    of_periods = lifetime.of_periods(observations, published.lazy(), loads.lazy(), zone)
    # What is made of periods is made once: the figures of a day look at it five times.
    return observations, pl.concat([lifetime.as_read(observations), of_periods.collect().lazy()])


def _in_parts(
    scope: Scope, history: Frames, same: pl.DataFrame, together: pl.DataFrame, published: pl.DataFrame, zone: str
) -> InParts:
    """Every reading of posts; those that show one video's own figures are in one part."""

    def in_parts(posts: pl.DataFrame) -> Iterator[tuple[pl.LazyFrame, pl.LazyFrame]]:
        alone = published.join(together, on=POST, how="anti").select(*POST, counts_as="post_id")
        members = pl.concat([together, alone])
        wanted = members.join(posts, on=POST, how="semi").select("platform", "counts_as").unique()
        shown = members.join(wanted, on=["platform", "counts_as"], how="semi")
        per_post = count_readings(scope) / max(published.height, 1)
        count = max(1, round(shown.height * per_post / ROWS_AT_ONCE))
        part_of = pl.struct("platform", "counts_as").hash() % count
        for part in shown.with_columns(part_of.alias("part")).partition_by("part"):
            rows = readings_of(scope, _names(part, history, same))
            named = _named(rows, history, same)
            yield _added_up(rows, named, together.join(part, on=POST, how="semi"), published, history.loads, zone)

    return in_parts


def _named(rows: pl.DataFrame, history: Frames, same: pl.DataFrame) -> pl.LazyFrame:
    """Rows under the names of the posts that they mean."""
    return identity.join_same(identity.resolve_posts(rows.lazy(), history.post_aliases), same)


def names(rows: pl.DataFrame, history: Frames, same: pl.DataFrame) -> pl.LazyFrame:
    """The post that each name in readings means: ``platform, post_id, alias_platform, alias, observed_at``.

    A row a reading; nothing is computed before somebody asks.
    """
    given = rows.lazy().with_columns(pl.col("platform").alias("alias_platform"), pl.col("post_id").alias("alias"))
    named = identity.join_same(identity.resolve_posts(given, history.post_aliases), same)
    return named.select(*POST, "alias_platform", "alias", "load_id", "observed_at", "period_start")


def _names(posts: pl.DataFrame, history: Frames, same: pl.DataFrame) -> pl.DataFrame:
    """The names that rows of the warehouse may give to these posts: ``platform, post_id``."""
    joined = same.join(posts, left_on=["is_platform", "is_post_id"], right_on=POST, how="semi").select(POST)
    names = pl.concat([posts.select(POST), joined])
    aliases = history.post_aliases.join(names, on=POST, how="semi")
    return pl.concat([names, aliases.select("platform", pl.col("alias").alias("post_id"))]).unique()
