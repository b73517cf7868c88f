"""Tables of posts: the lines that are posts, their counts as numbers and their times in UTC.

The identities of the posts are found by each platform itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import polars as pl

from connectors.contract import METRIC, METRIC_COLUMNS, Extract, Raw, ReadReport
from connectors.reading import dimensions, files
from connectors.reading.damage import repaired
from connectors.reading.dates import moments, month_days
from connectors.reading.days import day_ends, day_starts, start_of, unit_of
from connectors.reading.decimal_marks import Written, decimal_mark
from connectors.reading.extracts import extract
from connectors.reading.files import Rows
from connectors.reading.headers import LINES, header_key, values_of
from connectors.reading.layouts import MatchedTable
from connectors.reading.numbers import parse_counts
from connectors.reading.observed import Seen
from connectors.settings import ConnectorSettings

_TEXTS = ("title", "text", "name", "organisation")
_NAMES = ("post_id", "url", "title", "text", "name", "date", "published_at")
"""Where a line that is no post says what it is."""


class Posts(NamedTuple):
    """The posts of one table: ``frame`` has a column for each of ours that the table has, metrics as Int64.

    ``unreadable`` says why a row cannot be kept, ``published_at`` is null where the table does not say when.
    """

    matched: MatchedTable
    rows: Rows
    frame: pl.DataFrame
    order: str
    notes: tuple[str, ...]

    def has(self, column: str) -> bool:
        """Whether the table has this column of ours."""
        return column in self.frame.columns

    def texts(self, column: str) -> pl.Expr:
        """A column of texts without blanks around them; null where the table has none."""
        return pl.col(column).str.strip_chars() if self.has(column) else pl.lit(None, pl.String)


class Covered(NamedTuple):
    """The days that figures cover, null for a lifetime, and what says so; ``dated`` is the day that dates them."""

    start: date | None
    end: date | None
    source: str
    notes: tuple[str, ...] = ()
    dated: date | None = None

    @property
    def last(self) -> date | None:
        """The day whose end the figures are of, where it is known."""
        return self.dated or self.end


LIFETIME = Covered(None, None, "lifetime assumed: nothing says which days the figures cover")


def read(
    raw: Raw,
    one: MatchedTable,
    settings: ConnectorSettings,
    is_post: pl.Expr,
    per_watch: int = 1000,
    rows: Rows | None = None,
    is_refuting: bool = True,
    beside: tuple[pl.Series, ...] = (),
) -> Posts:
    """The posts of a table. ``is_post`` holds for a row whose id or link cannot be a total's or a note's.

    ``per_watch`` is the number of milliseconds in the unit of its watch time; ``rows`` are given where the
    platform's files need reading of their own; ``is_refuting``: see :func:`connectors.reading.numbers.parse_counts`;
    ``beside`` are further columns of dates in the same file, which tell in what order they stand.
    """
    rows = rows or files.rows(one.table, one.top)
    texts = _posts_only(repaired(rows.frame, _TEXTS), one, is_post)
    mark, marking = ".", tuple[str, ...]()
    if "watch_seconds" in texts.columns:
        mark, marking = decimal_mark("watch_seconds", texts["watch_seconds"], _written(one, rows, texts, settings))
    frame, counting = parse_counts(texts, per_watch, is_refuting=is_refuting, disputed=rows.disputed, decimal_mark=mark)
    counting = (*counting, *marking)
    frame, order, dating = _published(frame, settings, raw, beside)
    return Posts(one, rows, frame, order, (*one.table.notes, *counting, *dating))


def _written(one: MatchedTable, rows: Rows, texts: pl.DataFrame, settings: ConnectorSettings) -> Written:
    """How a table is written; its dates, ids and texts say nothing of fractions."""
    of_figures = {at for name, places in one.top.positions.items() if name in METRIC for at in places}
    nobodys = {at for at, cell in enumerate(one.top.cells) if cell in one.top.ignored}

    def beside() -> pl.DataFrame:
        of_posts = rows.whole.filter(pl.col("row").is_in(texts["row"].implode()))
        return of_posts.select(str(at) for at in sorted(of_figures | nobodys))

    return Written(
        one.top.language,
        one.table.delimiter,
        one.table.encoding == "workbook",
        settings.decimal_mark,
        beside,
    )


def _posts_only(frame: pl.DataFrame, one: MatchedTable, is_post: pl.Expr) -> pl.DataFrame:
    """The rows of posts: totals, notes, explanations of columns and headers that are repeated are left out."""
    unsure = frame.filter(~is_post.fill_null(False))
    if not unsure.height:
        return frame
    columns = [name for name in frame.columns if name != "row"]
    if not columns:
        return frame
    totals = list(values_of(LINES, "totals"))
    counts = {name: header_key(one.top.cells[at]) for name, (at, *_) in one.top.positions.items()
              if name in METRIC and name in columns}  # fmt: skip
    is_none = (
        pl.sum_horizontal(pl.col(columns).is_not_null()) == 1,
        is_explanation(counts),
        *(_folded(pl.col(name)).is_in(totals) for name in _NAMES if name in columns),
        *(_folded(pl.col(name)) == word for name, word in counts.items()),
    )
    passed = unsure.filter(pl.any_horizontal(each.fill_null(False) for each in is_none))["row"]
    return frame.filter(~pl.col("row").is_in(passed.implode())) if len(passed) else frame


def is_explanation(counts: Iterable[str]) -> pl.Expr:
    """Whether a line explains its columns, as under the header of Page Insights: sentences where counts should be."""
    return pl.any_horizontal(
        pl.lit(False), *(pl.col(name).str.contains(r"\pL{3,}[^\pL]+\pL{3,}").fill_null(False) for name in counts)
    )


def _folded(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all("\u00ad", "", literal=True).str.strip_chars(" \t\"':*").str.to_lowercase()


def _published(
    frame: pl.DataFrame, settings: ConnectorSettings, raw: Raw, beside: tuple[pl.Series, ...]
) -> tuple[pl.DataFrame, str, tuple[str, ...]]:
    if "published_at" not in frame.columns:
        return frame.with_columns(pl.lit(None, pl.Datetime("us")).alias("published_at")), "", ()
    texts = frame["published_at"]
    times = moments(texts, settings.dates, settings.source_zone, raw.received_at, beside)
    unread = texts.filter(times.at.is_null() & texts.is_not_null())
    order, notes = times.order, tuple[str, ...]()
    if len(unread):
        yearless = month_days(unread, settings.date_order)["month"].is_not_null()  # whose year the platform may know
        order = order or ("month by name" if yearless.any() else "")
        unread = unread.filter(~yearless)
    if len(unread):
        count = "1 publish time" if len(unread) == 1 else f"{len(unread)} publish times"
        notes = (f"{count} cannot be read, such as {unread[0]!r}",)
    return frame.with_columns(times.at.alias("published_at"), texts.alias("published")), order, (*times.notes, *notes)


def by_day(frame: pl.DataFrame, settings: ConnectorSettings, raw: Raw) -> tuple[pl.DataFrame, Covered]:
    """``frame``, a row a post and day, as gains of these days; a row whose ``date`` is none gets a reason.

    Rows of days before a post came out are left out: exports write 0 there, which is no figure of the post.
    """
    days = moments(frame["date"], settings.dates, settings.source_zone, raw.received_at)
    problem = pl.format("{} is not a date", pl.col("date").fill_null("an empty cell"))
    frame = frame.with_columns(
        days.on.alias("period_start"),
        days.on.alias("period_end"),
        day_starts(days.on, settings.source_zone).alias("period_opens_at"),
        pl.coalesce("reason", pl.when(pl.lit(days.on.is_null())).then(problem)).alias("reason"),
    )
    is_early = day_ends(pl.col("period_end"), settings.source_zone) < pl.col("published_at")
    frame = frame.filter(~is_early.fill_null(False))
    start, end = frame["period_start"].min(), frame["period_end"].max()
    assert start is None or isinstance(start, date)
    assert end is None or isinstance(end, date)
    return frame, Covered(start, end, "each row's day", days.notes)


def extract_of_posts(
    posts: Posts,
    frame: pl.DataFrame,
    seen: Seen,
    covered: Covered,
    settings: ConnectorSettings,
    notes: tuple[str, ...] = (),
) -> Extract:
    """The Extract of posts whose identities were found: ``frame`` is theirs with the columns of the contract.

    Raises:
        Refused: posts stand in the table several times, split by a column that nobody knows.
    """
    opens = start_of(covered.start, settings.source_zone) if covered.start else None
    given = {
        "observed_at": pl.lit(seen.at, pl.Datetime("us")),
        "period_start": pl.lit(covered.start, pl.Date),
        "period_end": pl.lit(covered.end, pl.Date),
        "period_opens_at": pl.lit(opens, pl.Datetime("us")),
    }
    frame = frame.with_columns(
        *(expression.alias(name) for name, expression in given.items() if name not in frame.columns),
        unit_of(pl.col("published_at"), settings.source_zone).alias("published_unit"),
    )
    kept = frame.filter(pl.col("reason").is_null())
    dimensions.refuse_posts_split(posts.rows, posts.matched.top, kept, METRIC_COLUMNS, posts.matched.table.place)
    how = read_report(posts.matched, seen, covered, posts.order)
    return extract(posts.rows, frame, how, (*seen.notes, *covered.notes, *posts.notes, *notes))


def read_report(one: MatchedTable, seen: Seen, covered: Covered, order: str) -> ReadReport:
    """How a table was read."""
    return ReadReport(
        seen.at, seen.source, seen.on, (covered.start, covered.end) if covered.start and covered.end else None,
        covered.source, one.top.language, one.table.encoding, one.table.delimiter, order,
        one.top.mapped, one.top.ignored, observed_until=seen.until,
    )  # fmt: skip
