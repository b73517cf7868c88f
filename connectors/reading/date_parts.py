"""Dates and times taken apart into the numbers that they are written with, and put together in one order.

docs/rules.md: Days and time zones.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from functools import cache

import polars as pl

from connectors.reading.languages import month_key, months

_CLOCK = (
    r"(?:[ T,]+(?:at |a las |à |um |kl\.? ?)?(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"\s*(?P<half>[AaPp])?\.?\s?(?:[Mm]\.?)?)?\s*(?P<offset>Z|[+-]\d{2}:?\d{2})?$"
)
_NUMBERS = r"^(?P<a>\d{1,4})(?P<mark>[/.-])(?P<b>\d{1,2})[/.-](?P<c>\d{1,4})" + _CLOCK
_MONTH = r"(?P<month>m\d{1,2}|[\pL\pM][\pL\pM.]*)"
_WEEKDAY = r"^(?:[\pL\pM.\-]+,? )?"
_MONTH_DAY = _WEEKDAY + _MONTH + r" (?P<a>\d{1,2})(?:st|nd|rd|th|º)?(?:,? (?:de )?(?P<c>\d{4}))?" + _CLOCK
_DAY_MONTH = (
    _WEEKDAY + r"(?:ngày |ថ្ងៃទី ?|วันที่ |den |le )?(?P<a>\d{1,2})(?:st|nd|rd|th|er|º|\.)?[ -](?:de |ខែ ?)?"
    r"(?P<month>m\d{1,2}|[\pL\pM][\pL\pM.]*(?i: một| hai)?)"
    r"(?:(?:,? |-|)(?:de |del |năm |ឆ្នាំ ?)?(?P<c>\d{2,4})(?: ?г\.?)?)?" + _CLOCK
)
_SHORT = r"^(?P<a>\d{1,2})(?P<mark>[/.-])(?P<b>\d{1,2})\.?$"
_ZERO = date(1899, 12, 30)  # of spreadsheets' serial numbers


def taken_apart(texts: pl.Series) -> pl.DataFrame:
    """A row a date: its numbers ``a``, ``b`` and ``c`` with their ``mark``, its ``month`` by name, its time and offset.

    All are null where the text is no date.
    """
    parts = _slashed(texts.cast(pl.String).str.strip_chars())
    return _by_value(texts, _parts) if parts is None else parts


def taken_apart_without_years(texts: pl.Series) -> pl.DataFrame:
    """:func:`taken_apart`, where ``27/09`` is a date too."""
    return _by_value(texts, _with_short)


def numeric(parts: pl.DataFrame) -> pl.DataFrame:
    """The dates that could be read in two orders, or say in which."""
    return parts.select("a", "b", "mark", "month").filter(is_numeric())


@cache
def is_numeric() -> pl.Expr:
    """Whether a date could be read in two orders, or says in which."""
    return pl.col("mark").is_in(["/", "-"]) & (pl.col("a") <= 31)


@cache
def is_both() -> pl.Expr:
    """Whether a date is another one with day and month the other way round."""
    a, b = pl.col("a"), pl.col("b")
    is_pair = pl.col("mark").is_in(["/", "-"]) & pl.col("month").is_null() & (a <= 12) & (b <= 12) & (a != b)
    return is_pair.fill_null(False)


def _by_value(texts: pl.Series, read: Callable[[pl.Series], pl.DataFrame]) -> pl.DataFrame:
    """``read`` of every text; each distinct text is read once, since most exports repeat their days."""
    distinct = texts.unique(maintain_order=True).alias("text")
    if 2 * len(distinct) > len(texts):
        return read(_prepared(texts))
    made = read(_prepared(distinct)).with_columns(distinct)
    column = texts.alias("text").to_frame()
    return column.join(made, on="text", how="left", nulls_equal=True, maintain_order="left").drop("text")


def _with_short(text: pl.Series) -> pl.DataFrame:
    """:func:`_parts`, where ``27/09`` is a date too."""
    parts = _parts(text)
    left = parts["a"].is_null() & text.is_not_null()
    if left.any():
        short = _groups(pl.select(pl.when(left).then(pl.lit(text))).to_series(), _SHORT)
        parts = parts.with_columns(
            *(parts[name].fill_null(short[name].cast(pl.Int64, strict=False)) for name in ("a", "b")),
            parts["mark"].fill_null(short["mark"]),
        )
    return parts


def _prepared(texts: pl.Series) -> pl.Series:
    """Dates with digits from 0 to 9, single blanks, and a month that a sign or a word numbers as ``m9``."""
    text = texts.cast(pl.String).str.strip_chars()
    text = _ascii(text)
    if text.str.contains(r"[\pL.]").any():
        for pattern, replacement in _REWRITTEN:
            text = text.str.replace_all(pattern, replacement)
    return text.str.replace(r"^(\d{1,2}:\d{2}(?::\d{2})?),? +(\S.*)$", "${2} ${1}")


_REWRITTEN = (
    (r"\s+", " "),
    (r"(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일]?", "m${2} ${3} ${1}"),
    (r"(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일]?", "m${1} ${2}"),
    (r"(?i)(?:tháng|thg)\.? (\d{1,2})", "m${1}"),
    (r"(?i)(?:tháng|thg)\.? ", ""),
    (r"(\d)\. (\d)", "${1}.${2}"),
    (r"(\d)\. (\d)", "${1}.${2}"),  # 2026. 9. 13.: the middle one ends one match and begins the next
    (r"(\d)\.$", "${1}"),
)


def _ascii(text: pl.Series) -> pl.Series:
    """Khmer, Thai and the like write their own digits; only columns that hold some pay for it."""
    if not text.str.contains(r"[^\x00-\x7F]").any():
        return text
    digits = {chr(start + n): str(n) for start in (0x17E0, 0x0E50, 0x0966, 0x0660, 0x06F0, 0x0ED0) for n in range(10)}
    return text.str.replace_many({**digits, "\u202f": " ", "\u00a0": " ", "\u2009": " ", "\u00ad": "", "\u200b": "",
                                  "\u200e": "", "\u200f": ""})  # fmt: skip


_FIELDS = ("a", "mark", "b", "c", "month", "hour", "minute", "second", "half", "offset")


def _parts(text: pl.Series) -> pl.DataFrame:
    """Each date taken apart: numbers first, then month names and bare numbers on what is left."""
    frame = _groups(text, _NUMBERS)
    for pattern in (_MONTH_DAY, _DAY_MONTH):
        left = frame["a"].is_null() & text.is_not_null()
        if not left.any():
            break
        named = _groups(pl.select(pl.when(left).then(pl.lit(text))).to_series(), pattern)
        frame = pl.DataFrame([frame[name].fill_null(named[name]) for name in _FIELDS])
    words = frame["month"].drop_nulls().unique().to_list()
    numbers = months(words) if words else {}
    month = frame["month"].replace_strict(
        words, [numbers.get(month_key(word)) for word in words], default=None, return_dtype=pl.Int64
    )
    # A word that names no month is no date, whatever number stands beside it.
    is_none = frame["month"].is_not_null() & month.is_null()
    frame = frame.with_columns(
        month.alias("month"),
        pl.when(~is_none).then(pl.col("a")).alias("a"),
        pl.col("b", "c", "hour", "minute", "second").cast(pl.Int64, strict=False),
    ).with_columns(pl.col("a").cast(pl.Int64, strict=False))
    left = frame["a"].is_null() & text.str.contains(r"^\d{5}(?:\.\d+)?$|^\d{8}$").fill_null(False)
    return _with_bare_numbers(frame, text, left) if left.any() else frame


def _with_bare_numbers(frame: pl.DataFrame, text: pl.Series, left: pl.Series) -> pl.DataFrame:
    """``20260301``, and a spreadsheet's serial number: days since 1899-12-30, the time as their fraction."""
    wanted = pl.select(pl.when(left).then(pl.lit(text)).alias("text"))["text"]
    serial = wanted.str.extract(r"^(\d{5}(?:\.\d+)?)$").cast(pl.Float64, strict=False)
    serial = pl.select(pl.when(serial.is_between(20_000, 80_000)).then(pl.lit(serial))).to_series()
    seconds = (serial * 86_400).round().cast(pl.Int64)
    moment = pl.select(pl.lit(datetime.combine(_ZERO, time())) + pl.duration(seconds=pl.lit(seconds))).to_series()
    compact = wanted.str.extract_groups(r"^((?:19|20)\d{2})(\d{2})(\d{2})$").struct.unnest()
    numbers = {
        "a": compact["1"].cast(pl.Int64).fill_null(moment.dt.year().cast(pl.Int64)),
        "b": compact["2"].cast(pl.Int64).fill_null(moment.dt.month().cast(pl.Int64)),
        "c": compact["3"].cast(pl.Int64).fill_null(moment.dt.day().cast(pl.Int64)),
        "hour": moment.dt.hour().cast(pl.Int64),
        "minute": moment.dt.minute().cast(pl.Int64),
        "second": moment.dt.second().cast(pl.Int64),
    }
    return frame.with_columns(*(frame[name].fill_null(part).alias(name) for name, part in numbers.items()))


