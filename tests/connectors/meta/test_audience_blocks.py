"""Shares of an account's followers in the blocks of Meta Business Suite's files."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.contract import Extract, Raw, Refused
from connectors.reading.breakdowns import NO_PARTS

OLDER = """sep=,
"{0} followers"
"IG_ACCOUNT,FOLLOW,UNIQUE_USERS"
"1629"

"{0} followers by gender and age"
"Age","Women","Men"
"18-24","4.2%","19.1%"
"65+","0.8%","1.6%"

"{0} followers by top cities"
"Top cities","Value"
"Phnom Penh, Cambodia","8.4%"

"{0} followers by top countries"
"Top countries","Value"
"South Korea","21.4%"
"""
NEWER = """sep=,
"Age & gender"
"","Men","Women"
"18-24","10.1%","20%"

"Top cities"
"Phnom Penh, Cambodia","Siem Reap, Cambodia"
"60.3%","5%"

"Top pages"
"Some page","Another"
"1.3%","5%"

"Follows"
"Date","Primary"
"2025-08-01T00:00:00","20"
"""
Make, Read = Callable[..., Raw], Callable[..., Extract]


@pytest.mark.parametrize("platform", ["Instagram", "Facebook"])
def test_a_file_whose_titles_name_the_platform_tells_shares_and_how_many_follow(
    raw: Make, read: Read, platform: str
) -> None:
    extract = read(raw(OLDER.format(platform).encode("utf-16"), "Audience.csv"))
    assert set(extract.audiences["platform"]) == {platform.lower()}
    assert extract.audiences.select("dimension", "part", "share_millionths", "told", "size").rows() == [
        ("age_and_gender", "18-24, women", 42_000, "4.2%", 1629), ("age_and_gender", "18-24, men", 191_000, "19.1%", 1629),
        ("age_and_gender", "65+, women", 8_000, "0.8%", 1629), ("age_and_gender", "65+, men", 16_000, "1.6%", 1629),
        ("city", "Phnom Penh, Cambodia", 84_000, "8.4%", 1629), ("country", "KR", 214_000, "21.4%", 1629),
    ]  # fmt: skip
    assert (extract.posts.height, extract.account_figures.height) == (0, 0)


def test_a_file_of_both_platforms_keeps_them_and_their_sizes_apart(raw: Make, read: Read) -> None:
    both = OLDER.format("Facebook").replace("1629", "12") + "\n" + OLDER.format("Instagram").removeprefix("sep=,\n")
    sizes = read(raw(both.encode("utf-16"))).audiences.select("platform", "size").unique().sort("platform").rows()
    assert sizes == [("facebook", 12), ("instagram", 1629)]


@pytest.mark.parametrize("folder", ["facebook", "Instagram of ours"])
def test_a_file_without_a_platform_is_of_the_one_that_its_folder_names(raw: Make, read: Read, folder: str) -> None:
    extract = read(raw(NEWER.encode("utf-16"), f"{folder}/Audience.csv"))
    assert set(extract.audiences["platform"]) == {folder.lower().split()[0]}
    assert extract.audiences.select("dimension", "part", "share_millionths", "size").rows() == [
        ("age_and_gender", "18-24, men", 101_000, None), ("age_and_gender", "18-24, women", 200_000, None),
        ("city", "Phnom Penh, Cambodia", 603_000, None), ("city", "Siem Reap, Cambodia", 50_000, None),
    ]  # fmt: skip


def test_a_file_that_nothing_gives_to_a_platform_is_refused_with_what_to_do(raw: Make, read: Read) -> None:
    with pytest.raises(Refused, match="put it into a folder that is called facebook or instagram"):
        read(raw(NEWER.encode("utf-16"), "Audience.csv"))


def test_a_block_without_parts_says_so(raw: Make, read: Read) -> None:
    empty = OLDER.format("Instagram").replace('"South Korea","21.4%"\n', "")
    countries = read(raw(empty.encode("utf-16"))).audiences.filter(dimension="country")
    assert countries.select("part", "share_millionths", "unknown_because", "size").rows() == [
        (None, None, NO_PARTS, 1629)
    ]


def test_a_line_with_several_cells_that_are_no_shares_is_left_out_once_with_all_its_parts(
    raw: Make, read: Read
) -> None:
    extract = read(raw(NEWER.replace('"10.1%","20%"', '"120%","x"'), "facebook/a.csv"))
    assert extract.rejects.select("reason", "content").rows() == [
        ("'120%' is no share: it lies outside 0 and the whole", "18-24 Men: 120%, 18-24 Women: x")
    ]
