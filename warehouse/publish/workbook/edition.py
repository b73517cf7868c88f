"""What a workbook is made of: the tables with a language's names, its words, and the few rows of each campaign.

The rows of a campaign are the same in every language and are looked up once: among 100,000 posts that takes longer than
writing a book.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

import polars as pl

from connectors.attendance import EVENTS, PART_NAMES
from connectors.platform import Platforms
from warehouse.figures.indicators import WHOLE
from warehouse.figures.tables import MART
from warehouse.plan.model import Plan
from warehouse.publish.document.telling import HEADLINES, Telling
from warehouse.publish.most_viewed import most_viewed
from warehouse.publish.report import beside_past, sentence, spent_on_ads
from warehouse.publish.report.attendances import with_attendances
from warehouse.publish.report.language import Language, number, plain, words
from warehouse.publish.report.plan_names import asset_titles, in_language, nouns, period_name
from warehouse.publish.report.subject import by_campaign
from warehouse.publish.workbook.sheets import height
from warehouse.readings.latest import IS_OUTREACH, POST

Tables = Mapping[str, pl.DataFrame]
Row = Mapping[str, Any]

MOST_CAMPAIGNS = 30
"""The most campaigns with a sheet: nobody turns more of them over; the cover says how many are left out."""
_PAGES, _PIECES, _QUARTERS, _POSTS, _EVENTS, _OUTREACH = 15, 20, 8, 10, 15, 10
"""The most rows of each list: together they fit on two pages."""
_READ = (
    "about", "project_totals", "activity_totals", "campaign_totals", "stage_totals", "kind_totals", "account_totals",
    "asset_totals", "campaign_periods", "post_totals", "definition_changes",
)  # fmt: skip
_OF_POSTS = tuple(
    dict.fromkeys(
        (
            *sentence.READS["post_totals"],
            *POST,
            "text",
            "account_name",
            "published_at",
            "reach",
            *HEADLINES,
            *PART_NAMES,
        )
    )
)
"""Only these columns are looked through for each campaign: all of them take many times as long."""


class Shown(NamedTuple):
    """The first rows of a list, and how many it has."""

    rows: Sequence[Row]
    all: int


class SheetRows(NamedTuple):
    """What the sheet of a campaign shows."""

    campaign_id: str
    accounts: Shown
    pieces: Shown
    quarters: Shown
    posts: Shown
    events: Shown
    outreach: Shown
    posts_of_pieces: pl.DataFrame
    """By whose texts pieces are called that have no name in the plan."""
    of_sentence: Tables


class BookTables:
    """The tables of a night, or of a frozen report, and what the workbooks of all languages share."""

    def __init__(self, tables: Tables, plan: Plan, platforms: Platforms, frozen_as: str | None = None) -> None:
        """``tables`` are all that are published, or those that a frozen report has; ``plan`` is the one of then."""
        self.tables, self.plan, self.platforms, self.frozen_as = tables, plan, platforms, frozen_as
        self._lines: dict[tuple[str, Language], str] = {}

    @cached_property
    def told(self) -> Tables:
        """The tables that campaigns are told by; a report that an older version froze knows nothing of events."""
        return {name: with_attendances(name, self.tables[name]) for name in _READ if name in self.tables}

    @cached_property
    def beside_past(self) -> Mapping[tuple[str, str], Row]:
        """What is told of each post beside its page's past; reports that older versions froze know nothing of it."""
        return beside_past.by_post(self.tables["post_comparisons"]) if "post_comparisons" in self.tables else {}

    @cached_property
    def tells_of_ads(self) -> bool:
        """Whether it is told what ads cost; a report that an older version froze may lack it."""
        return _has_whole(self.tables, ("ad_spend", "campaign_spend"))

    @cached_property
    def has_figures(self) -> bool:
        """Whether there is what campaigns are told by; a report that an older version froze may lack it."""
        return _has_whole(self.told, _READ)

    @cached_property
    def campaigns(self) -> list[SheetRows]:
        """The campaigns that have a sheet, in the plan's order: the first that have something to show."""
        if not self.has_figures:
            return []
        totals = self.told["campaign_totals"].iter_rows(named=True)
        with_ads = set(self.tables["campaign_spend"]["campaign_id"]) if self.tells_of_ads else set()
        has_something = (
            row for row in totals
            if row["posts"] or row["outreach"] or row["events"] or row["campaign_id"] in with_ads
        )  # fmt: skip
        shown = islice(has_something, MOST_CAMPAIGNS)
        tables = {**self.told, "post_totals": self.told["post_totals"].select(_OF_POSTS)}
        of_one = by_campaign(tables)
        return [_sheet_rows(of_one(row["campaign_id"]), row["campaign_id"]) for row in shown]

    def line(self, campaign: SheetRows, language: Language) -> str:
        """A campaign's figures in a donor's style; made once a language."""
        key = campaign.campaign_id, language
        if key not in self._lines:
            called = nouns(self.plan, campaign.campaign_id, language)
            self._lines[key] = sentence.sentence_of(campaign.of_sentence, language, self.platforms, called)
        return self._lines[key]


