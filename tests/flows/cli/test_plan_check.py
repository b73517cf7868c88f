"""What ``reach plan check`` says of a plan, and of what its rules take."""

from __future__ import annotations

from pathlib import Path

import connectors
from flows.cli.plan_check import unused_figures
from flows.steps.settings import Workspace
from tests.conftest import CAMPAIGN, PAGE, World, meta, post
from tests.flows.cli.typed import reach
from warehouse.plan import model


def test_plan_check_finds_the_sample_sound_and_says_what_each_rule_takes(published: Workspace) -> None:
    shown = reach("plan", "check", "--home", published.home)
    assert shown.returncode == 0
    assert "iduai-2024: 19 posts" in shown.stdout


def test_plan_check_names_line_and_mistake_with_status_2(tmp_path: Path) -> None:
    reach("init", tmp_path / "w")
    plan = tmp_path / "w" / "plan.toml"
    plan.write_text(
        plan.read_text(encoding="utf-8").replace('activity = "1.1.1"', 'activty = "1.1.1"'), encoding="utf-8"
    )
    line = next(n for n, text in enumerate(plan.read_text(encoding="utf-8").splitlines(), 1) if "activty" in text)
    shown = reach("plan", "check", "--home", tmp_path / "w")
    assert shown.returncode == 2
    assert f"line {line}" in shown.stderr
    assert "activity" in shown.stderr


def test_plan_check_without_a_plan_says_so_with_status_2(tmp_path: Path) -> None:
    reach("init", tmp_path / "w")
    (tmp_path / "w" / "plan.toml").unlink()
    shown = reach("plan", "check", "--home", tmp_path / "w")
    assert (shown.returncode, shown.stdout.startswith("Next: mend ")) == (2, True)
    assert "plan.toml is not there or cannot be read." in shown.stderr


def test_plan_check_says_which_report_nobody_can_be_mailed(world: World) -> None:
    world.plan(CAMPAIGN + '[[report]]\nname = "final"\nas_of = 2024-12-30\nmail_to = ["donor", "a@b.example"]\n')
    shown = reach("plan", "check", "--home", world.workspace.home)
    assert shown.returncode == 0
    assert (
        "Mails that cannot be sent (final to donor, final to a@b.example): reach.toml says with no [mail]"
        in shown.stderr
    )


def test_plan_check_counts_the_posts_that_the_other_order_of_day_and_month_would_move(world: World) -> None:
    world.plan(CAMPAIGN + "starts = 2024-09-01\nends = 2024-09-30\n")
    header = "platform,account,link,title,published,views\n"
    world.drop("2024-12-30/partner.csv", header + "facebook,Page,https://t.me/a/1,out #forum,05/09/2024,9\n")
    world.load()
    shown = reach("plan", "check", "--home", world.workspace.home)
    assert "forum: 1 post would fall out of it or come into it" in shown.stderr


def test_plan_check_names_rules_that_take_nothing_and_posts_of_two_campaigns(world: World) -> None:
    world.plan(
        CAMPAIGN.replace('["forum"] }', '["forum"] }\n[[campaign.match]]\nhashtags = ["none"]', 1)
        .replace("match = {", "[[campaign.match]]\n", 1)
        .replace('["forum"] }', '["forum"]', 1)
        + CAMPAIGN.replace('"forum"\nactivity', '"other"\nactivity')
    )
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10), post(2)))
    world.load()
    shown = reach("plan", "check", "--home", world.workspace.home)
    assert "forum: 2 posts" in shown.stdout
    assert 'campaign "forum", rule 2' in shown.stderr
    assert "matches nothing: no post has #none; posts have #forum (2 posts)." in shown.stderr
    assert "2 posts are taken by forum and other, and count in each of them." in shown.stderr


def test_plan_check_says_of_each_rule_what_it_matches_and_what_counts_elsewhere(world: World) -> None:
    twice = CAMPAIGN.replace('{ hashtags = ["forum"] }', '[{ hashtags = ["forum"] }, { text = ["Post"] }]')
    named = f"https://www.facebook.com/{PAGE}/posts/122158000000000001"
    world.plan(twice + f'[[campaign]]\nid = "named"\nactivity = "1.2"\nname = "N"\nposts = ["{named}"]\n')
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10), post(2)))
    world.load()
    shown = reach("plan", "check", "--home", world.workspace.home)
    assert "rule 1: #forum, matches 2 posts, of which 1 is named by named and counts there alone" in shown.stdout
    assert "named: 1 post\n  1 named by the campaign" in shown.stdout
    assert "takes no post that is not taken already." not in shown.stderr


def test_plan_check_names_account_figures_that_nothing_uses(tmp_path: Path) -> None:
    days = "from = 2024-09-01, to = 2024-09-30"
    figures = ", ".join(
        f'{{ account = "facebook:1", metric = "{metric}", {days} }}'
        for metric in ("visits", "reach", 'reach", scope = "covers', *UNUSED)
    )
    project = '[project]\nname = "P"\ntimezone = "UTC"\n[[activity]]\nid = "1.1"\nname = "A"\n'
    plan = model.parse(f"{project}{CAMPAIGN}account_figures = [{figures}]\n", connectors.PLATFORMS.names)
    without_scope, *others = unused_figures(plan)
    assert "reach of facebook:1 in account_figures without a scope, so it bounds nothing" in without_scope
    assert [sentence.split()[3] for sentence in others] == UNUSED
    assert all("nothing uses it" in sentence for sentence in others)


UNUSED = ["viewers", "unique_visitors", "page_views", "views", "followers"]
