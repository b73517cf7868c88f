"""Every file knows where it came from, and who has to do something. docs/rules.md: Every figure has evidence."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

import pytest

from tests.conftest import CAMPAIGN, PAGE, World, meta, post
from warehouse.figures import build, sources
from warehouse.plan.framework import Project
from warehouse.plan.values import PLATFORMS


def test_every_load_knows_where_it_came_from(world: World) -> None:
    file = world.drop("2024-10-01/Page 1/a.csv", meta(post(1, Views=10), post(2, Views="12abc")))
    row = world.table("source_files").row(0, named=True)
    assert (row["path"], row["size"], row["connector"], row["grade"]) == (
        "2024-10-01/Page 1/a.csv",
        file.stat().st_size,
        "facebook",
        "export",
    )
    assert (row["rows"], row["kept"], row["rejected"]) == (2, 1, 1)
    assert world.workspace.archive.content(row["sha256"]) == file.read_bytes()


def test_an_accounts_figures_in_a_folder_named_like_it_are_that_accounts(world: World) -> None:
    results = 'sep=,\n"Facebook Page reach"\n"Date","Primary"\n"2024-09-01T00:00:00","20"\n'
    world.plan(CAMPAIGN + f'[[account]]\nid = "facebook:{PAGE}"\nalso = ["Our page"]\n')
    world.drop("results.csv", results)
    tables = world.tables()
    assert tables["account_figures"].height == 0
    assert "whose is it?" in tables["source_freshness"]["act"][0]
    world.drop("Our page/results.csv", results)
    figures = world.table("account_figures")
    assert figures.select("account_id", "metric", "value").rows() == [(PAGE, "reach", 20)]


FB, IG = f"facebook:{PAGE}", "instagram:17841400000000001"
FB_TOO, IG_TOO = f"{FB}1", f"{IG}1"


@pytest.mark.parametrize(
    ("title", "accounts", "platform", "is_told"),
    [
        ("Reach", (FB, IG), "instagram", True),
        ("Alcance", (FB, IG), "instagram", True),
        ("Views", (FB, IG), "instagram", True),
        ("Reach", (FB,), "facebook", False),
        ("Reach", (IG,), "instagram", False),
        ("Facebook reach", (FB, IG), "facebook", False),
        ("Viewers", (FB, IG), "facebook", False),
        ("Instagram reach", (FB, IG), "instagram", False),
        ("Instagram reach", (FB,), None, False),
        ("Reach", (), None, False),
        ("Reach", (FB, FB_TOO, IG), "instagram", True),
        ("Reach", (FB, IG, IG_TOO), None, False),
        ("Reach", (FB, FB_TOO, IG, IG_TOO), None, False),
        ("Reach", (FB, FB_TOO), None, False),
    ],
)
def test_the_folders_only_account_decides_whose_results_they_are_then_the_title_and_that_is_said(
    world: World, title: str, accounts: tuple[str, ...], platform: str | None, is_told: bool
) -> None:
    named = "".join(f'[[account]]\nid = "{each}"\norganisation = "Our NGO"\n' for each in accounts)
    world.plan(CAMPAIGN + '[[organisation]]\nname = "Our NGO"\n' + named)
    world.drop("2024-10-01/Our NGO/a.csv", f'sep=,\n"{title}"\n"Date","Primary"\n"2024-09-01T00:00:00","20"\n')
    loaded = world.load()
    day = world.day()
    tables = build.lists(day)
    assert tables["account_figures"]["platform"].to_list() == ([platform] if platform else [])
    sentences = sources.by_title_alone(day.loads, day.owners, loaded.synced.loaded)
    assert len(sentences) == int(is_told)
    whose = tables["source_files"]["whose"].item()
    if platform:
        assert whose is None
    else:
        both = " An account of instagram or of facebook." if title == "Reach" else ""
        assert whose == f"whose is it?{both}"


@pytest.mark.parametrize(("most", "sentence_count"), [(3, 3), (2, 3), (1, 2)])
def test_many_files_that_only_their_title_tells_apart_are_counted_beyond_the_first(
    world: World, most: int, sentence_count: int
) -> None:
    named = "".join(f'[[account]]\nid = "{each}"\norganisation = "Our NGO"\n' for each in (FB, IG))
    world.plan(CAMPAIGN + '[[organisation]]\nname = "Our NGO"\n' + named)
    for day in (1, 2, 3):
        block = f'sep=,\n"Reach"\n"Date","Primary"\n"2024-09-0{day}T00:00:00","20"\n'
        world.drop(f"2024-10-01/Our NGO/{day}.csv", block)
    loaded = world.load()
    day = world.day()
    sentences = sources.by_title_alone(day.loads, day.owners, loaded.synced.loaded, most)
    assert len(sentences) == sentence_count
    assert all("by its title and name it was taken for instagram" in sentence for sentence in sentences[:most])
    if most < 3:
        assert sentences[-1].startswith(f"And {3 - most} more such {'file' if most == 2 else 'files'}: ")


def test_two_figures_of_one_page_and_day_are_both_kept(world: World) -> None:
    world.plan(CAMPAIGN + f'[[account]]\nid = "{FB}"\nalso = ["Our page"]\n')
    for title, value in (("Facebook reach", 100), ("Viewers", 900)):
        block = f'sep=,\n"{title}"\n"Date","Primary"\n"2024-09-01T00:00:00","{value}"\n'
        world.drop(f"2024-10-01/Our page/{title}.csv", block)
    figures = world.table("account_figures")
    assert sorted(figures.select("metric", "value").rows()) == [("reach", 100), ("viewers", 900)]


def project(ends: str) -> Project:
    named = {"name": "A programme", "timezone": "Asia/Phnom_Penh", "ends": date.fromisoformat(ends)}
    return Project.model_validate(named, context={PLATFORMS: ()})


@pytest.mark.parametrize(
    ("as_of", "since"),
    [
        ("2024-12-20", "2024-12-06"),
        ("2024-12-30", "2024-12-16"),
        ("2024-12-31", "2024-12-30"),
        ("2025-03-01", "2024-12-30"),
    ],
)
def test_a_reading_is_new_enough_for_two_weeks_and_after_the_project_from_its_last_day_on(
    as_of: str, since: str
) -> None:
    assert sources.wanted_since(project("2024-12-30"), date.fromisoformat(as_of)) == date.fromisoformat(since)


@pytest.mark.parametrize(
    ("read_on", "as_of", "act"),
    [
        ("2024-12-06", "2024-12-20", None),
        ("2024-12-05", "2024-12-20", "Page 1 sends a newer export"),
        ("2024-12-29", "2024-12-31", "Page 1 sends an export made on 2024-12-30 or later"),
        ("2024-12-30", "2025-03-01", None),
    ],
)
def test_a_source_is_asked_for_a_newer_export_until_it_has_the_projects_last_day(
    world: World, read_on: str, as_of: str, act: str | None
) -> None:
    world.drop(f"{read_on}/a.csv", meta(post(1, Views=10)))
    day = world.day(as_of)
    ended = day.plan.model_copy(update={"project": project("2024-12-30")})
    told = [day.loads, day.owners, day.accounts, day.api_accounts, ended, day.as_of]
    assert sources.freshness(*told)["act"].to_list() == [act]
    assert sources.freshness(*told, is_reported=True)["act"].to_list() == [None]


def test_the_age_of_a_source_is_counted_in_days_of_the_reporting_zone(world: World) -> None:
    """Six in the evening of 1 October in UTC is 2 October in Phnom Penh."""
    modified = datetime(2024, 10, 1, 18, tzinfo=UTC).timestamp()
    file = world.drop("a.csv", meta(post(1, Views=10)))
    os.utime(file, (modified, modified))
    assert world.table("source_freshness", as_of="2024-10-12")["age_days"].to_list() == [10]
