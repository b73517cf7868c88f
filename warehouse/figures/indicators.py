"""The plan's indicators: what was aimed at, what there is, and whether the one reaches the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from connectors.columns import schema
from warehouse.figures.tables import MART
from warehouse.measures import OF_EVENTS, REACH, UPPER_BOUNDS, counted_over, unit_of
from warehouse.plan import fiscal
from warehouse.plan.model import Indicator, Plan

WHOLE = "whole"
"""The period of an indicator's target for all of its time."""

Tables = Mapping[str, pl.DataFrame]

_TABLE = {"project": ("project_totals", None), "activity": ("activity_totals", "activity_id"),
          "campaign": ("campaign_totals", "campaign_id")}  # fmt: skip
TABLES = ("project_totals", "activity_totals", "campaign_totals", "stage_totals")
"""The tables that indicators look into."""

_BY_FIRST_SEEN = {"posts": "posts_first_seen"}
"""Of these a period gains what was first seen in it: they are no counters of a post."""


@dataclass(frozen=True)
class Figure:
    """What there is of an indicator: a lower bound where posts are unknown, ``at_most`` where one is known above it.

    Where ``actual`` is an upper bound itself, ``at_least`` is the lower one, null where there is none.
    """

    actual: float | None
    at_most: float | None = None
    at_least: float | None = None
    is_upper_bound: bool = False
    is_whole: bool = True
    is_approximate: bool = False
    is_entered: bool = False
    source: str | None = None


def progress(plan: Plan, as_of: date, totals: Tables, gained: Callable[[date, date], Tables]) -> pl.DataFrame:
    """A row for each indicator and period that it has a target for; one for the whole, where it has none either.

    Args:
        totals: the tables of totals as of the day.
        gained: gives the tables over days, both inclusive, for the targets of fiscal periods.
    """
    project, rows = plan.project, []
    for indicator in plan.indicators:
        figure = _entered(indicator) if indicator.metric is None else _of_totals(indicator, plan, totals)
        is_over = project.ends is not None and project.ends <= as_of
        whole = {"period": WHOLE, "period_start": project.starts, "period_end": project.ends}
        base = None if indicator.baseline is None else float(indicator.baseline)
        rows.append(_row(indicator, plan, as_of, figure, base, indicator.target, is_over) | whole)
        for name, target in sorted(indicator.targets.items()):
            period = fiscal.period(name, project.fiscal_year_starts)
            figure = Figure(None, source="a figure by hand is not parted into periods")
            if indicator.metric is not None:
                figure = Figure(None, source="the period has not begun")
            if indicator.metric is not None and period.start <= as_of:
                figure = _of_totals(indicator, plan, gained(period.start, min(period.end, as_of)), is_gain=True)
            span = {"period": name, "period_start": period.start, "period_end": period.end}
            rows.append(_row(indicator, plan, as_of, figure, None, target, period.end <= as_of) | span)
    return pl.DataFrame(rows, schema=schema(MART["indicator_progress"].columns))


def is_less_better(metric: str | None, baseline: float | None, target: float | None) -> bool:
    """Whether a target is reached from above: that of a figure by hand which lies below its baseline.

    Nobody wants fewer views, so a target for a metric is always reached from below.
    """
    return metric is None and baseline is not None and target is not None and target < baseline


def percent_starts_at(metric: str | None, baseline: float | None, target: float) -> float:
    """The figure that counts as 0 %: the baseline, or 0 where there is none or a metric's target lies below it."""
    start = baseline or 0
    return start if metric is None or target >= start else 0


def verdict_on(figure: Figure, target: float | None, *, is_falling: bool, is_over: bool) -> str | None:
    """Whether a target is reached: ``reached``, ``not reached``, ``not yet reached`` or ``cannot be told``.

    Where ``is_falling``, less is better. Reach is judged by both of its bounds, whichever of them is named.
    A total that does not know all of its posts is a lower bound too.
    """
    if target is None:
        return None
    if figure.actual is None:
        return "cannot be told"
    least = figure.at_least if figure.is_upper_bound else figure.actual
    most = figure.actual if figure.is_whole else figure.at_most
    if is_falling:
        if most is not None and most <= target:
            return "reached"
        is_short = least is not None and least > target
    else:
        if least is not None and least >= target:
            return "reached"
        is_short = most is not None and most < target
    if not is_short:
        return "cannot be told"
    return "not reached" if is_over else "not yet reached"


def _row(
    indicator: Indicator,
    plan: Plan,
    as_of: date,
    figure: Figure,
    baseline: float | None,
    target: float | None,
    is_over: bool,
) -> dict[str, object]:
    """An indicator over one of its periods; a period's gain began at 0, so that it has no ``baseline``."""
    line, metric, percent = _line(indicator, plan), indicator.metric, None
    if target is not None and figure.actual is not None:
        start = percent_starts_at(metric, baseline, target)
        percent = round(100 * (figure.actual - start) / (target - start), 1) if target != start else None
    is_falling = is_less_better(metric, baseline, target)
    unit = unit_of(metric) if metric else None
    if metric and metric in {stage for c in plan.campaigns for stage in c.stages}:
        unit = "assets"
    return line | {
        "indicator_id": indicator.id,
        "name": indicator.name,
        "metric": metric,
        "unit": unit,
        "baseline": baseline,
        "target": None if target is None else float(target),
        "actual": figure.actual,
        "actual_at_most": figure.at_most,
        "is_at_least": _is_more_possible(figure),
        "percent": percent,
        "verdict": verdict_on(figure, target, is_falling=is_falling, is_over=is_over),
        "as_of": as_of,
        "is_approximate": figure.is_approximate,
        "is_entered": figure.is_entered,
        "source": figure.source,
    }


