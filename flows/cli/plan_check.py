"""``reach plan check``: the plan's mistakes with their lines, and what each rule takes of what is loaded."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from flows.cli import screen
from flows.steps import mailing, night, plan_files
from flows.steps.night import GoodPlan
from flows.steps.settings import Workspace
from warehouse.day import Day
from warehouse.figures import plan_rules
from warehouse.plan.model import Plan, PlanError
from warehouse.readings.latest import POST
from warehouse.texts import number_of


def check(workspace: Workspace) -> tuple[int, bool]:
    """Prints what is found; the exit status, 0, or 2 where the plan is wrong, and whether every rule takes a post."""
    try:
        file = plan_files.read(workspace)
        good = plan_files.plan_of(file)
    except OSError:
        screen.warn(f"{workspace.plan_file} is not there or cannot be read.")
        return 2, False
    except PlanError as error:
        for mistake in error.mistakes:
            screen.warn(mistake.text)
        return 2, False
    screen.say(
        f"The plan is sound: {len(good.activities)} {'activity' if len(good.activities) == 1 else 'activities'}, "
        f"{number_of(len(good.campaigns), 'campaign')}, {number_of(len(good.assets), 'asset')}, "
        f"{number_of(len(good.indicators), 'indicator')}."
    )
    for sentence in unused_figures(good):
        screen.warn(f"{file.name}: {sentence}")
    for sentence in mailing.mistakes(workspace, good):
        screen.warn(sentence)
    if not workspace.warehouse_file.exists():
        screen.say("Nothing is loaded yet, so what its rules take cannot be said.")
        return 0, True
    return _against_posts(workspace, night.GoodPlan(good, file.content), file.name)


def unused_figures(plan: Plan) -> Iterator[str]:
    """A sentence for each account figure of the plan that nothing uses: all but visits, and reach with a scope."""
    for campaign in plan.campaigns:
        for figure in campaign.account_figures:
            named = f'campaign "{campaign.id}" has {figure.metric} of {figure.account} in account_figures'
            if figure.metric == "reach" and not figure.scope:
                yield f"{named} without a scope, so it bounds nothing: add scope, or take it out."
            elif figure.metric not in ("reach", "visits"):
                yield f"{named}, and nothing uses it: visits add up, reach with a scope bounds; take it out."


def _against_posts(workspace: Workspace, sound: GoodPlan, name: str) -> tuple[int, bool]:
    good = sound.plan
    day = night.read_state(workspace, sound, night.default_day(good))
    attributed, wrong = day.attribution, day.warnings
    for sentence in wrong:
        screen.warn(f"{name}: {sentence}.")
    for sentence in filter(None, [plan_rules.nothing_counts(day)]):
        screen.warn(sentence.removesuffix(plan_rules.SEE_PLAN_CHECK).rstrip())
    _say_rules(day, name)
    moved = day.moved_by_date_order
    for campaign_id, count in moved.group_by("campaign_id", maintain_order=True).len().iter_rows():
        screen.warn(
            f"{campaign_id}: {number_of(count, 'post')} would fall out of it or come into it if day and month of "
            "their sheet stood the other way round; date_order in reach.toml says it, and the report names them."
        )
    shared = (
        attributed.taken.group_by(POST)
        .agg(pl.col("campaign_id").unique().sort())
        .filter(pl.col("campaign_id").list.len() > 1)
    )
    for campaigns, count in shared.group_by("campaign_id").len().sort("campaign_id").iter_rows():
        are_taken = "is taken" if count == 1 else "are taken"
        screen.warn(
            f"{name}: {number_of(count, 'post')} {are_taken} by {' and '.join(campaigns)}, and "
            f"{'counts' if count == 1 else 'count'} in each of them."
        )
    return (2 if wrong else 0), all(each.posts for each in plan_rules.matched(day))


def _say_rules(day: Day, plan_name: str) -> None:
    """Prints what each campaign takes by names and by each rule; warns of rules that take nothing, and says why."""
    why = plan_rules.WhyNothing(day)
    rules = plan_rules.matched(day)
    for campaign in day.plan.campaigns:
        taken = day.attribution.taken.filter(pl.col("campaign_id") == campaign.id)
        screen.say(f"{campaign.id}: {number_of(taken.height, 'post')}")
        by_name = taken.join(day.attribution.named, on=[*POST, "campaign_id"], how="semi")
        for name, count in by_name.group_by("rule").len().sort("rule").iter_rows():
            screen.say(f"  {count} {name}")
        for each in rules:
            if each.campaign.id != campaign.id:
                continue
            where = f'{plan_name}: campaign "{campaign.id}", {each.name}'
            screen.say(f"  {each.name}, {each.sentence}")
            if not each.posts:
                screen.warn(f"{where}, matches nothing: {why.sentence(campaign, each.rule)}.")
                continue
            if each.already == each.posts:
                screen.warn(f"{where}, takes no post that is not taken already.")
            for sentence in why.words_of_no_post(each.rule):
                screen.warn(f"{where}: {sentence}.")
