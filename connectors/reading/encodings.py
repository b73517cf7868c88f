"""The encoding of a text: UTF-8, UTF-16, or one of the code pages in which spreadsheets save."""

from __future__ import annotations

import codecs
import re

from connectors.contract import Refused

PIECE_BYTES = 1024 * 1024
"""Texts are looked through by pieces of this size."""
CODECS = {
    "utf-8": "utf-8", "utf-8-sig": "utf-8-sig", "utf-8, damaged": "utf-8-sig", "utf-16": "utf-16",
    "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be", "windows-1252": "cp1252", "windows-1251": "cp1251",
    "windows-874": "cp874",
}  # fmt: skip


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
        return _code_page(content[max(at - 8, 0) : at + PIECE_BYTES])
    return "utf-8-sig" if content.startswith(codecs.BOM_UTF8) else "utf-8"


_RUN = re.compile(rb"[\x80-\xff]+")
_MARK = re.compile(rb"(?<=[0-9])[\x80-\xff](?=[0-9])")  # between the thousands of a number, and no letter


def _code_page(content: bytes) -> str:
    """How bytes are written that are not all UTF-8: UTF-8 with a cut letter, or one of Windows' code pages.

    Letters with marks stand one by one in Western texts; Thai and Cyrillic ones stand in runs, and of these two
    Thai's page lacks letters that every Cyrillic text has.
    """
    text = content.decode("utf-8", errors="replace")
    damaged = text.count("\ufffd")
    if len(text) - len(text.encode("ascii", errors="ignore")) > 5 * damaged:
        return "utf-8, damaged"
    runs = _RUN.findall(_MARK.sub(b"", content))
    if not runs or sum(map(len, runs)) < 2.5 * len(runs):
        return "windows-1252"
    try:
        content.decode("cp874")
    except UnicodeDecodeError:
        return "windows-1251"
    return "windows-874"
