"""The canonical vocabulary: the metrics, frames and errors that every connector speaks and the warehouse understands.

Counts are ``Int64`` and null where the source does not say: unknown is not zero.
Times are UTC without a zone; days and periods are dates.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from typing import Literal, NamedTuple
from zoneinfo import available_timezones

import polars as pl

from connectors.advertising import COLUMNS as COLUMNS_OF_ADS
from connectors.attendance import COLUMNS as COLUMNS_OF_EVENTS
from connectors.attendance import GATHERINGS
from connectors.audiences import COLUMNS as COLUMNS_OF_AUDIENCES
from connectors.columns import Column, frame
from connectors.tagged_visits import COLUMNS as COLUMNS_OF_TAGGED_VISITS


class Label(NamedTuple):
    """What a report calls a figure, in each of its languages."""

    en: str
    km: str


class Metric(NamedTuple):
    """A canonical metric: one figure of a post, counted since publication (lifetime) at the moment of observation.

    A metric is added by one more record in :data:`METRICS`. Frames, tables, reports and ``diff`` derive from it.
    """

    name: str
    unit: str
    meaning: str
    label: Label
    is_additive: bool = True
    is_counter: bool = True  # a platform counts it, so that two readings make a gain
    is_engagement: bool = False
    is_headline: bool = False  # every report tells it, and says so where it is not known
    is_in_report: bool = True  # a report shows it where somebody knows it
    is_time: bool = False  # printed as hours and minutes
    screen_name: str = ""
    stored_as: str = ""  # its column in private frames, where that is kept in a smaller unit to be a whole number
    per_unit: int = 1  # how many of the stored unit make one of the metric's

    @property
    def column(self) -> str:
        """Its column in private frames."""
        return self.stored_as or self.name

    @property
    def word(self) -> str:
        """What sentences on the screen call it."""
        return self.screen_name or self.name.replace("_", " ")


METRICS = (
    Metric("views", "plays or displays", "what the platform itself calls views for that kind of post",
           Label("Views", "ការទស្សនា"), is_headline=True),
    Metric("views_paid", "plays or displays", "the part of views that was paid for, where it is told",
           Label("Paid views", "ការទស្សនាដែលបានបង់ប្រាក់"), is_in_report=False),
    Metric("impressions", "displays", "the older count of displays; never merged into views",
           Label("Impressions", "ការបង្ហាញ")),
    Metric("reach", "accounts", "unique accounts that saw it",
           Label("Accounts reached", "គណនីដែលទៅដល់"), is_additive=False, is_in_report=False),
    Metric("likes", "reactions", "likes, and every other reaction where the platform has several",
           Label("Reactions", "ប្រតិកម្ម"), is_engagement=True, is_headline=True, screen_name="reactions"),
    Metric("comments", "comments", "comments and replies",
           Label("Comments", "មតិយោបល់"), is_engagement=True, is_headline=True),
    Metric("shares", "shares", "shares, reposts, retweets and quotes",
           Label("Shares", "ការចែករំលែក"), is_engagement=True, is_headline=True),
    Metric("saves", "saves", "times it was kept for later", Label("Saves", "ការរក្សាទុក"), is_engagement=True),
    Metric("clicks", "clicks", "clicks on it, of every kind the platform counts together",
           Label("Clicks", "ការចុច")),
    Metric("deliveries", "letters", "letters that were delivered: those sent less those that came back",
           Label("Letters delivered", "សំបុត្រដែលបានទៅដល់")),
    Metric("opens", "opens", "recipients who opened it; unreliable, since mail programs open letters by themselves",
           Label("Opens (unreliable)", "ការបើកសំបុត្រ (មិនគួរទុកចិត្ត)"), screen_name="opens (unreliable)"),
    Metric("unsubscribes", "unsubscribes", "times that a recipient left the list through the letter",
           Label("Unsubscribes", "ការឈប់ទទួលសំបុត្រ")),
    Metric("watch_seconds", "seconds", "time it was watched", Label("Time watched", "រយៈពេលមើល"),
           stored_as="watch_ms", per_unit=1000, is_time=True),
    Metric("audience", "people", "a station's or organiser's own estimate; never added up",
           Label("Audience", "អ្នកស្តាប់ និងអ្នកទស្សនា"), is_additive=False, is_counter=False, is_in_report=False),
    Metric("peak_viewers", "viewers", "the most that watched a live video at one moment; never added up",
           Label("Most viewers at once", "អ្នកទស្សនាច្រើនបំផុតក្នុងពេលតែមួយ"), is_additive=False, is_counter=False,
           is_in_report=False),
)  # fmt: skip
METRIC = {metric.name: metric for metric in METRICS}
METRIC_COLUMNS = tuple(metric.column for metric in METRICS)
ADDITIVE = tuple(metric for metric in METRICS if metric.is_additive)
ENGAGEMENTS = tuple(metric.name for metric in METRICS if metric.is_engagement)
HEADLINES = tuple(metric.name for metric in METRICS if metric.is_headline)  # told by reports and tables on the screen

ACCOUNT_METRICS = ("visits", "page_views", "views", "reach", "viewers", "unique_visitors", "followers")

OUTREACH = "outreach"
"""The platform of programmes on air and on site, kept by hand. They are counted apart from posts."""

POST_KINDS = ("post", "video", "short", "live", "story", "page", "letter")
OUTREACH_KINDS = ("radio", "tv", "press", *GATHERINGS, "other")

Grade = Literal["api", "export", "entered"]

BY_CUSTOM = "as is the custom in the country of the plan's time zone"
NOT_TOLD = "nothing says it"
"""What says the order of day and month, where the file, the platform and the settings do not."""

MARK_ASKED = 'if you know it, write decimal_mark = "." or "," below the platform in reach.toml'
COLUMN_ASKED = "export it again with the one that is right"
ASKED = (MARK_ASKED, COLUMN_ASKED)
"""With which a note of a load ends that a person has to answer: the night says it."""

REFUTED = "refuted by its own row"
HIDDEN = "hidden by the owner"
DAMAGED = "damaged by a spreadsheet"
DISPUTED = "two columns of its file differ"
UNCLEAR_MARK = "its decimal mark is not clear"
"""Reasons for which a source's own row does not know a metric."""


