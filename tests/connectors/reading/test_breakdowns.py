"""Parts of audiences: shares stay as they are told, and parts get one name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

import connectors
from connectors.contract import Extract, Raw
from connectors.reading.breakdowns import BELOW, LEFT_BLANK, NO_PARTS, part_of
from tests.connectors.conftest import raw_of

AUDIENCE = "Gender,Distribution\n"


Read = Callable[[Raw], Extract]


def read_cell(read: Read, cell: str) -> Extract:
    return read(raw_of(f'{AUDIENCE}Female,"{cell}"\n'.encode()))


@pytest.mark.parametrize(
    ("dimension", "written", "part"),
    [
        ("age", ["18-24"], "18-24"), ("age", ["age 13–17"], "13-17"), ("age", ["65+"], "65+"), ("age", ["age65-"], "65+"),
        ("age", ["65 and over"], "65+"), ("age", ["Others"], "others"), ("age", ["Young"], "Young"),
        ("gender", ["Female"], "women"), ("gender", ["MALE"], "men"), ("gender", ["User-specified"], "others"),
        ("gender", ["Nữ"], "women"), ("gender", ["x"], "x"),
        ("age_and_gender", ["25-34", "Men"], "25-34, men"),
        ("country", ["KH"], "KH"), ("country", ["South Korea"], "KR"), ("country", ["Others"], "others"),
        ("country", ["Elsewhere"], "Elsewhere"), ("city", ["Phnom Penh,  Cambodia"], "Phnom Penh, Cambodia"),
        ("place", ["CA"], "CA"),
    ],
)  # fmt: skip
def test_a_part_has_one_name_whoever_tells_it(dimension: str, written: list[str], part: str) -> None:
    assert part_of(dimension, written) == part


@pytest.mark.parametrize(
    ("cell", "share"),
    [("0.59", 590_000), ("0", 0), ("1", 1_000_000), ("0.462", 462_000), ("0,462", 462_000), ("4.2%", 42_000),
     ("3,5 %", 35_000), ("100%", 1_000_000)],
)  # fmt: skip
def test_a_share_is_kept_as_it_is_told(read: Read, cell: str, share: int) -> None:
    figures = read_cell(read, cell).audiences
    assert figures.select("part", "share_millionths", "count", "told", "unknown_because").rows() == [
        ("women", share, None, cell, None)
    ]


@pytest.mark.parametrize(("cell", "why"), [("< 0.1%", BELOW.format(most="0.1%")), ("", LEFT_BLANK), ("–", LEFT_BLANK)])
def test_a_share_that_is_not_told_is_not_known_and_no_zero(read: Read, cell: str, why: str) -> None:
    figures = read_cell(read, cell).audiences
    assert figures.select("share_millionths", "unknown_because").rows() == [(None, why)]


@pytest.mark.parametrize("cell", ["1.0001", "100.1%", "-0.1", "many"])
def test_what_is_no_share_is_rejected_with_its_words(read: Read, cell: str) -> None:
    extract = read_cell(read, cell)
    assert extract.audiences.is_empty()
    assert [cell in reason for reason in extract.rejects["reason"]] == [True]


def test_a_heading_without_parts_says_so(read: Read) -> None:
    extract = read(raw_of(AUDIENCE.encode()))
    assert extract.audiences.select("dimension", "part", "unknown_because").rows() == [("gender", None, NO_PARTS)]
    assert ["no parts below it" in note for note in extract.notes] == [True]


def test_two_words_that_are_one_of_ours_stay_two_parts_and_are_not_added(read: Read) -> None:
    extract = read(raw_of(f"{AUDIENCE}Other,0.1\nUnknown,0.2\n".encode()))
    assert extract.audiences.select("part", "share_millionths").rows() == [("Other", 100_000), ("Unknown", 200_000)]


@given(st.lists(st.integers(0, 1000), max_size=6))
def test_shares_are_neither_filled_up_nor_scaled_whatever_they_add_up_to(shares: list[int]) -> None:
    rows = "".join(f"Land {number},{share / 1000}\n" for number, share in enumerate(shares))
    (read,) = connectors.read(raw_of(f"Top territories,Distribution\n{rows}".encode()), {})
    told = read.extract.audiences.drop_nulls("part")
    assert told["share_millionths"].to_list() == [share * 1000 for share in shares]
    assert told["count"].null_count() == len(shares)
