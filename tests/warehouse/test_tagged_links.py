"""Links with tags, and links in posts that lack them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.tagged_links import Tags, slug, tagged, untagged

TAGS = Tags("facebook", "social", "iduai-2024", "open-budget-circle")


@pytest.mark.parametrize(
    ("link", "made"),
    [
        ("https://a.example/", "https://a.example/?utm_source=facebook&utm_medium=social&utm_campaign=iduai-2024&utm_content=open-budget-circle"),
        ("https://a.example/p?id=7#top", "https://a.example/p?id=7&utm_source=facebook&utm_medium=social&utm_campaign=iduai-2024&utm_content=open-budget-circle#top"),
        ("https://a.example/?utm_source=x&b=", "https://a.example/?b=&utm_source=facebook&utm_medium=social&utm_campaign=iduai-2024&utm_content=open-budget-circle"),
    ],
)  # fmt: skip
def test_a_tagged_link_keeps_what_it_asks_for_and_has_each_tag_once(link: str, made: str) -> None:
    assert tagged(link, TAGS) == made
    assert tagged(made, TAGS) == made


@pytest.mark.parametrize(
    ("name", "made"),
    [("Open Budget Circle", "open-budget-circle"), ("  A & B, Ltd. ", "a-b-ltd"), ("ក្រុមយុវជន", "ក្រុមយុវជន"), ("", "")],
)
def test_a_name_in_a_tag_has_small_letters_and_no_blanks(name: str, made: str) -> None:
    assert slug(name) == made


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ("See https://a.example/p.", ["https://a.example/p"]),
        ("See (https://www.A.example/p?x=1)", ["https://www.A.example/p?x=1"]),
        ("https://a.example/p?utm_campaign=iduai-2024", []),
        ("https://a.example/p?utm_campaign=other", ["https://a.example/p?utm_campaign=other"]),
        ("https://b.example/a.example", []),
        ("a.example without a scheme, and http://[::1", []),
        ("សូមមើល https://a.example/p។", ["https://a.example/p"]),
    ],
)
def test_links_to_the_landing_pages_site_without_the_campaigns_tag_are_found(text: str, lacking: list[str]) -> None:
    assert list(untagged(text, "https://a.example/landing", ("iduai-2024",))) == lacking


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_and_any_host_can_be_looked_at(text: str, host: str) -> None:
    assert list(untagged(text, "a.example", (host,))) is not None
    tagged(f"https://a.example/{slug(text)}", TAGS._replace(content=slug(text)))
