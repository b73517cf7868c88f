"""An account's own reach bounds its posts where it covers them. docs/rules.md: Reach is not added up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from connectors import PLATFORMS, contract
from connectors.columns import schema as schema_of
from tests.conftest import CAMPAIGN, PAGE, World, meta, post, sheet
from tests.samples import PAGE_OF_PLAN, page_days
from warehouse.plan import model
from warehouse.reach import of_accounts
from warehouse.reach.of_accounts import Claim
from warehouse.reach.windows import Window


def test_a_pages_days_that_end_before_the_posts_were_read_or_were_typed_prove_nothing(world: World) -> None:
    world.plan(CAMPAIGN + PAGE_OF_PLAN)
    world.drop("2024-10-01/a.csv", meta(post(1, Reach=100), post(2, Reach=70)))
    world.drop("2024-10-05/Our page/results.csv", page_days(50, *(4 for _ in range(30))))
    typed = {"no": 1, "platform": "facebook", "account": PAGE, "from": "2024-09-01", "to": "2024-10-03", "reach": 120}
    world.drop("2024-10-05/s.csv", sheet(typed))
    assert world.campaign()["reach_at_most"] == 170


BEFORE = datetime(2024, 12, 1)
MOMENT = timedelta(microseconds=1)
FIRST, LAST = date(2024, 9, 1), date(2024, 9, 7)
IS_OVER = datetime(2024, 9, 8, 12)
"""The first instant at which 7 September is over in every zone."""


def figure(**columns: Any) -> dict[str, Any]:
    given = {"platform": "facebook", "account_id": "42", "metric": "reach", "value": 50, "period_start": FIRST,
             "period_end": LAST, "observed_at": IS_OVER, "load_id": "l", "is_rounded": False, "is_final": True}  # fmt: skip
    return given | columns


def newest(*figures: dict[str, Any]) -> pl.DataFrame:
    schema = schema_of(contract.ACCOUNT_FIGURES) | {"load_id": pl.String}
    rows = [{name: row[name] for name in row if name in schema} for row in figures]
    loads = pl.DataFrame({"load_id": ["l", "m", "typed"], "connector": ["facebook", "meta", "sheet"], "grade": ["export", "api", "entered"]})  # fmt: skip
    return of_accounts._newest(pl.DataFrame(rows, schema=schema, orient="row"), loads, BEFORE)


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ([figure()], [("facebook:42", 50, 50, ["facebook"], "export")]),
        ([figure(metric="views")], []),
        ([figure(account_id=None)], []),
        ([figure(value=None)], []),
        ([figure(observed_at=BEFORE)], []),
        ([figure(observed_at=BEFORE - MOMENT)], [("facebook:42", 50, 50, ["facebook"], "export")]),
        ([figure(value=3500, is_rounded=True)], [("facebook:42", 3450, 3599, ["facebook"], "export")]),
        ([figure(value=9, observed_at=IS_OVER + MOMENT, load_id="m"), figure()], [("facebook:42", 9, 9, ["facebook", "meta"], "api")]),
        ([figure(value=9), figure()], [("facebook:42", 50, 50, ["facebook"], "export")]),
        ([figure(value=9), figure(load_id="m")], [("facebook:42", 50, 50, ["facebook", "meta"], "api")]),
        ([figure(value=9), figure(period_end=date(2024, 9, 6)), figure(period_start=LAST), figure(account_id="7")],
         [("facebook:42", 9, 9, ["facebook"], "export"), *[("facebook:42", 50, 50, ["facebook"], "export")] * 2, ("facebook:7", 50, 50, ["facebook"], "export")]),
    ],
)  # fmt: skip
def test_of_each_account_and_period_the_newest_reach_counts(
    figures: list[dict[str, Any]], expected: list[tuple[Any, ...]]
) -> None:
    for rows in (figures, figures[::-1]):
        result = newest(*rows).with_columns(pl.col("connector").list.sort())
        told = result.select("own_account", "least", "most", "connector", "grade").rows()
        assert sorted(told, key=str) == sorted(expected, key=str)


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ([figure()], {"facebook:42": ((Window(FIRST, LAST, 50),),)}),
        ([figure(observed_at=IS_OVER - MOMENT)], {}),
        ([figure(is_final=False)], {}),
        ([figure(is_final=None)], {"facebook:42": ((Window(FIRST, LAST, 50),),)}),
        ([figure(load_id="typed")], {}),
        ([figure(platform="tiktok")], {}),
        ([figure(load_id="m"), figure(load_id="m", period_start=LAST), figure(period_end=FIRST, observed_at=datetime(2024, 10, 1))],
         {"facebook:42": ((Window(FIRST, FIRST, 50),), (Window(FIRST, LAST, 50), Window(LAST, LAST, 50)))}),
        ([figure(), figure(load_id="m")], {"facebook:42": ((Window(FIRST, LAST, 50),), (Window(FIRST, LAST, 50),))}),
    ],
)  # fmt: skip
def test_windows_are_settled_and_each_source_has_its_own(figures: list[dict[str, Any]], expected: object) -> None:
    assert "tiktok" not in PLATFORMS.with_account_reach_of_posts
    assert of_accounts._windows(newest(*figures), PLATFORMS) == expected


def test_a_claim_holds_where_the_figure_of_just_those_days_is_known() -> None:
    def claim(account: str = "facebook:42", **columns: object) -> str:
        given = {
            "account": f'"{account}"',
            "metric": '"reach"',
            "from": FIRST,
            "to": LAST,
            "scope": '"covers"',
        } | columns
        return "{ " + ", ".join(f"{name} = {value}" for name, value in given.items() if value) + " }"

    claims = [
        claim(), claim(), claim("facebook:Our page", scope='"equal"'), claim(scope='"inside"'), claim(scope=None), claim(to=FIRST),
        claim("facebook:7"), claim("facebook:9"), claim(metric='"visits"', scope=None),
    ]  # fmt: skip
    text = (
        '[project]\nname = "p"\n[[activity]]\nid = "1"\nname = "a"\n[[account]]\nid = "facebook:42"\nalso = ["Our page"]\n'
        f'[[campaign]]\nid = "c"\nactivity = "1"\nname = "c"\naccount_figures = [{", ".join(claims)}]\n'
        '[[campaign]]\nid = "none"\nactivity = "1"\nname = "c"\n'
    )
    plan = model.parse(text, PLATFORMS.names)
    figures = newest(figure(value=3500, is_rounded=True), figure(account_id="9"))
    assert of_accounts._claims(figures, plan) == {
        ("c", "facebook:42"): tuple(Claim(FIRST, LAST, scope, 3450, 3599) for scope in ("covers", "equal", "inside")),
        ("c", "facebook:9"): (Claim(FIRST, LAST, "covers", 50, 50),),
    }


PUBLISHED = datetime(2024, 9, 1, 13)


LATER_DAYS = {"period_start": LAST, "period_end": date(2024, 9, 8), "period_opens_at": PUBLISHED + MOMENT, "reach": 40}
"""Of days that began after the post was published."""


def described(*posts: dict[str, Any]) -> pl.DataFrame:
    schema = {"platform": pl.String, "post_id": pl.String, "published_at": contract.TIMESTAMP, "reach_upper": pl.Int64, "last_read_at": contract.TIMESTAMP, "is_apart": pl.Boolean, "is_reach_current": pl.Boolean}  # fmt: skip
    given = {"platform": "x", "post_id": "p", "published_at": PUBLISHED, "reach_upper": 90, "last_read_at": datetime(2024, 9, 9), "is_apart": False}  # fmt: skip
    rows = [given | post for post in posts]
    return pl.DataFrame([{"is_reach_current": row["reach_upper"] is not None} | row for row in rows], schema=schema)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{}], [(IS_OVER, 60)]),
        ([{"reach": None}], []),
        ([{"observed_until": IS_OVER + MOMENT}], [(IS_OVER + MOMENT, 60)]),
        ([{}, {"reach": None, "observed_at": IS_OVER + MOMENT}], [(IS_OVER, 60)]),
        ([{"post_id": "q"}], []),
        ([{"platform": "y"}], []),
        ([{"observed_at": BEFORE}], []),
        ([{"observed_at": BEFORE - MOMENT}], [(BEFORE - MOMENT, 60)]),
        ([{"reach": 3500, "rounded": ["views", "reach"]}], [(IS_OVER, 3450)]),
        ([{"reach": 3500, "rounded": ["views"]}], [(IS_OVER, 3500)]),
        ([{}, {"reach": 70}], [(IS_OVER, 70)]),
        ([{"reach": 3500, "rounded": ["reach"]}, {"reach": 70}], [(IS_OVER, 70)]),
        ([{}, {"reach": 5, "observed_at": IS_OVER + MOMENT}], [(IS_OVER, 60), (IS_OVER + MOMENT, 5)]),
        ([{"period_start": FIRST, "period_end": LAST, "period_opens_at": PUBLISHED}], [(IS_OVER, 60)]),
        ([{"period_start": FIRST, "period_end": date(2024, 12, 1)}], []),
        ([{"period_start": FIRST, "period_end": date(2024, 11, 30)}], [(datetime(2024, 12, 1, 12), 60)]),
        ([{}, LATER_DAYS], [(IS_OVER, 60), (datetime(2024, 9, 9, 12), 60)]),
        ([{}, LATER_DAYS | {"reach": 61}], [(IS_OVER, 60), (datetime(2024, 9, 9, 12), 61)]),
        ([{"observed_at": datetime(2024, 9, 9, 12)}, LATER_DAYS | {"reach": 61}], [(datetime(2024, 9, 9, 12), 60)]),
        ([LATER_DAYS | {"period_opens_at": None}], [(datetime(2024, 9, 9, 12), 40)]),
        ([{}, LATER_DAYS | {"period_opens_at": None}], [(IS_OVER, 60), (datetime(2024, 9, 9, 12), 60)]),
        ([{}, LATER_DAYS | {"period_opens_at": PUBLISHED}], [(IS_OVER, 60), (datetime(2024, 9, 9, 12), 40)]),
    ],
)  # fmt: skip
def test_a_reading_is_dated_by_the_latest_instant_that_it_may_stand_for(
    rows: list[dict[str, Any]], expected: list[tuple[datetime, int]]
) -> None:
    schema = {name: schema_of(contract.OBSERVATIONS)[name] for name in (
        "platform", "post_id", "period_start", "period_end", "period_opens_at", "observed_at", "reach", "rounded"
    )} | {"observed_until": contract.TIMESTAMP}  # fmt: skip
    given = dict.fromkeys(schema) | {"platform": "x", "post_id": "p", "observed_at": IS_OVER, "reach": 60}
    for some in (rows, rows[::-1]):
        observations = pl.DataFrame([given | row for row in some], schema=schema).lazy()
        result = of_accounts._readings(described({}), observations, datetime(2024, 12, 1), "Asia/Phnom_Penh")
        assert result.columns == ["platform", "post_id", "seen_by", "least", "is_of_reach"]
        assert result.select("seen_by", "least").rows() == expected


def test_where_other_figures_are_newer_every_reading_counts_with_the_reach_of_the_last_before() -> None:
    names = ("platform", "post_id", "period_start", "period_end", "period_opens_at", "observed_at", "reach", "rounded")
    schema = {name: schema_of(contract.OBSERVATIONS)[name] for name in names}
    given = dict.fromkeys(schema) | {"platform": "x", "post_id": "p"}
    rows = [
        {"observed_at": IS_OVER, "reach": 3500, "rounded": ["reach"]},
        {"observed_at": IS_OVER},
        {"observed_at": IS_OVER + MOMENT},
    ]
    observations = pl.DataFrame([given | row for row in rows], schema=schema).lazy()
    result = of_accounts._readings(
        described({"is_reach_current": False}),
        observations.with_columns(observed_until=pl.lit(None, contract.TIMESTAMP)),
        BEFORE,
        "Asia/Phnom_Penh",
    )
    assert result.select("least", "is_of_reach").rows() == [(3450, True), (3450, False)]


def steps(posts: list[dict[str, Any]], readings: list[tuple[str, datetime, int]]) -> list[tuple[Any, ...]]:
    schema = {"platform": pl.String, "post_id": pl.String, "seen_by": contract.TIMESTAMP, "least": pl.Int64}
    read = pl.DataFrame([("x", *row) for row in readings], schema=schema, orient="row").with_columns(
        is_of_reach=pl.lit(True)
    )
    result = of_accounts._steps(described(*posts), read)
    assert result.columns == ["platform", "post_id", "begins", "day", "gained", "settled", "least"]
    assert result.schema["gained"] == result.schema["settled"] == pl.Int64
    return [(post, day.day, gained, settled, least) for _, post, begins, day, gained, settled, least in result.rows()]


def test_each_reading_says_how_many_fewer_may_have_come_later() -> None:
    read = [("p", datetime(2024, 9, n, 9, 59), least) for n, least in ((2, 30), (4, 70), (6, 90))]
    assert steps([{}], read) == [("p", 2, 30, 0, 30), ("p", 4, 40, 0, 70), ("p", 6, 20, 0, 90)]
    assert steps([{}], read[::-1]) == steps([{}], read)
    assert steps([{}], read[:2]) == [("p", 2, 30, 0, 30), ("p", 4, 60, 0, 70)]
    assert steps([{"reach_upper": 20}], read[:2]) == [("p", 2, 20, 0, 30), ("p", 4, 0, 0, 70)]
    assert steps([{"reach_upper": None}], read[:2]) == [("p", 2, 0, 0, 30), ("p", 4, 0, 0, 70), ("p", 10, 0, 1, 0)]
    carried_on = {"reach_upper": 90, "is_reach_current": False}
    assert steps([carried_on], read[:2]) == [("p", 2, 30, 0, 30), ("p", 4, 40, 0, 70), ("p", 10, 20, 0, 0)]
    one_day = [("p", datetime(2024, 9, 2, 8), 10), ("p", datetime(2024, 9, 2, 9, 59), 30)]
    assert steps([{}], one_day) == [("p", 2, 90, 0, 30)]


def test_a_post_whose_reach_was_never_read_is_settled_days_after_its_last_reading() -> None:
    assert steps([{"reach_upper": None}], []) == [("p", 10, 0, 1, 0)]
    assert steps([{"reach_upper": None, "last_read_at": datetime(2024, 9, 9) - timedelta(hours=16) - MOMENT}], []) == [("p", 9, 0, 1, 0)]  # fmt: skip
    assert steps([{"is_apart": True}], []) == []
    assert steps([{"published_at": None}], [("p", datetime(2024, 9, 2), 1)]) == []
    two = [{}, {"post_id": "q", "reach_upper": 50}]
    assert steps(two, [("q", datetime(2024, 9, 3), 50), ("p", datetime(2024, 9, 2), 90)]) == [
        ("p", 2, 90, 0, 90), ("q", 3, 50, 0, 50)
    ]  # fmt: skip


PLAN_OF = """
[project]
name = "p"
timezone = "Asia/Phnom_Penh"
[[activity]]
id = "1"
name = "a"
[[campaign]]
id = "c"
activity = "1"
name = "c"
account_figures = [{ account = "facebook:8", metric = "reach", from = 2024-09-01, to = 2024-09-07, scope = "covers" }]
"""
ENDS = datetime(2024, 11, 30, 17)
"""The end of 30 November in Phnom Penh."""


def account_reach_of(*figures: dict[str, Any]) -> of_accounts.AccountReach:
    """What figures of accounts say of the posts of a plan: of the accounts 42 and 8, and of one without figures."""
    key = {"platform": pl.String, "post_id": pl.String}
    posts = [
        ("facebook", "p", "42", PUBLISHED, None), ("facebook", "q", "42", PUBLISHED, True), ("facebook", "r", "42", PUBLISHED, False),
        ("facebook", "of no campaign", "42", PUBLISHED, None), ("facebook", "of another account", "7", PUBLISHED, None),
        ("facebook", "s", "8", PUBLISHED, None), ("outreach", "t", "42", PUBLISHED, None),
    ]  # fmt: skip
    described = pl.DataFrame(
        posts, schema=key | {"account_id": pl.String, "published_at": contract.TIMESTAMP, "is_crosspost": pl.Boolean}, orient="row"
    )  # fmt: skip
    last = described.select(
        "platform", "post_id",
        counts_as=pl.when(pl.col("post_id") == "r").then(pl.lit("p")), reach_upper=pl.lit(90),
        last_read_at=pl.lit(datetime(2024, 12, 1)), is_reach_current=pl.lit(True),
    )  # fmt: skip
    columns = schema_of(contract.OBSERVATIONS) | {"observed_until": contract.TIMESTAMP}
    given = dict.fromkeys(columns) | {"platform": "facebook", "observed_at": IS_OVER, "reach": 60}
    over = {"period_start": FIRST, "period_end": date(2024, 11, 30), "period_opens_at": datetime(2024, 8, 31, 17)}
    rows = [{"post_id": post} for _, post, *_ in posts] + [{"post_id": "p", "reach": 90, **over}]
    observations = pl.LazyFrame([given | row for row in rows], schema=columns)
    schema = schema_of(contract.ACCOUNT_FIGURES) | {"load_id": pl.String}
    told = pl.DataFrame([{n: row[n] for n in row if n in schema} for row in figures], schema=schema, orient="row")
    loads = pl.DataFrame(
        {"load_id": ["l", "typed"], "connector": ["facebook", "sheet"], "grade": ["export", "entered"]}
    )
    attributed = described.filter(pl.col("post_id") != "of no campaign").select("platform", "post_id")
    twice = pl.concat([attributed, attributed])  # of two campaigns
    return of_accounts.account_reach(
        described, last, observations, told, loads, twice, model.parse(PLAN_OF, PLATFORMS.names), ENDS, PLATFORMS
    )


def test_accounts_with_windows_or_claims_bound_their_posts_of_campaigns() -> None:
    reach = account_reach_of(figure(), figure(account_id="8", value=40, load_id="typed"))
    assert reach.windows == {"facebook:42": ((Window(FIRST, LAST, 50),),)}
    assert reach.claims == {("c", "facebook:8"): (Claim(FIRST, LAST, "covers", 40, 40),)}
    assert sorted(reach.posts.rows()) == [
        ("facebook", "p", "facebook:42", PUBLISHED, False), ("facebook", "q", "facebook:42", PUBLISHED, True),
        ("facebook", "r", "facebook:42", PUBLISHED, True), ("facebook", "s", "facebook:8", PUBLISHED, False),
    ]  # fmt: skip
    read = [(post, IS_OVER, 60) for post in "pqrs"] + [("p", datetime(2024, 12, 1, 12), 90)]
    assert sorted(reach.readings.select("post_id", "seen_by", "least").rows()) == sorted(read)
    assert reach.steps.select("post_id", "day", "gained", "least").rows() == [
        ("p", date(2024, 9, 9), 60, 60), ("p", date(2024, 12, 2), 30, 90)
    ]  # fmt: skip


@pytest.mark.parametrize("figures", [[], [figure(load_id="typed")], [figure(metric="views")]])
def test_without_windows_and_claims_no_account_bounds_a_post(figures: list[dict[str, Any]]) -> None:
    reach = account_reach_of(*figures)
    assert (reach.windows, reach.claims, reach.posts.height, reach.readings.height, reach.steps.height) == (
        {},
        {},
        0,
        0,
        0,
    )
