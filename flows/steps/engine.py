"""Where the pure functions of a night run: in this process, or by the workers of a Dask cluster.

What a worker is asked for rests on what it is given and on the archive's folder alone, and changes nothing: it may be
asked twice, and whoever answers gives the same.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from connectors.settings import ConnectorSettings
from flows.steps.reader import reader_with
from warehouse.archive.address import Address
from warehouse.archive.archive import archive_in
from warehouse.archive.remote_blobs import NoArchive
from warehouse.history.recognised import Brought, Piece, in_order
from warehouse.shortages import shortage


class EngineFailed(Exception):
    """The cluster, or one of its workers, did not do what it was asked for; a sentence for a person."""


@dataclass(frozen=True)
class ReadingOrder:
    """What a worker has to know to read pieces as this process would.

    ``settings`` are each connector's, without secrets but the salt of lists of people: workers, which read the lists,
    hash with it. ``read_with`` is the fingerprint of all reading here.
    ``address`` is where the archive's files lie, without keys, if not in its folder.
    """

    archive: Path
    address: Address | None
    settings: Mapping[str, ConnectorSettings]
    read_with: str


def without_secrets(settings: Mapping[str, ConnectorSettings]) -> dict[str, ConnectorSettings]:
    """The settings of connectors with a mask in place of each secret: reading needs none."""
    return {name: section.model_copy(update=_masked(section)) for name, section in settings.items()}


def _masked(section: ConnectorSettings) -> dict[str, Any]:
    mask = SecretStr("masked")
    of_one = {name: mask for name, value in section if isinstance(value, SecretStr)}
    of_many = {name: dict.fromkeys(value, mask) for name, value in section if _holds_secrets(value)}
    return {**of_one, **of_many}


def _holds_secrets(value: object) -> bool:
    return isinstance(value, Mapping) and any(isinstance(one, SecretStr) for one in value.values())


def read_pieces(order: ReadingOrder, pieces: Sequence[Piece]) -> list[Brought]:
    """What pieces bring, in their order.

    Raises:
        EngineFailed: this machine has another version of Reach, does not see the archive, or lacks room or memory.
    """
    reader = reader_with(order.settings)
    if reader.of_all != order.read_with:
        raise EngineFailed(
            f"The worker on {socket.gethostname()} has another version of Reach than this machine, and would read "
            "files otherwise: install the same on all."
        )
    archive = archive_in(order.archive, order.address)
    try:
        if not archive.blobs.are_there():
            raise EngineFailed(
                f"{archive.blobs.title} is not there for the worker on {socket.gethostname()}: all machines of the "
                "cluster have to see the archive's folder under one path, or reach its address."
            )
        return [brought() for _, brought in in_order(archive, reader, pieces)]
    except NoArchive as error:
        raise EngineFailed(f"The worker on {socket.gethostname()} cannot read: {error}") from None
    except (MemoryError, OSError) as error:  # said as it comes, it would be taken for the night's own machine
        what = shortage(error) or str(error)
        raise EngineFailed(f"The worker on {socket.gethostname()} cannot read: {what}.") from None
