from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from connectors.reading.date_parts import is_both, numeric, taken_apart, taken_apart_without_years, written


@pytest.mark.parametrize(
    ("text", "is_pair"),
    [("05/09/2024", True), ("12-01-2024", True), ("13/09/2024", False), ("09/13/2024", False), ("05/05/2024", False),
     ("05.09.2024", False), ("2024-09-05", False), ("5 May 2024", False), ("20240905", False), ("45562", False)],
)  # fmt: skip
def test_only_two_numbers_of_at_most_twelve_with_a_slash_or_hyphen_can_be_two_days(text: str, is_pair: bool) -> None:
    assert taken_apart(pl.Series([text])).select(is_both()).to_series().to_list() == [is_pair]


def test_dates_that_begin_with_the_year_or_name_the_month_say_nothing_of_the_order() -> None:
    parts = taken_apart(pl.Series(["2024-09-05", "5 May 2024", "05.09.2024", "05/09/2024", None]))
    assert numeric(parts).select("a", "b").rows() == [(5, 9)]


@pytest.mark.parametrize("marks", ["{}/{}/2024 17:05", "{}/{}/2024 17:05 "])
def test_metas_form_is_read_as_any_other(marks: str) -> None:
    texts = pl.Series([marks.format("05", "09"), None])
    for is_day_first, expected in ((True, datetime(2024, 9, 5, 17, 5)), (False, datetime(2024, 5, 9, 17, 5))):
        assert written(taken_apart(texts), is_day_first)["naive"].to_list() == [expected, None]


def test_a_date_may_lack_its_year() -> None:
    texts = pl.Series(["27/09"])
    assert taken_apart(texts)["a"].to_list() == [None]
    assert taken_apart_without_years(texts).select("a", "b", "c").row(0) == (27, 9, None)
