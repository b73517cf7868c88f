"""Bounds of reach against simulated sets of accounts, of which the truth is known.

docs/rules.md: Reach is not added up.

A case is a campaign of one or two pages. Each post is seen by accounts on days; posts are read, and pages tell how many
accounts they reached over windows of days. 10,000 cases go through the same code as a night's, as 10,000 campaigns.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import PLATFORMS, contract
from connectors.columns import schema as schema_of
from tests.conftest import CAMPAIGN, World, meta, sheet
from tests.conftest import post as post_row
from warehouse.figures import build
from warehouse.figures.totals import group_totals, with_counting_post
from warehouse.plan import model
from warehouse.publish.report.wording import Texts
from warehouse.reach import bounds as reach
from warehouse.reach import of_groups, of_posts, windows
from warehouse.reach.of_accounts import account_reach
from warehouse.reach.windows import Window
from warehouse.readings import latest

FIRST = date(2024, 9, 1)
DAYS = 8
NOVEMBER = datetime(2024, 11, 1)
BEFORE = datetime(2024, 12, 30, 17)
PLAN = '[project]\nname = "p"\n[[activity]]\nid = "1"\nname = "a"\n'
Total = dict[str, Any]


def day(n: int) -> date:
    return FIRST + timedelta(days=n)


@dataclass
class Post:
    """Who first saw it on which day, and by the end of which days it was read."""

    account: str
    seen: list[set[int]]
    published: int = 0
    read_on: tuple[int, ...] = (DAYS,)
    is_reach_known: bool = True
    is_in_campaign: bool = True
    campaigns: tuple[str, ...] = ("",)
    kind: str = "post"

    def by(self, n: int) -> set[int]:
        return set().union(*self.seen[: n + 1])


class Statement(NamedTuple):
    """What a person says of a page's reach over days."""

    account: str
    first: int
    last: int
    scope: str
    value: int
    campaign: str = ""


@dataclass
class Case:
    posts: list[Post]
    spans: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    claims: list[Statement] = field(default_factory=list)
    figures: dict[tuple[str, int, int], int] = field(default_factory=dict)  # instead of what was reached
    platform: str = "facebook"

    @property
    def campaign(self) -> list[Post]:
        return [post for post in self.posts if post.is_in_campaign]

    @property
    def truth(self) -> int:
        """Accounts that saw some post of the campaign by its last reading."""
        return len(set().union(*(post.by(post.read_on[-1]) for post in self.campaign)))

    def reached(self, account: str, first: int, last: int) -> int:
        """What a page tells of the days: accounts that saw any of its posts on one of them."""
        seen = [post.seen[n] for post in self.posts if post.account == account for n in range(first, last + 1)]
        return self.figures.get((account, first, last), len(set().union(*seen)))


