"""All platforms, and the one of them that a file is of: their words in, canonical frames out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib import import_module
from typing import NamedTuple, cast

from connectors.asking.pulling import Api, api
from connectors.contract import Extract, Match, Raw, Refused
from connectors.platform import Export, Platform, Platforms
from connectors.reading import files, filled_in, unrecognised
from connectors.settings import ConnectorSettings

PLATFORMS = Platforms(
    cast(Platform, import_module(f"connectors.{name}").PLATFORM)
    for name in (
        "bluesky",
        "eventbrite",
        "facebook",
        "google_ads",
        "instagram",
        "klaviyo",
        "linkedin",
        "mailchimp",
        "mastodon",
        "meta_ads",
        "outreach",
        "people",
        "sheet",
        "sprout",
        "teams",
        "threads",
        "tiktok",
        "tiktok_ads",
        "website",
        "x",
        "youtube",
        "zoom",
    )
)
"""Every platform, by name. Whoever asks "which platforms?" is handed this; to add one is one more line."""

APIS: tuple[Api, ...] = tuple(api(platform.api) for platform in PLATFORMS if platform.api)
"""The module of each platform that can be asked."""


def recognise(raw: Raw, settings_by_name: Mapping[str, ConnectorSettings]) -> tuple[Platform, Match]:
    """The platform that is surest of a file, the first by name of equals.

    A platform without settings in ``settings_by_name`` gets its defaults.

    Raises:
        Refused: no platform knows the file, or no table can be opened in it.
    """
    matches = _matches(raw, settings_by_name)
    if not matches:
        raise unrecognised.refusal(raw)
    return max(matches, key=lambda pair: pair[1].confidence)


class Read(NamedTuple):
    """What one connector made of a file, or of those of its tables that are its platform's; or its API's of a pull."""

    connector: str
    match: Match
    extract: Extract


def read(raw: Raw, settings_by_name: Mapping[str, ConnectorSettings]) -> list[Read]:
    """A file, read as the platform's that is surest of it; one whose tables are of several platforms, as each one's.

    Where one platform's tables are refused and another's are not, the others say so in a note.

    Raises:
        Refused: nothing of the file can be read; the sentence says why.
    """
    if raw.connector:
        return [_read_pull(raw, settings_by_name)]
    return read_parts(parts(raw, settings_by_name), settings_by_name)


def read_decisions(raw: Raw) -> Read | None:
    """What a person filled into a published workbook, or a sheet of it; None of any other file.

    Raises:
        Refused: no table can be opened in it.
    """
    extract = filled_in.read(raw, PLATFORMS.names)
    if extract is None:
        return None
    unread = [(place, decides) for place, decides in filled_in.unpublished(raw, PLATFORMS.names)
              if _is_sure(raw.part([place]))]  # fmt: skip
    notes = list(extract.notes)
    if beside := ", ".join(place for place, decides in unread if not decides):
        notes.append(
            f"its sheet {beside} holds figures, which are not read beside what is filled in: save it as another file"
        )
    if any(decides for _, decides in unread):
        notes.append(
            "figures stand beside what is filled in, and are not read: save them as another file, without the columns "
            "that decide"
        )
    extract = replace(extract, notes=tuple(notes))
    return Read(filled_in.CONNECTOR, Match(1.0, "a workbook, or a sheet, that Reach published"), extract)


class Part(NamedTuple):
    """A file whole, or those of its tables that one platform is surest of."""

    platform: Platform
    match: Match
    raw: Raw


def parts(raw: Raw, settings_by_name: Mapping[str, ConnectorSettings]) -> list[Part]:
    """Who reads a file, and which of its tables, before anybody reads them.

    Raises:
        Refused: no platform knows it.
    """
    return [Part(*recognise(part, settings_by_name), part) for part in _parts(raw, settings_by_name)]


def read_parts(parts_of_file: Iterable[Part], settings_by_name: Mapping[str, ConnectorSettings]) -> list[Read]:
    """The parts of a file, each read as its platform's.

    Raises:
        Refused: none of them can be read; the sentence says why.
    """
    done, refusals = list[Read](), list[Refused]()
    for platform, match, part in parts_of_file:
        try:
            extract = cast(Export, platform.export).read(part, _settings(platform, settings_by_name))
            done.append(Read(platform.name, match, extract))
        except Refused as refusal:
            refusals.append(refusal)
    if not done:
        raise refusals[0]
    left = tuple(f"a part of the file was not read: {refusal}" for refusal in refusals)
    extract = replace(done[0].extract, notes=(*done[0].extract.notes, *left))
    return [done[0]._replace(extract=extract), *done[1:]]


def _read_pull(raw: Raw, settings_by_name: Mapping[str, ConnectorSettings]) -> Read:
    platform = PLATFORMS.named(raw.connector)
    if platform is None or platform.api is None:
        raise Refused(f"{raw.path} was answered by {raw.connector}, an API that this version of Reach does not know.")
    extract = platform.api.read(raw, _settings(platform, settings_by_name))
    return Read(platform.name, Match(1.0, "what its API answered"), extract)


def _settings(platform: Platform, settings_by_name: Mapping[str, ConnectorSettings]) -> ConnectorSettings:
    return settings_by_name.get(platform.name) or platform.settings()


def _matches(raw: Raw, settings_by_name: Mapping[str, ConnectorSettings]) -> list[tuple[Platform, Match]]:
    """The platforms that take a file for theirs, by name."""
    return [
        (platform, match)
        for platform in PLATFORMS
        if platform.export and (match := platform.export.sniff(raw, _settings(platform, settings_by_name)))
    ]


_SURE = 0.5
"""A platform that is less sure of a table only guesses what it is."""


def _is_sure(raw: Raw) -> bool:
    """Whether a platform is sure of a file."""
    return any(match.confidence >= _SURE for _, match in _matches(raw, {}))


def _parts(raw: Raw, settings_by_name: Mapping[str, ConnectorSettings]) -> list[Raw]:
    """The file whole, or its tables apart by whose they are; what is nobody's goes with none."""
    tables = files.tables(raw)
    if len(tables) == 1:
        return [raw]
    places: dict[str, list[str]] = {}
    for table in tables:
        sure = _matches(raw.part([table.place]), settings_by_name)
        if sure:
            platform, match = max(sure, key=lambda pair: pair[1].confidence)
            if match.confidence >= _SURE:
                places.setdefault(platform.name, []).append(table.place)
    return [raw.part(of_platform) for _, of_platform in sorted(places.items())] if len(places) > 1 else [raw]
