"""Reading a member's night: whole, or a reason."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import fsspec
import polars as pl
import pytest

from tests.conftest import meta, new_world, post
from tests.flows.published import DAY, publish
from tests.s3_server import BUCKET, KEY, SECRET, owner, running_s3
from warehouse.figures.network import POST_COLUMNS
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


def test_of_a_members_posts_only_what_a_network_counts_by_is_in_memory(member: Path) -> None:
    assert member_nights.read(str(member))["post_totals"].columns == list(POST_COLUMNS)


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


def test_a_bucket_is_read_with_its_keys_and_without_any_that_is_the_reason(
    member: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    with running_s3(tmp_path) as port:
        night = json.loads((member / "manifest.json").read_bytes())["night"]
        needed = ["manifest.json", *(f"{night}/parquet/{name}.parquet" for name in member_nights.TABLES)]
        for name in needed:
            owner(port).upload_file(str(member / name), BUCKET, f"radio/{name}")
        address, server = f"s3://{BUCKET}/radio", {"endpoint_url": f"http://127.0.0.1:{port}"}
        tables = member_nights.read(address, {**server, "key": KEY, "secret": SECRET})
        assert tables["campaign_totals"]["views"].to_list() == [10]
        with pytest.raises(UnreadMember, match=r"^there are no keys for it$"):
            member_nights.read(address, {**server, "key": None, "secret": None})
        with pytest.raises(UnreadMember, match=r"^nothing is published there$"):
            member_nights.read(f"s3://{BUCKET}/press", {**server, "key": KEY, "secret": SECRET})


def test_what_cannot_be_read_is_a_reason_and_no_fault(copy: Path, tmp_path: Path) -> None:
    def why(address: object, seconds: float = member_nights.SECONDS) -> str:
        with pytest.raises(UnreadMember) as unread:
            member_nights.read(str(address), seconds=seconds)
        return str(unread.value)

    assert why(tmp_path / "nowhere") == "nothing is published there"
    assert why(copy, 0) == "it did not answer within 0 seconds"
    assert why("nowhere://member").startswith("it is damaged (ValueError)")
    rewritten(copy, night="../../elsewhere")
    assert why(copy) == "its manifest names no night"
    (copy / "manifest.json").write_text("{")
    assert why(copy) == "it is damaged (JSONDecodeError)"
    assert member_nights.snapshot_of(str(copy)) == ""


def table_made(published: Path, name: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    """Changes a table as a member could that means harm: its checksum is right."""
    manifest = json.loads((published / "manifest.json").read_bytes())
    file = published / manifest["night"] / "parquet" / f"{name}.parquet"
    change(pl.read_parquet(file)).write_parquet(file)
    manifest["files"][f"parquet/{name}.parquet"]["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
    rewritten(published, files=manifest["files"])


def test_tables_of_a_later_version_are_refused(copy: Path) -> None:
    table_made(copy, "about", lambda about: about.with_columns(schema_version=pl.lit("2.0")))
    with pytest.raises(UnreadMember, match=r"its tables are of version 2\.0"):
        member_nights.read(str(copy))


COUNT = member_nights.LARGEST_COUNT
NO_COUNT = "holds what no count or day can be"


@pytest.mark.parametrize(
    ("name", "change", "why"),
    [
        ("campaign_totals", lambda t: t.drop("campaign_id"), "campaign_totals lacks a column that it needs"),
        ("about", lambda t: t.drop("as_of"), "about lacks a column"),
        ("about", lambda t: t.with_columns(as_of=pl.lit("today")), "as_of of about is of another type"),
        ("about", lambda t: t.with_columns(as_of=pl.lit(None, pl.Date)), NO_COUNT),
        ("project_totals", lambda t: t.with_columns(views=pl.lit("ten")), "views of project_totals is of another type"),
        ("project_totals", lambda t: pl.concat([t, t]), "project_totals has 2 rows in place of one"),
        ("project_totals", lambda t: t.with_columns(posts=pl.lit(None, pl.Int64)), NO_COUNT),
        ("campaign_totals", lambda t: t.with_columns(views=pl.lit(-1, pl.Int64)), NO_COUNT),
        ("campaign_totals", lambda t: t.with_columns(views=pl.lit(COUNT + 1, pl.Int64)), NO_COUNT),
        ("campaign_totals", lambda t: t.with_columns(watch_seconds=pl.lit(float("nan"))), NO_COUNT),
        ("campaign_totals", lambda t: pl.concat([t, t]), "it is damaged"),
        ("post_totals", lambda t: t.with_columns(post_id=pl.lit(1)), "post_id of post_totals is of another type"),
    ],
)
def test_a_table_that_would_end_the_night_of_all_members_is_a_reason_not_to_read_one(
    copy: Path, name: str, change: Callable[[pl.DataFrame], pl.DataFrame], why: str
) -> None:
    table_made(copy, name, change)
    with pytest.raises(UnreadMember, match=why):
        member_nights.read(str(copy))


def test_the_largest_count_is_read_and_a_column_that_an_earlier_version_lacks_is_null(copy: Path) -> None:
    table_made(copy, "campaign_totals", lambda t: t.with_columns(views=pl.lit(COUNT, pl.Int64)).drop("likes"))
    campaigns = member_nights.read(str(copy))["campaign_totals"]
    assert campaigns.select("views", "likes").rows() == [(COUNT, None)]


def test_what_is_larger_than_memory_may_be_is_not_read(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    largest = max(file.stat().st_size for file in copy.rglob("nights/*/parquet/*") if file.stem in member_nights.TABLES)
    largest = max(largest, (copy / "manifest.json").stat().st_size)
    monkeypatch.setattr(member_nights, "LARGEST_FILE", largest)
    assert member_nights.read(str(copy))
    monkeypatch.setattr(member_nights, "LARGEST_FILE", largest - 1)
    with pytest.raises(UnreadMember, match="is larger than 0 megabytes"):
        member_nights.read(str(copy))


def test_a_table_of_more_rows_than_memory_may_hold_is_not_read(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    most = max(table.height for table in member_nights.read(str(copy)).values())
    monkeypatch.setattr(member_nights, "MOST_ROWS", most)
    assert member_nights.read(str(copy))
    table_made(copy, "post_totals", lambda posts: pl.concat([posts] * (most + 1)))
    with pytest.raises(UnreadMember, match=f"more than {most} rows"):
        member_nights.read(str(copy))
