"""What campaigns gained over days: a span that somebody asks for, each day; each fiscal quarter and year, of all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import polars as pl

from connectors.contract import ADDITIVE, METRIC_COLUMNS
from warehouse.day import Day
from warehouse.figures import members
from warehouse.figures.attendances import with_attendances
from warehouse.figures.totals import engagements, group_totals, once_in_each, sums, with_counting_post
from warehouse.frames import GAINS, GAINS_BY_DAY, GAINS_WITHOUT_TOTAL, MEMBERS_OF_PERIODS, checked
from warehouse.history.frames import has_unsure
from warehouse.plan import fiscal
from warehouse.post_readings import InParts
from warehouse.reach.of_posts import without_bounds
from warehouse.readings import definition_changes, gains
from warehouse.readings.latest import IS_OUTREACH, IS_UNDATED_PAGE, POST, day_of

NUMBER = ("post",)
"""What tells posts apart here: their numbers (:attr:`warehouse.day.Day.attributed`)."""


class Source(NamedTuple):
    """What gains are made of, of attributed posts only, which go by their numbers.

    ``readings`` are those before the end of the day. ``posts`` have their names, when and as what they were published,
    and what :func:`warehouse.figures.totals.with_counting_post` wants to know; ``counts_as`` is a number, too.
    """

    readings: pl.LazyFrame
    gains_without_total: pl.LazyFrame
    posts: pl.LazyFrame
    reach_over_days: pl.LazyFrame
    missing_days: pl.DataFrame


def source(day: Day) -> Source:
    """What the gains of a day are made of, collected, since several tables are made of it."""
    return _source(day, _posts(day), day.observations, day.every_reading)


def _posts(day: Day) -> pl.DataFrame:
    """:class:`Source`'s posts."""
    return (
        day.first_published.lazy()
        .join(day.attributed.lazy().select("post", *POST).unique("post"), on=POST)
        .join(day.readings.lazy().select(*POST, "gone_since", "is_watched"), on=POST, how="left")
        .join(_standing_for(day).lazy(), on="post", how="left")
        .collect()
    )


def _source(day: Day, posts: pl.DataFrame, observations: pl.LazyFrame, every_reading: pl.LazyFrame) -> Source:
    numbers = posts.lazy().select("post", *POST)
    read = every_reading.filter(pl.col("observed_at") < day.before).drop("load_id", "row")
    # A page's readings are made of its days, which are gains already.
    is_page = pl.col("post").is_in(posts.filter(IS_UNDATED_PAGE)["post"].implode())
    read = (
        read.join(numbers, on=POST)
        .drop(POST)
        .with_columns(pl.when(~is_page).then(metric).alias(metric) for metric in METRIC_COLUMNS)
    )
    of_taken = observations.filter(pl.col("period_end") <= day.as_of).join(numbers, on=POST, how="semi")
    without_total = checked(gains.gains_without_total(of_taken, posts.lazy()).collect(), GAINS_WITHOUT_TOTAL)
    return Source(
        read.collect().lazy(),
        without_total.lazy().join(numbers, on=POST).drop(POST).collect().lazy(),
        posts.lazy(),
        day.reach_over_days.lazy().join(numbers, on=POST).drop(POST).collect().lazy(),
        day.missing_days_of_pages.lazy().join(numbers, on=POST).drop(POST).collect(),
    )


def _standing_for(day: Day) -> pl.DataFrame:
    """The posts that count as one with others, and as which, by number: ``post, counts_as``."""
    numbers = day.posts.select(*POST).with_row_index("post")
    together = day.readings.drop_nulls("counts_as").select(*POST, "counts_as").join(numbers, on=POST)
    counting = numbers.filter(pl.col("post_id").is_in(together["counts_as"].implode()))
    of_one = together.join(counting, left_on=["platform", "counts_as"], right_on=POST, suffix="_counting")
    return of_one.select("post", counts_as="post_counting")


FIRST_SEEN = ("posts_first_seen", "assets_first_seen", "accounts_first_seen")


