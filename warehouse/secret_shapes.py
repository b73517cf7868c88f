"""Secrets that a text holds by mistake, known by their shapes: a token in a cell, an address with a password.

What Reach itself was given as a secret is struck out by its value. These shapes are for what people paste where no
secret belongs. Sources: the platforms' documentation of their tokens; RFC 6750, 7468, 7519; gitleaks 8's rules.
"""

from __future__ import annotations

import re

_SHAPES = (
    r"\bEAA[A-Za-z0-9]{20,}",  # Meta
    r"\b(?:IGAA|IGQ|THAA)[\w-]{30,}",  # Instagram, Threads
    r"\bAIza[\w-]{35}",  # Google: an API key; a token; a refresh token; an app's secret
    r"\bya29\.[\w-]{20,}",
    r"(?<![\w/])1//[\w-]{30,}",
    r"\bGOCSPX-[\w-]{20,}",
    r"\bAQ[\w-]{80,}",  # LinkedIn
    r"\b(?:act|rft|clt)\.[\w-][\w!.-]{25,}",  # TikTok
    r"\bA{16,}[\w%]{40,}",  # X
    r"\bxox[abeoprs]-[\w-]{10,}",  # Slack
    r"hooks\.slack\.com/services/[\w/]+",
    r"\b\d{8,10}:AA[\w-]{33}",  # Telegram
    r"\bgh[pousr]_[A-Za-z0-9]{36,}",  # GitHub
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",  # Amazon
    r"\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*",  # a JSON Web Token
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?",
    r"(?<=Bearer )[\w.~+/-]{8,}=*",
    r"(?<=://)[^\s/@?#]+(?=@)",  # name and password of an address
)
_WORDS = r"(?:token|api_?key|secret|password|passwd)"
_NAMED = rf"""(?i)(?P<name>{_WORDS}(?:["']?\s*=\s*["']?|["']\s*:\s*["'])|passw(?:or)?d:\s*)[^\s"'&,;}}]{{8,}}"""
_SHAPE = re.compile("|".join(_SHAPES))
_NAME = re.compile(_NAMED)


def struck(text: str) -> str:
    """A text with ``***`` in the place of what has the shape of a secret."""
    return _NAME.sub(r"\g<name>***", _SHAPE.sub("***", text))
