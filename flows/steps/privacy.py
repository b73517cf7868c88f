"""Who may read the files of a workspace: its owner alone; of what is published, whoever the settings say.

The system's mask of this process takes every right of others from a file before it is there. It is lifted only while
what others read is written. Windows has no such rights: there a folder has those of the folder that it lies in.
"""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar, cast

from flows.steps.settings import Workspace
from warehouse import file_system

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

_OTHERS = 0o077
_MASKS = {"owner": 0o077, "group": 0o027, "everyone": 0o022}
_before: list[int] = []  # the mask that the process came with


def only_owner() -> None:
    """Makes what this process writes from here on its owner's alone."""
    mask = os.umask(_OTHERS)
    if not _before:
        _before.append(mask)


def make_folder(folder: Path) -> None:
    """Makes a folder with the rights that the account's mask gives: others may go through it, to what is published.

    Raises:
        FileExistsError: it is a file.
    """
    with _masked(_of_account()):
        folder.mkdir(parents=True, exist_ok=True)


def _of_account() -> int | None:
    """The mask that the process came with, made to let nobody else write; none where it was never changed."""
    return _before[0] | 0o022 if _before else None


@contextmanager
def _masked(mask: int | None) -> Iterator[None]:
    """Writes what is written inside under a mask; under that of the process where none is named."""
    if mask is None:
        yield
        return
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def for_readers(workspace: Workspace) -> Iterator[None]:
    """Lets those read what is written inside whom ``published_for`` names; else whom the account's mask lets."""
    readers = workspace.settings.published_for
    if readers is None:
        with _masked(_of_account()):
            yield
        return
    with _masked(_MASKS[readers]):
        yield
        _share(workspace.published, _MASKS[readers])


def published(write: Callable[Concatenate[Workspace, P], R]) -> Callable[Concatenate[Workspace, P], R]:
    """A function that writes what is published of the workspace, for those who may read it."""

    @wraps(write)
    def writing(workspace: Workspace, *args: P.args, **kwargs: P.kwargs) -> R:
        with for_readers(workspace):
            return write(workspace, *args, **kwargs)

    return cast(Callable[Concatenate[Workspace, P], R], writing)


def _share(folder: Path, mask: int) -> None:
    """Gives what lies in a folder the rights of what is made under a mask; somebody else's files stay as they are."""
    if file_system.IS_WINDOWS:
        return
    for path in _inside(folder):
        wanted = (0o777 if path.is_dir() else 0o666) & ~mask
        if _rights(path) != wanted:
            _change(path, wanted)


def _inside(folder: Path) -> Iterator[Path]:
    """A folder's content, what is deepest first, and the folder itself; no link is followed."""
    for root, _, files in os.walk(folder, topdown=False):
        yield from (path for name in files if not (path := Path(root, name)).is_symlink())
        yield Path(root)


def _rights(path: Path) -> int:
    """The rights on a file; none where it is gone again."""
    with suppress(OSError):
        return stat.S_IMODE(path.stat().st_mode)
    return 0


def _change(path: Path, mode: int) -> None:
    with suppress(OSError):  # somebody else's, or a file system without rights
        path.chmod(mode)


def kept_private(workspace: Workspace) -> list[Path]:
    """What Reach makes in a workspace, and nobody else is to read.

    Plan, settings and inbox are people's own: they may be meant for several, and keep the rights that they have.
    """
    home = workspace.home
    folders = [workspace.archive.folder, workspace.logs, home / ".prefect", workspace.kept]
    files = [path for pattern in ("warehouse*.duckdb*", ".*.json*", ".*.lock*") for path in sorted(home.glob(pattern))]
    return [path for path in (*folders, *files) if path.exists()]


def readable_by_others(paths: list[Path]) -> list[Path]:
    """Those that other accounts of this machine have some right on; none on Windows, which tells nothing of it."""
    return [path for path in paths if file_system.has_rights(path, _OTHERS)]


def tighten(workspace: Workspace) -> None:
    """Takes the rights of others from what an older version of Reach left readable; tells the log, once.

    A folder that is its owner's alone is not looked into. The folder itself comes last, so that a run that is killed
    leaves it to the next one.
    """
    were_open = readable_by_others(kept_private(workspace))
    for path in were_open:
        for each in _inside(path) if path.is_dir() else [path]:
            if _rights(each) & _OTHERS:
                _change(each, _rights(each) & ~_OTHERS)
    if closed := [path.name for path in were_open if not _rights(path) & _OTHERS]:
        logger.warning(
            "Other accounts of this machine could read %s; now only the owner can. Who may read what is published is "
            "the setting published_for.", ", ".join(closed),
        )  # fmt: skip


def open_secrets(workspace: Workspace) -> list[str]:
    """What is to be said of a ``.env`` that others may read."""
    file = workspace.home / ".env"
    if not file.exists() or not readable_by_others([file]):
        return []
    return [
        f"Other accounts of this machine can read {file.resolve()}, which holds tokens: "
        f"type chmod 600 {file.resolve()}, and make new tokens if others use this machine."
    ]
