"""The plan of a workspace: which file it is, in which form, and from one form to the other.

It is plan.toml or plan.xlsx. A plan.xlsx may also lie in the inbox's own folder, where people put files; one that
somebody sends, or that lies in an organisation's folder, is none.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import NamedTuple

import connectors
from connectors.contract import Refused
from connectors.reading import forms
from flows.steps.khmer_files import in_corrected_khmer
from flows.steps.settings import SettingsError, Workspace
from warehouse import file_system
from warehouse.plan import model, toml_text, workbook, workbook_writing
from warehouse.plan.model import Mistake, Plan, PlanError

TOML, WORKBOOK = "plan.toml", "plan.xlsx"
LARGEST = 32 * 1024 * 1024  # bytes
_ZIP = b"PK\x03\x04"


class PlanFile(NamedTuple):
    """A plan as it lies there: its name, its bytes, and why it cannot be read as one, if that is known already."""

    name: str
    content: bytes
    why_not: str = ""


def read(workspace: Workspace) -> PlanFile:
    """The plan that lies in a workspace. Where several do, none of them is taken.

    Raises:
        OSError: there is none, or it cannot be read.
    """
    paths = workspace.plan_files
    if len(paths) > 1:
        names = [_shown(workspace, path) for path in paths]
        hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
        record = "".join(f"# {name} {sha256}\n" for name, sha256 in zip(names, hashes, strict=True))
        others = " and ".join(names[1:])
        why = f"{others} lies there, too, and a workspace has one plan: take away what is not to count"
        return PlanFile(names[0], record.encode(), why)
    path = paths[0] if paths else workspace.home / TOML
    name = _shown(workspace, path)
    if path.stat().st_size > LARGEST:
        return PlanFile(name, b"", f"it is larger than {LARGEST >> 20} MiB; no plan is")
    content = path.read_bytes()
    is_workbook = path.name.casefold() == WORKBOOK
    if is_workbook and not content.startswith(_ZIP):
        return PlanFile(name, content, "it is no workbook, or not all of it has come yet; save it again as .xlsx")
    return PlanFile(name, content)


def plan_of(file: PlanFile) -> Plan:
    """What a plan's file says.

    Raises:
        PlanError: it holds mistakes, or is not to be taken.
    """
    if file.why_not:
        raise PlanError((Mistake(None, f"{file.name}: {file.why_not}."),))
    return parse(file.content, file.name)


def parse(content: bytes, name: str = TOML) -> Plan:
    """The plan in bytes of either form: a workbook is a zip, and no text begins as one does.

    Raises:
        PlanError: it holds mistakes.
    """
    if not content.startswith(_ZIP):
        return model.parse(content, connectors.PLATFORMS.names, name)
    try:
        sheets = forms.cells(name, content)
    except Refused as refusal:
        raise PlanError((Mistake(None, str(refusal)),)) from refusal
    return workbook.parse(sheets, connectors.PLATFORMS.names, name)


def name_of(content: bytes) -> str:
    """The name that a plan's bytes have as a file."""
    return WORKBOOK if content.startswith(_ZIP) else TOML


def as_workbook(plan: Plan) -> bytes:
    """The plan as a workbook.

    Raises:
        SettingsError: a value of it is too long for a cell.
    """
    try:
        return workbook_writing.workbook(plan, connectors.PLATFORMS.names)
    except workbook_writing.TooLong as error:
        raise SettingsError(f"The plan does not fit into a workbook: {error}") from None


@in_corrected_khmer
def turn(workspace: Workspace, target: str) -> Path | None:
    """Writes the workspace's plan in the form that has this name, and puts the file of before aside.

    Returns:
        Where the file of before lies now; None where the plan has that form already.

    Raises:
        OSError: there is no plan, or the disk is full.
        PlanError: it holds mistakes.
        SettingsError: a value of it is too long for a cell, or another program holds the plan open.
    """
    file = read(workspace)
    plan = plan_of(file)
    (path,) = workspace.plan_files
    if path.name.casefold() == target:
        return None
    content = as_workbook(plan) if target == WORKBOOK else toml_text.toml_text(plan).encode()
    if parse(content, target) != plan:
        raise SettingsError(f"{file.name} cannot be written as {target} without loss; please report it.")
    unfinished = workspace.home / f"{target}.new"
    unfinished.write_bytes(content)
    file_system.sync(unfinished)
    aside = _free(workspace.home / f"{path.name}.aside")
    try:
        shutil.move(path, aside)
    except PermissionError:
        unfinished.unlink()
        raise SettingsError(
            f"{path} is open in another program, or may not be moved by this account: close it, and type that again. "
            "The plan is as it was."
        ) from None
    file_system.replace(unfinished, workspace.home / target)
    return aside


def _free(path: Path) -> Path:
    number, free = 2, path
    while free.exists():
        number, free = number + 1, path.with_name(f"{path.name}-{number}")
    return free


def _shown(workspace: Workspace, path: Path) -> str:
    """A plan's name as it is told: with the inbox before it, where it lies there."""
    return path.name if path.parent == workspace.home else f"{path.parent.name}/{path.name}"
