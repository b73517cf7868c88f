"""What a document is made of, before it is HTML, PDF or DOCX: headings, paragraphs, tables, pictures, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from warehouse.publish.report.language import Language


@dataclass(frozen=True)
class Photo:
    """A small JPEG in a table, and what it shows in words."""

    content: bytes = field(repr=False)
    alt: str


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its text, the notes behind it, where it leads, and a picture above the text."""

    text: str
    notes: tuple[int, ...] = ()
    href: str | None = None
    photo: Photo | None = None


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 begins a part of the document."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; ``lead`` stands before it in bold, ``is_quiet`` is said in a smaller hand."""

    text: str
    lead: str = ""
    is_quiet: bool = False


@dataclass(frozen=True)
class Figures:
    """The few numbers that a reader looks for first: what each counts, and the number with its notes."""

    figures: Sequence[tuple[str, Cell]]


@dataclass(frozen=True)
class Table:
    """A table with what it shows above it; ``widths`` are parts of the page's width, ``numbers`` align to the right."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int]
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Picture:
    """A chart with what it shows above it, and in words for who cannot see it; ``spec`` is Vega-Lite's."""

    title: str
    alt: str
    spec: dict[str, object] = field(repr=False)


@dataclass(frozen=True)
class Notes:
    """The numbered notes of the document, the first one is 1."""

    title: str
    texts: Sequence[str]


Block = Heading | Paragraph | Figures | Table | Picture | Notes


@dataclass(frozen=True)
class Document:
    """One language's document: its title, the lines below it, its blocks, and what its footer says."""

    language: Language
    title: str
    lines: Sequence[str]
    blocks: Sequence[Block]
    footer: str
    contents: str
    """What the table of contents is called."""

    @property
    def closing(self) -> int | None:
        """Where the last part begins among the blocks: what closes a document stays together on paper where it fits."""
        headings = [place for place, block in enumerate(self.blocks) if isinstance(block, Heading)]
        return headings[-1] if headings else None
