"""Logs: one line an event on stderr, and JSON lines in ``logs/`` for 30 nights, each with its load_id."""

from __future__ import annotations

import json
import logging
import logging.handlers
import sys
from datetime import UTC, datetime
from pathlib import Path

NIGHTS = 30
OURS = ("flows", "warehouse", "connectors")


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "event": record.getMessage(),
            "load_id": getattr(record, "load_id", None),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class _Lines(logging.Formatter):
    """A line an event: a traceback is for the file."""

    def format(self, record: logging.LogRecord) -> str:
        return f"{self.formatTime(record, '%H:%M:%S')} {record.getMessage()}"


def logging_to(folder: Path) -> None:
    """Sends what Reach's own packages say to stderr and to a file a day in ``folder``.

    A folder that may not be written costs the file, not the command.
    """
    screen = logging.StreamHandler(sys.stderr)
    screen.setFormatter(_Lines())
    handlers: list[logging.Handler] = [screen]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = logging.handlers.TimedRotatingFileHandler(
            folder / "reach.jsonl", when="midnight", backupCount=NIGHTS, encoding="utf-8", delay=True, utc=True
        )
        file.setFormatter(_JsonLines())
        handlers.append(file)
    except OSError:
        pass
    for old in {handler for name in OURS for handler in logging.getLogger(name).handlers}:
        old.close()
    for name in OURS:
        logger = logging.getLogger(name)
        logger.handlers[:] = handlers
        logger.setLevel(logging.INFO)
        logger.propagate = False
