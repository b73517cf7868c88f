"""Platforms in, canonical frames out; knows no database and no flow."""

from __future__ import annotations

from collections.abc import Mapping

from connectors import exports, facebook, instagram, outreach, sheet, youtube
from connectors.contract import Connector, ConnectorSettings, Match, Raw, Refused, connector

ALL: tuple[Connector, ...] = tuple(map(connector, (facebook, instagram, outreach, sheet, youtube)))
"""Every connector, by name; the registry that all who ask "which platforms?" ask."""


def recognise(raw: Raw, settings_by_name: Mapping[str, ConnectorSettings]) -> tuple[Connector, Match]:
    """The connector that is surest of a file, the first by name of equals.

    A connector without settings in ``settings_by_name`` gets its defaults.

    Raises:
        Refused: no connector knows the file, or no table can be opened in it.
    """
    found = [
        (own, match)
        for own in ALL
        if (match := own.sniff(raw, settings_by_name.get(own.NAME) or own.Settings())) is not None
    ]
    if not found:
        raise Refused(
            f"{raw.name} is no export that is known: its header is {_header(raw)}. "
            "Drop the file as the platform gave it, or copy its figures into the sheet template."
        )
    return max(found, key=lambda pair: pair[1].confidence)


def _header(raw: Raw) -> str:
    rows = [row for table in exports.tables(raw) for row in table.top]
    text = ", ".join(cell for cell in max(rows, key=len, default=()) if cell)
    return f"“{text[:160]}{'…' if len(text) > 160 else ''}”" if text else "empty"
