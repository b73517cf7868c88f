"""Which campaign owns which post, and why: the plan's names and rules against what was published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from warehouse import decided_posts
from warehouse.decided_posts import OfPosts
from warehouse.decisions import Decision, Standing
from warehouse.named_posts import Names, Post
from warehouse.plan.model import Campaign, Plan, Rule
from warehouse.readings.latest import BY_NAMES, IS_UNDATED_PAGE, POST, day_of
from warehouse.texts import hashtag_pattern, match_key, matchable, text_pattern

_COLUMNS = {
    "platform": pl.String,
    "post_id": pl.String,
    "campaign_id": pl.String,
    "activity_id": pl.String,
    "asset_id": pl.String,
    "stage": pl.String,
    "rule": pl.String,
}


@dataclass(frozen=True)
class Attribution:
    """``taken``: ``platform, post_id, campaign_id, activity_id, asset_id, stage, rule``, a row a post and campaign.

    ``matched`` has these columns, too, and a row for each post that a rule matches, whether or not it counts by it;
    ``named`` a row for each post that a campaign or its asset names, ``excepted`` (``platform, post_id, campaign_id``)
    one for each that a campaign leaves out. ``not_ours`` (``platform, post_id, rule``) has the posts of which somebody
    decided that they count towards nothing, ``decided`` every decision on posts that stands, ``by_plan`` the posts that
    the plan itself names. ``without_effect`` are decisions that count nothing. ``unresolved`` says, in a sentence each,
    which names of the plan name no loaded post, or several, or a post that is left out.
    """

    taken: pl.DataFrame
    matched: pl.DataFrame
    named: pl.DataFrame
    excepted: pl.DataFrame
    not_ours: pl.DataFrame
    decided: tuple[Standing, ...]
    by_plan: frozenset[Post]
    without_effect: tuple[Standing, ...]
    unresolved: tuple[str, ...]


def attribute(
    posts: pl.DataFrame, account_names: pl.DataFrame, plan: Plan, names: Names, decided: Iterable[Decision] = ()
) -> Attribution:
    """Attributes posts to campaigns.

    A campaign takes the posts that it or its assets name, and those published inside its dates (days of the
    reporting zone, both inclusive) that one of its rules matches. A website's page has no day of publication: a rule
    that names its site takes it whatever the dates. No rule takes a post of a page that the plan calls not ours. A post
    named by one campaign is taken from the others' patterns, not from their names; a campaign that the plan calls
    shared keeps it. A post that somebody ``decided`` on counts like one that the plan names, unless the plan names it.

    Args:
        posts: a row a post, as :func:`warehouse.readings.latest.newest` describes it.
        account_names: ``platform, account_id, alias``.
        names: :func:`warehouse.named_posts.resolve`'s, where posts were joined with the one that stands for them.
    """
    by_plan, excluded, unresolved = _named_by_plan(plan, names)
    of_decisions = _decided(decided, plan, names, by_plan, excluded)
    by_name = _with_decided(by_plan, of_decisions, plan)
    candidates = _candidates(posts, plan)
    by_rule = [
        _row(matched, campaign, rule_name(number, rule))
        for campaign in plan.campaigns
        for number, rule, matched in _matches(candidates, account_names, campaign, plan)
    ]
    key = ["platform", "post_id", "campaign_id"]
    is_named = pl.DataFrame([(*k, *why) for k, why in by_name.items()], schema=_COLUMNS, orient="row")
    not_ours = pl.DataFrame(
        [(*post, why) for post, why in of_decisions.not_ours.items()], schema=_NOT_OURS_BY, orient="row"
    )
    matched = pl.concat([is_named.clear(), *by_rule])
    by_first_rule = matched.unique(key, keep="first", maintain_order=True)
    is_shared = pl.col("campaign_id").is_in([campaign.id for campaign in plan.campaigns if campaign.shared])
    unnamed = by_first_rule.filter(~is_shared).join(is_named, on=["platform", "post_id"], how="anti")
    shared = by_first_rule.filter(is_shared).join(is_named, on=key, how="anti")
    is_excepted = pl.DataFrame(excluded, schema=dict.fromkeys(key, pl.String), orient="row").unique()
    taken = pl.concat([is_named, unnamed, shared]).join(is_excepted, on=key, how="anti")
    taken = taken.join(not_ours, on=POST, how="anti").sort(BY_NAMES).sort("campaign_id", maintain_order=True)
    lasting, without_effect = of_decisions.lasting, of_decisions.without_effect
    posts_by_plan = frozenset((platform, post_id) for platform, post_id, _ in by_plan)
    told = tuple(dict.fromkeys(unresolved))
    return Attribution(taken, matched, is_named, is_excepted, not_ours, lasting, posts_by_plan, without_effect, told)


_ByName = dict[tuple[str, str, str], tuple[str, str | None, str | None, str]]
"""What the plan names: post and campaign, with the activity, the asset, its stage, and why."""
_NOT_OURS_BY = dict.fromkeys((*POST, "rule"), pl.String)


def _named_by_plan(plan: Plan, names: Names) -> tuple[_ByName, list[tuple[str, str, str]], list[str]]:
    """The posts that the plan names, those that its campaigns leave out, and sentences on unclear names."""
    unresolved: list[str] = []

    def named(references: Iterable[str], where: str) -> list[Post]:
        named_posts = []
        for reference in references:
            match = names[reference]
            if isinstance(match, str):
                unresolved.append(f"{where} names {reference}, which {match}")
            else:
                named_posts.append(match)
        return named_posts

    for same in plan.same:
        named(same.posts, "[[same]]")
    activity = {c.id: c.activity for c in plan.campaigns}
    excluded = [(*post, c.id) for c in plan.campaigns for post in named(c.excluded, f'campaign "{c.id}", except,')]
    by_name: _ByName = {
        (*post, c.id): (activity[c.id], None, None, "named by the campaign")
        for c in plan.campaigns
        for post in named(c.posts, f'campaign "{c.id}"')
    } | {
        (*post, a.campaign): (activity[a.campaign], a.id, a.stage, f"named by the asset {a.id}")
        for a in plan.assets
        for post in named(a.posts, f'asset "{a.id}"')
    }
    unresolved += _named_and_left_out(by_name.keys() & {*excluded})
    return by_name, excluded, unresolved


def _decided(
    decided: Iterable[Decision], plan: Plan, names: Names, by_name: _ByName, excluded: Iterable[tuple[str, str, str]]
) -> OfPosts:
    named = [((platform, post_id), campaign, why[1]) for (platform, post_id, campaign), why in by_name.items()]
    left_out = [((platform, post_id), campaign) for platform, post_id, campaign in excluded]
    return decided_posts.of_posts(decided, plan, names, named, left_out)


def _with_decided(by_name: _ByName, of_decisions: OfPosts, plan: Plan) -> _ByName:
    """What is named, with the posts that were given to campaigns; what the plan says of one in a campaign stands."""
    activity = {campaign.id: campaign.activity for campaign in plan.campaigns}
    stage = {(asset.campaign, asset.id): asset.stage for asset in plan.assets}
    given: _ByName = {
        (*one.post, one.campaign_id): (
            activity[one.campaign_id], one.asset_id, stage.get((one.campaign_id, one.asset_id or "")), one.reason
        )
        for one in of_decisions.given
    }  # fmt: skip
    return given | {key: why for key, why in by_name.items() if why[1] or not (key in given and given[key][1])}


def _named_and_left_out(posts: Iterable[tuple[str, str, str]]) -> list[str]:
    return [
        f'campaign "{campaign_id}", or an asset of it, names {platform}:{post_id}, which its except leaves out, '
        "so that it does not count"
        for platform, post_id, campaign_id in sorted(posts)
    ]


def nearest_rules(posts: pl.DataFrame, account_names: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """For each post the rule that came nearest to taking it, and what it lacked: ``platform, post_id, nearest``.

    Rows are in the order of ``posts``, of which the columns that :func:`attribute` looks at are needed.
    Nearest is the rule of which the fewest conditions fail, dates included; a rule of which no word,
    hashtag or account holds is no neighbour.
    """
    names: list[str] = []
    lacks, ranks = [], []
    for campaign in plan.campaigns:
        for number, rule in enumerate(campaign.match, 1):
            holds = conditions(rule, account_names)
            missing = [(~holds_here.fill_null(False), pl.lit(_LACKS[kind])) for kind, holds_here in holds.items()]
            lacking = [*missing, *_out_of_time(campaign, rule, plan), (is_not_ours(plan), pl.lit(_NOT_OURS))]
            count = pl.sum_horizontal(is_lacking.cast(pl.Int32) for is_lacking, _ in lacking)
            ranks.append(pl.when(pl.any_horizontal(*holds.values())).then(count * _MOST_RULES + len(names)))
            names.append(f"{campaign.id}, rule {number}: ")
            lacks.append(lacking)
    nearest = pl.min_horizontal(*ranks) if ranks else pl.lit(None, pl.Int32)
    ranked = (
        posts.lazy()
        .with_columns(matchable(pl.col("text")).alias("matchable"))
        .with_columns((nearest % _MOST_RULES).alias("rule"))
        .with_row_index("rank")
        .collect()
    )
    told = [ranked.filter(pl.col("rule").is_null()).select("rank", *POST, pl.lit(None, pl.String).alias("nearest"))]
    for number, (name, lacking) in enumerate(zip(names, lacks, strict=True)):  # few texts: each post has one
        texts = [pl.when(is_lacking).then(text) for is_lacking, text in lacking]
        sentence = pl.concat_str(pl.lit(name), pl.concat_str(*texts, separator="; ", ignore_nulls=True))
        told.append(ranked.filter(pl.col("rule") == number).select("rank", *POST, sentence.alias("nearest")))
    return pl.concat(told).sort("rank").drop("rank")


def _out_of_time(campaign: Campaign, rule: Rule, plan: Plan) -> list[tuple[pl.Expr, pl.Expr]]:
    """How a post may lie outside of a campaign's dates: whether it does, and what that is called; one at most holds."""
    if campaign.starts is None and campaign.ends is None:
        return []
    day = day_of(pl.col("published_at"), plan.project.timezone)
    early = (pl.lit(campaign.starts, pl.Date) - day).dt.total_days()
    late = (day - pl.lit(campaign.ends, pl.Date)).dt.total_days()
    is_early = (early > 0).fill_null(False)
    return [
        (IS_UNDATED_PAGE & (not rule.accounts), pl.lit(_PAGE_WITHOUT_DAY)),
        (day.is_null() & ~IS_UNDATED_PAGE.fill_null(False), pl.lit("its day of publication is not known")),
        (is_early, pl.format("published {} before it starts", _days(early))),
        ((late > 0).fill_null(False) & ~is_early, pl.format("published {} after it ends", _days(late))),
    ]


