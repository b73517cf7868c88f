"""What looking into an inbox brings, and by which name anything in one is told, taken or left out.

Others fill inboxes, so nothing in them is trusted: one bad thing is named, and costs only itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from warehouse.archive.file_versions import FileVersion

MAX_FILE_BYTES = 512 * 1024 * 1024

PLAN = "plan.xlsx"
"""The name of a workbook that is the plan where it lies in the project's own inbox, and is taken nowhere else."""

KHMER = "khmer.xlsx"
"""The name of a workbook that corrects the texts in Khmer, at the same places."""

_NO_EXPORTS = {
    PLAN: "is named as a plan, and a plan counts only in the workspace or in the inbox's own folder: whoever looks "
    "after the plan puts it there; if it is no plan, give it another name",
    KHMER: "is named as the workbook that corrects texts in Khmer, and that counts only in the workspace or in the "
    "inbox's own folder: whoever looks after the plan puts it there; if it is none, give it another name",
}

_LITTER = re.compile(
    r"""^(\..* | ~\$.* | desktop\.ini | thumbs\.db | icon\r? | __macosx
         | .*\.(tmp|part|partial|crdownload|download|filepart|lnk|url) | .*~)$""",
    re.IGNORECASE | re.VERBOSE,
)
_ELSEWHERE = re.compile(r"^\..+\.icloud$|\.(gsheet|gdoc|gslides)$", re.IGNORECASE)
"""What macOS and Google Drive leave in the place of a file that is online only."""
_CONFLICT = re.compile(
    r"conflicted copy|\(case conflict|\.sync-conflict-\d{8}-|copie en conflit de|copia en conflicto de"
    r"|in konflikt stehende kopie",
    re.IGNORECASE,
)
"""How Dropbox, Nextcloud and Syncthing name a second state of a file that two people changed at once."""
_TEMPLATES = re.compile(r"^readme(\.\w+)?$", re.IGNORECASE)
_UNSHOWABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LIKE_A_NUMBER = r"\\(?=u[0-9a-f]{4}|x[0-9a-f]{2})"
_BY_NUMBER = re.compile(f"{_UNSHOWABLE.pattern}|{_LIKE_A_NUMBER}")
_TIMES = (-2_208_988_800, 7_258_118_400)
"""1900 to 2200: what a file system says beyond is no time, and the tables' days end somewhere."""


@dataclass(frozen=True)
class LeftOut:
    """Something of an inbox that was not taken, and why: one sentence for a person."""

    path: str
    reason: str


@dataclass(frozen=True)
class Receipt:
    """What one look at the inboxes brought."""

    received: tuple[FileVersion, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def __add__(self, other: Receipt) -> Receipt:
        return Receipt(self.received + other.received, self.left_out + other.left_out)


class InboxFile(NamedTuple):
    """A file as it was listed: the names from its inbox to it, its path as it is shown, and its time.

    ``size`` is in bytes, ``modified_at`` in UTC; ``mark`` changes whenever the file does.
    """

    names: tuple[str, ...]
    path: str
    size: int
    modified_at: datetime
    mark: int | str

    @property
    def identity(self) -> tuple[str, int, datetime]:
        """By what a file is known to have been taken before, without opening it."""
        return self.path, self.size, self.modified_at


def may_change_what_counts(path: str) -> bool:
    """Whether what came in by this path may say what counts, as a plan or a filled-in workbook does.

    Only what lies in the project's own inbox itself may: in none of its folders, in no other inbox and in no mail, so
    that no partner decides what is counted. Paths of all of these have a folder before the name.
    """
    return "/" not in path


def is_litter(name: str) -> bool:
    """Whether a name, of a file or folder, is of what shares, spreadsheets and sync clients leave."""
    return bool(_LITTER.match(name)) and not is_elsewhere(name)


def is_template(name: str) -> bool:
    """Whether a file's name is of what explains a folder, and is no export."""
    return bool(_TEMPLATES.match(name))


def is_elsewhere(name: str) -> bool:
    """Whether a name is of what stands in the place of a file that is online only."""
    return bool(_ELSEWHERE.search(name))


def why_unusable(file: InboxFile) -> str:
    """Why a file cannot be taken as it lies there, as its name and size tell; empty where it can."""
    if file.size > MAX_FILE_BYTES:
        return "is larger than 512 MiB; export a shorter range"
    if is_elsewhere(file.names[-1]):
        return "stands for a file that is online only; download the file itself to here, a Google Sheet as .xlsx"
    if _CONFLICT.search(file.names[-1]):
        return (
            "is a conflicted copy: two people changed the file at once; see which of the two is right, keep that one "
            "under the file's own name and remove the other"
        )
    return ""


def why_no_export(name: str) -> str:
    """Why a file that others put somewhere is not taken as an export, by its name; empty where it may be one."""
    return _NO_EXPORTS.get(name.casefold(), "")


def time_of(seconds: float) -> datetime:
    """A file's time in UTC, from seconds since 1970."""
    least, most = _TIMES
    return datetime.fromtimestamp(min(max(seconds, least), most), UTC).replace(tzinfo=None)


def was_shown_otherwise(path: str) -> bool:
    """Whether a path of the log is one that :func:`shown_path` shows in another way, as of older versions of Reach."""
    return bool(_UNSHOWABLE.search(path))


def shown_path(path: str) -> str:
    r"""A path as the screen, the log, the tables and the report can show it; no two paths are shown alike.

    Control characters and ends of lines are shown by their number (``\u000a``), and so are the bytes of a name that
    is not UTF-8 (``\xe9``).
    """

    def number(match: re.Match[str]) -> str:
        code = ord(match[0])
        return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"

    return _BY_NUMBER.sub(number, path)
