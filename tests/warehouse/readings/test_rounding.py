"""A rounded figure is an interval. docs/rules.md: Rounded figures are intervals."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.readings import rounding


@pytest.mark.parametrize(
    ("printed", "is_exact", "least", "most"),
    [(3500, False, 3450, 3599), (3500, True, 3500, 3500), (10, False, 5, 19), (7, False, 7, 7), (0, False, 0, 0),
     (2_000_000, False, 1_500_000, 2_999_999), (10**10, False, 10**10 - 5 * 10**8, 10**10 + 10**9 - 1)],
)  # fmt: skip
def test_a_rounded_figure_may_exceed_by_half_of_its_last_digits_step_and_lack_a_step_but_one(
    printed: int, is_exact: bool, least: int, most: int
) -> None:
    least_and_most = rounding.intervals(pl.lit(printed, pl.Int64), pl.lit(is_exact))
    assert tuple(pl.select(bound).item() for bound in least_and_most) == (least, most)


@given(st.integers(100, 10**7), st.integers(1, 3))
@settings(max_examples=200, deadline=None)
def test_a_figure_that_was_rounded_or_cut_lies_within_its_interval(truth: int, digits: int) -> None:
    step = 10 ** max(len(str(truth)) - digits, 0)
    for printed in {truth // step * step, (truth + step // 2) // step * step}:
        least, most = (pl.select(b).item() for b in rounding.intervals(pl.lit(printed, pl.Int64), pl.lit(False)))
        assert least <= truth <= most
