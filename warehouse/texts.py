"""How texts are compared: folded, and with what a spreadsheet may have done to them in mind."""

from __future__ import annotations

import math
import re
import unicodedata

import polars as pl

_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_BLANKS = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_FOLDS = {"ß": "ss", "ς": "σ", "＃": "#"}

TAG_END = r"(?:$|[\s#\p{P}--_])"
"""What ends a hashtag: white space, ``#`` or punctuation, Khmer's too. Combining marks and ``_`` belong to it."""

_ATOM, _LABEL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+", r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_MAIL_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
_LONGEST_ADDRESS = 254


def is_mail_address(text: str) -> bool:
    """Whether a text is one address of e-mail, in signs that every server takes, without a name before it."""
    return len(text) <= _LONGEST_ADDRESS and _MAIL_ADDRESS.fullmatch(text) is not None


def letters_beside(text: str) -> str:
    """A text without what takes no room beside a letter: signs above and below it, and signs that are not seen."""
    return text if text.isascii() else _NO_WIDTH.sub("", text)


_NO_WIDTH = re.compile(
    r"\u17d2[\u1780-\u17b3]|[\u17b4\u17b5\u17b7-\u17bd\u17c6\u17c9-\u17d3\u0300-\u036f\u200b-\u200f]"
)
"""Khmer's letters below another one are among them."""


def number_of(count: int, noun: str) -> str:
    """A count of things in English: ``1 post``, ``1,234 posts``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def match_key(text: str) -> str:
    """A text for comparison: Unicode NFC, case folded, without zero-width characters, white space as one blank."""
    text = unicodedata.normalize("NFC", text).lower()
    for old, new in _FOLDS.items():
        text = text.replace(old, new)
    return " ".join("".join(c for c in text if c not in _INVISIBLE).split())


def folded_expr(text: pl.Expr) -> pl.Expr:
    """:func:`match_key` over a column."""
    return (
        text.str.normalize("NFC")
        .str.to_lowercase()
        .str.replace_many({**_FOLDS, **dict.fromkeys(_INVISIBLE, "")})
        .str.replace_all(r"[\s\x1c-\x1f]+", " ")
        .str.strip_chars()
    )


def matchable(text: pl.Expr) -> pl.Expr:
    """Texts as the patterns below find things in them: :func:`folded_expr` without the cost of single blanks."""
    blanks = dict.fromkeys(_BLANKS, " ")
    return (
        text.str.normalize("NFC")
        .str.to_lowercase()
        .str.replace_many({**_FOLDS, **blanks, **dict.fromkeys(_INVISIBLE, "")})
    )


def text_pattern(text: str) -> str:
    """A pattern over matchable text that finds these words, whatever white space is between them."""
    return " +".join(re.escape(word) for word in match_key(text).split(" "))


def hashtag_pattern(tag: str) -> str:
    """A pattern over matchable text that finds this whole hashtag."""
    return "#" + re.escape(match_key(tag).lstrip("#")) + TAG_END


def could_have_been(damaged: str, text: str) -> bool:
    """Whether a spreadsheet could have turned ``text`` into ``damaged``.

    A code page that lacks a character writes ``?`` for each half of it in UTF-16, so that a run of
    ``n`` question marks stands for between ``n / 2`` and ``n`` characters; U+FFFD stands for one or more.
    """
    parts = re.split(r"(\?+|\ufffd+)", match_key(damaged))
    pattern = "".join(
        f".{{{math.ceil(len(p) / 2)},{len(p)}}}" if p[:1] == "?" else ".+" if p[:1] == "\ufffd" else re.escape(p)
        for p in parts
    )
    return re.fullmatch(pattern, match_key(text), re.DOTALL) is not None


def in_toml(text: str) -> str:
    """A text as a basic string of TOML 1.0, on one line; what nobody sees is escaped, save the joiners of scripts."""
    return '"' + "".join(_TOML.get(c) or (c if c.isprintable() or c in _JOINERS else _escaped(c)) for c in text) + '"'


_TOML = {'"': '\\"', "\\": "\\\\"}
_JOINERS = "\u200b\u200c\u200d"


def visible(text: str) -> str:
    """A text for a screen: what would steer a terminal or turn the order of its letters is shown as its number.

    Lines and tabs stay.
    """
    return _STEERING.sub(lambda match: _escaped(match[0]), text)


_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters (ECMA-48) and Unicode's embeddings, overrides and isolates of direction (UAX 9)."""


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
