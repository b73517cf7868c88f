"""Sheet: the template that partners fill in for any platform without a connector, and workbooks of their own.

Reference: the template ``connectors/sheet/template.csv``, a line a post, or a line an account's figures over days. A
workbook of a partner's own is a sheet where its rows with counts have a link, or a platform, a date and a caption.
Limits: a post is known by its link, else by its ``no`` together with its account, in a partner's own sheet by platform,
account, day and caption together; never by its title alone.
Not reported: what a cell leaves empty. Figures are graded as entered by hand; ``read_on`` dates a row's own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl

from connectors.contract import POST_KINDS, Extract, Match, Raw
from connectors.reading import documents, links
from connectors.reading.attendance import attendance
from connectors.reading.days import day_starts, local_day, unit_of
from connectors.reading.extracts import extract
from connectors.reading.headers import header_key
from connectors.reading.layouts import Layout, MatchedTable
from connectors.reading.numbers import parse_counts
from connectors.settings import ConnectorSettings
from connectors.sheet import headings

NAME = "sheet"

_COUNTS = "views|impressions|reach|likes|comments|shares|saves|clicks|deliveries"
LAYOUTS = (
    Layout("content", "the sheet that partners fill in", ("platform", "account", "link", "title")),
    Layout("links", "a partner's own sheet of posts", ("link", _COUNTS), words="content"),
    Layout("captions", "a partner's own sheet of posts", ("platform", "published", "title", _COUNTS), words="content"),
    Layout("accounts", "a sheet of accounts' figures", ("platform", "account", "from", "to",
           "visits|views|reach|followers"), words="content"),
    Layout("platforms", "a table of figures by platform", ("platform", _COUNTS), words="content",
           refused="has figures by platform and no posts: give each post a line with its link, or each page's figures "
                   "a line with platform, account, from and to, as the template has them (reach init writes it)"),
    Layout("counts", "a table of figures", (_COUNTS,), words="content",
           refused="has figures and does not say of what: give each line the link of its post"),
)  # fmt: skip
_ACCOUNT_FIGURES = ("visits", "views", "reach", "followers")
"""What a row without a post may tell of its account."""
_KINDS = {
    "reel": "short",
    "reels": "short",
    "shorts": "short",
    "videos": "video",
    "livestream": "live",
    "web page": "page",
}


_NO_IDENTITY = "no identity: give it a link, or a platform, a date and a caption"
_SEVERAL_LINKS = "several links in one cell: give each post a line of its own, with its own figures"
_BY_NUMBER = (
    "known by number and account alone: a number that stands for another post in a later version takes its place"
)


class Settings(ConnectorSettings):
    """The sheet's section of the settings."""


def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:
    """Whether a file has the template's columns, at least platform, account, link and title, or is a partner's own.

    No platform's own export has a column that names platforms; where links alone speak, any platform is surer.
    """
    tables = _tables(raw, settings)
    if match := documents.template_match(tables, NAME, LAYOUTS[0]):
        return match
    matches = [match for one in tables if (match := _own_sheet(one))]
    return max(matches, key=lambda match: match.confidence, default=None)


def _tables(raw: Raw, settings: ConnectorSettings) -> list[MatchedTable]:
    """The tables of a file that may be sheets, the column of links found by its cells where no word names it."""
    tables = (_with_platform(_with_links(one)) for one in headings.tables(raw, NAME, LAYOUTS, settings))
    return [one for one in tables if one.layout.name != "counts" or _platforms_in_titles(one)]


def _with_platform(one: MatchedTable) -> MatchedTable:
    """A table, refused where its rows have figures of several platforms side by side."""
    if one.layout.refused or not _platforms_in_titles(one):
        return one
    why = f"has figures of several platforms beside each other, under their names: {headings.A_LINE_EACH}"
    return one._replace(layout=replace(one.layout, refused=why))


def _platforms_in_titles(one: MatchedTable) -> bool:
    """Whether the titles above a table's columns name platforms, each with figures of its own below it."""
    return len({title for title in headings.titles(one) if links.platform_called(title)}) > 1


def _with_links(one: MatchedTable) -> MatchedTable:
    """A table with its column of links, which people call by many names.

    A platform's export in a language that nobody knows has such a column, too: a table of people's own names platforms,
    or has links of several.
    """
    rows = headings.first_rows(one)
    columns = links.columns(rows, len(one.top.cells))
    if "link" in one.top.positions or not columns or not one.top.has(_COUNTS):
        return one
    linked = {links.platform(row[columns[0]]) for row in rows if columns[0] < len(row)} - {None}
    if len(linked) < 2 and not one.top.has("platform"):
        return one
    others = {name: tuple(at for at in places if at != columns[0]) for name, places in one.top.positions.items()}
    positions = {name: places for name, places in others.items() if places} | {"link": columns[:1]}
    layout = LAYOUTS[1] if one.layout in LAYOUTS else replace(LAYOUTS[1], refused=one.layout.refused)
    return one._replace(layout=layout, top=replace(one.top, positions=positions))


