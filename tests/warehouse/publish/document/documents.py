"""Documents of the sample and of a hostile world, as tests look into them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from connectors import PLATFORMS
from flows.steps import night
from flows.steps.settings import Workspace
from tests.conftest import World
from warehouse.publish.document import contents
from warehouse.publish.document.blocks import Document, Figures, Heading, Notes, Paragraph, Picture, Table
from warehouse.publish.document.contents import Scope
from warehouse.publish.report.language import Language
from warehouse.publish.snapshot import read_tables
from warehouse.publish.thumbnails import NO_THUMBNAILS, Thumbnails

IDUAI = Scope(("iduai-2024",))
FORUM = Scope(("iduai-2022", "iduai-2023", "iduai-2024", "national-workshops"), activity="1.1.7")
PROJECT = Scope(
    (
        "debates-on-site", "dialogue-meetings", "iduai-2022", "iduai-2023", "iduai-2024", "national-workshops",
        "provincial-workshops", "working-group", "youth-debate",
    ),
    is_project=True,
)  # fmt: skip


def tables_of(published: Workspace) -> dict[str, pl.DataFrame]:
    return read_tables(published.published, contents.READS)


def document(
    published: Workspace, scope: Scope, language: Language = "en", thumbnails: Thumbnails = NO_THUMBNAILS
) -> Document:
    """The sample's document."""
    plan = night.read_plan(published).plan
    return contents.document(tables_of(published), plan, PLATFORMS, scope, language, thumbnails=thumbnails)


def of_world(world: World, as_of: str, language: Language = "en") -> Document:
    """The document of all campaigns of a world."""
    day, tables = world.day(as_of), world.published(as_of)
    return contents.document(tables, day.plan, PLATFORMS, whole(tables), language)


def whole(tables: Mapping[str, pl.DataFrame]) -> Scope:
    return Scope(tuple(tables["campaign_totals"]["campaign_id"]), is_project=True)


def texts(document: Document) -> Iterator[str]:
    """Every text of a document that a reader sees or hears."""
    yield from (document.title, *document.lines, document.footer)
    for block in document.blocks:
        match block:
            case Heading():
                yield block.text
            case Paragraph():
                yield from (block.lead, block.text)
            case Figures():
                for name, cell in block.figures:
                    yield from (name, cell.text)
            case Table():
                yield from (block.title, *block.heads)
                yield from (cell.text for row in block.rows for cell in row)
            case Picture():
                yield from (block.title, block.alt)
            case Notes():
                yield from (block.title, *block.texts)
