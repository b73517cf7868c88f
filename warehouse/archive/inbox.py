"""What lies in the inboxes, and what of it is taken into the archive; files stay where they are.

One inbox that cannot be read costs only itself: what is wrong is said in one sentence, and the others are taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from warehouse.archive import mails
from warehouse.archive.archive import Archive
from warehouse.archive.file_versions import FileVersion
from warehouse.archive.folder import Folder
from warehouse.archive.mailbox import Mailbox
from warehouse.archive.receipts import InboxFile, LeftOut, Receipt, shown_path, was_shown_otherwise

AT_ONCE = 500
"""So many files are told to the log together: it is brought to the disk each time."""
SYNCED_AT_ONCE, SMALL_BYTES = 8, 256 * 1024
"""So many files, if they are no larger, are brought to the disk at the same time: it is waited for each."""

Inbox = Folder | Mailbox
Identity = tuple[str, int, datetime]


def receive(archive: Archive, inboxes: Iterable[Inbox], now: datetime) -> Receipt:
    """Takes what is new in the inboxes; files stay where they are.

    A file seen before costs a look at its size and time. Litter of shares and spreadsheets is passed
    over in silence; what cannot be taken is named, and the rest is.
    """
    receipt, seen = Receipt(), _seen(archive)
    for inbox in inboxes:
        if isinstance(inbox, Mailbox):
            receipt += mails.receive(archive, inbox, now)
        else:
            receipt += _receive_files(archive, inbox, seen, now)
    return receipt


def _receive_files(archive: Archive, inbox: Folder, seen: Set[Identity], now: datetime) -> Receipt:
    if why := inbox.why_missing():
        return Receipt((), (LeftOut(inbox.title, why),))
    received, left_out, fresh = list[FileVersion](), list[LeftOut](), list[InboxFile]()
    for entry in inbox.entries():
        if isinstance(entry, LeftOut):
            left_out.append(entry)
        elif entry.identity not in seen:
            fresh.append(entry)
    inbox.let_settle(fresh)
    with ThreadPoolExecutor(SYNCED_AT_ONCE) as pool:
        for start in range(0, len(fresh), AT_ONCE):
            together = fresh[start : start + AT_ONCE]
            small = [file for file in together if file.size <= SMALL_BYTES]
            kept = dict(zip(small, pool.map(lambda file: _kept(archive, inbox, file), small), strict=True))
            versions = []
            for file in together:
                sha256 = kept[file] if file in kept else _kept(archive, inbox, file)
                if isinstance(sha256, LeftOut):
                    left_out.append(sha256)
                else:
                    versions.append(FileVersion(file.path, sha256, file.size, file.modified_at, now))
            archive.keep_received(versions)
            received += versions
    if inbox.why_missing():
        left_out = [inbox.left_out((), "went away while it was read; the next run takes what was not taken")]
    return Receipt(tuple(received), tuple(left_out))


def _kept(archive: Archive, inbox: Folder, file: InboxFile) -> str | LeftOut:
    """The hash of a file's bytes, which are in the archive now."""
    content = inbox.read(file)
    return content if isinstance(content, LeftOut) else archive.keep(content)


def has_news(archive: Archive, inboxes: Sequence[Inbox]) -> bool:
    """Whether there is something in an inbox to take that was not there before, without reading a file."""
    seen = _seen(archive)
    return any(
        mails.has_news(archive, inbox) if isinstance(inbox, Mailbox) else _has_new_file(inbox, seen)
        for inbox in inboxes
    )


def _has_new_file(inbox: Folder, seen: Set[Identity]) -> bool:
    return any(
        file.identity not in seen and not inbox.why_unusable(file) and inbox.may_be_read(file) for file in inbox.files()
    )


def _seen(archive: Archive) -> set[Identity]:
    versions = archive.file_versions()  # older versions of Reach kept such paths as they were
    paths = (shown_path(one.path) if was_shown_otherwise(one.path) else one.path for one in versions)
    return {(path, one.size, one.modified_at) for path, one in zip(paths, versions, strict=True)}
