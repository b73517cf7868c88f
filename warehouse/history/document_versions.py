"""Which rows of a document's versions count: what its newest version still has, each row from its own day.

docs/rules.md: Lifetime counters.

A version is a load of a document, which is one path as one connector reads it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from connectors.contract import METRIC_COLUMNS
from warehouse.history.store import Store, quoted

_DOCUMENT = ["path", "connector"]
_ROW = ["what", "platform", "name", "metric", "period_start", "period_end"]
"""What a row of a document is known by: a post, or an account's figure, over a period or since publication."""

_DESCRIBED = ("alias", "account_id", "url", "text", "kind", "published_at", "video_id", "is_crosspost")
"""What a row tells of its post: a cell that the newest version has emptied is unlearned."""

_ROWS = """
select load_id, 'post' as what, platform, post_id as name, null as metric, period_start, period_end, row,
       coalesce(period_end::timestamp, observed_at) as counts_from
from observations where load_id in ({loads})
union all
select load_id, 'account', platform, account_id, metric, period_start, period_end, row, observed_at
from account_metrics where load_id in ({loads})
"""


_Rows = set[tuple[object, ...]]
_Held = tuple[str, dict[str, _Rows]]


@dataclass(frozen=True)
class Older:
    """The older versions of documents: their loads, which of them no newer one replaces, and their rows that count.

    ``posts`` has ``load_id, row, platform, post_id, period_start, period_end, newest``, ``figures`` has
    ``load_id, row, metric``; ``newest`` is the load of the newest version that stands and has the row.
    """

    load_ids: tuple[str, ...]
    in_force: tuple[str, ...]
    posts: pl.DataFrame
    figures: pl.DataFrame


def in_order(loads: pl.DataFrame) -> pl.DataFrame:
    """The documents among loads, a row a version, oldest first: ``number`` counts on within a document.

    The files' own times order them: which version was looked at first says nothing of which is newer.
    """
    saved_at = pl.coalesce("saved_at", "observed_at")
    documents = loads.filter("is_document").sort(*_DOCUMENT, saved_at, "modified_at", "load_id")
    return documents.with_columns(pl.int_range(pl.len()).over(_DOCUMENT).alias("number"))


def older(store: Store, loads: pl.DataFrame) -> Older:
    """The older versions among loads that are in use, and what of them counts beside the newest ones.

    A version is replaced by a later one that keeps at least half of its rows; one that keeps less is another document,
    and both stand. A row of a replaced version counts where a later version that stands still has it. A row counts
    until a later version says something else of its day: its older readings are those of earlier days.
    """
    versions = in_order(loads)
    is_last = pl.col("number") == pl.col("number").max().over(_DOCUMENT)
    load_ids = tuple(versions.filter(~is_last)["load_id"])
    if not load_ids:  # so it is on nearly every night, and then no row is looked at
        return Older((), (), pl.DataFrame(), pl.DataFrame())
    rows = _rows(store, versions.filter(pl.len().over(_DOCUMENT) > 1))
    replaced = _replaced(_held(rows, versions))
    rows = rows.with_columns(pl.col("load_id").is_in(replaced).not_().alias("stands"))
    of_one = [*_DOCUMENT, *_ROW]
    by_standing = pl.col("number").filter(pl.col("stands")).max().over(of_one)
    there = rows.filter(by_standing >= pl.col("number")).with_columns(by_standing.alias("newest_number"))
    days = there.group_by(*of_one, "number").agg(pl.col("counts_from").min()).sort("number", descending=True)
    until = pl.col("counts_from").cum_min().shift(1).over(of_one)
    later = days.select(*of_one, "number", until.alias("until"))
    numbered = versions.select(*_DOCUMENT, pl.col("number").alias("newest_number"), pl.col("load_id").alias("newest"))
    kept = (
        there.join(later, on=[*of_one, "number"], nulls_equal=True)
        .filter((pl.col("counts_from") < pl.col("until")).fill_null(True) & pl.col("load_id").is_in(load_ids))
        .join(numbered, on=[*_DOCUMENT, "newest_number"])
        .sort("newest_number", "load_id", "row")
    )
    posts = kept.filter(pl.col("what") == "post").rename({"name": "post_id"})
    return Older(
        load_ids,
        tuple(load_id for load_id in load_ids if load_id not in replaced),
        posts.select("load_id", "row", "platform", "post_id", "period_start", "period_end", "newest"),
        kept.filter(pl.col("what") == "account").select("load_id", "row", "metric"),
    )


def _rows(store: Store, versions: pl.DataFrame) -> pl.DataFrame:
    """Every row of these versions, with its document and its version's number."""
    among = ", ".join(map(quoted, versions["load_id"])) or "null"
    rows = store.frame(_ROWS.format(loads=among))
    return rows.join(versions.select("load_id", *_DOCUMENT, "number"), on="load_id")


def _replaced(held: Iterable[_Held]) -> list[str]:
    """The loads of versions of which a later one keeps at least half of the rows."""
    return [
        load_id
        for _, versions in held
        for at, (load_id, has) in enumerate(versions.items())
        if any(2 * len(has & newer) >= len(has) for newer in list(versions.values())[at + 1 :])
    ]


