"""How texts and hashtags are compared."""

from __future__ import annotations

import unicodedata


def match_key(text: str) -> str:
    """Texts and hashtags compare after NFC, case folding and without zero-width spaces (plan.toml)."""
    plain = "".join(c for c in text if c not in "\u200b\u200c\u200d\u2060\ufeff")
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", plain).casefold())


def hashtags(text: str) -> set[str]:
    """The whole tags of a text: each ends at white space, ``#`` or punctuation."""
    plain, tags = match_key(text), set()
    for at, sign in enumerate(plain):
        if sign in "#＃":
            end = at + 1
            while end < len(plain) and not ends_a_tag(plain[end]):
                end += 1
            tags.add(plain[at + 1 : end])
    return tags - {""}


def ends_a_tag(sign: str) -> bool:
    # An underscore joins words: Unicode calls it punctuation, every platform makes it a part of the tag.
    return sign.isspace() or sign in "#＃" or (unicodedata.category(sign).startswith("P") and sign != "_")
