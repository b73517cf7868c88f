"""Bytes are checked when they are read, lost ones are kept again, and a full disk leaves nothing behind."""

from __future__ import annotations

import random
import resource
from pathlib import Path

import pytest

from warehouse.archive.blobs import Blobs, LostBytes

CONTENT = bytes(random.Random(7).randbytes(5_000)) + b"a text " * 500


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path)


@pytest.mark.parametrize("seed", range(25))
def test_a_flipped_bit_is_noticed_and_the_same_bytes_mend_it(blobs: Blobs, seed: int) -> None:
    sha256 = blobs.keep(CONTENT)
    written = bytearray(blobs.path(sha256).read_bytes())
    chance = random.Random(seed)
    written[chance.randrange(len(written))] ^= 1 << chance.randrange(8)
    blobs.path(sha256).write_bytes(written)
    if loss := blobs.loss(sha256):  # a bit of zstd's frame may mean nothing
        assert (loss.sha256, str(loss).startswith(f"archive/blobs/{sha256[:2]}/{sha256}.zst ")) == (sha256, True)
    assert blobs.keep(CONTENT) == sha256
    assert blobs.read(sha256) == CONTENT


@pytest.mark.parametrize(("cut", "why"), [(0, "is damaged"), (100, "cannot be read|is damaged"), (None, "is missing")])
def test_a_cut_or_missing_blob_is_told(blobs: Blobs, cut: int | None, why: str) -> None:
    sha256 = blobs.keep(CONTENT)
    if cut is None:
        blobs.path(sha256).unlink()
    else:
        blobs.path(sha256).write_bytes(blobs.path(sha256).read_bytes()[:cut])
    with pytest.raises(LostBytes, match=why):
        blobs.read(sha256)


def test_where_there_is_no_room_nothing_is_left_and_the_next_time_is_whole(blobs: Blobs) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            blobs.keep(CONTENT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [path for path in blobs.folder.rglob("*") if path.is_file()] == []
    assert blobs.read(blobs.keep(CONTENT)) == CONTENT


def test_what_lies_there_is_listed_and_what_dead_processes_left_too(blobs: Blobs) -> None:
    hashes = sorted(blobs.keep(bytes([number])) for number in range(3))
    left = blobs.path(hashes[0]).with_suffix(".1-2.tmp")
    left.write_bytes(b"half")
    assert (list(blobs.hashes()), blobs.unfinished()) == (hashes, [left])
    blobs.drop(hashes[1])
    assert list(blobs.hashes()) == [hashes[0], hashes[2]]