def totals(cases: list[Case], by: tuple[str, ...] = ("campaign_id",), audience: int | None = None) -> list[Total]:
    """The totals of cases by the code of a night; each case is an activity of its own, and its campaigns."""
    posts: list[Total] = []
    owned: list[Total] = []
    readings: list[Total] = []
    figures: list[Total] = []
    text = PLAN
    for number, case in enumerate(cases):
        for at, post in enumerate(case.campaign):
            key = {"platform": case.platform, "post_id": f"{number}-{at}"}
            account, published = f"{number}-{post.account}", _at(post.published, hours=13)
            posts.append({**key, "account_id": account, "published_at": published, "is_crosspost": None})
            owned += [
                {
                    **key,
                    "account_id": account,
                    "campaign_id": f"{number}{c}",
                    "activity_id": str(number),
                    "kind": post.kind,
                }
                for c in post.campaigns
            ]
            for n in post.read_on:  # in the evening: the day is over in the first zone, and the next has begun in none
                reached = len(post.by(n)) if post.is_reach_known else None
                readings.append({**key, "observed_at": _at(n, hours=9, minutes=59), "reach": reached, "views": 1})
        told = [(a, s, e, case.reached(a, s, e)) for a, spans in case.spans.items() for s, e in spans]
        told += [(claim.account, claim.first, claim.last, claim.value) for claim in case.claims]
        figures += [
            {
                "platform": case.platform,
                "account_id": f"{number}-{a}",
                "value": value,
                "period_start": day(s),
                "period_end": day(e),
            }
            for a, s, e, value in told
        ]
        for campaign in dict.fromkeys(claim.campaign for claim in case.claims):
            listed = ", ".join(
                f'{{ account = "{case.platform}:{number}-{one.account}", metric = "reach", '
                f'from = {day(one.first)}, to = {day(one.last)}, scope = "{one.scope}" }}'
                for one in case.claims
                if one.campaign == campaign
            )
            text += (
                f'[[campaign]]\nid = "{number}{campaign}"\nactivity = "1"\nname = "c"\naccount_figures = [{listed}]\n'
            )
    columns = schema_of(contract.OBSERVATIONS) | {
        "load_id": pl.String,
        "is_measured": pl.Boolean,
        "observed_until": contract.TIMESTAMP,
    }
    filled = [{"load_id": "l", "row": 1, "is_final": True, "is_measured": True, **r} for r in readings]
    observations = pl.DataFrame(filled, schema=columns, orient="row").lazy()
    shape = schema_of(contract.ACCOUNT_FIGURES) | {"load_id": pl.String}
    read = {"load_id": "l", "is_rounded": False, "observed_at": NOVEMBER, "metric": "reach"}
    told_of = pl.DataFrame([read | figure for figure in figures], schema=shape, orient="row")
    loads = pl.DataFrame({"load_id": ["l"], "connector": ["facebook"], "grade": ["export"]})
    described = pl.DataFrame(posts, schema_overrides={"is_crosspost": pl.Boolean, "published_at": contract.TIMESTAMP})
    read = latest.latest(observations, BEFORE, with_read_at=("impressions", "reach")).with_columns(
        counts_as=pl.lit(None, pl.String),
        gone_since=pl.lit(None, pl.Date),
        is_watched=pl.lit(None, pl.Boolean),
        is_in_part=pl.lit(None, pl.Boolean),
    )
    last = of_posts.with_bounds(read.collect(), PLATFORMS, "UTC")
    groups = pl.DataFrame(owned)
    plan = _plan(text)
    of_accounts = account_reach(described, last, observations, told_of, loads, groups, plan, BEFORE, PLATFORMS)
    members = with_counting_post(last.lazy(), groups.lazy()).collect()
    limits = (of_groups.of_groups(of_accounts, members, by), reach.audience(audience, members))
    rows = group_totals(members.lazy(), by, BEFORE.date(), BEFORE, PLATFORMS, *limits).collect()
    return sorted(rows.to_dicts(), key=lambda row: int(row[by[0]]) if row[by[0]].isdigit() else -1)


@cache
def _plan(text: str) -> model.Plan:
    return model.parse(text, PLATFORMS.names)


def total(case: Case, audience: int | None = None) -> Total:
    return totals([case], audience=audience)[0]


def bounds(case: Case, audience: int | None = None) -> tuple[int | None, int | None]:
    row = total(case, audience)
    return row["reach_at_least"], row["reach_at_most"]


def _at(n: int, **more: int) -> datetime:
    return datetime.combine(day(n), datetime.min.time()) + timedelta(**more)


def once(account: str, who: set[int], **more: Any) -> Post:
    """A post that all of its accounts saw on its first day."""
    published = more.get("published", 0)
    return Post(account, [who if n == published else set() for n in range(DAYS + 1)], **more)


# --------------------------------------------------------------------------- simulated sets

KINDS = ("nested", "disjoint", "independent", "clustered")


def simulated(kind: str, chance: random.Random) -> Case:
    """A campaign whose posts were seen over several days, among other posts of its pages."""
    pages = ["a", "b"][: chance.randint(1, 2)]
    clusters = [range(at, at + 20) for at in (0, 20, 40)]
    start, posts = 0, []
    for _ in range(chance.randint(1, 5)):
        size = chance.randint(0, 12)
        if kind == "nested":
            who = set(range(size))
        elif kind == "disjoint":
            who, start = set(range(start, start + size)), start + size
        else:
            who = set(chance.sample(range(60) if kind == "independent" else chance.choice(clusters), size))
        published = chance.randint(0, 3)
        seen: list[set[int]] = [set() for _ in range(DAYS + 1)]
        for account in who:
            for n in {chance.randint(published, DAYS) for _ in range(chance.randint(1, 2))}:
                seen[n].add(account)
        post = Post(chance.choice(pages), seen, published)
        post.read_on = tuple(sorted(chance.sample(range(published, DAYS + 1), chance.randint(1, 3))))
        post.is_reach_known, post.is_in_campaign = chance.random() < 0.93, chance.random() < 0.75
        post.kind = chance.choice(["post", "video"])
        posts.append(post)
    posts[0].is_in_campaign = True
    spans = {}
    for page in pages:
        ends = [-1, *sorted(chance.sample(range(DAYS), chance.randint(0, 3))), DAYS]
        spans[page] = [(s + 1, e) for s, e in pairwise(ends) if chance.random() < 0.9]
        spans[page] += [(0, DAYS)] if chance.random() < 0.3 else []
    return Case(posts, spans)


