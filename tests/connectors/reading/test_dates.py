from __future__ import annotations

from datetime import date, datetime
from itertools import permutations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.reading.dates import moments, moments_of_file, month_days
from connectors.reading.days import end_of
from connectors.settings import DateOrder, Order
from tests.conftest import CAMPAIGN, World, meta, post

PHNOM_PENH, PACIFIC = "Asia/Phnom_Penh", "America/Los_Angeles"


def at(*texts: str | None, order: Order = "month first", zone: str = "UTC") -> list[datetime | None]:
    return moments(pl.Series(texts, dtype=pl.String), DateOrder(order, "as the settings say"), zone).at.to_list()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("09/27/2024 17:05", datetime(2024, 9, 27, 17, 5)),
        ("9/27/2024 7:05", datetime(2024, 9, 27, 7, 5)),
        ("09/27/2024 17:05:09", datetime(2024, 9, 27, 17, 5, 9)),
        ("02/14/2016 12:40:16 AM", datetime(2016, 2, 14, 0, 40, 16)),
        ("2024-09-27", datetime(2024, 9, 27)),
        ("2024-09-27T17:05:00", datetime(2024, 9, 27, 17, 5)),
        ("2024-09-27 17:05:00+07:00", datetime(2024, 9, 27, 10, 5)),
        ("2022-02-28 17:39 +0000", datetime(2022, 2, 28, 17, 39)),
        ("2025/10/31 18:19:10", datetime(2025, 10, 31, 18, 19, 10)),
        ("Sep 27, 2024", datetime(2024, 9, 27)),
        ("Fri, Feb 6, 2026", datetime(2026, 2, 6)),
        ("Thu Mar 20 2025", datetime(2025, 3, 20)),
        ("27 September 2024", datetime(2024, 9, 27)),
        ("27-Jul-20", datetime(2020, 7, 27)),
        ("27.10.23 01:10", datetime(2023, 10, 27, 1, 10)),
        ("៣០/០៩/២០២៤", datetime(2024, 9, 30)),
        ("27 កញ្ញា 2024", datetime(2024, 9, 27)),
        ("ថ្ងៃទី27 ខែកញ្ញា ឆ្នាំ2024", datetime(2024, 9, 27)),
        ("27 ก.ย. 2567", datetime(2024, 9, 27)),
        ("27 กันยายน 2024 17:05", datetime(2024, 9, 27, 17, 5)),
        ("28 sept. 2026", datetime(2026, 9, 28)),
        ("8 de setembro de 2025", datetime(2025, 9, 8)),
        ("27. September 2024", datetime(2024, 9, 27)),
        ("27. 9. 2024", datetime(2024, 9, 27)),
        ("2026. 9. 13.", datetime(2026, 9, 13)),
        ("18 tháng 8, 2026", datetime(2026, 8, 18)),
        ("20 Tháng Mười Hai, 2026", datetime(2026, 12, 20)),
        ("2026年9月13日 14:05", datetime(2026, 9, 13, 14, 5)),
        ("18 января 2026 г.", datetime(2026, 1, 18)),
        ("27 Agustus 2024", datetime(2024, 8, 27)),
        ("6 mars 2026", datetime(2026, 3, 6)),
        ("14:05 27/09/2024", datetime(2024, 9, 27, 14, 5)),
        ("9/27/24, 2:05 PM", datetime(2024, 9, 27, 14, 5)),
        ("20240927", datetime(2024, 9, 27)),
        ("45562", datetime(2024, 9, 27)),
        ("45562.5", datetime(2024, 9, 27, 12)),
    ],
)
def test_dates_are_read_as_exports_write_them(text: str, expected: datetime) -> None:
    assert at(text) == [expected]


@pytest.mark.parametrize("text", ["", "yesterday", "13/13/2024", "2024-02-30", "25 Μαρτίου", "0", "1/2/3/4", "99:99"])
def test_what_is_no_date_is_not_known(text: str) -> None:
    assert at(text) == [None]


def test_one_date_of_a_file_decides_the_order_for_all() -> None:
    read = moments(
        pl.Series(["03/04/2024 10:00", "27/09/2024 10:00"]), DateOrder("month first", "as the settings say"), "UTC"
    )
    assert read.on.to_list() == [date(2024, 4, 3), date(2024, 9, 27)]
    assert (read.order, read.notes) == ("day first", ())


def test_settings_decide_what_a_whole_file_leaves_open_and_a_note_says_so() -> None:
    read = moments(pl.Series(["03/04/2024"]), DateOrder("day first", "as the settings say"), "UTC")
    assert read.on.to_list() == [date(2024, 4, 3)]
    assert read.notes == ("no date tells day from month; read day first, as the settings say",)


def test_a_file_with_both_orders_loses_no_date() -> None:
    read = moments(pl.Series(["09/27/2024", "27/09/2024"]), DateOrder("month first", "as the settings say"), "UTC")
    assert read.on.to_list() == [date(2024, 9, 27)] * 2
    assert len(read.notes) == 1


