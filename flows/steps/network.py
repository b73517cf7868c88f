"""A network: what its members publish is read each night, and published together beside the workspace's own figures."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import polars as pl
from pydantic import SecretStr

from flows.steps.address_settings import secret_options
from flows.steps.member_settings import MemberSettings
from flows.steps.settings import Workspace
from warehouse.figures import network
from warehouse.figures.network import MemberNight
from warehouse.publish import member_nights
from warehouse.publish.snapshot import packed

R = TypeVar("R")

AT_ONCE = 8
"""Members that are read at a time: an address that does not answer is waited for."""


class Together(NamedTuple):
    """What all members have published, as tables by name, and who is late or unread.

    ``head`` is what the manifest says of it: the snapshot that each member showed.
    """

    tables: dict[str, pl.DataFrame]
    head: dict[str, object]
    problems: tuple[str, ...]

    @property
    def files(self) -> dict[str, bytes]:
        """The tables as files, by name."""
        return {f"network/{name}.parquet": packed(table) for name, table in self.tables.items()}


NOBODY = Together({}, {}, ())
"""What a workspace without members has."""


def together(workspace: Workspace, today: date) -> Together:
    """The members' figures together; nothing where the workspace is no network."""
    if not workspace.settings.member:
        return NOBODY
    before = snapshots(workspace)  # a member that publishes from here on is news
    nights = _of_each(workspace, lambda member: _read(workspace, member))
    members = network.members(nights, today)
    return Together(
        {"members": members, "totals": network.totals(nights)},
        {"members": before},
        tuple(members["problem"].drop_nulls()),
    )


def snapshots(workspace: Workspace) -> dict[str, str]:
    """The snapshot that each member shows now; empty of one that cannot be read."""
    shown = _of_each(workspace, lambda member: member_nights.snapshot_of(*_place(workspace, member)))
    return dict(zip((member.name for member in workspace.settings.member), shown, strict=True))


def _of_each(workspace: Workspace, of_one: Callable[[MemberSettings], R]) -> list[R]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(of_one, workspace.settings.member))


def _read(workspace: Workspace, member: MemberSettings) -> MemberNight:
    try:
        tables, problem = member_nights.read(*_place(workspace, member)), ""
    except member_nights.UnreadMember as error:
        tables, problem = {}, f"{member.name} could not be read: {error}."
    return MemberNight(member.name, tables, problem, member.days, member.link)


def _place(workspace: Workspace, member: MemberSettings) -> tuple[str, dict[str, Any]]:
    """Where a member publishes, and what its file system takes, with its secrets."""
    if "://" not in member.published:
        return str(workspace.home / Path(member.published).expanduser()), {}
    secret = workspace.settings.member_secrets.get(member.keys, SecretStr(""))
    return member.published, {**member.options, **secret_options(secret.get_secret_value())}
