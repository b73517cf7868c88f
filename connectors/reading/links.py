"""What a permalink says of a post.

Each platform puts the number or short code of a post into its links, in several shapes and under several hosts.
``pfbid…``, ``/share/``, ``fb.watch`` and shortened links name nothing by themselves.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

import polars as pl

# One pattern each for single links (re) and whole columns (polars): neither has look-around.
FACEBOOK_NUMBER = (
    r"(?i)(?:/(?:posts|videos|reel|photos|permalink)/(?:[^?#]*/)?|[?&](?:story_fbid|fbid|v)=|facebook\.com/[0-9]{5,}_)"
    r"([0-9]{5,})/?(?:[?&#]|$)"
)
FACEBOOK_VIDEO = (
    r"(?i)(?:/videos/(?:[^?#]*/)?|/reel/|/watch/?(?:live/?)?\?(?:[^#]*&)?v=|/video\.php\?(?:[^#]*&)?v=)([0-9]{5,})"
)
FACEBOOK_PAGE = (
    r"(?i)facebook\.com/(?:(?:permalink|story|photo)\.php\?(?:[^#]*&)?id=|(?:people/[^/]+/)?)([0-9]{5,})(?:[/&#_]|$)"
)
INSTAGRAM_CODE = r"(?i)instagram\.com/(?:[^/?#]+/)?(?:p|reel|reels|tv)/([A-Za-z0-9_-]{5,})"
YOUTUBE_ID = (
    r"(?:youtu\.be/|youtube(?:-nocookie)?\.com/(?:shorts/|live/|embed/|v/|watch/?\?(?:[^#]*&)?v=))"
    r"([A-Za-z0-9_-]{11})(?:[?&#/]|$)"
)
X_ID = r"(?i)(?:twitter|x|fxtwitter|vxtwitter)\.com/(?:[^/?#]+|i/web)/status(?:es)?/([0-9]{5,})"
X_USER = r"(?i)(?:twitter|x)\.com/([A-Za-z0-9_]{1,15})/status"
TIKTOK_ID = r"(?i)tiktok\.com/(?:@[^/?#]*/)?(?:video|photo|v|embed/v2)/([0-9]+)"
TIKTOK_USER = r"(?i)tiktok\.com/@([^/?#]+)/"
LINKEDIN_KIND = r"(?i)linkedin\.com/.*?(share|ugcPost|activity)(?::|-|%3A)[0-9]{8,}"
LINKEDIN_NUMBER = r"(?i)linkedin\.com/.*?(?:share|ugcPost|activity)(?::|-|%3A)([0-9]{8,})"
BLUESKY_POST = r"(?i)bsky\.app/profile/([^/?#]+)/post/([A-Za-z0-9._~:-]+)"
MASTODON_STATUS = r"(?i)^(?:https?://)?([a-z0-9.-]+\.[a-z]{2,})/(?:@\w+|users/\w+/statuses)/([0-9]{15,})/?(?:[?#]|$)"
THREADS_CODE = r"(?i)threads\.(?:net|com)/@[^/?#]+/post/([A-Za-z0-9_-]{5,})"
_TRACKING = re.compile(r"(?i)utm_.*|fbclid|gclid|igsh(?:id)?|si|feature|mibextid|_rdr|ref|ref_src")


_HOSTS = {
    "facebook": r"(?:facebook\.com|fb\.watch|fb\.com)", "instagram": r"instagram\.com",
    "youtube": r"(?:youtube(?:-nocookie)?\.com|youtu\.be)", "tiktok": r"tiktok\.com",
    "x": r"(?:twitter|x|fxtwitter|vxtwitter)\.com", "linkedin": r"(?:linkedin\.com|lnkd\.in)",
    "threads": r"threads\.(?:net|com)", "telegram": r"t\.me", "bluesky": r"bsky\.app",
}  # fmt: skip
_HOST = re.compile(
    "|".join(rf"(?P<{name}>^(?:https?://)?(?:[\w-]+\.)*{host}(?:[/?#]|$))" for name, host in _HOSTS.items()),
    re.IGNORECASE,
)


def platform(url: str) -> str | None:
    """The platform whose host a link has; None where it is none of those known, or no link."""
    found = _HOST.match(url.strip())
    return found.lastgroup if found else None


class Named(NamedTuple):
    """The post that a link names: ``alias`` is the number or code in it, where that is not the identity itself."""

    platform: str
    post_id: str
    alias: str | None = None
    video_id: str | None = None


def named(url: str) -> Named | None:
    """The post that a link names on one of the known platforms; None where it names nothing.

    An Instagram short code stays one: genuine exports show that the number it encodes is not the media id
    that the API and exports give.
    """
    text = url.strip()
    if found := re.search(YOUTUBE_ID, text):
        return Named("youtube", found[1])
    if found := re.search(INSTAGRAM_CODE, text):
        return Named("instagram", found[1], found[1])
    if found := re.search(X_ID, text):
        return Named("x", found[1])
    if found := re.search(TIKTOK_ID, text):
        return Named("tiktok", found[1])
    if (kind := re.search(LINKEDIN_KIND, text)) and (found := re.search(LINKEDIN_NUMBER, text)):
        own = {"ugcpost": "ugcPost"}.get(kind[1].lower(), kind[1].lower())
        return Named("linkedin", f"urn:li:{own}:{found[1]}", found[1])
    if found := re.search(BLUESKY_POST, text):
        return Named("bluesky", f"{found[1]}/{found[2]}" if found[1].startswith("did:") else found[2], found[2])
    if found := re.search(THREADS_CODE, text):
        return Named("threads", found[1], found[1])
    if found := re.search(MASTODON_STATUS, text):
        return Named("mastodon", f"{found[1].lower()}/{found[2]}", found[2])
    if re.search(r"(?i)(?:^|[/.])facebook\.com/", text) and (found := re.search(FACEBOOK_NUMBER, text)):
        page, video = re.search(FACEBOOK_PAGE, text), re.search(FACEBOOK_VIDEO, text)
        post_id = f"{page[1]}_{found[1]}" if page else found[1]
        return Named("facebook", post_id, found[1], video[1] if video else None)
    return None


def number(pattern: str, url: str = "url") -> pl.Expr:
    """The number or code that ``pattern`` finds in a column of links, null where a link names nothing."""
    return pl.col(url).str.extract(pattern)


def normalised(url: str) -> str | None:
    """A web address as an identity: no scheme, ``www.``, fragment, tracking or last slash; None where it is none."""
    text = url.strip()
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if "." not in host or " " in host or parts.scheme not in ("http", "https"):
        return None
    query = urlencode([(key, value) for key, value in parse_qsl(parts.query) if not _TRACKING.fullmatch(key)])
    return f"{host}{parts.path.rstrip('/')}{'?' + query if query else ''}"
