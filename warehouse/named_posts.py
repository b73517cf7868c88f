"""The loaded posts that the plan and decisions name, by links or as ``platform:post_id``, and which of them are one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain

import polars as pl

from warehouse.history.identity import native_id
from warehouse.plan.model import Plan
from warehouse.plan.values import platform_of
from warehouse.readings.latest import IS_OUTREACH

Post = tuple[str, str]
Names = dict[str, Post | str]
"""Each name of a post in the plan, with the post that it names or what is wrong, to go on a sentence with."""


def resolve(posts: pl.DataFrame, plan: Plan, further: Iterable[str] = ()) -> Names:
    """The posts that the plan names, or ``further`` names, by links or as ``platform:post_id``.

    ``posts`` has a row a post, as :func:`warehouse.readings.latest.newest` describes it.
    """
    named = [
        *(r for c in plan.campaigns for r in (*c.posts, *c.excluded)),
        *(r for a in plan.assets for r in a.posts),
        *(r for s in plan.same for r in s.posts),
        *further,
    ]
    index = _Index(posts, named) if named else None
    return {reference: index.find(reference) for reference in named} if index else {}


_SAME = dict.fromkeys(("platform", "post_id", "is_platform", "is_post_id"), pl.String)


def same_posts(described: pl.LazyFrame, blocks: Sequence[Iterable[str]], names: Names) -> pl.DataFrame:
    """What names of one post join: ``platform, post_id, is_platform, is_post_id``, a row a post that is another.

    ``blocks`` are those of the plan's ``[[same]]`` and of decisions.

    Of the names of one post the first stands that is online and was exported or pulled, else the first. ``described``
    has a row for each time that a load described a post, with its ``grade``.
    """
    trusted = described.filter((pl.col("grade") != "entered") & ~IS_OUTREACH)
    named = trusted.select("platform", "post_id").unique().collect().iter_rows() if blocks else ()
    is_trusted = set(named)
    rows: dict[Post, Post] = {}
    for block in blocks:
        joined_posts = [post for reference in block if not isinstance(post := names[reference], str)]
        stands = next((post for post in joined_posts if post in is_trusted), joined_posts[0] if joined_posts else None)
        rows |= {post: stands for post in joined_posts if stands and post != stands}
    return pl.DataFrame([(*post, *stands) for post, stands in rows.items()], schema=_SAME, orient="row")


def joined(names: Names, same: pl.DataFrame) -> Names:
    """``names`` with each joined post as the one that stands for it."""
    stands = {
        (platform, post_id): (is_platform, is_post_id)
        for platform, post_id, is_platform, is_post_id in same.iter_rows()
    }
    return {name: post if isinstance(post, str) else stands.get(post, post) for name, post in names.items()}


class _Index:
    """Finds the loaded post that a link or a ``platform:post_id`` names, by the ids it holds."""

    def __init__(self, posts: pl.DataFrame, named: Iterable[str]) -> None:
        named = list(named)
        wanted = pl.Series(sorted({t for r in named for t in _tokens(r)} | {r.rstrip("/") for r in named}))
        ids = ("post_id", "native", "alias", "video_id")
        native = native_id(pl.col("post_id"), pl.col("account_id")).alias("native")
        url = pl.col("url").str.strip_chars_end("/")
        held = posts.with_columns(native).select("platform", *ids, pl.col("account_id").fill_null(""), url)
        held = held.filter(pl.any_horizontal(pl.col(*ids, "url").is_in(wanted.implode())))
        self._posts = posts
        self._by_token: dict[str, set[Post]] = {}
        self._account: dict[Post, str] = {}
        self._by_url: dict[str, Post] = {}
        for platform, *tokens, account_id, url in held.iter_rows():
            post = (platform, tokens[0])
            for token in {*tokens} - {None}:
                self._by_token.setdefault(token, set()).add(post)
            self._account[post] = account_id
            if url:
                self._by_url[url] = post

    def find(self, reference: str) -> Post | str:
        """The post that is named, or what is wrong, to go on a sentence with."""
        tokens = _tokens(reference)
        candidates = set(chain.from_iterable(self._by_token.get(t, ()) for t in tokens))
        if platform := platform_of(reference):
            candidates = {p for p in candidates if p[0] == platform}
        candidates = {p for p in candidates if self._account[p] in tokens} or candidates
        if not candidates and reference.rstrip("/") in self._by_url:
            candidates = {self._by_url[reference.rstrip("/")]}
        if len(candidates) == 1:
            return candidates.pop()
        if candidates:
            return f"is several posts: write the one you mean ({_listed(candidates)})"
        same_page = self._posts.filter(pl.col("account_id").is_in(list(tokens))).select("platform", "post_id").rows()
        near = f"; that page's posts are {_listed(same_page)}" if same_page else ""
        return f"is no post that was loaded{near}"


def _tokens(reference: str) -> set[str]:
    """What in a name may be a post's or an account's id."""
    if platform := platform_of(reference):
        return {reference.removeprefix(f"{platform}:")}
    return set(re.findall(r"[\w-]{4,}", reference))


def _listed(posts: Iterable[Post]) -> str:
    names = sorted(f"{platform}:{post_id}" for platform, post_id in posts)
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
