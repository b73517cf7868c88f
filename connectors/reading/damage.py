"""Damage that spreadsheets and wrong code pages did to ids and texts, and identities that survive it.

docs/rules.md: Identity survives spreadsheets.
"""

from __future__ import annotations

import hashlib
import unicodedata
from functools import cache

import polars as pl

NO_IDENTITY = (
    "no identity: its id is missing or damaged by a spreadsheet, its link names no post, "
    "and account, publish time and text are not all there"
)

# UTF-8 read as Windows-1252: Ã and Â lead Western letters, à Thai and Indian ones, á Khmer and Vietnamese, ð emoji.
_MOJIBAKE = (
    r"[ÃÂ][\x{80}-\x{BF}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
    r"|[àáâã][\x{80}-\x{BF}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ»º¼½]{2}"
    r"|ðŸ"
)


def repaired(frame: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    """``frame`` with the texts of these columns mended, where UTF-8 was read in a wrong code page."""
    has_wrong = frame.select(pl.col(c for c in columns if c in frame.columns).str.contains(_MOJIBAKE).any())
    for column in (each.name for each in has_wrong if each.any()):
        is_wrong = frame[column].str.contains(_MOJIBAKE).fill_null(False)
        mended = [_mended(text) for text in frame[column].filter(is_wrong)]
        frame = frame.with_columns(frame[column].scatter(is_wrong.arg_true(), pl.Series(mended, dtype=pl.String)))
    return frame


def _mended(text: str) -> str:
    """A text whose bytes were read in one wrong code page, all of it or here and there."""
    import ftfy.bad_codecs  # Windows-1252 as programs have it, its undefined bytes as they are

    for code_page in ("sloppy-windows-1252", "latin-1"):
        try:
            return text.encode(code_page).decode("utf-8")
        except UnicodeError:
            continue
    return ftfy.fix_encoding(text)


def is_damaged_text(text: pl.Expr) -> pl.Expr:
    """Whether a text lost letters. Khmer that was saved in a Western code page is ``?????``."""
    return text.str.contains(r"\x{FFFD}|\?{3,}|" + _MOJIBAKE).fill_null(False)


_ID = r"^([0-9]{1,25}(?:_[0-9]{1,25})?)$"


def intact_ids(frame: pl.DataFrame, column: str) -> pl.Expr:
    """The ids of a column that no spreadsheet damaged; null for the others.

    Spreadsheets keep 15 digits: ``100044310645639.00`` is whole, ``1096263115194030.00`` and ``1.22158E+17``
    are not. Where they wrote zeros instead (``122158000000000000``), the whole column tells.
    """
    if column not in frame.columns:
        return pl.lit(None, pl.String)
    as_written, extracted = _ids(column)
    ids = frame.select(as_written)  # to look is far cheaper than to extract
    if not ids["is_intact"].all():
        ids = frame.select(extracted)
    plain = pl.lit(ids["id"])
    return pl.when(plain.str.len_chars() <= 15).then(plain) if ids["is_lost"].any() else plain


@cache
def _ids(column: str) -> tuple[list[pl.Expr], list[pl.Expr]]:
    """The ids of a column as they are written and as they are extracted, and whether the column has lost digits."""
    text = pl.col(column).str.strip_chars(" \t\u00a0'\"=")
    exact = text.str.extract(_ID)
    plain = pl.coalesce(text.str.extract(r"^([0-9]{1,15})[.,]0+$"), exact)
    is_intact = text.str.contains(_ID).all().alias("is_intact")
    return (
        [text.alias("id"), is_intact, _has_lost_digits(text).alias("is_lost")],
        [plain.alias("id"), _has_lost_digits(exact).alias("is_lost")],
    )


def _has_lost_digits(ids: pl.Expr) -> pl.Expr:
    beyond = ids.filter(ids.str.len_chars() > 15).str.slice(15)
    return (beyond.str.len_chars().sum() >= 6) & beyond.str.contains(r"^0+$").all()


def with_moment(frame: pl.DataFrame, is_needed: pl.Expr) -> pl.DataFrame:
    """``by_moment``, the identity of last resort where it is needed: account, minute of publication (UTC) and text."""
    texts_needed = frame.select(pl.when(is_needed).then("text")).to_series()
    if texts_needed.null_count() == frame.height:
        return frame.with_columns(pl.lit(None, pl.String).alias("by_moment"))
    texts = texts_needed.drop_nulls().unique().to_list()
    digests = texts_needed.replace_strict(
        texts, [_digest(text) for text in texts], default=None, return_dtype=pl.String
    )
    minute = pl.col("published_at").dt.strftime("%Y%m%d%H%M")
    by_moment = pl.concat_str("account_id", minute, digests.alias("digest"), separator="-")
    return frame.with_columns(by_moment.alias("by_moment"))


_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def _digest(text: str) -> str | None:
    plain = " ".join(unicodedata.normalize("NFC", text).casefold().translate(_UNSEEN).split())
    return hashlib.sha256(plain.encode()).hexdigest()[:12] if plain else None


def identified_by() -> pl.Expr:
    """What gave the identity, from the columns ``by_id``, ``by_link`` and ``by_moment``."""
    return (
        pl.when(pl.col("by_id").is_not_null()).then(pl.lit("id"))
        .when(pl.col("by_link").is_not_null()).then(pl.lit("link"))
        .otherwise(pl.lit("moment")).alias("identified_by")
    )  # fmt: skip


def identity_notes(frame: pl.DataFrame) -> tuple[str, ...]:
    """One sentence for each other way in which rows without an intact id were identified, with their number."""
    notes = []
    kept = frame["identified_by"].filter(frame["reason"].is_null())
    for by, what in (("link", "the number or code in their link"), ("moment", "account, minute and text")):
        if rows := int((kept == by).sum()):
            notes.append(f"{rows} {'row' if rows == 1 else 'rows'} without an intact id, known by {what}")
    return tuple(notes)
