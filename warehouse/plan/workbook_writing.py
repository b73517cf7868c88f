"""Writes a plan as plan.xlsx: a sheet a section, with words on what each column means, and lists to choose from."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import xlsxwriter
from pydantic import BaseModel
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from connectors.contract import ACCOUNT_METRICS
from warehouse.corrected_texts import corrected
from warehouse.measures import NAMEABLE
from warehouse.palette import LIGHT
from warehouse.plan import fiscal, plain_cells
from warehouse.plan.layout import EXCEPT, LISTS, PLATFORM, PROJECT, SHEETS, START, Column, Sheet, cell_name
from warehouse.plan.model import Plan
from warehouse.plan.values import SCOPES

_ROWS = 1_000
"""So many rows below the header offer their lists."""
_CHOSEN_FROM = {
    "activity": ("activities", "id"), "campaign": ("campaigns", "id"), "output": ("outputs", "id"),
    "objective": ("objectives", "id"), "organisation": ("organisations", "name"), "asset": ("assets", "id"),
    "indicator": ("indicators", "id"), "report": ("reports", "name"), "stage": ("stages", "stage"),
}  # fmt: skip
"""The sheet and column in which a column's values stand."""
_MOST_YEARS = 20
"""A project that is longer has no list of its periods."""
_FIXED = {PLATFORM, "scope", "flag"}
"""The lists beside which nothing is right."""
_LINE = 15.5
_KHMER_LINE = 22.0
"""How high a row with Khmer is, whose letters reach above and below Latin ones."""
_WIDTHS = {"text": 22, "texts": 34, "day": 13, "flag": 11, "whole": 13, "number": 13}
_WIDE = {"id": 26, "name": 52, "post": 64, "source": 44, "contact": 44}


_CREATED = datetime(2000, 1, 1)
"""A day that stands in every workbook: the same plan makes the same bytes."""
_SENTENCES = (
    "It says what is reported on, and which posts count towards it. Each row is one thing. Save the file as "
    "plan.xlsx; Reach reads it each night.",
    "Sheets with a green tab are needed: project, activities, campaigns. Use the others where you need them.",
    "Point at a column's header: its comment says what the column means, with an example. Columns with a green header "
    "must be filled in.",
    "Columns of ids are formatted as Text, so that 1.1.10 and 1.10 stay as you type them. When you paste, paste the "
    "values only.",
    "Type days as 2024-09-27. Where a cell holds several values, put each on a line of its own (Alt+Enter).",
    "A column or a sheet with the name notes is for you: Reach does not read it.",
    "reach plan check tells each mistake with its sheet and cell. Until it is mended, the last good plan counts.",
)
KHMER = {
    "project": "គម្រោង", "objectives": "គោលបំណង", "outputs": "លទ្ធផល", "activities": "សកម្មភាព",
    "campaigns": "យុទ្ធនាការ", "posts": "ការបង្ហោះ", "assets": "ស្នាដៃ", "stages": "ដំណាក់កាល",
    "organisations": "អង្គការ", "accounts": "គណនី", "indicators": "សូចនាករ", "targets": "គោលដៅ",
    "reports": "របាយការណ៍", "rules": "លក្ខខណ្ឌ", "account_figures": "តួលេខនៃទំព័រ", "same": "ការបង្ហោះតែមួយ",
    "printed": "តួលេខដែលបានបោះពុម្ព", "definitions": "និយមន័យ", "rates": "អត្រាប្តូរប្រាក់",
}  # fmt: skip
"""What sheets are called in Khmer."""


class TooLong(Exception):
    """A value of the plan is longer than a cell may be; the sentence says which."""


class _Looks(NamedTuple):
    head: Format
    needed: Format
    text: Format
    texts: Format
    day: Format
    number: Format
    title: Format
    words: Format
    link: Format

    def for_kind(self, kind: str) -> Format:
        """How a cell of a kind looks; a text stays one, whatever is typed."""
        return {"day": self.day, "text": self.text, "texts": self.texts}.get(kind, self.number)


