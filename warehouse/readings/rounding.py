"""The least and the most that a figure can stand for which a platform rounded or cut.

docs/rules.md: Rounded figures are intervals.
"""

from __future__ import annotations

import polars as pl


def intervals(reach: pl.Expr, is_exact: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The least and the most that a printed reach can stand for.

    Platforms round or cut: ``3.5K`` stands for 3,450 to 3,549 or for 3,500 to 3,599. So a rounded figure may exceed by
    half a step of its last printed digit, and lack a step but one.
    """
    zeros_at_the_end = pl.sum_horizontal(reach % 10**digits == 0 for digits in range(1, 10))
    step = pl.when(reach > 0).then(pl.lit(10, pl.Int64).pow(zeros_at_the_end)).otherwise(pl.lit(1, pl.Int64))
    least = pl.when(is_exact).then(reach).otherwise(reach - step // 2)
    most = pl.when(is_exact).then(reach).otherwise(reach + step - 1)
    return least, most
