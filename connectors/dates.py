"""Dates and times as exports write them -> instants in UTC (rule 10 of the design)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

import polars as pl

Order = Literal["month first", "day first"]

_CLOCK = (
    r"(?:[ T,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"\s*(?P<half>[AaPp])?\.?(?:[Mm]\.?)?)?\s*(?P<offset>Z|[+-]\d{2}:?\d{2})?$"
)
_NUMBERS = r"^(?P<a>\d{1,4})(?P<mark>[/.-])(?P<b>\d{1,2})[/.-](?P<c>\d{1,4})" + _CLOCK
_MONTH_DAY = r"^(?:\pL{3,9},? )?(?P<month>\pL{3,9})\.? (?P<a>\d{1,2})(?:st|nd|rd|th)?,? (?P<c>\d{4})" + _CLOCK
_DAY_MONTH = r"^(?:\pL{3,9},? )?(?P<a>\d{1,2})[ -](?P<month>\pL{3,9})\.?[ -](?P<c>\d{2,4})" + _CLOCK
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class Moments(NamedTuple):
    """A column of dates read: ``at`` in UTC, ``on`` the day as written, both null where unreadable."""

    at: pl.Series
    on: pl.Series
    order: str
    notes: tuple[str, ...] = ()


def moments(texts: pl.Series, order: Order, zone: str) -> Moments:
    """Dates and times without a zone, as written in ``zone``; a date alone is the start of its day.

    The order of day and month is the whole column's own: one ``27/09`` decides for all rows. ``order`` decides
    what a whole column leaves open, and a note says so.
    """
    text = _ascii(texts.cast(pl.String).str.strip_chars())
    parts = _slashed(text)
    if parts is None:
        parts = _parts(text)
    slashed = parts.filter((pl.col("mark") == "/") | ((pl.col("mark") == "-") & (pl.col("a") <= 31)))
    seen_day_first = bool((slashed["a"] > 12).any())
    seen_month_first = bool((slashed["b"] > 12).any())
    notes = []
    settled: str = order
    if seen_day_first != seen_month_first:
        settled = "day first" if seen_day_first else "month first"
    elif seen_day_first:
        notes.append(f"dates stand in both orders; what could be either was read {order}, as the settings say")
    elif slashed.height:
        notes.append(f"no date tells day from month; read {order}, as the settings say")
    is_day_first = settled == "day first"
    written = _written(parts, is_day_first)
    if not slashed.height:
        is_iso = bool(len(parts)) and bool((parts["a"] > 31).any())
        settled = "year first" if is_iso else "month by name" if written["naive"].count() else ""
    naive = written["naive"]
    at = _utc(naive, zone)
    with_offset = written["offset"].is_not_null()
    if with_offset.any():
        at = pl.select(
            pl.when(with_offset)
            .then(pl.lit(naive) - pl.duration(minutes=pl.lit(written["offset"])))
            .otherwise(pl.lit(at))
        ).to_series()
    return Moments(at.alias("at"), naive.dt.date().alias("on"), settled, tuple(notes))


def _ascii(text: pl.Series) -> pl.Series:
    """Khmer, Thai and the like write their own digits; only columns that hold some pay for it."""
    if not text.str.contains(r"[^\x00-\x7F]").any():
        return text
    digits = {chr(start + n): str(n) for start in (0x17E0, 0x0E50, 0x0966, 0x0660, 0x06F0, 0x0ED0) for n in range(10)}
    return text.str.replace_many({**digits, "\u202f": " ", "\u00a0": " ", "\u00ad": ""})


_FIELDS = ("a", "mark", "b", "c", "month", "hour", "minute", "second", "half", "offset")


def _parts(text: pl.Series) -> pl.DataFrame:
    """Each date taken apart: numbers first, then month names on what is left."""
    frame = _groups(text, _NUMBERS)
    for pattern in (_MONTH_DAY, _DAY_MONTH):
        left = frame["a"].is_null() & text.is_not_null()
        if not left.any():
            break
        named = _groups(pl.select(pl.when(left).then(pl.lit(text))).to_series(), pattern)
        frame = pl.DataFrame([frame[name].fill_null(named[name]) for name in _FIELDS])
    month = frame["month"].str.to_lowercase().str.slice(0, 3)
    return frame.with_columns(
        month.replace_strict(MONTHS, list(range(1, 13)), default=None, return_dtype=pl.Int64).alias("month"),
        pl.col("a", "b", "c", "hour", "minute", "second").cast(pl.Int64, strict=False),
    )


def _slashed(text: pl.Series) -> pl.DataFrame | None:
    """:func:`_parts` for the one form of Meta's exports, ``09/27/2024 17:05``, ten times faster; None for any other."""
    if not text.drop_nulls().head(100).str.contains(r"^\d\d/\d\d/\d{4} \d\d:\d\d$").all():
        return None
    number = {"a": (0, 2), "b": (3, 2), "c": (6, 4), "hour": (11, 2), "minute": (14, 2)}
    column = pl.lit(text)
    frame = pl.select(
        *(column.str.slice(*at).cast(pl.Int64, strict=False).alias(name) for name, at in number.items()),
        pl.concat_str(*(column.str.slice(at, 1) for at in (2, 5, 10, 13))).alias("marks"),
        (column.str.len_bytes() == 16).alias("is_whole"),
    )
    if not ((frame["marks"] == "// :") & frame["is_whole"]).all():
        return None
    if frame.select(pl.any_horizontal(pl.col(*number).is_null() & pl.lit(text.is_not_null()))).to_series().any():
        return None
    mark = pl.when(pl.lit(text.is_not_null())).then(pl.lit("/")).alias("mark")
    missing = {"month": pl.Int64, "second": pl.Int64, "half": pl.String, "offset": pl.String}
    return frame.select(*number, mark, *(pl.lit(None, dtype).alias(name) for name, dtype in missing.items()))


