"""Asking the APIs, account by account: what is asked for tonight, and what is said where one does not answer."""

from __future__ import annotations

import logging
import traceback
import zlib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import SecretStr

import connectors
from connectors.asking.http import Http, Spent
from connectors.asking.pulling import Api, Window, Withheld
from connectors.asking.redaction import hidden
from connectors.asking.refusals import Unanswered
from connectors.asking.settings import SECRETS, ApiSettings
from connectors.contract import Answer
from flows.steps import credentials, terms
from flows.steps import night as steps
from flows.steps.progress import Progress, Show
from flows.steps.settings import Workspace
from warehouse.archive.archive import Archive
from warehouse.archive.pulls import UNTIL_THEN, End, Pull
from warehouse.plan.model import Plan

logger = logging.getLogger(__name__)

SIDE_BY_SIDE = 4
"""Accounts of one platform that are asked at a time."""

STEPS = ((timedelta(days=14), 1), (timedelta(days=30), 3))
"""Posts up to this age are read every so many nights; older ones, up to the look-back, every :data:`RARELY`."""
RARELY = 7
_IN_TIME = 5  # days before answers have to go

SAID_BEFORE = (14, 7, 1)
"""Days before a token ends on which a night says so."""


@dataclass(frozen=True)
class Pulled:
    """What asking one platform brought: how many questions, and a sentence for each account that did not answer."""

    accounts: int = 0
    requests: int = 0
    units: int = 0
    problems: tuple[str, ...] = ()


def platforms(workspace: Workspace) -> list[Api]:
    """The APIs that the workspace has accounts for."""
    return [own for own in connectors.APIS if settings_of(workspace, own).accounts]


def pull(
    workspace: Workspace,
    own: Api,
    plan: Plan,
    now: datetime,
    settings: ApiSettings | None = None,
    *,
    is_backfill: bool = False,
    show: Show = lambda *_: None,
) -> Pulled:
    """Asks one platform for every account of the settings, those first that were not heard of for longest.

    ``settings`` are the workspace's where none are given. An account that does not answer costs itself only; what a
    limit left over is asked for next time. ``show`` is told how far it has come, from several threads.
    """
    given = settings or settings_of(workspace, own)
    settings = credentials.with_kept(given, own.NAME, workspace.home)
    spent = Spent(_units_of_today(workspace.archive, own.NAME, settings, now))
    before = _by_account(workspace.archive, own.NAME, is_backfill)
    accounts = sorted(
        dict.fromkeys(settings.accounts),
        key=lambda account: (_last_good(before.get(account, ())) or datetime.min, account),
    )
    progress = Progress({account: _questions(before.get(account, ())) for account in accounts}, show)
    asking = _Asking(workspace, own, given, settings, plan, now, is_backfill, spent, progress)

    def one(account: str) -> tuple[int, int, str]:
        done = _account(asking, account, before.get(account, ()))
        progress.ended(account)
        return done

    with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix=own.NAME) as side_by_side:
        # Each thread with the run's own context, so that what it says is shown beside the run.
        started = [side_by_side.submit(copy_context().run, one, account) for account in accounts]
        done = [own.result() for own in started]
    problems = dict.fromkeys(problem for _, _, problem in done if problem)
    expiring = (expiry(own, settings, account, now.date()) for account in accounts)
    problems |= dict.fromkeys(said for days, said in expiring if days is not None and (days in SAID_BEFORE or days < 1))
    return Pulled(len(accounts), sum(own[0] for own in done), sum(own[1] for own in done), tuple(problems))


def settings_of(workspace: Workspace, own: Api) -> ApiSettings:
    """The workspace's settings for an API."""
    found = getattr(workspace.settings, own.NAME)
    assert isinstance(found, ApiSettings)
    return found


def _by_account(archive: Archive, connector: str, is_backfill: bool) -> dict[str, list[Pull]]:
    """The pulls of a connector, oldest first; a night's and a backfill's go on by themselves."""
    found: dict[str, list[Pull]] = {}
    for own in archive.pulls():
        if own.connector == connector and own.is_backfill == is_backfill:
            found.setdefault(own.account, []).append(own)
    return found


@dataclass(frozen=True)
class _Asking:
    """One platform's turn; ``given`` are its settings before refresh tokens were changed by the platform."""

    workspace: Workspace
    own: Api
    given: ApiSettings
    settings: ApiSettings
    plan: Plan
    now: datetime
    is_backfill: bool
    spent: Spent
    progress: Progress


