from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.asking.pulling import Window, Withheld
from connectors.asking.refusals import Unanswered, Who
from connectors.meta.parts import Parts, pull_result

NOW = datetime(2026, 10, 8)


class Asked:
    """A question that refuses these parts, with this code; what it was asked for."""

    def __init__(self, *refused: str, code: str = "100", who: Who = "bug") -> None:
        self.refused, self.code, self.who = set(refused), code, who
        self.parts: list[tuple[str, ...]] = []

    def __call__(self, parts: Sequence[str]) -> dict[str, Any]:
        self.parts.append(tuple(parts))
        if self.refused & set(parts) or "all" in self.refused:
            raise Unanswered("no such metric", self.who, self.code)
        return {}


def test_a_metric_that_is_refused_is_found_by_halving_and_costs_itself_only() -> None:
    parts, ask = Parts(("a", "b", "c", "d"), Window(NOW)), Asked("c")
    parts.settle(ask)
    assert (parts.wanted, list(parts.withheld)) == (("a", "b", "d"), ["c"])
    assert ask.parts[:6] == [("a", "b", "c", "d"), (), ("a", "b"), ("c", "d"), ("c",), ("d",)]
    assert set(ask.parts[6:]) == {("a", "b", "d")}  # which is the answer


def test_parts_that_are_answered_by_halves_and_refused_together_are_kept_and_the_bare_object_goes_on() -> None:
    def ask(parts: Sequence[str]) -> tuple[str, ...]:
        if len(parts) > 2:
            raise Unanswered("that is too much at once", "bug", "98765")
        return tuple(parts)

    parts = Parts(tuple("abcd"), Window(NOW))
    assert (parts.settle(ask), parts.wanted, parts.withheld) == ((), tuple("abcd"), {})


@given(st.sets(st.sampled_from("abcdefg")), st.integers(0, 10**6).map(str))
def test_whatever_code_refuses_parts_costs_those_parts_only(refused: set[str], code: str) -> None:
    parts = Parts(tuple("abcdefg"), Window(NOW))
    parts.settle(Asked(*refused, code=code))
    assert (set(parts.wanted), set(parts.withheld)) == (set("abcdefg") - refused, refused)


@pytest.mark.parametrize("code", ["190", "4", "10", "98765", "connection"])
def test_an_account_that_answers_nothing_costs_no_part_whatever_the_code(code: str) -> None:
    def check() -> None:
        raise Unanswered("the account does not answer", "person", code)

    parts = Parts(("a", "b"), Window(NOW), check=check)
    with pytest.raises(Unanswered, match="the account does not answer"):
        parts.settle(Asked("a", code=code))
    assert (parts.wanted, parts.withheld) == (("a", "b"), {})


def test_the_account_is_asked_once_for_each_code() -> None:
    checks: list[int] = []
    parts = Parts(tuple("abcd"), Window(NOW), check=lambda: checks.append(1))
    parts.settle(Asked("a", "b"))
    parts.settle(Asked("c", code="12"))
    assert len(checks) == 2


@pytest.mark.parametrize(
    ("code", "who", "is_for_a_person", "may_pass", "why"),
    [("100", "bug", False, False, "nobody: it is asked for again in a week. no such metric"),
     ("12", "bug", False, False, "nobody: it is asked for again in a week. no such metric"),
     ("3", "bug", False, False, "nobody: it is asked for again in a week. no such metric"),
     ("2", "again", False, True, "nobody: it is asked for again next time. no such metric"),
     ("10", "person", True, False, "no such metric The permission for b is read_insights."),
     ("200", "person", True, False, "no such metric The permission for b is read_insights.")],
)  # fmt: skip
def test_a_permission_is_for_a_person_and_named_and_what_else_is_refused_is_for_nobody(
    code: str, who: Who, is_for_a_person: bool, may_pass: bool, why: str
) -> None:
    parts = Parts(("a", "b"), Window(NOW), {"b": "read_insights"})
    parts.settle(Asked("b", code=code, who=who))
    assert parts.withheld["b"] == Withheld(why, NOW, NOW, is_for_a_person, may_pass)


def test_what_is_refused_without_any_part_is_refused_whole() -> None:
    parts = Parts(("a", "b"), Window(NOW))
    with pytest.raises(Unanswered):
        parts.settle(Asked("all"))
    assert parts.withheld == {}


def test_what_another_page_was_answered_for_is_left_out_of_this_page_only() -> None:
    parts = Parts(("a", "b"), Window(NOW))
    parts.settle(Asked())
    ask = Asked("a")
    parts.settle(ask)
    assert ask.parts[-1] == ("b",)
    assert (parts.wanted, parts.withheld) == (("a", "b"), {})


def test_those_that_are_suspected_are_left_out_first() -> None:
    parts, ask = Parts(tuple("abcd"), Window(NOW)), Asked("c")
    answered, refusals = parts.tried(ask, Unanswered("no", "bug", "100"), ("c",))
    assert (answered, list(refusals), ask.parts) == (("a", "b", "d"), ["c"], [("a", "b", "d")])


def test_a_question_of_its_own_that_is_refused_costs_itself() -> None:
    parts = Parts(("reels",), Window(NOW))
    parts.attempt("reels", lambda: Asked("all", code="12")(()))
    assert list(parts.withheld) == ["reels"]


def test_what_was_refused_lately_is_not_asked_for_and_stays_withheld() -> None:
    before = {"a": Withheld("no", NOW, NOW - timedelta(days=1))}
    parts = Parts(("a", "b"), Window(NOW, withheld=before))
    assert (parts.wanted, pull_result(parts).withheld) == (("b",), before)


# which days are asked for

MONTH, KEPT, QUARTER = timedelta(days=28), timedelta(days=730), timedelta(days=90)


def first_and_last_day(window: Window, *parts: str) -> tuple[date, date]:
    spans = Parts(parts or ("page views",), window).spans_of_days(MONTH, KEPT, QUARTER)
    assert all(timedelta() < end - start <= QUARTER for start, end in spans)
    assert [start for start, _ in spans[:-1]] == [end for _, end in spans[1:]]  # newest first, without a gap
    return spans[-1][0], spans[0][1]


@pytest.mark.parametrize(
    ("nights_ago", "first"),
    [
        (1, date(2026, 9, 11)),
        (25, date(2026, 9, 11)),
        (26, date(2026, 9, 10)),
        (60, date(2026, 8, 7)),
        (900, date(2024, 10, 9)),
    ],
)
def test_days_of_missed_nights_are_asked_for_as_far_back_as_they_are_kept(nights_ago: int, first: date) -> None:
    last_pull = NOW - timedelta(days=nights_ago)
    window = Window(NOW, NOW - timedelta(days=max(14, nights_ago + 1)), described=(last_pull - MONTH, last_pull))
    assert first_and_last_day(window) == (first, date(2026, 10, 9))


def test_days_since_a_metric_was_refused_are_asked_for_once_it_is_asked_again() -> None:
    refused = {"page views": Withheld("no", NOW - timedelta(days=100), NOW - timedelta(days=7))}
    window = Window(NOW, NOW - MONTH, refused, described=(NOW - KEPT, NOW - timedelta(days=1)))
    assert first_and_last_day(window)[0] == date(2026, 6, 28)
    assert first_and_last_day(window, "page followers")[0] == date(2026, 9, 11)


def test_an_account_that_was_never_asked_gives_days_that_may_be_restated_and_a_backfill_all_that_are_kept() -> None:
    assert first_and_last_day(Window(NOW, NOW - QUARTER))[0] == date(2026, 9, 11)
    assert first_and_last_day(Window(NOW))[0] == date(2024, 10, 9)