def _groups(text: pl.Series, pattern: str) -> pl.DataFrame:
    found = text.rename("text").to_frame().select(pl.col("text").str.extract_groups(pattern)).unnest("text")
    return found.select(
        (pl.col(name) if name in found.columns else pl.lit(None, pl.String).alias(name)) for name in _FIELDS
    )


def _written(parts: pl.DataFrame, is_day_first: bool) -> pl.DataFrame:
    a, b, c, mark = pl.col("a"), pl.col("b"), pl.col("c"), pl.col("mark")
    is_iso, is_named = a > 31, pl.col("month").is_not_null()
    # A dotted date is day first in every language that writes one.
    a_is_day = (a > 12) | ((mark == ".") & (b <= 12)) | (pl.lit(is_day_first) & (b <= 12))
    written_year = pl.when(is_iso).then(a).otherwise(c)
    year = pl.when(written_year < 100).then(written_year + 2000).otherwise(written_year)
    month = pl.when(is_named).then("month").when(is_iso).then(b).when(a_is_day).then(b).otherwise(a)
    day = pl.when(is_named).then(a).when(is_iso).then(c).when(a_is_day).then(a).otherwise(b)
    half = pl.col("half").str.to_lowercase()
    clock = pl.col("hour").fill_null(0)
    hour = pl.when(half.is_null()).then(clock).otherwise(clock % 12 + pl.when(half == "p").then(12).otherwise(0))
    minute, second = pl.col("minute").fill_null(0), pl.col("second").fill_null(0)
    found = parts.select(
        year.alias("year"), month.alias("m"), day.alias("d"), hour.alias("h"), minute.alias("n"), second.alias("s"),
        _offset_minutes().alias("offset"),
    )  # fmt: skip
    leap = ((pl.col("year") % 4 == 0) & (pl.col("year") % 100 != 0)) | (pl.col("year") % 400 == 0)
    february = pl.when(leap).then(29).otherwise(28)
    last = pl.when(pl.col("m").is_in([4, 6, 9, 11])).then(30).when(pl.col("m") == 2).then(february).otherwise(31)
    is_real = (
        pl.col("year").is_between(1900, 2999) & pl.col("m").is_between(1, 12) & pl.col("d").is_between(1, last)
        & (pl.col("h") < 24) & (pl.col("n") < 60) & (pl.col("s") < 60)
    ).fill_null(False)  # fmt: skip
    safe = {name: pl.when(is_real).then(name).otherwise(fallback) for name, fallback in _EPOCH.items()}
    naive = pl.datetime(safe["year"], safe["m"], safe["d"], safe["h"], safe["n"], safe["s"], time_unit="us")
    return found.select(pl.when(is_real).then(naive).alias("naive"), "offset")


_EPOCH = {"year": 1970, "m": 1, "d": 1, "h": 0, "n": 0, "s": 0}


def _offset_minutes() -> pl.Expr:
    text = pl.col("offset").str.replace("Z", "+0000", literal=True).str.replace(":", "", literal=True)
    minutes = text.str.slice(1, 2).cast(pl.Int64) * 60 + text.str.slice(3, 2).cast(pl.Int64)
    return pl.when(text.str.starts_with("-")).then(-minutes).otherwise(minutes)


def _utc(naive: pl.Series, zone: str) -> pl.Series:
    """Wall times in ``zone`` as UTC; the hour that is skipped in spring counts as the one after it."""
    local = naive.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    if local.null_count() > naive.null_count():
        later = naive.dt.offset_by("1h").dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        local = local.fill_null(later)
    return local.dt.convert_time_zone("UTC").dt.replace_time_zone(None)


# --------------------------------------------------------------------------- single days


def utc(moment: datetime, zone: str) -> datetime:
    """A wall time of ``zone`` in UTC, without a zone."""
    return moment.replace(tzinfo=ZoneInfo(zone)).astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


def start_of(day: date, zone: str) -> datetime:
    """The first instant of a day of ``zone``, in UTC."""
    return utc(datetime.combine(day, time()), zone)


def end_of(day: date, zone: str) -> datetime:
    """The last microsecond of a day of ``zone``, in UTC."""
    return start_of(day + timedelta(days=1), zone) - timedelta(microseconds=1)


def local_day(moment: datetime, zone: str) -> date:
    """The day of ``zone`` in which an instant lies."""
    return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone)).date()


def day_ends(day: pl.Expr, zone: str) -> pl.Expr:
    """The last microsecond of each day of ``zone``, in UTC."""
    next_day = day.dt.offset_by("1d").cast(pl.Datetime("us"))
    opens = next_day.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return opens.dt.convert_time_zone("UTC").dt.replace_time_zone(None).dt.offset_by("-1us")
