"""Why a figure is not another one that somebody sees: what can make the difference, and how much, where it is known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from connectors.contract import METRIC
from warehouse.day import Day
from warehouse.evidence.readings_behind import FigureEvidence
from warehouse.readings.latest import FOREVER, POST, day_of, latest


class Reason(NamedTuple):
    """Something that can make another count differ: by how much (theirs less ours), where that is known."""

    what: str
    amount: int | None
    detail: str


def reasons(state: Day, found: FigureEvidence, against: float) -> list[Reason]:
    """What can make the difference between a figure and ``against``, what is known of its amount first.

    Amounts are in the figure's own small unit (watch time: milliseconds), and do not have to add up: what a platform
    counts, nobody knows but the platform.
    """
    all_ = [
        *_read_later(state, found), *_first_read_later(state, found), *_gone(found), *_counted_once(state, found),
        *_not_taken(state, found), *_gains_only(state, found), *_unknown(found), *_printed(state, found, against),
        *_rounded(found), *_redefined(found), *_cut(state, found), *_periods(state, found),
        *_out_of_use(state, found), *_age(state, found),
    ]  # fmt: skip
    return sorted(all_, key=lambda own: own.amount is None)


def _column(metric: str) -> str | None:
    return METRIC[metric].column if metric in METRIC else None


def _known(found: FigureEvidence) -> pl.DataFrame:
    return found.lines.drop_nulls("value")


def _read_later(state: Day, found: FigureEvidence) -> Iterator[Reason]:
    """Readings of the same posts after the day of the figure."""
    column = _column(found.metric)
    if column is None:
        return
    posts = _known(found).select(POST).unique()
    later = (
        latest(state.every_reading.join(posts.lazy(), on=POST, how="semi"), FOREVER)
        .collect()
        .join(_known(found).group_by(POST).agg(pl.col("value").sum().alias("ours")), on=POST)
        .filter(pl.col(column) != pl.col("ours"))
    )
    if later.height:
        amount = int(later.select((pl.col(column) - pl.col("ours")).sum()).item())
        yield Reason(
            f"{later.height} posts were read again after {found.as_of}", amount, _days(later["last_read_at"], "read on")
        )


def _first_read_later(state: Day, found: FigureEvidence) -> Iterator[Reason]:
    """Posts of the campaign of which there was no reading yet."""
    column = _column(found.metric)
    if column is None:
        return
    own = state.attribution.taken.filter(
        (pl.col("campaign_id") == found.campaign_id) & (pl.col("platform") != "outreach")
    ).join(found.lines.select(POST), on=POST, how="anti")
    later = latest(
        state.every_reading.join(own.select(POST).lazy(), on=POST, how="semi"), FOREVER
    ).collect().drop_nulls(column)  # fmt: skip
    if later.height:
        yield Reason(
            f"{later.height} posts were first read after {found.as_of}", sum(later[column]),
            _days(later["last_read_at"], "read on"),
        )  # fmt: skip


def _gone(found: FigureEvidence) -> Iterator[Reason]:
    lost = _known(found).filter(pl.col("gone_since").is_not_null())
    if lost.height:
        posts = lost.select(POST).n_unique()
        yield Reason(
            f"{posts} posts are gone from their platform, which counts them no more",
            -sum(lost["value"]),
            _days(lost["gone_since"], "since") + "; they keep their last reading here",
        )


def _counted_once(state: Day, found: FigureEvidence) -> Iterator[Reason]:
    """Cross-posts that carry the video's own figures."""
    column = _column(found.metric)
    same = found.lines.filter(pl.col("note").fill_null("").str.starts_with("the same video's own figures"))
    if column is None or not same.height:
        return
    theirs = state.readings.join(same.select(POST), on=POST, how="semi")[column].drop_nulls()
    yield Reason(
        f"{same.height} cross-posts show a video's own figures again, and count once", sum(theirs),
        "a page's own list counts each of them",
    )  # fmt: skip


