"""A folder at an address that fsspec knows, such as ``s3://bucket/exports``, as an inbox; only listed and read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import Any

from warehouse.archive.address import Address, Unreachable
from warehouse.archive.receipts import (
    InboxFile,
    LeftOut,
    is_litter,
    is_template,
    shown_path,
    time_of,
    why_no_export,
    why_unusable,
)

_MARKS = ("etag", "ETag", "md5", "md5Hash", "mtime", "LastModified")


@dataclass(frozen=True)
class RemoteFolder:
    """A folder at an address. Its files' paths begin with the folders ``prefix``; ``options`` may hold secrets."""

    address: str
    prefix: tuple[str, ...]
    options: Mapping[str, Any] = field(repr=False, default_factory=dict)
    secret_name: str = ""
    seconds: float = 120.0

    @property
    def title(self) -> str:
        """What sentences call it."""
        return f"The inbox {shown_path(self.address)}"

    @property
    def beginning(self) -> str:
        """What the paths of its files begin with."""
        return shown_path("".join(f"{name}/" for name in self.prefix))

    def files(self) -> Iterator[InboxFile]:
        """The files that lie there, whether they were taken or not; none where it cannot be reached."""
        try:
            yield from (entry for entry in self.entries() if isinstance(entry, InboxFile))
        except Unreachable:
            return

    def entries(self) -> Iterator[InboxFile | LeftOut]:
        """Every file, in the order of names, and what is none.

        Raises:
            Unreachable: the address does not answer, or does not let itself be listed.
        """
        listed, root = self._address.ask(self._list)
        for path in sorted(listed):
            about = listed[path]
            names = tuple(path[len(root) :].strip("/").split("/"))
            is_folder = about.get("type") == "directory" or path.endswith("/")  # S3 may hold a folder as an empty file
            if is_folder or any(map(is_litter, names)) or is_template(names[-1]):
                continue
            if why_not := why_no_export(names[-1]):
                yield self.left_out(names, why_not)
                continue
            mark = str(next((about[key] for key in _MARKS if about.get(key)), ""))
            yield InboxFile(names, self._path(names), int(about.get("size") or 0), _modified_at(about), mark)

    def why_unusable(self, file: InboxFile) -> str:
        """Why a file cannot be taken as it lies there; empty where it can."""
        return "is empty (0 bytes); put the file there once more" if file.size == 0 else why_unusable(file)

    def may_be_read(self, file: InboxFile) -> bool:
        """Whether a file may be read, as far as that is known without asking."""
        return True

    def read(self, file: InboxFile) -> bytes | LeftOut:
        """The bytes of a file, as long as it is as large as it was listed.

        Raises:
            Unreachable: the address does not answer any more.
        """
        if why := self.why_unusable(file):
            return self.left_out(file.names, why)
        content = self._address.ask(partial(self._content, file))
        if isinstance(content, str):
            return self.left_out(file.names, content)
        if len(content) != file.size:
            return self.left_out(file.names, "was changed while it was read; the next run takes it")
        return content

    def require_still_there(self) -> None:
        """Nothing to look at: what goes away while it is read fails there."""

    def let_settle(self, files: Iterable[InboxFile]) -> None:
        """Nothing is waited for: an object is there as a whole, or not."""

    def left_out(self, names: tuple[str, ...], why: str) -> LeftOut:
        """That something of the inbox, or all of it where there are no names, was not taken."""
        path = self._path(names) if names else self.title
        return LeftOut(path, f"{path} {why}.")

    def _path(self, names: tuple[str, ...]) -> str:
        return shown_path("/".join((*self.prefix, *names)))

    @cached_property
    def _address(self) -> Address:
        return Address(self.address, self.title, self.options, self.secret_name, self.seconds)

    def _list(self, files: Any, root: str) -> tuple[dict[str, Mapping[str, Any]], str]:
        listed = files.find(root, detail=True)
        if not listed and not files.exists(root):
            raise FileNotFoundError
        return listed, root

    def _content(self, file: InboxFile, files: Any, root: str) -> bytes | str:
        """The bytes of a file, or why there are none."""
        try:
            return bytes(files.cat_file("/".join((root, *file.names))))
        except FileNotFoundError:
            return "is there no more"
        except PermissionError:
            return "may not be read by these keys; let them get objects, not only list them"


def _modified_at(about: Mapping[str, Any]) -> datetime:
    """A file's time in UTC as its file system tells it; 1970 where it tells none, so that it is the same each night."""
    for key in ("LastModified", "mtime", "modified", "last_modified", "updated", "created"):
        value = about.get(key)
        if isinstance(value, int | float):
            return time_of(value)
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                continue
        if isinstance(value, datetime):
            return time_of(value.timestamp() if value.tzinfo else value.replace(tzinfo=UTC).timestamp())
    return time_of(0)
