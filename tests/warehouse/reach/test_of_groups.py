"""What accounts' own figures say of groups of posts. docs/rules.md: Reach is not added up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from tests.conftest import CAMPAIGN, PAGE, World, meta, post, sheet
from tests.samples import PAGE_OF_PLAN, page_days
from warehouse.reach import bounds, of_groups
from warehouse.reach.claimed_posts import posts_by_part
from warehouse.reach.of_accounts import AccountReach, Claim
from warehouse.reach.windows import Chain, Step, Window


def test_a_pages_own_days_lower_the_upper_bound_where_they_cover_the_posts_whole_exposure(world: World) -> None:
    world.plan(CAMPAIGN + PAGE_OF_PLAN)
    world.drop("2024-10-01/a.csv", meta(post(1, Reach=100), post(2, Reach=70)))
    world.drop("2024-10-05/Our page/results.csv", page_days(50, *(4 for _ in range(31)), 9, 9))
    tables = world.tables()
    for name in ("campaign_totals", "activity_totals", "project_totals", "platform_totals", "kind_totals"):
        total = tables[name].row(0, named=True)
        assert (name, total["reach_at_least"], total["reach_at_most"]) == (name, 100, 124)
    assert tables["account_totals"]["reach_at_most"].to_list() == [124]
    assert f"facebook:{PAGE} at its own reach of 2024-09-02 to 2024-10-02 (31 windows" in total["reach_basis"]


def test_a_video_of_several_pages_is_not_within_one_pages_figure(world: World) -> None:
    world.plan(CAMPAIGN + PAGE_OF_PLAN)
    world.drop("2024-10-01/a.csv", meta(post(1, Reach=100, Is_crosspost=1), post(2, Reach=70), post(3, Reach=60)))
    world.drop("2024-10-05/Our page/results.csv", page_days(50, *(3 for _ in range(31)), 9))
    assert world.campaign()["reach_at_most"] == 100 + 93


@pytest.mark.parametrize(
    ("scope", "expected"),
    [("covers", (100, 150)), ("inside", (150, 170)), ("equal", (150, 150)), (None, (100, 170))],
)
def test_a_figure_of_the_plan_counts_by_its_scope(world: World, scope: str | None, expected: tuple[int, int]) -> None:
    text = f', scope = "{scope}"' if scope else ""
    figure = f'account = "facebook:{PAGE}", metric = "reach", from = 2024-09-01, to = 2024-09-30{text}'
    world.plan(CAMPAIGN + f"account_figures = [{{ {figure} }}]\n")
    world.drop("2024-10-01/a.csv", meta(post(1, Reach=100), post(2, Reach=70)))
    typed = {"platform": "facebook", "account": PAGE}
    spans = [("2024-09-01", "2024-09-30", 150), ("2024-09-01", "2024-09-15", 30), ("2024-09-16", "2024-09-30", 40)]
    rows = [{**typed, "no": n, "from": a, "to": b, "reach": value} for n, (a, b, value) in enumerate(spans)]
    world.drop("2024-10-05/s.csv", sheet(*rows))
    tables = world.tables()
    for name in ("campaign_totals", "activity_totals", "project_totals", "account_totals", "organisation_totals"):
        total = tables[name].row(0, named=True)
        assert (total["reach_at_least"], total["reach_at_most"]) == expected
    kinds = tables["kind_totals"].row(0, named=True)
    assert (kinds["reach_at_least"], kinds["reach_at_most"]) == (100, expected[1])
    world.drop("2024-10-05/s.csv", sheet(*rows[1:]), modified="2024-10-06T12:00")
    assert world.campaign()["reach_at_most"] == 170


def day(n: int) -> date:
    return date(2024, 9, 1) + timedelta(days=n - 1)


FIRST, SECOND = ("p", 100, 100), ("q", 70, 70)
"""Posts of an account: id, the least and the most that they reached, published and last read on 1 and 3 September."""


def figures_of(
    accounts: Mapping[str, str],
    posts: Sequence[tuple[str, int | None, int | None]],
    windows: Mapping[str, tuple[tuple[Window, ...], ...]],
    claims: Mapping[tuple[str, str], tuple[Claim, ...]],
    apart: str = "",
) -> AccountReach:
    """The figures of accounts, and their posts' readings."""
    key = {"platform": pl.String, "post_id": pl.String}
    return AccountReach(
        pl.DataFrame([("x", post, accounts[post], datetime(2024, 9, 1, 13), post in apart) for post, *_ in posts],
            schema=key | {"own_account": pl.String, "published_at": pl.Datetime("us"), "is_apart": pl.Boolean}, orient="row"),
        pl.DataFrame([("x", post, datetime(2024, 9, 3, 9), least, True) for post, least, _ in posts if least is not None],
            schema=key | {"seen_by": pl.Datetime("us"), "least": pl.Int64, "is_of_reach": pl.Boolean}, orient="row"),
        pl.DataFrame([("x", post, day(1), day(3), most or 0, int(most is None), least or 0) for post, least, most in posts if post not in apart],
            schema=key | dict.fromkeys(("begins", "day"), pl.Date) | dict.fromkeys(("gained", "settled", "least"), pl.Int64), orient="row"),
        windows, claims,
    )  # fmt: skip


