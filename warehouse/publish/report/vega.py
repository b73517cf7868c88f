"""The script that draws the report's charts: Vega, Vega-Lite and vega-embed in one file."""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

import vl_convert

from warehouse import file_system

_SNIPPET = "window.vegaEmbed = vegaEmbed;"
"""What the script leaves for the page."""


@cache
def script() -> bytes:
    """Vega, Vega-Lite and vega-embed as vl-convert packs them; their names stay inside a function."""
    return b"(function () {\n" + _bundle() + b"\n})();\n"


def _bundle() -> bytes:
    """What vl-convert packs, kept in the user's cache folder: packing takes two seconds and is the same each time.

    Where nothing can be kept, each process packs it.
    """
    kept = _kept()
    with suppress(OSError):
        return kept.read_bytes()
    packed: bytes = vl_convert.javascript_bundle(_SNIPPET).encode()
    with suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        _write_whole(kept, packed)
    return packed


def _kept() -> Path:
    """Where the bundle of this version of vl-convert is kept (XDG Base Directory Specification 0.8)."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"))
    made_of = hashlib.sha256(f"{version('vl-convert-python')} {_SNIPPET}".encode()).hexdigest()[:16]
    return folder / "reach" / f"vega-{made_of}.js"


def _write_whole(path: Path, content: bytes) -> None:
    """Writes a file that another process sees whole or not at all."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as aside:
        try:
            aside.write(content)
            aside.flush()
            os.fsync(aside.fileno())
            aside.close()
            file_system.replace(Path(aside.name), path)
        except OSError:
            aside.close()
            os.unlink(aside.name)
            raise
