"""What Meta gives of pages and profiles: tables of posts in several layouts, videos, days, and an account's results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from benchmarks.worlds.posts import FIRST, LAST, READ_ON, Maker, Post, Row, days, table

PAGES = {
    "100064500000001": "Mekong Open Data Circle",
    "100064500000002": "Civic Lens",
    "100064500000003": "កែវពង្រីក",
    "100064500000004": "Youth Ledger",
}
PROFILES = {"17841472326972546": "mekong_open", "17841400000000009": "partner_org"}
META = (
    "Post ID", "Page ID", "Page name", "Title", "Description", "Duration (sec)", "Publish time", "Caption type",
    "Permalink", "Is crosspost", "Is share", "Post type", "Languages", "Custom labels", "Funded content status",
    "Data comment", "Date",
)  # fmt: skip
FIGURES = {
    "Views": "views", "Impressions": "impressions", "Reach": "reach", "Reactions": "likes", "Comments": "comments",
    "Shares": "shares", "Total clicks": "clicks", "Seconds viewed": "seconds",
}  # fmt: skip
LACKS = (("Impressions",), ("Views",), (), ("Impressions", "Shares"), ("Reach", "Total clicks"), ("Views", "Reach"))
"""Columns that an export has not: which ones changed over the years."""

SPANISH = {
    "Post ID": "Identificador de la publicación", "Page ID": "Identificador de la página",
    "Page name": "Nombre de la página", "Description": "Descripción", "Publish time": "Hora de publicación",
    "Permalink": "Enlace permanente", "Post type": "Tipo de publicación", "Date": "Fecha", "Views": "Visualizaciones",
    "Reach": "Alcance", "Reactions": "Reacciones", "Comments": "Comentarios", "Shares": "Veces que se compartió",
}  # fmt: skip
INSTAGRAM = (
    "Post ID", "Account ID", "Account username", "Account name", "Description", "Duration (sec)", "Publish time",
    "Permalink", "Post type", "Data comment", "Date", "Views", "Reach", "Likes", "Shares", "Follows", "Comments",
    "Saves",
)  # fmt: skip


def page_posts(make: Maker) -> list[Post]:
    """Posts of the pages. Some videos stand on two of them, with the figures of both."""
    posts, pages = make.posts(PAGES, 34, ("Photos", "Links", "Reels", "Videos")), list(PAGES)
    for at, post in [(at, one) for at, one in enumerate(posts) if one.kind == "Reels"][:12]:
        posts[at] = replace(post, video=f"8610{post.number:09}")
        other = pages[(pages.index(post.account) + 1) % len(pages)]
        posts.append(replace(posts[at], account=other, number=500 + post.number))
    return posts


def page_post_id(post: Post) -> str:
    """The post's id as its page's export writes it."""
    return f"122158{post.number % 90 + 10}{post.number:010}"


def page_link(post: Post) -> str:
    """The post's link; a video's has the video's number, and not the post's."""
    if post.kind in ("Reels", "Videos"):
        return f"https://www.facebook.com/reel/{post.video or f'8620{post.number:09}'}/"
    return f"https://www.facebook.com/{post.account}/posts/{page_post_id(post)}"


def page_row(make: Maker, post: Post, day: date) -> dict[str, object]:
    """A row of a page's export as it looked on a day."""
    return {
        "Post ID": page_post_id(post),
        "Page ID": post.account,
        "Page name": PAGES[post.account],
        "Description": post.text,
        "Publish time": f"{post.published:%m/%d/%Y %H:%M}",
        "Permalink": page_link(post),
        "Is crosspost": int(bool(post.video)),
        "Is share": 0,
        "Post type": post.kind,
        "Date": "Lifetime",
        **make.cells(post, day, FIGURES),
    }


def spoiled(row: Row) -> dict[str, object]:
    """A row as a spreadsheet leaves it: the id is rounded, and letters that it does not know are gone."""
    text = str(row["Description"]).encode("ascii", "replace").decode()
    return {**row, "Post ID": f"{int(str(row['Post ID'])):.5E}", "Description": text}


def facebook(make: Maker, posts: Sequence[Post]) -> None:
    """A page's export on every reading day. One page writes Spanish now and then; two files went through Excel."""
    for number, day in enumerate(READ_ON):
        for at, (page, name) in enumerate(PAGES.items()):
            make.is_careless = make.chance.random() < 0.2
            rows = [page_row(make, post, day) for post in posts if post.account == page and post.has(day)]
            lacks = make.chance.choice(LACKS)
            columns = (*META, *(figure for figure in FIGURES if figure not in lacks))
            if (number, at) in ((1, 3), (3, 2)):
                rows = [spoiled(row) if make.chance.random() < 0.5 else row for row in rows]
            elif at == 1 and number % 2:
                rows = [{SPANISH[key]: row[key] for key in SPANISH} | {"Fecha": "Total"} for row in rows]
                columns = tuple(SPANISH.values())
            file = f"{FIRST:%b-%d-%Y}_{day:%b-%d-%Y}_{number}{at}.csv"
            make.add(day, name, file, table(columns, rows))
            if number == 3 and at == 0:  # the same bytes again, which are then the figures of a later day, too
                make.add(day + timedelta(days=3), "again", file, table(columns, rows), is_dated=True)
    make.is_careless = False


