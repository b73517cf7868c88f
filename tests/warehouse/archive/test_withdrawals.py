"""What is withdrawn is a file at its path with its bytes, or one connector's part, from an instant to another."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from warehouse.archive import withdrawals
from warehouse.archive.archive import Archive
from warehouse.archive.withdrawals import Target

AT = datetime(2024, 10, 1)
FILE = Target("a.csv", "x")
LOADS = pl.DataFrame(
    {
        "load_id": ["1", "2", "3", "4"],
        "path": ["a.csv", "a.csv", "a.csv", "b.csv"],
        "sha256": ["x", "x", "y", "x"],
        "connector": ["facebook", "instagram", "facebook", "facebook"],
    }
)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def read(archive: Archive) -> pl.DataFrame:
    return withdrawals.read(archive.events("withdrawn", "restored"))


def out(archive: Archive) -> list[str]:
    marked = withdrawals.marked(LOADS, withdrawals.in_force(read(archive), None))
    return marked.drop_nulls("withdrawn")["load_id"].sort().to_list()


def test_a_file_is_out_at_its_path_with_its_bytes_alone(archive: Archive) -> None:
    archive.withdraw(FILE, "wrong", "me", AT)
    assert out(archive) == ["1", "2"]


def test_one_connectors_part_is_out_alone(archive: Archive) -> None:
    archive.withdraw(Target("a.csv", "x", "instagram"), "wrong", "me", AT)
    assert out(archive) == ["2"]


def test_a_pull_is_meant_by_its_path_whatever_its_bytes(archive: Archive) -> None:
    archive.withdraw(Target("a.csv", None), "wrong", "me", AT)
    assert out(archive) == ["1", "2", "3"]


def test_who_when_and_why_stand_in_a_sentence(archive: Archive) -> None:
    archive.withdraw(FILE, "another page's", "me", AT)
    marked = withdrawals.marked(LOADS, withdrawals.in_force(read(archive), None))
    assert marked["withdrawn"][0] == "withdrawn by me on 2024-10-01: another page's"


@pytest.mark.parametrize(("days", "is_out"), [(0, False), (0.1, True), (5, True), (5.1, False)])
def test_a_withdrawal_is_in_force_from_when_it_was_made_until_it_was_undone(
    archive: Archive, days: float, is_out: bool
) -> None:
    archive.withdraw(FILE, "wrong", "me", AT)
    archive.withdraw(FILE, "right", "you", AT + timedelta(days=5), is_undone=True)
    assert out(archive) == []
    assert withdrawals.in_force(read(archive), AT + timedelta(days=days)).height == is_out
    (row,) = read(archive).to_dicts()
    assert (row["restored_by"], row["restored_because"]) == ("you", "right")


def test_a_second_withdrawal_changes_nothing_and_nothing_is_undone_twice(archive: Archive) -> None:
    for is_undone in (False, False, True, True):
        archive.withdraw(FILE, "once", "me", AT, is_undone=is_undone)
    assert read(archive).height == 1


def test_what_was_withdrawn_is_told_as_it_was_named(archive: Archive) -> None:
    archive.withdraw(FILE, "wrong", "me", AT)
    in_force = withdrawals.in_force(read(archive), None)
    assert withdrawals.target_of(LOADS.filter(load_id="2"), in_force) == FILE
    with pytest.raises(KeyError):
        withdrawals.target_of(LOADS.filter(load_id="4"), in_force)
