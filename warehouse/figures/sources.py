"""Where figures come from, and who has to do something about it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

import polars as pl

from warehouse.archive.pulls import UNTIL_THEN
from warehouse.figures import totals
from warehouse.plan.framework import Project
from warehouse.plan.model import Plan
from warehouse.readings.latest import day_of


def account_figures(figures: pl.DataFrame, accounts: pl.DataFrame, before: datetime) -> pl.DataFrame:
    """The newest reading of each account's figure over each period; nobody's figures wait for an account."""
    key = ["platform", "account_id", "metric", "period_start", "period_end"]
    return (
        figures.filter(pl.col("observed_at") < before, pl.col("account_id").is_not_null())
        .sort("observed_at", pl.col("is_rounded").not_(), "value", "load_id")
        .unique(key, keep="last", maintain_order=True)
        .join(accounts, on=["platform", "account_id"], how="left")
        .rename({"load_id": "load"})
    )


def files(loads: pl.DataFrame, owners: pl.DataFrame, of_decisions: pl.DataFrame) -> pl.DataFrame:
    """Every file that came in: what it was taken for, and what needs a person.

    ``of_decisions`` says of files that people filled in what counts nothing: ``load_id, note``.
    """
    both = pl.format("whose is it? An account of {} or of {}.", "platform", "or_platform")
    nobodys = (
        owners.filter(pl.col("account_id").is_null())
        .sort("platform", "or_platform", nulls_last=True)
        .unique("load_id", keep="first", maintain_order=True)
        .select("load_id", both.fill_null("whose is it?").alias("whose"))
    )
    both_notes = pl.concat_str(pl.col("notes").replace("", None), "note", separator="\n", ignore_nulls=True)
    described = loads.join(nobodys, on="load_id", how="left").join(of_decisions, on="load_id", how="left")
    return described.with_columns(
        pl.coalesce("refused", "withdrawn", "doubted").alias("problem"),
        pl.when(pl.col("note").is_null()).then("notes").otherwise(both_notes).alias("notes"),
    )


MOST_NAMED = 20
"""The most files that one night names for one reason."""


def by_title_alone(
    loads: pl.DataFrame, owners: pl.DataFrame, among: Collection[str], most: int = MOST_NAMED
) -> list[str]:
    """Files in a folder with an account on two platforms, which title and name alone tell apart, a sentence each.

    Beyond ``most`` it is said how many more there are.
    """
    taken = owners.filter(pl.col("or_platform").is_not_null() & pl.col("account_id").is_not_null())
    named = taken.filter(pl.col("load_id").is_in(list(among))).join(loads.select("load_id", "path"), on="load_id")
    files_named = named.select("path", "platform", "or_platform", "account_id").unique().sort("path", "platform")
    sentences = [
        f"{path} does not say whether it is of {platform} or of {other}, and its folder has an account of each: by its "
        f"title and name it was taken for {platform}:{account_id}. Put it into a folder that is named like one account "
        "alone."
        for path, platform, other, account_id in files_named.head(most).iter_rows()
    ]
    more = files_named.height - most
    rest = (
        f"And {more} more such {'file' if more == 1 else 'files'}: put those of each account into a folder of its own."
    )
    return [*sentences, rest] if more > 0 else sentences


def freshness(
    loads: pl.DataFrame,
    owners: pl.DataFrame,
    accounts: pl.DataFrame,
    api_accounts: pl.DataFrame,
    plan: Plan,
    as_of: date,
    *,
    is_reported: bool = False,
) -> pl.DataFrame:
    """Each account as one connector reads it: its last good load, how its API was last asked, and who has to act.

    Who has to act is an organisation, never its contact: tables are copied, and frozen for ever. Nobody is asked for
    newer exports once the project ``is_reported``.
    """
    read = last_good_loads(loads, owners, accounts, as_of, plan.project.timezone)
    act = _newer_export(plan.project, as_of, is_reported=is_reported)
    read = read.with_columns(act.alias("act")).drop("last_day", "last_day_of_any")
    last_asked = _last_asked(loads, owners, api_accounts)
    return (
        read.drop("requests", "units")
        .join(last_asked, on=["connector", "platform", "account_id"], how="full", coalesce=True)
        .join(accounts, on=["platform", "account_id"], how="left", suffix="_known")
        .with_columns(
            pl.coalesce("account_name", "account_name_known", "account_id").alias("account_name"),
            pl.coalesce("organisation", "organisation_known").alias("organisation"),
        )
        .with_columns(
            pl.when((pl.col("who") == "person") | pl.col("lacking").is_not_null())
            .then(
                pl.concat_str(
                    pl.coalesce("failure", "lacking"),
                    pl.format(" So it is since {}.", pl.col("failing_since").dt.date()).fill_null(""),
                    pl.lit(f" {UNTIL_THEN}"),
                    pl.format(" It belongs to {}.", "organisation").fill_null(""),
                )
            )
            .otherwise("act")
            .alias("act")
        )
    )


def wanted_since(project: Project, as_of: date) -> date:
    """The first day on which a reading is new enough for the figures of a day.

    Until the project's last day that is two weeks before; later it is that last day: what was read then or since has
    all that is reported.
    """
    if project.ends is not None and as_of > project.ends:
        return project.ends
    return as_of - totals.STALE_AFTER


def last_good_loads(
    loads: pl.DataFrame, owners: pl.DataFrame, accounts: pl.DataFrame, as_of: date, zone: str
) -> pl.DataFrame:
    """The newest load that was not refused of each account and connector, with its day, its age, and any connector's.

    Days are those of the reporting zone.
    """
    age = (pl.lit(as_of) - pl.col("last_day")).dt.total_days()
    return (
        owners.join(loads.filter(pl.col("refused").is_null()), on="load_id")
        .sort("observed_at", "load_id")
        .unique(["connector", "platform", "account_id"], keep="last", maintain_order=True)
        .join(accounts, on=["platform", "account_id"], how="left", nulls_equal=True)
        .with_columns(
            pl.col("observed_at").alias("last_load_at"), day_of(pl.col("observed_at"), zone).alias("last_day")
        )
        .with_columns(pl.max_horizontal(age, 0).alias("age_days"))
        .with_columns(pl.col("last_day").max().over("platform", "account_id").alias("last_day_of_any"))
    )


def _newer_export(project: Project, as_of: date, *, is_reported: bool) -> pl.Expr:
    """Who has to name an account or to send a newer export, of the rows of :func:`last_good_loads`."""
    since = wanted_since(project, as_of)
    is_stale = (pl.col("last_day_of_any") < since) & (not is_reported)
    what = f"an export made on {since} or later" if since == project.ends else "a newer export"
    return (
        pl.when(pl.col("account_id").is_null())
        .then(pl.lit("whose is it? Put the file into a folder named like its account or organisation."))
        .when(is_stale & (pl.col("grade") != "api"))
        .then(pl.format(f"{{}} sends {what}", pl.coalesce("organisation", "account_name")))
    )


def _last_asked(loads: pl.DataFrame, owners: pl.DataFrame, api_accounts: pl.DataFrame) -> pl.DataFrame:
    """How each account's API was last asked, under the name of the account that answers.

    What is asked for may be called otherwise than what answers: a property of Google Analytics is a site or several.
    """
    answering = (
        loads.filter(pl.col("asked_of").is_not_null())
        .select("load_id", "connector", "asked_of")
        .join(owners.drop_nulls("account_id"), on="load_id")
        .select("connector", "asked_of", pl.col("account_id").alias("answers"))
        .unique()
    )
    return (
        api_accounts.join(
            answering, left_on=["connector", "account_id"], right_on=["connector", "asked_of"], how="left"
        )
        .with_columns(pl.coalesce("answers", "account_id").alias("account_id"), pl.col("connector").alias("platform"))
        .unique(["connector", "account_id"], keep="last", maintain_order=True)
        .with_columns(
            pl.concat_str("failure", "refused_posts", separator=" ", ignore_nulls=True)
            .replace("", None)
            .alias("problem"),
            _withheld().alias("withheld"),
        )
    )


def _withheld() -> pl.Expr:
    """What an account's API does not give, as people read it: each metric with the day since when."""
    one = pl.element().struct.field
    told = (
        pl.when(one("is_for_a_person"))
        .then(pl.format("{} since {} (a permission is missing)", one("metric"), one("since")))
        .when(one("since").is_not_null())
        .then(pl.format("{} since {}", one("metric"), one("since")))
        .otherwise(pl.format("{} silent", one("metric")))
    )
    return pl.col("withheld").list.eval(told).list.join(";")
