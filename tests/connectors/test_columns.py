"""Frames of a table: just its columns, and what is required in every row."""

from __future__ import annotations

import polars as pl
import pytest

from connectors.columns import Column, frame

COLUMNS = (Column("post_id", pl.String, "of a post", is_required=True), Column("views", pl.Int64, "of it"))


def test_a_frame_has_its_columns_in_their_order_and_type_and_what_is_lacking_is_null() -> None:
    whole = frame(COLUMNS, pl.DataFrame({"post_id": ["a"]}))
    assert whole.schema == {"post_id": pl.String, "views": pl.Int64}
    assert whole.rows() == [("a", None)]
    turned = frame(COLUMNS, pl.DataFrame({"views": [5], "post_id": ["a"]}, schema_overrides={"views": pl.Int32}))
    assert turned.schema == whole.schema


def test_a_frame_of_nothing_has_no_row() -> None:
    assert frame(COLUMNS).schema == {"post_id": pl.String, "views": pl.Int64}
    assert frame(COLUMNS).height == 0


def test_a_required_column_is_known_in_every_row() -> None:
    with pytest.raises(ValueError, match="post_id must be known in every row"):
        frame(COLUMNS, pl.DataFrame({"post_id": ["a", None], "views": [1, 2]}))


def test_a_column_of_no_frame_is_refused() -> None:
    with pytest.raises(ValueError, match="not columns of this frame: viewes"):
        frame(COLUMNS, pl.DataFrame({"post_id": ["a"], "viewes": [1]}))
