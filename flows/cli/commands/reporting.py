"""The command that writes the document for a donor."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli import screen
from flows.cli.commands.options import ALL_WELL, HERE, LEFT_OUT, Home, app, opened
from flows.cli.next_line import say_next
from flows.steps.settings import Workspace
from warehouse.publish.report.language import LANGUAGES

if TYPE_CHECKING:
    from flows.steps.documents import Made


class Languages(StrEnum):
    """The languages of a document."""

    en = "en"
    km = "km"
    both = "both"


@app.command()
def report(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[CAMPAIGN|ACTIVITY|REPORT]",
            help="The id or name of a campaign or activity, or the name of a frozen report; without it, the project.",
        ),
    ] = None,
    frozen: Annotated[
        str | None, typer.Option("--frozen", metavar="REPORT", help="With the figures of a frozen report.")
    ] = None,
    language: Annotated[
        Languages | None, typer.Option("--language", help="en, km or both.", show_default="the setting language")
    ] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Only this form, and others that are named.")] = False,
    docx: Annotated[bool, typer.Option("--docx", help="The same, for Word and LibreOffice.")] = False,
    html: Annotated[bool, typer.Option("--html", help="The same, as one page.")] = False,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FOLDER", help="Where.", show_default="documents in the workspace")
    ] = None,
    as_mailed: Annotated[
        bool, typer.Option("--as-mailed", help="What was mailed of a report, byte for byte, instead of a new document.")
    ] = False,
    home: Home = HERE,
) -> None:
    """Writes the document for a donor: sentences, indicators, charts and notes, as PDF, DOCX and HTML.

    Example: reach report iduai-2024 --language both

    Example: reach report final-2024

    Example: reach report final-2024 --as-mailed
    """
    from flows.steps import documents

    workspace = opened(home)
    folder = to or workspace.home / documents.FOLDER
    if as_mailed:
        _write_what_was_mailed(workspace, frozen or name or "", folder)
        return
    if name and frozen is None and workspace.archive.frozen(name) is not None:
        name, frozen = None, name
    figures = documents.figures_of(workspace, frozen)
    scope = documents.scope_of(figures, name)
    told_in = language.value if language else workspace.settings.language
    languages = LANGUAGES if told_in == "both" else [one for one in LANGUAGES if one == told_in]
    wanted = [kind for kind, is_wanted in (("pdf", pdf), ("docx", docx), ("html", html)) if is_wanted]
    part = None if scope.is_project else scope.activity or scope.campaigns[0]
    called = documents.file_name(frozen, part, None if frozen or part else "project", str(figures.as_of), *languages)
    made = documents.make(workspace, figures, scope, languages, wanted or ("pdf", "docx", "html"))
    files = documents.write(made.files, folder, called)
    _say(files, made, is_frozen=figures.frozen is not None)
    raise typer.Exit(LEFT_OUT if made.why_no_pdf else ALL_WELL)


def _say(files: Sequence[Path], made: Made, *, is_frozen: bool) -> None:
    for file in files:
        screen.say(f"{file} is written.")
    for problem in made.problems:
        screen.warn(problem)
    if made.why_no_pdf:
        screen.warn(f"{made.why_no_pdf}. Or open the HTML file in a browser, and print it.")
    if not is_frozen:
        screen.warn("These figures are not frozen: reach freeze keeps them, so that the document can be made again.")
    if files:
        say_next(f"open {files[0]}, and read it before you send it")


def _write_what_was_mailed(workspace: Workspace, report_name: str, folder: Path) -> None:
    from flows.steps import documents, mailing

    for mailed in mailing.mailed_documents(workspace, report_name):
        called, _, kind = mailed.file.name.rpartition(".")
        (file,) = documents.write({kind: mailed.file.content}, folder, called)
        screen.say(f"{file} is what was mailed to {', '.join(mailed.to)}, first at {mailed.at[:16]} UTC.")
