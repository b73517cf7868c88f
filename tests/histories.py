"""Random histories and plans, and how they become files in a real inbox: what the oracle's tests are driven by."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from flows.steps import night
from flows.steps.settings import Workspace
from tests.conftest import META, OTHER_PAGE, PAGE, SHEET, World
from tests.oracle import File, day_of
from warehouse.archive.file_versions import ToldDay

ZONE = "Asia/Phnom_Penh"
NAMES = ("Page 1", "page 2", "PAGE 3")
"""How the pages are spelled by hand: one spelling each, since of two at one instant either may be the newest."""
PAGES = (PAGE, OTHER_PAGE, "100064500000003")
VIDEOS = {"dQw4w9WgXcQ": date(2024, 9, 27), "aaaaaaaaaaa": date(2024, 10, 14), "bbbbbbbbbbb": date(2023, 5, 20)}
FIRST, LAST = date(2024, 9, 1), date(2024, 12, 28)
CAME_FROM = datetime(2025, 2, 1, 5)
"""The first file of a history came at this instant, each further one at noon of a later day."""
STUDIO_RANGES = (
    (date(2024, 9, 1), date(2024, 9, 30)),
    (date(2024, 9, 27), date(2024, 10, 31)),
    (date(2024, 10, 1), date(2024, 10, 31)),
    (date(2024, 10, 1), date(2024, 10, 14)),
    (date(2024, 10, 15), date(2024, 11, 30)),
    (date(2024, 11, 1), date(2024, 11, 30)),
    (date(2024, 11, 2), date(2024, 11, 30)),
    (date(2024, 12, 1), date(2024, 12, 20)),
)
LISTS = (
    (date(2024, 6, 1), date(2024, 12, 28)),
    (date(2024, 6, 1), date(2024, 9, 30)),
    (date(2024, 9, 10), date(2024, 10, 31)),
)
"""Days in the names of Meta's exports, which then have every post of these days."""
FRAGMENTS = (
    "#forum", "#Forum", "#forum2", "#forum.", "#forum_2", "#ច្បាប់\u200bព័ត៌មាន", "#ច្បាប់ព័ត៌មាន។", "#ច្បាប់",
    "access to information", "Access to Infor\u200bmation law", "cafe\u0301", "CAFÉ", "សិទ្ធិ", "a debate", "",
)  # fmt: skip
OUTREACH = ("no", "date", "kind", "station", "title", "organisation", "link", "audience", "audience_source", "note")
STUDIO = ("Content", "Video title", "Video publish time", "Views", "Likes", "Shares", "Comments added")
META_FIGURES = ("Views", "Reach", "Reactions", "Comments", "Shares", "Total clicks")
CELLS = ("", "", "--", "0", "0", "7", "7", "8", "40", "1,050", "21.067", "3.5K", "3467", "376.0", "12K", "2M", "n/a")
ODD_CELLS = (*CELLS, *CELLS, *CELLS, "12abc", "1.05")


@dataclass(frozen=True)
class Case:
    """A history, plans of which the last one counts, the days to look at it, and the day whose knowledge counts."""

    files: tuple[File, ...]
    plans: tuple[str, ...]
    days: tuple[date, ...]
    known_on: date | None = None

    @property
    def plan(self) -> str:
        return self.plans[-1]


# --------------------------------------------------------------------------- files


def content(file: File) -> bytes:
    """The bytes of a file: the same rows always make the same."""
    text = io.StringIO()
    writer = csv.DictWriter(text, file.columns, restval="", lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(file.rows)
    if file.kind != "studio":
        return ("\ufeff" * (file.kind == "meta") + text.getvalue()).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("Table data.csv", (2025, 1, 1, 0, 0, 0)), text.getvalue())
    return packed.getvalue()


def new_world(folder: Path, edits: Iterable[str]) -> World:
    """An empty workspace whose plan was edited; a night went by after each edit."""
    world = World(Workspace(folder))
    with at_instant(CAME_FROM - timedelta(days=1)):
        return _with_plans(world, edits)


def _with_plans(world: World, edits: Iterable[str]) -> World:
    (world.workspace.home / "inbox").mkdir(parents=True)
    for plan in edits:
        world.workspace.plan_file.write_text(plan, encoding="utf-8")
        assert not night.keep_plan(world.workspace).mistakes
    return world


