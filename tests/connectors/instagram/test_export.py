from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.contract import Extract, Raw, Refused

Sample = Callable[[str], Raw]
Make = Callable[..., Raw]
Read = Callable[..., Extract]
EXPORT = "instagram/Mar-01-2026_Jun-29-2026_1804378027238054.csv"


def test_a_content_export_is_read_post_by_post(sample: Sample, read: Read) -> None:
    extract = read(sample(EXPORT))
    assert extract.posts["post_id"].to_list() == ["17978919536823613", "17930334846214846", "17954560932092822"]
    assert extract.posts["alias"].to_list() == ["DWKlef5mCuX", "DWJu9L9jZ-Y", "DWCyBsOjxAK"]
    assert extract.posts["kind"].to_list() == ["post", "short", "post"]
    assert extract.posts["text"][0] == "Caption\n\nin lines"
    assert extract.observations["saves"].to_list() == [3, 1, 0]


def test_a_collaborators_post_stays_with_its_own_account_and_unknown_reach(sample: Sample, read: Read) -> None:
    extract = read(sample(EXPORT))
    assert extract.posts["account_id"].to_list()[2] == "17841400000000009"
    assert extract.accounts["username"].to_list() == ["partner_org", "mekong_open"]
    assert extract.observations.select("reach", "shares").rows()[2] == (None, 0)


def test_a_damaged_id_gives_way_to_the_short_code_in_the_link(sample: Sample, read: Read) -> None:
    posts = read(sample("instagram/ids-damaged.csv")).posts
    assert posts.select("post_id", "identified_by", "is_damaged").rows() == [("DWKlef5mCuX", "link", True)]
    assert posts["account_id"].to_list() == ["mekong_open"]


def test_spanish_headers_are_read_and_total_in_its_dates_is_lifetime(sample: Sample, read: Read) -> None:
    extract = read(sample("instagram/en-espanol.csv"))
    assert extract.evidence.language == "es"
    assert extract.observations.select("views", "reach", "likes", "shares", "comments", "saves").rows() == [
        (100, 80, 9, 2, 1, 3)
    ]


def test_japanese_headers_are_read(raw: Make, read: Read) -> None:
    header = (
        "投稿ID,アカウントID,アカウントのユーザーネーム,アカウント名,説明,時間(秒),公開時間,リンク,投稿タイプ,"
        "データコメント,日時,ビュー,リーチ,いいね！の数,シェア数,フォロー数,コメント数,保存数"
    )
    link = "https://www.instagram.com/reel/DAbCdEfGhIj/"
    row = f"18000000000000001,17841400000000001,our.ngo,Our NGO,はじめまして,30,06/02/2026 05:00,{link},IGリール動画,,通算"
    extract = read(raw(f"{header}\n{row},1000,700,50,2,1,3,4\n"))
    assert extract.observations.select("views", "reach", "likes", "shares", "comments", "saves").rows() == [
        (1000, 700, 50, 2, 3, 4)
    ]
    assert extract.posts.select("kind", "account_id").rows() == [("short", "17841400000000001")]
    assert (extract.evidence.language, extract.evidence.period) == ("ja", None)


def test_how_many_follow_an_account_without_who_they_are_is_refused_by_name(sample: Sample, read: Read) -> None:
    with pytest.raises(Refused, match=r"audience .Instagram followers."):
        read(sample("instagram/audience.csv"))
