"""What members of a network published together: sums of what is known, bounds of any union, copies of posts, lateness."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.figures import network
from warehouse.figures.mart import shaped
from warehouse.figures.network import MemberNight
from warehouse.figures.tables import MART

DAY = date(2026, 11, 29)
OF_TOTALS = {
    "network": ("project_totals", {"project_name": "A programme"}),
    "activity": ("activity_totals", {"activity_id": "1.1", "activity_name": "Forum"}),
    "campaign": ("campaign_totals", {"campaign_id": "forum", "campaign_name": "The forum", "activity_id": "1.1"}),
}


def shown(member: str, posts: list[dict[str, Any]], as_of: date = DAY, days: int = 1, **totals: Any) -> MemberNight:
    """A member's night with one campaign of these posts, and totals beside what the posts add up to."""
    with_views = [post for post in posts if post.get("views") is not None]
    row = {
        "posts": len(posts),
        "outreach": 0,
        "views": sum(post["views"] for post in with_views) if with_views else None,
        "views_known": len(with_views),
        "engagements_known": 0,
        "reach_known": sum(post.get("reach") is not None for post in posts),
        "as_of": as_of,
        **totals,
    }
    tables = {
        table: shaped(MART[table], pl.DataFrame([{**names, **row}], infer_schema_length=None))
        .with_columns(pl.selectors.ends_with("_known").fill_null(0))
        for table, names in OF_TOTALS.values()
    }  # fmt: skip
    of_post = {
        "platform": "facebook",
        "campaign_ids": "forum",
        "is_crosspost": False,
        "observed_at": datetime(2026, 1, 1),
    }
    schema = {column.name: column.dtype for column in MART["post_totals"].columns}
    tables["post_totals"] = pl.DataFrame([{**of_post, **post} for post in posts], schema=schema)
    about = {"schema_version": "1.1", "snapshot_id": member, "as_of": as_of, "refreshed_at": datetime(2026, 1, 2)}
    tables["about"] = shaped(MART["about"], pl.DataFrame([about]))
    return MemberNight(member, tables, days=days)


def unread(member: str) -> MemberNight:
    return MemberNight(member, {}, f"{member} could not be read: it is damaged.")


def over_all(nights: list[MemberNight], scope: str = "campaign") -> dict[str, Any]:
    rows = network.totals(nights).filter((pl.col("scope") == scope) & pl.col("member").is_null())
    return rows.row(0, named=True)


@pytest.mark.parametrize("scope", OF_TOTALS)
def test_metrics_of_members_add_up_where_they_are_known_and_stay_unknown_elsewhere(scope: str) -> None:
    nights = [
        shown("a", [{"post_id": "1", "views": 10}, {"post_id": "2", "views": None}]),
        shown("b", [{"post_id": "3", "views": 5}]),
    ]
    row = over_all(nights, scope)
    assert (row["posts"], row["views"], row["views_known"]) == (3, 15, 2)
    assert (row["likes"], row["likes_known"], row["engagements"]) == (None, 0, None)
    assert (row["members"], row["members_unknown"], row["shared_posts"]) == (2, 0, 0)


def test_each_members_own_totals_stand_as_it_published_them() -> None:
    nights = [shown("a", [{"post_id": "1", "views": 10}], reach_at_least=4), shown("b", [{"post_id": "2", "views": 5}])]
    rows = network.totals(nights).filter(pl.col("scope") == "campaign").sort("member", nulls_last=True)
    assert rows.select("id", "name", "member", "views", "reach_at_least").rows() == [
        ("forum", "The forum", "a", 10, 4),
        ("forum", "The forum", "b", 5, None),
        ("forum", "The forum", None, 15, 4),
    ]


def test_a_post_that_two_members_count_counts_once_by_the_copy_that_was_read_last() -> None:
    earlier, later = datetime(2026, 1, 1), datetime(2026, 1, 2)
    nights = [
        shown("a", [{"post_id": "1", "views": 10, "observed_at": earlier}, {"post_id": "2", "views": 1}]),
        shown("b", [{"post_id": "1", "views": 12, "observed_at": later}]),
    ]
    row = over_all(nights)
    assert (row["posts"], row["views"], row["views_known"], row["shared_posts"]) == (2, 13, 2, 1)


