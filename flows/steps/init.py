"""Making a workspace: an empty one, or one from the bundled sample."""

from __future__ import annotations

import shutil
from contextlib import suppress
from importlib.resources import as_file, files
from pathlib import Path

from flows.steps import plan_files
from flows.steps.privacy import make_folder
from flows.steps.settings import SettingsError, plans_in, require_nameable

TEMPLATES = (
    ("flows.steps", "templates/plan.toml", "plan.toml"),
    ("flows.steps", "templates/reach.toml", "reach.toml"),
    ("flows.steps", "templates/env", ".env"),
    ("connectors.outreach", "press.csv", "templates/press.csv"),
    ("connectors.outreach", "template.csv", "templates/outreach.csv"),
    ("connectors.sheet", "template.csv", "templates/sheet.csv"),
)
"""Package and file of each template, and where it goes in a new workspace."""


def create(folder: Path, plan: str | None = None, *, is_workbook: bool = False) -> None:
    """A workspace with commented settings and plan, an inbox, and the templates for what has no connector.

    What is there already stays as it is. Where it cannot be finished, or somebody stops it, nothing of it is left.

    Args:
        plan: the text of its plan; without one, a template to fill in.
        is_workbook: whether the plan is written as plan.xlsx.

    Raises:
        SettingsError: ``folder`` is a file, or has a name with which no database can be opened.
    """
    contents = {target: (files(package) / name).read_bytes() for package, name, target in TEMPLATES}
    if plan is not None:
        contents[plan_files.TOML] = plan.encode()
    if plans_in(folder):
        del contents[plan_files.TOML]
    elif is_workbook:
        contents[plan_files.WORKBOOK] = plan_files.as_workbook(plan_files.parse(contents.pop(plan_files.TOML)))
    was_there = folder.exists()
    made = list[Path]()
    try:
        _folder(folder)
        for path in dict.fromkeys((folder / "inbox", *((folder / target).parent for target in contents))):
            if not path.exists():
                made.append(path)
                path.mkdir()
        for target, content in sorted(contents.items(), reverse=True):  # reach.toml and the plan make it a workspace
            if not (folder / target).exists():
                made.append(folder / target)
                (folder / target).write_bytes(content)
    except BaseException:
        for path in reversed([*([] if was_there else [folder]), *made]):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        raise


def create_demo(folder: Path) -> None:
    """A workspace from the bundled sample.

    Raises:
        SettingsError: ``folder`` is there already and is no earlier demonstration.
    """
    _folder(folder)
    if any(folder.iterdir()) and not (folder / "README.txt").exists():
        raise SettingsError(f"{folder} is not empty; name another folder for the demonstration.")
    with as_file(files("flows") / "sample") as sample:
        shutil.copytree(sample, folder, dirs_exist_ok=True)
        for copied in (folder / path.relative_to(sample) for path in sample.rglob("*")):
            copied.chmod(0o700 if copied.is_dir() else 0o600)  # the sample's own rights let everybody read
    create(folder)


def require_room_for_workspace(folder: Path) -> None:
    """Checks that a workspace can be made in a folder, before anybody is asked anything.

    Raises:
        SettingsError: it is a file, or has a name with which no database can be opened.
    """
    require_nameable(folder)
    if folder.exists() and not folder.is_dir():
        raise SettingsError(f"{folder} is a file; name a folder.")


def _folder(folder: Path) -> None:
    require_room_for_workspace(folder)
    try:
        make_folder(folder)
    except FileExistsError:
        raise SettingsError(f"{folder} is a file; name a folder.") from None
