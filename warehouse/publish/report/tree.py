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

_ACCOUNT = ("account_id", "account_name", "organisation")
_POST = ("id", "platform", "account", "account_name", "organisation", "kind", "asset", "text")
_LINE = ("post", "value", "at", "start", "end", "is_rounded", "is_entered", "note", "load", "row")
_LOAD = ("path", "sha256")


def most_shown(campaigns: int) -> int:
    """How many posts of each campaign are shown one by one, where so many campaigns have figures."""
    return min(MOST_POSTS, max(FEWEST, MOST_OF_ALL // campaigns))


def trees(day: Day, campaign_ids: Sequence[str]) -> dict[str, PageTree]:
    """The tree of each campaign that has figures."""
    if not campaign_ids:
        return {}
    behind = readings_behind.of_campaigns(day, campaign_ids, most_shown(len(campaign_ids)))
    shown = pl.concat(posts.select(POST) for posts, _ in behind.values())
    published_on = day_of(pl.col("published_at"), day.plan.project.timezone).alias("published_on")
    described = day.posts.join(shown, on=POST, how="semi").join(day.accounts, on=["platform", "account_id"], how="left")
    described = described.select(*POST, *_ACCOUNT, "kind", "text", published_on)
    return {
        campaign_id: PageTree(day, campaign_id, posts, lines, described)
        for campaign_id, (posts, lines) in behind.items()
    }


class PageTree:
    """A campaign's posts and the lines that its figures rest on, in any language.

    ``posts`` and ``lines`` are :func:`warehouse.evidence.readings_behind.of_campaigns`' of the campaign; ``described``
    says of these posts, and of others, whose they are, what they say, and on which day they were published.
    """

    def __init__(
        self, day: Day, campaign_id: str, posts: pl.DataFrame, lines: pl.DataFrame, described: pl.DataFrame
    ) -> None:
        self.posts = posts
        self.described = posts.select(*POST, "asset_id").join(described, on=POST, how="left", maintain_order="left")
        campaign = next(c for c in day.plan.campaigns if c.id == campaign_id)
        self.stages = {stage: number for number, stage in enumerate(campaign.stages, 1)}
        self.steps = {
            asset.id: self.stages[asset.stage]
            for asset in day.plan.assets
            if asset.stage and asset.campaign == campaign_id
        }
        if campaign.account_figures:
            lines = pl.concat([lines, readings_behind.figure_evidence(day, campaign_id, "visits").lines])
        self.lines = lines.with_columns(day_of(pl.col("observed_at"), day.plan.project.timezone).alias("day"))

    def data(
        self,
        totals: Mapping[str, Any],
        metrics: Sequence[str],
        reach_text: str,
        texts: Texts,
        titles: Mapping[str, str],
    ) -> dict[str, Any]:
        """What the script takes in a language, beside :meth:`shared`: columns are named once, rows are lists.

        Args:
            totals: the campaign's row of ``campaign_totals``.
            metrics: the columns of the totals that are shown.
            reach_text: its reach in words.
            titles: what its assets are called, by their ids.
        """
        has_sites = bool((self.lines["metric"] == "visits").any())
        return {
            "assets": titles,
            "stage_names": {stage: texts.stage(stage) for stage in self.stages},
            "notes": {note: texts.told(note) for note in self.lines["note"].drop_nulls().unique(maintain_order=True)},
            "days": [on and texts.day(on) for on in self.described["published_on"]],
            "platforms": {p: texts.platform(p) for p in self.described["platform"].unique(maintain_order=True)},
            "metrics": [
                {
                    "name": metric, "label": texts.metric(metric) if metric != "reach" else texts("reach"),
                    "per_unit": METRIC[metric].per_unit, "said": reach_text,
                    "basis": texts.told(totals["reach_basis"]) or "",
                }
                for metric in (*metrics, "reach") if metric in METRIC
            ] + [{"name": "visits", "label": texts("visits"), "per_unit": 1, "said": "", "basis": ""}] * has_sites,
        }  # fmt: skip

    def shared(self, totals: Mapping[str, Any], metrics: Sequence[str]) -> dict[str, Any]:
        """What the script takes in whichever language: posts, loads, and the lines of each metric that is shown.

        Args: as :meth:`data`.
        """
        wanted = {METRIC[m].column: m for m in (*metrics, "reach") if m in METRIC} | {"visits": "visits"}
        lines = self.lines.filter(pl.col("metric").is_in(list(wanted)))
        # Visits are of a page or site, which stands where a post does.
        sites = lines.filter(pl.col("metric") == "visits")["account_name"].unique(maintain_order=True)
        loads = lines.select("path", pl.col("sha256").fill_null("")).drop_nulls("path").unique(maintain_order=True)
        days = pl.col("day", "period_start", "period_end").dt.to_string("%Y-%m-%d")
        flags = pl.col("is_rounded", "is_entered").fill_null(False).cast(pl.Int8)
        rows = (
            lines.lazy()
            .with_columns(days, flags, pl.col("sha256").fill_null(""))
            .join(self.posts.lazy().select(*POST).with_row_index("post"), on=POST, how="left", maintain_order="left")
            .join(
                sites.to_frame().lazy().with_row_index("site", self.posts.height),
                on="account_name", how="left", maintain_order="left",
            )
            .join(loads.lazy().with_row_index("load"), on=["path", "sha256"], how="left", maintain_order="left")
            .select(
                "metric", pl.when(pl.col("metric") == "visits").then("site").otherwise("post"), "value",
                pl.col("day").fill_null(""), "period_start",
                pl.when(pl.col("period_start").is_not_null()).then("period_end"),
                "is_rounded", "is_entered", "note", "load", "row",
            )
            .collect()
        )  # fmt: skip
        by_metric = rows.partition_by("metric", maintain_order=True, as_dict=True, include_key=False)
        return {
            "post": _POST, "line": _LINE, "load": _LOAD, "stages": self.stages, "steps": self.steps,
            "posts": [*self._posts(), *([*[None] * 7, site] for site in sites)],
            "loads": loads.rows(),
            "lines": {wanted[column]: of_one.rows() for (column,), of_one in by_metric.items()},
            "rest": self._rest(totals, metrics),
        }  # fmt: skip

    def _posts(self) -> list[tuple[Any, ...]]:
        columns = ("post_id", "platform", *_ACCOUNT, "kind", "asset_id")
        texts = (short(text, 120) for text in self.described["text"])
        return [(*row, text) for row, text in zip(self.described.select(columns).iter_rows(), texts, strict=True)]

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
