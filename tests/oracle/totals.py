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
    out |= bounds(online, plan, as_of)
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


def bounds(online: Sequence[Described], plan: Plan, as_of: date) -> dict[str, Any]:
    """Rule 2: the largest single reach, and the sum of what holds for each post's newest figures; a closed list caps it.

    Where that is not known of a post, the sum of the last that held, on the day of the oldest of them.
    docs/rules.md: A bound holds on its day.
    """
    zone, closed = plan.project.timezone, plan.project.audience_size
    lowest = [least for post in online if (least := least_of(post)) is not None]
    at_least, at_most = max(lowest, default=None), None
    uppers = [uppers_of(post, zone) for post in online]
    holding = [holding_of(post, zone) for post in online]
    out: dict[str, Any] = {"reach_known": sum("reach" in post.latest for post in online), "reach_on": None,
                           "reach_at_most_then": None}  # fmt: skip
    if online and None not in holding:
        at_most = sum(most or 0 for most in holding)
        out["reach_on"] = min(newest_day(post, zone) for post in online)
    is_closed = closed is not None and bool(online) and (at_least is None or at_least <= closed)
    if is_closed and (at_most is None or (closed or 0) < at_most):
        at_most, out["reach_on"] = closed, as_of
    if online and at_most is None and all(uppers):
        last_days = [max(on for _, on in upper) for upper in uppers]
        out["reach_on"] = min(last_days)
        out["reach_at_most_then"] = sum(
            min(most for most, on in upper if on == last) for upper, last in zip(uppers, last_days, strict=True)
        )
    return out | {"reach_at_least": at_least, "reach_at_most": at_most}


def newest_day(post: Described, zone: str) -> date:
    """The day of the newest figure in use of a post; far ahead where none is."""
    days = [day_of(reading.at, zone) for reading in post.latest.values()]
    return max(days, default=post.reach_by_days[2] if post.reach_by_days else date.max)


def least_of(post: Described) -> int | None:
    """How many accounts a post reached at the least, by its own figures."""
    if reading := post.latest.get("reach"):
        return spread(reading.value, reading.is_rounded)[0]
    return post.reach_by_days[0] if post.reach_by_days else None


def holding_of(post: Described, zone: str) -> int | None:
    """At most so many accounts saw a post by its newest figure: its reach if that is as new, else the least bound."""
    newest, reading = newest_day(post, zone), post.latest.get("reach")
    if reading and day_of(reading.at, zone) >= newest:
        return spread(reading.value, reading.is_rounded)[1]
    return min((most for most, on in uppers_of(post, zone) if on >= newest), default=None)


def uppers_of(post: Described, zone: str) -> list[tuple[int, date]]:
    """At most so many accounts saw a post by the end of a day: all that its own figures say."""
    out: list[tuple[int, date]] = []
    reading, least = post.latest.get("reach"), least_of(post) or 0
    if reading:
        out.append((spread(reading.value, reading.is_rounded)[1], day_of(reading.at, zone)))
    if post.reach_by_days and post.reach_by_days[1] is not None:
        out.append((post.reach_by_days[1], post.reach_by_days[2]))
    shown = post.latest.get("impressions")
    if shown and post.post[0] in COUNT_EVERY_DISPLAY:
        displays, on = spread(shown.value, shown.is_rounded)[1], day_of(shown.at, zone)
        if displays >= least:
            out.append((displays, on))
        if reading and shown.at > reading.at:
            before = [r for r in post.readings.get("impressions", ()) if r.at <= reading.at]
            then = max(before, key=lambda one: one.rank, default=None)
            if then and displays >= (seen := spread(then.value, then.is_rounded)[0]):
                out.append((spread(reading.value, reading.is_rounded)[1] + displays - seen, on))
    return out


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
    reached = [least_of(post) or 0 for post in posts if post.campaigns]
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
        asset_ids = {asset.id for asset in plan.assets if asset.campaign in ids}
        here = [post for post in posts if ids & set(post.campaigns)]
        shown = [post if post.asset in asset_ids else replace(post, asset=None) for post in here]
        out["activity_totals"][(activity.id,)] = measures_of(shown, as_of, plan)
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
        if not post.campaigns and not post.is_not_ours:
            out["unattributed_posts"][post.post] = row
    return out
