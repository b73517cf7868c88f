from __future__ import annotations

import pytest

from connectors.reading.headers import (
    WIDEST,
    Header,
    Words,
    header,
    header_key,
    header_keys,
    layouts_of,
    values_of,
    with_aliases,
)

WORDS = Words({
    "en": {"post_id": ["Post ID"], "views": ["Views", "Plays"], "reach": ["Reach"], "likes": ["Likes"]},
    "de": {"post_id": ["Beitrags-ID"], "views": ["Aufrufe"], "reach": ["Likes"]},
})  # fmt: skip


def found_in(*lines: tuple[str, ...], words: Words = WORDS) -> Header | None:
    return header(lines, [header_keys(line) for line in lines], words)


@pytest.mark.parametrize(
    "word",
    ["Duration (sec)", "duration sec", " DURATION\u00a0 sec\u200b", "\ufeff“Duration” 'sec'", "Dura\u00adtion sec"],
)
def test_a_header_cell_is_compared_without_case_blanks_quotes_and_brackets(word: str) -> None:
    assert header_key(word) == "duration sec"


def test_turkish_letters_are_lowered_as_spreadsheets_do_it() -> None:
    assert header_key("GÖRÜNTÜLENME SAYISI") == header_key("Görüntülenme sayısı")
    assert header_key("İzlenme") == header_key("izlenme")


def test_the_header_is_the_line_with_most_columns_and_the_first_of_equals() -> None:
    line = ("Post ID", "Views", "Reach")
    top = found_in(("Our page",), ("Views", "Reach"), line, line)
    assert top is not None
    assert (top.at, top.language, top.positions) == (2, "en", {"post_id": (0,), "views": (1,), "reach": (2,)})
    assert found_in(("Post ID",), ("Views", "and more")) is None


def test_a_language_fills_its_gaps_from_english_but_keeps_its_own_meanings() -> None:
    top = found_in(("Beitrags-ID", "Plays", "Likes"))
    assert top is not None
    assert (top.language, top.positions) == ("de", {"post_id": (0,), "views": (1,), "reach": (2,)})


def test_of_two_words_for_one_column_the_better_one_stands_first() -> None:
    top = found_in(("Plays", "Post ID", "Views"))
    assert top is not None
    assert top.positions["views"] == (2, 0)


@pytest.mark.parametrize(("width", "is_one"), [(WIDEST, True), (WIDEST + 1, False)])
def test_a_line_is_no_header_beyond_5000_cells(width: int, is_one: bool) -> None:
    assert WIDEST == 5000
    assert (found_in(("Post ID", "Views", *("",) * (width - 2))) is not None) is is_one


def test_what_is_mapped_and_what_is_ignored_is_told_in_their_words() -> None:
    top = Header(
        0, ("Post ID", "Views", "Mood", ""), "en", {"post_id": (0,), "views": (1,), "impressions": (1,), "mark": (2,)}
    )
    assert top.mapped == {"Post ID": "post_id", "Views": "views;impressions"}
    assert top.ignored == ("Mood",)
    assert top.has("post_id|url", "views")
    assert not top.has("reach")


def test_a_workspaces_words_come_first_and_only_for_columns_that_there_are() -> None:
    mine = with_aliases(WORDS, {"views": ["Blicke"], "colour": ["Farbe"]})
    top = found_in(("Views", "Blicke", "Farbe", "Post ID"), words=mine)
    assert top is not None
    assert (top.positions["views"], "colour" in top.positions) == ((1, 0), False)
    assert with_aliases(WORDS, {"colour": ["Farbe"]}) is WORDS


def test_words_of_cells_are_no_layout() -> None:
    assert "values" not in layouts_of("facebook")
    assert values_of("facebook", "kinds")["reel"] == "short"
    assert "total" in values_of("lines", "totals")
