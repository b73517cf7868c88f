"""What the machine lacks - room, memory, permission - told apart from what is wrong with a file or with Reach."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_OF_SYSTEM = {
    errno.ENOSPC: "there is no room left on the disk",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "a file may not become as large as it has to (ulimit -f)",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "this account may not write there",
    errno.EPERM: "this account may not write there",
    errno.ENOMEM: "there is not enough memory",
    errno.EMFILE: "too many files are open (ulimit -n)",
    errno.ENFILE: "too many files are open on this machine",
    errno.EIO: "the disk could not be read or written",
}
_NO_MEMORY = _OF_SYSTEM[errno.ENOMEM]
_OF_MESSAGE = {
    re.compile(pattern, re.IGNORECASE): what
    for pattern, what in {
        r"no space left on device|database or disk is full|max_temp_directory_size": _OF_SYSTEM[errno.ENOSPC],
        r"quota exceeded": _OF_SYSTEM[errno.EDQUOT],
        r"file too large": _OF_SYSTEM[errno.EFBIG],
        r"read-only file system": _OF_SYSTEM[errno.EROFS],
        r"permission denied": _OF_SYSTEM[errno.EACCES],
        r"out of memory|cannot allocate memory|failed to allocate|bad_alloc|can't start new thread"
        r"|resource temporarily unavailable": _NO_MEMORY,
        r"input/output error": _OF_SYSTEM[errno.EIO],
    }.items()
}


class Shortage(Exception):
    """The machine lacks something; the sentence says what."""


_CHUNK = 1_000_000
_PANICS = "pyo3_runtime"
"""The module of how libraries written in Rust fail, as where polars cannot start its threads; none is an Exception."""
_LIBRARIES = frozenset({"_duckdb", "duckdb", "polars", "prefect", "pyarrow", "sqlalchemy", "sqlite3", _PANICS})
"""Whose words are believed: what a file says may stand in other errors."""


@contextmanager
def shortage_named(*others: type[Exception]) -> Iterator[None]:
    """Says what the machine lacks where that ends what is done inside; ``others`` are sentences for a person already.

    Raises:
        Shortage: instead of the error by which the machine, or a library, told it.
    """
    try:
        yield
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__module__ != _PANICS:
            raise  # somebody ends the run
        what = None if isinstance(error, (Shortage, *others)) else shortage(error)
        if what is None:
            raise
        raise Shortage(
            f"Stopped, since {what}. Nothing was lost, and what was published stands; mend that and run it again."
        ) from error


def require_room(folder: Path, size: int) -> None:
    """Tries whether a folder takes so many bytes more; they are written, since no number tells of quotas.

    Raises:
        OSError: it does not; nothing is left of the trial.
    """
    trial = folder / ".room.tmp"
    try:
        with trial.open("wb") as file:
            for _ in range(0, size, _CHUNK):
                file.write(bytes(_CHUNK))
    finally:
        trial.unlink(missing_ok=True)


def shortage(error: BaseException) -> str | None:
    """What the machine lacks where that is why something failed, else None.

    DuckDB, polars, Arrow and Prefect tell it in words, and an error may carry the one that caused it.
    """
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, MemoryError):
            return _NO_MEMORY
        if isinstance(seen, OSError) and seen.errno in _OF_SYSTEM:
            where = f" ({seen.filename})" if isinstance(seen.filename, str) else ""
            return f"{_OF_SYSTEM[seen.errno]}{where}"
        if type(seen).__module__.partition(".")[0] in _LIBRARIES or type(seen) is RuntimeError:
            for words, what in _OF_MESSAGE.items():
                if words.search(str(seen)):
                    return what
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return None