def told_of(
    *posts: tuple[str, int | None, int | None],
    windows: Sequence[tuple[int, int, int]] = (),
    claims: Sequence[Claim] = (),
    claims_of_d: Sequence[Claim] = (),
    apart: str = "",
    kind: str | None = "kind",
    by: Sequence[str] = ("campaign_id",),
    campaigns: Mapping[str, str] | None = None,
) -> list[tuple[Any, ...]] | None:
    """What the figures of account x:1 say of its posts: by group, the columns of OF_ACCOUNTS."""
    number = {"reach_least": pl.Int64, "reach_upper": pl.Int64}
    key = {"platform": pl.String, "post_id": pl.String}
    members = pl.DataFrame(
        [("x", post, campaign, f"activity of {campaign}", kind, least, most) for post, least, most in posts for campaign in (campaigns or {}).get(post, "c")],
        schema=key | dict.fromkeys(("campaign_id", "activity_id", "kind"), pl.String) | number, orient="row",
    )  # fmt: skip
    figures = figures_of(
        {post: "x:1" for post, *_ in posts}, posts,
        {"x:1": (tuple(Window(day(first), day(last), most) for first, last, most in windows),)} if windows else {},
        {(campaign, "x:1"): tuple(some) for campaign, some in (("c", claims), ("d", claims_of_d)) if some}, apart,
    )  # fmt: skip
    result = of_groups.of_groups(figures, members, by)
    if result is None:
        return None
    assert result.schema == {name: members.schema[name] for name in by} | bounds.OF_ACCOUNTS
    return result.rows()


DAYS = "x:1 at its own reach of 2024-09-01 to 2024-09-09"
CLAIMED = "x:1's own reach of 2024-09-01 to 2024-09-09"


def claim(scope: Any, value: int, last: int = 9, most: int | None = None) -> Claim:
    return Claim(day(1), day(last), scope, value, value if most is None else most)


