"""Logs: one line an event on stderr, and JSON lines in ``logs/`` for 30 nights, each with its load_id."""

from __future__ import annotations

import json
import logging
import logging.handlers
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from connectors.asking.redaction import hidden
from warehouse.secret_shapes import struck
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
            line["traceback"] = struck(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


class _Lines(logging.Formatter):
    """A line an event: a traceback is for the file."""

    def format(self, record: logging.LogRecord) -> str:
        return f"{self.formatTime(record, '%H:%M:%S')} {visible(record.getMessage())}"


class _WithoutSecrets(logging.Filter):
    """Strikes secrets out of a line before any handler has it: those that are given, and what has their shape."""

    def __init__(self, secrets: Sequence[SecretStr]) -> None:
        super().__init__(_NAME)
        self.secrets = secrets

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = struck(hidden(record.getMessage().encode(errors="replace"), self.secrets).decode())
        record.args = None
        return True


def logging_to(folder: Path, secrets: Sequence[SecretStr] = ()) -> None:
    """Sends the lines of Reach's packages to stderr and to a file a day in ``folder``, without ``secrets``.

    A folder that may not be written costs the file, not the command. Handlers of others, as Prefect's, stay; their
    lines have no secrets either.
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
    logging.raiseExceptions = False  # a line for which there is no room costs itself, and puts nothing on the screen
    for handler in handlers:
        handler.set_name(_NAME)
    for package in PACKAGES:
        logger = logging.getLogger(package)
        for earlier in [handler for handler in logger.handlers if handler.get_name() == _NAME]:
            logger.removeHandler(earlier)
            earlier.close()
        for handler in handlers:
            logger.addHandler(handler)
        for handler in logger.handlers:
            handler.filters = [each for each in handler.filters if not isinstance(each, _WithoutSecrets)]
            handler.addFilter(_WithoutSecrets(secrets))
        logger.setLevel(logging.INFO)
        logger.propagate = False
