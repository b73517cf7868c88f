"""LinkedIn: a page's content and visitors, a person's AggregateAnalytics and SinglePostAnalytics.

Reference: https://www.linkedin.com/help/linkedin/answer/a547077 (Analytics, Content, Export); columns as found in
exports of 2024 to 2026.
Limits: a page's posts have the figures of the range chosen (the setting ``covers``), which the sheet of days beside
them tells; its name tells the page and the millisecond of the download. A person's list of top posts ends at 50. One
post has several numbers here (share, ugcPost, activity), which are never guessed from each other; an activity's holds
the instant of publication.
Not reported: saves of a page's posts; views of anything but videos. Followers gained are no running count.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Literal, NamedTuple

import polars as pl
from pydantic import Field

from connectors.asking.versions import MonthlySettings
from connectors.contract import Extract, Match, Raw, Refused
from connectors.linkedin.audience import LAYOUT as AUDIENCE
from connectors.linkedin.audience import read as read_audience
from connectors.linkedin.person import followers_day, overall, range_of, top_posts
from connectors.reading import accounts, damage, files, links, posts
from connectors.reading.dates import moments
from connectors.reading.days import end_of
from connectors.reading.extracts import extract, joined, read_each
from connectors.reading.files import Rows, Table
from connectors.reading.headers import Header, header_key, layouts_of
from connectors.reading.layouts import Layout, MatchedTable, match, matched_tables
from connectors.reading.numbers import parse_counts
from connectors.reading.observed import Seen, observed
from connectors.reading.posts import Covered
from connectors.settings import ConnectorSettings

NAME = "linkedin"

_TOP_POSTS = Layout("top_posts", "LinkedIn's list of a person's top posts", ("url", "published_at"),
                    ("clicks", "likes", "comments", "shares"))  # fmt: skip
LAYOUTS = (
    Layout("content", "LinkedIn's table of posts", ("url", "published_at", "clicks|likes|comments|shares")),
    Layout("metrics", "LinkedIn's figures of a page by day",
           ("date", "impressions", "reach|clicks|likes|comments|shares")),
    Layout("visitors", "LinkedIn's visitors of a page by day", ("date", "page_views")),
    _TOP_POSTS,
    AUDIENCE,
    Layout("gained", "LinkedIn's new followers by day", ("date", "gained"),
           refused="These are followers gained by day, and no running count"),
)  # fmt: skip
_VERTICAL = (
    Layout("single_post", "LinkedIn's analytics of one post", ("url", "impressions")),
    Layout("discovery", "LinkedIn's overall performance of a person", ("reach", "impressions")),
)
RIGHT_FILE = "on the page choose Analytics, Content, Export; as a person Analytics, Content performance, Export"
_OF_POSTS = ("content", "top_posts", "single_post")
_FIRST_ACTIVITY = datetime(2010, 1, 1)  # smaller numbers hold no millisecond
_MOST_SIDES = 10  # LinkedIn writes two
_PAGE_FILE = re.compile(r"^(.+)_(?:content|followers|visitors)_(\d{13})(?!\d)", re.IGNORECASE)
_PERSON_FILE = re.compile(r"^[^_]+_(.+?)_\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d")  # the first word is the language's
_POST_FILE = re.compile(r"^SinglePostAnalytics_(.+?)_\d{8,}", re.IGNORECASE)


class Settings(MonthlySettings):
    """LinkedIn's section of the settings; ``covers`` says what a page's posts count: the range, or their lifetime.

    ``accounts`` are the numbers of organisations' pages; ``version`` is the API's month, which is good for a year.
    """

    zone: str = "UTC"
    covers: Literal["range", "lifetime"] = "range"
    base_url: str = "https://api.linkedin.com"
    version: str = Field(default="202609", pattern=r"^20\d\d(0[1-9]|1[0-2])$")


def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:
    """Whether a file is one of LinkedIn's, those that :func:`read` refuses by name among them."""
    return match([*_tables(raw, settings), *_vertical(raw, settings)])


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """Posts with their readings over the file's range, an account's figures, and who follows or visits a page.

    Raises:
        Refused: the workbook holds followers gained only.
    """
    tables = _tables(raw, settings)
    useful, sideways = [one for one in tables if not one.layout.refused], _vertical(raw, settings)
    if not useful and not sideways:
        what = tables[0].layout.refused if tables else "This is no table of LinkedIn's posts or days"
        raise Refused(f"{what}; {RIGHT_FILE}.")
    dates = _dates(useful, sideways)
    about = _about(raw, settings, useful, sideways, dates)

    def read_one(one: MatchedTable) -> Extract:
        return (
            _of_pairs(raw, one, settings, about) if one.layout in _VERTICAL else _read(raw, one, settings, about, dates)
        )

    whole = read_each(sorted([*useful, *sideways], key=lambda one: one.layout.name not in _OF_POSTS), read_one)
    total = _followers(raw, settings, about, dates)
    return joined([whole, total]) if total else whole


