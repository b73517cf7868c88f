"""What a night does, step by step, as plain functions: the flow and the commands call the same ones."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

import polars as pl

import connectors
from flows import __version__
from flows.steps import clock, healing, khmer_files, network, news, picture_files, plan_files, program
from flows.steps.engine import EngineFailed
from flows.steps.khmer_files import in_corrected_khmer
from flows.steps.loaded import Loaded, of_file
from flows.steps.privacy import published
from flows.steps.reader import reader
from flows.steps.settings import SettingsError, Workspace
from warehouse.archive import inbox
from warehouse.archive.receipts import KHMER, Receipt
from warehouse.day import Day, day_of
from warehouse.evidence import late_rows, read_later, undated_files
from warehouse.faults import fault, trace
from warehouse.figures import build, periods, plan_rules, unplanned
from warehouse.figures.unplanned import UnplannedPage
from warehouse.history import document_versions, following, kept, rows, silent_apis
from warehouse.history.frames import TODAY, Known, in_use, known_loads, read_loads
from warehouse.history.kept import Kept
from warehouse.history.recognised import ReadEach, in_order
from warehouse.history.store import Store, open_store
from warehouse.plan.model import Plan, PlanError
from warehouse.publish import iati, snapshot
from warehouse.publish.report.language import Language
from warehouse.publish.report.todo_texts import requests
from warehouse.publish.workbook import book as workbook
from warehouse.publish.workbook.edition import BookTables
from warehouse.publish.workbook.todo_book import todo_book
from warehouse.readings import missing_days
from warehouse.readings.latest import day_ends

logger = logging.getLogger(__name__)


class NoPlan(Exception):
    """There is no plan to go by, not even an older one; the sentence says what to do."""


class AlreadyRunning(Exception):
    """Another night is at work in the workspace."""


IATI, REPORT = "iati-results.xml", "report"
"""The file with the results for an NGO's IATI file, and the folder of the report's pages."""

WORKBOOK, TODOS = "reach.xlsx", "whom-to-ask.xlsx"
"""The team's workbook, and whom to ask for what its tables lack: a file of its own, since it names contacts."""

NEEDS_A_PERSON = (NoPlan, AlreadyRunning, EngineFailed, snapshot.NotPublished, SettingsError, *healing.NEEDS_A_PERSON)
"""What a night may end with that trying again does not mend; each is a sentence for a person."""


@dataclass(frozen=True)
class Night:
    """What a night did, for the person who asks next morning."""

    received: int = 0
    loaded: int = 0
    problems: tuple[str, ...] = ()
    published_as_of: date | None = None
    accounts_asked: int = 0
    requests: int = 0
    to_look_at: tuple[str, ...] = ()


@dataclass(frozen=True)
class GoodPlan:
    """The plan to go by, and what is wrong with the file where that is an older one."""

    plan: Plan
    text: bytes
    mistakes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Computed:
    """A day, every published table of it, further files by name, and what of the plan needs a person."""

    day: Day
    tables: dict[str, pl.DataFrame]
    sums_by_day: pl.DataFrame
    unknown: pl.DataFrame
    posts_of_loads: pl.DataFrame
    read_later: pl.DataFrame
    days_of_assets: pl.DataFrame
    beside: Mapping[str, bytes]
    problems: tuple[str, ...]
    members: network.Together = network.NOBODY

    @cached_property
    def unplanned(self) -> list[UnplannedPage]:
        """The pages that the plan does not know, or knows elsewhere."""
        return unplanned.pages(self.day)


@dataclass(frozen=True)
class ReportFiles:
    """The report page's files by name; or none, and why there are none."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Published:
    """What was published: the ``about`` row, and what of the plan or the folder needs a person."""

    as_of: date
    snapshot_id: str
    problems: tuple[str, ...]


def now() -> datetime:
    """This instant, in UTC without a zone, and never before the end of the last run."""
    return clock.now()


def today(zone: str) -> date:
    """The reporting zone's day."""
    return clock.today(zone)


def default_day(plan: Plan) -> date:
    """The day of figures where nobody names one: the reporting zone's today, or the project's last day."""
    return plan.project.default_day(today(plan.project.timezone))


def keep_plan(workspace: Workspace, known_on: date | None = None) -> GoodPlan:
    """The plan as :func:`read_plan` has it; the file as it is now is kept in the archive, also one with mistakes.

    Raises:
        NoPlan: as :func:`read_plan`.
    """
    with suppress(OSError):
        file = plan_files.read(workspace)
        try:
            plan_files.plan_of(file)
        except PlanError:
            workspace.archive.keep_plan(file.content, now(), is_good=False)
        else:
            if workspace.archive.keep_plan(file.content, now()):
                logger.info("the plan is new or changed, and was kept")
    return read_plan(workspace, known_on)


