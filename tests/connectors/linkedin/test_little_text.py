from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.linkedin.little_text import plain

RESERVED = "|{}@[]()<>#\\*_~"


def escaped(text: str) -> str:
    return "".join(f"\\{letter}" if letter in RESERVED else letter for letter in text)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (r"Join {hashtag|\#|RightToKnow} today", "Join #RightToKnow today"),
        ("{hashtag|#|RightToKnow}{hashtag|＃|IDUAI}", "#RightToKnow#IDUAI"),
        (r"{hashtag|\#|right\_to\_know}", "#right_to_know"),
        (r"{hashtag|\#|សិទ្ធិដឹង}", "#សិទ្ធិដឹង"),
        (r"with @[Mekong \(Radio\)](urn:li:organization:5) at 5", "with Mekong (Radio) at 5"),
        (r"\(1\) a\_b \{c\} \[d\] \\ \# \@ \| \~ \* \<e\>", r"(1) a_b {c} [d] \ # @ | ~ * <e>"),
        (r"\{hashtag\|\#\|no\}", "{hashtag|#|no}"),
        (r"\\(5)", r"\(5)"),
        ("{hashtag|no}, @[nobody], (plain) #tag a@b.org", "{hashtag|no}, @[nobody], (plain) #tag a@b.org"),
        ("C:\\new\\path", "C:\\new\\path"),
        ("ends with a \\", "ends with a \\"),
        ("", ""),
    ],
)
def test_a_text_is_read_as_readers_of_the_post_see_it(written: str, shown: str) -> None:
    assert plain(written) == shown


@given(st.text(), st.text(min_size=1), st.text(min_size=1), st.text())
def test_whatever_a_person_wrote_is_read_back(before: str, hashtag: str, name: str, after: str) -> None:
    mention = f"@[{escaped(name)}](urn:li:person:a1_-B)"
    written = f"{escaped(before)}{{hashtag|\\#|{escaped(hashtag)}}}{mention}{escaped(after)}"
    assert plain(written) == f"{before}#{hashtag}{name}{after}"
