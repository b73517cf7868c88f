from __future__ import annotations

from connectors.asking.spent import Spent


def test_no_more_is_taken_than_there_is_and_what_was_not_used_may_be_taken_again() -> None:
    spent = Spent(90)
    assert not spent.take(11, 100)
    assert (spent.take(10, 100), spent.units, spent.take(1, 100)) == (True, 100, False)
    spent.give_back(4)
    assert (spent.take(4, 100), spent.units) == (True, 100)
