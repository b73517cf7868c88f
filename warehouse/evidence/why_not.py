"""Why a figure is not the number that somebody sees elsewhere: each possible reason, with its amount where known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from connectors.contract import METRIC
from warehouse.day import Day
from warehouse.evidence import taken_out
from warehouse.evidence.lines import IS_COUNTED_ELSEWHERE, TAGGED_VISITS, FigureEvidence
from warehouse.readings.latest import FOREVER, IS_OUTREACH, POST, day_of, latest
from warehouse.texts import number_of


class Reason(NamedTuple):
    """Something that can make another number differ; ``amount`` is theirs less ours, where it is known."""

    what: str
    amount: int | None
    detail: str


def reasons(day: Day, evidence: FigureEvidence, other_number: float) -> list[Reason]:
    """What can make a figure differ from ``other_number``, reasons with a known amount first.

    Numbers and amounts are in the unit of the figure's lines (watch time: milliseconds). Amounts do not have to
    add up: only the platform knows what it counts. Of reach no amount is known, since it is not added up. Money and
    visits by tags differ by the rows that do not count.
    """
    if evidence.is_money or evidence.metric == TAGGED_VISITS:
        return [*_not_counted(evidence), *_out_of_use(day, evidence)]
    candidates = [
        *_read_later(day, evidence), *_first_read_later(day, evidence), *_gone(evidence), *_counted_once(day, evidence),
        *_taken_out(day, evidence), *_not_taken(day, evidence), *_gains_only(day, evidence), *_unknown(evidence),
        *_printed(day, evidence, other_number), *_rounded(evidence), *_redefined(evidence), *_cut(day, evidence),
        *_periods(day, evidence), *_out_of_use(day, evidence), *_age(day, evidence),
    ]  # fmt: skip
    if evidence.metric == "reach":  # people who saw several posts are in the reach of each: no sum of them is an amount
        candidates = [reason._replace(amount=None) for reason in candidates]
    return sorted(candidates, key=lambda reason: reason.amount is None)


def _not_counted(evidence: FigureEvidence) -> Iterator[Reason]:
    """Rows of reports that tell the same money or visits again, or a part of them."""
    for line in evidence.lines.filter(pl.col("value").is_null()).iter_rows(named=True):
        yield Reason(f"{line['path']}, row {line['row']}, does not count", None, line["note"])


def _column(metric: str) -> str | None:
    return METRIC[metric].column if metric in METRIC else None


def _known(evidence: FigureEvidence) -> pl.DataFrame:
    return evidence.lines.drop_nulls("value")


def _read_later(day: Day, evidence: FigureEvidence) -> Iterator[Reason]:
    """Readings of the same posts after the day of the figure."""
    column = _column(evidence.metric)
    if column is None:
        return
    posts = _known(evidence).select(POST).unique()
    later = (
        latest(day.every_reading.join(posts.lazy(), on=POST, how="semi"), FOREVER)
        .collect()
        .join(_known(evidence).group_by(POST).agg(pl.col("value").sum().alias("ours")), on=POST)
        .filter(pl.col(column) != pl.col("ours"))
    )
    if later.height:
        amount = int(later.select((pl.col(column) - pl.col("ours")).sum()).item())
        yield Reason(
            f"{_posts_were(later.height, 'read again')} after {evidence.as_of}",
            amount,
            _days(later["last_read_at"], "read on"),
        )


def _first_read_later(day: Day, evidence: FigureEvidence) -> Iterator[Reason]:
    """Posts of the campaign of which there was no reading yet."""
    column = _column(evidence.metric)
    if column is None:
        return
    taken = day.attribution.taken.filter((pl.col("campaign_id") == evidence.campaign_id) & ~IS_OUTREACH).join(
        evidence.lines.select(POST), on=POST, how="anti"
    )
    later = latest(
        day.every_reading.join(taken.select(POST).lazy(), on=POST, how="semi"), FOREVER
    ).collect().drop_nulls(column)  # fmt: skip
    if later.height:
        yield Reason(
            f"{_posts_were(later.height, 'first read')} after {evidence.as_of}", sum(later[column]),
            _days(later["last_read_at"], "read on"),
        )  # fmt: skip


def _posts_were(count: int, what: str) -> str:
    return f"{number_of(count, 'post')} {'was' if count == 1 else 'were'} {what}"


def _gone(evidence: FigureEvidence) -> Iterator[Reason]:
    lost = _known(evidence).filter(pl.col("gone_since").is_not_null())
    if lost.height:
        posts = lost.select(POST).n_unique()
        yield Reason(
            "1 post is gone from its platform, which counts it no more"
            if posts == 1
            else f"{posts:,} posts are gone from their platform, which counts them no more",
            -sum(lost["value"]),
            _days(lost["gone_since"], "since") + "; they keep their last reading here",
        )


def _counted_once(day: Day, evidence: FigureEvidence) -> Iterator[Reason]:
    """Cross-posts that carry the video's own figures."""
    column = _column(evidence.metric)
    same = evidence.lines.filter(IS_COUNTED_ELSEWHERE)
    if column is None or not same.height:
        return
    theirs = day.readings.join(same.select(POST), on=POST, how="semi")[column].drop_nulls()
    yield Reason(
        f"{same.height} cross-posts show a video's own figures again, and count once", sum(theirs),
        "a page's own list counts each of them",
    )  # fmt: skip


def _taken_out(day: Day, evidence: FigureEvidence) -> Iterator[Reason]:
    """Posts that people took out of the campaign."""
    out = taken_out.posts(day, evidence.campaign_id, evidence.metric).filter(pl.col("note").is_null())
    if out.height:
        yield Reason(
            f"{_posts_were(out.height, 'taken out')} by what people decided",
            sum(out["value"].drop_nulls()) if out["value"].is_not_null().any() else None,
            "; ".join(out["decision"]),
        )  # fmt: skip


