"""What Facebook's and Instagram's exports share: Meta Business Suite's table of posts, and the files beside it.

Reference: Meta Business Suite, Insights, Content, Export data. Not a connector; ``facebook`` and ``instagram`` are.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import NamedTuple

import polars as pl

from connectors import exports
from connectors.contract import ConnectorSettings, Evidence, Match, Raw, Refused
from connectors.counts import counted
from connectors.dates import moments
from connectors.exports import Rows, Table
from connectors.headers import Header, Words, folded, header
from connectors.observed import meta_range, observed

RIGHT_FILE = "in Meta Business Suite choose Insights, Content, Export data, with lifetime figures"
_ACCOUNT_WORDS = ("account_id", "username", "name")

_OLD_INSIGHTS = ("lifetime post ", "lifetime total likes", "post_impressions", "daily page engaged users")
_RESULTS_SECOND = ("primary", "facebook page reach", "instagram reach")
_PERMALINKS = frozenset({
    "permalink", "enlace permanente", "link permanente", "permalien", "lien permanent", "permalänk", "ลิงก์ถาวร",
    "liên kết vĩnh viễn", "sabit bağlantı", "identificador de la publicación", "identificação do post", "beitrags-id",
    "identifiant de la publication", "publicerings-id", "id โพสต์", "id bài viết", "gönderi kodu",
})  # fmt: skip


class Read(NamedTuple):
    """A table of posts with its figures as numbers and its times in UTC, still without identities."""

    rows: Rows
    frame: pl.DataFrame
    evidence: Evidence
    notes: tuple[str, ...]


def found(raw: Raw, words: Words) -> list[tuple[Table, Header]]:
    """The tables of posts in a file: those that say which post and whose."""
    pairs = ((table, header(table.top, words)) for table in exports.tables(raw))
    return [(table, top) for table, top in pairs if top and _is_of_posts(top)]


def _is_of_posts(top: Header) -> bool:
    return bool({"post_id", "url"} & set(top.positions)) and bool(set(_ACCOUNT_WORDS) & set(top.positions))


def sniffed(raw: Raw, platform: str, words: Words, own: str) -> Match | None:
    """How sure ``platform`` is of a file; ``own`` is a word that only its files hold."""
    if tables := found(raw, words):
        return Match(0.95, f"the header of Meta Business Suite's {platform} export, {tables[0][1].cells[0]!r} first")
    if what := _unread(raw, words):
        is_named = any(own in folded(cell) for table in exports.tables(raw) for row in table.top[:3] for cell in row)
        return Match(0.6 if is_named else 0.5, what)
    return None


def read(raw: Raw, settings: ConnectorSettings, words: Words) -> Read:
    """The one table of posts in a file.

    Raises:
        Refused: it is another of Meta's exports, a daily breakdown, or holds several tables.
    """
    tables = found(raw, words)
    if not tables:
        what = _unread(raw, words) or "This is no table of posts from Meta Business Suite"
        raise Refused(f"{what}: {RIGHT_FILE}.")
    if len(tables) > 1:
        places = ", ".join(table.place for table, _ in tables[:4])
        raise Refused(f"{raw.name} holds {len(tables)} tables of posts ({places}): drop each as a file of its own.")
    table, top = tables[0]
    rows = exports.rows(table, top)
    frame, daily = _lifetime(raw, rows.frame)
    frame, counting = counted(frame)
    frame, order, dating = _published(frame, settings)
    span = meta_range(table.place) or meta_range(raw.name)
    seen = observed(raw, settings, None, "", table.written_at, table.is_utc, span.end if span else None)
    says_so = "lifetime, as its column Date says" if "date" in top.positions else "lifetime: it has no column Date"
    evidence = Evidence(
        seen.at, seen.source, seen.on, None, says_so,
        top.language, table.encoding, table.delimiter, order, top.mapped, top.ignored,
    )  # fmt: skip
    frame = frame.with_columns(
        pl.lit(seen.at, pl.Datetime("us")).alias("observed_at"),
        pl.coalesce("unreadable", daily).alias("reason"),
    ).drop("unreadable")
    return Read(rows, frame, evidence, (*seen.notes, *counting, *dating))


def _lifetime(raw: Raw, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.Expr]:
    """Rows that say ``Lifetime`` (``Total`` in Spanish) or nothing are lifetime; a day is a daily breakdown's."""
    if "date" not in frame.columns:
        return frame, pl.lit(None, pl.String)
    is_day = pl.col("date").str.contains(r"\d").fill_null(False)
    days = frame.select(is_day.sum()).item()
    if days and days == frame.height:
        raise Refused(
            f"{raw.name} is a daily breakdown (its column Date holds days), no lifetime figures: {RIGHT_FILE}."
        )
    reason = pl.when(is_day).then(pl.lit("figures of one day in a file of lifetime figures"))
    return frame, reason if days else pl.lit(None, pl.String)


