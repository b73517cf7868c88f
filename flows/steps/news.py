"""Whether there is something to publish that is not published yet."""

from __future__ import annotations

from flows.steps import khmer_files, network, picture_files, plan_files
from flows.steps.settings import Workspace
from warehouse.archive import inbox
from warehouse.history import catching_up
from warehouse.publish import nights

_PUBLISHED_EVENTS = (*catching_up.EVENTS, "plan", "faulty plan")
"""The kinds of events in the archive on which what is published rests."""


def rests_on(workspace: Workspace) -> dict[str, object]:
    """What published files are made of that their manifest names: how many events, which corrections of Khmer and
    which pictures."""
    events = workspace.archive.count(*_PUBLISHED_EVENTS)
    return {
        "archive_events": events,
        "khmer": khmer_files.fingerprint(workspace),
        "pictures": picture_files.fingerprint(workspace),
    }


def has_news(workspace: Workspace) -> bool:
    """Whether inboxes, plan, archive, corrections, pictures or members have what is not published yet.

    It costs a look at each.
    """
    archive = workspace.archive
    if inbox.has_news(archive, workspace.inboxes) or not (workspace.published / "reach.duckdb").exists():
        return True
    manifest = nights.manifest(workspace.published)
    if any(manifest.get(part) != value for part, value in rests_on(workspace).items()):
        return True  # a run that was cut short took it in, or a backfill
    if manifest.get("members", {}) != network.snapshots(workspace):
        return True
    try:
        return not archive.has_seen_plan(plan_files.read(workspace).content)
    except OSError:  # there is none, or somebody holds it open
        return False
