"""What ids and links look like on each platform, and which post a link names.

The shapes are data, ``connectors/<platform>/shapes.toml``, so that no platform has to know another. Each platform puts
the number or short code of a post into its links, in several shapes and under several hosts. ``pfbid…``, ``/share/``,
``fb.watch`` and shortened links name nothing by themselves.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

import polars as pl

from connectors.reading.headers import header_key

_TRACKING = re.compile(r"(?i)utm_.*|fbclid|gclid|igsh(?:id)?|si|feature|mibextid|_rdr|ref|ref_src")


@dataclass(frozen=True)
class Shape:
    """What ids and links look like on one platform; the keys of its table in ``shapes.toml``.

    ``host`` is a pattern of its hosts. ``parts`` are patterns whose first group is a part of a link, by name: neither
    :mod:`re` nor polars may need look-around for them. ``post_id``, ``alias`` and ``video_id`` are put together from
    parts: of several ``post_id`` the first whose parts are all there. ``within`` is what else a link has to hold to
    name a post. ``lower`` are parts that are written small, but for those words that are ``spelled`` otherwise.

    ``also_written`` are other names that people give the platform in a sheet, ``first_column`` a pattern of what stands
    in the first column of its exports, ``file_name`` one of what their names hold in every language, ``in_english`` the
    clicks that give its export in English. The first group of ``accounts`` is the id or name of an account in the links
    that lead to one, but for the words ``no_accounts``. ``account_id`` is put together from parts, on a platform whose
    hosts are nobody's alone.
    """

    host: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    post_id: tuple[str, ...] = ()
    alias: str = ""
    video_id: str = ""
    within: str = ""
    lower: tuple[str, ...] = ()
    spelled: Mapping[str, str] = field(default_factory=dict)
    also_written: tuple[str, ...] = ()
    first_column: str = ""
    file_name: str = ""
    in_english: str = ""
    accounts: tuple[str, ...] = ()
    no_accounts: tuple[str, ...] = ()
    account_id: str = ""

    def account(self, url: str) -> str | None:
        """The id or name of the account that a link leads to; None where it leads to something else."""
        matches = (re.search(pattern, url) for pattern in self.accounts)
        name = next((match[1] for match in matches if match), None)
        return name if name and name.lower() not in self.no_accounts else None

    def parts_of(self, text: str) -> dict[str, str]:
        """The parts that a text has, by name."""
        matches = {name: re.search(pattern, text) for name, pattern in self.parts.items()}
        return {name: self._written(name, match[1]) for name, match in matches.items() if match}

    def _written(self, name: str, part: str) -> str:
        return self.spelled.get(part.lower(), part.lower()) if name in self.lower else part

    def named(self, platform: str, text: str) -> Named | None:
        """The post that a text names, as one of this platform; None where it names none."""
        parts = self.parts_of(text)
        post_id = next((made for pattern in self.post_id if (made := _filled(pattern, parts))), None)
        if post_id is None or not re.search(self.within, text):
            return None
        return Named(platform, post_id, _filled(self.alias, parts), _filled(self.video_id, parts))


def _filled(pattern: str, parts: Mapping[str, str]) -> str | None:
    """A pattern with its parts in it; None where one of them is not there."""
    try:
        return pattern.format_map(parts) or None
    except KeyError:
        return None


@cache
def shapes() -> Mapping[str, Shape]:
    """The shapes of every platform by its name; a folder may hold those of several."""
    by_platform: dict[str, Shape] = {}
    for folder in sorted(files("connectors").iterdir(), key=lambda entry: entry.name):
        data = folder / "shapes.toml"
        if data.is_file():
            for platform, keys in tomllib.loads(data.read_text(encoding="utf-8")).items():
                plain: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in keys.items()}
                by_platform[platform] = Shape(**plain)
    return by_platform


@cache
def _hosts() -> re.Pattern[str]:
    hosts = {name: shape.host for name, shape in shapes().items() if shape.host}
    anywhere = r"^(?:https?://)?(?:[\w-]+\.)*"
    named = (rf"(?P<{name}>{anywhere}{host}(?:[/?#]|$))" for name, host in hosts.items())
    return re.compile("|".join(named), re.IGNORECASE)


@lru_cache(maxsize=1 << 10)  # every platform looks at the first links of a file
def platform(url: str) -> str | None:
    """The platform whose host a link has; None where it is none of those known, or no link."""
    match = _hosts().match(url.strip())
    return match.lastgroup if match else None


def platform_called(name: str) -> str | None:
    """The platform that people call so in a sheet; None where it is none."""
    return _called().get(header_key(name))


def platforms_called(names: str) -> tuple[str, ...]:
    """The platforms that a cell of a sheet names, such as ``Facebook & TikTok``; empty where a part of it is none."""
    if one := platform_called(names):
        return (one,)
    named = [platform_called(part) for part in _BETWEEN_NAMES.split(names) if part.strip()]
    return tuple(dict.fromkeys(one for one in named if one)) if all(named) else ()


_BETWEEN_NAMES = re.compile(r"[,;&+/|\n]|\band\b|និង")


@cache
def _called() -> Mapping[str, str]:
    """What people call platforms -> our name of each."""
    return {
        header_key(name): platform for platform, shape in shapes().items() for name in (platform, *shape.also_written)
    }


def columns(rows: Sequence[Sequence[str]], width: int) -> tuple[int, ...]:
    """The columns of a table in which at least half of the cells that are filled are web addresses."""
    cells = [[row[at].strip() for row in rows if at < len(row) and row[at].strip()] for at in range(width)]
    is_link = [[cell.lower().startswith(("http://", "https://")) for cell in column] for column in cells]
    return tuple(at for at, column in enumerate(is_link) if column and 2 * sum(column) >= len(column))


class Named(NamedTuple):
    """The post that a link names: ``alias`` is the number or code in it, where that is not the identity itself."""

    platform: str
    post_id: str
    alias: str | None = None
    video_id: str | None = None


def named(url: str) -> Named | None:
    """The post that a link names on one of the known platforms; None where it names nothing.

    The platform whose host the link has goes first, the others by name.
    """
    text = url.strip()
    first = platform(text)
    names = sorted(shapes(), key=lambda name: (name != first, name))
    return next((post for name in names if (post := shapes()[name].named(name, text))), None)


def account(url: str) -> str | None:
    """The account that a link leads to as ``platform:id``, such as a page's; None where it leads to none.

    A site of which no platform is known is a website. What a platform calls an account in links may be a name: the
    number that its exports give is joined to it where they know both.
    """
    address = normalised(url)
    if address is None:
        return None
    name = platform(url)
    if name is None:
        ids = ((name, _filled(shape.account_id, shape.parts_of(url.strip()))) for name, shape in shapes().items())
        there = next((f"{name}:{account_id}" for name, account_id in ids if account_id), None)
        return there or (None if named(url) else f"website:{address.partition('/')[0]}")
    called = shapes()[name].account(url.strip())
    return f"{name}:{called}" if called else None


def part(platform: str, name: str, url: str = "url") -> pl.Expr:
    """A part of the links in a column, as ``platform`` writes them; null where a link does not have it."""
    shape = shapes()[platform]
    extracted = pl.col(url).str.extract(shape.parts[name])
    return extracted.str.to_lowercase().replace(shape.spelled) if name in shape.lower else extracted


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
