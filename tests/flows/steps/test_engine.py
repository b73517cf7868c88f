"""What a worker of a cluster is told and refuses to do: nothing secret is sent, and nothing is read otherwise."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.contract import Raw
from flows.steps import engine, night
from flows.steps.engine import EngineFailed, ReadingOrder
from flows.steps.reader import reader, settings_with_salt
from tests.conftest import World, meta, post
from warehouse.archive.address import Address
from warehouse.archive.archive import Archive
from warehouse.history.recognised import Piece, brought_by

ZONE = "Asia/Phnom_Penh"
SECRETS = {
    "FACEBOOK__TOKEN": "hunter1",
    "FACEBOOK__TOKENS": '{"100064500000001": "hunter2"}',
    "YOUTUBE__API_KEY": "hunter3",
}


@pytest.fixture
def order(world: World) -> ReadingOrder:
    """What a worker is told of a workspace that has secrets."""
    lines = (f"REACH_{name}={value}\n" for name, value in SECRETS.items())
    (world.workspace.home / ".env").write_text("".join(lines))
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    night.receive(world.workspace)
    given = engine.without_secrets(settings_with_salt(world.workspace, ZONE))
    return ReadingOrder(world.workspace.archive.folder, None, given, reader(world.workspace, ZONE).of_all)


def pieces(world: World) -> list[Piece]:
    return [Piece(version) for version in world.workspace.archive.file_versions()]


def test_a_worker_reads_as_this_process_does_without_its_secrets(world: World, order: ReadingOrder) -> None:
    sent = pickle.dumps(order)
    assert b"masked" in sent
    assert b"hunter" not in sent
    (there,) = engine.read_pieces(pickle.loads(sent), pieces(world))
    here = brought_by(pieces(world)[0], world.workspace.archive, reader(world.workspace, ZONE))
    assert [load.row for load in there.loads] == [load.row for load in here.loads]


def test_a_worker_with_another_version_or_without_the_archive_reads_nothing(world: World, order: ReadingOrder) -> None:
    with pytest.raises(EngineFailed, match="has another version of Reach"):
        engine.read_pieces(replace(order, read_with="another"), pieces(world))
    with pytest.raises(EngineFailed, match=r"/not/there/blobs is not there for the worker on .* under one path"):
        engine.read_pieces(replace(order, archive=Path("/not/there")), pieces(world))
    with pytest.raises(EngineFailed, match="memory://nowhere is not there for the worker on"):
        engine.read_pieces(replace(order, address=Address("memory://nowhere", "memory://nowhere")), pieces(world))
    with pytest.raises(EngineFailed, match=r"The worker on .* cannot read: It cannot be read \(ValueError\)"):
        engine.read_pieces(replace(order, address=Address("nosuch://x", "It")), pieces(world))


class TooLarge(Piece):
    """A file for which the machine has too little memory."""

    def raw(self, archive: Archive) -> Raw:
        raise MemoryError


def test_what_a_worker_lacks_is_told_as_that_workers(world: World, order: ReadingOrder) -> None:
    with pytest.raises(EngineFailed, match=r"^The worker on \S+ cannot read: there is not enough memory\.$"):
        engine.read_pieces(order, [TooLarge(*pieces(world)[0])])
