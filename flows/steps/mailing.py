"""Mailing the documents of frozen reports to those whom the plan names, once to each.

A mail is noted in the archive once the server has taken it. A run that dies between the two, and a connection that ends
before the server answers, may let a mail come twice: it has the same Message-ID then, by which mail programs know it.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from flows.steps import freezing, night
from flows.steps.khmer_files import in_corrected_khmer
from flows.steps.night import GoodPlan
from flows.steps.privacy import for_readers
from flows.steps.sending import File, NoServer, NotSent, Outbox, mail
from flows.steps.settings import SettingsError, Workspace
from warehouse.archive.log_lines import Event
from warehouse.archive.remote_blobs import NoArchive
from warehouse.faults import fault, trace
from warehouse.plan.framework import Report
from warehouse.plan.model import Plan
from warehouse.readings.latest import day_at
from warehouse.texts import is_mail_address

if TYPE_CHECKING:
    from flows.steps.documents import Figures
    from warehouse.publish.document.blocks import Document

logger = logging.getLogger(__name__)

TRIED_FOR = timedelta(days=7)
"""So long after the day on which a report was frozen its mails are tried."""
SECONDS_A_NIGHT = 900.0
"""No mail is begun after so long in one night."""

ATTACHED, LINKED, ANNOUNCED = "attached", "linked", "announced"
"""How a document reached somebody: in the mail, by a link in it, or not at all, since it is too large."""


class Mailed(NamedTuple):
    """What mailing left out, and what it did, a sentence each."""

    problems: tuple[str, ...] = ()
    to_look_at: tuple[str, ...] = ()


class Prepared(NamedTuple):
    """A frozen report's document in the form that is mailed, and why that is not PDF where it is none."""

    figures: Figures
    documents: Sequence[Document]
    file: File
    why_no_pdf: str | None


@in_corrected_khmer
def mail_due(workspace: Workspace, good: GoodPlan, seconds: float = SECONDS_A_NIGHT) -> Mailed:
    """Mails what is due. Nothing that goes wrong with it is an error of the night: it is said, and tried again."""
    problems, to_look_at = list[str](), list[str]()
    if good.mistakes:
        return Mailed()  # whom the plan names waits for the plan that is meant
    zone = good.plan.project.timezone
    ends_at, today = time.monotonic() + seconds, night.today(zone)
    for report in good.plan.reports:
        event = workspace.archive.frozen(report.name)
        waiting = waiting_for(workspace, report)
        if event is None or not waiting:
            continue
        last_day = day_at(datetime.fromisoformat(event["frozen_at"]), zone) + TRIED_FOR
        if today > last_day:
            to_look_at.append(
                f"The report {report.name} was not mailed to {_and(waiting)}, and nobody tries it after {last_day}: "
                f"send it yourself (reach report {report.name}), and take {_and(waiting)} out of its mail_to."
            )
            continue
        why_not: Mapping[str, str] = {}
        try:
            for sentence, is_problem in _mail(workspace, report, waiting, ends_at, why_not := dict[str, str]()):
                logger.info("%s", sentence)
                (problems if is_problem else to_look_at).append(sentence)
        except (SettingsError, NoArchive) as error:
            why_not = dict.fromkeys(waiting_for(workspace, report), str(error).rstrip("."))
        except Exception as error:
            logger.error("mailing the report %s failed: %s", report.name, trace(error))
            why_not = dict.fromkeys(waiting_for(workspace, report), f"Reach failed ({fault(error)})")
        problems += _not_mailed(report.name, why_not, today, last_day)
    return Mailed(tuple(problems), tuple(to_look_at))


def waiting_for(workspace: Workspace, report: Report) -> list[str]:
    """Those who are to get a report and did not get it yet, as the plan calls them."""
    had = {event["to"] for event in mails_of(workspace, report.name)}
    return [to for to in dict.fromkeys(report.mail_to) if to not in had]


def mails_of(workspace: Workspace, report: str) -> list[Event]:
    """What the archive has of the mails with a report, oldest first."""
    return [event for event in workspace.archive.events("mailed") if event["name"] == report]


class MailedDocument(NamedTuple):
    """A document as it was mailed: to whom, as the plan called them, and when the first mail with it went."""

    file: File
    to: tuple[str, ...]
    at: str


