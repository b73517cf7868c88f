from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from connectors import PLATFORMS
from connectors.contract import METRIC, METRIC_COLUMNS, METRIC_NAMES, TIMESTAMP
from connectors.platform import Change
from tests.conftest import CAMPAIGN, OTHER_PAGE, PAGE, World, meta, post
from tests.samples import studio_zip, video
from warehouse.figures import build, tables, totals
from warehouse.figures.mart import shaped
from warehouse.reach import of_posts
from warehouse.readings import definition_changes, latest
from warehouse.readings.definition_changes import Boundary
from warehouse.readings.latest import day_ends

ZONE = "Asia/Phnom_Penh"
SHORTS = date(2025, 3, 31)
ALL = date(2026, 8, 24)
DAY = timedelta(days=1)


def midnight(day: date) -> datetime:
    """The instant in UTC at which a day of the reporting zone begins."""
    return day_ends(day - DAY, ZONE)


def boundaries(before: datetime) -> list[Boundary]:
    boundaries_of_platforms = [Boundary(change, midnight(change.since)) for change in PLATFORMS.changes]
    return [finding for finding in boundaries_of_platforms if finding.at < before]


def total(
    *posts: dict[str, Any], as_of: date = date(2026, 11, 23), by: tuple[str, ...] = ("campaign_id",)
) -> dict[str, Any]:
    """The total of posts, each with its publication, its readings (instant -> metrics), platform and kind."""
    before = day_ends(as_of, ZONE)
    observed, owned = [], []
    for number, this_post in enumerate(posts):
        key = {"platform": this_post.get("platform", "youtube"), "post_id": f"p{number}"}
        owned.append(
            key
            | {"campaign_id": "c", "kind": this_post.get("kind", "live"), "published_at": this_post.get("published")}
        )
        observed += [key | {"observed_at": at} | metrics for at, metrics in this_post["read"].items()]
    readings = pl.DataFrame(
        observed,
        schema={"platform": pl.String, "post_id": pl.String, "observed_at": TIMESTAMP}
        | dict.fromkeys(METRIC_COLUMNS, pl.Int64),
    ).with_columns(rounded=pl.lit(None, METRIC_NAMES), is_measured=pl.lit(True))
    last = latest.latest(
        readings.lazy(), before, with_read_at=sorted({*definition_changes.dated(PLATFORMS), "impressions"})
    ).with_columns(
        counts_as=pl.lit(None, pl.String),
        gone_since=pl.lit(None, pl.Date),
        is_watched=pl.lit(None, pl.Boolean),
        is_in_part=pl.lit(None, pl.Boolean),
    )
    schema = dict.fromkeys(("platform", "post_id", "campaign_id", "kind"), pl.String) | {"published_at": TIMESTAMP}
    ours = boundaries(before)
    members = definition_changes.marked(
        totals.with_counting_post(
            of_posts.with_bounds(last.collect(), PLATFORMS, ZONE).lazy(), pl.DataFrame(owned, schema=schema).lazy()
        ),
        ours,
    )
    return totals.group_totals(members, list(by), as_of, before, PLATFORMS, changes=ours).collect().row(0, named=True)


@pytest.mark.parametrize(
    ("published", "read", "spans"),
    [
        (midnight(ALL) - DAY, midnight(ALL), 1),
        (midnight(ALL) - timedelta(microseconds=1), midnight(ALL), 1),
        (midnight(ALL), midnight(ALL) + DAY, 0),
        (midnight(ALL) - DAY, midnight(ALL) - timedelta(microseconds=1), 0),
    ],
)
def test_a_total_spans_a_change_from_a_post_of_the_day_before_to_a_reading_of_the_day_itself(
    published: datetime, read: datetime, spans: int
) -> None:
    row = total({"published": published, "read": {read: {"views": 5}}})
    assert row["definition_changes"] == spans
    assert (row["definitions"] is not None) is bool(spans)


def test_two_posts_span_what_neither_does_alone() -> None:
    old = {"published": datetime(2026, 8, 1), "read": {datetime(2026, 8, 2): {"views": 5}}}
    new = {"published": datetime(2026, 9, 1), "read": {datetime(2026, 9, 2): {"views": 5}}}
    assert [total(item)["definition_changes"] for item in (old, new)] == [0, 0]
    assert total(old, new)["definitions"].startswith("youtube views since 2026-08-24: plays from the first frame on")


def test_a_change_after_as_of_is_not_spanned() -> None:
    given = {
        "published": datetime(2026, 8, 1),
        "read": {datetime(2026, 8, 2): {"views": 5}, datetime(2026, 9, 2): {"views": 9}},
    }
    assert total(given, as_of=ALL - DAY)["definition_changes"] == 0
    assert total(given)["definition_changes"] == 1