def drop(world: World, files: Iterable[File], loading: Iterable[bool] = ()) -> None:
    """Drops files one by one, each received before the next comes, some loaded at once."""
    loading, files = iter(loading), list(files)
    for file in files:
        with at_instant(file.received or CAME_FROM):
            world.drop(file.path, content(file), file.modified.isoformat())
            night.receive(world.workspace)
        if next(loading, False):
            world.load()
    told = [
        ToldDay(file.path, hashlib.sha256(content(file)).hexdigest(), day, at)
        for file in files
        for at, day in file.told
    ]
    for one in sorted(told, key=lambda one: one.at):
        world.workspace.archive.tell_day(one, "Dara")


@contextmanager
def at_instant(instant: datetime) -> Iterator[None]:
    """Lets the clock of the night stand at an instant."""
    clock = night.now
    night.now = lambda: instant
    try:
        yield
    finally:
        night.now = clock


# --------------------------------------------------------------------------- histories


def instants(first: date = FIRST, last: date = LAST) -> st.SearchStrategy[datetime]:
    """Instants, many of them near midnight of the reporting zone (17:00 UTC)."""
    minutes = st.one_of(st.integers(0, 1439), st.sampled_from((1019, 1020, 1021)))
    days = st.dates(first, last)
    return st.builds(
        lambda day, minute: datetime(day.year, day.month, day.day) + timedelta(minutes=minute), days, minutes
    )


@dataclass(frozen=True)
class Online:
    """A post on a page: what it is and says, before and after somebody edited it."""

    number: int
    page: int
    published: str
    kind: str
    texts: tuple[str, str]
    edited: date
    link: str
    is_crosspost: bool

    @property
    def post_id(self) -> str:
        return f"12215800000000{self.number:04}"

    @property
    def name(self) -> str:
        return f"facebook:{PAGES[self.page]}_{self.post_id}"

    @property
    def url(self) -> str:
        return f"https://www.facebook.com/{PAGES[self.page]}/posts/{self.post_id}"

    @property
    def published_on(self) -> date:
        """Its day of publication in the reporting zone."""
        written = datetime.strptime(self.published, "%m/%d/%Y %H:%M").replace(tzinfo=ZoneInfo("America/Los_Angeles"))
        return written.astimezone(ZoneInfo(ZONE)).date()

    def text_on(self, day: date) -> str:
        return self.texts[day >= self.edited]


@st.composite
def online_posts(draw: st.DrawFn) -> tuple[Online, ...]:
    """Posts on up to three pages, a video posted on several of them among them."""
    texts = st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=3).map(" ".join)
    posts: list[Online] = []
    for number in range(1, draw(st.sampled_from((1, 2, 3, 4, 6, 7))) + 1):
        month, day = draw(st.integers(6, 12)), draw(st.integers(13, 28))  # read the other way round, no date
        clock = draw(st.sampled_from(("08:00", "09:59", "10:00", "23:30", "00:10")))
        text = (f"Post {number} {draw(texts)}", f"Post {number} {draw(texts)} later")
        original = draw(st.sampled_from(posts)) if posts and draw(st.booleans()) else None
        is_copy = original is not None
        page = (original.page + draw(st.integers(1, 2))) % 3 if original else draw(st.integers(0, 2))
        link = draw(st.sampled_from(("posts", "posts", "posts", "reel")))
        posts.append(
            Online(
                number,
                page,
                f"{month:02}/{day:02}/2024 {clock}",
                draw(st.sampled_from(("Photos", "Videos", "Links"))),
                original.texts if is_copy and original else text,
                original.edited if is_copy and original else draw(st.dates(FIRST, LAST)),
                original.link if is_copy and original else f"reel/86100{number}" if link == "reel" else link,
                is_copy or draw(st.booleans()),
            )
        )
        if is_copy and original and not original.is_crosspost:
            posts[posts.index(original)] = Online(**{**original.__dict__, "is_crosspost": True})
    return tuple(posts)


