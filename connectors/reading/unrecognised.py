"""The message for an unrecognised file.

It may be anything, a list of passwords too, and its message is read by others: in the published database, the report,
notices and logs. So the message holds nothing of the file but its name. What the file says stands apart, for the person
who asks ``reach inspect``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from connectors.contract import METRIC, Raw, Refused
from connectors.reading import files, links
from connectors.reading.headers import LINES, Header, header_keys, layouts_of, values_of
from connectors.reading.observed import meta_range


class Unrecognised(Refused):
    """A file that no connector knows. ``in_file`` quotes it, and is for nobody but a person who has the file."""

    def __init__(self, sentence: str, in_file: str) -> None:
        super().__init__(sentence)
        self.in_file = in_file


def refusal(raw: Raw) -> Unrecognised:
    """What a file that no connector knows looks like, and what to do."""
    header = f"its header is {_widest(raw)}"
    if {table.place.casefold() for table in files.tables(raw)} >= _SHEETS_OF_A_PLAN:
        return Unrecognised(f"{raw.name} is a plan. {_WHERE_A_PLAN_LIES}", header)
    if any(_COLUMNS_OF_KHMER.issubset(line) for table in files.tables(raw) for line in table.top_keys):
        return Unrecognised(
            f"{raw.name} corrects texts in Khmer. Save it as khmer.xlsx in the workspace or in the inbox's own folder: "
            "it counts only there and under that name.",
            header,
        )
    if kind := next((kind for table in files.tables(raw) if (kind := _kind(table))), ""):
        return Unrecognised(f"{raw.name} is no export that is known, but {kind}. {_WHAT_TO_DO[kind]}", header)
    if several := next((told for table in files.tables(raw) if (told := _of_several_platforms(table))), None):
        what, in_file = several
        return Unrecognised(f"{raw.name} {what}", in_file)
    guessed = [(platform, table) for table in files.tables(raw) if (platform := _platform(raw, table))]
    if not guessed:
        what_to_do = "Drop the file as the platform gave it, or copy its figures into the sheet template"
        return Unrecognised(f"{raw.name} is no export that is known. {what_to_do}. {_SHOWS_HEADER}.", header)
    platform, table = guessed[0]
    cells = _header(table)
    clicks = links.shapes()[platform].in_english
    columns = {**_guesses(cells, table), **_known_words(cells, platform)}
    columns |= {metric: "?" for metric in ("views", "reach", "likes", "comments", "shares") if metric not in columns}
    in_order = dict(sorted(columns.items(), key=lambda pair: (pair[0] in METRIC, pair[1] == "?")))
    return Unrecognised(
        f"{raw.name} looks like an export of {platform} whose columns are not known, in another language or layout. "
        f"For English, {clicks}; or name its columns in reach.toml, below [{platform}]: {_PRINTS_LINE}.",
        f"{_words(cells)}; {_line(platform, in_order)}",
    )


_SHEETS_OF_A_PLAN = {"project", "activities", "campaigns"}
_WHERE_A_PLAN_LIES = "A plan counts only as plan.xlsx in the workspace or in the inbox's own folder."
_COLUMNS_OF_KHMER = {"english", "khmer", "correction", "text"}
_SHOWS_HEADER = "The command reach inspect shows its header"
_PRINTS_LINE = "reach inspect prints the line"


def _words(cells: tuple[str, ...]) -> str:
    return f"its columns are {_short(', '.join(cell for cell in cells if cell))}"


def _line(platform: str, columns: Mapping[str, str]) -> str:
    """The line of ``reach.toml`` that names a file's columns."""
    lines = ", ".join(f'{ours} = "{theirs}"' for ours, theirs in columns.items())
    return f"below [{platform}]: columns = {{ {lines} }}, its own words for the question marks"


def columns(name: str, top: Header) -> str:
    """The message for a table of posts whose figures have unknown names."""
    return (
        f"{name} is a table of posts without a figure that is known; not recognised: {_short(', '.join(top.ignored))}. "
        "Export it in English, or name its columns in reach.toml, such as "
        'columns = { views = "…", reach = "…" } below the platform\'s name.'
    )


_OF_ADS = "looks like a report of ads"
_OF_ADS_BY_DAY = "looks like a report of ads by day"
_ANSWERS = "looks like the answers to a form"
_WHAT_TO_DO = {
    **dict.fromkeys(
        (_OF_ADS, _OF_ADS_BY_DAY),
        "Export it again with the columns of the campaign's name, the money spent and the days; for posts' figures, "
        "export the posts.",
    ),
    _ANSWERS: "Answers are not read. If it lists who came to an event, take the columns of its times out, and add the "
    "columns Event and Date.",
}
_OF_A_FORM = ({"start time", "completion time"}, {"heure de début", "heure de fin"})
_FIRST_OF_A_FORM = ("timestamp", "horodateur")
"""The columns that Microsoft Forms adds to the questions, and the first column of Google Forms."""


