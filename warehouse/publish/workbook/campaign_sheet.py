"""A campaign on a sheet of its own, to read and to print: its figures, pages, pieces of content, quarters, top posts.

Every number is one of the published tables. A sheet is one page wide and has few rows, so that it prints on one or two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl
from xlsxwriter.worksheet import Worksheet

from warehouse.figures.tables import MART
from warehouse.measures import label
from warehouse.publish.document.telling import HEADLINES, marks
from warehouse.publish.most_viewed import most_viewed
from warehouse.publish.report.language import number, plain, words
from warehouse.publish.report.subject import posts_of
from warehouse.publish.report.wording import short
from warehouse.publish.workbook.sheets import HEAD, Looks, height, number_format, put, shown
from warehouse.readings.latest import IS_OUTREACH, day_at

Tables = Mapping[str, pl.DataFrame]
Row = Mapping[str, Any]

MOST = 30
"""The most campaigns with a sheet: nobody turns more of them over; the cover names what is left out."""
LONGEST_NAME = 31
"""Letters of a sheet's name, in units of UTF-16: Excel's limit."""
_PAGES, _PIECES, _QUARTERS, _POSTS = 15, 20, 8, 10
"""The most rows of each table: together they fit on two pages."""
_WIDTHS = (46, 22, 12, 12, 12, 12, 12, 20)
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f]")
_TEXT = 110

_FRAME: Mapping[str, Any] = {"bottom": 1, "bottom_color": "#D9D9D9"}


class _Section(NamedTuple):
    """A table of the sheet: its title, what stands above its first columns, its rows, and a line below it."""

    title: str
    heads: tuple[str, str, str]
    rows: Sequence[tuple[str, str, Any, Row]]  # name, beside it, third column, and the row with the figures
    below: str = ""


def has_figures(tables: Tables) -> bool:
    """Whether the tables have what campaigns are told by; those of a report that an older version froze may not."""
    return all(
        name in tables and {column.name for column in MART[name].columns} <= set(tables[name].columns)
        for name in ("campaign_totals", "account_totals", "asset_totals", "campaign_periods", "post_totals")
    )


def names_of(campaigns: Iterable[Row], taken: Iterable[str]) -> dict[str, str]:
    """The name of each campaign's sheet by its id: the campaign's, as Excel takes it, and no other sheet's.

    Args:
        campaigns: rows of ``campaign_totals``.
        taken: names of the workbook's other sheets.
    """
    used = {"history", *(name.casefold() for name in taken)}  # Excel keeps "History" for itself
    names: dict[str, str] = {}
    for row in campaigns:
        asked_for = " ".join(_NOT_IN_NAMES.sub(" ", plain(row["campaign_name"] or row["campaign_id"])).split())
        base = asked_for.strip("' ") or "campaign"
        name, twin = _cut(base, ""), 1
        while name.casefold() in used:
            twin += 1
            name = _cut(base, f" ({twin})")
        used.add(name.casefold())
        names[row["campaign_id"]] = name
    return names


def _cut(name: str, end: str) -> str:
    room = 2 * (LONGEST_NAME - len(end))
    return name.encode("utf-16-le")[:room].decode("utf-16-le", "ignore").strip("' ") + end


def write(sheet: Worksheet, looks: Looks, tables: Tables, campaign: Row) -> None:
    """The sheet of a campaign, by its row of ``campaign_totals``."""
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    title = looks.style(bold=True, font_size=18, font_color="#1F4E79")
    quiet = looks.style(font_color="#595959")
    sheet.set_row(0, 26)
    put(sheet, 0, 0, plain(campaign["campaign_name"] or campaign["campaign_id"]), title, title)
    put(sheet, 1, 0, f"{campaign.get('activity_id') or ''}  ·  as of {campaign['as_of']}".strip(" ·"), quiet, quiet)
    row = _figures(sheet, looks, campaign, 3)
    for section in _sections(tables, campaign["campaign_id"]):
        if section.rows:
            row = _write_section(sheet, looks, section, row + 1)
    note = looks.style(font_color="#595959", text_wrap=True)
    texts = (
        "≥ means at least: some posts or days are not known. ≈ means that a platform rounded the figure. An empty "
        "cell is not known, which is not 0.",
        "Accounts reached are different accounts. They are never added up: the true number lies between the two.",
    )
    for text in texts:
        row += 1
        sheet.set_row(row, height([(text, sum(_WIDTHS))]))
        sheet.merge_range(row, 0, row, len(_WIDTHS) - 1, "", note)
        put(sheet, row, 0, text, note, note)
    sheet.hide_gridlines(2)
    sheet.freeze_panes(2, 0)
    sheet.set_portrait()
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})


def _figures(sheet: Worksheet, looks: Looks, campaign: Row, row: int) -> int:
    """The campaign's own figures, each with how many posts know it; the row below them."""
    head = looks.style(**HEAD, text_wrap=True)
    heads = ("Figures", "", "Posts that know it")
    sheet.set_row(row, height(zip(heads, _WIDTHS, strict=False)))
    for place, title in enumerate(heads):
        put(sheet, row, place, title, head, head)
    bold, text = looks.style(bold=True, **_FRAME), looks.style(text_wrap=True, **_FRAME)
    put(sheet, row + 1, 0, label("posts", "en"), text, text)
    put(sheet, row + 1, 1, campaign["posts"], looks.style(number_format(0), bold=True, **_FRAME), text)
    row += 1
    for metric in HEADLINES:
        row += 1
        put(sheet, row, 0, label(metric, "en"), text, text)
        put(sheet, row, 1, *_number(looks, campaign, metric, bold=True), text)
        knowing = f"{number(campaign[f'{metric}_known'])} of {number(campaign['posts'])}"
        put(sheet, row, 2, knowing, text, looks.style(align="right", **_FRAME))
    row += 1
    put(sheet, row, 0, str(words("en")["page"]["reach"]), text, text)
    put(sheet, row, 1, reach_of(campaign), bold, looks.style(bold=True, align="right", **_FRAME))
    return row + 1


