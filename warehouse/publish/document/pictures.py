"""Charts drawn as SVG and PNG, by vl-convert, which needs no browser."""

from __future__ import annotations

from collections.abc import Mapping

import vl_convert


def svg(spec: Mapping[str, object]) -> str:
    """A chart as SVG."""
    drawn: str = vl_convert.vegalite_to_svg(dict(spec))
    return drawn


def png(spec: Mapping[str, object]) -> bytes:
    """A chart as PNG, sharp enough for paper."""
    drawn: bytes = vl_convert.vegalite_to_png(dict(spec), scale=2)
    return drawn
