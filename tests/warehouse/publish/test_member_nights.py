"""Reading a member's night: whole, or a reason."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import fsspec
import polars as pl
import pytest

from tests.conftest import meta, new_world, post
from tests.flows.published import DAY, publish
from warehouse.publish import member_nights
from warehouse.publish.member_nights import UnreadMember


@pytest.fixture(scope="module")
def member(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = new_world(tmp_path_factory.mktemp("member"))
    world.drop("2024-12-01/a.csv", meta(post(1, Views=10)))
    publish(world.workspace)
    return world.workspace.published


@pytest.fixture
def copy(member: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(member, tmp_path / "published"))


def rewritten(published: Path, **changes: object) -> None:
    manifest = json.loads((published / "manifest.json").read_bytes())
    (published / "manifest.json").write_text(json.dumps({**manifest, **changes}))


def test_a_night_is_read_whole_with_its_snapshot(member: Path) -> None:
    tables = member_nights.read(str(member))
    assert set(tables) == set(member_nights.TABLES)
    assert tables["about"]["as_of"].item() == DAY
    assert tables["about"]["snapshot_id"].item() == member_nights.snapshot_of(str(member))
    assert tables["campaign_totals"]["views"].to_list() == [10]


def test_an_address_that_fsspec_knows_is_read_as_a_folder_is(member: Path) -> None:
    memory = fsspec.filesystem("memory")
    memory.put(str(member), "/member", recursive=True)
    try:
        tables = member_nights.read("memory://member")
    finally:
        memory.rm("/member", recursive=True)
    assert tables["post_totals"].equals(member_nights.read(str(member))["post_totals"])


def test_tables_are_of_the_night_that_the_manifest_names_whatever_lies_at_the_fixed_paths(copy: Path) -> None:
    (copy / "parquet" / "campaign_totals.parquet").write_bytes(b"")
    assert member_nights.read(str(copy))["campaign_totals"]["views"].to_list() == [10]


def test_what_cannot_be_read_is_a_reason_and_no_fault(copy: Path, tmp_path: Path) -> None:
    def why(address: object, seconds: float = member_nights.SECONDS) -> str:
        with pytest.raises(UnreadMember) as unread:
            member_nights.read(str(address), seconds)
        return str(unread.value)

    assert why(tmp_path / "nowhere") == "nothing is published there"
    assert why(copy, 0) == "it did not answer within 0 seconds"
    assert why("nowhere://member").startswith("it is damaged (ValueError)")
    rewritten(copy, night="../../elsewhere")
    assert why(copy) == "its manifest names no night"
    (copy / "manifest.json").write_text("{")
    assert why(copy) == "it is damaged (JSONDecodeError)"
    assert member_nights.snapshot_of(str(copy)) == ""


def test_tables_of_a_later_version_are_refused(copy: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_bytes())
    file = copy / manifest["night"] / "parquet" / "about.parquet"
    pl.read_parquet(file).with_columns(schema_version=pl.lit("2.0")).write_parquet(file)
    manifest["files"]["parquet/about.parquet"]["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
    rewritten(copy, files=manifest["files"])
    with pytest.raises(UnreadMember, match=r"its tables are of version 2\.0"):
        member_nights.read(str(copy))