TIMESTAMP = pl.Datetime("us")
METRIC_NAMES = pl.List(pl.String)
REASONS = pl.List(pl.Struct({"metric": pl.String, "reason": pl.String}))

_PLATFORM = Column("platform", pl.String, "where it was published, one of the platforms' names", is_required=True)
_POST_ID = Column("post_id", pl.String, "the post's identity on its platform", is_required=True)
_ACCOUNT_ID = Column("account_id", pl.String, "the account's identity there; else its name", is_required=True)
_ROW = Column("row", pl.Int64, "row of the file, counted from 1 below the header")
_OBSERVED_AT = Column("observed_at", TIMESTAMP, "when the figures were seen", "UTC", is_required=True)
_PERIOD_START = Column("period_start", pl.Date, "first day the figures cover, in the source's zone; null for lifetime")
_PERIOD_END = Column("period_end", pl.Date, "last day the figures cover, in the source's zone; null for lifetime")

ACCOUNTS = (
    _PLATFORM,
    _ACCOUNT_ID,
    Column("name", pl.String, "its display name"),
    Column("username", pl.String, "its handle, without @"),
    Column("organisation", pl.String, "the organisation that the source itself names"),
    _OBSERVED_AT,
)

POSTS = (
    _PLATFORM,
    _POST_ID,
    Column("identified_by", pl.String, "id, link, video (its number) or moment (account, minute, text)",
           is_required=True),
    Column("alias", pl.String, "the number or short code by which its link calls it"),
    Column("account_id", pl.String, "the account that published it; its name where the source gives no id"),
    Column("url", pl.String, "its permalink"),
    Column("text", pl.String, "its title or caption, the longer of the two"),
    Column("kind", pl.String, f"{', '.join(POST_KINDS[:-1])} or letter; outreach: {', '.join(OUTREACH_KINDS)}"),
    Column("published_at", TIMESTAMP, "when; a date alone is the start of that day in the source's zone", "UTC"),
    Column("published_other_at", TIMESTAMP,
           "when, if day and month stood the other way round; null where more than custom tells them apart", "UTC"),
    Column("published_unit", pl.String, "how finely that is told: instant, minute or day; null where it is not told"),
    Column("video_id", pl.String, "the video it shows, shared by its cross-posts"),
    Column("is_crosspost", pl.Boolean, "the source marks it as a cross-post"),
    Column("is_damaged", pl.Boolean, "a spreadsheet damaged this row's id or text", is_required=True),
    Column("is_gone", pl.Boolean, "the source says that it is not there any more; else null"),
    _OBSERVED_AT,
    _ROW,
)  # fmt: skip

