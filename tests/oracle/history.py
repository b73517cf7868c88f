"""A second opinion: what the figures must be, worked out from the design page's rules in plain Python.

It shares no code with the warehouse and none with the connectors: no polars, no SQL, no frame. What it takes over is
the parsed plan, which is only a file that was read. It is slow, and meant to be read beside the rules: each function
names the one that it follows. Where the page leaves a choice open, the entry of DECISIONS.md that makes it is named.

A history is a list of :class:`File` in the order in which they were received. :func:`tables` gives every table of
totals, ``post_totals`` and ``unattributed_posts`` as of a day: a row's key -> its cells by name. What was known on a day
is the history without the files that came later or were withdrawn by then, under the plan of that day.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from warehouse.plan.model import Campaign, Plan, Rule

ADDITIVE = ("views", "views_paid", "impressions", "likes", "comments", "shares", "saves", "clicks", "watch_seconds")
METRICS = (*ADDITIVE, "reach", "audience")
IN_ORDER = (*ADDITIVE[:3], "reach", *ADDITIVE[3:], "audience")
ENGAGEMENTS = ("likes", "comments", "shares", "saves")
PACIFIC = "America/Los_Angeles"
COUNT_EVERY_DISPLAY = ("facebook", "instagram", "linkedin", "x")  # DECISIONS, Figures: impressions stand in for reach
STALE_AFTER = timedelta(days=14)

META_METRICS = {"Views": "views", "Reach": "reach", "Reactions": "likes", "Comments": "comments", "Shares": "shares",
                "Total clicks": "clicks"}  # fmt: skip
STUDIO_METRICS = {"Views": "views", "Likes": "likes", "Comments added": "comments", "Shares": "shares"}
SHEET_METRICS = ("views", "impressions", "reach", "likes", "comments", "shares", "saves", "clicks", "watch_seconds")
META_KINDS = {"Photos": "post", "Videos": "video", "Reels": "short", "Live": "live", "Links": "post"}


class Either:
    """A cell of which two sources say different things at one instant: the page does not say which of them stands."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


EITHER = Either()
Post = tuple[str, str]  # platform, post_id
Row = Mapping[str, str]
Tables = dict[str, dict[tuple[Any, ...], dict[str, Any]]]  # table -> key -> cells by name


# --------------------------------------------------------------------------- what came in


@dataclass(frozen=True)
class File:
    """A file as it was dropped: ``kind`` is meta, sheet, outreach or studio; ``rows`` are its cells as written.

    ``modified`` is its own time in UTC; ``period`` the range of days in the name of a Studio zip; ``lists`` that in the
    name of Meta's export, which has every post published in these days.
    """

    path: str
    modified: datetime
    kind: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    period: tuple[date, date] | None = None
    lists: tuple[date, date] | None = None

    @property
    def is_document(self) -> bool:
        return self.kind in ("sheet", "outreach")

    @property
    def has_periods(self) -> bool:
        """Whether its figures are those of some days only."""
        return bool(self.period) or (self.kind == "meta" and all(row["Date"] != "Lifetime" for row in self.rows))

    @property
    def folder_day(self) -> date | None:
        """The day of the dated folder that it lies in."""
        named = [part for part in self.path.split("/")[:-1] if re.fullmatch(r"\d{4}-\d{2}-\d{2}", part)]
        return date.fromisoformat(named[-1]) if named else None

    def seen_at(self, zone: str) -> tuple[datetime, date | None]:
        """When its figures were seen, and the day where that is what says so: never before what its name tells of."""
        if self.folder_day:
            return end_of(self.folder_day, zone), self.folder_day
        if self.lists and self.modified < end_of(self.lists[1], zone):
            return end_of(self.lists[1], zone), self.lists[1]
        return self.modified, None

    @cached_property
    def content(self) -> object:
        """What stands for its bytes."""
        return self.kind, self.columns, tuple(tuple(sorted(row.items())) for row in self.rows)


@dataclass(frozen=True)
class Known:
    """What one reading says of one metric."""

    value: int
    is_rounded: bool = False


@dataclass(frozen=True)
class Seen:
    """A row of a file: who it is, what it says of the post and what it counted, when.

    ``day`` is set where a whole day dates it; ``period`` where its figures are those of some days only.
    """

    post: Post
    at: datetime
    day: date | None
    grade: str
    metrics: Mapping[str, Known]
    period: tuple[date, date] | None = None
    account: str | None = None
    account_name: str | None = None
    organisation: str | None = None
    url: str | None = None
    text: str | None = None
    kind: str | None = None
    published: datetime | None = None
    video: str | None = None
    is_crosspost: bool | None = None
    is_damaged: bool = False
    number: str | None = None
    load: int = -1  # which of the loads it is of


@dataclass(frozen=True)
class Load:
    """A file as it counts: the same bytes in two places may be one."""

    file: File
    at: datetime
    day: date | None
    rows: tuple[Seen, ...] = ()
    lists: tuple[date, date] | None = None  # days of publication of which it has every post


@dataclass(frozen=True)
class Reading:
    """A lifetime figure of one metric of one post."""

    at: datetime
    value: int
    is_rounded: bool
    grade: str

    @property
    def rank(self) -> tuple[Any, ...]:
        """Rule 3: the last one; of one instant exact beats rounded, then the larger."""
        return self.at, not self.is_rounded, self.value


# --------------------------------------------------------------------------- days (rule 10) and counts (rule 9)


def start_of(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def end_of(day: date, zone: str) -> datetime:
    return start_of(day + timedelta(days=1), zone) - timedelta(microseconds=1)


def day_of(instant: datetime, zone: str) -> date:
    return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()


class NotACount(Exception):
    """A cell that rejects its row."""


def counted(cell: str) -> Known | None:
    """Rule 9."""
    cell = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in cell.strip())
    if cell.casefold() in ("", "--", "n/a"):
        return None
    if re.fullmatch(r"\d+", cell):
        return Known(int(cell))
    if re.fullmatch(r"[1-9]\d{0,2}([,. ])\d{3}(\1\d{3})*", cell):
        return Known(int(re.sub(r"\D", "", cell)))
    if found := re.fullmatch(r"(\d+)\.0+", cell):
        return Known(int(found[1]))
    if found := re.fullmatch(r"(\d+)(?:\.(\d))?([KM])", cell):
        return Known((int(found[1]) * 10 + int(found[2] or 0)) * {"K": 100, "M": 100_000}[found[3]], True)
    raise NotACount(cell)


