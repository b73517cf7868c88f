"""A campaign on a sheet of its own, to read and to print: its sentence, figures, pages, pieces, quarters and posts.

Every number is one of the published tables. A sheet is one page wide and has few rows, so that it prints on one or two.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from xlsxwriter.worksheet import Worksheet

from connectors.attendance import EVENTS, MEN, PARTICIPANTS, WITH_DISABILITY, WOMEN, YOUTH
from connectors.contract import OUTREACH_KINDS
from warehouse.publish.document.telling import HEADLINES
from warehouse.publish.report.language import number, plain
from warehouse.publish.report.spent_on_ads import COUNTS
from warehouse.publish.report.wording import marks, short
from warehouse.publish.workbook.edition import Edition, Row, SheetRows, Shown
from warehouse.publish.workbook.sheets import (
    FRAME,
    HEAD,
    QUIET,
    SECTION,
    TITLE,
    Looks,
    height,
    number_format,
    pages_high,
    put,
    shown,
)

LONGEST_NAME = 31
"""Letters of a sheet's name, in units of UTF-16: Excel's limit."""
_WIDTHS = (50, 24, 14, 12, 12, 12, 12, 22)
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f]")
_BINDS_NEXT = re.compile(r"[\u17d2\u200d]")
"""Khmer's sign that puts the next letter below the one before, and the one that joins emoji."""
_TEXT = 90
_MOST_ADS = 15
"""The most campaigns of ads that a sheet lists, those that cost most first."""
_PEOPLE = tuple(part.name for part in (PARTICIPANTS, WOMEN, MEN, YOUTH, WITH_DISABILITY))
"""Who took part in events, as far as a page has room: the tables behind have the others."""


class _Section(NamedTuple):
    """A table of the sheet: its title, what stands above its first columns, its rows, and a line below it."""

    title: str
    heads: tuple[str, str, str]
    rows: Sequence[tuple[str, str | None, Any, Row]]  # name, beside it, third column, and the row with the figures
    below: str = ""
    figures: Sequence[str] = HEADLINES
    has_reach: bool = True


def sheet_names(asked_for: Iterable[str], taken: Iterable[str], nameless: str) -> list[str]:
    """What sheets are called: as asked for, as far as Excel takes it, and no two alike.

    Args:
        asked_for: their names, in the order in which they may choose.
        taken: names of the workbook's other sheets.
        nameless: what a sheet is called of whose name Excel takes nothing.
    """
    used = {"history", *map(_name_key, taken)}  # Excel keeps "History" for itself
    names: list[str] = []
    for text in asked_for:
        base = " ".join(_NOT_IN_NAMES.sub(" ", plain(text)).split()).strip("' ") or nameless
        name, twin = _cut(base, ""), 1
        while _name_key(name) in used:
            twin += 1
            name = _cut(base, f" ({twin})")
        used.add(_name_key(name))
        names.append(name)
    return names


def _name_key(name: str) -> str:
    """What two names of sheets have in common that spreadsheets take for one."""
    return unicodedata.normalize("NFKC", name).casefold()


def _cut(name: str, end: str) -> str:
    """A name with its end, as long as a sheet's may be; no letter is cut from the signs above and below it."""
    room = 2 * (LONGEST_NAME - len(end))
    units = name.encode("utf-16-le")
    if len(units) <= room:
        return name.strip("' ") + end
    at = len(units[:room].decode("utf-16-le", "ignore"))
    while at > 1 and (unicodedata.category(name[at]) in ("Mn", "Mc") or _BINDS_NEXT.match(name[at - 1])):
        at -= 1
    return name[:at].strip("' ") + end


def write(sheet: Worksheet, looks: Looks, edition: Edition, campaign: Row, rows: SheetRows) -> None:
    """The sheet of a campaign, by its row of ``campaign_totals`` and what it shows."""
    sheet.set_default_row(edition.row_height)
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    title, quiet = looks.style(**TITLE), looks.style(**QUIET)
    sheet.set_row(0, 28)
    put(sheet, 0, 0, plain(campaign["campaign_name"] or campaign["campaign_id"]), title, title)
    activity = edition.activity(campaign["activity_id"])
    put(sheet, 1, 0, "  ·  ".join(filter(None, (activity, edition.as_of))), quiet, quiet)
    row = _line(sheet, looks.style(text_wrap=True), 3, edition.book.line(rows, edition.language))
    if campaign["posts"]:
        row = _figures(sheet, looks, edition, campaign, row + 1)
    for section in _sections(edition, rows):
        if section.rows:
            row = _write_section(sheet, looks, edition, section, row + 1)
    if ads := edition.spent_on_ads(rows.campaign_id):
        row = _spent_on_ads(sheet, looks, edition, ads, row + 1)
    note = looks.style(**QUIET, text_wrap=True)
    row += 1
    for key in ("marks_least", "marks_rounded"):
        row = _line(sheet, note, row, edition.telling.captions(key))
    for key in ("empty_cells", "reach_is_no_sum"):
        row = _line(sheet, note, row, edition(key))
    sheet.hide_gridlines(2)
    sheet.freeze_panes(2, 0)
    sheet.set_portrait()
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, pages_high(sheet, _WIDTHS, row, edition.row_height))
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})


