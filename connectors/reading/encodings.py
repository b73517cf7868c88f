"""The encoding of a text: UTF-8, UTF-16, or one of the code pages in which spreadsheets save.

Which code page it is, chardet tells.
"""

from __future__ import annotations

import codecs
import re

from connectors.contract import Refused

PIECE_BYTES = 1024 * 1024
"""Texts are looked through by pieces of this size."""
SAMPLE_BYTES = 64 * 1024
"""A code page is told by this much of a text; the first bytes of a file are no fewer."""
CODECS = {
    "utf-8": "utf-8", "utf-8-sig": "utf-8-sig", "utf-8, damaged": "utf-8-sig", "utf-16": "utf-16",
    "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be", "windows-1252": "cp1252", "windows-1251": "cp1251",
    "windows-1253": "cp1253", "windows-1254": "cp1254", "windows-1255": "cp1255", "windows-1256": "cp1256",
    "windows-1258": "cp1258", "windows-874": "cp874", "windows-932": "cp932", "windows-949": "cp949",
    "gb18030": "gb18030", "windows-950": "cp950", "windows-1250": "cp1250",
}  # fmt: skip
_CODE_PAGES = {codec: name for name, codec in CODECS.items() if not codec.startswith("utf") and codec != "cp950"}
_CODE_PAGES |= {"big5": "windows-950", "big5hkscs": "windows-950"}  # chardet's names for it
_SURER = 0.05
"""How much surer of Windows-1250 than of any other page: with less, Western texts were taken for Polish."""


def encoding(name: str, content: bytes, is_whole: bool) -> str:
    """How a text is written: one of the names in :data:`CODECS`. ``is_whole`` is false for the first bytes only.

    Raises:
        Refused: it holds bytes that no text does.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in content:
        head = content[:2000]
        for codec, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):  # its mark got lost
            if 2 * zeros.count(b"\0") > len(zeros) and zeros.count(b"\0") == head.count(b"\0"):
                return codec
        raise Refused(f"{name} holds bytes that no CSV holds (NUL): it is damaged or no table; download it again.")
    decoder = codecs.getincrementaldecoder("utf-8")()
    at = 0
    try:
        for at in range(0, len(content), PIECE_BYTES):  # a whole decoded copy would take four times the file
            decoder.decode(content[at : at + PIECE_BYTES])
        decoder.decode(b"", final=is_whole)
    except UnicodeDecodeError:
        return _of_code_page(content, max(at - 8, 0))
    return "utf-8-sig" if content.startswith(codecs.BOM_UTF8) else "utf-8"


def _of_code_page(content: bytes, start: int) -> str:
    """How bytes are written that are not all UTF-8 from ``start`` on: UTF-8 with a cut letter, or a code page.

    Letters with marks stand one by one in Western texts, Cyrillic, Greek, Hebrew, Arabic and Thai ones in runs. Of two
    code pages that fit equally well the Western one is taken.
    """
    import chardet  # only a text in a code page needs it

    text = content[start : start + 8 + PIECE_BYTES].decode("utf-8", errors="replace")
    damaged = text.count("\ufffd")
    if len(text) - len(text.encode("ascii", errors="ignore")) > 5 * damaged:
        return "utf-8, damaged"
    words = _WORD.findall(_BETWEEN_THOUSANDS.sub(b"", _sample(content, start)))  # ASCII is the same in every code page
    if not words:
        return "windows-1252"
    runs = [run for word in words for run in _RUN.findall(word)]
    is_western = sum(map(len, runs)) < _LETTERS_IN_A_ROW * len(runs)
    codecs_of = [codec for codec in _CODE_PAGES if not (is_western and codec in _IN_RUNS)]
    guesses = chardet.detect_all(b"\n".join(words), include_encodings=codecs_of, max_bytes=SAMPLE_BYTES)
    sure = {codecs.lookup(guess["encoding"]).name: guess["confidence"] for guess in guesses if guess["encoding"]}
    if "cp1250" in sure and sure["cp1250"] < _SURER + max(
        (sure[codec] for codec in sure if codec != "cp1250"), default=0
    ):
        del sure["cp1250"]
    return _CODE_PAGES[max(sure, key=lambda codec: (sure[codec], codec == "cp1252"), default="cp1252")]


def _sample(content: bytes, start: int) -> bytes:
    """The lines from the first that is not ASCII on, the same ones of a text's first bytes and of all of it."""
    letter = _RUN.search(content, start)
    first = letter.start() if letter else start
    begin = content.rfind(b"\n", 0, first) + 1
    sample = content[begin : SAMPLE_BYTES if first < SAMPLE_BYTES else begin + SAMPLE_BYTES]
    end = sample.rfind(b"\n") + 1
    return sample[:end] if begin + end > first else sample


_RUN = re.compile(rb"[\x80-\xff]+")
_WORD = re.compile(rb'(?<![^\s,;"0-9])[^\s,;"0-9\x80-\xff]*+[\x80-\xff][^\s,;"0-9]*')  # looks at each word once
_BETWEEN_THOUSANDS = re.compile(rb"(?<=[0-9])[\x80-\xff](?=[0-9])")
_IN_RUNS = frozenset({"cp1251", "cp1253", "cp1255", "cp1256", "cp874"})
_LETTERS_IN_A_ROW = 2.5
