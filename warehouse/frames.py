"""Frames that pass between the stages of the warehouse: their columns, checked where a stage ends.

A stage is a function whose result others build on. :func:`checked` looks at names and types only, which costs nothing
beside the frame itself; of a lazy frame nothing is computed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple, TypeVar

import polars as pl

from connectors import contract
from connectors.attendance import AGES, PART_NAMES
from connectors.columns import Column
from connectors.contract import ADDITIVE, METRIC_COLUMNS, METRIC_NAMES, TIMESTAMP
from warehouse.measures import ATTENDANCES
from warehouse.measures import TOTALS as MEASURES_OF_TOTALS

Type = pl.DataType | type[pl.DataType]
AnyFrame = TypeVar("AnyFrame", pl.DataFrame, pl.LazyFrame)


class Frame(NamedTuple):
    """What a stage returns: its name, to go on a sentence with, and its columns with their types."""

    stage: str
    columns: Mapping[str, Type]

    def empty(self) -> pl.DataFrame:
        """The frame without a row."""
        return pl.DataFrame(schema=dict(self.columns))

    def and_(self, stage: str, columns: Mapping[str, Type]) -> Frame:
        """The frame of a stage that adds columns to this one."""
        return Frame(stage, {**self.columns, **columns})


class WrongFrame(TypeError):
    """A stage returned other columns than it declares; the sentence names the stage and the column."""


def checked(frame: AnyFrame, declared: Frame, keys: Collection[str] = ()) -> AnyFrame:
    """``frame``, if it has exactly the declared columns, in any order, and ``keys``, which may be of any type.

    Raises:
        WrongFrame: a column is missing, is not declared, or is of another type.
    """
    schema = frame.collect_schema()
    for name, dtype in declared.columns.items():
        if name not in schema:
            raise WrongFrame(f"{declared.stage} have no column {name}")
        if schema[name] != dtype and name not in keys:
            raise WrongFrame(f"{declared.stage} have the column {name} as {schema[name]}, and declare {dtype}")
    for name in schema:
        if name not in declared.columns and name not in keys:
            raise WrongFrame(f"{declared.stage} have the column {name}, which is not declared")
    return frame


def _of(columns: Iterable[Column], without: Collection[str] = ()) -> dict[str, Type]:
    return {column.name: column.dtype for column in columns if column.name not in without}


_POST: Mapping[str, Type] = {"platform": pl.String, "post_id": pl.String}
_LOAD: Mapping[str, Type] = {"load_id": pl.String}
_METRICS: Mapping[str, Type] = dict.fromkeys(METRIC_COLUMNS, pl.Int64)

POSTS = Frame(
    "posts of a day",
    _of(
        contract.POSTS,
        without=(
            "identified_by",
            "is_damaged",
            "is_gone",
            "published_unit",
            "published_other_at",
            "observed_at",
            "row",
        ),
    )
    | {"grade": pl.String},
)
ACCOUNTS = Frame(
    "accounts of a day", dict.fromkeys(("platform", "account_id", "account_name", "organisation"), pl.String)
)
ATTENDANCE = Frame(
    "attendance of events",
    {
        **_POST,
        **_LOAD,
        "row": pl.Int64,
        "place": pl.String,
        **dict.fromkeys(PART_NAMES, pl.Int64),
        "persons": pl.List(pl.String),
        "ages": AGES,
        "is_disputed": pl.Boolean,
    },
)
ACCOUNT_FIGURES = Frame("account figures", {**_LOAD, **_of(contract.ACCOUNT_FIGURES)})
AD_FIGURES = Frame("figures of ads", {**_LOAD, **_of(contract.AD_FIGURES)})
AUDIENCES = Frame("parts of audiences", {**_LOAD, **_of(contract.AUDIENCES)})
TAGGED_VISITS = Frame("visits by tags", {**_LOAD, **_of(contract.TAGGED_VISITS)})
OBSERVATIONS = Frame(
    "observations",
    {
        **_LOAD,
        **_of(contract.OBSERVATIONS, without=("audience_by", "unknown_because", "is_final")),
        "is_measured": pl.Boolean,
        "observed_until": TIMESTAMP,
        "read_as": pl.String,
    },
)
READINGS = Frame(
    "readings",
    {
        **_POST,
        "observed_at": TIMESTAMP,
        "observed_until": TIMESTAMP,
        **_LOAD,
        "row": pl.Int64,
        **_METRICS,
        "rounded": METRIC_NAMES,
        "is_measured": pl.Boolean,
    },
)
LAST_READINGS = Frame(
    "last readings",
    {
        **_POST,
        **_METRICS,
        **dict.fromkeys(("last_read_at", "read_from", "read_to", "read_until", "figures_read_from"), TIMESTAMP),
        **dict.fromkeys(("is_approximate", "is_entered", "reach_exact", "impressions_exact"), pl.Boolean),
        "rounded": pl.String,
    },
)
"""Beside them stand the instants at which metrics were read whose definitions changed."""

CROSSPOSTS = Frame("posts that count as one", {**_POST, "counts_as": pl.String})
GONE = Frame("posts that are gone or watched", {**_POST, "gone_since": pl.Date, "is_watched": pl.Boolean})

_STANDING: Mapping[str, Type] = {
    "counts_as": pl.String,
    "gone_since": pl.Date,
    "is_watched": pl.Boolean,
    "is_in_part": pl.Boolean,
}
_REACH: Mapping[str, Type] = {
    **dict.fromkeys(("reach_least", "reach_upper", "reach_then"), pl.Int64),
    **dict.fromkeys(("reach_upper_on", "reach_then_on"), pl.Date),
    **dict.fromkeys(("is_by_impressions", "is_by_days", "is_reach_current"), pl.Boolean),
}
"""What :mod:`warehouse.reach.of_posts` says of each post."""

READINGS_OF_DAY = LAST_READINGS.and_("readings of a day", {**_STANDING, **_REACH})
_SPAN: Mapping[str, Type] = dict.fromkeys(("first_day", "last_day"), pl.Date)
MISSING_DAYS = Frame("missing days of sites", {"platform": pl.String, "account_id": pl.String, **_SPAN})
MISSING_DAYS_OF_PAGES = Frame("missing days of pages", {**_POST, **_SPAN})
GAINS_WITHOUT_TOTAL = Frame(
    "gains without a total",
    {
        **_POST,
        **dict.fromkeys(("period_start", "period_end"), pl.Date),
        **{metric.column: pl.Int64 for metric in ADDITIVE},
        **dict.fromkeys(("is_approximate", "is_entered"), pl.Boolean),
    },
)
_LAST_BY_NUMBER = {"post": pl.UInt32, **{k: v for k, v in LAST_READINGS.columns.items() if k not in _POST}}
"""Where gains are made a post goes by its number (:attr:`warehouse.day.Day.attributed`)."""

GAINS = Frame(
    "gains over periods",
    {
        **_LAST_BY_NUMBER,
        "reach_gain_least": pl.Int64,
        **dict.fromkeys(("period_start", "period_end"), pl.Date),
        **dict.fromkeys(("is_first", "is_published", "is_baseline_unknown", "is_in_part"), pl.Boolean),
    },
)
GAINS_BY_DAY = Frame(
    "gains by day",
    {
        **_LAST_BY_NUMBER,
        "day": pl.Date,
        "reach_gain_least": pl.Int64,
        "days_covered": pl.Int64,
        "is_baseline_unknown": pl.Boolean,
    },
)
TAKEN = Frame(
    "attributed posts",
    dict.fromkeys(("platform", "post_id", "campaign_id", "activity_id", "asset_id", "stage", "rule"), pl.String),
)
_ATTRIBUTED = READINGS_OF_DAY.and_(
    "attributed readings",
    {
        **{name: dtype for name, dtype in TAKEN.columns.items() if name != "rule"},
        **dict.fromkeys(("kind", "account_id"), pl.String),
        "published_at": TIMESTAMP,
        "post": pl.UInt32,
        **dict.fromkeys(("counted_before", "counted_after"), pl.Int64),
    },
)
MEMBERS = _ATTRIBUTED.and_(
    "members of groups", dict.fromkeys(("account_name", "organisation", "project_name"), pl.String)
)
_OVER_DAYS = {k: v for k, v in GAINS.columns.items() if k not in LAST_READINGS.columns} | {"counts_as": pl.UInt32}
MEMBERS_WITH_GAINS = MEMBERS.and_("members of groups over days", _OVER_DAYS)
MEMBERS_OF_PERIODS = _ATTRIBUTED.and_("members of fiscal periods", _OVER_DAYS)
BOUNDED_POSTS = Frame(
    "posts that their account's reach may bound",
    {**_POST, "own_account": pl.String, "published_at": TIMESTAMP, "is_apart": pl.Boolean},
)
REACH_READINGS = Frame(
    "readings of such posts' reach", {**_POST, "seen_by": TIMESTAMP, "least": pl.Int64, "is_of_reach": pl.Boolean}
)
REACH_STEPS = Frame(
    "days on which such posts' reach grew",
    {
        **_POST,
        **dict.fromkeys(("begins", "day"), pl.Date),
        **dict.fromkeys(("gained", "settled", "least"), pl.Int64),
    },
)

_STORED_AS = {
    f"{metric.name}{end}": f"{metric.column}{end}" for metric in ADDITIVE for end in ("", "_known")
}  # until they are published, metrics are whole numbers in a smaller unit
TOTALS = Frame(
    "totals",
    {
        _STORED_AS.get(measure.column, measure.column): pl.Int64 if measure.column in _STORED_AS else measure.dtype
        for measure in MEASURES_OF_TOTALS
        if measure.column not in ("visits", "visits_known") and measure not in ATTENDANCES
    },
)