def _line(sheet: Worksheet, look: Any, row: int, text: str) -> int:
    """A text over all columns; the row below it."""
    text = shown(text)
    sheet.set_row(row, height([(text, sum(_WIDTHS))]))
    sheet.merge_range(row, 0, row, len(_WIDTHS) - 1, "", look)
    put(sheet, row, 0, text, look, look)
    return row + 1


def _figures(sheet: Worksheet, looks: Looks, edition: Edition, campaign: Row, row: int) -> int:
    """The campaign's own figures, each with how many posts know it; the row below them."""
    texts = edition.telling.texts
    head, right = looks.style(**HEAD, text_wrap=True), looks.style(**HEAD, text_wrap=True, align="right")
    heads = (texts("totals"), "", edition("posts_that_know"))
    sheet.set_row(row, height(zip(heads, _WIDTHS, strict=False)))
    for place, told in enumerate(heads):
        put(sheet, row, place, told, head, right if place else head)
    bold, text = looks.style(bold=True, **FRAME), looks.style(text_wrap=True, **FRAME)
    put(sheet, row + 1, 0, texts("posts"), text, text)
    put(sheet, row + 1, 1, campaign["posts"], looks.style(number_format(0), bold=True, **FRAME), text)
    sheet.write_blank(row + 1, 2, None, text)
    row += 1
    for metric in HEADLINES:
        row += 1
        put(sheet, row, 0, texts.metric(metric), text, text)
        sheet.write_blank(row, 1, None, text)
        put(sheet, row, 1, *_number(looks, campaign, metric, bold=True), text)
        knowing = edition("of", part=number(campaign[f"{metric}_known"]), all=number(campaign["posts"]))
        put(sheet, row, 2, knowing, text, looks.style(align="right", **FRAME))
    row += 1
    put(sheet, row, 0, texts("reach"), text, text)
    sheet.write_blank(row, 1, None, bold)
    put(sheet, row, 1, edition.reach(campaign) or None, bold, looks.style(bold=True, align="right", **FRAME))
    sheet.write_blank(row, 2, None, text)
    return row + 1


def _sections(edition: Edition, rows: SheetRows) -> Iterator[_Section]:
    telling, texts = edition.telling, edition.telling.texts
    yield _Section(
        edition("pages"), (telling("page"), texts("platform"), texts("posts")),
        [(row["account_name"] or row["account_id"] or "–", texts.platform(row["platform"]), row["posts"], row)
         for row in rows.accounts.rows],
        edition.shown_of(rows.accounts),
    )  # fmt: skip
    names = edition.piece_names(rows)
    yield _Section(
        edition("pieces"), (edition("name"), texts("stage"), texts("posts")),
        [(names.get(row["asset_id"], row["asset_id"]), row["stage"] and texts.stage(row["stage"]), row["posts"], row)
         for row in rows.pieces.rows],
        edition.shown_of(rows.pieces),
    )  # fmt: skip
    yield _Section(
        edition("quarters"), (edition("quarter"), edition("days"), texts("posts")),
        [(_quarter(edition, row),
          edition("from_to", first=str(row["period_start"]), last=str(row["period_end"])), row["posts"], row)
         for row in rows.quarters.rows],
        edition.shown_of(rows.quarters),
    )  # fmt: skip
    yield _Section(
        _title_of_posts(edition, rows), (telling("text"), telling("page"), telling("published")),
        [(short(row["text"], _TEXT) or telling.captions("no_text"),
          row["account_name"] or texts.platform(row["platform"]),
          row["published_at"] and telling.date_of(row["published_at"]), row) for row in rows.posts.rows],
        edition.shown_of(rows.posts),
    )  # fmt: skip
    yield _Section(
        texts("attendances"), (texts("event"), telling("published"), texts("events")),
        [(_programme(edition, row), row["published_at"] and str(telling.date_of(row["published_at"])),
          row[EVENTS.name], row) for row in rows.events.rows],
        "  ·  ".join(filter(None, (edition.shown_of(rows.events), texts("attendances_says")))),
        _PEOPLE, False,
    )  # fmt: skip
    yield _Section(
        telling("outreach"), (texts("text"), texts("account"), telling("published")),
        [(_programme(edition, row), row["account_name"] or "–",
          row["published_at"] and telling.date_of(row["published_at"]), row) for row in rows.outreach.rows],
        edition.shown_of(rows.outreach), (), False,
    )  # fmt: skip


