"""Freezing a report, and telling what has changed since."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import polars as pl

import connectors
from flows import __version__
from flows.steps import night, plan_files, reader
from flows.steps.khmer_files import in_corrected_khmer
from flows.steps.night import GoodPlan
from flows.steps.privacy import published
from flows.steps.settings import SettingsError, Workspace
from warehouse import file_system
from warehouse.archive.remote_blobs import NoArchive
from warehouse.day import Day, day_of
from warehouse.evidence import causes, differences
from warehouse.evidence.differences import Difference, Step
from warehouse.figures import build
from warehouse.history import rows
from warehouse.history.frames import TODAY, Known, known_loads
from warehouse.history.store import Store, open_store
from warehouse.plan import renamed
from warehouse.plan.model import Plan
from warehouse.publish import snapshot
from warehouse.publish.workbook import book as workbook
from warehouse.publish.workbook.edition import BookTables
from warehouse.readings.latest import day_ends

logger = logging.getLogger(__name__)

FOLDER = "frozen"


@dataclass(frozen=True)
class Report:
    """A frozen report, as the archive has it."""

    name: str
    as_of: date
    frozen_at: datetime
    plan_sha256: str
    read_with: str
    checksum: str
    tables: dict[str, pl.DataFrame]

    @property
    def known_before(self) -> datetime:
        """The instant before which everything was known to it."""
        return self.frozen_at + timedelta(microseconds=1)

    def rests_on(self, observed_at: datetime, zone: str) -> bool:
        """Whether what was seen at an instant may count in it."""
        return observed_at < min(self.known_before, day_ends(self.as_of, zone))


def freeze(workspace: Workspace, good: GoodPlan, name: str, as_of: date) -> list[str]:
    """Keeps the figures of a day for ever, and writes them into ``published/frozen/NAME``; what has to be said of it.

    Raises:
        SettingsError: the name is taken, or is none for a folder; or the plan at hand is not the newest.
    """
    if not re.fullmatch(r"[\w][\w.-]{0,80}", name) or not file_system.is_name_everywhere(name):
        raise SettingsError(f"{name!r} cannot be a report's name: letters, digits, - and _ only, as in final-2024.")
    archive = workspace.archive
    # Of two folders whose names differ in large and small letters, Windows and macOS have one.
    if taken := next((e for e in archive.events("frozen") if str(e["name"]).casefold() == name.casefold()), None):
        raise SettingsError(
            f"{taken['name']} was frozen on {str(taken['frozen_at'])[:10]} as of {taken['as_of']} and stays as it is; "
            "take another name."
        )
    zone = good.plan.project.timezone
    if as_of > night.today(zone):
        raise SettingsError(f"{as_of} is still to come; freeze a report on or after its day.")
    frozen_at = night.now()
    with open_store(workspace.warehouse_file, read_only=True) as store, pl.Config(engine_affinity="in-memory"):
        state = night.state_of(store, good.plan, as_of, is_counting=rows.is_long(store))
        tables = differences.kept(build.build(state), state)
        has_to_be_said = differences.named_removable(state)
    about = snapshot.about(
        tables, as_of=as_of, known_on=None, refreshed_at=frozen_at, tool_version=__version__, timezone=zone, banner=None
    )
    tables |= {"about": about}
    hashes = {table_name: archive.keep(snapshot.packed(table)) for table_name, table in tables.items()}
    read_with = reader.reader(workspace, zone).of_all
    archive.freeze(
        name,
        {
            "as_of": as_of,
            "frozen_at": frozen_at,
            "plan": archive.keep(good.text),
            "read_with": read_with,
            "version": __version__,
            "tables": hashes,
            "checksum": differences.checksum(hashes),
        },
    )
    _write(workspace, read(workspace, name))
    return has_to_be_said


def freeze_due(workspace: Workspace, good: GoodPlan) -> list[str]:
    """Freezes the plan's reports whose day is over and that are not frozen yet; what was not, and why, a line each."""
    if good.mistakes:
        return []  # what is kept for ever waits for the plan that is meant
    today, problems = night.today(good.plan.project.timezone), []
    due = [
        report for report in good.plan.reports if report.as_of < today and workspace.archive.frozen(report.name) is None
    ]
    for report in due:
        try:
            for sentence in freeze(workspace, good, report.name, report.as_of):
                logger.info("%s: %s", report.name, sentence)
            logger.info("froze the report %s as of %s", report.name, report.as_of)
        except (SettingsError, snapshot.NotPublished, NoArchive, OSError) as error:  # what was published before stands
            problems.append(f"The report {report.name} was not frozen: {error}")
    return [*problems, *write_missing(workspace)]