def _not_taken(day: Day, evidence: FigureEvidence) -> Iterator[Reason]:
    """Posts of the campaign's accounts and days that no campaign took."""
    column = _column(evidence.metric)
    campaign = next(c for c in day.plan.campaigns if c.id == evidence.campaign_id)
    if column is None:
        return
    accounts = day.posts.join(evidence.lines.select(POST).drop_nulls().unique(), on=POST, how="semi").select(
        "platform", "account_id"
    )
    published_on = day_of(pl.col("published_at"), day.plan.project.timezone)
    left = (
        day.posts.join(accounts.unique(), on=["platform", "account_id"], how="semi")
        .join(day.attribution.taken.select(POST), on=POST, how="anti")
        .join(taken_out.posts(day, evidence.campaign_id, evidence.metric), on=POST, how="anti")
        .filter(
            pl.lit(True) if campaign.starts is None else published_on >= pl.lit(campaign.starts),
            published_on <= pl.lit(campaign.ends or evidence.as_of),
        )
        .join(day.readings, on=POST)
        .drop_nulls(column)
    )
    if left.height:
        are_taken = (
            f"{number_of(left.height, 'post')} of the same accounts and days {'is' if left.height == 1 else 'are'}"
        )
        yield Reason(
            f"{are_taken} taken by no campaign", sum(left[column]),
            "reach unattributed lists them",
        )  # fmt: skip


def _gains_only(day: Day, evidence: FigureEvidence) -> Iterator[Reason]:
    """Gains over periods that no total is known to add to."""
    column = _column(evidence.metric)
    if column is None:
        return
    unknown = evidence.lines.filter(pl.col("value").is_null() & pl.col("note").fill_null("").str.contains("only gains"))
    gains_only = day.observations.filter(pl.col("period_start").is_not_null()).join(
        unknown.select(POST).lazy(), on=POST, how="semi"
    )
    gains = gains_only.select(column, "period_start", "period_end").collect().drop_nulls(column)
    if gains.height:
        yield Reason(
            f"of {number_of(unknown.height, 'post')} only gains over periods are known, which are no total", None,
            f"{_days(pl.concat([gains['period_start'], gains['period_end']]), 'gains of')}: {sum(gains[column]):,}",
        )  # fmt: skip


def _unknown(evidence: FigureEvidence) -> Iterator[Reason]:
    unknown = evidence.lines.filter(
        pl.col("value").is_null() & pl.col("note").fill_null("").str.starts_with("not known")
    )
    for note, posts in unknown.group_by("note").agg(pl.len()).sort("note").iter_rows():
        why = str(note).removeprefix("not known").removeprefix(": ") or "no reason is known"
        yield Reason(f"{number_of(posts, 'post')} without a reading of it", None, why)


def _printed(day: Day, evidence: FigureEvidence, other_number: float) -> Iterator[Reason]:
    for figure in day.plan.printed:
        if (figure.campaign, figure.metric) == (evidence.campaign_id, evidence.metric):
            word = "that is" if figure.value == other_number else "another figure than"
            yield Reason(f"{word} the one printed in {figure.report}", None, f"{figure.value:,}")


def _rounded(evidence: FigureEvidence) -> Iterator[Reason]:
    rounded = _known(evidence).filter("is_rounded")
    if rounded.height:
        yield Reason(f"{rounded.height} readings were rounded by their source", None, "such as 3.5K for 3,467")


def _redefined(evidence: FigureEvidence) -> Iterator[Reason]:
    for sentence in evidence.definitions:
        yield Reason("what the platform counts has changed in between", None, sentence)


def _cut(day: Day, evidence: FigureEvidence) -> Iterator[Reason]:
    loads = day.loads.join(evidence.lines.select("load_id").drop_nulls().unique(), on="load_id", how="semi")
    cut = loads.filter(pl.col("notes").fill_null("").str.contains(r"cut the table at \d+"))
    for path in cut["path"].sort():
        yield Reason("a table was cut at 500 rows", None, path)


def _periods(day: Day, evidence: FigureEvidence) -> Iterator[Reason]:
    """Figures over a range of days, in the days of their source's zone."""
    loads = day.loads.join(evidence.lines.select("load_id").drop_nulls().unique(), on="load_id", how="semi")
    over = loads.drop_nulls("period_start").sort("path")
    for path, start, end in over.select("path", "period_start", "period_end").iter_rows():
        yield Reason(
            "figures over a range of days, not of a lifetime", None,
            f"{path} covers {start} to {end}, in days of its platform's zone, not of {day.plan.project.timezone}",
        )  # fmt: skip


def _out_of_use(day: Day, evidence: FigureEvidence) -> Iterator[Reason]:
    out = day.loads.filter(pl.col("withdrawn").is_not_null() | pl.col("doubted").is_not_null()).sort("path")
    for path, withdrawn, doubted in out.select("path", "withdrawn", "doubted").iter_rows():
        yield Reason("a file is not used", None, f"{path}: {withdrawn or doubted}")


def _age(day: Day, evidence: FigureEvidence) -> Iterator[Reason]:
    read = _known(evidence)["observed_at"].drop_nulls()
    if len(read):
        yield Reason("counters went on since they were read", None, _days(read, "the readings in use are from"))


def _days(values: pl.Series, word: str) -> str:
    days = values.cast(pl.Date).sort().cast(pl.String)
    return f"{word} {days[0]}" if days[0] == days[-1] else f"{word} {days[0]} to {days[-1]}"
