"""What a claim about an account's figure holds of its posts, at the edges of its days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import polars as pl
import pytest

from warehouse.reach import claimed_posts
from warehouse.reach.of_accounts import AccountReach, Claim

CLAIM = Claim(date(2024, 9, 5), date(2024, 9, 9), "covers", 100, 100)


def at(n: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2024, 9, n, hour, minute)


def covered(
    posts: Sequence[tuple[str, datetime | None, int | None, int | None]],
    readings: Sequence[tuple[str, datetime, int | None]],
    is_at_its_word: bool,
) -> tuple[int | None, int]:
    """What a claim of 100 accounts on 5 to 9 September says of posts: id, publication, the least and the most."""
    key = {"platform": pl.String, "post_id": pl.String}
    mine = pl.DataFrame(
        [("x", *post) for post in posts],
        schema=key | {"published_at": pl.Datetime("us"), "reach_least": pl.Int64, "reach_upper": pl.Int64}, orient="row",
    ).with_columns(own_account=pl.lit("x:1"), is_apart=False)  # fmt: skip
    results = []
    for some in (readings, readings[::-1]):
        read = pl.DataFrame(
            [("x", *reading, True) for reading in some],
            schema=key | {"seen_by": pl.Datetime("us"), "least": pl.Int64, "is_of_reach": pl.Boolean}, orient="row",
        )  # fmt: skip
        account_reach = AccountReach(readings=read, claims={("c", "x:1"): (CLAIM,)})
        of_part = claimed_posts.posts_by_part(account_reach, mine, [])
        results.append(claimed_posts.covered(of_part[("x:1",)], CLAIM, is_at_its_word))
    assert results[0] == results[1]
    return results[0]


P = ("p", at(6), 80, 90)
"""A post that was published within the days, and reached 80 to 90 accounts."""


@pytest.mark.parametrize(
    ("posts", "readings", "expected"),
    [
        ([], [], (100, 0)),
        ([P], [], (100, 80)),
        ([P], [("p", at(10, 12), 60)], (100, 60)),
        ([P], [("p", at(10, 12), 60), ("p", at(12), 80)], (130, 60)),
        ([P], [("p", at(10, 12), 60), ("p", at(12), 80), ("p", at(13), 80)], (130, 60)),
        ([P], [("p", at(10, 11, 59), 60), ("p", at(12), 70), ("p", at(14), 80)], (120, 70)),
        ([P], [("p", at(10, 12), 99), ("p", at(12), 80)], (100, 99)),
        ([P], [("p", at(10, 12), None), ("p", at(12), 80)], (190, 80)),
        ([P], [("p", at(8), 60)], (100, 80)),
        ([P], [("q", at(10, 12), 60), ("q", at(12), 80)], (100, 80)),
        ([("p", at(4, 9, 59), 80, 90)], [], (190, 0)),
        ([("q", at(4, 9, 59), 5, 7), P], [], (107, 80)),
        ([("p", at(4, 10), 80, 90)], [], (100, 80)),
        ([("p", at(10, 12), 80, 90)], [("p", at(12), 80)], (190, 0)),
        ([("p", at(10, 11, 59), 80, 90)], [], (100, 80)),
        ([("p", None, 80, 90)], [], (100, 80)),
        ([("p", at(4), 80, None)], [], (None, 0)),
        ([("p", at(6), 80, None)], [("p", at(12), 80)], (100, 80)),
        ([("p", at(6), 80, None)], [("p", at(12), 60), ("p", at(13), 80)], (None, 60)),
        ([P, ("q", at(6), 5, 7)], [("p", at(12), 60), ("p", at(13), 80), ("q", at(12), 1), ("q", at(14), 5)], (136, 60)),
    ],
)  # fmt: skip
def test_a_claim_at_its_word_holds_through_each_posts_first_reading_after_its_days(
    posts: list[Any], readings: list[Any], expected: tuple[int | None, int]
) -> None:
    assert covered(posts, readings, is_at_its_word=True) == expected


@pytest.mark.parametrize(
    ("posts", "readings", "expected"),
    [
        ([], [], (100, 0)),
        ([P], [], (190, 0)),
        ([P], [("p", at(9, 9, 59), 60)], (100, 60)),
        ([P], [("p", at(9, 9, 59), 60), ("p", at(12), 80)], (130, 60)),
        ([P], [("p", at(8), 40), ("p", at(9, 9, 59), 60), ("p", at(12), 80)], (130, 60)),
        ([P], [("p", at(9, 10), 60), ("p", at(12), 80)], (190, 0)),
        ([("p", at(4), 80, 90)], [("p", at(8), 60), ("p", at(12), 80)], (190, 0)),
        ([("p", at(6), 80, None)], [], (None, 0)),
    ],
)
def test_else_a_claim_holds_through_the_last_reading_within_its_days_in_every_zone(
    posts: list[Any], readings: list[Any], expected: tuple[int | None, int]
) -> None:
    assert covered(posts, readings, is_at_its_word=False) == expected


def test_posts_are_those_of_accounts_with_claims_by_group_without_those_that_stand_apart() -> None:
    columns = ["platform", "post_id", "kind", "own_account", "is_apart", "published_at", "reach_least", "reach_upper"]
    rows = [
        ("x", "p", None, "x:1", False, at(6), 1, 2),
        ("x", "q", "video", "x:1", False, at(6), 3, 4),
        ("x", "r", "video", "x:1", True, at(6), 5, 6),
        ("x", "s", "video", "x:2", False, at(6), 7, 8),
    ]
    posts = pl.DataFrame(rows, schema=columns, orient="row")
    of_part = claimed_posts.posts_by_part(AccountReach(claims={("c", "x:1"): (CLAIM,)}), posts, ["kind"])
    bounds = {part: [(post.least, post.upper) for post in some] for part, some in of_part.items()}
    assert bounds == {(None, "x:1"): [(1, 2)], ("video", "x:1"): [(3, 4)]}
    assert claimed_posts.posts_by_part(AccountReach(claims={("c", "y:1"): (CLAIM,)}), posts, ["kind"]) == {}