def page_row(post: Online, seen: date, figures: Mapping[str, str], is_damaged: bool) -> dict[str, str]:
    """A row of Meta's export as it looked on a day."""
    link = post.link if post.link.startswith("reel") else f"{PAGES[post.page]}/posts/{post.post_id}"
    return {
        "Post ID": "1.22158E+17" if is_damaged and post.link == "posts" else post.post_id,
        "Page ID": PAGES[post.page],
        "Page name": f"Page {post.page + 1}",
        "Title": "",
        "Description": post.text_on(seen),
        "Publish time": post.published,
        "Permalink": f"https://www.facebook.com/{link}",
        "Is crosspost": str(int(post.is_crosspost)),
        "Post type": post.kind,
        "Date": "Lifetime",
        **figures,
    }


@st.composite
def meta_files(draw: st.DrawFn, posts: Sequence[Online], is_noisy: bool = False) -> list[File]:
    """Exports of the pages: late, repeated, conflicting, with columns missing, dated wrong now and then.

    Noisy ones may tell two texts of one post at one instant.
    """
    files: list[File] = []
    mode = draw(st.sampled_from(("mixed", "mixed", "series", "video")))
    is_series = mode == "series"  # whole pages again and again, of which one may be dated wrong
    for number in range(draw(st.integers(0, 4))):
        if files and draw(st.integers(0, 4)) == 0:  # the same bytes again, in another place
            again = draw(st.sampled_from(files))
            path, modified = draw(places(f"again {number}.csv"))
            files.append(File(path, modified, "meta", again.columns, again.rows))
            continue
        lists = draw(st.sampled_from((None, None, *LISTS)))
        name = (
            f"{lists[0]:%b-%d-%Y}_{lists[1]:%b-%d-%Y}_{number}.csv"
            if lists
            else f"export {draw(st.integers(1, 3))}.csv"
        )
        path, modified = draw(places(name))
        seen = day_of(File(path, modified, "meta", (), (), lists=lists).seen_at(ZONE)[0], ZONE)
        lacking = draw(st.sets(st.sampled_from((*META_FIGURES[1:], "Is crosspost")), max_size=4))
        is_whole = mode != "mixed" or draw(st.booleans())
        subset = posts if is_whole else draw(st.lists(st.sampled_from(posts), min_size=1, max_size=6))
        scale = draw(st.sampled_from((100, 99, 98, 97, 10) if is_series else (None, None, None, 100)))
        cells = st.sampled_from(ODD_CELLS if draw(st.booleans()) else CELLS)
        shared = {name: draw(st.sampled_from(("0", "7", "8", "40", "3.5K", ""))) for name in META_FIGURES}
        is_shared = draw(st.integers(0, 3)) > 0
        if mode == "video":  # every page's export says the same of the video, all of it known
            lacking, scale, is_shared = set(), None, True
            shared = {name: str(draw(st.integers(1, 60))) for name in META_FIGURES}
        rows = []
        for post in subset:
            if scale:
                figures = {"Views": str(scale * post.number), "Reactions": str(draw(st.integers(0, 2)))}
            elif post.is_crosspost and is_shared:
                figures = shared
            else:
                figures = {name: draw(cells) for name in META_FIGURES}
            said_on = draw(st.sampled_from((FIRST, seen, LAST))) if is_noisy else seen
            rows.append(page_row(post, said_on, figures, is_damaged=draw(st.integers(0, 9)) == 0))
        columns = tuple(column for column in META if column not in lacking)
        files.append(File(path, modified, "meta", columns, tuple(rows), lists=lists))
    return files


@st.composite
def daily_exports(draw: st.DrawFn) -> list[File]:
    """Meta's daily breakdown: a row a post and day, from its publication on or later, with days missing."""
    files = []
    for number in range(draw(st.integers(0, 2))):
        path, modified = draw(places(f"days {number}.csv"))
        post = Online(51, 0, "09/20/2024 23:30", "Videos", ("By day #forum",) * 2, FIRST, "posts", False)
        first = date(2024, 9, 20) + timedelta(days=draw(st.integers(-2, 3)))
        lacking = draw(st.sets(st.integers(0, 5), max_size=1))
        days = [first + timedelta(days=n) for n in range(draw(st.integers(1, 6))) if n not in lacking]
        figures = {day: {"Views": str(day.day), "Reach": str(day.day), "Reactions": "1"} for day in days}
        rows = [page_row(post, day, {**figure, "Date": f"{day:%m/%d/%Y}"}, False) for day, figure in figures.items()]
        if rows:
            files.append(File(path, modified, "meta", META, tuple(rows)))
    return files


