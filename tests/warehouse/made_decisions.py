"""Decisions on five posts, for tests of which of them count."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from warehouse.decisions import Decision
from warehouse.named_posts import Names

NAMES: Names = {f"x:{number}": ("x", str(number)) for number in range(1, 6)}


def decision(what: str, post: str = "x:1", at: int = 1, **more: Any) -> Decision:
    told = {"other_post": None, "campaigns": None, "asset": None, "remark": None} | more
    day = datetime(2026, 12, at)
    return Decision(what, post, path="f.xlsx", sha256="", load_id=f"load {at}", cells=f"S!B{at}", received_at=day,
                    decided_on=day.date(), **told)  # fmt: skip
