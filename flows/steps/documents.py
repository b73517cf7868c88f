"""Documents for a donor: what a name means, which tables they are made of, and the files that they are written as."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import NamedTuple

import polars as pl

import connectors
from flows.steps import freezing, night, picture_files
from flows.steps.khmer_files import in_corrected_khmer
from flows.steps.published_lines import lines_of_tables
from flows.steps.settings import SettingsError, Workspace
from warehouse import file_system
from warehouse.figure_words import key_of
from warehouse.figures.mart import shaped
from warehouse.figures.tables import MART
from warehouse.plan.model import Plan
from warehouse.plan.named_lines import line_named
from warehouse.publish.document import contents, pdf, web, word
from warehouse.publish.document.blocks import Document
from warehouse.publish.document.contents import Scope
from warehouse.publish.document.telling import Frozen
from warehouse.publish.document.web import Logo
from warehouse.publish.report.attendances import with_attendances
from warehouse.publish.report.language import Language
from warehouse.publish.snapshot import read_tables

LOGOS = "logos"
"""The folder of a workspace whose pictures stand on the title, in the order of their names."""
FOLDER = "documents"
_LOGO_PIXELS = (1600, 600)
"""Sharp enough for the 7 by 2.2 cm that a logo takes on paper."""
_MISSING = 4
"""So many tables and columns are named that a frozen report lacks."""
_LONGEST_PART = 40
"""Letters: names of files may have 255 bytes, and a Khmer letter has three."""
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
        SettingsError: no report of that name was frozen, or an older version froze it without what a document needs.
    """
    if report is None:
        return Figures(read_tables(workspace.published, contents.READS), night.read_plan(workspace).plan)
    frozen = freezing.read(workspace, report)
    return Figures(
        as_now(frozen.tables, report),
        freezing.plan_of(workspace, frozen),
        Frozen(report, frozen.frozen_at, frozen.checksum),
    )


def as_now(tables: Mapping[str, pl.DataFrame], report: str) -> dict[str, pl.DataFrame]:
    """Frozen tables with the columns of this version: texts, and columns of tables that may lack, are not known.

    Raises:
        SettingsError: they lack a table, or a column of figures.
    """
    made, missing = {}, []
    for name in contents.READS:
        if name not in tables:
            if name in contents.MAY_LACK:
                made[name] = shaped(MART[name], pl.DataFrame(schema=dict.fromkeys(MART[name].key, pl.String)))
            else:
                missing.append(name)
            continue
        table = with_attendances(name, tables[name])
        lacking = [column for column in MART[name].columns if column.name not in table.columns]
        if name not in contents.MAY_LACK:
            missing += [f"{name}.{column.name}" for column in lacking if column.dtype != pl.String]
        made[name] = table.with_columns(pl.lit(None, column.dtype).alias(column.name) for column in lacking)
    if missing:
        named = ", ".join(sorted(missing)[:_MISSING]) + (", …" if len(missing) > _MISSING else "")
        raise SettingsError(
            f"The report {report} was frozen by an older version, without {named}: its document cannot be made. "
            "Its figures stand, as they were, in its folder below published/frozen."
        )
    return made


def file_name(*parts: str | None) -> str:
    """What a document's files are called, on every system: Windows takes no sign of these, and no ``CON.x``."""
    name = re.sub(r'[\s/\\:*?"<>|\x00-\x1f-]+', "-", "-".join(part[:_LONGEST_PART] for part in parts if part))
    name = name.strip("-. ")
    return name if file_system.is_name_everywhere(name) else f"document-{name}"


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
    """The pictures in the workspace's folder ``logos``, by name, as PNG of a size for paper.

    Raises:
        SettingsError: one is no PNG or JPEG, cannot be read, or is too large.
    """
    found_logos = []
    folder = workspace.home / LOGOS
    for path in picture_files.files_in(folder):
        if path.suffix.lower() not in picture_files.TYPES or not path.is_file():
            raise SettingsError(f"{path} is no PNG or JPEG, which is what a document takes as a logo.")
        if path.stat().st_size > _LARGEST_LOGO:
            raise SettingsError(f"{path} is larger than {_LARGEST_LOGO // 1_000_000} MB: make it smaller.")
        found_logos.append(Logo(path.stem, "image/png", picture_files.made_small(path, _LOGO_PIXELS, "PNG")))
    return found_logos


class Made(NamedTuple):
    """A document in each language, its bytes by ``pdf``, ``docx`` or ``html``, and why there is no PDF.

    ``problems`` says of each file among the pictures of posts and assets why it is not shown.
    """

    documents: list[Document]
    files: dict[str, bytes]
    why_no_pdf: str | None
    problems: tuple[str, ...]


@in_corrected_khmer
def make(
    workspace: Workspace, figures: Figures, scope: Scope, languages: Sequence[Language], kinds: Sequence[str]
) -> Made:
    """The document in these languages, of these kinds; as ``html``, too, where a PDF is wanted and cannot be made.

    Raises:
        SettingsError: a logo of the workspace's cannot be used.
    """
    thumbnails, problems = picture_files.thumbnails(workspace)
    documents = [
        contents.document(
            figures.tables, figures.plan, connectors.PLATFORMS, scope, language, figures.frozen, thumbnails
        )
        for language in languages
    ]
    pictures = logos(workspace)
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
    return Made(documents, made, why_not, problems)


def write(made: Mapping[str, bytes], folder: Path, name: str) -> list[Path]:
    """Writes a document's files into a folder, each called by its name and what it is made as.

    Raises:
        SettingsError: they cannot be written; a document that was there before stands.
    """
    files = {folder / f"{name}.{kind}": content for kind, content in made.items()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in files.items():
            part = path.with_name(f".{path.name}.part")
            try:
                part.write_bytes(content)
                file_system.replace(part, path)
            finally:
                with suppress(OSError):
                    part.unlink(missing_ok=True)
    except OSError as error:
        raise SettingsError(f"The document cannot be written into {folder}: {error.strerror or error}.") from error
    return list(files)
