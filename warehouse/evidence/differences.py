"""What a frozen report keeps, and which of its figures differ today, with causes that add up.

A frozen report is its published tables as Parquet, with what is needed to compute them again as they were: the instant,
the plan, and how loads were read. Readings that a platform's terms may remove later are not kept post by post: the
report keeps only totals of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import polars as pl

from connectors.contract import METRIC, METRICS
from warehouse import measures
from warehouse.day import Day
from warehouse.figures.build import GROUPS
from warehouse.figures.periods import PERIODS
from warehouse.figures.tables import MART
from warehouse.plan.model import Plan
from warehouse.readings import definition_changes
from warehouse.readings.latest import POST
from warehouse.texts import number_of

LATE = "late data"
MAPPING = "corrected mapping"
PLAN = "plan changed"
WITHDRAWN = "withdrawn"
GONE = "post gone"
REMOVED = "reading removed by the platform's terms"
DEFINITION = "definition changed"
PRINTED = "printed otherwise than frozen"
Tables = Mapping[str, pl.DataFrame]

COMPARED = (*GROUPS, *PERIODS, "indicator_progress", "campaign_daily", "campaign_spend")
"""The tables whose figures are compared: all that :func:`warehouse.figures.build.figures` makes."""
Value = float | int | str | bool | None


@dataclass(frozen=True)
class Step:
    """The tables after something happened; ``kind`` says what, and is a cause of differences."""

    kind: str
    tables: Tables


@dataclass
class Difference:
    """A figure that differs today, and by how much for each cause."""

    table: str
    key: dict[str, Any]
    metric: str
    frozen: Value
    now: Value
    causes: dict[str, float | int] = field(default_factory=dict)


def kept(tables: Tables, day: Day) -> dict[str, pl.DataFrame]:
    """The tables as a report keeps them: without rows of posts that may have to be forgotten."""
    lines = removable(day)
    return {
        name: table.join(lines, on=POST, how="anti") if set(POST) <= set(table.columns) else table
        for name, table in tables.items()
    }


def removable(day: Day) -> pl.DataFrame:
    """The posts of which a platform's terms may remove readings in use: ``platform, post_id``."""
    posts = [day.posts.filter(pl.col("platform").is_in(day.platforms.following_deletions)).select(POST)]
    short = day.loads.filter(pl.col("keep_days").is_not_null()).select("load_id")
    if short.height:
        # Every reading matters here, also one for which a later one stands.
        parts = [day.every_reading] if day.in_parts is None else (every for _, every in day.in_parts(day.posts))
        for read in parts:
            before = read.filter(pl.col("observed_at") < day.before)
            posts.append(before.join(short.lazy(), on="load_id", how="semi").select(POST).unique().collect())
    return pl.concat(posts).unique().sort(POST)


def named_removable(day: Day) -> list[str]:
    """The figures of campaigns that rest on readings which terms may remove, a sentence a campaign and platform."""
    resting = (
        day.attribution.taken.join(removable(day), on=POST)
        .join(day.readings, on=POST)
        .group_by("campaign_id", "platform")
        .agg(pl.len().alias("posts"), *(pl.col(m.column).count() for m in METRICS))
        .sort("campaign_id", "platform")
    )
    return [
        f"{row['campaign_id']}: its {', '.join(m.name for m in METRICS if row[m.column])} rest on readings of "
        f"{number_of(row['posts'], 'post')} of {row['platform']} that the platform's terms may have removed later; "
        "of these posts the report keeps totals only"
        for row in resting.iter_rows(named=True)
    ]


def checksum(hashes: Mapping[str, str]) -> str:
    """One hash over the tables' own."""
    return hashlib.sha256(
        "".join(f"{name} {table_hash}\n" for name, table_hash in sorted(hashes.items())).encode()
    ).hexdigest()


def unmoved(before: Day, after: Day) -> Day:
    """``after``, but with the readings of ``before`` where a reading crossed a change of what its platform counts.

    The gain of such a reading is part growth and part definition, and nobody can divide it. All of it is put down to
    the definition. Totals are made of ``readings``, gains of ``every_reading``: there the new readings of such a post
    lose the metric.
    """
    columns = sorted({METRIC[crossed.change.metric].column for crossed in after.changes if crossed.change.is_given})
    if not columns:
        return after
    was = before.readings.select(
        *POST,
        *(pl.col(c).alias(f"{c}_was") for column in columns for c in (column, definition_changes.read_at(column))),
    )
    kinds = after.posts.select(*POST, "kind")
    beside = after.readings.join(was, on=POST, how="left").join(kinds, on=POST, how="left")
    every_reading, is_moved = after.every_reading, False
    for change, at in after.changes:
        column, read = METRIC[change.metric].column, definition_changes.read_at(METRIC[change.metric].column)
        if not change.is_given:
            continue
        has_moved = definition_changes.is_about(change) & (pl.col(f"{read}_was") < at) & (pl.col(read) >= at)
        crossed_posts = beside.filter(has_moved.fill_null(False)).select(*POST, has_crossed=True)
        if crossed_posts.is_empty():
            continue
        is_moved = True
        every_reading = (
            every_reading.join(crossed_posts.lazy(), on=POST, how="left")
            .with_columns(pl.when(pl.col("has_crossed").is_null() | (pl.col("observed_at") < at)).then(column))
            .drop("has_crossed")
        )
        beside = beside.with_columns(
            pl.when(has_moved.fill_null(False)).then(f"{column_name}_was").otherwise(column_name).alias(column_name)
            for column_name in (column, read)
        )
    if not is_moved:
        return after
    return replace(after, readings=beside.select(after.readings.columns), every_reading=every_reading)