def metrics_of(row: Row, columns: Iterable[str], words: Mapping[str, str]) -> dict[str, Known]:
    """A row's counts; 0 views or impressions where somebody was reached are refuted, and unknown (rule 9)."""
    found = {words[name]: counted(row.get(name, "")) for name in columns if name in words}
    known = {metric: own for metric, own in found.items() if own is not None}
    for shown in ("views", "impressions"):
        if shown in known and known[shown].value == 0 and "reach" in known and known["reach"].value > 0:
            del known[shown]
    return known


# --------------------------------------------------------------------------- files read


def wall_time(text: str, form: str, zone: str) -> datetime:
    return datetime.strptime(text, form).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def blank(text: str | None) -> str | None:
    return (text or "").strip() or None


def read_meta(row: Row, file: File, at: datetime, day: date | None) -> Seen:
    """A row of Meta's export; its times are US Pacific. A damaged id is never used (rule 8), the link's number is."""
    own, page = row["Post ID"], row["Page ID"]
    link = blank(row.get("Permalink")) if "Permalink" in file.columns else None
    found = re.search(r"/(?:posts|videos|reel)/(\d+)", link or "")
    is_damaged = not own.isdigit()
    if is_damaged and not found:
        raise NotACount("no identity")
    video = re.search(r"/(?:videos|reel)/(\d+)", link or "")
    published = wall_time(row["Publish time"], "%m/%d/%Y %H:%M", PACIFIC)
    on = None if row["Date"] == "Lifetime" else datetime.strptime(row["Date"], "%m/%d/%Y").date()
    if on and end_of(on, PACIFIC) < published:  # exports count 0 on days before a post came out
        raise NotACount("before it was published")
    return Seen(
        post=("facebook", f"{page}_{found[1] if is_damaged and found else own}"),
        at=at,
        day=day,
        grade="export",
        metrics=metrics_of(row, file.columns, META_METRICS),
        period=(on, on) if on else None,
        account=page,
        account_name=row["Page name"],
        url=link,
        text=blank(row["Description"]),
        kind="short" if link and "/reel/" in link else META_KINDS[row["Post type"]],
        published=published,
        video=video[1] if video else None,
        is_crosspost=row["Is crosspost"] == "1" if "Is crosspost" in file.columns else None,
        is_damaged=is_damaged,
    )


def read_sheet(row: Row, file: File, at: datetime, day: date | None, zone: str) -> Seen:
    """A row of a partner's sheet: known by its link, else by its number beside its account."""
    platform, link, account = row["platform"], blank(row.get("link")), blank(row.get("account"))
    named = named_by(link) if link else None
    post = named or (platform, f"{platform}-no-{row['no']}-{'-'.join(folded(account or '').split())}")
    read_on = blank(row.get("read_on"))
    if read_on:
        day = date.fromisoformat(read_on)
        at = end_of(day, zone)
    published, days = blank(row.get("published")), (blank(row.get("from")), blank(row.get("to")))
    return Seen(
        post=post,
        at=at,
        day=day,
        grade="entered",
        metrics=metrics_of(row, file.columns, {name: name for name in SHEET_METRICS}),
        period=(date.fromisoformat(days[0]), date.fromisoformat(days[1])) if days[0] and days[1] else None,
        account=account or blank(row.get("organisation")),
        account_name=account or blank(row.get("organisation")),
        organisation=blank(row.get("organisation")),
        url=link,
        text=blank(row.get("title")),
        kind=blank(row.get("kind")),
        published=start_of(date.fromisoformat(published), zone) if published else None,
    )


def read_outreach(row: Row, at: datetime, day: date | None, zone: str) -> Seen:
    """A row of the outreach log: its number within its station and day."""
    audience = counted(row.get("audience", ""))
    return Seen(
        post=("outreach", blank(row.get("link")) or f"{row['station']} {row['date']} {row['no']}"),
        at=at,
        day=day,
        grade="entered",
        metrics={"audience": audience} if audience else {},
        account=row["station"],
        account_name=row["station"],
        organisation=blank(row.get("organisation")),
        url=blank(row.get("link")),
        text="\n".join(part for part in (blank(row["title"]), blank(row.get("note"))) if part) or None,
        kind=row["kind"],
        published=start_of(date.fromisoformat(row["date"]), zone),
        number=row["no"],
    )


def read_studio(row: Row, file: File, at: datetime, day: date | None) -> Seen:
    """A video of YouTube Studio's table; its days are US Pacific, and the zip's name says whose it is."""
    assert file.period
    channel = re.sub(r"^.*\d{4}-\d{2}-\d{2}_\d{4}-\d{2}-\d{2} |\.zip$", "", file.path.rsplit("/", 1)[-1])
    return Seen(
        post=("youtube", row["Content"]),
        at=at,
        day=day,
        grade="export",
        metrics=metrics_of(row, file.columns, STUDIO_METRICS),
        period=file.period,
        account=channel,
        account_name=channel,
        url=f"https://www.youtube.com/watch?v={row['Content']}",
        text=blank(row["Video title"]),
        kind="video",
        published=wall_time(row["Video publish time"], "%b %d, %Y", PACIFIC),
    )


def named_by(link: str) -> Post | None:
    """The post that a link names."""
    if found := re.search(r"facebook\.com/(\d+)/(?:posts|videos)/(\d+)", link):
        return "facebook", f"{found[1]}_{found[2]}"
    if found := re.search(r"(?:youtu\.be/|youtube\.com/watch\?v=)([\w-]{11})", link):
        return "youtube", found[1]
    return None


# --------------------------------------------------------------------------- words


def folded(text: str) -> str:
    """Texts and hashtags compare after NFC, case folding and without zero-width spaces (plan.toml)."""
    plain = "".join(c for c in text if c not in "\u200b\u200c\u200d\u2060\ufeff")
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", plain).casefold())


def hashtags(text: str) -> set[str]:
    """The whole tags of a text: each ends at white space, ``#`` or punctuation."""
    plain, found = folded(text), set()
    for at, sign in enumerate(plain):
        if sign in "#＃":
            end = at + 1
            while end < len(plain) and not ends_a_tag(plain[end]):
                end += 1
            found.add(plain[at + 1 : end])
    return found - {""}


def ends_a_tag(sign: str) -> bool:
    # An underscore joins words: Unicode calls it punctuation, every platform makes it a part of the tag.
    return sign.isspace() or sign in "#＃" or (unicodedata.category(sign).startswith("P") and sign != "_")


