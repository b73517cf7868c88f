"""What is new to all accounts of a platform is one sentence, and a fault of one account stays its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from flows.steps.platform_changes import EVERYBODY, AccountAsked, problems


def failing(count: int, why: str = "Facebook does not answer for facebook:{}: What? (code 7).") -> list[AccountAsked]:
    return [
        AccountAsked(problem=why.format(n), name=f"facebook:{n}", who="bug", failed=why.format(n),
                     has_answered_before=True)
        for n in range(100_001, 100_001 + count)
    ]  # fmt: skip


def refusing(count: int, *metrics: str, told: bool = False) -> list[AccountAsked]:
    why = "nobody: it is asked for again in a week. Facebook does not answer for facebook:{}: Gone (code 100)."
    return [
        AccountAsked(name=f"facebook:{n}", has_answered_before=True,
                     refused={metric: why.format(n) for metric in metrics},
                     problem=f"{n} lacks it" if told else "", told=frozenset(metrics if told else ()))
        for n in range(100_001, 100_001 + count)
    ]  # fmt: skip


def sentences_of(outcomes: list[AccountAsked]) -> list[str]:
    return problems(outcomes, "Facebook", "page")


def test_an_error_that_all_pages_give_is_one_sentence() -> None:
    assert sentences_of(failing(12)) == [
        "Facebook answers something new to all 12 pages since tonight: Facebook does not answer: What? (code 7)."]  # fmt: skip


@pytest.mark.parametrize(("count", "sentences"), [(EVERYBODY - 1, EVERYBODY - 1), (EVERYBODY, 1)])
def test_two_accounts_are_not_everybody(count: int, sentences: int) -> None:
    assert len(sentences_of(failing(count))) == sentences


def test_one_page_with_another_error_or_an_answer_shows_that_it_is_no_change_of_the_platform() -> None:
    assert len(sentences_of([*failing(11), AccountAsked(name="facebook:7")])) == 11
    assert len(sentences_of([*failing(11), *failing(1, "Facebook says else for facebook:{}.")])) == 12


@pytest.mark.parametrize("who", ["person", "window"])
def test_a_dead_token_or_a_limit_of_one_page_shows_nothing_and_is_said_beside(who: str) -> None:
    dead = AccountAsked(problem="dead", name="facebook:7", who=who, failed="dead")
    assert [sentence[:51] for sentence in sentences_of([dead, *failing(11)])] == [
        "Facebook answers something new to all 11 pages sinc", "dead"]  # fmt: skip


def test_what_all_pages_refuse_since_tonight_is_one_sentence_with_the_metrics() -> None:
    assert sentences_of(refusing(12, "views", "reach")) == [
        "Facebook answers something new to all 12 pages since tonight: it refuses views, reach: "
        "Facebook does not answer: Gone (code 100)."
    ]


def test_what_one_page_refuses_is_no_news_and_what_somebody_can_mend_is_its_own_problem() -> None:
    others = [AccountAsked(name=f"facebook:{n}", has_answered_before=True) for n in range(11)]
    assert sentences_of([*others, *refusing(1, "views")]) == []
    assert sentences_of([*others, *refusing(1, "views", told=True)]) == ["100001 lacks it"]


def test_a_page_that_was_not_asked_for_a_metric_does_not_count() -> None:
    before = AccountAsked(name="facebook:7", has_answered_before=True, withheld_before=frozenset({"views"}))
    assert "all 11 pages" in sentences_of([before, *refusing(11, "views")])[0]


def test_a_permission_that_all_pages_lack_is_one_sentence() -> None:
    assert len(sentences_of(refusing(12, "views", told=True))) == 1


def test_on_the_first_night_nothing_is_new_and_a_retired_metric_is_no_news() -> None:
    first = [replace(one, has_answered_before=False) for one in refusing(12, "views")]
    assert sentences_of(first) == []
    lacking = [replace(one, has_answered_before=False) for one in refusing(12, "views", told=True)]
    assert [sentence.split(":")[0] for sentence in sentences_of(lacking)] == [
        "Facebook answers the same to all 12 pages"
    ]


def test_what_goes_on_is_said_with_its_first_day() -> None:
    again = [replace(one, failed_since=date(2026, 11, 20)) for one in failing(12)]
    assert "to all 12 pages since 2026-11-20" in sentences_of(again)[0]


def test_a_remark_on_the_platform_is_said_once() -> None:
    assert sentences_of([AccountAsked(name=f"facebook:{n}", remarks=("Another version answers.",)) for n in range(2)]) == [
        "Another version answers."]  # fmt: skip
