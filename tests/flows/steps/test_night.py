"""The steps of a night, over what nights before them left."""

from __future__ import annotations

import io
import json
import os
import tempfile
import zipfile
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from flows.steps import freezing, news, night, removals
from flows.steps.settings import Workspace
from tests.conftest import CAMPAIGN, PLAN, World, meta, new_world, post
from tests.samples import indicator
from warehouse.archive import event_log
from warehouse.archive.archive import archive_in
from warehouse.history.following import Synced
from warehouse.history.store import open_store


def test_a_night_parses_each_event_of_the_log_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.drop("2024-12-01/a.csv", meta(post(1, Views=10)))
    world.load()
    archive_in.cache_clear()  # another process
    parsed: list[Any] = []
    original = json.loads

    def loads(text: bytes) -> Any:
        value = original(text)
        parsed.extend(event for event in value if isinstance(event, dict) and "event" in event)
        return value

    monkeypatch.setattr(event_log.json, "loads", loads)
    workspace = Workspace(world.workspace.home)
    world.drop("2024-12-02/a.csv", meta(post(1, Views=20)))
    assert news.has_news(workspace)
    night.receive(workspace)
    good = night.keep_plan(workspace)
    night.load(workspace, good.plan.project.timezone)
    removals.removing(workspace, good.plan.project.timezone)
    night.compute(workspace, good, date(2024, 12, 30))
    freezing.freeze(workspace, good, "final", date(2024, 12, 30))
    kinds = [event["event"] for event in parsed]
    assert sorted(kinds) == ["frozen", "plan", "received", "received"]


def test_a_row_without_id_link_or_text_is_rejected_with_the_reason(world: World) -> None:
    nobody = {**post(1), "Post ID": "1.22158E+17", "Permalink": "", "Description": ""}
    world.drop("2024-10-01/a.csv", meta(post(2, Views=1), nobody))
    assert world.load().problems[0].startswith("2024-10-01/a.csv: 1 of 2 rows was left out; the first: ")


def test_a_night_asks_what_no_file_tells_and_names_columns_that_differ(world: World) -> None:
    hours = "Video;Vistas;Tiempo de reproducción (horas);Vistas\nAAAAAAAAAA1;5;3.125;6\n"
    world.drop("2024-10-01/t.csv", hours)
    columns, mark = world.load().problems
    assert columns.startswith("2024-10-01/t.csv: Vistas (column 2) and Vistas (column 4) stand for views and differ")
    assert mark.startswith("2024-10-01/t.csv: 1 cell of watch_seconds such as '3.125' may be thousands or a fraction")
    assert mark.endswith('write decimal_mark = "." or "," below the platform in reach.toml.')
    assert world.load().problems == []


def test_a_bad_file_costs_neither_the_others_nor_the_night(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=1)))
    world.drop("2024-10-01/bad.csv", "who,knows\n1,2\n")
    world.drop("2024-10-01/cut.zip", b"PK\x03\x04 cut off")
    loaded = world.load()
    assert (len(loaded.synced.loaded), len(loaded.synced.refused), len(loaded.problems)) == (1, 2, 2)
    assert world.campaign()["views"] == 1
    assert world.load().problems == []
    assert world.table("source_files")["problem"].is_not_null().sum() == 2


def test_a_refused_file_in_two_dated_folders_is_news_once(world: World) -> None:
    for day in ("2024-10-01", "2024-10-02"):
        world.drop(f"{day}/bad.csv", "who,knows\n1,2\n")
    assert len(world.load().synced.refused) == 2
    assert world.load().synced.refused == ()


def test_what_is_published_has_the_results_for_an_iati_file(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10, Reach=7)))
    dates = '"Asia/Phnom_Penh"\nstarts = 2024-01-01\nends = 2024-12-30'
    text = PLAN.replace('"Asia/Phnom_Penh"', dates) + CAMPAIGN
    text += indicator("activity:1.1", "views", 8) + indicator("activity:1.1", "reach", 5)
    world.workspace.plan_file.write_text(text)
    world.load()
    good = night.read_plan(world.workspace)
    night.release(world.workspace, night.compute(world.workspace, good, date(2024, 12, 30)))
    root = ElementTree.parse(world.workspace.published / "iati-results.xml").getroot()
    results = {item.find("reference").get("code"): item for item in root.iter("indicator")}  # type: ignore[union-attr]
    assert {code: finding.find("period/actual").get("value") for code, finding in results.items()} == {
        "views": "10",
        "reach": "7",
    }  # type: ignore[union-attr]
    assert results["reach"].get("aggregation-status") == "0"


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


