"""The posts that a campaign's rules would take, and that people took out of it by filling in a published sheet."""

from __future__ import annotations

import polars as pl

from connectors.contract import ADDITIVE, ENGAGEMENTS, METRIC
from warehouse.day import Day
from warehouse.evidence import decided
from warehouse.figures.totals import with_counting_post
from warehouse.readings.latest import IS_OUTREACH, POST

COUNTED_BY_ANOTHER = "another post of the same video counts, with the same figures"


def posts(day: Day, campaign_id: str, metric: str) -> pl.DataFrame:
    """The posts with a reading that decisions took out of a campaign, and what each would bring to a figure.

    Args:
        metric: a figure as :func:`warehouse.evidence.readings_behind.figure_evidence` names it.

    Returns:
        ``platform, post_id, text, account_name, rule, value, note, decision``, in the order of posts. ``rule`` would
        take the post, ``decision`` is the sentence on what was decided instead. ``value`` is in the metric's owned unit
        (watch time: milliseconds), null where it is not known, or where ``note`` says why the post would add nothing.
        No post for a figure that is not made of posts.
    """
    out = _of_campaign(day, campaign_id).filter(IS_OUTREACH if metric == "outreach" else ~IS_OUTREACH)
    value = _value(metric)
    if value is None or not out.height:
        return pl.DataFrame(schema=_SCHEMA)
    readings = day.readings.lazy()
    stay = with_counting_post(readings, day.attribution.taken.lazy().filter(pl.col("campaign_id") == campaign_id))
    of_one = ["platform", "counts_as"]
    read = with_counting_post(readings, out.lazy()).join(
        stay.select(*of_one, pl.lit(True).alias("stays")).unique(), on=of_one, how="left"
    )
    is_counted = pl.col("stays").fill_null(False) | ~pl.struct(of_one).is_first_distinct()
    told = (
        read.sort(POST)
        .with_columns(
            pl.when(~is_counted).then(value).cast(pl.Int64).alias("value"),
            pl.when(is_counted).then(pl.lit(COUNTED_BY_ANOTHER)).alias("note"),
        )
        .join(day.posts.lazy().select(*POST, "text", "account_id"), on=POST, how="left")
        .join(
            day.accounts.lazy().select("platform", "account_id", "account_name"),
            on=["platform", "account_id"],
            how="left",
        )
        .sort(POST)
        .collect()
    )
    decisions = ["; ".join(decided.sentences(day.decisions, [name])) for name in names(told)]
    return told.with_columns(pl.Series("decision", decisions, pl.String)).select(_SCHEMA.keys())


def _of_campaign(day: Day, campaign_id: str) -> pl.DataFrame:
    """The posts that the campaign would have if nobody had decided otherwise; columns of ``Attribution.taken``."""
    owned = day.attribution
    (is_shared,) = (campaign.shared for campaign in day.plan.campaigns if campaign.id == campaign_id)
    by_plan = [] if is_shared else [":".join(post) for post in owned.by_plan]
    decided_on = {each.post for each in owned.decided if each.why_not is None}.difference(by_plan)
    key = ["campaign_id", *POST]
    return (
        owned.matched.filter(
            pl.col("campaign_id") == campaign_id, pl.format("{}:{}", "platform", "post_id").is_in(list(decided_on))
        )
        .unique(key, keep="first", maintain_order=True)
        .join(pl.concat([owned.taken.select(key), owned.excepted.select(key)]), on=key, how="anti")
    )


def names(taken_out: pl.DataFrame) -> list[str]:
    """Posts as ``platform:post_id``."""
    return taken_out.select(pl.format("{}:{}", "platform", "post_id")).to_series().to_list()


_SCHEMA = dict.fromkeys((*POST, "text", "account_name", "rule"), pl.String) | {
    "value": pl.Int64, "note": pl.String, "decision": pl.String,
}  # fmt: skip


def _value(metric: str) -> pl.Expr | None:
    """What a post's reading adds to a figure; None of a figure that no post adds to."""
    if metric in ("posts", "outreach"):
        return pl.lit(1)
    if metric == "engagements":
        is_any = pl.any_horizontal(pl.col(name).is_not_null() for name in ENGAGEMENTS)
        return pl.when(is_any).then(pl.sum_horizontal(ENGAGEMENTS))
    if metric in {*(one.name for one in ADDITIVE), "reach"}:
        return pl.col(METRIC[metric].column)
    return None
