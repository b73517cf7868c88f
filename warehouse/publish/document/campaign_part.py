"""A campaign's part of the document: its figures, three to five pictures, and the posts with the most views."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from connectors.contract import OUTREACH_KINDS
from warehouse.plan.model import Plan
from warehouse.publish.document.blocks import Block, Cell, Heading, Paragraph, Photo, Picture, Table
from warehouse.publish.document.telling import HEADLINES, Telling
from warehouse.publish.most_viewed import most_viewed
from warehouse.publish.report import attendances, campaign_charts, spent_on_ads, visits_by_links
from warehouse.publish.report.charts import PAPER, Drawing
from warehouse.publish.report.language import plain
from warehouse.publish.report.plan_names import asset_titles, youth
from warehouse.publish.report.subject import posts_of
from warehouse.publish.report.wording import link, short
from warehouse.publish.thumbnails import Thumbnails
from warehouse.readings.latest import IS_OUTREACH

Tables = Mapping[str, pl.DataFrame]
Row = Mapping[str, Any]

_TOP = 10


def posts_of_campaign(tables: Tables, campaign_id: str) -> pl.DataFrame:
    """The rows of ``post_totals`` that count in a campaign."""
    return posts_of(tables["post_totals"], campaign_id)


def campaign(telling: Telling, tables: Tables, plan: Plan, row: Row, thumbnails: Thumbnails) -> Iterator[Block]:
    """The blocks of a campaign, by its row of ``campaign_totals``."""
    campaign_id = row["campaign_id"]
    yield Heading(1, plain(row["campaign_name"]))
    posts = posts_of_campaign(tables, campaign_id)
    online = posts.filter(~IS_OUTREACH)
    if row["posts"]:
        yield telling.figures(row)
    elif not row["outreach"] and not row.get("events"):
        yield Paragraph(telling("no_posts"))
    rows = campaign_charts.rows_of(tables, row, posts)
    titles = asset_titles(plan, campaign_id, telling.language, posts)
    for drawing in campaign_charts.of_campaign(rows, titles, telling.captions, PAPER):
        yield from picture(drawing)
    yield from _top_posts(telling, online, thumbnails, titles)
    events = attendances.of_posts(posts)
    names = ((attendances.event_name(telling.texts, event), link(event["url"]), event) for event in events)
    yield from attendance(telling, telling.texts("event"), names, row, plan)
    outreach = posts.filter(IS_OUTREACH)
    if events:
        outreach = outreach.filter(pl.col("events").is_null())
    if outreach.height:
        yield from _outreach(telling, outreach)
    yield from _visits_by_links(telling, tables, campaign_id)
    yield from _spent_on_ads(telling, tables, campaign_id)


def attendance(
    telling: Telling, head: str, rows: Iterable[tuple[str, str | None, Row]], totals: Row, plan: Plan
) -> Iterator[Block]:
    """The events of parts of a total and who took part in them, where there are some.

    Args:
        head: what the parts are.
        rows: the name of each part, where it leads, and its row.
    """
    table = attendances.attendance_table(telling.texts, rows, totals, youth(plan, telling.language))
    if table is None:
        return
    cells = [[Cell(plain(name), href=href), *map(Cell, numbers)] for name, href, numbers in table.rows]
    if table.together:
        cells.append([Cell(telling.texts("together")), *map(Cell, table.together)])
    count = len(table.heads)
    widths = (100 - 10 * count, *(10 for _ in table.heads))
    yield Table(telling.texts("attendances"), [head, *table.heads], cells, widths, frozenset(range(1, count + 1)))
    yield from _aside(table.notes)


def picture(drawing: Drawing) -> Iterator[Block]:
    """A chart, and what has to be known of it."""
    yield Picture(drawing.title, drawing.alt, drawing.spec)
    yield from _aside(drawing.notes)


def _aside(lines: Sequence[str]) -> Iterator[Block]:
    """Sentences below a picture or table, where there are some."""
    if lines:
        yield Paragraph(" ".join(lines), is_quiet=True)


def _top_posts(
    telling: Telling, posts: pl.DataFrame, thumbnails: Thumbnails, titles: Mapping[str, str]
) -> Iterator[Block]:
    """The posts with the most views, a row each; beside their pictures where one of them has one."""
    top = most_viewed(posts, _TOP, "views", "likes")
    if top.is_empty():
        return
    rows = [
        [
            Cell(short(row["text"], 110) or telling.captions("no_text"), href=link(row["url"])),
            Cell(plain(row["account_name"] or telling.texts.platform(row["platform"]))),
            Cell((row["published_at"] and str(telling.date_of(row["published_at"]))) or ""),
            *(Cell(telling.captions.told(row, metric)) for metric in HEADLINES),
        ]
        for row in top.iter_rows(named=True)
    ]
    heads = [
        telling("text"),
        telling("page"),
        telling("published"),
        *(telling.texts.metric(metric) for metric in HEADLINES),
    ]
    title = next((f"top_posts_{metric}" for metric in ("views", "likes") if top[metric].is_not_null().any()), "posts")
    photos = [_photo(telling, row, thumbnails, titles) for row in top.iter_rows(named=True)]
    if any(photos):
        with_photos = [[Cell("", photo=photo), *row] for photo, row in zip(photos, rows, strict=True)]
        heads = [telling("picture"), *heads]
        yield Table(telling(title), heads, with_photos, (15, 25, 14, 12, 9, 9, 9, 7), frozenset({4, 5, 6, 7}))
    else:
        yield Table(telling(title), heads, rows, (34, 18, 12, 9, 10, 9, 8), frozenset({3, 4, 5, 6}))
    yield from _aside(telling.captions.marks(cell.text for row in rows for cell in row[3:]))


def _photo(telling: Telling, row: Row, thumbnails: Thumbnails, titles: Mapping[str, str]) -> Photo | None:
    """A post's picture, told by the name of its asset, else by the post's text."""
    thumbnail = thumbnails.of_post(row["platform"], row["post_id"], row["asset_id"])
    alt = titles.get(row["asset_id"]) or short(row["text"], 110) or telling.captions("no_text")
    return thumbnail and Photo(thumbnail.content, alt)


def _outreach(telling: Telling, outreach: pl.DataFrame) -> Iterator[Block]:
    """What was on air, in print or on site: a row each, the newest last."""
    rows = [
        [
            Cell(telling.texts.kind(row["kind"] if row["kind"] in OUTREACH_KINDS else "other")),
            Cell(short(row["text"], 110) or telling.captions("no_text"), href=link(row["url"])),
            Cell(plain(row["account_name"] or "–")),
            Cell((row["published_at"] and str(telling.date_of(row["published_at"]))) or ""),
        ]
        for row in outreach.sort("published_at", "text", nulls_last=True).iter_rows(named=True)
    ]
    heads = [telling.texts(word) for word in ("kind", "text", "account", "published")]
    yield Table(telling("outreach"), heads, rows, (14, 50, 22, 14))


def _visits_by_links(telling: Telling, tables: Tables, campaign_id: str) -> Iterator[Block]:
    """The visits that links with the campaign's tags made: the sentences, and a row a place where links stood."""
    visits = visits_by_links.of_campaign(tables, campaign_id, telling.texts)
    columns = ("where", "site", "tag", "visits")
    heads = [telling.texts(f"visits_{word}") for word in ("where", "site", "tag", "count")]
    rows = [[row[column] for column in columns] for row in visits["rows"]] if visits else []
    yield from _told(telling.texts("visits_by_links"), visits, heads, rows, (34, 26, 26, 14), 3)


