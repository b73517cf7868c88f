"""What a night or a backfill asks the APIs, account by account, and what it says where one does not answer."""

from __future__ import annotations

import logging
import traceback
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta

import polars as pl
from pydantic import SecretStr

import connectors
from connectors.asking.http import Http
from connectors.asking.pulling import Api, PullResult, RefusedPosts, Window, Withheld
from connectors.asking.redaction import hidden
from connectors.asking.refusals import Unanswered
from connectors.asking.settings import ApiSettings
from connectors.asking.spent import Spent
from connectors.contract import Answer
from flows.steps import credentials, expiries, night, platform_changes, terms
from flows.steps.platform_changes import AccountAsked
from flows.steps.settings import Workspace
from warehouse.archive.archive import Archive
from warehouse.archive.pulls import UNTIL_THEN, End, Pull
from warehouse.archive.remote_blobs import NoArchive
from warehouse.plan.model import Plan
from warehouse.readings.latest import day_at
from warehouse.texts import match_key

logger = logging.getLogger(__name__)

DEPTHS = ((timedelta(days=14), 1), (timedelta(days=30), 3))
"""Posts up to this age are read every so many nights; older ones, up to the look-back, every :data:`RARELY`."""
RARELY = 7
_DAYS_IN_TIME = 5
"""Everything is read again so many days before the answers have to go."""
_NOT_FINAL = timedelta(days=4)  # after missed nights, days are asked for whose figures were not final before them


@dataclass(frozen=True)
class Pulled:
    """What asking one platform brought: how many questions, and a sentence for each account that did not answer.

    ``cost`` is a sentence on the money that it cost, where it costs any.
    """

    accounts: int = 0
    requests: int = 0
    units: int = 0
    problems: tuple[str, ...] = ()
    cost: str = ""


@dataclass(frozen=True)
class Turn:
    """One platform's turn in a night: what is needed to ask each of its accounts.

    ``accounts`` are in the order in which they are asked. ``earlier_pulls`` has those of each account's by which the
    next one goes, the oldest first.
    ``given_settings`` have the refresh tokens that the workspace was given; in ``settings`` are those that the
    platform has put in their place since.
    """

    workspace: Workspace
    api: Api
    given_settings: ApiSettings
    settings: ApiSettings
    plan: Plan
    now: datetime
    is_backfill: bool
    spent: Spent
    accounts: tuple[str, ...]
    earlier_pulls: Mapping[str, Sequence[Pull]]


def platforms(workspace: Workspace) -> list[Api]:
    """The APIs that the workspace has accounts for."""
    return [api for api in connectors.APIS if workspace.api_settings(api.NAME).accounts]


def one_by_one(turn: Turn) -> list[AccountAsked]:
    """Asks every account of a turn, one after the other."""
    return [ask_account(turn, account) for account in turn.accounts]


def ask_platform(
    workspace: Workspace,
    api: Api,
    plan: Plan,
    now: datetime,
    settings: ApiSettings | None = None,
    *,
    is_backfill: bool = False,
    ask_accounts: Callable[[Turn], Sequence[AccountAsked]] = one_by_one,
    spent_by_app: int = 0,
) -> Pulled:
    """Asks one platform for every account of the settings, those first that were not heard of for longest.

    ``settings`` are the workspace's where none are given. An account that does not answer costs itself only; what a
    limit left over is asked for next time. ``ask_accounts`` asks the accounts of a turn with :func:`ask_account`, and
    returns what came of each, in their order. ``spent_by_app`` is what of the day's units all have spent who ask with
    the same app, as far as that is known.
    """
    turn = _begin(
        workspace, api, plan, now, settings or workspace.api_settings(api.NAME), spent_by_app, is_backfill=is_backfill
    )
    outcomes = ask_accounts(turn)
    problems = dict.fromkeys(platform_changes.problems(outcomes, expiries.title(api), turn.settings.account_word))
    endings = (expiries.of_token(api, turn.settings, account, now.date()) for account in turn.accounts)
    problems |= dict.fromkeys(
        sentence
        for days, sentence in (*endings, expiries.of_version(api, turn.settings, now.date()))
        if days is not None and (days in expiries.WARNED_DAYS or days < 1)
    )
    requests, units = sum(one.requests for one in outcomes), sum(one.units for one in outcomes)
    return Pulled(len(turn.accounts), requests, units, tuple(problems), _cost(turn, units))


