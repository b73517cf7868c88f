"""What each rule of the plan matches, which of these posts count otherwise, and why one matches nothing."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import polars as pl

from warehouse import attribution
from warehouse.day import Day
from warehouse.plan.campaigns import Campaign, Rule
from warehouse.plan.mistakes import nearest
from warehouse.readings.latest import IS_UNDATED_PAGE, POST, day_at, day_of
from warehouse.texts import folded_expr, match_key, matchable, number_of

MOST_SAID = 20
"""The most rules that one night names."""
_MOST_COMPARED = 5_000
"""The most hashtags that a mistyped one is compared with, those of the most posts first."""
_MOST_SHOWN = 3
"""The most hashtags that one sentence shows."""


class Matched(NamedTuple):
    """What one rule of a campaign matches.

    ``posts`` are all that it matches. Of these ``already`` count in the campaign by a name or by an earlier rule,
    ``excepted`` are left out by the campaign's ``except``, and of ``not_ours`` somebody decided so. ``named`` has those
    that other campaigns name and that count there alone, by these campaigns' names. All others count by this rule.
    """

    campaign: Campaign
    number: int
    rule: Rule
    posts: int
    already: int
    excepted: int
    named: Mapping[str, int]
    not_ours: int = 0

    @property
    def name(self) -> str:
        """The rule's number in its campaign, and what it asks for."""
        return attribution.rule_name(self.number, self.rule)

    @property
    def sentence(self) -> str:
        """How many posts it matches, and which of them do not count by it."""
        others = [
            *([f"{self.already} {_counts(self.already)} here already"] if self.already else []),
            *(f"{n} {_are(n)} named by {other} and {_counts(n)} there alone" for other, n in self.named.items()),
            *([f"{self.excepted} {_are(self.excepted)} in except"] if self.excepted else []),
            *([f"{self.not_ours} {_are(self.not_ours)} not ours by a decision"] if self.not_ours else []),
        ]  # fmt: skip
        return f"matches {number_of(self.posts, 'post')}" + (f", of which {', '.join(others)}" if others else "")


def matched(day: Day) -> list[Matched]:
    """What each rule of the plan matches, in the plan's order."""
    key = [*POST, "campaign_id"]
    taken, named = day.attribution.taken, day.attribution.named
    posts = day.attribution.matched.select(*key, "rule").join(
        taken.select(*key, pl.col("rule").alias("by")), on=key, how="left"
    )
    elsewhere = (
        named.select(*POST, "campaign_id").unique().sort("campaign_id")
        .group_by(POST, maintain_order=True).agg(pl.col("campaign_id").str.join(" and ").alias("names"))
    )  # fmt: skip
    left_out = posts.filter(pl.col("by").is_null()).join(elsewhere, on=POST, how="left")
    of_nobody = left_out.join(day.attribution.not_ours, on=POST, how="semi").group_by("campaign_id", "rule").len()
    not_ours = {(campaign_id, rule): count for campaign_id, rule, count in of_nobody.iter_rows()}
    left_out = left_out.join(day.attribution.not_ours, on=POST, how="anti")
    excepted = day.attribution.excepted.with_columns(is_excepted=pl.lit(True))
    left_out = left_out.join(excepted, on=key, how="left").with_columns(
        pl.when(pl.col("is_excepted").is_null()).then("names")
    )
    sums = {
        (campaign_id, rule): (count, already)
        for campaign_id, rule, count, already in posts.group_by("campaign_id", "rule")
        .agg(pl.len(), (pl.col("by") != pl.col("rule")).sum())
        .iter_rows()
    }
    by_names: dict[tuple[str, str], dict[str | None, int]] = defaultdict(dict)
    for *which, names, count in left_out.group_by("campaign_id", "rule", "names").len().sort("names").iter_rows():
        by_names[which[0], which[1]][names] = count
    rules = []
    for campaign in day.plan.campaigns:
        for number, rule in enumerate(campaign.match, 1):
            of_rule = (campaign.id, attribution.rule_name(number, rule))
            count, already = sums.get(of_rule, (0, 0))
            left = by_names[of_rule]
            named_by = {names: posts for names, posts in left.items() if names is not None}
            excepted_posts, not_ours_here = left.get(None, 0), not_ours.get(of_rule, 0)
            rules.append(Matched(campaign, number, rule, count, already, excepted_posts, named_by, not_ours_here))
    return rules


