"""What people decided on posts in sheets that they filled in.

docs/rules.md: A decision counts like a name in the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tests.oracle.came_in import File, Post, Row
from warehouse.plan.model import Plan

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Word:
    """A row of a file that somebody filled in."""

    file: File
    row: Row

    @property
    def post(self) -> str:
        return self.row["post"]

    @property
    def other(self) -> str:
        return self.row.get("other post", "")

    @property
    def says(self) -> tuple[str, ...]:
        """What is decided, whatever the post is called."""
        return tuple(self.row.get(name, "") for name in ("campaign", "asset", "not ours", "same", "take back"))


def words(history: Sequence[File]) -> list[Word]:
    """Rows that decide something, in the order in which their files came first; the same bytes again are no further one."""
    files: dict[object, File] = {}
    for file in history:
        if file.kind == "decisions" and (file.content not in files or came(file) < came(files[file.content])):
            files[file.content] = file
    in_order = sorted(files.values(), key=lambda file: (came(file), file.modified))
    return [
        word
        for file in in_order
        for word in (Word(file, row) for row in file.rows)
        if any(word.says) and not (word.row.get("not ours") and (word.row.get("campaign") or word.row.get("asset")))
    ]


def came(file: File) -> object:
    assert file.received
    return file.received


def last(told: Iterable[Word], thing: Callable[[Word], Thing | None]) -> dict[Thing, Word]:
    """The last word on each thing, in the order of the first; a file that says two things of one says nothing of it."""
    of_thing: dict[Thing, dict[object, list[Word]]] = {}
    for word in told:
        if (it := thing(word)) is not None:
            of_thing.setdefault(it, {}).setdefault(word.file.content, []).append(word)
    out = {}
    for it, of_files in of_thing.items():
        clear = [of_file for of_file in of_files.values() if len({word.says for word in of_file}) == 1]
        if clear:
            out[it] = clear[-1][-1]
    return out


def same(
    told: Iterable[Word], post_of: Callable[[str], Post | None], by_plan: Sequence[Sequence[Post]]
) -> list[list[Post]]:
    """Blocks of posts that are one: the plan's, and those that somebody joined, which join what shares a post."""

    def pair(word: Word) -> frozenset[Post] | None:
        posts = [post_of(name) for name in (word.post, word.other) if name]
        return frozenset(post for post in posts if post) if len(posts) == 2 and all(posts) else None

    blocks: list[list[Post]] = []
    for of_plan in by_plan:
        near = [block for block in blocks if {*of_plan} & {*block}]
        others = [block for block in blocks if block not in near]
        blocks = [*others, [*dict.fromkeys(post for block in [*near, of_plan] for post in block)]]
    for posts, word in last((word for word in told if word.other), pair).items():
        if word.row.get("same") != "yes" or len(posts) < 2:
            continue
        in_order = [post for name in (word.other, word.post) if (post := post_of(name))]
        near = [block for block in blocks if posts & {*block}]
        blocks = [block for block in blocks if block not in near]
        blocks.append([*dict.fromkeys(post for block in [*near, in_order] for post in block)])
    return blocks


@dataclass
class Decided:
    """What counts of decisions on single posts: the campaigns and asset of each, and those that are nobody's."""

    campaigns: Mapping[Post, tuple[str, ...]]
    assets: Mapping[Post, str]
    not_ours: frozenset[Post]


def decide(
    told: Iterable[Word],
    plan: Plan,
    post_of: Callable[[str], Post | None],
    named: Mapping[Post, Mapping[str, str | None]],
    left_out: Mapping[str, set[Post]],
) -> Decided:
    """Decisions as they count beside the plan, which goes before them.

    ``named`` has each post that the plan names, with the campaigns and the asset in each.
    """
    given: dict[Post, tuple[str, ...]] = {}
    assets: dict[Post, str] = {}
    not_ours = set()
    for post, word in last((word for word in told if not word.other), lambda word: post_of(word.post)).items():
        by_plan = named.get(post, {})
        if word.row.get("not ours"):
            if not by_plan:
                not_ours.add(post)
            continue
        campaigns = [part.strip() for part in word.row.get("campaign", "").split(";") if part.strip()]
        asset = word.row.get("asset", "")
        holders = [a.campaign for a in plan.assets if a.id == asset and (not campaigns or a.campaign in campaigns)]
        if (asset and len(holders) != 1) or not (campaigns or asset):
            continue
        campaigns = campaigns or holders
        is_known = {*campaigns} <= {campaign.id for campaign in plan.campaigns}
        is_otherwise = by_plan and not {*campaigns} <= {*by_plan}
        is_elsewhere = asset and any(by_plan.get(campaign) not in (None, asset) for campaign in campaigns)
        is_left_out = any(post in left_out.get(campaign, ()) for campaign in campaigns)
        if is_known and not (is_otherwise or is_elsewhere or is_left_out):
            given[post] = tuple(campaigns)
            if asset:
                assets[post] = asset
    return Decided(given, assets, frozenset(not_ours))