OBSERVATIONS = (
    _PLATFORM,
    _POST_ID,
    _PERIOD_START,
    _PERIOD_END,
    Column("period_opens_at", TIMESTAMP, "the instant at which the period starts; null for lifetime", "UTC"),
    _OBSERVED_AT,
    _ROW,
    *(Column(m.column, pl.Int64, m.meaning, "milliseconds" if m.per_unit == 1000 else m.unit) for m in METRICS),
    Column("audience_by", pl.String, "who says how large the audience was"),
    Column("rounded", METRIC_NAMES, "metrics that the source rounded (3.5K); null where it rounded none"),
    Column("unknown_because", REASONS, "each metric of which a reason is known, with it; null where none is"),
    Column("is_final", pl.Boolean, "false while the source may still revise the day", is_required=True),
)

ATTENDANCE = (_PLATFORM, _POST_ID, _OBSERVED_AT, _ROW, *COLUMNS_OF_EVENTS)
"""Who took part in an event, which has a post of the same name beside it."""

ACCOUNT_FIGURES = (
    _PLATFORM,
    Column("account_id", pl.String, "the account's identity; null where the source does not say whose figures it has"),
    Column("or_platform", pl.String, "another platform whose figures they may be; null where the source says which"),
    Column("metric", pl.String, "what was counted, one of ACCOUNT_METRICS", is_required=True),
    Column("period_start", pl.Date, "first day, in the source's zone", is_required=True),
    Column("period_end", pl.Date, "last day, in the source's zone", is_required=True),
    Column("value", pl.Int64, "the figure; null where it is not known"),
    Column("is_rounded", pl.Boolean, "the source rounded it", is_required=True),
    Column("is_final", pl.Boolean, "false while the source may still revise the days; null where nothing says so"),
    _OBSERVED_AT,
    _ROW,
)

AD_FIGURES = (*COLUMNS_OF_ADS, _OBSERVED_AT, _ROW)
AUDIENCES = (*COLUMNS_OF_AUDIENCES, _OBSERVED_AT, _ROW)
TAGGED_VISITS = (*COLUMNS_OF_TAGGED_VISITS, _OBSERVED_AT, _ROW)

REJECTS = (
    Column("row", pl.Int64, "row of the file, counted from 1 below the header; null for the whole file"),
    Column("reason", pl.String, "why it was left out, in a sentence", is_required=True),
    Column("content", pl.String, "the row as it came"),
)

DECISIONS = (
    Column("decided", pl.String, "in a campaign, not ours, same, not the same, or taken back", is_required=True),
    Column("post", pl.String, "the post that it is about, as platform:post_id or a link", is_required=True),
    Column("other_post", pl.String, "the post that it is the same as, or is not; else null"),
    Column("campaigns", pl.String, "the campaigns that the post is given to, as they were typed"),
    Column("asset", pl.String, "the asset that it is given to, as it was typed"),
    Column("cells", pl.String, "the sheet and cells that say so", is_required=True),
    Column("remark", pl.String, "why, in the words of whoever decided"),
)
TO_FILL_IN = ("campaign", "asset", "not ours", "same", "same as", "take back", "remark")  # titles of a sheet's columns
IN_CAMPAIGN, NOT_OURS, SAME, NOT_SAME, TAKEN_BACK = "in a campaign", "not ours", "same", "not the same", "taken back"


