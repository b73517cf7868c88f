"""Addresses as inboxes: a real file system of fsspec's in memory, and a server that speaks S3."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import fsspec
import pytest
import requests

from tests.warehouse.archive.conftest import NOW
from warehouse.archive.archive import Archive
from warehouse.archive.inbox import has_news, receive
from warehouse.archive.receipts import Receipt
from warehouse.archive.remote_folder import RemoteFolder

PARTNER = ("bucket", "Partner")
REGISTERED: dict[str, object] = sys.modules["fsspec.registry"]._registry
"""What fsspec has loaded; its own name for that can only be read."""


@pytest.fixture
def memory() -> RemoteFolder:
    return RemoteFolder(f"memory://{uuid4().hex}", PARTNER, seconds=2.0)


def put(folder: RemoteFolder, path: str, content: bytes = b"a,b\n1,2\n") -> None:
    made, root = fsspec.url_to_fs(folder.address)
    made.pipe_file(f"{root}/{path}", content)


def look(tmp_path: Path, folder: RemoteFolder) -> Receipt:
    return receive(Archive(tmp_path / "archive"), [replace(folder)], NOW)


def test_files_at_an_address_are_taken_once_with_the_names_of_whose_they_are(
    tmp_path: Path, memory: RemoteFolder
) -> None:
    put(memory, "2024-12-30/a.csv")
    put(memory, "b.csv")
    archive = Archive(tmp_path / "archive")
    assert has_news(archive, [replace(memory)])
    received = look(tmp_path, memory).received
    assert [version.path for version in received] == ["bucket/Partner/2024-12-30/a.csv", "bucket/Partner/b.csv"]
    assert archive.content(received[0].sha256) == b"a,b\n1,2\n"
    assert not has_news(archive, [replace(memory)])
    assert look(tmp_path, memory) == Receipt()
    put(memory, "b.csv", b"a,b\n1,2\n3,4\n")
    assert [version.path for version in look(tmp_path, memory).received] == ["bucket/Partner/b.csv"]


def test_litter_is_passed_over_and_what_is_no_file_is_named(tmp_path: Path, memory: RemoteFolder) -> None:
    for path in (".trash/a.csv", "~$b.xlsx", "readme.txt", "x.tmp"):
        put(memory, path)
    put(memory, "plan.xlsx")
    put(memory, "empty.csv", b"")
    put(memory, "a (conflicted copy 2024-12-30).csv")
    receipt = look(tmp_path, memory)
    assert receipt.received == ()
    assert [left.path for left in receipt.left_out] == [
        "bucket/Partner/plan.xlsx", "bucket/Partner/a (conflicted copy 2024-12-30).csv", "bucket/Partner/empty.csv"
    ]  # fmt: skip
    assert not has_news(Archive(tmp_path / "archive"), [replace(memory)])


def test_an_address_that_is_not_there_or_not_known_is_one_sentence(tmp_path: Path) -> None:
    for address, sentence in (
        ("memory://nowhere", "The inbox memory://nowhere does not exist; see its address."),
        ("nosuch://x", "The inbox nosuch://x cannot be read (ValueError)."),
    ):
        (left,) = look(tmp_path, RemoteFolder(address, PARTNER)).left_out
        assert left.reason == sentence


def test_what_an_address_needs_and_is_not_installed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    monkeypatch.delitem(REGISTERED, "s3", raising=False)  # by a test before
    (left,) = look(tmp_path, RemoteFolder("s3://bucket", PARTNER)).left_out
    assert left.reason.endswith("what reads s3:// is not installed; pip install 'reach-pipeline[s3]' brings it.")


class _Slow(fsspec.AbstractFileSystem):  # type: ignore[misc]
    """A file system that hangs, or fails after some files."""

    protocol = "slow"
    cachable = False

    def find(self, path: str, **_: object) -> dict[str, Any]:
        if path == "hang":
            time.sleep(3)
        if path == "odd":
            return {"odd/a.csv": {"size": "many"}}
        return {
            f"{path}/{n}.csv": {"name": f"{path}/{n}.csv", "size": 1, "type": "file", "mtime": n} for n in range(30)
        }

    def cat_file(self, path: str, *_: object, **__: object) -> bytes:
        if path.endswith("29.csv"):
            raise PermissionError
        if path.startswith("gone") and not path.endswith("/0.csv"):
            raise ConnectionError("key=AKIA1 secret=hunter22")
        return b"x"


@pytest.fixture
def slow() -> Iterator[None]:
    fsspec.register_implementation("slow", _Slow, clobber=True)
    yield
    REGISTERED.pop("slow", None)


@pytest.mark.usefixtures("slow")
def test_an_address_that_hangs_or_goes_away_is_one_sentence_and_what_was_read_stays(tmp_path: Path) -> None:
    (left,) = look(tmp_path, RemoteFolder("slow://hang", PARTNER, seconds=0.2)).left_out
    assert left.reason == "The inbox slow://hang did not answer in time."
    receipt = look(tmp_path, RemoteFolder("slow://gone", PARTNER, seconds=2.0))
    assert [left.reason for left in receipt.left_out] == ["The inbox slow://gone cannot be reached (ConnectionError)."]
    assert "bucket/Partner/0.csv" in [version.path for version in receipt.received]
    (left,) = look(tmp_path, RemoteFolder("slow://odd", PARTNER)).left_out
    assert left.reason == "The inbox slow://odd answers what Reach does not understand (ValueError); please report it."
    receipt = look(tmp_path, RemoteFolder("slow://rights", ("other",), seconds=2.0))
    assert [left.path for left in receipt.left_out] == ["other/29.csv"]
    assert len(receipt.received) == 29


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """A server that speaks S3; its address."""
    pytest.importorskip("s3fs")
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[RemoteFolder, Any]:
    """A bucket, and a client of its owner; the server takes any keys."""
    import boto3

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    requests.post(f"{s3}/moto-api/reset-auth", data=b"inf", timeout=10)
    requests.post(f"{s3}/moto-api/reset", timeout=10)
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "y", "region_name": "us-east-1", "endpoint_url": s3}
    owner = boto3.client("s3", **keys)
    owner.create_bucket(Bucket="exports")
    owner.put_object(Bucket="exports", Key="obc/2024-12-30/ទិន្នន័យ.csv", Body=b"a,b\n1,2\n")
    owner.put_object(Bucket="exports", Key="obc/", Body=b"")
    options = {"key": "AKIAIOSFODNN7EXAMPLE", "secret": "any", "endpoint_url": s3}
    return RemoteFolder("s3://exports/obc", PARTNER, options, "REACH_INBOX_SECRETS__BUCKET", seconds=20.0), owner


def test_a_bucket_is_read_and_one_that_was_emptied_is_said(tmp_path: Path, bucket: tuple[RemoteFolder, Any]) -> None:
    folder, owner = bucket
    (version,) = look(tmp_path, folder).received
    assert version.path == "bucket/Partner/2024-12-30/ទិន្នន័យ.csv"
    assert look(tmp_path, folder) == Receipt()
    assert not has_news(Archive(tmp_path / "archive"), [replace(folder)])
    whole = replace(folder, address="s3://exports")
    assert [one.path for one in look(tmp_path, whole).received] == ["bucket/Partner/obc/2024-12-30/ទិន្នន័យ.csv"]
    (left,) = look(tmp_path, replace(folder, address="s3://no-such-bucket/x")).left_out
    assert left.reason == "The inbox s3://no-such-bucket/x does not exist; see its address."
    for key in ("obc/2024-12-30/ទិន្នន័យ.csv", "obc/"):
        owner.delete_object(Bucket="exports", Key=key)
    (left,) = look(tmp_path, whole).left_out
    assert left.reason == "The inbox s3://exports is empty, and files came from it before; what came in counts on."


def test_wrong_keys_none_and_a_server_that_is_not_there_are_one_sentence_each(
    tmp_path: Path, bucket: tuple[RemoteFolder, Any]
) -> None:
    folder, _ = bucket
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    endpoint = folder.options["endpoint_url"]
    requests.post(f"{endpoint}/moto-api/reset-auth", data=b"0", timeout=10)  # from here on the server looks at keys
    for options, sentence in (
        ({"secret": "hunter22"}, "refuses to be read: see whether REACH_INBOX_SECRETS__BUCKET in .env"),
        ({"key": None, "secret": None}, "has no keys: put them as REACH_INBOX_SECRETS__BUCKET into .env"),
        ({"endpoint_url": f"http://127.0.0.1:{port}"}, "cannot be reached (EndpointConnectionError)"),
    ):
        (left,) = look(tmp_path, replace(folder, options={**folder.options, **options})).left_out
        assert sentence in left.reason, left.reason
        assert "hunter22" not in left.reason
        assert str(folder.options["key"]) not in left.reason
