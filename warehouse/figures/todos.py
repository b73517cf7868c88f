"""Whom to ask for the figures of which pages: what the figures of a day still lack, one todo a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import polars as pl

from warehouse.day import Day
from warehouse.figures import sources
from warehouse.plan.model import Plan
from warehouse.texts import match_key


class PageWanted(NamedTuple):
    """A page whose figures are asked for; ``last_day`` is that of the newest that came in, None where none did."""

    platform: str
    account_id: str
    account_name: str
    last_day: date | None


class Todo(NamedTuple):
    """What one person is asked for: ``who`` is the organisation's contact, else its name, else the page's.

    ``organisation`` names the organisations whose pages these are, joined by commas; None where none is known.
    """

    who: str
    organisation: str | None
    pages: tuple[PageWanted, ...]


class Span(NamedTuple):
    """Of which days posts are wanted, and from which day on a file has to be made; None where any will do."""

    first: date | None
    last: date
    made_since: date | None


def todos(day: Day) -> list[Todo]:
    """Who is asked for which pages, a todo a person, by name; nobody once the report is due.

    A page is asked for that was last read before :func:`warehouse.figures.sources.wanted_since`, or never, where the
    plan says whose it is. A page whose platform is asked for its figures every night is left out.
    """
    if day.is_reported:
        return []
    contacts = {member.name: member.contact for member in day.plan.organisations if member.contact}
    wanted: dict[str, list[tuple[str | None, PageWanted]]] = {}
    for organisation, page in (*_old(day), *_never_read(day)):
        who = contacts.get(organisation or "") or organisation or page.account_name
        wanted.setdefault(who, []).append((organisation, page))
    return [
        Todo(
            who,
            ", ".join(sorted({organisation for organisation, _ in pages if organisation})) or None,
            tuple(sorted(page for _, page in pages)),
        )
        for who, pages in sorted(wanted.items())
    ]


def span(day: Day) -> Span:
    """Of which days posts are wanted for the figures of a day: from the first campaign's start, or the project's."""
    project = day.plan.project
    starts = [campaign.starts for campaign in day.plan.campaigns]
    known_starts = [start for start in starts if start is not None]
    first = min(known_starts) if known_starts and len(known_starts) == len(starts) else project.starts
    is_over = project.ends is not None and day.as_of > project.ends
    last = project.ends if project.ends is not None and is_over else day.as_of
    return Span(first, last, project.ends if is_over else None)


def due(plan: Plan, as_of: date) -> date | None:
    """The next day by which figures are needed: a report's of the plan, or the project's own; None without one."""
    days = [report.as_of for report in plan.reports]
    if plan.project.report_day is not None:
        days.append(plan.project.report_day)
    return min((day for day in days if day > as_of), default=None)


def _old(day: Day) -> Iterator[tuple[str | None, PageWanted]]:
    """Pages that were last read too long ago, each with its organisation."""
    since = sources.wanted_since(day.plan.project, day.as_of)
    read = sources.last_good_loads(day.loads, day.owners, day.accounts, day.as_of, day.plan.project.timezone)
    old = (
        read.filter(pl.col("account_id").is_not_null(), pl.col("last_day_of_any") < since)
        .filter((pl.col("grade") != "api").all().over("platform", "account_id"))
        .unique(["platform", "account_id"], keep="last", maintain_order=True)
    )
    for row in old.iter_rows(named=True):
        name = row["account_name"] or row["account_id"]
        yield row["organisation"], PageWanted(row["platform"], row["account_id"], name, row["last_day_of_any"])


def _never_read(day: Day) -> Iterator[tuple[str | None, PageWanted]]:
    """Accounts of the plan that an organisation has, and of which nothing came in, with that organisation."""
    read = day.owners.drop_nulls("account_id").select("platform", "account_id").unique()
    names = day.account_names.join(read, on=["platform", "account_id"], how="semi")
    there = {(platform, alias) for platform, alias in names.select("platform", "alias").iter_rows()}
    there |= {(platform, match_key(account_id)) for platform, account_id in read.iter_rows()}
    there |= {
        (platform, match_key(account_id))
        for platform, account_id in day.api_accounts.select("connector", "account_id").iter_rows()
    }
    for account in day.plan.accounts:
        called = [account.account_id, *account.also]
        is_there = any((account.platform, match_key(name)) in there for name in called)
        if account.organisation and not account.not_ours and not is_there:
            name = next(iter(account.also), account.account_id)
            yield account.organisation, PageWanted(account.platform, account.account_id, name, None)
