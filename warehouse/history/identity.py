"""Which rows speak of one account, and which of one post.

docs/rules.md: Identity survives spreadsheets.

Pure functions of everything that was ever loaded: what a later file teaches is true of earlier
files too, and the order of loading leaves no trace.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from warehouse.texts import could_have_been, folded_expr, match_key

KnownAccount = tuple[str, str, str | None, tuple[str, ...]]
"""Platform, account_id, organisation and names of an account that the plan knows."""


def account_names(accounts: pl.DataFrame, plan_accounts: Iterable[KnownAccount]) -> pl.DataFrame:
    """Everything an account is called: ``platform, account_id, alias``, the alias folded; ids are aliases too.

    An account that only ever was a name or a handle is not a second account beside the one with an id that has it.
    Where the plan names an account by its handle, that is its id.
    """
    planned = pl.DataFrame(
        [(platform, i, name) for platform, i, _, names in plan_accounts for name in (i, f"{platform}:{i}", *names)],
        schema=_texts("platform", "account_id", "alias"),
        orient="row",
    )
    aliases = [
        accounts.select("platform", "account_id", alias)
        for alias in (
            pl.col("account_id").alias("alias"),
            pl.format("{}:{}", "platform", "account_id").alias("alias"),
            pl.col("name").alias("alias"),
            pl.col("username").alias("alias"),
        )
    ]
    calls = pl.concat([planned, *aliases]).drop_nulls().with_columns(folded_expr(pl.col("alias"))).unique()
    with_id = pl.concat(
        [
            planned.select("platform", "account_id"),
            accounts.filter(
                (folded_expr(pl.col("name")) != folded_expr(pl.col("account_id"))) | pl.col("username").is_not_null()
            ).select("platform", "account_id"),
        ]
    ).unique()
    return (
        calls.join(_by_handle(accounts, planned), on=["platform", "account_id"], how="left")
        .with_columns(pl.coalesce("same_as", "account_id").alias("account_id"))
        .select("platform", "account_id", "alias")
        .unique()
        .join(with_id.with_columns(has_id=True), on=["platform", "account_id"], how="left")
        .filter(pl.col("has_id") | ~pl.col("has_id").any().over("platform", "alias"))
        .select("platform", "account_id", "alias")
        .sort("platform", "account_id", "alias")
    )


def _by_handle(accounts: pl.DataFrame, planned: pl.DataFrame) -> pl.DataFrame:
    """``platform, account_id, same_as``: accounts that a handle shows to be another one.

    A handle is one account's, in capitals or not. Where the plan names an account by it, that is the account's id;
    else its number is, where it has one only; else the one account that the plan calls so; else one of its spellings.
    """
    handles = {"handle": folded_expr(pl.col("username")), "is_planned": pl.lit(False)}
    names = {"handle": folded_expr(pl.col("alias").str.strip_prefix("@")), "is_planned": pl.lit(True)}
    called = pl.concat(
        [
            frame.select("platform", "account_id", **columns).drop_nulls("handle").unique()
            for frame, columns in ((accounts, handles), (planned, names))
        ]
    ).with_columns((folded_expr(pl.col("account_id").str.strip_prefix("@")) == pl.col("handle")).alias("is_handle"))
    ids, is_planned, is_handle = pl.col("account_id"), pl.col("is_planned"), pl.col("is_handle")
    numbers, so_called = ids.filter(~is_handle & ~is_planned), ids.filter(~is_handle & is_planned)
    key = ["platform", "handle"]
    same_as = pl.coalesce(
        ids.filter(is_planned & is_handle).min().over(key),
        pl.when(numbers.n_unique().over(key) == 1).then(numbers.min().over(key)),
        pl.when((numbers.len() == 0) & (so_called.n_unique() == 1)).then(so_called.min()).over(key),
        ids.filter(is_handle).min().over(key),
    )
    same = (
        called.with_columns(same_as.alias("same_as"), (numbers.n_unique() == 1).over(key).alias("is_one"))
        .filter(is_handle | (~is_planned & pl.col("is_one")))
        .filter(ids != pl.col("same_as"))
        .group_by("platform", "account_id")
        .agg(pl.col("same_as").min())
    )
    # A handle that was given up leads to the number, and the number to the handle that the plan has.
    further = same.select("platform", pl.col("account_id").alias("same_as"), pl.col("same_as").alias("planned_id"))
    return same.join(further, on=["platform", "same_as"], how="left").select(
        "platform", "account_id", pl.coalesce("planned_id", "same_as").alias("same_as")
    )


def account_aliases(names: pl.DataFrame) -> pl.DataFrame:
    """``platform, alias, account_id`` for every name that names exactly one account of its platform."""
    return (
        names.group_by("platform", "alias")
        .agg(pl.col("account_id").unique())
        .filter(pl.col("account_id").list.len() == 1)
        .with_columns(pl.col("account_id").list.first())
        .sort("platform", "alias")
    )


def resolve_accounts(frame: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with ``account_id`` replaced by the one id that it is an alias of, with ``@`` in front or without."""
    key, written = ["platform", "account_id"], folded_expr(pl.col("account_id"))
    accounts = frame.select(key).unique()
    called = pl.concat([accounts.with_columns(alias=alias) for alias in (written, written.str.strip_prefix("@"))])
    others = (
        called.join(aliases.rename({"account_id": "known"}), on=["platform", "alias"], maintain_order="left")
        .unique(key, keep="first", maintain_order=True)
        .filter(pl.col("known") != pl.col("account_id"))
        .select(*key, "known")
    )
    if not others.height:
        return frame
    return (
        frame.join(others, on=key, how="left")
        .with_columns(pl.coalesce("known", "account_id").alias("account_id"))
        .drop("known")
    )