# --------------------------------------------------------------------------- the world at the end of a day


@dataclass
class Described:
    """A post as totals need it: who, where, whose, and its last known reading of each metric."""

    post: Post
    kind: str | None
    account: str | None
    account_name: str | None
    organisation: str | None
    text: str | None
    published: datetime | None
    is_crosspost: bool | None
    url: str | None
    number: str | None
    observed: datetime
    latest: dict[str, Reading]
    readings: Mapping[str, Sequence[Reading]]
    campaigns: tuple[str, ...] = ()
    asset: str | None = None
    undecided: frozenset[str] = frozenset()  # of which no newest is to be told
    gone: date | None = None
    is_watched: bool = False  # something would tell that it is gone
    first_read: datetime | None = None
    video: str | None = None
    counts_as: Post | None = None  # posts with one of these show one video's own figures (rule 5)
    began: datetime | None = None  # when what it shows was first published, on whichever page

    @property
    def is_outreach(self) -> bool:
        return self.post[0] == "outreach"


@dataclass
class World:
    """Everything that is known of a history under a plan."""

    history: Sequence[File]
    plan: Plan

    @property
    def zone(self) -> str:
        return self.plan.project.timezone

    # ---- loads

    @cached_property
    def loads(self) -> list[Load]:
        """Files as they count (rule 6 and "when was a file observed?"), those that are dated wrong left out.

        Dated folders win over undated places of the same bytes; of undated places the earliest counts; the same
        bytes in the folder of a later day are read again on that day. A document is one path, whatever its bytes.
        """
        places: dict[object, list[File]] = defaultdict(list)
        for file in self.history:
            places[(file.content, file.period, file.lists, file.path if file.is_document else None)].append(file)
        loads = []
        for files in places.values():
            dated = {file.folder_day: file for file in files if file.folder_day}
            for day, file in dated.items():
                assert day
                loads.append(Load(file, end_of(day, self.zone), day))
            if files[0].period and not dated:
                loads.append(Load(files[0], end_of(files[0].period[1], self.zone), files[0].period[1]))
            elif files[0].is_document and not dated:
                loads += [Load(file, file.modified, None) for file in files]
            elif not dated:
                first = min(files, key=lambda file: file.modified)
                loads.append(Load(first, *first.seen_at(self.zone)))
        return self._trusted([self._read(load) for load in loads])

    def _read(self, load: Load) -> Load:
        rows = tuple(self._rows(load))
        is_whole = len(rows) == len(load.file.rows)  # one that lost a row does not have every post
        return replace(load, rows=rows, lists=load.file.lists if is_whole else None)

    def _rows(self, load: Load) -> Iterable[Seen]:
        """Its rows; what cannot be read rejects the row, not the file. Of a document's doubles the first holds."""
        taken = set()
        for row in load.file.rows:
            try:
                seen = self._row(row, load)
            except NotACount:
                continue
            if load.file.is_document:
                if (seen.post, seen.period) in taken:
                    continue
                taken.add((seen.post, seen.period))
            yield seen

    def _row(self, row: Row, load: Load) -> Seen:
        if load.file.kind == "meta":
            return read_meta(row, load.file, load.at, load.day)
        if load.file.kind == "sheet":
            return read_sheet(row, load.file, load.at, load.day, self.zone)
        if load.file.kind == "outreach":
            return read_outreach(row, load.at, load.day, self.zone)
        return read_studio(row, load.file, load.at, load.day)

    @staticmethod
    def _trusted(loads: list[Load]) -> list[Load]:
        """Without exports of which more than half of five or more posts known before fell by over 2 %.

        A post is judged by the first of views, impressions, reach and likes that it knows now and knew before; it fell
        if that is over 2 % below the largest earlier reading. A file that is not used is no earlier reading either.
        """
        judged = sorted((x for x in loads if not x.file.is_document and not x.file.has_periods), key=lambda x: x.at)
        good: list[Load] = []
        for load in judged:
            before: dict[tuple[Post, str], int] = {}
            for seen in (seen for other in good if other.at < load.at for seen in other.rows):
                for metric, known in seen.metrics.items():
                    before[seen.post, metric] = max(known.value, before.get((seen.post, metric), known.value))
            fell: dict[Post, bool] = {}
            for seen in load.rows:
                main = [m for m in ("views", "impressions", "reach", "likes")
                        if m in seen.metrics and (seen.post, m) in before]  # fmt: skip
                if main:
                    below = 100 * seen.metrics[main[0]].value < 98 * before[seen.post, main[0]]
                    fell[seen.post] = fell.get(seen.post, False) or below
            if not (len(fell) >= 5 and 2 * sum(fell.values()) > len(fell)):
                good.append(load)
        return [load for load in loads if load not in judged] + good

    def in_force(self, instant: datetime) -> list[Load]:
        """Loads whose figures count at an instant: of the versions of a document only the newest by then."""
        newest: dict[str, Load] = {}
        for load in sorted((x for x in self.loads if x.file.is_document), key=lambda x: (x.at, x.file.modified)):
            is_saved_again = load.file.path in newest and newest[load.file.path].file.content == load.file.content
            if load.at <= instant and not is_saved_again:  # unchanged bytes stand since the earliest time
                newest[load.file.path] = load
        return [load for load in self.loads if not load.file.is_document] + list(newest.values())

    # ---- who is who

    @cached_property
    def ids_of_names(self) -> dict[tuple[str, str], set[str]]:
        """Every name that an account had, by what any file or the plan says, and the ids that it stands for."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for load in self.loads:
            for seen in load.rows:
                if seen.account and seen.account_name and seen.account != seen.account_name:
                    found[seen.post[0], folded(seen.account_name)].add(seen.account)
        for account in self.plan.accounts:
            for name in account.also:
                found[account.platform, folded(name)].add(account.account_id)
        return found

    def account_of(self, platform: str, written: str | None) -> str | None:
        """An account is its id; a name stands for an id where exactly one account of the platform has it."""
        ids = self.ids_of_names.get((platform, folded(written)), set()) if written else set()
        return next(iter(ids)) if len(ids) == 1 else written

    def joined(self, known: set[Post], typed: set[Post]) -> dict[Post, Post]:
        """``[[same]]``: the first that is online and was not typed stands for all (DECISIONS, Identity)."""
        stands: dict[Post, Post] = {}
        for same in self.plan.same:
            posts = [post for name in same.posts for post in self.named(name, known)]
            posts = [post for post in posts if post in known]
            best = sorted(posts, key=lambda post: (post[0] == "outreach", post in typed))
            stands |= {post: best[0] for post in posts if post != best[0]}
        return stands

    def named(self, name: str, known: Iterable[Post]) -> list[Post]:
        """The post that an entry of the plan names: a link, ``platform:post_id``, or an outreach row's number."""
        if "://" in name:
            found = named_by(name)
            return [found] if found else []
        platform, _, own = name.partition(":")
        if platform == "outreach" and (platform, own) not in known:
            matching = [post for post in known if post[0] == "outreach" and self.numbers.get(post) == own]
            return matching if len(matching) == 1 else []
        return [(platform, own)]

    @cached_property
    def numbers(self) -> dict[Post, str]:
        return {seen.post: seen.number for load in self.loads for seen in load.rows if seen.number}

    # ---- readings

    def rows(self, instant: datetime) -> dict[Post, list[Seen]]:
        """Rows of every post that count at an instant, whenever they were seen."""
        found: dict[Post, list[Seen]] = defaultdict(list)
        loads = self.in_force(instant)
        everything = [seen for load in self.loads for seen in load.rows]
        typed = {s.post for s in everything} - {s.post for s in everything if s.grade != "entered"}
        stands = self.joined({s.post for s in everything}, typed)
        for load in loads:
            number = self.loads.index(load)
            for seen in load.rows:
                if seen.post in stands:
                    own = replace(seen, post=stands[seen.post], is_damaged=True, load=number)
                    found[stands[seen.post]].append(own)
                else:
                    found[seen.post].append(replace(seen, load=number))
        return found

    def readings(
        self, rows: Sequence[Seen], published: datetime | None
    ) -> tuple[dict[str, list[Reading]], list[datetime]]:
        """Lifetime readings of each metric, and the instants at which the post was read at all.

        A period is one for a post published inside it, as of its last day; gains of an older post chain from a day on
        which the total is known, through periods that each begin the day after: the fewest that reach a day.
        """
        found: dict[str, list[Reading]] = defaultdict(list)
        instants: list[datetime] = []
        known: dict[str, dict[date, Reading]] = defaultdict(dict)
        gains: dict[tuple[str, str], dict[tuple[date, date], tuple[datetime, int]]] = defaultdict(dict)

        def take(metric: str, reading: Reading, day: date | None) -> None:
            found[metric].append(reading)
            if day and (day not in known[metric] or reading.rank > known[metric][day].rank):
                known[metric][day] = reading

        for seen in rows:
            at, day = seen.at, seen.day
            if seen.period:
                start, end = seen.period
                zone = PACIFIC if seen.grade == "export" else self.zone
                at, day = end_of(end, self.zone), end
                if not (published and start_of(start, zone) <= published <= end_of(end, zone)):
                    for metric in set(seen.metrics) & set(ADDITIVE):
                        own = gains[metric, seen.grade].get(seen.period)
                        gain = (seen.at, seen.metrics[metric].value)
                        gains[metric, seen.grade][seen.period] = max(own, gain) if own else gain
                    instants.append(at)
                    continue
            instants.append(at)
            for metric, one in seen.metrics.items():
                take(metric, Reading(at, one.value, one.is_rounded, seen.grade), day)
        for (metric, grade), periods in gains.items():
            reached = dict(known[metric])
            edge = dict(reached)
            while edge:
                following: dict[date, Reading] = {}
                for (start, end), (_, gain) in sorted(periods.items()):
                    base = edge.get(start - timedelta(days=1))
                    if base and end not in reached and end not in following:
                        reading = Reading(end_of(end, self.zone), base.value + gain, base.is_rounded, grade)
                        following[end] = reading
                        found[metric].append(reading)
                        instants.append(reading.at)
                reached |= following
                edge = following
        return found, instants

    def described(self, rows: Iterable[Seen], instant: datetime) -> dict[str, Any]:
        """Texts, names and the like: the newest at or before an instant, each by itself, undamaged before damaged.

        Where only later files describe a post, theirs stand (DECISIONS, Periods).
        """
        out: dict[str, Any] = {"undecided": set()}

        def trust(seen: Seen) -> tuple[Any, ...]:
            is_past = seen.at <= instant
            return not seen.is_damaged, is_past, seen.at if is_past else datetime.max - seen.at

        for name in ("text", "kind", "account", "account_name", "published", "is_crosspost", "organisation", "url",
                     "video", "number"):  # fmt: skip
            saying = [seen for seen in rows if getattr(seen, name) is not None]
            if saying:
                best = max(saying, key=trust)
                if len({getattr(seen, name) for seen in saying if trust(seen) == trust(best)}) > 1:
                    out["undecided"].add(name)
                out[name] = getattr(best, name)
        return out

    # ---- posts

    def posts(self, as_of: date) -> dict[Post, Described]:
        """Every post with a lifetime reading by the end of a day, with what took it."""
        end = end_of(as_of, self.zone)
        found: dict[Post, Described] = {}
        everything = self.rows(end)
        for post, rows in everything.items():
            says = self.described(rows, end)
            readings, instants = self.readings(rows, says.get("published"))
            if not (seen_at := [at for at in instants if at <= end]):
                continue
            account = self.account_of(post[0], says.get("account"))
            found[post] = Described(
                post, says.get("kind"), account, self.name_of(post[0], account, end),
                self.organisation_of(post[0], account, end), says.get("text"),
                says.get("published"), says.get("is_crosspost"), says.get("url"), says.get("number"),
                max(seen_at), *self._until(readings, end),
                video=says.get("video"), undecided=frozenset(says["undecided"]), began=says.get("published"),
                first_read=min(seen_at),
            )  # fmt: skip
        self._find_gone(found, everything, end)
        self._show_one_video(found)
        self._read_together(found, everything, end)
        self._attribute(found)
        return found

    def _find_gone(self, posts: dict[Post, Described], rows: Mapping[Post, Sequence[Seen]], end: datetime) -> None:
        """Rule 3: a post is gone since the first whole list after it was last seen that should have it.

        A day at either end of a list is left out, since its days are not the reporting zone's. One that lacks more posts
        of an account than it has, or a kind of post altogether, tells nothing; neither do people's own sheets.
        """
        last: dict[Post, datetime] = {}
        in_loads: dict[int, set[Post]] = defaultdict(set)
        for post in posts:
            for seen in rows[post]:
                if seen.grade == "export" and seen.at <= end:
                    last[post] = max(seen.at, last.get(post, seen.at))
                    in_loads[seen.load].add(post)
        covered: dict[str | None, list[tuple[datetime, datetime, datetime]]] = defaultdict(list)
        for number, load in enumerate(self.loads):
            if load.lists is None or load.at > end or load not in self.in_force(end):
                continue
            opens = datetime.combine(load.lists[0] + timedelta(days=1), time())
            closes = min(datetime.combine(load.lists[1], time()), load.at)

            def would_list(post: Post, opens: datetime = opens, closes: datetime = closes) -> bool:
                published = posts[post].published
                return published is not None and opens <= published < closes

            inside = [post for post in in_loads[number] if would_list(post) and posts[post].account]
            has: dict[str | None, list[Post]] = defaultdict(list)
            for post in inside:
                has[posts[post].account].append(post)
            for account, own in has.items():
                if len(own) < max(map(len, has.values())):
                    continue  # it is the list of another account, which posted here too
                covered[account].append((opens, closes, load.at))
                kinds = {posts[post].kind for post in own}
                lost = [
                    post for post, at in last.items()
                    if at < load.at and post[0] == "facebook" and posts[post].account == account and would_list(post)
                    and posts[post].kind in kinds
                ]  # fmt: skip
                for post in lost if len(lost) <= len(own) else ():
                    since = day_of(load.at, self.zone)
                    posts[post].gone, posts[post].is_watched = min(posts[post].gone or since, since), True
        for post, at in last.items():
            spans, published = covered[posts[post].account], posts[post].published
            if post[0] == "facebook" and spans and published:
                opens, closes, listed = min(s[0] for s in spans), max(s[1] for s in spans), max(s[2] for s in spans)
                posts[post].is_watched |= opens <= published < closes and listed >= at

    @staticmethod
    def _until(
        readings: Mapping[str, Sequence[Reading]], end: datetime
    ) -> tuple[dict[str, Reading], dict[str, list[Reading]]]:
        """The last reading of each metric by an instant, and all of them."""
        past = {m: [r for r in own if r.at <= end] for m, own in readings.items()}
        return {m: max(own, key=lambda reading: reading.rank) for m, own in past.items() if own}, past

    def _read_together(self, posts: dict[Post, Described], rows: Mapping[Post, Sequence[Seen]], end: datetime) -> None:
        """A video's own figures are what any of its pages says of them, since the first of these published it."""
        videos: dict[object, list[Described]] = defaultdict(list)
        for described in posts.values():
            videos[described.counts_as].append(described)
        for pages in (own for own in videos.values() if len(own) > 1):
            began = min((page.published for page in pages if page.published), default=None)
            readings, instants = self.readings([seen for page in pages for seen in rows[page.post]], began)
            for page in pages:
                page.latest, page.readings = self._until(readings, end)
                until = [at for at in instants if at <= end]
                page.observed, page.first_read, page.began = max(until), min(until), began

    def organisation_of(self, platform: str, account: str | None, end: datetime) -> str | None:
        """Whose account it is: by the plan, else by the newest source that says so."""
        for own in self.plan.accounts:
            if (own.platform, own.account_id) == (platform, account) and own.organisation:
                return own.organisation
        return self._said_of(platform, account, "organisation", end)

    def name_of(self, platform: str, account: str | None, end: datetime) -> str | None:
        """Its newest name."""
        return self._said_of(platform, account, "account_name", end)

    def _said_of(self, platform: str, account: str | None, what: str, end: datetime) -> str | None:
        saying = [
            seen for load in self.in_force(end) for seen in load.rows
            if seen.post[0] == platform and getattr(seen, what) and seen.account
            and self.account_of(platform, seen.account) == account
        ]  # fmt: skip
        until = [seen for seen in saying if seen.at <= end]
        if until:
            return getattr(max(until, key=lambda seen: seen.at), what)
        return getattr(min(saying, key=lambda seen: seen.at), what) if saying else None

    def _show_one_video(self, posts: dict[Post, Described]) -> None:
        """Rule 5: posts of two pages that show one video, and count its own figures.

        They share its id, or both are marked as cross-posts with one text; and all known metrics, not all of them 0, are
        equal on the last day on which at least four are known of both.
        """
        by_day = {
            post: {
                day: {m: max(of_day, key=lambda reading: reading.rank) for m, own in described.readings.items()
                      if (of_day := [r for r in own if day_of(r.at, self.zone) == day])}
                for day in {day_of(r.at, self.zone) for own in described.readings.values() for r in own}
            }
            for post, described in posts.items()
        }  # fmt: skip
        group = {post: post for post in posts}
        names = sorted(posts)
        videos = {post: posts[post].video for post in posts}
        for at, one in enumerate(names):
            for two in names[at + 1 :]:
                a, b = posts[one], posts[two]
                if one[0] != two[0] or a.account == b.account or a.is_outreach:
                    continue
                shares_video = videos[one] is not None and videos[one] == videos[two]
                is_marked = bool(a.is_crosspost and b.is_crosspost) and folded(a.text or "") == folded(b.text or "")
                if not (shares_video or is_marked):
                    continue
                common = {
                    day: [m for m in METRICS if m in by_day[one][day] and m in by_day[two][day]]
                    for day in set(by_day[one]) & set(by_day[two])
                }
                # A day whose files lack columns proves nothing either way.
                telling = [day for day, metrics in common.items() if len(metrics) >= 4]
                if not telling:
                    continue
                first, second = by_day[one][max(telling)], by_day[two][max(telling)]
                metrics = common[max(telling)]
                equal = all(first[m].value == second[m].value for m in metrics)
                if equal and any(first[m].value for m in metrics):
                    old, new = group[two], group[one]
                    group = {post: new if own == old else own for post, own in group.items()}
        sizes = defaultdict(int)
        for own in group.values():
            sizes[own] += 1
        for post, described in posts.items():
            described.counts_as = group[post]
            described.is_crosspost = bool(described.is_crosspost) or sizes[group[post]] > 1

    # ---- attribution

    def _attribute(self, posts: dict[Post, Described]) -> None:
        """Explicit beats pattern; a campaign's ``except`` leaves a post out; both days of a campaign are inclusive."""
        known = {seen.post for load in self.loads for seen in load.rows}
        typed = known - {seen.post for load in self.loads for seen in load.rows if seen.grade != "entered"}
        stands = self.joined(known, typed)

        def meant(names: Iterable[str]) -> set[Post]:
            return {stands.get(post, post) for name in names for post in self.named(name, known)}

        named = {campaign.id: meant(campaign.posts) for campaign in self.plan.campaigns}
        left_out = {campaign.id: meant(campaign.excluded) for campaign in self.plan.campaigns}
        for asset in self.plan.assets:
            for post in meant(asset.posts):
                named[asset.campaign].add(post)
                if post in posts and post not in left_out[asset.campaign]:
                    posts[post].asset = asset.id
        explicit = set().union(*named.values()) if named else set()
        for post, described in posts.items():
            described.campaigns = tuple(
                campaign.id
                for campaign in self.plan.campaigns
                if post not in left_out[campaign.id]
                and (post in named[campaign.id] or (post not in explicit and self._matches(described, campaign)))
            )

    def _matches(self, post: Described, campaign: Campaign) -> bool:
        if campaign.starts or campaign.ends:
            if post.published is None:
                return False
            day = day_of(post.published, self.zone)
            if (campaign.starts and day < campaign.starts) or (campaign.ends and day > campaign.ends):
                return False
        return any(self._takes(rule, post) for rule in campaign.match)

    def _takes(self, rule: Rule, post: Described) -> bool:
        """Within one rule every kind must hold; of a kind, any."""
        text = post.text or ""
        if rule.hashtags and not {folded(tag.lstrip("#＃")) for tag in rule.hashtags} & hashtags(text):
            return False
        if rule.text and not any(folded(part) in folded(text) for part in rule.text):
            return False
        return not rule.accounts or any(self._is(post, name) for name in rule.accounts)

    def _is(self, post: Described, name: str) -> bool:
        """Accounts go by id, username or any name that they ever had."""
        platform = post.post[0]
        written = {post.account or "", f"{platform}:{post.account}"}
        names = {own for (p, own), ids in self.ids_of_names.items() if p == platform and post.account in ids}
        return name in written or folded(name) in names | {folded(post.account or "\0")}


