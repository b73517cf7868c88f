"""How texts are compared: folded, and with what a spreadsheet may have done to them in mind."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence

import polars as pl
import regex

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


_LETTER = regex.compile(r"\X")
_BLANK = re.compile("[ \u200b]")
_DANGLING = " -–—,;:·|/"


def cut(text: str, most: int) -> str:
    """A text of no more than ``most`` characters, an ellipsis behind them where something was left out.

    It ends with a word where one ends in its second half, else with a letter: the signs of Unicode that make one letter
    stay together (UAX 29).
    """
    if len(text) <= most:
        return text
    blanks = [match.start() for match in _BLANK.finditer(text, 0, most + 1) if match.start() > most / 2]
    return text[: blanks[-1] if blanks else _last_letter(text, most)].rstrip(_DANGLING) + "…"


def wrapped(text: str, most: int) -> list[str]:
    """A text in lines of no more than so many letters side by side; one at least.

    A line ends between words; inside a word only where that is longer than a line, and then after a letter.
    """
    lines = []
    while len(letters_beside(text)) > most:
        letters = place = 0
        for match in _LETTER.finditer(text):
            letters += len(letters_beside(match[0]))
            if letters > most and place:
                break
            place = match.end()
        blanks = [match.start() for match in _BLANK.finditer(text, 1, place + 1)]
        if blanks and len(letters_beside(_BLANK.split(text[blanks[-1] + 1 :])[0])) <= most:
            place = blanks[-1]
        lines.append(text[:place].strip())
        text = text[place:].strip()
    return [*lines, text]


def _last_letter(text: str, most: int) -> int:
    """Where the last letter ends of which all characters are among the first ``most``."""
    ends = (match.end() for match in _LETTER.finditer(text[: most + _LONGEST_LETTER]))
    return max((end for end in ends if end <= most), default=most)


_LONGEST_LETTER = 40
"""Characters that one letter may have: more are no text but somebody's joke, and are cut anywhere."""


def short_names(lines: Sequence[str], most: int) -> list[str]:
    """Texts cut to ``most`` characters; where some begin alike, each keeps its beginning and what tells it apart.

    Equal texts have equal names.
    """
    names = [cut(line, most) for line in lines]
    for name in {name for name in names if names.count(name) > 1}:
        places = [place for place, other in enumerate(names) if other == name]
        alike = list(dict.fromkeys(lines[place] for place in places))
        if len(alike) > 1:
            apart = dict(zip(alike, _apart(alike, most), strict=True))
            for place in places:
                names[place] = apart[lines[place]]
    return names


def _apart(lines: Sequence[str], most: int) -> list[str]:
    """Names of different texts of one beginning: some of that, and each text from shortly before it differs."""
    columns = enumerate(zip(*lines, strict=False))
    common = next((at for at, letters in columns if len(set(letters)) > 1), min(map(len, lines)))
    of_next: dict[str, list[str]] = {}
    for line in lines:
        of_next.setdefault(line[common : common + 1], []).append(line)
    names: dict[str, str] = {}
    for alike in of_next.values():
        if len(alike) > 1:
            names |= dict(zip(alike, _apart(alike, most), strict=True))
        else:
            [line] = alike
            begins = cut(line, most // 2)
            room = most - len(begins) - 1
            place = min(_begin(line, common, most // 6), _begin(line, max(len(line) - room, 0), -most // 6))
            names[line] = f"{begins} {cut(line[place:], room)}"
    return [names[line] for line in lines]


def _begin(text: str, place: int, near: int) -> int:
    """Where the word begins that a place lies in, at most so many characters before it; else where the letter does.

    With a negative ``near`` it is the word, or the letter, that begins after the place.
    """
    blank = text.rfind(" ", max(place - near, 0), place) if near > 0 else text.find(" ", place, place - near)
    if place == 0 or blank >= 0:
        return blank + 1
    letters = [match.start() for match in _LETTER.finditer(text)]
    before = [start for start in letters if start <= place]
    return before[-1] if near > 0 or before[-1] == place else next((s for s in letters if s > place), len(text))


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
        _composed(text)
        .str.to_lowercase()
        .str.replace_many({**_FOLDS, **dict.fromkeys(_INVISIBLE, "")})
        .str.replace_all(r"[\s\x1c-\x1f]+", " ")
        .str.strip_chars()
    )


def matchable(text: pl.Expr) -> pl.Expr:
    """Texts as the patterns below find things in them: :func:`folded_expr` without the cost of single blanks."""
    blanks = dict.fromkeys(_BLANKS, " ")
    return _composed(text).str.to_lowercase().str.replace_many({**_FOLDS, **blanks, **dict.fromkeys(_INVISIBLE, "")})


def _composed(text: pl.Expr) -> pl.Expr:
    """Texts in Unicode's NFC: looking which of them may change takes a quarter of the time of composing them all."""
    return text.map_batches(_compose, return_dtype=pl.String, is_elementwise=True)


def _compose(texts: pl.Series) -> pl.Series:
    may_change = texts.str.contains(MAY_CHANGE_IN_NFC).fill_null(False)
    if not may_change.any():
        return texts
    return texts.clone().scatter(may_change.arg_true(), texts.filter(may_change).str.normalize("NFC"))


MAY_CHANGE_IN_NFC = (
    r"[^\x00-\x{2ff}\x{1780}-\x{17ff}\x{2002}-\x{206f}\x{20a0}-\x{20bf}\x{2190}-\x{21ff}\x{2600}-\x{27bf}\x{fe0f}"
    r"\x{1f000}-\x{1faff}]|[\x{17d2}\x{17dd}]{2}"
)
"""In texts of Latin and Khmer letters, punctuation and emoji nothing composes, and no two signs that may change places
follow each other (UAX 15, quick check)."""


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
