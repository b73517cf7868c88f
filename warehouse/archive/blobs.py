"""The bytes that came in: each once, compressed, under its SHA-256, and checked whenever it is read."""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from warehouse import file_system

ASIDE = ".unfinished"
"""The folder of what is being written. Versions before 0.2 wrote it beside the blobs."""


class LostBytes(ValueError):
    """Bytes that came in are not in the archive any more, or not as they came; the sentence says which file it was."""

    def __init__(self, sha256: str, why: str) -> None:
        self.sha256 = sha256
        self.why = why
        super().__init__(f"archive/{name_of(sha256)} {why}")

    def __reduce__(self) -> tuple[type[LostBytes], tuple[str, str]]:
        """Another process may be the one that finds the loss, and hands it over."""
        return LostBytes, (self.sha256, self.why)


def name_of(sha256: str) -> str:
    """Where bytes lie in the archive's folder."""
    return f"blobs/{sha256[:2]}/{sha256}.zst"


def unpacked(sha256: str, packed: str | BinaryIO) -> bytes:
    """The bytes behind a hash, of the file or stream that holds them compressed.

    Raises:
        LostBytes: they are not there, or have another hash, or cannot be read.
    """
    import pyarrow as pa

    try:
        with pa.input_stream(packed, compression="zstd") as blob:
            content: bytes = blob.read()
    except FileNotFoundError:
        raise LostBytes(sha256, "is missing") from None
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else "it is not as it was written"
        raise LostBytes(sha256, f"cannot be read ({why})") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise LostBytes(sha256, "is damaged: its hash is another")
    return content


def loss_of(read: Callable[[str], bytes], sha256: str) -> LostBytes | None:
    """Why bytes cannot be read any more; None where they can."""
    try:
        read(sha256)
    except LostBytes as lost:
        return lost
    return None


class Blobs:
    """The blobs of an archive in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def title(self) -> str:
        """What sentences call all of them."""
        return str(self.folder / "blobs")

    def path(self, sha256: str) -> Path:
        """Where bytes lie."""
        return self.folder / name_of(sha256)

    def read(self, sha256: str) -> bytes:
        """The bytes behind a hash.

        Raises:
            LostBytes: they are not there, or have another hash, or cannot be read.
        """
        return unpacked(sha256, str(self.path(sha256)))

    def keep(self, content: bytes) -> str:
        """Stores bytes and returns their SHA-256; the same bytes are stored once, and again where they are lost.

        Raises:
            OSError: the disk is full, or may not be written; nothing is left of it.
        """
        import pyarrow as pa

        sha256 = hashlib.sha256(content).hexdigest()
        blob = self.path(sha256)
        if self.has(sha256) and self.loss(sha256) is None:
            return sha256
        blob.parent.mkdir(parents=True, exist_ok=True)
        aside = self.folder / ASIDE / f"{sha256}.{threading.get_ident()}"
        aside.parent.mkdir(exist_ok=True)
        try:
            with pa.output_stream(str(aside), compression="zstd") as out:
                out.write(content)
            file_system.sync(aside)
            file_system.replace(aside, blob)
        finally:
            aside.unlink(missing_ok=True)
        return sha256

    def has(self, sha256: str) -> bool:
        """Whether bytes lie there, good or damaged."""
        return self.path(sha256).exists()

    def loss(self, sha256: str) -> LostBytes | None:
        """Why bytes cannot be had any more; None where they can."""
        return loss_of(self.read, sha256)

    def are_there(self) -> bool:
        """Whether anything was ever kept there, and is not gone as a whole."""
        return (self.folder / "blobs").is_dir()

    def require_ours(self) -> None:
        """Nothing to look at: the workspace's lock and its log tell of another one."""

    def drop(self, sha256: str) -> None:
        """Deletes bytes."""
        self.path(sha256).unlink(missing_ok=True)

    def hashes(self) -> Iterator[str]:
        """Of all bytes that lie there."""
        return (blob.stem for blob in sorted(self.folder.glob("blobs/*/*.zst")))

    def unfinished(self) -> list[Path]:
        """What processes left that died while they kept something; only while nobody keeps anything."""
        return sorted((*self.folder.glob("blobs/*/*.tmp"), *self.folder.glob(f"{ASIDE}/*")))

    def remove_unfinished(self) -> None:
        """Takes away what such processes left, at the cost of a look; the night's lock has to be held."""
        shutil.rmtree(self.folder / ASIDE, ignore_errors=True)
