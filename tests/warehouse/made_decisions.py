"""Decisions on five posts, for tests of which of them count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from connectors import PLATFORMS
from warehouse.decisions import Decision, Standing, notes
from warehouse.named_posts import Names
from warehouse.publish.report.wording import Texts

NAMES: Names = {f"x:{number}": ("x", str(number)) for number in range(1, 6)}


def decision(what: str, post: str = "x:1", at: int = 1, **more: Any) -> Decision:
    told = {"other_post": None, "campaigns": None, "asset": None, "remark": None} | more
    day = datetime(2026, 12, at)
    return Decision(what, post, path="f.xlsx", sha256="", load_id=f"load {at}", cells=f"S!B{at}", received_at=day,
                    decided_on=day.date(), **told)  # fmt: skip


def untold(without_effect: Iterable[Standing]) -> list[str]:
    """What is said beside files of decisions that count nothing, and has no text in Khmer."""
    texts = Texts("km", "Asia/Phnom_Penh", PLATFORMS)
    lines = [line for note in notes(without_effect)["note"] for line in note.split("\n")]
    return [line for line in lines if texts("only_in_english") in (texts.told(line) or "")]
