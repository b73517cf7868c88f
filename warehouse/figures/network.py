"""What the members of a network have published together: totals, bounds of reach, and who is late.

Each member's own totals are taken as they are published. Over all members a metric is the sum of what is known, and
reach has the bounds that any union has. A post that several members count counts once, each of its figures by the copy
that was read last of those that know it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import polars as pl

from connectors.columns import Column
from connectors.contract import ADDITIVE, ENGAGEMENTS, TIMESTAMP
from warehouse.figures.mart import Mart, shaped
from warehouse.figures.totals import engagements, sum_known
from warehouse.measures import MEASURE, OF_EVENTS
from warehouse.reach import bounds
from warehouse.readings.latest import IS_OUTREACH, POST

_SCOPES = {"network": "project_totals", "activity": "activity_totals", "campaign": "campaign_totals"}
_SCOPE = ("scope", "id")
_METRICS = tuple(metric.name for metric in ADDITIVE)
_PEOPLE = OF_EVENTS[1:]
_OF_EVENTS = (OF_EVENTS[0], *(f"{part}_known" for part in _PEOPLE))
_COUNTS = (
    "posts", "outreach", *(f"{metric}_known" for metric in _METRICS), "engagements_known", "reach_known", *_OF_EVENTS
)  # fmt: skip
_REACH = ("reach_at_least", "reach_at_most", "reach_on", "reach_at_most_then")
POST_COLUMNS = (*POST, "observed_at", "is_crosspost", "campaign_ids", *_METRICS, "reach")
"""What is needed of members' posts; there may be millions, so nothing else of them is kept."""

_TAKEN = (*_COUNTS, *_METRICS, *_PEOPLE, "engagements", *_REACH, "reach_basis", "as_of")

MEMBERS = Mart(
    "members",
    ("member",),
    (
        Column("member", pl.String, "its name"),
        Column("as_of", pl.Date, "the day of the figures that it shows; null where it could not be read"),
        Column("refreshed_at", TIMESTAMP, "when it published them", "UTC"),
        Column("snapshot_id", pl.String, "of its night"),
        Column("is_late", pl.Boolean, "its figures are older than they should be, or could not be read"),
        Column("problem", pl.String, "why it is late; null where it is not"),
        Column("link", pl.String, "where its report is opened; null where the settings do not say"),
    ),
    "a member of the network",
)
TOTALS = Mart(
    "totals",
    (*_SCOPE, "member"),
    (
        Column("scope", pl.String, "network, activity or campaign"),
        Column("id", pl.String, "of the activity or campaign, the same for all members; empty for the network"),
        Column("name", pl.String, "its name, by the first member that has it; of the network, none"),
        Column("member", pl.String, "whose figures these are; null for those of all members"),
        Column("members", pl.Int64, "members whose figures are in it", "members"),
        Column("members_unknown", pl.Int64, "members that could not be read, and may have figures of it", "members"),
        Column("shared_posts", pl.Int64, "copies of posts that several members count, which are left out", "posts"),
        *(MEASURE[name].declared for name in _TAKEN if name != "as_of"),
        Column("as_of_from", pl.Date, "the oldest day of the members' figures"),
        Column("as_of", pl.Date, "the newest day of the members' figures"),
    ),
    "an activity or campaign of a member, or of all members; and all that each, and all, did",
)


_NO_EVENTS = pl.DataFrame(schema=dict.fromkeys((*_OF_EVENTS, *_PEOPLE), pl.Int64))
"""What a member with an older version of Reach does not publish, and tells nothing of."""


class MemberNight(NamedTuple):
    """The night that a member shows: its tables by name, none where it could not be read, and a sentence on why."""

    member: str
    tables: Mapping[str, pl.DataFrame]
    problem: str = ""
    days: int = 1
    """How many days old its figures may be."""
    link: str = ""


