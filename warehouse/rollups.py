"""What readings add up to: pure functions from LazyFrame to LazyFrame.

No clock, no settings, no connection and no ``collect`` of the caller's data: days and zones are arguments.
Counts stay whole, unknown stays null, reach is never added up (see :mod:`warehouse.reach`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import polars as pl

from connectors.contract import ADDITIVE, ENGAGEMENTS, METRIC_COLUMNS, METRICS, TIMESTAMP
from warehouse import definitions, paid, reach
from warehouse.definitions import Boundary

POST = ("platform", "post_id")
STALE_AFTER = timedelta(days=14)
FOREVER = datetime(9999, 1, 1)
"""An instant before which everything is."""

_OF_REPORTS = ("views", "reach", "likes", "comments", "shares")
_VALUE_BITS = 2**62
_OFFSET = 2**61  # values may be negative: a platform takes likes back over a period


def day_of(instant: pl.Expr, zone: str) -> pl.Expr:
    """The day of ``zone`` that an instant in UTC falls on."""
    return instant.dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.date()


def end_of(day: pl.Expr, zone: str) -> pl.Expr:
    """The last instant of a day of ``zone``, in UTC without a zone."""
    midnight = (
        (day + pl.duration(days=1))
        .cast(TIMESTAMP)
        .dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    )
    return midnight.dt.convert_time_zone("UTC").dt.replace_time_zone(None) - pl.duration(microseconds=1)


def sum_known(column: str) -> pl.Expr:
    """The sum of what is known; null where nothing is (polars calls the sum of nulls 0, which would be a lie)."""
    value = pl.col(column)
    return pl.when(value.count() > 0).then(value.sum()).alias(column)


def sums() -> list[pl.Expr]:
    """Aggregations of a group of posts: each additive metric and how many know it, ``engagements_known``."""
    engaged = pl.any_horizontal(pl.col(m).is_not_null() for m in ENGAGEMENTS)
    return [
        *(sum_known(m.column) for m in ADDITIVE),
        *(pl.col(m.column).count().cast(pl.Int64).alias(f"{m.column}_known") for m in ADDITIVE),
        engaged.sum().cast(pl.Int64).alias("engagements_known"),
    ]


def engagements() -> pl.Expr:
    """``engagements`` of a row that holds :func:`sums`."""
    return pl.when(pl.col("engagements_known") > 0).then(pl.sum_horizontal(ENGAGEMENTS)).alias("engagements")


def lifetime(observations: pl.LazyFrame, posts: pl.LazyFrame, loads: pl.LazyFrame, zone: str) -> pl.LazyFrame:
    """Every reading of a lifetime counter that the observations hold or add up to (rule 3, periods).

    A reading over a period of a post published inside it is a lifetime reading as of its last day. Gains
    of older posts chain, within one connector, from a day on which the total is known through periods
    that each begin the day after; a gap ends the chain.

    Args:
        observations: the contract's observations with ``load_id`` and ``is_measured`` (not typed by hand).
        posts: ``platform, post_id, published_at``, a row a post.
        loads: ``load_id, connector, observed_on`` (the day, where a load is dated by a whole day).
        zone: the reporting zone, in which a day ends.

    Returns:
        ``platform, post_id, observed_at, load_id, row``, the metrics' columns, ``rounded``, ``is_measured``.
    """
    columns = [*POST, "observed_at", "load_id", "row", *METRIC_COLUMNS, "rounded", "is_measured"]
    totals = observations.filter(pl.col("period_start").is_null())
    whole, older = _periods(observations, posts, loads, zone)
    chained = _chained(_bases(totals, whole, older, loads), _long(older))
    return pl.concat(
        [
            totals.select(columns),
            whole.select(columns),
            # What adds up to no total still says that the post is there (a total counts it, and knows nothing of it).
            older.with_columns(end_of(pl.col("period_end"), zone).alias("observed_at"))
            .select(columns)
            .with_columns(
                *(pl.lit(None, pl.Int64).alias(m) for m in METRIC_COLUMNS),
                pl.lit(None, pl.String).alias("rounded"),
            ),
            chained.with_columns(end_of(pl.col("day"), zone).alias("observed_at")).select(
                *POST,
                "observed_at",
                "load_id",
                "row",
                *(pl.when(pl.col("metric") == m).then(pl.col("value")).alias(m) for m in METRIC_COLUMNS),
                pl.when(~pl.col("is_exact")).then(pl.col("metric")).alias("rounded"),
                "is_measured",
            ),
        ]
    )


def chains(observations: pl.LazyFrame, posts: pl.LazyFrame, loads: pl.LazyFrame, zone: str) -> pl.LazyFrame:
    """How :func:`lifetime` makes totals of gains: known days, and each day that a gain reaches from another.

    Returns:
        ``platform, post_id, metric, connector, from_day, day, value, load_id, row``: ``value`` is the total on ``day``;
        ``from_day`` is null where that was read as such.
    """
    totals = observations.filter(pl.col("period_start").is_null())
    whole, older = _periods(observations, posts, loads, zone)
    bases = _bases(totals, whole, older, loads)
    reached = _chained(bases, _long(older))
    known = bases.with_columns(pl.lit(None, pl.Date).alias("from_day"), pl.col("observed_on").alias("day"))
    columns = [*POST, "metric", "connector", "from_day", "day", "value", "is_exact", "is_measured", "load_id", "row"]
    return pl.concat([known.select(columns), reached.select(columns)])


def _periods(
    observations: pl.LazyFrame, posts: pl.LazyFrame, loads: pl.LazyFrame, zone: str
) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """Readings over a period of posts that were published inside it, as of its end, and those of older posts."""
    periods = (
        observations.filter(pl.col("period_start").is_not_null())
        .join(posts.select(*POST, "published_at"), on=POST, how="left")
        .join(loads.select("load_id", "connector", "observed_on"), on="load_id")
    )
    closes_at = pl.col("period_opens_at") + (pl.col("period_end") - pl.col("period_start")) + pl.duration(days=1)
    is_inside = pl.col("published_at").is_between("period_opens_at", closes_at, closed="left").fill_null(False)
    whole = periods.filter(is_inside).with_columns(
        end_of(pl.col("period_end"), zone).alias("observed_at"), pl.col("period_end").alias("observed_on")
    )
    return whole, periods.filter(~is_inside)


def _bases(totals: pl.LazyFrame, whole: pl.LazyFrame, older: pl.LazyFrame, loads: pl.LazyFrame) -> pl.LazyFrame:
    """Days on which a total is known from which gains may go on, a row a metric."""
    dated = totals.join(older.select(POST).unique(), on=POST, how="semi").join(
        loads.select("load_id", "connector", "observed_on").drop_nulls("observed_on"), on="load_id"
    )
    return pl.concat([_long(dated), _long(whole)])


def latest(readings: pl.LazyFrame, before: datetime, within: Sequence[str] = ()) -> pl.LazyFrame:
    """One row a post: each metric's last known reading before an instant (rule 3).

    ``within`` names columns that part a post's readings, as days do: then it is one row a post and part.

    Of two readings of one instant, exact beats rounded, then the larger counts, then the measured one:
    never the order of loading. Instant, exactness and value are packed into one number per metric, the
    largest of which is the reading; that number does not leave this function.

    Returns:
        ``platform, post_id``, the metrics' columns, ``reach_exact``, ``impressions_exact``, ``read_from`` and
        ``read_to`` (the oldest and newest reading in use), ``figures_read_from`` (the oldest of a report's figures),
        ``last_read_at``, ``is_approximate``, ``rounded`` (of which metrics, joined by ;), ``is_entered``, and when the
        metrics were read whose definitions changed (:func:`warehouse.definitions.dated`).
    """
    instant = pl.col("observed_at").dt.epoch("us").cast(pl.Int128)
    exact = instant * (_VALUE_BITS * 4) + (_VALUE_BITS * 2 + _OFFSET * 2) + pl.col("is_measured").cast(pl.Int128)

    def key(metric: str) -> pl.Expr:
        return (pl.col("exact") + pl.col(metric) * 2).alias(metric)

    def key_if_rounded(metric: str) -> pl.Expr:
        is_rounded = pl.col("rounded").str.contains(f"(^|;){metric}(;|$)")
        return (key(metric) - is_rounded.cast(pl.Int128) * _VALUE_BITS * 2).alias(metric)

    def instant_of(metric: str) -> pl.Expr:
        return (pl.col(metric) // (_VALUE_BITS * 4)).cast(pl.Int64).cast(TIMESTAMP)

    def is_exact(metric: str) -> pl.Expr:
        return pl.col(metric) // (_VALUE_BITS * 2) % 2 == 1

    is_there, is_plain = pl.col("observed_at") < before, pl.col("rounded").is_null()
    keys = [  # few readings are rounded, and only they pay for it
        readings.filter(is_there & which)
        .with_columns(exact.alias("exact"))
        .select(*POST, *within, "observed_at", *(packed(m) for m in METRIC_COLUMNS))
        for which, packed in ((is_plain, key), (~is_plain, key_if_rounded))
    ]
    return (
        pl.concat(keys)
        .group_by(*POST, *within)
        .agg(*(pl.col(m).max() for m in METRIC_COLUMNS), pl.col("observed_at").max().alias("last_read_at"))
        .with_columns(
            pl.min_horizontal(instant_of(m) for m in METRIC_COLUMNS).alias("read_from"),
            pl.max_horizontal(instant_of(m) for m in METRIC_COLUMNS).alias("read_to"),
            pl.min_horizontal(instant_of(m) for m in _OF_REPORTS).alias("figures_read_from"),
            pl.any_horizontal(~is_exact(m) for m in METRIC_COLUMNS).fill_null(False).alias("is_approximate"),
            pl.concat_str(
                *(pl.when(~is_exact(m.column)).then(pl.lit(m.name)) for m in METRICS), separator=";", ignore_nulls=True
            ).alias("rounded"),
            pl.any_horizontal(pl.col(m) % 2 == 0 for m in METRIC_COLUMNS).fill_null(False).alias("is_entered"),
            is_exact("reach").alias("reach_exact"),
            is_exact("impressions").alias("impressions_exact"),
            *(instant_of(m).alias(definitions.read_at(m)) for m in definitions.dated()),
        )
        .with_columns(
            pl.when("is_approximate").then("rounded").alias("rounded"),
            *(((pl.col(m) // 2 % _VALUE_BITS) - _OFFSET).cast(pl.Int64).alias(m) for m in METRIC_COLUMNS),
        )
    )


def newest(described: pl.LazyFrame, key: Sequence[str], before: datetime) -> pl.LazyFrame:
    """One row a ``key``: of each column the newest value before an instant that no spreadsheet damaged.

    What is only known from later, or only damaged, stands where nothing else is known. ``described`` has
    ``observed_at``, ``load_id`` and, where rows may be damaged, ``is_damaged`` and ``row``.
    """
    names = described.collect_schema().names()
    columns = [c for c in names if c not in {*key, "observed_at", "load_id", "row", "is_damaged", "identified_by"}]
    instant = pl.col("observed_at")
    trust = [~pl.col("is_damaged")] if "is_damaged" in names else []
    nearness = pl.when(instant < before).then(instant.dt.epoch("us")).otherwise(-instant.dt.epoch("us"))
    ties = [c for c in ("load_id", "row") if c in names]
    there = described.with_columns(pl.len().over(key).alias("rows_of_key"))
    ranked = (
        there.filter(pl.col("rows_of_key") > 1).sort(*trust, instant < before, nearness, *ties).with_row_index("rank")
    )
    several = ranked.group_by(key).agg(
        pl.col(c).filter(pl.col(c).is_not_null()).max_by(pl.col("rank").filter(pl.col(c).is_not_null()))
        for c in columns
    )
    alone = there.filter(pl.col("rows_of_key") == 1).select(*key, *columns)  # most are: they need no ranking
    return pl.concat([alone, several])


def counted(readings: pl.LazyFrame, attributions: pl.LazyFrame) -> pl.LazyFrame:
    """The readings of attributed posts, in the order in which one stands for others that count as one with it.

    Those have the same readings (:mod:`warehouse.crossposts`), so that only one that is still there goes first.

    Args:
        readings: :func:`latest`'s rows with ``counts_as`` (the post as which a cross-post counts; null for itself), and
            ``gone_since`` and ``is_watched`` (:func:`warehouse.gone.since`).
        attributions: ``platform, post_id`` and what makes groups; a post may stand in several.
    """
    posts = attributions.join(readings, on=POST)
    together = posts.filter(pl.col("counts_as").is_not_null()).sort(
        pl.col("gone_since").is_not_null(), "gone_since", "post_id", descending=[False, True, False]
    )
    alone = posts.filter(pl.col("counts_as").is_null())  # nearly all, and any order of them will do
    return pl.concat([together, alone]).with_columns(
        pl.coalesce("counts_as", "post_id").alias("counts_as"), *reach.of_posts()
    )


def totals(
    posts: pl.LazyFrame,
    by: Sequence[str],
    as_of: date,
    before: datetime,
    accounts: pl.DataFrame | None = None,
    audience: reach.Audience | None = None,
    changes: Sequence[Boundary] = (),
) -> pl.LazyFrame:
    """The totals of each group of posts, whatever the groups are; a post counts once in each.

    Args:
        posts: :func:`counted`'s rows, in their order, with the columns of ``by``.
        by: the columns that make a group.
        as_of, before: the day of the totals, and the instant at which it ends.
        accounts, audience: what bounds reach beside the posts, as :func:`reach.bounds` takes it.
        changes: those of definitions by which ``posts`` are :func:`warehouse.definitions.marked`.

    Returns:
        The columns of ``by`` and every measure but ``visits``.
    """
    is_outreach = pl.col("platform") == "outreach"
    of_one = list(dict.fromkeys((*by, "platform", "counts_as")))
    posts = posts.unique(of_one, keep="first", maintain_order=True)
    last_fresh_day_starts = before - STALE_AFTER - timedelta(days=1)
    count = pl.len().cast(pl.Int64)
    online = (
        posts.filter(~is_outreach)
        .group_by(by)
        .agg(
            count.alias("posts"),
            (pl.col("last_read_at") < last_fresh_day_starts).sum().cast(pl.Int64).alias("stale"),
            pl.when(pl.col("is_watched").any()).then(pl.col("gone_since").count().cast(pl.Int64)).alias("posts_gone"),
            pl.col("is_approximate").sum().cast(pl.Int64).alias("approximate"),
            pl.col("is_entered").sum().cast(pl.Int64).alias("entered"),
            *sums(),
            *reach.of_group(),
            paid.basis(),
            *definitions.spanned(changes),
            pl.col("read_from").min(),
            pl.col("read_to").max(),
        )
        .with_columns(engagements(), *definitions.named(changes))
        .pipe(reach.bounds, by, accounts, audience)
    )
    offline = posts.filter(is_outreach).group_by(by).agg(count.alias("outreach"))
    return (
        online.join(offline, on=by, how="full", coalesce=True, nulls_equal=True)
        .with_columns(pl.col("outreach").fill_null(0), pl.lit(as_of).alias("as_of"))
        .with_columns(pl.col(c).fill_null(0) for c in _COUNTS)
    )


_COUNTS = (
    "posts",
    "stale",
    "approximate",
    "entered",
    "engagements_known",
    "reach_known",
    "definition_changes",
    *(f"{m.column}_known" for m in ADDITIVE),
)


def _long(observations: pl.LazyFrame) -> pl.LazyFrame:
    """A row a known additive metric of an observation."""
    kept = [
        *POST, "connector", "load_id", "row", "observed_at", "period_start", "period_end", "observed_on", "rounded",
        "is_measured",
    ]  # fmt: skip
    return (
        observations.select(*kept, *(m.column for m in ADDITIVE))
        .unpivot([m.column for m in ADDITIVE], index=kept, variable_name="metric", value_name="value")
        .drop_nulls("value")
        .with_columns(
            (~pl.col("rounded").str.split(";").list.contains(pl.col("metric")).fill_null(False)).alias("is_exact"),
        )
    )


def _chained(bases: pl.LazyFrame, gains: pl.LazyFrame) -> pl.LazyFrame:
    """Totals that gains reach from a known day: ``…, metric, day, value``, a row a day reached."""
    known = bases.select(
        *POST,
        "connector",
        "load_id",
        "row",
        "metric",
        pl.col("observed_on").alias("day"),
        "value",
        "is_exact",
        "is_measured",
    )
    again = [*POST, "metric", "connector", "period_start", "period_end"]
    newest = gains.filter(pl.col("observed_at") == pl.col("observed_at").max().over(again))
    steps = newest.select(
        *POST,
        "connector",
        "load_id",
        "row",
        "metric",
        (pl.col("period_start") - pl.duration(days=1)).alias("from_day"),
        pl.col("period_end").alias("day"),
        "value",
        "is_exact",
        "is_measured",
    )
    # A chain's length is known only by walking it, so the walk runs when the frame is collected.
    return (
        known.with_columns(pl.lit(None, pl.Date).alias("from_day"))
        .select(steps.collect_schema().names())
        .pipe(
            lambda frame: pl.concat([frame, steps]).map_batches(_walk, schema=steps.collect_schema(), streamable=False)
        )
    )


def _walk(frame: pl.DataFrame) -> pl.DataFrame:
    """Follows gains from known days, all chains at once, one period further each time.

    The fewest periods win a day (the longest first); of equally many the exact, then the larger total.
    """
    node = [*POST, "metric", "connector", "day"]
    base, steps = frame.filter(pl.col("from_day").is_null()), frame.filter(pl.col("from_day").is_not_null())
    # Any connector's known day may start a chain of any one connector.
    front = (
        _best(base, [*POST, "metric", "day"])
        .drop("connector")
        .join(steps.select(*POST, "metric", "connector").unique(), on=[*POST, "metric"])
    )
    settled, reached = front.select(node), []
    while front.height and steps.height:
        ahead = front.select(
            *POST,
            "metric",
            "connector",
            pl.col("day").alias("from_day"),
            *(pl.col(c).alias(f"{c}_before") for c in ("value", "is_exact", "is_measured")),
        )
        front = (
            steps.join(ahead, on=[*POST, "metric", "connector", "from_day"])
            .with_columns(
                pl.col("value") + pl.col("value_before"),
                pl.col("is_exact") & pl.col("is_exact_before"),
                pl.col("is_measured") & pl.col("is_measured_before"),
            )
            .select(frame.columns)
            .pipe(_best, node)
            .join(settled, on=node, how="anti")
        )
        settled = pl.concat([settled, front.select(node)])
        reached.append(front)
    return pl.concat([frame.clear(), *(r.select(frame.columns) for r in reached)])


def _best(frame: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    order = ["is_exact", "value", "is_measured", "load_id", "row"]
    return frame.sort(order, descending=[True, True, True, False, False]).unique(key, keep="first", maintain_order=True)
