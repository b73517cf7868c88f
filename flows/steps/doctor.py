"""Checks a workspace from the archive to what is published, and mends what can be mended.

Each check is a function that yields findings, in the order in which what is published comes about: a later check sees
what the mending of an earlier one left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from flows.steps import freezing, healing, inboxes, mailing, night, odd_events, privacy, remembered
from flows.steps.lock import only_night
from flows.steps.settings import SettingsError, Workspace
from warehouse.archive import log_repair
from warehouse.archive.blobs import name_of
from warehouse.archive.log_lines import BadLine, unfinished
from warehouse.figures.tables import CLOCKED, MARTS
from warehouse.history import following, store
from warehouse.history.damage import Damaged, Newer
from warehouse.history.store import WAIT_SECONDS, Outdated, open_store
from warehouse.plan.model import PlanError
from warehouse.publish.snapshot import NothingPublished, read_tables
from warehouse.texts import number_of

BY_REPAIR = "reach doctor --repair"


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be: a sentence, what to do, and what mends it where a program can."""

    part: str
    sentence: str
    what_to_do: str = BY_REPAIR
    mend: Callable[[], object] | None = None
    is_mended: bool = False


Check = Callable[[Workspace], Iterator[Finding]]


def examine(workspace: Workspace) -> list[Finding]:
    """Every finding, and nothing is changed.

    Raises:
        SettingsError: the settings cannot be used.
        Busy: a night is at work.
    """
    return [finding for check in _checks(workspace) for finding in _found_by(check, workspace)]


def repair(workspace: Workspace) -> list[Finding]:
    """Mends what can be mended; every finding, also those that are mended.

    Raises:
        SettingsError: the settings cannot be used.
        AlreadyRunning, Busy: a night is at work.
        Shortage: the machine lacks room, memory or permission for it.
    """
    findings = []
    with only_night(workspace, WAIT_SECONDS, lambda _: nullcontext()):
        for check in _checks(workspace):
            before = _found_by(check, workspace)
            for finding in before:
                if finding.mend:
                    finding.mend()
            after = _found_by(check, workspace) if before else []
            left = {finding.sentence for finding in after}
            mended = [finding for finding in before if finding.mend and finding.sentence not in left]
            findings += [Finding(one.part, one.sentence, "", is_mended=True) for one in mended] + after
    return findings


def _checks(workspace: Workspace) -> Iterator[Check]:
    """The checks, one after the other. Without the archive that was here nothing is held to it, let alone mended by it.

    A repair that went by an empty archive would take every load out of the warehouse, and publish nothing but zeros.
    """
    yield from (_settings_and_plan, _inboxes, _archive)
    if not _is_less(workspace):
        yield from (_log, _blobs, _warehouse, _published, _frozen, _events)
    yield from (_mails, _leftovers, _rights)


def _is_less(workspace: Workspace) -> bool:
    """Whether the archive is not there, less than it was, or another workspace's."""
    memory = remembered.read(workspace)
    if remembered.not_to_use(workspace, memory):
        return True
    return memory is not None and not workspace.archive.goes_on_from(memory.end) and not _has_bad_lines(workspace)


def _found_by(check: Check, workspace: Workspace) -> list[Finding]:
    try:
        return list(check(workspace))
    except (BadLine, Damaged, Newer, Outdated):  # a check of its own says it, and this one rests on what is damaged
        return []


def _settings_and_plan(workspace: Workspace) -> Iterator[Finding]:
    try:
        good = night.read_plan(workspace)
    except (night.NoPlan, PlanError) as error:
        yield Finding("plan", str(error), "mend the plan")
        return
    for mistake in good.mistakes:
        yield Finding("plan", mistake, "mend the plan")


def _archive(workspace: Workspace) -> Iterator[Finding]:
    memory = remembered.read(workspace)
    if why := remembered.not_to_use(workspace, memory):
        yield Finding("archive", why, "see to the archive")
        return
    if memory and _is_less(workspace):
        yield Finding("archive", remembered.is_less(workspace, memory), "put the archive back, or reach rebuild")
    if memory and (why := remembered.far_behind(memory)):
        yield Finding("clock", why, mend=lambda: remembered.remember(workspace))


def _inboxes(workspace: Workspace) -> Iterator[Finding]:
    for check in inboxes.checks(workspace):
        if check.why_not:
            yield Finding("inbox", check.why_not, "docs/inboxes.md has each kind of inbox")


def _log_file(workspace: Workspace) -> Path:
    return workspace.archive.folder / "events.jsonl"


def _has_bad_lines(workspace: Workspace) -> bool:
    log = _log_file(workspace)
    return log.exists() and bool(unfinished(log) or workspace.archive.line_faults())


