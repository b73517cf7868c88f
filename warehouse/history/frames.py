"""What the history holds, as frames: the loads that count at an instant, and what they brought, identities resolved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from warehouse.archive import withdrawals
from warehouse.history import document_versions, identity, rows, suspect_files
from warehouse.history.counting import Span
from warehouse.history.kept import Kept
from warehouse.history.rows import Scope
from warehouse.history.store import Store
from warehouse.readings.latest import day_of


@dataclass(frozen=True)
class Known:
    """What is taken to be known: loads that came in, withdrawals and decisions that were made, before an instant.

    None stands for all that is known today. A decision comes with a load, and is not known before that.
    """

    loads_before: datetime | None = None
    withdrawals_before: datetime | None = None
    decisions_before: datetime | None = None


TODAY = Known()


@dataclass(frozen=True)
class Frames:
    """What rules take from the history, identities resolved; readings are asked for apart (:mod:`warehouse.day`).

    ``post_aliases`` is what :func:`warehouse.history.identity.post_aliases` says. ``described``, ``reasons`` and
    ``of_loads`` are as :mod:`warehouse.history.rows` gives them, under the names that loads give, and so ``decisions``.
    """

    loads: pl.DataFrame
    accounts: pl.DataFrame
    account_names: pl.DataFrame
    posts: pl.DataFrame
    owners: pl.DataFrame
    described: pl.DataFrame
    reasons: pl.DataFrame
    of_loads: pl.DataFrame
    post_aliases: pl.DataFrame
    account_figures: pl.DataFrame
    ad_figures: pl.DataFrame
    audiences: pl.DataFrame
    tagged_visits: pl.DataFrame
    attendance: pl.DataFrame
    unknown_because: pl.DataFrame
    api_accounts: pl.DataFrame
    decisions: pl.DataFrame


def scope_of(
    store: Store, zone: str, knowledge: Known = TODAY, span: Span | None = None, kept: Kept | None = None
) -> Scope:
    """The loads that count by all that is known today, or was known then; days are those of the reporting zone.

    ``kept`` is used where it suits: in a span that is looked at by all that is known today, behind all that it was made
    of, while every load of that counts as it did.
    """
    loads = known_loads(store, knowledge)
    usable = in_use(loads)
    older = document_versions.older(store, usable)
    used = set(usable["load_id"]) - set(older.load_ids)
    unused = tuple(load_id for (load_id,) in store.rows("select load_id from loads") if load_id not in used)
    last_day = day_of(pl.col("observed_until"), zone)
    unsure = usable.filter(last_day != day_of(pl.col("observed_at"), zone)).select("load_id")
    scope = Scope(store, loads, usable, older, unused, unsure, span)
    if kept is None or span is None or knowledge != TODAY or kept.newest >= span.before:
        return scope
    stand = kept.loads.join(rows.told_of_loads(scope), on=["load_id", "told"], how="semi")
    return replace(scope, kept=kept) if stand.height == kept.loads.height else scope


def known_frames(scope: Scope, plan_accounts: Iterable[identity.KnownAccount], knowledge: Known = TODAY) -> Frames:
    """What the history holds of everything but readings."""
    planned, paths = list(plan_accounts), scope.loads.select("load_id", "path")
    accounts = rows.accounts(scope)
    names = identity.account_names(accounts, planned)
    aliases = identity.account_aliases(names)

    def of_accounts(frame: pl.DataFrame) -> pl.DataFrame:
        return identity.accounts_of_folders(identity.resolve_accounts(frame, aliases), paths, aliases, planned)

    described, reasons = rows.descriptions(scope), rows.reasons(scope)
    posts = of_accounts(described.drop("grade", "connector", "last_instant", "folder", strict=False))
    post_aliases = identity.post_aliases(posts)

    def of_posts(frame: pl.DataFrame) -> pl.DataFrame:
        return identity.resolve_posts(frame.lazy(), post_aliases).collect()

    of_loads, figures = rows.of_loads(scope), of_accounts(rows.account_figures(scope))
    return Frames(
        loads=scope.loads,
        accounts=identity.resolve_accounts(accounts, aliases),
        account_names=names,
        posts=of_posts(posts),
        owners=_owners(of_accounts(of_loads), figures),
        described=described,
        reasons=reasons,
        of_loads=of_loads,
        post_aliases=post_aliases,
        account_figures=figures,
        ad_figures=rows.ad_figures(scope),
        audiences=of_accounts(rows.audiences(scope)),
        tagged_visits=of_accounts(rows.tagged_visits(scope)),
        attendance=of_posts(rows.attendance(scope)),
        unknown_because=of_posts(reasons),
        api_accounts=identity.resolve_accounts(_api_accounts(scope.store, knowledge), aliases).drop("platform"),
        decisions=rows.decisions(scope, knowledge.decisions_before),
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
    store.connection.register("wanted", wanted.to_arrow())
    first = store.frame(
        "select load_id, arg_min(reason, row) as reason from rejects semi join wanted using (load_id) "
        "where row is not null group by load_id"
    )
    loads = store.frame("select * from loads semi join wanted using (load_id) order by path, load_id")
    store.connection.unregister("wanted")
    return loads.join(first, on="load_id", how="left")


def withdrawn_as(store: Store, loads: pl.DataFrame) -> withdrawals.Target:
    """What was withdrawn when the first of these loads was."""
    in_force = withdrawals.in_force(store.frame("select * from withdrawals"), None)
    return withdrawals.target_of(loads, in_force)


def in_use(loads: pl.DataFrame) -> pl.DataFrame:
    """The loads whose figures count: not a refused, doubted or withdrawn file's.

    Which rows of a document's versions count is told by :mod:`warehouse.history.document_versions`.
    """
    return loads.filter(pl.all_horizontal(pl.col("refused", "doubted", "withdrawn").is_null()))


def has_unsure(loads: pl.DataFrame) -> bool:
    """Whether it is not known of some of these loads when their figures were read."""
    return loads["observed_until"].null_count() < loads.height


def _owners(of_posts: pl.DataFrame, of_accounts: pl.DataFrame) -> pl.DataFrame:
    """``load_id, platform, account_id, or_platform``: whose figures each load brought; null where nobody knows.

    ``or_platform`` is another platform whose they may be.
    """
    columns = ["load_id", "platform", "account_id", "or_platform"]
    told = of_posts.with_columns(pl.lit(None, pl.String).alias("or_platform"))
    return pl.concat([told.select(columns), of_accounts.select(columns)]).unique()


def _api_accounts(store: Store, knowledge: Known) -> pl.DataFrame:
    """How APIs were last asked; of accounts asked again since an instant nothing is known of before."""
    accounts = store.frame("select *, connector as platform from api_accounts")
    return (
        accounts if knowledge.loads_before is None else accounts.filter(pl.col("last_pull_at") < knowledge.loads_before)
    )