def workbook(plan: Plan, platforms: Collection[str]) -> bytes:
    """The workbook; :func:`warehouse.plan.workbook.parse` makes the same plan of it. The same bytes for the same plan.

    Raises:
        TooLong: a value has no place in a cell.
    """
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"title": f"The plan of {plan.project.name}"[:250], "created": _CREATED})
        looks = _looks(book)
        _start(book.add_worksheet(START), looks)
        for sheet in SHEETS.values():
            page = book.add_worksheet(sheet.name)
            page.set_tab_color(LIGHT["good"] if sheet.is_needed else LIGHT["line"])
            rows = list(_rows(sheet.name, plan))
            if sheet.name == PROJECT:
                _project(page, sheet, rows[0], looks)
            else:
                _table(page, sheet, rows, looks)
        lists = _lists(plan, platforms)
        _write_lists(book.add_worksheet(LISTS), lists, looks)
        for sheet in SHEETS.values():
            _offer(book.get_worksheet_by_name(sheet.name), sheet, lists)
        book.get_worksheet_by_name(START).activate()
    return target.getvalue()


def _rows(name: str, plan: Plan) -> Iterator[dict[str, Any]]:
    """The rows of a sheet, each by the keys of its columns."""
    match name:
        case "project":
            yield _values(plan.project)
        case "rules":
            yield from ({"campaign": c.id, **_values(rule)} for c in plan.campaigns for rule in c.match)
        case "account_figures":
            yield from ({"campaign": c.id, **_values(each)} for c in plan.campaigns for each in c.account_figures)
        case "stages":
            for c in plan.campaigns:
                yield from ({"campaign": c.id, "stage": one, "counted": c.counted.get(one)} for one in c.stages)
        case "posts":
            for c in plan.campaigns:
                yield from ({"post": post, "campaign": c.id} for post in c.posts)
                yield from ({"post": post, "campaign": c.id, EXCEPT: True} for post in c.excluded)
            yield from ({"post": post, "campaign": a.campaign, "asset": a.id} for a in plan.assets for post in a.posts)
        case "targets":
            for each in plan.indicators:
                yield from ({"indicator": each.id, "period": p, "target": t} for p, t in each.targets.items())
        case "same":
            for number, same in enumerate(plan.same, 1):
                yield from ({"number": number, "post": post} for post in same.posts)
        case "accounts":
            yield from ({**_values(a), PLATFORM: a.platform, "id": a.account_id} for a in plan.accounts)
        case _:
            field = next(key for key, one in Plan.model_fields.items() if (one.alias or key) == SHEETS[name].section)
            yield from map(_values, getattr(plan, field))


def _values(table: BaseModel) -> dict[str, Any]:
    """What a table says by key, but for false where an empty cell says that, too."""
    fields = type(table).model_fields.items()
    values = ((field.alias or name, getattr(table, name), field.default) for name, field in fields)
    return {key: value for key, value, default in values if value is not False or default is not False}


def _table(page: Worksheet, sheet: Sheet, rows: Sequence[Mapping[str, Any]], looks: _Looks) -> None:
    for at, column in enumerate(sheet.columns):
        page.set_column(at, at, _WIDE.get(column.key, _WIDTHS[column.kind]), looks.for_kind(column.kind))
        page.write_string(0, at, column.key, looks.needed if column.is_needed else looks.head)
        page.write_comment(0, at, _comment(column), {"x_scale": 2.4, "y_scale": 1.6, "font_size": 10})
        for row, values in enumerate(rows, 1):
            _put(page, sheet, row, at, column, values.get(column.key), looks)
    for row, values in enumerate(rows, 1):
        lines = max(len(values.get(column.key) or ()) if column.kind == "texts" else 1 for column in sheet.columns)
        page.set_row(row, _LINE * min(lines, 20) if lines > 1 else None)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(len(rows), 1), len(sheet.columns) - 1)
    page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    page.set_landscape()
    page.fit_to_pages(1, 0)


