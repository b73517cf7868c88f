"""What the plan calls campaigns, activities, indicators and assets in the language of a page."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from warehouse.plan import fiscal
from warehouse.plan.model import Plan
from warehouse.publish.report.language import NO_NOUNS, Language, Nouns, day, words
from warehouse.publish.report.wording import one_line
from warehouse.texts import short_names

Tables = Mapping[str, pl.DataFrame]

_NAMED = {"campaign_id": "campaign_name", "activity_id": "activity_name", "indicator_id": "name"}
"""The columns of an id, and of the name beside it."""
_TITLE = 60
"""So many characters of a post's text are the name of its asset."""


def in_language(tables: Tables, plan: Plan, language: Language) -> Tables:
    """Published tables with the names that a plan has in a language; where it has none there, with those of before."""
    if language != "km":
        return tables
    names = {
        "campaign_id": {campaign.id: campaign.name_km for campaign in plan.campaigns if campaign.name_km},
        "activity_id": {activity.id: activity.name_km for activity in plan.activities if activity.name_km},
        "indicator_id": {indicator.id: indicator.name_km for indicator in plan.indicators if indicator.name_km},
    }
    return {table: _named(rows, names) for table, rows in tables.items()}


def asset_names(plan: Plan, campaign_id: str, language: str) -> dict[str, str]:
    """What a campaign's assets are called, by their ids; one without a name is not in it."""
    called = {
        asset.id: (asset.name_km if language == "km" else None) or asset.name
        for asset in plan.assets
        if asset.campaign == campaign_id
    }
    return {asset_id: name for asset_id, name in called.items() if name}


def asset_titles(plan: Plan, campaign_id: str, language: str, posts: pl.DataFrame) -> dict[str, str]:
    """What each of a campaign's assets is called, by its id: its name, else the text of its post with the most views.

    One without a name and without a text is called by the campaign's noun for assets and its place in the plan.
    ``posts`` are rows of ``post_totals``.
    """
    assets = [asset.id for asset in plan.assets if asset.campaign == campaign_id]
    if not assets:
        return {}
    of_assets = posts.drop_nulls("asset_id").sort("views", descending=True, nulls_last=True, maintain_order=True)
    first = of_assets.unique("asset_id", keep="first", maintain_order=True)
    titles = short_names([one_line(text) for text in first["text"]], _TITLE)
    called = dict(zip(first["asset_id"], titles, strict=True)) | asset_names(plan, campaign_id, language)
    nouns = asset_noun(plan, campaign_id, language)
    noun = nouns.get("one", nouns["other"]) if nouns else words(language)["page"]["asset"]
    return {asset_id: called.get(asset_id) or f"{noun} {place}" for place, asset_id in enumerate(assets, 1)}


def period_name(name: str, first_month: int, language: str) -> str:
    """What a period such as FY2024 or FY2024-Q4 is called: a quarter by its months, a year with them.

    Args:
        name: a period as published tables have it.
        first_month: the month in which fiscal years begin.
        language: one of :data:`warehouse.publish.report.language.LANGUAGES`.
    """
    span, sentence = fiscal.period(name, first_month), words(language)["sentence"]
    patterns = sentence["period"]
    is_of_one_year = span.start.year == span.end.year
    first = day(span.start, patterns["month" if is_of_one_year else "month_of_year"], sentence["locale"])
    told = str(patterns["span"].format(first=first, last=day(span.end, patterns["month_of_year"], sentence["locale"])))
    if "-Q" in name:
        return told
    year = name.removeprefix("FY")
    return str(patterns["calendar_year" if is_of_one_year else "year"].format(year=year, span=told))


def asset_noun(plan: Plan, campaign_id: str, language: str) -> Mapping[str, str] | None:
    """The plan's noun for a campaign's assets, in the plural forms ``one`` and ``other``; none where it has none."""
    campaign = next((campaign for campaign in plan.campaigns if campaign.id == campaign_id), None)
    if campaign is None:
        return None
    return _forms(campaign.asset_word, campaign.asset_word_plural, campaign.asset_word_km, language)


def youth(plan: Plan, language: str) -> str | None:
    """Whom the plan calls young, in a language; None where it does not say."""
    project = plan.project
    return (project.youth_km if language == "km" else None) or project.youth


def nouns(plan: Plan | None, campaign_id: str, language: str) -> Nouns:
    """The plan's nouns for a campaign's assets and events; none of what it has none for."""
    if plan is None:
        return NO_NOUNS
    campaign = next((campaign for campaign in plan.campaigns if campaign.id == campaign_id), None)
    if campaign is None:
        return NO_NOUNS
    event = _forms(campaign.event_word, campaign.event_word_plural, campaign.event_word_km, language)
    return Nouns(asset_noun(plan, campaign_id, language), event)


def _forms(word: str | None, plural: str | None, khmer: str | None, language: str) -> Mapping[str, str] | None:
    if language == "km":
        return {"other": khmer} if khmer else None
    return {"one": word, "other": plural or f"{word}s"} if word else None


def _named(rows: pl.DataFrame, names: Mapping[str, Mapping[str, str]]) -> pl.DataFrame:
    return rows.with_columns(
        pl.col(key).replace_strict(names[key], default=pl.col(name), return_dtype=pl.String).alias(name)
        for key, name in _NAMED.items()
        if names[key] and key in rows.columns and name in rows.columns
    )