def _published(frame: pl.DataFrame, settings: ConnectorSettings) -> tuple[pl.DataFrame, str, tuple[str, ...]]:
    if "published_at" not in frame.columns:
        return frame.with_columns(pl.lit(None, pl.Datetime("us")).alias("published_at")), "", ()
    texts = frame["published_at"]
    times = moments(texts, settings.date_order, settings.source_zone)
    lost = times.at.null_count() - texts.null_count()
    count = "1 publish time" if lost == 1 else f"{lost} publish times"
    notes = (f"{count} cannot be read, such as {_example(texts, times.at)!r}",) if lost else ()
    return frame.with_columns(times.at.alias("published_at")), times.order, (*times.notes, *notes)


def _example(texts: pl.Series, read: pl.Series) -> str:
    return str(texts.filter(read.is_null() & texts.is_not_null())[0])


# --------------------------------------------------------------------------- rows


def text_of(frame: pl.DataFrame) -> pl.Expr:
    """The longer of title and description: Meta swaps them from one kind of post to the next."""
    title, text = (pl.col(c) if c in frame.columns else pl.lit(None, pl.String) for c in ("title", "text"))
    title_is_longer = title.str.len_chars() > text.str.len_chars()
    return pl.when(title_is_longer | text.is_null()).then(title).otherwise(text)


def is_damaged_text(text: pl.Expr) -> pl.Expr:
    """Whether a spreadsheet saved a text in a code page that lacks its letters: Khmer becomes ``?????``."""
    return text.str.contains(r"\x{FFFD}|\?{3,}").fill_null(False)


def kind_of(frame: pl.DataFrame, kinds: dict[str, str]) -> pl.Expr:
    """Our kind for the table's own; what is not known is a post."""
    if "kind" not in frame.columns:
        return pl.lit(None, pl.String)
    own = pl.col("kind").str.strip_chars().str.to_lowercase()
    return own.replace_strict(list(kinds), list(kinds.values()), default="post", return_dtype=pl.String)


def ids(frame: pl.DataFrame, column: str) -> pl.Expr:
    """The ids of a column that no spreadsheet damaged; null for the others.

    Spreadsheets keep 15 digits: ``100044310645639.00`` is whole, ``1096263115194030.00`` and ``1.22158E+17``
    are not. Where they wrote zeros instead (``122158000000000000``), the whole column tells.
    """
    if column not in frame.columns:
        return pl.lit(None, pl.String)
    text = pl.col(column).str.strip_chars(" \t\u00a0'\"=")
    exact = text.str.extract(r"^([0-9]{1,25}(?:_[0-9]{1,25})?)$")
    plain = pl.coalesce(text.str.extract(r"^([0-9]{1,15})[.,]0+$"), exact)
    beyond = frame.select(exact.str.slice(15).drop_nulls().filter(exact.drop_nulls().str.len_chars() > 15)).to_series()
    lost = beyond.str.len_chars().sum() >= 6 and beyond.str.contains(r"^0+$").all()
    return pl.when(plain.str.len_chars() <= 15).then(plain) if lost else plain


NO_IDENTITY = (
    "no identity: its id is missing or damaged by a spreadsheet, its link names no post, "
    "and account, publish time and text are not all there"
)


