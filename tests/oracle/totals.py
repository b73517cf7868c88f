"""Totals of groups of posts, and the tables that they fill."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.oracle.came_in import ADDITIVE, ENGAGEMENTS, IN_ORDER, METRICS, WITHOUT_SAVES, File, Tables
from tests.oracle.days import day_of
from tests.oracle.described import Described
from tests.oracle.history import World
from tests.oracle.posts import posts as posts_of
from tests.oracle.reach_by_days import spread
from warehouse.plan.model import Plan

COUNT_EVERY_DISPLAY = ("facebook", "instagram", "linkedin", "x")  # DECISIONS, Figures: impressions stand in for reach
STALE_AFTER = timedelta(days=14)


class Either:
    """A cell of which two sources say different things at one instant: the page does not say which of them stands."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


EITHER = Either()


def counted_once(posts: Sequence[Described]) -> list[Described]:
    """One post, one vote: of the pages that show one video, whose figures are the same, one where it is still there."""
    last_to_first = sorted(
        posts, key=lambda post: (post.gone is not None, -(post.gone or date.min).toordinal(), post.post)
    )
    return list({post.counts_as: post for post in reversed(last_to_first)}.values())


def measures(posts: Iterable[Described], as_of: date, plan: Plan) -> dict[str, Any]:
    """The measures of a total; what no post knows is null, not 0.

    docs/rules.md: Unknown is not zero.
    """
    everything = list(posts)
    online = counted_once([post for post in everything if not post.is_outreach])
    zone = plan.project.timezone
    out: dict[str, Any] = {
        "posts": len(online),
        "outreach": sum(post.is_outreach for post in everything),
        "posts_gone": sum(post.gone is not None for post in online) if any(p.is_watched for p in online) else None,
        "stale": sum(as_of - day_of(post.observed, zone) > STALE_AFTER for post in online),
        "approximate": sum(any(r.is_rounded for r in post.latest.values()) for post in online),
        "entered": sum(any(r.grade == "entered" for r in post.latest.values()) for post in online),
    }
    for metric in ADDITIVE:
        values = [post.latest[metric].value for post in online if metric in post.latest]
        out[metric] = sum(values) if values else None
        out[f"{metric}_known"] = len(values)
    engaged = [[post.latest[m].value for m in ENGAGEMENTS if m in post.latest] for post in online]
    out["engagements"] = sum(sum(parts) for parts in engaged) if any(engaged) else None
    out["engagements_known"] = sum(bool(parts) for parts in engaged)
    out["engagements_whole"] = sum(knows_all(post, set(post.latest)) for post in online)
    out |= bounds(online, plan)
    # A row whose cells are all empty is seen, and no reading of anything.
    in_use = [at for post in online for at in {r.at for r in post.latest.values()}]
    out["read_from"], out["read_to"] = min(in_use, default=None), max(in_use, default=None)
    untils = [r.until for post in online for r in post.latest.values() if r.until]
    out["read_until"] = max(untils, default=None)
    return out


def knows_all(post: Described, metrics: set[str]) -> bool:
    """Whether these are all engagements that the post's platform reports.

    docs/rules.md: Verdicts are proved.
    """
    reported = set(ENGAGEMENTS) - ({"saves"} if post.post[0] in WITHOUT_SAVES else set())
    return reported <= metrics


def bounds(online: Sequence[Described], plan: Plan) -> dict[str, int | None]:
    """Rule 2: the largest single reach, and the sum, in which impressions may stand in; a closed list caps that."""
    at_most = 0 if online else None
    lowest = []
    for post in online:
        least, most = reach_of(post)
        lowest += [] if least is None else [least]
        at_most = None if at_most is None or most is None else at_most + most
    at_least = max(lowest, default=None)
    closed = plan.project.audience_size
    if closed is not None and online and (at_least is None or at_least <= closed):
        at_most = closed if at_most is None else min(at_most, closed)
    return {
        "reach_at_least": at_least,
        "reach_at_most": at_most,
        "reach_known": sum("reach" in post.latest for post in online),
    }


def reach_of(post: Described) -> tuple[int | None, int | None]:
    """How many accounts a post reached at the least and at the most, by its own figures."""
    if reading := post.latest.get("reach"):
        return spread(reading.value, reading.is_rounded)
    shown = post.latest.get("impressions") if post.post[0] in COUNT_EVERY_DISPLAY else None
    least, most = post.reach_by_days or (None, None)
    uppers = [most, spread(shown.value, shown.is_rounded)[1] if shown else None]
    return least, min((one for one in uppers if one is not None), default=None)


