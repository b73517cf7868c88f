"""The message for an unrecognised file."""

from __future__ import annotations

import re

from connectors.contract import Raw
from connectors.reading import files, links
from connectors.reading.headers import Header
from connectors.reading.observed import meta_range

_META = "set Facebook's language to English, then in Meta Business Suite choose Insights, Content, Export data"
_IN_ENGLISH = {
    "facebook": _META,
    "instagram": _META,
    "youtube": "set YouTube's language to English (your picture, Language), then in Studio's Advanced mode Export",
    "tiktok": "set TikTok Studio's language to English, then choose Analytics, Download data",
    "x": "set X's display language to English, then choose Analytics, Content, Export",
    "linkedin": "set LinkedIn's language to English (Me, Language), then on the page choose Analytics, Content, Export",
    "website": "set your Google account's language to English, then choose Share this report, Download CSV",
    "threads": "set the app's language to English and export again",
    "telegram": "set the app's language to English and export again",
}
"""The clicks that give a platform's export in English."""

_VIDEO_ID = re.compile(r"^ ?[A-Za-z0-9_-]{11}$")


def sentence(raw: Raw) -> str:
    """The message for a file that no connector knows: what it looks like, and what to do."""
    guessed = [(platform, table) for table in files.tables(raw) if (platform := _platform(raw, table))]
    if not guessed:
        return (
            f"{raw.name} is no export that is known: its header is {_widest(raw)}. "
            "Drop the file as the platform gave it, or copy its figures into the sheet template."
        )
    platform, table = guessed[0]
    cells = _header(table)
    lines = ", ".join(f'{ours} = "{theirs}"' for ours, theirs in _guesses(cells, table).items())
    return (
        f"{raw.name} looks like an export of {platform} whose columns are not known, in another language or layout: "
        f"{_short(', '.join(cell for cell in cells if cell))}. For English, {_IN_ENGLISH[platform]}; or name its "
        f"columns in reach.toml, below [{platform}]: columns = {{ {lines} }}, its own words for the question marks."
    )


def columns(name: str, top: Header) -> str:
    """The message for a table of posts whose figures have unknown names."""
    return (
        f"{name} is a table of posts without a figure that is known; not recognised: {_short(', '.join(top.ignored))}. "
        "Export it in English, or name its columns in reach.toml, such as "
        'columns = { views = "…", reach = "…" } below the platform\'s name.'
    )


def _platform(raw: Raw, table: files.Table) -> str | None:
    """The platform of most links in a table's first lines; else what its name or its first column says."""
    platforms = [platform for row in table.top[1:] for cell in row if (platform := links.platform(cell)) in _IN_ENGLISH]
    if platforms:
        return max(sorted(set(platforms)), key=platforms.count)
    if meta_range(table.place) or meta_range(raw.name):
        return "facebook"
    firsts = [row[0] for row in table.top[1:] if row and row[0]]
    if len(firsts) >= 3 and sum(bool(_VIDEO_ID.match(cell)) and not cell.isalpha() for cell in firsts) * 2 > len(
        firsts
    ):
        return "youtube"
    return None


def _header(table: files.Table) -> tuple[str, ...]:
    """The first line that is as wide as most."""
    widths = [sum(bool(cell) for cell in row) for row in table.top]
    rows = (row for row, width in zip(table.top, widths, strict=True) if 2 * width >= max(widths))
    return next(rows, ())


def _guesses(cells: tuple[str, ...], table: files.Table) -> dict[str, str]:
    """Our columns and the words for them, guessed from the cells below; a person has to name the figures."""
    guesses: dict[str, str] = {}
    rows = [row for row in table.top if row != cells]
    for at, word in enumerate(cells):
        below = [row[at] for row in rows if at < len(row) and row[at]]
        if not word or not below:
            continue
        if all(links.platform(cell) for cell in below):
            guesses.setdefault("url", word)
        elif all(re.fullmatch(r"\d{10,}(?:_\d+)?", cell) for cell in below):
            guesses.setdefault("post_id", word)
        elif all(re.search(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}", cell) for cell in below):
            guesses.setdefault("published_at", word)
    return {**guesses, "views": "?", "reach": "?", "likes": "?", "comments": "?", "shares": "?"}


def _widest(raw: Raw) -> str:
    rows = [row for table in files.tables(raw) for row in table.top]
    text = ", ".join(cell for cell in max(rows, key=len, default=()) if cell)
    return f"“{_short(text)}”" if text else "empty"


def _short(text: str, limit: int = 240) -> str:
    return text if len(text) <= limit else f"{text[:limit]}…"
