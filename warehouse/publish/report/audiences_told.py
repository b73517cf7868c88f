"""Who follows or watches accounts, as pages tell it: shares of a known audience on its day, never of who was reached.

docs/rules.md: An audience's parts stay its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import polars as pl
from babel import Locale

from connectors.audiences import MEN, OTHERS, WOMEN
from warehouse.publish.report.language import number, plain
from warehouse.publish.report.wording import Texts

Row = dict[str, Any]

ON_A_CAMPAIGN = 6
"""So many parts of a dimension stand on a campaign's page."""
ON_THE_PAGE = 15
"""So many stand on the page of all accounts; the workbook has the rest."""
_KEY = ["platform", "account_id", "audience", "dimension", "source"]
_IN_ORDER = ("age", "age_and_gender", "company_size")
"""Dimensions whose parts have an order of their own; the parts of the others are told by size."""
_CODE = re.compile(r"[A-Z]{2}")


def of_accounts(breakdowns: pl.DataFrame, accounts: pl.DataFrame, texts: Texts) -> list[Row]:
    """The rows of some accounts, ``platform, account_id``, with the largest parts of each dimension."""
    return list(_rows(breakdowns.join(accounts, on=["platform", "account_id"], how="semi"), texts, ON_A_CAMPAIGN))


def of_all(breakdowns: pl.DataFrame, texts: Texts) -> list[Row]:
    """The rows of every account of which something is told, those without a known account last."""
    return list(_rows(breakdowns, texts, ON_THE_PAGE))


def _rows(breakdowns: pl.DataFrame, texts: Texts, most: int) -> Iterator[Row]:
    """A row for each breakdown: whose audience, who they are, when, by what they are parted, and the parts."""
    sorted_rows = breakdowns.sort("platform", "account_name", *_KEY[1:], nulls_last=True)
    for _, parts in sorted_rows.group_by(_KEY, maintain_order=True):
        first = parts.row(0, named=True)
        whose = plain(first["account_name"] or first["account_id"] or texts("audience_of_nobody", file=first["source"]))
        size = first["size"]
        of_whom = texts.words["audience_kinds"][first["audience"]]
        yield {
            "account": f"{whose} ({texts.platform(first['platform'])})",
            "of_whom": of_whom if size is None else texts("audience_size", of_whom=of_whom, size=number(size)),
            "when": _when(first, texts),
            "by": texts.words["audience_dimensions"][first["dimension"]],
            "parts": _parts(parts, texts, most),
        }


def _when(row: Row, texts: Texts) -> str:
    if row["period_end"] is not None:
        return texts("ads_from_to", start=texts.day(row["period_start"]), end=texts.day(row["period_end"]))
    day = texts.day(row["read_on"])
    return day if row["audience"] == "followers" else texts("audience_days_unknown", day=day)


def _parts(parts: pl.DataFrame, texts: Texts, most: int) -> list[str]:
    """What is told of each part, and how many more there are."""
    rows = sorted(parts.iter_rows(named=True), key=_in_order)
    shown = rows if rows[0]["dimension"] in _IN_ORDER else rows[:most]
    told = [_part(row, texts) for row in shown]
    left = len(rows) - len(shown)
    return [*told, texts("audience_more", number=number(left))] if left else told


def _in_order(row: Row) -> tuple[bool, float, str]:
    """Bands by their first number, other parts by size; what is left over stands last."""
    part = row["part"] or ""
    if row["dimension"] in _IN_ORDER:
        first = re.match(r"\d+", part)
        return first is None, float(first[0]) if first else 0.0, part
    figure = row["share"] if row["share"] is not None else row["count"]
    return part == OTHERS or figure is None, -float(figure or 0), part


def _part(row: Row, texts: Texts) -> str:
    name = None if row["part"] is None else part_name(row["dimension"], row["part"], texts)
    if row["share"] is not None:
        figure = f"{number(round(row['share'] * 100, 4))}\u00a0%"
    elif row["count"] is not None:
        figure = number(row["count"])
    else:
        figure = f"{texts('not_known')}: {texts.told(row['unknown_because']) or ''}"
    return figure if name is None else f"{name}: {figure}"


def part_name(dimension: str, part: str, texts: Texts) -> str:
    """What a part is called in the page's language: a gender, a country by its code; any other as its source says."""
    words: Mapping[str, str] = texts.words["audience_parts"]
    if part == OTHERS:
        return words[OTHERS]
    if dimension in ("gender", "age_and_gender"):
        *before, gender = part.rpartition(", ")
        return "".join(before) + (words[gender] if gender in (WOMEN, MEN, OTHERS) else plain(gender))
    if dimension == "country" and _CODE.fullmatch(part):
        return _territories(texts.language).get(part, part)
    return plain(part)


@cache
def _territories(language: str) -> Mapping[str, str]:
    return dict(Locale.parse(language).territories)