def _spent_on_ads(telling: Telling, tables: Tables, campaign_id: str) -> Iterator[Block]:
    """What a campaign's ads cost: the sentences, and a row for each campaign of ads."""
    ads = spent_on_ads.of_campaign(tables, campaign_id, telling.texts)
    columns = ("name", "platform", "days", "spent")
    heads = [telling.texts(f"ads_{word}") for word in ("name", "where", "days", "money")]
    heads += [telling.texts.metric(count) for count in spent_on_ads.COUNTS]
    rows = [[*(row[column] for column in columns), *row["counts"]] for row in ads["rows"]] if ads else []
    yield from _told(telling.texts("ads"), ads, heads, rows, (24, 14, 20, 12, 10, 10, 10), 3)
    if rows:
        yield from _aside([telling.texts("ads_apart")])


def _told(
    title: str, told: Row | None, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int], texts: int
) -> Iterator[Block]:
    """Sentences below the table of what they are about, whose first so many columns are texts; nothing without any."""
    if told is None:
        return
    sentences = " ".join(told["sentences"])
    if not rows:
        yield Paragraph(sentences, lead=title)
        return
    cells = [[*map(Cell, row)] for row in rows]
    yield Table(title, list(heads), cells, tuple(widths), frozenset(range(texts, len(heads))))
    yield Paragraph(sentences)