@pytest.mark.parametrize(
    ("posts", "more", "expected"),
    [
        ([FIRST, SECOND], {}, None),
        ([], {"windows": [(1, 9, 120)]}, None),
        ([FIRST, SECOND], {"windows": [(1, 9, 120)]}, (None, -50, 0, None, DAYS, None)),
        ([FIRST, SECOND], {"windows": [(1, 5, 60), (6, 9, 1)]}, (None, 0, 0, None, None, "left out: x:1's own reach of 2024-09-01 to 2024-09-05 (60), below a post's 100")),
        ([FIRST, SECOND], {"windows": [(1, 2, 60), (3, 9, 50)]}, (None, -60, 0, None, f"{DAYS} (2 windows added up)", None)),
        ([FIRST, SECOND], {"windows": [(1, 2, 100)]}, None),
        ([FIRST, SECOND], {"windows": [(2, 9, 120)]}, None),
        ([FIRST, SECOND], {"windows": [(1, 9, 170)]}, None),
        ([FIRST, SECOND], {"windows": [(1, 9, 169)]}, (None, -1, 0, None, DAYS, None)),
        ([FIRST, SECOND], {"windows": [(1, 9, 99)]}, (None, 0, 0, None, None, f"left out: {CLAIMED} (99), below a post's 100")),
        ([FIRST, ("q", None, None)], {"windows": [(1, 9, 120)]}, (None, 20, 1, None, DAYS, None)),
        ([FIRST, SECOND], {"windows": [(1, 9, 80)], "apart": "p"}, None),
        ([FIRST, SECOND], {"windows": [(1, 9, 70)], "apart": "p"}, None),
        ([FIRST, SECOND, ("r", 60, 60)], {"windows": [(1, 9, 80)], "apart": "p"}, (None, -50, 0, None, DAYS, None)),
        ([FIRST, SECOND], {"windows": [(-10, -5, 9), (1, 9, 120)]}, (None, -50, 0, None, DAYS, None)),
        ([FIRST, SECOND], {"windows": [(1, 9, 120)], "by": ("campaign_id", "kind"), "kind": None}, (None, -50, 0, None, DAYS, None)),
        ([FIRST, SECOND], {"claims": [claim("covers", 171)]}, None),
        ([FIRST, ("q", None, None)], {"claims": [claim("inside", 999)], "apart": "q"}, (999, 0, 0, f"{CLAIMED}, which lies within it", None, None)),
        ([FIRST, SECOND], {"claims": [claim("inside", 171), claim("covers", 110), claim("inside", 130, 8)]},
         (None, 0, 0, None, None, f"left out: {CLAIMED} (171), above the sum of its posts' 170; left out: x:1's own reach of 2024-09-01 to 2024-09-08 (130), above {DAYS}, which covers it (110)")),
        ([FIRST, SECOND], {"claims": [claim("covers", 130)]}, (None, -40, 0, None, f"{DAYS}, which covers it", None)),
        ([FIRST, SECOND], {"claims": [claim("covers", 170)]}, None),
        ([FIRST, SECOND], {"claims": [claim("covers", 100)]}, (None, -70, 0, None, f"{DAYS}, which covers it", None)),
        ([FIRST, SECOND], {"claims": [claim("covers", 99)]}, (None, 0, 0, None, None, f"left out: {CLAIMED} (99), below a post's 100")),
        ([FIRST, SECOND], {"claims": [claim("inside", 130)]}, (130, 0, 0, f"{CLAIMED}, which lies within it", None, None)),
        ([FIRST, SECOND], {"claims": [claim("inside", 170)]}, (170, 0, 0, f"{CLAIMED}, which lies within it", None, None)),
        ([FIRST, SECOND], {"claims": [claim("inside", 171)]}, (None, 0, 0, None, None, f"left out: {CLAIMED} (171), above the sum of its posts' 170")),
        ([FIRST, SECOND], {"claims": [claim("inside", 130)], "by": ("campaign_id", "kind")}, None),
        ([FIRST, SECOND], {"claims": [claim("inside", 50)], "apart": "p"}, (50, 0, 0, f"{CLAIMED}, which lies within it", None, None)),
        ([FIRST, ("q", None, None)], {"claims": [claim("inside", 999)]}, (999, 0, 0, f"{CLAIMED}, which lies within it", None, None)),
        ([FIRST, SECOND], {"claims": [claim("equal", 130)]}, (130, -40, 0, f"{CLAIMED}, which lies within it", f"{DAYS}, which covers it", None)),
        ([FIRST, SECOND], {"claims": [claim("equal", 130)], "by": ("campaign_id", "kind")}, (None, -40, 0, None, f"{DAYS}, which covers it", None)),
        ([FIRST, SECOND], {"claims": [claim("equal", 120, most=130)]}, (120, -40, 0, f"{CLAIMED}, which lies within it", f"{DAYS}, which covers it", None)),
        ([FIRST, SECOND], {"claims": [claim("covers", 110), claim("inside", 130, 8)]},
         (None, 0, 0, None, None, f"left out: x:1's own reach of 2024-09-01 to 2024-09-08 (130), above {DAYS}, which covers it (110)")),
        ([FIRST, SECOND], {"claims": [claim("inside", 110), claim("inside", 120, 8)]}, (120, 0, 0, "x:1's own reach of 2024-09-01 to 2024-09-08, which lies within it", None, None)),
        ([FIRST, SECOND], {"claims": [claim("inside", 171), claim("inside", 172, 8), claim("covers", 99), claim("covers", 98, 8)]},
         (None, 0, 0, None, None, f"left out: {CLAIMED} (171), above the sum of its posts' 170; left out: x:1's own reach of 2024-09-01 to 2024-09-08 (172), above the sum of its posts' 170; and 2 more figures of accounts")),
    ],
)  # fmt: skip
def test_what_an_account_s_own_figures_say_of_its_posts(
    posts: list[tuple[str, int | None, int | None]], more: dict[str, Any], expected: tuple[Any, ...] | None
) -> None:
    result = told_of(*posts, **more)
    assert (result and [row[-len(bounds.OF_ACCOUNTS) :] for row in result]) == (expected and [expected])


