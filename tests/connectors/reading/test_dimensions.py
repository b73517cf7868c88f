from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import connectors
from connectors.contract import Extract, Raw, Refused
from connectors.reading import dimensions
from connectors.reading.headers import header_key, layouts_of
from tests.connectors.conftest import raw_of
from tests.connectors.reading.tables import zipped

Make = Callable[..., Raw]
Read = Callable[..., Extract]

# A layout by day, and a figure that it has beside its days.
BY_DAY = (("youtube", "content", ("views", "watch_seconds")), ("tiktok", "overview", ("views", "visits")),
          ("x", "overview", ("impressions", "shares", "comments")),
          ("linkedin", "metrics", ("impressions", "reach")))  # fmt: skip
DAYS = [
    (platform, figures, [columns[name][0] for name in ("date", *figures)])
    for platform, layout, figures in BY_DAY
    for columns in (layouts_of(platform)[layout].languages[language] for language in ("en", "es", "pt", "id", "ja")
                    if language in layouts_of(platform)[layout].languages)
    if {"date", *figures} <= columns.keys()
]  # fmt: skip
FEW = settings(max_examples=40, deadline=None)
UNKNOWN_WORDS = ("Zuschauerlaune", "Audience by watch behavior", "País", "Untertitel", "ប្រទេស", "Paid or organic")


def table(header: list[str], rows: list[list[str]]) -> Raw:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([header, *rows])
    return raw_of(out.getvalue().encode("utf-8-sig"), "Chart data.csv")


def read_of(platform: str, raw: Raw) -> Extract:
    of_name = connectors.PLATFORMS.named(platform)
    assert of_name
    assert of_name.export
    return of_name.export.read(raw, of_name.settings())


@FEW
@given(st.sampled_from(DAYS), st.sampled_from(UNKNOWN_WORDS), st.data())
def test_a_table_by_day_and_by_a_text_that_nobody_knows_is_refused_with_its_name(
    layout: tuple[str, tuple[str, ...], list[str]], word: str, data: st.DataObject
) -> None:
    platform, figures, header = layout
    texts = data.draw(st.lists(st.sampled_from(["KH", "TH", "gut", "so", "អាស៊ី", ""]), min_size=1, unique=True))
    days = [str(date(2026, 3, 1) + timedelta(days=n)) for n in range(data.draw(st.integers(1, 4)))]
    at = data.draw(st.integers(0, len(header)))
    rows = [[day, *(str(n + 7) for n, _ in enumerate(figures))] for day in days for _ in texts]
    cells = [text for _ in days for text in texts]
    split = [[*row[:at], cell, *row[at:]] for row, cell in zip(rows, cells, strict=True)]
    raw = table([*header[:at], word, *header[at:]], split)
    if any(texts):
        with pytest.raises(Refused, match=f"Chart data.csv is a table by day and by {word}"):
            read_of(platform, raw)
    elif len(texts) == 1:
        assert read_of(platform, raw).account_figures["period_start"].n_unique() == len(days)


@FEW
@given(st.sampled_from(DAYS), st.sampled_from(["", "12", "5.3 %", "0:01:28", "1,2 Mio.", "$ 4", "n/a", "#NAME?"]))
def test_a_column_of_numbers_that_nobody_knows_splits_nothing_unless_days_repeat(
    layout: tuple[str, tuple[str, ...], list[str]], cell: str
) -> None:
    platform, figures, header = layout
    rows = [[f"2026-03-{day:02}", *("7" for _ in figures), cell] for day in (1, 2, 3)]
    extract = read_of(platform, table([*header, "Something"], rows))
    assert extract.account_figures["period_start"].n_unique() == 3
    with pytest.raises(Refused, match="by day and by Something"):
        read_of(platform, table([*header, "Something"], [*rows, rows[0]]))
    with pytest.raises(Refused, match="days stand several times"):
        read_of(platform, table(header, [row[:-1] for row in [*rows, rows[0]]]))