def _slashed(text: pl.Series) -> pl.DataFrame | None:
    """:func:`_parts` for the one form of Meta's exports, ``09/27/2024 17:05``, ten times faster; None for any other."""
    if not text.str.contains(r"^[0-9]{2}/[0-9]{2}/[0-9]{4} [0-9]{2}:[0-9]{2}$").all():
        return None
    return text.alias("text").to_frame().select(_SLASHED)


_SLASHED = [
    *(
        pl.col("text").str.slice(*at).cast(pl.Int64).alias(name)
        for name, at in {"a": (0, 2), "b": (3, 2), "c": (6, 4), "hour": (11, 2), "minute": (14, 2)}.items()
    ),
    pl.col("text").str.slice(2, 1).alias("mark"),
    *(pl.lit(None, pl.Int64).alias(name) for name in ("month", "second")),
    *(pl.lit(None, pl.String).alias(name) for name in ("half", "offset")),
]


def _groups(text: pl.Series, pattern: str) -> pl.DataFrame:
    groups = text.rename("text").to_frame().select(pl.col("text").str.extract_groups(pattern)).unnest("text")
    return groups.select(
        (pl.col(name) if name in groups.columns else pl.lit(None, pl.String).alias(name)) for name in _FIELDS
    )


def year_month_day(is_day_first: bool) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Year, month and day of dates that were taken apart; Thailand's years count from 543 years earlier."""
    a, b, c, mark = pl.col("a"), pl.col("b"), pl.col("c"), pl.col("mark")
    is_iso, is_named = a > 31, pl.col("month").is_not_null()
    # A dotted date is day first in every language that writes one.
    a_is_day = (a > 12) | ((mark == ".") & (b <= 12)) | (pl.lit(is_day_first) & (b <= 12))
    number = pl.when(is_iso).then(a).otherwise(c)
    year = pl.when(number < 100).then(number + 2000).when(number > 2400).then(number - 543).otherwise(number)
    month = pl.when(is_named).then("month").when(is_iso).then(b).when(a_is_day).then(b).otherwise(a)
    day = pl.when(is_named).then(a).when(is_iso).then(c).when(a_is_day).then(a).otherwise(b)
    return year.alias("year"), month.alias("month"), day.alias("day")


