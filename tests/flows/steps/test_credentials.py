"""Refresh tokens that platforms change are kept and used."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from connectors.asking.settings import ApiSettings, OAuthSettings
from flows.steps import credentials
from flows.steps.settings import SettingsError


def test_a_refresh_token_that_the_platform_changed_stands_until_another_is_given(tmp_path: Path) -> None:
    given = OAuthSettings(refresh_token=SecretStr("first-token"), refresh_tokens={"b": SecretStr("of-b-alone")})
    credentials.keep(given, SecretStr("second-token"), "tiktok", "a", tmp_path)
    kept = credentials.with_kept(given, "tiktok", tmp_path)
    assert isinstance(kept, OAuthSettings)
    assert [kept.refresh_token_of(account).get_secret_value() for account in "abc"] == [
        "second-token",
        "of-b-alone",
        "first-token",
    ]
    assert (tmp_path / ".tokens.json").stat().st_mode & 0o077 == 0
    credentials.keep(given, SecretStr("third-token"), "tiktok", "a", tmp_path)
    assert credentials.with_kept(given, "tiktok", tmp_path).refresh_token_of("a").get_secret_value() == "third-token"
    renewed = OAuthSettings(refresh_token=SecretStr("a-new-permission"))
    assert (
        credentials.with_kept(renewed, "tiktok", tmp_path).refresh_token_of("a").get_secret_value()
        == "a-new-permission"
    )


def test_tokens_that_cannot_be_read_are_a_sentence(tmp_path: Path) -> None:
    given = OAuthSettings(refresh_token=SecretStr("first-token"))
    (tmp_path / credentials.FILE).write_text("{cut")
    with pytest.raises(SettingsError, match="cannot be read; remove it, and give the permissions again"):
        credentials.with_kept(given, "tiktok", tmp_path)


def test_a_platform_without_refresh_tokens_keeps_none(tmp_path: Path) -> None:
    given = ApiSettings(token=SecretStr("a-token"))
    credentials.keep(given, SecretStr("another"), "facebook", "a", tmp_path)
    assert credentials.with_kept(given, "facebook", tmp_path) is given
    assert list(tmp_path.iterdir()) == []


def test_the_secrets_of_settings_are_all_of_them() -> None:
    given = OAuthSettings(
        token=SecretStr("one"), tokens={"a": SecretStr("two")}, client_secret=SecretStr("three"),
        refresh_token=SecretStr("four"), refresh_tokens={"a": SecretStr("five")}, client_id="no secret",
    )  # fmt: skip
    assert sorted(secret.get_secret_value() for secret in given.secrets()) == ["five", "four", "one", "three", "two"]