def with_moment(frame: pl.DataFrame, is_needed: pl.Expr) -> pl.DataFrame:
    """``by_moment``, the identity of last resort where it is needed: account, minute of publication (UTC) and text."""
    asked = frame.with_columns(pl.when(is_needed).then("text").alias("asked"))["asked"]
    texts = asked.drop_nulls().unique().to_list()
    digests = asked.replace_strict(texts, [_digest(text) for text in texts], default=None, return_dtype=pl.String)
    minute = pl.col("published_at").dt.strftime("%Y%m%d%H%M")
    by_moment = pl.concat_str("account_id", minute, digests.alias("digest"), separator="-")
    return frame.with_columns(by_moment.alias("by_moment"))


def identified_by() -> pl.Expr:
    """What gave the identity, from the columns ``by_id``, ``by_link`` and ``by_moment``."""
    return (
        pl.when(pl.col("by_id").is_not_null()).then(pl.lit("id"))
        .when(pl.col("by_link").is_not_null()).then(pl.lit("link"))
        .otherwise(pl.lit("moment")).alias("identified_by")
    )  # fmt: skip


def identity_notes(frame: pl.DataFrame) -> tuple[str, ...]:
    """How many rows had to be known by something else than their id."""
    notes = []
    for by, what in (("link", "the number or code in their link"), ("moment", "account, minute and text")):
        if rows := frame.filter((pl.col("identified_by") == by) & pl.col("reason").is_null()).height:
            notes.append(f"{rows} {'row' if rows == 1 else 'rows'} without an intact id, known by {what}")
    return tuple(notes)


_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def _digest(text: str) -> str | None:
    plain = " ".join(unicodedata.normalize("NFC", text).casefold().translate(_UNSEEN).split())
    return hashlib.sha256(plain.encode()).hexdigest()[:12] if plain else None


# --------------------------------------------------------------------------- what is not read


def _unread(raw: Raw, words: Words) -> str | None:
    """What a file of Meta's is that holds no table of posts that can be read; None where it is not Meta's."""
    for table in exports.tables(raw):
        rows = [[folded(cell) for cell in row] for row in table.top]
        if not rows:
            continue
        cells = {cell for row in rows for cell in row}
        if any(cell.startswith(_OLD_INSIGHTS) for cell in cells):
            return "This is an export of the old Page Insights, which is not read yet"
        if any(len(row) == 1 and _is_wrapped(row[0], words) for row in rows[:2]):
            return "Every line of this file is one quoted cell, as spreadsheets save it: its rows cannot be told apart"
        if "video asset id" in cells:
            return "This is Meta's export of videos, which names no posts and is not read yet"
        if rows[0][0].startswith("sep=") or any(_is_of_days(row) for row in rows[:4]):
            title = next((row[0] for row in table.top[:2] if row[0] and not row[0].startswith("sep=")), "")
            return f"These are an account's results by day or its audience ({title or 'no title'}), not its posts"
        if any({"reels", "photos", "links"} <= set(row) for row in rows[:3]):
            return "These are summaries by format of content, not posts"
        if any(len(row) >= 6 and (_PERMALINKS & set(row) or meta_range(raw.name)) for row in rows[:3]):
            strange = ", ".join(cell for cell in max(table.top[:3], key=len) if cell)
            return f"Its headers are in a language that is not read yet ({_short(strange)}); export in English"
    return None


def _is_of_days(row: list[str]) -> bool:
    return len(row) >= 2 and row[0] in ("date", "fecha", "data", "datum", "ngày") and row[1] in _RESULTS_SECOND


def _is_wrapped(cell: str, words: Words) -> bool:
    inner = {folded(part) for part in re.split(r"[,;\t]", cell.replace('"', ""))}
    known = {folded(word) for own in words["en"].values() for word in own} | {"video asset id", "universal video id"}
    return len(inner & known) >= 3


def _short(text: str, limit: int = 200) -> str:
    return text if len(text) <= limit else f"{text[:limit]}…"