def _project(page: Worksheet, sheet: Sheet, values: Mapping[str, Any], looks: _Looks) -> None:
    for at, head in enumerate(("key", "value", "what it means")):
        page.write_string(0, at, head, looks.head)
    for row, column in enumerate(sheet.columns, 1):
        page.write_string(row, 0, column.key, looks.needed if column.is_needed else looks.head)
        page.write_blank(row, 1, None, looks.for_kind(column.kind))
        _put(page, sheet, row, 1, column, values.get(column.key), looks)
        page.write_string(row, 2, _comment(column), looks.words)
        page.set_row(row, _height(_comment(column), 90))
    page.set_column(0, 0, 22)
    page.set_column(1, 1, 50)
    page.set_column(2, 2, 90)
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.fit_to_pages(1, 0)


def _put(page: Worksheet, sheet: Sheet, row: int, at: int, column: Column, value: Any, looks: _Looks) -> None:
    if value is None or value == ():
        return
    cell, look = plain_cells.written(value, column.kind), looks.for_kind(column.kind)
    if isinstance(cell, str):
        if len(cell.encode("utf-16-le")) // 2 > plain_cells.LONGEST:
            raise TooLong(
                f"{cell_name(sheet.name, row, at)} would hold {len(cell):,} characters, and a cell holds 32,767."
            )
        page.write_string(row, at, cell, look)
    elif isinstance(cell, bool):
        page.write_boolean(row, at, cell, look)
    elif isinstance(cell, date):
        page.write_datetime(row, at, cell, look)
    else:
        page.write_number(row, at, cell, look)


def _comment(column: Column) -> str:
    example = plain_cells.written(column.example, column.kind)
    shown = {True: "TRUE", False: "FALSE"}.get(example, str(example)) if isinstance(example, bool) else str(example)
    needed = "Needed. " if column.is_needed else ""
    several = " Several: each on a line of its own (Alt+Enter)." if column.kind == "texts" else ""
    return f"{needed}{column.meaning}{several}\nExample: {shown.replace(chr(10), ' ⏎ ')}"


