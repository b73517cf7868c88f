"""khmer.xlsx of a workspace: the texts in Khmer that a native reader corrected, and letting them hold.

It lies beside the plan or in the inbox's own folder, as plan.xlsx may. What cannot be used of it is told, and our text
stands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar

import connectors
from connectors.contract import Refused
from connectors.reading import forms
from flows.steps.settings import Workspace
from warehouse import corrected_texts
from warehouse.archive.folder import named_in
from warehouse.archive.receipts import KHMER
from warehouse.corrected_texts import Corrections
from warehouse.publish.report.khmer_texts import khmer_texts, usable
from warehouse.publish.workbook.khmer_book import SHEET, corrections_in, khmer_book

P = ParamSpec("P")
R = TypeVar("R")

_LARGEST = 8 * 1024 * 1024  # bytes; the workbook as it is published has a hundredth of it
_NAMED = 10
"""So many rows are told one by one."""


class KhmerFile(NamedTuple):
    """The corrections of a workspace that can be used, and what is told of the others, a sentence each."""

    corrections: Corrections
    sentences: tuple[str, ...] = ()


def read(workspace: Workspace) -> KhmerFile:
    """The corrections of a workspace; none where there is no workbook of them, or it cannot be read, which is told."""
    paths = _paths(workspace)
    if not paths:
        return KhmerFile(Corrections())
    name = paths[0].relative_to(workspace.home).as_posix() if paths[0].is_relative_to(workspace.home) else str(paths[0])
    try:
        if paths[0].stat().st_size > _LARGEST:
            return KhmerFile(Corrections(), (f"{name} is larger than {_LARGEST >> 20} MiB: our Khmer texts stand.",))
        file = _of(name, paths[0].read_bytes())
    except OSError as error:
        why = error.strerror or type(error).__name__
        return KhmerFile(Corrections(), (f"{name} cannot be read ({why}): our Khmer texts stand until it can.",))
    if len(paths) > 1:
        return KhmerFile(file.corrections, (f"{paths[1]} is not used, since {name} is there, too.", *file.sentences))
    return file


@lru_cache(maxsize=4)
def _of(name: str, content: bytes) -> KhmerFile:
    try:
        cells = forms.cells(name, content, {SHEET}).get(SHEET, {})
        texts, sentences = usable(khmer_texts(connectors.PLATFORMS), corrections_in(cells), name)
    except (Refused, ValueError) as error:
        return KhmerFile(Corrections(), (f"{name} cannot be used: {str(error).rstrip('.')}. Our Khmer texts stand.",))
    if len(sentences) > _NAMED:
        more = f"{name}: {len(sentences) - _NAMED} more rows cannot be used."
        sentences = [*sentences[:_NAMED], more]
    return KhmerFile(Corrections(texts), tuple(sentences))


def _paths(workspace: Workspace) -> list[Path]:
    places = (named_in(folder, KHMER) for folder in (workspace.home, workspace.inbox))
    return [path for path in places if path]


def fingerprint(workspace: Workspace) -> str:
    """Another one for every change of the corrections; empty where there are none."""
    texts = read(workspace).corrections.texts
    return hashlib.sha256(repr(sorted(texts.items())).encode()).hexdigest()[:16] if texts else ""


def book(workspace: Workspace) -> bytes:
    """The workbook to correct, with what was corrected already."""
    return khmer_book(khmer_texts(connectors.PLATFORMS), read(workspace).corrections.texts)


def in_corrected_khmer(
    make: Callable[Concatenate[Workspace, P], R],
) -> Callable[Concatenate[Workspace, P], R]:
    """A function that makes texts of a workspace, with its corrections of Khmer in use."""

    @wraps(make)
    def made(workspace: Workspace, /, *args: P.args, **named: P.kwargs) -> R:
        with corrected_texts.used(read(workspace).corrections):
            return make(workspace, *args, **named)

    return made