def test_a_group_of_several_campaigns_has_at_most_what_they_come_to_and_at_least_the_most_of_one() -> None:
    apart = {"p": "c", "q": "d"}
    more: dict[str, Any] = {"by": ("platform",), "campaigns": apart}
    assert told_of(FIRST, ("q", 70, 70), claims=[claim("covers", 100)], **more) is None
    claimed = told_of(
        FIRST, ("r", 90, 90), SECOND, claims=[claim("equal", 110)], **more | {"campaigns": apart | {"r": "c"}}
    )
    assert claimed == [("x", 110, -80, 0, f"{CLAIMED}, which lies within it", f"{DAYS}, which covers it", None)]
    refuted = told_of(FIRST, SECOND, claims=[claim("covers", 99)], **more)
    assert refuted == [("x", None, 0, 0, None, None, f"left out: {CLAIMED} (99), below a post's 100")]
    both = told_of(FIRST, SECOND, windows=[(1, 9, 120)], **more | {"campaigns": {"p": "cd", "q": "cd"}})
    assert both == [("x", None, -50, 0, None, DAYS, None)]


def part(most: int | None = None, least: int | None = None, upper: int = 10, missing: int = 0, dropped: Sequence[str] = ()) -> of_groups._Part:  # fmt: skip
    return of_groups._Part(
        ("g",), "x:1", upper, missing, 0, 0, most, f"most {most}", least, f"least {least}", list(dropped)
    )


def test_a_group_adds_up_what_changes_and_tells_the_largest_least_and_the_first_words() -> None:
    assert of_groups._told([part()]) == (None, 0, 0, None, None, None)
    two = [part(most=4, least=3, missing=1), part(most=7, least=5, missing=2), part(missing=9)]
    assert of_groups._told(two) == (5, -9, 3, "least 5", "most 4, most 7", None)
    three = [*two, part(most=0, least=0, dropped=["a", "b"])]
    assert of_groups._told(three) == (5, -19, 3, "least 5", "3 accounts at their own reach over days", "a; b")
    assert of_groups._told([*three, part(dropped=["c"])])[-1] == "a; b; and 1 more figures of accounts"


