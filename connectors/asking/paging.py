"""Page after page of a list, on every platform: a cursor that comes again is an error, not an endless walk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

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
    """What ``ask`` gives for each cursor, beginning with ``start``, until ``following`` finds none in a page.

    Who has enough stops asking for more. ``platform`` and ``what`` are for the sentence that an error says.

    Raises:
        Unanswered: a page was not given, or a cursor comes again.
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
