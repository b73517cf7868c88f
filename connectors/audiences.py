"""Breakdowns of an audience: which shares or counts of a known audience a platform tells, by what it parts it.

Shares and counts are kept as they are told. They are never multiplied with reach, filled up or added up.
docs/rules.md: An audience's parts stay its own.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from connectors.columns import Column


class Word(NamedTuple):
    """A word of the vocabulary: its name in tables, and what it means."""

    name: str
    meaning: str


DIMENSIONS = (
    Word("age", "bands of age"),
    Word("gender", "women, men and others"),
    Word("age_and_gender", "bands of age of women and of men"),
    Word("country", "countries"),
    Word("city", "cities"),
    Word("place", "cities, metropolitan areas and countries beside each other"),
    Word("job_function", "what people work as"),
    Word("seniority", "ranks at work"),
    Word("industry", "industries that people work in"),
    Word("company_size", "how many work where they work"),
)
"""By what an audience is parted. Each stands alone: parts of two dimensions are never added."""
DIMENSION_NAMES = tuple(word.name for word in DIMENSIONS)

AUDIENCES = (
    Word("followers", "who follows the account"),
    Word("viewers", "who watched, of those who were signed in"),
    Word("views", "views, not people"),
    Word("page_views", "views of the account's page, not people"),
)  # fmt: skip
"""Of what the shares are."""
AUDIENCE_NAMES = tuple(word.name for word in AUDIENCES)

WOMEN, MEN, OTHERS = "women", "men", "others"
"""The parts of gender; ``others`` told another gender or none."""

ACCOUNT_AUDIENCE = "account audience"
"""What a pull calls an audience that it asks for, and that may be withheld."""
NIGHTS = 7
"""An API is asked for an account's audience on one night in so many: it changes slowly."""

COLUMNS = (
    Column("platform", pl.String, "where the audience is, one of the platforms' names", is_required=True),
    Column("account_id", pl.String, "whose audience it is; null where the source does not say"),
    Column("audience", pl.String, f"of what the shares are: {', '.join(AUDIENCE_NAMES)}", is_required=True),
    Column("dimension", pl.String, f"by what it is parted: {', '.join(DIMENSION_NAMES)}", is_required=True),
    Column("part", pl.String, "which part: a country's code of two letters, a band of age; null where none is told"),
    Column("share_millionths", pl.Int64, "its share, where the source tells shares", "millionths of the audience"),
    Column("count", pl.Int64, "how many it is, where the source tells counts"),
    Column("told", pl.String, "the share or count as the source writes it"),
    Column("size", pl.Int64, "the size of the whole audience, where the same source tells it"),
    Column("unknown_because", pl.String, "why neither share nor count is known; null where one is"),
    Column("period_start", pl.Date, "first day of what was counted, in the source's zone; null for a state"),
    Column("period_end", pl.Date, "last day of what was counted; null for a state, which is that of observed_at"),
)
"""What a source tells of one part of one audience."""