class Edition:
    """The workbook's tables and words in one language."""

    def __init__(self, book: BookTables, language: Language) -> None:
        self.book, self.language, self.plan = book, language, book.plan
        self.tables = in_language({name: book.tables[name] for name in _named(book.tables)}, book.plan, language)
        self.about: Row = book.tables["about"].row(0, named=True)
        self.telling = Telling(language, self.about, book.platforms, book.plan)
        activities = self.tables["activity_totals"].select("activity_id", "activity_name").rows()
        self._activities: Mapping[str | None, str] = {
            activity_id: plain(name or "") for activity_id, name in activities
        }
        self._words: Mapping[str, Any] = words(language)["workbook"]

    @property
    def row_height(self) -> float:
        """How high a row of one line is, in points."""
        return height([(self("cover"), 99)])

    def __call__(self, key: str, **parts: str) -> str:
        """A text of the workbook, filled in."""
        return str(self._words[key]).format(**parts)

    def day(self, value: date) -> str:
        """A day as a text names it."""
        return self.telling.day(value)

    def activity(self, activity_id: str | None) -> str | None:
        """What an activity is called: its number and name."""
        name = self._activities.get(activity_id)
        return f"{activity_id} {name}" if name and name != activity_id else activity_id

    @property
    def as_of(self) -> str:
        """Of which day the figures are."""
        return self.telling.texts("as_of", day=self.day(self.about["as_of"]))

    @cached_property
    def campaigns(self) -> list[tuple[Row, SheetRows]]:
        """The campaigns that have a sheet: each one's row of totals with its name, and what its sheet shows."""
        if not self.book.campaigns:
            return []
        totals = {row["campaign_id"]: row for row in self.tables["campaign_totals"].iter_rows(named=True)}
        return [(totals[rows.campaign_id], rows) for rows in self.book.campaigns]

    def piece_names(self, campaign: SheetRows) -> Mapping[str, str]:
        """What the pieces of content of a campaign are called, by their ids."""
        return asset_titles(self.plan, campaign.campaign_id, self.language, campaign.posts_of_pieces)

    def period(self, name: str) -> str:
        """What a period is called, by its months; ``whole`` is the project's."""
        if name == WHOLE:
            return self.telling("whole")
        return period_name(name, self.plan.project.fiscal_year_starts, self.language)

    def beside_past(self, post: Row) -> str:
        """A row of ``post_totals`` beside its page's past; nothing where too little of that is known."""
        told = self.book.beside_past.get((post["platform"], post["post_id"]))
        return beside_past.sentence(told, self.telling.texts) if told else ""

    def spent_on_ads(self, campaign_id: str) -> spent_on_ads.Row | None:
        """What a campaign's ads cost, as pages tell it; None without ads and budget."""
        if not self.book.tells_of_ads:
            return None
        return spent_on_ads.of_campaign(self.book.tables, campaign_id, self.telling.texts)

    def shown_of(self, shown: Shown) -> str:
        """How many rows of a list are shown, where it has more."""
        rows = len(shown.rows)
        return self("shown_of", shown=number(rows), all=number(shown.all)) if shown.all > rows else ""

    def reach(self, row: Row) -> str:
        """The accounts reached of a row, as the bounds that they lie between; of a post the one number."""
        if "reach_at_least" not in row:
            return number(row["reach"]) if row["reach"] is not None else ""
        if told := self.telling.reach(row):
            return told.text
        most = row["reach_at_most"]
        return "" if most is None else self.telling.texts("at_most", most=number(most))


def _has_whole(tables: Tables, names: Iterable[str]) -> bool:
    """Whether these tables are there with all columns that they have today."""
    return all(
        name in tables and {column.name for column in MART[name].columns} <= set(tables[name].columns) for name in names
    )


def _named(tables: Tables) -> Iterable[str]:
    return (name for name in ("campaign_totals", "activity_totals", "indicator_progress") if name in tables)


def _sheet_rows(tables: Tables, campaign_id: str) -> SheetRows:
    """What a campaign's sheet is made of; ``tables`` have its rows only."""
    posts, has_posts = tables["post_totals"], pl.col("posts") > 0
    online = posts.filter(~IS_OUTREACH)
    return SheetRows(
        campaign_id,
        _ranked(tables["account_totals"].filter(has_posts), "account_name", _PAGES),
        _ranked(tables["asset_totals"].filter(has_posts), "asset_id", _PIECES),
        _quarters(tables["campaign_periods"]),
        Shown(most_viewed(online, _POSTS, "views", "likes").rows(named=True), online.height),
        _newest(posts.filter(pl.col(EVENTS.name).is_not_null()), _EVENTS),
        _newest(posts.filter(IS_OUTREACH & pl.col(EVENTS.name).is_null()), _OUTREACH),
        online.drop_nulls("asset_id").select("asset_id", "text", "views"),
        sentence.of_campaign(tables, campaign_id, posts),
    )


def _ranked(rows: pl.DataFrame, name: str, most: int) -> Shown:
    ranked = rows.sort("views", "likes", name, descending=[True, True, False], nulls_last=True)
    return Shown(ranked.head(most).rows(named=True), rows.height)


def _quarters(periods: pl.DataFrame) -> Shown:
    """The last quarters with a known gain, the oldest of them first."""
    has_gains = pl.any_horizontal(pl.col(metric).is_not_null() for metric in HEADLINES)
    quarters = periods.filter(pl.col("period").str.contains("-Q", literal=True) & has_gains).sort("period_start")
    return Shown(quarters.tail(_QUARTERS).rows(named=True), quarters.height)


def _newest(posts: pl.DataFrame, most: int) -> Shown:
    rows = posts.sort("published_at", "text", nulls_last=True).tail(most)
    return Shown(rows.rows(named=True), posts.height)