def rule_name(number: int, rule: Rule) -> str:
    """What a rule is called: its number in its campaign, from 1, and what it asks for."""
    return f"rule {number}: {described(rule)}"


def described(rule: Rule) -> str:
    """A rule in words."""
    parts = (
        " or ".join(f"#{h}" for h in rule.hashtags),
        " or ".join(f'"{t}"' for t in rule.text),
        " or ".join(rule.accounts),
    )
    return ", ".join(p for p in parts if p)


def ambiguous_accounts(account_names: pl.DataFrame, plan: Plan) -> tuple[str, ...]:
    """A sentence for each account name in a rule that names two accounts of one platform."""
    wanted = {match_key(a): a for c in plan.campaigns for r in c.match for a in r.accounts}
    several = (
        account_names.filter(pl.col("alias").is_in(list(wanted)))
        .group_by("platform", "alias")
        .agg(pl.col("account_id").unique().sort())
        .filter(pl.col("account_id").list.len() > 1)
        .sort("platform", "alias")
    )
    return tuple(
        f'a rule names the account "{wanted[alias]}", but {len(ids)} accounts on {platform} have that name: '
        f"write the id of the one you mean ({', '.join(f'{platform}:{i}' for i in ids)})"
        for platform, alias, ids in several.iter_rows()
    )


