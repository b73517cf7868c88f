"""Pages that the plan does not know, or knows elsewhere: they load, they count, and somebody is asked."""

from __future__ import annotations

from datetime import date

import pytest

from flows.steps import night
from tests.conftest import CAMPAIGN, OTHER_PAGE, PAGE, World, meta, post
from warehouse.figures import unplanned

PARTNER = '[[organisation]]\nname = "Partner"\n[[organisation]]\nname = "Our NGO"\n'
OURS = PARTNER + f'[[account]]\nid = "facebook:{PAGE}"\norganisation = "Our NGO"\n'
THEIRS = f'[[account]]\nid = "facebook:{OTHER_PAGE}"\n'


def sentences_of_night(world: World, plan: str, *, path: str = "2024-10-01/Our NGO/b.csv", loads: int = 1) -> list[str]:
    """What a night says of pages after a file of the page's post came, and ``loads - 1`` more before it."""
    world.plan(CAMPAIGN + plan)
    for number in range(loads):
        world.drop(path.replace(".csv", f"{number}.csv"), meta(post(number + 1, OTHER_PAGE, Views=3)))
        loaded = world.load()
    computed = night.compute(world.workspace, night.read_plan(world.workspace), date(2024, 12, 30))
    return unplanned.new_sentences(computed.day, loaded.synced.loaded)


def test_a_page_that_the_plan_does_not_know_is_named_with_the_line_for_the_plan(world: World) -> None:
    [sentence] = sentences_of_night(world, OURS)
    assert sentence == (
        f"The plan does not know the page Page {OTHER_PAGE[-1]} (facebook:{OTHER_PAGE}), read from "
        "2024-10-01/Our NGO/b0.csv; of its posts (1) count: 1 in forum. Put [[account]] with "
        f'id = "facebook:{OTHER_PAGE}" and organisation = "Our NGO" into plan.toml, or that id with not_ours = true.'
    )


def test_it_is_said_in_the_night_that_finds_it_and_in_no_other(world: World) -> None:
    assert sentences_of_night(world, OURS, loads=2) == []


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


def test_of_a_page_that_is_not_ours_a_post_counts_only_where_a_campaign_names_it(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, OTHER_PAGE, Views=3), post(2, OTHER_PAGE, Views=4)))
    not_ours = THEIRS + "not_ours = true\n"
    world.plan(CAMPAIGN + not_ours)
    tables = world.tables()
    assert tables["campaign_totals"]["posts"].item() == 0
    assert "the plan says that its page is not ours" in tables["unattributed_posts"]["nearest"][0]
    world.plan(CAMPAIGN + f'posts = ["facebook:{OTHER_PAGE}_122158000000000001"]\n' + not_ours)
    assert world.campaign()["views"] == 3
