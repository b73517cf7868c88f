"""Who writes to an archive at an address: the workspace that went to work there last, and no copy of it.

A lock on this machine does not keep a copy of the workspace out. So each run leaves a mark of its own at the address,
with the workspace's path, and remembers it in ``.writer.json``. A workspace at another path, or one that does not know
the mark, as a copy at the same path of another machine, is not the one that worked there last, and changes nothing.
"""

from __future__ import annotations

import json
import socket
import uuid
from contextlib import suppress
from datetime import UTC, datetime

from flows.steps.settings import Workspace
from warehouse import file_system
from warehouse.archive.remote_blobs import RemoteBlobs

FILE = ".writer.json"


def other(workspace: Workspace) -> str | None:
    """What is said where another workspace has gone to work at the archive's address; None where none did.

    Raises:
        NoArchive: the address does not answer.
    """
    blobs = workspace.archive.blobs
    if not isinstance(blobs, RemoteBlobs):
        return None
    writer = blobs.writer()
    is_ours = writer.get("mark") in _marks(workspace) and writer.get("home") == _home(workspace)
    return blobs.told_of(writer) if writer and not is_ours else None


def begin(workspace: Workspace) -> None:
    """Takes the archive's address for this run, whoever had it. The workspace's nights have to be held.

    A run that dies between the two writes knows both marks, and so does the next one.

    Raises:
        NoArchive: the address does not answer, or may not be written.
        OSError: the mark cannot be remembered.
    """
    blobs = workspace.archive.blobs
    if not isinstance(blobs, RemoteBlobs):
        return
    there, mark = blobs.writer().get("mark"), uuid.uuid4().hex
    marks = {"marks": [one for one in (there, mark) if one]}
    file_system.write_whole(workspace.home / FILE, json.dumps(marks).encode())
    at = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    blobs.begin_writing({"mark": mark, "home": _home(workspace), "host": socket.gethostname(), "at": at})


def _home(workspace: Workspace) -> str:
    return str(workspace.home.resolve())


def _marks(workspace: Workspace) -> list[str]:
    with suppress(OSError, ValueError, KeyError, TypeError):
        return [str(mark) for mark in json.loads((workspace.home / FILE).read_text(encoding="utf-8"))["marks"]]
    return []
