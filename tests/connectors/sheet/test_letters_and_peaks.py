"""What only a sheet tells: posts of Telegram channels, episodes of podcasts, and the most viewers of a live video."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.contract import Extract, Raw
from connectors.reading import links
from tests.conftest import World

Make = Callable[..., Raw]
Read = Callable[..., Extract]
LIVE = (
    "no,platform,account,link,title,kind,published,read_on,views,peak_viewers\n"
    "1,YouTube,Channel,https://www.youtube.com/watch?v=abcdefghij1,Debate #forum,live,2024-09-02,2024-10-01,900,120\n"
    "2,Facebook,Page,https://www.facebook.com/100064500000001/videos/1029384756000009/,Forum #forum,live,2024-09-03,2024-10-01,500,80\n"
)


@pytest.mark.parametrize(
    "link",
    [
        "https://t.me/licadho_kh/123", "t.me/s/licadho_kh/123", "https://t.me/licadho_kh/123?single",
        "https://telegram.me/licadho_kh/123/",
    ],
)  # fmt: skip
def test_a_post_of_a_telegram_channel_is_one_whatever_its_link_looks_like(raw: Make, read: Read, link: str) -> None:
    extract = read(
        raw(f"Platform,Date,Link,Caption,Views,Forwards,Reactions\nTelegram,2024-09-02,{link},A law,1200,34,56\n")
    )
    assert extract.posts.select("platform", "post_id").rows() == [("telegram", "t.me/licadho_kh/123")]
    assert extract.observations.select("views", "shares", "likes").rows() == [(1200, 34, 56)]


def test_a_link_is_telegrams_by_its_host_alone_and_a_channels_names_an_account() -> None:
    assert links.named("https://contact.me/licadho_kh/123") is None
    assert links.named("https://t.me/joinchat/AAAA") is None
    assert links.account("https://t.me/licadho_kh") == "telegram:licadho_kh"


def test_episodes_of_podcasts_are_posts_of_the_platform_podcast(raw: Make, read: Read) -> None:
    lines = "Platform,Date,Title,Views\nSpotify,2024-09-02,Episode 1,300\nApple Podcasts,2024-09-09,Episode 2,40\n"
    extract = read(raw(lines))
    assert set(extract.posts["platform"]) == {"podcast"}
    assert extract.observations["views"].to_list() == [300, 40]


def test_the_most_viewers_at_once_stand_with_their_post_and_in_no_total(world: World) -> None:
    world.drop("2024-10-20/sheet.csv", LIVE)
    tables = world.tables()
    assert tables["post_totals"].sort("platform")["peak_viewers"].to_list() == [80, 120]
    totals = tables["campaign_totals"]
    assert totals["views"].item() == 1400
    assert not [column for column in totals.columns if "peak" in column]