def test_a_date_beside_it_decides_the_order_as_well() -> None:
    beside = [pl.Series(["27/09/2024"])]
    read = moments(pl.Series(["03/04/2024"]), DateOrder("month first", "as the settings say"), "UTC", beside=beside)
    assert (read.on.to_list(), read.order, read.notes) == ([date(2024, 4, 3)], "day first", ())


def test_no_date_of_an_export_lies_after_the_day_it_came() -> None:
    read = moments(
        pl.Series(["03/12/2024", "01/02/2024"]),
        DateOrder("day first", "as the settings say"),
        "UTC",
        latest=datetime(2024, 11, 1),
    )
    assert (read.order, read.notes) == ("month first", ())
    read = moments(
        pl.Series(["03/12/2024", "01/02/2024"]),
        DateOrder("day first", "as the settings say"),
        "UTC",
        latest=datetime(2024, 5, 5),
    )
    assert (read.on.to_list(), read.notes) == ([date(2024, 3, 12), date(2024, 1, 2)], ())


def test_dates_that_are_sorted_in_one_order_only_are_read_in_that_order() -> None:
    texts = pl.Series([f"0{day}/0{month}/2024" for month, day in ((1, 2), (2, 1), (3, 5), (4, 2), (5, 1), (6, 7))])
    read = moments(texts, DateOrder("month first", "as the settings say"), "UTC")
    assert (read.on.to_list()[:2], read.order, read.notes) == ([date(2024, 1, 2), date(2024, 2, 1)], "day first", ())


WRITTEN = {"day first": "%d/%m/%Y", "month first": "%m/%d/%Y"}
PLATFORMS, CUSTOM = DateOrder("month first", is_of_platform=True), DateOrder("day first", "custom", is_assumed=True)
DAYS = st.dates(date(2020, 1, 1), date(2024, 12, 31))
IN_DOUBT = st.builds(
    lambda year, both: date(year, *both), st.integers(2020, 2024), st.sampled_from(list(permutations(range(1, 13), 2)))
)
"""Days that either order can read, and reads differently."""


@given(
    st.lists(st.lists(IN_DOUBT, max_size=6), min_size=1, max_size=4),
    st.dates(date(2020, 1, 13), date(2024, 12, 31)).map(lambda day: day.replace(day=13 + day.day % 16)),
    st.sampled_from(sorted(WRITTEN)),
    st.data(),
)
def test_one_date_that_can_be_read_in_one_way_decides_for_all_columns_of_a_file(
    columns: list[list[date]], sure: date, way: str, data: st.DataObject
) -> None:
    column = data.draw(st.integers(0, len(columns) - 1))
    columns[column].insert(data.draw(st.integers(0, len(columns[column]))), sure)
    texts = {str(n): pl.Series([f"{day:{WRITTEN[way]}}" for day in days]) for n, days in enumerate(columns)}
    texts = {name: series.cast(pl.String) for name, series in texts.items()}
    read, decision = moments_of_file(texts, CUSTOM, "UTC", datetime(2026, 1, 1))
    assert [moments.on.to_list() for moments in read.values()] == columns
    assert (decision.order, decision.is_open, decision.notes) == (way, False, ())
    assert all(moments.other_at.null_count() == len(moments.at) for moments in read.values())


@given(st.lists(DAYS, min_size=1, max_size=12), st.booleans(), st.dates(date(2020, 1, 1), date(2026, 1, 1)))
def test_no_other_rule_flips_a_platforms_own_order(days: list[date], is_sorted: bool, came: date) -> None:
    days = sorted(days) if is_sorted else days
    texts = pl.Series([f"{day:%m/%d/%Y}" for day in days])
    read = moments(texts, PLATFORMS, "UTC", latest=datetime.combine(came, datetime.min.time()))
    assert (read.on.to_list(), read.notes) == (days, ())


@pytest.mark.parametrize(("texts", "first"), [(("27/09/2024", "05/09/2024"), date(2024, 5, 9)),
                                              (("27/09/2024", "28/09/2024", "05/09/2024"), date(2024, 9, 5))])  # fmt: skip
def test_a_platforms_file_was_rewritten_where_most_dates_can_only_be_of_the_other_order(
    texts: tuple[str, ...], first: date
) -> None:
    assert moments(pl.Series(texts), PLATFORMS, "UTC").on.to_list()[-1] == first


@given(st.lists(IN_DOUBT, min_size=1, max_size=4))
def test_what_only_custom_tells_is_known_the_other_way_round_too(days: list[date]) -> None:
    texts = {"published": pl.Series([f"{day:%d/%m/%Y}" for day in days])}
    read, decision = moments_of_file(texts, CUSTOM, "UTC", datetime(2026, 1, 1))
    assert read["published"].on.to_list() == days
    assert read["published"].other_at.dt.date().to_list() == [date(day.year, day.day, day.month) for day in days]
    assert decision.is_open
    settings = DateOrder("day first", "as the settings say")
    assert moments_of_file(texts, settings, "UTC", datetime(2026, 1, 1))[0]["published"].other_at.null_count() == len(
        days
    )


