"""What the platforms' terms ask of an archive: what may be kept for some days only goes, and what is gone there."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import partial

import polars as pl

import connectors
from connectors.asking.pulling import Api, Forgetting
from connectors.asking.settings import ApiSettings
from flows.steps.settings import Workspace
from warehouse.archive.archive import Archive
from warehouse.archive.pulls import REMEMBERED, Pull

logger = logging.getLogger(__name__)


def past(workspace: Workspace, now: datetime) -> list[Pull]:
    """The pulls whose answers terms or settings do not let the archive keep any longer."""
    settings = {api.NAME: workspace.api_settings(api.NAME) for api in connectors.APIS}
    archive = workspace.archive
    may_be_past = pl.col("place_id").is_not_null() & (pl.col("keep_days").is_not_null() | ~pl.col("is_ended"))
    return [
        pull
        for pull in archive.pulls_of(archive.pull_table().filter(may_be_past))
        if pull.is_past(now, settings[pull.connector].days_kept(pull.account) if pull.connector in settings else None)
    ]


def remove(workspace: Workspace, pulls: Sequence[Pull], now: datetime) -> None:
    """Takes away pulls that are :func:`past`."""
    workspace.archive.remove_pulls(pulls, "kept as long as its terms allow", now)
    for name, count in sorted(Counter(pull.connector for pull in pulls).items()):
        logger.info("removed %s pulls of %s, kept as long as its terms allow", count, name)


Left = dict[str, bytes]


def gone(workspace: Workspace, now: datetime) -> list[tuple[Pull, Left]]:
    """The pulls with posts that a platform says are gone, where its terms ask for that, and what is left of them.

    What is left is by endpoint, of the answers that had one of these posts.
    """
    archive, left_of_pulls = workspace.archive, []
    for api in connectors.APIS:
        if not isinstance(api, Forgetting):
            continue
        asked_pulls = archive.pull_table().filter(pl.col("connector") == api.NAME, pl.col("place_id").is_not_null())
        lost = {
            post
            for pull in archive.pulls_of(asked_pulls.filter(now - pl.col("started_at") < REMEMBERED))
            if _is_there(archive, pull)
            for post in api.gone(archive.raw_pull(pull))
        }
        for pull in filter(partial(_is_there, archive), archive.pulls_of(asked_pulls)) if lost else ():
            contents = {}
            for answer in archive.answers(pull):
                body = json.loads(answer.content)
                left = api.without(body, lost)
                if left != body:
                    contents[answer.endpoint] = json.dumps(left, ensure_ascii=False).encode()
            if contents:
                left_of_pulls.append((pull, contents))
    return left_of_pulls


def _is_there(archive: Archive, pull: Pull) -> bool:
    """Whether the archive still has what a pull was answered: what is lost tells nothing, and costs itself alone."""
    return archive.loss(pull.file_version, pull) is None


def forget(workspace: Workspace, left_of_pulls: Sequence[tuple[Pull, Left]], now: datetime) -> None:
    """Keeps of pulls only what is left of them without what is :func:`gone`."""
    for pull, left in left_of_pulls:
        workspace.archive.forget(pull, left, "gone from the platform", now)
        logger.info("removed what is gone from %s:%s", pull.connector, pull.account)


def known_posts(
    archive: Archive, api: Api, settings: ApiSettings, before: Sequence[Pull], now: datetime, since: datetime | None
) -> frozenset[str]:
    """The posts since then that the last pulls had, where the platform wants those gone that are gone there."""
    if not isinstance(api, Forgetting):
        return frozenset()
    posts_before = set[str]()
    for pull in before:
        if pull.answers and now - pull.started_at < REMEMBERED and _is_there(archive, pull):
            posts = api.read(archive.raw_pull(pull), settings).posts
            posts_before |= set(
                posts.filter(pl.lit(True) if since is None else pl.col("published_at") >= since)["post_id"]
            )
    return frozenset(posts_before)
