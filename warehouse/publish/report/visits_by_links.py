"""Visits that links with tags made, as pages tell them: sentences, and a row for each place where links stood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from warehouse.publish.report.language import number, plain
from warehouse.publish.report.wording import Texts

Row = dict[str, Any]


def of_campaign(tables: Mapping[str, pl.DataFrame], campaign_id: str, texts: Texts) -> Row | None:
    """A campaign's visits: ``sentences``, and ``rows`` by source and medium; None where there is nothing to tell."""
    return _told(tables, "campaign_visits", campaign_id, texts)


def of_activity(tables: Mapping[str, pl.DataFrame], activity_id: str, texts: Texts) -> Row | None:
    """The same of an activity, in which a tag of two campaigns counts once."""
    return _told(tables, "activity_visits", activity_id, texts)


def _told(tables: Mapping[str, pl.DataFrame], table: str, key_value: str, texts: Texts) -> Row | None:
    key = tables[table].columns[0]
    sites = tables[table].filter(pl.col(key) == key_value)
    if sites.is_empty():
        return None
    parts = tables["tagged_visits"].filter(pl.col(f"{key}s").str.split(";").list.contains(key_value))
    rows = [
        {"where": " / ".join(plain(part) for part in (row["source"], row["medium"]) if part) or texts("not_known"),
         "site": plain(row["account_id"] or texts("not_known")), "tag": plain(row["tag"]),
         "visits": texts("not_known") if row["visits"] is None else number(row["visits"])}
        for row in parts.sort("visits", "source", "medium", "tag", descending=[True, False, False, False],
                              nulls_last=True).iter_rows(named=True)
    ]  # fmt: skip
    sentences = [told for site in sites.iter_rows(named=True) for told in _sentences(site, texts)]
    return {"sentences": [*sentences, texts("visits_apart")], "rows": rows}


def _sentences(site: Row, texts: Texts) -> Iterator[str]:
    days = {"start": texts.day(site["period_start"]), "end": texts.day(site["period_end"])}
    name = plain(site["account_id"] or texts("not_known"))
    if site["visits"] is None:
        yield texts("visits_unknown", site=name, **days)
    else:
        yield texts("visits_by_links_says", site=name, visits=number(site["visits"]), days=number(site["days"]), **days)
    if site["untagged"]:
        yield texts("visits_untagged", visits=number(site["untagged"]))
    if site["caution"]:
        cautions = "; ".join(texts.told(one) or one for one in site["caution"].split("; "))
        yield texts("visits_caution", why=cautions)