def mailed_documents(workspace: Workspace, report: str) -> list[MailedDocument]:
    """The documents that were mailed of a report, each as its bytes were; those of one name have other names here.

    Raises:
        SettingsError: none was mailed, or an older version of Reach kept the fingerprint of each alone.
        LostBytes: the archive does not have one any more.
    """
    of_documents: dict[str, list[Event]] = {}
    events = mails_of(workspace, report)
    for event in events:
        if event.get("is_kept"):
            of_documents.setdefault(str(event["sha256"]), []).append(event)
    if not of_documents:
        why = "an older version of Reach kept the fingerprints of what it mailed alone" if events else "none was mailed"
        raise SettingsError(f"No document of the report {report} as it was mailed is in the archive: {why}.")
    names = [str(mails[0]["file"]) for mails in of_documents.values()]
    documents = []
    for sha256, (first, *others) in of_documents.items():
        name = str(first["file"])
        name = f"{sha256[:8]}-{name}" if names.count(name) > 1 else name
        to = tuple(dict.fromkeys(str(mail["to"]) for mail in (first, *others)))
        documents.append(MailedDocument(File(name, workspace.archive.content(sha256)), to, str(first["at"])))
    return documents


def mistakes(workspace: Workspace, plan: Plan) -> Iterator[str]:
    """What keeps reports of the plan from being mailed, as far as settings tell it, a sentence each."""
    missing = dict[str, list[str]]()
    for report in plan.reports:
        for to in waiting_for(workspace, report):
            if isinstance(why := _address(workspace, to), NotSent):
                missing.setdefault(str(why), []).append(f"{report.name} to {to}")
    for why, mails in missing.items():
        yield f"Mails that cannot be sent ({', '.join(mails)}): {why}."


def unusable_server(workspace: Workspace, plan: Plan) -> str:
    """Why the mail server cannot be used by which reports of the plan are to be mailed; empty where it can.

    It is called, and nothing is sent.
    """
    settings = workspace.settings.mail
    if not settings.host or not any(waiting_for(workspace, report) for report in plan.reports):
        return ""
    try:
        with Outbox(settings, {}) as outbox:
            outbox.largest_bytes()
    except NoServer as error:
        return f"Reports cannot be mailed: {error}."
    return ""


def _mail(
    workspace: Workspace, report: Report, waiting: Sequence[str], ends_at: float, why_not: dict[str, str]
) -> Iterator[tuple[str, bool]]:
    """Mails a report to those who wait for it; why it was not mailed to somebody comes into ``why_not``.

    Yields:
        A sentence for each mail, and whether it needs a person.
    """
    addresses = dict[str, str]()
    for to in waiting:
        address = _address(workspace, to)
        if isinstance(address, NotSent):
            why_not[to] = str(address)
        else:
            addresses[to] = address
    if not addresses:
        return
    prepared = _prepared(workspace, report.name)
    with Outbox(workspace.settings.mail, {address: to for to, address in addresses.items()}) as outbox:
        for number, (to, address) in enumerate(addresses.items()):
            if time.monotonic() > ends_at:
                why_not |= dict.fromkeys(list(addresses)[number:], "the mails of this night took too long")
                return
            try:
                way = _sent(workspace, prepared, to, address, outbox)
            except NoServer as error:
                why_not |= dict.fromkeys(list(addresses)[number:], str(error))
                return
            except NotSent as error:
                why_not[to] = str(error)
                continue
            try:
                _note(workspace, prepared, to, way)
            except OSError as error:
                yield (
                    f"The report {report.name} was mailed to {to}, but that cannot be noted ({fault(error)}): it may "
                    "be mailed again.", True,
                )  # fmt: skip
                return
            yield _said(prepared, report.name, to, way), way == ANNOUNCED


def _address(workspace: Workspace, to: str) -> str | NotSent:
    """The address of somebody whom the plan names, or why nothing can be sent to it."""
    settings = workspace.settings
    if not settings.mail.host:
        return NotSent("reach.toml says with no [mail] over which server mails are sent (docs/operating.md)")
    if "@" in to:
        return to
    name = f"REACH_MAIL_TO__{to.upper()}"
    secret = settings.mail_to.get(to)
    if secret is None:
        return NotSent(f"put the address as {name} into .env")
    address = secret.get_secret_value().strip()
    if not is_mail_address(address):
        return NotSent(f"{name} in .env is no plain address such as name@server.example")
    return address


