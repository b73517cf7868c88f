"""A night whose files the workers of a Dask cluster read: the same figures, whoever of them dies on the way."""

from __future__ import annotations

import shutil
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dask
import polars as pl
import pytest
from prefect import flow
from prefect.client.orchestration import get_client

from flows import cluster
from flows.run_night import run_night
from flows.steps import night
from flows.steps.engine import EngineFailed
from flows.steps.init import create_demo
from flows.steps.reader import reader
from flows.steps.settings import Workspace
from tests.flows import dask_cluster
from tests.flows.dask_cluster import Cluster, running_cluster
from tests.flows.published import DAY, publish
from tests.s3_server import KEY, SECRET, running_s3, settings
from tests.tcp_proxy import line_to
from warehouse.archive.file_versions import FileVersion
from warehouse.history.recognised import Brought, Piece, brought_by, in_order

ZONE = "Asia/Phnom_Penh"


@pytest.fixture(scope="module")
def workers(prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two workers, one of them over a line on which everything takes 50 ms."""
    with running_cluster(tmp_path_factory.mktemp("cluster"), workers=1) as running, line_to(running.port, 0.05) as line:
        running.slow_line = line
        running.start_worker()
        yield running


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with running_s3(tmp_path_factory.mktemp("s3")) as port:
        yield port


def on_cluster(home: Path, address: str, seconds: float = 120) -> Workspace:
    """A workspace from the sample whose files a cluster reads."""
    create_demo(home)
    with (home / "reach.toml").open("a") as settings:
        settings.write(f'\n[engine]\nkind = "dask"\naddress = "{address}"\nseconds = {seconds:g}\n')
    return Workspace(home)


@pytest.fixture(scope="module")
def received(workers: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The same, whose files came in and were not read."""
    workspace = on_cluster(tmp_path_factory.mktemp("received") / "sample", workers.address)
    night.receive(workspace)
    return workspace


def pieces_of(workspace: Workspace) -> list[Piece]:
    return [Piece(version) for version in workspace.archive.file_versions()]


def test_a_night_on_a_cluster_publishes_what_one_process_does(
    workers: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, here = on_cluster(tmp_path / "there", workers.address), tmp_path / "here"
    done = run_night(there, DAY)
    create_demo(here)
    publish(Workspace(here))
    tables = {file.stem for file in (here / "published" / "parquet").glob("*.parquet")} - {"about"}
    assert len(tables) >= 20
    for name in tables:
        of_both = [pl.read_parquet(home / "published" / "parquet" / f"{name}.parquet") for home in (there.home, here)]
        assert of_both[0].equals(of_both[1]), name
    with get_client(sync_client=True) as client:
        read = [run.name for run in client.read_task_runs(limit=200) if run.name.startswith("Read ")]
    assert done.loaded > len(read) > 2


@flow
def reading(home: str) -> list[Brought]:
    """What a cluster makes of every file of a workspace."""
    workspace, brought = Workspace(Path(home)), []
    with cluster.reading(workspace, ZONE) as read_each:
        pieces = read_each(workspace.archive, reader(workspace, ZONE), pieces_of(workspace))
        for number, (_, read) in enumerate(pieces):
            dask_cluster.AFTER.get(number, lambda: None)()
            brought.append(read())
    return brought


def read_all(workspace: Workspace, after: dict[int, Callable[[], object]] | None = None) -> list[Brought]:
    """What a cluster makes of every file; ``after`` so many it something happens to it."""
    dask_cluster.AFTER.update(after or {})
    try:
        return reading(f"{workspace.home}")
    finally:
        dask_cluster.AFTER.clear()


def rows_of(brought: list[Brought]) -> list[object]:
    return [(load.row, *(frame.rows() for frame in load.frames.values())) for one in brought for load in one.loads]


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGTERM])
def test_what_a_dead_worker_was_reading_another_one_reads(
    workers: Cluster, received: Workspace, stop: signal.Signals
) -> None:
    archive, expected = received.archive, reader(received, ZONE)
    here = [brought() for _, brought in in_order(archive, expected, pieces_of(received))]
    first = workers.workers.pop(0)
    there = read_all(received, {2: lambda: first.send_signal(stop)})
    first.wait(30)
    workers.start_worker()
    assert rows_of(there) == rows_of(here)


