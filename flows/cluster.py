"""Reading by the workers of a Dask cluster, each chunk of pieces as a task of the night's flow.

Dask loses nothing where a worker dies: it asks another one, and a task is pure. Three things it does not see to:

- A task can stay in the state running after Dask gave it up (Prefect's issue 21638), so the time is taken here.
- Futures inside of other values are not resolved (15633), so tasks take and give plain values.
- What a worker misses it would call lost. So a loss is looked at again here, where the archive is.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from functools import cache, partial
from itertools import islice
from typing import TYPE_CHECKING, cast

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.settings import PREFECT_API_URL

from connectors.settings import ConnectorSettings
from flows.steps import engine
from flows.steps.engine import EngineFailed, ReadingOrder
from flows.steps.engine_settings import EngineSettings
from flows.steps.reader import settings_with_salt
from flows.steps.settings import Workspace
from warehouse.archive.address import Address
from warehouse.archive.archive import Archive
from warehouse.history.recognised import Brought, Piece, ReadEach, Reader, brought_by, chunks, in_order

if TYPE_CHECKING:
    from prefect_dask.task_runners import DaskTaskRunner, PrefectDaskFuture

logger = logging.getLogger(__name__)

AHEAD = 2
"""So many chunks for each thread of the workers are under way: none waits for this process, and few wait in memory."""
TRIES = 2
"""So often a chunk is asked for that nobody brings in time."""


@task(name="Read files", task_run_name="Read {path}", cache_policy=NO_CACHE, persist_result=False)
def read_files(path: str, work: Callable[[], list[Brought]]) -> list[Brought]:
    """What a worker reads; ``path`` is the first file's, for who looks at the run.

    Prefect looks through what a task is given and makes plain tuples of named ones; it does not look into a function.
    """
    return work()


@contextmanager
def reading(workspace: Workspace, zone: str) -> Iterator[ReadEach]:
    """How pieces are read: by this process, or by the cluster of the settings. It is called where one is to be read.

    Raises:
        EngineFailed: there is no Prefect server for workers to tell, or prefect-dask or the class is not installed.
    """
    given = workspace.settings.engine
    if given.kind == "local":
        yield in_order
        return
    if not PREFECT_API_URL.value():
        raise EngineFailed(
            '[engine] kind = "dask" needs a Prefect server that workers reach: start one, and name its address as '
            "PREFECT_API_URL."
        )
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError:
        raise EngineFailed(
            '[engine] kind = "dask" needs more than Reach brings: pip install "reach-pipeline[cluster]"'
        ) from None
    settings = engine.without_secrets(settings_with_salt(workspace, zone))
    where = {"cluster_class": given.cluster, "cluster_kwargs": given.cluster_settings}
    try:
        of_settings = DaskTaskRunner(**({"address": given.address} if given.address else where))
    except (ImportError, AttributeError, ValueError) as error:
        raise EngineFailed(
            f'[engine] cluster = "{given.cluster}" names no class that is installed here: {_first_line(error)}'
        ) from None
    with of_settings as runner:
        yield partial(_read_each, runner, given, settings, workspace.settings.blobs.elsewhere(with_secret=False))


def _read_each(
    runner: DaskTaskRunner,
    given: EngineSettings,
    settings: Mapping[str, ConnectorSettings],
    address: Address | None,
    archive: Archive,
    reader: Reader,
    pieces: Sequence[Piece],
) -> Iterator[tuple[Piece, Callable[[], Brought]]]:
    """As :func:`warehouse.history.recognised.in_order`, by the workers of a cluster."""
    if not pieces:  # a night to which nothing came needs no cluster
        return
    order = ReadingOrder(archive.folder, address, settings, reader.of_all)
    todo, under_way = chunks(pieces), deque[tuple[list[Piece], Callable[[], list[Brought]]]]()
    while True:
        room = AHEAD * _threads(runner, given) - len(under_way)
        under_way.extend((chunk, cache(_ask(runner, given, order, chunk))) for chunk in islice(todo, max(1, room)))
        if not under_way:
            return
        chunk, brought = under_way.popleft()
        for number, piece in enumerate(chunk):
            yield piece, partial(_one, brought, number, piece, archive, reader)


def _one(brought: Callable[[], list[Brought]], number: int, piece: Piece, archive: Archive, reader: Reader) -> Brought:
    """What a piece of a chunk brought; one that a worker calls lost is looked for here."""
    one = brought()[number]
    if not one.lost:
        return one
    here = brought_by(piece, archive, reader)
    if not here.lost:
        logger.warning("a worker did not find %s in the archive, and it was read here", piece.version.path)
    return here


def _ask(
    runner: DaskTaskRunner, given: EngineSettings, order: ReadingOrder, chunk: list[Piece]
) -> Callable[[], list[Brought]]:
    """Asks the cluster to read a chunk; gives a function that waits for what it brought.

    Raises:
        EngineFailed: no worker brought it, or the scheduler is gone.
    """
    path = chunk[0].version.path
    parameters = {"path": path, "work": partial(engine.read_pieces, order, chunk)}
    future = runner.submit(read_files, parameters)

    def brought() -> list[Brought]:
        waiting = future
        for left in reversed(range(TRIES)):
            try:
                state = _state(waiting, given, path)
                if not state.is_crashed():
                    return state.result()
                logger.warning("a worker was stopped while it read %s", path)
            except TimeoutError:
                logger.warning("no worker brought %s in %g seconds", path, given.seconds)
            if left:
                waiting = runner.submit(read_files, parameters)
        raise EngineFailed(
            f"No worker of the cluster brought {path} in {given.seconds:g} seconds, asked {TRIES} times: there are "
            "none, they hang or are stopped, or [engine] seconds is too short for this file."
        )

    return brought


def _state(future: PrefectDaskFuture[list[Brought]], given: EngineSettings, path: str) -> State[list[Brought]]:
    """How a task ended, waited for as long as a chunk may take.

    Raises:
        EngineFailed: Dask lost it.
        TimeoutError: it did not end.
    """
    from distributed import KilledWorker

    try:
        return cast("State[list[Brought]]", future.wrapped_future.result(timeout=given.seconds))
    except TimeoutError:
        raise
    except (OSError, CancelledError) as error:
        raise _gone(given, error) from None
    except KilledWorker:
        raise EngineFailed(
            f"Workers of the cluster died one after the other over {path}, probably for want of memory: give them more."
        ) from None


def _threads(runner: DaskTaskRunner, given: EngineSettings) -> int:
    """How many threads the cluster's workers have together, at least one.

    Raises:
        EngineFailed: its scheduler does not answer, or there is none of this address or with these settings.
    """
    try:
        threads: Mapping[str, int] = runner.client.nthreads()  # type: ignore[no-untyped-call]
        return max(1, sum(threads.values()))
    except OSError as error:
        raise _gone(given, error) from None
    except Exception as error:  # another service's answer looks like gigabytes to come: a MemoryError
        if given.address:
            raise EngineFailed(
                f'What [engine] address = "{given.address}" names is no Dask scheduler of this version '
                f"({type(error).__name__})."
            ) from None
        raise EngineFailed(
            f'[engine] cluster = "{given.cluster}" could not be made with cluster_settings: {_first_line(error)}'
        ) from None


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".partition("\n")[0]


def _gone(given: EngineSettings, error: BaseException) -> EngineFailed:
    return EngineFailed(
        f"The Dask scheduler at {given.address or given.cluster} does not answer ({type(error).__name__}): start it, "
        'or set [engine] kind = "local". Nothing is lost, and the next night goes on.'
    )