# --------------------------------------------------------------------------- totals


def spread(reading: Reading) -> tuple[int, int]:
    """All that a rounded figure can stand for: half a step less, a whole step more (DECISIONS, Figures)."""
    if not reading.is_rounded or not reading.value:
        return reading.value, reading.value
    step = 1
    while reading.value % (step * 10) == 0:
        step *= 10
    return reading.value - step // 2, reading.value + step


def counted_once(posts: Sequence[Described]) -> list[Described]:
    """One post, one vote: of the pages that show one video, whose figures are the same, one where it is still there."""
    last_to_first = sorted(
        posts, key=lambda post: (post.gone is not None, -(post.gone or date.min).toordinal(), post.post)
    )
    return list({post.counts_as: post for post in reversed(last_to_first)}.values())


def measures(posts: Iterable[Described], as_of: date, plan: Plan) -> dict[str, Any]:
    """The measures of a total; what no post knows is null, not 0 (rule 1)."""
    everything = list(posts)
    online = counted_once([post for post in everything if not post.is_outreach])
    zone = plan.project.timezone
    out: dict[str, Any] = {
        "posts": len(online),
        "outreach": sum(post.is_outreach for post in everything),
        "posts_gone": sum(post.gone is not None for post in online) if any(p.is_watched for p in online) else None,
        "stale": sum(as_of - day_of(post.observed, zone) > STALE_AFTER for post in online),
        "approximate": sum(any(r.is_rounded for r in post.latest.values()) for post in online),
        "entered": sum(any(r.grade == "entered" for r in post.latest.values()) for post in online),
    }
    for metric in ADDITIVE:
        known = [post.latest[metric].value for post in online if metric in post.latest]
        out[metric] = sum(known) if known else None
        out[f"{metric}_known"] = len(known)
    engaged = [[post.latest[m].value for m in ENGAGEMENTS if m in post.latest] for post in online]
    out["engagements"] = sum(sum(own) for own in engaged) if any(engaged) else None
    out["engagements_known"] = sum(bool(own) for own in engaged)
    out |= bounds(online, plan)
    # A row whose cells are all empty is seen, and no reading of anything.
    in_use = [at for post in online for at in {r.at for r in post.latest.values()}]
    out["read_from"], out["read_to"] = min(in_use, default=None), max(in_use, default=None)
    return out


