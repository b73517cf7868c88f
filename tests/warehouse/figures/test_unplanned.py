"""Pages that the plan does not know, or knows elsewhere: they load, they count, and somebody is asked."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.conftest import CAMPAIGN, OTHER_PAGE, PAGE, World, meta, post
from warehouse.figures import unplanned

PARTNER = '[[organisation]]\nname = "Partner"\n[[organisation]]\nname = "Our NGO"\n'
OURS = PARTNER + f'[[account]]\nid = "facebook:{PAGE}"\norganisation = "Our NGO"\n'
THEIRS = f'[[account]]\nid = "facebook:{OTHER_PAGE}"\n'


def sentences_of_night(world: World, plan: str, *, path: str = "2024-10-01/Our NGO/b.csv", loads: int = 1) -> list[str]:
    """What a night says of pages after so many files of the page's posts came."""
    world.plan(CAMPAIGN + plan)
    for number in range(loads):
        world.drop(path.replace(".csv", f"{number}.csv"), meta(post(number + 1, OTHER_PAGE, Views=3)))
    loaded = world.load()
    day = world.day()
    return unplanned.sentences_of_night(unplanned.pages(day), loaded.synced.loaded)


def test_a_page_that_the_plan_does_not_know_is_named_with_the_line_for_the_plan(world: World) -> None:
    [sentence] = sentences_of_night(world, OURS)
    assert sentence == (
        f"The plan does not know the page Page {OTHER_PAGE[-1]} (facebook:{OTHER_PAGE}), read from "
        "2024-10-01/Our NGO/b0.csv; of its posts (1) count: 1 in forum. Put an account with "
        f'id = "facebook:{OTHER_PAGE}" and organisation = "Our NGO" into the plan, or that id with not_ours = true.'
    )


def test_it_is_said_each_night_until_the_plan_knows_it(world: World) -> None:
    assert sentences_of_night(world, PARTNER) == []  # a plan without accounts has nothing to compare with
    for plan, sentence_count in ((OURS, 1), (OURS, 1), (OURS + THEIRS + "not_ours = true\n", 0), (OURS + THEIRS, 0)):
        assert len(sentences_of_night(world, plan, loads=0)) == sentence_count


@pytest.mark.parametrize(
    ("plan", "is_said"),
    [
        (OURS + THEIRS, False),
        (OURS + THEIRS + 'organisation = "Our NGO"\n', False),
        (OURS + THEIRS + 'not_ours = true\n', False),
        (OURS + THEIRS + 'organisation = "Partner"\n', True),
        (PARTNER, False),
    ],
    ids=["named", "in its own folder", "not ours", "in another organisation's folder", "no accounts in the plan"],
)  # fmt: skip
def test_a_page_that_the_plan_names_is_asked_about_only_in_the_folder_of_somebody_else(
    world: World, plan: str, is_said: bool
) -> None:
    sentences = sentences_of_night(world, plan)
    assert len(sentences) == int(is_said)
    if is_said:
        assert "is of Partner by the plan, but 2024-10-01/Our NGO/b0.csv lies in the folder of Our NGO" in sentences[0]


def test_where_no_folder_says_whose_it_is_the_line_asks(world: World) -> None:
    [sentence] = sentences_of_night(world, OURS, path="2024-10-01/b.csv")
    assert 'organisation = "whose it is"' in sentence


def test_where_the_plan_is_a_workbook_its_row_is_said(world: World) -> None:
    sentences_of_night(world, OURS)
    [sentence] = unplanned.sentences_of_night(unplanned.pages(world.day()), (), is_workbook=True)
    row = f"Put a row into the sheet accounts of the plan: platform facebook, id {OTHER_PAGE}, organisation Our NGO; or"
    assert row in sentence
    assert " = " not in sentence


def test_an_organisation_with_the_name_of_the_page_may_be_whose_it_is(world: World) -> None:
    page = f'[[organisation]]\nname = "page {OTHER_PAGE[-1]}"\n'
    [sentence] = sentences_of_night(world, OURS + page, path="2024-10-01/b.csv")
    assert f'organisation = "page {OTHER_PAGE[-1]}" into the plan' in sentence


