"""docs/plan.md says what the plan's model says, and each of its examples can be typed."""

from __future__ import annotations

import tomllib

import pytest
from pydantic import TypeAdapter

import connectors
from tests.plan_reference import PAGE, WITHIN, keys, page, plan, sections, toml, value_of
from warehouse.plan.model import parse
from warehouse.plan.values import PLATFORMS

TABLES = {**dict(sections()), **WITHIN}
KEYS = [(name, key) for name, table in TABLES.items() for key in keys(table)]


def test_the_page_is_what_the_model_says() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == page(), "python -m tests.plan_reference writes docs/plan.md again"


@pytest.mark.parametrize(("section", "key"), KEYS, ids=" ".join)
def test_every_key_has_a_meaning_and_examples_that_it_takes(section: str, key: str) -> None:
    field = keys(TABLES[section])[key]
    assert (field.description or "").endswith(".")
    assert field.examples
    for example in field.examples:
        typed = tomllib.loads(f"{key} = {toml(example)}")[key]
        TypeAdapter(value_of(field)).validate_python(typed, context={PLATFORMS: connectors.PLATFORMS.names})


def test_the_plan_with_every_key_is_sound() -> None:
    parse(plan(), connectors.PLATFORMS.names)
    data = tomllib.loads(plan())
    assert set(data) == {name for name, _ in sections()}
    for name, table in sections():
        entries = [data[name]] if name == "project" else data[name]
        assert {key for entry in entries for key in entry} == set(keys(table)), name
