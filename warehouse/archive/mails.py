"""What of a mailbox is taken into the archive: the attachments of known senders' mails, each once.

The log says, with an event "mailbox", up to which mail a mailbox was looked at, whose addresses were known then, and
from whom mails were put aside. A sender who becomes known later is asked for from the first mail on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from warehouse import file_system
from warehouse.archive import attachments, mailbox
from warehouse.archive.address import Unreachable
from warehouse.archive.archive import Archive
from warehouse.archive.file_versions import FileVersion
from warehouse.archive.mailbox import AT_ONCE, Mail, Mailbox, Session
from warehouse.archive.receipts import LeftOut, Receipt, shown_path
from warehouse.texts import number_of

NAMED = 5
"""So many unknown senders are named in a sentence."""


@dataclass(frozen=True)
class Looked:
    """How far a mailbox was looked at. ``is_refused``: its password was not taken at the last time."""

    uid_validity: int | None = None
    uid: int = 0
    senders: frozenset[str] = frozenset()
    put_aside: Mapping[str, int] = field(default_factory=dict)
    is_refused: bool = False


def looked(archive: Archive, box: Mailbox) -> Looked:
    """How far the log says that a mailbox was looked at, and how many mails of each address were put aside."""
    state, put_aside = Looked(), Counter[str]()
    for event in archive.events("mailbox"):
        if event["mailbox"] != box.address:
            continue
        if event["uid_validity"] != state.uid_validity:
            put_aside.clear()
        put_aside.update(event["put_aside"])
        state = Looked(
            event["uid_validity"], int(event["uid"]), frozenset(event["senders"]), {}, bool(event["is_refused"])
        )
    unknown = {address: count for address, count in put_aside.items() if address not in box.senders}
    return Looked(state.uid_validity, state.uid, state.senders, unknown, state.is_refused)


def receive(archive: Archive, box: Mailbox, now: datetime) -> Receipt:
    """Takes what is new in a mailbox. What was taken before it went away stays taken."""
    taking = _Taking(archive, box, now)
    try:
        with mailbox.opened(box) as session:
            taking.take_all(session)
    except Unreachable as error:
        taking.left_out.append(LeftOut(box.title, str(error)))
        if isinstance(error, mailbox.Refused) and not taking.before.is_refused:
            taking.note(is_refused=True)
    if taking.put_aside:
        taking.left_out.append(LeftOut(box.title, _unknown_senders(box, taking.put_aside)))
    return Receipt(tuple(taking.received), tuple(taking.left_out))


def has_news(archive: Archive, box: Mailbox) -> bool:
    """Whether a known sender's mail that may have documents is new; no mail is fetched.

    A mailbox that refused the login is not asked before a night was let in again: services lock accounts out.
    """
    before = looked(archive, box)
    if before.uid_validity is None or before.is_refused:
        return False
    try:
        with mailbox.opened(box) as session:
            uids = _new_uids(session, before)
            return any(mail.sender in box.senders and mail.may_have_documents for mail in session.mails(uids))
    except Unreachable:
        return False  # the night says so


def _new_uids(session: Session, before: Looked) -> list[int]:
    """Mails that were not looked at, or whose sender is known only now."""
    if session.uid_validity != before.uid_validity:
        return session.uids(1)
    now_known = sorted(set(session.box.senders) - before.senders) if before.uid else []
    uids = {uid for sender in now_known for uid in session.uids(1, before.uid, sender)}
    return sorted(uids) + session.uids(before.uid + 1)


class _Taking:
    """One look at a mailbox: what it brought so far."""

    def __init__(self, archive: Archive, box: Mailbox, now: datetime) -> None:
        self.archive, self.box, self.now = archive, box, now
        self.before = looked(archive, box)
        self.received: list[FileVersion] = []
        self.left_out: list[LeftOut] = []
        self.put_aside = Counter[str]()
        self.uid, self.uid_validity = self.before.uid, self.before.uid_validity

    def take_all(self, session: Session) -> None:
        """Takes all that is new, and tells the log after some mails how far that is."""
        uids = _new_uids(session, self.before)
        is_another = session.uid_validity != self.before.uid_validity
        if is_another:
            self.uid, self.uid_validity = 0, session.uid_validity
        taken = self._taken_before(is_another=is_another)
        if not uids and (is_another or self.before.is_refused or self.before.senders != frozenset(self.box.senders)):
            self.note()
        for start in range(0, len(uids), AT_ONCE):
            together, put_aside = uids[start : start + AT_ONCE], Counter[str]()
            for mail in session.mails(together):
                if mail.sender in self.box.senders:
                    self._take(session, mail, taken)
                elif mail.has_documents:
                    put_aside[shown_path(mail.sender)[:100] or "an address that cannot be read"] += 1
            self.uid = max(self.uid, together[-1])
            self.put_aside += put_aside
            self.note(put_aside, is_end=start + AT_ONCE >= len(uids))

    def _taken_before(self, *, is_another: bool) -> set[tuple[object, ...]]:
        """What came from this mailbox before. Where its UIDs are others, a mail's time may be another, too."""
        beginning = "/".join(self.box.prefix) + "/"
        versions = [one for one in self.archive.file_versions() if one.path.startswith(beginning)]
        return {_mark(one, is_another) for one in versions} | {_mark(one, False) for one in versions}

    def _take(self, session: Session, mail: Mail, taken: set[tuple[object, ...]]) -> None:
        organisation, sender = self.box.senders[mail.sender].replace("/", "-"), file_system.name_everywhere(mail.sender)
        beginning = shown_path("/".join(part for part in (*self.box.prefix, organisation, sender) if part))
        if mail.size > mailbox.LARGEST_BYTES:
            day, size = mail.arrived_at.date(), mail.size >> 20
            why = f"has a mail of {day} with {size} MiB, more than the 100 that are read; ask for it in several mails"
            self.left_out.append(LeftOut(beginning, f"{beginning} {why}."))
            return
        versions = []
        for document in attachments.documents(session.content(mail)):
            path = f"{beginning}/{shown_path(document.name)}"
            if document.why_not:
                self.left_out.append(LeftOut(path, f"{path} {document.why_not}."))
                continue
            sha256 = self.archive.keep(document.content)
            version = FileVersion(path, sha256, len(document.content), mail.arrived_at, self.now)
            if taken.isdisjoint({_mark(version, False), _mark(version, True)}):
                versions.append(version)
                taken.add(_mark(version, False))
        self.archive.keep_received(versions)
        self.received += versions

    def note(
        self, put_aside: Mapping[str, int] | None = None, *, is_end: bool = True, is_refused: bool = False
    ) -> None:
        """Tells the log how far the mailbox was looked at; before the end not all mails of new senders were."""
        senders = self.box.senders if is_end and not is_refused else self.before.senders
        self.archive.note_mailbox(
            {
                "mailbox": self.box.address,
                "uid_validity": self.uid_validity,
                "uid": self.uid,
                "senders": sorted(senders),
                "put_aside": dict(put_aside or {}),
                "is_refused": is_refused,
                "looked_at": self.now,
            }
        )


def _mark(version: FileVersion, is_of_any_time: bool) -> tuple[object, ...]:
    """By what an attachment is known to have been taken."""
    return (version.path, version.sha256, None if is_of_any_time else version.modified_at)


def _unknown_senders(box: Mailbox, put_aside: Counter[str]) -> str:
    named = ", ".join(f"{address} ({count})" for address, count in put_aside.most_common(NAMED))
    more = f" and {len(put_aside) - NAMED} more" if len(put_aside) > NAMED else ""
    return (
        f"{box.title} has {number_of(put_aside.total(), 'mail')} with attachments of unknown senders, which are put "
        f"aside: {named}{more}. Who is a partner goes into senders of [[inbox]] in reach.toml, with an organisation, "
        "and the next run takes what was sent; nothing needs to be done about the others."
    )