def bounds(online: Sequence[Described], plan: Plan) -> dict[str, int | None]:
    """Rule 2: the largest single reach, and the sum, in which impressions may stand in; a closed list caps that."""
    reach = [post.latest["reach"] for post in online if "reach" in post.latest]
    highest: list[int | None] = []
    for post in online:
        shown = post.latest.get("impressions") if post.post[0] in COUNT_EVERY_DISPLAY else None
        reading = post.latest.get("reach", shown)
        highest.append(spread(reading)[1] if reading else None)
    at_most = None if None in highest or not highest else sum(own or 0 for own in highest)
    at_least = max((spread(reading)[0] for reading in reach), default=None)
    closed = plan.project.audience_size
    if closed is not None and online and (at_least is None or at_least <= closed):
        at_most = closed if at_most is None else min(at_most, closed)
    return {"reach_at_least": at_least, "reach_at_most": at_most, "reach_known": len(reach)}


def tables(history: Sequence[File], plan: Plan, as_of: date) -> Tables:
    """Every table of totals, the posts, and those that no campaign took, as of a day."""
    return totals(list(World(history, plan).posts(as_of).values()), plan, as_of)


def of_campaign(posts: Iterable[Described], campaign_id: str, plan: Plan) -> list[Described]:
    """A campaign's posts; one that shows another campaign's asset shows none of its own."""
    own = {asset.id for asset in plan.assets if asset.campaign == campaign_id}
    taken = (post for post in posts if campaign_id in post.campaigns)
    return [post if post.asset in own else replace(post, asset=None) for post in taken]


