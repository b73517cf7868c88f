"""Links whose visits can be told apart: with the tags that Google Analytics reads, and those in posts that lack them.

Reference: https://support.google.com/analytics/answer/10917952 (URL builders: collect campaign data).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

TAGS = ("utm_source", "utm_medium", "utm_campaign", "utm_content")
_LINK = re.compile(r"https?://[^\s<>\"'“”‘’\u17d4]+", re.IGNORECASE)
_BEHIND = ".,;:!?)]}"
"""What ends a sentence behind a link, and is none of it."""


class Tags(NamedTuple):
    """Where a visit came from: the platform, the kind of channel, the campaign, and who published the link."""

    source: str
    medium: str
    campaign: str
    content: str


def tagged(link: str, tags: Tags) -> str:
    """A link with tags, in place of those that it had; what else it asks for stays."""
    parts = urlsplit(link)
    asks = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in TAGS]
    return urlunsplit(parts._replace(query=urlencode([*asks, *zip(TAGS, tags, strict=True)])))


def slug(name: str) -> str:
    """A name as it stands in a tag: small letters of any script and digits, with ``-`` between words."""
    return "-".join(re.findall(r"[^\W_]+(?:[\u0300-\u036f\u1780-\u17d3]+[^\W_]*)*", name.casefold()))


def untagged(text: str, host: str, campaigns: Collection[str]) -> Iterator[str]:
    """The links in a post's text that lead to a site without the tag of one of its campaigns.

    ``host`` is that of the site, ``www.`` and large letters apart. A shortened link shows nothing of where it leads.
    """
    for found_link in _LINK.findall(text):
        link = found_link.rstrip(_BEHIND)
        try:
            parts = urlsplit(link)
            tags = dict(parse_qsl(parts.query))
        except ValueError:  # an address that is none, such as one of IPv6 with a bracket too few
            continue
        if host_of(link) == host_of(host) and tags.get("utm_campaign") not in campaigns:
            yield link


def host_of(link: str) -> str:
    """The site that a link, or a host alone, names."""
    parts = urlsplit(link if "//" in link else f"//{link}")
    return (parts.hostname or "").removeprefix("www.")
