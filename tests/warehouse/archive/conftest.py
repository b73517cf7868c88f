"""An inbox to drop files into."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

NOW = datetime(2024, 12, 1)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def drop(inbox: Path, path: str, content: bytes = b"a,b\n1,2\n") -> Path:
    """A file of the inbox, dropped long enough ago to be taken at once."""
    file = inbox / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    os.utime(file, (1_700_000_000, 1_700_000_000))
    return file
