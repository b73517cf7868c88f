"""The pages of figures: the overview, an activity, a campaign, and what a campaign's figures are made of."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

import polars as pl

from connectors.contract import HEADLINES, METRICS
from warehouse.evidence.differences import exact
from warehouse.publish.report import (
    audiences_told,
    before_you_report,
    beside_past,
    campaign_charts,
    charts,
    month_chart,
    quarter_chart,
    sentence,
    spent_on_ads,
    visits_by_links,
)  # fmt: skip
from warehouse.publish.report.attendances import event_name
from warehouse.publish.report.contents import Row
from warehouse.publish.report.language import LANGUAGES, number
from warehouse.publish.report.page_book import Book, file_name
from warehouse.publish.report.wording import link, short
from warehouse.publish.thumbnails import Thumbnail

_ACCOUNT = {"platform": pl.String, "account_id": pl.String}
PICTURES = "pictures"
"""The folder of the report in which thumbnails lie."""


def overview(book: Book) -> Row:
    """The project: its totals, its targets, and every campaign below its activity."""
    groups = []
    for activity in book.tables["activity_totals"].iter_rows(named=True):
        name = file_name("activity", activity["activity_id"])
        campaigns = [c for c in book.campaigns if c["activity_id"] == activity["activity_id"]]
        groups.append(
            {"id": activity["activity_id"], "name": activity["activity_name"], "href": quote(name),
             "rows": [_of_campaign(book, c) for c in campaigns]}
        )  # fmt: skip
    totals = book.tables["project_totals"].row(0, named=True)
    rows = [
        {**row, "name": f"{row['activity_id']} {row['activity_name']}",
         "href": quote(file_name("activity", row["activity_id"]))}
        for row in book.tables["activity_totals"].iter_rows(named=True)
    ]  # fmt: skip
    parts = [row for row in rows if _has_figures(row)]
    return {
        "sentence": sentence.of_project(book.tables, book.language, book.day.platforms),
        "months": month_chart.drawing(book.contents.gains, book.campaigns, book.captions, charts.PAGE),
        **_quarters(book, totals, "project_periods"),
        "totals": totals, "shown": book.shown, "told": HEADLINES, "href": lambda metric: "#parts",
        "indicators": book.indicators,
        "attendances": book.attendances(((one["name"], one["href"], one) for one in rows), totals),
        "activities": groups, "why": _href, "parts": _parts(book, "activity", parts, totals),
        "ads": spent_on_ads.of_no_campaign(book.tables, book.texts), "footnotes": book.footnotes(totals),
    }  # fmt: skip


def activity(book: Book, activity: Row) -> Row:
    """An activity, by its row of ``activity_totals``: totals, targets, campaigns, and how these add up."""
    campaigns = [_of_campaign(book, c) for c in book.campaigns if c["activity_id"] == activity["activity_id"]]
    rows = [
        row | {"name": row["campaign_name"], "href": quote(file_name("campaign", row["campaign_id"]))}
        for row in campaigns
    ]  # fmt: skip
    parts = [row for row in rows if _has_figures(row)]
    return {
        "sentence": sentence.of_activity(
            book.tables, activity["activity_id"], book.language, book.day.platforms
        ),
        "activity": activity, "totals": activity, "shown": book.shown, "told": HEADLINES,
        "rows": campaigns, "why": _href,
        **_quarters(book, activity, "activity_periods", activity_id=activity["activity_id"]),
        "href": (lambda metric: "#parts") if campaigns else None,
        "indicators": [i for i in book.indicators if i["activity"] == activity["activity_id"]],
        "attendances": book.attendances(((one["name"], one["href"], one) for one in rows), activity),
        "visits": visits_by_links.of_activity(book.tables, activity["activity_id"], book.texts),
        "parts": _parts(book, "campaign", parts, activity), "footnotes": book.footnotes(activity),
    }  # fmt: skip


def campaign(book: Book, campaign: Row) -> Row:
    """A campaign, by its row of ``campaign_totals``: what to look at first, what to say, and every total of it."""
    campaign_id = campaign["campaign_id"]
    told = book.contents.campaigns[campaign_id]
    activity = next(row for row in book.activities if row["activity_id"] == campaign["activity_id"])
    accounts = _rows(
        book, "account_totals", campaign_id, ("account_name", "organisation"), platform="platform", account="account_id"
    )
    platforms = _rows(book, "platform_totals", campaign_id, ("platform",), platform="platform")
    stages = _rows(book, "stage_totals", campaign_id, ("stage", "assets"), stage="stage")
    for row in stages:
        if row["counted"] is not None:
            row["heads"][1]["text"] = number(row["counted"])
    names = book.asset_titles(campaign_id)
    assets = _rows(book, "asset_totals", campaign_id, ("asset_id", "stage"), asset="asset_id")
    for row in assets:
        row["heads"][0] = {
            "text": names.get(row["asset_id"], row["asset_id"]),
            "href": quote(asset_file(campaign_id, row["asset_id"])),
        }
    return {
        "campaign": campaign, "activity": f"{activity['activity_id']} {activity['activity_name']}",
        "activity_href": quote(file_name("activity", activity["activity_id"])),
        "checks": before_you_report.of_campaign(told.cases, book.contacts.by_organisation, book.texts),
        "sentences": [
            {"language": language, "text": told.sentences[language]}
            for language in (book.language, *(other for other in LANGUAGES if other != book.language))
        ],
        "shown": book.shown, "told": HEADLINES, "href": book.why_of(campaign_id), "why": _href,
        "posts_href": book.posts_of(campaign_id),
        "charts": list(campaign_charts.of_campaign(told.charts, names, book.captions, charts.PAGE)),
        "platforms": platforms, "accounts": accounts, "stages": sorted(stages, key=lambda row: row["step"]),
        "assets": assets,
        "visits": visits_by_links.of_campaign(book.tables, campaign_id, book.texts),
        "ads": spent_on_ads.of_campaign(book.tables, campaign_id, book.texts),
        "audiences": audiences_told.of_accounts(
            book.tables["audience_breakdowns"], pl.DataFrame(accounts, schema=_ACCOUNT), book.texts
        ),
        "attendances": book.attendances(
            ((event_name(book.texts, event), link(event["url"]), event) for event in told.events), campaign
        ),
        "top": _top(book, told.top), "footnotes": book.footnotes(campaign),
    }  # fmt: skip


def asset(book: Book, campaign: Row, asset: Row) -> Row:
    """An asset of a campaign, by their rows of ``asset_totals`` and ``campaign_totals``: its totals and its posts."""
    campaign_id, asset_id = campaign["campaign_id"], asset["asset_id"]
    return {
        "campaign": campaign, "campaign_href": quote(file_name("campaign", campaign_id)), "asset": asset,
        "asset_title": book.asset_titles(campaign_id).get(asset_id, asset_id),
        "stage": book.texts.stage(asset["stage"]) if asset["stage"] else None,
        "picture": _picture(book.contents.thumbnails.of_asset(asset_id)),
        "shown": book.shown, "href": book.why_of(campaign_id, asset=asset_id),
        "charts": list(campaign_charts.growth(
            book.contents.days_by_asset.get((campaign_id, asset_id), ()), asset["views"], book.captions, charts.PAGE
        )),
        "posts": _top(book, book.contents.posts_of_assets.get((campaign_id, asset_id), ())),
        "footnotes": book.footnotes(asset),
    }  # fmt: skip


def asset_file(campaign_id: str, asset_id: str) -> str:
    """The file of an asset's page: an asset's id is of its campaign, another one may have the same."""
    return file_name("asset", f"{campaign_id}/{asset_id}")


def why(book: Book, campaign: Row) -> Row:
    """What a campaign's figures are made of, by its row of ``campaign_totals``."""
    campaign_id = campaign["campaign_id"]
    told, reach_text = book.contents.campaigns[campaign_id], book.reach(campaign) or book.texts("not_known")
    return {
        "campaign": campaign, "back": quote(file_name("campaign", campaign_id)),
        "evidence": book.evidence[campaign_id].data(
            campaign, told.shown, reach_text, book.texts, book.asset_titles(campaign_id)
        ),
        "shared": told.evidence,
    }  # fmt: skip


