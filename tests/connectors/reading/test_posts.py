from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import polars as pl
import pytest

from connectors.contract import Extract, Raw
from connectors.facebook import export as facebook
from connectors.reading import posts
from connectors.reading.layouts import matched_tables
from connectors.reading.posts import Posts
from connectors.settings import ConnectorSettings
from tests.connectors.reading.tables import HEADER, ROW, TABLE, views

Make = Callable[..., Raw]
Read = Callable[..., Extract]


def test_a_header_that_stands_again_further_down_and_totals_anywhere_are_no_rows(raw: Make, read: Read) -> None:
    other = ROW.replace("0001,1000", "0002,1000")
    extract = read(raw("\n".join([HEADER, ROW, "Total,,,,,,,20,10", HEADER, other, ",,Gesamt,,,,,20,10"])))
    assert (views(extract), extract.evidence.rows) == ([10, 10], 2)


def table_of(raw: Raw) -> Posts:
    settings = facebook.Settings()
    (one,) = matched_tables(raw, "facebook", facebook.LAYOUTS, settings)
    return posts.read(raw, one, settings, pl.col("post_id").str.contains(r"^\d{6,}").fill_null(False))


def test_a_column_that_the_table_does_not_have_is_a_text_of_nulls(raw: Make) -> None:
    table = table_of(raw(TABLE))
    assert (table.has("views"), table.has("likes")) == (True, False)
    assert table.frame.select(table.texts("username"), table.texts("title").alias("title")).row(0) == (
        None,
        "ច្បាប់ព័ត៌មាន",
    )


def test_a_time_that_cannot_be_read_is_null_and_told_with_an_example(raw: Make) -> None:
    table = table_of(raw(TABLE.replace("09/27/2024 17:05", "yesterday")))
    assert (table.frame["published_at"].to_list(), table.frame["published"].to_list()) == ([None], ["yesterday"])
    assert table.notes == ("1 publish time cannot be read, such as 'yesterday'",)


def test_days_before_a_post_came_out_are_no_figures_of_it(raw: Make) -> None:
    settings = ConnectorSettings(zone="UTC")
    frame = pl.DataFrame({
        "date": ["2026-01-01", "2026-01-02", "2026-01-03", "never"],
        "published_at": [datetime(2026, 1, 2, 12)] * 4,
        "reason": [None] * 4,
    }, schema_overrides={"reason": pl.String})  # fmt: skip
    days, covered = posts.by_day(frame, settings, raw(""))
    assert days.select("period_start", "reason").rows() == [
        (date(2026, 1, 2), None),
        (date(2026, 1, 3), None),
        (None, "never is not a date"),
    ]
    assert (covered.start, covered.end, covered.last) == (date(2026, 1, 2), date(2026, 1, 3), date(2026, 1, 3))
    assert days["period_opens_at"][0] == datetime(2026, 1, 2)


@pytest.mark.parametrize(
    ("cell", "is_explanation"),
    [("Lifetime: the number of people", True), ("1,000", False), ("12 rb", False), (None, False)],
)
def test_a_line_of_sentences_where_counts_should_be_explains_its_columns(
    cell: str | None, is_explanation: bool
) -> None:
    frame = pl.DataFrame({"views": [cell]}, schema={"views": pl.String})
    assert frame.select(posts.is_explanation(["views"]))["literal"].to_list() == [is_explanation]
    assert not frame.select(posts.is_explanation([])).item()