def _spent_on_ads(sheet: Worksheet, looks: Looks, edition: Edition, ads: Row, row: int) -> int:
    """What the campaign's ads cost: a table of them where reports name some, and sentences; the row below."""
    texts = edition.telling.texts
    if ads["rows"]:
        first = Shown(ads["rows"][:_MOST_ADS], len(ads["rows"]))
        figures = [{**ad, "rounded": None} for ad in first.rows]
        row = _write_section(sheet, looks, edition, _Section(
            texts("ads"), (texts("ads_name"), texts("ads_days"), texts("ads_money")),
            [(ad["name"], f"{ad['platform']}, {ad['days']}", ad["spent"], ad) for ad in figures],
            edition.shown_of(first), COUNTS, False,
        ), row)  # fmt: skip
    for sentence in (*ads["sentences"], *([texts("ads_apart")] if ads["rows"] else [])):
        row = _line(sheet, looks.style(text_wrap=True), row, sentence)
    return row


def _quarter(edition: Edition, row: Row) -> str:
    name = edition.period(row["period"])
    return name if row["is_over"] else edition("not_over", quarter=name)


def _title_of_posts(edition: Edition, rows: SheetRows) -> str:
    """By which figure the posts are the first: by one that is known of some."""
    metrics = (metric for metric in ("views", "likes") if any(row[metric] is not None for row in rows.posts.rows))
    metric = next(metrics, None)
    return edition.telling(f"top_posts_{metric}" if metric else "posts")


def _programme(edition: Edition, row: Row) -> str:
    """What was on air, in print or on site, and of which kind."""
    kind = edition.telling.texts.kind(row["kind"] if row["kind"] in OUTREACH_KINDS else "other")
    return f"{kind}: {short(row['text'], _TEXT) or edition.telling.captions('no_text')}"


def _write_section(sheet: Worksheet, looks: Looks, edition: Edition, section: _Section, row: int) -> int:
    """A table with its title, from a row on; the row below it."""
    title, head = looks.style(**SECTION), looks.style(**HEAD, text_wrap=True)
    right = looks.style(**HEAD, text_wrap=True, align="right")
    text, last = looks.style(text_wrap=True, **FRAME), looks.style(text_wrap=True, align="right", **FRAME)
    texts = edition.telling.texts
    sheet.set_row(row, 20)
    put(sheet, row, 0, section.title, title, title)
    row += 1
    called = (texts(f"head_{name}") if name in _PEOPLE else texts.metric(name) for name in section.figures)
    heads = (*section.heads, *called, *((texts("reach"),) if section.has_reach else ()))
    sheet.set_row(row, height(zip(heads, _WIDTHS, strict=False)))
    for place, told in enumerate(heads):
        put(sheet, row, place, told, head, right if place > 1 else head)
    for name, beside, third, figures in section.rows:
        row += 1
        past = edition.beside_past(figures) if "post_id" in figures else ""
        name, beside = shown("\n".join(filter(None, (plain(name), past)))), shown(plain(beside or ""))
        reach = edition.reach(figures) if section.has_reach else ""
        lines = height([(name, _WIDTHS[0]), (beside, _WIDTHS[1]), (reach, _WIDTHS[-1])])
        sheet.set_row(row, max(lines, edition.row_height))
        for place in range(len(heads)):  # its line, where nothing is known
            sheet.write_blank(row, place, None, text)
        put(sheet, row, 0, name, text, text)
        put(sheet, row, 1, beside, text, text)
        put(sheet, row, 2, third, looks.style(number_format(0) if isinstance(third, int) else "yyyy-mm-dd", **FRAME),
            last if isinstance(third, str) else text)  # fmt: skip
        for place, metric in enumerate(section.figures, 3):
            put(sheet, row, place, *_number(looks, figures, metric), text)
        if section.has_reach:
            put(sheet, row, len(_WIDTHS) - 1, reach or None, last, last)
    if section.below:
        row += 1
        put(sheet, row, 0, section.below, text, looks.style(**QUIET))
    return row + 1


def _number(looks: Looks, row: Row, metric: str, **properties: Any) -> tuple[Any, Any]:
    """A figure and its format, in which its marks stand: the cell holds the number."""
    return row[metric], looks.style(number_format(row[metric] or 0, marks(row, metric)), **FRAME, **properties)
