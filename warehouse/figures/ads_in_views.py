"""Views that count ads beside views that do not: a total over both says so."""

from __future__ import annotations

from functools import cache

import polars as pl

from connectors.platform import Platforms

_KINDS = ("counted in", "not counted in", "not told of")


@cache
def kind_of_views(platforms: Platforms) -> pl.Expr:
    """Whether a post's views count ads, in words, for :func:`basis`: ``kind_of_views``."""
    counts = {True: _KINDS[0], False: _KINDS[1]}
    return (
        pl.col("platform")
        .replace_strict({name: counts[is_in] for name, is_in in platforms.ads_in_views.items()}, default=_KINDS[2])
        .alias("kind_of_views")
    )


def basis() -> pl.Expr:
    """Aggregation of a group of posts: ``views_basis``, null where all known views are of one kind.

    The group's rows are posts (outreach left out) with ``platform``, ``views`` and :func:`kind_of_views`.
    """
    platform, kind = (pl.col(name).filter(pl.col("views").is_not_null()) for name in ("platform", "kind_of_views"))
    named = [
        pl.format("{} {}", pl.lit(label), platform.filter(kind == label).unique().sort().str.join(", "))
        for label in _KINDS
    ]
    has = [(kind == label).any() for label in _KINDS]
    parts = pl.concat_str(
        *(pl.when(is_there).then(part) for is_there, part in zip(has, named, strict=True)),
        separator="; ",
        ignore_nulls=True,
    )
    return pl.when(kind.n_unique() > 1).then(pl.format("ads are {}", parts)).alias("views_basis")