def written(parts: pl.DataFrame, is_day_first: bool) -> pl.DataFrame:
    """Dates as ``naive`` wall times, null where there is no such day, and their ``offset`` in minutes."""
    for step in _steps(is_day_first):
        parts = parts.select(step)
    return parts


@cache  # to build expressions costs more than to work them out for a small file
def _steps(is_day_first: bool) -> tuple[list[pl.Expr], ...]:
    """The columns of each step: an expression that holds another one several times is worked out several times."""
    year, month, day = year_month_day(is_day_first)
    half = pl.col("half").str.to_lowercase()
    clock = pl.col("hour").fill_null(0)
    hour = pl.when(half.is_null()).then(clock).otherwise(clock % 12 + pl.when(half == "p").then(12).otherwise(0))
    minute, second = pl.col("minute").fill_null(0), pl.col("second").fill_null(0)
    fields = [
        year.alias("year"), month.alias("m"), day.alias("d"), hour.alias("h"), minute.alias("n"), second.alias("s"),
        _offset_minutes().alias("offset"),
    ]  # fmt: skip
    leap = ((pl.col("year") % 4 == 0) & (pl.col("year") % 100 != 0)) | (pl.col("year") % 400 == 0)
    february = pl.when(leap).then(29).otherwise(28)
    days = pl.when(pl.col("m").is_in([4, 6, 9, 11])).then(30).when(pl.col("m") == 2).then(february).otherwise(31)
    is_real = (
        pl.col("year").is_between(1900, 2999) & pl.col("m").is_between(1, 12) & pl.col("d").is_between(1, "days")
        & (pl.col("h") < 24) & (pl.col("n") < 60) & (pl.col("s") < 60)
    ).fill_null(False)  # fmt: skip
    safe = [pl.when("is_real").then(name).otherwise(fallback).alias(name) for name, fallback in _EPOCH.items()]
    naive = pl.when("is_real").then(pl.datetime(*_EPOCH, time_unit="us")).alias("naive")
    return (
        fields,
        [pl.all(), days.alias("days")],
        [pl.col(*_EPOCH, "offset"), is_real.alias("is_real")],
        [*safe, pl.col("offset", "is_real")],
        [naive, pl.col("offset")],
    )


_EPOCH = {"year": 1970, "m": 1, "d": 1, "h": 0, "n": 0, "s": 0}


def _offset_minutes() -> pl.Expr:
    text = pl.col("offset").str.replace("Z", "+0000", literal=True).str.replace(":", "", literal=True)
    minutes = text.str.slice(1, 2).cast(pl.Int64) * 60 + text.str.slice(3, 2).cast(pl.Int64)
    return pl.when(text.str.starts_with("-")).then(-minutes).otherwise(minutes)