def sentences_of_night(day: Day, most: int = MOST_SAID) -> list[str]:
    """What a night says of rules each night: those that match nothing, and those of which other campaigns name posts.

    A campaign that has not begun is left out. A plan that says ``shared`` has decided whose posts these are. Beyond
    ``most`` it is said how many more there are.
    """
    why, sentences = WhyNothing(day), []
    for each in matched(day):
        where = f'campaign "{each.campaign.id}", {each.name}'
        if each.campaign.starts is not None and each.campaign.starts > day.as_of:
            continue
        if not each.posts:
            sentences.append(f"In the plan, {where}, matches nothing: {why.sentence(each.campaign, each.rule)}.")
        elif each.named and each.campaign.shared is None:
            sentences.append(
                f"In the plan, {where}, {each.sentence}. shared = true in this campaign counts them here, too; "
                "shared = false says that it is meant so."
            )
    more = len(sentences) - most
    rest = [f"And {more} more such rules: reach plan check lists them."] * (more > 0)
    return sentences[:most] + rest


SEE_PLAN_CHECK = "reach plan check says what each rule matches."
"""How a sentence ends where the plan's rules have to be looked at."""


def nothing_counts(day: Day) -> str | None:
    """A sentence where posts are loaded and none counts in any campaign; else None."""
    if day.posts.is_empty():
        return None
    taken = day.attribution.taken
    if not taken.is_empty():
        return None if taken.join(day.readings, on=POST, how="semi").height else _not_read_yet(day)
    loaded = f"None of the {number_of(day.posts.height, 'post')} that are loaded counts in a campaign"
    if not day.plan.campaigns:
        return f"{loaded}: the plan has no campaign yet. A campaign takes them by its rules, or by naming them."
    return f"{loaded} of the plan, so that every total is empty. {SEE_PLAN_CHECK}"


def _not_read_yet(day: Day) -> str | None:
    """The sentence of a day before the first reading of every post that counts; None where nothing was read later."""
    first = day.every_reading.join(day.attribution.taken.lazy(), on=POST, how="semi").select("observed_at")
    instant = first.min().collect().item()
    sentence = f"None of the posts that count in a campaign was read by {day.as_of}, so that every total is empty"
    if instant is None:
        return f"{sentence}."
    first_day = day_at(instant, day.plan.project.timezone)
    return f"{sentence}; the first reading is of {first_day}: reach publish --as-of {first_day} publishes that day."


class _Hashtag(NamedTuple):
    """A hashtag as most posts write it, and how many posts have it."""

    written: str
    posts: int

    def __str__(self) -> str:
        return f"{self.written} ({number_of(self.posts, 'post')})"


