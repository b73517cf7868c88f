"""Documents that are attached to indicators."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.contract import Raw
from connectors.reading import attached


@pytest.mark.parametrize(
    ("path", "indicator"),
    [
        ("documents/1.1.7-e/list.pdf", "1.1.7-e"), ("Documents/1.1.7-e/2024/scan.jpg", "1.1.7-e"),
        ("documents/list.pdf", None), ("2024-12-30/documents/1.1.7-e/list.pdf", None), ("list.pdf", None),
        ("partner/documents/a/list.pdf", None),
    ],
)  # fmt: skip
def test_a_document_lies_in_a_folder_of_its_indicator_in_the_projects_own_inbox(
    path: str, indicator: str | None
) -> None:
    assert attached.indicator_of(path) == indicator


def test_nothing_of_a_document_is_read(raw: Callable[..., Raw]) -> None:
    extract = attached.read(raw(b"Post ID,Views\n1,2\n", "documents/a/posts.csv"))
    assert (extract.posts.height, extract.rejects.height, extract.evidence.rows) == (0, 0, 0)
