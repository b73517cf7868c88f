"""Taking a load out of every figure, or back in: what a person names becomes one target in the archive's log."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from flows.steps import night
from flows.steps.lock import only_night
from flows.steps.settings import SettingsError, Workspace
from warehouse.archive.receipts import shown_path
from warehouse.archive.withdrawals import Target
from warehouse.file_system import real_path
from warehouse.history import frames
from warehouse.history.following import follow_withdrawals
from warehouse.history.store import WAIT_SECONDS, open_store
from warehouse.texts import number_of


def withdraw(workspace: Workspace, name: str, reason: str, by: str, *, is_undone: bool = False) -> str:
    """Takes what ``name`` names out of every figure, or back in; what was done, in a sentence.

    Args:
        name: a load's id, or a file: its path in the inbox, the end of that path, or the path to the file itself. Of
            a file that came in several versions the newest is meant.
        reason: why, for whoever asks in a year.
        by: who says so.

    Raises:
        SettingsError: nothing is called so, or several are; it is out, or in, already; there is no reason.
        AlreadyRunning, Busy: the workspace is at work, and still is after half a minute.
    """
    if not reason.strip():
        raise SettingsError("Say why with --reason: whoever looks at the figures in a year will ask.")
    with only_night(workspace, WAIT_SECONDS), open_store(workspace.warehouse_file) as store:
        loads = frames.every_load(store)
        named = named_loads(loads, name, workspace)
        target, whole = _target(named, name)
        is_out = named["withdrawn"].is_not_null().any()
        if is_out and not is_undone:
            raise SettingsError(f"{whole} is out of every figure already: {named['withdrawn'].drop_nulls()[0]}.")
        if is_undone and not is_out:
            raise SettingsError(f"{whole} is not withdrawn, so there is nothing to put back in.")
        if is_undone:
            target = frames.withdrawn_as(store, named)
        workspace.archive.withdraw(target, reason.strip(), by, night.now(), is_undone=is_undone)
        follow_withdrawals(store, workspace.archive)
    rows = int(named["kept"].sum())
    older = "" if is_undone else _older_version(loads, named)
    return f"{whole} ({number_of(rows, 'row')}) is {'back in' if is_undone else 'out of'} every figure.{older}"


def _older_version(loads: pl.DataFrame, named: pl.DataFrame) -> str:
    """What is said where another version of the same file may count now, and how that is taken out as well."""
    first = named.row(0, named=True)
    if first["asked_of"] is not None:  # a pull has no versions
        return ""
    others = loads.filter(
        (pl.col("path") == first["path"]) & (pl.col("sha256") != first["sha256"]) & pl.col("withdrawn").is_null()
    )
    if others.is_empty():
        return ""
    newest = _newest(others).row(0, named=True)
    return (
        f" Another version of it, which came in on {newest['received_at']:%Y-%m-%d}, is not withdrawn and counts where "
        f"no newer one does; reach withdraw {newest['load_id']} takes that out, too."
    )


def named_loads(loads: pl.DataFrame, name: str, workspace: Workspace) -> pl.DataFrame:
    """The loads of what is meant: one load by its id, else the newest file of that name."""
    if name != name.encode(errors="replace").decode():  # of bytes that no table holds as they are
        name = shown_path(name)
    by_id = loads.filter(pl.col("load_id") == name)
    if by_id.height:
        return by_id
    # As the tables show it, as the file is called, and as Windows writes it.
    spellings = [text.removeprefix("./") for text in (name, shown_path(name), name.replace("\\", "/"))]
    for path in (path for text in spellings for path in _paths(text, workspace)):
        here = loads.filter(pl.col("path") == path)
        if here.height:
            return _newest(here)
    ends = loads.filter(pl.any_horizontal(pl.col("path").str.ends_with(f"/{text}") for text in spellings))
    paths = ends["path"].unique().sort().to_list()
    if len(paths) == 1:
        return _newest(ends)
    if paths:
        raise SettingsError(f"{name} may be any of these; name one by its whole path: {', '.join(paths)}.")
    raise SettingsError(
        f'Nothing that was loaded is called {name}; reach query "select path, load_id from source_files" lists all.'
    )


def _paths(name: str, workspace: Workspace) -> Iterator[str]:
    """The paths that a file may be known by, which a person names by its path in an inbox, or by where it lies."""
    yield name
    yield name.removeprefix(f"{workspace.settings.inbox.as_posix()}/")
    for inbox in workspace.folders:
        root = shown_path(real_path(inbox.root).as_posix()) + "/"
        if name.startswith(root):
            yield "/".join((*inbox.prefix, name.removeprefix(root)))


def _newest(loads: pl.DataFrame) -> pl.DataFrame:
    newest = loads.sort("received_at", "modified_at").row(-1, named=True)
    return loads.filter(pl.col("sha256") == newest["sha256"])


def _target(named: pl.DataFrame, name: str) -> tuple[Target, str]:
    first = named.row(0, named=True)
    is_pull = first["asked_of"] is not None
    part = first["connector"] if first["load_id"] == name else None
    if part and named.height == 1:
        return Target(first["path"], None if is_pull else first["sha256"], part), f"{first['path']} as {part}"
    return Target(first["path"], None if is_pull else first["sha256"]), first["path"]