def _cost(turn: Turn, units: int) -> str:
    """What a platform's turn cost, and what has been spent of the month's budget since it began."""
    price, quota = turn.settings.price(units), turn.settings.quota()
    if not price or not units:
        return ""
    spent = f", and {turn.settings.price(turn.spent.units)} of {quota.name} are spent" if quota else ""
    return f"Reading {expiries.title(turn.api)} cost {price}{spent}."


def _begin(
    workspace: Workspace, api: Api, plan: Plan, now: datetime, given: ApiSettings, spent_by_app: int,
    *, is_backfill: bool,
) -> Turn:  # fmt: skip
    settings = credentials.with_kept(given, api.NAME, workspace.home)
    earlier = _by_account(workspace.archive, api.NAME, now, is_backfill=is_backfill)
    accounts = sorted(
        dict.fromkeys(settings.accounts),
        key=lambda account: (_last_good(earlier.get(account, ())) or datetime.min, account),
    )
    spent = Spent(max(spent_by_app, units_used(workspace.archive, api.NAME, settings, now)))
    return Turn(workspace, api, given, settings, plan, now, is_backfill, spent, tuple(accounts), earlier)


def _by_account(archive: Archive, platform_name: str, now: datetime, *, is_backfill: bool) -> dict[str, list[Pull]]:
    """The pulls of a platform that say how to go on, oldest first; a night's and a backfill's go on by themselves."""
    pulls: dict[str, list[Pull]] = {}
    for pull in archive.telling_pulls(now):
        if pull.connector == platform_name and pull.is_backfill == is_backfill:
            pulls.setdefault(pull.account, []).append(pull)
    return pulls


def ask_account(turn: Turn, account: str) -> AccountAsked:
    """Asks for one account of a turn; every answer, and how the asking ended, is kept in the archive."""
    api, settings, archive = turn.api, turn.settings, turn.workspace.archive
    earlier = turn.earlier_pulls.get(account, ())
    last = earlier[-1] if earlier else None
    if turn.is_backfill and last and last.is_good:
        return AccountAsked()
    is_lost = last is not None and bool(last.answers) and archive.loss(last.file_version, last) is not None
    cut_off = last if last and last.goes_on(turn.now) and not is_lost else None
    pull = cut_off or Pull(api.NAME, account, turn.now, turn.is_backfill)
    since = None if turn.is_backfill else since_of(pull.started_at, settings, account, earlier, turn.plan)
    posts = terms.known_posts(archive, api, settings, earlier, turn.now, since)
    window = Window(pull.started_at, since, _withheld(earlier), posts, _refused_posts(earlier), _described(earlier))

    def keep(answer: Answer) -> None:
        archive.keep_answer(pull, answer)

    def remember(token: SecretStr) -> None:
        credentials.keep(turn.given_settings, token, api.NAME, account, turn.workspace.home)

    http = Http(settings, keep, archive.answers(pull) if cut_off else (), remember, spent=turn.spent)
    who, failure, result, is_done = "", "", PullResult(window.withheld, window.refused_posts), True
    try:
        result = api.pull(http, account, settings, window)
    except Unanswered as refusal:
        who, failure, is_done = refusal.who, str(refusal), refusal.who not in ("again", "window")
    except NoArchive:
        raise
    except Exception as error:  # one account's fault in Reach never costs the others their night
        trace = hidden(traceback.format_exc().encode(), settings.secrets()).decode()
        logger.error("asking %s:%s failed: %s", api.NAME, account, trace)
        who, failure = "bug", f"Reach failed on {api.NAME}:{account} ({type(error).__name__}); please report it."
    end = End(
        night.now(), is_done, http.requests, http.units, who, failure,
        {m: {**_dated(one), "permission": api.PERMISSIONS.get(m, "")} for m, one in result.withheld.items()}, since,
        settings.days_kept(account), [_dated(refused) for refused in result.refused_posts],
    )  # fmt: skip
    archive.end_pull(pull, end)
    if failure:
        logger.warning("%s", failure)
    else:
        price = f" ({settings.price(http.units)})" if settings.price(http.units) else ""
        logger.info("asked %s:%s: %s requests, %s units%s", api.NAME, account, http.requests, http.units, price)
    return _outcome(turn, account, window, end, result, tuple(http.remarks))


