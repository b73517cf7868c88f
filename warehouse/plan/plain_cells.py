"""What a cell of a plan's workbook holds, and how it is read and written: texts, lists, days, numbers.

A text that a cell would change (blanks at its ends, a quotation mark at its beginning, characters that XML has not)
stands as JSON in quotation marks, so that nothing is lost. People need not know it.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import date, datetime, time
from typing import Any

from warehouse.plan.layout import Kind
from warehouse.plan.mistakes import Unfit, shown

LONGEST = 32_767
"""So many characters Excel keeps of a cell."""
_CHANGED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_WHOLE = re.compile(r"-?\d+")
_DECIMAL = re.compile(r"-?\d+\.\d+|-?\d+(\.\d+)?[eE][+-]?\d+")
_GROUPED = re.compile(r"-?\d{1,3}([.,]\d{3})+")
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)([ T]00:00:00)?")
_FIRST_DAY = date(1900, 3, 1)
"""Excel has days before, but counts 29 February 1900 among them, which there was not."""
_FLAGS = {"true": True, "yes": True, "false": False, "no": False}


def read(value: object, kind: Kind) -> object:
    """What a cell says, as plan.toml would have it; an :class:`Unfit` where its column cannot hold it."""
    if isinstance(value, ValueError):
        unfit = Unfit(
            f"is a formula that gives nothing ({value}): mend and save it in Excel, or type the value", str(value)
        )
        return [unfit] if kind == "texts" else unfit
    if isinstance(value, OverflowError):
        beyond = Unfit("holds a day that no calendar has: type it again, as 2024-12-30", str(value))
        return [beyond] if kind == "texts" else beyond
    match kind:
        case "text":
            return _text(value)
        case "texts":
            lines = value.split("\n") if isinstance(value, str) else [value]
            return [_text(line) for line in lines if not isinstance(line, str) or line.strip()]
        case "day":
            return _day(value)
        case "flag":
            flag = _FLAGS.get(str(value).strip().casefold())
            return flag if flag is not None else Unfit("must be true or false", str(value))
        case _:
            return _number(value, is_whole=kind == "whole")


def written(value: Any, kind: Kind) -> Any:
    """A key's value as a cell holds it: a text, a number, a day, or true or false."""
    if kind == "texts":
        return "\n".join(_one_line(text) for text in value)
    if isinstance(value, str):
        return _unchanged(value)
    if isinstance(value, date):
        return value if value >= _FIRST_DAY else value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool):
        is_exact = float(f"{value:.15G}") == value and (isinstance(value, float) or abs(value) < 2**53)
        return value if is_exact else repr(value)
    return value


def _text(value: object) -> str | Unfit:
    if isinstance(value, str):
        text = value.strip()
        if text.startswith('"'):
            with suppress(ValueError):  # a person's quotation marks
                decoded = str(json.loads(text))
                return text if re.search("[\ud800-\udfff]", decoded) else decoded
        return text
    if isinstance(value, datetime):
        why = f"is the day {value:%Y-%m-%d}, which Excel may have made of something else"
    elif isinstance(value, bool):
        why = f"is {str(value).upper()}, not a text"
    else:
        why = f"is the number {shown(value)[1:-1]}, and Excel may have shortened it"
    return Unfit(f"{why}: format the cell as Text, then type it again", str(value))


def _one_line(text: str) -> str:
    return _quoted(text) if "\n" in text else _unchanged(text)


def _unchanged(text: str) -> str:
    """A text as a cell keeps it: itself, or in quotation marks."""
    is_changed = (
        text != text.strip() or text.startswith(('"', "<r>")) or _CHANGED.search(text)
    )  # <r>: markup, to xlsxwriter
    return _quoted(text) if is_changed else text


def _quoted(text: str) -> str:
    return _ESCAPED.sub(lambda letter: f"\\u{ord(letter[0]):04x}", json.dumps(text, ensure_ascii=False))


def _day(value: object) -> date | Unfit:
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    if isinstance(value, str) and (day := _DAY.fullmatch(value.strip())):
        try:
            return date.fromisoformat(day[1])
        except ValueError:
            return Unfit(f"is {shown(value)}, a day that is not in the calendar", value)
    return Unfit(f"must be a day, typed as 2024-09-27, and is {shown(value)}", str(value))


def _number(value: object, *, is_whole: bool) -> int | float | Unfit:
    number: object = value
    if isinstance(value, str):
        text = value.strip()
        if _GROUPED.fullmatch(text):
            return Unfit(
                f"is {shown(value)}, which may be two numbers: type it without dots and commas, as 40000", value
            )
        number = int(text) if _WHOLE.fullmatch(text) and len(text) < 25 else text
        number = float(text) if _DECIMAL.fullmatch(text) else number
    if isinstance(number, float) and number.is_integer() and abs(number) < 2**53 and not isinstance(value, str):
        number = int(number)
    if isinstance(number, bool) or not isinstance(number, int | float):
        return Unfit(f"must be a number, and is {shown(value)}", str(value))
    if is_whole and (not isinstance(number, int) or not 0 <= number < 2**63):
        return Unfit(f"must be a whole number, and is {shown(value)}", str(value))
    return number if abs(number) < 2**63 else Unfit(f"must be a smaller number than {shown(value)}", str(value))