def _tables(raw: Raw, settings: ConnectorSettings) -> list[MatchedTable]:
    """The tables whose words are known, and a person's top posts in any language."""
    by_words = matched_tables(raw, NAME, LAYOUTS, settings)
    places = {one.table.place for one in by_words}
    others = [table for table in files.tables(raw) if table.place not in places]
    tops = [(table, table.once("top posts", partial(top_posts, table))) for table in others]
    return [*by_words, *(MatchedTable(_TOP_POSTS, table, top) for table, top in tops if top)]


class _About(NamedTuple):
    """What a workbook says beside its tables: whose it is, when it was downloaded, the days of its figures."""

    account: str | None
    downloaded_at: datetime | None
    covered: Covered


def _dates(tables: list[MatchedTable], sideways: list[MatchedTable]) -> tuple[pl.Series, ...]:
    """All columns of dates in a file: whichever can only be read one way tells the order of them all."""
    columns = []
    for one in tables:
        frame = files.rows(one.table, one.top).frame
        columns += [frame[name] for name in ("date", "published_at") if name in frame.columns]
    ranges = [part for one in sideways for part in range_of(one.table)]
    return (*columns, pl.Series(ranges, dtype=pl.String))


def _about(
    raw: Raw,
    settings: ConnectorSettings,
    tables: list[MatchedTable],
    sideways: list[MatchedTable],
    dates: tuple[pl.Series, ...],
) -> _About:
    page, someone = _PAGE_FILE.match(raw.name), _POST_FILE.match(raw.name) or _PERSON_FILE.match(raw.name)
    downloaded_at = None
    if page:
        downloaded_at = datetime.fromtimestamp(int(page[2]) / 1000, UTC).replace(tzinfo=None)
    owner = page[1] if page else someone[1].replace("_", " ") if someone else None
    return _About(owner, downloaded_at, _covered(raw, settings, tables, sideways, dates))


def _covered(
    raw: Raw,
    settings: ConnectorSettings,
    tables: list[MatchedTable],
    sideways: list[MatchedTable],
    dates: tuple[pl.Series, ...],
) -> Covered:
    """The days that posts' figures cover: those of the sheet of days beside them, or the range written above them."""
    for one in sideways:
        if one.layout.name == "discovery" and (span := _range(one.table, settings, raw, dates)):
            return span
    for one in tables:
        if one.layout.name in ("metrics", "visitors"):
            texts = files.rows(one.table, one.top).frame["date"]
            days = moments(texts, settings.dates, "UTC", raw.received_at, dates).on.drop_nulls()
            start, end = days.min(), days.max()
            if isinstance(start, date) and isinstance(end, date):
                if getattr(settings, "covers", "range") == "lifetime":
                    return Covered(None, None, "lifetime figures, as the settings say", dated=end)
                return Covered(start, end, f"the days of its sheet {one.table.place.rsplit('/', 1)[-1]}")
    return posts.LIFETIME


def _range(table: Table, settings: ConnectorSettings, raw: Raw, dates: tuple[pl.Series, ...]) -> Covered | None:
    texts = pl.Series(range_of(table), dtype=pl.String)
    days = moments(texts, settings.dates, "UTC", raw.received_at, dates).on
    if len(days) == 2 and days[0] and days[1] and days[0] <= days[1]:
        return Covered(days[0], days[1], "the range written above the figures")
    return None


def _seen(raw: Raw, settings: ConnectorSettings, table: Table, about: _About) -> Seen:
    if about.downloaded_at and about.downloaded_at <= raw.received_at:
        return observed(raw, settings, about.downloaded_at, "the time in its name")
    covered = about.covered
    return observed(raw, settings, covered.last, covered.source, table.written_at, table.is_utc)


