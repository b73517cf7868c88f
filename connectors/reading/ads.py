"""Reports of ads: what was spent on campaigns of ads, their groups or single ads, over days or a range of days.

docs/rules.md: Money is counted once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache, partial
from typing import Any, NamedTuple

import polars as pl

from connectors.advertising import AD_COUNTS
from connectors.contract import Extract, Raw, Refused
from connectors.reading import files, posts
from connectors.reading.damage import intact_ids
from connectors.reading.dates import moments, moments_of_file
from connectors.reading.decimal_marks import Written, decimal_mark
from connectors.reading.extracts import extract, read_each
from connectors.reading.files import Rows, Table
from connectors.reading.headers import LINES, header_key, layouts_of, values_of
from connectors.reading.layouts import Layout, MatchedTable, matched_table
from connectors.reading.numbers import milliseconds
from connectors.reading.numbers import parse_counts as counts_of
from connectors.reading.observed import observed
from connectors.reading.posts import Covered
from connectors.settings import ConnectorSettings, DateOrder

NEEDS = ("spend", "ad_campaign|ad_campaign_id")
"""The columns without which a report of ads cannot be counted."""
SPLITS = ("age", "gender", "country", "region", "platform_shown", "placement", "device", "hour")
"""Columns by which a report parts the same figures further."""
_NAMES = ("ad_account", "ad_campaign", "ad_campaign_id", "ad_set", "ad", "post")
_DAYS = ("date", "period_start", "period_end")
_LEVELS = ("ad_campaign", "ad_set", "ad")
_SAME_MONEY = ["ad_account", "ad_campaign", "ad_campaign_id", "ad_set", "ad", "split_by", "part", "period_start",
               "period_end", "currency", "spend_millionths"]  # fmt: skip
_MILLIONTHS = 1_000_000
_SIGNS = {
    "US$": "USD", "€": "EUR", "£": "GBP", "៛": "KHR", "R$": "BRL", "₫": "VND", "đ": "VND", "₱": "PHP", "฿": "THB",
    "₹": "INR", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "S$": "SGD", "HK$": "HKD", "NT$": "TWD",
    "₩": "KRW", "Rp": "IDR", "RM": "MYR",
}  # fmt: skip
"""What one currency alone is written as."""
_MONEY = r"[A-Z]{3}|[A-Z]{0,2}\$|[€£¥₫đ៛₱฿₹₩]|Rp|RM|kr"
_CURRENCY = re.compile(rf"\s*[(（\[]\s*({_MONEY})\s*[)）\]]\s*$")
_SIGN = rf"(^|[-+(\s])(?:{_MONEY})\s*|\s*(?:{_MONEY})(\)?\s*)$"
_IN_BRACKETS = r"^\s*\(\s*([\d.,' ]+)\)\s*$"
_BETWEEN = re.compile(r"\s+(?:-|–|—|to)\s+|\s*[~～〜]\s*")
_BEFORE_DAYS = re.compile(r"^[^\d:：]{1,40}[:：]\s*")
_IN_NAME = re.compile(
    r"(?P<a>[A-Z][a-z]{2}-\d{1,2}-\d{4})[-_ ](?:to[-_ ])?(?P<b>[A-Z][a-z]{2}-\d{1,2}-\d{4})"
    r"|(?P<c>\d{4}-?\d{2}-?\d{2})[-_ ]+(?:to[-_ ]+)?(?P<d>\d{4}-?\d{2}-?\d{2})"
)
_SUM = (
    "(?:grand )?totals?|totale|totaal|totalt|gesamt|jumlah|tổng|tổng số|tổng cộng|รวม|toplam|итого|всего|"
    "合計|総計|합계|총계|总计|合计|總計"
)
_RESULTS = "results?|hasil|kết quả|resultados|résultats|ergebnisse|risultati|resultaten|ผลลัพธ์"
_TOTAL = re.compile(rf"(?:{_SUM}) *[:–-].{{0,40}}|(?:{_SUM}) (?:of |de |von )?\d+ (?:{_RESULTS})|全\d+件の結果")
"""What lines of totals are called that say what they add up, folded; the others stand with what all platforms share."""
_TOTALS = frozenset(values_of(LINES, "totals"))
_WHOLES = list(values_of(LINES, "wholes"))


class Report(NamedTuple):
    """A table that is a report of ads, and the currency that its header names, if it does.

    ``heads`` are the titles of its columns as they stand in the file.
    """

    matched: MatchedTable
    currency: str | None
    heads: tuple[str, ...]


def reports(raw: Raw, platform: str, layouts: tuple[Layout, ...], settings: ConnectorSettings) -> list[Report]:
    """The tables of a file that are a platform's reports of ads; ``Amount spent (USD)`` is ``Amount spent`` there.

    A table with a column ``Link``, which no platform's report has, is a partner's own sheet of posts.
    """
    of_ads = []
    for table in files.tables(raw):
        plain = table.once("without currencies", partial(_without_currencies, table))
        one = matched_table(plain, platform, layouts, settings)
        if one and not _links().intersection(map(header_key, one.top.ignored)):
            at = one.top.positions["spend"][0]
            named = _CURRENCY.search(table.top[one.top.at][at])
            of_ads.append(Report(one, _currency(named[1]) if named else None, tuple(table.top[one.top.at])))
    return of_ads


@cache
def _links() -> frozenset[str]:
    """What people call the column of links in a sheet of posts, folded."""
    languages = layouts_of("sheet")["content"].languages.values()
    return frozenset(header_key(word) for columns in languages for word in columns.get("link", ()))


def _currency(written: str) -> str | None:
    """The three letters of a currency; null where a sign, such as ``$``, is that of several."""
    return _SIGNS.get(written, written if re.fullmatch("[A-Z]{3}", written) else None)


def _without_currencies(table: Table) -> Table:
    return replace(table, top=tuple(tuple(_CURRENCY.sub("", cell) for cell in line) for line in table.top))


def read(raw: Raw, reports: Sequence[Report], settings: ConnectorSettings, platform: str) -> Extract:
    """The figures of all reports of a file; the same money in a second one counts once.

    Meta's workbooks hold each report twice, formatted and as raw data.

    Raises:
        Refused: nothing says of which days the figures are.
    """
    told = list[pl.DataFrame]()

    def read_one(report: Report) -> Extract:
        part = _read(raw, report, settings, platform)
        new = part.ad_figures
        for before in told:
            new = new.join(before, on=_SAME_MONEY, how="anti", nulls_equal=True, maintain_order="left")
        told.append(part.ad_figures)
        twice = part.ad_figures.height - new.height
        note = f"{report.matched.table.place} tells again what another part of the file told: {twice} counted once"
        return replace(part, ad_figures=new, notes=(*part.notes, note)) if twice else part

    return read_each(reports, read_one)


def _read(raw: Raw, report: Report, settings: ConnectorSettings, platform: str) -> Extract:
    """The figures of a report, a row each; lines of totals are passed over, figures by age and the like are marked.

    Raises:
        Refused: nothing says of which days the figures are.
    """
    one = report.matched
    rows = files.rows(one.table, one.top)
    once = rows.whole.unique(pl.exclude("row"), keep="first")["row"]
    twice = rows.whole.height - len(once)
    frame, totals = _without_totals(rows.frame.filter(pl.col("row").is_in(once.implode())))
    frame = frame.with_columns(pl.col("spend").str.replace(_IN_BRACKETS, "-$1"))
    mark = decimal_mark("spend", _amounts(frame["spend"]), _written(one, rows, settings))
    frame, counting = counts_of(frame, also=tuple(AD_COUNTS), is_refuting=False)
    frame = _with_money(frame, report.currency, mark.mark)
    frame, covered, order = _with_days(raw, report, frame, settings)
    seen = observed(raw, settings, None, "", one.table.written_at, one.table.is_utc, covered.end)
    frame = frame.with_columns(pl.lit(seen.at, pl.Datetime("us")).alias("observed_at"))
    kept = frame.filter(pl.col("reason").is_null())
    figures = _with_parts(kept).with_columns(pl.lit(platform).alias("platform"))
    notes = [*seen.notes, *one.table.notes, *covered.notes, *counting, *mark.notes]
    if totals:
        notes.append(f"{'1 line of totals was' if totals == 1 else f'{totals} lines of totals were'} passed over")
    if twice:
        notes.append(f"{'1 row stands' if twice == 1 else f'{twice} rows stand'} twice, word for word: counted once")
    parted = figures["split_by"].drop_nulls()
    if len(parted):
        notes.append(f"its figures are parted by {parted[0]}: shown apart, and never added to what was spent")
    if figures["currency"].null_count():
        notes.append("nothing says in which currency the money is: add the column Currency, and export it again")
    return extract(
        rows,
        frame.filter(pl.col("reason").is_not_null()).select("row", "reason"),
        posts.read_report(one, seen, covered, order),
        tuple(notes),
        of_ads=figures,
    )


def _without_totals(frame: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """The rows of campaigns, and how many lines of totals there were: without any name, or with a total's.

    A group and an ad that are called ``All``, beside others of their campaign, are those that a line adds up.
    """
    frame = frame.with_columns(
        _blank_as_null(pl.col(name) if name in frame.columns else pl.lit(None, pl.String)).alias(name)
        for name in _NAMES
    )
    firsts = [name for name in ("ad_campaign", "ad_account", "ad_set", "ad", "date", "state") if name in frame.columns]
    cells = frame.select(pl.col(firsts).fill_null("")).rows()
    is_total = [any((key := header_key(cell)) in _TOTALS or _TOTAL.fullmatch(key) for cell in line) for line in cells]
    is_named = pl.coalesce("ad_campaign", "ad_campaign_id").is_not_null()
    kept = frame.filter(is_named & ~pl.Series(is_total, dtype=pl.Boolean))
    is_whole = {name: pl.col(name).str.to_lowercase().is_in(_WHOLES) for name in _LEVELS}
    is_of_all = pl.all_horizontal(
        is_whole[name] | (pl.col(name).is_null() & (name != "ad_campaign")) for name in _LEVELS
    )
    kept = kept.filter(~((pl.col("ad_campaign").n_unique() > 1) & is_of_all).fill_null(False))
    for name, is_finest in (("ad", pl.lit(True)), ("ad_set", pl.col("ad").is_null())):
        is_sum = is_whole[name] & is_finest & (pl.col(name).n_unique().over("ad_campaign") > 1)
        kept = kept.with_columns(pl.when(~is_sum.fill_null(False)).then(name))
    return kept, frame.height - kept.height


def _blank_as_null(text: pl.Expr) -> pl.Expr:
    plain = text.str.strip_chars()
    return pl.when(~plain.is_in(["", "-", "--"])).then(plain)


def _written(one: MatchedTable, rows: Rows, settings: ConnectorSettings) -> Written:
    others = [str(at) for at, cell in enumerate(one.top.cells) if cell in one.top.ignored]
    return Written(
        one.top.language,
        one.table.delimiter,
        one.table.encoding == "workbook",
        settings.decimal_mark,
        lambda: rows.whole.select(others),
    )


def _with_money(frame: pl.DataFrame, currency: str | None, mark: str) -> pl.DataFrame:
    """``frame`` with ``spend_millionths`` and ``currency``; ``reason`` says which money cannot be read."""
    cells = frame.select("spend", amount=_amounts(frame["spend"])).unique().drop_nulls().rows()
    values: dict[str, int | None] = {}
    problems: dict[str, str] = {}
    for cell, amount in cells:
        try:
            values[cell] = milliseconds(amount, _MILLIONTHS, mark)
        except ValueError:
            problems[cell] = f"spend: {cell!r} is not a number"
    told = pl.col("currency").str.strip_chars() if "currency" in frame.columns else pl.lit(None, pl.String)
    currency_of_row = pl.coalesce(
        told.str.to_uppercase().str.extract("^([A-Z]{3})$"),
        pl.lit(currency, pl.String),
        pl.col("spend").str.extract(rf"(?:^|[-+\s])({_MONEY})").pipe(_as_letters),
        pl.col("spend").str.extract(rf"\d\s*({_MONEY})\s*$").pipe(_as_letters),
    )
    return frame.with_columns(
        _by_cell(values, pl.Int64).alias("spend_millionths"),
        currency_of_row.alias("currency"),
        pl.coalesce("unreadable", _by_cell(problems, pl.String)).alias("reason"),
    )


def _amounts(cells: pl.Series) -> pl.Series:
    """Cells of money without their currency: ``-$5`` is ``-5``."""
    return cells.str.replace_all(_SIGN, "$1$2")


def _as_letters(written: pl.Expr) -> pl.Expr:
    signs = written.replace_strict(list(_SIGNS), list(_SIGNS.values()), default=None, return_dtype=pl.String)
    return pl.coalesce(signs, written.str.extract("^([A-Z]{3})$"))


def _by_cell(meanings: dict[str, Any], dtype: type[pl.DataType]) -> pl.Expr:
    """What each cell of money means, null where ``meanings`` does not say."""
    return pl.col("spend").replace_strict(
        pl.Series(list(meanings), dtype=pl.String), pl.Series(list(meanings.values()), dtype=dtype),
        default=None, return_dtype=dtype,
    )  # fmt: skip


def _with_days(
    raw: Raw, report: Report, frame: pl.DataFrame, settings: ConnectorSettings
) -> tuple[pl.DataFrame, Covered, str]:
    """``frame`` with each row's first and last day, by its own columns, else by the lines on top or the file's name."""
    columns: dict[str, pl.Series] = {
        name: frame[name] for name in ("date", "period_start", "period_end") if name in frame.columns
    }
    whole = _range_of(raw, report, settings)
    order, source, notes = "", whole.source if whole else "", tuple[str, ...]()
    days: dict[str, pl.Series] = {}
    if columns:
        read_columns, _ = moments_of_file(columns, _order(settings), "UTC", raw.received_at)
        days = {name: each.on for name, each in read_columns.items()}
        order = next((each.order for each in read_columns.values() if each.order), "")
        notes = tuple(dict.fromkeys(note for each in read_columns.values() for note in each.notes))
        source = "its columns of days"
    elif whole is None:
        raise Refused(
            f"{raw.name} is a report of ads, and does not say of which days: choose days instead of all time, or add "
            "the column Day, or Reporting starts and Reporting ends, and export it again."
        )

    def cells(name: str) -> pl.Expr:
        return pl.lit(days[name], pl.Date) if name in days else pl.lit(None, pl.Date)

    start = pl.coalesce(cells("date"), cells("period_start"), pl.lit(whole.start if whole else None, pl.Date))
    end = pl.coalesce(cells("date"), cells("period_end"), pl.lit(whole.end if whole else None, pl.Date))
    frame = frame.with_columns(start.alias("period_start"), end.alias("period_end"))
    is_undated = pl.any_horizontal(pl.col("period_start", "period_end").is_null()) | (
        pl.col("period_end") < pl.col("period_start")
    )
    undated = pl.when(is_undated).then(pl.lit("its days cannot be read"))
    frame = frame.with_columns(pl.coalesce("reason", undated).alias("reason"))
    dated = frame.filter(pl.col("reason").is_null())
    first, last = dated["period_start"].min(), dated["period_end"].max()
    assert first is None or isinstance(first, date)
    assert last is None or isinstance(last, date)
    return frame, Covered(first, last, source, notes), order


def _range_of(raw: Raw, report: Report, settings: ConnectorSettings) -> Covered | None:
    """The days of a whole report: two dates in one cell above its header, else in its file's name."""
    above = report.matched.table.top[: report.matched.top.at]
    for cell in (cell for line in above for cell in line if cell):
        if days := _two_days(_BETWEEN.split(_BEFORE_DAYS.sub("", cell.strip())), settings):
            return Covered(*days, "the lines on top")
    if named := _IN_NAME.search(raw.name):
        pair = [part.replace("-", " ") if part[0].isalpha() else part for part in named.groups() if part]
        pair = [f"{part[:4]}-{part[4:6]}-{part[6:]}" if part.isdigit() else part for part in pair]
        if days := _two_days(pair, settings):
            return Covered(*days, "the range in its name")
    return None