def totals(
    posts: Sequence[Described],
    plan: Plan,
    as_of: date,
    of: Callable[[Iterable[Described], date, Plan], dict[str, Any]] = measures,
) -> Tables:
    """The posts grouped as each table wants them; ``of`` makes the measures of a group."""
    zone, size = plan.project.timezone, plan.project.audience_size
    reached = [spread(post.latest["reach"])[0] for post in posts if post.campaigns and "reach" in post.latest]
    if size is not None and max(reached, default=0) > size:  # one post above it proves that the list is not closed
        plan = plan.model_copy(update={"project": plan.project.model_copy(update={"audience_size": None})})
    taken = {campaign.id: of_campaign(posts, campaign.id, plan) for campaign in plan.campaigns}
    out: Tables = {
        name: {}
        for name in ("campaign_totals", "activity_totals", "project_totals", "platform_totals", "kind_totals",
                     "organisation_totals", "account_totals", "asset_totals", "stage_totals", "post_totals",
                     "unattributed_posts")
    }  # fmt: skip
    for campaign in plan.campaigns:
        own = taken[campaign.id]
        days = [day_of(post.published, zone) for post in own if post.published and not post.is_outreach]
        out["campaign_totals"][(campaign.id,)] = {
            **of(own, as_of, plan),
            "first_published_on": min(days, default=None),
            "last_published_on": max(days, default=None),
        }
        by: dict[str, Callable[[Described], tuple[Any, ...]]] = {
            "platform_totals": lambda post: (post.post[0],),
            "kind_totals": lambda post: (post.kind,),
            "organisation_totals": lambda post: (post.organisation,),
            "account_totals": lambda post: (post.post[0], post.account),
        }
        for name, key in by.items():
            for found in {key(post) for post in own}:
                group = [post for post in own if key(post) == found]
                out[name][(campaign.id, *found)] = of(group, as_of, plan)
        assets = [asset for asset in plan.assets if asset.campaign == campaign.id]
        for asset in assets:
            group = [post for post in own if post.asset == asset.id]
            out["asset_totals"][campaign.id, asset.id] = {**of(group, as_of, plan), "stage": asset.stage}
        for step, stage in enumerate(campaign.stages):
            reached = {a.id for a in assets if a.stage and campaign.stages.index(a.stage) >= step}
            group = [post for post in own if post.asset in reached]
            out["stage_totals"][campaign.id, stage] = {
                **of(group, as_of, plan),
                "assets": len(reached),
                "counted": campaign.counted.get(stage),
            }
    for activity in plan.activities:
        ids = {campaign.id for campaign in plan.campaigns if campaign.activity == activity.id}
        out["activity_totals"][(activity.id,)] = of([p for p in posts if ids & set(p.campaigns)], as_of, plan)
    out["project_totals"][()] = of([post for post in posts if post.campaigns], as_of, plan)
    for post in posts:
        row = {
            "kind": post.kind,
            "text": post.text,
            "url": post.url,
            "published_at": post.published,
            "account_id": post.account,
            "account_name": post.account_name,
            "organisation": post.organisation,
            "asset_id": post.asset,
            "campaign_ids": ";".join(post.campaigns) or None,
            "observed_at": post.observed,
            "figures_read_from": min(
                (post.latest[m].at for m in ("views", "reach", "likes", "comments", "shares") if m in post.latest),
                default=None,
            ),
            "rounded": ";".join(m for m in IN_ORDER if m in post.latest and post.latest[m].is_rounded) or None,
            "is_crosspost": post.is_crosspost,
            "gone_since": post.gone,
            **{m: post.latest[m].value if m in post.latest else None for m in METRICS},
        }
        names = {"published": "published_at"}
        row |= {names.get(name, name): EITHER for name in post.undecided if names.get(name, name) in row}
        out["post_totals"][post.post] = row
        if not post.campaigns:
            out["unattributed_posts"][post.post] = row
    return out


