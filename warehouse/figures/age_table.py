"""The published table of participants by age. Each column is declared once, with unit and meaning."""

from __future__ import annotations

import polars as pl

from connectors.attendance import PARTICIPANTS
from connectors.columns import Column
from warehouse.figures.mart import Mart, count, text

AGE_TABLE = Mart(
    "participants_by_age",
    ("scope", "id", "age_band"),
    (
        text("scope", "project, activity or campaign"),
        text("id", "of the activity or campaign; null for the project"),
        text("age_band", "a band of ages that the plan names; bands may overlap, and are never added up"),
        count(PARTICIPANTS.name, "participants of these ages; null where no event tells them", PARTICIPANTS.unit),
        count(f"{PARTICIPANTS.name}_known", "events that tell how many are of these ages", "events"),
        count("events", "events of the scope", "events"),
        Column("as_of", pl.Date, "the figures are those at the end of this day of the reporting zone"),
    ),
    "a band of ages among those who took part in events",
)
