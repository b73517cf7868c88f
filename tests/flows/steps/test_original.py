"""The row of a file, or the object of an answer, behind a line of evidence."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from connectors.contract import Answer, Raw, Refused
from flows.steps.original import raw_of, row_of
from tests.conftest import PAGE, World, meta, post

NOW = datetime(2026, 11, 28)
LINE: dict[str, Any] = {"connector": "facebook", "read_as": None, "url": None, "text": None}


def test_the_row_is_the_posts_own_even_where_the_number_is_another(world: World) -> None:
    content = meta(post(1, Views=10), post(2, Views=7))
    raw = Raw("2024-10-01/a.csv", content.encode(), NOW, NOW)
    line = LINE | {"post_id": f"{PAGE}_122158000000000002", "row": 1}
    assert ("Views", "7") in row_of(raw, line, {})


def test_a_row_that_nothing_singles_out_is_not_guessed() -> None:
    raw = Raw("2024-10-01/a.csv", meta(post(1, Views=10)).encode(), NOW, NOW)
    with pytest.raises(Refused, match=r"Row 9 of 2024-10-01/a\.csv could not be singled out"):
        row_of(raw, LINE | {"post_id": "1_999", "row": 9}, {})


def test_a_row_that_names_a_person_is_not_shown() -> None:
    raw = Raw(
        "participants.csv", b"Name (Original Name),User Email,Join Time\nAna,a@x,09/27/2024 09:00:00 AM\n", NOW, NOW
    )
    with pytest.raises(Refused, match="lists people by name; its rows are counted, and not shown"):
        row_of(raw, LINE | {"connector": "zoom", "post_id": "zoom-1", "row": 1}, {})


def answered(*bodies: object) -> Raw:
    answers = tuple(Answer(f"GET /{n}", NOW, json.dumps(body).encode()) for n, body in enumerate(bodies))
    return Raw("api/facebook/1/2026-11-28", b"", NOW, NOW, connector="facebook", account="1", answers=answers)


def test_of_an_answer_the_largest_object_that_names_the_post_is_shown() -> None:
    raw = answered({"data": [{"id": "1_5", "likes": 7, "words": {"kh": "ក"}}]}, {"id": "1_5"})
    assert row_of(raw, LINE | {"post_id": "1_5"}, {}) == [
        ("asked", "GET /0"), ("id", "1_5"), ("likes", "7"), ("words", '{"kh": "ក"}')
    ]  # fmt: skip


def test_what_was_read_as_another_post_is_looked_for_under_that_ones_name() -> None:
    raw = answered({"data": [{"id": "2_8", "likes": 3}]})
    assert ("likes", "3") in row_of(raw, LINE | {"post_id": "1_5", "read_as": "2_8"}, {})
    with pytest.raises(Refused, match="names the post any more"):
        row_of(raw, LINE | {"post_id": "1_5"}, {})


def test_bytes_that_are_not_in_the_archive_were_removed(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    world.load()
    archive = world.workspace.archive
    [version] = archive.file_versions()
    assert raw_of(archive, version.path, version.sha256).content == meta(post(1, Views=10)).encode()
    with pytest.raises(Refused, match="is not in the archive any more: its platform's terms had it removed"):
        raw_of(archive, version.path, "0" * 64)
