"""Rows of the loads that count, as they lie in the warehouse: all of them, or those that can still count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from warehouse.history import counting, document_versions
from warehouse.history.counting import DESCRIPTIONS, READINGS, REASONS, Span, Whole
from warehouse.history.document_versions import Older
from warehouse.history.store import Store, quoted

POST = ("platform", "post_id")
_BESIDE = ("grade", "connector", "last_instant", "folder")
"""What :data:`warehouse.history.counting.DESCRIPTIONS` has beside the columns of posts."""


@dataclass(frozen=True)
class Scope:
    """Which loads count, and what of them is looked at: what can still count in ``span``; every row where it is None.

    ``loads`` are the known ones, ``usable`` those in use. Of ``older`` versions of documents rows count one by one.
    ``unused`` are the loads of which no row counts by itself. Of ``unsure`` loads not even the day is known on which
    they were read.
    """

    store: Store
    loads: pl.DataFrame
    usable: pl.DataFrame
    older: Older
    unused: tuple[str, ...]
    unsure: pl.DataFrame
    span: Span | None

    @property
    def where(self) -> str:
        """SQL that chooses the loads of which every row counts."""
        return f"where load_id not in ({_quoted(self.unused)})" if self.unused else ""


LONG = 200_000
"""A history of more readings than this is not taken into memory: what of it can still count is looked at."""


def is_long(store: Store) -> bool:
    """Whether a history has more than :data:`LONG` readings."""
    return int(store.rows("select count(*) from observations")[0][0]) > LONG


def accounts(scope: Scope) -> pl.DataFrame:
    """What loads tell of accounts."""
    rows = scope.store.frame(f"select * from accounts {scope.where}")
    if not scope.older.load_ids:
        return rows
    return pl.concat([rows, document_versions.kept_accounts(scope.store, scope.older, scope.usable)])


def account_figures(scope: Scope) -> pl.DataFrame:
    """Accounts' figures."""
    rows = scope.store.frame(f"select * from account_metrics {scope.where}")
    return pl.concat([rows, document_versions.kept_figures(scope.store, scope.older)]) if scope.older.load_ids else rows


def descriptions(scope: Scope) -> pl.DataFrame:
    """What loads tell of posts."""
    store, span = scope.store, scope.span
    if span is None:
        rows = store.frame(f"select * from posts {scope.where}")
    else:
        rows = counting.descriptions(store.connection, DESCRIPTIONS.format(where=scope.where), span.before)
        rows = rows.drop(_BESIDE)
    if not scope.older.load_ids:
        return rows
    return pl.concat([rows, document_versions.kept_posts(store, scope.older).select(rows.columns)])


def reasons(scope: Scope) -> pl.DataFrame:
    """Why rows do not know a metric, as far as their source told, and which rows are not settled yet."""
    query = REASONS.format(where=scope.where, and_="and" if scope.where else "where")
    return scope.store.frame(query) if scope.span is None else counting.reasons(scope.store.connection, query)


def listed(scope: Scope) -> pl.DataFrame:
    """Each post of the loads that list every post of an account: ``load_id, platform, post_id``."""
    lists = scope.usable.filter((pl.col("grade") == "api") | pl.col("lists_from").is_not_null())
    among = lists.filter(~pl.col("load_id").is_in(list(scope.unused)))["load_id"]
    return scope.store.frame(
        f"select load_id, platform, post_id from posts where load_id in ({_quoted(among)}) and is_gone is null"
    )


def of_loads(scope: Scope) -> pl.DataFrame:
    """The accounts whose posts each load names, and how many: ``load_id, platform, account_id, posts``."""
    rows = scope.store.frame(
        f"select load_id, platform, account_id, count(distinct post_id) as posts from posts {scope.where} group by all"
    )
    if not scope.older.load_ids:
        return rows
    named = document_versions.kept_posts(scope.store, scope.older).group_by("load_id", "platform", "account_id")
    return pl.concat([rows, named.agg(pl.col("post_id").n_unique().cast(pl.Int64).alias("posts"))])


def readings(scope: Scope, whole: pl.DataFrame) -> pl.DataFrame:
    """Readings of posts; where those that can still count are looked at, every one of the posts ``whole``.

    ``whole`` is ``platform, post_id``, under the names that the rows give them.
    """
    query, of_documents = READINGS.format(where=scope.where), _of_older_documents(scope)
    if scope.span is None:
        rows = counting.frame(scope.store.connection, query)
    else:
        has_periods = of_documents.filter(pl.col("period_start").is_not_null()).select(POST)
        documents = scope.usable.filter("is_document").select("load_id")
        chosen = Whole(pl.concat([whole, has_periods]).unique(), documents)
        rows = counting.readings(scope.store.connection, query, scope.span, chosen, scope.unsure)
    return pl.concat([rows, of_documents.select(rows.columns)], rechunk=False) if of_documents.height else rows


def readings_of(scope: Scope, posts: pl.DataFrame) -> pl.DataFrame:
    """Every reading of posts: ``platform, post_id``, under the names that the rows give them."""
    query = READINGS.format(where=scope.where)
    with counting.given(scope.store.connection, wanted=posts.select(POST)):
        rows = counting.frame(scope.store.connection, f"from ({query}) semi join wanted using (platform, post_id)")
    of_documents = _of_older_documents(scope).join(posts, on=POST, how="semi")
    return pl.concat([rows, of_documents.select(rows.columns)], rechunk=False) if of_documents.height else rows


def count_readings(scope: Scope) -> int:
    """How many readings the warehouse has, those too that do not count."""
    return int(scope.store.rows("select count(*) from observations")[0][0])


def _of_older_documents(scope: Scope) -> pl.DataFrame:
    if not scope.older.load_ids:
        return pl.DataFrame(schema={"platform": pl.String, "post_id": pl.String, "period_start": pl.Date})
    return document_versions.kept_observations(scope.store, scope.older, READINGS)


def _quoted(load_ids: Iterable[str]) -> str:
    return ", ".join(map(quoted, load_ids)) or "null"