def claimed(kind: str, chance: random.Random) -> Case:
    """A case of two campaigns, that share posts, with a true claim on the reach of some pages."""
    case = simulated(kind, chance)
    case.platform, case.spans = "instagram", {}
    for post in case.posts:
        post.campaigns = chance.choice([("",), ("x",), ("", "x")])
        post.read_on = (*(n for n in post.read_on if n < DAYS), DAYS)
    for page in ("a", "b"):
        campaign, scope = chance.choice(["", "x"]), chance.choice(["covers", "inside", "equal"])
        mine = [p.by(DAYS) for p in case.campaign if p.account == page and campaign in p.campaigns]
        if scope == "covers":
            value = case.reached(page, 0, DAYS)
        else:
            value = len(set().union(*(mine if scope == "equal" else chance.sample(mine, len(mine) // 2))))
        if mine:
            case.claims.append(Statement(page, 0, DAYS, scope, value, campaign))
    return case


@cache
def cases() -> list[Case]:
    chance = random.Random(2024)
    return [simulated(KINDS[n % len(KINDS)], chance) for n in range(10_000)]


@cache
def bounded() -> list[Total]:
    return totals(cases())


@cache
def alone() -> list[Total]:
    """The same campaigns by their posts alone."""
    return totals([Case(case.posts) for case in cases()])


@cache
def claims() -> list[Case]:
    chance = random.Random(2025)
    return [claimed(KINDS[n % len(KINDS)], chance) for n in range(1_200)]


def holds(row: Total, truth: int) -> bool:
    least, most = row["reach_at_least"] or 0, row["reach_at_most"]
    return bool(least <= truth and (most is None or truth <= most))


def test_the_truth_lies_within_the_bounds_of_10_000_simulated_campaigns() -> None:
    assert not [case for case, row in zip(cases(), bounded(), strict=True) if not holds(row, case.truth)]


def test_both_ends_are_attained_and_windows_lower_the_upper_one_often() -> None:
    rows = list(zip(cases(), bounded(), alone(), strict=True))
    assert sum(case.truth == row["reach_at_least"] for case, row, _ in rows) > 1000
    assert sum(case.truth == row["reach_at_most"] for case, row, _ in rows) > 1000
    lowered = [row for _, row, by_posts in rows if row["reach_at_most"] != by_posts["reach_at_most"]]
    assert len(lowered) > 1000
    for words in ("windows added up", "outside these days"):
        assert any(words in row["reach_basis"] for row in lowered)
    assert any(row["reach_at_most"] is not None and by_posts["reach_at_most"] is None for _, row, by_posts in rows)


def test_what_the_bounds_of_simulated_campaigns_rest_on_is_told_in_khmer() -> None:
    texts = Texts("km", "Asia/Phnom_Penh", PLATFORMS)
    alike = {re.sub(r"(?<![\d-])\d+(?![\d-])", "7", row["reach_basis"] or ""): row["reach_basis"] for row in bounded()}
    assert len(alike) > 20
    assert [basis for basis in alike.values() if texts("only_in_english") in (texts.told(basis) or "")] == []


def test_a_covering_figure_only_lowers_the_upper_bound() -> None:
    for row, by_posts in zip(bounded(), alone(), strict=True):
        assert row["reach_at_least"] == by_posts["reach_at_least"]
        if by_posts["reach_at_most"] is not None:
            assert row["reach_at_most"] <= by_posts["reach_at_most"]


def test_no_figure_is_left_out_where_all_are_true() -> None:
    assert not [row for row in bounded() if "left out" in (row["reach_basis"] or "")]


def test_adding_a_post_lowers_neither_bound() -> None:
    """The same campaign with and without its last post, which the page's figures counted either way."""
    pairs = []
    for case in cases()[:4000]:
        if len(case.campaign) > 1:
            fewer = [replace(p, is_in_campaign=p.is_in_campaign and p is not case.campaign[-1]) for p in case.posts]
            pairs.append((Case(fewer, case.spans), case))
    for fewer, more in zip(totals([a for a, _ in pairs]), totals([b for _, b in pairs]), strict=True):
        assert (fewer["reach_at_least"] or 0) <= (more["reach_at_least"] or 0)
        assert more["reach_at_most"] is None or fewer["reach_at_most"] <= more["reach_at_most"]


def test_neither_the_order_of_posts_nor_of_windows_matters() -> None:
    turned = [Case(c.posts[::-1], {a: spans[::-1] for a, spans in c.spans.items()}) for c in cases()[:2000]]
    for row, other in zip(bounded(), totals(turned), strict=False):
        assert all(row[column] == other[column] for column in ("reach_at_least", "reach_at_most", "reach_known"))


def test_true_claims_keep_the_truth_within_the_bounds_of_activities_too() -> None:
    rows = totals(claims(), by=("activity_id",))
    assert not [case for case, row in zip(claims(), rows, strict=True) if not holds(row, case.truth)]
    assert not [row for row in rows if "left out" in (row["reach_basis"] or "")]
    by_posts = totals([replace(case, claims=[]) for case in claims()], by=("activity_id",))
    assert sum(row["reach_at_most"] != a["reach_at_most"] for row, a in zip(rows, by_posts, strict=True)) > 50
    assert sum(row["reach_at_least"] != a["reach_at_least"] for row, a in zip(rows, by_posts, strict=True)) > 50


@pytest.mark.parametrize("column", ["kind", "account_id", "platform"])
def test_true_claims_keep_the_truth_within_the_bounds_of_parts_of_a_campaign(column: str) -> None:
    truths: dict[tuple[str, str], set[int]] = {}
    for number, case in enumerate(claims()):
        for post in case.campaign:
            part = {"kind": post.kind, "account_id": f"{number}-{post.account}", "platform": case.platform}[column]
            for campaign in post.campaigns:
                truths.setdefault((f"{number}{campaign}", part), set()).update(post.by(DAYS))
    rows = totals(claims(), by=("campaign_id", column))
    assert len(rows) == len(truths)
    assert not [row for row in rows if not holds(row, len(truths[row["campaign_id"], row[column]]))]
    raised = [row for row in rows if "lies within" in (row["reach_basis"] or "")]
    assert bool(raised) == (column != "kind")


def test_a_covering_figure_that_is_taken_for_a_contained_one_is_caught() -> None:
    """The simulation finds a wrong scope: the page's whole reach is no lower bound of a campaign's."""
    wrong = [replace(c, claims=[one._replace(scope="equal") for one in c.claims]) for c in claims()]
    rows = totals(wrong, by=("activity_id",))
    assert sum(not holds(row, case.truth) for case, row in zip(wrong, rows, strict=True)) > 20
    wrong = [replace(c, claims=[one._replace(scope="covers") for one in c.claims]) for c in claims()]
    rows = totals(wrong, by=("activity_id",))
    assert sum(not holds(row, case.truth) for case, row in zip(wrong, rows, strict=True)) > 8


# --------------------------------------------------------------------------- single figures


@pytest.mark.parametrize(
    ("reaches", "audience", "expected"),
    [
        pytest.param([2, 2], None, (2, 4), id="V7: two sets"),
        pytest.param([100, 25, 25, 25], None, (100, 175), id="V7: placements"),
        pytest.param([204, 135, 136], None, (204, 475), id="V8: 2020"),
        pytest.param([201, 140, 104], None, (201, 445), id="V8: 2018"),
        pytest.param([15_000, 10_000, 5_000], 15_000, (15_000, 15_000), id="V9"),
        pytest.param([655_404, 4_581_873, 2_830_155, 1_394_224], None, (4_581_873, 9_461_656), id="V10"),
        pytest.param([100, 70], 99, (100, 170), id="an audience below a post is no audience"),
        pytest.param([100, 70], 100, (100, 100), id="an audience of a post's size"),
        pytest.param([100, None], 500, (100, 500), id="an audience bounds what posts do not know"),
        pytest.param([100, None], None, (100, None), id="an unknown post"),
    ],
)
def test_bounds_of_printed_figures(
    reaches: list[int | None], audience: int | None, expected: tuple[int | None, int | None]
) -> None:
    row = rolled(reaches, audience)
    assert (row["reach_at_least"], row["reach_at_most"]) == expected


def rolled(reaches: list[int | None], audience: int | None = None) -> Total:
    posts = pl.DataFrame(
        [("youtube", n, n is not None) for n in reaches],
        schema={"platform": pl.String, "reach": pl.Int64, "reach_exact": pl.Boolean},
        orient="row",
    ).with_columns(
        pl.lit(None, pl.Int64).alias("impressions"),
        pl.lit(True).alias("impressions_exact"),
        pl.lit("c").alias("campaign_id"),
        pl.int_range(pl.len()).cast(pl.String).alias("post_id"),
        *(pl.lit(NOVEMBER).alias(name) for name in ("reach_read_at", "impressions_read_at", "read_to")),
    )
    posts = of_posts.with_bounds(posts, PLATFORMS, "UTC")
    groups = posts.lazy().group_by("campaign_id").agg(*reach.of_group())
    return reach.bounds(groups, ["campaign_id"], None, reach.audience(audience, posts)).collect().row(0, named=True)


def test_v11_days_added_up_hold_more_than_the_days_together() -> None:
    """Web visitors: the period's true uniques lie below the sum of its days, which only bounds them from above."""
    for days, truth in (([31_551], 27_540), ([115], 90)):
        chains = windows.chains([Window(day(n), day(n), most) for n, most in enumerate(days)], day(0))
        assert chains[-1].most >= truth


def test_the_basis_says_what_became_of_an_audience_that_a_post_is_above() -> None:
    assert "audience size of the plan" in rolled([100, 70], 120)["reach_basis"]
    assert "left out: the audience size of the plan" in rolled([100, 70], 99)["reach_basis"]


A, B = set(range(100)), set(range(50, 120))


def test_windows_that_follow_each_other_add_up_and_the_smallest_chain_counts() -> None:
    case = Case([once("a", A), once("a", B)])
    assert bounds(case) == (100, 170)
    case.spans = {"a": [(0, 3), (4, 8)]}
    assert bounds(case) == (100, 120)
    case.figures = {("a", 4, 8): 30}
    assert bounds(case) == (100, 150)
    case.spans["a"].append((0, 8))
    assert bounds(case) == (100, 120)
    case.spans = {"a": [(0, 3), (5, 8)]}
    assert bounds(case) == (100, 170)


def test_a_window_that_begins_after_a_post_does_not_cover_it() -> None:
    case = Case([once("a", A), once("a", B, published=2), once("a", B, published=2)], {"a": [(1, 8)]})
    assert case.reached("a", 1, 8) == 70
    assert bounds(case) == (100, 170)
    case.spans = {"a": [(0, 8)]}
    assert bounds(case) == (100, 120)


def test_what_a_post_gained_after_the_windows_is_added_where_a_reading_tells() -> None:
    seen = [A, B, set(range(200, 210)), *(set() for _ in range(DAYS - 2))]
    case = Case([Post("a", seen, read_on=(1, 8)), once("a", B, published=1, read_on=(1,))], {"a": [(0, 1)]})
    assert case.truth == 130
    assert bounds(case) == (130, 130)
    assert "10 that its posts had outside these days" in total(case)["reach_basis"]
    case.posts[0].read_on = (8,)
    assert bounds(case) == (130, 200)


def test_a_page_s_figure_bounds_a_post_without_reach_but_not_what_came_after() -> None:
    case = Case([once("a", A), once("a", B, is_reach_known=False)], {"a": [(0, 8)]})
    assert bounds(case) == (100, None)  # a post that has no reading of its reach is covered a day or two later
    case.posts[1].read_on = (5,)
    assert bounds(case) == (100, 120)
    case.spans = {"a": [(0, 4)]}
    assert bounds(case) == (100, None)


def test_a_post_above_its_page_s_figure_drops_the_figure_and_says_so() -> None:
    case = Case([once("a", A), once("a", B)], {"a": [(0, 8)]}, figures={("a", 0, 8): 99})
    assert bounds(case) == (100, 170)
    assert (
        "left out: facebook:0-a's own reach of 2024-09-01 to 2024-09-09 (99), below a post's 100"
        in total(case)["reach_basis"]
    )


@pytest.mark.parametrize(
    ("scope", "value", "expected"),
    [
        ("covers", 130, (100, 130)),
        ("inside", 130, (130, 170)),
        ("equal", 120, (120, 120)),
        ("covers", 99, (100, 170)),
        ("equal", 99, (100, 170)),
        ("inside", 171, (100, 170)),
        ("equal", 171, (100, 170)),
        ("inside", 99, (100, 170)),
        ("covers", 999, (100, 170)),
    ],
)
def test_a_claim_bounds_by_its_scope_unless_posts_contradict_it(
    scope: str, value: int, expected: tuple[int, int]
) -> None:
    case = Case([once("a", A), once("a", B)], claims=[Statement("a", 0, 7, scope, value)], platform="instagram")
    assert bounds(case) == expected
    is_left_out = (scope != "inside" and value == 99) or value == 171
    assert ("left out: instagram:0-a's own reach" in total(case)["reach_basis"]) == is_left_out


def test_of_claims_that_contradict_each_other_none_is_used() -> None:
    statements = [Statement("a", 0, 7, "covers", 110), Statement("a", 0, 8, "inside", 130)]
    case = Case([once("a", A), once("a", B)], claims=statements, platform="instagram")
    assert bounds(case) == (100, 170)
    assert "left out" in total(case)["reach_basis"]


def test_what_a_post_gained_after_a_claim_is_added() -> None:
    seen = [A, *(set() for _ in range(DAYS - 1)), B]
    case = Case(
        [Post("a", seen, read_on=(0, 8)), once("a", A, read_on=(0, 8))],
        claims=[Statement("a", 0, 4, "covers", 100)],
        platform="x",
    )
    assert bounds(case) == (120, 120)
    case.posts[1].read_on = (8,)
    assert bounds(case) == (120, 220)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4), st.integers(0, 9)), max_size=8), st.integers(0, 9))
