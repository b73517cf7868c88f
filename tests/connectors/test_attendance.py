"""Contradictions in the numbers of one event."""

from __future__ import annotations

import pytest

from connectors.attendance import PART_NAMES, age_span, contradictions


def contradictory(**counts: int) -> list[tuple[str, str, int, int | None]]:
    """The contradictions in numbers that are named without ``participants_``; the others are not known."""
    names = {name.removeprefix("participants_"): name for name in PART_NAMES}
    told: dict[str, int | None] = dict.fromkeys(PART_NAMES)
    return [tuple(one) for one in contradictions({**told, **{names[short]: count for short, count in counts.items()}})]


@pytest.mark.parametrize(
    "counts",
    [
        {},
        {"participants": 488},
        {"participants": 488, "women": 488},
        {"participants": 488, "women": 214, "men": 274},
        {"participants": 488, "women": 214, "men": 270, "sex_not_told": 4},
        {"participants": 488, "women": 214, "sex_not_told": 4},
        {"participants": 488, "youth": 488, "with_disability": 488},
        {"participants": 0, "women": 0, "men": 0, "events": 0},
    ],
)
def test_numbers_that_can_all_be_right_contradict_nothing(counts: dict[str, int]) -> None:
    assert contradictory(**counts) == []


@pytest.mark.parametrize("part", ["women", "men", "sex_not_told", "youth", "with_disability"])
def test_a_part_is_never_more_than_all(part: str) -> None:
    assert contradictory(**{"participants": 488, part: 489}) == [("above", f"participants_{part}", 489, 488)]


def test_women_men_and_who_did_not_tell_are_all() -> None:
    assert contradictory(participants=488, women=214, men=273) == [("sexes", "participants", 487, 488)]
    assert contradictory(participants=488, women=214, men=270, sex_not_told=5) == [("sexes", "participants", 489, 488)]
    assert contradictory(participants=488, women=487, sex_not_told=2) == [("sexes", "participants", 489, 488)]


def test_a_part_of_nobody_knows_how_many_is_named_once() -> None:
    assert contradictory(women=3, men=4, events=1) == [("no_total", "participants_women", 3, None)]


def test_nobody_comes_to_no_event() -> None:
    assert contradictory(events=0, participants=1) == [("no_event", "participants", 1, 0)]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("15-24", (15, 24)), ("15 – 24", (15, 24)), ("Age 15 to 24", (15, 24)), ("aged 15-24 years", (15, 24)),
        ("25+", (25, None)), ("25 and over", (25, None)), ("Under 15", (0, 14)), ("<15", (0, 14)), ("15-15", (15, 15)),
        ("0-120", (0, 120)), ("0-121", None), ("121+", None), ("24-15", None),
        ("2024-09", None), ("15", None), ("participants", None), ("15-24-35", None), ("", None),
    ],
)  # fmt: skip
def test_a_band_of_ages_is_read_as_people_write_it(text: str, span: tuple[int, int | None] | None) -> None:
    assert age_span(text) == span
