"""What a night keeps for the next one, in files that may go or be damaged at any time."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from warehouse.history import kept
from warehouse.history.kept import Days, Kept, Rows

FRAME = pl.DataFrame({"load_id": ["a"], "told": [7], "names": [["x", "y"]]})
KEPT = Kept(
    "one program",
    datetime(2024, 12, 30, 17),
    FRAME,
    Rows(FRAME, FRAME.head(0), FRAME, FRAME, FRAME, FRAME, FRAME),
    FRAME,
    FRAME,
    Days(date(2024, 12, 30), FRAME, FRAME, ("a document",)),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "warehouse.kept"
    kept.write(folder, KEPT)
    return folder


def test_what_was_kept_is_read_as_it_was(folder: Path) -> None:
    again = kept.read(folder, "one program")
    assert again is not None
    assert (again.newest, again.days.until, again.days.documents) == (KEPT.newest, KEPT.days.until, ("a document",))
    assert again.rows.readings.schema == FRAME.schema
    assert again.rows.descriptions.equals(FRAME)
    assert again.loads.equals(FRAME)


def test_what_another_program_kept_is_not_used(folder: Path) -> None:
    assert kept.read(folder, "another program") is None


def test_a_folder_without_anything_is_none(tmp_path: Path) -> None:
    assert kept.read(tmp_path / "warehouse.kept", "one program") is None


@pytest.mark.parametrize("damage", [b"", b"PAR1 and nothing else", None])
def test_a_damaged_or_lacking_file_makes_all_of_it_useless(folder: Path, damage: bytes | None) -> None:
    file = folder / "readings.parquet"
    if damage is None:
        file.unlink()
    else:
        file.write_bytes(damage)
    assert kept.read(folder, "one program") is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"made_with": "one program"}'])
def test_a_head_that_says_something_else_is_not_used(folder: Path, text: str) -> None:
    (folder / "kept.json").write_text(text)
    assert kept.read(folder, "one program") is None


def test_no_changed_bit_of_the_head_makes_it_say_something_else(folder: Path) -> None:
    head = folder / "kept.json"
    whole = head.read_bytes()
    for at in range(8 * len(whole)):
        changed = bytearray(whole)
        changed[at // 8] ^= 1 << at % 8
        head.write_bytes(changed)
        again = kept.read(folder, "one program")
        assert again is None or (again.newest, again.days.until, again.days.documents) == (
            KEPT.newest, KEPT.days.until, KEPT.days.documents
        )  # fmt: skip


def test_a_run_that_was_killed_while_it_wrote_leaves_nothing_to_use(folder: Path) -> None:
    (folder / "kept.json").rename(folder / "kept.json.new")
    assert kept.read(folder, "one program") is None
    kept.write(folder, KEPT)
    assert kept.read(folder, "one program") is not None


def test_it_is_its_owners_alone(folder: Path) -> None:
    assert folder.stat().st_mode & 0o077 == 0
