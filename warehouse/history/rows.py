"""Rows of the loads that count, as they lie in the warehouse: all of them, or those that can still count."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from warehouse.history import counting, document_versions
from warehouse.history.counting import DESCRIPTIONS, POSTS, READINGS, REASONS, Span, Whole
from warehouse.history.document_versions import Older
from warehouse.history.kept import Kept
from warehouse.history.store import Store, quoted
from warehouse.history.tables import DECISIONS
from warehouse.readings.at_ages import AGES
from warehouse.readings.latest import POST


@dataclass(frozen=True)
class Scope:
    """Which loads count, and what of them is looked at: what can still count in ``span``; every row where it is None.

    ``loads`` are the known ones, ``usable`` those in use. Of ``older`` versions of documents rows count one by one.
    ``unused`` are the loads of which no row counts by itself. Of ``unsure`` loads not even the day is known on which
    they were read. ``kept`` stands for the rows of its loads that can still count.
    """

    store: Store
    loads: pl.DataFrame
    usable: pl.DataFrame
    older: Older
    unused: tuple[str, ...]
    unsure: pl.DataFrame
    span: Span | None
    kept: Kept | None = None

    @property
    def where(self) -> str:
        """SQL that chooses the loads of which every row counts."""
        return f"where load_id not in ({_quoted(self.unused)})" if self.unused else ""

    @property
    def where_new(self) -> str:
        """SQL that chooses those for which ``kept`` does not stand."""
        used = self.usable.filter(~pl.col("load_id").is_in(list(self.unused)))
        new = used.join(self.kept.loads, on="load_id", how="anti") if self.kept else used
        return f"where load_id in ({_quoted(new['load_id'])})"


LONG, DEEP = 50_000, 2
"""A history of more readings than this, and of more than so many times its largest load, is not taken into memory."""


def is_long(store: Store) -> bool:
    """Whether it pays to look at what can still count: the posts of a single large export are read once each."""
    ((readings_held, largest),) = store.rows(
        "select (select count(*) from observations), (select coalesce(max(kept), 0) from loads)"
    )
    return bool(readings_held > max(LONG, DEEP * largest))


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


def ad_figures(scope: Scope) -> pl.DataFrame:
    """What ads cost, as reports of ads say."""
    return scope.store.frame(f"select * from ad_figures {scope.where}")


def audiences(scope: Scope) -> pl.DataFrame:
    """What exports and APIs tell of audiences, a part each."""
    return scope.store.frame(f"select * from audiences {scope.where}")


def tagged_visits(scope: Scope) -> pl.DataFrame:
    """Visits of sites by the tags of links."""
    return scope.store.frame(f"select * from tagged_visits {scope.where}")


def attendance(scope: Scope) -> pl.DataFrame:
    """What logs tell of who took part in events; spreadsheets damage none of it (``is_damaged``)."""
    rows = scope.store.frame(f"select * from attendance {scope.where}")
    older = [document_versions.kept_attendance(scope.store, scope.older)] if scope.older.load_ids else []
    return pl.concat([rows, *older]).with_columns(is_damaged=False)


def descriptions(scope: Scope) -> pl.DataFrame:
    """What loads tell of posts; of a long history with what :data:`warehouse.history.counting.DESCRIPTIONS` adds."""
    store, span = scope.store, scope.span
    if scope.kept is not None:
        new = counting.frame(store.connection, DESCRIPTIONS.format(where=scope.where_new))
        rows = pl.concat([scope.kept.rows.descriptions, new], rechunk=False)
    elif span is not None:
        rows = counting.descriptions(store.connection, DESCRIPTIONS.format(where=scope.where), span.before)
    else:
        rows = store.frame(f"select * from posts {scope.where}")
    if not scope.older.load_ids:
        return rows
    return pl.concat([rows, document_versions.kept_posts(store, scope.older)], how="diagonal")


def reasons(scope: Scope) -> pl.DataFrame:
    """Why rows do not know a metric, as far as their source told, and which rows are not settled yet."""
    if scope.kept is not None:
        new = scope.store.frame(REASONS.format(where=scope.where_new, and_="and"))
        return pl.concat([scope.kept.rows.reasons, new])
    query = REASONS.format(where=scope.where, and_="and" if scope.where else "where")
    return scope.store.frame(query) if scope.span is None else counting.reasons(scope.store.connection, query)


def listed(scope: Scope, *, is_new: bool = False) -> pl.DataFrame:
    """Each post of the loads that list every post of an account: ``load_id, platform, post_id``.

    ``is_new`` leaves out the loads for which ``kept`` stands.
    """
    lists = scope.usable.filter((pl.col("grade") == "api") | pl.col("lists_from").is_not_null())
    lists = lists.filter(~pl.col("load_id").is_in(list(scope.unused)))
    if is_new and scope.kept is not None:
        lists = lists.join(scope.kept.loads, on="load_id", how="anti")
    connection = scope.store.connection
    connection.register(
        "lists", lists.select("load_id").to_arrow()
    )  # of years of pulls there are hundreds of thousands
    posts = scope.store.frame(
        "select load_id, platform, post_id from posts semi join lists using (load_id) where is_gone is null"
    )
    connection.unregister("lists")
    return posts


def of_loads(scope: Scope) -> pl.DataFrame:
    """The accounts whose posts each load names: ``load_id, platform, account_id``."""
    where = scope.where if scope.kept is None else scope.where_new
    accounts_named = scope.store.frame(f"select distinct load_id, platform, account_id from posts {where}")
    if scope.kept is not None:
        accounts_named = pl.concat([scope.kept.rows.of_loads, accounts_named])
    if not scope.older.load_ids:
        return accounts_named
    named = document_versions.kept_posts(scope.store, scope.older).select("load_id", "platform", "account_id")
    return pl.concat([accounts_named, named.unique()])


def decisions(scope: Scope, before: datetime | None = None) -> pl.DataFrame:
    """What people decided, in the order in which their files came, with ``path, sha256, load_id, received_at`` of each.

    The same bytes in another place are no further decision: what they decide came when they first came.
    """
    first_came = scope.store.frame(
        "select sha256, min(received_at) as received_at from loads semi join decisions using (load_id) group by sha256"
    )
    loads = scope.usable.select("load_id", "path", "sha256", "modified_at").join(first_came, on="sha256")
    if before is not None:
        loads = loads.filter(pl.col("received_at") < before)
    made = scope.store.frame("select * from decisions").join(loads, on="load_id")
    return made.sort("received_at", "modified_at", "path", "cells").drop("modified_at")


def posts_of_loads(scope: Scope) -> pl.DataFrame:
    """How many posts each load names, under the names that it gives them: ``load_id, posts``.

    A part of the loads at a time: to tell posts apart takes memory.
    """
    where = scope.where if scope.kept is None else scope.where_new
    lengths = scope.store.frame(
        f"select load_id, count(*) as rows from posts {where} group by load_id order by load_id"
    )
    part = (pl.col("rows").cum_sum() // ROWS_AT_ONCE).alias("part")
    counts = [pl.DataFrame(schema={"load_id": pl.String, "posts": pl.Int64})]
    if scope.kept is not None:
        counts.append(scope.kept.rows.posts_of_loads)
    if scope.older.load_ids:
        named = document_versions.kept_posts(scope.store, scope.older)
        posts = pl.struct(POST).n_unique().cast(pl.Int64)
        counts.append(named.group_by("load_id").agg(posts.alias("posts")))
    for some in lengths.with_columns(part).partition_by("part"):
        counts.append(
            scope.store.frame(
                "select load_id, count(distinct (platform, post_id)) as posts from posts "
                f"where load_id in ({_quoted(some['load_id'])}) group by load_id"
            )
        )
    return pl.concat(counts)


ROWS_AT_ONCE = 5_000_000
"""So many rows of loads are looked at together."""


def readings(scope: Scope, whole: pl.DataFrame) -> pl.DataFrame:
    """Readings of posts; where those that can still count are looked at, every one of the posts ``whole``.

    ``whole`` is ``platform, post_id``, under the names that the rows give them.
    """
    connection, of_documents = scope.store.connection, _of_older_documents(scope)
    if scope.kept is not None:
        new = counting.frame(connection, READINGS.format(where=scope.where_new))
        return _beside_kept(scope, scope.kept.rows.readings, scope.kept.loads, _with(new, of_documents), whole)
    query = READINGS.format(where=scope.where)
    if scope.span is None:
        rows = counting.frame(connection, query)
    else:
        has_periods = of_documents.filter(pl.col("period_start").is_not_null()).select(POST)
        documents = scope.usable.filter("is_document").select("load_id")
        chosen = Whole(pl.concat([whole, has_periods]).unique(), documents)
        rows = counting.readings(connection, query, scope.span, chosen, scope.unsure)
    return _with(rows, of_documents)


def _beside_kept(
    scope: Scope, kept: pl.DataFrame, loads: pl.DataFrame, new: pl.DataFrame, whole: pl.DataFrame
) -> pl.DataFrame:
    """New readings beside those that were kept; of posts of which more may count now, every one.

    Gains over periods chain from any reading, so that a post's first period asks for all of them. Impressions that were
    read before a reach that comes late were not kept. ``loads`` are those of which ``kept`` was chosen.
    """
    is_period = pl.col("period_start").is_not_null()
    first_periods = new.filter(is_period).join(kept.filter(is_period), on=POST, how="anti").select(POST)
    shown = (
        kept.filter(pl.col("impressions").is_not_null()).group_by(POST).agg(pl.col("observed_at").max().alias("last"))
    )
    knows = pl.any_horizontal(pl.col("impressions", "reach").is_not_null())
    late = new.filter(knows & ~is_period).join(shown, on=POST).filter(pl.col("observed_at") < pl.col("last"))
    wanted = pl.concat([whole.select(POST), first_periods, late.select(POST)]).unique()
    if wanted.height:
        with counting.given(scope.store.connection, kept_loads=loads):
            again = _of_posts(scope, READINGS.format(where="where load_id in (select load_id from kept_loads)"), wanted)
        kept = pl.concat([kept.join(wanted, on=POST, how="anti"), again.select(kept.columns)], rechunk=False)
    return pl.concat([kept, new.select(kept.columns)], rechunk=False)


def readings_of(scope: Scope, posts: pl.DataFrame) -> pl.DataFrame:
    """Every reading of posts: ``platform, post_id``, under the names that the rows give them."""
    rows = _of_posts(scope, READINGS.format(where=scope.where), posts)
    return _with(rows, _of_older_documents(scope).join(posts, on=POST, how="semi"))


def readings_at_ages(scope: Scope, born: pl.DataFrame) -> pl.DataFrame:
    """Of a long history the readings at ages that :func:`readings` may leave out: :data:`counting.OF_AGES`.

    ``born`` is as :func:`warehouse.history.counting.at_ages` takes it. Of a post that was told of as now, what was kept
    stands for the loads that it was made of.
    """
    connection, kept = scope.store.connection, scope.kept
    if scope.span is None:
        return pl.DataFrame(schema=counting.OF_AGES)
    if kept is None:
        return counting.at_ages(connection, READINGS.format(where=scope.where), born)
    other = born.join(kept.rows.born, on=born.columns, how="anti")
    # Of posts that are newer than what was kept no reading at an age can be in it.
    other = other.filter(pl.col("published_at") + AGES[0].opens <= kept.newest)
    stands = kept.rows.at_ages.join(born, on=POST, how="semi")
    if other.is_empty():
        return stands
    with counting.given(connection, kept_loads=kept.loads):
        query = READINGS.format(where="where load_id in (select load_id from kept_loads)")
        again = counting.at_ages(connection, query, other)
    return pl.concat([stands.join(other, on=POST, how="anti"), again.select(stands.columns)], rechunk=False)


def undated_of(scope: Scope, posts: Callable[[], pl.DataFrame], before: datetime) -> pl.DataFrame:
    """Which of these posts each load read of which the day is not known: ``load_id, platform, post_id``.

    ``posts`` gives their names, ``platform, post_id``; it is called only where there is such a load.
    """
    undated = scope.usable.filter(pl.col("observed_until").is_not_null() & ~pl.col("load_id").is_in(list(scope.unused)))
    if not undated.height:
        return pl.DataFrame(schema={"load_id": pl.String, **POSTS})
    with counting.given(scope.store.connection, wanted=posts().select(POST)):
        return scope.store.frame(
            "select distinct load_id, platform, post_id from observations semi join wanted using (platform, post_id) "
            f"where load_id in ({_quoted(undated['load_id'])}) "
            f"and coalesce(period_end::timestamp, observed_at) < timestamp '{before}'"
        )


def _of_posts(scope: Scope, query: str, posts: pl.DataFrame) -> pl.DataFrame:
    with counting.given(scope.store.connection, wanted=posts.select(POST)):
        return counting.frame(scope.store.connection, f"from ({query}) semi join wanted using (platform, post_id)")


def _with(rows: pl.DataFrame, of_documents: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([rows, of_documents.select(rows.columns)], rechunk=False) if of_documents.height else rows


def told_of_loads(scope: Scope) -> pl.DataFrame:
    """All that is told of the loads in use of which every row counts, documents left out: ``load_id, told``.

    What it was read with is told, too. What people decided has no row that could be kept, and is left out.
    """
    told = scope.store.frame(
        "select load_id, hash(l, (select list(read_with order by connector) from readers r "
        "where r.place_id = l.place_id)) as told from loads l"
    )
    has_figures = ~pl.col("is_document") & pl.col("connector").ne_missing(DECISIONS.name)
    used = scope.usable.filter(has_figures & ~pl.col("load_id").is_in(list(scope.unused)))
    return told.join(used.select("load_id"), on="load_id", how="semi")


def seen_by(scope: Scope, before: datetime) -> pl.DataFrame:
    """:func:`told_of_loads`' rows of loads with nothing that was seen at an instant or later."""
    later = " union ".join(
        f"select distinct load_id from {table} where observed_at >= timestamp '{before}'"
        for table in ("observations", "posts")
    )
    return told_of_loads(scope).join(scope.store.frame(later), on="load_id", how="anti")


def count_readings(scope: Scope) -> int:
    """How many readings the warehouse has, those too that do not count."""
    return int(scope.store.rows("select count(*) from observations")[0][0])


def _of_older_documents(scope: Scope) -> pl.DataFrame:
    if not scope.older.load_ids:
        return pl.DataFrame(schema={"platform": pl.String, "post_id": pl.String, "period_start": pl.Date})
    return document_versions.kept_observations(scope.store, scope.older, READINGS)


def _quoted(load_ids: Iterable[str]) -> str:
    return ", ".join(map(quoted, load_ids)) or "null"