@st.composite
def places(draw: st.DrawFn, name: str) -> tuple[str, datetime]:
    """A path, in a dated folder or not, and the file's own time."""
    modified = draw(instants())
    if draw(st.booleans()):
        return f"{draw(st.sampled_from(('', 'partners/')))}{draw(st.dates(FIRST, LAST))}/{name}", modified
    return f"{draw(st.sampled_from(('', 'exports/')))}{name}", modified


@st.composite
def sheets(draw: st.DrawFn, posts: Sequence[Online]) -> list[File]:
    """Versions of sheets that partners keep: rows come and go, cells are emptied."""
    files = []
    for path in draw(
        st.lists(
            st.sampled_from(("partner.csv", "a/club.csv", "2024-11-05/partner.csv")),
            min_size=1,
            max_size=2,
            unique=True,
        )
    ):
        times = draw(st.lists(instants(), min_size=1, max_size=3, unique=True))
        for modified in sorted(times) if draw(st.booleans()) else times:
            rows = []
            for no in draw(st.lists(st.integers(1, 4), min_size=1, max_size=4, unique=True)):
                day = File(path, modified, "sheet", (), ()).folder_day or day_of(modified, ZONE)
                read_on = draw(st.dates(FIRST, day)) if draw(st.integers(0, 2)) == 0 else None
                figures = {name: draw(st.sampled_from(CELLS)) for name in draw(st.sets(st.sampled_from(SHEET[11:19])))}
                row = {"no": str(no), **figures, "read_on": read_on.isoformat() if read_on else ""}
                kind = draw(st.sampled_from((0, 0, 1, 2, 3, 4)))
                if kind == 0:
                    post = draw(st.sampled_from(posts))
                    is_dated = draw(st.booleans())
                    row |= {"platform": "facebook", "link": post.url, "title": post.text_on(read_on or day),
                            "published": post.published_on.isoformat() if is_dated else "",
                            "account": draw(st.sampled_from((NAMES[post.page], "")))}  # fmt: skip
                elif kind == 1:
                    is_dated = draw(st.booleans())
                    row |= {"platform": "youtube", "link": "https://youtu.be/dQw4w9WgXcQ", "title": "A video #forum",
                            "published": "2024-09-28" if is_dated else "", "read_on": ""}  # fmt: skip
                else:
                    account = draw(st.sampled_from((*NAMES[:2], "Youth club")))
                    usual = FIRST + timedelta(days=7 * no)
                    row |= {"platform": draw(st.sampled_from(("facebook", "facebook", "tiktok", "other"))), "account": account,
                            "title": f"Typed {no} {draw(st.sampled_from(FRAGMENTS[:6]))}",
                            "organisation": {"Youth club": draw(st.sampled_from(("The club", "")))}.get(account, ""),
                            "kind": draw(st.sampled_from(("", "video", "post"))),
                            "published": draw(st.one_of(st.just(usual), st.dates(FIRST, LAST))).isoformat()}  # fmt: skip
                if kind > 1 and draw(st.integers(0, 5)) == 0:  # its figures are those of some days
                    start = draw(st.dates(FIRST, day))
                    end = draw(st.dates(start, day))
                    row |= {"from": start.isoformat(), "to": end.isoformat(), "read_on": ""}
                rows.append(row)
            files.append(File(path, modified, "sheet", SHEET, tuple(rows)))
        if len(times) > 1 and draw(st.integers(0, 3)) == 0:  # an older version is put back
            back = files[-2]
            files.append(File(path, max(times) + timedelta(days=draw(st.integers(1, 20))), "sheet", SHEET, back.rows))
    return files


