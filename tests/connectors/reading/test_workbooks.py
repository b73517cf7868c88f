from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime

import pytest

from connectors.contract import Extract, Raw, Refused
from connectors.reading import files
from tests.connectors.reading.tables import HEADER, ROW, WORKBOOK, views, workbook

Make = Callable[..., Raw]
Read = Callable[..., Extract]


def test_a_workbook_is_read_with_its_dates_and_whole_numbers(raw: Make, read: Read) -> None:
    row: list[object] = ["122158000000000001", 100064500000001, "Mekong", "One", datetime(2024, 9, 27, 17, 5), "Photos",
                         "Lifetime", 10, 5]  # fmt: skip
    extract = read(raw(workbook(["Our page"], [], HEADER.split(","), row), WORKBOOK))
    assert extract.posts["post_id"].to_list() == ["100064500000001_122158000000000001"]
    assert extract.posts["published_at"].to_list() == [datetime(2024, 9, 28, 0, 5)]
    assert (views(extract), extract.observations["row"].to_list()) == ([10], [1])
    assert extract.evidence.observed_from == "the workbook's own time"


def test_a_workbook_that_is_damaged_or_empty_is_refused(raw: Make) -> None:
    content = workbook(HEADER.split(","))
    with pytest.raises(Refused, match="cut off"):
        files.tables(raw(content[:-200], WORKBOOK))
    with pytest.raises(Refused, match="without a filled cell"):
        files.tables(raw(workbook(), WORKBOOK))


def test_a_workbook_whose_own_time_is_none_is_as_old_as_its_file(raw: Make, read: Read) -> None:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(HEADER.split(","), ROW.split(",")))) as source,
        zipfile.ZipFile(target, "w") as copy,
    ):
        for name in source.namelist():
            copy.writestr(name, source.read(name).replace(b"2024-12-31T", b"2024-99-99T"))
    assert read(raw(target.getvalue(), WORKBOOK)).evidence.observed_from == "the file's time"
