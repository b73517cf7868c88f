"""What a person may call a figure."""

from __future__ import annotations

import pytest

from warehouse.figure_words import NoSuchFigure, existing_figure, figure_named, nearest_figure
from warehouse.measures import LABELS, NAMEABLE


@pytest.mark.parametrize(
    ("word", "column"),
    [
        ("likes", "likes"),
        ("Reactions", "likes"),
        ("reactions", "likes"),
        ("VIEWS", "views"),
        ("watch seconds", "watch_seconds"),
        ("Time watched", "watch_seconds"),
        ("ប្រតិកម្ម", "likes"),
        ("accounts reached", "reach"),
        ("Radio, TV, press, events", "outreach"),
        ("viws", None),
    ],
)
def test_a_figure_goes_by_its_column_and_by_what_screens_call_it(word: str, column: str | None) -> None:
    assert figure_named(word, NAMEABLE) == column


def test_every_label_of_a_figure_names_its_own_column() -> None:
    names = (*NAMEABLE, "audience", "peak_viewers")
    for column, label in LABELS.items():
        assert {figure_named(text, names) for text in label} == {column}


def test_a_stage_goes_before_what_screens_call_a_figure() -> None:
    assert figure_named("Reactions", (*NAMEABLE, "Reactions")) == "Reactions"
    assert figure_named("short listed", (*NAMEABLE, "short_listed")) == "short_listed"


def test_a_word_for_a_figure_that_is_not_offered_names_nothing() -> None:
    assert figure_named("Reactions", ("views",)) is None


def test_a_wrong_word_gets_the_nearest_column() -> None:
    assert nearest_figure("Reactoins", NAMEABLE) == "likes"
    assert nearest_figure("zzzz", NAMEABLE) is None
    with pytest.raises(
        NoSuchFigure, match=r"^Reactoin is no figure with parts; the nearest is likes; there are: views"
    ):
        existing_figure("Reactoin", ("views", "likes"))
    with pytest.raises(NoSuchFigure, match=r"^zzzz is no figure with parts; there are: views, likes\.$"):
        existing_figure("zzzz", ("views", "likes"))
