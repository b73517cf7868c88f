"""What is said of a night: changes without guesses, and nothing of the internet's that means something."""

from __future__ import annotations

from datetime import date

import pytest

from flows import summary
from flows.steps import night
from tests.conftest import CAMPAIGN, World, meta, post


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


OTHERS = (
    '[[campaign]]\nid = "empty"\nactivity = "1.2"\nname = "Empty"\nmatch = { hashtags = ["nobody"] }\n'
    '[[campaign]]\nid = "later"\nactivity = "1.2"\nname = "Later"\nstarts = 2025-01-01\n'
    'match = { hashtags = ["later"] }\n'
)


@pytest.mark.parametrize(
    ("as_of", "plan", "sentences"),
    [
        ("2024-12-30", CAMPAIGN, ["Of 2 posts 1 counts in no campaign; reach unattributed says which rule came nearest."]),
        ("2024-12-30", CAMPAIGN.replace('"forum"]', '"forum", "other"]'), []),
        ("2024-12-31", CAMPAIGN.replace('"forum"]', '"forum", "other"]') + OTHERS, ["1 campaign has no posts: empty."]),
        ("2025-01-01", CAMPAIGN.replace('"forum"]', '"forum", "other"]') + OTHERS,
         ["2 campaigns have no posts: empty, later."]),
    ],
    ids=["a post too many", "all count", "before a campaign begins", "on its first day"],
)  # fmt: skip
def test_a_night_says_which_campaigns_have_no_posts_and_how_many_posts_count_nowhere(
    world: World, as_of: str, plan: str, sentences: list[str]
) -> None:
    world.plan(plan)
    world.drop("2024-10-01/a.csv", meta(post(1, Views=1), post(2, Views=2) | {"Description": "Cat #other"}))
    world.load()
    good = night.read_plan(world.workspace)
    computed = night.compute(world.workspace, good, date.fromisoformat(as_of))
    assert summary.not_counting(computed.tables, good.plan) == sentences
