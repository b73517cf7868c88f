"""The table of posts beside the past of their page."""

from __future__ import annotations

from warehouse.figures.comparison_tables import POST_COMPARISONS
from warehouse.figures.comparisons import FEWEST
from warehouse.readings.at_ages import AGES, COMPARED


def test_what_its_columns_say_is_what_is_compared() -> None:
    meanings = {column.name: column.meaning for column in POST_COMPARISONS.columns}
    one, *others, last = (str(age.days) for age in AGES)
    assert f"{', '.join([one, *others])} or {last} days" in meanings["age_days"]
    assert all(metric in meanings["metric"] for metric in COMPARED)
    assert f"fewer than {FEWEST}" in meanings["median"]
