"""Mailchimp: its report of all campaigns of letters, and that of one campaign, as CSV.

Reference: https://mailchimp.com/help/about-email-campaign-reports/; columns as found in files of 2018 to 2025.
Limits: Send Date is in the zone of the account: the setting ``zone``. Opens are recipients, clicks are all clicks. The
file does not say whose account it is. The report of one campaign has a word and a figure a line, and tells the letter's
id in the links that were clicked alone; one of a test of several variations is refused.
Not reported: reach, views.
"""

from __future__ import annotations

import re
from functools import partial

import polars as pl

from connectors.contract import Extract, Match, Raw, Refused
from connectors.reading import files, letters
from connectors.reading.extracts import read_each
from connectors.reading.files import Rows, Table
from connectors.reading.headers import Header, header_key, layouts_of
from connectors.reading.layouts import Layout, MatchedTable, match, matched_tables
from connectors.settings import ConnectorSettings

NAME = "mailchimp"

LAYOUTS = (Layout("content", "Mailchimp's report of letters", (*letters.NEEDS, "list")),)
RIGHT_FILE = "in Mailchimp choose Analytics, Reports, then Export"
_OF_ONE = Layout("one", "Mailchimp's report of one letter", ("title|subject", "published_at", "deliveries"))
_OF_VARIATIONS = re.compile(r"combination \d+ stats")
_ID = re.compile(r"[?&]mc_cid=([0-9a-f]{6,})")
_COUNT = r"^\s*([\d.,]+)\s*\(.*\)\s*$"  # 30 (27.8%)


class Settings(ConnectorSettings):
    """Mailchimp's section of the settings; ``zone`` is that of its account."""


def sniff(raw: Raw, settings: ConnectorSettings) -> Match | None:
    """Whether a file is Mailchimp's report of letters."""
    return match([*matched_tables(raw, NAME, LAYOUTS, settings), *_of_one(raw)])


def read(raw: Raw, settings: ConnectorSettings) -> Extract:
    """Letters with their lifetime readings.

    Raises:
        Refused: the file holds no such report, or one of variations of a letter.
    """
    tables, of_one = matched_tables(raw, NAME, LAYOUTS, settings), _of_one(raw)
    if not tables and not of_one:
        raise Refused(f"This is no report of letters from Mailchimp; {RIGHT_FILE}.")
    return read_each([*tables, *of_one], lambda one: letters.read(
        raw, one, settings, NAME, _row(one) if one.layout == _OF_ONE else None
    ))  # fmt: skip


# --------------------------------------------------------------------------- the report of one letter


def _of_one(raw: Raw) -> list[MatchedTable]:
    """The tables that have a word in the first column and its figure in the second."""
    pairs = [(table, table.once("pairs", partial(_pairs, table))) for table in files.tables(raw)]
    return [MatchedTable(_OF_ONE, table, top) for table, top in pairs if top]


def _pairs(table: Table) -> Header | None:
    cells = tuple(line[0] if line else "" for line in table.top)
    keys = [header_key(cell) for cell in cells]
    top = Header(0, cells, "en", layouts_of(NAME)["one"].positions(keys, "en"))
    return top if top.has(*_OF_ONE.needs) else None


def _row(one: MatchedTable) -> Rows:
    """The one row that the lines of the report make, with the letter's id from the links that were clicked."""
    if any(_OF_VARIATIONS.fullmatch(header_key(cell)) for cell in one.top.cells):
        raise Refused(f"This is Mailchimp's report of several variations of a letter; {RIGHT_FILE}.")
    lines = one.table.lines()
    letter_ids = sorted({match[1] for line in lines for cell in line[:1] for match in _ID.finditer(cell)})
    cells = {name: one.table.top[at] for name, (at, *_) in one.top.positions.items()}
    values = {name: (line[1] or None) if len(line) > 1 else None for name, line in cells.items()}
    values["post_id"] = letter_ids[0] if len(letter_ids) == 1 else None
    frame = pl.DataFrame({"row": [1], **{name: [value] for name, value in values.items()}},
                         schema_overrides=dict.fromkeys(values, pl.String))  # fmt: skip
    counts = [name for name in ("deliveries", "opens", "clicks", "unsubscribes") if name in values]
    frame = frame.with_columns(
        *(pl.coalesce(pl.col(name).str.extract(_COUNT), name).alias(name) for name in counts),
        pl.col("published_at").str.replace(r"^\s*[A-Z][a-z]{2},\s*", ""),
    )
    return Rows(frame, frame.select(*(pl.col(name).alias(str(n)) for n, name in enumerate(values)), "row"))
