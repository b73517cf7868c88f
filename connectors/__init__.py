"""Platforms in, canonical frames out; knows no database and no flow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from connectors.asking.pulling import Api, api
from connectors.bluesky import api as bluesky
from connectors.contract import Connector, ConnectorSettings, Extract, Match, Raw, Refused, connector
from connectors.facebook import api as facebook_api
from connectors.facebook import export as facebook
from connectors.instagram import api as instagram_api
from connectors.instagram import export as instagram
from connectors.linkedin import api as linkedin_api
from connectors.linkedin import export as linkedin
from connectors.mastodon import api as mastodon
from connectors.outreach import export as outreach
from connectors.reading import files, unrecognised
from connectors.sheet import export as sheet
from connectors.threads import api as threads
from connectors.tiktok import api as tiktok_api
from connectors.tiktok import export as tiktok
from connectors.website import api as website_api
from connectors.website import export as website
from connectors.x import api as x_api
from connectors.x import export as x
from connectors.youtube import api as youtube_api
from connectors.youtube import export as youtube

ALL: tuple[Connector, ...] = tuple(
    map(connector, (facebook, instagram, linkedin, outreach, sheet, tiktok, website, x, youtube))
)
"""Every connector of files, by name; the registry that all who ask "which platforms?" ask."""

APIS: tuple[Api, ...] = tuple(
    map(
        api,
        (
            bluesky,
            facebook_api,
            instagram_api,
            linkedin_api,
            mastodon,
            threads,
            tiktok_api,
            website_api,
            x_api,
            youtube_api,
        ),
    )
)
"""Every platform that can be asked, by name; it shares name and settings with the connector of its files."""

SETTINGS: dict[str, type[ConnectorSettings]] = {
    **{own.NAME: own.Settings for own in ALL},
    **{own.NAME: own.Settings for own in APIS},
}
"""Each platform's section of the settings."""


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
        raise Refused(unrecognised.sentence(raw))
    return max(found, key=lambda pair: pair[1].confidence)


class Read(NamedTuple):
    """What one connector made of a file, or of those of its tables that are its own; or its API's of a pull."""

    connector: str
    match: Match
    extract: Extract


def read(raw: Raw, settings_by_name: Mapping[str, ConnectorSettings]) -> list[Read]:
    """A file, read by the connector that is surest of it; one whose tables are of several platforms, by each of them.

    Where one platform's tables are refused and another's are not, the others say so in a note.

    Raises:
        Refused: nothing of the file can be read; the sentence says why.
    """
    if raw.connector:
        return [_pulled(raw, settings_by_name)]
    return read_parts(parts(raw, settings_by_name), settings_by_name)


class Part(NamedTuple):
    """A file whole, or those of its tables that one connector is surest of."""

    connector: Connector
    match: Match
    raw: Raw


def parts(raw: Raw, settings_by_name: Mapping[str, ConnectorSettings]) -> list[Part]:
    """Who reads a file, and which of its tables, before anybody reads them.

    Raises:
        Refused: no connector knows it.
    """
    return [Part(*recognise(part, settings_by_name), part) for part in _parts(raw, settings_by_name)]


def read_parts(found: Iterable[Part], settings_by_name: Mapping[str, ConnectorSettings]) -> list[Read]:
    """The parts of a file, each read by its connector.

    Raises:
        Refused: none of them can be read; the sentence says why.
    """
    done, refusals = list[Read](), list[Refused]()
    for own, match, part in found:
        try:
            done.append(Read(own.NAME, match, own.read(part, settings_by_name.get(own.NAME) or own.Settings())))
        except Refused as refusal:
            refusals.append(refusal)
    if not done:
        raise refusals[0]
    left = tuple(f"a part of the file was not read: {refusal}" for refusal in refusals)
    extract = replace(done[0].extract, notes=(*done[0].extract.notes, *left))
    return [done[0]._replace(extract=extract), *done[1:]]


def _pulled(raw: Raw, settings_by_name: Mapping[str, ConnectorSettings]) -> Read:
    own = next((own for own in APIS if raw.connector == own.NAME), None)
    if own is None:
        raise Refused(f"{raw.path} was answered by {raw.connector}, an API that this version of Reach does not know.")
    extract = own.read(raw, settings_by_name.get(own.NAME) or own.Settings())
    return Read(own.NAME, Match(1.0, "what its API answered"), extract)


_SURE = 0.5
"""A connector that is less sure of a table only guesses what it is."""


def _parts(raw: Raw, settings_by_name: Mapping[str, ConnectorSettings]) -> list[Raw]:
    """The file whole, or its tables apart by whose they are; what is nobody's goes with none."""
    tables = files.tables(raw)
    if len(tables) == 1:
        return [raw]
    owned: dict[str, list[str]] = {}
    for table in tables:
        part = raw.part([table.place])
        sure = [
            (match.confidence, own.NAME)
            for own in ALL
            if (match := own.sniff(part, settings_by_name.get(own.NAME) or own.Settings())) is not None
        ]
        confidence, name = max(sure, default=(0.0, ""), key=lambda pair: pair[0])
        if confidence >= _SURE:
            owned.setdefault(name, []).append(table.place)
    return [raw.part(places) for _, places in sorted(owned.items())] if len(owned) > 1 else [raw]
