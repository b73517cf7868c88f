"""The sections of a plan on what is reported."""

from datetime import date, timedelta

import pytest
from pydantic import BaseModel

from tests.warehouse.plan.plans import assert_described, mistakes, plan, sections_in
from warehouse.plan import framework
from warehouse.plan.values import PLATFORMS

NAMES = {PLATFORMS: ()}


@pytest.mark.parametrize("section", sections_in(framework))
def test_a_section_says_what_it_is_and_what_each_key_means_with_an_example_that_holds(section: type[BaseModel]) -> None:
    assert_described(section)


ENDS = date(2024, 12, 30)


@pytest.mark.parametrize(
    ("project", "today", "day"),
    [
        ({"ends": ENDS}, date(2025, 3, 29), date(2025, 3, 29)),
        ({"ends": ENDS}, date(2025, 3, 30), ENDS),
        ({"ends": ENDS, "report_by": date(2025, 2, 1)}, date(2025, 1, 31), date(2025, 1, 31)),
        ({"ends": ENDS, "report_by": date(2025, 2, 1)}, date(2025, 2, 1), ENDS),
        ({"ends": ENDS, "report_by": ENDS}, ENDS, ENDS),
        ({}, date(2030, 1, 1), date(2030, 1, 1)),
    ],
)
def test_figures_are_todays_until_the_report_is_due_and_the_projects_last_day_from_then_on(
    project: dict[str, date], today: date, day: date
) -> None:
    read = framework.Project.model_validate(
        {"name": "A programme", "timezone": "Asia/Phnom_Penh"} | project, context=NAMES
    )
    assert read.default_day(today) == day
    assert read.is_reported(today, ENDS) == read.is_reported(today, today) == (day == ENDS)
    assert not read.is_reported(today, ENDS - timedelta(days=1))


RATE = """
[[rate]]
currency = "khr"
to = "USD"
rate = 0.000245
source = "InforEuro, October 2024"
"""


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (RATE.replace('"USD"', '"KHR"'), 'rate "khr" is of KHR to KHR: name two currencies'),
        (RATE.replace("0.000245", "0"), 'rate "khr" must be more than 0'),
        (RATE.replace('"khr"', '"riel"'), "write its three letters"),
        (RATE.replace('source = "InforEuro, October 2024"', ""), 'rate "khr" has no source'),
        (RATE + RATE.replace('"khr"', '"KHR"'), 'rate "KHR" stands twice'),
    ],
)  # fmt: skip
def test_a_rate_that_cannot_be_is_a_mistake(wrong: str, told: str) -> None:
    assert told in " ".join(text for _, text in mistakes(plan(wrong)))
