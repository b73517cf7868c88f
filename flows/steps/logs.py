"""Logs: one line an event on stderr, and JSON lines in ``logs/`` for 30 nights, each with its load_id."""

from __future__ import annotations

import json
import logging
import logging.handlers
import sys
from datetime import UTC, datetime
from pathlib import Path

from warehouse.texts import visible

NIGHTS = 30
PACKAGES = ("flows", "warehouse", "connectors")

SHOWN_BY_PREFECT = {
    "PREFECT_LOGGING_EXTRA_LOGGERS": ",".join(PACKAGES),
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
}
"""Prefect's settings with which a run's page on the server shows our lines; those outside of a run go to no page."""

_NAME = "reach"
"""The name of our handlers, which tells them from Prefect's."""


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
        return f"{self.formatTime(record, '%H:%M:%S')} {visible(record.getMessage())}"


def logging_to(folder: Path) -> None:
    """Sends the lines of Reach's packages to stderr and to a file a day in ``folder``.

    A folder that may not be written costs the file, not the command. Handlers of others, as Prefect's, stay.
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
    for handler in handlers:
        handler.set_name(_NAME)
    for package in PACKAGES:
        logger = logging.getLogger(package)
        for earlier in [handler for handler in logger.handlers if handler.get_name() == _NAME]:
            logger.removeHandler(earlier)
            earlier.close()
        for handler in handlers:
            logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
