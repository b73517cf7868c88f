"""What every world is made of: files with their times, nights, and posts that grow by a formula of their own."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

FIRST, LAST = date(2024, 6, 1), date(2024, 12, 28)
READ_ON = (date(2024, 9, 30), date(2024, 10, 15), date(2024, 11, 1), date(2024, 11, 20), date(2024, 12, 10), LAST)
"""The days on which people downloaded exports; the first night has those up to the fourth."""

TEXTS = (
    "#forum we ask for budgets",
    "#Forum2024 starts today",
    "#ច្បាប់ព័ត៌មាន for all",
    "the access to information law",
    "សិទ្ធិទទួលបានព័ត៌មាន #forum",
    "a youth debate, part two",
    '#debate with cafe\u0301 and "quotes"',
    "a photo of our office",
)
METRICS = ("views", "impressions", "reach", "likes", "comments", "shares", "saves", "clicks", "seconds")
SIZES = (40, 300, 900, 2500, 18000)
UNKNOWN = ("", "--", "n/a")

Row = Mapping[str, object]


@dataclass(frozen=True)
class File:
    """A file of the inbox. Its time is evidence of the day on which its figures were read, so it is kept here."""

    path: str
    content: bytes
    modified: datetime


@dataclass(frozen=True)
class Night:
    """What is new in a workspace before a night, and the day of its totals."""

    as_of: date
    plan: str
    files: tuple[File, ...]


@dataclass(frozen=True)
class World:
    """A workspace's nights, and the questions that are asked after the last one."""

    name: str
    nights: tuple[Night, ...]
    questions: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Post:
    """A post, and how it grows: ``parts`` says how much of each metric there is to 100 views."""

    account: str
    number: int
    published: datetime
    text: str
    kind: str
    size: int
    parts: tuple[int, ...]
    gone_on: date
    taken_back_on: date
    video: str = ""

    @property
    def seconds(self) -> int:
        """When it was published, in Unix time: some platforms write that into their ids."""
        return int(self.published.replace(tzinfo=UTC).timestamp())

    def has(self, day: date) -> bool:
        """Whether an export of that day lists it."""
        return self.published.date() < day < self.gone_on

    def figure(self, metric: str, day: date) -> int:
        """The counter at the end of a day. A platform takes some likes back later, which is a fall."""
        age = max((day - self.published.date()).days, 0)
        figure = self.size * age // (age + 6) * self.parts[METRICS.index(metric)] // 100
        return figure * 9 // 10 if metric == "likes" and day >= self.taken_back_on else figure

    def gain(self, metric: str, start: date, end: date) -> int:
        """What the counter grew from the beginning of one day to the end of another one."""
        return self.figure(metric, end) - self.figure(metric, start - timedelta(days=1))


@dataclass
class Maker:
    """What the files of one world share: the dice, and the files made so far with their reading days.

    While it is careless, a cell may be unreadable, and its row is rejected. Only a file without rejected rows tells
    which posts are gone, so most files have none.
    """

    chance: random.Random
    is_careless: bool = False
    files: list[tuple[date, File]] = field(default_factory=list)

    def posts(self, accounts: Iterable[str], count: int, kinds: Sequence[str], first: int = 0) -> list[Post]:
        """Posts of some accounts. One in twelve is deleted after some time."""
        dice, posts = self.chance, []
        for account in accounts:
            for _ in range(count):
                first += 1
                on = FIRST + timedelta(days=dice.randrange((LAST - FIRST).days))
                at = datetime.combine(on, time(dice.randrange(24), dice.randrange(60)))
                small = (dice.randint(0, 12) for _ in METRICS[3:8])
                parts = (100, dice.randint(110, 160), dice.randint(30, 95), *small, 900)
                gone = on + timedelta(days=dice.randint(20, 90)) if dice.random() < 1 / 12 else date.max
                back = on + timedelta(days=dice.randint(5, 90)) if dice.random() < 1 / 6 else date.max
                text, kind, size = f"{dice.choice(TEXTS)} {first}", dice.choice(kinds), dice.choice(SIZES)
                posts.append(Post(account, first, at, text, kind, size, parts, gone, back))
        return posts

    def cell(self, value: int) -> str:
        """A figure as people and platforms write it: mostly whole, sometimes rounded, unknown or unreadable."""
        roll = self.chance.random()
        if roll < 0.06:
            return self.chance.choice(UNKNOWN)
        if roll < 0.07 and self.is_careless:
            return "12abc"
        if roll < 0.12 and value >= 1000:
            return f"{value / 1000:.1f}K"
        return f"{value:,}" if roll < 0.2 else str(value)

    def cells(self, post: Post, day: date, names: Mapping[str, str]) -> dict[str, str]:
        """A row's figures. A cross-posted video's are the same on every page, so they are written plainly."""
        cells = {name: post.figure(metric, day) for name, metric in names.items()}
        is_plain = {name: bool(post.video) or names[name] == "seconds" for name in names}  # no seconds are rounded
        return {name: str(value) if is_plain[name] else self.cell(value) for name, value in cells.items()}

    def add(self, day: date, folder: str, name: str, content: bytes, *, is_dated: bool | None = None) -> None:
        """Puts a file into a folder of its day, or leaves only its time to tell the day.

        All times differ, since a file of a known path, size and time is taken for the known one.
        """
        is_dated = self.chance.random() < 0.6 if is_dated is None else is_dated
        at = datetime.combine(day, time(3), UTC) + timedelta(seconds=len(self.files))
        path = "/".join(part for part in (str(day) if is_dated else "", folder, name) if part)
        self.files.append((day, File(path, content, at)))


def table(columns: Sequence[str], rows: Iterable[Row], above: str = "", encoding: str = "utf-8-sig") -> bytes:
    """A CSV file, with lines above its header."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return (above + text.getvalue()).encode(encoding)


def days(start: date, end: date) -> list[date]:
    """All days from one to another one."""
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


def questions(start: date, end: date, *campaigns: str) -> tuple[tuple[str, ...], ...]:
    """What is asked of a workspace: totals, gains, evidence and SQL. Each names its days, since today goes on."""
    sql_questions: list[tuple[str, ...]] = [
        ("totals", "--by", "campaign", "--format", "csv"),
        ("totals", "--by", "campaign", "--from", f"{start}", "--to", f"{end}", "--format", "csv"),
        ("totals", "--by", "stage", "--as-of", f"{start}", "--format", "csv"),
        ("totals", "--by", "organisation", "--unknown", "--as-of", f"{end}", "--format", "csv"),
        ("query", "select campaign_id, posts, views, likes from campaign_totals order by all", "--format", "csv"),
        ("query", "select platform, sum(views) as v from post_totals group by all order by all", "--format", "csv"),
    ]  # fmt: skip
    for campaign, metric in zip(campaigns, ("views", "likes", "reach"), strict=False):
        sql_questions.append(("explain", campaign, metric, "--as-of", f"{end}", "--format", "json"))
    return (*sql_questions, ("sentence", campaigns[0]))
