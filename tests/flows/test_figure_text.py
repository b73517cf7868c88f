"""A figure as text: what is not known is said, and never a 0."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from flows.figure_text import accounts_reached, cell, figure, signed


@pytest.mark.parametrize(
    ("value", "posts_known", "posts", "approximate", "text"),
    [
        (46_700, 15, 15, 0, "46,700"),
        (46_700, 14, 15, 0, "46,700 (14 of 15)"),
        (46_700, 15, 15, 3, "≈ 46,700"),
        (0, 1, 1, 0, "0"),
        (None, 0, 15, 0, "not known"),
        (None, 0, 0, 0, ""),
        (30_729.481, 15, 15, 0, "30,729"),
    ],
)
def test_a_metric_says_how_many_posts_know_it_where_some_do_not(
    value: float | None, posts_known: int, posts: int, approximate: int, text: str
) -> None:
    row = {"views": value, "views_known": posts_known, "posts": posts, "approximate": approximate}
    assert figure(row, "views") == text


@pytest.mark.parametrize(
    ("least", "most", "posts", "text"),
    [
        (7_126, 34_323, 15, "7,126 to 34,323"),
        (7_126, 7_126, 1, "7,126"),
        (7_126, None, 15, "at least 7,126"),
        (None, 34_323, 15, "at most 34,323"),
        (None, None, 15, "not known"),
        (None, None, 0, ""),
    ],
)
def test_reach_is_said_by_its_bounds(least: int | None, most: int | None, posts: int, text: str) -> None:
    row: dict[str, Any] = {"reach_at_least": least, "reach_at_most": most, "posts": posts}
    assert accounts_reached(row) == text


@pytest.mark.parametrize(
    ("most", "then", "on", "text"),
    [
        (800, None, 5, "300 to 800"),
        (800, None, 4, "at least 300 (at most 800 on 2024-11-04)"),
        (None, 800, 4, "at least 300 (at most 800 on 2024-11-04)"),
    ],
)
def test_a_bound_of_an_earlier_day_is_told_with_its_day(most: int | None, then: int | None, on: int, text: str) -> None:
    row = {"reach_at_least": 300, "reach_at_most": most, "reach_at_most_then": then, "posts": 2}
    assert accounts_reached(row | {"reach_on": date(2024, 11, on), "read_to": datetime(2024, 11, 5, 16)}) == text


@pytest.mark.parametrize(("amount", "text"), [(20, "+20"), (-1_000, "−1,000"), (0, "0"), (0.5, "+0.5"), (-2.0, "−2")])
def test_a_difference_has_its_sign(amount: float, text: str) -> None:
    assert signed(amount) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, "yes"), (False, "no"), (1_234, "1,234"), (1_234.56, "1,234.6"), (3_000.0, "3,000"), ("a", "a")],
)
def test_a_cell_is_for_reading(value: object, text: str) -> None:
    assert cell(value) == text
