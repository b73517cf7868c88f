"""Telling on which day a file's figures were read, without moving the file, and taking that back."""

from __future__ import annotations

from datetime import date

import polars as pl

from connectors.reading.days import local_day
from flows.steps import night
from flows.steps.settings import SettingsError, Workspace
from flows.steps.withdrawal import named_loads
from warehouse.archive.file_versions import ToldDay
from warehouse.evidence import undated_files
from warehouse.history import frames
from warehouse.history.store import open_store


def tell_day(workspace: Workspace, zone: str, name: str, day: date | None, by: str) -> str:
    """Keeps on which day a file's figures were read, and reads it so; what was done, in a sentence.

    Args:
        zone: the reporting zone, whose day it is.
        name: a file as :func:`flows.steps.withdrawal.named_loads` takes it; of several versions the newest is meant.
        day: the day; None takes back what was told.
        by: who says so.

    Raises:
        SettingsError: nothing is called so, or several are; it is an API's answer; the day lies after the day on which
            the file came; nothing was told that could be taken back.
    """
    with open_store(workspace.warehouse_file) as store:
        loads = frames.known_loads(store)
    file = named_loads(_with_unused(loads, workspace), name, workspace).sort("received_at").row(-1, named=True)
    path = str(file["path"])
    if file["asked_of"] is not None:
        raise SettingsError(f"{path} is what an API answered, which tells itself when that was.")
    came_on = local_day(file["received_at"], zone)
    if day and day > came_on:
        raise SettingsError(f"{path} came on {came_on}, so its figures were not read on {day}.")
    last = [told for told in workspace.archive.told_days() if (told.path, told.sha256) == (path, file["sha256"])][-1:]
    if day is None and not (last and last[0].day):
        raise SettingsError(f"Nobody told a day of {path}, so there is nothing to take back.")
    workspace.archive.tell_day(ToldDay(path, file["sha256"], day, night.now()), by)
    night.load(workspace, zone)
    if day is None:
        return f"What was told of {path} is taken back; it is dated as before."
    return f"The figures of {path} count as read on {day}; --undo takes that back."


def _with_unused(loads: pl.DataFrame, workspace: Workspace) -> pl.DataFrame:
    """Loads, and the files that came in and have none, since a copy of the same bytes stands for them."""
    columns = {name: loads.schema[name] for name in ("path", "sha256", "received_at", "modified_at", "asked_of")}
    versions = workspace.archive.file_versions()
    came = pl.DataFrame([tuple(getattr(one, name) for name in columns) for one in versions], columns, orient="row")
    unused = came.join(loads, on=["path", "sha256"], how="anti").with_columns(load_id=pl.lit(None, pl.String))
    return pl.concat([loads.select(unused.columns), unused])


def tell_days_by_name(workspace: Workspace, zone: str, by: str, *, is_undone: bool = False) -> list[str]:
    """Tells of every undated file that its figures were read on the last day of its range, or takes that back.

    Returns:
        A sentence a file.
    """
    archive, at = workspace.archive, night.now()
    if is_undone:
        newest = {(told.path, told.sha256): told for told in archive.told_days()}
        days = [told._replace(day=None, at=at) for told in newest.values() if told.is_by_name and told.day]
    else:
        with open_store(workspace.warehouse_file) as store:
            loads = frames.known_loads(store).filter(pl.col("observed_until").is_not_null())
        days = [
            ToldDay(file.path, sha256, file.range_ends, at, is_by_name=True)
            for (sha256,), load in loads.group_by("sha256", maintain_order=True)
            for file in undated_files.among(load, zone)
        ]
    for told in sorted(days):
        archive.tell_day(told, by)
    if days:
        night.load(workspace, zone)
    return [f"{told.path}: {f'read on {told.day}' if told.day else 'dated as before'}." for told in sorted(days)]