def _log(workspace: Workspace) -> Iterator[Finding]:
    """Lines that cannot be used; all of them are mended in one go, by the first."""
    if not _log_file(workspace).exists():
        return
    bad = workspace.archive.line_faults()
    usable = [fault for fault in bad if not fault.is_newer]

    def mend() -> None:
        workspace.archive.mend_log(usable, night.now().date())
        remembered.remember(workspace)

    if rest := unfinished(_log_file(workspace)):
        yield Finding(
            "log", f"The last line of events.jsonl is not whole ({number_of(len(rest), 'byte')}), as after a crash: "
            "what it named comes in again.", mend=mend,
        )  # fmt: skip
    for fault in bad:
        what = f" It seems to be of: {fault.about}." if fault.about else ""
        sentence = f"Line {fault.number} of events.jsonl cannot be used: {fault.why}.{what}"
        if fault.is_newer:
            yield Finding("log", sentence, "run the newer version of Reach")
        elif fault.restored:
            yield Finding("log", f"{sentence} One bit of it changed, and it can be put right.", mend=mend)
        else:
            yield Finding(
                "log", f"{sentence} What it told is lost, unless a backup has the line or the file comes in again.",
                f"{BY_REPAIR} puts it aside; or put the line back from a backup", mend,
            )  # fmt: skip


def _named(workspace: Workspace) -> dict[str, str]:
    """Every hash that the log names, with what it is of."""
    archive = workspace.archive
    of_plans = {str(event["sha256"]): "the plan" for event in archive.events("plan", "faulty plan")}
    of_reports: dict[str, str] = {}
    for event in archive.events("frozen"):
        tables: Any = event["tables"]
        of_reports |= dict.fromkeys((*tables.values(), str(event["plan"])), f"the frozen report {event['name']}")
    of_mails = {
        str(event["sha256"]): f"mailed of the report {event['name']}"
        for event in archive.events("mailed")
        if event.get("is_kept")
    }
    of_pulls = {kept.sha256: pull.file_version.path for pull in archive.pulls() for kept in pull.answers}
    of_files = {version.sha256: version.path for version in archive.file_versions()}
    return of_plans | of_reports | of_mails | of_pulls | of_files


def _blobs(workspace: Workspace) -> Iterator[Finding]:
    """What is lost of what the log names; then what lies there and nothing names."""
    blobs, named = workspace.archive.blobs, _named(workspace)
    lost = [loss for sha256 in named if (loss := blobs.loss(sha256))]
    there = healing.still_there(workspace, [loss.sha256 for loss in lost]) if lost else {}
    for loss in lost:
        sentence = f"{loss}; it was {named[loss.sha256]}, whose figures stand until it has to be read again."
        if loss.sha256 in there:
            yield Finding(
                "blob", f"{sentence} {there[loss.sha256]} has the same bytes.",
                mend=lambda sha256=loss.sha256: healing.retake(workspace, [sha256]),  # type: ignore[misc]
            )  # fmt: skip
        else:
            yield Finding("blob", sentence, "put the same file into the inbox, or the blob back from a backup")
    aside = log_repair.kept_aside(workspace.archive.folder)
    for sha256 in blobs.hashes():
        if sha256 in named:
            continue
        sentence = f"Nothing in the log names archive/{name_of(sha256)}"
        if lost or sha256.encode() in aside:
            yield Finding("blob", f"{sentence}; a line that was lost may have.", "keep it until nothing else is found")
        else:
            yield Finding(
                "blob", f"{sentence}, as where a run died before it had noted it: it comes in again.",
                mend=lambda sha256=sha256: blobs.drop(sha256),  # type: ignore[misc]
            )  # fmt: skip


def _warehouse(workspace: Workspace) -> Iterator[Finding]:
    def load() -> None:
        healing.heal(workspace, night.now().date())
        with open_store(workspace.warehouse_file, is_any_version=True) as history:
            if history.is_current():
                history.follow(None)  # whatever it says that it follows: something is missing
        night.load(workspace, night.read_plan(workspace).plan.project.timezone)

    try:
        store.require_whole(workspace.warehouse_file)
        with open_store(workspace.warehouse_file, read_only=True) as history:
            missing, unknown = following.unfollowed(history, workspace.archive)
            without_load = history.without_load()
    except Damaged as damage:
        yield Finding("warehouse", damage.how, mend=load)
        return
    except Newer as newer:
        yield Finding("warehouse", str(newer), "run the newer version of Reach")
        return
    except Outdated as outdated:
        if workspace.archive.file_versions() or workspace.archive.pulls():
            yield Finding("warehouse", str(outdated), mend=load)
        return
    for path in missing:
        yield Finding("warehouse", f"{path} came in and is not loaded yet.", mend=load)
    for path in unknown:
        yield Finding("warehouse", f"{path} is loaded, and the archive does not name it.", mend=load)
    for table, rows in without_load.items():
        if rows:
            yield Finding(
                "warehouse", f"{table} has {number_of(rows, 'row')} of no load.",
                mend=lambda: night.rebuild(workspace, night.read_plan(workspace).plan.project.timezone),
            )  # fmt: skip


