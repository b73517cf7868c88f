from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import polars as pl
import pytest

from connectors.contract import Extract, Raw
from connectors.reading import accounts
from connectors.reading.layouts import Layout, matched_tables
from connectors.reading.observed import Seen
from connectors.settings import ConnectorSettings

Make = Callable[..., Raw]
LAYOUT = (Layout("overview", "an overview by day", ("date", "views"), ("url",)),)
SEEN = Seen(datetime(2026, 1, 10), "a test")


def read(raw: Raw) -> Extract:
    settings = ConnectorSettings()
    (one,) = matched_tables(raw, "tiktok", LAYOUT, settings)
    return accounts.read(raw, one, settings, SEEN, "tiktok", "mekong")


def test_a_day_has_a_figure_for_each_metric_that_is_filled_in(raw: Make) -> None:
    extract = read(raw("Date,Video views,Profile views\n2026-01-01,10,\n2026-01-02,0,5\n"))
    assert extract.account_figures.select("metric", "period_start", "period_end", "value", "row").rows() == [
        ("views", date(2026, 1, 1), date(2026, 1, 1), 10, 1),
        ("views", date(2026, 1, 2), date(2026, 1, 2), 0, 2),
        ("visits", date(2026, 1, 2), date(2026, 1, 2), 5, 2),
    ]
    assert set(extract.account_figures["account_id"]) == {"mekong"}
    assert extract.evidence.period == (date(2026, 1, 1), date(2026, 1, 2))


def test_totals_and_notes_below_the_days_are_no_rows_and_what_is_no_date_is_rejected(raw: Make) -> None:
    extract = read(raw("Date,Video views,Profile views\n2026-01-01,10,1\nTotal,10,1\nsoon,7,1\nA note,,\n"))
    assert extract.account_figures.height == 2
    assert extract.rejects.select("row", "reason").rows() == [(3, "soon is not a date")]


def test_days_without_a_year_are_the_latest_ones_before_the_file_was_seen(raw: Make) -> None:
    extract = read(raw("Date,Video views\nDecember 31,1\nJanuary 1,2\nJanuary 2,3\n"))
    days = extract.account_figures["period_start"].to_list()
    assert days == [date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 2)]
    assert extract.evidence.date_order == "month by name"


def years(*days: tuple[int, int], last: date = date(2026, 1, 10)) -> list[date | None]:
    frame = pl.DataFrame(days, schema={"month": pl.Int64, "day": pl.Int64}, orient="row")
    return accounts.with_years(frame, last).to_list()


def test_days_go_one_way_in_time_from_either_end() -> None:
    expected = [date(2025, 12, 31), date(2026, 1, 1)]
    assert years((12, 31), (1, 1)) == expected
    assert years((1, 1), (12, 31)) == expected[::-1]
    assert years((1, 10)) == [date(2026, 1, 10)]
    assert years((1, 11)) == [date(2025, 1, 11)]


@pytest.mark.parametrize(("day", "when"), [((2, 29), date(2024, 2, 29)), ((2, 30), None)])
def test_a_leap_day_is_the_last_one_and_a_day_that_there_never_was_is_none(
    day: tuple[int, int], when: date | None
) -> None:
    assert years(day) == [when]


def test_a_leap_day_is_looked_for_over_eight_years() -> None:
    assert years((2, 29), last=date(2104, 1, 10)) == [date(2096, 2, 29)]