def _prepared(workspace: Workspace, report: str) -> Prepared:
    """The document of a frozen report as it is mailed: as PDF, and for Word where no PDF can be made.

    Raises:
        SettingsError: it cannot be made of what was frozen, or of the workspace's logos.
    """
    from flows.steps import documents  # charts and Word files: nights that mail nothing do without

    figures = documents.figures_of(workspace, report)
    languages = workspace.settings.mail.languages(workspace.settings.language)
    scope = documents.scope_of(figures, None)
    made = documents.make(workspace, figures, scope, languages, ("pdf",))
    why_no_pdf = made.why_no_pdf
    if why_no_pdf:
        made = documents.make(workspace, figures, scope, languages, ("docx",))
    ((kind, content),) = made.files.items()
    name = documents.file_name(report, str(figures.as_of), *languages)
    return Prepared(figures, made.documents, File(f"{name}.{kind}", content), why_no_pdf)


def _sent(workspace: Workspace, prepared: Prepared, to: str, address: str, outbox: Outbox) -> str:
    """Sends the document to one address; how it went.

    Raises:
        NotSent: it did not go.
        SettingsError: the file that a link leads to cannot be written.
    """
    import connectors
    from warehouse.publish.document.letter import letter

    settings, about = workspace.settings.mail, prepared.figures.tables["about"].row(0, named=True)
    frozen = prepared.figures.frozen
    assert frozen is not None
    message_id = hashlib.sha256("\n".join((frozen.name, frozen.fingerprint, to)).encode()).hexdigest()[:32]

    def written(link: str, file: File | None) -> bytes:
        words = letter(
            prepared.documents, about, prepared.figures.plan, connectors.PLATFORMS, frozen,
            is_attached=file is not None, link=link,
        )  # fmt: skip
        return mail(settings, address, words.subject, words.text, message_id, night.now(), file)

    content, way = written("", prepared.file), ATTACHED
    if len(content) > outbox.largest_bytes():
        way = LINKED if settings.link else ANNOUNCED
        content = written(_put_where_links_lead(workspace, frozen.name, prepared.file) if settings.link else "", None)
    outbox.send(address, content)
    return way


def _put_where_links_lead(workspace: Workspace, report: str, file: File) -> str:
    """Writes the document beside the report's other files, and returns its link."""
    from urllib.parse import quote

    from flows.steps import documents

    name, _, kind = file.name.rpartition(".")
    with for_readers(workspace):
        documents.write({kind: file.content}, workspace.published / freezing.FOLDER / report, name)
    return f"{workspace.settings.mail.link}/{freezing.FOLDER}/{quote(report)}/{quote(file.name)}"


def _note(workspace: Workspace, prepared: Prepared, to: str, way: str) -> None:
    frozen = prepared.figures.frozen
    assert frozen is not None
    workspace.archive.note_mailed(
        frozen.name,
        to,
        {
            "at": night.now(),
            "checksum": frozen.fingerprint,
            "way": way,
            "file": prepared.file.name,
            "sha256": workspace.archive.keep(prepared.file.content),
            "is_kept": True,
        },
    )


def _said(prepared: Prepared, report: str, to: str, way: str) -> str:
    no_pdf = f" It is no PDF: {prepared.why_no_pdf}." if prepared.why_no_pdf else ""
    if way == ANNOUNCED:
        return (
            f"A mail told {to} of the report {report}, but its document is too large to go with it: send it in another "
            f"way, or set link below [mail] in reach.toml for the next one.{no_pdf}"
        )
    how = "with a link to" if way == LINKED else "with"
    return f"The report {report} was mailed to {to}, {how} {prepared.file.name}.{no_pdf}"


def _not_mailed(report: str, why_not: Mapping[str, str], today: date, last_day: date) -> Iterator[str]:
    """What could not be mailed, a sentence for each reason."""
    until = f"It is tried each night until {last_day}."
    if today == last_day:
        until = f"It is not tried again: send it yourself (reach report {report})."
    for why in dict.fromkeys(why_not.values()):
        waiting = [to for to, reason in why_not.items() if reason == why]
        yield f"The report {report} was not mailed to {_and(waiting)}: {why}. {until}"


def _and(names: Sequence[str]) -> str:
    """Names in a row: a, b and c."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