def accounts_of_folders(
    posts: pl.DataFrame, paths: pl.DataFrame, aliases: pl.DataFrame, plan_accounts: Iterable[KnownAccount]
) -> pl.DataFrame:
    """``posts``, or accounts' figures, whose file says no account get the one that a folder of its path is named like.

    A folder may be named like an account, or like an organisation of the plan that has exactly one
    account on the platform. Figures that may be of another platform (``or_platform``) are of the one that has an
    account in the innermost such folder; where both have one or several, they stay what they were taken for, and
    ``or_platform`` stays, too. ``paths`` is ``load_id, path``.
    """
    has_other = "or_platform" in posts.columns
    frame = posts if has_other else posts.with_columns(pl.lit(None, pl.String).alias("or_platform"))
    key = ["load_id", "platform", "or_platform"]
    nameless = frame.filter(pl.col("account_id").is_null()).select(key).unique()
    if not nameless.height:
        return posts
    named, shared = _named_folders(aliases, plan_accounts)
    where = dict(paths.select("load_id", "path").iter_rows())
    claims = []
    for load_id, platform, other in nameless.iter_rows():
        folders = [match_key(folder) for folder in reversed(where[load_id].split("/")[:-1])]
        both = ((folder, named.get((platform, folder)), named.get((other, folder))) for folder in folders)
        inner, here, there = next((pair for pair in both if any(pair[1:])), ("", None, None))
        has_here, has_there = here or (platform, inner) in shared, there or (other, inner) in shared
        is_either = bool(has_here) == bool(has_there)
        is_others = not has_here and has_there
        claims.append(
            (load_id, platform, other, other if is_others else platform, there if is_others else here,
             other if is_either else None)
        )  # fmt: skip
    answers = pl.DataFrame(claims, schema=_texts(*key, "is_platform", "is_account", "still_or"), orient="row")
    is_claimed = pl.col("account_id").is_null() & pl.col("is_platform").is_not_null()
    return (
        frame.join(answers, on=key, how="left", nulls_equal=True)
        .with_columns(
            pl.when(is_claimed).then("is_platform").otherwise("platform").alias("platform"),
            pl.when(is_claimed).then("still_or").otherwise("or_platform").alias("or_platform"),
            pl.coalesce("account_id", "is_account").alias("account_id"),
        )
        .select(posts.columns)
    )


