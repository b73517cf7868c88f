"""Gains of fiscal periods, and how far indicators are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.oracle.came_in import File
from tests.oracle.days import day_of, end_of
from tests.oracle.gains import gained, gains
from tests.oracle.history import World
from tests.oracle.posts import posts as posts_of
from tests.oracle.totals import of_campaign, tables
from warehouse.plan.model import Plan


def fiscal_periods(first_month: int, until: date) -> Iterable[tuple[str, date, date]]:
    """Every fiscal quarter and year that begins by a day, from 2023 on; a year is called by the one in which it ends."""
    for year in range(2023, until.year + 2):
        starts = date(year - (first_month > 1), first_month, 1)
        edges = [starts]
        for _ in range(4):
            following = edges[-1].replace(day=28) + timedelta(days=5)
            for _ in range(2):
                following = following.replace(day=28) + timedelta(days=5)
            edges.append(following.replace(day=1))
        spans = [(f"FY{year}", edges[0], edges[4]), *((f"FY{year}-Q{n}", edges[n - 1], edges[n]) for n in (1, 2, 3, 4))]
        yield from ((name, start, after - timedelta(days=1)) for name, start, after in spans if start <= until)


def by_period(history: Sequence[File], plan: Plan, as_of: date) -> dict[tuple[Any, ...], dict[str, Any]]:
    """``campaign_periods``: what each campaign gained in each fiscal quarter and year, where something was read.

    The first period is that of the project's first day, else of the first post, whatever was read before.
    """
    posts = list(posts_of(World(history, plan), as_of).values())
    out: dict[tuple[Any, ...], dict[str, Any]] = {}
    published = [day_of(post.published, plan.project.timezone) for post in posts if post.campaigns and post.published]
    first = plan.project.starts or min(published, default=None)
    for name, start, end in fiscal_periods(plan.project.fiscal_year_starts, as_of):
        if first is None or end < first:
            continue
        for campaign in plan.campaigns:
            last = end_of(end, plan.project.timezone)
            taken = of_campaign(posts, campaign.id, plan)
            item = [post for post in taken if post.first_read is not None and post.first_read <= last]
            row = gained(item, start, end, plan)
            if row["posts"]:
                out[campaign.id, name] = {**row, "period_start": start, "period_end": end, "is_over": end <= as_of}
    return out


@dataclass(frozen=True)
class Actual:
    """What there is of an indicator: no less than ``least``, no more than ``most`` where that can be said.

    ``is_most`` where the upper bound is what the plan names, and what is shown.
    """

    least: float | None
    most: float | None = None
    is_most: bool = False

    @property
    def shown(self) -> float | None:
        return self.most if self.is_most else self.least


def actual(row: Mapping[str, Any] | None, metric: str, count: str) -> Actual:
    """A figure of a total as bounds: what is not known of all posts is no less than what is known."""
    if row is None:
        return Actual(None)
    if metric.startswith("reach"):
        return Actual(row["reach_at_least"], row["reach_at_most"], is_most=metric == "reach_at_most")
    value = row.get(count if metric == "posts" else metric)
    posts_known = row.get(f"{metric}_known")
    return Actual(value, value if posts_known in (None, row["posts"]) else None)


def verdict(this_actual: Actual, target: float | None, is_over: bool) -> str | None:
    """Whether a target for a metric is reached: surely, surely not, or it cannot be told; more is always better."""
    if target is None:
        return None
    if this_actual.shown is None:
        return "cannot be told"
    if this_actual.least is not None and this_actual.least >= target:
        return "reached"
    if this_actual.most is not None and this_actual.most < target:
        return "not reached" if is_over else "not yet reached"
    return "cannot be told"


def indicators(history: Sequence[File], plan: Plan, as_of: date) -> dict[tuple[Any, ...], dict[str, Any]]:
    """``indicator_progress``: each indicator of a figure of totals, whole and by the periods that have targets."""
    project, periods = (
        plan.project,
        {n: (s, e) for n, s, e in fiscal_periods(plan.project.fiscal_year_starts, date.max.replace(year=2030))},
    )
    out: dict[tuple[Any, ...], dict[str, Any]] = {}
    for indicator in plan.indicators:
        kind, _, name = (indicator.of or "project").partition(":")
        table, key = f"{kind}_totals", (name,) if name else ()
        spans: list[tuple[str, date | None, date | None, float | None]] = [
            ("whole", project.starts, project.ends, indicator.target)
        ]
        spans += [(period, *periods[period], target) for period, target in indicator.targets.items()]
        for period, start, end, target in spans:
            if period == "whole":
                reached = actual(tables(history, plan, as_of)[table].get(key), str(indicator.metric), "posts")
            elif start and start <= as_of and end:
                last = min(end, as_of)
                reached = actual(
                    gains(history, plan, start, last)[table].get(key), str(indicator.metric), "posts_first_seen"
                )
            else:
                reached = Actual(None)
            # A gain begins at 0; so does the way to a target of the whole that lies below what there was before.
            baseline = indicator.baseline if period == "whole" else None
            base, percent = baseline or 0, None
            base = 0 if target is not None and target < base else base
            if target is not None and reached.shown is not None and target != base:
                percent = round(100 * (reached.shown - base) / (target - base), 1)
            out[indicator.id, period] = {
                "period_start": start, "period_end": end, "baseline": baseline, "target": target,
                "actual": reached.shown,
                "actual_at_most": reached.most if str(indicator.metric).startswith("reach") else None,
                "percent": percent, "verdict": verdict(reached, target, end is not None and end <= as_of),
            }  # fmt: skip
    return out
