"""What people decided on single posts, as it counts beside the plan: the campaigns and assets that they belong to."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from connectors.contract import NOT_OURS, TAKEN_BACK
from warehouse.decisions import Decision, Standing, last_of_each, missing, resolved, without_effect, written
from warehouse.figure_words import NoSuchFigure, key_of
from warehouse.named_posts import Names, Post
from warehouse.plan.mistakes import shown
from warehouse.plan.model import Plan
from warehouse.plan.named_lines import Line, campaigns_named, lines_of


class Given(NamedTuple):
    """A post that was given to a campaign."""

    post: Post
    campaign_id: str
    asset_id: str | None
    reason: str


@dataclass(frozen=True)
class OfPosts:
    """The posts that were given to campaigns, and those that count towards nothing, with the reason.

    ``lasting`` are the decisions that no later one takes the place of, ``without_effect`` those that count nothing.
    """

    given: tuple[Given, ...] = ()
    not_ours: Mapping[Post, str] = field(default_factory=dict)
    lasting: tuple[Standing, ...] = ()
    without_effect: tuple[Standing, ...] = ()


def of_posts(
    decisions: Iterable[Decision],
    plan: Plan,
    names: Names,
    named: Collection[tuple[Post, str, str | None]],
    left_out: Collection[tuple[Post, str]],
) -> OfPosts:
    """What was decided on single posts, as it counts beside the plan.

    Args:
        names: with each joined post as the one that stands for it.
        named: the posts that the plan names: post, campaign, asset.
        left_out: the posts that a campaign of the plan leaves out: post, campaign.
    """
    lines = [line for line in lines_of(plan) if line.is_campaign]
    on_posts = [(resolved(one.post, names), one) for one in decisions if not one.other_post]
    last, unclear = last_of_each(on_posts, lambda one: _meaning(one, lines, plan))
    given, not_ours, lasting = list[Given](), dict[Post, str](), list[Standing]()
    for one in last:
        if one.decided == TAKEN_BACK:
            continue
        stands, post = Standing(one, written(one.post, names)), names[one.post]
        if isinstance(post, str):
            lasting.append(stands._replace(why_not=missing([one.post], names)))
            continue
        by_plan = {campaign: asset for named_post, campaign, asset in named if named_post == post}
        if one.decided == NOT_OURS:
            if by_plan:
                stands = stands._replace(why_not=f"{stands.post} is not ours here, and {_by_plan(by_plan)}")
            else:
                not_ours[post] = one.reason
        else:
            excepted = {campaign for left_post, campaign in left_out if left_post == post}
            stands = _of_campaigns(stands, plan, lines, by_plan, excepted)
            if not stands.why_not:
                of_asset = {asset.campaign for asset in plan.assets if asset.id == stands.asset_id}
                given += [
                    Given(post, campaign, stands.asset_id if campaign in of_asset else None, one.reason)
                    for campaign in stands.campaign_ids
                ]
        lasting.append(stands)
    return OfPosts(tuple(given), not_ours, tuple(lasting), without_effect(lasting, unclear))


def _of_campaigns(
    stands: Standing,
    plan: Plan,
    lines: Sequence[Line],
    by_plan: Mapping[str, str | None],
    excepted: Collection[str],
) -> Standing:
    """A decision with the campaigns and the asset that it names, or why it counts nothing."""
    one = stands.decision
    try:
        asset_id, campaigns = _asset(one.asset, _campaigns(one.campaigns, lines), plan)
    except NoSuchFigure as error:
        return stands._replace(why_not=str(error).removesuffix("."))
    stands = stands._replace(campaign_ids=campaigns, asset_id=asset_id)
    if by_plan and not by_plan.keys() >= set(campaigns):
        return stands._replace(why_not=f"gives {stands.post} to {', '.join(campaigns)}, and {_by_plan(by_plan)}")
    others = {asset for campaign, asset in by_plan.items() if campaign in campaigns and asset not in (None, asset_id)}
    if asset_id and others:
        why = f"gives {stands.post} to {asset_id}, and the plan names it in {', '.join(sorted(filter(None, others)))}"
        return stands._replace(why_not=f"{why}; {_COUNTS}")
    if out := sorted(set(campaigns).intersection(excepted)):
        why = (
            f"gives {stands.post} to {', '.join(campaigns)}, and the plan leaves it out of {', '.join(out)}; {_COUNTS}"
        )
        return stands._replace(why_not=why)
    return stands


def _meaning(one: Decision, lines: Sequence[Line], plan: Plan) -> tuple[object, ...]:
    """What a decision says, whether it names a campaign and an asset by their ids or their names."""
    try:
        asset_id, campaigns = _asset(one.asset, _campaigns(one.campaigns, lines), plan)
    except NoSuchFigure:
        return one.decided, one.campaigns, one.asset
    return one.decided, frozenset(campaigns), asset_id


_COUNTS = "the plan counts; change it, or take this back"


def _by_plan(by_plan: Mapping[str, str | None]) -> str:
    return f"the plan names it in {', '.join(sorted(by_plan))}; {_COUNTS}"


def _campaigns(words: str | None, lines: Sequence[Line]) -> tuple[str, ...]:
    """The ids of the campaigns that a cell names, several with a semicolon or a line between them.

    Raises:
        NoSuchFigure: the plan has none of that name.
    """
    if not words:
        return ()
    if key_of(words) in {key_of(name) for line in lines for name in (line.id, line.name, *line.names)}:
        return campaigns_named(words, lines)
    parts = [part.strip() for part in words.replace("\n", ";").split(";") if part.strip()]
    try:
        return tuple(dict.fromkeys(campaign for part in parts for campaign in campaigns_named(part, lines)))
    except NoSuchFigure as error:
        raise NoSuchFigure(str(error).replace("campaign or activity", "campaign")) from None


def _asset(word: str | None, campaigns: tuple[str, ...], plan: Plan) -> tuple[str | None, tuple[str, ...]]:
    """The asset that a cell names, and the campaigns, that of the asset where none was given.

    Raises:
        NoSuchFigure: the plan has no such asset of these campaigns, or several.
    """
    if not word:
        return None, campaigns
    assets = [asset for asset in plan.assets if not campaigns or asset.campaign in campaigns]
    meant = [asset for asset in assets if asset.id == word] or [
        asset for asset in assets if key_of(word) in map(key_of, filter(None, (asset.id, asset.name, asset.name_km)))
    ]
    if len({asset.id for asset in meant}) > 1:
        several = ", ".join(asset.id for asset in meant)
        raise NoSuchFigure(
            f"{shown(word)} is the name of several assets: write the id of the one you mean ({several})."
        )
    if len({asset.campaign for asset in meant}) > 1 and not campaigns:
        several = ", ".join(sorted({asset.campaign for asset in meant}))
        raise NoSuchFigure(f"The asset {shown(word)} is one of several campaigns: write the campaign, too ({several}).")
    if not meant:
        near = difflib.get_close_matches(word[:200], [asset.id for asset in assets], n=1)
        there = f"the nearest is {near[0]}" if near else f"there are: {', '.join(a.id for a in assets) or 'none'}"
        whose = f" of {', '.join(campaigns)}" if campaigns else ""
        raise NoSuchFigure(f"There is no asset {shown(word)}{whose}; {there}.")
    return meant[0].id, campaigns or (meant[0].campaign,)
