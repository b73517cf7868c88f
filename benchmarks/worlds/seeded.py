"""A random world: its documents that are kept by hand, its plan, and its nights."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time

from benchmarks.worlds import meta, platforms
from benchmarks.worlds.meta import PAGES, PROFILES, page_link, page_post_id
from benchmarks.worlds.platforms import CHANNEL, HANDLES, SITE
from benchmarks.worlds.posts import METRICS, READ_ON, TEXTS, File, Maker, Night, Post, World, questions, table

NIGHTS = (date(2024, 11, 30), date(2024, 12, 30))
SHEET = (
    "no", "platform", "account", "organisation", "link", "title", "kind", "published", "read_on", "from", "to",
    *METRICS[:-1], "watch_seconds", "visits", "followers", "note",
)  # fmt: skip
OUTREACH = ("no", "date", "kind", "station", "title", "organisation", "link", "audience", "audience_source", "note")


def world(seed: int) -> World:
    """The world of a seed: the same bytes each time."""
    make = Maker(random.Random(seed))
    pages = meta.page_posts(make)
    photos = make.posts(PROFILES, 40, ("IG image", "IG reel", "IG carousel", "IG story"), 2000)
    meta.facebook(make, pages)
    meta.oddities(make, pages)
    meta.results(make, dict(list(PAGES.items())[:3]), pages, "Facebook")
    meta.results(make, PROFILES, photos, "Instagram")
    meta.instagram(make, photos)
    platforms.youtube(make, make.posts((CHANNEL,), 50, ("video",), 3000))
    platforms.tiktok(make, make.posts(HANDLES, 30, ("video",), 4000))
    platforms.x(make, make.posts(("x",), 60, ("post",), 5000))
    platforms.linkedin(make, make.posts(("linkedin",), 40, ("post",), 6000))
    platforms.website(make, make.posts((SITE,), 40, ("page",), 7000))
    edited = [plan(make.chance, pages, night) for night in range(2)]
    nights = []
    for number, as_of in enumerate(NIGHTS):
        after = NIGHTS[number - 1] if number else date.min
        files = [file for day, file in make.files if after < day <= as_of]
        nights.append(Night(as_of, edited[number], (*files, *by_hand(make, pages, number))))
    return World(f"random-{seed}", tuple(nights), questions(date(2024, 10, 1), NIGHTS[1], "forum", "law", "page"))


# --------------------------------------------------------------------------- by hand


def by_hand(make: Maker, posts: Sequence[Post], night: int) -> list[File]:
    """A partner's sheet and the log of outreach, under the same paths on both nights: new versions of one document."""
    at = datetime.combine(READ_ON[3] if night == 0 else READ_ON[5], time(9), UTC)
    return [
        File("partners/figures.csv", table(SHEET, sheet(make, posts, night)), at),
        File("outreach.csv", table(OUTREACH, log(make, night)), at),
    ]


def sheet(make: Maker, posts: Sequence[Post], night: int) -> list[dict[str, object]]:
    """Rows with a link, rows that nothing but a number names, and figures of accounts over days.

    On the second night some rows are gone, and cells are others. Only a row without a link tells its day: a day that
    another file tells otherwise makes possible_doubles of commit 767dcf2 another table on each night.
    """
    make.is_careless, day = bool(night), READ_ON[3] if night == 0 else READ_ON[5]
    rows: list[dict[str, object]] = []
    for number, post in enumerate((one for one in posts if one.has(READ_ON[2])), start=1):
        if number > 60 or (night and number % 7 == 0):
            continue
        figures = make.cells(post, day, dict(zip(METRICS[:6], METRICS[:6], strict=True)))
        row = {"no": number, "platform": "facebook", "account": PAGES[post.account], "title": post.text, **figures}
        row |= {"link": page_link(post)} if number % 5 else {"published": post.published.date()}
        row["read_on"] = READ_ON[2] if number % 3 else ""
        rows.append(row)
    for number in range(61, 81):  # of platforms that have no export
        platform = make.chance.choice(("threads", "telegram", "other", "tiktok"))
        row = {"no": number, "platform": platform, "account": "Youth club", "organisation": "The club", "kind": "video"}
        row |= {"title": f"{make.chance.choice(TEXTS)} {number}", "published": date(2024, 10, number % 28 + 1)}
        rows.append(row | {name: make.cell(number * 31) for name in ("views", "likes", "comments", "saves")})
    week = {"from": date(2024, 9, 27), "to": date(2024, 10, 4)}
    rows.append({"platform": "website", "account": SITE, **week, "visits": 1050 + night})
    rows.append({"platform": "facebook", "account": "Mekong Open Data Circle", **week, "reach": 26_960 + night})
    return rows