def test_a_copy_that_was_read_last_and_lacks_a_figure_leaves_the_one_that_is_known() -> None:
    earlier, later = datetime(2026, 1, 1), datetime(2026, 1, 2)
    nights = [
        shown("a", [{"post_id": "1", "views": 10, "observed_at": earlier}]),
        shown("b", [{"post_id": "1", "views": None, "observed_at": later}]),
    ]
    row = over_all(nights)
    assert (row["posts"], row["views"], row["views_known"], row["shared_posts"]) == (1, 10, 1, 1)


POSTS_OF_MEMBERS = st.lists(
    st.dictionaries(
        st.sampled_from("123456"),
        st.tuples(st.none() | st.integers(0, 99), st.none() | st.integers(0, 9), st.integers(1, 9), st.booleans()),
    ),
    min_size=1,
    max_size=4,
)
"""Of each member: a post's views, reach, day of reading, and whether it is in a second campaign beside the first."""


@given(POSTS_OF_MEMBERS)
def test_totals_over_all_are_those_of_a_count_by_hand(
    members: list[dict[str, tuple[int | None, int | None, int, bool]]],
) -> None:
    nights = []
    for number, posts in enumerate(members):
        rows = [
            {"post_id": post, "views": views, "reach": reach, "observed_at": datetime(2026, 1, day)}
            | {"campaign_ids": "forum;other" if is_in_both else "forum"}
            for post, (views, reach, day, is_in_both) in posts.items()
        ]
        nights.append(shown(str(number), rows))
    by_post: dict[str, list[tuple[int, int, int | None, int | None]]] = {}
    for number, posts in enumerate(members):
        for post, (views, reach, day, _) in posts.items():
            by_post.setdefault(post, []).append((-day, number, views, reach))
    views_of = [next((c[2] for c in sorted(copies) if c[2] is not None), None) for copies in by_post.values()]
    with_views = [views for views in views_of if views is not None]
    for scope in OF_TOTALS:
        row = over_all(nights, scope)
        assert (row["posts"], row["shared_posts"]) == (len(by_post), sum(map(len, members)) - len(by_post))
        assert (row["views"], row["views_known"]) == (sum(with_views) if with_views else None, len(with_views))
        assert row["reach_known"] == sum(any(c[3] is not None for c in copies) for copies in by_post.values())


def test_a_post_of_one_member_is_no_copy_of_another_platforms_post_with_its_id() -> None:
    nights = [
        shown("a", [{"post_id": "1", "views": 10}]),
        shown("b", [{"post_id": "1", "views": 12, "platform": "instagram"}]),
    ]
    row = over_all(nights)
    assert (row["posts"], row["views"], row["shared_posts"]) == (2, 22, 0)


def test_a_cross_post_is_left_in_the_totals_that_its_member_published() -> None:
    nights = [
        shown("a", [{"post_id": "1", "views": 10, "is_crosspost": True}]),
        shown("b", [{"post_id": "1", "views": 10}]),
    ]
    assert over_all(nights)["shared_posts"] == 0


def test_a_member_that_could_not_be_read_costs_the_upper_bound_of_reach_and_nothing_else() -> None:
    nights = [
        shown("a", [{"post_id": "1", "views": 10, "reach": 8}], reach_at_least=8, reach_at_most=8, reach_on=DAY),
        shown("b", [{"post_id": "2", "views": 5, "reach": 4}], reach_at_least=4, reach_at_most=5, reach_on=DAY),
    ]
    row = over_all(nights)
    assert [row[name] for name in ("reach_at_least", "reach_at_most", "reach_on", "reach_known")] == [8, 13, DAY, 2]
    assert row["reach_basis"] == "at least: the largest of the members'; at most: the sum of the members'"
    with_unread = over_all([*nights, unread("c")])
    assert (with_unread["views"], with_unread["members"], with_unread["members_unknown"]) == (15, 2, 1)
    assert (with_unread["reach_at_least"], with_unread["reach_at_most"]) == (8, None)
    assert with_unread["reach_basis"].endswith("at most: not known (members without: 1)")


