"""Asking each account of each platform now, to see what comes: ``reach sources --check``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from connectors.asking.http import Http
from connectors.asking.pulling import Api, Window
from connectors.asking.refusals import Unanswered
from connectors.contract import METRICS, Answer, Raw
from flows.steps import ask_apis, credentials, night
from flows.steps.settings import Workspace

_LOOK_BACK = timedelta(days=14)


@dataclass(frozen=True)
class Check:
    """One line of what an account answered: of a metric, or of all where there is none."""

    account: str
    permission: str
    metric: str
    came: str
    act: str = ""


def checks(workspace: Workspace) -> Iterator[Check]:
    """Every account of the settings, asked as a night does; nothing is kept."""
    for own in ask_apis.platforms(workspace):
        for account in workspace.api_settings(own.NAME).accounts:
            yield from _checked(workspace, own, account)


def _checked(workspace: Workspace, own: Api, account: str) -> Iterator[Check]:
    given = workspace.api_settings(own.NAME)
    settings = credentials.with_kept(given, own.NAME, workspace.home)
    name, now = f"{own.NAME}:{account}", night.now()

    def check(metric: str, came: str, act: str = "") -> Check:
        return Check(name, own.PERMISSIONS.get(metric, own.PERMISSIONS[""]), metric, came, act)

    answers: list[Answer] = []
    remember = partial(credentials.keep, given, platform_name=own.NAME, account=account, home=workspace.home)
    http = Http(settings, answers.append, (), remember)
    days, ends = ask_apis.expiry(own, settings, account, now.date())
    try:
        withheld = own.pull(http, account, settings, Window(now, now - _LOOK_BACK)).withheld
    except Unanswered as refusal:
        act = {
            "person": str(refusal),
            "window": f"nobody, it is asked again later: {refusal}",
            "again": f"nobody, try again: {refusal}",
        }
        yield check("", "nothing", act.get(refusal.who, f"please report it: {refusal}"))
        return
    raw = Raw(f"api/{name}", b"", now, now, connector=own.NAME, account=account, answers=tuple(answers))
    extract = own.read(raw, workspace.connector_settings(settings.reporting_zone)[own.NAME])
    posts = extract.observations["post_id"].n_unique()
    yield check(
        "",
        f"{_counted(posts, 'post')}, in {_counted(http.requests, 'request')}",
        ends if days is not None and days <= 14 else "",
    )
    for metric in METRICS:
        known = extract.observations.drop_nulls(metric.column)["post_id"].n_unique()
        if known:
            yield check(metric.name, f"of {_counted(known, 'post')}")
    for figure in sorted(extract.account_figures["metric"].unique()):
        days_known = extract.account_figures.filter(metric=figure).height
        yield check(f"account {figure}", f"of {_counted(days_known, 'day')}")
    for metric_name, why in withheld.items():
        yield check(metric_name, "refused", why.why)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}"
