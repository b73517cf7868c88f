"""What is said of a night: changes without guesses, and nothing of the internet's that means something."""

from __future__ import annotations

import pytest

from flows import summary


@pytest.mark.parametrize(
    ("now", "then", "change"),
    [
        ((120, 4), (100, 4), " (+20)"),
        ((90, 4), (100, 4), " (−10)"),
        ((100, 4), (100, 4), ""),
        ((120, 4), (100, 1), " (+20, known of 1 before)"),
        ((100, 4), (100, 3), " (known of 3 before)"),
        ((120, 4), (None, 0), " (not known before)"),
        ((None, 0), (1_200, 4), " (before: 1,200)"),
        ((None, 0), (None, 0), ""),
        ((0, 1), (0, 1), ""),
    ],
)
def test_a_change_is_the_difference_of_two_known_figures(
    now: tuple[int | None, int], then: tuple[int | None, int], change: str
) -> None:
    totals = [{"views": value, "views_known": posts_known} for value, posts_known in (now, then)]
    assert summary.change(totals[0], totals[1], "views") == change


def test_without_an_older_total_there_is_no_change() -> None:
    assert summary.change({"views": 5, "views_known": 1}, None, "views") == ""


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a|b `c` *d* _e_ ~f~", r"a\|b \`c\` \*d\* \_e\_ \~f\~"),
        ("<img src=x onerror=alert(1)> &lt;", r"\<img src=x onerror=alert(1)\> \&lt;"),
        ("[here](javascript:alert(1)) ![](x)", r"\[here\](javascript:alert(1)) \!\[\](x)"),
        (
            "https://evil.example www.evil.example me@evil.example",
            r"https\://evil.example www\.evil.example me\@evil.example",
        ),
        ("two\nlines\r\n# head", r"two lines \# head"),
        ("back\\slash", r"back\\slash"),
        ("name\u202eslx.exe\x00", "nameslx.exe"),
        ("សិទ្ធិ 2024-12-30/a.csv", "សិទ្ធិ 2024-12-30/a.csv"),
    ],
)
def test_what_people_wrote_means_nothing_in_markdown(text: str, written: str) -> None:
    assert summary.escaped(text) == written
