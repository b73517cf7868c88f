"""Reading what a member of a network has published: one night, whole, or why not."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import polars as pl

from warehouse.archive.address import within
from warehouse.figures.mart import Mart, shaped
from warehouse.figures.network import POST_COLUMNS
from warehouse.figures.tables import MART
from warehouse.publish.nights import MANIFEST, NIGHTS

TABLES = ("about", "project_totals", "activity_totals", "campaign_totals", "post_totals")
"""What of a member's night a network reads."""

SECONDS = 120.0
"""How long a member's address may take to answer."""

NO_OPTIONS: Mapping[str, Any] = {}
"""What a folder's file system takes."""

LARGEST_FILE = 512_000_000
"""Bytes of a member's file that are read: its list of a few million posts."""
MOST_ROWS = 20_000_000
"""Rows of a member's table that are read: few bytes can hold more of them than memory does."""
LARGEST_COUNT = 2**53
"""No count of a member is larger. So the sums over a thousand members are numbers, too."""

_NIGHT = re.compile(rf"{NIGHTS}/[0-9A-Za-z-]+")


class UnreadMember(Exception):
    """What a member publishes cannot be read or used; the text says why, as the end of a sentence."""


def snapshot_of(address: str, options: Mapping[str, Any] = NO_OPTIONS, seconds: float = SECONDS) -> str:
    """The ``snapshot_id`` of the night that a member shows; empty where that cannot be read."""
    try:
        return str(within(seconds, lambda: _manifest(_reader(address, options)))["snapshot_id"])
    except Exception:  # whatever is wrong, reading the whole night says so
        return ""


def read(address: str, options: Mapping[str, Any] = NO_OPTIONS, seconds: float = SECONDS) -> dict[str, pl.DataFrame]:
    """The tables of the night that a member shows, by name; ``options`` are what its file system takes.

    They are read from the night's own folder, so that all are of one night. Where the member publishes twice while it
    is read, that folder may be gone, and the new one is read.

    Raises:
        UnreadMember: nothing is there, it does not answer, or it is damaged: one member never costs the others theirs.
    """
    try:
        try:
            return within(seconds, lambda: _tables(address, options))
        except FileNotFoundError:
            return within(seconds, lambda: _tables(address, options))
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
        kind = type(error).__name__
        why = "there are no keys for it" if "Credential" in kind else f"it is damaged ({kind})"
    raise UnreadMember(why)


def _tables(address: str, options: Mapping[str, Any]) -> dict[str, pl.DataFrame]:
    bytes_of = _reader(address, options)
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
    declared = {name: _as_declared(MART[name], table) for name, table in tables.items()}
    return declared | {"post_totals": declared["post_totals"].select(POST_COLUMNS)}


def _table(content: bytes) -> pl.DataFrame:
    try:
        if pl.scan_parquet(BytesIO(content)).select(pl.len()).collect().item() > MOST_ROWS:
            raise UnreadMember(f"one of its tables has more than {MOST_ROWS:,} rows")
        return pl.read_parquet(BytesIO(content))
    except pl.exceptions.PanicException as panic:  # it is no Exception, and would end the night
        raise ValueError from panic


def _as_declared(mart: Mart, table: pl.DataFrame) -> pl.DataFrame:
    """A table as this version publishes it; a column that an earlier version does not have is null.

    Raises:
        UnreadMember: it is no such table, and would end the night of all members.
    """
    types = {column.name: column.dtype for column in mart.columns}
    names = [name for name in table.columns if name in types]
    needed = [name for name in (*mart.key, "as_of", "posts") if name in types]
    if not set(needed) <= set(names):
        raise UnreadMember(f"{mart.name} lacks a column that it needs")
    if wrong := [name for name in names if table.schema[name] != types[name]]:
        raise UnreadMember(f"{wrong[0]} of {mart.name} is of another type than Reach publishes")
    if not mart.key and table.height != 1:
        raise UnreadMember(f"{mart.name} has {table.height} rows in place of one")
    is_number = pl.selectors.by_dtype(pl.Int64, pl.Float64)
    odd = table.select(names).select(
        pl.any_horizontal(pl.col(needed).is_null().any()),
        pl.any_horizontal(False, ~is_number.is_between(0, LARGEST_COUNT).all()),
    )
    if any(odd.row(0)):
        raise UnreadMember(f"{mart.name} holds what no count or day can be")
    return shaped(mart, table)


def _manifest(bytes_of: Callable[[str], bytes]) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(bytes_of(MANIFEST))
    return manifest


def _reader(address: str, options: Mapping[str, Any]) -> Callable[[str], bytes]:
    """What gives the bytes of a file below an address."""
    import fsspec  # few nights need it

    files, root = fsspec.url_to_fs(address, skip_instance_cache=True, use_listings_cache=False, **options)

    def bytes_of(name: str) -> bytes:
        content = bytes(files.cat_file(f"{root.rstrip('/')}/{name}", start=0, end=LARGEST_FILE + 1))
        if len(content) > LARGEST_FILE:
            raise UnreadMember(f"{name} is larger than {LARGEST_FILE // 10**6} megabytes")
        return content

    return bytes_of
