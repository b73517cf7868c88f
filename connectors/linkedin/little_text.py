"""LinkedIn's "little text": how its API writes a post's text, and the text that readers of the post see.

Reference: https://learn.microsoft.com/linkedin/marketing/community-management/shares/little-text-format: what has a
meaning of its own (``| { } @ [ ] ( ) < > # \\ * _ ~``) is written behind a backslash; a hashtag is a template,
``{hashtag|\\#|RightToKnow}``; a mention is ``@[Mekong Radio](urn:li:organization:5)``.
"""

from __future__ import annotations

import re

_RESERVED = r"|{}@\[\]()<>#\\*_~"
_PART = re.compile(
    r"\{hashtag\|\\?[#＃]\|(?P<hashtag>(?:\\.|[^\\|{}])+)\}"
    r"|@\[(?P<mention>(?:\\.|[^\\\]])+)\]\(urn:(?:\\.|[^\\)\s])+\)"
    rf"|\\(?P<escaped>[{_RESERVED}])",
    re.DOTALL,
)
_ESCAPED = re.compile(rf"\\([{_RESERVED}])")


def plain(text: str) -> str:
    """The text as a reader sees it: ``#RightToKnow``, ``Mekong Radio``, ``(``. What is no little text stays."""
    return _PART.sub(_shown, text)


def _shown(part: re.Match[str]) -> str:
    if part["escaped"]:
        return part["escaped"]
    is_hashtag = part["hashtag"] is not None
    return ("#" if is_hashtag else "") + _ESCAPED.sub(r"\1", part["hashtag"] if is_hashtag else part["mention"])