# --------------------------------------------------------------------------- gains


def last(readings: Iterable[Reading]) -> Reading | None:
    return max(readings, key=lambda reading: reading.rank, default=None)


def gain(post: Described, metric: str, start: date, end: date, zone: str) -> int | None:
    """What a metric gained from the first day to the end of the last one; None where that is not known (rule 3).

    It takes a reading inside the span, and one before it: 0 where the post was published inside.
    """
    opens, closes = start_of(start, zone), end_of(end, zone)
    readings = post.readings.get(metric, ())
    inside = last(reading for reading in readings if opens <= reading.at <= closes)
    if inside is None:
        return None
    if before := last(reading for reading in readings if reading.at < opens):
        return inside.value - before.value
    return inside.value if post.began and opens <= post.began <= closes else None


def gained(posts: Iterable[Described], start: date, end: date, plan: Plan) -> dict[str, Any]:
    """The measures of a span: known gains added up, and of reach the largest single one (rule 2)."""
    everything = list(posts)
    zone = plan.project.timezone
    online = counted_once([post for post in everything if not post.is_outreach])
    out: dict[str, Any] = {"posts": len(online)}
    for metric in ADDITIVE:
        own = [gain(post, metric, start, end, zone) for post in online]
        known = [value for value in own if value is not None]
        out[metric] = sum(known) if known else None
        out[f"{metric}_known"] = len(known)
    engaged = [[g for m in ENGAGEMENTS if (g := gain(post, m, start, end, zone)) is not None] for post in online]
    out["engagements"] = sum(sum(own) for own in engaged) if any(engaged) else None
    out["engagements_known"] = sum(bool(own) for own in engaged)
    opens, closes = start_of(start, zone), end_of(end, zone)
    new = [post for post in everything if not post.is_outreach and not _was_read_before(post, opens)]
    old = [post for post in everything if not post.is_outreach and _was_read_before(post, opens)]
    on_air = [post.published for post in everything if post.is_outreach and post.published]
    out["outreach"] = sum(opens <= at <= closes for at in on_air)
    out["posts_first_seen"] = sum(not _was_read_before(post, opens) for post in online)
    for name, of in (("assets_first_seen", "asset"), ("accounts_first_seen", "account")):
        scope = {post.post: post.post[0] if of == "account" else "" for post in everything}
        known_before = {(scope[post.post], getattr(post, of)) for post in old}
        out[name] = len({(scope[post.post], own) for post in new if (own := getattr(post, of))} - known_before)
    out["baselines_unknown"] = sum(
        any(any(opens <= r.at <= closes for r in post.readings.get(metric, ()))
            and gain(post, metric, start, end, zone) is None for metric in (*ADDITIVE, "reach"))
        for post in online
    )  # fmt: skip
    reach = [g for post in online if (g := gain(post, "reach", start, end, zone)) is not None]
    out |= {"reach_at_least": max(0, *reach) if reach else None, "reach_at_most": None, "reach_known": len(reach)}
    return out


def _was_read_before(post: Described, instant: datetime) -> bool:
    return post.first_read is not None and post.first_read < instant


def gains(history: Sequence[File], plan: Plan, start: date, end: date) -> Tables:
    """Every table of totals over a span of days of the reporting zone, both of them in it."""
    posts = list(World(history, plan).posts(end).values())
    found = totals(posts, plan, end, lambda group, _, own: gained(group, start, end, own))
    return {name: rows for name, rows in found.items() if name.endswith("_totals") and name != "post_totals"}


