"""Figures as plain text, for the screen and for notices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from warehouse.measures import counted_over
from warehouse.reach.bounds import upper_as_told


def short(text: object, width: int = 60) -> str:
    """A text on one line, cut to a width."""
    line = " ".join(str(text or "").split())
    return line if len(line) <= width else line[: width - 1] + "…"


def signed(amount: float) -> str:
    """An amount with its sign."""
    size = abs(amount)
    sign = "+" if amount > 0 else "−" if amount < 0 else ""
    return sign + cell(int(size) if size == int(size) else size)


def figure(row: Mapping[str, Any], metric: str) -> str:
    """A metric of a row of totals, with how many posts know it where some do not."""
    over = counted_over(metric)
    value, posts_known, posts = row[metric], row[f"{metric}_known"], row[over]
    if value is None:
        return "not known" if posts else ""
    text = cell(round(value)) if isinstance(value, float) else cell(value)
    approximate = "≈ " if metric == "views" and row["approximate"] else ""
    at_least = "≥ " if over == "posts" and row.get("in_part") else ""
    return f"{at_least}{approximate}{text}" + ("" if posts_known == posts else f" ({posts_known} of {posts})")


def accounts_reached(row: Mapping[str, Any]) -> str:
    """The bounds between which a total's reach lies."""
    read_to = row.get("read_to")
    least, (most, then) = row["reach_at_least"], upper_as_told(row, read_to and read_to.date())
    if least is None and most is None:
        return "not known" if row["posts"] else ""
    if least == most:
        text = cell(least)
    elif most is None:
        text = "at least " + cell(least)
    else:
        text = f"{cell(least)} to {cell(most)}" if least is not None else f"at most {cell(most)}"
    return text if then is None else f"{text} (at most {cell(then)} on {row['reach_on']})"


def cell(value: object) -> str:
    """A value as text: thousands with commas, one decimal where there is a fraction, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.1f}".removesuffix(".0")
    return str(value)
