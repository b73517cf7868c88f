"""What loading changed is told in sentences that name the file once."""

from __future__ import annotations

import pytest

from flows.steps.loaded import of_file
from tests.conftest import World, meta, post


@pytest.mark.parametrize(
    ("path", "sentence", "told"),
    [
        ("a/b.csv", "has no header.", "a/b.csv: has no header."),
        ("a/b.csv", "b.csv has no header.", "a/b.csv has no header."),
        ("b.csv", "b.csv has no header.", "b.csv has no header."),
    ],
)
def test_a_sentence_that_begins_with_the_files_name_says_it_once(path: str, sentence: str, told: str) -> None:
    assert of_file(path, sentence) == told


def test_rows_that_were_left_out_are_counted_and_the_first_reason_is_told(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10), post(2, Views="12abc"), post(3, Views="x")))
    (told,) = world.load().problems
    assert told.startswith("2024-10-01/a.csv: 2 of 3 rows were left out; the first: ")


def test_a_refused_file_is_told_with_why(world: World) -> None:
    world.drop("2024-10-01/a.csv", "a,b\n1,2\n")
    (told,) = world.load().problems
    assert told.startswith("2024-10-01/a.csv")
