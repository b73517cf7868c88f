"""A folder of this machine as an inbox: what lies in it, and its bytes. No link in it is followed."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from warehouse import file_system
from warehouse.archive.address import Unreachable
from warehouse.archive.receipts import (
    InboxFile,
    LeftOut,
    is_litter,
    is_template,
    may_change_what_counts,
    shown_path,
    time_of,
    why_no_export,
    why_unusable,
)

SETTLING_SECONDS = 5.0
"""A file changed more recently than this may still be on its way in, and is looked at twice."""
DEEPEST = 100
"""Folders within folders; a share may show a folder within itself."""


@dataclass(frozen=True)
class Folder:
    """A folder that is an inbox. Its files' paths begin with the folders ``prefix``: none in the project's own."""

    root: Path
    prefix: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What sentences call it."""
        return f"The inbox {shown_path(str(self.root))}" if self.prefix else "The inbox"

    @property
    def beginning(self) -> str:
        """What the paths of its files begin with."""
        return shown_path("".join(f"{name}/" for name in self.prefix))

    def require_still_there(self) -> None:
        """Checks that the folder is there after it was read.

        Raises:
            Unreachable: it is not.
        """
        if not os.path.isdir(self.root):
            raise Unreachable(f"{self.title} went away while it was read; the next run takes what was not taken.")

    def files(self) -> Iterator[InboxFile]:
        """The files that lie there, whether they were taken or not; none where the folder is not there."""
        if os.path.isdir(self.root):
            yield from (entry for entry in self.entries() if isinstance(entry, InboxFile))

    def entries(self) -> Iterator[InboxFile | LeftOut]:
        """Every file, and what is none, in the order of names; the files of a folder go before its folders.

        Only folders are opened, and no link is followed.

        Raises:
            Unreachable: the folder is not there.
        """
        if not os.path.isdir(self.root):
            shown = shown_path(str(self.root))
            raise Unreachable(f"The inbox {shown} does not exist; make the folder, or set another.")
        folders: list[tuple[str, ...]] = [()]
        while folders:
            names = folders.pop()
            below = []
            try:
                with file_system.listed(self.root, names) as listed:
                    for entry in sorted(listed, key=lambda one: one.name):
                        if is_litter(entry.name):
                            continue
                        if file_system.is_folder(entry):
                            below.append((*names, entry.name))
                        elif not is_template(entry.name) and (item := self._listed(names, entry)):
                            yield item
            except OSError as error:
                yield self._not_read(names, error)
            if len(names) < DEEPEST:
                folders += reversed(below)
            else:
                too_deep = f"lies more than {DEEPEST} folders deep; move it up"
                yield from (self.left_out(deep, too_deep) for deep in below)

    def _listed(self, folder: tuple[str, ...], entry: os.DirEntry[str]) -> InboxFile | LeftOut | None:
        """What an entry of a folder is; None where it is there no more."""
        names = (*folder, entry.name)
        try:
            status = file_system.status_of(entry)
        except FileNotFoundError:
            return None
        except OSError as error:
            return self._not_read(names, error)
        if file_system.is_link(status):
            return self.left_out(
                names, "is a link, and links are not followed; put the file or the folder itself there"
            )
        path = self._path(names)
        if why_not := why_no_export(entry.name):
            return None if may_change_what_counts(path) else self.left_out(names, why_not)
        if not stat.S_ISREG(status.st_mode):
            return self.left_out(names, "is no file but a pipe, a socket or a device; take it away")
        return InboxFile(names, path, status.st_size, time_of(status.st_mtime), status.st_mtime_ns)

    def why_unusable(self, file: InboxFile) -> str:
        """Why a file cannot be taken as it lies there; empty where it can. Folders of others may be synced in part."""
        if file.size == 0 and self.prefix:
            return "is empty (0 bytes): it is not synced yet, or is online only; open it once where it is kept"
        return why_unusable(file)

    def may_be_read(self, file: InboxFile) -> bool:
        """Whether this account may read a file."""
        return os.access(self.root.joinpath(*file.names), os.R_OK)

    def read(self, file: InboxFile) -> bytes | LeftOut:
        """The bytes of a file, as long as it is the one that was listed."""
        if why := self.why_unusable(file):
            return self.left_out(file.names, why)
        try:
            with (
                file_system.opened(self.root, file.names) as descriptor,
                open(descriptor, "rb", closefd=False) as source,
            ):
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    return self.left_out(file.names, "is no file any more")
                content = source.read(file.size + 1)
                after = os.fstat(descriptor)
        except OSError as error:
            return self._not_read(file.names, error)
        if (after.st_size, after.st_mtime_ns) != (file.size, file.mark) or len(content) != file.size:
            return self.left_out(file.names, "is still being copied; the next run takes it")
        return content

    def let_settle(self, files: Iterable[InboxFile]) -> None:
        """Waits a second where one of these files was changed a moment ago."""
        now = time.time_ns()
        if any(0 <= now - int(file.mark) < SETTLING_SECONDS * 1e9 for file in files):
            time.sleep(1.0)

    def left_out(self, names: tuple[str, ...], why: str) -> LeftOut:
        """That something of the inbox, or all of it where there are no names, was not taken."""
        path = self._path(names) if names else self.title
        return LeftOut(path, f"{path} {why}.")

    def _path(self, names: tuple[str, ...]) -> str:
        return shown_path("/".join((*self.prefix, *names)))

    def _not_read(self, names: tuple[str, ...], error: OSError) -> LeftOut:
        if isinstance(error, PermissionError):
            return self.left_out(names, "may not be read by this account; give it read permission")
        return self.left_out(names, f"could not be read ({error.strerror or error}); it is tried again")


def named_in(folder: Path, name: str) -> Path | None:
    """The file of a name, in letters of either case, where it lies in a folder itself; no link is followed to it."""
    try:
        with file_system.listed(folder, ()) as entries:
            files = (each.name for each in entries if not file_system.is_folder(each))
            names = sorted(each for each in files if each.casefold() == name)
    except OSError:
        return None
    paths = (folder / name for name in names)
    return next((path for path in paths if path.is_file() and not path.is_symlink()), None)
