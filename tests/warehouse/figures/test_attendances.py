"""Events and who took part in them, as totals and over periods, against a second count in plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.attendance import PART_NAMES
from flows.steps import withdrawal
from tests.conftest import World, copy_of, meta, new_world, post, sheet, table
from tests.oracle import attendance as oracle
from warehouse.figures.attendances import with_attendances

LOG = (
    "no", "date", "kind", "station", "title", "organisation", "link", "audience", "audience_source", "place", "events",
    "participants", "women", "men", "sex_not_told", "youth", "with_disability", "note",
)  # fmt: skip
PLAN = """
[[campaign]]
id = "forum"
activity = "1.1"
name = "The forum"
match = [{ hashtags = ["forum"] }, { text = ["forum"] }]
[[campaign]]
id = "debates"
activity = "1.2"
name = "Debates"
match = { text = ["debate"] }
"""
COLUMNS = ("events", *(f"{name}{end}" for name in oracle.PEOPLE for end in ("", "_known")))


def log(*rows: dict[str, Any]) -> str:
    """An outreach log."""
    return "\ufeff" + table(LOG, rows)


def line(no: int, day: str = "2024-09-27", title: str = "National forum", **cells: Any) -> dict[str, Any]:
    """A row of it: a workshop of one organiser."""
    return {"no": no, "date": day, "kind": "workshop", "station": "Secretariat", "title": title} | cells


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = new_world(tmp_path_factory.mktemp("events"))
    world.plan(PLAN)
    return world


@pytest.fixture
def world(planned: World, tmp_path: Path) -> World:
    return copy_of(planned, tmp_path)


def row_of(table: pl.DataFrame, **key: str) -> dict[str, Any]:
    row = table.row(by_predicate=pl.all_horizontal(pl.col(name) == value for name, value in key.items()), named=True)
    return {name: row[name] for name in COLUMNS}


def test_participants_add_up_by_campaign_activity_and_kind_beside_posts_and_never_to_reach(world: World) -> None:
    world.drop("2024-12-01/a.csv", meta(post(1, Reach=50)))
    three = [line(n, f"202{n + 1}-09-28", participants=100 * n, women=40 * n) for n in (1, 2, 3)]
    world.drop("2024-12-01/log.csv", log(*three, line(4, kind="radio", audience=9000)))
    tables = world.tables()
    forum = tables["campaign_totals"].row(by_predicate=pl.col("campaign_id") == "forum", named=True)
    assert (forum["events"], forum["participants"], forum["participants_women"]) == (3, 600, 240)
    assert (forum["participants_known"], forum["participants_men"], forum["participants_men_known"]) == (3, None, 0)
    assert (forum["posts"], forum["outreach"], forum["reach_at_least"], forum["reach_at_most"]) == (1, 1, 50, 50)
    assert row_of(tables["activity_totals"], activity_id="1.1") == row_of(
        tables["campaign_totals"], campaign_id="forum"
    )
    workshops = tables["kind_totals"].row(by_predicate=pl.col("kind") == "workshop", named=True)
    assert (workshops["events"], workshops["outreach"], workshops["participants"]) == (3, 0, 600)
    assert row_of(tables["activity_totals"], activity_id="1.2")["participants"] is None


def test_a_line_of_several_events_counts_as_so_many_and_so_do_those_that_know_a_part(world: World) -> None:
    world.drop("2024-12-01/log.csv", log(line(1, events=14, participants=225, women=90), line(2, participants=5)))
    forum = row_of(world.table("campaign_totals"), campaign_id="forum")
    assert (forum["events"], forum["participants"], forum["participants_known"]) == (15, 230, 15)
    assert (forum["participants_women"], forum["participants_women_known"]) == (90, 14)


def test_an_event_of_the_kind_event_stays_in_outreach_and_the_new_kinds_do_not_enter_it(world: World) -> None:
    kinds = ("event", "meeting", "workshop", "training", "debate", "webinar", "tv")
    world.drop("2024-12-01/log.csv", log(*(line(n, kind=kind) for n, kind in enumerate(kinds))))
    campaign = world.campaign()
    assert (campaign["outreach"], campaign["events"]) == (2, 6)


def test_an_event_counts_from_its_day_on_and_in_the_period_in_which_it_took_place(world: World) -> None:
    world.drop("2024-12-01/log.csv", log(line(1, "2024-03-31", participants=10), line(2, "2024-04-01", participants=7)))
    assert world.campaign("2024-03-30")["participants"] is None
    assert world.campaign("2024-03-31")["participants"] == 10
    periods = world.table("activity_periods").filter(activity_id="1.1")
    assert dict(periods.select("period", "participants").rows()) == {"FY2024": 17, "FY2024-Q1": 10, "FY2024-Q2": 7}


def test_a_newer_version_of_a_log_stands_and_an_emptied_cell_is_unlearned(world: World) -> None:
    first, second = (line(n, participants=100, women=40) for n in (1, 2))
    world.drop("log.csv", log(first, second), "2024-10-01T12:00")
    assert world.campaign()["participants"] == 200
    world.drop("log.csv", log(first | {"participants": 90}, second | {"women": ""}), "2024-11-01T12:00")
    forum = row_of(world.table("campaign_totals"), campaign_id="forum")
    assert (forum["participants"], forum["participants_women"], forum["participants_women_known"]) == (190, 40, 1)


def test_a_row_that_is_gone_from_the_newest_version_counts_no_more(world: World) -> None:
    rows = [line(n, participants=10) for n in (1, 2, 3)]
    world.drop("log.csv", log(*rows), "2024-10-01T12:00")
    world.load()
    world.drop("log.csv", log(*rows[:2]), "2024-11-01T12:00")
    assert (world.campaign()["events"], world.campaign()["participants"]) == (2, 20)


def test_participants_of_a_post_in_a_sheet_count_as_one_event(world: World) -> None:
    row = {"platform": "facebook", "account": "A", "link": "https://www.facebook.com/1/posts/2", "title": "Live #forum"}
    text = sheet(row | {"published": "2024-09-27", "kind": "live", "views": 5})
    header, cells = text.splitlines()
    world.drop("2024-10-01/s.csv", f"{header},participants,women\n{cells},31,12\n")
    campaign = world.campaign()
    assert (campaign["posts"], campaign["events"], campaign["participants"], campaign["participants_women"]) == (
        1,
        1,
        31,
        12,
    )
    periods = world.table("campaign_periods").drop_nulls("participants").select("period", "participants").rows()
    assert periods == [("FY2024", 31), ("FY2024-Q4", 31)]  # as its views: it was read then


def test_an_event_that_two_partners_report_counts_twice_until_somebody_joins_it_and_is_asked_about(
    world: World,
) -> None:
    for partner, title, people in (("A", "National forum", 100), ("B", "Forum on the law", 98)):
        row = line(1, title=title, station=partner, place="Phnom Penh", participants=people, women=40)
        world.drop(f"2024-10-01/{partner}/log.csv", log(row))
    tables = world.tables()
    assert tables["campaign_totals"].filter(campaign_id="forum")["participants"].to_list() == [198]
    (double,) = tables["possible_doubles"].rows(named=True)
    assert (double["post_id"], double["other_post_id"]) == ("B 2024-09-27 1", "A 2024-09-27 1")
    assert "one place, told by two files" in double["why"]
    world.plan(PLAN + '[[same]]\nposts = ["outreach:A 2024-09-27 1", "outreach:B 2024-09-27 1"]\n')
    assert (world.campaign()["events"], world.campaign()["participants"]) == (1, 100)
    assert world.table("possible_doubles").is_empty()


@pytest.mark.parametrize(
    ("other", "is_asked"),
    [
        ({"title": "national  FORUM"}, True),
        ({"title": "Another forum", "place": "phnom penh", "participants": 10}, True),
        ({"title": "Another forum", "place": "Phnom Penh", "participants": 11}, False),  # of one file
        ({"title": "Another forum", "participants": 10}, False),
        ({"kind": "meeting"}, False),
        ({"date": "2024-09-28"}, False),
    ],
)
def test_two_events_may_be_one_of_one_kind_and_day_with_a_title_or_a_place_in_common(
    world: World, other: dict[str, Any], is_asked: bool
) -> None:
    row = line(1, place="Phnom Penh", participants=10)
    second = line(2, place="Kampot", participants=12)
    world.drop("2024-10-01/log.csv", log(row, second | other))
    assert world.table("possible_doubles").height == is_asked


def test_two_reports_of_one_event_are_never_mixed(world: World) -> None:
    link = {"link": "https://forum.example/2024"}
    world.drop("2024-10-01/a/log.csv", log(line(1, participants=100, **link)))
    world.drop("2024-10-01/b/log.csv", log(line(1, participants=90, women=40, **link)))
    forum = row_of(world.table("campaign_totals"), campaign_id="forum")
    assert (forum["events"], forum["participants"], forum["participants_women"]) == (1, 90, 40)
    (event,) = world.day().attendance.rows(named=True)
    assert event["is_disputed"]


def test_a_withdrawn_log_does_not_count(world: World) -> None:
    world.drop("2024-10-01/log.csv", log(line(1, participants=10)))
    (load_id,) = world.day().loads["load_id"]
    withdrawal.withdraw(world.workspace, load_id, "wrong list", "officer")
    assert world.campaign()["participants"] is None


ZOOM = """Meeting ID,Topic,Start Time,User Email
81234567890,{title},09/27/2024 09:00:00 AM,api@host.example

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest
API,api@host.example,09/27/2024 09:00:00 AM,09/27/2024 10:00:00 AM,60,No
Xanthippe,xanthippe@partner.example,09/27/2024 09:00:00 AM,09/27/2024 09:10:00 AM,10,Yes
Xanthippe,xanthippe@partner.example,09/27/2024 09:11:00 AM,09/27/2024 10:00:00 AM,49,Yes
Ysolde,,09/27/2024 09:00:00 AM,09/27/2024 10:00:00 AM,60,Yes
"""


def test_a_list_of_people_is_an_event_of_the_campaign_that_its_title_names_and_nobody_in_it_is_kept(
    world: World,
) -> None:
    world.drop("Secretariat/participants.csv", ZOOM.format(title="National forum"))
    tables = world.published()
    forum = row_of(tables["campaign_totals"], campaign_id="forum")
    assert (forum["events"], forum["participants"], forum["participants_women"]) == (1, 2, None)
    assert row_of(tables["activity_totals"], activity_id="1.1") == forum
    (event,) = tables["post_totals"].rows(named=True)
    assert (event["platform"], event["kind"], event["grade"]) == ("outreach", "meeting", "export")
    assert event["place"] == "Zoom"
    with duckdb.connect(world.workspace.warehouse_file, read_only=True) as history:
        names = [name for (name,) in history.sql("select table_name from duckdb_tables()").fetchall()]
        kept = [history.table(name).pl().write_json() for name in names]
    assert len(kept) > 10
    for told in (*kept, *(published.write_json() for published in tables.values())):
        assert "anthippe" not in told
        assert "Ysolde" not in told
        assert "api@host" not in told


@pytest.mark.parametrize(
    ("typed", "is_asked"),
    [
        ({"kind": "meeting"}, True),
        ({"kind": "training", "place": "ZOOM"}, True),
        ({"kind": "training", "place": "Kampot"}, False),
        ({"kind": "meeting", "date": "2024-09-28"}, False),
    ],
)
def test_an_event_that_was_typed_and_has_a_list_of_its_people_too_is_asked_about(
    world: World, typed: dict[str, Any], is_asked: bool
) -> None:
    world.drop("zoom.csv", ZOOM.format(title="Forum on the law"))
    world.drop("log.csv", log(line(1, participants=5) | typed))
    tables = world.tables()
    doubles = tables["possible_doubles"].select("post_id", "other_post_id").rows()
    day = typed.get("date", "2024-09-27")
    assert doubles == [(f"Secretariat {day} 1", "zoom-81234567890-2024-09-27-0900")] * is_asked


def people(*rows: tuple[str, str, str]) -> str:
    """A list with a row a person: the number of each, the day and the event."""
    cells = [f"Person {number},{number},F,{day},{event}" for number, day, event in rows]
    return "\n".join(["Name,Phone,Sex,Date,Event", *cells, ""])


def test_who_came_to_two_events_is_one_of_the_different_people_and_two_attendances(world: World) -> None:
    first, second = "2024-09-27", "2024-09-28"
    listed = [("1", first, "Forum"), ("2", first, "Forum"), ("1", second, "Forum"), ("3", second, "Forum")]
    world.drop("forum.csv", people(*listed, ("1", second, "Debate")))
    tables = world.tables()
    forum, debates = (
        tables["campaign_totals"].row(by_predicate=pl.col("campaign_id") == name, named=True)
        for name in ("forum", "debates")
    )
    assert (forum["events"], forum["participants"], forum["participants_unique"]) == (2, 4, 3)
    assert (debates["participants"], debates["participants_unique"]) == (1, 1)
    whole = tables["project_totals"].row(0, named=True)
    assert (whole["participants"], whole["participants_unique"]) == (5, 3)  # and not 4, as added up
    periods = tables["activity_periods"].filter(activity_id="1.1", period="FY2024")
    assert periods["participants_unique"].to_list() == [3]


def test_different_people_are_not_known_where_one_event_has_no_list_of_everybody(world: World) -> None:
    world.drop("forum.csv", people(("1", "2024-09-27", "Forum"), ("2", "2024-09-27", "Forum")))
    assert world.campaign()["participants_unique"] == 2
    world.drop("log.csv", log(line(1, "2024-10-05", participants=30)))
    campaign = world.campaign()
    assert (campaign["participants"], campaign["participants_unique"]) == (32, None)
    assert world.table("activity_totals").filter(activity_id="1.2")["participants_unique"].to_list() == [None]


@pytest.mark.parametrize(("participants", "unique"), [(2, 2), (3, None), (1, None)])
def test_a_list_of_another_number_than_the_log_tells_is_no_list_of_everybody(
    world: World, participants: int, unique: int | None
) -> None:
    world.drop("forum.csv", people(("1", "2024-09-27", "Forum"), ("2", "2024-09-27", "Forum")))
    told = {"title": "Forum", "kind": "event", "station": "", "no": "", "participants": participants}
    world.drop("log.csv", log(line(1) | told | {"women": 1, "men": participants - 1, "sex_not_told": 0, "youth": 1}))
    campaign = world.campaign()
    assert (campaign["events"], campaign["participants"]) == (1, participants)
    assert campaign["participants_unique"] == unique


PERSONS = st.none() | st.lists(st.sampled_from("abcd"), unique=True, max_size=4)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["x", "y"]), PERSONS), max_size=6))
def test_different_people_are_those_of_all_lists_together(events: list[tuple[str, list[str] | None]]) -> None:
    posts = pl.DataFrame(
        [(group, "outreach", str(n)) for n, (group, _) in enumerate(events)],
        schema={"group": pl.String, "platform": pl.String, "post_id": pl.String}, orient="row",
    )  # fmt: skip
    numbers = dict.fromkeys(PART_NAMES, pl.Int64)
    told = posts.drop("group").with_columns(
        *(pl.lit(1, dtype).alias(name) for name, dtype in numbers.items()),
        pl.Series("persons", [persons for _, persons in events], dtype=pl.List(pl.String)),
    )
    groups = pl.DataFrame({"group": ["x", "y"]})
    totals = with_attendances(groups.lazy(), posts.lazy(), ["group"], told).collect()
    for group, unique in totals.select("group", "participants_unique").rows():
        lists = [persons for of_group, persons in events if of_group == group]
        is_whole = bool(lists) and None not in lists
        assert unique == (len({one for persons in lists for one in persons or ()}) if is_whole else None)


NUMBER = st.none() | st.integers(0, 500)


@st.composite
def rows(draw: st.DrawFn, organiser: str) -> list[dict[str, str]]:
    """The rows of an organiser's log, over two years."""
    out = []
    for no in range(1, draw(st.integers(3, 12)) + 1):
        cells = {column: draw(NUMBER) for column in oracle.COLUMN.values()} | {
            "events": draw(st.none() | st.integers(1, 20))
        }
        out.append(
            {
                "no": str(no), "station": organiser,
                "date": str(date(2023, 1, 1) + timedelta(draw(st.integers(0, 729)))),
                "kind": draw(st.sampled_from(["meeting", "workshop", "event", "radio", "training"])),
                "title": draw(st.sampled_from(["Forum", "Debate", "Something else"])),
            }
            | {name: str(value) for name, value in cells.items() if value is not None}
        )  # fmt: skip
    return out