def accounts_named_twice(account_names: pl.DataFrame, plan: Plan) -> tuple[str, ...]:
    """A sentence for each two accounts of the plan that are one, as its number and its handle are."""
    planned = pl.DataFrame(
        [(each.platform, each.account_id, match_key(each.account_id)) for each in plan.accounts],
        schema=dict.fromkeys(("platform", "planned_id", "alias"), pl.String),
        orient="row",
    )
    ids = planned.select("platform", pl.col("planned_id").alias("account_id"))
    twice = (
        planned.join(account_names, on=["platform", "alias"])
        .filter(pl.col("account_id") != pl.col("planned_id"))
        .join(ids, on=["platform", "account_id"], how="semi")
        .select("platform", "planned_id", "account_id")
        .unique()
        .sort("platform", "planned_id")
    )
    return tuple(
        f"{platform}:{one} and {platform}:{other} are one account, which counts as {platform}:{other}: "
        f'keep one of the two, with also = ["…"] for the other name'
        for platform, one, other in twice.iter_rows()
    )


_MOST_RULES = 1_000_000
"""More rules than any plan has: how many conditions a rule lacks and its place are packed into one number."""

_PAGE_WITHOUT_DAY = (
    "a page of a website has no day of publication: name it in the campaign's posts, or its site in the rule's accounts"
)
_LACKS = {"hashtags": "the hashtag is missing", "text": "the words are missing", "accounts": "it is another account's"}