def test_workers_read_an_archive_at_an_address_with_keys_of_their_own(
    workers: Cluster, received: Workspace, tmp_path: Path, s3: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = on_cluster(tmp_path / "sample", workers.address)
    with (workspace.home / "reach.toml").open("a") as file:
        file.write(settings(s3, "cluster"))
    (workspace.home / ".env").write_text(f"REACH_BLOBS__SECRET={KEY}:{SECRET}\n")
    workspace.archive.folder.mkdir()
    shutil.copy(received.archive.folder / "events.jsonl", workspace.archive.folder)
    for sha256 in received.archive.blobs.hashes():
        workspace.archive.keep(received.archive.content(sha256))
    here = [brought() for _, brought in in_order(received.archive, reader(received, ZONE), pieces_of(received))]
    monkeypatch.setattr(workspace.archive.blobs, "read", pytest.fail)  # this process reads none of them
    assert rows_of(read_all(workspace)) == rows_of(here)


def test_a_slow_line_to_the_scheduler_changes_nothing(workers: Cluster, received: Workspace, tmp_path: Path) -> None:
    line = workers.slow_line
    assert line is not None
    workspace = on_cluster(tmp_path / "sample", f"tcp://127.0.0.1:{line.port}")
    shutil.copytree(received.archive.folder, workspace.archive.folder)
    before = line.chunks
    there = read_all(workspace)
    assert line.chunks - before > 20
    here = [brought() for _, brought in in_order(received.archive, reader(received, ZONE), pieces_of(received))]
    assert rows_of(there) == rows_of(here)


def test_a_scheduler_that_dies_ends_the_night_with_a_sentence_and_the_next_one_is_whole(
    workers: Cluster, tmp_path: Path
) -> None:
    with running_cluster(tmp_path, workers=1) as running, dask.config.set({"distributed.comm.timeouts.connect": "3s"}):
        workspace = on_cluster(tmp_path / "sample", running.address)
        night.receive(workspace)
        with pytest.raises(
            EngineFailed, match=r"The Dask scheduler at tcp://.* does not answer .* the next night goes on"
        ):
            read_all(workspace, {1: lambda: (running.scheduler.kill(), running.scheduler.wait(30))})
        with pytest.raises(EngineFailed, match="does not answer"):
            run_night(workspace, DAY)
    assert not (workspace.published / "reach.duckdb").exists()
    settings = workspace.home / "reach.toml"
    settings.write_text(settings.read_text().replace(running.address, workers.address))
    run_night(Workspace(workspace.home), DAY)
    assert (workspace.published / "reach.duckdb").exists()


def test_a_cluster_without_workers_is_waited_for_as_long_as_the_settings_say(
    prefect_server: str, tmp_path: Path
) -> None:
    with running_cluster(tmp_path, workers=0) as running:
        workspace = on_cluster(tmp_path / "sample", running.address, seconds=0.5)
        night.receive(workspace)
        with pytest.raises(EngineFailed, match=r"No worker of the cluster brought .* in 0.5 seconds, asked 2 times"):
            read_all(workspace)


def test_an_address_at_which_something_else_answers_is_told_apart(prefect_server: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, ThreadPoolExecutor() as pool:
        pool.submit(lambda: other.accept()[0].sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 9))
        workspace = on_cluster(tmp_path / "sample", f"tcp://127.0.0.1:{other.getsockname()[1]}")
        night.receive(workspace)
        with pytest.raises(EngineFailed, match="is no Dask scheduler of this version"):
            read_all(workspace)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ('cluster = "distributed.NoCluster"', "names no class that is installed here: AttributeError"),
        ('cluster = "no_such_package.Cluster"', "names no class that is installed here: ModuleNotFoundError"),
        (
            'cluster = "distributed.SpecCluster"\ncluster_settings = { n = 3 }',
            "could not be made with cluster_settings",
        ),
    ],
)
def test_a_class_that_makes_no_cluster_is_told_with_its_reason(
    prefect_server: str, tmp_path: Path, given: str, sentence: str
) -> None:
    create_demo(tmp_path / "sample")
    with (tmp_path / "sample" / "reach.toml").open("a") as settings:
        settings.write(f'\n[engine]\nkind = "dask"\n{given}\n')
    workspace = Workspace(tmp_path / "sample")
    night.receive(workspace)
    with pytest.raises(EngineFailed, match=sentence):
        read_all(workspace)


def test_a_night_to_which_nothing_came_needs_no_cluster(tmp_path: Path) -> None:
    workspace = on_cluster(tmp_path / "sample", "tcp://127.0.0.1:1")
    with cluster.reading(workspace, ZONE) as read_each:
        assert list(read_each(workspace.archive, reader(workspace, ZONE), [])) == []


def test_without_a_prefect_server_a_cluster_is_not_used(received: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with (
        temporary_settings(restore_defaults={PREFECT_API_URL}),
        pytest.raises(EngineFailed, match="needs a Prefect server"),
        cluster.reading(received, ZONE),
    ):
        pass


def test_without_prefects_runner_for_dask_a_night_says_what_to_install(
    received: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("prefect_dask", "prefect_dask.task_runners"):
        monkeypatch.setitem(sys.modules, name, None)
    with (
        pytest.raises(EngineFailed, match=r'pip install "reach-pipeline\[cluster\]"'),
        cluster.reading(received, ZONE),
    ):
        pass


def test_what_a_worker_calls_lost_is_looked_for_where_the_archive_is(
    received: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    piece, expected = pieces_of(received)[0], reader(received, ZONE)
    gone = Piece(FileVersion("a.csv", "0" * 64, 1, piece.version.modified_at, piece.version.received_at))
    lost = brought_by(gone, received.archive, expected)
    assert lost.lost
    caplog.clear()
    again = cluster._one(lambda: [lost], 0, piece, received.archive, expected)
    assert rows_of([again]) == rows_of([brought_by(piece, received.archive, expected)])
    assert caplog.messages == [f"a worker did not find {piece.version.path} in the archive, and it was read here"]
    assert cluster._one(lambda: [lost], 0, gone, received.archive, expected).lost
    assert len(caplog.messages) == 1
