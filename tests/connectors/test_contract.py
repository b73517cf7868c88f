"""The canonical frames and names."""

from __future__ import annotations

import pytest

from connectors import contract
from connectors.columns import Column
from connectors.contract import zones


@pytest.mark.parametrize(
    "columns", [contract.POSTS, contract.OBSERVATIONS, contract.ACCOUNT_FIGURES, contract.REJECTS], ids=len
)
def test_no_canonical_frame_names_a_column_twice(columns: tuple[Column, ...]) -> None:
    assert len({column.name for column in columns}) == len(columns)


def test_a_zone_is_one_that_has_the_same_name_on_every_machine() -> None:
    assert {"Asia/Phnom_Penh", "UTC", "Africa/Lagos"} <= zones()
    assert not {"localtime", "Factory", "", "Asia"} & zones()
