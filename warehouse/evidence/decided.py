"""What people decided on posts, in sentences for whoever asks where a figure comes from."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from connectors.contract import IN_CAMPAIGN, NOT_SAME, SAME


def sentences(decisions: pl.DataFrame, posts: Collection[str]) -> list[str]:
    """The decisions that count (:func:`warehouse.decisions.table`) on posts, which are written ``platform:post_id``."""
    told = []
    for row in decisions.iter_rows(named=True):
        if not {row["post"], row["other_post"]} & set(posts) or row["why_not"]:
            continue
        what = {
            IN_CAMPAIGN: f"counts in {row['campaign_ids']}" + (f" as {row['asset_id']}" if row["asset_id"] else ""),
            SAME: f"is the same as {row['other_post']}",
            NOT_SAME: f"is not the same as {row['other_post']}",
        }.get(row["decided"], row["decided"])
        why = f", since “{row['remark']}”" if row["remark"] else ""
        told.append(f"{row['post']} {what}: decided in {row['path']}, {row['cells']}, which came on "
                    f"{row['decided_at']:%Y-%m-%d} UTC{why}")  # fmt: skip
    return told
