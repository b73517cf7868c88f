"""The pages of a list, walked the same way on every platform."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from connectors.asking.answers import text_at
from connectors.asking.refusals import Unanswered

Page = TypeVar("Page")
Cursor = str | int


def pages(
    platform: str,
    what: str,
    ask: Callable[[Any], Page],
    following: Callable[[Page], Cursor | None],
    start: Cursor | None = None,
) -> Iterator[Page]:
    """The page that ``ask`` gives for each cursor, from ``start`` on, until ``following`` finds no cursor in a page.

    Whoever has enough stops asking for more. ``platform`` and ``what`` are for the sentence of an error.

    Raises:
        Unanswered: a page was not given, or a cursor comes again: that walk would have no end.
    """
    seen: set[Cursor] = set()
    cursor = start
    while True:
        page = ask(cursor)
        yield page
        cursor = following(page)
        if cursor is None:
            return
        if cursor in seen:
            raise Unanswered(f"{platform} gives the same page of {what} again and again.", "bug", "cursor")
        seen.add(cursor)


def back_to(
    start: datetime | None, times: Callable[[Page], Sequence[datetime | None]], newest_first: Iterable[Page]
) -> Iterator[Page]:
    """The pages of a list, newest first, up to the first one on which everything is older than ``start``.

    ``times`` are those of a page's items. A pinned post on top ends no walk, and an item without a time ends none.
    All pages come where ``start`` is null.
    """
    for page in newest_first:
        yield page
        if is_before(times(page), start):
            return


def ask_for_all(walk: Iterable[Any]) -> None:
    """Asks for every page of a walk. Each answer is kept as it comes, so that nothing is returned."""
    for _ in walk:
        pass


def is_before(times: Sequence[datetime | None], start: datetime | None) -> bool:
    """Whether there are times, and all of them are known and before ``start``."""
    return start is not None and bool(times) and all(time is not None and time < start for time in times)


def cursor_at(*path: str) -> Callable[[object], str | None]:
    """Finds the cursor of the next page, a text at this path of a page."""
    return lambda page: text_at(page, *path)


def batches(items: Sequence[Page], size: int) -> Iterator[Sequence[Page]]:
    """``items``, so many at a time."""
    return (items[at : at + size] for at in range(0, len(items), size))
