"""Copies of the tree in which something is changed or added, and Python in them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def copied(copy: Path) -> Path:
    """The tree with its tests at ``copy``, with what Python has compiled of it, without what the tests are run with."""
    for folder in ("connectors", "warehouse", "flows", "tests", "docs"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("*.pyc.*", "data"))
    for file in ("README.md", "pyproject.toml"):
        shutil.copy(ROOT / file, copy / file)
    return copy


def change(file: Path, pattern: str, added: str) -> None:
    """Adds a text behind the first place that a pattern finds."""
    text = file.read_text(encoding="utf-8")
    changed, times = re.subn(pattern, lambda match: match[0] + added, text, count=1)
    assert times == 1, f"{file.name} has no {pattern}"
    file.write_text(changed, encoding="utf-8")


def run(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python in a tree."""
    environment = os.environ | {"PYTHONPATH": str(tree)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=tree, env=environment, capture_output=True, text=True, check=False
    )
