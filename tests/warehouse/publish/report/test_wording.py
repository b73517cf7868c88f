"""Texts from the internet made fit to stand on a page, and a language's words for days and instants."""

from __future__ import annotations

from datetime import date, datetime
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import PLATFORMS
from warehouse.publish.report.language import words
from warehouse.publish.report.wording import Texts, link, short

ENGLISH = Texts("en", "Asia/Phnom_Penh", PLATFORMS)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (None, ""), ("", ""), (" a \n\t b ", "a b"), ("a\x00b\x7f\u2028c", "a b c"), ("12345", "12345"),
        ("123456", "12345…"), ("1234 6", "1234…"), ("ច្បាប់", "ច្បា…"),
    ],
)  # fmt: skip
def test_a_text_is_one_line_of_no_more_than_so_many_letters(text: str | None, line: str) -> None:
    assert short(text, 5) == line


@pytest.mark.parametrize(
    "address", [None, "", "javascript:alert(1)", "//a.example/", "http://", "http://[broken", "data:text/html,x", "a b"]
)
def test_only_an_address_of_the_web_is_a_link(address: str | None) -> None:
    assert link(address) is None


def test_a_link_is_kept_without_the_blanks_around_it() -> None:
    assert link(" https://a.example/?x=1#y ") == "https://a.example/?x=1#y"


@given(st.from_regex(r"https?://[a-z0-9.-]{1,3}[/?=a%&#:@-]{0,8}", fullmatch=True))
def test_a_plain_link_stands_as_it_would_after_it_was_taken_apart(address: str) -> None:
    parts = urlsplit(address)
    assert link(address) == (parts.geturl() if parts.netloc else None)


def test_an_instant_is_told_on_the_reporting_zones_clock() -> None:
    last, first = datetime(2024, 12, 30, 16, 59), datetime(2024, 12, 30, 17, 0)
    assert (ENGLISH.day_of(last), ENGLISH.day_of(first)) == ("30 December 2024", "31 December 2024")
    assert ENGLISH.at(last) == "30 December 2024 23:59"
    assert ENGLISH.local(first) == "2024-12-31 00:00"
    assert ENGLISH.local(None) is None
    assert Texts("km", "UTC", PLATFORMS).day(date(2024, 12, 30)) == "ថ្ងៃទី 30 ខែធ្នូ ឆ្នាំ 2024"


@pytest.mark.parametrize(
    ("name", "account_id", "told"),
    [("Page", "12", "Page (Facebook)"), (None, "12", "12 (Facebook)"), (None, None, "Facebook")],
)
def test_an_account_that_its_source_does_not_name_is_called_by_its_platform(
    name: str | None, account_id: str | None, told: str
) -> None:
    assert ENGLISH.account({"account_name": name, "account_id": account_id, "platform": "facebook"}) == told


def test_what_has_no_word_of_its_own_is_called_by_its_name() -> None:
    assert ENGLISH.kind(None) == ""
    assert ENGLISH.kind("a new kind") == "a new kind"
    assert ENGLISH.kind("short") == words("en")["page"]["kinds"]["short"]
