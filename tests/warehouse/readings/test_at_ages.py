"""What posts stood at some days after their publication. docs/rules.md: Compared with its own past."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import METRIC_NAMES, TIMESTAMP
from warehouse.readings.at_ages import AGES, AT_AGES, COMPARED, PAST, READ, at_ages, comparable

BORN = datetime(2024, 9, 2, 8)
HOUR = timedelta(hours=1)
TYPES = {
    "platform": pl.String, "post_id": pl.String, "observed_at": TIMESTAMP, "observed_until": TIMESTAMP,
    **dict.fromkeys(COMPARED, pl.Int64), "rounded": METRIC_NAMES, "is_measured": pl.Boolean,
}  # fmt: skip


def reading(hours: float, post_id: str = "a", **cells: Any) -> dict[str, Any]:
    return {"platform": "facebook", "post_id": post_id, "observed_at": BORN + hours * HOUR, "is_measured": True} | cells


def told(*readings: dict[str, Any]) -> list[tuple[int, str, int, bool]]:
    """What is told of post ``a``: age, metric, value and whether it is exact."""
    posts = pl.DataFrame({"platform": ["facebook"], "post_id": ["a"], "published_at": [BORN]})
    frame = pl.DataFrame(readings, TYPES)
    assert tuple(frame.columns) == READ
    rows = at_ages(frame.lazy(), posts)
    assert dict(rows.schema) == {name: dtype() if isinstance(dtype, type) else dtype for name, dtype in AT_AGES.items()}
    return sorted(rows.select("age_days", "metric", "value", "is_exact").rows())


def views(*readings: dict[str, Any]) -> list[tuple[int, int]]:
    return [(age, value) for age, metric, value, _ in told(*readings) if metric == "views"]


@pytest.mark.parametrize(
    ("hours", "age"),
    [
        (23.99, None), (24, 1), (53.99, 1), (54, None), (167.99, None), (168, 7), (209.99, 7), (210, None),
        (671.99, None), (672, 28), (839.99, 28), (840, None),
    ],
)  # fmt: skip
def test_a_reading_is_of_an_age_once_so_many_days_have_passed_and_until_a_little_later(
    hours: float, age: int | None
) -> None:
    assert views(reading(hours, views=5)) == ([] if age is None else [(age, 5)])


def test_the_first_reading_of_an_age_counts_whatever_comes_later() -> None:
    assert views(reading(180, views=9), reading(169, views=5), reading(200, views=20)) == [(7, 5)]


def test_each_metric_has_its_own_first_reading_and_nothing_not_known_is_zero() -> None:
    rows = told(reading(169, views=5), reading(180, views=9, likes=2))
    assert rows == [(7, "likes", 2, True), (7, "views", 5, True)]


def test_a_zero_that_was_read_is_a_figure() -> None:
    assert views(reading(25, views=0)) == [(1, 0)]


def test_a_reading_of_which_the_day_is_not_known_is_of_no_age() -> None:
    assert views(reading(25, views=5, observed_until=BORN + 300 * HOUR)) == []


def test_of_one_instant_the_exact_reading_counts_then_the_larger() -> None:
    rounded = reading(25, views=3500, likes=7, rounded=["views"])
    assert told(rounded, reading(25, views=3467), reading(25, likes=8)) == [
        (1, "likes", 8, True),
        (1, "views", 3467, True),
    ]
    assert told(rounded)[1] == (1, "views", 3500, False)


def test_without_posts_nothing_is_looked_at() -> None:
    none = pl.DataFrame(schema={"platform": pl.String, "post_id": pl.String, "published_at": TIMESTAMP})
    assert at_ages(pl.DataFrame([reading(25, views=1)], TYPES).lazy(), none).is_empty()


figures = st.integers(0, 3) | st.none()


@given(
    st.lists(
        st.builds(
            lambda hours, post, views, likes, rounded: reading(
                hours, post, views=views, likes=likes, rounded=["views"] if rounded else None
            ),
            st.sampled_from([0, 24, 25, 53, 54, 100, 168, 170, 209, 210, 672, 700, 839, 840]),
            st.sampled_from("ab"), figures, figures, st.booleans(),
        ),
        max_size=12,
    ),
    st.integers(-30, 30),
)  # fmt: skip
def test_every_figure_is_the_one_that_a_look_at_each_reading_finds(readings: list[dict[str, Any]], later: int) -> None:
    born = {"a": BORN, "b": BORN + later * HOUR}
    posts = pl.DataFrame({"platform": ["facebook"] * 2, "post_id": list(born), "published_at": list(born.values())})
    expected = {}
    for post_id, at in born.items():
        for age in AGES:
            for metric in COMPARED:
                rows = [
                    (one["observed_at"], metric in (one.get("rounded") or ()), -one[metric])
                    for one in readings
                    if one["post_id"] == post_id
                    and one.get(metric) is not None
                    and at + timedelta(days=age.days) <= one["observed_at"] < at + age.closes
                ]
                if rows:
                    read_at, is_rounded, minus = min(rows)
                    expected[post_id, age.days, metric] = (-minus, not is_rounded, read_at)
    told_of = at_ages(pl.DataFrame(readings, TYPES).lazy(), posts)
    assert {row[1:4]: row[4:] for row in told_of.rows()} == expected
    assert told_of.height == len(expected)


def test_what_is_compared_are_dated_posts_of_the_pages_of_campaigns_posts_from_a_year_before_the_first_on() -> None:
    rows = [
        ("facebook", "ours", "page", "video", BORN), ("facebook", "before", "page", "photo", BORN - PAST),
        ("facebook", "long-ago", "page", "video", BORN - PAST - HOUR), ("facebook", "later", "page", "video", BORN + HOUR),
        ("facebook", "elsewhere", "other", "video", BORN), ("facebook", "no-kind", "page", None, BORN),
        ("facebook", "no-day", "page", "video", None), ("facebook", "no-page", None, "video", BORN),
        ("website", "article", "page", "page", BORN), ("outreach", "talk", "page", "radio", BORN),
    ]  # fmt: skip
    columns = {**dict.fromkeys(("platform", "post_id", "account_id", "kind"), pl.String), "published_at": TIMESTAMP}
    posts = pl.DataFrame(rows, columns, orient="row")
    ours = posts.filter(pl.col("post_id").is_in(["ours", "article", "talk"]))
    none = posts.select("platform", "post_id", "published_at").clear()
    assert sorted(comparable(posts, ours, none)["post_id"]) == ["before", "later", "ours"]
    shown_before = none.vstack(pl.DataFrame([("facebook", "ours", BORN - HOUR)], none.schema, orient="row"))
    compared = comparable(posts, ours, shown_before)
    assert dict(compared.select("post_id", "published_at").rows())["ours"] == BORN - HOUR
    assert sorted(compared["post_id"]) == ["before", "later", "long-ago", "ours"], (
        "the first of ours is an hour earlier"
    )