def _candidates(posts: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """The posts that a rule of any campaign may take by their day, with their texts folded: that is done once for all.

    ``platform, post_id, account_id, kind, published_at, matchable``.
    """
    has_rules = [campaign for campaign in plan.campaigns if campaign.match]
    is_any_open = (
        pl.any_horizontal(*(is_open(campaign, plan) for campaign in has_rules)) if has_rules else pl.lit(False)
    )
    described = (*POST, "account_id", "kind", "published_at")
    # Lazily, since only then the folding of texts takes all cores.
    within = posts.lazy().filter((is_any_open | IS_UNDATED_PAGE) & ~is_not_ours(plan))
    return within.select(*described, matchable(pl.col("text")).alias("matchable")).collect()


def is_open(campaign: Campaign, plan: Plan) -> pl.Expr:
    """Whether a post was published inside of a campaign's dates."""
    day = day_of(pl.col("published_at"), plan.project.timezone)
    is_inside = pl.lit(True)
    if campaign.starts:
        is_inside &= day >= campaign.starts
    if campaign.ends:
        is_inside &= day <= campaign.ends
    return is_inside.fill_null(False)


def _matches(
    candidates: pl.DataFrame, account_names: pl.DataFrame, campaign: Campaign, plan: Plan
) -> Iterable[tuple[int, Rule, pl.DataFrame]]:
    if not campaign.match:
        return
    is_in_dates = is_open(campaign, plan)
    inside = candidates.filter(is_in_dates | IS_UNDATED_PAGE)
    for number, rule in enumerate(campaign.match, 1):
        is_in_time = [] if rule.accounts else [is_in_dates]
        yield number, rule, inside.filter(*conditions(rule, account_names).values(), *is_in_time)


def conditions(rule: Rule, account_names: pl.DataFrame) -> dict[str, pl.Expr]:
    """What must hold, by kind: any hashtag, any text, any account."""
    holds = {}
    if rule.hashtags:
        holds["hashtags"] = pl.any_horizontal(
            pl.col("matchable").str.contains(hashtag_pattern(h)) for h in rule.hashtags
        )
    if rule.text:
        holds["text"] = pl.any_horizontal(pl.col("matchable").str.contains(text_pattern(t)) for t in rule.text)
    if rule.accounts:
        meant = account_names.filter(pl.col("alias").is_in([match_key(a) for a in rule.accounts]))
        keys = meant.select(pl.format("{}:{}", "platform", "account_id")).to_series().to_list()
        holds["accounts"] = pl.format("{}:{}", "platform", "account_id").is_in(keys)
    return holds


_NOT_OURS = "the plan says that its page is not ours"


def is_not_ours(plan: Plan) -> pl.Expr:
    """Whether a post is of a page that the plan calls not ours."""
    ids = [account.id for account in plan.accounts if account.not_ours]
    return pl.format("{}:{}", "platform", "account_id").is_in(ids).fill_null(False)


def _days(count: pl.Expr) -> pl.Expr:
    return pl.when(count == 1).then(pl.lit("1 day")).otherwise(pl.format("{} days", count))


def _row(matched: pl.DataFrame, campaign: Campaign, rule: str) -> pl.DataFrame:
    values = {
        "campaign_id": campaign.id,
        "activity_id": campaign.activity,
        "asset_id": None,
        "stage": None,
        "rule": rule,
    }
    return matched.select("platform", "post_id", *(pl.lit(v, pl.String).alias(c) for c, v in values.items()))
