from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import DISPUTED, Extract, Raw
from connectors.reading.headers import Header
from connectors.reading.twin_columns import Chosen, one_column_each

Make = Callable[..., Raw]
Read = Callable[..., Extract]
COUNT = st.one_of(st.none(), st.integers(0, 10**6))


def chosen(rows: list[tuple[str | None, ...]], *words: str, translations: tuple[tuple[str, str], ...] = ()) -> Chosen:
    """Columns of these words, all of which mean views."""
    schema = {**{str(at): pl.String for at in range(len(words))}, "row": pl.Int64}
    whole = pl.DataFrame([(*row, at) for at, row in enumerate(rows, start=1)], schema=schema, orient="row")
    pairs = frozenset(map(frozenset, translations))
    return one_column_each(whole, Header(0, words, "en", {"views": tuple(range(len(words)))}, pairs))


SWEDISH = ("visningar", "views")


@given(st.lists(st.tuples(COUNT, st.sampled_from(["first", "second", "both"])), max_size=8), st.booleans())
def test_of_a_column_in_two_languages_the_filled_cell_of_each_row_counts(
    counts: list[tuple[int | None, str]], is_one_word: bool
) -> None:
    rows = [
        tuple(None if count is None or place == empty else f"{count:,}" for empty in ("second", "first"))
        for count, place in counts
    ]
    words = ("Views", "Views") if is_one_word else ("Visningar", "Views")
    made = chosen(rows, *words, translations=(SWEDISH,))
    assert made.frame["views"].to_list() == [None if count is None else f"{count:,}" for count, _ in counts]
    assert (made.disputed, made.notes) == ((), ())


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.booleans())
def test_a_metric_whose_columns_differ_in_one_row_is_not_known_in_any(one: int, other: int, is_one_word: bool) -> None:
    words = ("Views", "Views") if is_one_word else ("Visningar", "Views")
    made = chosen([("7", None), (str(one), str(other))], *words, translations=(SWEDISH,))
    assert made.frame["views"].to_list() == (["7", str(one)] if one == other else [None, None])
    assert made.disputed == (() if one == other else ("views",))
    if one != other:
        assert made.notes == (
            f"{words[0]} (column 1) and {words[1]} (column 2) stand for views and differ, as in row 2 "
            f"({one} and {other}): views not known; export it again with the one that is right",
        )


def test_two_words_of_one_language_may_be_two_definitions_and_one_column_counts() -> None:
    made = chosen([("7", "9"), (None, "8")], "Views", "Plays")
    assert made.frame["views"].to_list() == ["7", None]
    assert made.notes == (
        "Views (column 1) and Plays (column 2) stand for views and may be two definitions: "
        "Views counts, in the whole file",
    )
    assert chosen([(None, "9"), (None, "8")], "Views", "Plays").frame["views"].to_list() == ["9", "8"]


@pytest.mark.parametrize("nothing", ["", "-", "--", "n/a", " N/A "])
def test_a_cell_that_is_not_filled_in_yields_to_one_that_is(nothing: str) -> None:
    assert chosen([(nothing, "9"), ("8", nothing)], "Views", "Views").frame["views"].to_list() == ["9", "8"]


def test_the_same_figure_written_otherwise_is_no_difference() -> None:
    made = chosen([("1,234", "1234"), ("2.0", "2")], "Views", "Views")
    assert (made.frame["views"].to_list(), made.disputed) == (["1,234", "2.0"], ())


def test_texts_may_differ_and_the_first_filled_one_counts() -> None:
    whole = pl.DataFrame({"0": ["a", None], "1": ["b", "c"], "row": [1, 2]})
    made = one_column_each(whole, Header(0, ("Titel", "Titel"), "de", {"title": (0, 1)}))
    assert (made.frame["title"].to_list(), made.disputed, made.notes) == (["a", "c"], (), ())


HEAD = "Publicerings-id,Sid-id,Sidnamn,Titel,Publiceringstid,Permalänk,Inläggstyp,Datum,Visningar,Räckvidd"
POST = "700000000000141,91,Sida A,Lag,03/02/2026 06:00,https://www.facebook.com/a/posts/700000000000141,Foton,Livstid"


@pytest.mark.parametrize("word", ["Views", "Aufrufe", "Tayangan"])
def test_a_metric_may_stand_again_in_any_language(raw: Make, read: Read, word: str) -> None:
    extract = read(raw(f"{HEAD},{word}\n{POST},500,300,\n{POST.replace('141', '142')},,900,2000\n"))
    assert extract.observations["views"].to_list() == [500, 2000]
    assert extract.evidence.mapped[word] == "views"


def test_a_metric_that_stands_in_another_language_alone_is_not_guessed(raw: Make, read: Read) -> None:
    extract = read(raw(f"{HEAD},Kommentare\n{POST},500,300,4\n"))
    assert extract.observations["comments"].to_list() == [None]
    assert extract.evidence.ignored == ("Kommentare",)


def test_a_disputed_metric_says_why_it_is_not_known(raw: Make, read: Read) -> None:
    extract = read(raw(f"{HEAD},Views\n{POST},500,300,510\n"))
    assert extract.observations.select("views", "reach", "unknown_because").rows() == [
        (None, 300, [{"metric": "views", "reason": DISPUTED}])
    ]
