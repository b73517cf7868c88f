"""A line of the log has a checksum that tells of every change, and says of which kind it is without being parsed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from warehouse.archive.log_lines import BadLine, is_sealed, kind_of, lines_of, parsed, sealed, unfinished

LINE = sealed({"event": "plan", "received_at": datetime(2024, 10, 1), "sha256": "ប្រាំ"})


def test_a_line_is_json_with_its_checksum_last() -> None:
    event = parsed(LINE, 1)
    assert list(event)[-1] == "crc32"
    assert (event["event"], event["received_at"], event["sha256"]) == ("plan", "2024-10-01T00:00:00", "ប្រាំ")


def test_any_byte_that_changed_is_noticed() -> None:
    assert is_sealed(LINE)
    for at in range(len(LINE)):
        assert not is_sealed(LINE[:at] + bytes([LINE[at] ^ 1]) + LINE[at + 1 :])


def test_a_lines_kind_is_told_or_why_it_has_none() -> None:
    assert kind_of(LINE, 1) == kind_of(b'{"event": "plan"}', 1) == "plan"
    with pytest.raises(BadLine, match=r"^Line 7 .* its checksum is another"):
        kind_of(LINE.replace(b"2024", b"2025"), 7)


def test_what_follows_the_last_whole_line_is_told_and_no_line(tmp_path: Path) -> None:
    log = tmp_path / "events.jsonl"
    log.write_bytes(LINE + b"\n" + LINE[:9])
    assert list(lines_of(log)) == [(1, LINE)]
    assert unfinished(log) == LINE[:9]
    log.write_bytes(b"x" * 70_000)  # longer than what is looked at in one step
    assert len(unfinished(log)) == 70_000
