"""Documents as one HTML file that needs nothing beside it: pictures and style stand inside, and no script."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from typing import NamedTuple

import jinja2
from markupsafe import Markup, escape

from warehouse import palette
from warehouse.publish.document import pictures
from warehouse.publish.document.blocks import Cell, Document, Picture

_UNSAFE_IN_CSS = re.compile(r'["\\<>\x00-\x1f]')


class Logo(NamedTuple):
    """A picture for the title: what it is called, its media type, and its bytes."""

    name: str
    type: str
    content: bytes

    @property
    def base64(self) -> str:
        """The bytes as they stand in an address of a page."""
        return base64.b64encode(self.content).decode()


def html(documents: Sequence[Document], logos: Sequence[Logo] = ()) -> bytes:
    """Documents, a language each, behind one another as one page."""
    jinja = jinja2.Environment(
        loader=jinja2.PackageLoader("warehouse.publish.document", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters["css"] = lambda text: Markup(_UNSAFE_IN_CSS.sub(" ", text))
    made = jinja.get_template("document.html").render(
        documents=documents,
        logos=logos,
        kind=lambda block: type(block).__name__,
        shown=_shown,
        svg=_svg,
        look=palette.css(has_dark=False),
    )
    return made.encode("utf-8", "replace")


def _shown(cell: Cell, language: str) -> Markup:
    text = escape(cell.text)
    if cell.photo:
        address = f"data:image/jpeg;base64,{base64.b64encode(cell.photo.content).decode()}"
        text = Markup('<img class="photo" src="{}" alt="{}">').format(address, cell.photo.alt) + text
    if cell.href:
        text = Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(cell.href, cell.text)
    notes = Markup(", ").join(
        Markup('<a href="#{}-note-{}">{}</a>').format(language, number, number) for number in cell.notes
    )
    return text + Markup("<sup>{}</sup>").format(notes) if cell.notes else text


def _svg(picture: Picture) -> Markup:
    """A picture's drawing; vl-convert escapes the texts in it."""
    return Markup(pictures.svg(picture.spec))
