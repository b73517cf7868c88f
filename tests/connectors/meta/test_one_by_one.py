from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from connectors.asking.pulling import RefusedPosts, Window
from connectors.asking.refusals import Unanswered
from connectors.meta.one_by_one import OneByOne, Refusals
from connectors.meta.parts import Parts
from tests.connectors.meta.test_parts import NOW, Asked

DAY = timedelta(days=1)
NOTHING_BEFORE = Window(NOW)


def refused(code: str = "100", words: str = "no insights", who: str = "bug") -> Unanswered:
    one = Unanswered("refused", who, code)  # type: ignore[arg-type]
    one.words = words
    return one


def one_by_one(window: Window = NOTHING_BEFORE) -> tuple[OneByOne, Parts, Refusals]:
    parts, refusals = Parts(("a", "b"), window), Refusals(window)
    return OneByOne(parts, refusals), parts, refusals


@pytest.mark.parametrize("code", ["100", "12", "98765"])
def test_a_post_that_refuses_everything_while_others_answer_costs_itself(code: str) -> None:
    posts, parts, refusals = one_by_one()
    posts.ask("1", Asked())
    assert posts.ask("2", Asked("a", "b", code=code))
    assert (parts.withheld, refusals.of_post("2"), refusals.of_post("1")) == ({}, {"a", "b"}, set())


def test_a_part_that_one_post_refuses_and_none_has_answered_is_withheld_and_one_that_was_costs_the_post() -> None:
    posts, parts, refusals = one_by_one()
    posts.ask("1", Asked("a"))
    assert (list(parts.withheld), refusals.result()) == (["a"], ())
    posts.ask("2", Asked("b"))
    assert (list(parts.withheld), refusals.of_post("2")) == (["a"], {"b"})


@pytest.mark.parametrize(("posts_refusing", "is_withheld"), [(2, False), (3, True), (4, True)])
def test_three_posts_that_refuse_everything_before_any_answers_show_that_it_is_not_they(
    posts_refusing: int, is_withheld: bool
) -> None:
    posts, parts, refusals = one_by_one()
    for number in range(posts_refusing):
        posts.ask(str(number), Asked("all", code="98765"))
    posts.close()
    assert bool(parts.withheld) == is_withheld
    assert len({post for one in refusals.result() for post in one.posts}) == (0 if is_withheld else posts_refusing)


def test_a_permission_is_missed_at_the_first_post() -> None:
    posts, parts, refusals = one_by_one()
    posts.ask("1", Asked("all", code="10", who="person"))
    assert (parts.wanted, set(parts.withheld), refusals.result()) == ((), {"a", "b"}, ())


def test_a_post_that_is_gone_says_nothing() -> None:
    posts, parts, refusals = one_by_one()

    def gone(_: object) -> None:
        one = refused()
        one.subcode = 33
        raise one

    assert not posts.ask("2", gone)
    assert (parts.wanted, parts.withheld, refusals.result()) == (("a", "b"), {}, ())


def test_posts_that_refuse_the_same_are_remembered_together_with_since_when() -> None:
    before = RefusedPosts("old", ("a",), ("1", "2"), NOW - 20 * DAY, NOW - 8 * DAY)
    refusals = Refusals(Window(NOW, refused_posts=(before,)))
    for post in ("1", "3", "4"):
        refusals.add(post, {"a": refused(), "b": refused()})
    assert refusals.result() == (
        RefusedPosts("no insights (code 100)", ("a", "b"), ("1",), NOW - 20 * DAY, NOW),
        RefusedPosts("no insights (code 100)", ("a", "b"), ("3", "4"), NOW, NOW),
    )


def test_what_may_pass_by_itself_is_not_remembered() -> None:
    refusals = Refusals(Window(NOW))
    refusals.add("1", {"a": refused("2", who="again"), "b": refused("4", who="window")})
    assert refusals.result() == ()


@pytest.mark.parametrize(("days", "is_asked"), [(6, False), (7, True)])
def test_a_post_that_refused_is_asked_again_after_a_week(days: int, is_asked: bool) -> None:
    before = RefusedPosts("old", ("a", "b"), ("1",), datetime(2026, 1, 1), NOW - days * DAY)
    posts, _, refusals = one_by_one(Window(NOW, refused_posts=(before,)))
    ask = Asked()
    posts.ask("1", ask)
    assert (bool(ask.parts), refusals.result()) == (is_asked, () if is_asked else (before,))