def _sections(tables: Tables, campaign_id: str) -> Iterable[_Section]:
    is_here = pl.col("campaign_id") == campaign_id
    accounts = _ranked(tables["account_totals"].filter(is_here & (pl.col("posts") > 0)), "account_name")
    yield _Section(
        "Pages", ("Page", "Platform", "Posts"),
        [(row["account_name"] or row["account_id"] or "–", row["platform"], row["posts"], row)
         for row in accounts[:_PAGES]],
        _left_out(len(accounts), _PAGES, "account_totals"),
    )  # fmt: skip
    assets = _ranked(tables["asset_totals"].filter(is_here & (pl.col("posts") > 0)), "asset_id")
    yield _Section(
        "Videos and other pieces of content", ("Name", "Stage", "Posts"),
        [(row.get("asset_name") or row["asset_id"], row["stage"] or "", row["posts"], row)
         for row in assets[:_PIECES]],
        _left_out(len(assets), _PIECES, "asset_totals"),
    )  # fmt: skip
    periods = tables["campaign_periods"].filter(is_here & pl.col("period").str.contains("-Q", literal=True))
    has_gains = pl.any_horizontal(pl.col(metric).is_not_null() for metric in HEADLINES)
    quarters = periods.filter(has_gains).sort("period_start").tail(_QUARTERS)
    yield _Section(
        "What was gained in each quarter", ("Quarter", "Days", "Posts"),
        [(row["period"] + ("" if row["is_over"] else " (not over)"), f"{row['period_start']} to {row['period_end']}",
          row["posts"], row) for row in quarters.iter_rows(named=True)],
    )  # fmt: skip
    zone = tables["about"]["timezone"].item()
    online = posts_of(tables["post_totals"], campaign_id).filter(~IS_OUTREACH)
    top = most_viewed(online, _POSTS, "views", "likes")
    yield _Section(
        "Posts with the most views", ("Post", "Page", "Published"),
        [(short(row["text"], _TEXT) or "(no text)", row["account_name"] or row["platform"],
          row["published_at"] and day_at(row["published_at"], zone), row) for row in top.iter_rows(named=True)],
        _left_out(online.height, _POSTS, "post_totals"),
    )  # fmt: skip


def _ranked(rows: pl.DataFrame, name: str) -> list[Row]:
    return list(
        rows.sort("views", "likes", name, descending=[True, True, False], nulls_last=True).iter_rows(named=True)
    )


def _left_out(rows: int, shown_of_them: int, table: str) -> str:
    return f"… and {number(rows - shown_of_them)} more: reach.xlsx has all in {table}." if rows > shown_of_them else ""


def _write_section(sheet: Worksheet, looks: Looks, section: _Section, row: int) -> int:
    """A table with its title, from a row on; the row below it."""
    title, head = looks.style(bold=True, font_size=13, font_color="#1F4E79"), looks.style(**HEAD, text_wrap=True)
    text, last = looks.style(text_wrap=True, **_FRAME), looks.style(text_wrap=True, align="right", **_FRAME)
    sheet.set_row(row, 20)
    put(sheet, row, 0, section.title, title, title)
    row += 1
    heads = (*section.heads, *(label(metric, "en") for metric in HEADLINES), str(words("en")["page"]["reach"]))
    sheet.set_row(row, height(zip(heads, _WIDTHS, strict=True)))
    for place, told in enumerate(heads):
        put(sheet, row, place, told, head, head)
    for name, beside, third, figures in section.rows:
        row += 1
        name, beside = shown(plain(name)), shown(plain(beside))
        sheet.set_row(row, height([(name, _WIDTHS[0]), (beside, _WIDTHS[1]), (reach_of(figures), _WIDTHS[-1])]))
        for place in range(len(_WIDTHS)):  # its line, where nothing is known
            sheet.write_blank(row, place, None, text)
        put(sheet, row, 0, name, text, text)
        put(sheet, row, 1, beside, text, text)
        put(sheet, row, 2, third, looks.style(number_format(0) if isinstance(third, int) else "yyyy-mm-dd", **_FRAME),
            text)  # fmt: skip
        for place, metric in enumerate(HEADLINES, 3):
            put(sheet, row, place, *_number(looks, figures, metric), text)
        put(sheet, row, len(_WIDTHS) - 1, reach_of(figures), last, last)
    if section.below:
        row += 1
        put(sheet, row, 0, section.below, text, looks.style(font_color="#595959"))
    return row + 1


def _number(looks: Looks, row: Row, metric: str, **properties: Any) -> tuple[Any, Any]:
    """A figure and its format, in which its marks stand: the cell holds the number."""
    return row[metric], looks.style(number_format(row[metric] or 0, marks(row, metric)), **_FRAME, **properties)


def reach_of(row: Row) -> str:
    """The accounts reached of a row, as the bounds that they lie between; of a post the one number."""
    if "reach_at_least" not in row:
        return number(row["reach"]) if row["reach"] is not None else ""
    least, most = row["reach_at_least"], row["reach_at_most"]
    if least is None:
        return "" if most is None else f"at most {number(most)}"
    if most is None:
        return f"at least {number(least)}"
    return number(least) if least == most else f"{number(least)} to {number(most)}"
