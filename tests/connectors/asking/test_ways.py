from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.asking.refusals import Unanswered, Who
from connectors.asking.ways import Ways


def refusing(*ways: str, who: Who = "bug") -> tuple[list[str], Callable[[str], str]]:
    """A question that refuses to be put in these ways, and the ways in which it was."""
    put: list[str] = []

    def ask(way: str) -> str:
        put.append(way)
        if way in ways:
            raise Unanswered(f"no {way}", who, way)
        return way

    return put, ask


def test_the_first_way_that_is_not_refused_is_kept_to() -> None:
    ways, (put, ask) = Ways(["all", "some", "bare"]), refusing("all")
    assert [ways.ask(ask) for _ in range(2)] == ["some", "some"]
    assert (put, ways.now, str(ways.refused)) == (["all", "some", "some"], "some", "no all")


def test_what_is_refused_in_every_way_is_refused_as_it_was_put_first() -> None:
    ways, (put, ask) = Ways(["all", "bare"]), refusing("all", "bare")
    with pytest.raises(Unanswered, match="no all"):
        ways.ask(ask)
    assert (put, ways.now, ways.refused) == (["all", "bare"], "all", None)


@pytest.mark.parametrize("who", ["again", "window"])
def test_what_is_not_answered_now_is_not_put_in_another_way(who: Who) -> None:
    ways, (put, ask) = Ways(["all", "bare"]), refusing("all", who=who)
    with pytest.raises(Unanswered, match="no all"):
        ways.ask(ask)
    assert put == ["all"]