def _height(text: str, width: int) -> float:
    """How high a row is in which a text is wrapped; LibreOffice does not fit it itself."""
    return _LINE * sum(1 + len(line) // width for line in text.split("\n"))


def _start(page: Worksheet, looks: _Looks) -> None:
    page.set_column(0, 0, 22)
    page.set_column(1, 1, 18)
    page.set_column(2, 2, 110)
    page.write_string(0, 0, "The plan", looks.title)
    page.write_string(0, 1, "ផែនការ", looks.title)
    for row, sentence in enumerate(_SENTENCES, 1):
        page.merge_range(row, 0, row, 2, sentence, looks.words)
        page.set_row(row, _height(sentence, 150))
    first = len(_SENTENCES) + 2
    for at, head in enumerate(("sheet", "ជាភាសាខ្មែរ", "what it is for")):
        page.write_string(first, at, head, looks.head)
    page.set_row(first, _KHMER_LINE)
    for row, sheet in enumerate(SHEETS.values(), first + 1):
        page.write_url(row, 0, f"internal:'{sheet.name}'!A1", looks.link, sheet.name)
        in_khmer = corrected(f"plan.{sheet.name}", KHMER.get(sheet.name, ""))
        page.write_string(row, 1, in_khmer, looks.words)
        page.write_string(row, 2, sheet.purpose.replace("``", ""), looks.words)
        page.set_row(row, max(_height(sheet.purpose, 130), _KHMER_LINE))
    page.hide_gridlines(2)
    page.set_landscape()
    page.fit_to_pages(1, 0)


def _lists(plan: Plan, platforms: Collection[str]) -> dict[str, list[str]]:
    """The lists to choose from that stand in no sheet of the plan."""
    project, stages = plan.project, dict.fromkeys(stage for c in plan.campaigns for stage in c.stages)
    spans = [(project.starts, project.ends), *((each.starts, each.ends) for each in plan.campaigns)]
    days = [day for span in spans for day in span if day]
    first, last = min(days, default=None), max(days, default=None)
    periods: list[str] = []
    if first and last and first.year > 1900 and last.year < 2200 and last.year - first.year < _MOST_YEARS:
        years, quarters = fiscal.periods(first, last, project.fiscal_year_starts)
        periods = [one.name for one in (*years, *quarters)]
    activities, campaigns = (
        [f"activity:{a.id}" for a in plan.activities],
        [f"campaign:{c.id}" for c in plan.campaigns],
    )
    return {
        PLATFORM: sorted(platforms),
        "flag": ["TRUE", "FALSE"],
        "scope": list(SCOPES),
        "metric": [*NAMEABLE, *stages],
        "account_metric": list(ACCOUNT_METRICS),
        "period": periods,
        "of": ["project", *activities, *campaigns],
    }


def _write_lists(page: Worksheet, lists: Mapping[str, Sequence[str]], looks: _Looks) -> None:
    for at, (name, values) in enumerate(lists.items()):
        page.set_column(at, at, 24)
        page.write_string(0, at, name, looks.head)
        for row, value in enumerate(values, 1):
            page.write_string(row, at, value, looks.text)
    page.freeze_panes(1, 0)


def _offer(page: Worksheet, sheet: Sheet, lists: Mapping[str, Sequence[str]]) -> None:
    """Lets cells be chosen from lists; another value is asked about, or refused where nothing else is right."""
    for at, column in enumerate(sheet.columns):
        own_list = "flag" if column.kind == "flag" else column.key
        if own_list == "metric" and sheet.name == "account_figures":
            own_list = "account_metric"
        if lists.get(own_list):
            letter = cell_name("", 0, list(lists).index(own_list)).strip("!'1")
            source = f"={LISTS}!${letter}$2:${letter}${max(len(lists[own_list]), 1) + 1}"
        elif column.key in _CHOSEN_FROM and _CHOSEN_FROM[column.key][0] != sheet.name:
            other, key = _CHOSEN_FROM[column.key]
            place = [one.key for one in SHEETS[other].columns].index(key)
            letter = cell_name("", 0, place).strip("!'1")
            source = f"={other}!${letter}$2:${letter}${_ROWS}"
        else:
            continue
        is_fixed = own_list in _FIXED or own_list == "account_metric"
        options = {
            "validate": "list",
            "source": source,
            "error_type": "stop" if is_fixed else "warning",
            "error_title": column.key,
            "error_message": "Choose one of the list." if is_fixed else "It is not in the list. Keep it all the same?",
        }
        page.data_validation(1, at, _ROWS, at, options)


def _looks(book: Any) -> _Looks:
    head = {
        "bold": True,
        "font_color": LIGHT["paper"],
        "bg_color": LIGHT["quiet"],
        "valign": "top",
        "border": 1,
        "border_color": LIGHT["paper"],
    }
    body = {"valign": "top"}
    return _Looks(
        head=book.add_format(head),
        needed=book.add_format({**head, "bg_color": LIGHT["good"]}),
        text=book.add_format({**body, "num_format": "@"}),
        texts=book.add_format({**body, "num_format": "@", "text_wrap": True}),
        day=book.add_format({**body, "num_format": "yyyy-mm-dd", "align": "left"}),
        number=book.add_format({**body, "align": "left"}),
        title=book.add_format({"bold": True, "font_size": 18, "font_color": LIGHT["main"]}),
        words=book.add_format({**body, "text_wrap": True}),
        link=book.add_format({**body, "font_color": LIGHT["main"], "underline": 1}),
    )
