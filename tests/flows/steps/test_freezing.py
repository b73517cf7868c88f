"""Frozen reports: what they keep, and what is said of everything that is another figure today."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import fastexcel
import pytest

from flows.steps import freezing, night
from flows.steps.settings import SettingsError
from flows.steps.withdrawal import withdraw
from tests.conftest import CAMPAIGN, PAGE, World, copy_of, meta, new_world, post, sheet
from warehouse.history import rows
from warehouse.history.store import open_store
from warehouse.publish.report.language import words

Clock = Callable[[str], None]
DAY = date(2024, 12, 30)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Sets the hour that Reach believes it is, at noon of a day in Phnom Penh."""

    def at(day: str) -> None:
        monkeypatch.setattr(night, "now", lambda: datetime.fromisoformat(f"{day}T05:00"))

    return at


@pytest.fixture(scope="module")
def kept_report(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world of one post that had 100 views when a report was frozen, on 2 January 2025, for copies."""
    world = new_world(tmp_path_factory.mktemp("kept"))
    world.drop("2024-12-01/a.csv", meta(post(1, Views=100)))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(night, "now", lambda: datetime.fromisoformat("2025-01-02T05:00"))
        freeze(world)
    return world


@pytest.fixture
def frozen(kept_report: World, tmp_path: Path) -> World:
    return copy_of(kept_report, tmp_path)


def freeze(world: World, name: str = "final", as_of: date = DAY) -> list[str]:
    world.load()
    return freezing.freeze(world.workspace, night.read_plan(world.workspace), name, as_of)


def diff(world: World, name: str = "final") -> list[dict[str, Any]]:
    world.load()
    differences, _ = freezing.diff(world.workspace, night.read_plan(world.workspace), name)
    for finding in differences:
        assert finding.causes
        if not isinstance(finding.now or finding.frozen, str | bool):
            assert sum(finding.causes.values()) == pytest.approx((finding.now or 0) - (finding.frozen or 0))
    return freezing.as_objects(differences)


def of_campaign(differences: list[dict[str, Any]], metric: str = "views") -> dict[str, Any]:
    return next(
        finding for finding in differences if finding["table"] == "campaign_totals" and finding["metric"] == metric
    )


def test_a_report_of_a_long_history_keeps_what_one_of_a_short_history_does(
    world: World, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock("2025-01-02")
    for on, views in ((1, 10), (2, 20), (3, 30)):
        world.drop(f"2024-10-0{on}/a.csv", meta(post(1, Views=views)))
    world.drop("2024-10-03/b.csv", meta(post(2, Views=7)))
    world.load()
    with open_store(world.workspace.warehouse_file) as store:  # a reading that may be removed, and counts no more
        store.connection.execute("update loads set keep_days = 30 where path like '2024-10-01/%'")
    monkeypatch.setattr(rows, "DEEP", 0)
    told, kept = [], []
    for name, most in (("short", 10**9), ("long", -1)):
        monkeypatch.setattr(rows, "LONG", most)
        told.append(freezing.freeze(world.workspace, night.read_plan(world.workspace), name, DAY))
        kept.append(freezing.read(world.workspace, name).tables)
    assert told[0] == told[1]
    assert "1 post of facebook" in told[0][0]
    assert kept[0].keys() == kept[1].keys()
    assert all(table.equals(kept[1][name]) for name, table in kept[0].items())
    assert kept[0]["post_totals"]["views"].to_list() == [7]


def test_what_is_frozen_stays_and_what_has_not_changed_differs_in_nothing(world: World, clock: Clock) -> None:
    clock("2025-01-02")
    world.drop("2024-12-01/a.csv", meta(post(1, Views=100), post(2, Views=7)))
    assert freeze(world) == []
    clock("2025-03-01")
    world.drop("2025-02-28/a.csv", meta(post(1, Views=500)))  # observed after the day of the report
    assert diff(world) == []
    kept = freezing.read(world.workspace, "final").tables["campaign_totals"]
    assert kept["views"].item() == 107


def test_a_name_is_used_once_and_a_report_of_a_day_to_come_is_none(frozen: World) -> None:
    with pytest.raises(SettingsError, match="was frozen on 2025-01-02 as of 2024-12-30"):
        freeze(frozen)
    with pytest.raises(SettingsError, match="still to come"):
        freeze(frozen, "later", date(2999, 1, 1))
    with pytest.raises(SettingsError, match="cannot be a report's name"):
        freeze(frozen, "../final")


def test_a_name_is_used_once_whatever_its_letters_sizes(frozen: World) -> None:
    with pytest.raises(SettingsError, match=r"final was frozen on 2025-01-02"):
        freeze(frozen, "FINAL")
    for name in ("aux", "con.2024", "final."):
        with pytest.raises(SettingsError, match="cannot be a report's name"):
            freeze(frozen, name)


def test_data_that_came_later_and_was_seen_before_is_late(frozen: World, clock: Clock) -> None:
    clock("2025-02-01")
    frozen.drop("2024-12-15/b.csv", meta(post(1, Views=130), post(2, Views=5)))
    difference = of_campaign(diff(frozen))
    assert (difference["frozen"], difference["now"], difference["causes"]) == (100, 135, {"late data": 35})
    assert difference["key"] == {"campaign_id": "forum"}


def test_a_late_file_that_changes_a_frozen_quarter_alone_is_told(frozen: World, clock: Clock) -> None:
    clock("2025-02-01")
    frozen.drop("2024-09-20/b.csv", meta(post(1, Views=60)))
    differences = diff(frozen)
    quarters = {
        finding["key"]["period"]: (finding["frozen"], finding["now"], finding["causes"])
        for finding in differences
        if finding["table"] == "campaign_periods" and finding["metric"] == "views"
    }
    assert quarters == {
        "FY2024-Q3": (None, 60, {"late data": 60}), "FY2024-Q4": (None, 40, {"late data": 40}),
    }  # fmt: skip
    assert not [
        f for f in differences if f["table"] == "campaign_totals" and f["metric"] in ("views", "posts", "likes")
    ]


def test_a_report_of_ads_that_came_late_changes_what_a_campaign_spent(world: World, clock: Clock) -> None:
    head = "Campaign name,Amount spent (USD),Reporting starts,Reporting ends\n"
    world.plan(CAMPAIGN + 'ads = ["Vlogs"]\n')
    world.drop("2024-11-01/a.csv", head + "Vlogs,10.5,2024-10-01,2024-10-31\n")
    clock("2025-01-02")
    freeze(world)
    clock("2025-01-10")
    world.drop("2024-12-02/b.csv", head + "Vlogs,12,2024-10-01,2024-10-31\n")
    [spent] = diff(world)
    assert (spent["table"], spent["metric"], spent["causes"]) == ("campaign_spend", "spend", {"late data": 1.5})


def test_a_campaign_of_another_id_is_the_same_where_the_plan_says_so_and_is_proposed_where_it_does_not(
    world: World, clock: Clock
) -> None:
    clock("2025-01-02")
    world.drop("2024-12-01/a.csv", meta(post(1, Views=100), post(2, Views=7)))
    freeze(world)
    clock("2025-02-01")
    renamed = CAMPAIGN.replace('"forum"\nactivity', '"rti-forum"\nactivity')
    world.plan(renamed)
    assert of_campaign(diff(world))["causes"] == {"plan changed": -107}
    _, details = freezing.diff(world.workspace, night.read_plan(world.workspace), "final")
    assert details["plan changed"][0] == (
        "forum is not in the plan any more, and rti-forum takes 2 of its 2 posts: if it is the same campaign, "
        'write renamed = "forum" into rti-forum'
    )
    world.plan(renamed + 'renamed = "forum"\n')
    assert diff(world) == []
    world.drop("2024-12-15/b.csv", meta(post(1, Views=130)))
    difference = of_campaign(diff(world))
    assert (difference["key"], difference["causes"]) == ({"campaign_id": "rti-forum"}, {"late data": 30})


def test_a_withdrawn_file_a_changed_plan_and_late_data_are_told_apart(world: World, clock: Clock) -> None:
    clock("2025-01-02")
    world.drop("2024-12-01/a.csv", meta(post(1, Views=100), post(2, Views=40)))
    world.drop("2024-12-02/wrong.csv", meta(post(3, Views=1000)))
    freeze(world)
    clock("2025-02-01")
    world.drop("2024-12-15/b.csv", meta(post(1, Views=130)))
    world.load()
    withdraw(world.workspace, "wrong.csv", "another page's", "Dara")
    world.plan(CAMPAIGN + f'except = ["facebook:{PAGE}_122158000000000002"]\n')
    difference = of_campaign(diff(world))
    assert (difference["frozen"], difference["now"]) == (1140, 130)
    assert difference["causes"] == {"late data": 30, "withdrawn": -1000, "plan changed": -40}
    _, details = freezing.diff(world.workspace, night.read_plan(world.workspace), "final")
    assert details["plan changed"] == ["forum: 1 post no longer by rule 1: #forum"]
    assert "another page's" in details["withdrawn"][0]
    assert details["late data"] == ["2024-12-15/b.csv, received 2025-02-01"]


def test_a_typed_tenfold_figure_that_was_corrected_is_explained(world: World, clock: Clock) -> None:
    row = {"no": 1, "platform": "facebook", "account": "A", "title": "x #forum", "published": "2024-09-03"}
    clock("2025-01-02")
    world.drop("2024-12-01/s.csv", sheet({**row, "views": 1000}))
    freeze(world)
    clock("2025-02-01")
    world.drop("2024-12-01/s.csv", sheet({**row, "views": 100}), modified="2025-02-01T01:00")
    difference = of_campaign(diff(world))
    assert (difference["frozen"], difference["now"], difference["causes"]) == (1000, 100, {"late data": -900})


def test_a_retitled_programme_keeps_its_identity(world: World, clock: Clock) -> None:
    log = "no,date,kind,station,title,organisation,link,audience,audience_source,note\n1,2024-09-20,radio,Radio A,{},,,,,\n"
    clock("2025-01-02")
    world.drop("2024-12-01/outreach.csv", log.format("Talk show #forum"))
    freeze(world)
    clock("2025-02-01")
    world.drop("2024-12-01/outreach.csv", log.format("Talk #forum at noon"), modified="2025-02-01T01:00")
    assert diff(world) == []


def test_a_post_that_is_found_gone_later_is_a_cause_of_its_own(world: World, clock: Clock) -> None:
    rows = [post(n, Views=10) for n in range(1, 6)]
    clock("2025-01-02")
    world.drop("2024-10-01/Sep-01-2024_Sep-30-2024_1.csv", meta(*rows))
    freeze(world)
    clock("2025-02-01")
    world.drop("2024-12-01/Sep-01-2024_Sep-30-2024_1 (1).csv", meta(*rows[:4]))
    differences = diff(world)
    assert of_campaign(differences, "posts_gone")["causes"] == {"post gone": 1}
    assert not [f for f in differences if f["table"] != "campaign_daily" and f["metric"] == "views"]


def test_what_a_reading_gained_across_a_change_of_definition_is_named_for_it(world: World, clock: Clock) -> None:
    clock("2025-01-02")
    world.drop("2024-11-01/a.csv", meta(post(1, Views=100, Publish_time="10/05/2024 08:00"), post(2, Views=10)))
    freeze(world)
    clock("2025-02-01")
    world.drop(
        "2024-12-15/b.csv", meta(post(1, Views=130, Publish_time="10/05/2024 08:00"))
    )  # Facebook's views are others since 14 November 2024
    world.drop("2024-11-02/c.csv", meta(post(2, Views=11)))
    differences = diff(world)
    difference = of_campaign(differences)
    assert (difference["frozen"], difference["now"]) == (110, 141)
    assert difference["causes"] == {"late data": 1, "definition changed": 30}
    quarter = next(f for f in differences if f["key"].get("period") == "FY2024-Q4" and f["metric"] == "views")
    assert (quarter["frozen"], quarter["now"], quarter["causes"]) == (100, 130, {"definition changed": 30})


def test_another_way_of_reading_is_a_corrected_mapping(
    world: World, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock("2025-01-02")
    row = post(1, Views=100, Publish_time="03/09/2024 08:00") | {"Date": "Lifetime"}
    world.plan(CAMPAIGN + "starts = 2024-09-01\nends = 2024-12-30\n")
    world.drop("2024-12-01/a.csv", meta(row))
    freeze(world)
    (world.workspace.home / "reach.toml").write_text('[facebook]\ndate_order = "day first"\n')
    clock("2025-02-01")
    world.workspace.__dict__.pop("settings", None)
    difference = of_campaign(diff(world))
    assert (difference["frozen"] or 0, difference["now"], difference["causes"]) == (0, 100, {"corrected mapping": 100})


def test_a_printed_figure_is_held_against_what_was_frozen_and_what_is_true_today(frozen: World, clock: Clock) -> None:
    clock("2025-02-01")
    report = '[[report]]\nname = "final"\nas_of = 2024-12-30\n'
    printed = '[[printed]]\nreport = "final"\ncampaign = "forum"\nmetric = "views"\nvalue = 103\n'
    frozen.plan(CAMPAIGN + report + printed)
    frozen.drop("2024-12-15/b.csv", meta(post(1, Views=130)))
    difference = next(difference for difference in diff(frozen) if difference["table"] == "printed")
    assert (difference["frozen"], difference["now"]) == (103, 130)
    assert difference["causes"] == {"printed otherwise than frozen": -3, "late data": 30}


def test_a_report_of_the_plan_freezes_itself_on_the_first_night_after_its_day(world: World, clock: Clock) -> None:
    clock("2025-01-02")
    world.plan(
        CAMPAIGN + '[[report]]\nname = "final"\nas_of = 2024-12-30\n[[report]]\nname = "next"\nas_of = 2999-12-30\n'
    )
    world.drop("2024-12-01/a.csv", meta(post(1, Views=100)))
    world.load()
    good = night.read_plan(world.workspace)
    assert freezing.freeze_due(world.workspace, good) == []
    assert freezing.read(world.workspace, "final").as_of == DAY
    assert world.workspace.archive.frozen("next") is None
    assert freezing.freeze_due(world.workspace, good) == []


def test_a_frozen_report_lies_beside_what_is_published_as_duckdb_json_and_a_workbook_to_send_in_each_language(
    frozen: World,
) -> None:
    folder = frozen.workspace.published / "frozen" / "final"
    with duckdb.connect(str(folder / "reach.duckdb"), read_only=True) as connection:
        assert connection.execute("select views from campaign_totals").fetchall() == [(100,)]
    for language, cover in (("en", "Cover"), ("km", "ទំព័រមុខ")):
        book = fastexcel.read_excel(folder / f"final-{language}.xlsx")
        assert [book.sheet_names[0], *book.sheet_names[2:]] == [cover, "The forum", "about"]  # nothing of the team's
        rows = book.load_sheet(cover, header_row=None, dtypes="string").to_polars().rows()
        told = words(language)["workbook"]["frozen_as"].format(name="final")
        assert told in [row[0] for row in rows]
        assert next(row[1:3] for row in rows if row[0] == "The forum") == ("1", "100")
    data = json.loads((folder / "reach.json").read_text(encoding="utf-8"))
    assert data["tables"]["campaign_totals"][0]["views"] == 100
    assert data["checksum"] == freezing.read(frozen.workspace, "final").checksum


def test_a_frozen_report_whose_bytes_were_changed_is_not_read(frozen: World) -> None:
    event = frozen.workspace.archive.frozen("final") or {}
    sha = event["tables"]["campaign_totals"]  # type: ignore[index]
    blob = frozen.workspace.archive.folder / "blobs" / sha[:2] / f"{sha}.zst"
    blob.write_bytes(blob.read_bytes()[:-3])
    with pytest.raises(SettingsError, match="cannot be read"):
        freezing.read(frozen.workspace, "final")


def test_the_files_of_a_frozen_report_that_were_deleted_are_written_again(frozen: World) -> None:
    folder = frozen.workspace.published / "frozen" / "final"
    before = (folder / "reach.json").read_bytes()
    shutil.rmtree(folder)
    assert freezing.freeze_due(frozen.workspace, night.read_plan(frozen.workspace)) == []
    assert (folder / "reach.json").read_bytes() == before
