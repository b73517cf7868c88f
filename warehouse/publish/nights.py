"""The published nights: each is built out of sight, appears in one step, and then takes the paths that tools hold.

``nights/NAME/`` has every file of one night and appears by one rename. Each file at the fixed paths is then replaced
by a rename, and ``manifest.json``, which names the night, is the last. What a killed run left undone between the two
is completed by :func:`complete`: the newest night that lies there is the one to show.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from itertools import count, pairwise
from pathlib import Path
from typing import Any

from warehouse import file_system

NIGHTS, MANIFEST = "nights", "manifest.json"
KEPT = 2
"""So many nights keep their folders: whoever read the manifest just before a night has until the next one."""
KEPT_SECONDS = 300
"""A night that was replaced less than this ago keeps its folder, too: nights that follow at once leave no less time."""

_ASIDE = ".unfinished"
_NAME = re.compile(r"\d{6}-.+")
_LITTER = re.compile(r"\..+\.\d+\.tmp(\.wal)?")
"""What runs of Reach before 0.2 left beside a target when they were killed."""
_DATED = re.compile(r"reach-\d{4}-\d\d-\d\d\.xlsx")


def aside(published: Path, name: str) -> Path:
    """An empty folder for what is not whole yet, where no reader looks; the night's lock has to be held.

    It has another name where an older one cannot be taken away, as on Windows while somebody holds a file of it open.
    """
    for number in count():
        folder = published / _ASIDE / (f"{name}-{number}" if number else name)
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            break
    folder.mkdir(parents=True)
    return folder


def clear(published: Path) -> None:
    """Takes away what is not whole; the night's lock has to be held."""
    shutil.rmtree(published / _ASIDE, ignore_errors=True)


def place(published: Path, built: Path, target: Path) -> None:
    """Puts a folder that was built aside in its place by one rename, when all of it is on the disk.

    What lies there already is taken out of sight first.

    Raises:
        OSError: the disk is full, or the folder may not be written.
    """
    for path in (*built.rglob("*"), built):
        file_system.sync(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        file_system.replace(target, aside(published, "replaced") / target.name)
    file_system.replace(built, target)
    file_system.sync(target.parent)


def show(published: Path, built: Path, head: Mapping[str, object]) -> list[str]:
    """Makes a folder that was built aside the newest night; the files at fixed paths that could not be replaced.

    Args:
        head: what the manifest says of the night beside its files, with at least ``as_of`` and ``snapshot_id``.

    Raises:
        OSError: the disk is full, or the folder may not be written.
    """
    number = 1 + max((int(night.name[:6]) for night in _nights(published)), default=0)
    number = max(number, 1 + int(manifest(published).get("number", 0)))
    name = f"{number:06}-{head['as_of']}-{head['snapshot_id']}"
    files = {file: {"size": (built / file).stat().st_size, "sha256": _sha256(built / file)} for file in _files(built)}
    described = {"night": f"{NIGHTS}/{name}", "number": number, **head, "files": files}
    (built / MANIFEST).write_text(json.dumps(described, indent=1, default=str), encoding="utf-8", newline="\n")
    copies = _copies(published, built)  # where the disk is full, it is so before anybody sees anything
    night = published / NIGHTS / name
    place(published, built, night)
    return _put(published, night, copies)


def complete(published: Path) -> list[str]:
    """Gives the fixed paths the newest night's files where a killed run left that undone; the files that could not be.

    Raises:
        OSError: the disk is full, the folder may not be written, or a file of the night is not there any more.
    """
    clear(published)
    for path in published.rglob(".*.tmp*"):
        if _LITTER.fullmatch(path.name):
            path.unlink(missing_ok=True)
    nights = _nights(published)
    if not nights or _read(nights[-1] / MANIFEST) == _read(published / MANIFEST):
        return []
    stuck = _put(published, nights[-1], _copies(published, nights[-1]))
    clear(published)
    return stuck


def manifest(published: Path) -> dict[str, Any]:
    """What is said of the night that is shown; nothing where there is none."""
    try:
        described: dict[str, Any] = json.loads(_read(published / MANIFEST))
    except ValueError:
        return {}
    return described


def is_whole(published: Path) -> bool:
    """Whether every file of the night that is shown is as it was written, at its fixed path and in its folder."""
    described = manifest(published)
    folders = (published, published / str(described.get("night")))
    return bool(described) and all(
        _sha256(folder / name) == file["sha256"] for name, file in described["files"].items() for folder in folders
    )


def _put(published: Path, night: Path, copies: Path) -> list[str]:
    """Moves copies of a night's files over those at the fixed paths, the manifest last."""
    stuck: list[str] = []
    files = json.loads((night / MANIFEST).read_bytes())["files"]
    outlived = _outlived(published, files)
    for name in files:
        (published / name).parent.mkdir(parents=True, exist_ok=True)
        _replace(copies / name, published / name, stuck)
    for path in outlived:
        with suppress(OSError):  # held open on a Windows share: then somebody works with it, and it stays
            path.unlink()
    for folder in {(published / name).parent for name in files}:
        file_system.sync(folder)
    _replace(copies / MANIFEST, published / MANIFEST, stuck)
    file_system.sync(published)
    nights = _nights(published)
    for older, newer in pairwise(nights[: 1 - KEPT]):
        if not 0 <= time.time() - newer.stat().st_mtime < KEPT_SECONDS:
            with suppress(OSError):
                file_system.replace(older, aside(published, "older") / older.name)
    return stuck


def _outlived(published: Path, files: Mapping[str, object]) -> list[Path]:
    """What earlier nights left at fixed paths and this one has not; what somebody has changed since is not ours.

    The report is ours as a whole; the one before stands where a night could make none.
    """
    before = manifest(published).get("files") or _before_manifests(published)
    gone = [
        published / name
        for name, was in before.items()
        if name not in files and not name.startswith("report/") and _sha256(published / name) == was["sha256"]
    ]
    has_report = any(name.startswith("report/") for name in files)
    report = (f"report/{name}" for name in (_files(published / "report") if has_report else ()))
    return gone + [published / name for name in report if name not in files]


def _before_manifests(published: Path) -> dict[str, dict[str, str | None]]:
    """What a version of Reach that wrote no manifest left and a night may not have: the IATI file, dated workbooks."""
    workbook = _sha256(published / "reach.xlsx")
    dated = [path.name for path in published.glob("reach-*.xlsx") if _DATED.fullmatch(path.name)]
    ours = {name: {"sha256": workbook} for name in dated}
    return ours | {"iati-results.xml": {"sha256": _sha256(published / "iati-results.xml")}}


def _copies(published: Path, night: Path) -> Path:
    copies = aside(published, "copies")
    for name in (*_files(night), MANIFEST):
        (copies / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(night / name, copies / name)
        file_system.sync(copies / name)
    return copies


def _nights(published: Path) -> list[Path]:
    """The folders of nights that lie there, oldest first."""
    return sorted(
        path for path in published.glob(f"{NIGHTS}/*") if _NAME.fullmatch(path.name) and (path / MANIFEST).exists()
    )


def _files(folder: Path) -> list[str]:
    """The files of a folder but its manifest, ``about.parquet`` last: where it is new, all others are."""
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    return sorted(names, key=lambda name: (name.endswith("/about.parquet"), name))


def _replace(copy: Path, target: Path, stuck: list[str]) -> None:
    try:
        file_system.replace(copy, target)
    except PermissionError:  # held open on a Windows share: it keeps its old state until the next run
        stuck.append(target.name)


def _sha256(file: Path) -> str | None:
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return None


def _read(file: Path) -> bytes:
    return file.read_bytes() if file.is_file() else b""
