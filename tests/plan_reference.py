"""The plan's reference, docs/plan.md, as the plan's model says it: ``python -m tests.plan_reference`` writes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

import connectors
from connectors.contract import ACCOUNT_METRICS, OUTREACH_KINDS, POST_KINDS
from warehouse.measures import MEASURE, NAMEABLE
from warehouse.plan.campaigns import AccountFigure, Rule
from warehouse.plan.model import Plan
from warehouse.texts import in_toml

PAGE = Path(__file__).resolve().parents[1] / "docs" / "plan.md"
WIDTH = 110
"""From so many characters on, a list of an example has a line for each of its items."""
WITHIN: Mapping[str, type[BaseModel]] = {"campaign.match": Rule, "campaign.account_figures": AccountFigure}
"""Tables that stand in a key of another one."""
VARIANTS: Mapping[str, Sequence[Sequence[str]]] = {
    "indicator": (
        ("id", "name", "name_km", "of", "metric", "definition", "baseline", "target", "targets"),
        ("id", "name", "actual", "source", "documents"),
    ),
}
"""Sections of which no entry can have every key: the keys of each entry of the example."""
INTRODUCTION = """\
# The plan: every key

<!-- Made from warehouse/plan by `python -m tests.plan_reference`; a test holds it to that. Change it there. -->

`plan.toml` says what is reported on, and which posts count towards it. It is written in [TOML](https://toml.io): texts
stand in quotation marks, days as `2024-09-27` and numbers as `46_700` without them, lists in `[ ]`; a line that begins
with `#` is a remark. A section with two brackets, such as `[[campaign]]`, stands once for each campaign. Names that have
other signs than Latin letters, digits, `-` and `_` stand in quotation marks also before the `=`.

Only `[project]` with its name has to be there; without an `[[activity]]` and a `[[campaign]]`, posts count towards
nothing. `reach init` writes a first plan, `reach plan check` says each mistake with its line, and what each rule takes.
The [rules](rules.md) say what the figures then mean. The same plan may be a workbook, `plan.xlsx`, with a sheet a section
and a column a key: [the plan in Excel](plan-workbook.md).
"""


def sections() -> Iterator[tuple[str, type[BaseModel]]]:
    """Every section of a plan by its name, in the order of the model."""
    for name, field in Plan.model_fields.items():
        annotation = field.annotation
        table = annotation if name == "project" else get_args(annotation)[0]
        assert isinstance(table, type)
        yield field.alias or name, table


def keys(table: type[BaseModel]) -> dict[str, FieldInfo]:
    """The keys of a table, as a plan names them."""
    return {field.alias or name: field for name, field in table.model_fields.items()}


def toml(value: object, indent: str = "") -> str:
    """A value as TOML writes it."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return in_toml(value)
        case date():
            return value.isoformat()
        case int() | float():
            return f"{value:_}" if value >= 10_000 else str(value)
        case Mapping():
            pairs = ", ".join(f"{key} = {toml(item)}" for key, item in value.items())
            return f"{{ {pairs} }}"
        case list():
            items = [toml(item) for item in value]
            line = f"[{', '.join(items)}]"
            if len(line) <= WIDTH and not any(isinstance(item, Mapping) for item in value):
                return line
            return "[\n" + "".join(f"{indent}  {item},\n" for item in items) + f"{indent}]"
    raise TypeError(f"{value!r} has no place in a plan")


def example(section: str, table: type[BaseModel]) -> str:
    """Entries of a section with the examples of its keys: every key stands in one of them."""
    head = f"[{section}]" if section == "project" else f"[[{section}]]"
    of_keys = {key: field.examples[0] for key, field in keys(table).items() if field.examples}
    entries = []
    for number, variant in enumerate(VARIANTS.get(section, (tuple(of_keys),))):
        values = {key: of_keys[key] for key in variant}
        if number:
            values["id"] = f"{values['id']}-{number + 1}"
        entries.append("\n".join((head, *(f"{key} = {toml(value)}" for key, value in values.items()))))
    return "\n\n".join(entries)


def plan() -> str:
    """A plan in which every section and key stands, with the examples of the keys."""
    return "\n\n".join(example(section, table) for section, table in sections()) + "\n"


def _table(table: type[BaseModel]) -> str:
    rows = ["| key | meaning | example |", "| --- | --- | --- |"]
    for key, field in keys(table).items():
        is_needed = " (needed)" if field.is_required() else ""
        default = field.default
        plain = (
            f" Without it, {toml(default)}." if isinstance(default, int | str) and default not in (False, "") else ""
        )
        shown = "<br>".join(f"`{key} = {' '.join(toml(one).split())}`" for one in field.examples or ())
        rows.append(f"| `{key}`{is_needed} | {_cell(field.description or '')}{plain} | {_cell(shown)} |")
    return "\n".join(rows)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _words() -> Iterator[str]:
    yield "## Metrics\n"
    yield "What `metric` of an indicator or of a printed figure may be: a stage of the campaigns, or one of these.\n"
    yield "| metric | unit | meaning |\n| --- | --- | --- |"
    yield "| `reach` | accounts | the bounds between which the reach lies, `reach_at_least` and `reach_at_most` |"
    for measure in (MEASURE[column] for column in NAMEABLE if column in MEASURE):
        if measure.is_explained:
            yield f"| `{measure.column}` | {measure.unit} | {_cell(measure.meaning)} |"
    yield "\n`…_known` behind a metric is how many posts know it.\n"
    yield f"Figures of accounts, in `account_figures`: {', '.join(f'`{name}`' for name in ACCOUNT_METRICS)}.\n"
    yield "## Platforms and kinds\n"
    yield f"Before the colon of a post or account: {', '.join(f'`{name}`' for name in sorted(connectors.PLATFORMS.names))}.\n"
    yield f"Kinds of posts, in `reach totals --by kind`: {', '.join(f'`{kind}`' for kind in POST_KINDS)};"
    yield f"of programmes and events: {', '.join(f'`{kind}`' for kind in OUTREACH_KINDS)}.\n"


def page() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for section, table in sections():
        head = f"[{section}]" if section == "project" else f"[[{section}]]"
        parts.append(f"## `{head}`\n\n{' '.join((table.__doc__ or '').split())}\n\n{_table(table)}\n")
        for within, inner in WITHIN.items():
            outer, _, key = within.partition(".")
            if outer == section:
                parts.append(
                    f"### `{key}` of `{head}`\n\n{' '.join((inner.__doc__ or '').split())}\n\n{_table(inner)}\n"
                )
    parts.append("\n".join(_words()))
    parts.append(f"## A plan with every key\n\n```toml\n{plan()}```\n")
    return "\n".join(parts)


def value_of(field: FieldInfo) -> Any:
    """The type of one key alone, for a validator."""
    return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
