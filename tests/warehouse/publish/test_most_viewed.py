"""The posts with the most views."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from warehouse.publish.most_viewed import most_viewed

FIGURE = st.none() | st.integers(-1, 3)


@given(st.lists(st.tuples(FIGURE, FIGURE), max_size=12), st.integers(1, 12))
def test_the_most_viewed_posts_are_the_first_of_all_sorted_ones(
    values: list[tuple[int | None, int | None]], most: int
) -> None:
    figures = {"views": pl.Int64, "reach": pl.Int64}
    posts = pl.DataFrame(values, schema=figures, orient="row").with_row_index("post_id")
    in_order = posts.sort("views", "reach", descending=True, nulls_last=True, maintain_order=True)
    assert most_viewed(posts, most, "views", "reach").equals(in_order.head(most))
