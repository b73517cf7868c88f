"""What a workbook is made of is looked up once, and every language has its own names and words."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest

import connectors
from tests.warehouse.publish.workbook.opening import SAMPLE_PLAN, Tables, few
from warehouse.publish.report.language import LANGUAGES
from warehouse.publish.workbook.edition import BookTables, Edition, Shown


def book_tables(tables: Tables) -> BookTables:
    return BookTables(tables, SAMPLE_PLAN, connectors.PLATFORMS)


def with_posts(tables: Tables, *posts: dict[str, object]) -> Tables:
    """The tables with these posts of a campaign alone."""
    first = tables["post_totals"].filter(campaign_ids="iduai-2024", kind="video").head(1)
    made = [first.with_columns(**{name: pl.lit(value) for name, value in columns.items()}) for columns in posts]
    return {**tables, "post_totals": pl.concat(made, how="vertical_relaxed")}


def test_the_rows_of_campaigns_are_those_of_every_language(tables: Tables) -> None:
    book = book_tables(tables)
    rows = [[campaign for _, campaign in Edition(book, language).campaigns] for language in LANGUAGES]
    assert rows[0]
    assert all(one is other for one, other in zip(*rows, strict=True))


def test_a_campaign_without_posts_and_programmes_has_no_sheet_and_the_others_keep_the_plans_order(
    tables: Tables,
) -> None:
    totals = tables["campaign_totals"]
    empty = pl.col("campaign_id") == "iduai-2023"
    nothing = {name: pl.when(empty).then(0).otherwise(name).alias(name) for name in ("posts", "outreach", "events")}
    campaigns = book_tables({**tables, "campaign_totals": totals.with_columns(**nothing)}).campaigns
    assert [rows.campaign_id for rows in campaigns] == [
        campaign for campaign in totals["campaign_id"] if campaign != "iduai-2023"
    ]


def test_tables_that_an_older_version_froze_make_no_campaigns(tables: Tables) -> None:
    older = {**tables, "account_totals": tables["account_totals"].drop("reach_on")}
    for frozen in (few(tables), older):
        assert book_tables(frozen).campaigns == []
        assert Edition(book_tables(frozen), "km").campaigns == []


@pytest.mark.parametrize(("posts", "shown"), [(10, 10), (11, 10)])
def test_so_many_posts_and_programmes_are_shown_and_it_is_said_of_how_many(
    tables: Tables, posts: int, shown: int
) -> None:
    day = datetime(2024, 9, 1)
    online = [{"views": number, "text": str(number)} for number in range(posts)]
    on_air = [{"kind": "radio", "platform": "outreach", "text": str(n), "published_at": day.replace(day=1 + n)}
              for n in range(posts)]  # fmt: skip
    book = book_tables(with_posts(tables, *online, *on_air))
    [rows] = [rows for rows in book.campaigns if rows.campaign_id == "iduai-2024"]
    assert [row["text"] for row in rows.posts.rows] == [str(n) for n in range(posts - 1, posts - 1 - shown, -1)]
    assert [row["text"] for row in rows.outreach.rows] == [str(n) for n in range(posts - shown, posts)]
    told = {Edition(book, "en").shown_of(part) for part in (rows.posts, rows.outreach)}
    assert told == ({"Shown are 10 of 11."} if posts > shown else {""})


def test_only_quarters_with_a_known_gain_are_shown_the_oldest_first(tables: Tables) -> None:
    periods = tables["campaign_periods"].filter(campaign_id="iduai-2024").head(1)
    starts = [date(2020 + number // 4, 1 + 3 * (number % 4), 1) for number in range(10)]
    made = [
        periods.with_columns(period=pl.lit(f"FY-Q{number}"), period_start=pl.lit(start), views=pl.lit(number or None))
        for number, start in enumerate(starts)
    ]
    nothing = {metric: pl.lit(None, pl.Int64) for metric in ("likes", "comments", "shares")}
    book = book_tables({**tables, "campaign_periods": pl.concat(made, how="vertical_relaxed").with_columns(**nothing)})
    [rows] = [rows for rows in book.campaigns if rows.campaign_id == "iduai-2024"]
    assert [row["period"] for row in rows.quarters.rows] == [f"FY-Q{number}" for number in range(2, 10)]
    assert rows.quarters.all == 9


@pytest.mark.parametrize(
    ("least", "most", "told"),
    [(5, 9, "5 to 9"), (5, 5, "5"), (5, None, "at least 5"), (None, 9, "at most 9"), (None, None, "")],
)
def test_reach_is_told_by_its_bounds(tables: Tables, least: int | None, most: int | None, told: str) -> None:
    row = tables["campaign_totals"].row(0, named=True) | {"reach_at_least": least, "reach_at_most": most}
    edition = Edition(book_tables(tables), "en")
    assert edition.reach(row | {"reach_on": None}) == told
    assert [edition.reach({"reach": value}) for value in (None, 0, 1_000)] == ["", "0", "1,000"]


def test_an_activity_is_called_by_its_number_and_its_name_in_the_language(tables: Tables) -> None:
    activities = [a.model_copy(update={"name_km": "វេទិកា"} if a.id == "1.1.7" else {}) for a in SAMPLE_PLAN.activities]
    book = BookTables(tables, SAMPLE_PLAN.model_copy(update={"activities": tuple(activities)}), connectors.PLATFORMS)
    assert Edition(book, "km").activity("1.1.7") == "1.1.7 វេទិកា"
    assert (
        Edition(book, "en").activity("1.1.7") == "1.1.7 National forum on fundamental freedom and access to information"
    )
    assert [Edition(book, "en").activity(one) for one in ("9", None)] == ["9", None]


def test_nothing_is_said_of_a_list_that_is_shown_whole(tables: Tables) -> None:
    edition = Edition(book_tables(tables), "km")
    assert edition.shown_of(Shown([{}], 1)) == ""
    assert edition.shown_of(Shown([{}], 2)) == "បង្ហាញ 1 ក្នុងចំណោម 2។"
