"""A campaign's sheet holds the tables' figures, and has a name that Excel takes and no other sheet has."""

from __future__ import annotations

import pytest

from tests.warehouse.publish.workbook.opening import Tables, rows_of
from warehouse.publish.workbook import book as workbook
from warehouse.publish.workbook.campaign_sheet import LONGEST_NAME, names_of


def names(*campaigns: str) -> list[str]:
    rows = [{"campaign_id": f"c{at}", "campaign_name": name} for at, name in enumerate(campaigns)]
    return list(names_of(rows, ("Cover", "post_totals")).values())


def test_a_campaigns_sheet_has_its_figures_pages_pieces_and_posts(tables: Tables) -> None:
    rows = rows_of(workbook.book(tables), "IDUAI 2024")
    told = {row[0]: row for row in rows if row[0]}
    assert told["Views"][1:3] == ("46700", "15 of 15")
    assert told["Accounts reached"][1] == "7,126 to 34,323"
    accounts = tables["account_totals"].filter(campaign_id="iduai-2024")
    for row in accounts.filter(accounts["posts"] > 0).iter_rows(named=True):
        assert float(told[row["account_name"]][3]) == row["views"]
    assert float(told["vlog-1"][3]) == tables["asset_totals"].filter(asset_id="vlog-1")["views"].item()
    assert told["… and 5 more: reach.xlsx has all in post_totals."]


def test_names_of_sheets_are_excels_and_unique() -> None:
    long = "a" * LONGEST_NAME
    assert names(long, long + "b", "A" * LONGEST_NAME) == [long, "a" * 27 + " (2)", "A" * 27 + " (3)"]
    assert names("cover", "POST_TOTALS", "History") == ["cover (2)", "POST_TOTALS (2)", "History (2)"]
    assert names("a/b: [c]*?\\", "'quoted'", "//") == ["a b c", "quoted", "campaign"]


@pytest.mark.parametrize("letter", ["😀", "ក"])
def test_a_name_is_counted_in_units_of_utf16_and_no_letter_is_cut_in_two(letter: str) -> None:
    (name,) = names(letter * 40)
    assert set(name) == {letter}
    assert 30 <= len(name.encode("utf-16-le")) // 2 <= LONGEST_NAME