def _account(asking: _Asking, account: str, before: Sequence[Pull]) -> tuple[int, int, str]:
    own, settings, plan, now = asking.own, asking.settings, asking.plan, asking.now
    archive, last = asking.workspace.archive, before[-1] if before else None
    if asking.is_backfill and last and last.is_good:
        return 0, 0, ""
    cut_off = last if last and last.goes_on(now) else None
    pull = cut_off or Pull(own.NAME, account, now, asking.is_backfill)
    since = None if asking.is_backfill else since_of(pull.started_at, settings, account, before, plan)
    posts = terms.known(archive, own, settings, before, now, since)
    window = Window(pull.started_at, since, _withheld(before), posts)

    def keep(answer: Answer) -> None:
        archive.keep_answer(pull, answer)
        asking.progress.answered(account)

    def remember(token: SecretStr) -> None:
        credentials.keep(asking.given, token, own.NAME, account, asking.workspace.home)

    http = Http(settings, keep, archive.answers(pull) if cut_off else (), remember, spent=asking.spent)
    who, failure, withheld, is_done = "", "", window.withheld, True
    try:
        withheld = own.pull(http, account, settings, window).withheld
    except Unanswered as refusal:
        who, failure, is_done = refusal.who, str(refusal), refusal.who not in ("again", "window")
    except Exception as error:  # one account's fault in Reach never costs the others their night
        trace = hidden(traceback.format_exc().encode(), _secrets(settings)).decode()
        logger.error("asking %s:%s failed: %s", own.NAME, account, trace)
        who, failure = "bug", f"Reach failed on {own.NAME}:{account} ({type(error).__name__}); please report it."
    said = {
        metric: {**asdict(one), "since": one.since.isoformat(), "tried_at": one.tried_at.isoformat()}
        for metric, one in withheld.items()
    }
    archive.end_pull(
        pull,
        End(steps.now(), is_done, http.requests, http.units, who, failure, said, since, settings.days_kept(account)),
    )
    if failure:
        logger.warning("%s", failure)
    else:
        logger.info("asked %s:%s: %s requests, %s units", own.NAME, account, http.requests, http.units)
    if not failure:  # a permission that is missing is said once, on the night that finds it
        lacking = [own.why for own in withheld.values() if own.is_for_a_person and own.since == window.now]
        who, failure = ("person", lacking[0]) if lacking else ("", "")
    return http.requests, http.units, _for_a_person(failure, f"{own.NAME}:{account}", who, plan, before)


def expiry(own: Api, settings: ApiSettings, account: str, today: date) -> tuple[int | None, str]:
    """How many days an account's token is good for, and a sentence that says so; none where nobody knows."""
    end = settings.expires_on(account)
    if end is None:
        return None, ""
    days = (end - today).days
    when = "has ended" if days < 0 else "ends today" if days == 0 else f"ends in {days} day{'s'[: days > 1]}"
    return days, f"The token of {own.NAME}:{account} {when} ({end}); make a new one as docs/access.md says."


def _units_of_today(archive: Archive, connector: str, settings: ApiSettings, now: datetime) -> int:
    """What a platform's pulls have cost since its day began, in its own zone."""
    if settings.units_a_day is None:
        return 0
    today = _day(now, settings.source_zone)
    return sum(
        own.end.units
        for own in archive.pulls()
        if own.connector == connector and own.end and _day(own.end.ended_at, settings.source_zone) == today
    )


def _day(moment: datetime, zone: str) -> date:
    return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone)).date()


def _secrets(settings: ApiSettings) -> list[SecretStr]:
    """Every secret of a platform's settings."""
    found = [getattr(settings, key, None) for key in SECRETS]
    return [own for each in found for own in (each.values() if isinstance(each, dict) else [each]) if own]


def since_of(now: datetime, settings: ApiSettings, account: str, before: Sequence[Pull], plan: Plan) -> datetime | None:
    """How old a post may be to be read tonight: fewer nights as posts age, all of an open campaign's always.

    Nights that were missed are made up for, and the long looks back of many accounts fall on different nights. Where
    answers may not be kept for ever, everything is read again in time (null: all there is).
    """
    last_good, kept = _last_good(before), settings.days_kept(account)
    if kept is not None:
        whole = [own.started_at for own in before if own.is_good and own.end and own.end.since is None]
        if not whole or now - max(whole) >= timedelta(days=max(kept - _IN_TIME, 1)):
            return None
    night = now.toordinal() + zlib.crc32(account.encode())
    longest = timedelta(days=settings.look_back_days)
    depth = longest if night % RARELY == 0 or last_good is None else timedelta()
    for age, every in STEPS:
        if night % every == 0:
            depth = max(depth, min(age, longest))
    if last_good is not None:
        depth = max(depth, now - last_good + timedelta(days=1))
    today = _day(now, plan.project.timezone)
    starts = [
        datetime.combine(own.starts, datetime.min.time()) - timedelta(days=1)
        for own in plan.campaigns
        if own.starts and own.starts <= today and (own.ends is None or today <= own.ends)
    ]
    return min([now - depth, *starts])


def _questions(before: Sequence[Pull]) -> int:
    """How many questions the account's last pull took; 0 where there was none."""
    return next((own.end.requests for own in reversed(before) if own.end and own.is_good), 0)


def _last_good(pulls: Iterable[Pull]) -> datetime | None:
    return max((own.started_at for own in pulls if own.is_good), default=None)


def _withheld(pulls: Sequence[Pull]) -> dict[str, Withheld]:
    """What the account's last pull that came to an end had to leave out."""
    ended = [own.end for own in pulls if own.end]
    return {
        metric: Withheld(
            said["why"],
            datetime.fromisoformat(said["since"]),
            datetime.fromisoformat(said["tried_at"]),
            said["is_for_a_person"],
        )
        for metric, said in (ended[-1].withheld if ended else {}).items()
    }


def _for_a_person(failure: str, account: str, who: str, plan: Plan, before: Sequence[Pull]) -> str:
    """The sentence; where a person has to act, with since when, what helps until then, and whom to ask."""
    if not failure or who != "person":
        return failure
    last_good = _last_good(before) or datetime.min
    failing = [own.started_at for own in before if own.end and own.end.who == "person" and own.started_at > last_good]
    since = f" So it is since {min(failing).date()}." if failing else ""
    owner = next(
        (own.organisation for own in plan.accounts if account in (own.id, f"{own.platform}:{own.account_id}")), None
    )
    contact = next((own.contact for own in plan.organisations if own.name == owner and own.contact), None)
    whose = f" It belongs to {owner}{f' ({contact})' if contact else ''}." if owner else ""
    return f"{failure}{since} {UNTIL_THEN}{whose}"