def read_plan(workspace: Workspace, known_on: date | None = None) -> GoodPlan:
    """The workspace's plan; where it has mistakes, the last good one that was kept, with them. Nothing is written.

    ``known_on`` asks for the plan that was known at the end of a day instead.

    Raises:
        NoPlan: the plan cannot be used and there was none before, or none was known on that day.
    """
    good = _plan_of_today(workspace)
    if known_on is None:
        return good
    instant = day_ends(known_on, good.plan.project.timezone)
    text = good.text if now() < instant else workspace.archive.last_plan(instant)
    if text is None:
        raise NoPlan(f"No plan was known on {known_on}: Reach first saw one later.")
    return GoodPlan(plan_files.parse(text), text)


def _plan_of_today(workspace: Workspace) -> GoodPlan:
    try:
        file = plan_files.read(workspace)
        return GoodPlan(plan_files.plan_of(file), file.content)
    except OSError:
        mistakes: tuple[str, ...] = (
            f"{workspace.plan_file.name} is not there or cannot be read; reach init writes one to start from.",
        )
    except PlanError as error:
        mistakes = tuple(mistake.text for mistake in error.mistakes)
    last = workspace.archive.last_plan()
    if last is None:
        raise NoPlan("\n".join(mistakes))
    return GoodPlan(plan_files.parse(last), last, mistakes)


def receive(workspace: Workspace) -> Receipt:
    """Takes what is new in the inboxes into the archive."""
    receipt = inbox.receive(workspace.archive, workspace.inboxes, now())
    for version in receipt.received:
        logger.info("received %s (%s bytes)", version.path, version.size)
    for left in receipt.left_out:
        logger.warning("%s", left.reason)
    return receipt


def load(
    workspace: Workspace,
    zone: str,
    on_load: Callable[[str, int], None] = lambda *_: None,
    read_each: ReadEach = in_order,
) -> Loaded:
    """Brings the warehouse up to what the archive holds; ``read_each`` says where files are read."""
    with open_store(workspace.warehouse_file, is_any_version=True) as store:
        synced = healing.sync(store, workspace, reader(workspace, zone), on_load, read_each)
        files = read_loads(store, [*synced.loaded, *synced.refused])
        silent = tuple(silent_apis.sentences(following.silent(store), following.pulled_accounts(store)))
        questions = document_versions.questions(store, in_use(known_loads(store)), synced.loaded)
    for row in files.iter_rows(named=True):
        if row["refused"]:
            logger.warning("refused %s", of_file(row["path"], row["refused"]), extra={"load_id": row["load_id"]})
        else:
            what = [row[column] for column in ("path", "connector", "kept", "rows")]
            logger.info("loaded %s as %s: %s of %s rows", *what, extra={"load_id": row["load_id"]})
    return Loaded(synced, files, silent, (*questions, *undated_files.sentences(files, zone)))


def rebuild(workspace: Workspace, zone: str, on_load: Callable[[str, int], None] = lambda *_: None) -> Loaded:
    """Makes the warehouse again from the archive, the old one standing until that begins."""
    with open_store(workspace.warehouse_file, is_any_version=True) as store:
        store.clear()
    kept.forget(workspace.kept)
    return load(workspace, zone, on_load)


def known_at(known_on: date | None, zone: str) -> Known:
    """What was known at the end of a day of the reporting zone; all that is known today where none is named."""
    if known_on is None:
        return TODAY
    instant = day_ends(known_on, zone)
    return Known(instant, instant)


def read_state(workspace: Workspace, good: GoodPlan, as_of: date, known_on: date | None = None) -> Day:
    """The world at the end of a day of the reporting zone, by what was known at the end of another."""
    with open_store(workspace.warehouse_file, read_only=True) as store:
        return state_of(store, good.plan, as_of, known_on)


def state_of(
    store: Store,
    plan: Plan,
    as_of: date,
    known_on: date | None = None,
    *,
    is_counting: bool = False,
    before: Kept | None = None,
) -> Day:
    """The same of an open warehouse; :func:`warehouse.day.day_of` takes ``is_counting``, and ``before`` as ``kept``."""
    knowledge = known_at(known_on, plan.project.timezone)
    return day_of(
        store, plan, connectors.PLATFORMS, as_of, knowledge,
        is_counting=is_counting, is_reported=is_reported(plan, as_of), kept=before,
    )  # fmt: skip


