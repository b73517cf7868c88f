"""Which posts are gone, against plain Python that asks every list about every post."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
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
        "observed_until": contract.TIMESTAMP, "asked_of": pl.String, "asked_since": contract.TIMESTAMP, "is_whole": pl.Boolean, "lists_from": pl.Date,
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
    gone_since = since(described, posts, came, datetime(2025, 1, 1)).drop_nulls("gone_since")
    assert dict(gone_since.select("post_id", "gone_since").rows()) == by_asking_every_list(history)


def test_a_post_that_a_later_whole_list_leaves_out_is_gone_and_keeps_its_last_reading(world: World) -> None:
    rows = [post_row(n, Views=10 * n) for n in range(1, 6)]
    world.drop("2024-10-01/Sep-01-2024_Sep-30-2024_100064500000001.csv", meta(*rows))
    world.drop("2024-11-01/Sep-01-2024_Sep-30-2024_100064500000001 (1).csv", meta(*rows[:4]))
    total = world.campaign()
    assert (total["posts"], total["posts_gone"], total["views"]) == (5, 1, 150)
    gone = world.table("post_totals").drop_nulls("gone_since")
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


AT = datetime(2024, 9, 3)
HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)


def api(name: str, at: datetime, **columns: Any) -> dict[str, Any]:
    given = {"load_id": name, "grade": "api", "connector": "facebook", "observed_at": at, "is_whole": True}
    return given | columns


def export(name: str, at: datetime, **columns: Any) -> dict[str, Any]:
    days = {"lists_from": date(2024, 9, 1), "lists_to": date(2024, 9, 30)}
    return api(name, at, grade="export", is_whole=None) | days | columns


def since(described: pl.LazyFrame, posts: pl.DataFrame, loads: pl.DataFrame, before: datetime) -> pl.DataFrame:
    """Since when posts are gone, by lists of every post that a load described."""
    listed = described.filter(pl.col("is_gone").is_null()).select("load_id", "platform", "post_id").collect()
    lists = gone.lists_of(listed, posts, loads, before, PLATFORMS)
    return gone.since(described, lists, posts, loads, before, ZONE, PLATFORMS)


def gone_since(
    came: list[dict[str, Any]], rows: list[tuple[Any, ...]], posts: dict[str, dict[str, Any]] | None = None
) -> dict[str, date | None]:
    """Posts that something tells of. A row is a load, a post and whether it says that it is gone."""
    _, blank, loads_of = frames([])
    given = {"platform": "facebook", "account_id": "page", "kind": "post", "published_at": AT}
    named = {post: given | (posts or {}).get(post, {}) for _, post, *_ in rows}
    described = pl.DataFrame([{"post_id": post, **columns} for post, columns in named.items()], schema=blank.schema)
    at = {load["load_id"]: load["observed_at"] for load in came}
    told = pl.LazyFrame(
        [(load, named[post]["platform"], post, more[0] if more else None, at[load]) for load, post, *more in rows],
        orient="row",
        schema={"load_id": pl.String, "platform": pl.String, "post_id": pl.String, "is_gone": pl.Boolean, "observed_at": contract.TIMESTAMP},
    )  # fmt: skip
    schema = loads_of.schema
    sources = pl.DataFrame([dict.fromkeys(schema) | load for load in came], schema=schema)
    result = since(told, described, sources, datetime(2024, 12, 1))
    assert result.schema == {
        "platform": pl.String, "post_id": pl.String, "gone_since": pl.Date, "is_watched": pl.Boolean
    }  # fmt: skip
    assert result["is_watched"].all()
    assert result["post_id"].is_unique().all()
    return dict(sorted(result.select("post_id", "gone_since").iter_rows()))


FIRST_LIST, SECOND_LIST = datetime(2024, 10, 1, 5), datetime(2024, 10, 2, 5)
BOTH_HAVE_KEPT = [("one", "kept"), ("two", "kept"), ("one", "lost")]
LOST = {"kept": None, "lost": date(2024, 10, 2)}


def test_a_later_whole_list_tells_what_it_leaves_out() -> None:
    for make in (api, export):
        assert gone_since([make("one", FIRST_LIST), make("two", SECOND_LIST)], BOTH_HAVE_KEPT) == LOST
    since_then = [api("one", FIRST_LIST, asked_since=AT), api("two", SECOND_LIST, asked_since=AT)]
    assert gone_since(since_then, BOTH_HAVE_KEPT) == LOST


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ({"is_whole": False}, {"lost": None}),
        ({"is_whole": None}, {"lost": None}),
        ({"asked_since": AT}, LOST),
        ({"asked_since": AT + MOMENT}, {"kept": None, "lost": None}),
        ({"connector": "other"}, {"kept": None, "lost": None}),
        ({"observed_at": FIRST_LIST}, {"kept": None, "lost": None}),
        ({"observed_at": datetime(2024, 12, 1)}, {"kept": None, "lost": None}),
        ({"observed_at": datetime(2024, 12, 1) - MOMENT}, {"kept": None, "lost": date(2024, 12, 1)}),
        ({"observed_at": datetime(2024, 10, 2, 17)}, {"kept": None, "lost": date(2024, 10, 3)}),
        ({"observed_at": datetime(2024, 10, 2, 17) - MOMENT}, LOST),
    ],
)
def test_an_api_s_list_tells_of_the_days_that_it_was_asked_for_if_it_came_to_its_end(
    second: dict[str, Any], expected: dict[str, date | None]
) -> None:
    came = [api("one", FIRST_LIST), api("two", SECOND_LIST, **second)]
    posts = {"kept": {"published_at": AT if second.get("asked_since") == AT else AT + HOUR}}
    assert gone_since(came, BOTH_HAVE_KEPT, posts) == expected


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ({"lists_from": date(2024, 9, 2)}, LOST),
        ({"lists_from": date(2024, 9, 3)}, {"lost": None}),
        ({"lists_to": date(2024, 9, 4)}, LOST),
        ({"lists_to": date(2024, 9, 3)}, {"lost": None}),
        ({"lists_from": None}, {"lost": None}),
        ({"lists_to": None}, {"lost": None}),
    ],
)
def test_an_export_tells_of_its_days_but_the_first_and_the_last(
    second: dict[str, Any], expected: dict[str, date | None]
) -> None:
    came = [export("one", FIRST_LIST), export("two", SECOND_LIST, **second)]
    posts = {"kept": {"published_at": AT + HOUR}}
    if second.get("lists_to"):
        posts = {}  # published as the list closes, or a day before
    assert gone_since(came, BOTH_HAVE_KEPT, posts) == expected


def test_an_export_tells_nothing_of_what_was_published_after_it() -> None:
    came = [api("one", FIRST_LIST), export("two", AT), export("three", SECOND_LIST)]
    late = {"late": {"published_at": AT}}
    assert gone_since(came, [("two", "early"), ("one", "late")], late | {"early": {"published_at": AT - HOUR}}) == {
        "early": None, "late": None
    }  # fmt: skip


@pytest.mark.parametrize(
    ("posts", "expected"),
    [
        ({"lost": {"account_id": "other"}}, {"kept": None, "lost": None}),
        ({"lost": {"account_id": None}}, {"kept": None}),
        ({"lost": {"kind": "story"}}, {"kept": None}),
        ({"lost": {"kind": None}}, LOST),
        ({"lost": {"kind": "video"}}, LOST),
        ({"lost": {"platform": "website"}}, {"kept": None}),
        ({"lost": {"published_at": None}}, {"kept": None}),
        ({"lost": {"published_at": SECOND_LIST}}, {"kept": None}),
        ({"lost": {"published_at": FIRST_LIST}}, {"kept": None, "lost": date(2024, 10, 2)}),
    ],
)
def test_a_list_tells_of_its_account_s_posts_that_it_would_have(
    posts: dict[str, Any], expected: dict[str, date | None]
) -> None:
    assert gone_since([api("one", FIRST_LIST), api("two", SECOND_LIST)], BOTH_HAVE_KEPT, posts) == expected


def test_a_kind_that_an_export_lacks_altogether_was_filtered() -> None:
    came = [export("one", FIRST_LIST), export("two", SECOND_LIST)]
    assert gone_since(came, BOTH_HAVE_KEPT, {"lost": {"kind": "video"}}) == {"kept": None, "lost": None}
    more = [*BOTH_HAVE_KEPT, ("two", "a video")]
    videos = {"lost": {"kind": "video"}, "a video": {"kind": "video"}}
    assert gone_since(came, more, videos) == LOST | {"a video": None}


def test_a_list_that_lacks_more_than_it_has_was_filtered() -> None:
    came = [api("one", FIRST_LIST), api("two", SECOND_LIST)]
    assert gone_since(came, [*BOTH_HAVE_KEPT, ("one", "another")]) == {"kept": None, "lost": None, "another": None}
    more = [*BOTH_HAVE_KEPT, ("one", "another"), ("two", "b"), ("two", "b")]
    assert gone_since(came, more) == LOST | {"another": date(2024, 10, 2), "b": None}
    apart = [*BOTH_HAVE_KEPT, *(("one", f"other {n}") for n in range(3))]
    other = {f"other {n}": {"account_id": "other"} for n in range(3)}
    assert gone_since(came, apart, other) == LOST | dict.fromkeys(other)


def test_an_export_is_a_list_of_the_account_that_has_most_of_its_posts_and_an_api_s_of_each() -> None:
    guests = {"guest": {"account_id": "guest"}, "their lost": {"account_id": "guest"}}
    rows = [(load, post) for load in ("one", "two") for post in ("kept", "b", "guest")]
    rows += [("one", "lost"), ("one", "their lost")]
    result = gone_since([export("one", FIRST_LIST), export("two", SECOND_LIST)], rows, guests)
    assert result == LOST | {"b": None}
    result = gone_since([api("one", FIRST_LIST), api("two", SECOND_LIST)], rows, guests)
    assert result == LOST | {"b": None, "guest": None, "their lost": date(2024, 10, 2)}


def test_an_api_lists_what_an_api_listed_and_what_people_typed_says_nothing_of_where_it_is() -> None:
    came = [export("one", FIRST_LIST), api("two", SECOND_LIST), export("three", SECOND_LIST + HOUR, lists_from=None)]
    assert gone_since(came, BOTH_HAVE_KEPT) == {"kept": None, "lost": None}
    typed = api("typed", SECOND_LIST + HOUR, grade="entered", is_whole=None)
    came = [api("one", FIRST_LIST), api("two", SECOND_LIST), typed]
    assert gone_since(came, [*BOTH_HAVE_KEPT, ("typed", "lost"), ("typed", "new")]) == LOST


def test_a_post_that_was_seen_again_is_there_and_one_that_was_lost_again_is_gone_since_then() -> None:
    came = [api(name, FIRST_LIST + timedelta(days=n)) for n, name in enumerate(("one", "two", "three", "four"))]
    rows = [("one", "lost"), ("three", "lost"), *((load["load_id"], "kept") for load in came)]
    assert gone_since(came[:3], rows[:2] + rows[2:5]) == {"kept": None, "lost": None}
    assert gone_since(came, rows) == {"kept": None, "lost": date(2024, 10, 4)}
    assert gone_since(came, rows[:1] + rows[2:]) == LOST


def test_a_platform_s_own_word_tells_since_when_where_the_post_was_not_seen_after() -> None:
    came = [api("one", FIRST_LIST), api("two", SECOND_LIST), api("word", FIRST_LIST + HOUR, is_whole=False)]
    assert gone_since(came, [*BOTH_HAVE_KEPT, ("word", "lost", True)]) == {"kept": None, "lost": date(2024, 10, 1)}
    assert gone_since(came[2:], [("word", "lost", True)]) == {"lost": date(2024, 10, 1)}
    seen = [("two", "lost"), ("word", "lost", True), ("one", "kept"), ("two", "kept")]
    assert gone_since(came, seen) == {"kept": None, "lost": None}
    at_once = [api("two", FIRST_LIST), api("word", FIRST_LIST, is_whole=False)]
    assert gone_since(at_once, seen[:2]) == {"lost": None}
    assert gone_since([came[2]], [("word", "there")]) == {}


def test_where_no_list_and_no_word_tells_nothing_is_told() -> None:
    assert gone_since([], []) == {}
    typed = api("typed", FIRST_LIST, grade="entered", is_whole=None)
    assert gone_since([typed], [("typed", "p")]) == {}
    assert gone_since([export("one", FIRST_LIST, lists_from=None)], [("one", "p")]) == {}
    assert gone_since([typed | {"lists_from": date(2024, 9, 1)}], [("typed", "p", True)]) == {"p": date(2024, 10, 1)}


def test_a_post_that_was_seen_after_the_last_list_of_its_account_is_not_watched() -> None:
    came = [export("one", FIRST_LIST), export("two", SECOND_LIST, lists_from=None)]
    assert gone_since(came, [("one", "a"), ("two", "b"), ("two", "c")], {"c": {"account_id": "other"}}) == {"a": None}
