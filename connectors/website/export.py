"""Website: Google Analytics' reports as CSV: pages as posts with the report's days, sites as accounts.

Reference: https://support.google.com/analytics/answer/9317657 (Share this report, Download CSV); comment lines on top,
as found in exports of 2024 to 2026 in nine languages.
Limits: a page is its path as the report writes it (``/adults`` and ``/adults/`` are two); ``(not set)`` is none.
Figures are those of the report's days, which the comment lines give. A report of several tables below each other is
read for its pages by path only. Which site it is, its property says; the setting ``sites`` gives a property's host.
Not reported: impressions, reactions, comments, shares; the sum of sessions is the site's visits. By
``Session campaign`` they are also visits by the tags of links; no genuine export of that was at hand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import polars as pl
from pydantic import Field

from connectors.asking.settings import OAuthSettings
from connectors.contract import METRIC_NAMES, Extract, Match, Raw, Refused
from connectors.reading import accounts, files, posts
from connectors.reading.delimited import Odd
from connectors.reading.extracts import extract, read_each
from connectors.reading.files import Rows, Table
from connectors.reading.headers import header_key, values_of
from connectors.reading.layouts import Layout, MatchedTable, match, matched_table
from connectors.reading.numbers import parse_counts
from connectors.reading.observed import Seen, day, observed
from connectors.reading.posts import Covered
from connectors.settings import ConnectorSettings

NAME = "website"

LAYOUTS = (
    Layout("pages", "a report of pages from Google Analytics", ("post_id|url", "views")),
    Layout("landing", "a report of landing pages from Google Analytics", ("post_id", "visits"), ("views",),
           words="pages"),
    Layout("campaigns", "a report of campaigns from Google Analytics", ("tag", "visits"), ("post_id", "views")),
    Layout("acquisition", "a report of acquisition from Google Analytics", ("name", "visits"), ("post_id", "views")),
    Layout("days", "a report of days from Google Analytics", ("date", "visits|views|reach"), ("post_id",)),
    Layout("titles", "a report of page titles from Google Analytics", ("title", "views"), ("post_id", "url"),
           words="pages", refused="This report names pages by their titles, which several pages share"),
)  # fmt: skip
_SNAPSHOT = Layout("snapshot", "a snapshot of reports from Google Analytics", (),
                   refused="This is a snapshot of several reports below each other, none of pages by path")  # fmt: skip
RIGHT_FILE = (
    "in Google Analytics choose Engagement, Pages and screens, Page path and screen class, the days, then Download CSV"
)
_COMMENT = re.compile(r"#.*(?:20\d{6}|-{10})")
"""What Google's comment lines hold, and a column that people call ``#`` does not."""
_TOP = 21  # a section's header and its first lines
_MOST_TABLES = 100  # a snapshot holds two dozen
_NO_PAGES = ("", "(not set)", "(other)")
_HOST = re.compile(r"(?i)(?:^|(?<=[\s/(]))(?:[a-z0-9-]+\.)+(?!js\b)[a-z]{2,}(?=$|[\s/):,])")  # Node.js is none


class Settings(OAuthSettings):
    """The website's section of the settings; ``sites`` gives the host of a property that is not called by it.

    ``accounts`` are the numbers of properties in Google Analytics.
    """

    base_url: str = "https://analyticsdata.googleapis.com"
    token_url: str = "https://oauth2.googleapis.com/token"
    sites: dict[str, str] = Field(default_factory=dict)


def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:
    """Whether a file is one of Google Analytics', those that :func:`read` refuses by name among them."""
    return match([report.matched for report in _tables(raw, settings)])


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """Pages with their readings over the report's days, and the site's visits.

    Raises:
        Refused: it is a report of something else; the sentence says which and how to get the right one.
    """
    reports = _tables(raw, settings)
    if len(reports) > _MOST_TABLES:
        raise Refused(f"{raw.name} holds {len(reports)} tables, more than any report; {RIGHT_FILE}.")
    useful = [report for report in reports if not report.matched.layout.refused]
    if not useful:
        what = (
            reports[0].matched.layout.refused
            if reports
            else "This is no report of pages or visits from Google Analytics"
        )
        raise Refused(f"{what}; {RIGHT_FILE}.")
    return read_each(useful, lambda report: _read(raw, report, settings))