def test_repeated_days_name_the_known_column_that_differs(raw: Make) -> None:
    text = "Date,Video views,Profile views,Video title\n2026-03-01,5,1,a\n2026-03-01,6,1,b\n"
    with pytest.raises(Refused, match="by day and by Video title"):
        read_of("tiktok", raw(text))


def test_lines_without_figures_repeat_no_day(raw: Make) -> None:
    text = "Date,Video views,Profile views\n2026-03-01,5,1\n2026-03-01,,\n"
    assert read_of("tiktok", raw(text)).account_figures.height == 2


VIDEOS = "Content,Video title,{},Views\nAAAAAAAAAA1,a,{},10\nAAAAAAAAAA1,a,{},{}\nAAAAAAAAAA2,b,x,4\n"


@pytest.mark.parametrize("word", [*UNKNOWN_WORDS, "Subscription status"])
@pytest.mark.parametrize("cells", [("KH", "TH"), ("KH", "")])
def test_a_post_that_stands_several_times_by_a_text_that_nobody_knows_is_refused(
    raw: Make, word: str, cells: tuple[str, str]
) -> None:
    with pytest.raises(Refused, match=f"counts posts several times, split by {word}"):
        read_of("youtube", raw(VIDEOS.format(word, *cells, 11)))


@pytest.mark.parametrize(("cells", "views"), [(("KH", "KH"), 11), (("KH", "TH"), 10), (("1", "2"), 11)])
def test_a_post_that_is_only_read_twice_is_read(raw: Make, cells: tuple[str, str], views: int) -> None:
    assert read_of("youtube", raw(VIDEOS.format("Word", *cells, views))).observations.height == 3


def test_a_post_and_day_stand_once_in_a_chart(raw: Make) -> None:
    chart = "Date,Content,Video title,Views{0}\n2026-03-01,AAAAAAAAAA1,a,5{1}\n2026-03-02,AAAAAAAAAA1,a,6{2}\n"
    assert read_of("youtube", raw(chart.format(",Word", ",KH", ",TH"))).observations.height == 2
    more = chart.format(",Word", ",KH", ",KH") + "2026-03-01,AAAAAAAAAA1,a,7,TH\n"
    with pytest.raises(Refused, match="split by Word"):
        read_of("youtube", raw(more))


def test_in_a_zip_the_other_tables_are_read_and_the_split_one_is_named(raw: Make, read: Read) -> None:
    file = zipped(
        Totals__csv="Date,Views\n2026-03-01,5\n",
        Chart_data__csv="Date,Stimmung,Views,Watch time (hours)\n2026-03-01,gut,3,1\n",
    )
    extract = read(raw(file, "Date 2026-03-01_2026-03-01 Mekong.zip"))
    assert extract.account_figures["value"].to_list() == [5]
    assert extract.notes[-1].startswith(
        "a part of the file was not read: Chart_data.csv is a table by day and by Stimmung"
    )


def test_an_account_s_results_whose_days_repeat_are_refused(raw: Make, read: Read) -> None:
    with pytest.raises(Refused, match="the days below Facebook visits stand several times"):
        read(raw('"Facebook visits"\n"Date","Primary"\n"2026-03-01T00:00:00","5"\n"2026-03-01T00:00:00","6"\n'))


@pytest.mark.parametrize("cell", ["KH", "18 to 24", "Regular viewers", "អាស៊ី", "Q1 2026 all", "true"])
def test_a_text_is_none_of_the_ways_to_write_a_number(cell: str) -> None:
    assert dimensions._texts(pl.Series([cell])).to_list() == [True]


@pytest.mark.parametrize("cell", ["12", "3.5K", "1,2 Mio.", "12 тыс.", "US$ 4", "1 min 20 s", "5 %", "--", "NaN", None])
def test_a_number_is_no_text_whatever_stands_around_it(cell: str | None) -> None:
    assert dimensions._texts(pl.Series([cell], dtype=pl.String)).to_list() == [False]


def test_the_layouts_of_these_tests_are_several() -> None:
    assert len({header_key(header[0]) for _, _, header in DAYS}) >= 4