def test_a_metric_that_is_not_known_spans_nothing() -> None:
    given = {"published": datetime(2026, 8, 1), "read": {datetime(2026, 9, 2): {"likes": 5}}}
    assert (total(given)["views"], total(given)["definition_changes"], total(given)["definitions"]) == (None, 0, None)


def test_a_metric_whose_last_reading_is_of_before_spans_nothing_though_others_were_read_after() -> None:
    given = {
        "published": datetime(2026, 8, 1),
        "read": {datetime(2026, 8, 2): {"views": 5}, datetime(2026, 9, 2): {"likes": 9}},
    }
    assert total(given)["definition_changes"] == 0


def test_a_change_of_shorts_concerns_shorts_and_what_may_be_one() -> None:
    given = {"published": midnight(SHORTS) - DAY, "read": {midnight(SHORTS) + DAY: {"views": 5}}}
    kinds = {kind: total(given | {"kind": kind})["definition_changes"] for kind in ("short", "video", "live", None)}
    assert kinds == {"short": 1, "video": 1, "live": 0, None: 1}


def test_a_total_names_every_change_that_it_spans_in_order() -> None:
    youtube = {"kind": "video", "published": datetime(2025, 1, 1), "read": {datetime(2026, 9, 1): {"views": 5}}}
    facebook = {
        "platform": "facebook",
        "kind": "post",
        "published": datetime(2024, 9, 1),
        "read": {datetime(2026, 9, 1): {"views": 5, "reach": 4}},
    }
    row = total(youtube, facebook)
    named = [word.partition(":")[0] for word in row["definitions"].split("; ")]
    assert named == [
        "facebook reach since 2026-06-15",
        "facebook views since 2024-11-14",
        "youtube views since 2025-03-31",
        "youtube views since 2026-08-24",
    ]
    assert row["definition_changes"] == 4


def test_a_metric_that_a_platform_gave_up_is_named_where_its_posts_were_read_on() -> None:
    old = {
        "platform": "facebook",
        "published": datetime(2025, 10, 1),
        "read": {datetime(2025, 10, 9): {"impressions": 5}},
    }
    read_on = {**old, "read": old["read"] | {datetime(2025, 12, 1): {"views": 9}}}
    new = {"platform": "facebook", "published": datetime(2025, 12, 1), "read": {datetime(2025, 12, 9): {"views": 5}}}
    assert [total(item)["definition_changes"] for item in (old, new)] == [0, 0]
    for item in ((read_on,), (old, new)):
        assert total(*item)["definitions"].startswith("facebook impressions since 2025-11-15: nothing any more")


def test_a_post_of_unknown_publication_counts_from_its_reading_on() -> None:
    at = datetime(2026, 8, 2)
    assert total({"read": {datetime(2026, 9, 2): {"views": 5}}})["definition_changes"] == 0
    assert (
        total({"read": {at: {"views": 5}}}, {"read": {datetime(2026, 9, 2): {"views": 5}}})["definition_changes"] == 1
    )


def test_outreach_spans_nothing() -> None:
    row = total({"platform": "outreach", "kind": "radio", "read": {datetime(2026, 9, 1): {"audience": 5}}})
    assert (row["outreach"], row["definition_changes"], row["definitions"]) == (1, 0, None)


def test_a_change_has_a_row_of_its_own() -> None:
    table = shaped(tables.MART["definition_changes"], definition_changes.table(PLATFORMS))
    assert table.height == len(PLATFORMS.changes)
    row = table.row(by_predicate=pl.col("since") == SHORTS, named=True)
    assert (row["platform"], row["metric"], row["kinds"]) == ("youtube", "views", "short;video")
    assert table["before"].null_count() == table["now"].null_count() == table["source"].null_count() == 0


def test_a_total_that_spans_two_definitions_says_so_and_which(world: World) -> None:
    for last, views in (("2026-08-23", 10), ("2026-09-30", 25)):
        content = studio_zip("", "", [video("May 3, 2026", Views=views)])
        world.drop(f"Content 2024-01-01_{last} Our channel.zip", content, "2026-10-01T12:00")
    before, after = (world.campaign(day) for day in ("2026-08-23", "2026-09-30"))
    assert (before["views"], before["definition_changes"], before["definitions"]) == (10, 0, None)
    assert (after["views"], after["definition_changes"]) == (25, 1)
    assert after["definitions"].startswith("youtube views since 2026-08-24: plays from the first frame on")


