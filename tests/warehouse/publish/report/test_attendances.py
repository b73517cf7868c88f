"""Events and who took part in them, as lines, tables and findings of a campaign's page tell them, in both languages."""

from __future__ import annotations

import polars as pl

from connectors import PLATFORMS
from connectors.attendance import PART_NAMES
from tests.conftest import World, meta
from tests.warehouse.figures.test_attendances import PLAN, line, log, planned, world
from tests.warehouse.publish.report.forum import book_of, full, tables_of
from warehouse.publish.report import figure_pages
from warehouse.publish.report.attendances import COLUMNS, attendance_table, kinds_of_events, of_posts, with_attendances
from warehouse.publish.report.before_you_report import of_campaign
from warehouse.publish.report.language import words
from warehouse.publish.report.plan_names import nouns
from warehouse.publish.report.sentence import of_activity, sentence
from warehouse.publish.report.wording import Texts

__all__ = ["planned", "world"]  # the fixtures

WORDS = """
event_word = "national workshop"
event_word_km = "សិក្ខាសាលាថ្នាក់ជាតិ"
"""


def lines_of(world: World, campaign: str = "forum") -> list[str]:
    """A campaign's line in English and in Khmer, with the plan's nouns."""
    plan, tables = world.day().plan, tables_of(world, "2024-12-30")
    return [
        sentence(tables, campaign, language, PLATFORMS, nouns(plan, campaign, language)) for language in ("en", "km")
    ]


def with_activities(world: World) -> dict[str, pl.DataFrame]:
    """The tables that an activity's line is told of."""
    return {**tables_of(world, "2024-12-30"), "activity_totals": world.table("activity_totals")}


def test_a_campaign_of_events_alone_is_told_by_the_plans_noun_with_its_participants_and_women(world: World) -> None:
    world.plan(PLAN.replace('text = ["forum"] }]\n', 'text = ["forum"] }]\n' + WORDS))
    world.drop(
        "2024-12-01/log.csv",
        log(*(line(n, participants=p, women=w) for n, p, w in ((1, 158, 68), (2, 166, 74), (3, 164, 72)))),
    )
    english, khmer = lines_of(world)
    assert english == (
        "As of 30 December 2024, the campaign has had 3 national workshops with 488 participants, 214 of them women."
    )
    assert "សិក្ខាសាលាថ្នាក់ជាតិ 3 ដែលមានអ្នកចូលរួម 488 នាក់ ក្នុងនោះមានស្ត្រី 214 នាក់" in khmer


def test_events_are_told_behind_posts_and_programmes_and_an_event_once(world: World) -> None:
    world.drop("2024-12-01/a.csv", meta(full(1)))
    rows = line(1, participants=10), line(2, kind="event", participants=7), line(3, kind="event"), line(4, kind="radio")
    world.drop("2024-12-01/log.csv", log(*rows))
    english, _ = lines_of(world)
    assert "the campaign has had 1 radio programme." in english
    assert "There were 2 events and 1 workshop with at least 17 participants (known for 2 of 3 events)." in english


def test_one_event_of_which_only_the_kind_is_known_is_told_so(world: World) -> None:
    world.drop("2024-12-01/log.csv", log(line(1, title="A debate", kind="debate")))
    assert lines_of(world, "debates")[0] == "As of 30 December 2024, the campaign has had 1 debate."
    tables = with_activities(world)
    assert of_activity(tables, "1.2", "en", PLATFORMS) == "By 30 December 2024, there was 1 debate."
    assert of_activity(tables, "1.2", "km", PLATFORMS).endswith("មានការជជែកវែកញែក 1។")


def test_an_event_of_two_campaigns_is_told_once_in_their_activity(world: World) -> None:
    world.plan(PLAN + '[[campaign]]\nid = "again"\nactivity = "1.1"\nname = "Again"\nmatch = { text = ["forum"] }\n')
    world.drop("2024-12-01/log.csv", log(line(1, participants=10)))
    told = of_activity(with_activities(world), "1.1", "en", PLATFORMS)
    assert told == "By 30 December 2024, there was 1 event with 10 participants."


def test_tables_of_a_report_that_was_frozen_without_these_columns_tell_nothing(world: World) -> None:
    world.drop("2024-12-01/log.csv", log(line(1, participants=10)))
    tables = tables_of(world, "2024-12-30")
    older = {name: table.select(pl.exclude("^events|participants.*$")) for name, table in tables.items()}
    told = {name: with_attendances(name, table) for name, table in older.items()}
    assert {name: set(table.columns) for name, table in told.items()} == {
        name: set(table.columns) for name, table in tables.items()
    }
    assert sentence(told, "forum", "en", PLATFORMS).endswith("no posts of the campaign “The forum” are known.")
    assert kinds_of_events(told["kind_totals"]) == {}
    assert attendance_table(str, [], told["campaign_totals"].row(0, named=True), None) is None
    assert of_posts(told["post_totals"]) == []


