"""Bits flip in the log, the warehouse, the blobs and what is published: a repair brings the figures back or says why not."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest

from flows.steps import doctor, healing, night
from flows.steps.lock import only_night
from flows.steps.privacy import only_owner
from flows.steps.settings import Workspace
from tests.flows.published import publish, published_sample
from warehouse.publish.snapshot import query_published

FLIPS = int(os.environ.get("REACH_FLIPS", "300"))
"""So many workspaces, each with one to three flipped bits; about 10 seconds each."""
LEFT_TO_A_PERSON = {"blob", "frozen"}


@pytest.fixture(scope="module")
def kept_night(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The sample after a night, for copies."""
    only_owner()  # as the program does
    workspace = published_sample(tmp_path_factory.mktemp("kept") / "sample")
    with only_night(workspace):
        pass
    doctor.repair(workspace)
    return workspace


@pytest.mark.parametrize("seed", range(FLIPS))
def test_whatever_bit_flips_the_figures_come_back_or_it_is_said(
    kept_night: Workspace, tmp_path: Path, seed: int
) -> None:
    workspace = Workspace(Path(shutil.copytree(kept_night.home, tmp_path / "workspace", symlinks=True)))
    before = query_published(workspace.published, "select snapshot_id from about").item()
    chance = random.Random(seed)
    log = workspace.archive.folder / "events.jsonl"
    places = [log, workspace.warehouse_file, workspace.published / "reach.duckdb", *sorted(log.parent.rglob("*.zst"))]
    for file in chance.choices([*places[:3], chance.choice(places[3:])], k=chance.randint(1, 3)):
        content = bytearray(file.read_bytes())
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        file.write_bytes(content)
    doctor.repair(workspace)
    assert {finding.part for finding in doctor.examine(workspace)} <= LEFT_TO_A_PERSON
    with only_night(workspace):
        healing.heal(workspace, night.now().date())
        publish(workspace)
    assert query_published(workspace.published, "select snapshot_id from about").item() == before
