"""plan.xlsx: the plan as a workbook, read into the tables that plan.toml has, each mistake with its sheet and cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from warehouse.plan import layout, plain_cells
from warehouse.plan.checks import not_there
from warehouse.plan.layout import EXCEPT, NOTES, PLATFORM, SHEETS, Column, Sheet, cell_name, sheet_key
from warehouse.plan.lines import Path
from warehouse.plan.mistakes import Finding, Mistake, PlanError, Unfit, nearest, shown
from warehouse.plan.model import Plan, judged

Cells = Mapping[tuple[int, int], object]
"""The filled cells of a sheet by row and column from 0: ``str``, numbers, ``datetime``, ``bool``, ``ValueError``."""

_PARTS = {"rules": "match", "account_figures": "account_figures"}
"""The sheets whose rows are tables within a campaign, and the key that these have there."""
_IGNORED = {sheet_key(layout.START), sheet_key(layout.LISTS)}


class _Place(NamedTuple):
    """A cell, in the order of sheets, rows and columns."""

    order: int
    row: int
    column: int
    sheet: str

    @property
    def cell(self) -> str:
        return cell_name(self.sheet, self.row, self.column)


class _Row(NamedTuple):
    """A row of a sheet: its place, and of each key the value and its cell."""

    place: _Place
    values: dict[str, Any]
    cells: dict[str, _Place]


def parse(sheets: Mapping[str, Cells], platforms: Collection[str], name: str = "plan.xlsx") -> Plan:
    """The plan that a workbook holds; ``platforms`` are the names that posts and accounts may begin with.

    Raises:
        PlanError: it holds mistakes; all of them, in the order of sheets and cells.
    """
    reading = _Reading(sheets)
    plan, findings = judged(reading.data, platforms, "fill in {key} in its row")
    if plan and not reading.findings:
        return plan
    placed = [(reading.place_of(path), why) for path, why in (*reading.findings, *findings)]
    first = _Place(-1, 0, 0, "")
    told = [
        Mistake(None, f"{name}{f' {place.cell}' if place else ''}: {why}.")
        for place, why in sorted(dict.fromkeys(placed), key=lambda one: one[0] or first)
    ]
    raise PlanError(tuple(told))


class _Reading:
    """The tables of a workbook as plan.toml has them, the cell of each value, and what has no place in a plan."""

    def __init__(self, sheets: Mapping[str, Cells]) -> None:
        self.data: dict[str, Any] = {}
        self.place_by_path: dict[Path, _Place] = {}
        self.findings: list[Finding] = []
        rows = self._rows_by_sheet(sheets)
        for sheet in SHEETS.values():
            if sheet.name == layout.PROJECT:
                self._project(rows.get(sheet.name, []))
            elif sheet.name in _ROW_BY_ROW:
                for row in rows.get(sheet.name, []):
                    self._table(sheet, row)
        for row in rows.get("stages", []):
            self._stage(row)
        for name, key in _PARTS.items():
            for row in rows.get(name, []):
                self._part(key, row)
        for row in rows.get("posts", []):
            self._post(row)
        for row in rows.get("targets", []):
            self._target(row)
        self._same(rows.get("same", []))

    def place_of(self, path: Path) -> _Place | None:
        """The cell of a path, or of the nearest thing around it."""
        around = (path[:length] for length in range(len(path), 0, -1))
        return next((self.place_by_path[one] for one in around if one in self.place_by_path), None)

    def _rows_by_sheet(self, sheets: Mapping[str, Cells]) -> dict[str, list[_Row]]:
        rows: dict[str, list[_Row]] = {}
        for order, (name, cells) in enumerate(sheets.items()):
            key = sheet_key(name)
            if key in _IGNORED or key.startswith(NOTES) or not cells:
                continue
            at = _Place(order, *min(cells), name)
            if key not in SHEETS:
                why = (
                    f"{shown(name)} is no sheet of a plan; {nearest(key, SHEETS)}; for notes of your own call it notes"
                )
                self._find(at, why)
            elif key in rows:
                self._find(at, f"the sheet {key} is there twice; put its rows together")
            else:
                rows[key] = list(self._rows(SHEETS[key], cells, order, name))
        return rows

    def _rows(self, sheet: Sheet, cells: Cells, order: int, name: str) -> Iterator[_Row]:
        if sheet.name == layout.PROJECT:
            yield from self._lines_of_project(cells, order, name)
            return
        top = min(cells)[0]
        columns = self._header(sheet, cells, top, order, name)
        lines: dict[int, list[tuple[int, object]]] = defaultdict(list)
        for row, column in sorted(cells):
            lines[row].append((column, cells[row, column]))
        for row in (row for row in lines if row > top):
            values, places = {}, {at.key: _Place(order, row, column, name) for column, at in columns.items()}
            for column, value in lines[row]:
                if isinstance(value, str) and not value.strip():
                    continue
                if column in columns:
                    values[columns[column].key] = plain_cells.read(value, columns[column].kind)
                elif (top, column) not in cells:
                    self._find(
                        _Place(order, row, column, name), "this column has no header; give it one, or take it out"
                    )
            if values:
                yield _Row(_Place(order, row, min(columns), name), values, places)

    def _header(self, sheet: Sheet, cells: Cells, top: int, order: int, name: str) -> dict[int, Column]:
        columns: dict[int, Column] = {}
        for number, header in sorted((column, str(cells[row, column])) for row, column in cells if row == top):
            key, keys = sheet_key(header), [column.key for column in sheet.columns]
            column, place = sheet.column(key), _Place(order, top, number, name)
            if column in columns.values():
                self._find(place, f"the column {key} is there twice; take one of them out")
            elif column:
                columns[number] = column
            elif not key.startswith(NOTES):
                hint = f"{nearest(key, keys)}; for notes of your own call it notes"
                self._find(place, f"{shown(header)} is no column of {sheet.name}; {hint}")
        return columns

    def _lines_of_project(self, cells: Cells, order: int, name: str) -> Iterator[_Row]:
        """The rows of the sheet ``project``, each with a key in its first column and its value in the next."""
        top, left = min(cells)[0], min(column for _, column in cells)
        for row in sorted({row for row, _ in cells if row > top}):
            key, value = sheet_key(str(cells.get((row, left), ""))), cells.get((row, left + 1))
            place, column = _Place(order, row, left + 1, name), SHEETS[layout.PROJECT].column(key)
            if not key or key.startswith(NOTES):
                continue
            if column is None:
                keys = [each.key for each in SHEETS[layout.PROJECT].columns]
                self._find(
                    place._replace(column=left),
                    f"the project has {shown(key)}, which is not known here; {nearest(key, keys)}",
                )
            elif value is not None and (not isinstance(value, str) or value.strip()):
                yield _Row(place, {key: plain_cells.read(value, column.kind)}, {key: place})
            else:
                yield _Row(place, {}, {key: place})

    def _find(self, place: _Place, why: str) -> None:
        """Something at a cell that stands for no value of the plan."""
        path: Path = ("cell", place.order, place.row, place.column)
        self.place_by_path[path] = place
        self.findings.append((path, why))

    def _project(self, rows: list[_Row]) -> None:
        for row in rows:
            for key, value in row.values.items():
                if key in self.data.setdefault("project", {}):
                    self._find(row.place, f"the project has {key} twice; take one of them out")
                self.data["project"][key] = value
            self._put(("project",), row)

    def _table(self, sheet: Sheet, row: _Row) -> None:
        tables = self.data.setdefault(sheet.section, [])
        values, path = dict(row.values), (sheet.section, len(tables))
        if sheet.name == "accounts" and PLATFORM in values:
            platform, number = values.pop(PLATFORM), values.get("id")
            if isinstance(platform, str) and isinstance(number, str):
                values["id"] = number if number.startswith(f"{platform}:") else f"{platform}:{number}"
            elif isinstance(platform, Unfit):
                values["id"] = platform
        tables.append(values)
        self._put(path, row)

    def _put(self, path: Path, row: _Row) -> None:
        """Notes the cells of a table, and of what its lists hold."""
        self.place_by_path[path] = row.place
        for key, place in row.cells.items():
            self.place_by_path[(*path, key)] = place

    def _parent(self, section: str, row: _Row, key: str | None = None) -> int | None:
        """The index of the table that a row belongs to, by its id; None where there is none, which is told."""
        key = key or section
        name, place = row.values.get(key), row.cells.get(key, row.place)
        name = self._new_ids.get(name, name) if section == "campaign" else name
        at = self._at_by_section[section]
        if name is None:
            self._find(place, f"this row has no {key}: fill it in")
        elif isinstance(name, Unfit):
            self._find(place, f"{key} {name.why}")
        elif name not in at:
            self._find(place, not_there("this row", section, name, [one for one in at if one]))
        return at[name] if isinstance(name, str) and name in at else None

    @cached_property
    def _at_by_section(self) -> dict[str, dict[str, int]]:
        """Where the table of an id stands in its section; of an id that stands twice, the first."""
        return {
            section: {_text(one.get("id")): at for at, one in reversed([*enumerate(self.data.get(section, []))])}
            for section in ("campaign", "indicator")
        }

    @cached_property
    def _new_ids(self) -> dict[object, str]:
        """The id that a campaign has now, by each that it had before."""
        campaigns = self.data.get("campaign", [])
        return {old: _text(one.get("id")) for one in campaigns for old in one.get("renamed", ())}

    @cached_property
    def _asset_at(self) -> dict[tuple[str, str], int]:
        """Where an asset stands, by its campaign and its id; of one that stands twice, the first."""
        at: dict[tuple[str, str], int] = {}
        for index, one in enumerate(self.data.get("asset", [])):
            campaign_id = _text(one.get("campaign"))
            at.setdefault((self._new_ids.get(campaign_id, campaign_id), _text(one.get("id"))), index)
        return at

    def _is_whole(self, row: _Row, *keys: str) -> bool:
        """Whether a row has all of these values; what it lacks, or cannot be, is told."""
        for key in keys:
            value = row.values.get(key)
            if value is None:
                self._find(row.cells.get(key, row.place), f"this row has no {key}: fill it in")
            elif isinstance(value, Unfit):
                self._find(row.cells[key], f"{key} {value.why}")
        return all(not isinstance(row.values.get(key), Unfit | None) for key in keys)

    def _part(self, key: str, row: _Row) -> None:
        index = self._parent("campaign", row)
        if index is not None:
            parts = self.data["campaign"][index].setdefault(key, [])
            self._put(("campaign", index, key, len(parts)), row)
            parts.append({name: value for name, value in row.values.items() if name != "campaign"})

    def _stage(self, row: _Row) -> None:
        index = self._parent("campaign", row)
        if index is None or not self._is_whole(row, "stage"):
            return
        campaign, stage = self.data["campaign"][index], row.values["stage"]
        stages = campaign.setdefault("stages", [])
        self.place_by_path["campaign", index, "stages", len(stages)] = row.cells["stage"]
        stages.append(stage)
        if "counted" in row.values:
            campaign.setdefault("counted", {})[stage] = row.values["counted"]
            self.place_by_path["campaign", index, "counted", stage] = row.cells["counted"]

    def _post(self, row: _Row) -> None:
        index = self._parent("campaign", row)
        if index is None or not self._is_whole(row, "post"):
            return
        section, key = "campaign", EXCEPT if row.values.get(EXCEPT) is True else "posts"
        if isinstance(row.values.get(EXCEPT), Unfit):
            self._find(row.cells[EXCEPT], f"{EXCEPT} {row.values[EXCEPT].why}")
        if "asset" in row.values and self._is_whole(row, "asset"):
            campaign_id, asset_id = _text(self.data["campaign"][index].get("id")), row.values["asset"]
            if key == EXCEPT:
                self._find(row.cells[EXCEPT], "an asset's post cannot be left out; take out asset, or except")
                return
            if (campaign_id, asset_id) not in self._asset_at:
                owner, near = (
                    f"this row of campaign {shown(campaign_id)}",
                    [one for its_campaign, one in self._asset_at if its_campaign == campaign_id and one],
                )
                self._find(row.cells["asset"], not_there(owner, "asset", asset_id, near))
                return
            section, index = "asset", self._asset_at[campaign_id, asset_id]
        posts = self.data[section][index].setdefault(key, [])
        self.place_by_path[section, index, key, len(posts)] = row.cells["post"]
        posts.append(row.values["post"])

    def _target(self, row: _Row) -> None:
        index = self._parent("indicator", row)
        if index is None or not self._is_whole(row, "period", "target"):
            return
        period, targets = row.values["period"], self.data["indicator"][index].setdefault("targets", {})
        if period in targets:
            self._find(
                row.cells["period"],
                f"indicator {shown(row.values['indicator'])} has {shown(period)} twice; take one out",
            )
        targets[period] = row.values["target"]
        self.place_by_path["indicator", index, "targets", period] = row.cells["period"]

    def _same(self, rows: list[_Row]) -> None:
        numbers: dict[object, int] = {}
        for row in rows:
            if not self._is_whole(row, "number", "post"):
                continue
            index = numbers.setdefault(row.values["number"], len(numbers))
            tables = self.data.setdefault("same", [])
            if index == len(tables):
                tables.append({"posts": []})
                self.place_by_path["same", index] = row.place
            posts = tables[index]["posts"]
            self.place_by_path["same", index, "posts", len(posts)] = row.cells["post"]
            posts.append(row.values["post"])


def _text(value: object) -> str:
    return value.text if isinstance(value, Unfit) else str(value or "")


_ROW_BY_ROW = {
    sheet.name
    for sheet in SHEETS.values()
    if sheet.name not in {*_PARTS, "stages", "posts", "targets", "same", layout.PROJECT}
}