def test_a_group_tells_its_accounts_in_the_order_of_their_names_and_each_post_counts_for_its_own() -> None:
    members = pl.DataFrame(
        [("x", "p", "c", 100, 100), ("x", "q", "c", 70, 70)],
        schema={"platform": pl.String, "post_id": pl.String, "campaign_id": pl.String, "reach_least": pl.Int64, "reach_upper": pl.Int64}, orient="row",
    )  # fmt: skip
    days = (Window(day(1), day(9), 60),)
    figures = figures_of(
        {"p": "x:2", "q": "x:1"}, [FIRST, SECOND], {"x:1": (days,), "x:2": ((days[0]._replace(most=90),),)}, {}
    )
    words = "left out: x:1's own reach of 2024-09-01 to 2024-09-09 (60), below a post's 70; left out: x:2's own reach of 2024-09-01 to 2024-09-09 (90), below a post's 100"  # fmt: skip
    result = of_groups.of_groups(figures, members, ["campaign_id"])
    assert result is not None
    assert result.rows() == [("c", None, 0, 0, None, None, words)]
    claimed = figures_of(
        {"p": "x:2", "q": "x:1"}, [FIRST, SECOND], {}, {("c", f"x:{n}"): (claim("covers", most),) for n, most in ((1, 69), (2, 100))}
    )  # fmt: skip
    result = of_groups.of_groups(claimed, members, ["campaign_id"])
    assert result is not None
    assert result.rows() == [("c", None, 0, 0, None, None, "left out: x:1's own reach of 2024-09-01 to 2024-09-09 (69), below a post's 70")]  # fmt: skip


def test_a_bound_of_several_campaigns_needs_one_of_each_of_them() -> None:
    more: dict[str, Any] = {"by": ("platform",), "campaigns": {"p": "c", "q": "d"}}
    in_both = {"by": ("platform",), "campaigns": {"p": "c", "r": "c", "q": "d"}}
    assert told_of(FIRST, ("r", 60, 60), ("q", None, None), claims=[claim("covers", 110)], **in_both) is None
    both = told_of(FIRST, ("r", 60, 60), SECOND, ("s", 50, 50),
        claims=[claim("equal", 110)], claims_of_d=[claim("equal", 90, 8)],
        by=("platform",), campaigns={"p": "c", "r": "c", "q": "d", "s": "d"})  # fmt: skip
    assert both == [("x", 110, -80, 0, f"{CLAIMED}, which lies within it", "x:1 at what its campaigns come to", None)]
    second = told_of(FIRST, SECOND, claims=[claim("inside", 60)], claims_of_d=[claim("inside", 65, 8)], **more)
    assert second == [("x", 65, 0, 0, "x:1's own reach of 2024-09-01 to 2024-09-08, which lies within it", None, None)]


def test_a_campaign_whose_bound_was_left_out_gives_no_words_to_a_group_of_several() -> None:
    result = told_of(FIRST, ("r", 90, 90), SECOND, ("s", 50, 50),
        claims=[claim("covers", 110), claim("inside", 130, 8)], claims_of_d=[claim("covers", 90)],
        by=("platform",), campaigns={"p": "c", "r": "c", "q": "d", "s": "d"})  # fmt: skip
    left_out = f"left out: x:1's own reach of 2024-09-01 to 2024-09-08 (130), above {DAYS}, which covers it (110)"
    assert result == [("x", None, -30, 0, None, f"{DAYS}, which covers it", left_out)]


def test_a_post_of_two_activities_is_in_the_group_of_each() -> None:
    result = told_of(FIRST, SECOND, windows=[(1, 9, 120)], by=("activity_id",), campaigns={"p": "cd", "q": "cd"})
    assert sorted(result or []) == [
        (name, None, -50, 0, None, DAYS, None) for name in ("activity of c", "activity of d")
    ]


