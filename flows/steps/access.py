"""Asking each account of each platform now, to see what comes: ``reach sources --check``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial

import connectors
from connectors.asking.http import Http
from connectors.asking.pulling import Api, PullResult, Window, Withheld
from connectors.asking.refusals import Unanswered
from connectors.asking.settings import ApiSettings
from connectors.asking.spent import Spent
from connectors.contract import METRICS, Answer, Extract, Raw
from connectors.platform import Platform
from flows.steps import ask_apis, credentials, expiries, inboxes, night
from flows.steps.settings import Workspace
from warehouse.archive.pulls import refused_posts_sentence
from warehouse.texts import number_of

_LOOK_BACK = timedelta(days=14)
VERSION_WARNED_DAYS = 60
"""So many days before a version of an API ends, a check says so: a newer one has to be tried first."""


@dataclass(frozen=True)
class Check:
    """One line of what an account answered: of a metric of a kind of post, or of all where there is none."""

    account: str
    permission: str
    kind: str
    metric: str
    came: str
    act: str = ""


def checks(workspace: Workspace) -> Iterator[Check]:
    """Every account of the settings, asked as a night does; nothing is kept."""
    for api in ask_apis.platforms(workspace):
        settings = workspace.api_settings(api.NAME)
        yield from _version(api, settings)
        spent = Spent(ask_apis.units_used(workspace.archive, api.NAME, settings, night.now()))
        for account in settings.accounts:
            yield from _checked(workspace, api, account, spent)


def inbox_checks(workspace: Workspace) -> Iterator[Check]:
    """Every inbox that the settings name beside the project's own, opened as a night does; nothing is taken."""
    if workspace.settings.inboxes:
        for check in inboxes.checks(workspace):
            yield Check(check.title, "", "", "", check.what_is_there, check.why_not)


def _version(api: Api, settings: ApiSettings) -> Iterator[Check]:
    """Until when the API's version is answered, where that is known."""
    days, sentence = expiries.of_version(api, settings, night.now().date())
    if days is not None and (until := settings.version_until()):
        yield Check(
            api.NAME,
            "",
            "",
            "version",
            f"{until[0]}, until {until[1]}",
            sentence if days <= VERSION_WARNED_DAYS else "",
        )


def _checked(workspace: Workspace, api: Api, account: str, spent: Spent) -> Iterator[Check]:
    given = workspace.api_settings(api.NAME)
    settings = credentials.with_kept(given, api.NAME, workspace.home)
    name, now = f"{api.NAME}:{account}", night.now()
    platform = next(one for one in connectors.PLATFORMS if one.name == api.NAME)
    check = partial(_check, api, name)
    answers: list[Answer] = []
    remember = partial(credentials.keep, given, platform_name=api.NAME, account=account, home=workspace.home)
    http = Http(settings, answers.append, (), remember, spent=spent)
    days, ends = expiries.of_token(api, settings, account, now.date())
    extract, result, days_read = None, PullResult(), 0
    for look_back in (_LOOK_BACK, timedelta(days=settings.look_back_days)):
        settings = credentials.with_kept(given, api.NAME, workspace.home)  # a token that gives the next is good once
        try:
            result = api.pull(http, account, settings, Window(now, now - look_back))
        except Unanswered as refusal:
            act = {
                "person": str(refusal),
                "window": f"nobody, it is asked again later: {refusal}",
                "again": f"nobody, try again: {refusal}",
            }
            came = "nothing" if extract is None else f"nothing older than {days_read} days"
            yield check("", "", came, act.get(refusal.who, f"please report it: {refusal}"))
            break
        raw = Raw(
            f"api/{name}", b"", now, now, connector=api.NAME, account=account, answers=tuple(answers),
            asked_since=now - look_back,
        )  # fmt: skip
        extract = api.read(raw, workspace.connector_settings(settings.reporting_zone)[api.NAME])
        days_read = look_back.days
        if set(platform.kinds) <= set(extract.posts["kind"]) or settings.price(1):
            break  # a kind that nobody posted lately is looked for further back, unless that costs money
    if extract is None:
        return
    may_tell = partial(settings.may_tell, account)
    posts, price = extract.observations["post_id"].n_unique(), settings.price(http.units)
    yield check(
        "",
        "",
        f"{number_of(posts, 'post')}, in {number_of(http.requests, 'request')}{price and f', {price}'}",
        ends if days is not None and days <= 14 else "",
    )
    for kind in platform.kinds:
        yield from _of_kind(api, platform, extract, result.withheld, kind, partial(check, kind), days_read, may_tell)
    for figure in sorted(extract.account_figures["metric"].unique()):
        days_known = extract.account_figures.filter(metric=figure).height
        yield check("", f"account {figure}", f"of {number_of(days_known, 'day')}")
    of_kinds = {_key(kind, metric) for kind in platform.kinds for metric in platform.reported}
    for metric_name, why in result.withheld.items():
        if metric_name not in of_kinds:
            yield check("", metric_name, "refused", ask_apis.mend(api, metric_name, why.why, why.is_for_a_person))
    for refused in result.refused_posts:
        yield check("", "", "refused by posts", f"nobody: {refused_posts_sentence(asdict(refused))}")
    for remark in http.remarks:
        yield check("", "", "answered otherwise", remark)


def _check(api: Api, account: str, kind: str, metric: str, came: str, act: str = "") -> Check:
    return Check(account, api.PERMISSIONS.get(metric, api.PERMISSIONS[""]), kind, metric, came, act)


def _key(kind: str, metric: str) -> str:
    """What a metric of a kind of post is called where it is withheld: stories are asked by themselves."""
    return f"story {metric}" if kind == "story" else metric


def _of_kind(
    api: Api, platform: Platform, extract: Extract, withheld: Mapping[str, Withheld], kind: str,
    check: Callable[..., Check], days: int, may_tell: Callable[[str], bool],
) -> Iterator[Check]:  # fmt: skip
    """Each metric that the platform reports for posts of a kind: of how many it came, or what is missing.

    A permission that is missing may be silent: what was asked for, and came of no post, is then for a person to mend.
    """
    of_kind = extract.observations.join(extract.posts.filter(kind=kind), on=["platform", "post_id"], how="semi")
    posts = of_kind["post_id"].n_unique()
    reported = set(platform.reported) - set(platform.not_reported.get(kind, ()))
    came = {metric.name for metric in METRICS if extract.observations[metric.column].count()}
    proven = {api.PERMISSIONS[""], *(api.PERMISSIONS.get(name, "") for name in came)}
    for metric in METRICS:
        if metric.name not in reported:
            continue
        knowing = of_kind.drop_nulls(metric.column)["post_id"].n_unique()
        permission = api.PERMISSIONS.get(metric.name)
        if refused := withheld.get(_key(kind, metric.name)):
            yield check(metric.name, "refused", ask_apis.mend(api, metric.name, refused.why, refused.is_for_a_person))
        elif knowing:
            yield check(metric.name, f"of {number_of(knowing, 'post')}{'' if knowing == posts else f' of {posts:,}'}")
        elif posts and metric.name not in extract.evidence.mapped.values():
            yield check(metric.name, "not by the API: an export in the inbox tells it")
        elif posts and permission is not None and permission not in proven:
            mend = f"give the permission {permission} (docs/access.md), or the platform has nothing to tell yet"
            yield check(metric.name, f"not told: it needs {permission}", mend if may_tell(metric.name) else "")
        elif posts:
            yield check(metric.name, "not told of any")
    if not posts:
        yield check("", f"not tried: none in {days} days")
