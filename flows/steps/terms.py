"""What the platforms' terms ask of an archive: what may be kept for some days only goes, and what is gone there."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

import polars as pl

import connectors
from connectors.asking.pulling import Api, Forgetting
from connectors.asking.settings import ApiSettings
from flows.steps.settings import Workspace
from warehouse.archive.archive import Archive
from warehouse.archive.pulls import Pull

logger = logging.getLogger(__name__)

_REMEMBERED = timedelta(days=8)  # a look back as long as the settings have it is among the pulls of so many days


def past(workspace: Workspace, now: datetime) -> list[Pull]:
    """The pulls whose answers terms or settings do not let the archive keep any longer."""
    asked = {own.NAME: workspace.api_settings(own.NAME) for own in connectors.APIS}
    return [
        own
        for own in workspace.archive.pulls()
        if own.is_past(now, asked[own.connector].days_kept(own.account) if own.connector in asked else None)
    ]


def remove(workspace: Workspace, pulls: Sequence[Pull], now: datetime) -> None:
    """Takes away pulls that are :func:`past`."""
    workspace.archive.remove_pulls(pulls, "kept as long as its terms allow", now)
    for name, count in sorted(Counter(own.connector for own in pulls).items()):
        logger.info("removed %s pulls of %s, kept as long as its terms allow", count, name)


Left = dict[str, bytes]


def gone(workspace: Workspace, now: datetime) -> list[tuple[Pull, Left]]:
    """The pulls with posts that a platform says are gone, where its terms ask for that, and what is left of them.

    What is left is by endpoint, of the answers that had one of these posts.
    """
    archive, found = workspace.archive, []
    for own in connectors.APIS:
        if not isinstance(own, Forgetting):
            continue
        pulled = [each for each in archive.pulls() if each.connector == own.NAME and each.answers]
        lost = {
            post for each in pulled if now - each.started_at < _REMEMBERED for post in own.gone(archive.raw_pull(each))
        }
        for each in pulled if lost else ():
            contents = {}
            for answer in archive.answers(each):
                body = json.loads(answer.content)
                left = own.without(body, lost)
                if left != body:
                    contents[answer.endpoint] = json.dumps(left, ensure_ascii=False).encode()
            if contents:
                found.append((each, contents))
    return found


def forget(workspace: Workspace, found: Sequence[tuple[Pull, Left]], now: datetime) -> None:
    """Keeps of pulls only what is left of them without what is :func:`gone`."""
    for pull, left in found:
        workspace.archive.forget(pull, left, "gone from the platform", now)
        logger.info("removed what is gone from %s:%s", pull.connector, pull.account)


def known(
    archive: Archive, own: Api, settings: ApiSettings, before: Sequence[Pull], now: datetime, since: datetime | None
) -> frozenset[str]:
    """The posts since then that the last pulls had, where the platform wants those gone that are gone there."""
    if not isinstance(own, Forgetting):
        return frozenset()
    found = set[str]()
    for pull in before:
        if pull.answers and now - pull.started_at < _REMEMBERED:
            posts = own.read(archive.raw_pull(pull), settings).posts
            found |= set(posts.filter(pl.lit(True) if since is None else pl.col("published_at") >= since)["post_id"])
    return frozenset(found)
