"""Documents that people attach to an indicator: a list of participants, a screenshot, a letter.

They lie in the project's own inbox, in ``documents/INDICATOR/``. Their bytes are kept as those of any file; nothing in
them is read.
"""

from __future__ import annotations

from connectors.contract import Extract, Raw, ReadReport
from connectors.reading.observed import observed
from connectors.settings import ConnectorSettings

CONNECTOR = "attached"
"""What loads of such files are taken for."""
FOLDER = "documents"


def indicator_of(path: str) -> str | None:
    """The id of the indicator that a file is attached to, by its path in the inbox; None of any other file."""
    folder, *rest = path.split("/")
    return rest[0] if folder.casefold() == FOLDER and len(rest) > 1 else None


def read(raw: Raw) -> Extract:
    """A document as a load without rows."""
    seen = observed(raw, ConnectorSettings())
    return Extract(ReadReport(seen.at, seen.source, seen.on, grade="entered"))
