"""Sprout Social's reports, with columns as in public files and programs that read them; the figures are made up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import polars as pl
import pytest

from connectors.contract import Extract, Raw, Refused
from tests.conftest import PAGE, World, meta, post

Sample = Callable[[str], Raw]
Make = Callable[..., Raw]
Read = Callable[..., Extract]
HEADER = "Date,Post ID,Network,Post Type,Content Type,Profile,Sent by,Link,Post,Impressions,Reactions,Likes,Comments,Views,Video Views\n"
INSTAGRAM = "Instagram,Post,Photo,forum,Dara,https://www.instagram.com/p/{},A post,{},1,,1,{},70\n"


def row(extract: Extract, platform: str, *columns: str) -> tuple[object, ...]:
    """The first row of a platform's."""
    return extract.observations.filter(pl.col("platform") == platform).select(columns).row(0)


def facebook(day: str, number: int = 1, impressions: int = 900) -> str:
    post_id = f"{PAGE}_12215800000000{number:04}"
    link = f"https://www.facebook.com/{post_id}"
    return (
        f"{day} 8:00 am,{post_id},Facebook,Post,Photo,Page 1,Dara,{link},Post {number} #forum,{impressions},5,,1,,400\n"
    )


def test_posts_of_five_networks_are_posts_of_their_own_platforms(sample: Sample, read: Read) -> None:
    posts = read(sample("sprout/post-performance.csv")).posts
    assert posts.select("platform", "post_id", "identified_by", "kind", "account_id").rows() == [
        ("facebook", "100064500000001_122158000000000031", "id", "post", "Mekong Forum"),
        ("instagram", "DAbcDEf12_3", "link", "short", "mekong.forum"),
        ("x", "2005000000000000031", "link", "post", "mekongforum"),
        ("linkedin", "urn:li:ugcPost:7411000000000000031", "link", "video", "Mekong Forum"),
        ("tiktok", "7588000000000000031", "link", "video", "mekongforum"),
        ("facebook", "100064500000001_122158000000000001", "id", "video", "Mekong Forum"),
    ]
    assert posts["published_at"].to_list()[0] == datetime(2025, 12, 30, 2, 40)


def test_one_column_is_on_each_network_what_the_platform_itself_calls_so(sample: Sample, read: Read) -> None:
    extract = read(sample("sprout/post-performance.csv"))
    figures = ("views", "impressions", "reach", "likes", "comments", "shares", "saves", "clicks", "watch_ms")
    assert extract.observations.select("platform", *figures).rows() == [
        ("facebook", 1200, None, 900, 40, 6, 8, None, 35, None),
        ("instagram", None, None, 1900, 60, 5, 7, 3, None, None),
        ("x", 300, 300, None, 4, 1, 1, None, 9, None),
        ("linkedin", 155, 410, 280, 12, 2, 3, None, 4, None),
        ("tiktok", 5100, None, 4400, 90, 4, 8, None, None, None),
        ("facebook", None, 800, 600, 5, 1, 2, None, 9, 120_000),
    ]


@pytest.mark.parametrize(
    ("newest", "published", "views", "impressions"),
    [
        ("11/15/2025", "01/01/2025", 900, None),
        ("11/14/2025", "01/01/2025", None, None),
        ("11/15/2025", "12/31/2024", None, 900),
        ("11/14/2025", "12/31/2024", None, 900),
    ],
)
def test_impressions_of_facebook_are_views_of_posts_since_2025_in_a_file_that_was_made_since_they_are(
    raw: Make, read: Read, newest: str, published: str, views: int | None, impressions: int | None
) -> None:
    extract = read(raw(HEADER + facebook(published) + facebook(newest, 2)), zone="UTC")
    assert extract.observations.select("views", "impressions").row(0) == (views, impressions)
    unread = "Impressions of 2 posts on facebook were not read: nothing says whether they are views"
    assert (unread in extract.notes) == (views is None and impressions is None)


@pytest.mark.parametrize(
    ("published", "cell", "views", "impressions"),
    [("07/01/2024", "", None, 50), ("07/02/2024", "", None, None), ("07/02/2024", "60", 60, None)],
)
def test_impressions_of_instagram_are_read_of_media_that_have_them_and_views_where_a_column_is_called_so(
    raw: Make, read: Read, published: str, cell: str, views: int | None, impressions: int | None
) -> None:
    line = f"{published} 8:00 am,17890000000000031," + INSTAGRAM.format("DAbcDEf12_3", 50, cell)
    assert row(read(raw(HEADER + line), zone="UTC"), "instagram", "views", "impressions") == (views, impressions)


