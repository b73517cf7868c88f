"""Settings of mails: what is taken, and one sentence without secrets for what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.steps.recipient_settings import MailSettings
from flows.steps.settings import SettingsError, Workspace

MAIL = '[mail]\nhost = "smtp.example.org"\nsender = "Our NGO <reports@ngo.example>"\n'


def read(home: Path, toml: str, env: str = "") -> Workspace:
    (home / "reach.toml").write_text(toml, encoding="utf-8")
    (home / ".env").write_text(env, encoding="utf-8")
    workspace = Workspace(home)
    _ = workspace.settings
    return workspace


def test_a_server_and_a_sender_are_enough(tmp_path: Path) -> None:
    mail = read(tmp_path, MAIL).settings.mail
    assert (mail.port_used, mail.security, mail.largest_bytes) == (587, "starttls", 10_000_000)
    assert mail.sender_parts == ("Our NGO", "reports@ngo.example")
    assert read(tmp_path, MAIL + 'security = "tls"\n').settings.mail.port_used == 465
    assert read(tmp_path, MAIL + 'security = "tls"\nport = 2465\n').settings.mail.port_used == 2465
    assert read(tmp_path, "").settings.mail.host == ""


@pytest.mark.parametrize(
    ("sender", "parts"),
    [
        ("a@b.example", ("", "a@b.example")), ("<a@b.example>", ("", "a@b.example")),
        ('"NGO, Phnom Penh" <a@b.example>', ("NGO, Phnom Penh", "a@b.example")),
        ("អង្គការ<a@b.example>", ("អង្គការ", "a@b.example")),
    ],
)  # fmt: skip
def test_a_sender_has_an_address_and_may_have_a_name(sender: str, parts: tuple[str, str]) -> None:
    assert MailSettings(host="h", sender=sender).sender_parts == parts


def test_mails_are_in_the_language_of_the_workspace_unless_they_have_their_own() -> None:
    assert MailSettings().languages("km") == ["km"]
    assert MailSettings(language="en").languages("km") == ["en"]
    assert MailSettings(language="both").languages("km") == ["en", "km"]


def test_the_password_and_addresses_of_people_come_from_env_and_are_secrets(tmp_path: Path) -> None:
    password = '123456 {"a": 1}'
    workspace = read(tmp_path, MAIL, f"REACH_MAIL__PASSWORD='{password}'\nREACH_MAIL_TO__DONOR=officer@fund.example\n")
    assert workspace.settings.mail.host == "smtp.example.org"
    assert {secret.get_secret_value() for secret in workspace.secrets()} >= {password, "officer@fund.example"}
    assert set(workspace.settings.mail_to) == {"donor"}
    assert password not in repr(workspace.settings)


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        ('password = "hunter22"', "mail.password is a secret and has no place in reach.toml"),
        ('security = "ssl"', "The setting mail.security cannot be 'ssl': Input should be 'starttls', 'tls' or 'none'."),
        ('security = "none"', "The setting mail cannot be that: nothing is sent unencrypted, but on this machine"),
        ("port = 0", "The setting mail.port cannot be 0"), ("port = 65_536", "The setting mail.port cannot be 65536"),
        ("largest_megabytes = 0", "The setting mail.largest_megabytes cannot be 0"),
        ("largest_megabytes = inf", "The setting mail.largest_megabytes cannot be inf"),
        ('link = "share"', "mail.link cannot be 'share': must begin with https:// or http://, and hold no password."),
        ('langauge = "km"', "mail.langauge is no setting; the nearest is language."),
        ('language = "fr"', "The setting mail.language cannot be 'fr'"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence(tmp_path: Path, toml: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as error:
        read(tmp_path, MAIL + toml, "REACH_MAIL__PASSWORD=hunter33\n")
    assert sentence in str(error.value)
    assert "hunter" not in str(error.value)


@pytest.mark.parametrize("host", ["https://smtp.example.org", "smtp.example.org:25", "a b", "-x", "a\nb", "a/b", "x."])
def test_a_host_is_a_name_alone(tmp_path: Path, host: str) -> None:
    with pytest.raises(SettingsError, match="is a server's name alone"):
        read(tmp_path, f"[mail]\nhost = {host!r}\n".replace("'", '"'))


@pytest.mark.parametrize(
    "sender", ["", "Our NGO", "a@b.example, c@d.example", "A <a@b> <c@d>", "a@b.example\nBcc: c@d", "ក@b.example"]
)
def test_without_a_plain_address_of_a_sender_nothing_is_sent(tmp_path: Path, sender: str) -> None:
    with pytest.raises(SettingsError, match="it needs a sender, who reads answers"):
        read(tmp_path, "", f"REACH_MAIL__HOST=smtp.example.org\nREACH_MAIL__SENDER='{sender}'\n")


def test_addresses_of_people_have_no_place_in_reach_toml(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"Addresses of people have no place in reach\.toml") as error:
        read(tmp_path, '[mail_to]\ndonor = "officer@fund.example"\n')
    assert "officer" not in str(error.value)
