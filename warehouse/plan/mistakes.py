"""A plan's mistakes in the words of the people who write plans, without those of TOML and pydantic."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import ErrorDetails

from warehouse.plan.lines import Path

Row = Mapping[str, Any]
Finding = tuple[Path, str]
"""Where a mistake is, and the sentence."""

NAMED_BY = {"organisation": "name", "rate": "currency", "report": "name"}
"""What identifies a table of these sections; of all others it is ``id``."""


@dataclass(frozen=True)
class Mistake:
    """One mistake: a sentence with the file, the line where there is one, and what to do."""

    line: int | None
    text: str


@dataclass(frozen=True)
class Unfit:
    """What stands in a cell that cannot hold it: why not, going on from ``starts ``, and what it is as a text."""

    why: str
    text: str


class PlanError(Exception):
    """A plan that can't be used, with all of its mistakes in the order of their lines."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__(mistakes)
        self.mistakes = mistakes

    def __str__(self) -> str:
        return "\n".join(mistake.text for mistake in self.mistakes)


def mistake(name: str, line: int | None, sentence: str) -> Mistake:
    """A mistake with its place in front: ``plan.toml line 31: ...``."""
    return Mistake(line, f"{name}{f' line {line}' if line else ''}: {sentence}.")


def shown(value: object) -> str:
    """A value in quotation marks, on one line and not too long."""
    if isinstance(value, int) and abs(value) >= 10**18:  # Python refuses to print the largest ones
        return '"…"'
    text = "".join(c if c.isprintable() or c in "\u200b\u200c\u200d" else " " for c in str(value))
    return f'"{text[:80]}…"' if len(text) > 80 else f'"{text}"'


def nearest(word: str, words: Collection[str], otherwise: str = "") -> str:
    """``the nearest is "1.1.7"``; where nothing is near, ``otherwise``, or all that it may be."""
    cased: dict[str, str] = {}
    for right in sorted(words):
        cased.setdefault(right.lower(), right)
    near = difflib.get_close_matches(word.lower()[:200], list(cased), n=1)
    if near:
        return f"the nearest is {shown(cased[near[0]])}"
    return otherwise or f"it may be {', '.join(words)}"


def shaped(data: Row, lists: Collection[str]) -> tuple[dict[str, Any], list[Finding]]:
    """The plan with a list for every section that is one, and what was not written as one."""
    out, findings = dict(data), list[Finding]()
    for section in [s for s in data if s in lists or s == "project"]:
        value, head = data[section], f"[[{section}]]" if section in lists else "[project]"
        is_list, is_table = isinstance(value, list), isinstance(value, dict)
        if is_list if section in lists else is_table:
            continue
        if is_list and len(value) == 1:
            out[section] = value[0]
        elif is_table:
            out[section] = [value]
        else:
            del out[section]
        findings.append(((section,), f"{section} must be written as {head}, with its keys on the lines below"))
    return out, findings


def faults(
    errors: Iterable[ErrorDetails], data: Row, keys: Mapping[Path, tuple[str, ...]], fill_in: str
) -> list[Finding]:
    """Pydantic's errors as findings.

    Args:
        errors: of a plan's validation.
        data: the plan as it was written.
        keys: those that each kind of table may have.
        fill_in: how a ``{key}`` that is missing is filled in.
    """
    findings = []
    for error in errors:
        path, kind = tuple(step for step in error["loc"] if step != "[key]"), error["type"]
        if kind in ("missing", "extra_forbidden"):
            table, key = path[:-1], str(path[-1])
            owner = owner_of(table, data)
            its_keys = keys[tuple(step for step in table if isinstance(step, str))]
            if kind == "extra_forbidden":
                why = f"{owner} has {shown(key)}, which is not known here; {nearest(key, its_keys)}"
            elif table:
                why = f"{owner} has no {key}: {fill_in.format(key=key)}"
            else:
                why = f"{owner} has no {key}: add it, with a name"
        else:
            raised = error.get("ctx", {}).get("error")
            sentence = str(raised) if isinstance(raised, ValueError) else "must be a table, as in { key = value }"
            why = _about(path, data) + sentence
        findings.append((path, why))
    return findings


def _about(path: Path, data: Row) -> str:
    """The beginning of a sentence on a value: ``in campaign "x", starts ``; on a table: ``campaign "x" ``."""
    is_part = (path[0], path[2:3]) in [(section, (part,)) for section, part in _PARTS] and len(path) > 3
    depth = 1 if path[0] == "project" else 4 if is_part else 2
    owner, rest = owner_of(path[:depth], data), path[depth:]
    if not rest:
        return f"{owner} "
    key = ".".join(step for step in rest if isinstance(step, str))
    item = next((f"number {step + 1} of " for step in rest if isinstance(step, int)), "")
    return f"in {owner}, {item}{key} "


_PARTS = {("campaign", "match"): "rule", ("campaign", "account_figures"): "account figure"}


def owner_of(path: Path, data: Row) -> str:
    """What a table is called: ``campaign "x"``, ``same number 2``, ``rule 1 of campaign "x"``, ``the project``."""
    match path:
        case ():
            return "the plan"
        case (str() as section, int() as index):
            row = data[section][index]
            called = row.get(NAMED_BY.get(section, "id")) if isinstance(row, Mapping) else None
            called = called.text if isinstance(called, Unfit) else called
            is_called = called and isinstance(called, str)
            return f"{section} {shown(called)}" if is_called else f"{section} number {index + 1}"
        case (str() as section, int() as index, str() as part, int() as number):
            return f"{_PARTS[section, part]} {number + 1} of {owner_of((section, index), data)}"
    return f"the {path[0]}"


def without_faulty_entries(data: Row, bad: Iterable[Path], sections: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Every section as a list of tables, as far as they can be read: a value with a fault in it is None.

    An id without quotation marks stands as if it had them, so that what names it is not a second mistake.
    """
    wrong = {path[:2] if path[0] == "project" else path[:3] for path in bad}

    def value(path: Path, written: object) -> object:
        if path not in wrong:
            return written
        if isinstance(written, Unfit) and path[-1] == "id":
            return written.text
        is_digits = path[-1] == "id" and isinstance(written, int | float) and abs(written) < 10**18
        return str(written) if is_digits else None

    tables: dict[str, list[dict[str, Any]]] = {}
    for section in sections:
        is_one = section == "project"
        tables[section] = [
            {key: value((section, key) if is_one else (section, index, key), written) for key, written in row.items()}
            if isinstance(row, Mapping)
            else {}
            for index, row in enumerate([data.get(section)] if is_one else data.get(section, []))
        ]
    return tables