def _outcome(
    turn: Turn, account: str, window: Window, end: End, result: PullResult, remarks: tuple[str, ...]
) -> AccountAsked:
    """What is said of asking an account. Each permission that is missing is said once, on the night that finds it."""
    name, earlier = f"{turn.api.NAME}:{account}", turn.earlier_pulls.get(account, ())
    since_now = {
        metric: each for metric, each in result.withheld.items() if each.since == window.now and not end.failure
    }
    for_a_person = {
        metric: mend(turn.api, metric, each.why, each.is_for_a_person)
        for metric, each in since_now.items()
        if each.is_for_a_person
    }
    passing = {metric: each.why for metric, each in since_now.items() if each.may_pass}
    of_metrics = for_a_person or passing
    by_permission = {turn.api.PERMISSIONS.get(metric, why): why for metric, why in reversed(of_metrics.items())}
    problem = end.failure or " ".join(reversed(by_permission.values()))
    is_to_mend = end.who == "person" or (not end.failure and bool(for_a_person))
    last_good = _last_good(earlier)
    failed_before = [one.started_at.date() for one in earlier if last_good is None or one.started_at > last_good]
    return AccountAsked(
        end.requests, end.units,
        _with_whom_to_ask(problem, name, turn.plan, earlier) if is_to_mend else problem,
        name, end.who, end.failure, min(failed_before, default=None),
        has_answered_before=last_good is not None,
        refused={metric: each.why for metric, each in since_now.items()},
        told=frozenset(of_metrics),
        withheld_before=frozenset(window.withheld),
        remarks=remarks,
    )  # fmt: skip


def mend(api: Api, metric: str, why: str, is_for_a_person: bool) -> str:
    """Why a metric is withheld, with the permission that it needs where somebody may give it."""
    permission = api.PERMISSIONS.get(metric, api.PERMISSIONS[""])
    return f"{why} It needs {permission}." if is_for_a_person and permission not in why else why


def units_used(archive: Archive, platform_name: str, settings: ApiSettings, now: datetime) -> int:
    """What a platform's pulls have cost since the day or month of its quota began, in its own zone."""
    quota = settings.quota()
    if quota is None:
        return 0
    begin = day_at(now, settings.source_zone)
    if quota.period == "month":
        begin = begin.replace(day=1)
    spent = (
        archive.pull_table()
        .filter(pl.col("connector") == platform_name)
        .select(pl.col("spent").explode().struct.unnest())
        .filter(pl.col("hour") >= datetime.combine(begin, time.min) - timedelta(days=1))  # whatever the zone
    )
    return sum(units for hour, units in spent.iter_rows() if day_at(hour, settings.source_zone) >= begin)


