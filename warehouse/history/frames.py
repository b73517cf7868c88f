"""What the history holds, as frames: the loads that count at an instant, and what they brought, identities resolved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from warehouse.archive import withdrawals
from warehouse.history import document_versions, identity, suspect_files
from warehouse.history.store import Store, quoted


@dataclass(frozen=True)
class Known:
    """What is taken to be known: loads that came in, and withdrawals that were made, before an instant.

    None stands for all that is known today.
    """

    loads_before: datetime | None = None
    withdrawals_before: datetime | None = None


TODAY = Known()


@dataclass(frozen=True)
class Frames:
    """Everything to the right of the warehouse starts from these, identities resolved."""

    loads: pl.DataFrame
    accounts: pl.DataFrame
    account_names: pl.DataFrame
    posts: pl.DataFrame
    account_figures: pl.DataFrame
    observations: pl.LazyFrame
    unknown_because: pl.DataFrame
    api_accounts: pl.DataFrame


_READINGS = """
select o.* exclude (audience_by, unknown_because, is_final), l.grade <> 'entered' as is_measured,
       case when o.observed_at = l.observed_at then l.observed_until end as observed_until
from observations o join loads l using (load_id) {where}
"""


def known_frames(store: Store, plan_accounts: Iterable[identity.KnownAccount], knowledge: Known = TODAY) -> Frames:
    """The history by all that is known today, or was known then."""
    planned = list(plan_accounts)
    loads = known_loads(store, knowledge)
    usable = in_use(loads)
    older = document_versions.older(store, usable)
    used = set(usable["load_id"]) - set(older.load_ids)
    unused = [load_id for (load_id,) in store.rows("select load_id from loads") if load_id not in used]
    where = f"where load_id not in ({', '.join(map(quoted, unused))})" if unused else ""
    accounts = store.frame(f"select * from accounts {where}")
    described = store.frame(f"select * from posts {where}")
    of_accounts = store.frame(f"select * from account_metrics {where}")
    read = pl.DataFrame(
        pl.from_arrow(store.connection.sql(_READINGS.format(where=where)).to_arrow_table(), rechunk=False)
    )
    if older.load_ids:
        accounts = pl.concat([accounts, document_versions.kept_accounts(store, older, usable)])
        described = pl.concat([described, document_versions.kept_posts(store, older)])
        of_accounts = pl.concat([of_accounts, document_versions.kept_figures(store, older)])
        read = pl.concat([read, document_versions.kept_observations(store, older, _READINGS)], rechunk=False)
    names = identity.account_names(accounts, planned)
    aliases = identity.account_aliases(names)
    posts = identity.resolve_accounts(described, aliases)
    posts = identity.accounts_of_folders(posts, loads.select("load_id", "path"), aliases, planned)
    post_aliases = identity.post_aliases(posts)
    figures = identity.resolve_accounts(of_accounts, aliases)
    figures = identity.accounts_of_folders(figures, loads.select("load_id", "path"), aliases, planned)
    return Frames(
        loads,
        identity.resolve_accounts(accounts, aliases),
        names,
        identity.resolve_posts(posts.lazy(), post_aliases).collect(),
        figures,
        identity.resolve_posts(read.lazy(), post_aliases),
        identity.resolve_posts(_reasons(store, where).lazy(), post_aliases).collect(),
        identity.resolve_accounts(_api_accounts(store, knowledge), aliases).drop("platform"),
    )


def known_loads(store: Store, knowledge: Known = TODAY) -> pl.DataFrame:
    """The loads that are known, with ``doubted`` and ``withdrawn`` as they were then."""
    loads = every_load(store)
    if knowledge == TODAY:
        return loads.filter(pl.col("known_until").is_null())
    instant = knowledge.loads_before
    if instant is None:
        loads = loads.filter(pl.col("known_until").is_null())
    else:
        stood_then = pl.col("known_until").is_null() | (pl.col("known_until") >= instant)
        loads = loads.filter((pl.coalesce("known_from", "received_at") < instant) & stood_then)
    in_force = withdrawals.in_force(store.frame("select * from withdrawals"), knowledge.withdrawals_before)
    loads = withdrawals.marked(loads, in_force)
    return loads.drop("doubted").join(suspect_files.find(store.connection, loads), on="load_id", how="left")


def every_load(store: Store) -> pl.DataFrame:
    """Every load, those too whose bytes another file version stands for now."""
    return store.frame("select * from loads")


def read_loads(store: Store, load_ids: Iterable[str]) -> pl.DataFrame:
    """These loads as the loads table has them, with the first ``reason`` for which a row was rejected."""
    wanted = pl.DataFrame({"load_id": list(load_ids)}, schema={"load_id": pl.String})
    first = store.frame(
        "select load_id, arg_min(reason, row) as reason from rejects where row is not null group by load_id"
    )
    loads = store.frame("select * from loads order by path, load_id")
    return loads.join(wanted, on="load_id", how="semi").join(first, on="load_id", how="left")


def withdrawn_as(store: Store, loads: pl.DataFrame) -> withdrawals.Target:
    """What was withdrawn when the first of these loads was."""
    in_force = withdrawals.in_force(store.frame("select * from withdrawals"), None)
    return withdrawals.target_of(loads, in_force)


def in_use(loads: pl.DataFrame) -> pl.DataFrame:
    """The loads whose figures count: not a refused, doubted or withdrawn file's.

    Which rows of a document's versions count is told by :mod:`warehouse.history.document_versions`.
    """
    return loads.filter(pl.all_horizontal(pl.col("refused", "doubted", "withdrawn").is_null()))


def owners(frames: Frames) -> pl.DataFrame:
    """``load_id, platform, account_id, or_platform``: whose figures each load brought; null where nobody knows.

    ``or_platform`` is another platform whose they may be.
    """
    columns = ["load_id", "platform", "account_id", "or_platform"]
    posts = frames.posts.with_columns(pl.lit(None, pl.String).alias("or_platform"))
    return pl.concat([posts.select(columns).unique(), frames.account_figures.select(columns).unique()]).unique()


def _api_accounts(store: Store, knowledge: Known) -> pl.DataFrame:
    """How APIs were last asked; of accounts asked again since an instant nothing is known of before."""
    accounts = store.frame("select *, connector as platform from api_accounts")
    return (
        accounts if knowledge.loads_before is None else accounts.filter(pl.col("last_pull_at") < knowledge.loads_before)
    )


def _reasons(store: Store, where: str) -> pl.DataFrame:
    """Why rows do not know a metric, as far as their source told, and which rows are not settled yet."""
    has = f"{where} and" if where else "where"
    return store.frame(
        "select load_id, platform, post_id, observed_at, row, unknown_because, is_final from observations "
        f"{has} (unknown_because is not null or not is_final)"
    )
