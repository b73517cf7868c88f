"""Zips, opened within limits.

The sizes that a zip declares are not believed: bytes are counted while they are unpacked.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from connectors.contract import Refused

UNPACKED_LIMIT = 512 * 1024 * 1024
MEMBER_LIMIT = 2_000
RATIO_LIMIT = 200
_CHUNK = 1 << 20
_TABLES = (".csv", ".tsv", ".txt")
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")


@contextmanager
def opened(name: str, content: bytes) -> Iterator[zipfile.ZipFile]:
    """The zip, once what it declares is within the limits.

    Raises:
        Refused: it is truncated, encrypted, holds a zip, or unpacks to more than the limits.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Refused(f"{name} is a zip that was cut off or damaged on its way; download it again.") from error
    with archive:
        infos = archive.infolist()
        if len(infos) > MEMBER_LIMIT:
            raise Refused(
                f"{name} holds {len(infos):,} files, over the limit of {MEMBER_LIMIT:,}; unpack what you need."
            )
        if any(info.flag_bits & 1 for info in infos):
            raise Refused(f"{name} has a password; unpack it and drop the files themselves.")
        if sum(info.file_size for info in infos) > UNPACKED_LIMIT:
            raise Refused(f"{name} unpacks to over {UNPACKED_LIMIT >> 20} MiB; unpack it and drop the files you need.")
        for info in infos:
            if info.file_size > RATIO_LIMIT * max(info.compress_size, 1) and info.file_size > _CHUNK:
                raise Refused(
                    f"{name} unpacks to over {RATIO_LIMIT} times its size, as no export does; it is not read."
                )
        yield archive


def members(name: str, archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The members that may be tables or workbooks, without folders and the litter of Macs.

    Raises:
        Refused: there is none, or it holds a zip.
    """
    tables = []
    for info in archive.infolist():
        leaf = info.filename.rsplit("/", 1)[-1]
        if not info.filename or info.is_dir() or "__MACOSX" in info.filename or leaf.startswith((".", "~$")):
            continue
        is_book = is_workbook(info)
        if leaf.casefold().endswith(".zip") or (not is_book and _starts_as_zip(name, archive, info)):
            raise Refused(f"{name} holds another zip, {leaf}; unpack it and drop the files themselves.")
        if is_book or leaf.casefold().endswith(_TABLES):
            tables.append(info)
    if not tables:
        raise Refused(f"{name} holds no table; drop the export as it was downloaded.")
    return tables


def is_workbook(info: zipfile.ZipInfo) -> bool:
    """Whether a member is a workbook, by its name."""
    return info.filename.casefold().endswith(_WORKBOOKS)


def _starts_as_zip(name: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    return content(name, archive, info, 4) == b"PK\x03\x04"


def content(name: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int = UNPACKED_LIMIT) -> bytes:
    """A member's first ``limit`` bytes.

    Raises:
        Refused: it is damaged, or unpacks to more than the limits allow.
    """
    pieces, size = [], 0
    try:
        with archive.open(info) as member:
            while size < limit and (piece := member.read(min(_CHUNK, limit - size))):
                pieces.append(piece)
                size += len(piece)
            if limit == UNPACKED_LIMIT and member.read(1):
                raise Refused(f"{name} unpacks to over {UNPACKED_LIMIT >> 20} MiB; drop only the files you need.")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Refused(f"{info.filename} in {name} is damaged; download the zip again.") from error
    return b"".join(pieces)


def check(name: str, archive: zipfile.ZipFile) -> None:
    """Unpacks all of it once, a piece at a time, before a library that knows no limits does.

    Raises:
        Refused: a member is damaged, or larger than it declares.
    """
    try:
        broken = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Refused(f"{name} is damaged; download or save it again.") from error
    if broken:
        raise Refused(f"{name} is damaged ({broken}); download or save it again.")


def written_at(info: zipfile.ZipInfo) -> datetime | None:
    """When a member was last written, in the zone of whoever packed it; null for the format's zero (1980)."""
    try:
        moment = datetime(*info.date_time)
    except ValueError:
        return None
    return moment if moment.year > 1980 else None