def test_where_nothing_tells_the_order_only_dates_that_can_be_one_day_are_known() -> None:
    texts = {"published": pl.Series(["03/04/2024", "05/05/2024", "2024-09-27", "8 May 2024", None])}
    read, decision = moments_of_file(texts, DateOrder(None, is_assumed=True), "UTC", datetime(2026, 1, 1))
    assert read["published"].on.to_list() == [None, date(2024, 5, 5), date(2024, 9, 27), date(2024, 5, 8), None]
    assert read["published"].is_doubtful.to_list() == [True, False, False, False, False]
    assert decision.order is None


def test_a_date_of_one_day_and_month_leaves_nothing_open() -> None:
    read = moments(pl.Series(["05/05/2024"]), CUSTOM, "UTC")
    assert (read.on.to_list(), read.notes, read.other_at.to_list()) == ([date(2024, 5, 5)], (), [None])


@pytest.mark.parametrize(
    ("text", "month", "day"),
    [("February 28", 2, 28), ("28 May", 5, 28), ("25 Μαρτίου", 3, 25), ("8 de marzo", 3, 8), ("9月13日", 9, 13),
     ("18 tháng Tám", 8, 18), ("20 tháng Mười Một", 11, 20), ("18 января", 1, 18), ("27/9", 9, 27),
     ("2024-09-27", 9, 27), ("yesterday", None, None), ("12 Monkeys", None, None)],
)  # fmt: skip
def test_days_without_a_year_are_months_and_days(text: str, month: int | None, day: int | None) -> None:
    assert month_days(pl.Series([text]), "day first").select("month", "day").row(0) == (month, day)


def test_the_months_of_a_column_are_of_the_one_language_that_knows_most_of_them() -> None:
    # listopad is November in Polish and Czech, October in Croatian; prosinac is Croatian's December.
    assert at("5 listopada 2024", "6 grudnia 2024") == [datetime(2024, 11, 5), datetime(2024, 12, 6)]
    assert at("5. listopada 2024", "6. prosinca 2024") == [datetime(2024, 10, 5), datetime(2024, 12, 6)]


def test_times_are_those_of_the_zone_in_summer_and_winter() -> None:
    assert at("07/01/2024 12:00", "12/31/2024 12:00", zone=PACIFIC) == [
        datetime(2024, 7, 1, 19),
        datetime(2024, 12, 31, 20),
    ]


def test_an_hour_that_stands_twice_is_the_earlier_and_one_that_is_skipped_the_next() -> None:
    assert at("11/03/2024 01:30", "03/10/2024 02:30", zone=PACIFIC) == [
        datetime(2024, 11, 3, 8, 30),
        datetime(2024, 3, 10, 10, 30),
    ]


def test_a_date_alone_is_the_start_of_its_day_where_it_was_written() -> None:
    assert at("2024-09-27", zone=PHNOM_PENH) == [datetime(2024, 9, 26, 17)]
    assert end_of(date(2024, 9, 27), PHNOM_PENH) == datetime(2024, 9, 27, 16, 59, 59, 999999)


@given(st.lists(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)), min_size=1))
def test_the_form_of_metas_exports_is_read_alike_with_and_without_its_short_cut(days: list[datetime]) -> None:
    texts = [f"{day:%m/%d/%Y %H:%M}" for day in days]
    whole = [day.replace(second=0, microsecond=0) for day in days]
    assert at(*texts, "12/31/2024 00:00")[:-1] == whole
    assert at(*(f"{text}:00" for text in texts), "12/31/2024 00:00")[:-1] == whole


@given(st.lists(st.text(max_size=20)))
def test_no_text_breaks_the_reading_of_dates(texts: list[str]) -> None:
    assert len(at(*texts, zone=PACIFIC)) == len(texts)


def test_metas_times_are_us_pacific_and_campaign_days_are_the_reporting_zones(world: World) -> None:
    world.plan(CAMPAIGN + "starts = 2024-09-03\nends = 2024-09-03\n")
    early = post(1, Views=1) | {"Publish time": "09/02/2024 09:59"}
    inside = post(2, Views=2) | {"Publish time": "09/02/2024 10:00"}
    last = post(3, Views=4) | {"Publish time": "09/03/2024 09:59"}
    world.drop("2024-10-01/a.csv", meta(early, inside, last))
    assert world.campaign()["views"] == 6


@pytest.mark.parametrize(
    ("latest", "order"), [(datetime(2026, 5, 4), "month first"), (datetime(2026, 5, 3, 23, 59, 59), "day first")]
)
def test_an_order_in_which_dates_lie_over_two_days_ahead_is_not_the_files(latest: datetime, order: str) -> None:
    assert (
        moments(pl.Series(["05/06/2026"]), DateOrder("day first", "as the settings say"), "UTC", latest).order == order
    )


@pytest.mark.parametrize(("days", "order"), [(5, "month first"), (4, "day first")])
def test_five_days_in_a_row_tell_the_order_and_four_do_not(days: int, order: str) -> None:
    texts = ["01/12/2025", "02/03/2025", "03/10/2025", "04/02/2025", "05/08/2025"][:days]
    assert (
        moments(pl.Series(texts), DateOrder("day first", "as the settings say"), "UTC", datetime(2026, 1, 1)).order
        == order
    )
