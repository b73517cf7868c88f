"""The inboxes of a workspace as people are told of them: what came from each, and what is wrong with one."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from flows.steps.settings import Workspace
from warehouse.archive import inbox, mails
from warehouse.archive.file_versions import FileVersion
from warehouse.archive.mailbox import Mailbox
from warehouse.archive.receipts import shown_path
from warehouse.plan.model import Plan
from warehouse.texts import match_key, number_of


class InboxCheck(NamedTuple):
    """An inbox as it is now: what it is called, what is there, and what is wrong, empty where nothing is."""

    title: str
    what_is_there: str
    why_not: str


def checks(workspace: Workspace) -> Iterator[InboxCheck]:
    """Every inbox, opened as a night does; nothing is taken."""
    for one in workspace.inboxes:
        what_is_there, why_not = inbox.opened_now(one)
        yield InboxCheck(one.title, what_is_there, why_not)


def overview(workspace: Workspace) -> list[str]:
    """What came from each inbox, a sentence each; nothing where there is only the project's own. None is opened.

    What was taken away since, and what came from an inbox that the settings name no more, stands apart.
    """
    if not workspace.settings.inboxes:
        return []
    versions = workspace.archive.file_versions()
    beginnings = tuple(one.beginning for one in workspace.inboxes if one.beginning)
    sentences = []
    for one in workspace.inboxes:
        came = [
            version
            for version in versions
            if (version.path.startswith(one.beginning) if one.beginning else not version.path.startswith(beginnings))
        ]
        top, elsewhere = None if one.beginning else _top_of(workspace), list[FileVersion]()
        if top is not None:
            elsewhere = [version for version in came if version.path.partition("/")[0] not in top]
            came = [version for version in came if version.path.partition("/")[0] in top]
        sentence = f"{one.title}: {_came(came, 'it')}"
        if elsewhere:
            sentence += f" {_came(elsewhere, 'what lies in no inbox now')}"
        if isinstance(one, Mailbox) and (aside := mails.looked(workspace.archive, one).put_aside):
            named = ", ".join(f"{address} ({count})" for address, count in sorted(aside.items()))
            sentence += f" Put aside, of unknown senders: {named}."
        sentences.append(sentence)
    return sentences


def _came(versions: Sequence[FileVersion], where: str) -> str:
    last = f", the last on {max(version.received_at for version in versions):%Y-%m-%d}" if versions else ""
    return f"{number_of(len(versions), 'file')} came from {where}{last}."


def _top_of(workspace: Workspace) -> set[str] | None:
    """The files and folders that lie in the project's own inbox itself; None where it cannot be looked at."""
    try:
        return {shown_path(name) for name in os.listdir(workspace.inbox)}
    except OSError:
        return None


def unplanned_organisations(workspace: Workspace, plan: Plan) -> list[str]:
    """The organisations of inboxes and senders that the plan does not have, a sentence each: one may be misspelled."""
    planned = {one.name for one in plan.organisations} | {one.organisation for one in plan.accounts if one.organisation}
    keys = {match_key(name) for name in planned}
    settings = workspace.settings.inboxes
    named = [name for one in settings for name in (one.organisation, *one.senders.values()) if name]
    sentences = []
    for name in dict.fromkeys(named):
        if match_key(name) not in keys:
            near = difflib.get_close_matches(name, planned, 1)
            hint = f'the nearest is "{near[0]}"' if near else "write it there, or here as it stands there"
            sentences.append(
                f'[[inbox]] in reach.toml names the organisation "{name}", which the plan has not; {hint}.'
            )
    return sentences
