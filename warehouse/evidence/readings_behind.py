"""The rows behind a figure: every reading that counts in it, with its file and its row. They add up to the figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from connectors.contract import ADDITIVE, ENGAGEMENTS, METRICS
from warehouse.day import Day
from warehouse.evidence import beside_posts, money
from warehouse.evidence.lines import MONEY, TAGGED_VISITS, FigureEvidence, described, sum_of_lines
from warehouse.figure_words import existing_figure, figure_named
from warehouse.figures import build, totals, why_unknown
from warehouse.figures.totals import IS_GATHERING
from warehouse.measures import OF_EVENTS
from warehouse.plan.named_lines import campaigns_named, lines_of
from warehouse.readings import lifetime
from warehouse.readings.latest import IS_OUTREACH, POST, day_of

COUNTS = ("posts", "outreach", "posts_gone")
"""Metrics that count posts: without any post they are 0, not unknown."""


def figure_evidence(day: Day, campaign_id: str, metric: str) -> FigureEvidence:
    """The evidence of a campaign's figure at the end of a day.

    Args:
        metric: a column of the totals, a stage, or what screens call it (:mod:`warehouse.figure_words`); what its ads
            cost is ``spend``, in one of several currencies ``spend:USD``.

    Raises:
        NoSuchFigure: the plan has no such campaign, or the totals no such figure.
    """
    (campaign_id,) = campaigns_named(campaign_id, [line for line in lines_of(day.plan) if line.is_campaign])
    campaign = next(c for c in day.plan.campaigns if c.id == campaign_id)
    name, colon, currency = metric.partition(":")
    metric = name if colon and figure_named(name, (MONEY,)) else metric
    additive = {m.name: (m.column,) for m in ADDITIVE} | {"engagements": ENGAGEMENTS, "reach": ("reach",)}
    beside = (*COUNTS, *OF_EVENTS, "visits", TAGGED_VISITS, MONEY, *campaign.stages)
    metric = existing_figure(metric, (*additive, *beside))
    if metric in campaign.stages:
        return beside_posts.of_stage(day, campaign_id, metric)
    if metric == MONEY:
        return money.of_spend(day, campaign_id, currency if colon else None)
    if metric == TAGGED_VISITS:
        return beside_posts.of_tagged_visits(day, campaign_id)
    if metric == "visits":
        return beside_posts.of_visits(day, campaign_id)
    if metric in OF_EVENTS:
        return beside_posts.of_events(day, campaign_id, metric)
    posts = _counting(day, [campaign_id], is_outreach=metric == "outreach").drop("views", "reach")
    if metric in COUNTS:
        ones = posts.filter(pl.col("gone_since").is_not_null()) if metric == "posts_gone" else posts
        lines = ones.with_columns(
            pl.when(pl.col("note").is_null()).then(1).alias("value"), pl.col("last_read_at").alias("observed_at")
        )
        return _evidence(day, campaign_id, metric, lines)
    read = _readings(day, posts, additive[metric])
    unknown = _unknown(posts, read, additive[metric])
    if len(additive[metric]) > 1:  # engagements are the sum of the kinds that are known, as in the total
        unknown = unknown.join(read.select(POST).unique(), on=POST, how="anti").unique(POST, maintain_order=True)
    lines = pl.concat([read, _with_reasons(day, unknown, additive[metric])], how="diagonal_relaxed")
    evidence = _evidence(day, campaign_id, metric, lines)
    table = build.totals(day, ("campaign_totals",))["campaign_totals"]
    total = table.row(by_predicate=pl.col("campaign_id") == campaign_id, named=True)
    spanned = (total["definitions"] or "").split("; ")
    evidence = replace(evidence, definitions=tuple(sentence for sentence in spanned if f" {metric} since " in sentence))
    if metric != "reach":
        return evidence
    basis = total["reach_basis"] or "no post knows its reach"
    return replace(evidence, figure=total["reach_at_least"], at_most=total["reach_at_most"], bounds=basis)


def of_campaigns(day: Day, campaign_ids: Sequence[str], most_posts: int) -> dict[str, list[pl.DataFrame]]:
    """The evidence of all metrics of campaigns at once, for the online posts of each with the most views.

    Returns:
        By campaign the posts that count (``platform, post_id, asset_id, note``, no more than ``most_posts``), and their
        lines in the columns of :data:`LINES`; ``metric`` is the canonical column, and reach is no sum.
    """
    posts = _with_most_views(_counting(day, campaign_ids, is_outreach=False), most_posts)
    metrics = (*(m.column for m in ADDITIVE), "reach")
    read = _readings(day, posts, metrics)
    unknown = _unknown(posts.filter(pl.col("note").is_null()), read, metrics)
    lines = described(day, pl.concat([read, _with_reasons(day, unknown, metrics)], how="diagonal_relaxed"))
    parts = [(frame.partition_by("campaign_id", as_dict=True), frame.clear()) for frame in (posts, lines)]
    return {name: [by_name.get((name,), none) for by_name, none in parts] for name in campaign_ids}


def _with_most_views(posts: pl.DataFrame, most_posts: int) -> pl.DataFrame:
    """No more than so many posts of each campaign: where it has more, those with the most views first."""
    number = pl.len().over("campaign_id")
    place = pl.col("views").fill_null(-(2**62)).rank("min", descending=True).over("campaign_id")
    many = posts.filter((number > most_posts) & (place <= most_posts))  # few are left to be sorted
    first = many.sort("views", "reach", *POST, descending=[True, True, False, False], nulls_last=True).filter(
        pl.int_range(pl.len()).over("campaign_id") < most_posts
    )
    few = posts.filter(number <= most_posts).sort("campaign_id", "asset_id", *POST, nulls_last=True)
    return pl.concat([few, first]).drop("views", "reach")


def _counting(day: Day, campaign_ids: Sequence[str], *, is_outreach: bool) -> pl.DataFrame:
    """The campaigns' posts with a reading; ``note`` says where a post's figures count as another post's."""
    taken = day.attribution.taken.filter(pl.col("campaign_id").is_in(campaign_ids), IS_OUTREACH.eq(is_outreach))
    if is_outreach:  # people come together to the others, and they are no programmes
        taken = taken.join(day.posts.filter(IS_OUTREACH & IS_GATHERING), on=POST, how="anti")
    read = day.readings.lazy().select(*POST, "last_read_at", "gone_since", "counts_as", "views", "reach")
    posts = totals.with_counting_post(read, taken.lazy()).collect()
    of_one = ["campaign_id", "platform", "counts_as"]
    counts_for_several = pl.col("counts_as").is_in(day.readings["counts_as"].drop_nulls().unique().implode())
    together = posts.filter(counts_for_several).unique(of_one, keep="first", maintain_order=True)
    return (
        posts.join(together.select(*of_one, pl.col("post_id").alias("stands")), on=of_one, how="left")
        .with_columns(
            pl.when(pl.col("stands") != pl.col("post_id"))
            .then(pl.format("the same video's own figures as {}:{}, counted there", "platform", "stands"))
            .alias("note")
        )
        .select("campaign_id", "asset_id", "rule", *POST, "last_read_at", "gone_since", "note", "views", "reach")
    )