@settings(max_examples=4)
@given(st.data())
def test_totals_and_periods_are_what_a_second_count_gives(
    planned: World, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    world = copy_of(planned, tmp_path_factory.mktemp("drawn"))
    logs: list[Sequence[oracle.Row]] = []
    for organiser in ("A", "B"):
        versions = [data.draw(rows(organiser)) for _ in range(data.draw(st.integers(1, 2)))]
        if len(versions) == 2:  # a version keeps what was there and changes some of it
            versions[1] = [
                *versions[0][: len(versions[0])],
                *({**row, "no": str(row["no"] + "0")} for row in versions[1]),
            ]
            changed = data.draw(st.integers(0, len(versions[0]) - 1))
            versions[1][changed] = {key: cell for key, cell in versions[1][changed].items() if key != "women"}
        for at, version in enumerate(versions):
            world.drop(f"{organiser}.csv", log(*version), f"2025-0{at + 1}-01T12:00")
            if at + 1 < len(versions):
                world.load()
        logs.append(versions[-1])
    tables = world.tables("2024-12-31")
    periods = tables["activity_periods"]  # made first, and with it the totals
    for campaign, activity, title in (("forum", "1.1", "forum"), ("debates", "1.2", "debate")):
        second_count = oracle.totals(logs, "2023-01-01", "2024-12-31", title)
        assert row_of(tables["campaign_totals"], campaign_id=campaign) == second_count
        assert row_of(tables["activity_totals"], activity_id=activity) == second_count
        for period in periods.filter(activity_id=activity).rows(named=True):
            span = str(period["period_start"]), str(period["period_end"])
            assert {name: period[name] for name in COLUMNS} == oracle.totals(logs, *span, title)
    of_both = [oracle.totals(logs, "2023-01-01", "2024-12-31", title)["events"] for title in ("forum", "debate")]
    assert tables["project_totals"]["events"].item() == sum(of_both)


INDICATORS = """
[[indicator]]
id = "1.1-p"
name = "Participants"
of = "activity:1.1"
metric = "participants"
target = 500
targets = { FY2024-Q1 = 100, FY2024-Q2 = 100 }
[[indicator]]
id = "1.1-w"
name = "Women"
of = "activity:1.1"
metric = "participants_women"
target = 200
[[indicator]]
id = "1.1-e"
name = "Workshops"
of = "activity:1.1"
metric = "events"
target = 2
"""


def test_indicators_count_participants_by_period_and_say_of_how_many_events_they_are_known(world: World) -> None:
    world.plan(PLAN + INDICATORS)
    rows = line(1, "2024-02-01", participants=300, women=120), line(2, "2024-05-01", participants=188)
    world.drop("2024-12-01/log.csv", log(*rows))
    progress = world.table("indicator_progress").sort("indicator_id", "period")
    assert progress.select("indicator_id", "period", "actual", "is_at_least", "verdict", "unit", "source").rows() == [
        ("1.1-e", "whole", 2.0, False, "reached", "events", "events in activity_totals, 1.1"),
        ("1.1-p", "FY2024-Q1", 300.0, False, "reached", "attendances", "participants in activity_totals, 1.1: 1 of 1 events know theirs"),
        ("1.1-p", "FY2024-Q2", 188.0, False, "reached", "attendances", "participants in activity_totals, 1.1: 1 of 1 events know theirs"),
        ("1.1-p", "whole", 488.0, False, "not yet reached", "attendances", "participants in activity_totals, 1.1: 2 of 2 events know theirs"),
        ("1.1-w", "whole", 120.0, True, "cannot be told", "attendances", "participants_women in activity_totals, 1.1: 1 of 2 events know theirs"),
    ]  # fmt: skip
    assert progress["is_entered"].all()
