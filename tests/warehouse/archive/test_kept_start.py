"""What is kept of a log's start changes no answer, and is passed over where it does not suit the log."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.warehouse.archive.test_pull_table import SHA256, archive_with, events_of, histories
from warehouse.archive import kept_start
from warehouse.archive.archive import Archive
from warehouse.archive.event_log import LogStart
from warehouse.archive.log_lines import BadLine

OTHERS: tuple[dict[str, Any], ...] = (
    {"event": "received", "path": "a.csv", "sha256": SHA256, "size": 1, "modified_at": "2024-10-01T00:00:00",
     "received_at": "2024-10-01T00:00:00"},
    {"event": "plan", "sha256": SHA256, "received_at": "2024-10-01T00:00:00"},
)  # fmt: skip


@pytest.fixture(autouse=True)
def _any_log_is_kept() -> Iterator[None]:
    before, kept_start.FEWEST_BYTES = kept_start.FEWEST_BYTES, 1
    yield
    kept_start.FEWEST_BYTES = before


def answers_of(archive: Archive) -> list[Any]:
    """What is asked of an archive's log."""
    return [
        archive.pull_table().to_dicts(), archive.file_versions(), archive.events("plan"),
        archive.count("answered", "pulled"), archive.count("removed", "plan"), archive.end(), archive.pulls(),
    ]  # fmt: skip


def kept(folder: Path) -> Archive:
    """The archive in a folder, after a run that read its log and kept its start."""
    archive = Archive(folder)
    archive.pull_table()
    archive.keep_start()
    return archive


def without_what_is_kept(folder: Path) -> Archive:
    (folder / kept_start.FILE).unlink(missing_ok=True)
    return Archive(folder)


def a_log(folder: Path) -> Archive:
    events = [event for n in range(4) for event in events_of(n, "a", is_backfill=False, answers=2, ends=["good"])]
    return archive_with(folder, [*events, *OTHERS])


@given(events=histories(), at=st.integers(0, 30), cut=st.booleans())
def test_a_log_that_goes_on_from_what_was_kept_tells_what_the_whole_one_tells(
    tmp_path_factory: pytest.TempPathFactory, events: list[dict[str, Any]], at: int, cut: bool
) -> None:
    folder = tmp_path_factory.mktemp("log")
    archive_with(folder, [*events[:at], *OTHERS])
    if cut:
        with (folder / "events.jsonl").open("ab") as log:
            log.write(b'{"event": "answ')
    kept(folder)
    if cut:
        Archive(folder).mend_log((), date(2024, 10, 1))
    archive_with(folder, [*events[at:], *OTHERS])
    from_kept = Archive(folder)
    assert answers_of(from_kept) == answers_of(without_what_is_kept(folder))


def test_only_what_was_added_is_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_log(tmp_path)
    kept(tmp_path)
    archive_with(tmp_path, events_of(9, "a", is_backfill=False, answers=1, ends=["good"]))
    archive = Archive(tmp_path)
    parsed, original = [], archive._log.added_at

    def added_at(*given: Any) -> Any:
        events, position = original(*given)
        parsed.extend(event for _, event in events)
        return events, position

    monkeypatch.setattr(archive._log, "added_at", added_at)
    assert archive.pull_table().height == 5
    assert [event["event"] for event in parsed] == ["answered", "pulled"]


@pytest.mark.parametrize("seed", range(20))
def test_what_is_kept_and_damaged_is_passed_over(tmp_path: Path, seed: int) -> None:
    a_log(tmp_path)
    kept(tmp_path)
    file, chance = tmp_path / kept_start.FILE, random.Random(seed)
    content = bytearray(file.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    file.write_bytes(content[: chance.choice([len(content), len(content) // 2])])
    assert kept_start.read(tmp_path) is None
    assert answers_of(Archive(tmp_path)) == answers_of(without_what_is_kept(tmp_path))


def test_what_another_version_kept_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_log(tmp_path)
    kept(tmp_path)
    assert kept_start.read(tmp_path)
    monkeypatch.setattr(kept_start, "_made_with", lambda: "another version")
    assert kept_start.read(tmp_path) is None


def test_a_line_that_was_changed_before_what_is_kept_ends_is_told(tmp_path: Path) -> None:
    a_log(tmp_path)
    kept(tmp_path)
    log = tmp_path / "events.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"/1"', b'"/2"', 1))
    for _ in range(2):
        with pytest.raises(BadLine, match=r"^Line 2 .* its checksum is another"):
            Archive(tmp_path).pull_table()


@pytest.mark.parametrize("lines", [1, 3, 6])
def test_a_log_that_is_shorter_or_another_is_read_whole(tmp_path: Path, lines: int) -> None:
    a_log(tmp_path)
    kept(tmp_path)
    log = tmp_path / "events.jsonl"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[-lines:]))
    assert answers_of(Archive(tmp_path)) == answers_of(without_what_is_kept(tmp_path))


def test_a_log_that_is_replaced_while_it_is_read_is_read_again(tmp_path: Path) -> None:
    a_log(tmp_path / "log")
    archive = kept(tmp_path / "log")
    archive_with(tmp_path / "other", events_of(7, "a", is_backfill=False, answers=1, ends=["good"]))
    (tmp_path / "other" / "events.jsonl").replace(tmp_path / "log" / "events.jsonl")
    assert answers_of(archive) == answers_of(without_what_is_kept(tmp_path / "log"))


def test_what_was_not_read_is_not_kept(tmp_path: Path) -> None:
    a_log(tmp_path).keep_start()
    assert not (tmp_path / kept_start.FILE).exists()


def test_a_start_is_kept_anew_once_the_log_has_grown_by_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    before = LogStart(6300, 0, 1, {}, ())
    assert [kept_start.is_due(size, before) for size in (6398, 6399)] == [False, True]
    monkeypatch.setattr(kept_start, "FEWEST_BYTES", 6400)
    assert [kept_start.is_due(size, None) for size in (6399, 6400)] == [False, True]
