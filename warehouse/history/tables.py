"""Every private table of the warehouse, each column declared once.

DDL and frame schemas derive from these declarations. The warehouse is a function of the archive:
there are no migrations, a warehouse of another schema is dropped and replayed.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import NamedTuple

import polars as pl
from polars.datatypes import DataTypeClass

from connectors import contract
from connectors.columns import Column
from connectors.contract import TIMESTAMP
from warehouse.archive import pulls, withdrawals

SCHEMA_VERSION = 9
"""Goes up with every change of the tables or of what they hold: a newer warehouse is told from an older one by it."""

_LOAD_ID = Column("load_id", pl.String, "the load it came with", is_required=True)


class Table(NamedTuple):
    """A table: its name, its columns in order, what one row is."""

    name: str
    columns: tuple[Column, ...]
    grain: str


LOADS = Table(
    "loads",
    (
        Column("load_id", pl.String, "hash of the content, its path, the connector and observed_at", is_required=True),
        Column("place_id", pl.String, "the archive's name for the bytes at this place and time", is_required=True),
        Column("connector", pl.String, "who read it; null where nobody could"),
        Column("grade", pl.String, "api, export or entered"),
        Column("path", pl.String, "its path in the inbox; api/… for a pull", is_required=True),
        Column("sha256", pl.String, "of the bytes as they came", is_required=True),
        Column("size", pl.Int64, "of the bytes as they came", "bytes", is_required=True),
        Column("modified_at", TIMESTAMP, "the file's own time", "UTC", is_required=True),
        Column("received_at", TIMESTAMP, "when it was first seen", "UTC", is_required=True),
        Column("known_from", TIMESTAMP, "when it came, or when somebody told the day on which it was read", "UTC"),
        Column(
            "known_until",
            TIMESTAMP,
            "when another place or day of the same bytes took over; null while it stands",
            "UTC",
        ),
        Column("observed_at", TIMESTAMP, "when its figures were seen", "UTC"),
        Column(
            "observed_until", TIMESTAMP, "they were seen between observed_at and this; null where it is told", "UTC"
        ),
        Column("observed_from", pl.String, "what says so"),
        Column("observed_on", pl.Date, "the day, where the evidence is a date alone"),
        Column("saved_at", TIMESTAMP, "a document's own time, which orders its versions; else null", "UTC"),
        Column("period_start", pl.Date, "first day its figures cover; null for lifetime"),
        Column("period_end", pl.Date, "last day its figures cover; null for lifetime"),
        Column("period_from", pl.String, "what says so"),
        Column("language", pl.String, "of the header"),
        Column("encoding", pl.String, "of the text"),
        Column("delimiter", pl.String, "between the fields"),
        Column("date_order", pl.String, "how its dates were read"),
        Column("date_order_from", pl.String, "what says so; empty where no date could be read both ways"),
        Column("mapped", pl.String, "their column = ours, joined by ;, for people"),
        Column("mapped_to", pl.List(pl.String), "the names of ours that a column of theirs stands for; null for none"),
        Column("ignored", pl.String, "columns not used, joined by ;"),
        Column("notes", pl.String, "what was assumed, ignored or refuted, a line each"),
        Column("rows", pl.Int64, "data rows, without totals and footers"),
        Column("kept", pl.Int64, "rows that became figures"),
        Column("rejected", pl.Int64, "rows left out"),
        Column("is_document", pl.Boolean, "kept by hand: its newest version stands for all of it"),
        Column("asked_of", pl.String, "the account that a pull asked for, as the settings name it; null for a file"),
        Column("asked_since", TIMESTAMP, "posts published before were not asked for; null where all were", "UTC"),
        Column("requests", pl.Int64, "questions that an API pull asked; null for a file", "requests"),
        Column("units", pl.Int64, "what they cost of the platform's quota; null for a file", "quota units"),
        Column("is_whole", pl.Boolean, "an API pull that came to its end; null for a file"),
        Column("keep_days", pl.Int64, "how long the platform's terms let a pull be kept; null for ever", "days"),
        Column("lists_from", pl.Date, "first day of publication of which the file lists every post, where it says so"),
        Column("lists_to", pl.Date, "last day of publication of which it does"),
        Column("refused", pl.String, "why the whole file was not read; null where it was"),
        Column("doubted", pl.String, "why its figures are not used; null where they are"),
        Column("withdrawn", pl.String, "who took it out of every figure, when and why; null where nobody did"),
    ),
    "one file at one place and day, or one API pull",
)

ACCOUNTS = Table("accounts", (_LOAD_ID, *contract.ACCOUNTS), "an account as one load named it")
POSTS = Table("posts", (_LOAD_ID, *contract.POSTS), "a post as one load described it")
OBSERVATIONS = Table("observations", (_LOAD_ID, *contract.OBSERVATIONS), "one post's metrics as seen at one instant")
ACCOUNT_METRICS = Table(
    "account_metrics",
    (_LOAD_ID, *contract.ACCOUNT_FIGURES),
    "one account's metric over one period as seen at one instant",
)
AD_FIGURES = Table("ad_figures", (_LOAD_ID, *contract.AD_FIGURES), "what ads cost and were shown, a row of a report")
AUDIENCES = Table("audiences", (_LOAD_ID, *contract.AUDIENCES), "one part of an audience, as one load tells it")
TAGGED_VISITS = Table(
    "tagged_visits", (_LOAD_ID, *contract.TAGGED_VISITS), "visits of a site by one tag, as one load tells them"
)
ATTENDANCE = Table("attendance", (_LOAD_ID, *contract.ATTENDANCE), "what one load tells of who took part in an event")
REJECTS = Table("rejects", (_LOAD_ID, *contract.REJECTS), "a row, or a whole file, that was left out")
DECISIONS = Table("decisions", (_LOAD_ID, *contract.DECISIONS), "what a person decided on a post, or on two")
WITHDRAWALS = Table("withdrawals", withdrawals.COLUMNS, "one time that somebody took loads out of every figure")
API_ACCOUNTS = Table("api_accounts", pulls.STATES, "an account as its API was last asked")
READERS = Table(
    "readers",
    (
        Column("place_id", pl.String, "the file version that was read", is_required=True),
        Column("connector", pl.String, "who recognised it, or some of it; null where nobody could read it"),
        Column("tables", pl.String, "the tables of it that are this connector's; empty for all"),
        Column("read_with", pl.String, "fingerprint of all that this connector's reading rests on", is_required=True),
        Column("recognised_with", pl.String, "fingerprint of all that recognition rests on", is_required=True),
    ),
    "a connector that recognised one file version, or the API of a pull",
)
FOLLOWED = Table(
    "followed",
    (
        Column("events", pl.Int64, "so many events of the archive the tables follow", is_required=True),
        Column("log_bytes", pl.Int64, "how long the archive's log was then", "bytes", is_required=True),
    ),
    "how far the warehouse follows the archive; no row while that is being changed",
)
SCHEMA = Table(
    "schema_version",
    (
        Column("version", pl.Int64, "of what the tables hold, where their columns do not tell", is_required=True),
        Column("declared", pl.String, "hash of the declarations of these tables", is_required=True),
    ),
    "the warehouse",
)

TABLES = (
    LOADS,
    ACCOUNTS,
    POSTS,
    OBSERVATIONS,
    ACCOUNT_METRICS,
    AD_FIGURES,
    AUDIENCES,
    TAGGED_VISITS,
    ATTENDANCE,
    REJECTS,
    DECISIONS,
    WITHDRAWALS,
    API_ACCOUNTS,
    READERS,
    FOLLOWED,
    SCHEMA,
)

_SQL_TYPES: dict[DataTypeClass, str] = {
    pl.String: "VARCHAR",
    pl.Int64: "BIGINT",
    pl.Float64: "DOUBLE",
    pl.Boolean: "BOOLEAN",
    pl.Date: "DATE",
    pl.Datetime: "TIMESTAMP",
}


def sql_type(dtype: DataTypeClass | pl.DataType) -> str:
    """DuckDB's type for a column of this type."""
    if isinstance(dtype, pl.List):
        return f"{sql_type(dtype.inner)}[]"
    if isinstance(dtype, pl.Struct):
        return f"STRUCT({', '.join(f'{field.name} {sql_type(field.dtype)}' for field in dtype.fields)})"
    return _SQL_TYPES[dtype.base_type()]


def ddl(name: str, columns: tuple[Column, ...]) -> str:
    """``create table`` for these columns."""
    body = ", ".join(f'"{c.name}" {sql_type(c.dtype)}{" NOT NULL" if c.is_required else ""}' for c in columns)
    return f"create table {name} ({body})"


def declared() -> str:
    """A hash of every table's declaration: a warehouse with another one is made anew."""
    return _hash_of(TABLES)


@cache
def _hash_of(declarations: tuple[Table, ...]) -> str:
    return hashlib.sha256("\n".join(ddl(table.name, table.columns) for table in declarations).encode()).hexdigest()[:16]
