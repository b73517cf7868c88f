"""A plan as the text of plan.toml: every value that is not the default one, section by section."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel

from warehouse.plan.model import Plan
from warehouse.texts import in_toml

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_text(plan: Plan) -> str:
    """The text; :func:`warehouse.plan.model.parse` makes the same plan of it."""
    lines: list[str] = []
    for name, field in Plan.model_fields.items():
        value, section = getattr(plan, name), field.alias or name
        if isinstance(value, BaseModel):
            lines += [f"[{section}]", *_lines(value)]
        for table in value if isinstance(value, tuple) else ():
            lines += ["", f"[[{section}]]", *_lines(table)]
    return "\n".join(lines) + "\n"


def _keys(table: BaseModel) -> Iterator[tuple[str, Any]]:
    """What a table says, but for what it would be without a word."""
    for name, field in type(table).model_fields.items():
        value = getattr(table, name)
        if field.is_required() or value != field.get_default(call_default_factory=True):
            yield field.alias or name, value


def _lines(table: BaseModel) -> Iterator[str]:
    for key, value in _keys(table):
        if isinstance(value, tuple) and len(value) > 1:
            yield f"{key} = ["
            yield from (f"  {_value(one)}," for one in value)
            yield "]"
        else:
            yield f"{key} = {_value(value)}"


def _value(value: Any) -> str:
    match value:
        case str():
            return in_toml(value)
        case bool():
            return str(value).lower()
        case int():
            return f"{value:_}"
        case date():
            return value.isoformat()
        case tuple():
            return f"[{', '.join(map(_value, value))}]"
        case BaseModel():
            return _inline(dict(_keys(value)))
        case Mapping():
            return _inline(value)
        case _:
            return repr(value)


def _inline(pairs: Mapping[str, Any]) -> str:
    return "{ " + ", ".join(f"{_key(key)} = {_value(value)}" for key, value in pairs.items()) + " }"


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else in_toml(key)