@settings(max_examples=300, deadline=None)
def test_chains_are_the_cheapest_of_all_choices_of_windows(spans: list[tuple[int, int, int]], since: int) -> None:
    """Against every subset of the windows that covers the days."""
    mine = [Window(day(s), day(s + more), most) for s, more, most in spans]
    cheapest: dict[int, int] = {}
    for chosen in range(1, 2 ** len(mine)):
        some = [window for n, window in enumerate(mine) if chosen >> n & 1]
        days = {n for s, e, _ in some for n in range((s - FIRST).days, (e - FIRST).days + 1)}
        for end in range(since, 15):
            if set(range(since, end + 1)) <= days:
                cheapest[end] = min(sum(w.most for w in some), cheapest.get(end, 10**9))
    best = windows.chains(mine, day(since))
    for end in range(since, 15):
        chain = next((one for one in best if one.last >= day(end)), None)
        assert (chain.most if chain else None) == cheapest.get(end)


def test_a_day_is_covered_only_where_it_is_in_every_zone() -> None:
    instants = pl.DataFrame({"at": [datetime(2024, 9, 2, 9, 59), datetime(2024, 9, 2, 10), datetime(2024, 9, 2, 12)]})
    assert instants.select(windows.closes(pl.col("at")))["at"].to_list() == [day(1), day(2), day(2)]
    assert instants.select(windows.opens(pl.col("at")))["at"].to_list() == [day(0), day(0), day(1)]


