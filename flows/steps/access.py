"""Asking each account of each platform now, to see what comes: ``reach sources --check``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial

from connectors.asking.http import Http
from connectors.asking.pulling import Api, Window
from connectors.asking.refusals import Unanswered
from connectors.asking.settings import ApiSettings
from connectors.contract import METRICS, Answer, Raw
from flows.steps import ask_apis, credentials, night
from flows.steps.settings import Workspace
from warehouse.archive.pulls import refused_posts_sentence

_LOOK_BACK = timedelta(days=14)
VERSION_WARNED_DAYS = 60
"""So many days before a version of an API ends, a check says so: a newer one has to be tried first."""


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
    for api in ask_apis.platforms(workspace):
        yield from _version(api, workspace.api_settings(api.NAME))
        for account in workspace.api_settings(api.NAME).accounts:
            yield from _checked(workspace, api, account)


def _version(api: Api, settings: ApiSettings) -> Iterator[Check]:
    """Until when the API's version is answered, where that is known."""
    days, sentence = ask_apis.version_expiry(api, settings, night.now().date())
    if days is not None and (until := settings.version_until()):
        yield Check(
            api.NAME, "", "version", f"{until[0]}, until {until[1]}", sentence if days <= VERSION_WARNED_DAYS else ""
        )


def _checked(workspace: Workspace, api: Api, account: str) -> Iterator[Check]:
    given = workspace.api_settings(api.NAME)
    settings = credentials.with_kept(given, api.NAME, workspace.home)
    name, now = f"{api.NAME}:{account}", night.now()

    def check(metric: str, came: str, act: str = "") -> Check:
        return Check(name, api.PERMISSIONS.get(metric, api.PERMISSIONS[""]), metric, came, act)

    answers: list[Answer] = []
    remember = partial(credentials.keep, given, platform_name=api.NAME, account=account, home=workspace.home)
    http = Http(settings, answers.append, (), remember)
    days, ends = ask_apis.expiry(api, settings, account, now.date())
    try:
        result = api.pull(http, account, settings, Window(now, now - _LOOK_BACK))
    except Unanswered as refusal:
        act = {
            "person": str(refusal),
            "window": f"nobody, it is asked again later: {refusal}",
            "again": f"nobody, try again: {refusal}",
        }
        yield check("", "nothing", act.get(refusal.who, f"please report it: {refusal}"))
        return
    raw = Raw(
        f"api/{name}",
        b"",
        now,
        now,
        connector=api.NAME,
        account=account,
        answers=tuple(answers),
        asked_since=now - _LOOK_BACK,
    )
    extract = api.read(raw, workspace.connector_settings(settings.reporting_zone)[api.NAME])
    posts, price = extract.observations["post_id"].n_unique(), settings.price(http.units)
    yield check(
        "",
        f"{_counted(posts, 'post')}, in {_counted(http.requests, 'request')}{price and f', {price}'}",
        ends if days is not None and days <= 14 else "",
    )
    for metric in METRICS:
        knowing = extract.observations.drop_nulls(metric.column)["post_id"].n_unique()
        if knowing:
            yield check(metric.name, f"of {_counted(knowing, 'post')}")
    for figure in sorted(extract.account_figures["metric"].unique()):
        days_known = extract.account_figures.filter(metric=figure).height
        yield check(f"account {figure}", f"of {_counted(days_known, 'day')}")
    for metric_name, why in result.withheld.items():
        yield check(metric_name, "refused", why.why)
    for refused in result.refused_posts:
        yield check("", "refused by posts", f"nobody: {refused_posts_sentence(asdict(refused))}")
    for remark in http.remarks:
        yield check("", "answered otherwise", remark)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}"
