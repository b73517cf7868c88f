"""What the figures of a campaign are made of, as the page's script shows it: posts, readings, files and rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from connectors.contract import METRIC
from warehouse.day import Day
from warehouse.evidence import readings_behind
from warehouse.publish.report.wording import Texts, short
from warehouse.readings.latest import POST, day_of

MOST_POSTS, MOST_OF_ALL, FEWEST = 2_000, 6_000, 200
"""How many posts are shown one by one: of one campaign, of all campaigns together, and of each one at least.

Posts with the most views are shown. What the other posts of a campaign add is one number.
"""

_POST = ("id", "platform", "account", "account_name", "organisation", "kind", "asset", "text", "published")
_LINE = ("post", "value", "at", "start", "end", "is_rounded", "is_entered", "note", "load", "row")
_LOAD = ("path", "sha256")


def most_shown(campaigns: int) -> int:
    """How many posts of each campaign are shown one by one, where so many campaigns have figures."""
    return min(MOST_POSTS, max(FEWEST, MOST_OF_ALL // campaigns))


class PageTree:
    """A campaign's posts and the lines that its figures rest on, in any language."""

    def __init__(self, day: Day, campaign_id: str, campaigns: int) -> None:
        self.posts, self.lines = readings_behind.of_campaign(day, campaign_id, most_shown(campaigns))
        described = day.posts.select(*POST, "account_id", "kind", "text", "published_at").join(
            self.posts, on=POST, how="semi"
        )
        self.described = (
            self.posts.select(*POST, "asset_id")
            .join(described, on=POST, how="left", maintain_order="left")
            .join(day.accounts, on=["platform", "account_id"], how="left", maintain_order="left")
        )
        campaign = next(c for c in day.plan.campaigns if c.id == campaign_id)
        self.stages = {stage: number for number, stage in enumerate(campaign.stages, 1)}
        self.steps = {
            asset.id: self.stages[asset.stage]
            for asset in day.plan.assets
            if asset.stage and asset.campaign == campaign_id
        }
        read_on = day_of(pl.col("observed_at"), day.plan.project.timezone).alias("day")
        self.lines = self.lines.with_columns(read_on)
        self.visits = readings_behind.figure_evidence(day, campaign_id, "visits").lines.with_columns(read_on)

    def data(self, totals: Mapping[str, Any], metrics: Sequence[str], reach_text: str, texts: Texts) -> dict[str, Any]:
        """The tree as the script takes it: columns are named once, rows are lists.

        Args:
            totals: the campaign's row of ``campaign_totals``.
            metrics: the columns of the totals that are shown.
            said: its reach in words.
        """
        place = {post: at for at, post in enumerate(self.posts.select(POST).iter_rows())}
        sites: dict[str, int] = {}
        loads: dict[tuple[str, str], int] = {}
        lines: dict[str, list[list[Any]]] = {}
        wanted = {METRIC[m].column: m for m in (*metrics, "reach") if m in METRIC} | {"visits": "visits"}
        columns = (
            "metric", "platform", "post_id", "account_name", "path", "sha256", "value", "day", "period_start",
            "period_end", "is_rounded", "is_entered", "note", "row",
        )  # fmt: skip
        days = pl.col("day", "period_start", "period_end").dt.to_string("%Y-%m-%d")
        flags = pl.col("is_rounded", "is_entered").fill_null(False).cast(pl.Int8)
        for (
            column, platform, post_id, site, path, sha256, value, day, start, end, is_rounded, is_entered, note, row
        ) in pl.concat([self.lines, self.visits]).with_columns(days, flags).select(columns).iter_rows():  # fmt: skip
            metric = wanted.get(column)
            if metric is None:
                continue
            # Visits are of a page or site, which stands where a post does.
            at = sites.setdefault(site, len(place) + len(sites)) if metric == "visits" else place[platform, post_id]
            load = loads.setdefault((path, sha256 or ""), len(loads)) if path else None
            end = end if start else None
            lines.setdefault(metric, []).append(
                [at, value, day or "", start, end, is_rounded, is_entered, note, load, row]
            )
        return {
            "post": _POST, "line": _LINE, "load": _LOAD, "stages": self.stages, "steps": self.steps,
            "posts": [*self._posts(texts), *([*[None] * 7, site, None] for site in sites)],
            "loads": list(loads), "lines": lines,
            "platforms": {p: texts.platform(p) for p in self.described["platform"].unique(maintain_order=True)},
            "metrics": [
                {
                    "name": metric, "label": texts.metric(metric) if metric != "reach" else texts("reach"),
                    "per_unit": METRIC[metric].per_unit, "said": reach_text, "basis": totals["reach_basis"] or "",
                }
                for metric in (*metrics, "reach") if metric in METRIC
            ] + [{"name": "visits", "label": texts("visits"), "per_unit": 1, "said": "", "basis": ""}] * bool(sites),
            "rest": self._rest(totals, metrics),
        }  # fmt: skip

    def _posts(self, texts: Texts) -> list[list[Any]]:
        return [
            [
                row["post_id"], row["platform"], row["account_id"], row["account_name"], row["organisation"],
                row["kind"], row["asset_id"], short(row["text"], 120),
                row["published_at"] and texts.day_of(row["published_at"]),
            ]
            for row in self.described.iter_rows(named=True)
        ]  # fmt: skip

    def _rest(self, totals: Mapping[str, Any], metrics: Sequence[str]) -> dict[str, Any]:
        """What posts that are not shown one by one add to each figure: how many there are, and their sum."""
        left = totals["posts"] - self.posts.filter(pl.col("note").is_null()).height
        if left <= 0:
            return {}
        rest: dict[str, Any] = {"reach": [left, None]}
        for metric in metrics:
            column = METRIC[metric].column
            shown = self.lines.filter(pl.col("metric") == column)["value"].sum()
            if totals[metric] is not None:
                rest[metric] = [left, round(totals[metric] * METRIC[metric].per_unit) - shown]
        return rest
