"""The same bytes at an address, such as ``s3://bucket/reach``: the machines that reach it read them.

They lie under the names that they have in a folder, so that a copy of ``archive/blobs`` is all that moving there takes.
``writer.json`` beside them says which run of which workspace went to work last. Two copies of a workspace have a log
each: neither knows the other's files, and would take them for nobody's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from warehouse.archive.address import Address, Unreachable
from warehouse.archive.blobs import LostBytes, loss_of, name_of, unpacked

R = TypeVar("R")

WRITER = "writer.json"
STANDS = "Nothing was lost, and what is published stands."


class NoArchive(Exception):
    """The archive's address cannot be read or written, or is another workspace's now; the sentence says why."""


class RemoteBlobs:
    """The blobs of an archive at an address."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._our_mark: str | None = None

    @property
    def title(self) -> str:
        """What sentences call all of them."""
        return self.address.title

    def read(self, sha256: str) -> bytes:
        """The bytes behind a hash.

        Raises:
            LostBytes: they are not there, or have another hash.
            NoArchive: the address does not answer, or has nothing of what was kept there.
        """
        packed = self._read(name_of(sha256))
        if packed is None:
            if not self.are_there():
                raise NoArchive(f"{self.title} is empty, and was not. {STANDS}")
            raise LostBytes(sha256, "is missing")
        return unpacked(sha256, BytesIO(packed))

    def keep(self, content: bytes) -> str:
        """Stores bytes and returns their SHA-256; the same bytes are stored once, and again where they are lost.

        Raises:
            NoArchive: the address does not answer, or does not take them.
        """
        import pyarrow as pa

        sha256 = hashlib.sha256(content).hexdigest()
        if self.has(sha256) and self.loss(sha256) is None:
            return sha256
        packed = pa.BufferOutputStream()
        with pa.CompressedOutputStream(packed, "zstd") as out:
            out.write(content)
        self._write(name_of(sha256), packed.getvalue().to_pybytes())
        return sha256

    def has(self, sha256: str) -> bool:
        """Whether bytes lie there, good or damaged."""
        return self._ask(lambda files, root: bool(files.exists(f"{root}/{name_of(sha256)}")))

    def loss(self, sha256: str) -> LostBytes | None:
        """Why bytes cannot be had any more; None where they can."""
        return loss_of(self.read, sha256)

    def are_there(self) -> bool:
        """Whether anything was ever kept there, and is not gone as a whole."""

        def is_any(files: Any, root: str) -> bool:
            try:
                return bool(files.ls(f"{root}/blobs", detail=False))
            except FileNotFoundError:
                return False

        return self._ask(is_any)

    def drop(self, sha256: str) -> None:
        """Deletes bytes.

        Raises:
            NoArchive: another workspace has gone to work there.
        """
        self.require_ours()

        def remove(files: Any, root: str) -> None:
            try:
                files.rm_file(f"{root}/{name_of(sha256)}")
            except FileNotFoundError:
                return

        self._ask(remove)

    def hashes(self) -> Iterator[str]:
        """Of all bytes that lie there."""
        paths = self._ask(lambda files, root: list(files.find(f"{root}/blobs")))
        return (PurePosixPath(path).stem for path in sorted(paths) if path.endswith(".zst"))

    def unfinished(self) -> list[Path]:
        """Nothing: an object is there as a whole, or not."""
        return []

    def remove_unfinished(self) -> None:
        """Nothing to take away."""

    def writer(self) -> Mapping[str, str]:
        """Which run went to work there last: its ``mark``, ``home``, ``host`` and ``at``; empty where none did."""
        told = self._read(WRITER)
        try:
            parsed = json.loads(told or b"{}")
        except ValueError:
            parsed = {}
        return {str(key): str(value) for key, value in parsed.items()} if isinstance(parsed, dict) else {}

    def begin_writing(self, writer: Mapping[str, str]) -> None:
        """Says which run goes to work there now."""
        self._write(WRITER, json.dumps(dict(writer), ensure_ascii=False).encode())
        self._our_mark = writer["mark"]

    def require_ours(self) -> None:
        """Looks whether the run that went to work there last is this process's own.

        Raises:
            NoArchive: it is another workspace's.
        """
        if self._our_mark is not None and (writer := self.writer()).get("mark") != self._our_mark:
            raise NoArchive(self.told_of(writer))

    def told_of(self, writer: Mapping[str, str]) -> str:
        """What is said of another workspace that works there."""
        who = f"{writer.get('home', 'nobody knows which')} on {writer.get('host', 'an unknown machine')}"
        return (
            f"{self.title} is another workspace's since {writer.get('at', 'an unknown time')}: {who}. Two that write "
            f"to one address would remove each other's files. {STANDS} Give this one an address of its own; or stop "
            "the other one, and reach rebuild takes the address over."
        )

    def _read(self, name: str) -> bytes | None:
        def content(files: Any, root: str) -> bytes | None:
            try:
                return bytes(files.cat_file(f"{root}/{name}"))
            except FileNotFoundError:
                return None

        return self._ask(content)

    def _write(self, name: str, content: bytes) -> None:
        def put(files: Any, root: str) -> None:
            path = f"{root}/{name}"
            if "s3" not in files.protocol:  # a bucket has no folders
                files.makedirs(path.rpartition("/")[0], exist_ok=True)
            files.pipe_file(path, content)

        self._ask(put)

    def _ask(self, ask: Callable[[Any, str], R]) -> R:
        try:
            return self.address.ask(ask)
        except Unreachable as error:
            raise NoArchive(f"{error} {STANDS}") from None
