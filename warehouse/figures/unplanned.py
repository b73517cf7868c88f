"""Pages that the plan does not know, and pages whose files lie in another organisation's folder."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from warehouse.day import Day
from warehouse.plan.model import Plan
from warehouse.readings.latest import IS_OUTREACH
from warehouse.texts import in_toml, match_key

_ACCOUNT = ["platform", "account_id"]

MOST_SAID = 20
"""The most pages that one night names."""
_MOST_CANDIDATES = 3
"""Of more accounts than these, one that may be the page under another id is a guess, and none is named."""


@dataclass(frozen=True)
class UnplannedPage:
    """A page that loads and that somebody has to look at.

    ``organisation`` is whose it is by the plan, None where the plan does not know the page; ``folder`` is the
    organisation of the plan in whose folder its file ``path`` lies, or that has the name of the unknown page, if any.
    ``load_ids`` are its loads; of a page that
    the plan knows, those in somebody else's folder. ``counting`` says how many of its posts count in each campaign.
    """

    platform: str
    account_id: str
    account_name: str
    organisation: str | None
    folder: str | None
    path: str
    load_ids: frozenset[str]
    posts: int
    counting: dict[str, int]
    candidates: tuple[str, ...] = ()
    """Accounts of the plan that are on the same platform, have a name for an id, and of which nothing was read."""

    @property
    def id_in_toml(self) -> str:
        """The account's id as plan.toml has it, in quotation marks."""
        return in_toml(f"{self.platform}:{self.account_id}")

    def sentence(self, *, is_workbook: bool = False) -> str:
        """What is said of it, with what to write into the plan in the form that the plan has."""
        page = f"{self.account_name} ({self.platform}:{self.account_id})"
        counting = ", ".join(f"{number} in {campaign}" for campaign, number in self.counting.items()) or "none"
        count = f"of its posts ({self.posts}) count: {counting}"
        if self.organisation is not None:
            line = "the row" if is_workbook else f"the account with id = {self.id_in_toml}"
            return (
                f"The page {page} is of {self.organisation} by the plan, but {self.path} lies in the folder of "
                f"{self.folder}; {count}. Move the file, or change the organisation of {line} in the plan."
            )
        if is_workbook:
            line = (
                f"a row into the sheet accounts of the plan: platform {self.platform}, id {self.account_id}, "
                f"organisation {self.folder or '(whose it is)'}; or the same with TRUE as not_ours"
            )
        else:
            line = (
                f"an account with id = {self.id_in_toml} and organisation = {in_toml(self.folder or 'whose it is')} "
                "into the plan, or that id with not_ours = true"
            )
        return f"The plan does not know the page {page}, read from {self.path}; {count}. Put {line}.{self._other_name}"

    @property
    def _other_name(self) -> str:
        """What to write instead where the plan may have it under another id: a second account would part the page."""
        candidates = " or ".join(self.candidates)
        if match_key(self.account_name) == match_key(self.account_id) and not self.account_id.isdigit():
            under = f"it is {candidates} of the plan" if candidates else "the plan has it under another id"
            return f" If {under}, put {in_toml(self.account_name)} into the also of that account."
        return f" If it is {candidates} of the plan, put the id {self.account_id} there instead." if candidates else ""


def pages(day: Day) -> list[UnplannedPage]:
    """The pages that the plan does not know or knows elsewhere, by platform and id.

    A plan that lists no account has nothing to compare with. A page that it calls not_ours is known.
    """
    planned = {(account.platform, account.account_id): account for account in day.plan.accounts}
    if not planned:
        return []
    read = day.owners.filter(~IS_OUTREACH & pl.col("account_id").is_not_null()).join(
        day.loads.select("load_id", "path"), on="load_id"
    )
    names = {(one[0], one[1]): one[2] for one in day.accounts.select(*_ACCOUNT, "account_name").iter_rows()}
    posts_of = {(one[0], one[1]): one[2] for one in day.posts.group_by(_ACCOUNT).len().iter_rows()}
    counting = day.attributed.group_by(*_ACCOUNT, "campaign_id").len().sort("campaign_id").rows()
    organisations = _organisations(day.plan)
    were_read = set(read.select(_ACCOUNT).iter_rows())
    unread = [
        a for a in day.plan.accounts if (a.platform, a.account_id) not in were_read and not a.account_id.isdigit()
    ]
    unplanned = []
    for (platform, account_id), files in sorted(read.group_by(_ACCOUNT), key=lambda group: str(group[0])):
        account = planned.get((platform, account_id))
        if account and (account.not_ours or account.organisation is None):
            continue
        folders = [
            (_folder(path, organisations), path, load_id)
            for path, load_id in files.sort("path", "load_id").select("path", "load_id").iter_rows()
        ]
        if account:
            folders = [one for one in folders if one[0] not in (None, account.organisation)]
            if not folders:
                continue
        folder, path, _ = next((one for one in folders if one[0]), folders[0])
        name = names.get((platform, account_id)) or account_id
        folder = folder or (None if account else organisations.get(match_key(name)))
        others = () if account else tuple(one.id for one in unread if one.platform == platform)
        unplanned.append(
            UnplannedPage(
                platform, account_id, name, account.organisation if account else None, folder, path,
                frozenset(load_id for _, _, load_id in folders), posts_of.get((platform, account_id), 0),
                {c: n for p, a, c, n in counting if (p, a) == (platform, account_id)},
                others if len(others) <= _MOST_CANDIDATES else (),
            )
        )  # fmt: skip
    return unplanned


def sentences_of_night(
    unplanned: Collection[UnplannedPage],
    loaded: Collection[str],
    most: int = MOST_SAID,
    *,
    is_workbook: bool = False,
) -> list[str]:
    """What a night says of pages: of those that the plan does not know each night, until it does.

    A night may fail behind the load, and a plan may list its first account later, so that no one night would do. That a
    file came into a wrong folder is said in the night that loads it. New pages come first, then those of which the most
    posts count; beyond ``most`` it is said how many more there are.
    """
    told = [page for page in unplanned if page.organisation is None or page.load_ids <= set(loaded)]
    told.sort(key=lambda page: (not page.load_ids <= set(loaded), -sum(page.counting.values())))
    more = len(told) - most
    rest = [
        f'And {more} more such {"page" if more == 1 else "pages"}: reach query "from source_freshness where '
        'organisation is null" lists those that the plan does not know.'
    ] * (more > 0)
    return [*(page.sentence(is_workbook=is_workbook) for page in told[:most]), *rest]


def _organisations(plan: Plan) -> dict[str, str]:
    """The plan's organisations by what a folder of theirs is called."""
    return {match_key(organisation.name): organisation.name for organisation in plan.organisations}


def _folder(path: str, organisations: dict[str, str]) -> str | None:
    """The organisation in whose folder a file lies, the innermost folder first."""
    folders = path.split("/")[:-1]
    return next((organisations[key] for name in reversed(folders) if (key := match_key(name)) in organisations), None)
