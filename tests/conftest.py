"""A small world to test in: a real workspace, real exports dropped into it, the night's steps without Prefect."""

from __future__ import annotations

import csv
import gc
import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from filelock import FileLock
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

from flows.steps import healing, night
from flows.steps.loaded import Loaded
from flows.steps.reader import reader
from flows.steps.settings import Workspace
from tests.flows.published import published_sample
from warehouse.day import Day
from warehouse.figures import build, periods
from warehouse.history.store import open_store

OLDEST = "1.1.3"
"""The oldest DuckDB client that is promised to open what is published."""
PAGE = "100064500000001"
OTHER_PAGE = "100064500000002"
PLAN = """
[project]
name = "A programme"
timezone = "Asia/Phnom_Penh"
[[activity]]
id = "1.1"
name = "Forum"
[[activity]]
id = "1.2"
name = "Debate"
"""
CAMPAIGN = """
[[campaign]]
id = "forum"
activity = "1.1"
name = "The forum"
match = { hashtags = ["forum"] }
"""

META = (
    "Post ID", "Page ID", "Page name", "Title", "Description", "Publish time", "Permalink", "Is crosspost", "Post type",
    "Date", "Views", "Reach", "Reactions", "Comments", "Shares", "Total clicks",
)  # fmt: skip
SHEET = (
    "no", "platform", "account", "organisation", "link", "title", "kind", "published", "read_on", "from", "to", "views",
    "impressions", "reach", "likes", "comments", "shares", "saves", "clicks", "watch_seconds", "visits", "followers",
    "note",
)  # fmt: skip


MEMORY, ROOM_BYTES = Path("/dev/shm"), 4_000_000_000


def has_room_in_memory() -> bool:
    """Whether files can lie in memory: Linux has a folder for that, which may lack room or let no program run."""
    if sys.platform != "linux" or not os.access(MEMORY, os.W_OK):
        return False
    status = os.statvfs(MEMORY)
    return not status.f_flag & os.ST_NOEXEC and status.f_bavail * status.f_frsize > ROOM_BYTES


if "TMPDIR" not in os.environ and has_room_in_memory():  # nothing of a test has to outlast a power cut
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.pop("POLARS_MAX_THREADS", None)  # polars has read it; what a test starts runs as it does anywhere

gc.set_threshold(50_000, 20, 20)
"""Python looks for circles of objects so often that it takes an eighth of the processor time, and finds next to none."""

settings.register_profile("reach", deadline=None)  # how busy the machine is says nothing about an example
settings.load_profile("reach")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Three processes for a folder or everything; a single file is over before they have started.

    Two keep two cores busy; the third has work for them while the one with the Prefect server waits for that.
    """
    return 3 if any(Path(arg).is_dir() for arg in config.args) else 0


def pytest_configure(config: pytest.Config) -> None:
    """Several processes have a thread of polars each, however many somebody asks for.

    More threads would only wait for each other, and take a fifth more of the processors for small frames.
    """
    if config.getoption("numprocesses", None) and "PYTEST_XDIST_WORKER" not in os.environ:
        os.environ["POLARS_MAX_THREADS"] = "1"


def _files_with(*words: str) -> frozenset[str]:
    """The files of tests in whose text one of these words stands, by their paths."""
    root = Path(__file__).parents[1]
    return frozenset(
        file.relative_to(root).as_posix()
        for file in Path(__file__).parent.rglob("test_*.py")
        if any(word in file.read_text("utf-8") for word in words)
    )


SERVED = _files_with("prefect_server")
"""Files of tests that need the Prefect server."""
LOOKED_AT = _files_with("page: Page", "browser: Browser")
"""Files of tests that need the browser."""
LONG = (
    "tests/test_nights_of_a_long_history.py",
    "tests/test_oracle.py",
    "tests/flows/steps/test_ask_apis.py",
    "tests/warehouse/reach/test_bounds.py",
    "tests/flows/test_packaging.py",
    "tests/flows/steps/test_freezing.py",
    "tests/flows/steps/test_recovery.py",
    "tests/flows/steps/test_healing.py",
    "tests/flows/steps/test_doctor.py",
    "tests/connectors/test_every_platform.py",
    "tests/warehouse/figures/test_totals.py",
    "tests/warehouse/publish/",
)
"""Files of tests that take long, by the beginnings of their names, the longest first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first, so that no process ends long after the others. What loads files is a night."""
    for item in items:
        if "world" in getattr(item, "fixturenames", ()):
            item.add_marker("night")
    items.sort(key=lambda item: _turn(item.nodeid))


def _turn(nodeid: str) -> int:
    """When a test has its turn."""
    file, _, _ = nodeid.partition("::")
    if file in SERVED:
        return 0
    if file in LOOKED_AT:
        return 1
    return next((turn for turn, long in enumerate(LONG, 2) if file.startswith(long)), len(LONG) + 2)


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: no search for circles looks through it again."""
    gc.freeze()


