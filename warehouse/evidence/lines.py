"""The lines behind a figure: what each is, and of which file and row. Knows no kind of figure itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from connectors.contract import METRIC
from warehouse.day import Day
from warehouse.readings.latest import POST

LINES: dict[str, pl.DataType | type[pl.DataType]] = {
    "campaign_id": pl.String, "asset_id": pl.String, "platform": pl.String, "post_id": pl.String, "url": pl.String,
    "text": pl.String, "account_name": pl.String, "rule": pl.String, "published_at": pl.Datetime("us"),
    "gone_since": pl.Date, "metric": pl.String, "value": pl.Int64, "observed_at": pl.Datetime("us"),
    "period_start": pl.Date, "period_end": pl.Date, "is_rounded": pl.Boolean, "is_entered": pl.Boolean,
    "note": pl.String, "read_as": pl.String, "load_id": pl.String, "connector": pl.String, "grade": pl.String,
    "path": pl.String, "sha256": pl.String, "row": pl.Int64,
}  # fmt: skip
"""Columns of a line of evidence: one reading, or one post of which the metric is not known (``value`` is null then).

``value`` is what the reading adds to the figure, in the metric's own unit (watch time: milliseconds, money:
millionths); ``note`` says why a line adds nothing, or what it stands for; ``read_as`` is the post that the row itself
names, where that is another page's post of the same video.
"""

MONEY = "spend"
"""What money is called where a figure is asked for; its currency stands behind it, as in ``spend:USD``."""
IN_MONEY = 1_000_000
TAGGED_VISITS = "tagged_visits"
"""What visits by a campaign's links are called where a figure is asked for; ``visits`` are of whole sites."""

IS_COUNTED_ELSEWHERE = pl.col("note").fill_null("").str.starts_with("the same video's own figures")
"""Whether a line is of a cross-post, whose figures count as another post's."""


@dataclass(frozen=True)
class FigureEvidence:
    """A figure and the lines that make it.

    ``lines`` have :data:`LINES`' columns. Their values add up to ``figure``, but not for reach, which is not added
    up: ``figure`` is its lower bound then, ``at_most`` the upper one, and ``bounds`` says what they rest on.
    ``definitions`` are sentences: the changes of what a platform counts that the figure spans.
    """

    campaign_id: str
    metric: str
    as_of: date
    figure: int | None
    lines: pl.DataFrame
    at_most: int | None = None
    bounds: str | None = None
    definitions: tuple[str, ...] = ()

    @property
    def is_money(self) -> bool:
        """Whether it is what ads cost."""
        return self.metric.partition(":")[0] == MONEY

    @property
    def per_unit(self) -> int:
        """How many of the lines' unit make one of the metric's."""
        if self.is_money:
            return IN_MONEY
        return METRIC[self.metric].per_unit if self.metric in METRIC else 1


def described(day: Day, lines: pl.DataFrame) -> pl.DataFrame:
    """``lines`` in the shape of :data:`LINES`: whose posts they are, and what their loads say of themselves."""
    described = (
        day.posts.select(*POST, "url", "text", "account_id", "published_at")
        .join(lines, on=POST, how="semi")
        .join(day.accounts.select("platform", "account_id", "account_name"), on=["platform", "account_id"], how="left")
    )
    return with_sources(day, lines.join(described.drop("account_id"), on=POST, how="left")).sort(
        "asset_id", *POST, "metric", "period_start", "load_id", "row", nulls_last=True
    )


def with_sources(day: Day, lines: pl.DataFrame) -> pl.DataFrame:
    """``lines`` in the shape of :data:`LINES`, with what their loads say of themselves; what they lack is null."""
    came = day.loads.select("load_id", "connector", "grade", "path", "sha256")
    full = lines.join(came, on="load_id", how="left") if "load_id" in lines.columns else lines
    return full.select(
        (pl.col(name) if name in full.columns else pl.lit(None, dtype).alias(name)).cast(dtype)
        for name, dtype in LINES.items()
    )


def sum_of_lines(lines: pl.DataFrame) -> int | None:
    """What the lines add up to; None where none has a value."""
    return sum(lines["value"].drop_nulls().to_list()) if lines["value"].is_not_null().any() else None