def test_reach_is_bounded_and_never_summed_into_a_column_called_reach(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post_row(1, Reach=100), post_row(2, Reach=70)))
    tables = world.tables()
    total = tables["campaign_totals"].row(0, named=True)
    assert (total["reach_at_least"], total["reach_at_most"], total["reach_known"]) == (100, 170, 2)
    assert not [name for name in build.GROUPS if "reach" in tables[name].columns]


def test_a_post_without_reach_takes_the_upper_bound_away(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post_row(1, Reach=100), post_row(2, Views=500)))
    total = world.campaign()
    assert (total["reach_at_least"], total["reach_at_most"]) == (100, None)
    assert "posts without reach: 1" in total["reach_basis"]


def test_impressions_stand_in_for_a_missing_reach_in_the_upper_bound(world: World) -> None:
    first = {"no": 1, "platform": "facebook", "account": "A", "title": "x #forum", "published": "2024-09-03"}
    world.drop("2024-10-01/s.csv", sheet({**first, "reach": 40}, {**first, "no": 2, "impressions": 90}))
    total = world.campaign()
    assert (total["reach_at_least"], total["reach_at_most"]) == (40, 130)


def test_a_closed_audience_caps_the_upper_bound_unless_a_post_is_above_it(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post_row(1, Reach=100), post_row(2, Views=7)))
    for size, most, words in ((120, 120, "at most: the audience size"), (99, None, "left out: the audience size")):
        world.plan(CAMPAIGN)
        text = world.workspace.plan_file.read_text().replace("timezone =", f"audience_size = {size}\ntimezone =")
        world.workspace.plan_file.write_text(text)
        total = world.campaign()
        assert (total["reach_at_least"], total["reach_at_most"]) == (100, most)
        assert words in total["reach_basis"]


