"""The state of the world at the end of a day: posts as they were described, whose they are, their last readings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

import polars as pl

from connectors.platform import Platforms
from warehouse import attribution, decisions, frames, named_posts, post_readings
from warehouse.attribution import Attribution
from warehouse.decisions import Decision, OfPairs, Standing
from warehouse.frames import checked
from warehouse.history import identity, rows
from warehouse.history.frames import TODAY, Frames, Known, has_unsure, in_use, known_frames, scope_of
from warehouse.history.kept import Kept
from warehouse.history.rows import Scope
from warehouse.history.store import Store
from warehouse.looked_at import LookedAt, looked_at
from warehouse.named_posts import Names
from warehouse.plan.model import Plan
from warehouse.post_readings import InParts
from warehouse.reach import of_days, of_posts
from warehouse.reach.of_accounts import AccountReach, account_reach
from warehouse.readings import definition_changes, doubles, events, gone, latest, missing_days
from warehouse.readings.definition_changes import Boundary
from warehouse.readings.latest import POST, day_ends, day_starts, newest


@dataclass(frozen=True)
class Day:
    """Everything that the tables as of a day are made of; frames have a row for each of what they are named after.

    ``first_published`` is since when what a post shows can be seen, on whichever page; posts that show one video's own
    figures share ``observations`` and ``every_reading``. Where these have only what can still count by the end of the
    day, ``in_parts`` gives both with everything, for some posts, a part of the posts at a time. ``moved_by_date_order``
    has a row a post and campaign that the other order of day and month would part or join, where that order is assumed:
    ``load_id, platform, post_id, text, published_at, published_other_at, campaign_id, is_taken``. ``decisions``
    are what people decided on posts (:func:`warehouse.decisions.table`), ``without_effect`` those that count nothing.
    ``is_reported`` says that the project's report is due, so that nobody is asked for newer figures.
    """

    plan: Plan
    platforms: Platforms
    as_of: date
    before: datetime
    posts: pl.DataFrame
    first_published: pl.DataFrame
    observations: pl.LazyFrame
    every_reading: pl.LazyFrame
    in_parts: InParts | None
    accounts: pl.DataFrame
    account_names: pl.DataFrame
    attribution: Attribution
    readings: pl.DataFrame
    loads: pl.DataFrame
    owners: pl.DataFrame
    looked_at: LookedAt
    account_figures: pl.DataFrame
    ad_figures: pl.DataFrame
    audiences: pl.DataFrame
    tagged_visits: pl.DataFrame
    attendance: pl.DataFrame
    account_reach: AccountReach
    reach_over_days: pl.DataFrame
    possible_doubles: pl.DataFrame
    decisions: pl.DataFrame
    without_effect: tuple[Standing, ...]
    api_accounts: pl.DataFrame
    unknown_because: pl.DataFrame
    moved_by_date_order: pl.DataFrame
    missing_days: pl.DataFrame
    missing_days_of_pages: pl.DataFrame
    is_reported: bool

    @property
    def warnings(self) -> tuple[str, ...]:
        """What of the plan, and of decisions, names no post, several accounts, or one twice: a sentence each."""
        return (
            *self.attribution.unresolved,
            *decisions.problems(self.without_effect),
            *attribution.ambiguous_accounts(self.account_names, self.plan),
            *attribution.accounts_named_twice(self.account_names, self.plan),
        )

    def missing_days_of(self, campaign_id: str | None = None) -> pl.DataFrame:
        """The missing days of websites whose pages count in a campaign, or in any: those that their totals lack."""
        taken = self.attribution.taken
        if campaign_id is not None:
            taken = taken.filter(pl.col("campaign_id") == campaign_id)
        return missing_days.counting(self.missing_days, self.missing_days_of_pages, self.posts, taken)

    @cached_property
    def attributed(self) -> pl.DataFrame:
        """The posts of campaigns as :class:`~warehouse.attribution.Attribution` has them, and what describes each.

        Further columns are ``kind, account_id, published_at``, and ``post``, the post's number, which costs less to
        compare than its names. Many tables are made of this, so it is joined once.
        """
        described = self.posts.with_row_index("post").select("post", *POST, "kind", "account_id", "published_at")
        return self.attribution.taken.drop("rule").join(described, on=POST)

    @cached_property
    def changes(self) -> tuple[Boundary, ...]:
        """The changes of definitions by the end of the day, of the platforms that have posts here."""
        here, zone = set(self.posts["platform"].unique()), self.plan.project.timezone
        boundaries = (
            Boundary(change, day_starts(change.since, zone))
            for change in self.platforms.changes
            if change.platform in here
        )
        return tuple(boundary for boundary in boundaries if boundary.at < self.before)


def day_of(
    store: Store,
    plan: Plan,
    platforms: Platforms,
    as_of: date,
    knowledge: Known = TODAY,
    *,
    is_counting: bool = False,
    is_reported: bool = False,
    kept: Kept | None = None,
) -> Day:
    """The world at the end of a day of the reporting zone, by all that is known today, or was known then.

    Args:
        is_reported: the project's report is due.
        is_counting: look at what can still count (:mod:`warehouse.history.counting`), which takes memory by posts.
        kept: what the night before kept, which then stands for what it suits.
    """
    zone, before = plan.project.timezone, day_ends(as_of, plan.project.timezone)
    span = post_readings.span_of(store, plan, before) if is_counting else None
    scope = scope_of(store, zone, knowledge, span, kept)
    history = known_frames(scope, plan.canonical_account_names(), knowledge)
    decided = decisions.read(history.decisions, zone)
    described, posts, names, same, of_pairs = _described(history, plan, before, decided)
    named = named_posts.joined(names, same)
    owned = attribution.attribute(posts, history.account_names, plan, named, decided)
    read = post_readings.read(scope, history, posts, same, owned.taken, before, zone)
    lists = _lists(scope, history, posts, same, before, platforms)
    lost = gone.since(described, lists, posts, in_use(history.loads), before, zone, platforms)
    accounts = checked(_accounts(history, plan, before), frames.ACCOUNTS)
    days = of_days.over_days(read.observations, read.published, history.loads, before, zone)
    last = last_readings_of(
        read.every_reading, days, before, platforms, zone, read.together, with_until=has_unsure(history.loads)
    )
    people = checked(_attendance(history, same, before), frames.ATTENDANCE)
    missing = checked(missing_days.of_sites(read.observations, posts, as_of), frames.MISSING_DAYS)
    missing_of_pages = missing_days.of_pages(missing, read.observations, posts, zone)
    return Day(
        plan=plan, platforms=platforms, as_of=as_of, before=before,
        posts=checked(posts.drop("is_gone"), frames.POSTS), first_published=read.published,
        accounts=accounts, account_names=history.account_names, attribution=owned,
        readings=_beside(last, checked(lost, frames.GONE), missing_of_pages, platforms),
        missing_days=missing, missing_days_of_pages=checked(missing_of_pages, frames.MISSING_DAYS_OF_PAGES),
        loads=history.loads, owners=history.owners, in_parts=read.in_parts, is_reported=is_reported,
        looked_at=looked_at(scope, history, read, lists, posts, same, platforms),
        account_figures=checked(history.account_figures, frames.ACCOUNT_FIGURES),
        ad_figures=checked(history.ad_figures, frames.AD_FIGURES),
        account_reach=account_reach(
            posts, last, read.observations, history.account_figures, history.loads, owned.taken, plan, before, platforms
        ),
        possible_doubles=doubles.possible(described, posts, accounts, before, zone, platforms, of_pairs.apart, people),
        decisions=decisions.table([*owned.decided, *of_pairs.lasting], posts),
        without_effect=(*owned.without_effect, *of_pairs.without_effect),
        observations=checked(read.observations, frames.OBSERVATIONS),
        every_reading=checked(read.every_reading, frames.READINGS),
        api_accounts=history.api_accounts, attendance=people, audiences=history.audiences, reach_over_days=days,
        tagged_visits=history.tagged_visits, unknown_because=_same(history.unknown_because, same),
        moved_by_date_order=_moved(described, posts, owned, history, plan, named, decided),
    )  # fmt: skip


def _lists(
    scope: Scope, history: Frames, posts: pl.DataFrame, same: pl.DataFrame, before: datetime, platforms: Platforms
) -> pl.DataFrame:
    """What lists every post of an account; of kept loads as it was, where the posts are what they were."""
    kept, listable = scope.kept, gone.listable(posts, platforms)
    stands = (
        kept is not None and not kept.listable.join(listable, on=listable.columns, how="anti", nulls_equal=True).height
    )
    listed = identity.resolve_posts(rows.listed(scope, is_new=stands).lazy(), history.post_aliases).collect()
    lists = gone.lists_of(_same(listed, same), posts, in_use(history.loads), before, platforms)
    return pl.concat([kept.lists, lists]) if kept is not None and stands else lists


def _same(frame: pl.DataFrame, same: pl.DataFrame) -> pl.DataFrame:
    return identity.join_same(frame.lazy(), same).collect()


def _attendance(history: Frames, same: pl.DataFrame, before: datetime) -> pl.DataFrame:
    return events.attendance(identity.join_same(history.attendance.lazy(), same, is_description=True), before)


def _described(
    history: Frames, plan: Plan, before: datetime, decided: tuple[Decision, ...]
) -> tuple[pl.LazyFrame, pl.DataFrame, Names, pl.DataFrame, OfPairs]:
    """Every description of posts, the newest of each, the posts that are named, those that are the same, and why."""
    grades = history.loads.lazy().select("load_id", "grade")
    described = history.posts.lazy().join(grades, on="load_id")
    posts = newest(described, POST, before).collect()
    names = named_posts.resolve(posts, plan, decisions.references(decided))
    of_pairs = decisions.of_pairs(decided, plan, names)
    same = named_posts.same_posts(described, of_pairs.same, names)
    if same.height:
        described = identity.join_same(described, same, is_description=True)
        posts = newest(described, POST, before).collect()
    return described, posts, names, same, of_pairs


def _beside(
    last_readings: pl.DataFrame, lost: pl.DataFrame, missing: pl.DataFrame, platforms: Platforms
) -> pl.DataFrame:
    """``last_readings`` with whether each post is gone, and whether days of it are ``missing``."""
    read_at = [definition_changes.read_at(column) for column in definition_changes.dated(platforms)]
    in_part = missing.select(*POST, is_in_part=pl.lit(True)).unique()
    readings = last_readings.join(lost, on=POST, how="left").join(in_part, on=POST, how="left")
    return checked(readings, frames.READINGS_OF_DAY, keys=read_at)


def last_readings_of(
    readings: pl.LazyFrame,
    days: pl.DataFrame,
    before: datetime,
    platforms: Platforms,
    zone: str,
    together: pl.DataFrame | None = None,
    *,
    with_until: bool = False,
) -> pl.DataFrame:
    """The last reading of each metric of each post before an instant, and the bounds of its reach.

    ``days`` is its reach over days (:func:`warehouse.reach.of_days.over_days`); ``together`` count as one.
    """
    by_days = pl.DataFrame(schema=of_days.OF_DAYS)
    if days.height:
        told = readings.join(days.lazy(), on=POST, how="semi")
        by_days = of_days.of_days(days, latest.latest(told, before, with_read_at=["reach"]).collect())
    in_use = of_days.without_replaced(readings, by_days)
    dated = definition_changes.dated(platforms)
    read = latest.latest(in_use, before, with_read_at=sorted({*dated, *_OF_BOUNDS}), with_until=with_until).collect()
    changes = [
        (change.platform, day_starts(change.since, zone)) for change in platforms.changes if change.metric in _OF_BOUNDS
    ]
    displays = of_posts.displays_by_reach(in_use, read, changes)
    bounded = of_posts.with_bounds(read, platforms, zone, by_days, displays)
    last = bounded.drop(definition_changes.read_at(metric) for metric in _OF_BOUNDS if metric not in dated)
    return last if together is None else last.join(together, on=POST, how="left")


_OF_BOUNDS = ("impressions", "reach")
"""The metrics that bound reach: when each was read tells for which day."""


def _moved(
    described: pl.LazyFrame,
    posts: pl.DataFrame,
    owned: Attribution,
    history: Frames,
    plan: Plan,
    names: Names,
    decided: tuple[Decision, ...],
) -> pl.DataFrame:
    """The posts that the other order of day and month would move, where their assumed date is the one in use."""
    open_dates = described.filter(pl.col("published_other_at").is_not_null())
    doubtful = (
        open_dates.select("load_id", *POST, "published_at", "published_other_at")
        .join(posts.lazy().select(*POST, "published_at", "text"), on=[*POST, "published_at"])
        .unique(["load_id", *POST])
        .collect()
    )
    if doubtful.is_empty():  # so it is on nearly every night
        return doubtful.with_columns(campaign_id=pl.lit(None, pl.String), is_taken=pl.lit(None, pl.Boolean))
    other_way = posts.join(doubtful.unique(POST).select(*POST, "published_other_at"), on=POST, how="left").with_columns(
        pl.coalesce("published_other_at", "published_at").alias("published_at")
    )
    otherwise = attribution.attribute(other_way, history.account_names, plan, names, decided)
    key = [*POST, "campaign_id"]
    now, then = owned.taken.select(key), otherwise.taken.select(key)
    changes = pl.concat(
        [
            now.join(then, on=key, how="anti").with_columns(is_taken=True),
            then.join(now, on=key, how="anti").with_columns(is_taken=False),
        ]
    )
    return doubtful.join(changes, on=POST).sort("load_id", "campaign_id", "published_at", "post_id")


def _accounts(frames: Frames, plan: Plan, before: datetime) -> pl.DataFrame:
    """``platform, account_id, account_name, organisation``: the plan's word on organisations goes first."""
    key = ["platform", "account_id"]
    accounts = frames.accounts.lazy().with_columns(pl.lit(False).alias("is_damaged"), pl.lit(0, pl.Int64).alias("row"))
    named = newest(accounts, key, before).collect()
    planned = pl.DataFrame(
        [(a.platform, a.account_id, a.organisation, next(iter(a.also), None)) for a in plan.accounts],
        schema=dict.fromkeys((*key, "planned_organisation", "planned_name"), pl.String),
        orient="row",
    )
    return named.join(planned, on=key, how="full", coalesce=True).select(
        *key,
        pl.coalesce("name", "username", "planned_name", "account_id").alias("account_name"),
        pl.coalesce("planned_organisation", "organisation").alias("organisation"),
    )