def tables(history: Sequence[File], plan: Plan, as_of: date) -> Tables:
    """Every table of totals, the posts, and those that no campaign took, as of a day."""
    return totals(list(posts_of(World(history, plan), as_of).values()), plan, as_of)


def of_campaign(posts: Iterable[Described], campaign_id: str, plan: Plan) -> list[Described]:
    """A campaign's posts; one that shows another campaign's asset shows none of its own."""
    asset_ids = {asset.id for asset in plan.assets if asset.campaign == campaign_id}
    taken = (post for post in posts if campaign_id in post.campaigns)
    return [post if post.asset in asset_ids else replace(post, asset=None) for post in taken]


def totals(
    posts: Sequence[Described],
    plan: Plan,
    as_of: date,
    measures_of: Callable[[Iterable[Described], date, Plan], dict[str, Any]] = measures,
) -> Tables:
    """The posts grouped as each table wants them; ``measures_of`` makes the measures of a group."""
    zone, size = plan.project.timezone, plan.project.audience_size
    reached = [reach_of(post)[0] or 0 for post in posts if post.campaigns]
    if size is not None and max(reached, default=0) > size:  # one post above it proves that the list is not closed
        plan = plan.model_copy(update={"project": plan.project.model_copy(update={"audience_size": None})})
    taken = {campaign.id: of_campaign(posts, campaign.id, plan) for campaign in plan.campaigns}
    out: Tables = {
        name: {}
        for name in ("campaign_totals", "activity_totals", "project_totals", "platform_totals", "kind_totals",
                     "organisation_totals", "account_totals", "asset_totals", "stage_totals", "post_totals",
                     "unattributed_posts")
    }  # fmt: skip
    for campaign in plan.campaigns:
        campaign_posts = taken[campaign.id]
        days = [day_of(post.published, zone) for post in campaign_posts if post.published and not post.is_outreach]
        out["campaign_totals"][(campaign.id,)] = {
            **measures_of(campaign_posts, as_of, plan),
            "first_published_on": min(days, default=None),
            "last_published_on": max(days, default=None),
        }
        by: dict[str, Callable[[Described], tuple[Any, ...]]] = {
            "platform_totals": lambda post: (post.post[0],),
            "kind_totals": lambda post: (post.kind,),
            "organisation_totals": lambda post: (post.organisation,),
            "account_totals": lambda post: (post.post[0], post.account),
        }
        for name, key in by.items():
            for group_key in {key(post) for post in campaign_posts}:
                group = [post for post in campaign_posts if key(post) == group_key]
                out[name][(campaign.id, *group_key)] = measures_of(group, as_of, plan)
        assets = [asset for asset in plan.assets if asset.campaign == campaign.id]
        for asset in assets:
            group = [post for post in campaign_posts if post.asset == asset.id]
            out["asset_totals"][campaign.id, asset.id] = {**measures_of(group, as_of, plan), "stage": asset.stage}
        for step, stage in enumerate(campaign.stages):
            reached = {a.id for a in assets if a.stage and campaign.stages.index(a.stage) >= step}
            group = [post for post in campaign_posts if post.asset in reached]
            out["stage_totals"][campaign.id, stage] = {
                **measures_of(group, as_of, plan),
                "assets": len(reached),
                "counted": campaign.counted.get(stage),
            }
    for activity in plan.activities:
        ids = {campaign.id for campaign in plan.campaigns if campaign.activity == activity.id}
        out["activity_totals"][(activity.id,)] = measures_of([p for p in posts if ids & set(p.campaigns)], as_of, plan)
    out["project_totals"][()] = measures_of([post for post in posts if post.campaigns], as_of, plan)
    for post in posts:
        row = {
            "kind": post.kind,
            "text": post.text,
            "url": post.url,
            "published_at": post.published,
            "account_id": post.account,
            "account_name": post.account_name,
            "organisation": post.organisation,
            "asset_id": post.asset,
            "campaign_ids": ";".join(post.campaigns) or None,
            "observed_at": post.observed,
            "read_until": max((r.until for r in post.latest.values() if r.until), default=None),
            "figures_read_from": min(
                (post.latest[m].at for m in ("views", "reach", "likes", "comments", "shares") if m in post.latest),
                default=None,
            ),
            "rounded": ";".join(m for m in IN_ORDER if m in post.latest and post.latest[m].is_rounded) or None,
            "is_crosspost": post.is_crosspost,
            "gone_since": post.gone,
            **{m: post.latest[m].value if m in post.latest else None for m in METRICS},
        }
        names = {"published": "published_at"}
        row |= {names.get(name, name): EITHER for name in post.undecided if names.get(name, name) in row}
        out["post_totals"][post.post] = row
        if not post.campaigns:
            out["unattributed_posts"][post.post] = row
    return out