def _read(
    raw: Raw, one: MatchedTable, settings: ConnectorSettings, about: _About, dates: tuple[pl.Series, ...]
) -> Extract:
    seen = _seen(raw, settings, one.table, about)
    if one.layout.name in ("metrics", "visitors"):
        return accounts.read(raw, one, settings, seen, NAME, about.account, beside=dates)
    if one.layout == AUDIENCE:
        return read_audience(one, seen, about.account, about.covered)
    return joined([_posts(raw, side, settings, seen, about, dates) for side in _sides(one)])


def _sides(one: MatchedTable) -> list[MatchedTable]:
    """The lists of a table that stand side by side: each begins where its link does."""
    starts = sorted(one.top.positions["url"])
    if len(starts) > _MOST_SIDES:
        raise Refused(f"{one.table.place} holds {len(starts)} lists side by side; {RIGHT_FILE}.")
    sides = []
    for start, end in zip(starts, [*starts[1:], len(one.top.cells)], strict=True):
        positions = {
            name: inside
            for name, places in one.top.positions.items()
            if (inside := tuple(at for at in places if len(starts) == 1 or start <= at < end))
        }
        within = range(len(one.top.cells)) if len(starts) == 1 else range(start, end)
        cells = tuple(cell if at in within else "" for at, cell in enumerate(one.top.cells))
        sides.append(one._replace(top=replace(one.top, cells=cells, positions=positions)))
    return sides


def _posts(
    raw: Raw, one: MatchedTable, settings: ConnectorSettings, seen: Seen, about: _About, dates: tuple[pl.Series, ...]
) -> Extract:
    rows = files.rows(one.table, one.top)
    rows = replace(rows, frame=rows.frame.filter(~pl.all_horizontal(pl.exclude("row").is_null())))
    table = posts.read(raw, one, settings, links.part(NAME, "number").is_not_null(), rows=rows, beside=dates)
    return _identified(table, settings, seen, about)