def _not_taken(state: Day, found: FigureEvidence) -> Iterator[Reason]:
    """Posts of the campaign's accounts and days that no campaign took."""
    column = _column(found.metric)
    campaign = next(c for c in state.plan.campaigns if c.id == found.campaign_id)
    if column is None:
        return
    accounts = state.posts.join(found.lines.select(POST).drop_nulls().unique(), on=POST, how="semi").select(
        "platform", "account_id"
    )
    day = day_of(pl.col("published_at"), state.plan.project.timezone)
    left = (
        state.posts.join(accounts.unique(), on=["platform", "account_id"], how="semi")
        .join(state.attribution.taken.select(POST), on=POST, how="anti")
        .filter(
            pl.lit(True) if campaign.starts is None else day >= pl.lit(campaign.starts),
            day <= pl.lit(campaign.ends or found.as_of),
        )
        .join(state.readings, on=POST)
        .drop_nulls(column)
    )
    if left.height:
        yield Reason(
            f"{left.height} posts of the same accounts and days are taken by no campaign", sum(left[column]),
            "reach unattributed lists them",
        )  # fmt: skip


def _gains_only(state: Day, found: FigureEvidence) -> Iterator[Reason]:
    """Gains over periods that no total is known to add to."""
    column = _column(found.metric)
    if column is None:
        return
    unknown = found.lines.filter(pl.col("value").is_null() & pl.col("note").fill_null("").str.contains("only gains"))
    own = state.observations.filter(pl.col("period_start").is_not_null()).join(
        unknown.select(POST).lazy(), on=POST, how="semi"
    )
    gains = own.select(column, "period_start", "period_end").collect().drop_nulls(column)
    if gains.height:
        yield Reason(
            f"of {unknown.height} posts only gains over periods are known, which are no total", None,
            f"{_days(pl.concat([gains['period_start'], gains['period_end']]), 'gains of')}: {sum(gains[column]):,}",
        )  # fmt: skip


def _unknown(found: FigureEvidence) -> Iterator[Reason]:
    unknown = found.lines.filter(pl.col("value").is_null() & pl.col("note").fill_null("").str.starts_with("not known"))
    for note, posts in unknown.group_by("note").agg(pl.len()).sort("note").iter_rows():
        why = str(note).removeprefix("not known").removeprefix(": ") or "no reason is known"
        yield Reason(f"{posts} posts without a reading of it", None, why)


def _printed(state: Day, found: FigureEvidence, against: float) -> Iterator[Reason]:
    for own in state.plan.printed:
        if (own.campaign, own.metric) == (found.campaign_id, found.metric):
            word = "that is" if own.value == against else "another figure than"
            yield Reason(f"{word} the one printed in {own.report}", None, f"{own.value:,}")


def _rounded(found: FigureEvidence) -> Iterator[Reason]:
    rounded = _known(found).filter("is_rounded")
    if rounded.height:
        yield Reason(f"{rounded.height} readings were rounded by their source", None, "such as 3.5K for 3,467")


def _redefined(found: FigureEvidence) -> Iterator[Reason]:
    for own in found.definitions:
        yield Reason("what the platform counts has changed in between", None, own)


def _cut(state: Day, found: FigureEvidence) -> Iterator[Reason]:
    loads = state.loads.join(found.lines.select("load_id").drop_nulls().unique(), on="load_id", how="semi")
    cut = loads.filter(pl.col("notes").fill_null("").str.contains(r"cut the table at \d+"))
    for path in cut["path"].sort():
        yield Reason("a table was cut at 500 rows", None, path)


def _periods(state: Day, found: FigureEvidence) -> Iterator[Reason]:
    """Figures over a range of days, in the days of their source's zone."""
    loads = state.loads.join(found.lines.select("load_id").drop_nulls().unique(), on="load_id", how="semi")
    over = loads.drop_nulls("period_start").sort("path")
    for path, start, end in over.select("path", "period_start", "period_end").iter_rows():
        yield Reason(
            "figures over a range of days, not of a lifetime", None,
            f"{path} covers {start} to {end}, in days of its platform's zone, not of {state.plan.project.timezone}",
        )  # fmt: skip


def _out_of_use(state: Day, found: FigureEvidence) -> Iterator[Reason]:
    out = state.loads.filter(pl.col("withdrawn").is_not_null() | pl.col("doubted").is_not_null()).sort("path")
    for path, withdrawn, doubted in out.select("path", "withdrawn", "doubted").iter_rows():
        yield Reason("a file is not used", None, f"{path}: {withdrawn or doubted}")


def _age(state: Day, found: FigureEvidence) -> Iterator[Reason]:
    read = _known(found)["observed_at"].drop_nulls()
    if len(read):
        yield Reason("counters went on since they were read", None, _days(read, "the readings in use are from"))


def _days(values: pl.Series, word: str) -> str:
    days = values.cast(pl.Date).sort().cast(pl.String)
    return f"{word} {days[0]}" if days[0] == days[-1] else f"{word} {days[0]} to {days[-1]}"
