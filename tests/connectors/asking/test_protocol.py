from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr

from connectors.asking.protocol import Meaning, RateLimit, Reply, bearer, limit_by, token_of
from connectors.asking.refusals import Unanswered
from connectors.asking.settings import ApiSettings

TOKEN, OTHER = SecretStr("a-token-of-all"), SecretStr("a-token-of-one")


def test_a_token_is_the_accounts_own_else_the_one_for_all() -> None:
    settings = ApiSettings(token=TOKEN, tokens={"1": OTHER})
    assert (token_of(settings, "x", "1"), token_of(settings, "x", "2")) == (OTHER, TOKEN)


@pytest.mark.parametrize(
    ("has_one_each", "what"), [(False, "REACH_X__TOKEN"), (True, "REACH_X__TOKEN, or 7 into REACH_X__TOKENS,")]
)
def test_without_a_token_a_person_is_told_where_to_put_one(has_one_each: bool, what: str) -> None:
    with pytest.raises(Unanswered) as refused:
        token_of(ApiSettings(), "x", "7", has_one_each=has_one_each)
    assert str(refused.value) == (
        f"There is no token for x:7; put {what} into .env (docs/access.md says how to get one)."
    )
    assert (refused.value.who, refused.value.code) == ("person", "token")


def test_the_header_of_a_token_is_a_secret_itself() -> None:
    header = bearer(TOKEN)["Authorization"]
    assert header.get_secret_value() == "Bearer a-token-of-all"
    assert "a-token" not in repr(header)


@pytest.mark.parametrize("reset", ["2026-10-01T00:00:00Z", "1790812800"])
def test_a_limit_is_read_from_headers_of_any_prefix_with_its_reset(reset: str) -> None:
    headers = {"Any-Limit": "300", "Any-Remaining": "30", "Any-Reset": reset}
    assert limit_by("Any")(Reply(200, headers, None)) == RateLimit(0.9, datetime(2026, 10, 1))


@pytest.mark.parametrize(
    "headers", [{}, {"Any-Limit": "300"}, {"Any-Remaining": "3"}, {"Any-Limit": "0", "Any-Remaining": "0"},
                {"Any-Limit": "many", "Any-Remaining": "3"}],
)  # fmt: skip
def test_headers_that_tell_no_limit_are_none(headers: dict[str, str]) -> None:
    assert limit_by("Any")(Reply(200, headers, None)) is None


def test_a_meaning_gives_a_refusal_with_its_sentence_wait_and_window() -> None:
    opens_at = datetime(2026, 10, 2)
    meaning = Meaning("window", "{account} is used up ({code}): {message}.", timedelta(minutes=1), lambda: opens_at)
    refusal = meaning.refusal("x:7", "quota", message="{no} field")
    assert str(refusal) == "x:7 is used up (quota): {no} field."
    assert (refusal.who, refusal.code, refusal.wait, refusal.until) == (
        "window",
        "quota",
        timedelta(minutes=1),
        opens_at,
    )


@pytest.mark.parametrize("body", [None, [], "text", {}, {"error": None}, {"error": "a word"}, {"error": []}])
def test_a_reply_without_an_object_error_has_none(body: object) -> None:
    assert Reply(200, {}, body).error is None


def test_a_reply_has_the_object_error_of_its_body() -> None:
    assert Reply(400, {}, {"error": {"code": 1}}).error == {"code": 1}