def test_dislikes_on_youtube_are_no_likes(raw: Make, read: Read) -> None:
    line = "07/02/2024 8:00 am,x,YouTube,Video,Video,Forum,,https://www.youtube.com/watch?v=abcdefghij1,A,,9,7,2,,300\n"
    extract = read(raw(HEADER + line))
    assert row(extract, "youtube", "post_id", "likes", "views") == ("abcdefghij1", 7, 300)


@pytest.mark.parametrize(
    ("network", "link", "post_id", "known_by"),
    [
        ("Instagram", "https://www.instagram.com/stories/forum/31/", "17890000000000031", "17890000000000031"),
        ("Instagram", "https://www.instagram.com/stories/forum/31/", "1.789E+16", None),
        ("Facebook", "https://fb.watch/abc/", "122158000000000031", None),
        ("LinkedIn", "https://lnkd.in/abc", "31", None),
        (
            "X",
            "https://www.facebook.com/100064500000001_122158000000000031",
            "2005000000000000031",
            "2005000000000000031",
        ),
        ("Pinterest", "https://www.pinterest.com/pin/900/", "900", None),
    ],
)
def test_a_link_that_names_no_post_leaves_the_id_where_the_networks_exports_have_it_too(
    raw: Make, read: Read, network: str, link: str, post_id: str, known_by: str | None
) -> None:
    extract = read(raw(f"{HEADER}07/02/2024 8:00 am,{post_id},{network},Post,Photo,Forum,,{link},A,50,1,,1,,\n"))
    assert extract.posts["post_id"].to_list() == ([known_by] if known_by else [])
    assert extract.rejects.height == (known_by is None)


def test_a_post_in_a_platforms_export_and_in_sprouts_counts_once_by_its_newer_reading(world: World) -> None:
    link = f"https://www.facebook.com/{PAGE}_122158000000000001"
    day = "09/02/2024 8:00 am"
    sprout = f"{day},{PAGE}_122158000000000001,Facebook,Post,Photo,Page 1,,{link},Post 1 #forum,900,7,,2,,400\n"
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10, Reactions=5, Comments=3)))
    world.drop("2024-11-01/b.csv", HEADER + sprout)
    tables = world.tables()
    totals = tables["campaign_totals"].row(0, named=True)
    assert {name: totals[name] for name in ("posts", "views", "likes", "comments", "impressions", "entered")} == {
        "posts": 1, "views": 10, "likes": 7, "comments": 2, "impressions": 900, "entered": 0
    }  # fmt: skip
    assert tables["post_totals"].select("account_id", "account_name").row(0) == (PAGE, "Page 1")


def test_followers_of_each_profile_are_read_by_day(sample: Sample, read: Read) -> None:
    figures = read(sample("sprout/profile-performance.csv")).account_figures
    assert figures.select("platform", "account_id", "metric", "period_start", "period_end", "value").rows() == [
        ("facebook", "Mekong Forum", "followers", date(2025, 12, 13), date(2025, 12, 13), 10_012),
        ("instagram", "mekong.forum", "followers", date(2025, 12, 13), date(2025, 12, 13), 2_310),
        ("facebook", "Mekong Forum", "followers", date(2025, 12, 14), date(2025, 12, 14), 10_015),
        ("instagram", "mekong.forum", "followers", date(2025, 12, 14), date(2025, 12, 14), 2_312),
    ]


@pytest.mark.parametrize(
    ("columns", "cells", "why"),
    [
        ("Date,Network", ("12-13-2025,Facebook", "12-14-2025,Facebook"), "do not say of which profiles"),
        ("Date,Network,Profile", ("12-13-2025,Facebook,Page 1",) * 2, "in which a day stands twice"),
    ],
)
def test_days_that_are_of_no_profile_or_stand_twice_are_refused(
    raw: Make, read: Read, columns: str, cells: tuple[str, ...], why: str
) -> None:
    lines = "".join(f"{cell},100,1\n" for cell in cells)
    with pytest.raises(Refused, match=why):
        read(raw(f"{columns},Audience,Net Audience Growth\n{lines}"))


def test_a_partners_sheet_that_names_networks_stays_a_sheet(raw: Make, read: Read) -> None:
    lines = "Date,Network,Page,Link,Post,Views\n2024-09-01,Facebook,Forum,https://www.facebook.com/1000645/posts/12215,A,5\n"
    assert read(raw(lines)).evidence.grade == "entered"
