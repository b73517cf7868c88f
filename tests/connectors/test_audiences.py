"""The vocabulary of audiences: each word once, told in both languages."""

from __future__ import annotations

import pytest

from connectors.audiences import AUDIENCES, DIMENSIONS, Word


@pytest.mark.parametrize("words", [AUDIENCES, DIMENSIONS])
def test_each_word_of_audiences_stands_once_and_is_told_in_both_languages(words: tuple[Word, ...]) -> None:
    assert len({word.name for word in words}) == len(words)
    for language in (0, 1):
        assert len({word.label[language] for word in words}) == len(words)
    assert not any(word.label[1].isascii() for word in words)


def test_no_audience_is_called_reach_so_that_its_parts_are_never_taken_for_people_reached() -> None:
    assert "reach" not in {word.name for word in (*AUDIENCES, *DIMENSIONS)}
