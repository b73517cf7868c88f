from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

import connectors
from connectors.asking.versions import last_days
from connectors.facebook.export import Settings
from connectors.instagram.export import Settings as Instagram
from connectors.linkedin.export import Settings as LinkedIn

FILES = sorted(Path(connectors.__file__).parent.glob("*/versions.toml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_every_version_has_a_day_and_the_list_a_source(file: Path) -> None:
    assert last_days(file)
    assert all(type(day) is date for day in last_days(file).values())
    assert "https://" in tomllib.loads(file.read_text(encoding="utf-8"))["source"]


@pytest.mark.parametrize(
    ("version", "until"), [("v21.0", date(2027, 1, 21)), ("v25.0", date(2028, 7, 29)), ("v26.0", None), ("v27.0", None)]
)
def test_a_version_of_graph_ends_on_a_day_that_meta_names_or_on_none(version: str, until: date | None) -> None:
    expected = (version, until) if until else None
    assert Settings(version=version).version_until() == Instagram(version=version).version_until() == expected


@pytest.mark.parametrize(
    ("version", "until"),
    [("202603", date(2027, 3, 16)), ("202609", date(2027, 9, 15)), ("202512", date(2026, 12, 15))],
)
def test_a_month_of_linkedin_ends_on_the_day_that_is_named_or_a_year_later(version: str, until: date) -> None:
    assert LinkedIn(version=version).version_until() == (version, until)