class _Section(NamedTuple):
    """One table of a report: what the lines above it say, its header, its lines, and its top as a table of its own."""

    comments: tuple[str, ...]
    cells: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    table: Table


def _tables(raw: Raw, settings: ConnectorSettings) -> list[_Report]:
    """Reports; days alone are one only below Google's comment lines, and among several tables only pages are read."""
    reports = []
    for table in files.tables(raw):
        if not any(line and _COMMENT.match(line[0]) for line in table.top):
            for one in _of(table, settings):
                section = None
                if one.layout.name != "days":
                    section = next((part for part in _sections(table) if part.cells == one.top.cells), None)
                if section:
                    reports.append(_Report(one, _about(()), section))
            continue
        sections = _sections(table)
        first = sections[0].comments if sections else ()
        for section in sections:
            about = _about((*first, *section.comments) if section.comments != first else first)
            for one in _of(section.table, settings):
                if len(sections) > 1 and one.layout.name != "pages":
                    one = one._replace(layout=_SNAPSHOT)
                reports.append(_Report(one, about, section))
    return reports


def _of(table: Table, settings: ConnectorSettings) -> list[MatchedTable]:
    one = matched_table(table, NAME, LAYOUTS, settings)
    return [one] if one else []


def _sections(table: Table) -> list[_Section]:
    """The tables of a report: each has its comment lines, a header, and ends at an empty line or the next comment."""
    return table.once("sections of a report", lambda: _cut_into_sections(table))


def _cut_into_sections(table: Table) -> list[_Section]:
    sections: list[_Section] = []
    comments, records = list[str](), list[tuple[str, ...]]()
    for line in (*table.lines(), ()):
        is_comment = bool(line) and line[0].startswith("#")
        if records and (is_comment or not any(line)):
            top = replace(table, top=tuple(records[:_TOP]))
            sections.append(_Section(tuple(comments), records[0], tuple(records[1:]), top))
            comments, records = [], []
        if is_comment:
            comments.append(", ".join(filter(None, line)).lstrip("# ").strip())
        elif any(line):
            records.append(line)
    return sections


class _About(NamedTuple):
    """What the comment lines of a report say: its first and last day, and its property."""

    covered: Covered
    site: str | None


def _about(comments: Sequence[str]) -> _About:
    """The comment lines above a table: between two rulers the account and property, then the days; the last count."""
    rulers = [at for at, text in enumerate(comments) if len(text) > 9 and not text.strip("-")]
    titled = comments[rulers[0] + 1 : rulers[1]] if len(rulers) > 1 else ()
    pairs = [re.split(r"\s?[:：]\s", text, maxsplit=1)[1] for text in titled[1:] if re.search(r"[:：]\s", text)]
    site = pairs[-1].strip() if pairs else titled[0] if titled else None
    days = [day(digits) for text in comments for digits in re.findall(r"(?<!\d)(20\d{6})(?!\d)", text)]
    dated = [on for on in days if on][-2:]
    if len(dated) == 2 and dated[0] <= dated[1]:
        return _About(Covered(dated[0], dated[1], "the lines on top"), site)
    note = "nothing says which days the figures cover: taken as lifetime; keep the lines on top, which say it"
    return _About(posts.LIFETIME._replace(notes=(note,)), site)


class _Report(NamedTuple):
    """A table that is one of Google's reports."""

    matched: MatchedTable
    about: _About
    section: _Section


def _site(raw: Raw, above: _About, settings: ConnectorSettings) -> str | None:
    """The site: the host that settings give its property, or that the property or a folder is called by."""
    named: dict[str, str] = getattr(settings, "sites", {})
    sites = {header_key(name): host for name, host in named.items()}
    if above.site and header_key(above.site) in sites:
        return sites[header_key(above.site)]
    for name in (above.site or "", *reversed(raw.folders)):
        if host := _HOST.search(name):
            return host[0].lower().removeprefix("www.")
    return above.site


