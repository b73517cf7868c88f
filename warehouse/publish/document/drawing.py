"""A document's pictures as PNG, for forms that take no SVG.

A browser draws them where one is installed: what draws Vega-Lite without one puts Khmer letters in the wrong order
where other letters stand beside them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence

import pypdfium2

from warehouse.publish.document import pdf, pictures

_SHARPNESS = 2.5
"""Pixels for each of the picture's own: enough for paper."""
_POINTS = 0.75
"""Points of a PDF to a pixel of a page."""
_STYLE = "body { margin: 0 } div { break-after: page } svg { display: block }"
_SIZE = re.compile(r'<svg[^>]* width="([\d.]+)" height="([\d.]+)"')


def pngs(specs: Sequence[Mapping[str, object]]) -> list[bytes]:
    """Each chart as PNG, in their order; by a browser, all of them at once, else by vl-convert."""
    if not specs:
        return []
    if pdf.browser() is None:
        return [pictures.png(spec) for spec in specs]
    drawn = [pictures.svg(spec) for spec in specs]
    sizes = [(float(match[1]), float(match[2])) for match in map(_SIZE.search, drawn) if match]
    width, height = (max(size[axis] for size in sizes) for axis in (0, 1))
    pages = "".join(f"<div>{svg}</div>" for svg in drawn)
    style = f"@page {{ size: {width}px {height}px; margin: 0 }} " + _STYLE
    try:
        printed = pdf.pdf(f'<!doctype html><meta charset="utf-8"><style>{style}</style>{pages}'.encode())
    except pdf.NoPdf:
        return [pictures.png(spec) for spec in specs]
    with pypdfium2.PdfDocument(printed) as document:
        return [_png(document[number], size) for number, size in enumerate(sizes)]


def _png(page: pypdfium2.PdfPage, size: tuple[float, float]) -> bytes:
    """A page without what lies below and beside the picture, which stands at its top left."""
    image = page.render(scale=_SHARPNESS / _POINTS).to_pil()
    out = io.BytesIO()
    image.crop((0, 0, round(size[0] * _SHARPNESS), round(size[1] * _SHARPNESS))).save(out, "PNG")
    return out.getvalue()
