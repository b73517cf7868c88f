"""What somebody has to look at before a campaign's figures go to a donor."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.conftest import CAMPAIGN, OTHER_PAGE, PAGE, World, meta, post
from tests.warehouse.publish.report.forum import FIGURES, book_of
from warehouse.publish.report.before_you_report import Check, of_campaign

QUIET = FIGURES | {"Publish_time": "11/20/2024 08:00"}
"""Cells of a post of which nothing has to be looked at: it is younger than the last change of a definition."""


def checks(world: World, as_of: str = "2024-12-30", contacts: dict[str, str] | None = None) -> dict[str, Check]:
    """What there is to look at in the campaign, by kind."""
    book = book_of(world, as_of)
    (campaign,) = book.campaigns
    return {
        check.kind: check
        for check in of_campaign(book.contents.campaigns[campaign["campaign_id"]].cases, contacts or {}, book.texts)
    }


def test_a_campaign_without_anything_to_look_at_is_ready(world: World) -> None:
    world.drop("2024-12-30/a.csv", meta(post(1, **QUIET)))
    assert checks(world) == {}


@pytest.mark.parametrize(("as_of", "is_old"), [("2024-12-15", False), ("2024-12-16", True)])
def test_a_page_is_old_two_weeks_after_it_was_read(world: World, as_of: str, is_old: bool) -> None:
    world.drop("2024-12-01/a.csv", meta(post(1, **QUIET)))
    to_look_at = checks(world, as_of)
    assert ("old" in to_look_at) == is_old
    if is_old:
        (item,) = to_look_at["old"].items
        assert (
            item == "Page 1 (Facebook): last read on 1 December 2024; ask whoever keeps its figures for a newer export"
        )


def test_posts_that_were_first_read_after_the_day_are_told_with_what_they_have_since(world: World) -> None:
    world.drop("2024-12-30/a.csv", meta(post(1, **QUIET)))
    world.drop("2025-01-05/b.csv", meta(post(2, **QUIET | {"Views": 1234}), post(3, **QUIET | {"Views": ""})))
    check = checks(world)["later"]
    assert check.text == (
        "Posts that were first read after 30 December 2024, so that nothing of them is in these figures: 2."
    )
    assert check.items == ("Post 2 #forum: 1,234 views by 5 January 2025", "Post 3 #forum: read on 5 January 2025")


def test_nobody_is_asked_for_newer_figures_where_the_report_is_due(world: World) -> None:
    world.drop("2024-12-01/a.csv", meta(post(1, **QUIET)))
    book = book_of(world, "2024-12-30")
    cases = replace(book.contents.campaigns["forum"].cases, is_asked=False)
    (old,) = [check for check in of_campaign(cases, {}, book.texts) if check.kind == "old"]
    assert old.items == ("Page 1 (Facebook): last read on 1 December 2024",)
    assert old.text == "Pages last read before 16 December 2024: 1."


def test_posts_that_the_other_order_of_day_and_month_would_move_are_named_with_both_days(world: World) -> None:
    world.plan(CAMPAIGN + "starts = 2024-09-01\nends = 2024-09-30\n")
    rows = "facebook,Page,https://t.me/a/1,out #forum,05/09/2024,9\nfacebook,Page,https://t.me/a/2,in #forum,09/05/2024,9\n"
    world.drop("2024-12-30/partner.csv", "platform,account,link,title,published,views\n" + rows)
    check = checks(world)["dates"]
    assert "Posts that would fall out of this campaign or come into it the other way round: 2." in check.text
    assert set(check.items) == {
        "out #forum: 5 September 2024, else 9 May 2024, and it falls out (2024-12-30/partner.csv)",
        "in #forum: 9 May 2024, else 5 September 2024, and it comes in (2024-12-30/partner.csv)",
    }


def test_whom_to_ask_for_a_newer_export_is_the_organisations_contact(world: World) -> None:
    account = '[[account]]\nid = "facebook:100064500000001"\norganisation = "Lens"\n'
    world.plan(CAMPAIGN + '[[organisation]]\nname = "Lens"\n' + account)
    world.drop("2024-12-01/a.csv", meta(post(1, **QUIET)))
    assert "ask Lens for" in checks(world)["old"].items[0]
    assert "ask Dara for" in checks(world, contacts={"Lens": "Dara"})["old"].items[0]


@pytest.mark.parametrize("posts", [8, 9])
def test_eight_cases_are_named_and_all_are_counted(world: World, posts: int) -> None:
    world.plan(CAMPAIGN + "ends = 2024-11-19\n")
    near = [post(n, **QUIET, Description=f"Near {n} #forum") for n in range(1, posts + 1)]
    world.drop("2024-12-30/a.csv", meta(*near))
    check = checks(world)["near"]
    assert check.text == f"Posts that belong to no campaign and lack little for this one: {posts}."
    assert len(check.items) == 8


def test_what_some_posts_do_not_know_is_named_with_its_reason_and_the_most_posts_first(world: World) -> None:
    rows = [post(1, **QUIET), *(post(n, **(QUIET | {"Views": ""})) for n in (2, 3))]
    world.drop("2024-12-30/a.csv", meta(*rows))
    (item,) = checks(world)["unknown"].items
    assert item.startswith("Views of 2 of the posts: ")


def test_rounded_and_gone_figures_are_counted(world: World) -> None:
    world.drop("2024-12-30/a.csv", meta(post(1, **(QUIET | {"Views": "3.5K"})), post(2, **QUIET)))
    to_look_at = checks(world)
    assert to_look_at["approximate"].text == "Posts with figures that their platform rounded: 1 of 2."
    assert "gone" not in to_look_at


def test_a_change_of_what_a_platform_counts_is_named(world: World) -> None:
    world.drop("2024-12-30/a.csv", meta(post(1, **FIGURES)))
    assert checks(world)["definitions"].items


@pytest.mark.parametrize(
    ("line", "is_asked"), [("", True), ("not_ours = true\n", False), ('organisation = "A"\n', False)]
)
def test_a_page_that_the_plan_does_not_know_is_asked_about_until_the_plan_says_whose_it_is(
    world: World, line: str, is_asked: bool
) -> None:
    known_page = f'[[organisation]]\nname = "A"\n[[account]]\nid = "facebook:{OTHER_PAGE}"\n'
    world.plan(CAMPAIGN + known_page + (f'[[account]]\nid = "facebook:{PAGE}"\n{line}' if line else ""))
    for day in ("2024-12-28", "2024-12-30"):  # two nights: it is no news in the second
        world.drop(f"{day}/a.csv", meta(post(1, **QUIET)))
        world.load()
    check = checks(world).get("unplanned")
    assert (check is not None) is is_asked
    if check:
        assert "posts of it that count here: 1 of 1" in check.items[0]
        (code,) = check.codes
        assert f'id = "facebook:{PAGE}"' in code


def test_a_file_of_which_the_day_is_not_known_is_named_with_the_command_that_says_it(world: World) -> None:
    name = "Nov-05-2024_Dec-20-2024_1016476477111055.csv"
    world.drop(name, meta(post(1, **QUIET)), "2025-06-01T02:00:00")
    check = checks(world)["undated"]
    assert check.items == (f"{name}: range to 20 December 2024, file's time 1 June 2025",)
    assert check.codes == (f"reach date {name} 2024-12-20",)


def test_an_event_of_no_organiser_that_may_be_another_one_is_called_by_its_platform(world: World) -> None:
    head = "Name,Sex,Event,Place,Date\n"
    world.drop("2024-12-30/a.csv", head + "Ana,F,Forum #forum,Takeo,27/11/2024\nBo,M,Forum #forum,Kep,27/11/2024\n")
    (item, *_) = checks(world)["doubles"].items
    assert item.startswith("Forum #forum, Radio, TV, press, events: ")