def test_a_bound_that_held_earlier_is_told_with_the_day_on_which_it_held() -> None:
    then = date(2026, 11, 20)
    nights = [
        shown("a", [{"post_id": "1", "reach": 8}], reach_at_least=8, reach_at_most_then=9, reach_on=then),
        shown("b", [{"post_id": "2", "reach": 4}], reach_at_least=4, reach_at_most=5, reach_on=DAY),
    ]
    row = over_all(nights)
    assert (row["reach_at_most"], row["reach_at_most_then"], row["reach_on"]) == (None, 14, then)


def test_a_member_without_posts_of_a_campaign_bounds_nothing() -> None:
    nights = [
        shown("a", [{"post_id": "1", "reach": 8}], reach_at_least=8, reach_at_most=8, reach_on=DAY),
        shown("b", []),
    ]
    assert over_all(nights)["reach_at_most"] == 8


@given(st.lists(st.sets(st.integers(0, 20), min_size=1), min_size=1, max_size=4), st.data())
def test_however_members_audiences_overlap_the_bounds_hold_their_union(
    sets: list[set[int]], data: st.DataObject
) -> None:
    nights = []
    for number, accounts in enumerate(sets):
        most = data.draw(st.none() | st.integers(len(accounts), 30))
        least = data.draw(st.none() | st.integers(0, len(accounts)))
        reached = {"reach_at_least": least, "reach_at_most": most, "reach_on": DAY if most is not None else None}
        nights.append(shown(str(number), [{"post_id": str(number)}], **reached))
    row, union = over_all(nights), len(set.union(*sets))
    assert row["reach_at_least"] is None or row["reach_at_least"] <= union
    assert row["reach_at_most"] is None or row["reach_at_most"] >= union
    assert network.totals(nights).equals(network.totals(nights[::-1]))


@pytest.mark.parametrize(("as_of", "is_late"), [(date(2026, 11, 28), False), (date(2026, 11, 27), True)])
def test_a_member_is_late_once_its_figures_are_more_days_old_than_they_may_be(as_of: date, *, is_late: bool) -> None:
    members = network.members([shown("a", [], as_of), unread("b")], DAY)
    assert members["is_late"].to_list() == [is_late, True]
    late = f"a is late: its figures are of {as_of}." if is_late else None
    assert members["problem"].to_list() == [late, "b could not be read: it is damaged."]
    assert members["as_of"].to_list() == [as_of, None]
    assert network.members([shown("a", [], as_of, days=2)], DAY)["is_late"].to_list() == [False]


def test_where_no_member_could_be_read_there_are_no_totals() -> None:
    assert network.totals([unread("a")]).is_empty()


def test_participants_of_members_add_up_and_a_member_with_an_older_version_tells_none() -> None:
    people = {
        "events": 3,
        "participants": 488,
        "participants_known": 3,
        "participants_women": 214,
        "participants_women_known": 2,
    }
    nights = [
        shown("a", [{"post_id": "1"}], **people),
        shown("b", [{"post_id": "2"}], events=1, participants=12, participants_known=1),
    ]
    row = over_all(nights)
    assert (row["events"], row["participants"], row["participants_known"]) == (4, 500, 4)
    assert (row["participants_women"], row["participants_women_known"], row["participants_men"]) == (214, 2, None)
    older = {name: table.select(pl.exclude("^events|participants.*$")) for name, table in nights[1].tables.items()}
    row = over_all([nights[0], nights[1]._replace(tables=older)])
    assert (row["events"], row["participants"]) == (3, 488)
    row = over_all([nights[1]._replace(tables=older)])
    assert (row["events"], row["participants"]) == (0, None)
