"""The log of events is read once, and then by what was added to it; what a crash or a person did to it is noticed."""

from __future__ import annotations

import json
import random
import resource
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from warehouse.archive import event_log
from warehouse.archive.event_log import NOTHING, EventLog
from warehouse.archive.log_lines import BadLine, sealed


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every event that is parsed from now on."""
    events: list[Any] = []
    original = json.loads

    def loads(text: bytes) -> Any:
        events_of_text = original(text)
        events.extend(events_of_text)
        return events_of_text

    monkeypatch.setattr(event_log.json, "loads", loads)
    return events


def test_events_of_several_kinds_come_in_the_order_of_the_log(tmp_path: Path) -> None:
    log = EventLog(tmp_path / "archive" / "events.jsonl")
    for number, kind in enumerate(["plan", "received", "plan", "taken"]):
        log.append({"event": kind, "number": number})
    assert [event["number"] for event in log.events("received", "plan")] == [0, 1, 2]
    assert log.events("frozen") == []


def test_several_events_are_added_at_once_in_their_order(tmp_path: Path) -> None:
    log = EventLog(tmp_path / "archive" / "events.jsonl")
    log.append()
    assert not log.file.exists()
    log.append({"event": "plan", "number": 0}, {"event": "received", "number": 1}, {"event": "plan", "number": 2})
    assert [event["number"] for event in log.events("received", "plan")] == [0, 1, 2]
    assert log.file.read_bytes().count(b"\n") == 3


def test_a_line_is_parsed_once_and_only_where_its_kind_is_asked_for(tmp_path: Path, parsed: list[Any]) -> None:
    log = EventLog(tmp_path / "events.jsonl")
    for number in range(3):
        log.append({"event": "received", "number": number})
        log.append({"event": "answered", "number": number})
    assert len(log.events("received")) == len(log.events("received")) == 3
    assert [event["event"] for event in parsed] == ["received"] * 3
    EventLog(log.file).append({"event": "received", "number": 3})  # another process
    assert [event["number"] for event in log.events("received")] == [0, 1, 2, 3]
    assert [event["number"] for event in parsed] == [0, 1, 2, 3]


def test_what_was_added_since_a_position_is_told_alone(tmp_path: Path) -> None:
    log = EventLog(tmp_path / "events.jsonl")
    log.append({"event": "plan", "number": 0})
    first, position = log.added(NOTHING, "plan")
    log.append({"event": "received"})
    log.append({"event": "plan", "number": 1})
    second, later = log.added(position, "plan")
    assert ([e["number"] for e in first], [e["number"] for e in second]) == ([0], [1])
    assert log.added(later, "plan")[0] == []


def test_text_that_looks_like_a_kind_is_none(tmp_path: Path) -> None:
    log = EventLog(tmp_path / "events.jsonl")
    log.append({"event": "withdrawn", "by": '"event": "received"', "reason": "\u2028\r\n"})
    assert log.events("received") == []
    assert log.events("withdrawn")[0]["reason"] == "\u2028\r\n"


@pytest.mark.parametrize("line", [b'{"event":"plan","number":7}', b'{"number": 7, "event" : "plan"}'])
def test_a_line_in_another_spelling_of_json_is_read(tmp_path: Path, line: bytes) -> None:
    log = EventLog(tmp_path / "events.jsonl")
    log.file.write_bytes(line + b"\n")
    assert [event["number"] for event in log.events("plan")] == [7]


def test_a_line_that_is_cut_short_is_read_when_it_is_whole(tmp_path: Path) -> None:
    log = EventLog(tmp_path / "events.jsonl")
    log.append({"event": "plan", "number": 0})
    with log.file.open("ab") as file:
        file.write(b'{"event": "plan", "num')
    assert len(log.events("plan")) == 1
    with log.file.open("ab") as file:
        file.write(b'ber": 1}\n')
    assert [event["number"] for event in log.events("plan")] == [0, 1]


@pytest.mark.parametrize("is_moved", [False, True])
def test_a_log_that_was_replaced_or_cut_is_read_again(tmp_path: Path, is_moved: bool) -> None:
    log = EventLog(tmp_path / "events.jsonl")
    for number in range(3):
        log.append({"event": "plan", "number": number})
    _, before = log.added(NOTHING, "plan")
    other = b'{"event": "plan", "number": 8}\n{"event": "plan", "number": 9}\n'
    if is_moved:
        (tmp_path / "other").write_bytes(other)
        (tmp_path / "other").replace(log.file)
    else:
        log.file.write_bytes(other)
    events, position = log.added(before, "plan")
    assert [event["number"] for event in events] == [8, 9]
    assert position.log is not before.log


def test_a_log_that_was_removed_has_no_events(tmp_path: Path) -> None:
    log = EventLog(tmp_path / "events.jsonl")
    log.append({"event": "plan", "number": 0})
    assert log.events("plan")
    log.file.unlink()
    assert log.events("plan") == []


@pytest.mark.parametrize("seed", range(40))
def test_a_flipped_bit_costs_no_event_without_being_told(tmp_path: Path, seed: int) -> None:
    log = EventLog(tmp_path / "events.jsonl")
    for number in range(5):
        log.append({"event": "plan", "number": number, "text": "ប្រាំ"})
    chance, content = random.Random(seed), bytearray(log.file.read_bytes())
    at = chance.randrange(len(content) - 1)  # the end of the last line has a test of its own
    content[at] ^= 1 << chance.randrange(8)
    log.file.write_bytes(content)
    with suppress(BadLine):
        events = EventLog(log.file).events("plan")
        assert [event["number"] for event in events] == list(range(5))  # a flipped bit of the checksum's name


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"garbage", "it is no JSON"),
        (b"[1]", "it is no event"),
        (b'{"event": "plan", "number"', "it is no JSON"),
        (b'{"event": "unheard-of"}', "there is no event 'unheard-of'"),
        (sealed({"event": "plan", "number": 1}).replace(b"1,", b"2,"), "its checksum is another"),
    ],
)
def test_a_bad_line_is_told_with_its_number_by_everybody_who_asks(tmp_path: Path, line: bytes, why: str) -> None:
    log = EventLog(tmp_path / "events.jsonl")
    log.append({"event": "plan", "number": 0})
    with log.file.open("ab") as file:
        file.write(line + b"\n")
    log.append({"event": "plan", "number": 2})
    for _ in range(2):
        with pytest.raises(BadLine, match=f"^Line 2 of the archive's events.jsonl cannot be used: {why}.*--repair"):
            log.events("plan")


def test_what_a_newer_version_wrote_is_no_damage(tmp_path: Path) -> None:
    log = EventLog(tmp_path / "events.jsonl")
    log.append({"event": "of tomorrow"})
    with pytest.raises(BadLine, match=r"a newer version of Reach wrote it .* Run that version") as bad:
        log.events("plan")
    assert bad.value.is_newer


def test_lines_of_before_that_have_no_checksum_are_read(tmp_path: Path) -> None:
    log = EventLog(tmp_path / "events.jsonl")
    log.file.write_bytes(b'{"event": "plan", "number": 0}\n')
    log.append({"event": "plan", "number": 1})
    assert [event["number"] for event in log.events("plan")] == [0, 1]


@pytest.mark.parametrize("missing", [1, 2, 30])
def test_the_next_event_heals_a_last_line_that_was_cut_short(tmp_path: Path, missing: int) -> None:
    log = EventLog(tmp_path / "events.jsonl")
    for number in range(2):
        log.append({"event": "plan", "number": number})
    log.file.write_bytes(log.file.read_bytes()[:-missing])
    log.append({"event": "plan", "number": 2})
    whole = [0, 1, 2] if missing == 1 else [0, 2]  # only the line's end was missing
    assert [event["number"] for event in EventLog(log.file).events("plan")] == whole


def test_where_there_is_no_room_the_log_is_as_before(tmp_path: Path) -> None:
    log = EventLog(tmp_path / "events.jsonl")
    log.append({"event": "plan", "number": 0})
    before, limits = log.file.read_bytes(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 20, limits[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            log.append({"event": "plan", "number": 1})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert log.file.read_bytes() == before
    log.append({"event": "plan", "number": 1})
    assert [event["number"] for event in log.events("plan")] == [0, 1]