def _two_days(parts: list[str], settings: ConnectorSettings) -> tuple[date, date] | None:
    if len(parts) != 2:
        return None
    days = moments(pl.Series(parts), _order(settings), "UTC").on.to_list()
    return (days[0], days[1]) if None not in days and days[0] <= days[1] else None


def _order(settings: ConnectorSettings) -> DateOrder:
    """As the settings say. A day that may be two is none: at a wrong day money would count twice, or not at all."""
    return settings.dates if settings.date_order else DateOrder(None, is_assumed=True)


def _with_parts(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with ``split_by`` and ``part``, both null for whole figures; a cell ``All`` stands for all parts."""
    columns = [name for name in SPLITS if name in frame.columns]
    parts = {name: _blank_as_null(pl.col(name)) for name in columns}
    frame = frame.with_columns(
        pl.when(~part.str.to_lowercase().is_in(_WHOLES)).then(part).alias(name) for name, part in parts.items()
    )
    named = [pl.when(pl.col(name).is_not_null()).then(pl.lit(name.replace("_", " "))) for name in columns]
    return frame.with_columns(
        _joined(named).alias("split_by"),
        _joined([pl.col(name) for name in columns]).alias("part"),
        pl.coalesce("ad_campaign", "ad_campaign_id").alias("ad_campaign"),
        intact_ids(frame, "ad_campaign_id").alias("ad_campaign_id"),
    )


def _joined(parts: Sequence[pl.Expr]) -> pl.Expr:
    if not parts:
        return pl.lit(None, pl.String)
    text = pl.concat_str(parts, separator=", ", ignore_nulls=True)
    return pl.when(text != "").then(text)