def log(make: Maker, night: int) -> list[dict[str, object]]:
    """Programmes of two stations, more of them on the second night."""
    return [
        {
            "no": number,
            "date": date(2024, 9 + number % 3, number + 1),
            "kind": ("radio", "tv", "event", "podcast")[number % 4],
            "station": f"Radio {'AB'[number % 2]}",
            "title": f"Talk show {number} on {TEXTS[number % len(TEXTS)]}",
            "audience": make.cell(1000 * number),
            "audience_source": "the station",
        }
        for number in range(1, 17 + 4 * night)
    ]


# --------------------------------------------------------------------------- the plan


def plan(chance: random.Random, posts: Sequence[Post], night: int) -> str:
    """Campaigns that overlap, assets with stages, account figures and indicators; on the second night some differ."""
    pages = list(PAGES)
    named = [name_of(post) for post in posts if not post.video and post.has(READ_ON[2])]
    some = [*(chance.choice(named) for _ in range(6)), "facebook:100064500000001_122158000000009999"]
    visits, scope = f'account = "website:{SITE}", metric = "visits"', chance.choice(("covers", "inside", "equal"))
    reach = f'account = "facebook:{pages[0]}", metric = "reach", scope = "{scope}"'
    week = "from = 2024-09-27, to = 2024-10-04"
    figures = f"[{{ {visits}, from = 2024-10-01, to = 2024-10-31 }}, {{ {visits}, {week} }}, {{ {reach}, {week} }}]"
    campaigns = [
        {"id": '"forum"', "activity": '"1.1"', "name": '"The forum"', "starts": "2024-07-01", "ends": "2024-12-31",
         "match": '[{ hashtags = ["forum", "ច្បាប់ព័ត៌មាន"] }, { text = ["talk show"] }]', "except": listed(some[:2]),
         "stages": '["sent", "short-listed", "won"]', "counted": f"{{ sent = {26 + night} }}",
         "account_figures": figures},
        {"id": '"law"', "activity": '"1.1"', "name": '"The law"', "starts": "2024-08-15",
         "match": f'[{{ text = ["access to information", "សិទ្ធិ"] }}, {{ accounts = ["{pages[1]}"] }}]'},
        {"id": '"debate"', "activity": '"1.2"', "name": '"Debates"', "ends": "2024-11-15", "posts": listed(some[2:]),
         "match": '{ hashtags = ["debate"], accounts = ["Civic Lens", "mekong_open", "mekong.open"] }'},
        {"id": '"everything"', "activity": '"1.2"', "name": '"All of it"', "starts": "2024-10-01", "ends": "2024-11-30",
         "match": '{ text = ["a", "e", "forum"] }'},
        {"id": '"page"', "activity": '"1.3"', "name": '"Two pages"', "starts": "2024-07-01",
         "ends": f"2024-1{night}-20", "match": f'{{ accounts = ["facebook:{pages[2]}", "{pages[0]}"] }}',
         "account_figures": f"[{{ {reach}, {week} }}]"},
        {"id": '"empty"', "activity": '"1.3"', "name": '"No posts"', "match": '{ hashtags = ["none"] }'},
    ]  # fmt: skip
    typed = [one for one in posts if one.has(READ_ON[2])][4]
    account = "-".join(PAGES[typed.account].lower().split())
    same = {"posts": listed([f"facebook:facebook-no-5-{account}", name_of(typed)])}
    tables = [*(("campaign", table) for table in campaigns), *assets(posts, night), *accounts(), *indicators(night)]
    return head(chance) + written([*tables, ("same", same)])