def is_reported(plan: Plan, as_of: date) -> bool:
    """Whether nobody is asked today for newer figures than those of a day."""
    return plan.project.is_reported(today(plan.project.timezone), as_of)


def compute(workspace: Workspace, good: GoodPlan, as_of: date | None = None, known_on: date | None = None) -> Computed:
    """Every published table as of a day (:func:`default_day` where none is named)."""
    zone = good.plan.project.timezone
    # In memory polars takes a tenth less time and a fifth less memory than streaming: histories come in parts already.
    with open_store(workspace.warehouse_file, read_only=True) as store, pl.Config(engine_affinity="in-memory"):
        at, is_counting = as_of or known_on or default_day(good.plan), rows.is_long(store)
        before = kept.read(workspace.kept, program.made_with(good.plan)) if is_counting else None
        if is_counting:
            store.use_all_processors()
        day = state_of(store, good.plan, at, known_on, is_counting=is_counting, before=before)
        later = read_later.posts(day)
        tables, sums, unknown = build.with_sums_and_unknown(day)
        posts_of_loads, asset_days = rows.posts_of_loads(day.looked_at.scope), periods.by_day_of_assets(day)
    banner = None
    if good.mistakes:
        banner = f"The plan has a mistake, and the last good one was used: {' '.join(good.mistakes)}"
    about = snapshot.about(
        tables, as_of=day.as_of, known_on=known_on, refreshed_at=now(), tool_version=__version__, timezone=zone,
        banner=banner,
    )  # fmt: skip
    results = iati.fragment(tables["indicator_progress"], good.plan, day.as_of, tables)
    for sentence in results.left_out:
        logger.info("%s: %s", IATI, sentence)
    missing = missing_days.sentences(day.missing_days_of())
    beside = {IATI: results.xml} if results.results else {}
    nothing_counts = filter(None, [plan_rules.nothing_counts(day)])
    problems = (*day.warnings, *nothing_counts, *late_rows.of_day(day, day.as_of), *missing)
    members = network.together(workspace, today(zone))
    every = {**tables, "about": about}
    return Computed(day, every, sums, unknown, posts_of_loads, later, asset_days, beside, problems, members)


@in_corrected_khmer
def report(workspace: Workspace, computed: Computed, language: Language | None = None) -> ReportFiles:
    """The report page of what was computed, in the workspace's language where none is named.

    Where it cannot be made, that is said: the tables are published all the same, and the page of the night before
    stands.
    """
    from warehouse.publish.report.pages import pages  # its charts' libraries take their time to start

    try:
        pictures, problems = picture_files.thumbnails(workspace)
        made = pages(
            computed.day, computed.tables, computed.unknown, computed.unplanned, computed.posts_of_loads,
            computed.read_later, language or workspace.settings.language, thumbnails=pictures,
            show_contacts=workspace.settings.report_contacts, network=computed.members.tables,
            days_of_assets=computed.days_of_assets,
        )  # fmt: skip
        files = {f"{REPORT}/{name}": content for name, content in made}
        return ReportFiles({**files, f"{REPORT}/{KHMER}": khmer_files.book(workspace)}, problems)
    except Exception as error:
        logger.error("the report page failed: %s", trace(error))
        why = f"The report page could not be made ({fault(error)}); the one before stands."
        return ReportFiles(problems=(why,))


@published
@in_corrected_khmer
def release(workspace: Workspace, computed: Computed, report: ReportFiles | None = None) -> Published:
    """Writes the snapshot that others read; without a report's files the page of before stands.

    Raises:
        NotPublished, NoArchive: nothing was written and the old snapshot stands.
    """
    report = report or ReportFiles()
    beside = {**computed.beside, **computed.members.files, **report.files}
    workspace.archive.blobs.require_ours()
    try:
        tables = BookTables(computed.tables, computed.day.plan, computed.day.platforms)
        books = workbook.copies_to_send(tables, f"reach-{computed.day.as_of}")
        books[WORKBOOK] = workbook.book(tables, workspace.settings.language)
        books[TODOS] = todo_book(requests(computed.day), computed.day.as_of)
    except OSError as error:
        raise snapshot.NotPublished(f"Nothing was published ({error}); the old snapshot stands.") from error
    head = news.rests_on(workspace) | computed.members.head
    stuck = snapshot.publish(workspace.published, computed.tables, beside={**beside, **books}, head=head)
    held = tuple(f"{name} is held open by somebody and keeps its old state until the next run." for name in stuck)
    problems = (*computed.problems, *report.problems, *computed.members.problems, *held)
    return Published(computed.day.as_of, computed.tables["about"]["snapshot_id"].item(), problems)