EXPORT = meta(post(9_000, Views=7), post(9_001, Views=7)).encode()
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
) + b']><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><x>&j;</x></Workbook>'  # fmt: skip
BAD = [
    b"", b"\0" * 5_000, EXPORT[:-9], EXPORT[: len(EXPORT) // 2] + b"\0" * 500, EXPORT[:20], b"\xff\xfe" + EXPORT[1:],
    b"PK\x03\x04 not a zip", zipped(("a.csv", EXPORT))[:-30], zipped(("[Content_Types].xml", b"<"), ("xl/workbook.xml", b"")),
    zipped(("a.csv", EXPORT)).replace(b"9000", b"1234"), zipped((".csv", b""), ("../../x.csv", b"a,b\n")), LAUGHS,
    b"\xd0\xcf\x11\xe0" + b"\1" * 600, b'"' * 3_001, b"Post ID,Views\n" + b'"' + b"1," * 3_000, b"{" * 5_000, b"%PDF-1.7",
    "Post ID,Views\n\ud800,1\n".encode("utf-8", "surrogatepass"), b"a,b\r" * 99, "\u202e;\u0000".encode() * 99,
]  # fmt: skip
THING = st.sampled_from(
    ["good", "good", "link", "link to folder", "loop", "pipe", "folder", "too old", "too new", *range(len(BAD))]
)
NAMES = st.one_of(
    st.binary(min_size=1, max_size=30).filter(lambda name: not set(name) & {0, 47} and name not in (b".", b"..")),
    st.text(max_size=12).map(lambda name: name.encode("utf-8", "surrogatepass")).filter(lambda n: not set(n) & {0, 47}),
    st.sampled_from([b"2024-10-01", b"-x", b"a;b", b"?", b"*", b"%s", b"'", b"x" * 240]),
).map(lambda name: b"n" + name + b".csv")  # never litter, which is passed over


@given(
    st.dictionaries(NAMES, THING, max_size=7), st.sampled_from([b"", b"2024-10-01", b"2024-13-45", b"\xff", b"d.csv"])
)
@example({b"n%d.csv" % n: n for n in range(len(BAD))} | {b"nz.csv": "good"}, b"")
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_lies_in_the_inbox_a_night_loads_every_good_file(
    things: dict[bytes, str | int], folder: bytes
) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        workspace = new_world(Path(temporary)).workspace
        inbox = os.path.join(os.fsencode(workspace.inbox), folder)
        os.makedirs(inbox, exist_ok=True)
        secret = Path(temporary, "secret.csv")
        secret.write_text(meta(post(1_000, Views=1)))
        expected = {}
        for number, (name, thing) in enumerate(things.items()):
            path = os.path.join(inbox, name)
            if thing == "pipe":
                os.mkfifo(path)
            elif thing == "folder":
                os.mkdir(path)
            elif thing in ("link", "link to folder", "loop"):
                os.symlink({"link": secret, "link to folder": temporary, "loop": path}[str(thing)], path)
            else:
                Path(os.fsdecode(path)).write_bytes(
                    BAD[thing] if isinstance(thing, int) else meta(post(number, Views=100 + number)).encode()
                )
                at = {"too old": -(2**40), "too new": 2**40}.get(str(thing), 1_730_000_000)
                os.utime(path, (at, at))
                if not isinstance(thing, int):
                    expected[post(number)["Post ID"]] = 100 + number
        receipt = night.receive(workspace)
        assert len(receipt.left_out) == sum(
            thing in ("pipe", "link", "link to folder", "loop") for thing in things.values()
        )
        night.load(workspace, "Asia/Phnom_Penh")
        with open_store(workspace.warehouse_file, read_only=True) as store:
            read = {
                key.rpartition("_")[2]: views for key, views in store.rows("select post_id, views from observations")
            }
        assert read.items() >= expected.items()
        assert post(1_000)["Post ID"] not in read
        for sentence in [left.reason for left in receipt.left_out]:
            assert len(sentence.encode().splitlines()) == 1
        assert not night.receive(workspace).received
        assert night.load(workspace, "Asia/Phnom_Penh").synced == Synced()