class ByFile(LoadFileScheduling):
    """A file's tests run in one process, which makes what they share once.

    So do all that need the Prefect server, and all that need the browser.

    Marks (``--dist=loadgroup``) would say the latter, but do nothing with pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return "prefect" if file in SERVED else "browser" if file in LOOKED_AT else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """Who runs what, where there are several processes."""
    return ByFile(config, log)


def table(columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as CSV under these columns; what a row lacks is an empty cell."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(columns), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def post(number: int, page: str = PAGE, **cells: Any) -> dict[str, Any]:
    """A row of a Meta export: a post with a hashtag, published on 2 September 2024."""
    post_id = f"12215800000000{number:04}"
    return {
        "Post ID": post_id,
        "Page ID": page,
        "Page name": f"Page {page[-1]}",
        "Description": f"Post {number} #forum",
        "Publish time": "09/02/2024 08:00",
        "Permalink": f"https://www.facebook.com/{page}/posts/{post_id}",
        "Is crosspost": 0,
        "Post type": "Photos",
        "Date": "Lifetime",
    } | {name.replace("_", " "): value for name, value in cells.items()}


def meta(*rows: Mapping[str, Any], without: Iterable[str] = ()) -> str:
    """A Meta Business Suite content export."""
    columns = [c for c in META if c not in set(without)]
    return "\ufeff" + table(columns, [{k: v for k, v in row.items() if k in columns} for row in rows])


def sheet(*rows: Mapping[str, Any]) -> str:
    """A partner's sheet."""
    return table(SHEET, rows)


def as_a_night() -> pl.Config:
    """Lets polars count in memory, as :func:`flows.steps.night.compute` does: streaming takes a fifth longer.

    Commands that explain figures stream; so do the tests that call what they call, and those that hold nights against
    a look at everything.
    """
    return pl.Config(engine_affinity="in-memory")


class Tables(dict[str, pl.DataFrame]):
    """The published tables as of a day, by name; each is made when somebody looks at it."""

    def __init__(self, day: Day) -> None:
        super().__init__()
        self.day = day

    def __missing__(self, name: str) -> pl.DataFrame:
        with as_a_night():
            if name in build.GROUPS:
                self.update(build.totals(self.day, (name,)))
            elif name in ("ad_spend", "campaign_spend", "campaign_daily", *periods.PERIODS, "indicator_progress"):
                self.update(build.figures(self.day))
            else:
                self.update(build.lists(self.day))
        return self[name]