def _named_folders(
    aliases: pl.DataFrame, plan_accounts: Iterable[KnownAccount]
) -> tuple[dict[tuple[str, str], str], set[tuple[str, str]]]:
    """The account that a folder means, by platform and the folder's name, folded; and the folders that mean several."""
    owned: dict[tuple[str, str], set[str]] = {}
    for platform, account_id, organisation, _ in plan_accounts:
        if organisation:
            owned.setdefault((platform, match_key(organisation)), set()).add(account_id)
    names = {(p, a): i for p, a, i in aliases.select("platform", "alias", "account_id").iter_rows()}
    only = {key: next(iter(ids)) for key, ids in owned.items() if len(ids) == 1 and key not in names}
    return names | only, {key for key, ids in owned.items() if len(ids) > 1 and key not in names}


def native_id(post_id: pl.Expr, account_id: pl.Expr) -> pl.Expr:
    """A post's own number, without the account's in front of it."""
    return pl.coalesce(post_id.str.strip_prefix(account_id + "_"), post_id)


def post_aliases(posts: pl.DataFrame) -> pl.DataFrame:
    """Identities as rows gave them -> the post they mean, where that is another.

    A number in a permalink means the post whose row, with an intact id, has it in its link; rows with
    neither are the post of the same account, minute and text that another source names. A video's number, which
    exports of videos have instead of a post's, means the post whose link holds it, else the one post that the
    account published in that minute.

    Returns ``platform, alias, post_id``.
    """
    empty = pl.DataFrame(schema=_texts("platform", "alias", "post_id"))
    if not posts.height or (posts["identified_by"] == "id").all():
        return empty
    rows = posts.with_columns(
        native_id(pl.col("post_id"), pl.col("account_id")).alias("native"),
        pl.col("published_at").dt.truncate("1m").alias("minute"),
    )
    by_link = (
        rows.filter(pl.col("identified_by").is_in(["link", "video"]))
        .select("platform", "post_id", "account_id", "native")
        .unique()
    )
    intact = rows.filter(pl.col("identified_by") == "id")
    linked = _by_number(by_link, intact, "native", empty)
    left = by_link.join(linked, left_on=["platform", "post_id"], right_on=["platform", "alias"], how="anti")
    linked = pl.concat([linked, _by_number(left, intact.drop_nulls("alias"), "alias", empty)])
    left = by_link.join(linked, left_on=["platform", "post_id"], right_on=["platform", "alias"], how="anti")
    owned = left.filter(pl.col("native") != pl.col("post_id"))
    linked = pl.concat([linked, _by_number(left.filter(pl.col("native") == pl.col("post_id")), owned, "native", empty)])
    linked = pl.concat([linked, _by_minute(rows, linked)])
    moments = rows.filter(pl.col("identified_by") == "moment")
    return pl.concat([linked, _by_moment(moments, rows, linked)]).unique().sort("platform", "alias")


def _by_minute(rows: pl.DataFrame, linked: pl.DataFrame) -> pl.DataFrame:
    """Videos that no link names -> the one post of their account and minute; of several the one that is a video."""
    meanings = linked.rename({"alias": "post_id", "post_id": "means"})
    key = ["platform", "account_id", "minute"]
    videos = rows.filter(pl.col("identified_by") == "video").select(*key, "post_id").drop_nulls().unique()
    videos = videos.join(meanings, on=["platform", "post_id"], how="anti")
    if not videos.height:
        return linked.clear()
    others = (
        rows.filter(pl.col("identified_by").is_in(["id", "link"]))
        .join(meanings, on=["platform", "post_id"], how="left")
        .select(
            *key,
            pl.coalesce("means", "post_id").alias("means"),
            pl.col("kind").is_in(["video", "short", "live"]).alias("is_video"),
        )
        .group_by(*key, "means")
        .agg(pl.col("is_video").any())
    )
    return (
        videos.join(others, on=key)
        .filter(pl.col("is_video") | ~pl.col("is_video").any().over(key))
        .group_by("platform", pl.col("post_id").alias("alias"))
        .agg(pl.col("means").unique().alias("post_id"))
        .filter(pl.col("post_id").list.len() == 1)
        .with_columns(pl.col("post_id").list.first())
    )