@st.composite
def logs(draw: st.DrawFn) -> list[File]:
    """Versions of the outreach log."""
    files = []
    for modified in draw(st.lists(instants(), max_size=2, unique=True)):
        rows = []
        for no in draw(st.lists(st.integers(1, 3), min_size=1, max_size=3, unique=True)):
            rows.append(
                {
                    "no": str(no),
                    "date": (date(2024, 9, 20) + timedelta(days=30 * no)).isoformat(),
                    "kind": draw(st.sampled_from(("radio", "tv", "event"))),
                    "station": f"Radio {'AB'[no % 2]}",
                    "title": f"Talk show {draw(st.sampled_from(FRAGMENTS))}",
                    "organisation": draw(st.sampled_from(("", "The station"))) if no == 1 else "",
                    "audience": draw(st.sampled_from(CELLS)),
                    "note": draw(st.sampled_from(("", "#forum"))),
                }
            )
        files.append(File("radio.csv", modified, "outreach", OUTREACH, tuple(rows)))
    return files


@st.composite
def studio_zips(draw: st.DrawFn, is_noisy: bool = False) -> list[File]:
    """Ranges of YouTube Studio that follow each other, overlap or leave gaps.

    Each day of a video counts alike, so that every chain to a day gives one total; unless they are noisy.
    """
    files = []
    for start, end in draw(st.lists(st.sampled_from(STUDIO_RANGES), max_size=4, unique=True)):
        rows = []
        for video in draw(st.lists(st.sampled_from(sorted(VIDEOS)), min_size=1, max_size=3, unique=True)):
            days = (end - max(start, VIDEOS[video])).days + 1
            if days < 1:
                continue
            rows.append(
                {
                    "Content": video,
                    "Video title": "A video #forum",
                    "Video publish time": f"{VIDEOS[video]:%b %d, %Y}",
                    "Views": str(3 * days + (draw(st.integers(0, 3)) if is_noisy else 0)),
                    "Likes": str(days),
                    "Comments added": draw(st.sampled_from((str(2 * days), ""))),
                }
            )
        folder = draw(st.sampled_from(("", "", "2024-12-25/")))
        columns = STUDIO if draw(st.booleans()) else STUDIO[:5]
        if rows:
            name = f"{folder}Content {start}_{end} Our channel.zip"
            files.append(File(name, draw(instants()), "studio", columns, tuple(rows), (start, end)))
    return files


# --------------------------------------------------------------------------- plans


def quoted(values: Iterable[str]) -> str:
    return "[" + ", ".join(f'"{value}"' for value in values) + "]"


@st.composite
def rules(draw: st.DrawFn) -> str:
    """One table of a campaign's ``match``."""
    kinds = draw(st.sets(st.sampled_from(("hashtags", "text", "accounts")), min_size=1, max_size=2))
    values = {
        "hashtags": ("forum", "#FORUM", "forum2", "ច្បាប់ព័ត៌មាន", "ច្បាប់"),
        "text": ("access to information", "CAFÉ", "សិទ្ធិ", "Post 1", "video"),
        "accounts": ("Page 1", "page 2", f"facebook:{PAGES[2]}", "Radio A", "Our channel", "Former page"),
    }
    parts = [
        f"{kind} = {quoted(draw(st.lists(st.sampled_from(values[kind]), min_size=1, max_size=2, unique=True)))}"
        for kind in sorted(kinds)
    ]
    return "{ " + ", ".join(parts) + " }"


