"""What platforms' terms have taken away, and by how much that moves the frozen reports that rest on it.

Once the readings are gone nothing can tell what they added, and what another way of reading changed. So the figures of
before are kept in a file until the archive has the difference: a run that dies in between leaves both to the next one.
"""

from __future__ import annotations

import json
import logging
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import NamedTuple

import polars as pl

from flows.steps import freezing, night, terms
from flows.steps.settings import SettingsError, Workspace
from warehouse import file_system
from warehouse.archive.pulls import Pull
from warehouse.evidence import differences
from warehouse.figures import build
from warehouse.plan.model import PlanError
from warehouse.publish import snapshot

logger = logging.getLogger(__name__)

FILE = ".removing.json"


class FiguresBefore(NamedTuple):
    """What frozen reports' tables held before something was taken away, by the report's name; when, and why."""

    kind: str
    at: datetime
    reports: Mapping[str, Mapping[str, pl.DataFrame]]


def removing(workspace: Workspace, zone: str) -> None:
    """Takes away what platforms' terms ask for, and keeps what that takes from each frozen report."""
    now = night.now()
    workspace.archive.finish_removals()
    _keep_difference(workspace, zone, _read(workspace))  # of a run that died
    gone = terms.gone(workspace, now)
    _measured(workspace, zone, differences.GONE, [pull for pull, _ in gone], lambda: terms.forget(workspace, gone, now))
    past = terms.past(workspace, now)  # of what is left after that
    _measured(workspace, zone, differences.REMOVED, past, lambda: terms.remove(workspace, past, now))


def _measured(workspace: Workspace, zone: str, kind: str, due: Sequence[Pull], remove: Callable[[], None]) -> None:
    """Does what takes something away from pulls, and keeps by how much that moves frozen reports that rest on them."""
    if not due:
        return
    reports: dict[str, Mapping[str, pl.DataFrame]] = {}
    for report in freezing.reports(workspace):
        if any(report.rests_on(pull.started_at, zone) for pull in due):
            try:
                reports[report.name] = build.figures(freezing.as_then(workspace, report))
            except (PlanError, ValueError) as error:  # what terms ask for does not wait for that
                logger.warning("what is removed could not be measured for the report %s: %s", report.name, error)
    before = FiguresBefore(kind, night.now(), reports)
    if reports:
        _write(workspace, before)
    remove()
    _keep_difference(workspace, zone, before)


def _keep_difference(workspace: Workspace, zone: str, before: FiguresBefore | None) -> None:
    """Keeps in the archive by how much each report moved since, unless that was done before this run."""
    if before is None:
        return
    night.load(workspace, zone)
    kept = {(event["name"], event["taken_at"]) for event in workspace.archive.events("taken")}
    for name, tables in before.reports.items():
        if (name, before.at.isoformat()) in kept:
            continue
        try:
            after = build.figures(freezing.as_then(workspace, freezing.read(workspace, name)))
        except (SettingsError, PlanError, ValueError) as error:
            logger.warning("what was removed could not be measured for the report %s: %s", name, error)
            continue
        amounts = differences.moved(tables, after)
        moved = [[table, key, metric, amount] for (table, key, metric), amount in amounts.items()]
        if moved:
            workspace.archive.take(name, {"kind": before.kind, "figures": moved, "taken_at": before.at})
    (workspace.home / FILE).unlink(missing_ok=True)


def _write(workspace: Workspace, before: FiguresBefore) -> None:
    packed = {
        report: {name: b64encode(snapshot.packed(table)).decode() for name, table in tables.items()}
        for report, tables in before.reports.items()
    }
    kept = {"kind": before.kind, "at": before.at.isoformat(), "reports": packed}
    file_system.write_whole(workspace.home / FILE, json.dumps(kept).encode())


def _read(workspace: Workspace) -> FiguresBefore | None:
    """The figures of before that a run left that died; None where none did, or they cannot be read."""
    try:
        left = json.loads((workspace.home / FILE).read_bytes())
        reports = {
            report: {name: pl.read_parquet(BytesIO(b64decode(table))) for name, table in tables.items()}
            for report, tables in left["reports"].items()
        }
        return FiguresBefore(left["kind"], datetime.fromisoformat(left["at"]), reports)
    except FileNotFoundError:
        return None
    except Exception as error:  # whatever is wrong with it, the removal is not measured, and nothing else is lost
        logger.warning("what a removal took from frozen reports could not be measured: %s", error)
        (workspace.home / FILE).unlink(missing_ok=True)
        return None