def _readings(day: Day, posts: pl.DataFrame, metrics: tuple[str, ...]) -> pl.DataFrame:
    """The readings in use of posts that count; a total that was added up from periods is one line per period."""
    counting = posts.filter(pl.col("note").is_null())
    wanted = counting.select(POST).lazy()
    read = (
        _last(day, wanted, metrics)
        .unpivot(list(metrics), index=[*POST, "observed_at", "load_id", "row", "rounded", "is_measured"],
                 variable_name="metric", value_name="value")
        .drop_nulls("value")
        .with_columns(
            pl.col("rounded").list.contains(pl.col("metric")).fill_null(False).alias("is_rounded")
        )
        .sort("observed_at", ~pl.col("is_rounded"), "value", "is_measured", "load_id", "row",
              descending=[True, True, True, True, False, False])
        .unique([*POST, "metric"], keep="first", maintain_order=True)
        .with_columns(day_of(pl.col("observed_at"), day.plan.project.timezone).alias("day"))
    )  # fmt: skip
    lines = _unchained(day, read, wanted)
    described = ["campaign_id", "asset_id", "rule", *POST, "gone_since"]
    return (
        lines.join(counting.select(described), on=POST)
        .pipe(_with_pages, day)
        .with_columns((~pl.col("is_measured")).alias("is_entered"))
    )


def _last(day: Day, wanted: pl.LazyFrame, metrics: tuple[str, ...]) -> pl.DataFrame:
    """The readings of posts at the last instant at which one of the metrics is known: few, however long the history."""
    readings = (
        day.every_reading.join(wanted, on=POST, how="semi")
        .filter(pl.col("observed_at") < day.before)
        .select(*POST, "observed_at", "load_id", "row", "rounded", "is_measured", *metrics)
        .collect()
    )
    known_at = {f"{metric}_at": pl.when(pl.col(metric).is_not_null()).then("observed_at") for metric in metrics}
    last = readings.group_by(POST).agg(at.max().alias(name) for name, at in known_at.items())
    is_last = pl.any_horizontal(at == pl.col(name) for name, at in known_at.items())
    return readings.join(last, on=POST).filter(is_last).select(readings.columns)