@st.composite
def plans(draw: st.DrawFn, posts: Sequence[Online]) -> str:
    """A plan without mistakes: campaigns by rule and by name, exceptions, assets with stages, one post of two names."""
    text = f'[project]\nname = "A programme"\ntimezone = "{ZONE}"\n'
    if draw(st.integers(0, 3)) == 0:
        text += f"audience_size = {draw(st.sampled_from((30, 2000, 50000)))}\n"
    if draw(st.booleans()):
        text += f"fiscal_year_starts = {draw(st.sampled_from((1, 4, 7, 10)))}\n"
    if draw(st.booleans()):
        text += f"starts = 2024-01-01\nends = {draw(st.dates(date(2024, 10, 1), date(2025, 3, 1)))}\n"
    for activity in ("1.1", "1.2"):
        text += f'[[activity]]\nid = "{activity}"\nname = "Activity {activity}"\n'
    free = [post.name for post in posts] + ["youtube:aaaaaaaaaaa", "outreach:2"]
    assets = ""
    for campaign in ("forum", "second", "third")[: draw(st.integers(1, 3))]:
        text += f'[[campaign]]\nid = "{campaign}"\nactivity = "{draw(st.sampled_from(("1.1", "1.2")))}"\nname = "{campaign}"\n'
        if draw(st.booleans()):
            text += f"starts = {draw(st.dates(date(2024, 6, 15), date(2024, 10, 15)))}\n"
        if draw(st.booleans()):
            text += f"ends = {draw(st.dates(date(2024, 10, 16), LAST))}\n"
        match = draw(st.lists(rules(), max_size=2))
        if draw(st.booleans()):
            match.append('{ hashtags = ["forum"] }')
        if match:
            text += f"match = [{', '.join(match)}]\n"
        named = [name for name in free if draw(st.integers(0, 5)) == 0]
        links = {post.name: post.url for post in posts}
        if named:
            text += f"posts = {quoted(links.get(n, n) if draw(st.booleans()) else n for n in named)}\n"
        if draw(st.integers(0, 3)) == 0:
            text += f"shared = {draw(st.sampled_from(('true', 'false')))}\n"
        left_out = [name for name in free if name not in named and draw(st.integers(0, 7)) == 0]
        if left_out:
            text += f"except = {quoted(left_out)}\n"
        if draw(st.booleans()):
            text += 'stages = ["sent", "short-listed", "won"]\ncounted = { sent = 26 }\n'
            for asset in range(draw(st.integers(0, 2))):
                item = [
                    n for n in free if n not in (*named, *left_out) and n not in assets and draw(st.integers(0, 2)) == 0
                ]
                stage = draw(st.sampled_from(("sent", "short-listed", "won", "")))
                assets += f'[[asset]]\nid = "{campaign}-{asset}"\ncampaign = "{campaign}"\n'
                assets += (f'stage = "{stage}"\n' if stage else "") + f"posts = {quoted(item)}\n"
    text += assets
    for number in range(draw(st.integers(0, 3))):
        subject = draw(st.sampled_from(("project", "activity:1.1", "campaign:forum")))
        metric = draw(
            st.sampled_from(
                (
                    "views",
                    "likes",
                    "engagements",
                    "reach",
                    "reach_at_least",
                    "reach_at_most",
                    "posts",
                    "outreach",
                    "comments",
                )
            )
        )
        text += f'[[indicator]]\nid = "{number}"\nname = "Number {number}"\nof = "{subject}"\nmetric = "{metric}"\n'
        if draw(st.booleans()):
            text += f"baseline = {draw(st.sampled_from((0, 5, 100)))}\n"
        if draw(st.booleans()):
            text += f"target = {draw(st.sampled_from((1, 7, 50, 3500)))}\n"
        if draw(st.booleans()):
            text += f'targets = {{ "{draw(st.sampled_from(("FY2024", "FY2024-Q4", "FY2025-Q1", "FY2025")))}" = 7 }}\n'
    if draw(st.booleans()):
        text += f'[[organisation]]\nname = "Member organisation"\n[[account]]\nid = "facebook:{PAGES[0]}"\n'
        text += 'organisation = "Member organisation"\nalso = ["Former page"]\n'
    if draw(st.booleans()):
        typed = f"facebook:facebook-no-{draw(st.integers(1, 4))}-{draw(st.sampled_from(('page-1', 'page-2', 'youth-club')))}"
        text += f'[[same]]\nposts = ["{typed}", "{posts[0].name}"]\n'
    return text


DECISIONS = ("post", "other post", "campaign", "asset", "not ours", "same", "take back")