def members(nights: Sequence[MemberNight], today: date) -> pl.DataFrame:
    """The members with the day of each one's figures, and who is late (:data:`MEMBERS`)."""
    rows = []
    for one in nights:
        about = one.tables["about"].row(0, named=True) if one.tables else {}
        problem = one.problem
        if about and about["as_of"] < today - timedelta(days=one.days):
            problem = f"{one.member} is late: its figures are of {about['as_of']}."
        rows.append(
            {
                "member": one.member,
                **{name: about.get(name) for name in ("as_of", "refreshed_at", "snapshot_id")},
                "is_late": bool(problem),
                "problem": problem or None,
                "link": one.link or None,
            }
        )
    schema = {column.name: column.dtype for column in MEMBERS.columns}
    return shaped(MEMBERS, pl.DataFrame(rows, schema=schema))


def totals(nights: Sequence[MemberNight]) -> pl.DataFrame:
    """The totals of each member and of all, by campaign and activity and as a whole (:data:`TOTALS`).

    A campaign or activity of one id is the same for all members. Where a member could not be read, no upper bound of
    reach is known over all.
    """
    there = [one for one in nights if one.tables]
    if not there:
        return shaped(TOTALS, pl.DataFrame())
    of_members = pl.concat([_NO_EVENTS, *map(_of_member, there)], how="diagonal")
    over_all = _over_all(of_members, _copies(there), len(nights) - len(there))
    rows = pl.concat([of_members, over_all], how="diagonal")
    filled = pl.col("members_unknown", "shared_posts").fill_null(0)
    return shaped(TOTALS, rows.with_columns(filled, pl.col("members").fill_null(1)))


def _of_member(one: MemberNight) -> pl.DataFrame:
    """A member's own totals, one row a scope and id."""
    frames = []
    for scope, table in _SCOPES.items():
        rows = one.tables[table]
        there = [name for name in _TAKEN if name in rows.columns]
        is_whole = scope == "network"
        frames.append(
            rows.select(
                pl.lit(scope).alias("scope"),
                (pl.lit("") if is_whole else pl.col(f"{scope}_id")).alias("id"),
                (pl.lit(None, pl.String) if is_whole else pl.col(f"{scope}_name")).alias("name"),
                pl.lit(one.member).alias("member"),
                *there,
                pl.col("as_of").alias("as_of_from"),
            )
        )
    return pl.concat(frames, how="diagonal")


def _copies(nights: Sequence[MemberNight]) -> pl.DataFrame:
    """What copies of posts add to the totals that they stand in, but for one of each.

    Of each figure that one is the copy that was read last of those that know it: a reading that lacks a figure says
    nothing of it. A cross-post stays: its member's totals may count it as one with another post already.
    """
    shared = _posts_of_several(nights)
    together = pl.concat([_attributed(one, shared) for one in nights], how="diagonal").filter(
        ~IS_OUTREACH & ~pl.col("is_crosspost").fill_null(False)
    )
    is_engaged = pl.any_horizontal(pl.col(name).is_not_null() for name in ENGAGEMENTS)
    copies = (
        together.filter(pl.len().over(*_SCOPE, *POST) > 1)
        .sort("observed_at", "member", descending=[True, False], nulls_last=True)
        .with_columns(engagements=pl.when(is_engaged).then(1))
    )
    left_out = {name: pl.col(name).drop_nulls().slice(1) for name in (*_METRICS, "engagements", "reach")}
    of_each = copies.group_by(*_SCOPE, *POST, maintain_order=True).agg(
        (pl.len().cast(pl.Int64) - 1).alias("posts"),
        *(left_out[name].sum() for name in _METRICS),
        *(left_out[name].len().cast(pl.Int64).alias(f"{name}_known") for name in left_out),
    )
    return of_each.drop(POST).group_by(_SCOPE, maintain_order=True).sum()


def _posts_of_several(nights: Sequence[MemberNight]) -> pl.DataFrame:
    """The posts that more than one member counts: few of them, and no other one has copies."""
    all_posts = pl.concat(one.tables["post_totals"].drop_nulls("campaign_ids").select(POST) for one in nights)
    return all_posts.group_by(POST).len().filter(pl.col("len") > 1).select(POST)


