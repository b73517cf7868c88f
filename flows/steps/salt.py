"""The workspace's own salt, with which what names a person is hashed: it never leaves the workspace."""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path

from warehouse import file_system

FILE = ".people-salt"


def read_or_make(home: Path) -> str:
    """The salt of a workspace, made when it is first asked for; empty where it cannot be kept.

    Who loses it loses nothing: what was hashed with it is read again from the archive with a new one. It is written
    whole: a salt that was cut off by a crash would be easy to guess.
    """
    path = home / FILE
    with suppress(FileNotFoundError):
        if told := path.read_text(encoding="ascii").strip():
            return told
    try:
        file_system.write_whole(path, secrets.token_hex(32).encode(), rights=0o600)
    except OSError:
        return ""
    return path.read_text(encoding="ascii").strip()
