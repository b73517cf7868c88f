"""The log of events is read once, and then by what was added to it; what a crash or a person did to it is noticed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from warehouse.archive import event_log
from warehouse.archive.event_log import NOTHING, EventLog


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
