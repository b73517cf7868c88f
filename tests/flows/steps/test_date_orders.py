"""Documents whose dates could be read both ways, and what a night says of them."""

from __future__ import annotations

from datetime import date

from flows.steps import date_orders, night
from tests.conftest import CAMPAIGN, World

SEPTEMBER = "starts = 2024-09-01\nends = 2024-09-30\n"
SHEET = (
    "platform,account,link,title,published,views\n"
    "facebook,Page,https://t.me/a/1,one #forum,05/09/2024,1\n"
    "facebook,Page,https://t.me/a/2,two #forum,09/05/2024,1\n"
)


def remarks(world: World) -> tuple[list[str], list[str]]:
    loaded = world.load()
    good = night.read_plan(world.workspace)
    return date_orders.remarks(loaded, night.read_state(world.workspace, good, date(2024, 12, 30)))


def test_a_night_names_the_posts_that_the_other_order_would_move_and_how_to_say_so(world: World) -> None:
    world.plan(CAMPAIGN + SEPTEMBER)
    world.drop("2024-11-20/partner.csv", SHEET)
    (sentence,), others = remarks(world)
    assert others == []
    assert sentence.startswith("2024-11-20/partner.csv: ")
    assert "were read day first" in sentence
    assert 'write date_order = "month first" under [sheet] in reach.toml' in sentence
    assert '1 post would fall out of the campaign "forum": one #forum (2024-09-05, else 2024-05-09)' in sentence
    assert '1 post would come into the campaign "forum": two #forum (2024-05-09, else 2024-09-05)' in sentence
    assert remarks(world) == ([], [])  # once, in the night that read it


def test_where_no_post_would_move_nobody_has_to_decide(world: World) -> None:
    world.drop("2024-11-20/partner.csv", SHEET)
    to_decide, (sentence,) = remarks(world)
    assert to_decide == []
    assert "were read day first" in sentence
    assert "The other way round" not in sentence


def test_a_zone_without_a_country_asks(world: World) -> None:
    plan = world.workspace.plan_file.read_text()
    world.workspace.plan_file.write_text(plan.replace("Asia/Phnom_Penh", "UTC"))
    world.drop("2024-11-20/partner.csv", SHEET)
    (sentence,), _ = remarks(world)
    assert 'Write date_order = "day first" or "month first" under [sheet] in reach.toml.' in sentence


def test_what_the_settings_say_is_not_asked_again(world: World) -> None:
    (world.workspace.home / "reach.toml").write_text('[sheet]\ndate_order = "day first"\n')
    world.plan(CAMPAIGN + SEPTEMBER)
    world.drop("2024-11-20/partner.csv", SHEET)
    assert remarks(world) == ([], [])
