"""Which program this is: a fingerprint of its sources and of the engines that compute for it."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

from warehouse.plan.model import Plan

_PACKAGES = ("connectors", "warehouse", "flows")
_ENGINES = ("polars", "duckdb")


@cache
def fingerprint() -> str:
    """Another one for every change of a source, of a data file or of an engine's version; once a process."""
    digest = hashlib.sha256(" ".join(map(version, _ENGINES)).encode())
    for package in _PACKAGES:
        _add(digest, package, files(package))
    return digest.hexdigest()[:16]


def made_with(plan: Plan) -> str:
    """What that rests on which a night keeps for the next one, beside the history itself."""
    return f"{fingerprint()} {plan.project.timezone} {plan.project.fiscal_year_starts}"


def _add(digest: hashlib._Hash, name: str, entry: Traversable) -> None:
    if entry.is_file():
        digest.update(name.encode() + entry.read_bytes())
        return
    for child in sorted(entry.iterdir(), key=lambda child: child.name):
        if child.name != "__pycache__":
            _add(digest, f"{name}/{child.name}", child)
