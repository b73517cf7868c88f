from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest
from pydantic import SecretStr

from connectors.asking import oauth
from connectors.asking.http import Http
from connectors.asking.protocol import Protocol, Reply
from connectors.asking.refusals import Unanswered
from connectors.asking.settings import OAuthSettings

SETTINGS = OAuthSettings.model_validate(
    {
        "client_id": "app",
        "client_secret": "app-secret",
        "refresh_token": "first-refresh",
        "token_url": "https://a.example/",
    }
)


class Talk:
    """A token endpoint that gives one answer, and what was sent there and remembered."""

    def __init__(self, answer: Mapping[str, object]) -> None:
        self.answer = answer
        self.sent: dict[str, object] = {}
        self.protocol = Protocol("none")
        self.remembered: list[SecretStr] = []

    def exchange(self, protocol: Protocol, url: str, form: Mapping[str, SecretStr | str]) -> Mapping[str, object]:
        self.protocol, self.sent = protocol, {"url": url, **form}
        return self.answer

    def remember(self, token: SecretStr) -> None:
        self.remembered.append(token)

    def token(self, settings: OAuthSettings = SETTINGS, **more: Any) -> str:
        return oauth.access_token(cast(Http, self), "tiktok", "mekong", settings, "TikTok", **more).get_secret_value()


def test_a_token_is_given_for_the_refresh_token_and_the_apps_secret() -> None:
    talk = Talk({"access_token": "for-this-pull", "refresh_token": "first-refresh"})
    assert talk.token(client_id_as="client_key") == "for-this-pull"
    assert talk.sent == {
        "url": "https://a.example/", "client_key": "app", "client_secret": SecretStr("app-secret"),
        "grant_type": "refresh_token", "refresh_token": SecretStr("first-refresh"),
    }  # fmt: skip
    assert talk.remembered == []


def test_a_refresh_token_that_takes_the_place_of_the_first_one_is_remembered() -> None:
    talk = Talk({"access_token": "for-this-pull", "refresh_token": "second-refresh"})
    talk.token()
    assert talk.remembered == [SecretStr("second-refresh")]


@pytest.mark.parametrize("answer", [{}, {"access_token": ""}, {"access_token": 5}])
def test_an_answer_without_a_token_is_refused(answer: Mapping[str, object]) -> None:
    with pytest.raises(Unanswered, match="TikTok gave no token for tiktok:mekong") as refused:
        Talk(answer).token()
    assert refused.value.who == "person"


@pytest.mark.parametrize("missing", ["client_id", "client_secret", "refresh_token"])
def test_without_the_apps_id_its_secret_or_a_refresh_token_there_is_no_way_in(missing: str) -> None:
    talk = Talk({"access_token": "for-this-pull"})
    given = {"client_id": "app", "client_secret": "app-secret", "refresh_token": "first-refresh"}
    settings = OAuthSettings.model_validate({key: value for key, value in given.items() if key != missing})
    with pytest.raises(Unanswered, match="tiktok:mekong has no way in: REACH_TIKTOK__REFRESH_TOKEN"):
        talk.token(settings)
    assert talk.sent == {}


@pytest.mark.parametrize(
    ("error", "why"),
    [
        ("invalid_grant", "the permission was taken back or has run out"),
        ("invalid_client", "it answers invalid_client"),
    ],
)
def test_a_dead_refresh_token_is_for_a_person(error: str, why: str) -> None:
    talk = Talk({"access_token": "for-this-pull"})
    talk.token()
    refusal = talk.protocol.refusal(Reply(400, {}, {"error": error}))
    assert refusal is not None
    assert str(refusal) == (
        f"TikTok gives no token for tiktok:mekong: {why}. Give the permission again, as docs/access.md says."
    )
    assert (refusal.who, refusal.code) == ("person", error)
    assert talk.protocol.refusal(Reply(200, {}, {"access_token": "a"})) is None