def since_of(
    now: datetime, settings: ApiSettings, account: str, earlier: Sequence[Pull], plan: Plan
) -> datetime | None:
    """How old a post may be to be read tonight: fewer nights as posts age, all of an open campaign's always.

    Nights that were missed are made up for, and the long looks back of many accounts fall on different nights. Where
    answers may not be kept for ever, everything is read again in time (null: all there is).
    """
    last_good, days_kept = _last_good(earlier), settings.days_kept(account)
    if days_kept is not None:
        of_everything = [pull.started_at for pull in earlier if pull.is_good and pull.end and pull.end.since is None]
        soon = timedelta(days=max(days_kept - _DAYS_IN_TIME, 1))
        if not of_everything or now - max(of_everything) >= soon:
            return None
    number_of_night = now.toordinal() + zlib.crc32(account.encode())
    longest = timedelta(days=settings.look_back_days)
    depth = longest if number_of_night % RARELY == 0 or last_good is None else timedelta()
    for age, every in DEPTHS:
        if number_of_night % every == 0:
            depth = max(depth, min(age, longest))
    if last_good is not None:
        depth = max(depth, now - last_good + _NOT_FINAL)
    today = day_at(now, plan.project.timezone)
    starts = [
        datetime.combine(campaign.starts, datetime.min.time()) - timedelta(days=1)
        for campaign in plan.campaigns
        if campaign.starts and campaign.starts <= today and (campaign.ends is None or today <= campaign.ends)
    ]
    return min([now - depth, *starts])


def _last_good(pulls: Iterable[Pull]) -> datetime | None:
    return max((pull.started_at for pull in pulls if pull.is_good), default=None)


def _dated(refused: Withheld | RefusedPosts) -> dict[str, object]:
    return {**asdict(refused), "since": refused.since.isoformat(), "tried_at": refused.tried_at.isoformat()}


def _described(pulls: Sequence[Pull]) -> tuple[datetime, datetime] | None:
    """Since when kept pulls that came to their end asked for posts, and when the last of them began."""
    kept = [(pull.since, pull.started_at) for pull in pulls if pull.since is not None and pull.answers]
    return (min(since for since, _ in kept), max(began for _, began in kept)) if kept else None


def _withheld(pulls: Sequence[Pull]) -> dict[str, Withheld]:
    """What the account's last pull that came to an end had to leave out."""
    ends = [pull.end for pull in pulls if pull.end]
    return {
        metric: Withheld(
            kept["why"],
            datetime.fromisoformat(kept["since"]),
            datetime.fromisoformat(kept["tried_at"]),
            kept["is_for_a_person"],
            kept.get("may_pass", False),  # kept since 28 November 2026
        )
        for metric, kept in (ends[-1].withheld if ends else {}).items()
    }


def _refused_posts(pulls: Sequence[Pull]) -> tuple[RefusedPosts, ...]:
    """The posts that refused metrics to the account's last pull that came to an end."""
    ends = [pull.end for pull in pulls if pull.end]
    return tuple(
        RefusedPosts(
            kept["why"],
            tuple(kept["metrics"]),
            tuple(kept["posts"]),
            datetime.fromisoformat(kept["since"]),
            datetime.fromisoformat(kept["tried_at"]),
        )
        for kept in (ends[-1].refused_posts if ends else ())
    )


def _with_whom_to_ask(sentence: str, account: str, plan: Plan, earlier: Sequence[Pull]) -> str:
    """The sentence on what a person has to mend, with since when, what helps until then, and whom to ask."""
    last_good = _last_good(earlier) or datetime.min
    failing = [
        pull.started_at for pull in earlier if pull.end and pull.end.who == "person" and pull.started_at > last_good
    ]
    since = f" So it is since {min(failing).date()}." if failing else ""
    owners = {
        match_key(f"{each.platform}:{name.removeprefix('@')}"): each.organisation
        for each in plan.accounts
        for name in (*each.also, each.account_id)
    }
    owner = owners.get(match_key(account.replace(":@", ":", 1)))
    contact = next((each.contact for each in plan.organisations if each.name == owner and each.contact), None)
    whose = f" It belongs to {owner}{f' ({contact})' if contact else ''}." if owner else ""
    return f"{sentence}{since} {UNTIL_THEN}{whose}"
