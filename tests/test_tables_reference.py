"""The data dictionary says what the tables declare."""

from __future__ import annotations

from tests.tables_reference import PAGE, page


def test_the_dictionary_is_that_of_the_declared_tables() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.tables_reference"
