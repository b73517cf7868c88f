from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.reading import links
from connectors.reading.links import Named, named, normalised


@pytest.mark.parametrize(
    ("url", "post_id", "video_id"),
    [
        ("https://www.facebook.com/reel/1029384756/", "1029384756", "1029384756"),
        ("https://www.facebook.com/watch/?v=1029384756", "1029384756", "1029384756"),
        ("https://www.facebook.com/watch/live/?ref=x&v=1029384756", "1029384756", "1029384756"),
        ("https://facebook.com/mekong/videos/a-title/777000111222333/?t=3", "777000111222333", "777000111222333"),
        ("https://m.facebook.com/story.php?story_fbid=122158001&id=100064500001", "100064500001_122158001", None),
        ("https://www.facebook.com/permalink.php?id=100064500001&story_fbid=122158001", "100064500001_122158001", None),
        ("https://www.facebook.com/100064500000001/posts/122158000001/", "100064500000001_122158000001", None),
        ("https://www.facebook.com/100064500000001_122158000001", "100064500000001_122158000001", None),
        ("https://www.facebook.com/mekong/posts/our-forum/122158000001", "122158000001", None),
        ("https://www.facebook.com/photo/?fbid=122158000001&set=a.5", "122158000001", None),
        ("https://www.facebook.com/mekong/photos/a.111222333/122158000001/?type=3", "122158000001", None),
    ],
)  # fmt: skip
def test_a_facebook_link_names_its_post_and_its_page(url: str, post_id: str, video_id: str | None) -> None:
    assert named(url) == Named("facebook", post_id, post_id.rsplit("_")[-1], video_id)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.facebook.com/mekong/posts/pfbid02AbCdEf123456789",
        "https://www.facebook.com/permalink.php?story_fbid=pfbid02AbC&id=100064500000001",
        "https://www.facebook.com/share/p/19AbCdEf12/",
        "https://fb.watch/abcDEF123/",
        "https://vm.tiktok.com/ZM12345/",
        "https://www.facebook.com/100064500000001",
        "https://x.com/mekong/status/undefined",
        "https://mekong.example/posts/1234567",
    ],
)
def test_what_names_nothing_names_nothing(url: str) -> None:
    assert named(url) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://youtu.be/dQw4w9WgXcQ?si=x", Named("youtube", "dQw4w9WgXcQ")),
        ("https://www.youtube.com/watch?app=desktop&v=-Qw4w9WgXcQ&t=3", Named("youtube", "-Qw4w9WgXcQ")),
        ("https://youtube.com/shorts/dQw4w9WgXcQ", Named("youtube", "dQw4w9WgXcQ")),
        ("https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ", Named("youtube", "dQw4w9WgXcQ")),
        ("https://www.instagram.com/mekong/reel/DWKlef5mCuX/?igsh=1", Named("instagram", "DWKlef5mCuX", "DWKlef5mCuX")),
        ("https://twitter.com/i/web/status/1234567890123", Named("x", "1234567890123")),
        ("https://x.com/mekong/status/1234567890123?s=20", Named("x", "1234567890123")),
        ("https://www.tiktok.com/@mekong/photo/7412345678901234567", Named("tiktok", "7412345678901234567")),
        ("https://www.linkedin.com/feed/update/urn:li:ugcPost:7412345678901234567/",
         Named("linkedin", "urn:li:ugcPost:7412345678901234567", "7412345678901234567")),
        ("https://www.linkedin.com/posts/mekong_forum-activity-7412345678901234567-Ab",
         Named("linkedin", "urn:li:activity:7412345678901234567", "7412345678901234567")),
    ],
)  # fmt: skip
def test_links_of_other_platforms_name_their_posts(url: str, expected: Named) -> None:
    assert named(url) == expected


def test_a_web_address_is_the_same_with_and_without_its_trimmings() -> None:
    plain = normalised("https://mekong.example/forum?id=3")
    assert plain == "mekong.example/forum?id=3"
    assert normalised("http://WWW.mekong.example/forum/?utm_source=a&id=3&fbclid=b#top") == plain
    assert normalised("mekong.example/forum?id=3") == plain
    assert normalised("no address at all") is None


@given(st.text(max_size=60), st.sampled_from(["", "https://www.facebook.com/", "https://www.facebook.com/x/videos/"]))
def test_no_text_breaks_a_link_and_columns_agree_with_cells(text: str, start: str) -> None:
    url = start + text
    link = named(url)
    normalised(url)
    if link and link.platform == "facebook":
        assert pl.DataFrame({"url": [url]}).select(links.part("facebook", "number")).item() == link.alias
