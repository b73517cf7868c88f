"""Reading what a member of a network has published: one night, whole, or why not."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import polars as pl

from warehouse.archive.remote_folder import within
from warehouse.publish.nights import MANIFEST, NIGHTS

TABLES = ("about", "project_totals", "activity_totals", "campaign_totals", "post_totals")
"""What of a member's night a network reads."""

SECONDS = 120.0
"""How long a member's address may take to answer."""

_NIGHT = re.compile(rf"{NIGHTS}/[0-9A-Za-z-]+")


class UnreadMember(Exception):
    """What a member publishes cannot be read or used; the text says why, as the end of a sentence."""


def snapshot_of(address: str, seconds: float = SECONDS) -> str:
    """The ``snapshot_id`` of the night that a member shows; empty where that cannot be read."""
    try:
        return str(within(seconds, lambda: _manifest(_reader(address)))["snapshot_id"])
    except Exception:  # whatever is wrong, reading the whole night says so
        return ""


def read(address: str, seconds: float = SECONDS) -> dict[str, pl.DataFrame]:
    """The tables of the night that a member shows, by name.

    They are read from the night's own folder, so that all are of one night. Where the member publishes twice while it
    is read, that folder may be gone, and the new one is read.

    Raises:
        UnreadMember: nothing is there, it does not answer, or it is damaged: one member never costs the others theirs.
    """
    try:
        try:
            return within(seconds, lambda: _tables(address))
        except FileNotFoundError:
            return within(seconds, lambda: _tables(address))
    except UnreadMember:
        raise
    except FileNotFoundError:
        why = "nothing is published there"
    except TimeoutError:
        why = f"it did not answer within {seconds:g} seconds"
    except ImportError:
        why = f"what reads {urlsplit(address).scheme}:// is not installed; see fsspec's documentation"
    except PermissionError:
        why = "it may not be read"
    except Exception as error:
        why = f"it is damaged ({type(error).__name__})"
    raise UnreadMember(why)


def _tables(address: str) -> dict[str, pl.DataFrame]:
    bytes_of = _reader(address)
    manifest = _manifest(bytes_of)
    night = str(manifest["night"])
    if not _NIGHT.fullmatch(night):
        raise UnreadMember("its manifest names no night")
    tables = {}
    for name in TABLES:
        file = f"parquet/{name}.parquet"
        content = bytes_of(f"{night}/{file}")
        if hashlib.sha256(content).hexdigest() != manifest["files"][file]["sha256"]:
            raise UnreadMember(f"{file} is not as it was written")
        tables[name] = _table(content)
    version = str(tables["about"]["schema_version"].item())
    if not version.startswith("1."):
        raise UnreadMember(f"its tables are of version {version}, which this version of Reach does not read")
    return tables


def _table(content: bytes) -> pl.DataFrame:
    try:
        return pl.read_parquet(BytesIO(content))
    except pl.exceptions.PanicException as panic:  # it is no Exception, and would end the night
        raise ValueError from panic


def _manifest(bytes_of: Callable[[str], bytes]) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(bytes_of(MANIFEST))
    return manifest


def _reader(address: str) -> Callable[[str], bytes]:
    """What gives the bytes of a file below an address."""
    import fsspec  # few nights need it

    files, root = fsspec.url_to_fs(address, skip_instance_cache=True, use_listings_cache=False)
    return lambda name: bytes(files.cat_file(f"{root.rstrip('/')}/{name}"))
