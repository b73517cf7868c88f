"""Notices of nights that failed or left something out: by e-mail, Slack, Telegram and all that apprise knows.

A file remembers what was told, so that a problem that stays is not told every night. A notice that cannot be sent is
logged and costs nothing else. The addresses are secrets: no line holds one, or a part of one.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from pydantic import SecretStr

from flows import summary
from flows.steps import night
from flows.steps.settings import SettingsError, Workspace
from flows.summary import Run
from warehouse import file_system

logger = logging.getLogger(__name__)

FILE = ".notices.json"

PROBLEM_AGAIN = timedelta(days=7)
"""A thing that is left out every night is told again after this."""

FAILURE_AGAIN = timedelta(hours=20)
"""Nights that fail are told once each, ten-minute looks at the inbox that fail no oftener."""

_SHORTEST_SECRET = 4


def of_night(workspace: Workspace, run: Run, *, is_look: bool = False) -> None:
    """Tells of a night that left something out, unless all of it was told within :data:`PROBLEM_AGAIN`."""
    if not run.night.problems or not workspace.notify.urls:
        return
    with _logged_if_it_fails():
        told = _told(workspace, PROBLEM_AGAIN)
        new = [problem for problem in run.night.problems if _mark(problem) not in told]
        if new:
            _tell(workspace, "something was left out", summary.paragraph(run, workspace, new), new, is_look=is_look)


def of_failure(workspace: Workspace, error: BaseException, *, is_look: bool = False) -> None:
    """Tells of a night that published nothing, unless one that failed alike was told within :data:`FAILURE_AGAIN`."""
    if not workspace.notify.urls:
        return
    with _logged_if_it_fails():
        cause = f"failed: {type(error).__name__}"
        if _mark(cause) in _told(workspace, FAILURE_AGAIN):
            return
        text = summary.failure_paragraph(error, workspace, _published_before(workspace))
        _tell(workspace, "nothing was published", text, [cause], is_look=is_look)


@contextmanager
def failure_told(workspace: Workspace, *, is_look: bool = False) -> Iterator[None]:
    """Tells of what ends the work inside by an error."""
    try:
        yield
    except Exception as error:
        of_failure(workspace, error, is_look=is_look)
        raise


def trial(workspace: Workspace) -> list[str]:
    """Sends everybody a trial; a sentence for each who did not get it."""
    text = (
        f"This is a trial. From here on, {workspace.home.resolve()} tells you of nights that left something out or "
        "failed, with what to do."
    )
    return send(workspace.notify.urls, "Reach: a trial", text)


def send(urls: Sequence[SecretStr], title: str, text: str) -> list[str]:
    """Sends a text to every address; a sentence for each that did not take it, without the address."""
    from apprise import Apprise, AppriseAsset, NotifyFormat, NotifyType  # a quarter of a second, on few nights

    not_sent = []
    for number, url in enumerate(urls, 1):
        asset = AppriseAsset(app_id="Reach", app_desc="Reach", app_url="", async_mode=False, storage_mode="memory")
        to, name, is_sent = Apprise(asset=asset), f"REACH_NOTIFY__URLS, address {number} of {len(urls)}", False
        with _listening() as lines:
            try:
                if to.add(url.get_secret_value()):
                    name = f"{name} ({to[0].service_name})"
                    if why_not := _unsafe(to[0]):
                        not_sent.append(f"{name}: not sent: {why_not}")
                        continue
                    is_sent = bool(to.notify(text, title, NotifyType.WARNING, NotifyFormat.TEXT))
                else:
                    lines.insert(0, "no address that can be used, docs/operating.md has one for each service")
            except Exception as error:  # a service's fault is never the night's
                lines.append(type(error).__name__)
        if not is_sent:
            why = "; ".join(dict.fromkeys(_struck(line, url) for line in lines)) or "no reason was given"
            not_sent.append(f"{name}: not sent: {why}")
    return not_sent


def _unsafe(service: Any) -> str:
    """Why nothing is sent to a service of apprise's: others could read it, and the address's password, on its way."""
    if service.host in ("localhost", "127.0.0.1", "::1"):
        return ""
    plain = service.protocol and service.secure_protocol and not service.secure
    if plain or getattr(service, "secure_mode", "") == "insecure":
        return "the address is not encrypted; write the service's name with an s behind it, such as mailtos or jsons"
    return "" if service.verify_certificate else "verify=no in the address lets anybody stand in for the service"


def _tell(workspace: Workspace, what: str, text: str, causes: Sequence[str], *, is_look: bool) -> None:
    """Sends it and remembers its causes, if anybody got it."""
    before = _read(workspace)
    now = night.now()
    kept = {mark: at for mark, at in before.items() if now - datetime.fromisoformat(at) < PROBLEM_AGAIN}
    can_remember = _write(workspace, kept | {_mark(cause): now.isoformat() for cause in causes})
    if is_look and not can_remember:  # the disk is full: the night tells it, each look would all day
        return
    urls = workspace.notify.urls
    failed = send(urls, f"Reach: {what}", text)
    for sentence in failed:
        logger.warning("%s", sentence)
    if len(failed) == len(urls):
        _write(workspace, before)
    else:
        logger.info("told %s of %s: %s", len(urls) - len(failed), len(urls), what)


@contextmanager
def _logged_if_it_fails() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        logger.warning("nobody could be told of this night (%s)", type(error).__name__)


def _published_before(workspace: Workspace) -> summary.Tables:
    """The totals that readers have; none where the settings that name their folder cannot be used."""
    try:
        return summary.published_before(workspace.published)
    except (SettingsError, ValueError):
        return {}


def _told(workspace: Workspace, within: timedelta) -> set[str]:
    now = night.now()
    return {mark for mark, at in _read(workspace).items() if now - datetime.fromisoformat(at) < within}


def _read(workspace: Workspace) -> Mapping[str, str]:
    try:
        told = json.loads((workspace.home / FILE).read_text(encoding="utf-8"))
        return {mark: at for mark, at in told.items() if datetime.fromisoformat(at)}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}  # lost: something is told twice


def _write(workspace: Workspace, told: Mapping[str, str]) -> bool:
    aside = workspace.home / f"{FILE}.new"
    try:
        aside.write_text(json.dumps(told, indent=1), encoding="utf-8")
        file_system.replace(aside, workspace.home / FILE)
    except OSError:
        return False
    return True


def _mark(cause: str) -> str:
    return hashlib.sha256(cause.encode()).hexdigest()[:16]


def _struck(line: str, url: SecretStr) -> str:
    """A line of apprise's without any part of the address."""
    parts = {form for part in re.split(r"[/:@?&=,+#\s]+", url.get_secret_value()) for form in (part, unquote(part))}
    for part in sorted(parts, key=len, reverse=True):
        if len(part) >= _SHORTEST_SECRET:
            line = line.replace(part, "***")
    return summary.plain(line)


@contextmanager
def _listening() -> Iterator[list[str]]:
    """What apprise warns of, kept from every log: urllib3's lines hold whole addresses."""
    lines: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.name.startswith("apprise") and record.levelno >= logging.WARNING:
                lines.append(record.getMessage())

    ear, loggers = Ear(), [logging.getLogger(name) for name in ("apprise", "urllib3")]
    before = [(each, each.propagate) for each in loggers]
    for each in loggers:
        each.addHandler(ear)
        each.propagate = False
    try:
        yield lines
    finally:
        for each, propagate in before:
            each.removeHandler(ear)
            each.propagate = propagate