def _attributed(one: MemberNight, posts: pl.DataFrame) -> pl.DataFrame:
    """These posts of a member, once in each campaign and activity that they count in, and once in the network."""
    posts = (
        one.tables["post_totals"]
        .drop_nulls("campaign_ids")
        .join(posts, on=POST, how="semi", maintain_order="left")
        .select(
            *POST, "observed_at", "is_crosspost", *_METRICS, "reach", campaign_id=pl.col("campaign_ids").str.split(";")
        )
        .explode("campaign_id")
        .with_columns(pl.lit(one.member).alias("member"))
    )
    activities = one.tables["campaign_totals"].select("campaign_id", "activity_id")
    ids = {
        "network": pl.lit(""),
        "activity": pl.col("activity_id"),
        "campaign": pl.col("campaign_id"),
    }
    with_activity = posts.join(activities, on="campaign_id", how="left")
    scopes = (
        with_activity.with_columns(pl.lit(scope).alias("scope"), of_scope.alias("id"))
        for scope, of_scope in ids.items()
    )
    once = pl.concat(scopes).drop_nulls("id").unique([*_SCOPE, *POST], maintain_order=True)
    return once.drop("campaign_id", "activity_id")


def _over_all(of_members: pl.DataFrame, copies: pl.DataFrame, unread: int) -> pl.DataFrame:
    sums = of_members.group_by(_SCOPE).agg(
        pl.col("name").drop_nulls().first(),
        pl.len().cast(pl.Int64).alias("members"),
        pl.col(_COUNTS).sum(),
        *map(sum_known, (*_METRICS, *_PEOPLE)),
        pl.col("as_of_from").min(),
        pl.col("as_of").max(),
    )
    shared = pl.col("posts_of_copies").fill_null(0).alias("shared_posts")
    counted_once = [
        pl.col(name) - pl.col(f"{name}_of_copies").fill_null(0)
        for name in (*_COUNTS, *_METRICS)
        if name in copies.columns
    ]
    return (
        sums.join(copies.rename({name: f"{name}_of_copies" for name in copies.columns[2:]}), on=_SCOPE, how="left")
        .with_columns(shared, *counted_once)
        .with_columns(engagements(), pl.lit(unread, pl.Int64).alias("members_unknown"))
        .join(_reach(of_members, unread), on=_SCOPE, how="left")
    )


def _reach(of_members: pl.DataFrame, unread: int) -> pl.DataFrame:
    """The bounds over all members: each member's are those of a set of accounts, as a post's reach is."""
    least, most = pl.col("reach_at_least"), pl.col("reach_at_most")
    sets = of_members.filter(pl.col("posts") > 0).select(
        *_SCOPE,
        least.alias("reach"),
        least.alias("reach_least"),
        most.alias("reach_upper"),
        pl.when(most.is_not_null()).then("reach_on").alias("reach_upper_on"),
        pl.coalesce(most, "reach_at_most_then").alias("reach_then"),
        pl.col("reach_on").alias("reach_then_on"),
    )
    not_known = [sets.select(_SCOPE).unique()] * unread
    grouped = (
        pl.concat([sets, *not_known], how="diagonal")
        .with_columns(is_by_impressions=pl.lit(False), is_by_days=pl.lit(False))
        .group_by(_SCOPE)
        .agg(*bounds.of_group(), pl.col("reach_upper").is_null().sum().alias("without"))
    )
    words = pl.concat_str(
        pl.when(least.is_not_null()).then(pl.lit("at least: the largest of the members'")),
        pl.when(most.is_not_null())
        .then(pl.lit("at most: the sum of the members'"))
        .otherwise(pl.format("at most: not known (members without: {})", "without")),
        separator="; ",
        ignore_nulls=True,
    )
    is_there = pl.any_horizontal(pl.col("reach_at_least", "reach_at_most", "reach_at_most_then").is_not_null())
    return (
        bounds.bounds(grouped.lazy(), _SCOPE)
        .collect()
        .with_columns(pl.when(is_there).then(words).alias("reach_basis"))
        .select(*_SCOPE, *_REACH, "reach_basis")
    )