FigureKey = tuple[str, tuple[tuple[str, Any], ...], str]
"""Where a figure stands: its table, its key as pairs of column and value (a day in ISO 8601), its column."""


def moved(before: Tables, after: Tables) -> dict[FigureKey, float | int]:
    """By how much each figure changed, without those that did not.

    One that became known, or is no more, counts whole; a verdict, or yes and no, changes by 0.
    """
    was, now = dict(_figures(before)), dict(_figures(after))
    return {
        place: _amount(was.get(place), now.get(place))
        for place in {**was, **now}
        if not _is_same(was.get(place), now.get(place))
    }


def differences(
    frozen: Tables, steps: Iterable[Step], taken: Iterable[tuple[str, Mapping[FigureKey, float | int]]] = ()
) -> list[Difference]:
    """Each figure of the report that differs after the last step, with what each step changed.

    Every step that changed a figure is one of its causes, with the amount 0 too, such as from not known to 0. The
    amounts of a number's causes add up to ``now - frozen``. Where one of the two is not known, the other counts whole.
    A figure that the report was frozen without, by an older version, was not known; a table that it was frozen without
    is not compared.

    Args:
        frozen: the report's tables.
        steps: what may have happened, in its order.
        taken: parts of the first step that were measured when they happened, by kinds of their own.
    """
    walked, taken = list(steps), list(taken)
    tables_over_time = [dict(_figures(tables, frozen)) for tables in (frozen, *(step.tables for step in walked))]
    differing = []
    for place in dict.fromkeys(place for figures in tables_over_time for place in figures):
        values = [figures.get(place) for figures in tables_over_time]
        if _is_same(values[0], values[-1]):
            continue
        table, key, column = place
        difference = Difference(table, dict(key), column, values[0], values[-1])
        for kind, amounts in taken:
            if place in amounts:
                _add(difference, kind, amounts[place])
        measured = dict(difference.causes)
        for step, before, after in zip(walked, values, values[1:], strict=False):
            amount = _amount(before, after)
            is_changed = not _is_same(before, after)
            if step is walked[0] and measured:  # what is left of it once the measured parts are taken from it
                amount = exact(amount - sum(measured.values()))
                is_changed = bool(amount)
            if is_changed:
                _add(difference, GONE if column == "posts_gone" and step.kind != PLAN else step.kind, amount)
        differing.append(difference)
    return differing


def printed(
    report: str, frozen: Tables, plan: Plan, tables: Tables, changed: Sequence[Difference]
) -> Iterator[Difference]:
    """The plan's printed figures of a report, beside what was frozen and what would be said today."""
    for entry in plan.printed:
        if entry.report != report:
            continue
        table, key, metric = _where(entry.campaign, entry.metric, tables)
        then, today = (_figure(where, table, key, metric) for where in (frozen, tables))
        if entry.value == today:
            continue
        since = next((one for one in changed if (one.table, one.key, one.metric) == (table, key, metric)), None)
        difference = Difference("printed", {"campaign_id": entry.campaign}, entry.metric, entry.value, today)
        if (then or 0) != entry.value:
            difference.causes[PRINTED] = (then or 0) - entry.value
        difference.causes |= since.causes if since else {}
        yield difference


def _where(campaign: str, metric: str, tables: Tables) -> tuple[str, dict[str, Any], str]:
    """The table, key and column in which a printed figure of a campaign stands."""
    stages = tables["stage_totals"].filter((pl.col("campaign_id") == campaign) & (pl.col("stage") == metric))
    if stages.height:
        column = "counted" if stages["counted"].item() is not None else "assets"
        return "stage_totals", {"campaign_id": campaign, "stage": metric}, column
    return "campaign_totals", {"campaign_id": campaign}, "reach_at_least" if metric == "reach" else metric


def _figure(tables: Tables, table: str, key: Mapping[str, Any], metric: str) -> Any:
    rows = tables[table].filter(*(pl.col(name) == value for name, value in key.items()))
    return rows[metric].item() if rows.height and metric in rows.columns else None


def _add(difference: Difference, kind: str, amount: float | int) -> None:
    difference.causes[kind] = exact(difference.causes.get(kind, 0) + amount)


def _figures(tables: Tables, wanted: Container[str] = COMPARED) -> Iterator[tuple[FigureKey, Value]]:
    """Each compared figure of the wanted tables with its place."""
    for name in COMPARED:
        if name not in tables or name not in wanted:
            continue
        table = tables[name]
        compared = [column for column in measures.COMPARED if column in table.columns]
        for row in table.iter_rows(named=True):
            key = tuple(
                (column, row[column].isoformat() if isinstance(row[column], date) else row[column])
                for column in MART[name].key
            )
            for column in compared:
                yield (name, key, column), row[column]


def _is_same(one: Value, other: Value) -> bool:
    """Whether two values are printed alike: numbers to the thousandth."""
    if isinstance(one, float) and isinstance(other, float):
        return exact(one) == exact(other)
    return one == other


def _amount(before: Value, after: Value) -> float | int:
    """By how much a number changed; what is not known counts as 0, and so does what is no number."""
    return exact(_number(after) - _number(before))


def _number(value: Value) -> float | int:
    return 0 if value is None or isinstance(value, str | bool) else value


def exact(amount: float) -> float | int:
    """Rounded to thousandths, the smallest part of a second that watch time has; an int where it is whole."""
    rounded = round(amount, 3)
    return int(rounded) if rounded == int(rounded) else rounded
