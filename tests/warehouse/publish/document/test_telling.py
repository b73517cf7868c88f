"""Numbers of a document with their marks, and the notes behind them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from connectors import PLATFORMS
from warehouse.plan.model import Plan
from warehouse.publish.document.telling import Telling

ROW: dict[str, Any] = {
    "posts": 3, "views": 10, "views_known": 3, "approximate": 0, "entered": 0, "posts_gone": 0, "in_part": 0,
    "reach_at_least": 5, "reach_at_most": 9, "reach_at_most_then": None, "reach_on": None, "read_to": datetime(2024, 12, 1),
}  # fmt: skip


def telling() -> Telling:
    return Telling(
        "en",
        {"timezone": "Asia/Phnom_Penh"},
        PLATFORMS,
        Plan.model_validate({"project": {"name": "P", "timezone": "Asia/Phnom_Penh"}}),
    )


@pytest.mark.parametrize(
    ("changed", "text", "note"),
    [
        ({}, "10", None),
        ({"views_known": 2}, "≥ 10", "Views: known of 2 of 3 posts"),
        ({"in_part": 1}, "≥ 10", "some days are missing"),
        ({"approximate": 1}, "≈ 10", "rounded by their platform"),
        ({"entered": 1}, "10", "Figures of 1 of 3 posts were typed in by hand"),
        ({"posts_gone": 1}, "10", "1 of 3 posts are gone"),
        ({"views": None, "views_known": 0}, "not known", "known of 0 of 3 posts"),
        ({"views": 0}, "0", None),
    ],
)
def test_a_figure_is_marked_by_how_it_is_known(changed: dict[str, Any], text: str, note: str | None) -> None:
    told = telling()
    cell = told.figure(ROW | changed, "views")
    assert cell.text == text
    assert [note in told.notes[number - 1] for number in cell.notes] == ([] if note is None else [True])


@pytest.mark.parametrize(
    ("least", "most", "text"),
    [(5, 9, "5 to 9"), (5, None, "at least 5"), (5, 5, "5"), (None, 9, None), (None, None, None)],
)
def test_reach_is_told_by_its_bounds(least: int | None, most: int | None, text: str | None) -> None:
    told = telling()
    cell = told.reach(ROW | {"reach_at_least": least, "reach_at_most": most})
    assert (cell and cell.text) == text
    assert len(told.notes) == (text is not None and text != "5")


def test_the_same_note_has_one_number_and_notes_of_a_figure_ascend() -> None:
    told = telling()
    told.note("first")
    figures = [told.figure(ROW | {"views_known": 2, "approximate": 1}, "views") for _ in range(2)]
    assert figures[0] == figures[1]
    assert figures[0].notes == (2, 3)


INDICATOR: dict[str, Any] = {
    "metric": "views", "unit": "plays or displays", "actual": 10.0, "actual_at_most": None, "is_at_least": False,
    "is_approximate": False, "is_entered": False, "source": "views in activity_totals, 1: 3 of 3 know theirs",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "text", "note"),
    [
        ({}, "10", None),
        ({"is_at_least": True, "source": "views in activity_totals, 1: 2 of 3 know theirs"}, "≥ 10",
         "At least (≥). Posts that know it: 2 of 3. What is not known is left out; it is not counted as 0."),
        ({"actual": None, "source": "views in activity_totals, 1: 0 of 3 know theirs"}, "not known", "Posts that know it: 0 of 3."),
        ({"actual": None, "source": "the period has not begun"}, "not known", "The period has not begun."),
        ({"is_approximate": True}, "≈ 10", "Some of these figures were rounded by their platform (≈)."),
        ({"is_entered": True}, "10", "Some of these figures were typed in by hand."),
        ({"metric": "posts", "is_entered": True, "is_approximate": True}, "10", None),
        ({"metric": None, "is_entered": True, "source": "Attendance list"}, "10",
         "This number was typed in by hand. Its source: Attendance list."),
        ({"metric": "reach", "unit": "accounts", "is_at_least": True}, "≥ 10", "so many different accounts are proven"),
        ({"metric": "reach", "unit": "accounts", "is_at_least": True, "actual_at_most": 12.0}, "10 to 12", "two bounds"),
        ({"metric": "reach_at_most", "unit": "accounts"}, "≤ 10", "two bounds"),
    ],
)  # fmt: skip
def test_an_indicators_actual_is_marked_and_its_marks_have_a_note(
    changed: dict[str, Any], text: str, note: str | None
) -> None:
    told = telling()
    actual, numbers = told.actual(INDICATOR | changed)
    assert actual == text
    assert [note in told.notes[number - 1] for number in numbers] == ([] if note is None else [True])