@cache
def zones() -> frozenset[str]:
    """The names of all time zones; looked up once, since that opens hundreds of files."""
    return frozenset(available_timezones() - {"localtime", "Factory"})  # a machine's own, and one never set up


_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class Refused(Exception):
    """A file that is not read: one sentence that says what it is and how to get the right one."""

    def __init__(self, sentence: str) -> None:
        super().__init__(_CONTROLS.sub(" ", sentence))  # files' own words may hold anything


@dataclass(frozen=True)
class Answer:
    """What an API said to one question. Neither ``endpoint``, which is the question, nor the bytes hold a secret."""

    endpoint: str
    asked_at: datetime
    content: bytes
    units: int = 0  # what it cost of the platform's quota


@dataclass(frozen=True, eq=False)  # a piece is itself: comparing would mean reading all of its bytes
class Raw:
    """A file as it came, and where and when from; or what one pull asked an API of one account: its answers instead.

    ``path`` is relative to the inbox with ``/`` between its parts; times are UTC without a zone. A part of a piece,
    as a workbook has where its sheets are of several platforms, is the same bytes and the places of its tables.
    """

    path: str
    content: bytes
    modified_at: datetime
    received_at: datetime
    whole: Raw | None = None
    places: frozenset[str] = frozenset()
    connector: str = ""
    account: str = ""
    answers: tuple[Answer, ...] = ()
    asked_since: datetime | None = None  # a whole pull asked for all posts published since then
    read_on: date | None = None  # the day on which its figures were read, where somebody told

    def part(self, places: Iterable[str]) -> Raw:
        """The same piece, of which only the tables at these places are looked at."""
        return replace(self, whole=self.whole or self, places=frozenset(places))

    @property
    def name(self) -> str:
        return self.path.rsplit("/", 1)[-1]

    @property
    def folders(self) -> tuple[str, ...]:
        return tuple(self.path.split("/")[:-1])

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Match:
    """What a connector says of a file: ``confidence`` 0 to 1, and ``why`` in words."""

    confidence: float
    why: str


@dataclass(frozen=True)
class ReadReport:
    """How a file was read: what ``reach inspect`` shows and a load keeps."""

    observed_at: datetime
    observed_from: str
    observed_on: date | None = None  # set where the evidence is a date alone: the whole of that day
    period: tuple[date, date] | None = None
    period_from: str = ""
    language: str = "en"
    encoding: str = ""
    delimiter: str = ""
    date_order: str = ""
    mapped: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    rows: int = 0
    grade: Grade = "export"
    is_document: bool = False  # kept by hand: the newest version under one path stands for all of it
    date_order_from: str = ""  # what says the order of day and month; empty where no date could be read both ways
    lists: tuple[date, date] | None = None  # days of publication of which it holds every post of its account
    saved_at: datetime | None = None  # of a document: its own time, which tells its versions' order
    observed_until: datetime | None = None  # set where it was read at an instant between observed_at and this one


@dataclass(frozen=True)
class Extract:
    """What a connector makes of one raw piece. Frames have the schemas above."""

    evidence: ReadReport
    posts: pl.DataFrame = field(default_factory=lambda: frame(POSTS))
    observations: pl.DataFrame = field(default_factory=lambda: frame(OBSERVATIONS))
    accounts: pl.DataFrame = field(default_factory=lambda: frame(ACCOUNTS))
    account_figures: pl.DataFrame = field(default_factory=lambda: frame(ACCOUNT_FIGURES))
    ad_figures: pl.DataFrame = field(default_factory=lambda: frame(AD_FIGURES))
    rejects: pl.DataFrame = field(default_factory=lambda: frame(REJECTS))
    notes: tuple[str, ...] = ()
    decisions: pl.DataFrame = field(default_factory=lambda: frame(DECISIONS))
    attendance: pl.DataFrame = field(default_factory=lambda: frame(ATTENDANCE))
    audiences: pl.DataFrame = field(default_factory=lambda: frame(AUDIENCES))
    tagged_visits: pl.DataFrame = field(default_factory=lambda: frame(TAGGED_VISITS))