def _read(raw: Raw, report: _Report, settings: ConnectorSettings) -> Extract:
    one, covered = report.matched, report.about.covered
    seen = observed(raw, settings, covered.end, covered.source, one.table.written_at, one.table.is_utc)
    rows, site = _rows(report), _site(raw, report.about, settings)
    if one.layout.name == "pages":
        return _pages(raw, one, settings, rows, site, seen, covered)
    if one.layout.name == "days":
        return _days(raw, report, settings, seen, site, rows)
    return _visits(raw, one, rows, site, seen, covered)


def _rows(report: _Report) -> Rows:
    """The lines of a report, without its grand total, which an exploration names in a cell of its own."""
    one = report.matched
    width, whole, odd = len(one.top.cells), list[tuple[str | int | None, ...]](), list[Odd]()
    totals = values_of("lines", "totals")
    for number, line in enumerate(report.section.lines, start=1):
        beyond = [cell for cell in line[width:] if cell]
        if header_key(line[0]) in totals or (beyond and (not line[0] or header_key(beyond[0]) in totals)):
            continue
        if len(line) < width or beyond:
            odd.append(Odd(number, line, ",".join(line)))
        else:
            whole.append((*(cell or None for cell in line[:width]), number))
    schema = {**{str(n): pl.String for n in range(width)}, "row": pl.Int64}
    return files.widened(pl.DataFrame(whole, schema=schema, orient="row"), odd, one.top)


def _days(raw: Raw, report: _Report, settings: ConnectorSettings, seen: Seen, site: str | None, rows: Rows) -> Extract:
    """The site's figures by day; days that stand several times are split by something else."""
    one = report.matched
    if rows.frame["date"].is_duplicated().any():
        raise Refused(
            f"{raw.name} counts days more than once, split by further columns ({', '.join(one.top.ignored)}): "
            "take those out of the report."
        )
    return accounts.read(raw, one, settings, seen, NAME, site, _with_days(rows, report.about.covered))


def _pages(
    raw: Raw, one: MatchedTable, settings: ConnectorSettings, rows: Rows, site: str | None, seen: Seen, covered: Covered
) -> Extract:
    address_column = pl.col("post_id" if "post_id" in one.top.positions else "url")
    table = posts.read(raw, one, settings, address_column.str.contains(r"[/.]"), rows=rows, is_refuting=False)
    address = table.texts("url")
    host = pl.coalesce(table.texts("name"), address.str.extract(r"(?i)^(?:https?://)?([^/?#]+\.[^/?#]+)"), pl.lit(site))
    path = pl.coalesce(table.texts("post_id"), address.str.replace(r"(?i)^(?:https?://)?[^/?#]+", ""))
    frame = table.frame.with_columns(
        (host.str.to_lowercase().str.strip_prefix("www.") if table.has("name") or table.has("url") else host).alias(
            "host"
        ),
        path.alias("path"),
    )
    nowhere = frame.filter(pl.col("path").fill_null("").is_in(_NO_PAGES)).height
    frame = frame.filter(~pl.col("path").fill_null("").is_in(_NO_PAGES))
    if frame.select("host", "path").is_duplicated().any():
        known_columns = [one.top.cells[at] for name in ("title", "date") for at in one.top.positions.get(name, ())]
        split = ", ".join((*known_columns, *one.top.ignored))
        raise Refused(
            f"{raw.name} counts pages more than once, split by further columns ({split}): take those out of the "
            f"report, or {RIGHT_FILE}."
        )
    is_host = pl.col("host").str.contains(r"^[^\s/]+\.[a-z]{2,}$").fill_null(False)
    frame = frame.with_columns(
        pl.lit(NAME).alias("platform"),
        pl.concat_str(pl.col("host").fill_null(""), "path").alias("post_id"),
        pl.lit("id").alias("identified_by"),
        pl.col("host").alias("account_id"),
        pl.col("host").alias("name"),
        pl.when(is_host).then(pl.concat_str(pl.lit("https://"), "host", "path")).alias("url"),
        pl.coalesce(table.texts("title"), "path").alias("text"),
        pl.lit("page").alias("kind"),
        pl.lit(False).alias("is_damaged"),
        pl.col("unreadable").alias("reason"),
    )
    lines = "1 line of no page was" if nowhere == 1 else f"{nowhere} lines of no page were"
    notes = (f"{lines} passed over",) if nowhere else ()
    return posts.extract_of_posts(table, frame, seen, covered, settings, notes)