def test_what_changes_with_a_day_is_of_the_posts_of_a_group_and_account_in_the_order_of_days() -> None:
    schema = {"platform": pl.String, "post_id": pl.String} | dict.fromkeys(("begins", "day"), pl.Date) | dict.fromkeys(("gained", "settled", "least"), pl.Int64)  # fmt: skip
    steps = [("p", 2, 5, 30, 0, 40), ("p", 2, 3, 20, 0, 10), ("q", 1, 5, 7, 1, 9), ("q", 2, 5, 1, 0, 50), ("r", 1, 3, 9, 0, 99)]  # fmt: skip
    rows = [("x", post, day(begins), day(of_step), *changes) for post, begins, of_step, *changes in steps]
    figures = AccountReach(steps=pl.DataFrame(rows, schema=schema, orient="row"))
    key = {"platform": pl.String, "post_id": pl.String, "campaign_id": pl.String, "own_account": pl.String}
    members = pl.DataFrame([("x", "p", None, "x:1"), ("x", "q", None, "x:1"), ("x", "r", None, "x:2")], schema=key, orient="row")  # fmt: skip
    assert of_groups._steps(figures, members, ["campaign_id"], []) == {}
    assert of_groups._steps(figures, members, ["campaign_id"], [(None, "x:1")]) == {
        (None, "x:1"): [Step(day(2), day(3), 20, 0, 10), Step(day(1), day(5), 7, 1, 9), Step(day(2), day(5), 31, 0, 50)]
    }


def test_of_a_sources_spans_the_smallest_bound_is_taken_and_of_equal_ones_the_first() -> None:
    settled = [Step(day(6), day(7), 0, 1, 0)]
    spans = [(day(start), [Chain(day(start), day(9), most, 1)]) for start, most in ((1, 20), (6, 30))]
    outside = " and 10 that its posts had outside these days"
    for some, equal in ((spans, 20), (spans[::-1], 20), ([spans[0], (day(6), [Chain(day(6), day(9), 20, 1)])], 20)):
        taken = part(missing=1)
        of_groups._take(taken, some, settled)
        assert (taken.most, taken.most_words) == (equal + 10, f"{DAYS}{outside}")
    unread = part(missing=1)
    of_groups._take(unread, spans, [])
    assert unread.most is None


def at(n: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2024, 9, n, hour, minute)


WITHIN, AFTER = at(9, 9), at(12)


@pytest.mark.parametrize(
    ("uppers", "value", "most", "words"),
    [
        ((100, 70), 90, 130, f"{DAYS}, which covers it and 40 that its posts had outside these days"),
        ((100, 70), 70, 110, f"{DAYS}, which covers it and 40 that its posts had outside these days"),
        ((100, 70), 69, None, f"left out: {CLAIMED} (69), below a post's 100"),
        ((100, 70), 100, 100, f"{DAYS}, which covers it"),
        ((100, 10), 69, 109, f"{DAYS}, which covers it and 40 that its posts had outside these days"),
        ((100, 10), 70, None, f"left out: {CLAIMED} (70), below a post's 100"),
        ((None, 70), 90, None, f"left out: {CLAIMED} (90), below a post's 100"),
        ((100, None), 70, 110, f"{DAYS}, which covers it and 40 that its posts had outside these days"),
    ],
)
def test_a_claim_that_a_later_reading_is_above_bounds_with_what_came_after_its_days_unless_that_is_no_better(
    uppers: tuple[int | None, int | None], value: int, most: int | None, words: str
) -> None:
    """A post of which 60 was read within the days and 100 after them, and one that was last read within them."""
    readings = [("p", WITHIN, 60), ("p", AFTER, 100), ("q", WITHIN, min(70, uppers[1] or 70))]
    one = claimed_part(uppers, [claim("covers", value)], readings)
    assert (one.most, one.most_words or one.dropped[0]) == (most, words)


