"""What lies in the inboxes, and what of it is taken into the archive; files stay where they are.

One inbox that cannot be read costs only itself: what is wrong is said in one sentence, and the others are taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from warehouse.archive import mailbox, mails
from warehouse.archive.address import Unreachable
from warehouse.archive.archive import Archive
from warehouse.archive.file_versions import FileVersion
from warehouse.archive.folder import Folder
from warehouse.archive.mailbox import Mailbox
from warehouse.archive.receipts import InboxFile, LeftOut, Receipt, shown_path, was_shown_otherwise
from warehouse.archive.remote_folder import RemoteFolder
from warehouse.texts import number_of

AT_ONCE = 500
"""So many files are told to the log together: it is brought to the disk each time."""
SYNCED_AT_ONCE, SMALL_BYTES = 8, 256 * 1024
"""So many files, if they are no larger, are brought to the disk at the same time: it is waited for each."""

_ODD = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What an answer from elsewhere may lead to that nobody thought of. What the archive fails with is none of these."""

Inbox = Folder | Mailbox | RemoteFolder
Identity = tuple[str, int, datetime]


def receive(archive: Archive, inboxes: Iterable[Inbox], now: datetime) -> Receipt:
    """Takes what is new in the inboxes; files stay where they are.

    A file seen before costs a look at its size and time. Litter of shares and spreadsheets is passed
    over in silence; what cannot be taken is named, and the rest is.
    """
    receipt, seen = Receipt(), _seen(archive)
    for inbox in inboxes:
        try:
            if isinstance(inbox, Mailbox):
                receipt += mails.receive(archive, inbox, now)
            else:
                receipt += _receive_files(archive, inbox, seen, now)
        except _ODD as error:
            if isinstance(inbox, Folder):
                raise
            why = f"{inbox.title} answers what Reach does not understand ({type(error).__name__}); please report it."
            receipt += Receipt((), (LeftOut(inbox.title, why),))
    return receipt


def _receive_files(archive: Archive, inbox: Folder | RemoteFolder, seen: Set[Identity], now: datetime) -> Receipt:
    received, left_out, fresh, is_empty = list[FileVersion](), list[LeftOut](), list[InboxFile](), True
    try:
        for entry in inbox.entries():
            is_empty = False
            if isinstance(entry, LeftOut):
                left_out.append(entry)
            elif entry.identity not in seen:
                fresh.append(entry)
        inbox.let_settle(fresh)
        for start in range(0, len(fresh), AT_ONCE):
            _keep(archive, inbox, fresh[start : start + AT_ONCE], now, received, left_out)
        inbox.require_still_there()
        if is_empty and isinstance(inbox, RemoteFolder) and any(path.startswith(inbox.beginning) for path, *_ in seen):
            left_out.append(inbox.left_out((), "is empty, and files came from it before; what came in counts on"))
    except Unreachable as error:  # a sentence for each of its files would bury the others
        left_out = [LeftOut(inbox.title, str(error))]
    return Receipt(tuple(received), tuple(left_out))


def _keep(
    archive: Archive, inbox: Folder | RemoteFolder, files: Sequence[InboxFile], now: datetime,
    received: list[FileVersion], left_out: list[LeftOut],
) -> None:  # fmt: skip
    """Takes files, and tells the log of them together; each joins ``received`` or ``left_out``.

    Raises:
        Unreachable: the inbox went away; what was read until then is taken.
    """
    gone: list[Unreachable] = []

    def kept(file: InboxFile) -> str | LeftOut | None:
        """The hash of a file's bytes, which are in the archive now."""
        try:
            content = None if gone else inbox.read(file)
        except Unreachable as error:
            gone.append(error)
            content = None
        return archive.keep(content) if isinstance(content, bytes) else content

    with ThreadPoolExecutor(SYNCED_AT_ONCE) as pool:
        small = [file for file in files if file.size <= SMALL_BYTES]
        of_small = dict(zip(small, pool.map(kept, small), strict=True))
    versions = []
    for file in files:
        sha256 = of_small[file] if file in of_small else kept(file)
        if isinstance(sha256, LeftOut):
            left_out.append(sha256)
        elif sha256:
            versions.append(FileVersion(file.path, sha256, file.size, file.modified_at, now))
    archive.keep_received(versions)
    received += versions
    if gone:
        raise gone[0]


def has_news(archive: Archive, inboxes: Sequence[Inbox]) -> bool:
    """Whether there is something in an inbox to take that was not there before, without reading a file."""
    seen = _seen(archive)
    return any(
        mails.has_news(archive, inbox) if isinstance(inbox, Mailbox) else _has_new_file(inbox, seen)
        for inbox in inboxes
    )


def opened_now(inbox: Inbox) -> tuple[str, str]:
    """What is in an inbox now, in words, and why it cannot be read, empty where it can; nothing is taken."""
    try:
        if isinstance(inbox, Mailbox):
            with mailbox.opened(inbox) as session:
                return number_of(session.mails_there, "mail"), ""
        entries = list(inbox.entries())
        whole = [one.reason for one in entries if isinstance(one, LeftOut) and one.path == inbox.title]
        return number_of(sum(isinstance(one, InboxFile) for one in entries), "file"), " ".join(whole)
    except Unreachable as error:
        return "nothing", str(error)


def _has_new_file(inbox: Folder | RemoteFolder, seen: Set[Identity]) -> bool:
    return any(
        file.identity not in seen and not inbox.why_unusable(file) and inbox.may_be_read(file) for file in inbox.files()
    )


def _seen(archive: Archive) -> set[Identity]:
    versions = archive.file_versions()  # older versions of Reach kept such paths as they were
    paths = (shown_path(one.path) if was_shown_otherwise(one.path) else one.path for one in versions)
    return {(path, one.size, one.modified_at) for path, one in zip(paths, versions, strict=True)}