def write_missing(workspace: Workspace) -> list[str]:
    """Writes the files of frozen reports that are not there; what could not be written, a sentence each."""
    problems = []
    for event in workspace.archive.events("frozen"):
        name = str(event["name"])
        if not (workspace.published / FOLDER / name / "reach.json").exists():
            try:
                _write(workspace, read(workspace, name))
            except (SettingsError, snapshot.NotPublished, NoArchive, OSError) as error:
                problems.append(f"The files of the frozen report {name} could not be written: {error}")
    return problems


def reports(workspace: Workspace) -> list[Report]:
    """Every report that was frozen and can be read."""
    readable = []
    for event in workspace.archive.events("frozen"):
        with suppress(SettingsError):  # one that is damaged is named by whoever asks for it
            readable.append(read(workspace, str(event["name"])))
    return readable


def read(workspace: Workspace, name: str) -> Report:
    """A frozen report.

    Raises:
        SettingsError: there is none of that name, or what was kept is damaged.
    """
    archive = workspace.archive
    event: dict[str, Any] | None = archive.frozen(name)
    if event is None:
        names = ", ".join(str(other["name"]) for other in archive.events("frozen")) or "none"
        raise SettingsError(f"No report {name} was frozen; there are: {names}.")
    try:
        tables = {
            table_name: pl.read_parquet(BytesIO(archive.content(sha))) for table_name, sha in event["tables"].items()
        }
    except (ValueError, OSError) as error:
        raise SettingsError(f"The frozen report {name} cannot be read: {error}.") from error
    if differences.checksum(event["tables"]) != event["checksum"]:
        raise SettingsError(f"The frozen report {name} is not what was frozen: its checksum is another.")
    return Report(
        name, date.fromisoformat(event["as_of"]), datetime.fromisoformat(event["frozen_at"]), event["plan"],
        event["read_with"], event["checksum"], tables,
    )  # fmt: skip


def diff(workspace: Workspace, good: GoodPlan, name: str) -> tuple[list[Difference], dict[str, list[str]]]:
    """What of a frozen report would be another figure today, and what is behind each kind of cause, a line each."""
    report = read(workspace, name)
    ids = renamed.new_ids(good.plan)
    frozen = renamed.tables_with(report.tables, ids)
    then = renamed.plan_with(plan_of(workspace, report), ids)
    read_with = reader.reader(workspace, good.plan.project.timezone).of_all
    removals = workspace.archive.removals(report.frozen_at)
    then_known = report.known_before
    knowledge = (
        Known(then_known, then_known),
        Known(None, then_known, then_known),
        Known(decisions_before=then_known),
    )
    with open_store(workspace.warehouse_file, read_only=True) as store:
        days = _days(store, report.as_of, [*((then, instant) for instant in knowledge), (good.plan, TODAY)])
    as_then, with_late, with_withdrawn, today = days
    is_read_anew = read_with != report.read_with
    kinds = (differences.MAPPING, differences.LATE, differences.DEFINITION, differences.WITHDRAWN, differences.PLAN)
    ways = (as_then, differences.unmoved(as_then, with_late), with_late, with_withdrawn, today)
    figures = {id(day): build.figures(day) for day in {id(day): day for day in ways}.values()}
    walked = [Step(kind, figures[id(day)]) for kind, day in zip(kinds, ways, strict=True)]
    changes = differences.differences(frozen, walked, _taken(workspace, name, ids))
    changes += differences.printed(name, frozen, good.plan, walked[-1].tables, changes)
    details = {
        differences.LATE: causes.loads(as_then, with_late),
        differences.WITHDRAWN: causes.withdrawn(with_late, with_withdrawn),
        differences.PLAN: [*causes.renamed(with_withdrawn, today), *causes.rules(with_withdrawn, today)],
        differences.REMOVED: sorted(path for path, event in removals.items() if event == "removed"),
        differences.GONE: sorted(path for path, event in removals.items() if event == "forgotten"),
        differences.MAPPING: [f"read with other settings, or another version of Reach ({__version__})"] * is_read_anew,
    }
    used = {kind for change in changes for kind in change.causes}
    return changes, {kind: lines for kind, lines in details.items() if kind in used and lines}


