"""The posts that a list shows of many: those with the most views.

Sorting all posts takes ten times as long as finding the largest few.
"""

from __future__ import annotations

import polars as pl


def most_viewed(posts: pl.DataFrame, most: int, *by: str) -> pl.DataFrame:
    """The rows with the largest values of the columns ``by``, at most so many; not known is the least.

    Of equal rows the first in ``posts`` goes first.
    """
    place = "_place"
    places = posts.select(by).with_row_index(place)
    order, reverse = [*by, place], [False] * len(by) + [True]
    best = places.top_k(most, by=order, reverse=reverse)
    return posts[best.sort(order, descending=[not backwards for backwards in reverse], nulls_last=True)[place]]