def _quarters(book: Book, totals: Row, table: str, **key: str) -> Row:
    """What an activity or the project gained by quarter; where nothing can be compared, a sentence that says so."""
    periods = quarter_chart.rows_of(book.tables[table], **key)
    drawing = quarter_chart.drawing(periods, book.day.as_of, book.captions, charts.PAGE)
    return {
        "quarters": drawing,
        "quarters_none": "" if drawing or not totals["posts"] else book.captions("quarters_none"),
    }


def _of_campaign(book: Book, campaign: Row) -> Row:
    name = quote(file_name("campaign", campaign["campaign_id"]))
    return campaign | {
        "key": campaign["campaign_id"],
        "heads": [{"text": campaign["campaign_name"], "href": name}],
        "posts_href": book.posts_of(campaign["campaign_id"]),
        "why": book.why_of(campaign["campaign_id"]),
    }


def _has_figures(row: Row) -> bool:
    return bool(row["posts"] or row["outreach"] or row["visits"] is not None)


def _parts(book: Book, head: str, rows: list[Row], totals: Row) -> Row:
    """What a total is made of; a last row takes off what counts in two parts, so that the rows add up to it."""
    correction: Row = {"name": book.texts("counted_twice"), "href": None, "is_correction": True}
    also = [name for name in ("posts", "outreach", "visits") if totals[name]]
    shown = [*book.shown, *also]
    for metric in shown:
        values = [row[metric] for row in rows if row[metric] is not None]
        correction[metric] = None if totals[metric] is None else exact(totals[metric] - sum(values))
    parts = [row | {"is_correction": False} for row in rows]
    return {
        "head": head, "shown": shown, "rows": [*parts, correction] if any(correction[m] for m in shown) else parts,
    }  # fmt: skip