def oddities(make: Maker, posts: Sequence[Post]) -> None:
    """A file that is dated wrong, a daily breakdown, an export of videos, and one in a language that nobody knows."""
    day, earlier, page = READ_ON[3], date(2024, 9, 10), next(iter(PAGES))
    posts_of_page = [post for post in posts if post.account == page]
    rows = [page_row(make, post, earlier) for post in posts_of_page if post.has(earlier)]
    make.add(day, "dated wrong", "export.csv", table((*META, *FIGURES), rows), is_dated=True)
    rows = [
        page_row(make, post, on)
        | {name: post.gain(metric, on, on) for name, metric in FIGURES.items()}
        | {"Date": f"{on:%m/%d/%Y}"}
        for post in make.posts(["100064500000002"], 6, ("Photos",), 900)
        for on in days(post.published.date(), post.published.date() + timedelta(days=9))
        if on <= day
    ]
    make.add(day, "Civic Lens", "daily.csv", table((*META, *FIGURES), rows), is_dated=True)
    named = {name: metric for name, metric in FIGURES.items() if metric not in ("views", "impressions")}
    videos = [post for post in posts_of_page if post.kind == "Videos"] + make.posts([page], 3, ("Videos",), 950)
    rows = [
        {"Video asset ID": f"8620{post.number:09}", "Page ID": "606604395858804", "Page name": PAGES[page],
         "Title": post.text, "Publish time": f"{post.published:%m/%d/%Y %H:%M}", "Date": "Lifetime",
         **make.cells(post, day, named)}
        for post in videos if post.has(day)
    ]  # fmt: skip
    make.add(day, PAGES[page], "videos.csv", table(tuple(rows[0]), rows), is_dated=True)
    finnish = (
        "Julkaisun tunnus,Sivun nimi,Kuvaus,Julkaisuaika,Katselukerrat\n122158000000000041,Mekong,Forum,1.9.,120\n"
    )
    make.add(day, "", "julkaisut.csv", finnish.encode(), is_dated=True)


def results(make: Maker, accounts: Mapping[str, str], posts: Sequence[Post], platform: str) -> None:
    """Accounts' reach, visits and views by day. The files do not say whose they are, so their folders do."""
    for day in (READ_ON[2], READ_ON[4]):
        for account, name in accounts.items():
            posts_of_account, lines = [post for post in posts if post.account == account], ["sep=,"]
            for metric, title in (("reach", f"{platform} reach"), ("clicks", f"{platform} visits"), ("views", "Views")):
                lines += [f'"{title}"', '"Date","Primary"']
                for on in days(FIRST, day):
                    seen = (
                        sum(post.gain(metric, on, on) for post in posts_of_account) * 2 // 3 + on.day
                    )  # some saw several posts
                    lines.append(f'"{on}T00:00:00","{seen}"')
                lines.append("")
            make.add(day, name, f"{platform} results.csv", "\n".join(lines).encode("utf-16"), is_dated=True)


def instagram(make: Maker, posts: Sequence[Post]) -> None:
    """Exports of both profiles, with an id that a spreadsheet rounded now and then."""
    figures = {name: name.lower() for name in ("Views", "Reach", "Likes", "Shares", "Comments", "Saves")}
    for number, day in enumerate(READ_ON[1::2]):
        for account, name in PROFILES.items():
            rows = []
            for post in (one for one in posts if one.account == account and one.has(day)):
                post_id = 17_900_000_000_000_000 + post.number * 7_000_001
                row: dict[str, object] = {
                    "Post ID": f"{post_id:.5E}" if make.chance.random() < 0.06 else post_id,
                    "Account ID": account,
                    "Account username": name,
                    "Account name": name.title(),
                    "Description": post.text,
                    "Publish time": f"{post.published:%m/%d/%Y %H:%M}",
                    "Permalink": f"https://www.instagram.com/p/DW{post.number:09}/",
                    "Post type": post.kind,
                    "Date": "Lifetime",
                }
                rows.append(row | make.cells(post, day, figures))
            name_of_file = f"{FIRST:%b-%d-%Y}_{day:%b-%d-%Y}_9{number}.csv"
            make.add(day, name, name_of_file, table(INSTAGRAM, rows), is_dated=day == LAST or None)
