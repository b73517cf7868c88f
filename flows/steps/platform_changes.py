"""What asking the accounts of a platform brought: what is new to all of them is told apart from a fault of one.

A platform that changes (a new error, a metric that is gone) answers the same to every account on one night. That is one
sentence, and no account's fault.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

EVERYBODY = 3
"""So many accounts at least are everybody: two may share a fault by chance, such as a setting of one owner."""


@dataclass(frozen=True)
class AccountAsked:
    """What asking one account cost, and the sentence where it did not answer, or not to all.

    ``name`` is the account's with its platform's. ``who`` has to act where it ``failed``, since ``failed_since``.
    ``refused`` says why, by metric, what it refuses since now; ``told`` are those of them that ``problem`` is about,
    since somebody may mend them or they may pass. ``withheld_before`` is what was not asked for. ``remarks`` are
    sentences on the platform, the same for each account.
    """

    requests: int = 0
    units: int = 0
    problem: str = ""
    name: str = ""
    who: str = ""
    failed: str = ""
    failed_since: date | None = None
    has_answered_before: bool = False
    refused: Mapping[str, str] = field(default_factory=dict)
    told: frozenset[str] = frozenset()
    withheld_before: frozenset[str] = frozenset()
    remarks: tuple[str, ...] = ()


def problems(outcomes: Sequence[AccountAsked], title: str, word: str) -> list[str]:
    """A sentence for each account with a problem of its own, and one for what the platform answers to all accounts.

    ``title`` is the platform's name for people, ``word`` what it calls an account.
    """
    failing, of_failure = _failing_alike(outcomes)
    refused, of_refusals = _refused_alike(outcomes)
    sentences = list(dict.fromkeys(remark for one in outcomes for remark in one.remarks))
    told = [*of_failure, *of_refusals]
    alike = failing or [one for one in outcomes if refused & set(one.refused)]
    if told:
        earliest = min((one.failed_since for one in failing if one.failed_since), default=None)
        since = f" since {earliest}" if earliest else " since tonight"
        is_new = all(one.has_answered_before for one in alike)
        what = (
            f"something new to all {len(alike)} {word}s{since}" if is_new else f"the same to all {len(alike)} {word}s"
        )
        sentences.append(f"{title} answers {what}: {'; '.join(told)}")
    for one in outcomes:
        is_told = (one.failed and one in failing) or (not one.failed and one.told <= refused)
        if one.problem and not (is_told and told):
            sentences.append(one.problem)
    return list(dict.fromkeys(sentences))


def _failing_alike(outcomes: Sequence[AccountAsked]) -> tuple[list[AccountAsked], list[str]]:
    """The accounts that fail for one reason, where all fail for it that might, and the reason."""
    able = [one for one in outcomes if one.who not in ("person", "window") or not one.failed]
    reasons = {_without_name(one.failed, one.name) for one in able}
    if len(able) < EVERYBODY or len(reasons) != 1 or reasons == {""}:
        return [], []
    return able, sorted(reasons)


def _refused_alike(outcomes: Sequence[AccountAsked]) -> tuple[set[str], list[str]]:
    """The metrics that all accounts refuse for one reason since now that were asked for them, and the reasons.

    What nobody can mend is no news where it was never given.
    """
    answering = [one for one in outcomes if not one.failed]
    by_reason: dict[str, list[str]] = {}
    for metric in dict.fromkeys(metric for one in answering for metric in one.refused):
        able = [one for one in answering if metric not in one.withheld_before]
        reasons = {_without_name(one.refused.get(metric, ""), one.name) for one in able}
        is_news = all(one.has_answered_before or metric in one.told for one in able)
        if len(able) >= EVERYBODY and len(reasons) == 1 and is_news and (reason := reasons.pop()):
            by_reason.setdefault(reason, []).append(metric)
    metrics = {metric for named in by_reason.values() for metric in named}
    return metrics, [f"it refuses {', '.join(named)}: {reason}" for reason, named in by_reason.items()]


def _without_name(why: str, name: str) -> str:
    """A reason as it is the same for every account."""
    account_id = re.escape(name.partition(":")[2])
    text = re.sub(r"^nobody: [^.]*\. ", "", why).replace(f" for {name}", "").replace(name, "each")
    return re.sub(rf"(?<!\w){account_id}(?!\w)", "…", text) if account_id else text