def _own_sheet(one: MatchedTable) -> Match | None:
    """How sure it is that a table is a partner's own sheet, by the first rows' platforms and links."""
    rows, (platform_at, *_) = headings.first_rows(one), one.top.positions.get("platform", (-1,))
    platforms = [row[platform_at] for row in rows if 0 <= platform_at < len(row) and row[platform_at]]
    names_platforms = 2 * sum(bool(links.platforms_called(name)) for name in platforms) >= max(1, len(platforms))
    if _platforms_in_titles(one):
        return Match(0.9, f"the titles above the columns of {one.layout.what}")
    has_links = set(one.top.positions.get("link", ())) & set(links.columns(rows, len(one.top.cells)))
    if not names_platforms and not has_links:
        return None
    confidence = 0.9 if names_platforms and not one.layout.refused else 0.55
    return Match(confidence, f"the columns of {one.layout.what}")


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """A sheet: posts with their readings, and accounts' figures over days.

    Raises:
        Refused: the file lacks the sheet's columns.
    """
    tables = _tables(raw, settings)
    document = documents.read(raw, settings, NAME, LAYOUTS[0], tables)
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
    frame = _identified(frame, tables).with_columns(
        pl.coalesce("account", "organisation").alias("account_id"),
        pl.coalesce("account", "organisation").alias("name"),
        pl.col("title").alias("text"),
        _kind().alias("kind"),
        pl.lit(False).alias("is_damaged"),
        documents.counts_from(pl.col("read_on_day"), document, raw, settings).alias("observed_at"),
        pl.coalesce(
            documents.read_like_totals(),
            *unread,
            pl.when(is_early).then(pl.lit("read_on lies after the day the sheet came")),
            "unreadable",
        ).alias("problem"),
        pl.coalesce(
            documents.read_like_totals(),
            pl.format("{} are several platforms: give the post a line for each of them, or a link", "several"),
            pl.when(pl.col("link").str.count_matches("://") > 1).then(pl.lit(_SEVERAL_LINKS)),
            documents.unread("published", days["published"]),
            _missing(),
        ).alias("no_identity"),
    )
    is_account = (
        pl.col("from_day").is_not_null() & pl.col("to_day").is_not_null()
        & pl.all_horizontal(pl.col(name).is_null() for name in ("link", "title", "published"))
    )  # fmt: skip
    posts, accounts = _posts(frame.filter(~is_account), zone), _accounts(frame.filter(is_account))
    figures = _figures(accounts.filter(pl.col("reason").is_null()))
    read = pl.concat([posts, accounts.filter(pl.col("reason").is_not_null()).select(posts.columns)]).sort("row")
    kept = posts.filter(pl.col("reason").is_null())
    events, odd = attendance(kept, pl.repeat(False, kept.height, dtype=pl.Boolean, eager=True))
    notes = (*document.notes, *notes, *date_notes, *_known_by_number(posts), *_strange_platforms(posts), *odd)
    return replace(extract(document.rows, read, evidence, notes, figures), attendance=events)


def _identified(frame: pl.DataFrame, tables: Sequence[MatchedTable]) -> pl.DataFrame:
    """``platform``, ``post_id``, ``alias``, ``video_id``, ``url``: by the link, else by what describes the row.

    Numbers begin anew each month, and in a partner's own sheet they move when a line is put between others. So the day
    belongs to a number of the template, and in a partner's own sheet platform, account, day and caption are the post.
    """
    identities = pl.DataFrame(
        list(_identities(frame, tables)),
        schema=dict.fromkeys(("platform", "post_id", "alias", "video_id", "identified_by", "several"), pl.String),
        orient="row",
    )
    return frame.rename({"platform": "written"}).hstack(identities).with_columns(pl.col("link").alias("url"))


