"""What may be told of a fault of the program: where it happened, and nothing of what it was working on.

The text of an exception quotes what it stumbled over: polars the cells that are no numbers, a parser the line. That may
be a file that somebody dropped by mistake.
"""

from __future__ import annotations

import traceback
from pathlib import Path

from warehouse.secret_shapes import struck

_ROOT = Path(__file__).resolve().parent.parent
_PACKAGES = ("connectors", "flows", "warehouse")


_OF_DUCKDB = ("IOException", "OutOfMemoryException")


def fault(error: BaseException) -> str:
    """A fault's kind and place, ``ValueError in connectors/reading/numbers.py, line 120``; or what the system said."""
    if isinstance(error, OSError) and error.strerror:
        return f"{type(error).__name__}: {error.strerror}" + (f": {error.filename}" if error.filename else "")
    if type(error) is OSError and error.args:  # what a library says of a file; those of requests are of other types
        return f"OSError: {struck(str(error))}"
    if type(error).__name__ in _OF_DUCKDB:
        return f"{type(error).__name__}: {error}"
    places = []
    for frame in traceback.extract_tb(error.__traceback__):
        file = Path(frame.filename)
        if file.is_relative_to(_ROOT) and file.relative_to(_ROOT).parts[0] in _PACKAGES:
            places.append(f" in {file.relative_to(_ROOT).as_posix()}, line {frame.lineno}")
    return type(error).__name__ + (places[-1] if places else "")


def trace(error: BaseException) -> str:
    """The lines of code that a fault went through, without its text; then what it rests on, the same way."""
    lines = "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return f"{trace(before)}\nwhich led to\n{lines}" if before is not None else lines
