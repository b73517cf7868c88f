"""The vocabulary of audiences: each word once."""

from __future__ import annotations

import pytest

from connectors.audiences import AUDIENCES, DIMENSIONS, Word


@pytest.mark.parametrize("words", [AUDIENCES, DIMENSIONS])
def test_each_word_of_audiences_stands_once_and_means_something_of_its_own(words: tuple[Word, ...]) -> None:
    assert len({word.name for word in words}) == len(words)
    assert len({word.meaning for word in words}) == len(words)


def test_no_audience_is_called_reach_so_that_its_parts_are_never_taken_for_people_reached() -> None:
    assert "reach" not in {word.name for word in (*AUDIENCES, *DIMENSIONS)}