def test_every_table_of_totals_says_so_where_it_spans_a_change_and_nowhere_else(world: World) -> None:
    world.plan(CAMPAIGN + CAMPAIGN.replace('"forum"', '"quiet"').replace('["forum"]', '["quiet"]'))
    world.drop("2026-10-01/a.csv", meta(post(1, Views=10), post(2, OTHER_PAGE, Views="", Reactions=4)))
    tables = world.published("2026-10-01")
    has_posts = {name: t.filter(pl.col("posts") > 0) for name, t in tables.items() if "definition_changes" in t.columns}
    assert {name for name, t in has_posts.items() if t["definition_changes"].max() == 1} == {
        "campaign_totals", "activity_totals", "project_totals", "platform_totals", "kind_totals", "organisation_totals",
        "account_totals",
    }  # fmt: skip
    accounts = dict(tables["account_totals"].select("account_id", "definition_changes").iter_rows())
    assert accounts == {PAGE: 1, OTHER_PAGE: 0}
    campaigns = dict(tables["campaign_totals"].select("campaign_id", "definition_changes").iter_rows())
    assert campaigns == {"forum": 1, "quiet": 0}


def test_every_change_is_published_with_what_counted_before_and_who_says_so(world: World) -> None:
    changes = world.table("definition_changes")
    assert changes.select("platform", "metric", "since").is_unique().all()
    views = changes.row(by_predicate=(pl.col("platform") == "facebook") & (pl.col("metric") == "views"), named=True)
    assert (views["since"], "nasdaq.com" in views["source"]) == (date(2024, 11, 14), True)
    assert "impressions and no views" in views["before"]


def test_gains_span_a_change_only_where_it_lies_within_their_days(world: World) -> None:
    for name, views in (("2026-08-01", 10), ("2026-08-20", 12), ("2026-09-30", 25), ("2026-10-31", 30)):
        world.drop(
            f"Content 2024-01-01_{name} Our channel.zip",
            studio_zip("", "", [video("May 3, 2026", Views=views)]),
            "2026-11-01T12:00",
        )
    state = world.day("2026-10-31")
    spans = {}
    for start, end in (("2026-08-02", "2026-08-21"), ("2026-08-02", "2026-09-30"), ("2026-10-01", "2026-10-31")):
        row = build.gained(state, date.fromisoformat(start), date.fromisoformat(end))["campaign_totals"].row(
            0, named=True
        )
        spans[start, end] = (row["views"], row["definition_changes"])
    assert list(spans.values()) == [(2, 0), (15, 1), (5, 0)]


CHANGES = [
    Boundary(Change("x", "views", ALL, ("short", "video"), "a", "b", "s", is_given=True), midnight(ALL)),
    Boundary(Change("x", "likes", ALL, (), "a", "c", "s", is_given=True), midnight(ALL)),
    Boundary(Change("x", "impressions", ALL, (), "a", "nothing", "s", is_given=False), midnight(ALL) + DAY),
]
AT = midnight(ALL)
MOMENT = timedelta(microseconds=1)


