"""Which campaigns take a post."""

from __future__ import annotations

from collections.abc import Iterable

from tests.oracle.came_in import Post
from tests.oracle.days import day_of
from tests.oracle.decisions import decide
from tests.oracle.described import Described
from tests.oracle.history import World
from tests.oracle.texts import hashtags, match_key
from warehouse.plan.model import Campaign, Rule


def attribute(world: World, posts: dict[Post, Described]) -> None:
    """Explicit beats pattern, save in a shared campaign; a campaign's ``except`` leaves a post out; both days of a campaign are inclusive."""
    described_posts = {seen.post for load in world.in_force for seen in load.rows}
    typed = described_posts - {seen.post for load in world.in_force for seen in load.rows if seen.grade != "entered"}
    stands = world.joined(described_posts, typed)

    def meant(names: Iterable[str]) -> set[Post]:
        return {stands.get(post, post) for name in names for post in world.named(name, described_posts)}

    named = {campaign.id: meant(campaign.posts) for campaign in world.plan.campaigns}
    left_out = {campaign.id: meant(campaign.excluded) for campaign in world.plan.campaigns}
    for asset in world.plan.assets:
        for post in meant(asset.posts):
            named[asset.campaign].add(post)
            if post in posts and post not in left_out[asset.campaign]:
                posts[post].asset = asset.id
    in_plan: dict[Post, dict[str, str | None]] = {}
    for campaign in world.plan.campaigns:
        for post in named[campaign.id]:
            in_plan.setdefault(post, {})[campaign.id] = None
    for asset in world.plan.assets:
        for post in meant(asset.posts):
            in_plan[post][asset.campaign] = asset.id

    def post_of(name: str) -> Post | None:
        return next(iter(meant([name]) & {stands.get(post, post) for post in described_posts}), None)

    decided = decide(world.words, world.plan, post_of, in_plan, left_out)
    for post, campaigns in decided.campaigns.items():
        for campaign_id in campaigns:
            named[campaign_id].add(post)
    for post, asset_id in decided.assets.items():
        if post in posts:
            posts[post].asset = asset_id
    explicit = set().union(*named.values()) if named else set()
    for post, described in posts.items():
        described.campaigns = tuple(
            campaign.id
            for campaign in world.plan.campaigns
            if post not in left_out[campaign.id]
            and post not in decided.not_ours
            and (
                post in named[campaign.id]
                or ((post not in explicit or campaign.shared is True) and matches(world, described, campaign))
            )
        )
        described.is_not_ours = post in decided.not_ours


def matches(world: World, post: Described, campaign: Campaign) -> bool:
    if any(account.not_ours and account.id == f"{post.post[0]}:{post.account}" for account in world.plan.accounts):
        return False
    rules = campaign.match
    if campaign.starts or campaign.ends:
        if post.published is None:  # a page of a website has no day, and its site's name is enough
            rules = [rule for rule in rules if rule.accounts and post.kind == "page"]
        else:
            day = day_of(post.published, world.zone)
            if (campaign.starts and day < campaign.starts) or (campaign.ends and day > campaign.ends):
                return False
    return any(takes(world, rule, post) for rule in rules)


def takes(world: World, rule: Rule, post: Described) -> bool:
    """Within one rule every kind must hold; of a kind, any."""
    text = post.text or ""
    if rule.hashtags and not {match_key(tag.lstrip("#＃")) for tag in rule.hashtags} & hashtags(text):
        return False
    if rule.text and not any(match_key(part) in match_key(text) for part in rule.text):
        return False
    return not rule.accounts or any(goes_by(world, post, name) for name in rule.accounts)


def goes_by(world: World, post: Described, name: str) -> bool:
    """Accounts go by id, username or any name that they ever had."""
    platform = post.post[0]
    written = {post.account or "", f"{platform}:{post.account}"}
    names = {this_id for (p, this_id), ids in world.ids_of_names.items() if p == platform and post.account in ids}
    return name in written or match_key(name) in names | {match_key(post.account or "\0")}
