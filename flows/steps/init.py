"""Making a workspace: an empty one, or one from the bundled sample."""

from __future__ import annotations

import shutil
from importlib.resources import as_file, files
from pathlib import Path

from flows.steps.privacy import make_folder
from flows.steps.settings import SettingsError, require_nameable

TEMPLATES = (
    ("flows.steps", "templates/plan.toml", "plan.toml"),
    ("flows.steps", "templates/reach.toml", "reach.toml"),
    ("flows.steps", "templates/env", ".env"),
    ("connectors.outreach", "template.csv", "templates/outreach.csv"),
    ("connectors.sheet", "template.csv", "templates/sheet.csv"),
)
"""Package and file of each template, and where it goes in a new workspace."""


def create(folder: Path) -> None:
    """A workspace with commented settings and plan, an inbox, and the templates for what has no connector.

    What is there already stays as it is.

    Raises:
        SettingsError: ``folder`` is a file, or has a name with which no database can be opened.
    """
    _folder(folder)
    (folder / "inbox").mkdir(exist_ok=True)
    for package, name, target in TEMPLATES:
        to = folder / target
        to.parent.mkdir(exist_ok=True)
        if not to.exists():
            to.write_bytes((files(package) / name).read_bytes())


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


def _folder(folder: Path) -> None:
    require_nameable(folder)
    try:
        make_folder(folder)
    except FileExistsError:
        raise SettingsError(f"{folder} is a file; name a folder.") from None
