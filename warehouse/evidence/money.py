"""The rows behind what a campaign's ads cost, and why each of the others does not count.

docs/rules.md: Money is counted once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from warehouse.day import Day
from warehouse.evidence.lines import LINES, MONEY, FigureEvidence, sum_of_lines, with_sources
from warehouse.figure_words import NoSuchFigure
from warehouse.figures import spend

_LEVELS = ("campaigns of ads", "groups of ads", "ads")


def of_spend(day: Day, campaign_id: str, currency: str | None) -> FigureEvidence:
    """What a campaign's ads cost in a currency, in millionths of it; without one in the only one that its money has.

    Raises:
        NoSuchFigure: its money is of several currencies, which are never added, or none of it is of this one.
    """
    mine = [ads for ads in spend.campaigns_of_ads(day) if ads.campaign == campaign_id]
    currencies = sorted({ads.currency or "" for ads in mine})
    if currency is None and len(currencies) > 1:
        ways = " or ".join(f"{MONEY}:{one}" if one else f"{MONEY}:" for one in currencies)
        raise NoSuchFigure(f"{campaign_id} has money of several currencies, which is never added: write {ways}.")
    if currency is not None and currency.upper() not in currencies:
        there = ", ".join(one or "no currency" for one in currencies) or "none"
        raise NoSuchFigure(f"{campaign_id} has no money of {currency.upper()}; it has: {there}.")
    wanted = currency.upper() if currency is not None else "".join(currencies)
    rows = [row for ads in mine if (ads.currency or "") == wanted for row in _lines(ads)]
    metric = f"{MONEY}:{wanted}" if wanted else MONEY
    lines = pl.DataFrame(
        [{"campaign_id": campaign_id, "metric": metric} | row for row in rows], schema=LINES, infer_schema_length=None
    )
    full = with_sources(day, lines.drop("connector", "grade", "path", "sha256")).sort(
        "platform", "text", "period_start", "load_id", "row", nulls_last=True
    )
    return FigureEvidence(campaign_id, metric, day.as_of, sum_of_lines(full), full)


def _lines(ads: spend.Ads) -> Iterator[dict[str, Any]]:
    """A line for each row of a report; its value is null where it does not count."""
    counting = {
        (*part, span.load_id, span.start, span.end) for part, spans in ads.cost.counting.items() for span in spans
    }
    level = next((spend.level_of(part) for part in ads.cost.counting), None)
    ranges = {(start, end) for *_, start, end in counting}
    for row in ads.rows.iter_rows(named=True):
        part = (row["ad_set"], row["ad"])
        start, end = row["period_start"], row["period_end"]
        name = ", ".join(dict.fromkeys(filter(None, (row["called"], *part))))
        if row["split_by"]:
            note, value = f"{name}: not known of the whole, parted by {row['split_by']} ({row['part']})", None
        elif level is not None and spend.level_of(part) != level:
            note, value = f"{name}: not counted, the reports by {_LEVELS[level]} tell the same money", None
        elif (*part, row["load_id"], start, end) in counting:
            is_known = ads.cost.sums[0] is not None
            note, value = (name, row["spend_millionths"]) if is_known else (f"{name}: not known of all", None)
        elif (start, end) in ranges:
            note, value = f"{name}: not counted, another report tells the same days", None
        else:
            note, value = f"{name}: not counted, its days overlap those that count", None
        yield {
            "platform": row["platform"], "text": row["called"], "account_name": row["ad_account"], "value": value,
            "observed_at": row["observed_at"], "period_start": start, "period_end": end, "note": note,
            "load_id": row["load_id"], "row": row["row"],
        }  # fmt: skip
