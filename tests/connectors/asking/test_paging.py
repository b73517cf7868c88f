from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from connectors.asking.paging import ask_for_all, back_to, batches, cursor_at, is_before, pages
from connectors.asking.refusals import Unanswered

START = datetime(2026, 10, 1)
BEFORE, AFTER = START - timedelta(microseconds=1), START + timedelta(days=1)


def book(*cursors: str | None) -> dict[str | None, dict[str, Any]]:
    """Pages by the cursor that asks for them: the first one by none, each naming the next one."""
    return {cursor: {"meta": {"next": following}} for cursor, following in zip((None, *cursors), cursors, strict=False)}


def test_pages_are_asked_for_until_none_names_a_next_one() -> None:
    asked_for: list[str | None] = []
    answers = book("a", "b", None)

    def ask(cursor: str | None) -> dict[str, Any]:
        asked_for.append(cursor)
        return answers[cursor]

    assert len(list(pages("X", "posts", ask, cursor_at("meta", "next")))) == 3
    assert asked_for == [None, "a", "b"]


def test_a_cursor_that_comes_again_is_an_error_and_no_walk_without_end() -> None:
    answers = book("a", "b", "a")
    with pytest.raises(Unanswered, match="X gives the same page of posts again and again") as refused:
        ask_for_all(pages("X", "posts", answers.__getitem__, cursor_at("meta", "next")))
    assert (refused.value.who, refused.value.code) == ("bug", "cursor")


def test_a_walk_may_begin_at_a_cursor_and_nothing_is_asked_beyond_what_is_taken() -> None:
    asked_for: list[str | None] = []

    def ask(cursor: str | None) -> dict[str, Any]:
        asked_for.append(cursor)
        return {"next": "later"}

    assert next(pages("X", "posts", ask, cursor_at("next"), "start")) == {"next": "later"}
    assert asked_for == ["start"]


@pytest.mark.parametrize("page", [None, [], {}, {"next": 5}, {"next": None}, {"next": {"next": "a"}}])
def test_what_is_no_text_is_no_cursor(page: object) -> None:
    assert cursor_at("next")(page) is None


def test_a_walk_ends_with_the_first_page_that_is_older_all_over() -> None:
    def walk() -> Iterator[list[datetime | None]]:
        yield [BEFORE, AFTER]  # a pinned post on top
        yield [AFTER, None]
        yield [BEFORE, BEFORE]
        raise AssertionError("nothing is asked for behind it")

    assert len(list(back_to(START, lambda page: page, walk()))) == 3


def test_without_a_start_a_walk_goes_to_the_end() -> None:
    assert len(list(back_to(None, lambda page: page, [[BEFORE], [BEFORE]]))) == 2


@pytest.mark.parametrize(
    ("times", "is_over"), [([BEFORE], True), ([START], False), ([BEFORE, None], False), ([], False), ([AFTER], False)]
)
def test_a_page_is_before_a_start_only_where_all_of_it_is_known_to_be(
    times: list[datetime | None], is_over: bool
) -> None:
    assert is_before(times, START) is is_over
    assert not is_before(times, None)


def test_batches_hold_so_many_and_the_last_one_the_rest() -> None:
    assert list(batches([1, 2, 3, 4, 5], 2)) == [[1, 2], [3, 4], [5]]
    assert list(batches([], 2)) == []
