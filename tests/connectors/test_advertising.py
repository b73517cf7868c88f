"""The columns of reports of ads."""

from __future__ import annotations

from connectors.advertising import AD_COUNTS, COLUMNS


def test_money_and_every_count_of_ads_are_whole_numbers_that_may_be_unknown() -> None:
    columns = {column.name: column for column in COLUMNS}
    for name in ("spend_millionths", *AD_COUNTS):
        assert str(columns[name].dtype) == "Int64"
        assert not columns[name].is_required
