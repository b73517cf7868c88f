"""Sheet: the template that partners fill in for any platform without a connector, as CSV or a workbook.

Reference: the template ``connectors/sheet/template.csv``, a line a post, or a line an account's figures over days.
Limits: a post is known by its link, else by its ``no`` together with its account; never by its title.
Not reported: what a cell leaves empty. Figures are graded as entered by hand; ``read_on`` dates a row's own.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from connectors.contract import ACCOUNT_METRICS, POST_KINDS, Extract, Match, Raw
from connectors.reading import documents, links
from connectors.reading.days import day_starts, local_day, unit_of
from connectors.reading.extracts import extract
from connectors.reading.headers import header_key
from connectors.reading.layouts import Layout
from connectors.reading.numbers import parse_counts
from connectors.settings import ConnectorSettings

NAME = "sheet"

LAYOUTS = (Layout("content", "the sheet that partners fill in", ("platform", "account", "link", "title")),)
_KINDS = {
    "reel": "short",
    "reels": "short",
    "shorts": "short",
    "videos": "video",
    "livestream": "live",
    "web page": "page",
}


class Settings(ConnectorSettings):
    """The sheet's section of the settings."""


def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:
    """Whether a file has the sheet's columns: at least platform, account, link and title."""
    return documents.sniffed(raw, NAME, LAYOUTS[0], settings)


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """A sheet: posts with their readings, and accounts' figures over days.

    Raises:
        Refused: the file lacks the sheet's columns.
    """
    document = documents.read(raw, settings, NAME, LAYOUTS[0])
    frame, notes = parse_counts(document.frame, also=("visits", "followers"), decimal_mark=document.decimal_mark)
    zone = settings.source_zone
    days, evidence, date_notes = documents.dates(document, ("published", "read_on", "from", "to"), raw, settings)
    unread = [documents.unread(name, days[name]) for name in ("read_on", "from", "to")]
    is_early = pl.col("read_on_day") > local_day(raw.received_at, settings.reporting_zone)
    frame = frame.with_columns(
        *(moment.on.alias(f"{name}_day") for name, moment in days.items()),
        days["published"].at.alias("published_at"),
        days["published"].other_at.alias("published_other_at"),
        unit_of(pl.lit(days["published"].at), zone).alias("published_unit"),
    )
    frame = _identified(frame).with_columns(
        pl.coalesce("account", "organisation").alias("account_id"),
        pl.coalesce("account", "organisation").alias("name"),
        pl.col("title").alias("text"),
        _kind().alias("kind"),
        pl.lit(False).alias("is_damaged"),
        documents.counts_from(pl.col("read_on_day"), document, raw, settings).alias("observed_at"),
        pl.coalesce(
            *unread, pl.when(is_early).then(pl.lit("read_on lies after the day the sheet came")), "unreadable"
        ).alias("problem"),
    )
    is_account = (
        pl.col("from_day").is_not_null() & pl.col("to_day").is_not_null()
        & pl.all_horizontal(pl.col(name).is_null() for name in ("link", "title", "published"))
    )  # fmt: skip
    posts, accounts = _posts(frame.filter(~is_account), zone), _accounts(frame.filter(is_account))
    figures = _figures(accounts.filter(pl.col("reason").is_null()))
    read = pl.concat([posts, accounts.filter(pl.col("reason").is_not_null()).select(posts.columns)]).sort("row")
    return extract(document.rows, read, evidence, (*document.notes, *notes, *date_notes), figures)


def _identified(frame: pl.DataFrame) -> pl.DataFrame:
    """``platform``, ``post_id``, ``alias``, ``video_id``, ``url``: by the link, else by number and account."""
    identities = pl.DataFrame(
        list(_identities(frame)),
        schema=dict.fromkeys(("platform", "post_id", "alias", "video_id", "identified_by"), pl.String),
        orient="row",
    )
    return frame.drop("platform").hstack(identities).with_columns(pl.col("link").alias("url"))


def _identities(frame: pl.DataFrame) -> Iterator[tuple[str | None, ...]]:
    numbers = frame.select(documents.number())["no"]
    owners = frame.select(pl.coalesce("account", "organisation")).to_series()
    shapes = links.shapes()
    names = {written: name for name, shape in shapes.items() for written in (name, *shape.also_written)}
    for written, link, no, owner in zip(frame["platform"], frame["link"], numbers, owners, strict=True):
        platform = names.get(header_key(written or ""), "other")
        if link and (named := links.named(link)):
            yield named.platform, named.post_id, named.alias, named.video_id, "link"
        elif link:
            yield platform, links.normalised(link) or link, None, None, "link"
        elif no and owner:
            yield platform, f"{platform}-no-{no}-{'-'.join(header_key(owner).split())}", None, None, "id"
        else:
            yield platform, None, None, None, "id"


def _kind() -> pl.Expr:
    kind = pl.col("kind").str.to_lowercase().replace(_KINDS)
    return pl.when(kind.is_in(POST_KINDS)).then(kind).when(kind.is_not_null()).then(pl.lit("post"))


def _posts(frame: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Readings of posts; where a row names days, its figures are those of these days only."""
    has_days = pl.col("from_day").is_not_null() & pl.col("to_day").is_not_null()
    opens = day_starts(frame["from_day"], zone)
    frame = frame.with_columns(
        pl.when(has_days).then("from_day").alias("period_start"),
        pl.when(has_days).then("to_day").alias("period_end"),
        pl.when(has_days).then(pl.lit(opens)).alias("period_opens_at"),
        pl.when(pl.col("post_id").is_null())
        .then(pl.lit("no identity: give it a link, or a number in the column no beside an account or organisation"))
        .otherwise("problem")
        .alias("reason"),
    )
    return documents.without_doubles(frame, ["platform", "post_id", "period_start", "period_end"])


def _accounts(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(
        pl.col("from_day").alias("period_start"),
        pl.col("to_day").alias("period_end"),
        pl.lit(None, pl.Datetime("us")).alias("period_opens_at"),
        pl.when(pl.col("account_id").is_null())
        .then(pl.lit("an account's figures without an account: name it"))
        .when(pl.col("from_day") > pl.col("to_day"))
        .then(pl.lit("from lies after to"))
        .when(pl.all_horizontal(pl.col(name).is_null() for name in ACCOUNT_METRICS))
        .then(pl.lit(f"neither a post (no link, title or published) nor any of {', '.join(ACCOUNT_METRICS)}"))
        .otherwise("problem")
        .alias("reason"),
    )  # fmt: skip


def _figures(frame: pl.DataFrame) -> pl.DataFrame:
    """A row a metric that is filled in."""
    parts = [
        frame.filter(pl.col(metric).is_not_null()).with_columns(
            pl.lit(metric).alias("metric"),
            pl.col(metric).alias("value"),
            pl.col("rounded").str.split(";").list.contains(metric).fill_null(False).alias("is_rounded"),
        )
        for metric in ACCOUNT_METRICS
    ]
    return pl.concat(parts).sort("row", "metric")