POSTS_ALONE = {
    "reach_known": 2, "_largest": 100, "_sum": 170, "_missing": 0, "_by_impressions": 0, "_by_days": 0, "_outdated": 0,
    "_then": None,
}  # fmt: skip
AS_OF, ON, THEN_ON = date(2024, 12, 30), date(2024, 12, 20), date(2024, 12, 10)
LARGEST = "at least: the largest post reach (known: 2)"
SIZE = "at most: the audience size of the plan"
NOT_USED = "left out: the audience size of the plan, since more accounts were reached"


def bounds_of(
    group: dict[str, Any], of_accounts: dict[str, Any] | None = None, audience: reach.Audience | None = None
) -> tuple[int | None, int | None, str | None]:
    schema = {"kind": pl.String} | dict.fromkeys(POSTS_ALONE, pl.Int64) | dict.fromkeys(("_on", "_then_on"), pl.Date)
    on = {"_on": ON, "_then_on": THEN_ON}
    groups = pl.DataFrame([{"kind": None} | POSTS_ALONE | on | group], schema=schema).lazy()
    told = None
    if of_accounts is not None:
        told_schema = {"kind": pl.String} | reach.OF_ACCOUNTS
        told = pl.DataFrame([dict.fromkeys(told_schema) | of_accounts], schema=told_schema)
    result = reach.bounds(groups, ["kind"], told, audience, AS_OF).collect()
    assert result.schema == {
        "kind": pl.String, "reach_known": pl.Int64, "reach_at_least": pl.Int64, "reach_at_most": pl.Int64,
        "reach_at_most_then": pl.Int64, "reach_on": pl.Date, "reach_basis": pl.String
    }  # fmt: skip
    most, then, day = result.select("reach_at_most", "reach_at_most_then", "reach_on").row(0)
    assert then == (group.get("_then") if most is None else None)
    is_capped = "audience size of the plan" in (result["reach_basis"].item() or "").split("; left out")[0]
    assert day == (AS_OF if is_capped else ON if most is not None else THEN_ON if then is not None else None)
    least, most, basis = result.select("reach_at_least", "reach_at_most", "reach_basis").row(0)
    return least, most, basis