@dataclass(frozen=True)
class WhyNothing:
    """Why rules match nothing of what is loaded by the end of a day."""

    day: Day

    @cached_property
    def _posts(self) -> pl.DataFrame:
        return self.day.posts.with_columns(matchable(pl.col("text")).alias("matchable"))

    @cached_property
    def hashtags(self) -> Mapping[str, _Hashtag]:
        """The hashtags of all posts by their folded letters, those of the most posts first."""
        tags = self.day.posts.lazy().select(*POST, pl.col("text").str.extract_all(_HASHTAG).alias("written"))
        by_tag = (
            tags.explode("written")
            .drop_nulls("written")
            .with_columns(folded_expr(pl.col("written")).str.strip_chars_start("#").alias("tag"))
            .unique([*POST, "tag"])
            .group_by("tag", "written")
            .len()
            .sort("len", "written", descending=[True, False])
            .group_by("tag", maintain_order=True)
            .agg(pl.col("written").first(), pl.col("len").sum())
            .sort("len", "tag", descending=[True, False])
            .collect()
        )
        return {tag: _Hashtag(written, count) for tag, written, count in by_tag.iter_rows()}

    def sentence(self, campaign: Campaign, rule: Rule) -> str:
        """Why a rule matches nothing: the first of its conditions that no post holds, and what is near to it."""
        left, having = self._posts, ""
        for kind, holds in attribution.conditions(rule, self.day.account_names).items():
            holding = left.filter(holds)
            if holding.is_empty():
                none = f"none of the {number_of(left.height, 'post')}{having}" if having else "no post"
                return self._lacking(kind, rule, none)
            left, having = holding, f"{having}{' and' if having else ' with'} {_WHAT[kind](rule)}"
        return self._out_of_time(campaign, rule, left, having)

    def words_of_no_post(self, rule: Rule) -> Iterator[str]:
        """A sentence for each hashtag of a rule that no post has, and each account of which no post is known."""
        for tag in rule.hashtags:
            if match_key(tag) not in self.hashtags:
                yield f"no post has #{tag}{self._near_hashtags([tag])}"
        for account in rule.accounts:
            if match_key(account) not in self._aliases:
                near = nearest(account, self._aliases, "reach sources lists them")
                yield f"no page that was read goes by {account}; {near}"

    @cached_property
    def _aliases(self) -> Sequence[str]:
        return self.day.account_names["alias"].drop_nulls().unique().sort().to_list()

    def _lacking(self, kind: str, rule: Rule, none: str) -> str:
        if kind == "hashtags":
            return f"{none} has {_WHAT[kind](rule)}{self._near_hashtags(rule.hashtags)}"
        if kind == "text":
            return f"{none} has the words {_WHAT[kind](rule)}"
        unread = [account for account in rule.accounts if match_key(account) not in self._aliases]
        near = [f"{account}: {nearest(account, self._aliases, 'reach sources lists the pages')}" for account in unread]
        return f"{none} is {_WHAT[kind](rule)}" + (f" ({'; '.join(near)})" if near else "")

    def _near_hashtags(self, tags: Sequence[str]) -> str:
        """What follows on hashtags that no post has: the nearest ones that posts have, else those of the most posts."""
        if not self.hashtags:
            return "; no post has any hashtag"
        compared = list(self.hashtags)[:_MOST_COMPARED]
        near = dict.fromkeys(
            close for tag in tags for close in difflib.get_close_matches(match_key(tag)[:200], compared, n=_MOST_SHOWN)
        )
        if near:
            are = "nearest is" if len(near) == 1 else "nearest are"
            return f"; the {are} {', '.join(str(self.hashtags[tag]) for tag in list(near)[:_MOST_SHOWN])}"
        return f"; posts have {', '.join(map(str, list(self.hashtags.values())[:_MOST_SHOWN]))}"

    def _out_of_time(self, campaign: Campaign, rule: Rule, posts: pl.DataFrame, having: str) -> str:
        """What is left where a rule's words hold: the pages are not ours, or the campaign's dates do not fit."""
        plan = self.day.plan
        told = f"{number_of(posts.height, 'post')}{having}"
        ours = posts.filter(~attribution.is_not_ours(plan))
        if ours.is_empty():
            return f"the plan calls the pages of the {told} not ours"
        if not rule.accounts and ours.filter(IS_UNDATED_PAGE.fill_null(False)).height == ours.height:
            return f"the {told} are pages of a website, which have no day: name their site in the rule's accounts"
        days = ours.select(day_of(pl.col("published_at"), plan.project.timezone).alias("day"))["day"].drop_nulls()
        if days.is_empty():
            return f"the day of publication of the {told} is not known"
        first, last = days.sort().gather([0, -1])
        when = f"on {first}" if first == last else f"between {first} and {last}"
        dates = f"{campaign.starts or 'the beginning'} to {campaign.ends or 'today'}"
        return f"the {told} {'was' if posts.height == 1 else 'were'} published {when}, outside of its dates, {dates}"


_HASHTAG = r"[#＃](?:[^\s#＃\p{P}]|_)+"
"""A hashtag as :data:`warehouse.texts.TAG_END` ends it."""

_WHAT = {
    "hashtags": lambda rule: " or ".join(f"#{tag}" for tag in rule.hashtags),
    "text": lambda rule: " or ".join(f'"{text}"' for text in rule.text),
    "accounts": lambda rule: "of " + " or ".join(rule.accounts),
}


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _counts(count: int) -> str:
    return "counts" if count == 1 else "count"