def _with_days(rows: Rows, covered: Covered) -> Rows:
    """``Nth day`` counts from the report's first day."""
    if covered.start is None:
        return rows
    nth = pl.col("date").str.extract(r"^(\d{4})$").cast(pl.Int64, strict=False)
    named = (pl.lit(covered.start) + pl.duration(days=nth)).cast(pl.Date).cast(pl.String)
    return replace(rows, frame=rows.frame.with_columns(pl.coalesce(named, "date").alias("date")))


def _visits(raw: Raw, one: MatchedTable, rows: Rows, site: str | None, seen: Seen, covered: Covered) -> Extract:
    """Every session has one channel and one landing page: their sum is the site's visits."""
    if covered.start is None or covered.end is None:
        raise Refused(f"{raw.name} counts visits and does not say of which days; {RIGHT_FILE}.")
    frame, notes = parse_counts(rows.frame, also=("visits",), is_refuting=False)
    if one.layout.name == "campaigns":
        frame = frame.filter(pl.col("tag").fill_null("") != "")  # Google writes (not set); a total has an empty cell
    rejected = frame.filter(pl.col("unreadable").is_not_null()).select("row", pl.col("unreadable").alias("reason"))
    kept = frame.filter(pl.col("unreadable").is_null())
    summed = kept.filter(pl.col("visits").is_not_null()).select(
        pl.lit(covered.start).alias("period_start"),
        pl.lit(covered.end).alias("period_end"),
        pl.col("visits").sum(),
        pl.lit(None, METRIC_NAMES).alias("rounded"),
        pl.lit(seen.at, pl.Datetime("us")).alias("observed_at"),
        pl.col("row").min(),
    ).head(1)  # fmt: skip
    figures = accounts.figures(summed.filter(pl.lit(rejected.height == 0)), NAME, site)
    tagged = _by_tags(kept, site, covered, seen) if one.layout.name == "campaigns" else None
    how = posts.read_report(one, seen, covered, "")
    unread = ("a visit that cannot be read: the sum is not known",) if rejected.height else ()
    return extract(rows, rejected, how, (*seen.notes, *covered.notes, *notes, *unread), figures,
                   tagged_visits=tagged)  # fmt: skip


def _by_tags(kept: pl.DataFrame, site: str | None, covered: Covered, seen: Seen) -> pl.DataFrame:
    """Visits by the tags of links: a row for each tag, source and medium, over the report's days."""

    def texts(name: str) -> pl.Expr:
        return pl.col(name) if name in kept.columns else pl.lit(None, pl.String)

    both = texts("name").str.splitn(" / ", 2)
    parted = kept.select(
        pl.lit(NAME).alias("platform"),
        pl.lit(site, pl.String).alias("account_id"),
        pl.col("tag").fill_null(""),
        pl.coalesce(texts("source"), both.struct.field("field_0")).alias("source"),
        pl.coalesce(texts("medium"), both.struct.field("field_1")).alias("medium"),
        pl.lit(covered.start).alias("period_start"),
        pl.lit(covered.end).alias("period_end"),
        "visits",
        pl.lit(None, pl.String).alias("caution"),
        pl.lit(seen.at, pl.Datetime("us")).alias("observed_at"),
        "row",
    )
    by = [name for name in parted.columns if name not in ("visits", "row")]
    visits = pl.when(pl.col("visits").null_count() == 0).then(pl.col("visits").sum())
    return parted.group_by(by, maintain_order=True).agg(visits.alias("visits"), pl.col("row").min())
