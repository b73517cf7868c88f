"""The workbook's cover: whose figures, of which day, where they stand, and what the words in them mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from connectors.contract import METRIC, METRICS
from warehouse.measures import TOTALS
from warehouse.measures import label as label_of
from warehouse.publish.document.telling import HEADLINES, marks
from warehouse.publish.report.language import plain, words
from warehouse.publish.workbook import campaign_sheet
from warehouse.publish.workbook.sheets import DAY, HEAD, INSTANT, LONGEST_TEXT, Looks, height, number_format, put, shown

Tables = Mapping[str, pl.DataFrame]

_READING = (
    ("An empty cell", "Not known (null in the database), which is not 0. Excel's SUM passes over it: a column …_known "
     "beside a figure says how many of the posts know it."),
    ("Reach", "Counts accounts, not people, and is never added up, since one account sees several posts. What can be "
     "proved are two bounds: by the end of reach_on the true number lay between reach_at_least and reach_at_most. "
     "Where reach_at_most is empty, only the lower bound is known."),
    ("≈ ≥ ≤", "On the sheet Indicators: rounded by its platform, at least, at most. The cell itself holds the number. "
     "Where actual_at_most has a number too, the truth lies between the two."),
    ("Read between", "Where read_until is filled, nobody told on which day some of the figures were read: it was "
     "between read_from and read_until."),
    ("Gains", "campaign_daily and campaign_periods hold what was added in their days; other totals count from the "
     "publication to the end of the day above."),
    ("Days and times", "Days are those of {timezone}. Times are UTC, as in the database, and whole seconds."),
    ("Texts", "Ids are texts, so that no digit is lost. Captions, names and links come from the internet as they are; "
     f"longer than {LONGEST_TEXT:,} characters they end with “…”."),
)  # fmt: skip
_WIDTHS = (30, 13, 13, 13, 13, 13, 29)
_TEXT = sum(_WIDTHS[1:])
"""What is said of a label stands over all columns but the first."""
_MOST_CAMPAIGNS = 20
_MEANING = (
    "≥: at least, since some posts or days are not known; ≈: rounded by a platform. A post of two campaigns counts "
    "once in all together. Accounts reached are never added up."
)
_AFTER_FIGURES = ("approximate", "entered", "stale", "posts_gone", "visits")
"""Explained behind all others, in this order."""


def properties(tables: Tables) -> dict[str, Any]:
    """What the file says of itself; its time is that of the figures, so that equal figures are equal bytes."""
    about = tables["about"].row(0, named=True)
    return {"title": _title(tables), "subject": f"As of {about['as_of']}", "created": about["refreshed_at"],
            "comments": f"Reach {about['tool_version']}, snapshot {about['snapshot_id']}"}  # fmt: skip


def write(
    sheet: Worksheet,
    looks: Looks,
    tables: Tables,
    contents: Sequence[tuple[str, str, bool]],
    frozen_as: str | None,
    *,
    has_tables: bool,
) -> None:
    """The cover.

    Args:
        contents: the other sheets, each with what stands on it, and whether it is shown: only then a link leads there.
        frozen_as: the name of the report that the tables were frozen as.
        has_tables: whether the tables stand behind, whose columns are explained then.
    """
    about = tables["about"].row(0, named=True)
    page = _Page(sheet, looks)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    title = looks.style(bold=True, font_size=20, font_color="#1F4E79")
    put(sheet, 0, 0, _title(tables), title, title)
    if about["banner"]:
        warning = looks.style(bold=True, text_wrap=True, font_color="#9C0006", bg_color="#FFC7CE")
        page.line("Read this first", about["banner"], warning, warning)
        page.row += 1
    page.line("As of", about["as_of"], looks.style(DAY, align="left"))
    if about["known_on"]:
        page.line("By what was known on", about["known_on"], looks.style(DAY, align="left"))
    if frozen_as:
        page.line("Frozen as", f"{frozen_as}; these figures stay as they are.")
    page.line("Computed at", about["refreshed_at"], looks.style(INSTANT, align="left"))
    page.line("By", f"Reach {about['tool_version']}, tables of version {about['schema_version']}")
    page.line("Snapshot", f"{about['snapshot_id']}, the same in everything that was published with it")
    _headline(page, tables)
    page.head("How to read it")
    if has_tables:
        for label, text in _READING:
            page.line(label, text.format(timezone=about["timezone"]))
        page.head("What the words mean")
        for word, meaning in _words():
            page.line(word, meaning)
    else:
        for at, rule in enumerate(words("en")["page"]["rules"], 1):
            page.line(str(at), rule)
    page.head("Definitions that changed within these totals")
    for label, text in _changed(tables) or [("None", "No total here adds up what a platform counted in two ways.")]:
        page.line(label, text)
    page.head("The sheets")
    for name, text, is_shown in contents:
        link = looks.style(font_color="#0563C1", underline=1, text_wrap=True)
        if is_shown:
            quoted = name.replace("'", "''")  # a campaign's name may have one
            sheet.write_url(page.row, 0, f"internal:'{quoted}'!A1", link, name)
        page.line(None if is_shown else name, text)
    sheet.hide_gridlines(2)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)


class _Page:
    """Where the next line of the cover goes."""

    def __init__(self, sheet: Worksheet, looks: Looks) -> None:
        self.sheet, self.looks, self.row = sheet, looks, 2

    def head(self, title: str) -> None:
        """A title above lines."""
        look = self.looks.style(bold=True, font_size=13, font_color="#1F4E79", bottom=1, bottom_color="#1F4E79")
        self.row += 1
        self.sheet.set_row(self.row, 20)
        self.sheet.write_string(self.row, 0, title, look)
        for column in range(1, len(_WIDTHS)):
            self.sheet.write_blank(self.row, column, None, look)
        self.row += 1

    def line(self, label: str | None, value: Any, look: Format | None = None, label_look: Format | None = None) -> None:
        """A label and what is said of it; without a label, what stands there already stays."""
        text, bold = self.looks.style(text_wrap=True), self.looks.style(bold=True, text_wrap=True)
        self.sheet.set_row(self.row, height(zip((label or "", shown(str(value))), (_WIDTHS[0], _TEXT), strict=True)))
        put(self.sheet, self.row, 0, label, label_look or bold, label_look or bold)
        self.sheet.merge_range(self.row, 1, self.row, len(_WIDTHS) - 1, "", look or text)
        put(self.sheet, self.row, 1, value, look or text, look or text)
        self.row += 1


def _headline(page: _Page, tables: Tables) -> None:
    """The figures of the whole project and of each campaign, as the tables have them."""
    if not campaign_sheet.has_figures(tables) or tables["campaign_totals"].is_empty():
        return
    totals = tables["campaign_totals"]
    looks, sheet = page.looks, page.sheet
    page.head("The figures")
    head, text, last = looks.style(**HEAD, text_wrap=True), looks.style(text_wrap=True), looks.style(align="right")
    reach = str(words("en")["page"]["reach"])
    heads = ("Campaign", label_of("posts", "en"), *(label_of(metric, "en") for metric in HEADLINES), reach)
    for column, told in enumerate(heads):
        put(sheet, page.row, column, told, head, head)
    project = tables["project_totals"].row(0, named=True)
    rows = [("All together", project), *((row["campaign_name"] or row["campaign_id"], row)
            for row in totals.head(_MOST_CAMPAIGNS).iter_rows(named=True))]  # fmt: skip
    for at, (name, row) in enumerate(rows):
        page.row += 1
        bold: dict[str, Any] = {"bold": True} if not at else {}
        name = shown(plain(name))
        sheet.set_row(page.row, height([(name, _WIDTHS[0])]))
        put(sheet, page.row, 0, name, text, looks.style(text_wrap=True, **bold))
        put(sheet, page.row, 1, row["posts"], looks.style(number_format(0), **bold), text)
        for column, metric in enumerate(HEADLINES, 2):
            look = looks.style(number_format(row[metric] or 0, marks(row, metric)), **bold)
            put(sheet, page.row, column, row[metric], look, text)
        put(sheet, page.row, len(_WIDTHS) - 1, campaign_sheet.reach_of(row), last, looks.style(align="right", **bold))
    page.row += 1
    if totals.height > _MOST_CAMPAIGNS:
        page.line(
            "…", f"and {totals.height - _MOST_CAMPAIGNS:,} more campaigns: reach.xlsx has all in campaign_totals."
        )
    page.line("What they mean", _MEANING)


def _title(tables: Tables) -> str:
    names = tables["project_totals"]["project_name"].to_list()
    return shown(" ".join(str(names[0]).split())) if names and names[0] else "Reach"


def _words() -> list[tuple[str, str]]:
    explained = [measure for measure in TOTALS if measure.is_explained and measure.column not in METRIC]
    explained.sort(key=lambda m: _AFTER_FIGURES.index(m.column) if m.column in _AFTER_FIGURES else -1)
    words = [(m.name, m.meaning, m.unit) for m in METRICS] + [(m.column, m.meaning, m.unit) for m in explained]
    return [(name, meaning + (f" (in {unit})" if unit else "")) for name, meaning, unit in words]


def _changed(tables: Tables) -> list[tuple[str, str]]:
    """The changes of definitions that some total spans: its name, and what counted before and after."""
    told = [text for table in tables.values() if "definitions" in table.columns
            for text in table["definitions"].drop_nulls().unique()]  # fmt: skip
    changed = []
    for change in tables["definition_changes"].iter_rows(named=True):
        name = f"{change['platform']} {change['metric']} since {change['since']}"
        if any(f"{name}: " in text for text in told):
            changed.append((name, f"until then {change['before']}; from then {change['now']}"))
    return changed
