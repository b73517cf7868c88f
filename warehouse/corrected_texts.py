"""The texts in Khmer that a native reader corrected, while a workspace's pages and documents are made.

They hold for the work inside :func:`used` and nowhere else: two workspaces in one process have each their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(frozen=True, eq=False)
class Corrections:
    """Corrected texts by the key of the text whose place they take (:mod:`warehouse.publish.report.khmer_texts`)."""

    texts: Mapping[str, str] = field(default_factory=dict)


_NONE = Corrections()
_IN_USE: ContextVar[Corrections] = ContextVar("corrections", default=_NONE)


def in_use() -> Corrections:
    """The corrections that hold here; none outside of :func:`used`."""
    return _IN_USE.get()


def corrected(key: str, khmer: str) -> str:
    """A text in Khmer: the correction, where there is one."""
    return _IN_USE.get().texts.get(key, khmer)


@contextmanager
def used(corrections: Corrections) -> Iterator[None]:
    """Lets corrections hold for what is done inside."""
    before = _IN_USE.set(corrections)
    try:
        yield
    finally:
        _IN_USE.reset(before)
