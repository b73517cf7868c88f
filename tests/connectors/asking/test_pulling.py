from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from connectors.asking.pulling import Window, Withheld

NOW = datetime(2026, 10, 8)
WEEK = timedelta(days=7)
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(("ago", "is_asked_for"), [(WEEK - INSTANT, False), (WEEK, True), (WEEK + INSTANT, True)])
def test_what_was_refused_is_asked_for_again_after_a_week(ago: timedelta, is_asked_for: bool) -> None:
    window = Window(NOW, withheld={"reach": Withheld("no", NOW - 5 * WEEK, NOW - ago)})
    assert window.asks_for("reach") is is_asked_for
    assert window.asks_for("views")


def test_since_when_something_is_refused_is_since_the_first_time() -> None:
    first = Window(NOW - WEEK).refused("reach", "no", is_for_a_person=True)
    again = Window(NOW, withheld={"reach": first}).refused("reach", "still not", is_for_a_person=False)
    assert first == Withheld("no", NOW - WEEK, NOW - WEEK, True)
    assert again == Withheld("still not", NOW - WEEK, NOW, False)