@st.composite
def decisions(draw: st.DrawFn, posts: Sequence[Online]) -> list[File]:
    """Sheets that an officer filled in: a post is given to campaigns, or is nobody's; two are one, or are not."""
    typed = [f"facebook:facebook-no-{no}-{page}" for no in (1, 2) for page in ("page-1", "page-2", "youth-club")]
    names = [*(post.name for post in posts), "youtube:aaaaaaaaaaa", "outreach:2", "facebook:404"]
    answers: tuple[dict[str, str], ...] = (
        {"campaign": "forum"}, {"campaign": "second"}, {"campaign": "forum; second"}, {"campaign": "nowhere"},
        {"asset": "forum-0"}, {"campaign": "forum", "asset": "forum-1"}, {"campaign": "second", "asset": "forum-0"},
        {"not ours": "yes"}, {"not ours": "yes"}, {"campaign": "forum", "not ours": "yes"}, {"take back": "yes"}, {},
    )  # fmt: skip
    files: list[File] = []
    for number in range(draw(st.integers(0, 3))):
        if files and draw(st.integers(0, 4)) == 0:
            files.append(replace(draw(st.sampled_from(files)), path=f"again {number}.csv", modified=draw(instants())))
            continue
        rows: list[dict[str, str]] = []
        for post in draw(st.lists(st.sampled_from([*names, *typed]), min_size=1, max_size=4, unique=True)):
            rows.append({"post": post, **draw(st.sampled_from(answers))})
        if draw(st.booleans()):
            pair = draw(st.sampled_from(typed)), draw(st.sampled_from([post.name for post in posts]))
            told = draw(st.sampled_from(({"same": "yes"}, {"same": "yes"}, {"same": "no"}, {"take back": "yes"})))
            rows.append({"post": pair[0], "other post": pair[1], **told})
        path = draw(st.sampled_from((f"reach {number}.csv", "reach.csv")))
        files.append(File(path, draw(instants()), "decisions", DECISIONS, tuple(rows)))
    return files


@st.composite
def cases(draw: st.DrawFn, is_noisy: bool = False) -> Case:
    """A history in the order in which its files came, the plan, and days to look at it.

    A noisy one holds contradictions that the design page leaves open: any answer will do, if it is always the same.
    """
    posts = draw(online_posts())
    files: list[File] = draw(meta_files(posts, is_noisy))
    for more in (sheets(posts), logs(), studio_zips(is_noisy), daily_exports(), decisions(posts)):
        if draw(st.integers(0, 2)):
            files = draw(interleaved(files, draw(more)))
    days = draw(st.lists(st.dates(FIRST, date(2025, 1, 10)), min_size=0, max_size=1))
    # Each file's time is its own: one of a path, size and time that were seen before is taken for that one, unopened.
    files = [replace(file, modified=file.modified + timedelta(seconds=number)) for number, file in enumerate(files)]
    files = draw(received(files))
    edits = draw(st.lists(plans(posts), min_size=1, max_size=2))
    known_on = draw(st.none() | st.integers(0, max(len(files) - 1, 0)))
    then = None if known_on is None else (CAME_FROM + timedelta(days=known_on)).date()
    return Case(tuple(files), tuple(edits), (*days, date(2024, 12, 30)), then)


@st.composite
def received(draw: st.DrawFn, files: Sequence[File]) -> list[File]:
    """Files each received on a day of its own; of some the day of their figures is told later, or taken back.

    A day is told that no other reading is of: of two descriptions of one instant either may be the newest.
    """
    cells = {
        cell for file in files for row in file.rows for name, cell in row.items() if name in ("read_on", "to", "date")
    }
    taken = {day for file in files for day in (file.folder_day, *(file.lists or ()), *(file.period or ()))}
    free = [
        day for n in range((LAST - FIRST).days) if (day := FIRST + timedelta(n)) not in taken and str(day) not in cells
    ]
    out = []
    for number, file in enumerate(files):
        came, told = CAME_FROM + timedelta(days=number), []
        if free and draw(st.integers(0, 4)) == 0:
            day = draw(st.sampled_from(free))
            free.remove(day)
            told_at = came + timedelta(days=draw(st.integers(0, 3)), minutes=2 * number + 1)
            told.append((told_at, day))
            if draw(st.integers(0, 3)) == 0:
                told.append((told_at + timedelta(days=draw(st.integers(0, 2)), minutes=1), None))
        out.append(replace(file, received=came, told=tuple(told)))
    return out


@st.composite
def interleaved(draw: st.DrawFn, one: list[Any], two: list[Any]) -> list[Any]:
    """Two lists as one, each in its own order."""
    takes = draw(st.permutations([0] * len(one) + [1] * len(two)))
    sources = (iter(one), iter(two))
    return [next(sources[which]) for which in takes]
