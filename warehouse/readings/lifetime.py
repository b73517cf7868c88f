"""Readings of lifetime counters, as they were read and as gains over periods add up to them.

docs/rules.md: Lifetime counters.

No clock, no settings and no ``collect`` of the caller's data: days and zones are arguments.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import polars as pl

from connectors.contract import ADDITIVE, METRIC_COLUMNS, METRIC_NAMES, TIMESTAMP
from warehouse.readings import chosen_periods
from warehouse.readings.chosen_periods import SINCE_EVER, newest
from warehouse.readings.latest import POST, end_of


def readings(observations: pl.LazyFrame, posts: pl.LazyFrame, loads: pl.LazyFrame, zone: str) -> pl.LazyFrame:
    """Every reading of a lifetime counter that the observations hold or add up to.

    docs/rules.md: Lifetime counters.

    A reading over a period of a post published inside it is a lifetime reading as of its last day; of several that end
    with one day the newest counts. Gains of older posts chain, within one connector, from a day on which the total is
    known through periods that each begin the day after; a gap ends the chain, and so does a last day that was not over
    when its load came. A page's total is the sum of the chosen periods (:mod:`warehouse.readings.chosen_periods`).

    Args:
        observations: the contract's observations with ``load_id``, ``is_measured`` (not typed by hand) and
            ``observed_until`` (where they were read between ``observed_at`` and then).
        posts: ``platform, post_id, published_at, kind``, a row a post.
        loads: ``load_id, connector, received_at, observed_on`` (the day, where a load is dated by a whole day).
        zone: the reporting zone, in which a day ends.

    Returns:
        ``platform, post_id, observed_at, observed_until, load_id, row``, the metrics' columns, ``rounded``,
        ``is_measured``.
    """
    return pl.concat([as_read(observations), of_periods(observations, posts, loads, zone)])


_COLUMNS = (*POST, "observed_at", "observed_until", "load_id", "row", *METRIC_COLUMNS, "rounded", "is_measured")


def as_read(observations: pl.LazyFrame) -> pl.LazyFrame:
    """Those of :func:`readings` that the observations hold as they are."""
    return _totals(observations).select(_COLUMNS)


def of_periods(observations: pl.LazyFrame, posts: pl.LazyFrame, loads: pl.LazyFrame, zone: str) -> pl.LazyFrame:
    """Those of :func:`readings` that are made of readings over periods."""
    columns = _COLUMNS
    told = pl.lit(None, TIMESTAMP).alias("observed_until")  # a period's last day is told by the source
    whole, older = _periods(observations, posts, loads, zone)
    added = _added_up(_totals(observations), whole, older, loads)
    return pl.concat(
        [
            whole.with_columns(pl.col("read_at").alias("observed_at"), told).select(columns),
            # What adds up to no total still says that the post is there (a total counts it, and knows nothing of it).
            older.with_columns(pl.col("read_at").alias("observed_at"), told)
            .select(columns)
            .with_columns(
                *(pl.lit(None, pl.Int64).alias(m) for m in METRIC_COLUMNS),
                pl.lit(None, METRIC_NAMES).alias("rounded"),
            ),
            added.select(
                *POST,
                pl.col("read_at").alias("observed_at"),
                told,
                "load_id",
                "row",
                *(pl.when(pl.col("metric") == m).then(pl.col("value")).alias(m) for m in METRIC_COLUMNS),
                pl.when(~pl.col("is_exact")).then(pl.concat_list("metric")).alias("rounded"),
                "is_measured",
            ),
        ]
    )


def chains(observations: pl.LazyFrame, posts: pl.LazyFrame, loads: pl.LazyFrame, zone: str) -> pl.LazyFrame:
    """How :func:`readings` makes totals of gains: known days, and each day that a gain reaches from another.

    Returns:
        ``platform, post_id, metric, connector, from_day, period_start, day, read_at, value, load_id, row``: ``value``
        is the total on ``day``; ``from_day`` is null where that was read as such, at ``read_at``, or where nothing was
        read before, as of a page. A page's total may be of several connectors, and its ``connector`` is null.
    """
    whole, older = _periods(observations, posts, loads, zone)
    totals = _totals(observations)
    bases = _bases(totals, whole, older, loads)
    read_days = bases.with_columns(
        pl.lit(None, pl.Date).alias("from_day"),
        pl.lit(None, pl.Date).alias("period_start"),
        pl.col("observed_on").alias("day"),
    )
    columns = [
        *POST, "metric", "connector", "from_day", "period_start", "day", "read_at", "value", "is_exact", "is_measured",
        "load_id", "row",
    ]  # fmt: skip
    return pl.concat([read_days.select(columns), _added_up(totals, whole, older, loads).select(columns)])


def _added_up(totals: pl.LazyFrame, whole: pl.LazyFrame, older: pl.LazyFrame, loads: pl.LazyFrame) -> pl.LazyFrame:
    """Totals that periods add up to, with the columns of :func:`chains`."""
    posts = older.filter(~pl.col("is_page").fill_null(False))
    chained = _chained(_bases(totals, whole, posts, loads), _long(posts)).with_columns(
        (pl.col("from_day") + pl.duration(days=1)).alias("period_start")
    )
    return pl.concat([chained, _of_pages(totals, whole, older, loads).select(chained.collect_schema().names())])


def _of_pages(totals: pl.LazyFrame, whole: pl.LazyFrame, older: pl.LazyFrame, loads: pl.LazyFrame) -> pl.LazyFrame:
    """Totals of pages by each day that the choice of their periods reaches.

    What is known since publication goes before every period that ends by then.
    """
    pages = older.filter("is_page")
    since_ever = pl.lit(SINCE_EVER, pl.Date).alias("period_start")
    known_days = _bases(totals, whole, pages, loads).with_columns(since_ever, pl.col("observed_on").alias("period_end"))
    periods = pl.concat([known_days, _long(pages)])
    schema = pl.Schema([*periods.collect_schema().items(), ("ended_before", pl.Date())])
    return (
        periods.map_batches(lambda frame: chosen_periods.totals(newest(frame)), schema=schema, streamable=False)
        .filter(pl.col("period_start") != SINCE_EVER)
        .with_columns(
            pl.lit(None, pl.String).alias("connector"), pl.col("ended_before").alias("from_day"),
            pl.col("period_end").alias("day"),
        )
    )  # fmt: skip


def _totals(observations: pl.LazyFrame) -> pl.LazyFrame:
    """Readings of totals, which are of no period."""
    return observations.filter(pl.col("period_start").is_null())


def _periods(
    observations: pl.LazyFrame, posts: pl.LazyFrame, loads: pl.LazyFrame, zone: str
) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """Readings over a period of posts that were published inside it, as of its end, and those of older posts.

    ``read_at`` is the end of the last day, ``is_over`` whether that day was over when the load came: nothing is read
    after it came. Of several that were published inside and end with one day each metric's newest reading stays.
    """
    came_at, ends_at = pl.max_horizontal("received_at", "observed_at"), end_of(pl.col("period_end"), zone)
    periods = (
        observations.filter(pl.col("period_start").is_not_null())
        .join(posts.select(*POST, "published_at", (pl.col("kind") == "page").alias("is_page")), on=POST, how="left")
        .join(loads.select("load_id", "connector", "received_at", "observed_on"), on="load_id")
        .with_columns(pl.min_horizontal(ends_at, came_at).alias("read_at"), (ends_at <= came_at).alias("is_over"))
    )
    closes_at = pl.col("period_opens_at") + (pl.col("period_end") - pl.col("period_start")) + pl.duration(days=1)
    is_inside = pl.col("published_at").is_between("period_opens_at", closes_at, closed="left").fill_null(False)
    read_at = pl.col("observed_at")
    is_newest = {m: read_at == read_at.filter(pl.col(m).is_not_null()).max().over(_BY_END) for m in METRIC_COLUMNS}
    whole = periods.filter(is_inside).with_columns(
        *(pl.when(is_it).then(m).alias(m) for m, is_it in is_newest.items()),
        pl.when("is_over").then("period_end").alias("observed_on"),
    )
    return whole, periods.filter(~is_inside)


_BY_END = (*POST, "period_end")


def _bases(totals: pl.LazyFrame, whole: pl.LazyFrame, older: pl.LazyFrame, loads: pl.LazyFrame) -> pl.LazyFrame:
    """Days on which a total is known from which the gains of ``older`` may go on, a row a metric."""
    gaining = older.select(POST).unique()
    dated = totals.join(gaining, on=POST, how="semi").join(
        loads.select("load_id", "connector", "observed_on").drop_nulls("observed_on"), on="load_id"
    )
    dated = dated.with_columns(pl.col("observed_at").alias("read_at"), pl.lit(True).alias("is_over"))
    born = whole.drop_nulls("observed_on").join(gaining, on=POST, how="semi")
    return pl.concat([_long(dated), _long(born)])


def _long(observations: pl.LazyFrame) -> pl.LazyFrame:
    """A row a known additive metric of an observation."""
    kept = [
        *POST, "connector", "load_id", "row", "observed_at", "period_start", "period_end", "observed_on", "read_at",
        "is_over", "rounded", "is_measured",
    ]  # fmt: skip
    return (
        observations.select(*kept, *(m.column for m in ADDITIVE))
        .unpivot([m.column for m in ADDITIVE], index=kept, variable_name="metric", value_name="value")
        .drop_nulls("value")
        .with_columns(
            (~pl.col("rounded").list.contains(pl.col("metric")).fill_null(False)).alias("is_exact"),
        )
    )


def _chained(bases: pl.LazyFrame, gains: pl.LazyFrame) -> pl.LazyFrame:
    """Totals that gains reach from a known day: ``…, metric, day, value``, a row a day reached."""
    read_days = bases.select(
        *POST,
        "connector",
        "load_id",
        "row",
        "metric",
        pl.col("observed_on").alias("day"),
        "value",
        "is_exact",
        "is_measured",
        "read_at",
        "is_over",
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
        "read_at",
        "is_over",
    )
    schema = steps.collect_schema()
    days = read_days.with_columns(pl.lit(None, pl.Date).alias("from_day")).select(schema.names())
    # A chain's length is known only by walking it, so the walk runs when the frame is collected.
    return pl.concat([days, steps]).map_batches(_walk, schema=schema, streamable=False)


def _walk(frame: pl.DataFrame) -> pl.DataFrame:
    """Follows gains from known days, all chains at once, one period further each time.

    The fewest periods win a day (the longest first); of equally many the exact, then the larger total.

    A chain of daily gains is as long as its days, and a join for each day costs far more than its few rows: so the
    rows are followed one by one.
    """
    base, steps = frame.filter(pl.col("from_day").is_null()), frame.filter(pl.col("from_day").is_not_null())
    if base.is_empty() or steps.is_empty():
        return frame.clear()
    chain = (*POST, "metric", "connector")
    steps_from: dict[tuple[Any, ...], list[_Step]] = {}
    columns = steps.select(*chain, "from_day", "day", "is_over", "value", "is_exact", "is_measured", "load_id", "row")
    for number, (*from_node, day, is_over, value, is_exact, is_measured, load_id, row) in enumerate(
        columns.iter_rows()
    ):
        step = _Step((*from_node[:-1], day), number, is_over, _Total(is_exact, value, is_measured), load_id, row)
        steps_from.setdefault(tuple(from_node), []).append(step)
    # Any connector's known day may start a chain of any one connector.
    known_days = (
        _best(base, [*POST, "metric", "day"])
        .drop("connector")
        .join(steps.select(chain).unique(), on=[*POST, "metric"])
        .select(*chain, "day", "is_over", "is_exact", "value", "is_measured")
    )
    front = [(row[:5], row[5], _Total(*row[6:])) for row in known_days.iter_rows()]
    settled, reached = {node for node, _, _ in front}, []
    while front:
        ahead: dict[tuple[Any, ...], tuple[_Step, _Total]] = {}
        for node, is_over, before in front:
            for step in steps_from.get(node, ()) if is_over else ():
                if step.node not in settled:
                    total = step.gain.after(before)
                    best = ahead.get(step.node)
                    if best is None or step.order(total) < best[0].order(best[1]):
                        ahead[step.node] = step, total
        front = [(node, step.is_over, total) for node, (step, total) in ahead.items()]
        settled |= ahead.keys()
        reached += sorted(ahead.values(), key=lambda one: one[0].order(one[1]))
    totals = pl.DataFrame(
        [total for _, total in reached], {name: frame.schema[name] for name in _Total._fields}, orient="row"
    )
    return steps[[step.number for step, _ in reached]].with_columns(totals)


class _Total(NamedTuple):
    """What is known of a metric on a day, or what it gained until then."""

    is_exact: bool
    value: float
    is_measured: bool

    def after(self, before: _Total) -> _Total:
        """This gain behind a total."""
        return _Total(
            self.is_exact and before.is_exact, self.value + before.value, self.is_measured and before.is_measured
        )


class _Step(NamedTuple):
    """A gain: the day of a chain that it reaches, the number of its row, and whether that day was over."""

    node: tuple[Any, ...]
    number: int
    is_over: bool
    gain: _Total
    load_id: str
    row: int

    def order(self, total: _Total) -> tuple[Any, ...]:
        """What stands first of several totals of one day."""
        return (not total.is_exact, -total.value, not total.is_measured, self.load_id, self.row)


def _best(frame: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """One total a ``key``: the exact, then the larger, then the measured one; of equal ones any will do."""
    order = ["is_exact", "value", "is_measured"]
    return frame.sort(order, descending=True).unique(key, keep="first", maintain_order=True)
