"""The Extract of rows in our words: posts, readings, accounts, figures of accounts, and rejected rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

import polars as pl

from connectors.columns import Column, frame
from connectors.contract import (
    ACCOUNT_FIGURES,
    ACCOUNTS,
    AD_FIGURES,
    AUDIENCES,
    OBSERVATIONS,
    POSTS,
    REJECTS,
    TAGGED_VISITS,
    Extract,
    ReadReport,
    Refused,
)
from connectors.reading.files import Rows, contents

T = TypeVar("T")
REASON = "reason"
"""The column that says why a row is left out; null where it is kept."""


def extract(
    rows: Rows,
    read: pl.DataFrame,
    evidence: ReadReport,
    notes: tuple[str, ...] = (),
    figures: pl.DataFrame | None = None,
    of_ads: pl.DataFrame | None = None,
    audiences: pl.DataFrame | None = None,
    tagged_visits: pl.DataFrame | None = None,
) -> Extract:
    """The Extract of ``read``, rows that carry the columns of the contract's frames that their source knows.

    Rows with a ``reason`` are rejected with it, rows of another width with theirs; one lone cell, as in a
    footer, is no row, unless a quote stays open in it. ``figures`` are rows of account figures, ``of_ads`` of ads'
    figures, ``audiences`` of parts of audiences, ``tagged_visits`` of visits by tags, made from the same ``rows``.
    """
    is_kept = read[REASON].is_null()
    kept = (read if is_kept.all() else read.filter(is_kept)).drop(REASON)
    rejects = pl.concat([_rejected(rows, read), _of_another_width(rows)])
    rejects = rejects.sort("row") if rejects.height else rejects
    of_accounts = [each for each in (figures, audiences) if each is not None]
    apart = [*of_accounts, *(each for each in (of_ads, tagged_visits) if each is not None)]
    numbers = pl.concat([each["row"] for each in (read, *apart, rejects)]).n_unique()
    return Extract(
        evidence=replace(evidence, rows=numbers),
        posts=_described(_of(POSTS, kept)),
        observations=_of(OBSERVATIONS, kept.with_columns(is_final=True)),
        accounts=_accounts(pl.concat([kept, *of_accounts], how="diagonal")),
        account_figures=frame(ACCOUNT_FIGURES) if figures is None else _of(ACCOUNT_FIGURES, figures),
        ad_figures=frame(AD_FIGURES) if of_ads is None else _of(AD_FIGURES, of_ads),
        audiences=frame(AUDIENCES) if audiences is None else _of(AUDIENCES, audiences),
        tagged_visits=frame(TAGGED_VISITS) if tagged_visits is None else _of(TAGGED_VISITS, tagged_visits),
        rejects=rejects,
        notes=(*rows.notes, *notes),
    )


def _described(posts: pl.DataFrame) -> pl.DataFrame:
    """Each description of a post once: a table of days says the same of it in every row."""
    if posts["post_id"].n_unique() == posts.height:
        return posts
    return posts.unique([c for c in posts.columns if c != "row"], keep="first", maintain_order=True)


def joined(parts: Sequence[Extract]) -> Extract:
    """One Extract of several tables of one file, their rows numbered on from table to table.

    The evidence is that of the first one with posts, the first of all where none has.
    """
    first = next((part for part in parts if part.posts.height), parts[0])
    ignored = tuple(dict.fromkeys(word for part in parts for word in part.evidence.ignored))
    notes = tuple(dict.fromkeys(note for part in parts for note in part.notes))
    if len(parts) == 1:
        return replace(first, evidence=replace(first.evidence, ignored=ignored), notes=notes)
    start, numbered = 0, []
    kinds = (
        "posts",
        "observations",
        "account_figures",
        "ad_figures",
        "audiences",
        "tagged_visits",
        "rejects",
        "attendance",
    )
    for part in parts:
        frames = {name: getattr(part, name) for name in kinds}
        below = {name: frame.with_columns(pl.col("row") + start) for name, frame in frames.items()} if start else frames
        numbered.append(below)
        start += max((frame["row"].max() or 0 for frame in frames.values()), default=0)
    evidence = replace(
        first.evidence,
        rows=sum(part.evidence.rows for part in parts),
        mapped={theirs: ours for part in parts for theirs, ours in part.evidence.mapped.items()},
        ignored=ignored,
    )
    accounts = pl.concat([part.accounts for part in parts])
    keys = ["platform", "account_id"]
    return Extract(
        evidence=evidence,
        accounts=accounts.sort(*keys, "observed_at").unique(keys, keep="last", maintain_order=True),
        notes=notes,
        **{name: pl.concat([frames_of_part[name] for frames_of_part in numbered]) for name in numbered[0]},
    )


def read_each(tables: Iterable[T], read: Callable[[T], Extract]) -> Extract:
    """One Extract of the tables of a file that can be read; a note says of each other one why it is not.

    Raises:
        Refused: none can be read.
    """
    parts, refusals = list[Extract](), list[Refused]()
    for table in tables:
        try:
            parts.append(read(table))
        except Refused as refusal:
            refusals.append(refusal)
    if not parts:
        raise refusals[0]
    whole = joined(parts)
    left = tuple(f"a part of the file was not read: {refusal}" for refusal in refusals)
    return replace(whole, notes=(*whole.notes, *left))


def _of(columns: tuple[Column, ...], data: pl.DataFrame) -> pl.DataFrame:
    return frame(columns, pl.DataFrame([data[c.name] for c in columns if c.name in data.columns]))


def _rejected(rows: Rows, read: pl.DataFrame) -> pl.DataFrame:
    if read[REASON].null_count() == read.height:
        return frame(REJECTS)
    bad = read.filter(pl.col(REASON).is_not_null()).select("row", REASON)
    return frame(REJECTS, bad.join(contents(rows, bad["row"]), on="row", how="left"))


def _of_another_width(rows: Rows) -> pl.DataFrame:
    odd = [o for o in rows.odd if o.is_torn or sum(bool(cell.strip()) for cell in o.cells) > 1]
    data = {"row": [o.row for o in odd], "reason": [o.reason for o in odd], "content": [o.content for o in odd]}
    return frame(REJECTS, pl.DataFrame(data, schema={c.name: c.dtype for c in REJECTS}))


def _accounts(kept: pl.DataFrame) -> pl.DataFrame:
    named = [name for name in ("name", "username", "organisation") if name in kept.columns]
    if "account_id" not in kept.columns or not named:
        return frame(ACCOUNTS)
    keys = ["platform", "account_id"]
    grouped = (
        kept.filter(pl.col("account_id").is_not_null())
        .group_by(keys, maintain_order=True)
        .agg(*(pl.col(name).drop_nulls().first() for name in named), pl.col("observed_at").max())
        .sort(keys)
    )
    return frame(ACCOUNTS, grouped)
