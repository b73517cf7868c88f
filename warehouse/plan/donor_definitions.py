"""What donors count as their indicators: the definitions that come with Reach, a file each in ``definitions/``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from warehouse.plan.mistakes import Row


@cache
def shipped() -> Mapping[str, Row]:
    """Each definition that comes with Reach, by its id, with the keys of a plan's ``[[definition]]``."""
    folder = files("warehouse.plan") / "definitions"
    texts = (file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".toml"))
    rows = {str(row["id"]): row for row in map(tomllib.loads, texts)}
    return dict(sorted(rows.items()))
