"""What people decided on posts, in sentences for whoever asks where a figure comes from."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from connectors.contract import IN_CAMPAIGN, NOT_OURS, NOT_SAME, SAME
from warehouse.plan.model import Plan
from warehouse.texts import in_toml


def on_posts(decisions: pl.DataFrame, posts: Collection[str]) -> pl.DataFrame:
    """The decisions that count (:func:`warehouse.decisions.table`) on posts, which are written ``platform:post_id``."""
    is_on = pl.any_horizontal(pl.col("post", "other_post").is_in(list(posts)).fill_null(False))
    return decisions.filter(is_on & pl.col("why_not").is_null())


def sentences(decisions: pl.DataFrame, posts: Collection[str]) -> list[str]:
    """The decisions of :func:`on_posts`, a sentence each."""
    told = []
    for row in on_posts(decisions, posts).iter_rows(named=True):
        what = {
            IN_CAMPAIGN: f"counts in {row['campaign_ids']}" + (f" as {row['asset_id']}" if row["asset_id"] else ""),
            SAME: f"is the same as {row['other_post']}",
            NOT_SAME: f"is not the same as {row['other_post']}",
        }.get(row["decided"], row["decided"])
        why = f", since “{row['remark']}”" if row["remark"] else ""
        told.append(f"{row['post']} {what}: decided in {row['path']}, {row['cells']}, which came on "
                    f"{row['decided_at']:%Y-%m-%d} UTC{why}")  # fmt: skip
    return told


def as_plan(decisions: pl.DataFrame, plan: Plan) -> list[str]:
    """The decisions that count, as lines of a plan.toml; a remark on each says where it was decided."""
    assets = {(asset.campaign, asset.id) for asset in plan.assets}
    counting = decisions.filter(pl.col("why_not").is_null()).sort("post", "other_post", nulls_last=True)
    lists: dict[tuple[str, ...], list[str]] = {}
    for row in counting.iter_rows(named=True):
        post, where = in_toml(row["post"]), f"  # {row['path']}, {row['cells']}".replace("\n", " ")
        if row["decided"] == NOT_OURS:
            lists.setdefault(("# to except of each campaign whose rules take them:\nexcept",), []).append(
                f"{post},{where}"
            )
        elif row["decided"] == SAME:
            other = in_toml(row["other_post"])
            lists[f"[[same]]{where}\nposts", post, other] = [f"{other},", f"{post},"]
        elif row["decided"] == IN_CAMPAIGN:
            for campaign in row["campaign_ids"].split(";"):
                is_of_asset = (campaign, row["asset_id"]) in assets
                whose = f"asset {row['asset_id']} of {campaign}" if is_of_asset else f"campaign {campaign}"
                lists.setdefault((f"# to posts of the {whose}:\nposts",), []).append(f"{post},{where}")
    blocks = (
        (*f"{title} = [".split("\n"), *(f"    {one}" for one in posts), "]") for (title, *_), posts in lists.items()
    )
    return [line for block in blocks for line in block]
