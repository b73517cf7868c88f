"""Where the documents lie that messages name, such as docs/operating.md."""

from __future__ import annotations

import site
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import flows

_INSTALLED = Path("share", "reach-pipeline", "docs")
"""Where a wheel puts them, below the environment or the folder of an account."""


def folder() -> Path | None:
    """The checkout's own, or that of the wheel which was installed; None where whoever packed it left them out."""
    return next((place for place in _places() if (place / "operating.md").is_file()), None)


def _places() -> Iterator[Path]:
    yield Path(flows.__file__).parents[1] / "docs"
    yield Path(sysconfig.get_path("data")) / _INSTALLED
    yield Path(site.getuserbase()) / _INSTALLED