def claimed_part(
    uppers: Sequence[int | None], claims: Sequence[Claim], readings: Sequence[tuple[str, datetime, int]]
) -> of_groups._Part:
    """Posts p and q of an account, beside one of another account and one of another campaign, of 999 accounts each."""
    key = {"platform": pl.String, "post_id": pl.String}
    columns = key | {"campaign_id": pl.String, "own_account": pl.String, "published_at": pl.Datetime("us"), "is_apart": pl.Boolean, "reach_least": pl.Int64, "reach_upper": pl.Int64}  # fmt: skip
    rows = [("x", post, "c", "x:1", at(1, 13), False, upper, upper) for post, upper in zip("pq", uppers, strict=True)]
    others = [("x", "r", "d", "x:1", at(1, 13), False, 999, 999), ("x", "s", "c", "x:2", at(1, 13), False, 999, 999), ("x", "t", "d", "x:1", at(1, 13), True, 999, 999)]  # fmt: skip
    read = [("x", *row, True) for row in (*readings, ("r", AFTER, 999), ("s", AFTER, 999), ("t", AFTER, 999))]
    schema = key | {"seen_by": pl.Datetime("us"), "least": pl.Int64, "is_of_reach": pl.Boolean}
    one = of_groups._Part(("c",), "x:1", sum(upper or 0 for upper in uppers), uppers.count(None), 0, 0)
    account_reach = AccountReach(
        readings=pl.DataFrame(read, schema=schema, orient="row"), claims={("c", "x:1"): tuple(claims)}
    )
    posts = posts_by_part(account_reach, pl.DataFrame([*rows, *others], schema=columns, orient="row"), ["campaign_id"])
    of_groups._claimed(one, claims, posts["c", "x:1"], is_whole=True)
    return one


def test_a_claim_of_an_account_whose_posts_all_stand_apart_bounds_nothing() -> None:
    key = {"platform": ["x"], "post_id": ["p"]}
    apart = pl.DataFrame(key | {"own_account": ["x:1"], "published_at": [at(6)], "is_apart": [True]})
    posts = pl.DataFrame(key | {"campaign_id": ["c"], "reach_least": [50], "reach_upper": [60]})
    account_reach = AccountReach(posts=apart, claims={("c", "x:1"): (claim("covers", 5),)})
    assert of_groups.of_groups(account_reach, posts, ["campaign_id"]) is None


def test_a_part_takes_a_bound_that_is_lower_than_its_own() -> None:
    whole, unknown = part(), part(missing=1)
    assert (whole.bound, unknown.bound, part(most=4, missing=1).bound) == (10, None, 4)
    for most, expected in ((11, None), (10, None), (9, 9), (9, 9), (0, 0)):
        whole.lower_most(most, "w")
        assert whole.most == expected
    unknown.lower_most(99, "w")
    assert (unknown.most, unknown.most_words) == (99, "w")


@pytest.mark.parametrize(("days", "expected"), [(28, (100, None, "2024-09-20")), (33, (100, 184, "2024-10-01"))])
def test_days_bound_posts_whose_reach_is_older_than_their_views_where_they_go_on_until_these_were_read(
    world: World, days: int, expected: tuple[int, int | None, str]
) -> None:
    world.plan(CAMPAIGN + PAGE_OF_PLAN)
    world.drop("2024-09-20/a.csv", meta(post(1, Reach=100, Views=200), post(2, Reach=70, Views=90)))
    world.drop("2024-10-01/b.csv", meta(post(1, Views=300), post(2, Views=100)))
    world.drop("2024-10-05/Our page/results.csv", page_days(50, 60, *(4 for _ in range(days - 2))))
    total = world.campaign()
    assert (total["reach_at_least"], total["reach_at_most"], total["reach_on"].isoformat()) == expected


@pytest.mark.parametrize(("views_on", "expected"), [("2024-10-01", 120), ("2024-10-20", None)])
def test_a_claim_bounds_posts_until_they_are_first_read_after_its_days_and_not_for_views_of_later(
    world: World, views_on: str, expected: int | None
) -> None:
    figure = f'account = "facebook:{PAGE}", metric = "reach", from = 2024-09-01, to = 2024-09-25, scope = "covers"'
    world.plan(CAMPAIGN + f"account_figures = [{{ {figure} }}]\n")
    world.drop("2024-09-20/a.csv", meta(post(1, Reach=100, Views=200), post(2, Reach=70, Views=90)))
    for read_on in sorted({"2024-10-01", views_on}):
        world.drop(f"{read_on}/b.csv", meta(post(1, Views=300), post(2, Views=100)))
    typed = {"platform": "facebook", "account": PAGE, "from": "2024-09-01", "to": "2024-09-25", "no": 1, "reach": 120}
    world.drop("2024-10-05/s.csv", sheet(typed))
    assert world.campaign()["reach_at_most"] == expected
