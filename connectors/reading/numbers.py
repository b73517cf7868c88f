"""The cells of a count column, read as whole numbers.

docs/rules.md: Counts are whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from math import floor
from typing import NamedTuple

import polars as pl

from connectors.contract import DAMAGED, DISPUTED, METRIC, METRIC_NAMES, REASONS, REFUTED, UNCLEAR_MARK
from connectors.reading.languages import month_key, units

NOTHING = frozenset({"", "n/a", "na", "-", "--", "–", "—", "null", "undefined", "nan"})
"""What stands in a cell that is not filled in, in lower case."""
_SPACES = dict.fromkeys(map(ord, " \t\u00a0\u2007\u2009\u202f"), " ") | dict.fromkeys(map(ord, "\u200b\ufeff\u00ad"))
_SPREADSHEET_ERROR = re.compile(r"#+|#(?:name|ref|value|div/0|n/a|null|num|spill|calc)[?!]?", re.IGNORECASE)
_MARKS = str.maketrans({"’": "'", "ʼ": "'", "`": "'", "٬": ",", "٫": ".", "−": "-"})
_PLAIN = re.compile(r"\d+")
_GROUPED = re.compile(r"\d{1,3}(?P<mark>[,. '])\d{3}(?:(?P=mark)\d{3})*|\d{1,2}(?:,\d{2})+,\d{3}")
_WITH_ZEROS = re.compile(r"(?P<whole>\d+|\d{1,3}(?P<mark>[,. '])\d{3}(?:(?P=mark)\d{3})*)[.,]0+")
_ROUNDED = re.compile(r"(?P<whole>\d+)(?:[.,](?P<part>\d{1,2}))? ?(?P<unit>[^\W\d_][^\d_,;]*)")
_SCIENTIFIC = re.compile(r"(?P<digits>\d(?:[.,]\d{1,15})?)E\+?(?P<power>\d{1,2})", re.IGNORECASE)
_FRACTION = re.compile(r"[\d,. ']*\d[.,]\d+")
_MARKED = re.compile(r"[., ']*+\d[\d., ']*+")  # looks at each letter once, however long a cell is
_CLOCK = re.compile(r"(\d{1,7}):([0-5]\d):([0-5]\d)(?:\.\d+)?")
_LARGEST = 2**63 - 1


class Count(NamedTuple):
    """A count cell: its value, null where the cell is no count, and whether the source rounded it."""

    value: int | None
    is_rounded: bool = False


def simplified(text: str) -> str:
    """Digits of every script as 0 to 9, every space as one kind."""
    plain = text.translate(_SPACES).translate(_MARKS).strip()
    if plain.isascii():
        return plain
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in plain)


def count(text: str) -> Count:
    """What a count cell says: ``21.067``, ``21 067``, ``២១.០៦៧`` are 21067, ``376.0`` is 376, ``3.5K`` is 3500 rounded.

    So are ``1,2 Mio.``, ``12 rb`` and what else languages write behind a rounded number, and ``1.2E+05``.

    It may be below zero: over a period, YouTube takes more likes back than it gives.

    Raises:
        ValueError: it is no count (``12abc``), or has a fraction (``1.05``) that may stand for thousands.
    """
    plain = simplified(text)
    if plain.casefold() in NOTHING or _SPREADSHEET_ERROR.fullmatch(plain):
        return Count(None)
    sign, plain = (-1, plain[1:]) if plain.startswith("-") else (1, plain)
    if _PLAIN.fullmatch(plain):
        return _within(sign * int(plain), text)
    if _GROUPED.fullmatch(plain) and not plain.startswith("0"):
        return _within(sign * int(re.sub(r"\D", "", plain)), text)
    if match := _WITH_ZEROS.fullmatch(plain):
        return _within(sign * int(re.sub(r"\D", "", match["whole"])), text)
    if (match := _ROUNDED.fullmatch(plain)) and (unit := units().get(month_key(match["unit"]))):
        exact = Decimal(f"{match['whole']}.{match['part'] or 0}") * unit
        return _within(sign * int(exact), text, is_rounded=True)
    if match := _SCIENTIFIC.fullmatch(plain):
        digits, power = match["digits"].replace(",", "."), int(match["power"])
        if len(digits) - 2 > power:
            raise ValueError(f"{text.strip()!r} has a fraction: write the whole number")
        # A spreadsheet that writes a power has cut the digits that it leaves out.
        return _within(sign * int(Decimal(digits) * 10**power), text, is_rounded=power > max(len(digits) - 2, 0))
    if plain.endswith("%"):
        raise ValueError(f"{text.strip()!r} is a percentage, not a count")
    if _FRACTION.fullmatch(plain):
        raise ValueError(f"{text.strip()!r} has a fraction: write the whole number, thousands as 1,050")
    raise ValueError(f"{text.strip()!r} is not a count")


def _within(value: int, text: str, is_rounded: bool = False) -> Count:
    if abs(value) > _LARGEST:
        raise ValueError(f"{text.strip()!r} is larger than any count")
    return Count(value, is_rounded)


class UnclearMarkError(ValueError):
    """A mark that may stand before a fraction or between thousands."""


def decimal_mark_of(plain: str) -> str:
    """The decimal mark that a number tells by itself, ``.`` or ``,``; empty where it tells none.

    ``plain`` has digits 0 to 9. A mark that stands once tells it by a leading zero or by other than three digits behind
    it, and behind thousands of another mark; a mark that stands several times is that of thousands.
    """
    number = plain.removeprefix("-")
    if not _MARKED.fullmatch(number) or not (marks := [letter for letter in number if letter in ".,"]):
        return ""
    last = marks[-1]
    other = "," if last == "." else "."
    if marks.count(last) > 1:
        return other if other not in marks else ""
    whole, part = number.split(last)
    is_unclear = len(part) == 3 and re.fullmatch(r"[1-9]\d{0,2}", whole)
    return "" if is_unclear else last


def milliseconds(text: str, per_unit: int = 1000, decimal_mark: str = ".") -> int | None:
    """A duration in whole milliseconds, half a one up; ``per_unit`` is how many make one of the cell's unit.

    ``decimal_mark`` is that of the cell's column, for a cell that does not tell it by itself; empty where nothing tells
    it. ``1:02:03`` are hours, minutes and seconds, whatever the cell's unit.

    Raises:
        UnclearMarkError: nothing tells whether ``1,234`` is a thousand or a fraction.
        ValueError: it is no number.
    """
    if "٫" in text:  # Arabic has a decimal mark of its own
        text, decimal_mark = re.sub("[٬,.]", "", text).replace("٫", "."), "."
    plain = simplified(text)
    if plain.casefold() in NOTHING or _SPREADSHEET_ERROR.fullmatch(plain):
        return None
    if clock := _CLOCK.fullmatch(plain):
        return _within(1000 * (int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3])), text).value
    mark = decimal_mark_of(plain) or decimal_mark
    if not mark and re.fullmatch(r"-?\d+[.,]\d+", plain):
        raise UnclearMarkError(f"{text.strip()!r} may be a thousand or a fraction")
    plain = plain.replace("," if mark == "." else ".", "").replace(",", ".")
    plain = re.sub(r"(?<=\d)[ '](?=\d{3}(?:\D|$))", "", plain)
    if not re.fullmatch(r"-?\d{1,15}(?:\.\d*)?", plain):
        raise ValueError(f"{text.strip()!r} is not a number")
    return _within(floor(Decimal(plain) * per_unit + Decimal("0.5")), text).value


# --------------------------------------------------------------------------- columns


class Counted(NamedTuple):
    """Rows with their metrics as numbers, and what is to be said of the whole file."""

    frame: pl.DataFrame
    notes: tuple[str, ...]


def parse_counts(
    frame: pl.DataFrame,
    per_watch: int = 1000,
    also: tuple[str, ...] = (),
    is_refuting: bool = True,
    disputed: tuple[str, ...] = (),
    decimal_mark: str = ".",
) -> Counted:
    """``frame`` with the metrics among its text columns as Int64 in their private columns.

    It gains ``rounded`` and ``unknown_because`` (as in the contract) and ``unreadable``: why a row cannot be kept.
    ``per_watch`` is the number of milliseconds in one unit of its ``watch_seconds`` column; ``also`` names
    further columns of counts. Where ``is_refuting``, a count of 0 that its own row refutes is not known. ``disputed``
    are metrics that are not known because two columns of the file differ. ``decimal_mark`` is that of the column
    ``watch_seconds``, empty where nothing tells it.
    """
    names = [name for name in dict.fromkeys((*METRIC, *also)) if name in frame.columns]
    texts = frame.select(pl.col(names).str.strip_chars())
    whole = texts.select(pl.all().cast(pl.Int64, strict=False))
    left = [texts[name].null_count() < whole[name].null_count() for name in names]
    columns, odd = list[pl.Series](), list[_Column]()
    for name, is_left in zip(names, left, strict=True):
        metric = METRIC.get(name)
        if metric and metric.per_unit > 1:
            none = whole[name].clear(whole.height)
            odd.append(_column(texts[name], metric.column, _seconds(per_watch, decimal_mark), none))
        elif is_left:
            odd.append(_column(texts[name], name, _COUNTS, whole[name]))
        columns.append(odd[-1].values if odd and odd[-1].name == name else whole[name])
    frame = pl.DataFrame([*(cells for cells in frame.iter_columns() if cells.name not in names), *columns])
    rounded = [pl.when(pl.lit(one.is_rounded)).then(pl.lit(one.name)) for one in odd if one.is_rounded.any()]
    frame = frame.with_columns(
        _listed(rounded, METRIC_NAMES).alias("rounded"),
        _sentence([pl.lit(one.problem) for one in odd if one.problem.count()]).alias("unreadable"),
    )
    because = [_reason(name, pl.lit(DISPUTED)) for name in disputed]
    because += [_reason(one.name, pl.lit(one.because)) for one in odd if one.because.count()]
    notes: tuple[str, ...] = ()
    if is_refuting:
        frame, refuted, notes = _without_refuted(frame)
        because += refuted
    return Counted(frame.with_columns(_listed(because, REASONS).alias("unknown_because")), notes)


def _listed(parts: Sequence[pl.Expr], dtype: pl.List) -> pl.Expr:
    if not parts:
        return pl.lit(None, dtype)
    present = pl.concat_list(parts).list.drop_nulls()
    return pl.when(present.list.len() > 0).then(present)


def _reason(metric: str, reason: pl.Expr) -> pl.Expr:
    told = pl.struct(pl.lit(metric).alias("metric"), reason.alias("reason"))
    return pl.when(reason.is_not_null()).then(told)


def _sentence(problems: Sequence[pl.Expr]) -> pl.Expr:
    if not problems:
        return pl.lit(None, pl.String)
    text = pl.concat_str(problems, separator="; ", ignore_nulls=True)
    return pl.when(text != "").then(text)


class _Reading(NamedTuple):
    """One way to read a column: expressions for the common spellings, a function for whatever is left."""

    common: tuple[Callable[[pl.Expr], pl.Expr], ...]
    each: Callable[[str], Count]


_FEW = 200
"""So many cells are read one by one sooner than by expressions."""
_COUNTS = _Reading(
    (
        lambda text: text.str.extract(r"^([0-9]+)\.0{1,2}$").cast(pl.Int64, strict=False),
        lambda text: text.str.extract(r"^([1-9][0-9]{0,2}(?:,[0-9]{3})+)$").str.replace_all(",", "").cast(pl.Int64),
        lambda text: (
            text.str.extract(r"^([1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+|(?: [0-9]{3})+|(?:\x{a0}[0-9]{3})+))$")
            .str.replace_all(r"[. \x{a0}]", "")
            .cast(pl.Int64)
        ),
    ),
    count,
)


def _seconds(per_unit: int, decimal_mark: str) -> _Reading:
    number = rf"^([0-9]{{1,9}}){re.escape(decimal_mark)}([0-9]{{1,9}})$"

    def decimal(text: pl.Expr) -> pl.Expr:
        part = text.str.extract(number, 2).str.pad_end(9, "0").cast(pl.Int64)
        return text.str.extract(number, 1).cast(pl.Int64) * per_unit + (part * per_unit + 500_000_000) // 10**9

    def short(text: pl.Expr) -> pl.Expr:
        return text.str.extract(r"^([0-9]{1,9})$").cast(pl.Int64) * per_unit

    common = (short, decimal) if decimal_mark else (short,)
    return _Reading(common, lambda text: Count(milliseconds(text, per_unit, decimal_mark)))


class _Column(NamedTuple):
    """A column of counts as it was read, some of whose cells are no plain whole numbers."""

    name: str
    values: pl.Series
    is_rounded: pl.Series
    problem: pl.Series
    because: pl.Series


def _column(text: pl.Series, column: str, read: _Reading, value: pl.Series) -> _Column:
    """Expressions first, where there is much to read; then each distinct value that they left, once.

    ``value`` has what was read before.
    """
    name = text.name
    for common in read.common if len(text) > _FEW else ():
        left = text.is_not_null() & value.is_null()
        if not left.any():
            break
        value = pl.select(pl.when(left).then(common(pl.lit(text))).otherwise(pl.lit(value))).to_series()
    rest = text.filter(text.is_not_null() & value.is_null()).unique().to_list()
    values: dict[str, int | None] = {}
    problems: dict[str, str] = {}
    because = {cell: DAMAGED for cell in rest if _SPREADSHEET_ERROR.fullmatch(cell)}
    rounded = []
    for cell in rest:
        try:
            read_count = read.each(cell)
            values[cell] = read_count.value
            if read_count.is_rounded:
                rounded.append(cell)
        except UnclearMarkError:
            because[cell] = UNCLEAR_MARK
        except ValueError as error:
            problems[cell] = f"{name}: {error}"
    return _Column(
        name,
        value.fill_null(_looked_up(text, values, pl.Int64)).alias(column),
        text.is_in(rounded).fill_null(False) if rounded else pl.Series([False]).new_from_index(0, len(text)),
        _looked_up(text, problems, pl.String),
        _looked_up(text, because, pl.String),
    )


def _looked_up(
    text: pl.Series, answers: Mapping[str, int | None] | Mapping[str, str], dtype: type[pl.DataType]
) -> pl.Series:
    if not answers:
        return pl.Series([None], dtype=dtype).new_from_index(0, len(text))
    return text.replace_strict(
        list(answers), pl.Series(list(answers.values()), dtype=dtype), default=None, return_dtype=dtype
    )


def _without_refuted(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.Expr], tuple[str, ...]]:
    """Nobody is reached without a view: Meta writes 0 views where it left the figure out."""
    because: list[pl.Expr] = []
    notes = []
    for name in ("views", "impressions"):
        if not {name, "reach"} <= set(frame.columns):
            continue
        refuted = frame.select(((pl.col(name) == 0) & (pl.col("reach") > 0)).fill_null(False)).to_series()
        if refuted.any():
            rows = int(refuted.sum())
            frame = frame.with_columns(pl.when(~refuted).then(name).alias(name))
            because.append(_reason(name, pl.when(pl.lit(refuted)).then(pl.lit(REFUTED))))
            notes.append(f"{rows} {'row says' if rows == 1 else 'rows say'} 0 {name} beside a reach above 0: "
                         f"{name} taken as not known there")  # fmt: skip
    return frame, because, tuple(notes)