def _with_pages(lines: pl.DataFrame, day: Day) -> pl.DataFrame:
    """``lines`` with a note where the row is of another page's post of the same video."""
    row = [*POST, "load_id", "row"]
    of_others = day.observations.drop_nulls("read_as").join(lines.lazy(), on=row, how="semi")
    others = of_others.select(*row, "read_as").unique().collect()
    undated = day.loads.drop_nulls("observed_until").select("load_id", "observed_at", "observed_until")
    zone = day.plan.project.timezone
    days = (day_of(pl.col(name), zone) for name in ("observed_at", "observed_until"))
    notes = (
        pl.format("read of {}:{}, which shows the same video's own figures", "platform", "read_as"),
        pl.format("read between {} and {}: only the file's time says when", *days),
    )
    noted = lines.join(others, on=row, how="left").join(undated, on=["load_id", "observed_at"], how="left")
    return noted.with_columns(
        pl.concat_str(*notes, separator="; ", ignore_nulls=True).replace("", None).alias("note")
    ).drop("observed_until")


def _unchained(day: Day, read: pl.DataFrame, wanted: pl.LazyFrame) -> pl.DataFrame:
    """Parts totals that were added up from periods: a line for the total they start from, one per period."""
    columns = {name: read.schema[name] for name in read.columns} | {"period_start": pl.Date, "period_end": pl.Date}
    observations = day.observations.join(wanted, on=POST, how="semi")
    if not read.height or not observations.filter(pl.col("period_start").is_not_null()).limit(1).collect().height:
        return read.with_columns(pl.lit(None, columns[c]).alias(c) for c in ("period_start", "period_end"))
    zone = day.plan.project.timezone
    chain = lifetime.chains(observations, day.first_published.lazy(), day.loads.lazy(), zone).collect()
    steps: dict[tuple[Any, ...], dict[str, Any]] = {}
    known_totals: dict[tuple[Any, ...], dict[str, Any]] = {}
    order = ["is_exact", "value", "is_measured", "load_id", "row"]
    for row in chain.sort(order, descending=[True, True, True, False, False]).iter_rows(named=True):
        place = (row["platform"], row["post_id"], row["metric"])
        if row["period_start"] is None:
            known_totals.setdefault((*place, row["day"]), row)
        else:
            steps.setdefault((*place, row["connector"], row["day"]), row)
    connector = dict(day.loads.select("load_id", "connector").iter_rows())
    lines: list[dict[str, Any]] = []
    for line in read.iter_rows(named=True):
        place = (line["platform"], line["post_id"], line["metric"])
        step = steps.get((*place, connector[line["load_id"]], line["day"])) or steps.get((*place, None, line["day"]))
        if step is None or any(step[name] != line[name] for name in ("load_id", "row", "value")):
            lines.append(line)
            continue
        while True:
            before = known_totals.get((*place, step["from_day"])) or steps.get(
                (*place, step["connector"], step["from_day"])
            )
            gained = step["value"] - (before["value"] if before else 0)
            lines.append(
                line | {"value": gained, "load_id": step["load_id"], "row": step["row"],
                        "is_measured": step["is_measured"], "period_end": step["day"],
                        "period_start": step["period_start"], "is_rounded": not step["is_exact"]}
            )  # fmt: skip
            if before is None:  # a page begins with the first period that was read of it
                break
            if before["period_start"] is None:
                lines.append(
                    line | {"value": before["value"], "load_id": before["load_id"], "row": before["row"],
                            "is_measured": before["is_measured"], "day": before["day"],
                            "observed_at": before["read_at"], "is_rounded": not before["is_exact"]}
                )  # fmt: skip
                break
            step = before
    return pl.DataFrame(lines, schema=columns, infer_schema_length=None)


def _unknown(posts: pl.DataFrame, read: pl.DataFrame, metrics: tuple[str, ...]) -> pl.DataFrame:
    """A line without a value for each post and metric that is not known, or that counts as another post's."""
    wanted = posts.join(pl.DataFrame({"metric": list(metrics)}), how="cross")
    key = ["campaign_id", *POST, "metric"]
    return wanted.join(read.select(key).unique(), on=key, how="anti").with_columns(
        pl.coalesce("note", pl.lit("not known")).alias("note")
    )


def _with_reasons(day: Day, unknown: pl.DataFrame, metrics: tuple[str, ...]) -> pl.DataFrame:
    names = {m.column: m.name for m in METRICS}
    why = why_unknown.reasons(day, unknown).filter(pl.col("metric").is_in([names[m] for m in metrics]))
    why = why.with_columns(pl.col("metric").replace({name: column for column, name in names.items()}))
    return (
        unknown.join(why, on=[*POST, "metric"], how="left")
        .with_columns(
            pl.when((pl.col("note") == "not known") & pl.col("reason").is_not_null())
            .then(pl.format("not known: {}", "reason"))
            .otherwise("note")
            .alias("note")
        )
        .drop("reason")
    )


def _evidence(day: Day, campaign_id: str, metric: str, lines: pl.DataFrame) -> FigureEvidence:
    full = described(day, lines)
    figure = sum_of_lines(full)
    return FigureEvidence(campaign_id, metric, day.as_of, 0 if figure is None and metric in COUNTS else figure, full)