def head(chance: random.Random) -> str:
    """The project and its results framework."""
    size = f"audience_size = {chance.choice((4000, 30_000))}\n" if chance.random() < 0.3 else ""
    text = f'[project]\nname = "A programme"\ntimezone = "Asia/Phnom_Penh"\nfiscal_year_starts = 10\n{size}'
    text += 'starts = 2024-06-01\nends = 2025-03-31\n[[objective]]\nid = "A"\nname = "Rights"\n'
    text += '[[output]]\nid = "1"\nobjective = "A"\nname = "Advocacy"\n'
    for activity, output in (("1.1", "1"), ("1.2", "1"), ("1.3", "2")):
        text += f'[[activity]]\nid = "{activity}"\noutput = "{output}"\nname = "Activity {activity}"\n'
    return text


def name_of(post: Post) -> str:
    return f"facebook:{post.account}_{page_post_id(post)}"


def assets(posts: Sequence[Post], night: int) -> list[tuple[str, dict[str, str]]]:
    """Videos that stand on two pages, by link and by name; each goes one stage further for the second night."""
    tables = []
    copies = {post.video: post for post in posts if post.video and post.number > 500}
    stages = ('"sent"', '"short-listed"', '"won"', '"won"')
    videos = [post for post in posts if post.video and post.number <= 500 and post.has(READ_ON[2])]
    for number, post in enumerate(videos):
        both = [name_of(post), name_of(copies[post.video])]
        table = {"id": f'"vlog-{number}"', "campaign": '"forum"', "posts": listed(both)}
        tables.append(("asset", table | ({"stage": stages[number % 3 + night]} if number % 4 else {})))
    return tables


def accounts() -> list[tuple[str, dict[str, str]]]:
    """Whose accounts they are. The results files go by their names."""
    tables = [("organisation", {"name": f'"{name}"'}) for name in ("Mekong", "Partner")]
    for number, (account, name) in enumerate(PAGES.items()):
        table = {"id": f'"facebook:{account}"', "also": f'["{name}"]'}
        tables.append(
            ("account", table | ({"organisation": ('"Mekong"', '"Partner"')[number % 2]} if number < 3 else {}))
        )
    for account, name in PROFILES.items():
        tables.append(("account", {"id": f'"instagram:{account}"', "organisation": '"Partner"', "also": f'["{name}"]'}))
    tables.append(("account", {"id": f'"website:{SITE}"', "organisation": '"Mekong"'}))
    return tables


def indicators(night: int) -> list[tuple[str, dict[str, str]]]:
    """Indicators of every kind of figure, with targets of periods, and one by hand."""
    tables = []
    metrics = ("views", "engagements", "reach", "outreach", "won", "posts", "visits", "likes")
    for number, metric in enumerate(metrics):
        subject = {"won": "campaign:forum", "reach": "campaign:page"}.get(
            metric, ("activity:1.1", "project")[number % 2]
        )
        row = {"id": f'"{number}"', "name": f'"Number {number}"', "of": f'"{subject}"', "metric": f'"{metric}"'}
        row["target"] = str(10 ** (number % 5 + 1) + night)
        row |= {"baseline": "5"} if number % 2 else {"targets": "{ FY2025-Q1 = 700, FY2025 = 90000, FY2024-Q4 = 3 }"}
        tables.append(("indicator", row))
    by_hand = {"id": '"by hand"', "name": '"Participants"', "target": "150", "actual": "164", "source": '"The list"'}
    return [*tables, ("indicator", by_hand)]


def listed(values: Sequence[str]) -> str:
    """A list of texts in TOML."""
    return "[" + ", ".join(f'"{value}"' for value in values) + "]"


def written(tables: Sequence[tuple[str, Mapping[str, str]]]) -> str:
    """Tables in TOML, from values that are written already."""
    return "".join(
        f"\n[[{section}]]\n" + "".join(f"{key} = {value}\n" for key, value in row.items()) for section, row in tables
    )
