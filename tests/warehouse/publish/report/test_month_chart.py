"""What campaigns gained month by month: a month that nobody read is not known, and is not 0."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from connectors import PLATFORMS
from warehouse.plan.model import Plan
from warehouse.publish.report import charts, month_chart
from warehouse.publish.report.captions import Captions
from warehouse.publish.report.charts import Drawing
from warehouse.publish.report.language import LANGUAGES, Language
from warehouse.publish.report.wording import Texts

AS_OF = date(2024, 12, 30)
PLAN = Plan.model_validate({"project": {"name": "P", "timezone": "Asia/Phnom_Penh"}})


def daily(*rows: tuple[str, date, int | None]) -> pl.DataFrame:
    return pl.DataFrame(
        [(campaign, day, views, int(views is not None), 1) for campaign, day, views in rows],
        schema={
            "campaign_id": pl.String,
            "day": pl.Date,
            "views": pl.Int64,
            "views_known": pl.Int64,
            "posts": pl.Int64,
        },
        orient="row",
    )


def drawn(frame: pl.DataFrame, *campaigns: str, language: Language = "en") -> Drawing | None:
    rows: list[dict[str, Any]] = [
        {"campaign_id": name, "campaign_name": name.upper(), "posts": 1} for name in campaigns
    ]
    captions = Captions(Texts(language, "Asia/Phnom_Penh", PLATFORMS), PLATFORMS, PLAN)
    return month_chart.drawing(month_chart.gains(frame, AS_OF), rows, captions, charts.PAPER)


def test_gains_of_a_month_are_added_up_and_a_month_that_nobody_read_is_not_known() -> None:
    chart = drawn(
        daily(("a", date(2024, 9, 1), 5), ("a", date(2024, 9, 30), 7), ("a", date(2024, 11, 1), -2), ("b", date(2024, 11, 5), 1)),
        "a", "b",
    )  # fmt: skip
    assert chart is not None
    assert chart.heads == ("Month", "A", "B")
    assert chart.rows == [("2024-09", "12", ""), ("2024-10", "–", ""), ("2024-11", "-2", "1"), ("2024-12", "–", "–")]
    assert "A: 2024-09 12, 2024-10 –, 2024-11 -2, 2024-12 –" in chart.alt
    assert chart.notes[0].startswith("Each gain stands in the month in which it was read.")


def test_a_month_of_which_a_part_is_not_known_is_at_least_and_one_of_which_nothing_is_known_a_gap() -> None:
    days = daily(("a", date(2024, 11, 1), 5), ("a", date(2024, 11, 2), None), ("a", date(2024, 12, 2), None))
    chart = drawn(days, "a")
    assert chart is not None
    assert chart.rows == [("2024-11", "≥ 5"), ("2024-12", "–")]
    assert chart.notes[-1].startswith("≥ means at least")


def test_a_campaign_without_a_known_gain_is_named_and_alone_it_has_no_chart() -> None:
    nothing_known = ("b", date(2024, 12, 1), None)
    assert drawn(daily(nothing_known), "b") is None
    assert drawn(daily(), "b") is None
    chart = drawn(daily(nothing_known, ("a", date(2024, 12, 1), 1)), "a", "b")
    assert chart is not None
    assert "No gain by day is known of: B." in chart.notes


@pytest.mark.parametrize(("campaigns", "left_out"), [(6, 0), (7, 1), (9, 3)])
def test_six_campaigns_with_the_largest_gains_have_a_row_and_others_are_counted(campaigns: int, left_out: int) -> None:
    names = [f"c{at}" for at in range(campaigns)]
    chart = drawn(daily(*((name, date(2024, 12, 1), at) for at, name in enumerate(names))), *names)
    assert chart is not None
    assert chart.heads[1:] == tuple(name.upper() for name in reversed(names))[:6]
    assert any(f"not shown here: {left_out}." in note for note in chart.notes) == (left_out > 0)


@pytest.mark.parametrize(
    ("first", "months"), [(date(2023, 1, 31), 24), (date(2022, 12, 31), 24), (date(2024, 12, 1), 1)]
)
def test_the_last_two_years_are_shown(first: date, months: int) -> None:
    chart = drawn(daily(("a", first, 1), ("a", AS_OF, 1)), "a")
    assert chart is not None
    assert len(chart.rows) == months
    assert chart.rows[-1][0] == "2024-12"


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_its_words(language: Language) -> None:
    chart = drawn(daily(("a", AS_OF, 1)), "a", language=language)
    assert chart is not None
    assert ("month" in chart.title) == (language == "en")