def _identities(frame: pl.DataFrame, tables: Sequence[MatchedTable]) -> Iterator[tuple[str | None, ...]]:
    has_numbers = any(one.layout is LAYOUTS[0] for one in tables)
    is_template = has_numbers and all(
        header_key(theirs) == ours for one in tables for theirs, ours in one.top.mapped.items()
    )
    numbers = frame.select(documents.number())["no"]
    owners = frame.select(pl.coalesce("account", "organisation")).to_series()
    columns = (frame["platform"], frame["link"], numbers, owners, frame["published_day"], frame["title"])
    for written, link, no, owner, day, title in zip(*columns, strict=True):
        platforms = links.platforms_called(written or "")
        platform = next(iter(platforms), None) or links.platform(link or "") or "other"
        slug = "-".join(header_key(owner or "").split())
        by_number = f"{platform}-no-{no}-{slug}" if has_numbers and no and owner else None
        if link and link.count("://") > 1:
            yield platform, None, None, None, "id", None
        elif named := _named(link):
            yield named.platform, named.post_id, named.alias, named.video_id, "link", None
        elif address := links.normalised(link or ""):
            yield platform, address, None, None, "link", None
        elif len(platforms) > 1:
            yield platform, None, None, None, "id", written
        elif is_template and by_number and day:
            yield platform, f"{by_number}-on-{day}", by_number, None, "id", None
        elif written and day and title:
            caption = hashlib.sha256(header_key(title).encode()).hexdigest()[:12]
            yield (
                platform,
                "-".join(filter(None, (platform, "on", f"{day}", slug, caption))),
                by_number,
                None,
                "id",
                None,
            )
        else:
            yield platform, by_number, None, None, "id", None


def _named(link: str | None) -> links.Named | None:
    """The post that a link, or a post's long id in its place, names; a year or a remark in the column names none."""
    is_one = link and (links.normalised(link) or re.search(documents.LONG_ID, link.strip()))
    return links.named(link) if link and is_one else None


def _kind() -> pl.Expr:
    kind = pl.col("kind").str.to_lowercase().replace(_KINDS)
    told = pl.when(kind.is_in(POST_KINDS)).then(kind).when(kind.is_not_null()).then(pl.lit("post"))
    return pl.when(pl.col("platform") == "newsletter").then(pl.lit("letter")).otherwise(told)


def _missing() -> pl.Expr:
    """Why a row has no identity: what of it is not there."""
    lacks = [
        pl.when(pl.col(column).is_null()).then(pl.lit(f"no {word}"))
        for column, word in (("written", "platform"), ("published_day", "date"), ("title", "caption"))
    ]
    text = pl.col("link").is_not_null()
    remark = pl.when(text).then(pl.format("; {} in the column of links is no address", "link")).otherwise(pl.lit(""))
    return pl.format(
        "{}; it has {} (a cell that is merged with the one above is empty: write it into each row){}",
        pl.lit(_NO_IDENTITY), pl.concat_str(lacks, separator=", ", ignore_nulls=True), remark,
    )  # fmt: skip


def _known_by_number(posts: pl.DataFrame) -> Iterator[str]:
    is_by_number = pl.col("reason").is_null() & (pl.col("identified_by") == "id") & pl.col("alias").is_null()
    numbered = int(posts.select((is_by_number & pl.col("post_id").str.contains(r"^[a-z]+-no-")).sum()).item())
    if numbered:
        rows = "1 row is" if numbered == 1 else f"{numbered} rows are"
        yield f"{rows} {_BY_NUMBER}; give each a link or a date"


def _strange_platforms(posts: pl.DataFrame) -> Iterator[str]:
    strange = posts.filter(pl.col("reason").is_null() & (pl.col("platform") == "other")).drop_nulls("written")[
        "written"
    ]
    for name in strange.unique().sort():
        if header_key(name) != "other":
            yield f"the platform {name!r} is none that is known: its posts count as of another platform"


def _posts(frame: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Readings of posts; where a row names days, its figures are those of these days only."""
    has_days = pl.col("from_day").is_not_null() & pl.col("to_day").is_not_null()
    opens = day_starts(frame["from_day"], zone)
    frame = frame.with_columns(
        pl.when(has_days).then("from_day").alias("period_start"),
        pl.when(has_days).then("to_day").alias("period_end"),
        pl.when(has_days).then(pl.lit(opens)).alias("period_opens_at"),
        pl.when(pl.col("post_id").is_null()).then("no_identity").otherwise("problem").alias("reason"),
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
        .when(pl.all_horizontal(pl.col(name).is_null() for name in _ACCOUNT_FIGURES))
        .then(pl.lit(f"neither a post (no link, title or published) nor any of {', '.join(_ACCOUNT_FIGURES)}"))
        .otherwise("problem")
        .alias("reason"),
    )  # fmt: skip


def _figures(frame: pl.DataFrame) -> pl.DataFrame:
    """A row a metric that is filled in."""
    parts = [
        frame.filter(pl.col(metric).is_not_null()).with_columns(
            pl.lit(metric).alias("metric"),
            pl.col(metric).alias("value"),
            pl.col("rounded").list.contains(metric).fill_null(False).alias("is_rounded"),
        )
        for metric in _ACCOUNT_FIGURES
    ]
    return pl.concat(parts).sort("row", "metric")