@dataclass
class World:
    """A workspace and what a person and a night do to it."""

    workspace: Workspace

    def drop(self, path: str, content: str | bytes, modified: str = "2024-10-01T12:00") -> Path:
        """Puts a file into the inbox, with a file time in UTC."""
        file = self.workspace.inbox / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        instant = datetime.fromisoformat(modified).replace(tzinfo=UTC).timestamp()
        os.utime(file, (instant, instant))
        return file

    def plan(self, text: str) -> None:
        """Writes the plan: a project with two activities, and this."""
        (self.workspace.home / "plan.toml").write_text(PLAN + text, encoding="utf-8")

    def load(self) -> Loaded:
        """Takes in what is new."""
        night.receive(self.workspace)
        return night.load(self.workspace, night.keep_plan(self.workspace).plan.project.timezone)

    def published(self, as_of: str = "2024-12-30") -> dict[str, pl.DataFrame]:
        """Everything that would be published as of a day."""
        self.load()
        return night.compute(self.workspace, night.read_plan(self.workspace), date.fromisoformat(as_of)).tables

    def day(self, as_of: str = "2024-12-30") -> Day:
        """All that is known at the end of a day, of what came in until now.

        It is taken in and read through one connection: to open DuckDB costs a tenth of what the rest does.
        """
        night.receive(self.workspace)
        plan = night.keep_plan(self.workspace).plan
        with open_store(self.workspace.warehouse_file, is_any_version=True) as store:
            healing.sync(store, self.workspace, reader(self.workspace, plan.project.timezone), lambda *_: None)
            store.connection.execute("set threads = 1")  # as where it is opened to be read
            with as_a_night():
                return night.state_of(store, plan, date.fromisoformat(as_of))

    def tables(self, as_of: str = "2024-12-30") -> Tables:
        """The published tables but ``about``, without the time that those take which a test does not look at."""
        return Tables(self.day(as_of))

    def table(self, name: str, as_of: str = "2024-12-30") -> pl.DataFrame:
        """One of these tables."""
        return self.tables(as_of)[name]

    def campaign(self, as_of: str = "2024-12-30", campaign: str = "forum") -> dict[str, Any]:
        """One campaign's totals as of a day."""
        totals = self.table("campaign_totals", as_of)
        return totals.row(by_predicate=pl.col("campaign_id") == campaign, named=True)


def new_world(folder: Path) -> World:
    """A workspace in a folder, with a campaign and nothing in its inbox."""
    workspace = Workspace(folder / "workspace")
    (workspace.home / "inbox").mkdir(parents=True)
    made = World(workspace)
    made.plan(CAMPAIGN)
    return made


@pytest.fixture
def world(tmp_path: Path) -> World:
    return new_world(tmp_path)


def copy_of(world: World, folder: Path) -> World:
    """The same world in another folder, with the times of its files: for tests that change what several begin with."""
    return World(Workspace(Path(shutil.copytree(world.workspace.home, folder / "workspace"))))


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that ``make`` fills for all processes of a run: the first that wants it makes it, others wait."""
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, is_made = shared / name, shared / f"{name}.made"
    with FileLock(shared / f"{name}.lock"):
        if not is_made.exists():
            folder.mkdir()
            make(folder)
            is_made.touch()
    return folder


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The sample, published with its report: for tests that only read it.

    It is published once for all processes of a run. Each has a copy of its own, since the warehouse lets one in.
    """

    def make(folder: Path) -> None:
        published_sample(folder / "sample", has_report=True)

    made = made_once(tmp_path_factory, "published", make)
    return Workspace(Path(shutil.copytree(made / "sample", tmp_path_factory.mktemp("published") / "sample")))


@pytest.fixture(scope="session")
def oldest_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the oldest client that is promised, for PYTHONPATH."""

    def make(client: Path) -> None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(client)]
        installed = subprocess.run([*pip, f"duckdb=={OLDEST}"], capture_output=True, text=True)
        assert not (installed.returncode and os.environ.get("CI")), installed.stderr

    client = made_once(tmp_path_factory, "client", make)
    if not any(client.iterdir()):
        pytest.skip(f"duckdb {OLDEST} could not be installed here")
    return client


def known_on(world: World, day: str, as_of: str = "2024-12-30") -> dict[str, Any]:
    """The campaign's totals by what was known on a day."""
    knowledge = date.fromisoformat(day)
    good = night.read_plan(world.workspace, knowledge)
    state = night.read_state(world.workspace, good, date.fromisoformat(as_of), knowledge)
    return build.totals(state)["campaign_totals"].row(0, named=True)


def at_noon_of(world: World, monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    """Lets the world's clock stand at noon of a day, and takes in what is new."""
    monkeypatch.setattr(night, "now", lambda: datetime.fromisoformat(f"{day}T05:00"))
    world.load()