def _is_more_possible(figure: Figure) -> bool | None:
    if figure.actual is None:
        return None
    return not figure.is_whole and (figure.at_most is None or figure.at_most > figure.actual)


def _line(indicator: Indicator, plan: Plan) -> dict[str, object]:
    """The lines of the framework that an indicator stands below; one by hand stands where nothing says."""
    kind, _, name = (indicator.of or "project").partition(":")
    activity = plan.activity_of(name).id if kind == "campaign" else name if kind == "activity" else None
    line = next((line for line in plan.framework() if line.activity_id == activity), None)
    return {
        "objective": line.objective_name if line else None,
        "output": line.output_name if line else None,
        "activity": activity,
    }


def _entered(indicator: Indicator) -> Figure:
    actual = None if indicator.actual is None else float(indicator.actual)
    return Figure(actual, is_entered=True, source=indicator.source)


def _of_totals(indicator: Indicator, plan: Plan, tables: Tables, *, is_gain: bool = False) -> Figure:
    kind, _, name = (indicator.of or "project").partition(":")
    metric = str(indicator.metric)
    table, key = _TABLE[kind]
    campaigns = [c for c in plan.campaigns if kind == "project" or name in (c.id, c.activity)]
    stages = {stage for c in campaigns for stage in c.stages}
    if metric in stages | {"assets", "counted"}:
        return _of_stages(metric, [c.id for c in campaigns], tables["stage_totals"], is_gain=is_gain)
    rows = tables[table] if key is None else tables[table].filter(pl.col(key) == name)
    if not rows.height:
        return Figure(None, source=f"{table} has no {name}")
    row = rows.row(0, named=True)
    where = f"{metric} in {table}" + (f", {name}" if key else "")
    flags = {"is_approximate": bool(row["approximate"]), "is_entered": bool(row["entered"])}
    if metric in REACH:
        least, most = _float(row["reach_at_least"]), _float(row["reach_at_most"])
        source = f"{where}: {row['reach_basis'] or 'no post knows its reach'}"
        is_whole = least is not None and least == most
        if metric in UPPER_BOUNDS:
            actual = _float(row[metric])
            return Figure(actual, most, least, is_upper_bound=True, is_whole=is_whole, source=source, **flags)
        return Figure(least, most, is_whole=is_whole, source=source, **flags)
    if is_gain:
        metric = _BY_FIRST_SEEN.get(metric, metric)
    posts_known = row.get(f"{metric}_known")
    posts = row[counted_over(metric)]
    if metric in OF_EVENTS:
        told = "" if posts_known is None else f": {posts_known} of {posts} events know theirs"
        is_whole = metric == "events" or posts_known == posts
        return Figure(_float(row[metric]), is_entered=bool(row["events"]), is_whole=is_whole, source=f"{where}{told}")
    if metric == "engagements":
        whole = row["engagements_whole"]
        source = f"{where}: {whole} of {posts} know all that their platform reports"
        return Figure(_float(row[metric]), is_whole=whole == posts and not row["in_part"], source=source, **flags)
    if metric == "visits":
        posts = sum(figure.metric == "visits" for c in campaigns for figure in c.account_figures)
    missing = f", {row['in_part']} of them without some days" if row.get("in_part") else ""
    if posts_known is None:
        return Figure(_float(row.get(metric)), source=where, **flags)
    return Figure(
        _float(row[metric]),
        is_whole=posts_known == posts and not row.get("in_part"),
        source=f"{where}: {posts_known} of {posts} know theirs{missing}",
        **flags,
    )


def _of_stages(metric: str, campaigns: list[str], stages: pl.DataFrame, *, is_gain: bool) -> Figure:
    """Assets of a stage, or the number that the plan enters for it; of all stages, those of the first."""
    if is_gain:
        return Figure(None, source="nothing says on which day an asset came into a stage")
    chosen = stages.filter(pl.col("campaign_id").is_in(campaigns))
    chosen = chosen.filter((pl.col("step") == 1) if metric in ("assets", "counted") else (pl.col("stage") == metric))
    if metric == "assets":
        chosen = chosen.with_columns(pl.lit(None, pl.Int64).alias("counted"))
    if metric == "counted":
        chosen = chosen.drop_nulls("counted")
    if not chosen.height:
        return Figure(None, source="no campaign has such a stage")
    total = chosen.select(pl.coalesce("counted", "assets").sum()).item()
    by_hand = chosen["counted"].is_not_null().any()
    return Figure(
        float(total), is_entered=by_hand,
        source="assets of the plan in this stage" + (", as entered in the plan" if by_hand else ""),
    )  # fmt: skip


def _float(value: object) -> float | None:
    return None if value is None else float(str(value))
