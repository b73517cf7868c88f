"""The dictionary in the team's workbook says what every table and column means, as docs/tables.md does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.warehouse.publish.workbook.opening import Tables, rows_of, team_book, to_send, visible
from warehouse.figures.tables import MARTS
from warehouse.publish.workbook.dictionary_sheet import DICTIONARY, EVERY_TABLE


@pytest.fixture(scope="module")
def rows(tables: Tables) -> list[tuple[str | None, ...]]:
    return rows_of(team_book(tables, language="km"), DICTIONARY)


def test_every_column_of_every_table_is_told_with_its_unit(rows: list[tuple[str | None, ...]]) -> None:
    columns = [
        (mart.name, column.name, column.unit or None, column.meaning) for mart in MARTS for column in mart.columns
    ]
    assert rows[0] == ("table", "column", "in", "means")
    assert [row for row in rows[1:] if row[1] and row[0] != EVERY_TABLE] == columns


def test_of_every_table_it_says_what_a_row_is_and_what_its_key(
    rows: list[tuple[str | None, ...]], tables: Tables
) -> None:
    told = {row[0]: row[3] for row in rows[1:] if not row[1]}
    assert list(told) == [mart.name for mart in MARTS]
    height = tables["account_totals"].height
    assert told["account_totals"] == (
        f"a row is a campaign's posts on an account ({height} rows); its key: campaign_id, platform, account_id"
    )
    documented = Path("docs/tables.md").read_text(encoding="utf-8")
    assert all(f"A row is {mart.grain}" in documented for mart in MARTS)


def test_what_holds_for_every_table_stands_first(rows: list[tuple[str | None, ...]]) -> None:
    first = [row for row in rows[1:] if row[0] == EVERY_TABLE]
    assert rows[1 : len(first) + 1] == first
    told = {row[1]: row[3] or "" for row in first}
    assert "which is not 0" in told["(an empty cell)"]
    assert "Asia/Phnom_Penh" in told["(days and times)"]


def test_it_is_hidden_and_so_not_printed_and_is_not_sent(tables: Tables) -> None:
    assert DICTIONARY not in visible(team_book(tables))
    sent = to_send(tables)
    assert DICTIONARY not in visible(sent)
    assert DICTIONARY.encode() not in sent
