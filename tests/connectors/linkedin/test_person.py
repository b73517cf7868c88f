from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.contract import Raw
from connectors.linkedin import person
from connectors.reading import files

Make = Callable[..., Raw]
LINK = "https://www.linkedin.com/feed/update/urn:li:activity:742000000000000002"


def table(raw: Make, *lines: str) -> files.Table:
    (only,) = files.tables(raw("\n".join(lines)))
    return only


def test_two_lists_side_by_side_are_top_posts_and_the_second_has_the_impressions(raw: Make) -> None:
    top = person.top_posts(table(raw, "a,b,c,,a,b,d", f"{LINK}1,18/6/2026,16,,{LINK}2,8/6/2026,150"))
    assert top is not None
    assert dict(top.positions) == {"url": (0, 4), "published_at": (1, 5), "impressions": (6,)}


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("a,b,c,,a,b,c", f"{LINK}1,18/6/2026,16,,{LINK}2,8/6/2026,150"),  # one list twice
        ("a,b,c,,x,b,d", f"{LINK}1,18/6/2026,16,,{LINK}2,8/6/2026,150"),
        ("a,b,c,,a,b,d", "https://x.com/a/status/1,18/6/2026,16,,https://x.com/a/status/2,8/6/2026,150"),
        ("a,b,c,,a,b,d", f"{LINK}1,debate,16,,{LINK}2,debate,150"),
    ],
)
def test_lists_of_other_words_links_or_cells_are_none(raw: Make, header: str, row: str) -> None:
    assert person.top_posts(table(raw, header, row)) is None


def test_a_list_that_ends_before_the_other_is_one_still(raw: Make) -> None:
    assert person.top_posts(table(raw, "a,b,c,,a,b,d", f",,,,{LINK}2,8/6/2026,150"))
    assert person.top_posts(table(raw, "a,b,c,,a,b,d", f"{LINK}2,8/6/2026,150,,,,"))


@pytest.mark.parametrize(("reached", "is_overall"), [("700", True), ("701", False), ("many", False)])
def test_the_overall_performance_has_a_range_impressions_and_no_more_members(
    raw: Make, reached: str, is_overall: bool
) -> None:
    top = person.overall(table(raw, "a,17/6/2026 - 23/6/2026", "b,700", f"c,{reached}"))
    assert (dict(top.positions) if top else None) == ({"impressions": (1,), "reach": (2,)} if is_overall else None)
    assert person.overall(table(raw, "a,17/6/2026", "b,700", "c,300")) is None


def test_the_line_of_followers_holds_words_and_a_day_and_not_a_day_alone(raw: Make) -> None:
    assert person.followers_day(table(raw, "Follower totali il giorno 23/6/2026:,435", "a,b")) == (0, "23/6/2026")
    assert person.followers_day(table(raw, "23/6/2026,435", "24/6/2026,436")) is None
    assert person.followers_day(table(raw, "Follower totali il giorno 23/6/2026,many", "a,b")) is None
