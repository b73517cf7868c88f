"""How far the history follows the archive, and whether it lacks something that came in."""

from __future__ import annotations

from warehouse.archive.archive import Archive
from warehouse.history.store import Followed, Store

EVENTS = ("received", "dated", "answered", "pulled", "removed", "forgotten", "withdrawn", "restored")
"""The kinds of events that the history follows."""


def followed_by_all(archive: Archive) -> Followed:
    """How far a history that lacks nothing follows the archive."""
    return Followed(archive.count(*EVENTS), archive.end().bytes)


def is_behind(store: Store, archive: Archive) -> bool:
    """Whether the archive has what the history does not follow yet; where its log did not grow, that costs a look."""
    followed = store.followed()
    if followed is None:
        return True
    return archive.has_grown(followed.log_bytes) and followed.events != archive.count(*EVENTS)
