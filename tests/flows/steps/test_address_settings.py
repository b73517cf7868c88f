"""Where an archive's files lie: an address, whose keys stand in ``.env``."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.steps.settings import SettingsError, Workspace
from warehouse.archive.blobs import Blobs
from warehouse.archive.remote_blobs import RemoteBlobs


def workspace(home: Path, blobs: str, env: str = "") -> Workspace:
    (home / "reach.toml").write_text(blobs, encoding="utf-8")
    (home / ".env").write_text(env)
    return Workspace(home)


def test_without_an_address_the_files_lie_in_the_archives_folder(tmp_path: Path) -> None:
    blobs = workspace(tmp_path, "").archive.blobs
    assert isinstance(blobs, Blobs)
    assert blobs.folder == tmp_path / "archive"


@pytest.mark.parametrize("secret", ["AKIA1:hunter22", '{"key": "AKIA1", "secret": "hunter22"}'])
def test_an_address_has_its_options_and_its_keys_which_no_other_machine_is_told(tmp_path: Path, secret: str) -> None:
    text = '[blobs]\naddress = "s3://bucket/reach/"\noptions = { endpoint_url = "https://minio.example" }'
    given = workspace(tmp_path, text, f"REACH_BLOBS__SECRET={secret}\n")
    blobs = given.archive.blobs
    assert isinstance(blobs, RemoteBlobs)
    assert blobs.address.url == "s3://bucket/reach"
    of_server = {"endpoint_url": "https://minio.example"}
    assert blobs.address.options == {**of_server, "key": "AKIA1", "secret": "hunter22"}
    told = given.settings.blobs.elsewhere(with_secret=False)
    assert told is not None
    assert (told.options, told.secret_name) == (of_server, "")
    assert secret in [one.get_secret_value() for one in given.secrets()]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('address = "bucket"', "is no address, which is s3://bucket/folder"),
        ('address = "imap://me@mail.example"', "is no address, which is"),
        ('address = "s3://[a"', "is no address, which is"),
        ('address = "file:///srv/archive"', "is a folder of this machine; the setting archive names it"),
        (
            'address = "sftp://me:hunter22@files.example/a"',
            "must hold no password; put it into .env as REACH_BLOBS__SE",
        ),
        ('address = "s3://a"\noptions = { key = "hunter22" }', "must hold no key or secret; put those into .env as RE"),
        ("options = { anon = true }", 'has no address, such as address = "s3://bucket/folder"'),
        ('address = "s3://a"\nsecret = "hunter22"', "put it as REACH_BLOBS__SECRET into .env"),
        ('addres = "s3://a"', "the nearest is address"),
    ],
)
def test_an_address_that_cannot_be_one_is_told_without_a_secret(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as told:
        _ = workspace(tmp_path, f"[blobs]\n{text}\n").settings
    assert sentence in str(told.value)
    assert "hunter22" not in str(told.value)
