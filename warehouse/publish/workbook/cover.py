"""The workbook's cover: whose figures, for whom, of which day, where they stand, and how to read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from warehouse.publish.document.contents import lines_below_title, project_name
from warehouse.publish.document.telling import HEADLINES
from warehouse.publish.report.language import number, plain
from warehouse.publish.report.sentence import of_project
from warehouse.publish.report.wording import marks
from warehouse.publish.workbook.edition import MOST_CAMPAIGNS, Edition, Row
from warehouse.publish.workbook.sheets import (
    FRAME,
    HEAD,
    LEAD,
    LINK,
    QUIET,
    SECTION,
    TITLE,
    WARNING,
    Looks,
    height,
    number_format,
    pages_high,
    put,
    shown,
)

_WIDTHS = (30, 11, 12, 12, 12, 12, 14, 27)
_TEXT = sum(_WIDTHS[1:])
"""What is said of a label stands over all columns but the first."""


def properties(edition: Edition) -> dict[str, Any]:
    """What the file says of itself; its time is that of the figures, so that equal figures are equal bytes."""
    about = edition.about
    return {"title": _title(edition), "subject": edition.as_of, "created": about["refreshed_at"],
            "comments": f"Reach {about['tool_version']}, snapshot {about['snapshot_id']}"}  # fmt: skip


def write(
    sheet: Worksheet, looks: Looks, edition: Edition, contents: Sequence[tuple[str, str]], *, is_to_send: bool
) -> None:
    """The cover.

    Args:
        contents: the other sheets that are shown, each with what stands on it.
        is_to_send: whether it is for others, who cannot do anything about a faulty plan.
    """
    page = _Page(sheet, looks)
    sheet.set_default_row(edition.row_height)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    title = looks.style(**TITLE)
    sheet.set_row(0, 30)
    put(sheet, 0, 0, _title(edition), title, title)
    _head(page, edition, is_to_send=is_to_send)
    _headline(page, edition)
    page.head(edition.telling.texts("how_to_read"))
    for at, rule in enumerate(edition.telling.texts.words["rules"], 1):
        page.over_all(f"{at}. {rule}", looks.style(text_wrap=True))
    if changed := list(_changed(edition)):
        page.head(edition("definitions_changed"))
        for label, text in changed:
            page.line(label, text)
    page.head(edition("sheets"))
    for name, text in contents:
        quoted = name.replace("'", "''")  # a campaign's name may have one
        sheet.write_url(page.row, 0, f"internal:'{quoted}'!A1", looks.style(**LINK, text_wrap=True), name)
        page.line(None, text)
    if not is_to_send:
        page.line("…", edition("hidden_sheets"))
    page.head(edition.telling("check"))
    page.over_all(_proof(edition), looks.style(**QUIET, text_wrap=True))
    sheet.hide_gridlines(2)
    sheet.set_portrait()
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, pages_high(sheet, _WIDTHS, page.row, edition.row_height))


class _Page:
    """Where the next line of the cover goes."""

    def __init__(self, sheet: Worksheet, looks: Looks) -> None:
        self.sheet, self.looks, self.row = sheet, looks, 1

    def head(self, title: str) -> None:
        """A title above lines."""
        look = self.looks.style(**SECTION, **FRAME)
        self.row += 1
        self.sheet.set_row(self.row, 22)
        self.sheet.write_string(self.row, 0, title, look)
        for column in range(1, len(_WIDTHS)):
            self.sheet.write_blank(self.row, column, None, look)
        self.row += 1

    def line(self, label: str | None, value: str, look: Format | None = None, label_look: Format | None = None) -> None:
        """A label and what is said of it; without a label, what stands there already stays."""
        text, bold = self.looks.style(text_wrap=True), self.looks.style(bold=True, text_wrap=True)
        self.sheet.set_row(self.row, height(zip((label or "", shown(value)), (_WIDTHS[0], _TEXT), strict=True)))
        put(self.sheet, self.row, 0, label, label_look or bold, label_look or bold)
        self.sheet.merge_range(self.row, 1, self.row, len(_WIDTHS) - 1, "", look or text)
        put(self.sheet, self.row, 1, value, look or text, look or text)
        self.row += 1

    def over_all(self, text: str, look: Format) -> None:
        """A text over all columns."""
        self.sheet.set_row(self.row, height([(shown(text), sum(_WIDTHS))]))
        self.sheet.merge_range(self.row, 0, self.row, len(_WIDTHS) - 1, "", look)
        put(self.sheet, self.row, 0, text, look, look)
        self.row += 1


def _head(page: _Page, edition: Edition, *, is_to_send: bool) -> None:
    """Below the title: by whom, for whom, of which days; and a warning before all where one is needed."""
    looks, about = page.looks, edition.about
    quiet, warning = looks.style(**QUIET), looks.style(**WARNING, text_wrap=True)
    for line in lines_below_title(edition.telling, edition.plan, _title(edition)):
        page.over_all(line, quiet)
    if about["known_on"]:
        page.over_all(edition.telling.texts("known_on", day=edition.day(about["known_on"])), quiet)
    if edition.book.frozen_as:
        page.over_all(edition("frozen_as", name=edition.book.frozen_as), quiet)
    if about["banner"]:
        page.row += 1
        told = edition.telling.texts.told(about["banner"]) or ""
        page.line(edition("read_first"), edition("not_to_send") if is_to_send else told, warning, warning)


def _headline(page: _Page, edition: Edition) -> None:
    """The figures of the whole project as a sentence, then a row for it and each campaign, as the tables have them."""
    if not edition.book.has_figures or edition.tables["campaign_totals"].is_empty():
        return
    totals, texts = edition.tables["campaign_totals"], edition.telling.texts
    looks, sheet = page.looks, page.sheet
    page.head(texts("totals"))
    line = of_project(edition.book.told, edition.language, edition.book.platforms)
    page.over_all(line, looks.style(**LEAD, text_wrap=True))
    page.row += 1
    head, text = looks.style(**HEAD, text_wrap=True), looks.style(text_wrap=True)
    right, last = looks.style(**HEAD, text_wrap=True, align="right"), looks.style(align="right", text_wrap=True)
    heads = (texts("campaign"), texts("posts"), *(texts.metric(metric) for metric in HEADLINES), texts("outreach"),
             texts("reach"))  # fmt: skip
    sheet.set_row(page.row, height(zip(heads, _WIDTHS, strict=True)))
    for column, told in enumerate(heads):
        put(sheet, page.row, column, told, head, right if column else head)
    project = edition.book.tables["project_totals"].row(0, named=True)
    rows = [(texts("together"), project), *((row["campaign_name"] or row["campaign_id"], row)
            for row in totals.head(MOST_CAMPAIGNS).iter_rows(named=True))]  # fmt: skip
    for at, (name, row) in enumerate(rows):
        page.row += 1
        bold: dict[str, Any] = {"bold": True} if not at else {}
        name, reach = shown(plain(name)), edition.reach(row)
        sheet.set_row(page.row, max(height([(name, _WIDTHS[0]), (reach, _WIDTHS[-1])]), edition.row_height))
        put(sheet, page.row, 0, name, text, looks.style(text_wrap=True, **bold))
        for column, metric in enumerate(("posts", *HEADLINES, "outreach"), 1):
            before = marks(row, metric) if metric in HEADLINES else ""
            look = looks.style(number_format(row[metric] or 0, before), **bold)
            put(sheet, page.row, column, row[metric], look, text)
        put(sheet, page.row, len(_WIDTHS) - 1, reach, last, looks.style(align="right", text_wrap=True, **bold))
    page.row += 1
    if totals.height > MOST_CAMPAIGNS:
        page.line("…", edition("shown_of", shown=number(MOST_CAMPAIGNS), all=number(totals.height)))
    note = looks.style(**QUIET, text_wrap=True)
    for told in (
        edition.telling.captions("marks_least"),
        edition.telling.captions("marks_rounded"),
        edition("counts_once"),
    ):
        page.over_all(told, note)


def _title(edition: Edition) -> str:
    return shown(plain(project_name(edition.plan, edition.language))) or "Reach"


def _proof(edition: Edition) -> str:
    """What the figures rest on, and which edition of them this is."""
    about = edition.about
    made = edition(
        "made", day=edition.telling.texts.at(about["refreshed_at"]), version=about["tool_version"],
        snapshot=about["snapshot_id"],
    )  # fmt: skip
    return f"{edition.telling('check_kept')} {made}"


def _changed(edition: Edition) -> Iterator[tuple[str, str]]:
    """The changes of definitions that some total spans: its name, and what counted before and after."""
    tables, texts = edition.book.tables, edition.telling.texts
    told = {text for table in tables.values() if "definitions" in table.columns
            for text in table["definitions"].drop_nulls().unique()}  # fmt: skip
    for change in tables["definition_changes"].iter_rows(named=True):
        start = f"{change['platform']} {change['metric']} since {change['since']}: "
        if any(start in text for text in told):
            yield (
                f"{texts.platform(change['platform'])}, {texts.metric(change['metric'])}",
                edition("definition", since=edition.day(change["since"]), before=_told(edition, change, "before"),
                        now=_told(edition, change, "now")),
            )  # fmt: skip


def _told(edition: Edition, change: Row, column: str) -> str:
    return edition.telling.texts.told(change[column]) or ""