def _kind(table: files.Table) -> str:
    """What a table looks like that is nobody's export of posts; empty where nothing tells.

    One word, such as a column Campaign of a partner's own sheet, makes no report of ads.
    """
    ads = tuple(values_of(LINES, "ads"))
    for at, keys in enumerate(table.top_keys):
        words = {next((ad for ad in ads if key == ad or key.startswith(f"{ad} ")), "") for key in keys} - {""}
        if len(words) > 1:
            return _OF_ADS_BY_DAY if _days(table, at) else _OF_ADS
        if any(times <= set(keys) for times in _OF_A_FORM) or _is_of_google(keys):
            return _ANSWERS
    return ""


def _is_of_google(keys: Sequence[str]) -> bool:
    """Whether columns are a time and questions, of which one has several words."""
    return bool(keys) and keys[0] in _FIRST_OF_A_FORM and any(" " in key for key in keys[1:])


def _days(table: files.Table, at: int) -> bool:
    """Whether a column below the line ``at`` holds days."""
    columns = ([row[n] for row in table.top[at + 1 :] if n < len(row) and row[n]] for n in range(len(table.top[at])))
    return any(cells and all(_DAY.fullmatch(cell) for cell in cells) for cells in columns)


def _of_several_platforms(table: files.Table) -> tuple[str, str] | None:
    """Of a table whose column, or whose headers, name platforms, as no export's do: what it is, and what it quotes."""
    cells = _header(table)
    beside = {platform for cell in cells if cell and (platform := links.platform_called(cell.split()[0]))}
    if len(beside) > 1:
        return (
            "has figures of several platforms beside each other. Copy them into the sheet template, where a post on "
            "several platforms has a line for each of them.",
            _words(cells),
        )
    rows = [row for row in table.top if row != cells]
    for at, word in enumerate(cells):
        named = [links.platform_called(row[at]) for row in rows if at < len(row) and row[at]]
        sheets_words = _known_words(cells, "sheet")
        if word and all(named) and len(named) > (sheets_words.get("platform") != word):
            columns = {**sheets_words, **_guesses(cells, table, "link", "published")}
            columns |= {ours: "?" for ours in ("link", "views", "reach", "likes") if ours not in columns}
            return (
                "names platforms in a column, as a sheet of people's own or of a tool for planning posts does, and its "
                "other columns are not known. Copy its figures into the sheet template, or name its columns in "
                f"reach.toml, below [sheet]: {_PRINTS_LINE}.",
                f"{_words(cells)}; {_line('sheet', {**columns, 'platform': word})}",
            )
    return None


_DAY = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}(?: 00:00:00)?")


def _platform(raw: Raw, table: files.Table) -> str | None:
    """The platform of most links in a table's first lines; else what its name or its first column says."""
    hosts = [platform for row in table.top[1:] for cell in row if (platform := links.platform(cell))]
    if with_export := [platform for platform in hosts if links.shapes()[platform].in_english]:
        return max(sorted(set(with_export)), key=with_export.count)
    if meta_range(table.place) or meta_range(raw.name):
        return "facebook"
    for platform, shape in links.shapes().items():
        if shape.file_name and re.search(shape.file_name, raw.name):
            return platform
    firsts = [row[0] for row in table.top[1:] if row and row[0]]
    for platform, shape in links.shapes().items():
        alike = [cell for cell in firsts if shape.first_column and re.match(shape.first_column, cell)]
        if len(firsts) >= 3 and 2 * sum(not cell.isalpha() for cell in alike) > len(firsts):
            return platform
    return None


def _header(table: files.Table) -> tuple[str, ...]:
    """The first line that is as wide as most."""
    widths = [sum(bool(cell) for cell in row) for row in table.top]
    rows = (row for row, width in zip(table.top, widths, strict=True) if 2 * width >= max(widths))
    return next(rows, ())


def _guesses(
    cells: tuple[str, ...], table: files.Table, url: str = "url", published: str = "published_at"
) -> dict[str, str]:
    """Our columns and the words for them, guessed from the cells below."""
    guesses: dict[str, str] = {}
    rows = [row for row in table.top if row != cells]
    for at, word in enumerate(cells):
        below = [row[at] for row in rows if at < len(row) and row[at]]
        if not word or not below:
            continue
        if all(links.platform(cell) for cell in below):
            guesses.setdefault(url, word)
        elif all(re.fullmatch(r"\d{10,}(?:_\d+)?", cell) for cell in below):
            guesses.setdefault("post_id", word)
        elif all(re.search(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}", cell) for cell in below):
            guesses.setdefault(published, word)
    return guesses


def _known_words(cells: tuple[str, ...], platform: str) -> dict[str, str]:
    """Our columns and the words for them, of the platform's language and kind of table that knows most of them."""
    keys = header_keys(cells)
    best: Header | None = None
    for words in layouts_of(platform).values():
        for language in words.languages:
            top = Header(0, cells, language, words.positions(keys, language))
            if best is None or len(top.positions) > len(best.positions):
                best = top
    return {ours: theirs for theirs, columns in (best.mapped if best else {}).items() for ours in columns.split(";")}


def _widest(raw: Raw) -> str:
    rows = [row for table in files.tables(raw) for row in table.top]
    text = ", ".join(cell for cell in max(rows, key=len, default=()) if cell)
    return f"“{_short(text)}”" if text else "empty"


def _short(text: str, limit: int = 240) -> str:
    return text if len(text) <= limit else f"{text[:limit]}…"
