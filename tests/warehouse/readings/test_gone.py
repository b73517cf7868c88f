"""Which posts are gone, against plain Python that asks every list about every post."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import PLATFORMS, contract
from tests.conftest import World, meta
from tests.conftest import post as post_row
from warehouse.readings import gone

ZONE = "Asia/Phnom_Penh"
FIRST = datetime(2024, 9, 1)
POSTS = {
    post: (FIRST + timedelta(days=2 + n, hours=3), "video" if n == 4 else "post") for n, post in enumerate("abcde")
}

one_load = st.fixed_dictionaries(
    {
        "day": st.integers(0, 20),
        "grade": st.sampled_from(["api", "api", "export", "entered"]),
        "is_whole": st.booleans(),
        "lists": st.none() | st.sampled_from([(0, 30), (3, 30), (0, 4)]),
        "has": st.sets(st.sampled_from(sorted(POSTS))),
        "says_gone": st.sets(st.sampled_from(sorted(POSTS)), max_size=1),
    }
)
loads = st.lists(
    # Only an API says so of a post by itself.
    one_load.map(lambda load: load if load["grade"] == "api" else load | {"says_gone": set()}),
    max_size=6,
    unique_by=lambda load: load["day"],
)


def frames(history: list[dict[str, Any]]) -> tuple[pl.LazyFrame, pl.DataFrame, pl.DataFrame]:
    """What loads described, the posts, and the loads, as the state hands them on."""
    rows, came = [], []
    for load in history:
        name, at = f"load {load['day']}", FIRST + timedelta(days=load["day"], hours=5)
        is_export = load["grade"] == "export"
        listed = load["lists"] if is_export else None
        came.append(
            {
                "load_id": name, "grade": load["grade"], "connector": "facebook", "observed_at": at,
                "asked_of": "page" if load["grade"] == "api" else None,
                "asked_since": FIRST + timedelta(days=load["lists"][0]) if load["grade"] == "api" and load["lists"] else None,
                "is_whole": load["is_whole"] if load["grade"] == "api" else None,
                "lists_from": FIRST.date() + timedelta(days=listed[0]) if listed else None,
                "lists_to": FIRST.date() + timedelta(days=listed[1]) if listed else None,
            }
        )  # fmt: skip
        rows += [(name, "facebook", post, None, at) for post in sorted(load["has"] - load["says_gone"])]
        rows += [(name, "facebook", post, True, at) for post in sorted(load["says_gone"])]
    described = pl.LazyFrame(
        rows, orient="row",
        schema={"load_id": pl.String, "platform": pl.String, "post_id": pl.String, "is_gone": pl.Boolean, "observed_at": contract.TIMESTAMP},
    )  # fmt: skip
    posts = pl.DataFrame(
        [("facebook", post, "page", kind, at) for post, (at, kind) in POSTS.items()], orient="row",
        schema={"platform": pl.String, "post_id": pl.String, "account_id": pl.String, "kind": pl.String, "published_at": contract.TIMESTAMP},
    )  # fmt: skip
    schema = {
        "load_id": pl.String, "grade": pl.String, "connector": pl.String, "observed_at": contract.TIMESTAMP,
        "asked_of": pl.String, "asked_since": contract.TIMESTAMP, "is_whole": pl.Boolean, "lists_from": pl.Date,
        "lists_to": pl.Date,
    }  # fmt: skip
    return described, posts, pl.DataFrame(came, schema=schema, orient="row")


def covers(load: dict[str, Any]) -> set[str]:
    """The posts that a load would list if they were there; none where it is no whole list."""
    at = FIRST + timedelta(days=load["day"], hours=5)
    if load["grade"] == "api" and load["is_whole"]:
        opens, closes = FIRST + timedelta(days=load["lists"][0]) if load["lists"] else datetime.min, at
    elif load["grade"] == "export" and load["lists"]:
        opens = FIRST + timedelta(days=load["lists"][0] + 1)
        closes = min(FIRST + timedelta(days=load["lists"][1]), at)
    else:
        return set()
    return {post for post, (published, _) in POSTS.items() if opens <= published < closes}


def by_asking_every_list(history: list[dict[str, Any]]) -> dict[str, date]:
    """Since when each post is gone."""
    gone_since: dict[str, date] = {}
    for post in POSTS:
        seen = [
            load["day"] for load in history if post in load["has"] - load["says_gone"] and load["grade"] != "entered"
        ]
        last = max(seen, default=-1)
        days = [load["day"] for load in history if post in load["says_gone"] and load["day"] > last]
        for load in history:
            item = load["has"] - load["says_gone"]
            inside = item & covers(load)
            knew = {
                other
                for before in history
                if before["grade"] == load["grade"]
                for other in before["has"] - before["says_gone"]
            }
            lost = {
                other for other in (covers(load) & knew) - item
                if max((b["day"] for b in history if other in b["has"] - b["says_gone"] and b["grade"] != "entered"), default=99) < load["day"]
                and (load["grade"] == "api" or POSTS[other][1] in {POSTS[x][1] for x in inside})
            }  # fmt: skip
            if inside and post in lost and len(lost) <= len(inside) and load["day"] > last:
                days.append(load["day"])
        if days:
            gone_since[post] = (FIRST + timedelta(days=min(days))).date()
    return gone_since


@given(loads)
@settings(max_examples=150, deadline=None)
def test_posts_are_gone_since_the_first_whole_list_or_word_after_they_were_last_seen(
    history: list[dict[str, Any]],
) -> None:
    described, posts, came = frames(history)
    gone_since = gone.since(described, posts, came, datetime(2025, 1, 1), ZONE, PLATFORMS).drop_nulls("gone_since")
    assert dict(gone_since.select("post_id", "gone_since").rows()) == by_asking_every_list(history)


def test_a_post_that_a_later_whole_list_leaves_out_is_gone_and_keeps_its_last_reading(world: World) -> None:
    rows = [post_row(n, Views=10 * n) for n in range(1, 6)]
    world.drop("2024-10-01/Sep-01-2024_Sep-30-2024_100064500000001.csv", meta(*rows))
    world.drop("2024-11-01/Sep-01-2024_Sep-30-2024_100064500000001 (1).csv", meta(*rows[:4]))
    total = world.campaign()
    assert (total["posts"], total["posts_gone"], total["views"]) == (5, 1, 150)
    gone = world.tables()["post_totals"].drop_nulls("gone_since")
    assert gone.select("views", "gone_since").rows() == [(50, date(2024, 11, 1))]
    assert world.campaign("2024-10-31")["posts_gone"] == 0


def test_a_post_that_comes_back_is_not_gone(world: World) -> None:
    rows = [post_row(n, Views=10) for n in range(1, 6)]
    for day, item in (("2024-10-01", rows), ("2024-11-01", rows[:4]), ("2024-12-01", rows)):
        world.drop(f"{day}/Sep-01-2024_Sep-30-2024_100064500000001.csv", meta(*item, post_row(6, Views=day[5:7])))
    assert world.campaign("2024-11-30")["posts_gone"] == 1
    assert world.campaign()["posts_gone"] == 0


def test_a_list_that_was_filtered_or_names_no_days_says_nothing_of_what_it_lacks(world: World) -> None:
    rows = [post_row(n, Views=10) for n in range(1, 6)]
    videos = [post_row(n, Views=10, Post_type="Videos") for n in range(6, 8)]
    world.drop("2024-10-01/Sep-01-2024_Sep-30-2024_100064500000001.csv", meta(*rows, *videos))
    world.drop("2024-11-01/Sep-01-2024_Sep-30-2024_100064500000001 photos.csv", meta(*rows))
    world.drop("2024-11-02/some of them.csv", meta(*rows[:4]))
    assert world.campaign()["posts_gone"] == 0
    world.drop("2024-11-03/Sep-01-2024_Sep-30-2024_100064500000001 one.csv", meta(rows[0]))
    assert world.campaign()["posts_gone"] == 0


def test_where_nothing_tells_whether_posts_are_gone_that_is_unknown(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post_row(1, Views=10)))
    assert world.campaign()["posts_gone"] is None