def _held(rows: pl.DataFrame, versions: pl.DataFrame) -> list[_Held]:
    """The path of each document and the rows of its versions, oldest first: one for all metrics of an account."""
    key = [name for name in _ROW if name != "metric"]
    of_load = {load: set(part.select(key).iter_rows()) for (load,), part in rows.group_by("load_id")}
    held: dict[tuple[str, str], dict[str, _Rows]] = {}
    for path, connector, load_id in versions.select(*_DOCUMENT, "load_id").iter_rows():
        held.setdefault((path, connector), {})[load_id] = of_load.get(load_id, set())
    return [(path, of_document) for (path, _), of_document in held.items()]


def questions(store: Store, loads: pl.DataFrame, new: Collection[str]) -> list[str]:
    """What to ask of documents whose new version keeps less than half of the rows: a sentence a version.

    Args:
        loads: those in use.
        new: the loads that are told of.
    """
    versions = in_order(loads)
    told = versions.filter(pl.col("load_id").is_in(list(new))).select(_DOCUMENT)
    several = versions.join(told, on=_DOCUMENT, how="semi").filter(pl.len().over(_DOCUMENT) > 1)
    if not several.height:
        return []
    held = _held(_rows(store, several), versions)
    replaced, day = _replaced(held), dict(versions.select("load_id", pl.col("observed_at").dt.date()).iter_rows())
    sentences = []
    for path, of_document in held:
        for (before, has), (newer, holds) in pairwise(of_document.items()):
            if before not in replaced and not {before, newer}.isdisjoint(new):
                sentences.append(
                    f"{path}: the version of {day[newer]} has {len(has & holds)} of the {len(has)} rows of that of "
                    f"{day[before]}, so it is taken for another document, and the rows of both count. Give each "
                    f"document a name of its own; if the older rows are wrong, take them out: reach withdraw {before}."
                )
    return sentences


def kept_accounts(store: Store, kept: Older, loads: pl.DataFrame) -> pl.DataFrame:
    """What older versions that stand tell of accounts of which no newer version of their document tells."""
    versions = in_order(loads).filter(
        pl.col("load_id").is_in(kept.load_ids).not_() | pl.col("load_id").is_in(kept.in_force)
    )
    told = _of(store, "accounts", versions["load_id"] if kept.in_force else ())
    last = pl.col("number") == pl.col("number").max().over(*_DOCUMENT, "platform", "account_id")
    newest = told.join(versions.select("load_id", *_DOCUMENT, "number"), on="load_id").filter(last)
    return newest.filter(pl.col("load_id").is_in(kept.in_force)).select(told.columns)


def kept_posts(store: Store, kept: Older) -> pl.DataFrame:
    """What rows that still count tell of their posts, without the cells that their newest version has emptied."""
    counting = kept.posts.select("load_id", "platform", "post_id", "newest").unique(
        ["load_id", "platform", "post_id"], keep="last", maintain_order=True
    )
    rows = _of(store, "posts", kept.posts["load_id"]).join(counting, on=["load_id", "platform", "post_id"])
    newest = _of(store, "posts", kept.posts["newest"]).sort("row")
    newest = newest.unique(["load_id", "platform", "post_id"], keep="last", maintain_order=True)
    return _without_emptied(rows, newest, ["platform", "post_id"], _DESCRIBED)


def kept_observations(store: Store, kept: Older, query: str) -> pl.DataFrame:
    """Readings in rows that still count, as ``query`` (with ``{where}``) asks for them, emptied cells unlearned."""
    key = ["platform", "post_id", "period_start", "period_end"]
    rows = store.frame(query.format(where=_where(kept.posts["load_id"]))).join(
        kept.posts, on=["load_id", "row", *key], nulls_equal=True
    )
    newest = store.frame(query.format(where=_where(kept.posts["newest"])))
    return _without_emptied(rows, newest, key, METRIC_COLUMNS)


def kept_figures(store: Store, kept: Older) -> pl.DataFrame:
    """Accounts' figures in rows that still count."""
    return _of(store, "account_metrics", kept.figures["load_id"]).join(
        kept.figures, on=["load_id", "row", "metric"], how="semi"
    )


def kept_attendance(store: Store, kept: Older) -> pl.DataFrame:
    """What rows that still count tell of events."""
    return _of(store, "attendance", kept.posts["load_id"]).join(kept.posts, on=["load_id", "row"], how="semi")


def _without_emptied(rows: pl.DataFrame, newest: pl.DataFrame, key: list[str], columns: Iterable[str]) -> pl.DataFrame:
    """``rows`` without their ``newest``; null in ``columns`` where the row of that load is."""
    emptied = [pl.col(column).is_null().alias(f"{column} is emptied") for column in columns]
    joined = rows.join(
        newest.select(pl.col("load_id").alias("newest"), *key, *emptied),
        on=["newest", *key],
        how="left",
        nulls_equal=True,
    )
    return joined.with_columns(
        pl.when(pl.col(f"{column} is emptied").not_()).then(column).alias(column) for column in columns
    ).drop("newest", *(f"{column} is emptied" for column in columns))


def _of(store: Store, table: str, load_ids: Iterable[str]) -> pl.DataFrame:
    return store.frame(f"select * from {table} {_where(load_ids)}")


def _where(load_ids: Iterable[str]) -> str:
    return f"where load_id in ({', '.join(map(quoted, sorted(set(load_ids)))) or 'null'})"