@pytest.mark.parametrize(("unread", "is_said"), [(0, False), (1, True), (3, True), (4, False)])
def test_a_page_that_the_plan_calls_by_a_name_is_not_put_there_twice(world: World, unread: int, is_said: bool) -> None:
    named = "".join(f'[[account]]\nid = "facebook:OurPage{number}"\n' for number in range(unread))
    [sentence] = sentences_of_night(world, OURS + named + '[[account]]\nid = "tiktok:ours"\n')
    assert (f"of the plan, put the id {OTHER_PAGE} there instead." in sentence) is is_said
    assert ("If it is facebook:OurPage0" in sentence) is is_said
    assert "tiktok" not in sentence


def test_a_known_page_is_asked_about_in_the_night_that_brings_its_file_into_another_folder(world: World) -> None:
    plan = OURS + THEIRS + 'organisation = "Partner"\n'
    assert sentences_of_night(world, plan, path="2024-10-01/Partner/b.csv") == []
    [sentence] = sentences_of_night(world, plan, path="2024-10-02/Our NGO/b.csv")
    assert "but 2024-10-02/Our NGO/b0.csv lies in the folder of Our NGO" in sentence
    world.drop("2024-10-03/Our NGO/c.csv", meta(post(9, OTHER_PAGE, Views=3)))
    loaded = world.load()
    day = world.day()
    assert unplanned.sentences_of_night(unplanned.pages(day), loaded.synced.loaded) == []


def test_of_the_files_of_an_unknown_page_the_one_in_an_organisations_folder_says_whose_it_may_be(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(2, OTHER_PAGE, Views=3)))
    [sentence] = sentences_of_night(world, OURS)
    assert 'organisation = "Our NGO"' in sentence


def test_a_name_of_a_spreadsheet_is_one_value_of_toml_and_may_be_another_name_of_a_known_page(world: World) -> None:
    world.plan(CAMPAIGN + OURS)
    row = '2024-09-02,Facebook,"The ""Best""\tPage",Some text,3\n'
    world.drop("2024-10-01/sheet.csv", f"published,platform,account,title,views\n{row}")
    loaded = world.load()
    day = world.day()
    [sentence] = unplanned.sentences_of_night(unplanned.pages(day), loaded.synced.loaded)
    line = re.search(r'with (id = ".*") and organisation', sentence)
    assert line
    assert tomllib.loads(line[1])["id"].startswith('facebook:The "Best"')
    assert "into the also of that account" in sentence


@pytest.mark.parametrize(("most", "sentence_count"), [(1, 2), (2, 2), (0, 1)])
def test_many_new_pages_are_counted_beyond_the_first(world: World, most: int, sentence_count: int) -> None:
    world.plan(CAMPAIGN + OURS)
    world.drop("2024-10-01/a.csv", meta(post(1, OTHER_PAGE, Views=3)))
    other = PAGE[:-1] + "7"
    world.drop("2024-10-01/b.csv", meta(post(2, other, Views=3), post(3, other, Views=3)))
    loaded = world.load()
    day = world.day()
    sentences = unplanned.sentences_of_night(unplanned.pages(day), loaded.synced.loaded, most)
    assert len(sentences) == sentence_count
    if most:
        assert other in sentences[0]
    if most < 2:
        assert sentences[-1].startswith(f"And {2 - most} more such page")


def test_of_a_page_that_is_not_ours_a_post_counts_only_where_a_campaign_names_it(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, OTHER_PAGE, Views=3), post(2, OTHER_PAGE, Views=4)))
    not_ours = THEIRS + "not_ours = true\n"
    world.plan(CAMPAIGN + not_ours)
    tables = world.tables()
    assert tables["campaign_totals"]["posts"].item() == 0
    assert "the plan says that its page is not ours" in tables["unattributed_posts"]["nearest"][0]
    world.plan(CAMPAIGN + f'posts = ["facebook:{OTHER_PAGE}_122158000000000001"]\n' + not_ours)
    assert world.campaign()["views"] == 3