def _published(workspace: Workspace) -> Iterator[Finding]:
    """Whether what is published is what the warehouse gives for the same day; every table is compared."""
    try:
        about = read_tables(workspace.published, {"about": ()})["about"].row(0, named=True)
    except NothingPublished:
        return
    except Exception as error:
        about = {}
        why = f"What is published in {workspace.published} cannot be read ({type(error).__name__})."
    good = night.read_plan(workspace)
    computed = night.compute(workspace, good, about.get("as_of"), about.get("known_on"))

    def publish() -> None:
        night.release(workspace, computed, night.report(workspace, computed))

    if not about:
        yield Finding("published", why, mend=publish)
        return
    tables = [mart.name for mart in MARTS if mart.name not in CLOCKED]
    same_id = about["snapshot_id"] == computed.tables["about"]["snapshot_id"].item()
    try:
        published = read_tables(workspace.published, dict.fromkeys(tables, ()))
        parquet = {name: pl.read_parquet(BytesIO(file.read_bytes())) for name, file in _parquet(workspace, tables)}
    except Exception as error:
        yield Finding("published", f"A published table cannot be read ({type(error).__name__}).", mend=publish)
        return
    differ = [name for name in tables if not published[name].equals(computed.tables[name])]
    differ += [f"{name}.parquet" for name, table in parquet.items() if not table.equals(computed.tables[name])]
    if differ or not same_id:
        yield Finding(
            "published", f"What is published as of {about['as_of']} is not what the warehouse gives for that day "
            f"({', '.join(differ) or 'by its snapshot_id'}).", mend=publish,
        )  # fmt: skip


def _parquet(workspace: Workspace, tables: list[str]) -> Iterator[tuple[str, Path]]:
    folder = workspace.published / "parquet"
    return ((name, folder / f"{name}.parquet") for name in tables if folder.is_dir())


def _frozen(workspace: Workspace) -> Iterator[Finding]:
    for event in workspace.archive.events("frozen"):
        name = str(event["name"])
        try:
            freezing.read(workspace, name)
        except SettingsError as error:
            yield Finding("frozen", str(error), "put the archive's blobs back from a backup")
            continue
        if not (workspace.published / freezing.FOLDER / name / "reach.json").exists():
            yield Finding(
                "frozen", f"The files of the frozen report {name} are not in {workspace.published}.",
                mend=lambda: freezing.write_missing(workspace),
            )  # fmt: skip


def _events(workspace: Workspace) -> Iterator[Finding]:
    for sentence in odd_events.sentences(workspace):
        yield Finding("event", sentence, "correct its row in the log, and drop the log again")


def _mails(workspace: Workspace) -> Iterator[Finding]:
    """What keeps reports from being mailed; the mail server is called, and nothing is sent."""
    try:
        plan = night.read_plan(workspace).plan
    except (night.NoPlan, PlanError):
        return
    for sentence in (*mailing.mistakes(workspace, plan), *filter(None, [mailing.unusable_server(workspace, plan)])):
        yield Finding("mail", sentence, "docs/operating.md says how reports are mailed")


def _leftovers(workspace: Workspace) -> Iterator[Finding]:
    """What runs left that died while they wrote."""
    left = [
        *workspace.archive.blobs.unfinished(),
        *sorted(workspace.home.glob(".*.json.new")),
        *workspace.home.glob(".room.tmp"),
    ]
    if workspace.published.is_dir():
        left += sorted(workspace.published.rglob(".*.tmp"))
    for path in left:
        yield Finding(
            "leftover", f"{path} was left by a run that died.",
            mend=lambda path=path: path.unlink(missing_ok=True),  # type: ignore[misc]
        )  # fmt: skip


def _rights(workspace: Workspace) -> Iterator[Finding]:
    for path in privacy.readable_by_others(privacy.kept_private(workspace)):
        yield Finding(
            "rights", f"Other accounts of this machine can read {path}.", mend=lambda: privacy.tighten(workspace)
        )
    for sentence in privacy.open_secrets(workspace):
        yield Finding("rights", sentence, "chmod 600 .env")
