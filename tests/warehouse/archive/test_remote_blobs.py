"""An archive's bytes at an address: a real file system of fsspec's in memory."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import fsspec
import pytest

from connectors.contract import Answer
from tests.warehouse.archive.conftest import NOW
from warehouse.archive.address import Address
from warehouse.archive.archive import Archive
from warehouse.archive.blobs import Blobs, LostBytes, name_of
from warehouse.archive.pulls import Pull
from warehouse.archive.remote_blobs import NoArchive, RemoteBlobs


@pytest.fixture
def blobs() -> RemoteBlobs:
    return RemoteBlobs(Address(f"memory://{uuid4().hex}/reach", "The archive"))


def path_of(blobs: RemoteBlobs, name: str) -> tuple[fsspec.AbstractFileSystem, str]:
    files, root = fsspec.url_to_fs(blobs.address.url)
    return files, f"{root}/{name}"


def put(blobs: RemoteBlobs, name: str, content: bytes) -> None:
    files, path = path_of(blobs, name)
    files.pipe_file(path, content)


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", bytes(3_000_000)])
def test_what_was_kept_is_read_again_and_is_there_once(blobs: RemoteBlobs, content: bytes) -> None:
    assert not blobs.are_there()
    sha256 = blobs.keep(content)
    assert (blobs.keep(content), blobs.read(sha256), list(blobs.hashes())) == (sha256, content, [sha256])
    assert (blobs.are_there(), blobs.has(sha256), blobs.loss(sha256)) == (True, True, None)
    blobs.drop(sha256)
    blobs.drop(sha256)
    assert not blobs.has(sha256)


def test_a_copy_of_the_folder_with_the_blobs_is_all_that_moving_to_an_address_takes(
    blobs: RemoteBlobs, tmp_path: Path
) -> None:
    folder = Blobs(tmp_path)
    sha256 = folder.keep(b"a,b\n1,2\n")
    for file in tmp_path.rglob("*.zst"):
        put(blobs, file.relative_to(tmp_path).as_posix(), file.read_bytes())
    assert blobs.read(sha256) == b"a,b\n1,2\n"


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (None, "is missing"),
        (b"", "cannot be read|its hash is another"),
        (b"\x28\xb5\x2f\xfd\x00", "cannot be read|its hash is another"),
        (b"a,b\n9,9\n", "cannot be read"),
    ],
)
def test_bytes_that_are_gone_or_damaged_are_told_and_kept_anew(
    blobs: RemoteBlobs, damage: bytes | None, why: str
) -> None:
    other, sha256 = blobs.keep(b"another"), blobs.keep(b"a,b\n1,2\n")
    files, path = path_of(blobs, name_of(sha256))
    files.rm_file(path)
    if damage is not None:
        put(blobs, name_of(sha256), damage)
    with pytest.raises(LostBytes, match=why):
        blobs.read(sha256)
    assert blobs.read(other) == b"another"
    assert blobs.keep(b"a,b\n1,2\n") == sha256
    assert blobs.read(sha256) == b"a,b\n1,2\n"


def test_bytes_of_another_hash_are_damaged(blobs: RemoteBlobs) -> None:
    one, other = blobs.keep(b"one"), blobs.keep(b"other")
    files, path = path_of(blobs, name_of(other))
    put(blobs, name_of(one), files.cat_file(path))
    with pytest.raises(LostBytes, match="its hash is another"):
        blobs.read(one)


def test_an_address_that_lost_everything_is_no_archive_of_lost_files(blobs: RemoteBlobs) -> None:
    sha256 = blobs.keep(b"a")
    files, path = path_of(blobs, "")
    files.rm(path, recursive=True)
    with pytest.raises(NoArchive, match=r"^The archive is empty, and was not\. Nothing was lost"):
        blobs.read(sha256)


def test_what_another_workspace_took_over_is_neither_dropped_nor_published(blobs: RemoteBlobs) -> None:
    ours, theirs = blobs, RemoteBlobs(blobs.address)
    sha256 = ours.keep(b"a")
    ours.require_ours()  # nobody has gone to work there
    ours.begin_writing({"mark": "1", "home": "/a", "host": "one", "at": "2024-12-30 02:00 UTC"})
    ours.require_ours()
    theirs.begin_writing({"mark": "2", "home": "/b", "host": "two", "at": "2024-12-31 02:00 UTC"})
    for act in (ours.require_ours, lambda: ours.drop(sha256)):
        with pytest.raises(NoArchive, match="another workspace's since 2024-12-31 02:00 UTC: /b on two"):
            act()
    put(blobs, "writer.json", b"{")
    with pytest.raises(NoArchive, match="since an unknown time: nobody knows which on an unknown machine"):
        ours.require_ours()
    assert ours.has(sha256)


def test_answers_that_terms_want_removed_are_removed_there_too(blobs: RemoteBlobs, tmp_path: Path) -> None:
    archive = Archive(tmp_path, blobs.address)
    pull = Pull("facebook", "1", NOW)
    archive.keep_answer(pull, Answer("GET https://example", NOW, b"{}"))
    (kept,) = archive.pulls()[0].answers
    assert archive.content(kept.sha256) == b"{}"
    archive.remove_pulls(archive.pulls(), "kept as long as its terms allow", NOW)
    assert not blobs.has(kept.sha256)
    assert [file.name for file in tmp_path.iterdir()] == ["events.jsonl"]
