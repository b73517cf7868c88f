"""Documents for a donor: what a name means, which tables they are made of, and the files that they are written as."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import polars as pl

import connectors
from flows.steps import freezing, night
from flows.steps.published_lines import lines_of_tables
from flows.steps.settings import SettingsError, Workspace
from warehouse.figure_words import key_of
from warehouse.plan.model import Plan
from warehouse.plan.named_lines import line_named
from warehouse.publish.document import contents, pdf, web, word
from warehouse.publish.document.contents import Frozen, Scope
from warehouse.publish.document.web import Logo
from warehouse.publish.report.language import Language
from warehouse.publish.snapshot import read_tables

LOGOS = "logos"
"""The folder of a workspace whose pictures stand on the title, in the order of their names."""
FOLDER = "documents"
_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
_LARGEST_LOGO = 5_000_000
"""Bytes: a picture of a page's size, and no mail takes much more."""


class Figures(NamedTuple):
    """The tables that a document is made of, the plan that they were made by, and how they were frozen."""

    tables: dict[str, pl.DataFrame]
    plan: Plan
    frozen: Frozen | None = None

    @property
    def as_of(self) -> date:
        """The day of the figures."""
        day: date = self.tables["about"]["as_of"].item()
        return day


def figures_of(workspace: Workspace, report: str | None) -> Figures:
    """The figures of a frozen report, or those that are published.

    Raises:
        NothingPublished: nothing is published, or an older version published it.
        NoPlan: there is no good plan.
        SettingsError: no report of that name was frozen.
    """
    if report is None:
        return Figures(read_tables(workspace.published, contents.READS), night.read_plan(workspace).plan)
    frozen = freezing.read(workspace, report)
    if missing := sorted(set(contents.READS) - set(frozen.tables)):
        raise SettingsError(f"The report {report} was frozen by an older version, without {', '.join(missing)}.")
    return Figures(
        frozen.tables, freezing.plan_of(workspace, frozen), Frozen(report, frozen.frozen_at, frozen.checksum)
    )


def scope_of(figures: Figures, name: str | None) -> Scope:
    """What a name means: a campaign, an activity, or the whole project where none is named.

    Raises:
        NoSuchFigure: nothing is called so.
    """
    totals = figures.tables["campaign_totals"]
    if name is None or key_of(name) == key_of(figures.plan.project.name):
        return Scope(tuple(totals["campaign_id"]), is_project=True)
    line = line_named(name, lines_of_tables(figures.tables, figures.plan))
    return Scope(line.campaigns, activity=None if line.is_campaign else line.id)


def logos(workspace: Workspace) -> list[Logo]:
    """The pictures in the workspace's folder ``logos``, by name.

    Raises:
        SettingsError: one is no PNG or JPEG, or too large.
    """
    found_logos = []
    folder = workspace.home / LOGOS
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.startswith("."):
            continue
        if path.suffix.lower() not in _TYPES:
            raise SettingsError(f"{path} is no PNG or JPEG, which is what a document takes as a logo.")
        if path.stat().st_size > _LARGEST_LOGO:
            raise SettingsError(f"{path} is larger than {_LARGEST_LOGO // 1_000_000} MB: make it smaller.")
        found_logos.append(Logo(path.stem, _TYPES[path.suffix.lower()], path.read_bytes()))
    return found_logos


def write(
    figures: Figures,
    scope: Scope,
    languages: Sequence[Language],
    pictures: Sequence[Logo],
    folder: Path,
    name: str,
    kinds: Sequence[str],
) -> tuple[list[Path], str | None]:
    """Writes the document in each form, and returns the files, and why there is no PDF where none could be made.

    Args:
        name: what the files are called, without the ending.
        kinds: of ``pdf``, ``docx`` and ``html``.

    Raises:
        OSError: the disk is full, or may not be written.
    """
    documents = [
        contents.document(figures.tables, figures.plan, connectors.PLATFORMS, scope, language, figures.frozen)
        for language in languages
    ]
    page, made, why_not = web.html(documents, pictures), {}, None
    if "pdf" in kinds:
        try:
            made["pdf"] = pdf.pdf(page)
        except pdf.NoPdf as error:
            why_not = str(error)
    if "docx" in kinds:
        made["docx"] = word.docx_of(documents, figures.as_of, pictures)
    if "html" in kinds or why_not:
        made["html"] = page
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for kind, content in made.items():
        path = folder / f"{name}.{kind}"
        path.write_bytes(content)
        files.append(path)
    return files, why_not
