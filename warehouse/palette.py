"""The one look: the colours and the sizes of type that pages, documents, charts and workbooks share.

Text stands out from what is behind it by 4.5 to 1, and what a chart tells apart by colour stays apart for eyes that
see few colours; a test measures both.
"""

from __future__ import annotations

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "ink": "#1f2a37", "quiet": "#55606e", "paper": "#ffffff", "card": "#f4f7f9", "line": "#d7dee5",
    "main": "#1f6f8b", "before": "#8b9db0", "event": "#b34a12",
    "good": "#00705c", "good-paper": "#def2ec", "warn": "#855600", "warn-paper": "#fdf3dc",
    "bad": "#b3261e", "bad-paper": "#fbe5e2",
}  # fmt: skip
"""Each colour by what it is for, on paper and on a light screen, as #rrggbb.

``main`` is for links, rules and what a chart is about; ``before`` for what that is held against; ``event`` marks a day.
``good``, ``warn`` and ``bad`` are verdicts, and a ``-paper`` is what one stands on.
"""

DARK: Mapping[str, str] = {
    "ink": "#e6eaf0", "quiet": "#a6b0bf", "paper": "#12171e", "card": "#1b222c", "line": "#36404d",
    "main": "#6dbad6", "before": "#6c7c8e", "event": "#f09a63",
    "good": "#7fe0cd", "good-paper": "#12312b", "warn": "#f0c36d", "warn-paper": "#2d2512",
    "bad": "#f58b7d", "bad-paper": "#3a1d1b",
}  # fmt: skip
"""The same on a dark screen."""

SIZES: Mapping[str, float] = {"tiny": 0.8, "small": 0.9, "text": 1.0, "third": 1.1, "second": 1.35, "first": 1.8}
"""How large type is beside plain text, from a mark on a chart to a page's title."""


def css(*, has_dark: bool) -> str:
    """Colours and sizes as custom properties, as ``--main`` and ``--size-small``.

    Args:
        has_dark: whether a dark screen has colours of its own; paper never has.
    """
    sizes = {f"size-{name}": f"{size:g}rem" for name, size in SIZES.items()}
    rules = f":root {{ {_properties({**LIGHT, **sizes})} }}\n"
    dark = f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {_properties(DARK)} }} }}\n"
    return rules + dark if has_dark else rules


def _properties(values: Mapping[str, str]) -> str:
    return " ".join(f"--{name}: {value};" for name, value in values.items())
