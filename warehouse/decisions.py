"""What people decided on posts by filling in published sheets: what of it counts, and why the rest does not.

The last decision on a post counts, by the time at which its file came. It counts like a name in the plan; where the
plan itself names the post otherwise, the plan counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

import polars as pl

from connectors.columns import Column, schema
from connectors.contract import IN_CAMPAIGN, NOT_SAME, TAKEN_BACK, TIMESTAMP
from warehouse.named_posts import Names, Post
from warehouse.plan.model import Plan
from warehouse.readings.latest import day_of

CONNECTOR = "decisions"
"""What loads of filled-in workbooks are taken for."""
COLUMNS = (
    Column("post", pl.String, "the post that was decided on, as platform:post_id"),
    Column("other_post", pl.String, "the post that it is the same as, or is not; null where that was not decided"),
    Column("decided", pl.String, "in a campaign, not ours, same, or not the same"),
    Column("campaign_ids", pl.String, "the campaigns that it was given to, joined by ;"),
    Column("asset_id", pl.String, "the asset that it was given to"),
    Column("text", pl.String, "the post's title or caption"),
    Column("why_not", pl.String, "why the decision does not count; null where it does"),
    Column("remark", pl.String, "why, in the words of whoever decided"),
    Column("path", pl.String, "the file in which it was decided"),
    Column("cells", pl.String, "the sheet and cells of it"),
    Column("decided_at", TIMESTAMP, "when that file came", "UTC"),
    Column("sha256", pl.String, "of its bytes"),
    Column("load_id", pl.String, "its load"),
)
"""A row is a decision that stands."""
UNCLEAR = "they decide otherwise on one post, so clear all but one"


@dataclass(frozen=True)
class Decision:
    """One decision as it was read: what is decided, on which post, and where that stands."""

    decided: str
    post: str
    other_post: str | None
    campaigns: str | None
    asset: str | None
    cells: str
    remark: str | None
    path: str
    sha256: str
    load_id: str
    received_at: datetime
    decided_on: date

    @property
    def place(self) -> str:
        """The file and the cells."""
        return f"{self.path}, {self.cells}"

    @property
    def reason(self) -> str:
        """Why a post counts, or does not, where this decided it."""
        what = "decided" if self.decided == IN_CAMPAIGN else f"{self.decided}: decided"
        return f"{what} in {self.place}, on {self.decided_on}"


class Standing(NamedTuple):
    """A decision that no later one takes the place of, with the ids that it names, and why it counts nothing."""

    decision: Decision
    post: str
    other_post: str | None = None
    campaign_ids: tuple[str, ...] = ()
    asset_id: str | None = None
    why_not: str | None = None


@dataclass(frozen=True)
class OfPairs:
    """``same``: names of one post each, as ``[[same]]`` of the plan has them; ``apart``: two posts that are not one.

    ``lasting`` are the decisions that no later one takes the place of, ``without_effect`` those that count nothing.
    """

    same: tuple[tuple[str, ...], ...] = ()
    apart: frozenset[frozenset[Post]] = frozenset()
    lasting: tuple[Standing, ...] = ()
    without_effect: tuple[Standing, ...] = ()


def read(rows: pl.DataFrame, zone: str) -> tuple[Decision, ...]:
    """The decisions of a history (:func:`warehouse.history.rows.decisions`), in the order in which they came."""
    if not rows.height:
        return ()
    return tuple(
        Decision(**row) for row in rows.with_columns(decided_on=day_of(pl.col("received_at"), zone)).to_dicts()
    )


def references(decisions: Iterable[Decision]) -> list[str]:
    """Every name of a post in decisions."""
    return [name for one in decisions for name in (one.post, one.other_post) if name]


def problems(decided: Iterable[Standing]) -> list[str]:
    """Why decisions count nothing, a sentence each."""
    return [f"{one.decision.place}: {one.why_not}" for one in decided if one.why_not]


def notes(decided: Iterable[Standing]) -> pl.DataFrame:
    """The same beside each file, ``load_id, note``: a row a load, with a line for each of its decisions."""
    lines = [
        (one.decision.load_id, f"{one.decision.cells} had no effect: {one.why_not}") for one in decided if one.why_not
    ]
    of_each = pl.DataFrame(lines, schema={"load_id": pl.String, "note": pl.String}, orient="row")
    return of_each.group_by("load_id", maintain_order=True).agg(pl.col("note").str.join("\n"))


def of_pairs(decisions: Iterable[Decision], plan: Plan, names: Names) -> OfPairs:
    """What was decided on whether two posts are one; ``names`` are the posts as they came, before any was joined."""
    on_pairs = [
        (frozenset({resolved(one.post, names), resolved(one.other_post, names)}), one)
        for one in decisions
        if one.other_post
    ]
    last, unclear = last_of_each(on_pairs, lambda one: one.decided)
    blocks = [each.posts for each in plan.same]
    by_plan = [{resolved(name, names) for name in group} for group in _together(blocks, names)]
    lasting, same, apart = list[Standing](), list[tuple[str, ...]](), set[frozenset[Post]]()
    for one in last:
        if one.decided == TAKEN_BACK or one.other_post is None:
            continue
        posts = [names[one.post], names[one.other_post]]
        stands = Standing(one, written(one.post, names), written(one.other_post, names))
        if not_loaded := missing((one.post, one.other_post), names):
            stands = stands._replace(why_not=not_loaded)
        elif one.decided == NOT_SAME and any(group.issuperset(posts) for group in by_plan):
            stands = stands._replace(why_not=f"{stands.post} and {stands.other_post} are one by [[same]] in the plan, "
                                     "and the plan counts; take them out of it, or take this back")  # fmt: skip
        elif one.decided == NOT_SAME and posts[0] == posts[1]:
            stands = stands._replace(
                why_not=f"{one.post} and {one.other_post} are names of one post, which counts once"
            )
        elif one.decided == NOT_SAME:
            apart.add(frozenset(post for post in posts if not isinstance(post, str)))
        elif posts[0] != posts[1]:
            same.append((one.other_post, one.post))
        lasting.append(stands)
    groups = _together([*blocks, *same], names)
    kept = [
        one._replace(why_not=f"{one.post} and {one.other_post} are one by other decisions, which count; take one back")
        if one.decision.decided == NOT_SAME and one.why_not is None and _is_joined(one, groups, names)
        else one
        for one in lasting
    ]
    return OfPairs(tuple(groups), frozenset(apart), tuple(kept), without_effect(kept, unclear))


def without_effect(lasting: Iterable[Standing], unclear: Iterable[Standing]) -> tuple[Standing, ...]:
    """Those of the decisions that count nothing, with what is unclear."""
    return (*(one for one in lasting if one.why_not), *unclear)


def _together(blocks: Iterable[tuple[str, ...]], names: Names) -> list[tuple[str, ...]]:
    """Blocks of names of one post; those that share a post are one block, in which the first name stays the first."""
    groups: list[tuple[str, ...]] = []
    for block in blocks:
        posts = {resolved(name, names) for name in block}
        near = [group for group in groups if not posts.isdisjoint(resolved(name, names) for name in group)]
        merged = dict.fromkeys(name for group in [*near, block] for name in group)
        groups = [*(group for group in groups if group not in near), tuple(merged)]
    return groups


def _is_joined(one: Standing, groups: Iterable[Sequence[str]], names: Names) -> bool:
    posts = {names[one.decision.post], names[one.decision.other_post or ""]}
    return any(posts <= {names[name] for name in group} for group in groups)


def last_of_each(
    decided: Iterable[tuple[object, Decision]], meaning: Callable[[Decision], object]
) -> tuple[list[Decision], list[Standing]]:
    """The last decision on each thing, in the order in which things were first decided on, and what is unclear.

    A file that decides otherwise on one thing in two cells decides nothing on it, and that is said; where a later file
    does, nobody has to hear of that. Cells of one ``meaning`` decide the same, in whatever words.
    """
    on_things: dict[object, dict[str, list[Decision]]] = {}
    for thing, one in decided:
        on_things.setdefault(thing, {}).setdefault(one.load_id, []).append(one)
    last, unclear = list[Decision](), list[Standing]()
    for of_files in on_things.values():
        for of_file in reversed(of_files.values()):
            if len(of_file) == 1 or len(set(map(meaning, of_file))) == 1:
                last.append(of_file[-1])
                break
            cells = " and ".join(dict.fromkeys(one.cells for one in of_file))
            unclear.append(Standing(replace(of_file[0], cells=cells), of_file[0].post, why_not=UNCLEAR))
    return last, unclear


def resolved(name: str, names: Names) -> object:
    post = names[name]
    return name if isinstance(post, str) else post


def written(name: str, names: Names) -> str:
    post = names[name]
    return name if isinstance(post, str) else ":".join(post)


def missing(wanted: Iterable[str], names: Names) -> str:
    """Which of these names name no loaded post, in a sentence; empty where all do."""
    return "; ".join(f"names {name}, which {names[name]}" for name in wanted if isinstance(names[name], str))


def table(lasting: Iterable[Standing], texts: pl.DataFrame) -> pl.DataFrame:
    """The decisions that stand, a row each; ``texts`` has a row a post: ``platform, post_id, text``."""
    rows = [
        {
            "post": one.post,
            "other_post": one.other_post,
            "decided": one.decision.decided,
            "campaign_ids": ";".join(one.campaign_ids) or one.decision.campaigns,
            "asset_id": one.asset_id or one.decision.asset,
            "why_not": one.why_not,
            "remark": one.decision.remark,
            "path": one.decision.path,
            "cells": one.decision.cells,
            "decided_at": one.decision.received_at,
            "sha256": one.decision.sha256,
            "load_id": one.decision.load_id,
        }
        for one in lasting
    ]
    named = (texts if rows else texts.clear()).select(pl.format("{}:{}", "platform", "post_id").alias("post"), "text")
    return pl.DataFrame(rows, schema={name: dtype for name, dtype in schema(COLUMNS).items() if name != "text"}).join(
        named, on="post", how="left"
    )
