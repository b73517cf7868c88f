from __future__ import annotations

import pytest

from connectors.asking.protocol import Reply
from connectors.asking.refusals import Unanswered
from connectors.meta import errors


def refusal(code: int, subcode: int | None = None, message: str = "It is so.", **more: object) -> Unanswered:
    error = {"code": code, "message": message, "error_subcode": subcode, **more}
    refused = errors.refusal("facebook", "1", Reply(400, {}, {"error": error}))
    assert refused is not None
    return refused


@pytest.mark.parametrize(
    ("code", "who", "is_permission"),
    [(1, "again", False), (2, "again", False), (3, "bug", False), (4, "window", False), (9, "bug", False),
     (10, "person", True), (12, "bug", False), (100, "bug", False), (190, "person", False), (199, "bug", False),
     (200, "person", True), (299, "person", True), (300, "bug", False), (80001, "window", False)],
)  # fmt: skip
def test_codes_say_who_has_to_act_and_a_permission_is_said_where_it_is_one(
    code: int, who: str, is_permission: bool
) -> None:
    refused = refusal(code)
    assert (refused.who, errors.is_of_a_permission(refused)) == (who, is_permission)
    assert ("permission" in str(refused)) == is_permission


def test_an_error_that_says_that_it_passes_does() -> None:
    assert refusal(98765, is_transient=True).who == "again"


def test_a_dead_token_says_why_in_our_words_or_in_the_platforms() -> None:
    assert "password was changed" in str(refusal(190, 460))
    assert "is dead: It is so." in str(refusal(190, 99))


@pytest.mark.parametrize(
    ("code", "subcode", "why"),
    [(100, 2108006, "published before the account became a professional one (code 100/2108006)"),
     (100, None, "It is so (code 100)"), (12, 5, "It is so (code 12/5)")],
)  # fmt: skip
def test_a_post_refuses_for_the_platforms_reason(code: int, subcode: int | None, why: str) -> None:
    assert errors.why_of_a_post(refusal(code, subcode)) == why


@pytest.mark.parametrize(
    ("code", "subcode", "is_gone", "is_old"),
    [(100, 33, True, False), (10, 33, False, False), (100, 2108006, False, True), (100, None, False, False)],
)
def test_what_is_said_of_one_post(code: int, subcode: int | None, is_gone: bool, is_old: bool) -> None:
    refused = refusal(code, subcode)
    assert (errors.is_gone(refused), errors.is_before_professional(refused)) == (is_gone, is_old)
    assert errors.is_of_one_post(refused) == (is_gone or is_old)
