"""What a path in an inbox says."""

from __future__ import annotations

import pytest

from warehouse.archive.receipts import is_litter, is_template, may_change_what_counts


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("plan.xlsx", True), ("reach 2024.xlsx", True), (r"a\b.xlsx", True), ("Partner/plan.xlsx", False),
        ("2024-12-30/reach.xlsx", False), ("mail/Partner/maly@obc.example/reach.xlsx", False), ("bucket/reach.xlsx", False),
    ],
)  # fmt: skip
def test_only_what_lies_in_the_projects_own_inbox_itself_may_change_what_counts(path: str, may: bool) -> None:
    assert may_change_what_counts(path) == may


def test_a_readme_is_no_export_and_its_folder_is_looked_into() -> None:
    assert is_template("README.md")
    assert not is_litter("readme")
