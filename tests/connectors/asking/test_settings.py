from __future__ import annotations

from datetime import date

import pytest
from pydantic import SecretStr, ValidationError

from connectors.asking.settings import ApiSettings, OAuthSettings


@pytest.mark.parametrize(
    "url",
    ["http://graph.example", "ftp://graph.example", "https://user:word@graph.example", "https://", "graph.example"],
)
def test_an_address_that_is_not_safe_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="must begin with https://"):
        ApiSettings(base_url=url)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_machine_may_be_asked_without_encryption(host: str) -> None:
    assert ApiSettings(base_url=f"http://{host}:8000/").base_url == f"http://{host}:8000"


def test_an_accounts_own_token_and_its_end_come_before_those_of_all() -> None:
    settings = ApiSettings.model_validate(
        {"token": "for-all-of-them", "tokens": {"1": "for-one-of-them"}, "token_expires": date(2026, 12, 1)}
    )
    assert settings.token_of("1") == SecretStr("for-one-of-them")
    assert (settings.expires_on("1"), settings.expires_on("2")) == (None, date(2026, 12, 1))


def test_an_app_is_the_one_that_is_named_else_the_one_that_gives_tokens() -> None:
    assert [ApiSettings().app_asked_with(), ApiSettings(app="ours").app_asked_with()] == ["", "ours"]
    assert OAuthSettings(client_id="123.apps").app_asked_with() == "123.apps"
    assert OAuthSettings(client_id="123.apps", app="ours").app_asked_with() == "ours"


@pytest.mark.parametrize("secret", ["two words", "ឯកសារ", "line\nbreak"])
def test_a_secret_that_no_header_may_hold_is_refused_without_showing_it(secret: str) -> None:
    with pytest.raises(ValidationError, match="copy it again") as refused:
        ApiSettings.model_validate({"tokens": {"1": secret}})
    assert ApiSettings.model_validate({"token": " copied-with-blanks \n"}).token == SecretStr("copied-with-blanks")
    assert "holds characters that no token has" in str(refused.value)


@pytest.mark.parametrize(("days", "is_taken"), [(1, False), (2, True)])
def test_answers_are_kept_for_two_days_at_least(days: int, is_taken: bool) -> None:
    if is_taken:
        assert ApiSettings(keep_days=days).days_kept("1") == days
    else:
        with pytest.raises(ValidationError):
            ApiSettings(keep_days=days)


def test_an_accounts_own_refresh_token_comes_before_the_one_of_all() -> None:
    settings = OAuthSettings.model_validate({"refresh_token": "for-all-of-them", "refresh_tokens": {"1": "for-one-1"}})
    assert settings.refresh_token_of("1") == SecretStr("for-one-1")
    assert settings.refresh_token_of("2") == SecretStr("for-all-of-them")


def test_accounts_may_be_written_as_numbers() -> None:
    assert ApiSettings.model_validate({"accounts": [100064500000001, "mekong"]}).accounts == [
        "100064500000001",
        "mekong",
    ]