def readings(day: Day, source: Source, days: pl.DataFrame) -> pl.LazyFrame:
    """The gains of attributed posts over periods, as :func:`with_counting_post` takes readings."""
    zone, dated = day.plan.project.timezone, definition_changes.dated(day.platforms)
    with_until = has_unsure(day.loads)
    gained = gains.over(
        source.readings, source.gains_without_total, source.posts, days, zone, dated, with_until=with_until, post=NUMBER
    )
    read_at = [definition_changes.read_at(column) for column in dated]
    beside = _beside(checked(gained.collect(), GAINS, keys=read_at).lazy(), source)
    key = [*NUMBER, "period_start", "period_end"]
    inside = _largest_inside(source.reach_over_days, days)
    missing = _missing_inside(source.missing_days, days)
    return (
        beside.drop("reach_least")
        .join(inside, on=key, how="left")
        .join(missing.lazy(), on=key, how="left")
        .with_columns(
            pl.max_horizontal("reach_gain_least", "reach_least").alias("reach_least"),
            (pl.col("is_in_part") | pl.col("is_missing").fill_null(False)).alias("is_in_part"),
        )
        .drop("is_missing")
    )


def _missing_inside(missing: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """The pages and periods with a day of which nothing was read of the site."""
    overlap = missing.join(days, how="cross").filter(
        (pl.col("first_day") <= pl.col("period_end")) & (pl.col("last_day") >= pl.col("period_start"))
    )
    return overlap.select(*NUMBER, "period_start", "period_end", is_missing=pl.lit(True)).unique()


def _largest_inside(reach_over_days: pl.LazyFrame, days: pl.DataFrame) -> pl.LazyFrame:
    """The largest reach of each post over days inside each period: ``…, period_start, period_end, reach_least``.

    So many accounts saw it in the period at the least, whether they had seen it before or not.
    """
    starts = days.lazy().sort("period_start").with_columns(pl.col("period_start").alias("day"))
    return (
        reach_over_days.select(
            *NUMBER, pl.col("period_start").alias("day"), pl.col("period_end").alias("last"), "least"
        )
        .sort("day")
        .join_asof(starts, on="day")
        .filter(pl.col("last") <= pl.col("period_end"))
        .group_by(*NUMBER, "period_start", "period_end")
        .agg(pl.col("least").max().alias("reach_least"))
    )


def _beside(gained: pl.LazyFrame, source: Source) -> pl.LazyFrame:
    """Gains with what :func:`warehouse.figures.totals.with_counting_post` wants to know of their posts."""
    of_posts = source.posts.select(*NUMBER, "counts_as", "gone_since", "is_watched")
    return without_bounds(gained.join(of_posts, on=NUMBER, how="left"))


def group_gains(members: pl.LazyFrame, by: Sequence[str], day: Day) -> pl.LazyFrame:
    """The gains of each group of posts, in the columns of the totals.

    ``members`` are the rows of :func:`readings` as :func:`warehouse.readings.definition_changes.marked` returns them.
    ``reach_at_least`` is the largest gain of one post's reach, or its reach over days inside the period; how many
    accounts saw something at most nothing says.
    Outreach counts where it took place.
    """
    members = members.filter(~IS_OUTREACH | pl.col("is_published"))
    posts = once_in_each(members, by).filter(~IS_OUTREACH)
    seen = posts.group_by(by).agg(
        pl.col("reach_least").max().clip(0).alias("reach_at_least"),
        pl.col("is_first").sum().cast(pl.Int64).alias("posts_first_seen"),
        pl.col("is_baseline_unknown").fill_null(False).sum().cast(pl.Int64).alias("baselines_unknown"),
    )
    totals = group_totals(members, by, day.as_of, day.before, day.platforms, changes=day.changes).drop("reach_at_least")
    every = members.filter(~IS_OUTREACH)  # a page counts as one, whatever another one shows as well
    for scope, column, name in (
        ("campaign_id", "asset_id", "assets_first_seen"),
        ("platform", "account_id", "accounts_first_seen"),
    ):
        of_one = every.drop_nulls(column).group_by(*dict.fromkeys((*by, scope, column))).agg(pl.col("is_first").all())
        first = of_one.group_by(by).agg(pl.col("is_first").sum().cast(pl.Int64).alias(name))
        totals = totals.join(first, on=list(by), how="left", nulls_equal=True)
    first_read = members.filter(
        pl.col("is_first")
    )  # of a log: where it took place; a post has its people with its gain
    totals = with_attendances(totals, first_read, by, day.attendance)
    return totals.join(seen, on=list(by), how="left", nulls_equal=True).with_columns(
        pl.col(*FIRST_SEEN, "baselines_unknown").fill_null(0),
        pl.lit(None, pl.Int64).alias("reach_at_most"),
        pl.lit(None, pl.Int64).alias("reach_at_most_then"),
        pl.lit(None, pl.Date).alias("reach_on"),
        pl.when(pl.col("reach_at_least").is_not_null())
        .then(pl.lit("at least: the largest gain of one post's reach, or its reach over days"))
        .alias("reach_basis"),
    )  # fmt: skip


_ROWS_AT_ONCE = 500_000
"""About so many posts and periods are added up at once: a network's posts over years would fill gigabytes together."""


PERIODS = {"campaign_periods": ["campaign_id"], "activity_periods": ["activity_id"], "project_periods": []}
"""What makes a row of each table of gains over fiscal periods, beside the period."""


def by_fiscal_period(day: Day, source: Source) -> dict[str, pl.DataFrame]:
    """The gains of campaigns, activities and the project over fiscal years and quarters: the tables of :data:`PERIODS`.

    The periods are those from the project's first day, else from the first post or a page's first day, until ``day``.
    """
    project = day.plan.project
    published_on = day_of(pl.col("published_at"), project.timezone)
    pages = source.posts.filter(IS_UNDATED_PAGE)
    of_pages = source.gains_without_total.join(pages, on=NUMBER, how="semi").select(pl.col("period_start").min())
    first_published_on = day.attributed.select(published_on.min()).item()
    first_days = [first_published_on, of_pages.collect().item()]
    first = project.starts or min((first_day for first_day in first_days if first_day), default=None)
    if day.attributed.is_empty() or first is None or first > day.as_of:
        return {name: pl.DataFrame(schema=dict.fromkeys((*by, "period"), pl.String)) for name, by in PERIODS.items()}
    read_at = [definition_changes.read_at(column) for column in definition_changes.dated(day.platforms)]
    parts: dict[str, list[pl.DataFrame]] = {name: [] for name in PERIODS}
    for periods in fiscal.periods(first, day.as_of, project.fiscal_year_starts):
        days = gains.spans(*((period.start, period.end) for period in periods))
        gained = readings(day, source, days).collect()
        names = pl.DataFrame({"period": [p.name for p in periods], "period_start": [p.start for p in periods]})
        for some in names.iter_slices(max(1, names.height * _ROWS_AT_ONCE // max(1, gained.height))):
            of_some = gained.lazy().filter(pl.col("period_start").is_in(some["period_start"].implode()))
            posts = with_counting_post(of_some, day.attributed.lazy(), NUMBER)
            members = definition_changes.marked(posts, day.changes, is_gain=True).collect()
            checked(members, MEMBERS_OF_PERIODS, keys=read_at)
            for name, by in PERIODS.items():
                of_periods = group_gains(members.lazy(), [*by, "period_start", "period_end"], day)
                parts[name].append(of_periods.collect(engine="in-memory").join(some, on="period_start"))
    is_over = (pl.col("period_end") <= day.as_of).alias("is_over")
    return {
        name: pl.concat(part).with_columns(pl.lit(None, pl.Int64).alias("stale"), is_over)
        for name, part in parts.items()
    }


def source_and_sums(day: Day) -> tuple[Source, pl.DataFrame]:
    """:func:`source`'s, and :func:`sums_by_day`'s frame of it."""
    made = source(day)
    return made, sums_by_day(day, made)


def by_day(day: Day, sums: pl.DataFrame) -> pl.DataFrame:
    """Each campaign's gains on each day on which one of its posts was read, made of :func:`sums_by_day`."""
    return sums.with_columns(engagements(), pl.lit(day.as_of).alias("as_of"))


def sums_by_day(day: Day, source: Source) -> pl.DataFrame:
    """What posts gained on each day, added up: ``campaign_id, day`` and :data:`_BY_DAY`.

    ``source`` is :func:`source`'s. Where it has only what can still count, the days that are over stay as the night
    before had them; of campaigns in which something moved the history is read again, in parts.
    """
    if day.in_parts is None:
        return _sums_by_day(day, source)
    campaigns = set(day.attribution.taken["campaign_id"])
    kept = day.looked_at.scope.kept
    unmoved = campaigns - members.moved(day, kept.days) if kept else set[str]()
    parts = list(_parts_by_day(day, day.in_parts, campaigns - unmoved))
    if kept and unmoved:
        is_unmoved, until = pl.col("campaign_id").is_in(list(unmoved)), kept.days.until
        parts += [
            kept.days.gains.filter(is_unmoved, pl.col("day") <= day.as_of),  # a document may tell of a later day
            _sums_by_day(day, source).filter(is_unmoved, pl.col("day") >= until),
        ]
    return _added_up(parts, _OF_CAMPAIGNS) if parts else _sums_by_day(day, source)


def by_day_of_assets(day: Day) -> pl.DataFrame:
    """What the posts of each asset gained on each day: ``campaign_id, asset_id, day`` and :data:`_BY_DAY`.

    It reads the history of these posts again, in parts where that is long.
    """
    posts = day.attribution.taken.drop_nulls("asset_id").select(POST).unique()
    if posts.is_empty():
        texts, numbers = dict.fromkeys(_OF_ASSETS, pl.String), dict.fromkeys(_BY_DAY, pl.Int64)
        return pl.DataFrame(schema={**texts, "day": pl.Date, **numbers})
    whole = (frame.join(posts.lazy(), on=POST, how="semi") for frame in (day.observations, day.every_reading))
    read_in = [tuple(whole)] if day.in_parts is None else day.in_parts(posts)
    of_assets = _posts(day).join(posts, on=POST, how="semi")
    sums = [_sums_by_day(day, _source(day, of_assets, *read), _OF_ASSETS).drop_nulls("asset_id") for read in read_in]
    return _added_up(sums, _OF_ASSETS)


_OF_CAMPAIGNS, _OF_ASSETS = ("campaign_id", "day"), ("campaign_id", "asset_id", "day")


def _added_up(parts: Sequence[pl.DataFrame], key: Sequence[str]) -> pl.DataFrame:
    """Sums by day of parts of the posts, of all of them."""
    sums = [m.column for m in ADDITIVE]
    sums_of_known = [pl.when(pl.col(column).count() > 0).then(pl.col(column).sum()).alias(column) for column in sums]
    counts = [name for name in _BY_DAY if name not in ("days_covered", *sums)]
    return (
        pl.concat([part.select(*key, *_BY_DAY) for part in parts])
        .group_by(key)
        .agg(pl.col("days_covered").max(), *sums_of_known, pl.col(counts).sum())
    )


def _parts_by_day(day: Day, in_parts: InParts, campaigns: Collection[str]) -> Iterator[pl.DataFrame]:
    is_one, posts = pl.col("campaign_id").is_in(list(campaigns)), _posts(day)
    for observations, every_reading in in_parts(day.attribution.taken.filter(is_one).select(POST).unique()):
        yield _sums_by_day(day, _source(day, posts, observations, every_reading)).filter(is_one)


def _sums_by_day(day: Day, source: Source, by: Sequence[str] = _OF_CAMPAIGNS) -> pl.DataFrame:
    """What the posts of a source gained on each day, added up; the sums of parts add up to those of all."""
    zone, attributed = day.plan.project.timezone, day.attributed.lazy().filter(~IS_OUTREACH)
    daily = gains.daily(source.readings, source.gains_without_total, source.posts, zone, NUMBER).collect()
    return (
        with_counting_post(_beside(checked(daily, GAINS_BY_DAY).lazy(), source), attributed, NUMBER)
        .pipe(once_in_each, by)
        .group_by(by)
        .agg(
            pl.len().cast(pl.Int64).alias("posts"),
            pl.col("days_covered").max(),
            *sums(day.platforms),
            pl.col("is_baseline_unknown").fill_null(False).sum().cast(pl.Int64).alias("baselines_unknown"),
        )
        .collect()
    )


_BY_DAY = (
    "posts", "days_covered", *(f"{m.column}{end}" for m in ADDITIVE for end in ("", "_known")), "engagements_known",
    "engagements_whole", "baselines_unknown",
)  # fmt: skip
