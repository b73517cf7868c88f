"""What is behind the causes for which a frozen report differs today: files, withdrawals, rules and ids, a line each.

Each function holds two days beside each other that differ in one thing.
"""

from __future__ import annotations

import polars as pl

from warehouse import decisions
from warehouse.day import Day
from warehouse.readings.latest import POST
from warehouse.texts import in_toml, match_key, number_of


def loads(before: Day, after: Day) -> list[str]:
    """The files with figures that one day knows and the day before did not."""
    before_ids = set(before.loads["load_id"])
    has_figures = pl.col("connector").ne_missing(decisions.CONNECTOR)
    new = after.loads.filter(~pl.col("load_id").is_in(list(before_ids)) & has_figures).sort("path")
    return [f"{path}, received {at:%Y-%m-%d}" for path, at in new.select("path", "received_at").iter_rows()]


def withdrawn(before: Day, after: Day) -> list[str]:
    """The files that were taken out of every figure, or put back in."""
    was = before.loads.select("load_id", pl.col("withdrawn").alias("before"))
    changed = after.loads.join(was, on="load_id").filter(pl.col("withdrawn").ne_missing(pl.col("before"))).sort("path")
    return [
        f"{path}: {now or f'back in, was {then}'}"
        for path, now, then in changed.select("path", "withdrawn", "before").iter_rows()
    ]


def rules(before: Day, after: Day) -> list[str]:
    """Which rules took other posts: what left a campaign, and what came to it."""
    key = [*POST, "campaign_id"]
    lines = []
    for word, one, other in (("no longer", before, after), ("newly", after, before)):
        moved = one.attribution.taken.join(other.attribution.taken, on=key, how="anti")
        grouped = moved.group_by("campaign_id", "rule").agg(pl.len().alias("posts")).sort("campaign_id", "rule")
        lines += [
            f"{campaign}: {number_of(posts, 'post')} {word} by {rule}" for campaign, rule, posts in grouped.iter_rows()
        ]
    return lines


def renamed(before: Day, after: Day) -> list[str]:
    """Campaigns that the plan has no more, each with a new one that may be the same, and what to write then.

    It may be the same where its name is the same, or where it takes half of the other's posts or more.
    """
    was = {campaign.id: campaign for campaign in before.plan.campaigns}
    now = {campaign.id: campaign for campaign in after.plan.campaigns}
    posts = {
        campaign_id: set(taken.select(POST).iter_rows())
        for day in (before, after)
        for (campaign_id,), taken in day.attribution.taken.group_by("campaign_id")
    }
    lines = []
    for old in was.keys() - now.keys():
        of_old = posts.get(old, set())
        likely = [
            (len(of_old & posts.get(new, set())), new)
            for new in now.keys() - was.keys()
            if match_key(now[new].name) == match_key(was[old].name)
            or (of_old and 2 * len(of_old & posts.get(new, set())) >= len(of_old))
        ]
        if likely:
            shared, new = max(likely)
            lines.append(
                f"{old} is not in the plan any more, and {new} takes {shared} of its {number_of(len(of_old), 'post')}: "
                f"if it is the same campaign, write renamed = {in_toml(old)} into {new}"
            )
    return sorted(lines)
