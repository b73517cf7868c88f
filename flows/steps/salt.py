"""The workspace's own salt, with which what names a person is hashed: it never leaves the workspace."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

FILE = ".people-salt"


def read_or_make(home: Path) -> str:
    """The salt of a workspace, made when it is first asked for; empty where it cannot be kept.

    Who loses it loses nothing: what was hashed with it is read again from the archive with a new one.
    """
    path = home / FILE
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return ""
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(secrets.token_hex(32))
    return path.read_text(encoding="ascii")
