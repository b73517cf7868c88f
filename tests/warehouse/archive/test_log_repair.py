"""A line in which one bit changed is put right, another bad one is put aside, and the rest of the log stays."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from warehouse.archive.event_log import EventLog
from warehouse.archive.log_lines import sealed
from warehouse.archive.log_repair import faults, kept_aside, mend

DAY = date(2026, 11, 28)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    kept = EventLog(tmp_path / "events.jsonl")
    for number in range(4):
        kept.append({"event": "plan", "number": number, "path": f"folder/{number}.csv", "text": "ប្រាំ"})
    return kept.file


def test_a_whole_log_has_no_faults_and_what_is_unfinished_is_none(log: Path) -> None:
    with log.open("ab") as file:
        file.write(b'{"event": "pl')
    assert faults(log, lambda _: None) == []


@pytest.mark.parametrize("seed", range(10))
def test_a_flipped_bit_is_put_right(log: Path, seed: int) -> None:
    before, chance = log.read_bytes(), random.Random(seed)
    content, lines = bytearray(before), before.splitlines(keepends=True)
    at = chance.randrange(len(lines[0]), len(lines[0]) + len(lines[1]) - 22)  # what the checksum is of
    content[at] ^= 0x10 if content[at] ^ 0x10 != 0x0A else 0x01
    log.write_bytes(content)
    (fault,) = faults(log, lambda _: None)
    assert (fault.number, fault.restored) == (2, lines[1][:-1])
    mend(log, [fault], DAY)
    assert log.read_bytes() == before
    assert kept_aside(log.parent) == b""


@pytest.mark.parametrize(
    ("line", "about"),
    [
        (b"garbage", ""),
        (sealed({"event": "received", "path": "a.csv", "size": 1}).replace(b"a.csv", b"xyzzy"), "received xyzzy"),
        (b'{"event": "received", "path": "a.csv"}', "received a.csv"),
    ],
)
def test_another_bad_line_is_put_aside_and_twice_on_a_day_into_one_file(log: Path, line: bytes, about: str) -> None:
    def understand(event: dict[str, object]) -> object:
        return event["number"]

    before = log.read_bytes()
    for times in (1, 2):
        log.write_bytes(line + b"\n" + before)
        (fault,) = faults(log, understand)
        assert (fault.number, fault.restored, fault.about) == (1, None, about)
        mend(log, [fault], DAY)
        assert log.read_bytes() == before
        assert (log.parent / "events.damaged-2026-11-28.jsonl").read_bytes() == (line + b"\n") * times
    assert kept_aside(log.parent).count(line) == 2


def test_what_a_newer_version_wrote_is_told_as_that(log: Path) -> None:
    EventLog(log).append({"event": "of tomorrow"})
    (fault,) = faults(log, lambda _: None)
    assert (fault.number, fault.is_newer) == (5, True)