def _by_number(wanted: pl.DataFrame, named: pl.DataFrame, number: str, empty: pl.DataFrame) -> pl.DataFrame:
    if not wanted.height or not named.height:
        return empty
    named = named.select(
        "platform",
        pl.col(number).alias("native"),
        pl.col("post_id").alias("means"),
        pl.col("account_id").alias("owner"),
    ).unique()
    return (
        wanted.join(named, on=["platform", "native"])
        .filter((pl.col("account_id") == pl.col("owner")).fill_null(True) & (pl.col("post_id") != pl.col("means")))
        .group_by("platform", pl.col("post_id").alias("alias"))
        .agg(pl.col("means").unique().alias("post_id"))
        .filter(pl.col("post_id").list.len() == 1)
        .with_columns(pl.col("post_id").list.first())
    )


def _by_moment(moments: pl.DataFrame, rows: pl.DataFrame, linked: pl.DataFrame) -> pl.DataFrame:
    key = ["platform", "account_id", "minute"]
    wanted = moments.select(*key, "post_id", "text", "is_damaged").unique()
    others = rows.join(wanted.select(key).unique(), on=key, how="semi")
    others = (
        others.join(
            linked.rename({"post_id": "means"}),
            left_on=["platform", "post_id"],
            right_on=["platform", "alias"],
            how="left",
        )
        .with_columns(pl.coalesce("means", "post_id").alias("post_id"))
        .select(*key, "post_id", "text", "is_damaged", "identified_by")
        .unique()
    )
    aliases: list[tuple[str, str, str]] = []
    candidates: dict[tuple[object, ...], list[dict[str, object]]] = {}
    for other in others.iter_rows(named=True):
        candidates.setdefault(tuple(other[k] for k in key), []).append(other)
    for row in wanted.iter_rows(named=True):
        same = [c for c in candidates[tuple(row[k] for k in key)] if _is_same_text(row, c)]
        named = {str(c["post_id"]) for c in same if c["identified_by"] != "moment"}
        whole = {str(c["post_id"]) for c in same if c["identified_by"] == "moment" and not c["is_damaged"]}
        means = named or whole
        if len(means) == 1 and row["post_id"] not in means:
            aliases.append((row["platform"], row["post_id"], means.pop()))
    return pl.DataFrame(aliases, schema=_texts("platform", "alias", "post_id"), orient="row")


def _is_same_text(a: dict[str, object], b: dict[str, object]) -> bool:
    one, other = str(a["text"] or ""), str(b["text"] or "")
    return (
        match_key(one) == match_key(other)
        or (bool(a["is_damaged"]) and could_have_been(one, other))
        or (bool(b["is_damaged"]) and could_have_been(other, one))
    )


def resolve_posts(frame: pl.LazyFrame, aliases: pl.DataFrame) -> pl.LazyFrame:
    """``frame`` with ``post_id`` replaced by the post it means."""
    if not aliases.height:
        return frame
    means = aliases.lazy().rename({"post_id": "means_"})
    return (
        frame.join(means, left_on=["platform", "post_id"], right_on=["platform", "alias"], how="left")
        .with_columns(pl.coalesce("means_", "post_id").alias("post_id"))
        .drop("means_")
    )


def join_same(frame: pl.LazyFrame, same: pl.DataFrame, *, is_description: bool = False) -> pl.LazyFrame:
    """``frame`` with the posts that the plan joined under the name that stands for them.

    ``same`` is ``platform, post_id, is_platform, is_post_id``. Of a frame of descriptions (``is_description``), what
    described the other name is trusted like a damaged row: it stands only where nothing better is known.
    """
    if not same.height:
        return frame
    joined = frame.join(same.lazy(), on=["platform", "post_id"], how="left").with_columns(
        pl.coalesce("is_platform", "platform").alias("platform"), pl.coalesce("is_post_id", "post_id").alias("post_id")
    )
    if is_description:
        joined = joined.with_columns(pl.col("is_damaged") | pl.col("is_platform").is_not_null())
    return joined.drop("is_platform", "is_post_id")


def _texts(*columns: str) -> dict[str, type[pl.DataType]]:
    return dict.fromkeys(columns, pl.String)