def daily(history: Sequence[File], plan: Plan, as_of: date) -> dict[tuple[Any, ...], dict[str, Any]]:
    """``campaign_daily``: a day with readings -> what they gained on the last known ones before.

    A post's first reading counts from 0 since its publication. ``days_covered`` is the largest number of days that one
    of a day's gains covers: from the day after the reading before, or from the day of publication.
    """
    zone, out = plan.project.timezone, {}
    posts = list(World(history, plan).posts(as_of).values())
    for campaign in plan.campaigns:
        own = [post for post in posts if campaign.id in post.campaigns and not post.is_outreach]
        online = counted_once(own)
        days = {day_of(r.at, zone) for post in online for readings in post.readings.values() for r in readings}
        for day in days:
            row: dict[str, Any] = {"days_covered": None}
            for metric in ADDITIVE:
                steps = [step for post in online if (step := step_of(post, metric, day, zone))]
                row[metric] = sum(value for value, _ in steps) if steps else None
                row[f"{metric}_known"] = len(steps)
                row["days_covered"] = max(
                    [*(covered for _, covered in steps), *([row["days_covered"]] if row["days_covered"] else [])],
                    default=None,
                )
            out[campaign.id, day] = row
    return out


def step_of(post: Described, metric: str, day: date, zone: str) -> tuple[int, int] | None:
    """What a day's last reading gained on the one before it, and over how many days; None where one is lacking."""
    readings = post.readings.get(metric, ())
    now = last(reading for reading in readings if day_of(reading.at, zone) == day)
    before = last(reading for reading in readings if day_of(reading.at, zone) < day)
    if now is None:
        return None
    if before:
        return now.value - before.value, (day - day_of(before.at, zone)).days
    if post.began is None or day_of(post.began, zone) > day:
        return None  # a reading of before the publication counts since nobody knows when
    return now.value, (day - day_of(post.began, zone)).days + 1


# --------------------------------------------------------------------------- fiscal periods and indicators


def fiscal_periods(first_month: int, until: date) -> Iterable[tuple[str, date, date]]:
    """Every fiscal quarter and year that begins by a day, from 2023 on; a year is called by the one in which it ends."""
    for year in range(2023, until.year + 2):
        starts = date(year - (first_month > 1), first_month, 1)
        edges = [starts]
        for _ in range(4):
            following = edges[-1].replace(day=28) + timedelta(days=5)
            for _ in range(2):
                following = following.replace(day=28) + timedelta(days=5)
            edges.append(following.replace(day=1))
        spans = [(f"FY{year}", edges[0], edges[4]), *((f"FY{year}-Q{n}", edges[n - 1], edges[n]) for n in (1, 2, 3, 4))]
        yield from ((name, start, after - timedelta(days=1)) for name, start, after in spans if start <= until)


def by_period(history: Sequence[File], plan: Plan, as_of: date) -> dict[tuple[Any, ...], dict[str, Any]]:
    """``campaign_periods``: what each campaign gained in each fiscal quarter and year, where something was read."""
    posts = list(World(history, plan).posts(as_of).values())
    out = {}
    for name, start, end in fiscal_periods(plan.project.fiscal_year_starts, as_of):
        for campaign in plan.campaigns:
            last = end_of(end, plan.project.timezone)
            taken = of_campaign(posts, campaign.id, plan)
            own = [post for post in taken if post.first_read is not None and post.first_read <= last]
            row = gained(own, start, end, plan)
            if row["posts"]:
                out[campaign.id, name] = {**row, "period_start": start, "period_end": end, "is_over": end <= as_of}
    return out


@dataclass(frozen=True)
class Actual:
    """What there is of an indicator: no less than ``least``, no more than ``most`` where that can be said."""

    least: float | None
    most: float | None = None


def actual(row: Mapping[str, Any] | None, metric: str, count: str) -> Actual:
    """A figure of a total as bounds: what is not known of all posts is no less than what is known."""
    if row is None:
        return Actual(None)
    if metric == "reach":
        return Actual(row["reach_at_least"], row["reach_at_most"])
    value = row.get(count if metric == "posts" else metric)
    known = row.get(f"{metric}_known")
    return Actual(value, value if known in (None, row["posts"]) else None)


def verdict(own: Actual, baseline: float | None, target: float | None, is_over: bool) -> str | None:
    """Whether a target is reached: surely, surely not, or it cannot be told."""
    if target is None:
        return None
    falls = baseline is not None and target < baseline
    if own.least is None:
        return "cannot be told"
    if (own.most is not None and own.most <= target) if falls else own.least >= target:
        return "reached"
    if own.least > target if falls else (own.most is not None and own.most < target):
        return "not reached" if is_over else "not yet reached"
    return "cannot be told"


def indicators(history: Sequence[File], plan: Plan, as_of: date) -> dict[tuple[Any, ...], dict[str, Any]]:
    """``indicator_progress``: each indicator of a figure of totals, whole and by the periods that have targets."""
    project, periods = (
        plan.project,
        {n: (s, e) for n, s, e in fiscal_periods(plan.project.fiscal_year_starts, date.max.replace(year=2030))},
    )
    out: dict[tuple[Any, ...], dict[str, Any]] = {}
    for own in plan.indicators:
        kind, _, name = (own.of or "project").partition(":")
        table, key = f"{kind}_totals", (name,) if name else ()
        spans: list[tuple[str, date | None, date | None, float | None]] = [
            ("whole", project.starts, project.ends, own.target)
        ]
        spans += [(period, *periods[period], target) for period, target in own.targets.items()]
        for period, start, end, target in spans:
            if period == "whole":
                found = actual(tables(history, plan, as_of)[table].get(key), str(own.metric), "posts")
            elif start and start <= as_of and end:
                last = min(end, as_of)
                found = actual(gains(history, plan, start, last)[table].get(key), str(own.metric), "posts_first_seen")
            else:
                found = Actual(None)
            base, percent = own.baseline or 0, None
            if target is not None and found.least is not None and target != base:
                percent = round(100 * (found.least - base) / (target - base), 1)
            out[own.id, period] = {
                "period_start": start, "period_end": end, "baseline": own.baseline, "target": target,
                "actual": found.least, "actual_at_most": found.most if own.metric == "reach" else None,
                "percent": percent, "verdict": verdict(found, own.baseline, target, end is not None and end <= as_of),
            }  # fmt: skip
    return out