def _days(store: Store, as_of: date, ways: Sequence[tuple[Plan, Known]]) -> list[Day]:
    """The day by each plan and knowledge; where both are as in the one before, that day itself: nothing differs."""
    days: list[Day] = []
    has_decisions, decisions_before = bool(store.rows("select 1 from decisions limit 1")), None
    for plan, knowledge in ways:
        loads = known_loads(store, knowledge)
        before = days[-1] if days else None
        is_decided_on = has_decisions and knowledge.decisions_before != decisions_before
        is_same = before and before.plan == plan and before.loads.equals(loads.select(before.loads.columns))
        if before is None or not is_same or is_decided_on:
            before = day_of(store, plan, connectors.PLATFORMS, as_of, knowledge)
        decisions_before = knowledge.decisions_before
        days.append(before)
    return days


def _taken(
    workspace: Workspace, name: str, ids: renamed.NewIds
) -> Iterator[tuple[str, dict[differences.FigureKey, float | int]]]:
    """What was measured of a report when readings were taken away, by the ids that campaigns have now."""
    for event in workspace.archive.events("taken"):
        if event["name"] == name:
            figures_: Any = event["figures"]
            yield (
                str(event["kind"]),
                {(table, tuple((column, ids.get(value, value) if column == "campaign_id" else value)
                               for column, value in key), metric): amount
                 for table, key, metric, amount in figures_},
            )  # fmt: skip


def as_then(workspace: Workspace, report: Report) -> Day:
    """The day of a report by what it knew, read as loads are read today."""
    then = plan_of(workspace, report)
    with open_store(workspace.warehouse_file, read_only=True) as store:
        return day_of(store, then, connectors.PLATFORMS, report.as_of, Known(report.known_before, report.known_before))


def plan_of(workspace: Workspace, report: Report) -> Plan:
    """The plan by which a report was frozen."""
    return plan_files.parse(workspace.archive.content(report.plan_sha256))


def as_objects(changes: list[Difference]) -> list[dict[str, Any]]:
    """The differences as plain objects."""
    return [
        {
            "table": change.table,
            "key": change.key,
            "metric": change.metric,
            "frozen": change.frozen,
            "now": change.now,
            "causes": change.causes,
        }
        for change in changes
    ]


@published
@in_corrected_khmer
def _write(workspace: Workspace, report: Report) -> None:
    """The report as files that others open: DuckDB, a workbook to send in each language, JSON with the checksum."""
    objects = {table_name: json.loads(table.write_json()) for table_name, table in report.tables.items()}
    described = {"name": report.name, "checksum": report.checksum, "tables": objects}
    tables = BookTables(report.tables, plan_of(workspace, report), connectors.PLATFORMS, report.name)
    beside = {
        **workbook.copies_to_send(tables, report.name),
        "reach.json": json.dumps(described, ensure_ascii=False).encode(),
    }
    snapshot.publish_frozen(workspace.published, f"{FOLDER}/{report.name}", report.tables, beside)
