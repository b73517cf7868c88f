"""Blocks are values: equal documents are equal, whatever makes them."""

from __future__ import annotations

import pytest

from warehouse.publish.document.blocks import Cell, Figures, Heading, Notes, Paragraph, Picture, Table


@pytest.mark.parametrize(
    "make",
    [
        lambda: Heading(1, "a"), lambda: Paragraph("a", lead="b"), lambda: Figures([("a", Cell("1", (1,)))]),
        lambda: Table("t", ["a"], [[Cell("1")]], (100,)), lambda: Picture("t", "alt", {"mark": "bar"}),
        lambda: Notes("n", ["a"]),
    ],
)  # fmt: skip
def test_equal_blocks_are_equal_and_their_specification_is_not_printed(make) -> None:  # type: ignore[no-untyped-def]
    assert make() == make()
    assert "mark" not in repr(make())