def _rows(book: Book, table: str, campaign_id: str, heads: Sequence[str], **filters: str) -> list[Row]:
    """A campaign's rows of a table of totals, the most views first, with their first cells and links."""
    rows = []
    for row in book.contents.groups[table].get(campaign_id, ()):
        cells = [{"text": _cell(book, head, row), "href": None} for head in heads]
        only = {name: row[column] for name, column in filters.items()}
        key = ":".join(value or "" for value in only.values())
        href = book.why_of(campaign_id, **only)
        listed = href("views")
        if "platform" in only:
            listed = book.posts_of(
                campaign_id, platform=book.texts.platform(row["platform"]), account=row.get("account_name")
            )
        rows.append(row | {"key": key, "heads": cells, "why": href, "posts_href": listed})
    return rows


def _cell(book: Book, head: str, row: Row) -> str:
    value = row[head]
    if head == "platform":
        return book.texts.platform(value)
    if head == "stage" and value:
        return book.texts.stage(value)
    if head == "account_name":
        return book.texts.account(row)
    return number(value) if isinstance(value, int) else str(value or "–")


_OF_ONE_POST = tuple(metric.name for metric in METRICS if not metric.is_additive)
"""What a post alone has: no total of several adds it up."""


def _top(book: Book, posts: Sequence[Row]) -> list[Row]:
    return [
        {
            "id": f"{row['platform']}:{row['post_id']}", "text": short(row["text"], 280), "url": link(row["url"]),
            "picture": _picture(book.contents.thumbnails.of_post(row["platform"], row["post_id"], row["asset_id"])),
            "who": ", ".join(
                part for part in (
                    book.texts.platform(row["platform"]), row["account_name"],
                    row["published_at"] and book.texts.day_of(row["published_at"]),
                    row["gone_since"] and book.texts("gone_since", day=book.texts.day(row["gone_since"])),
                ) if part
            ),
            "figures": [
                f"{book.texts.metric(metric)}: {book.amount(metric, row[metric])}"
                for metric in (*book.shown, *_OF_ONE_POST) if row[metric] is not None
            ],
            "beside_past": _beside_past(book, row),
        }
        for row in posts
    ]  # fmt: skip


def _beside_past(book: Book, row: Row) -> str | None:
    """A post beside its page's past; None where too little of that is known."""
    told = book.contents.beside_past.get((row["platform"], row["post_id"]))
    return beside_past.sentence(told, book.texts) if told else None


def _picture(thumbnail: Thumbnail | None) -> str | None:
    """Where a picture lies, from the folder of the report on."""
    return thumbnail and f"{PICTURES}/{thumbnail.name}"


def _href(row: Row, metric: str) -> str | None:
    """Where a row's figure is explained."""
    href: str | None = row["why"](metric)
    return href