@pytest.mark.parametrize(
    ("group", "of_accounts", "size", "expected"),
    [
        ({}, None, None, (100, 170, f"{LARGEST}; at most: their sum")),
        ({"_by_days": 1}, None, None, (100, 170, "at least: the largest post reach (known: 2, by days only: 1); at most: their sum")),
        ({"_by_impressions": 1}, None, None, (100, 170, f"{LARGEST}; at most: their sum, and impressions where reach is missing (1)")),
        ({"_missing": 1}, None, None, (100, None, f"{LARGEST}; at most: not known (posts without reach: 1)")),
        ({"_missing": 1, "_outdated": 1, "_then": 160}, None, None, (100, None, f"{LARGEST}; at most: not known (posts whose other figures are newer than their reach: 1); by the end of 2024-12-10 at most 160")),
        ({"_missing": 2, "_outdated": 1}, None, None, (100, None, f"{LARGEST}; at most: not known (posts without reach: 1, posts whose other figures are newer than their reach: 1)")),
        ({"reach_known": 0, "_largest": None, "_missing": 1, "_outdated": 1, "_then": 9}, None, None, (None, None, "at most: not known (posts whose other figures are newer than their reach: 1); by the end of 2024-12-10 at most 9")),
        ({"_missing": 1, "_outdated": 1, "_then": 160}, {"change": 5, "bounded": 1, "most_words": "M"}, None, (100, 175, f"{LARGEST}; at most: their sum, but M")),
        ({"_missing": 1}, None, (120, False), (100, 120, f"{LARGEST}; {SIZE} (posts without reach: 1)")),
        ({}, None, (120, False), (100, 120, f"{LARGEST}; {SIZE}")),
        ({}, None, (169, False), (100, 169, f"{LARGEST}; {SIZE}")),
        ({}, None, (170, False), (100, 170, f"{LARGEST}; at most: their sum")),
        ({}, None, (100, False), (100, 100, f"{LARGEST}; {SIZE}")),
        ({}, None, (99, False), (100, 170, f"{LARGEST}; at most: their sum; {NOT_USED}")),
        ({}, None, (120, True), (100, 170, f"{LARGEST}; at most: their sum; {NOT_USED}")),
        ({"reach_known": 0, "_largest": None, "_sum": 0, "_missing": 2}, None, None, (None, None, None)),
        ({"reach_known": 0, "_largest": None, "_sum": 0, "_missing": 2}, None, (9, False), (None, 9, f"{SIZE} (posts without reach: 2)")),
        ({"reach_known": 0, "_largest": None, "_sum": 0}, None, None, (None, 0, "at most: their sum")),
        ({"_missing": 1}, {"change": -20, "bounded": 1, "most_words": "M"}, None, (100, 150, f"{LARGEST}; at most: their sum, but M")),
        ({"_missing": 2}, {"change": -20, "bounded": 1, "most_words": "M"}, None, (100, None, f"{LARGEST}; at most: not known (posts without reach: 1)")),
        ({"_missing": 2, "_outdated": 2}, {"change": -20, "bounded": 1, "most_words": "M"}, None, (100, None, f"{LARGEST}; at most: not known (posts whose other figures are newer than their reach: 1)")),
        ({"_by_impressions": 2}, {"change": 0, "bounded": 0, "most_words": "M"}, None, (100, 170, f"{LARGEST}; at most: their sum, and impressions where reach is missing (2), but M")),
        ({}, {"least": 150, "least_words": "L"}, None, (150, 170, "at least: L (post reach known: 2); at most: their sum")),
        ({}, {"least": 170, "least_words": "L"}, None, (170, 170, "at least: L (post reach known: 2); at most: their sum")),
        ({}, {"least": 171, "least_words": "L"}, None, (100, 170, f"{LARGEST}; at most: their sum; left out: L, which is above the upper bound")),
        ({}, {"least": 100, "least_words": "L"}, None, (100, 170, f"{LARGEST}; at most: their sum")),
        ({"_missing": 1}, {"least": 999, "least_words": "L"}, None, (999, None, "at least: L (post reach known: 2); at most: not known (posts without reach: 1)")),
        ({"reach_known": 0, "_largest": None, "_missing": 1}, {"least": 0, "least_words": "L"}, None, (0, None, "at least: L (post reach known: 0); at most: not known (posts without reach: 1)")),
        ({}, {"least": 150, "least_words": "L"}, (149, False), (150, 170, f"at least: L (post reach known: 2); at most: their sum; {NOT_USED}")),
        ({}, {"dropped_words": "D"}, (99, False), (100, 170, f"{LARGEST}; at most: their sum; D; {NOT_USED}")),
        ({"kind": "post"}, {"least": 150, "least_words": "L"}, None, (100, 170, f"{LARGEST}; at most: their sum")),
    ],
)  # fmt: skip
def test_what_bounds_a_group_and_the_words_on_which_it_rests(
    group: dict[str, Any],
    of_accounts: dict[str, Any] | None,
    size: tuple[int, bool] | None,
    expected: tuple[int | None, int | None, str | None],
) -> None:
    assert bounds_of(group, of_accounts, reach.Audience(*size) if size else None) == expected


