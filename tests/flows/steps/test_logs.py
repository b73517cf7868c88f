"""Where lines of the log go."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import SecretStr

from flows.steps.logs import NIGHTS, PACKAGES, logging_to

LINES = logging.getLogger("warehouse.anything")


@pytest.fixture(autouse=True)
def handlers_as_before() -> Iterator[None]:
    before = {package: list(logging.getLogger(package).handlers) for package in PACKAGES}
    yield
    for package, handlers in before.items():
        logging.getLogger(package).handlers[:] = handlers


def test_a_line_goes_to_stderr_and_as_json_with_its_load_and_its_traceback_to_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logging_to(tmp_path / "logs")
    LINES.info("loaded %s", "សិទ្ធិ.csv", extra={"load_id": "a1"})
    try:
        raise ValueError("a reason")
    except ValueError:
        LINES.exception("it failed")
    first, second = map(json.loads, (tmp_path / "logs" / "reach.jsonl").read_text(encoding="utf-8").splitlines())
    assert (first["level"], first["from"], first["event"], first["load_id"]) == (
        "info",
        "warehouse.anything",
        "loaded សិទ្ធិ.csv",
        "a1",
    )
    assert "ValueError: a reason" in second["traceback"]
    shown = capsys.readouterr().err.splitlines()
    assert [line.split(" ", 1)[1] for line in shown] == ["loaded សិទ្ធិ.csv", "it failed"]


def test_no_line_has_a_secret_whoever_takes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class Other(logging.Handler):
        lines: ClassVar[list[str]] = []

        def emit(self, record: logging.LogRecord) -> None:
            self.lines.append(record.getMessage())

    logging.getLogger("warehouse").addHandler(Other())
    logging_to(tmp_path / "logs", [SecretStr("hunter2-the-token")])
    LINES.info("asked %s with %s", "https://a.example/?t=hunter2-the-token", "EAAG1234567890abcdefghij")
    try:
        raise ValueError("password=correct-horse")
    except ValueError:
        LINES.exception("it failed")
    everything = "\n".join([*Other.lines, (tmp_path / "logs" / "reach.jsonl").read_text(), capsys.readouterr().err])
    assert everything.count("asked https://a.example/?t=*** with ***") == 3
    assert not any(secret in everything for secret in ("hunter2", "EAAG", "correct-horse"))


def test_a_line_is_written_once_however_often_logging_is_set_up_and_other_handlers_stay(tmp_path: Path) -> None:
    class Other(logging.Handler):
        def __init__(self) -> None:
            super().__init__()
            self.lines: list[str] = []

        def emit(self, record: logging.LogRecord) -> None:
            self.lines.append(record.getMessage())

    other = Other()
    logging.getLogger("warehouse").addHandler(other)
    for _ in range(3):
        logging_to(tmp_path)
    LINES.info("once")
    assert len((tmp_path / "reach.jsonl").read_text(encoding="utf-8").splitlines()) == 1
    assert other.lines == ["once"]


def test_a_folder_that_cannot_be_made_costs_the_file_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "logs").write_text("a file is in the way")
    logging_to(tmp_path / "logs")
    LINES.warning("all the same")
    assert capsys.readouterr().err.endswith(" all the same\n")


def test_the_files_of_thirty_nights_are_kept(tmp_path: Path) -> None:
    logging_to(tmp_path)
    (file,) = (
        handler
        for handler in logging.getLogger("flows").handlers
        if isinstance(handler, logging.handlers.TimedRotatingFileHandler)
    )
    assert (file.backupCount, file.when, file.utc) == (NIGHTS, "MIDNIGHT", True) == (30, "MIDNIGHT", True)
