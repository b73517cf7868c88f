"""Which sheets a plan has as a workbook, and what stands in their columns: all derived from the plan's sections.

A key that holds one value is a column of its section's sheet. A key that holds several things is a sheet of its own,
with a row a thing: posts, rules, stages, targets. A section or key that the model gains has its place here at once.
"""

from __future__ import annotations

import types
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel

from warehouse.plan.campaigns import Account, AccountFigure, Asset, Campaign, Organisation, Rule, Same
from warehouse.plan.framework import (
    Activity,
    Indicator,
    IndicatorDefinition,
    Objective,
    Output,
    Printed,
    Project,
    Rate,
    Report,
)  # fmt: skip

Kind = Literal["text", "texts", "day", "flag", "whole", "number"]
"""What a cell of a column holds; ``texts`` are several, each on a line of its own."""


class Column(NamedTuple):
    """A column of a sheet, or a row of the sheet ``project``: a key of the plan, and what it means."""

    key: str
    kind: Kind
    meaning: str
    example: object
    is_needed: bool = False


class Sheet(NamedTuple):
    """A sheet of the workbook: its name, what it is for, the section whose rows it has, and its columns."""

    name: str
    purpose: str
    section: str
    columns: tuple[Column, ...]
    is_needed: bool = False

    def column(self, key: str) -> Column | None:
        """The column of a key, where the sheet has it."""
        return next((column for column in self.columns if column.key == key), None)


ELSEWHERE = {
    "campaign": {"match", "posts", "except", "stages", "counted", "account_figures"},
    "asset": {"posts"},
    "indicator": {"targets"},
}
"""The keys of a section that are sheets of their own."""
PROJECT, PLATFORM, EXCEPT = "project", "platform", "except"
LISTS, START, NOTES = "lists", "start here", "notes"
"""The sheets that hold nothing of the plan, and the column, or sheet, in which anything may be noted."""


def columns_of(table: type[BaseModel], without: Iterable[str] = ()) -> tuple[Column, ...]:
    """The columns of a section: its keys, but those that stand elsewhere; first those that are needed."""
    columns = (
        Column(key, _kind(field.annotation), field.description or "", (field.examples or [""])[0], field.is_required())
        for name, field in table.model_fields.items()
        if (key := field.alias or name) not in without
    )
    return tuple(sorted(columns, key=lambda column: not column.is_needed))


def _kind(annotation: Any) -> Kind:
    """What a cell holds of a key, by the type that the key has in Python.

    Raises:
        TypeError: a cell cannot hold it, so that the key needs a sheet of its own.
    """
    origin = get_origin(annotation)
    if origin is Annotated:
        return _kind(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        kinds = {_kind(one) for one in get_args(annotation) if one is not types.NoneType}
        return "number" if kinds == {"whole", "number"} else kinds.pop()
    if origin is tuple and _kind(get_args(annotation)[0]) == "text":
        return "texts"
    if origin is Literal:
        return "text"
    kinds_of: dict[Any, Kind] = {str: "text", date: "day", bool: "flag", int: "whole", float: "number"}
    if annotation not in kinds_of:
        raise TypeError(f"no cell holds {annotation}: give it a sheet in warehouse/plan/layout.py")
    return kinds_of[annotation]


def _reference(key: str, table: type[BaseModel], name: str = "id") -> Column:
    """The column that says to which row of another sheet a row belongs."""
    example = (table.model_fields[name].examples or [""])[0]
    return Column(key, "text", f"The {name} of the {key} that it belongs to, as in its own sheet.", example, True)


def _about(table: type[BaseModel], key: str) -> tuple[str, Any]:
    """The meaning of a key that is a sheet of its own, and its example."""
    field = next(field for name, field in table.model_fields.items() if (field.alias or name) == key)
    return field.description or "", (field.examples or [None])[0]


def _sheet(name: str, section: str, table: type[BaseModel], *, is_needed: bool = False) -> Sheet:
    return Sheet(name, table.__doc__ or "", section, columns_of(table, ELSEWHERE.get(section, ())), is_needed)


def _of_campaigns(name: str, key: str, *columns: Column) -> Sheet:
    return Sheet(name, _about(Campaign, key)[0], "campaign", (_reference("campaign", Campaign), *columns))


_ACCOUNT_ID = Column(
    "id", "text", "The account's own id on its platform: a number, a handle or a site.", "100064512345678", True
)
_SHEETS = (
    Sheet(PROJECT, Project.__doc__ or "", "project", columns_of(Project), True),
    _sheet("objectives", "objective", Objective),
    _sheet("outputs", "output", Output),
    _sheet("activities", "activity", Activity, is_needed=True),
    _sheet("campaigns", "campaign", Campaign, is_needed=True),
    _of_campaigns("rules", "match", *columns_of(Rule)),
    Sheet(
        "posts",
        "Posts that are named one by one: those of a campaign whatever its rules say, those of an asset, and those "
        "that a campaign leaves out.",
        "campaign",
        (
            Column("post", "text", "The post: its link, or platform:post_id.", "youtube:dQw4w9WgXcQ", True),
            _reference("campaign", Campaign),
            Column("asset", "text", "The id of the asset that it is a copy of, if any.", "vlog-1"),
            Column(EXCEPT, "flag", "Whether the campaign leaves the post out, whatever its rules say.", True),
        ),
    ),
    _sheet("assets", "asset", Asset),
    _of_campaigns(
        "stages",
        "stages",
        Column("stage", "text", "The stage's name. The first row of a campaign is its first stage.", "winner", True),
        Column("counted", "whole", _about(Campaign, "counted")[0], 26),
    ),
    _of_campaigns("account_figures", "account_figures", *columns_of(AccountFigure)),
    _sheet("organisations", "organisation", Organisation),
    Sheet(
        "accounts",
        Account.__doc__ or "",
        "account",
        (
            Column(PLATFORM, "text", "The platform that it is on.", "facebook", True),
            _ACCOUNT_ID,
            *columns_of(Account, {"id"}),
        ),
    ),
    _sheet("indicators", "indicator", Indicator),
    Sheet(
        "targets",
        _about(Indicator, "targets")[0],
        "indicator",
        (
            _reference("indicator", Indicator),
            Column("period", "text", "A fiscal year, or a quarter of one.", "FY2024-Q4", True),
            Column("target", "number", "The figure that the period is to reach.", 15_000, True),
        ),
    ),
    _sheet("definitions", "definition", IndicatorDefinition),
    _sheet("rates", "rate", Rate),
    Sheet(
        "same",
        f"{Same.__doc__} The rows of one post have the same number.",
        "same",
        (
            Column("number", "whole", "1 for the names of one post, 2 for those of another, and so on.", 1, True),
            Column("post", "text", "The post: its link, or platform:post_id.", "outreach:7", True),
        ),
    ),
    _sheet("reports", "report", Report),
    _sheet("printed", "printed", Printed),
)  # fmt: skip
SHEETS = {sheet.name: sheet for sheet in _SHEETS}


def sheet_key(name: str) -> str:
    """A sheet's or column's name for comparison: letters' case, blanks and underscores make no other name."""
    return "_".join(name.casefold().replace("_", " ").split())


def cell_name(sheet: str, row: int, column: int) -> str:
    """What Excel calls a cell, of row and column from 0: ``campaigns!C4``."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    quoted = sheet if sheet.replace("_", "").isalnum() else "'" + sheet.replace("'", "''") + "'"
    return f"{quoted}!{letters}{row + 1}"