def test_different_people_and_bands_of_ages_stand_below_the_table_of_their_own_scope_and_in_both_languages() -> None:
    row = {"activity_id": "1.1", "events": 4, "participants": 60, "participants_unique": 41}
    row |= {f"{name}": None for name in COLUMNS[2:]} | {f"{name}_known": 4 for name in COLUMNS[1:]}
    bands = [("activity", "1.1", "15-24", 17, 3), ("activity", "1.1", "25+", 29, 4), ("activity", "1.2", "25+", 5, 1),
             ("activity", "1.1", "35+", None, 0), ("project", None, "15-24", 99, 4)]  # fmt: skip
    names = ("scope", "id", "age_band", "participants", "participants_known")
    by_age = pl.DataFrame(bands, schema=names, orient="row").with_columns(events=pl.lit(4))
    for language, of_ages, unique in (
        ("en", "By age: 15-24: ≥ 17, 25+: 29. Bands", "these were 41 different people"),
        ("km", "តាមអាយុ៖ 15-24: ≥ 17, 25+: 29។", "មនុស្សផ្សេងគ្នា 41 នាក់"),
    ):
        texts = Texts(language, "Asia/Phnom_Penh", PLATFORMS, {}, {})
        table = attendance_table(texts, [], row, None, by_age)
        assert table is not None
        assert any(of_ages in note for note in table.notes)
        assert any(unique in note for note in table.notes)
    of_project = attendance_table(Texts("en", "UTC", PLATFORMS, {}, {}), [], row | {"activity_id": "1.3"}, None, by_age)
    assert of_project is not None
    assert not any("By age" in note for note in of_project.notes)


def test_a_page_shows_each_event_and_all_together_and_says_what_is_not_known(world: World) -> None:
    rows = line(1, "2024-09-01", participants=100, women=40, youth=30), line(2, "2024-09-02", events=2, participants=88)
    world.drop("2024-12-01/log.csv", log(*rows))
    book = book_of(world, "2024-12-30")
    (forum,) = [row for row in book.campaigns if row["campaign_id"] == "forum"]
    table = figure_pages.campaign(book, forum)["attendances"]
    assert table.heads == ["Events", "Participants", "Women", "Young people"]
    assert [(name, cells) for name, _, cells in table.rows] == [
        ("Workshop · 1 September 2024 · National forum", ["1", "100", "40", "30"]),
        ("Workshop · 2 September 2024 · National forum", ["2", "88", "not known", "not known"]),
    ]
    assert table.together == ["3", "188", "≥ 40", "≥ 30"]
    assert "who came to two events is counted twice" in table.notes[0]
    assert table.notes[1] == "Women: known of 1 of 3 events. The others are left out, not counted as 0."
    (activity,) = [row for row in book.activities if row["activity_id"] == "1.1"]
    of_activity_page = figure_pages.activity(book, activity)["attendances"]
    assert [name for name, _, _ in of_activity_page.rows] == ["The forum"]
    assert of_activity_page.together == []  # the one row is all


def test_numbers_that_contradict_each_other_are_named_before_the_report(world: World) -> None:
    rows = (
        line(1, participants=10, women=11), line(2, participants=10, women=3, men=3), line(3, women=4),
        line(4, participants=5, link="https://forum.example/4"),
    )  # fmt: skip
    world.drop("2024-12-01/a/log.csv", log(*rows))
    world.drop("2024-12-01/b/log.csv", log(line(1, participants=6, women=2, link="https://forum.example/4")))
    book = book_of(world, "2024-12-30")
    checks = {check.kind: check for check in of_campaign(book.contents.campaigns["forum"].cases, {}, book.texts)}
    named = "Workshop · 27 September 2024 · National forum: "
    assert sorted(item.removeprefix(named) for item in checks["attendance"].items) == [
        "Women among participants 11, of 10 participants",
        "Women among participants 4, and the participants are not told",
        "two files tell different numbers; the one with 6 participants counts",
        "women, men and sex not told make 6, and the participants are 10",
    ]
    assert "They count as they were typed" in checks["attendance"].text


def test_every_part_has_a_head_in_both_languages() -> None:
    for language in ("en", "km"):
        assert {f"head_{name}" for name in PART_NAMES} <= words(language)["page"].keys()
