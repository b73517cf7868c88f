"""The settings of a network's members, and what is said of those that cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.steps import network
from flows.steps.settings import SettingsError, Workspace


def settings(home: Path, text: str) -> Workspace:
    (home / "reach.toml").write_text(text, encoding="utf-8")
    return Workspace(home)


def test_each_member_has_a_name_and_says_where_it_publishes(tmp_path: Path) -> None:
    workspace = settings(
        tmp_path,
        '[[member]]\nname = "Radio"\npublished = "/srv/radio/published"\n'
        '[[member]]\nname = "Press"\npublished = "s3://press/published"\ndays = 7\nlink = "https://press.example/"\n',
    )
    radio, press = workspace.settings.member
    assert (radio.name, radio.published, radio.days, radio.link) == ("Radio", "/srv/radio/published", 1, "")
    assert (press.published, press.days, press.link) == ("s3://press/published", 7, "https://press.example/")


def test_keys_of_a_members_address_stand_in_env_under_the_name_that_it_says(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("REACH_MEMBER_SECRETS__PRESS=AKIA1:hunter22\n")
    text = '[[member]]\nname = "សារព័ត៌មាន"\npublished = "s3://press/published"\nkeys = "press"\n'
    workspace = settings(tmp_path, f'{text}options = {{ endpoint_url = "https://s3.example" }}\n')
    (press,) = workspace.settings.member
    expected = {"endpoint_url": "https://s3.example", "key": "AKIA1", "secret": "hunter22"}
    assert network._place(workspace, press) == ("s3://press/published", expected)
    assert "AKIA1:hunter22" in [secret.get_secret_value() for secret in workspace.secrets()]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            'name = "A"\npublished = "s3://a"\noptions = { key = "word" }',
            "into .env as REACH_MEMBER_SECRETS__ and what",
        ),
        (
            'name = "A"\npublished = "s3://a"\nkeys = "AKIA1:word"',
            "member.0.keys cannot be that: is the name of keys that stand",
        ),
        ('name = "Radio"\npublished = "a"\n[[member]]\nname = "radio "\npublished = "b"', "two that are called radio"),
        ('name = "Radio"\npublished = "https://us:word@radio.example/"', "must hold no password"),
        ('name = "A"\npublished = "a"\n[[member]]\nname = "B"\npublished = "a/"', "holds one address for A and B"),
        ('name = "Radio"', "member.0.published"),
        ('name = "Radio"\npublished = "a"\ndays = 3661', "member.0.days"),
        ('name = "Radio"\npublished = "a"\ndays = -1', "member.0.days"),
        ('name = "Radio"\npublished = "a"\nlinks = "b"', "member.0.links is no setting; the nearest is link."),
    ],
)
def test_what_cannot_be_is_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as error:
        _ = settings(tmp_path, f"[[member]]\n{text}\n").settings
    assert sentence in str(error.value)
    assert "word" not in str(error.value).replace("password", "")