def _identified(table: posts.Posts, settings: ConnectorSettings, seen: Seen, about: _About) -> Extract:
    """Posts by the urn in their link; the page is the file's.

    The number of an activity holds the millisecond in which it was published, which stands for the day in the file.
    """
    number = links.part(NAME, "number")
    kind = links.part(NAME, "kind")
    made_at = (number.cast(pl.Int64, strict=False) // (1 << 22) * 1000).cast(pl.Datetime("us"))
    format_of = pl.concat_str(
        *(table.texts(name).fill_null("") for name in ("kind",)), pl.lit(" "), table.texts("text").fill_null("")
    )
    frame = table.frame.with_columns(
        pl.lit(NAME).alias("platform"),
        pl.concat_str(pl.lit("urn:li:"), kind, pl.lit(":"), number).alias("post_id"),
        number.alias("alias"),
        pl.lit("id").alias("identified_by"),
        pl.lit(about.account, pl.String).alias("account_id"),
        pl.lit(about.account, pl.String).alias("name"),
        table.texts("title").alias("text"),
        pl.when(format_of.str.contains(r"(?i)^v[ií]deo")).then(pl.lit("video")).otherwise(pl.lit("post")).alias("kind"),
        damage.is_damaged_text(table.texts("title")).alias("is_damaged"),
        pl.when((kind == "activity") & (made_at > _FIRST_ACTIVITY)).then(made_at).otherwise("published_at")
        .alias("published_at"),
        pl.when(number.is_null()).then(pl.lit("no identity: its link names no post")).otherwise("unreadable")
        .alias("reason"),
    )  # fmt: skip
    return posts.extract_of_posts(table, frame, seen, about.covered, settings)


# --------------------------------------------------------------------------- pairs of a word and a figure


def _vertical(raw: Raw, settings: ConnectorSettings) -> list[MatchedTable]:
    """Sheets that stand on their side: a word in the first column, its figure in the second.

    Beside a person's top posts the overall performance is known in any language.
    """
    tables = files.tables(raw)
    matches = [(table, table.once("on its side", partial(_on_its_side, table))) for table in tables]
    sideways = [MatchedTable(match[0], table, match[1]) for table, match in matches if match]
    if sideways or not _is_persons(raw, settings):
        return sideways
    tops = [(table, overall(table)) for table in tables]
    return [MatchedTable(_VERTICAL[1], table, top) for table, top in tops if top][:1]


def _is_persons(raw: Raw, settings: ConnectorSettings) -> bool:
    return any(one.layout == _TOP_POSTS for one in _tables(raw, settings))


def _on_its_side(table: Table) -> tuple[Layout, Header] | None:
    if max(map(len, table.top), default=0) > 4:
        return None
    cells = tuple(line[0] if line else "" for line in table.top)
    keys = [header_key(cell) for cell in cells]
    for layout in _VERTICAL:
        words = layouts_of(NAME)[layout.name]
        for language in words.languages:
            top = Header(0, cells, language, words.positions(keys, language))
            if top.has(*layout.needs):
                return layout, top
    return None


def _of_pairs(raw: Raw, one: MatchedTable, settings: ConnectorSettings, about: _About) -> Extract:
    """One post's analytics, or a person's overall reach."""
    seen = _seen(raw, settings, one.table, about)
    cells = {name: one.table.top[at] for name, (at, *_) in one.top.positions.items()}
    values = {name: (line[1] or None) if len(line) > 1 else None for name, line in cells.items()}
    frame = pl.DataFrame({"row": [1], **{name: [value] for name, value in values.items()}},
                         schema_overrides=dict.fromkeys(values, pl.String))  # fmt: skip
    rows = Rows(frame, frame.select(*(pl.col(name).alias(str(n)) for n, name in enumerate(values)), "row"))
    if one.layout.name == "single_post":
        table = posts.read(raw, one, settings, pl.lit(True), rows=rows)
        return _identified(table, settings, seen, about._replace(covered=Covered(None, None, "one post's lifetime")))
    covered = about.covered
    if covered.start is None or covered.end is None:
        return extract(rows, frame.clear().with_columns(reason=pl.lit("")), posts.read_report(one, seen, covered, ""))
    numbers, notes = parse_counts(frame.select("row", "reach"))
    numbers = numbers.with_columns(
        pl.lit(covered.start).alias("period_start"),
        pl.lit(covered.end).alias("period_end"),
        pl.lit(seen.at, pl.Datetime("us")).alias("observed_at"),
    )
    rejected = numbers.filter(pl.col("unreadable").is_not_null()).select("row", pl.col("unreadable").alias("reason"))
    figures = accounts.figures(numbers, NAME, about.account)
    return extract(rows, rejected, posts.read_report(one, seen, covered, ""), (*seen.notes, *notes), figures)


def _followers(raw: Raw, settings: ConnectorSettings, about: _About, dates: tuple[pl.Series, ...]) -> Extract | None:
    """``Total followers on 3/23/2026:`` and its figure, the one running count of a person's workbook."""
    line = _followers_line(raw, settings)
    if line is None:
        return None
    table, cells, written = line
    on = moments(pl.Series([written]), settings.dates, "UTC", raw.received_at, dates).on[0] or about.covered.end
    numbers, _ = parse_counts(pl.DataFrame({"row": [1], "followers": [cells[1]]}), also=("followers",))
    if on is None or numbers["followers"][0] is None:
        return None
    seen = Seen(end_of(on, settings.reporting_zone), "the day beside its figure", on)
    numbers = numbers.with_columns(pl.lit(on).alias("day"), pl.lit(seen.at, pl.Datetime("us")).alias("observed_at"))
    figures = accounts.figures(numbers, NAME, about.account)
    rows = Rows(numbers.select("row"), pl.DataFrame({"0": [cells[1]], "row": [1]}))
    top = MatchedTable(LAYOUTS[1], table, Header(0, (cells[0],), "en", {"followers": (0,)}))
    how = posts.read_report(top, seen, Covered(on, on, "the day beside its figure"), "")
    return extract(rows, pl.DataFrame(schema={"row": pl.Int64, "reason": pl.String}), how, (), figures)


def _followers_line(raw: Raw, settings: ConnectorSettings) -> tuple[Table, tuple[str, ...], str] | None:
    """The line of a person's followers, in the table where it stands, and its day as written."""
    words = layouts_of(NAME)["person_followers"]
    totals = [header_key(w) for columns in words.languages.values() for w in columns.get("followers", ())]
    for table in files.tables(raw):
        for line in table.top[:3]:
            key = header_key(line[0]).rstrip(": ") if line else ""
            word = next((word for word in sorted(totals, key=len, reverse=True) if key.startswith(word)), None)
            if word is not None and len(line) > 1 and line[1]:
                return table, line, key.removeprefix(word).strip()
    if not _is_persons(raw, settings):
        return None
    lines = [(table, written) for table in files.tables(raw) if (written := followers_day(table))]
    return next(((table, table.top[at], day) for table, (at, day) in lines if len(lines) == 1), None)
