"""An indicator's progress as a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from connectors.contract import ADDITIVE
from warehouse.figures.indicators import is_less_better, percent_starts_at
from warehouse.measures import LABELS, UPPER_BOUNDS, label
from warehouse.publish.report.language import form, number, words

Row = Mapping[str, Any]

_TABLE = re.compile(r"^[\w, ]+ in \w+_totals(?:, [^:]*)?(?:: |$)")
"""How the published table says where a total stands, which is no word for a reader."""


def of_indicator(row: Row, language: str) -> str:
    """How far an indicator is, in a sentence, and what has to be known of its figure.

    Args:
        row: a row of the published table ``indicator_progress``.
        language: one of :data:`warehouse.publish.report.language.LANGUAGES`.
    """
    words_of: Mapping[str, Any] = words(language)["sentence"]["indicator"]
    locale = words(language)["sentence"]["locale"]
    units = words_of["units"]
    unit = units.get(row["metric"]) or units.get(row["unit"]) or {"other": _plain(row["metric"], language)}

    def with_unit(value: float, text: str) -> str:
        return form(unit, value, locale).format(number=text)

    actual, target, verdict = row["actual"], row["target"], row["verdict"]
    if actual is None:
        if target is None:
            return str(words_of["unknown_no_target"])
        told = words_of["unknown"].format(target=with_unit(target, number(target)))
        return str(words_of["cannot_be_told"].format(told=told))
    is_least = row["is_at_least"] or row["metric"] == "reach_at_least"
    pattern = "at_most" if row["metric"] in UPPER_BOUNDS else "at_least" if is_least else "exactly"
    if row["actual_at_most"] is not None and row["actual_at_most"] != actual:
        pattern = "between"
    most = number(row["actual_at_most"]) if pattern == "between" else ""
    plainly = words_of[pattern].format(number=number(actual), most=most)
    parts = {"actual": plainly, "actual_with_unit": with_unit(actual, plainly)}
    if target is None:
        sentences = [words_of["no_target"].format(**parts)]
    else:
        is_falling = is_less_better(row["metric"], row["baseline"], target)
        parts |= {"target": number(target), "target_with_unit": with_unit(target, number(target))}
        parts |= {"percent": _percent(words_of, row, is_least=is_least, is_falling=is_falling)}
        told = words_of["falling" if is_falling else "rising"].format(**parts)
        sentences = [words_of[verdict.replace(" ", "_")].format(told=told)]
    if is_rounded(row):
        sentences.append(words_of["rounded"])
    if row["is_entered"] and row["metric"] is None:
        sentences.append(words_of["entered"])
    elif is_partly_entered(row):
        sentences.append(words_of["partly_entered"])
    return " ".join(sentences)


def _plain(metric: str | None, language: str) -> str:
    """A number with the label of its metric, where a language has no plural forms for it."""
    return f"{{number}} {label(metric, language).lower()}" if metric in LABELS else "{number}"


def source_told(row: Row, told: Callable[[str | None], str | None]) -> str | None:
    """Where an indicator's figure comes from, without names of tables; None where the figure itself says all.

    ``told`` tells a sentence about data in the reader's language.
    """
    source: str | None = row["source"]
    if row["metric"] is None or source is None:
        return source
    return told(_TABLE.sub("", source)) or None


def is_total(row: Row) -> bool:
    """Whether an indicator's figure is a total of posts and programmes, by what the published table says of it."""
    return row["metric"] is not None and _TABLE.match(row["source"] or "") is not None


def is_rounded(row: Row) -> bool:
    """Whether an indicator's figure holds a reading that its platform rounded; a number of posts does not."""
    return bool(row["is_approximate"]) and _is_of_readings(row)


def is_partly_entered(row: Row) -> bool:
    """Whether the figure of an indicator of a metric holds what somebody typed in; a number of posts does not."""
    is_open_to_it = row["metric"] is not None and (_is_of_readings(row) or row["unit"] == "assets")
    return bool(row["is_entered"]) and is_open_to_it


def _is_of_readings(row: Row) -> bool:
    return row["metric"] in {*(m.name for m in ADDITIVE), "engagements"} or row["unit"] == "accounts"


def _percent(words_of: Mapping[str, Any], row: Row, *, is_least: bool, is_falling: bool) -> str:
    """How much of the way is done, in words; empty where only an upper bound of it is known."""
    if row["percent"] is None or row["metric"] in UPPER_BOUNDS or (is_least and is_falling):
        return ""
    start = percent_starts_at(row["metric"], row["baseline"], row["target"])
    pattern = ("percent_from" if start else "percent") + ("_at_least" if is_least else "")
    return str(words_of[pattern].format(percent=number(row["percent"]), baseline=number(start)))