def bits(*, is_gain: bool = False, **columns: Any) -> tuple[int, int]:
    """Of a post of x that knows all three metrics: what was counted before and after each change, as bits."""
    instants = ("published_at", "read_from", "last_read_at", "views_read_at", "likes_read_at")
    schema = dict.fromkeys(("platform", "kind"), pl.String) | dict.fromkeys(instants, TIMESTAMP)
    schema |= dict.fromkeys(("views", "likes", "impressions"), pl.Int64)
    schema |= {"period_start": pl.Date, "period_end": pl.Date, "is_published": pl.Boolean}
    given = {"platform": "x", "kind": "short", "views": 1, "likes": 1, "impressions": 1} | columns
    frame = pl.DataFrame([dict.fromkeys(schema) | given], schema=schema).lazy()
    marked = definition_changes.marked(frame, CHANGES, is_gain=is_gain)
    result = marked.select("counted_before", "counted_after").collect()
    assert result.schema == {"counted_before": pl.Int64, "counted_after": pl.Int64}
    assert marked.collect_schema().names() == [*schema, "counted_before", "counted_after"]
    before, after = result.row(0)
    return before, after


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({}, (0, 0)),
        ({"published_at": AT}, (0b100, 0)),
        ({"published_at": AT - MOMENT}, (0b111, 0)),
        ({"published_at": AT, "read_from": AT - MOMENT}, (0b100, 0)),
        ({"read_from": AT - MOMENT}, (0b111, 0)),
        ({"published_at": AT - MOMENT, "kind": "live"}, (0b110, 0)),
        ({"published_at": AT - MOMENT, "kind": None}, (0b111, 0)),
        ({"published_at": AT - MOMENT, "platform": "y"}, (0, 0)),
        ({"published_at": AT - MOMENT, "likes": None}, (0b101, 0)),
        ({"views_read_at": AT}, (0, 0b001)),
        ({"views_read_at": AT - MOMENT, "likes_read_at": AT}, (0, 0b010)),
        ({"views_read_at": AT, "views": None}, (0, 0)),
        ({"views_read_at": AT, "kind": "live"}, (0, 0)),
        ({"last_read_at": AT + DAY}, (0, 0b100)),
        ({"last_read_at": AT + DAY, "impressions": None}, (0, 0b100)),
        ({"last_read_at": AT + DAY, "platform": "y"}, (0, 0)),
        ({"last_read_at": AT + DAY - MOMENT}, (0, 0)),
    ],
)
def test_each_change_has_a_bit_for_what_a_post_counted_before_it_and_after(
    columns: dict[str, Any], expected: tuple[int, int]
) -> None:
    assert bits(**columns) == expected


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"is_published": True, "published_at": AT - MOMENT, "read_from": AT + DAY}, (0b111, 0)),
        ({"is_published": False, "published_at": AT - MOMENT, "read_from": AT + DAY}, (0, 0)),
        ({"is_published": False, "read_from": AT - MOMENT}, (0b111, 0)),
        ({"is_published": None, "read_from": AT - MOMENT, "period_start": ALL + DAY}, (0b111, 0)),
        ({"is_published": None, "published_at": AT + DAY, "period_start": ALL - DAY}, (0b111, 0)),
        ({"is_published": None, "period_start": ALL + DAY}, (0, 0)),
        ({"views_read_at": AT, "period_end": ALL - DAY}, (0, 0b001)),
        ({"views_read_at": AT - MOMENT, "period_end": ALL + DAY}, (0, 0b010)),
        ({"period_end": ALL}, (0, 0b011)),
        ({"period_end": ALL - DAY}, (0, 0)),
        ({"period_end": ALL, "views": None, "last_read_at": AT + DAY}, (0, 0b110)),
    ],
)
def test_a_gain_counts_from_its_baseline_to_its_reading_or_to_the_end_of_its_days(
    columns: dict[str, Any], expected: tuple[int, int]
) -> None:
    assert bits(is_gain=True, **columns) == expected


def test_a_group_names_the_changes_that_something_was_counted_before_and_something_after() -> None:
    posts = pl.LazyFrame(
        {"campaign_id": ["a", "a", "b", "c"], "counted_before": [0b011, 0b100, 0b111, 0], "counted_after": [0b100, 0b011, 0b010, 0b111]},
        schema_overrides={"counted_before": pl.Int64, "counted_after": pl.Int64},
    )  # fmt: skip
    groups = posts.group_by("campaign_id").agg(definition_changes.spanned(CHANGES)).sort("campaign_id")
    result = groups.select("campaign_id", *definition_changes.named(CHANGES)).collect()
    since = f"since {ALL}"
    assert result.rows() == [
        ("a", 3, f"x views {since}: b; x likes {since}: c; x impressions {since}: nothing"),
        ("b", 1, f"x likes {since}: c"),
        ("c", 0, None),
    ]
    assert result.schema == {"campaign_id": pl.String, "definition_changes": pl.Int64, "definitions": pl.String}


def test_without_a_change_nothing_is_spanned() -> None:
    marked = definition_changes.marked(pl.LazyFrame({"platform": ["x"]}), [])
    assert marked.collect().rows() == [("x", 0, 0)]
    assert marked.collect_schema() == {"platform": pl.String, "counted_before": pl.Int64, "counted_after": pl.Int64}
    assert definition_changes.spanned([]) == []
    result = marked.select(definition_changes.named([]))
    assert result.collect().rows() == [(0, None)]
    assert result.collect_schema() == {"definition_changes": pl.Int64, "definitions": pl.String}


def test_the_published_table_says_all_of_a_change() -> None:
    result = definition_changes.table(PLATFORMS)
    assert result.columns == ["platform", "metric", "since", "kinds", "before", "now", "source"]
    change = next(one for one in PLATFORMS.changes if not one.kinds)
    assert (*change[:3], None, *change[4:7]) in result.rows()
    assert result.schema["since"] == pl.Date


def test_when_a_metric_was_read_is_asked_of_those_that_a_platform_changed_and_still_gives() -> None:
    assert definition_changes.dated(PLATFORMS) == tuple(
        sorted({METRIC[c.metric].column for c in PLATFORMS.changes if c.is_given})
    )
    assert "impressions" not in definition_changes.dated(PLATFORMS)
    assert definition_changes.read_at("views") == "views_read_at"
