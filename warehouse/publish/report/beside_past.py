"""A post beside the posts that its page published before, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from warehouse.publish.report.language import number
from warehouse.publish.report.wording import Texts

Row = Mapping[str, Any]

_AGES = (7, 28, 1)
"""The age that is told, the first that is known: a week shows most of what a post gets, a day little of it."""


def by_post(comparisons: pl.DataFrame) -> Mapping[tuple[str, str], Row]:
    """The row of ``post_comparisons`` that is told of each post, by platform and id: views that have a multiple."""
    told = comparisons.filter(pl.col("metric") == "views", pl.col("times").is_not_null())
    order = pl.col("age_days").replace_strict({age: place for place, age in enumerate(_AGES)})
    one = told.sort(order).unique(["platform", "post_id"], keep="first", maintain_order=True)
    return {(row["platform"], row["post_id"]): row for row in one.iter_rows(named=True)}


def sentence(row: Row, texts: Texts) -> str:
    """What a row of :func:`by_post` says."""
    return texts(
        "beside_past", times=("≈ " if row["is_approximate"] else "") + times(row["times"]),
        age=texts.words["ages"][str(row["age_days"])], kinds=texts.words["kinds_many"][row["kind"]],
        posts=number(row["posts_compared"]),
    )  # fmt: skip


def times(multiple: float) -> str:
    """A multiple with two digits or more that tell something: 0.25, 3.1, 120."""
    digits = next((digits for digits, below in ((2, 0.995), (1, 9.95)) if multiple < below), 0)
    return f"{multiple:,.{digits}f}"