@pytest.mark.parametrize(
    ("row", "newest", "expected"),
    [
        ({"reach_at_most": 9, "reach_on": ON}, ON, (9, None)),
        ({"reach_at_most": 9, "reach_on": ON}, AS_OF, (None, 9)),
        ({"reach_at_most": 9, "reach_on": ON}, None, (9, None)),
        ({"reach_at_most": 9, "reach_on": None}, AS_OF, (9, None)),
        ({"reach_at_most": 9}, AS_OF, (9, None)),
        ({"reach_at_most": None, "reach_on": THEN_ON, "reach_at_most_then": 5}, AS_OF, (None, 5)),
    ],
)
def test_an_upper_bound_is_told_beside_figures_of_its_day_else_as_the_last(
    row: dict[str, Any], newest: date | None, expected: tuple[int | None, int | None]
) -> None:
    assert reach.upper_as_told(row, newest) == expected


def test_a_post_above_the_audience_refutes_it_but_a_programme_does_not() -> None:
    posts = pl.DataFrame({"platform": ["x", "outreach"], "reach_least": [100, 900]})
    for size, is_refuted in ((99, True), (100, False)):
        assert reach.audience(size, posts) == reach.Audience(size, is_refuted)
        assert (reach.audience(size, posts) or reach.Audience(0, False)).is_refuted is is_refuted
    assert reach.audience(None, posts) is None


def test_a_group_adds_up_its_posts_and_counts_those_that_know_nothing() -> None:
    posts = pl.DataFrame(
        {"reach": [5, None, None], "reach_least": [4, None, None], "reach_upper": [6, 7, None], "is_by_impressions": [False, True, False], "is_by_days": [True, True, False], "reach_upper_on": [ON, AS_OF, AS_OF], "reach_then": [6, 7, 8], "reach_then_on": [ON, AS_OF, THEN_ON]}
    )  # fmt: skip
    assert posts.select(reach.of_group()).row(0, named=True) == {
        "reach_known": 1, "_largest": 4, "_sum": 13, "_missing": 1, "_by_impressions": 1, "_by_days": 2, "_on": ON,
        "_outdated": 1, "_then": 21, "_then_on": THEN_ON,
    }  # fmt: skip
    some = posts.with_columns(reach_then=pl.Series([6, None, 8])).select(reach.of_group())
    assert some.row(0, named=True)["_then"] is None


@pytest.mark.parametrize("size", [99, 170])
def test_groups_that_reached_the_same_have_their_bounds_with_either_engine(size: int) -> None:
    """polars holds a column that is the same in each row as one value, and then takes other ways."""
    same = pl.lit(None, pl.Date).alias("_on"), pl.lit(None, pl.Date).alias("_then_on")
    groups = pl.LazyFrame({"kind": ["a", "b"]}).with_columns(
        *(pl.lit(value, pl.Int64).alias(name) for name, value in POSTS_ALONE.items()), *same
    )
    bounds = reach.bounds(groups, ["kind"], None, reach.Audience(size, False), AS_OF)
    for engine in ("in-memory", "streaming"):
        most = bounds.collect(engine=engine).sort("kind")["reach_at_most"]  # type: ignore[call-overload]
        assert most.to_list() == [min(170, size) if size >= 100 else 170] * 2
