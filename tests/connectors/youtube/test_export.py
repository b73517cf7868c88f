from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import polars as pl
import pytest

import connectors
from connectors.contract import Extract, Raw, Refused
from connectors.youtube import export as youtube

Sample = Callable[[str], Raw]
Make = Callable[..., Raw]
Read = Callable[..., Extract]
ZIP = "youtube/Content 2024-09-27_2024-12-30 Mekong Open Data.zip"
PERIOD = (date(2024, 9, 27), date(2024, 12, 30))


def test_a_table_is_read_video_by_video(sample: Sample, read: Read) -> None:
    extract = read(sample("youtube/Table data.csv"), channel="Mekong Open Data")
    assert extract.posts["post_id"].to_list() == ["abcdefghijk", "-bcdefghijk", "mno_efghijk"]
    assert extract.posts["account_id"].unique().to_list() == ["Mekong Open Data"]
    assert extract.posts["published_at"].to_list() == [datetime(2020, 4, 29, 7), datetime(2020, 6, 17, 7), None]
    assert extract.observations["views"].to_list() == [4000, None, 1000]
    assert extract.observations["watch_ms"].to_list() == [288_900_000, None, 360]
    assert extract.observations["impressions"].null_count() == 3
    assert extract.observations["period_start"].null_count() == 3
    assert any("taken as lifetime" in note for note in extract.notes)


def test_total_and_footer_are_no_rows_and_a_name_error_is_no_id(sample: Sample, read: Read) -> None:
    extract = read(sample("youtube/total-last-and-footer.csv"))
    assert (extract.evidence.rows, extract.posts.height) == (2, 1)
    assert extract.rejects["row"].to_list() == [2]
    assert "#NAME?" in extract.rejects["content"][0]
    assert any("cut the table at 500" in note for note in extract.notes)


def test_columns_stand_in_any_order_and_look_alikes_are_ignored(sample: Sample, read: Read) -> None:
    extract = read(sample("youtube/columns-in-another-order.csv"))
    metrics = extract.observations.select("views", "reach", "likes", "comments", "shares", "watch_ms")
    assert metrics.rows() == [(12100212, 5, -2, 4, 5, 5_400_000)]
    assert extract.evidence.ignored == ("Likes (vs dislikes) (%)", "Engaged views", "Ad impressions")
    assert extract.evidence.mapped["Watch time (hours)"] == "watch_seconds"


def test_metrics_without_a_column_are_unknown_and_not_zero(sample: Sample, read: Read) -> None:
    extract = read(sample("youtube/Table data.csv"))
    assert extract.observations.select("shares", "comments", "reach").null_count().row(0) == (3, 3, 3)


def test_german_words_are_read_through_their_soft_hyphens(sample: Sample, read: Read) -> None:
    extract = read(sample("youtube/Tabellendaten.csv"))
    assert (extract.evidence.language, extract.evidence.rows) == ("de", 1)
    assert extract.observations["views"].to_list() == [800]


def test_the_zips_name_gives_channel_and_period(sample: Sample, read: Read) -> None:
    extract = read(sample(ZIP))
    assert (extract.evidence.period, extract.evidence.period_from) == (PERIOD, "the range in its name")
    assert extract.posts["account_id"].unique().to_list() == ["Mekong Open Data"]
    table = extract.observations.filter(pl.col("period_start") != pl.col("period_end"))
    assert table.select("period_start", "period_end").rows() == [PERIOD]
    assert table["period_opens_at"].to_list() == [datetime(2024, 9, 27, 7)]
    assert extract.evidence.observed_on == date(2024, 12, 30)
    assert extract.evidence.observed_at == datetime(2024, 12, 30, 16, 59, 59, 999999)


def test_daily_totals_in_the_same_zip_give_the_period(sample: Sample, read: Read) -> None:
    extract = read(sample("youtube/unnamed.zip"))
    assert (extract.evidence.period, extract.evidence.period_from) == (PERIOD, "the days of Totals.csv")
    assert extract.posts["account_id"].unique().to_list() == [None]


def test_a_table_unpacked_into_its_folder_keeps_its_period(sample: Sample, read: Read, raw: Make) -> None:
    content = sample("youtube/Table data.csv").content
    extract = read(raw(content, "inbox/Content 2024-09-27_2024-12-30 Mekong/Table data.csv"))
    assert (extract.evidence.period, extract.posts["account_id"][0]) == (PERIOD, "Mekong")


def test_a_name_that_says_lifetime_is_believed(sample: Sample, read: Read, raw: Make) -> None:
    extract = read(raw(sample("youtube/Table data.csv").content, "Mekong lifetime.csv"))
    assert extract.evidence.period is None
    assert extract.notes == ()


def test_a_table_of_videos_without_ids_is_refused_by_name(sample: Sample, read: Read) -> None:
    with pytest.raises(Refused, match=r"without their ids.*choose the tab Content, period Lifetime, then Export"):
        read(sample("youtube/pasted-together.csv"))


def test_views_by_country_are_parts_of_the_views_that_the_total_tells(sample: Sample, read: Read) -> None:
    extract = read(sample("youtube/Geography.csv"))
    figures = extract.audiences.select(
        "audience", "dimension", "part", "count", "share_millionths", "size", "period_end"
    )
    assert figures.rows() == [("views", "country", "KH", 9, None, 10, None)]
    assert dict(extract.evidence.mapped) == {"Geography": "country", "Views": "views"}
    assert ("days" in " ".join(extract.notes), extract.posts.height, extract.account_figures.height) == (True, 0, 0)


def test_a_total_that_is_no_number_leaves_the_size_unknown(read: Read, raw: Make) -> None:
    extract = read(raw("Geography,Views,Watch time (hours)\nTotal,many,1\nKH,9,1\n"))
    assert extract.audiences.select("count", "size").rows() == [(9, None)]


def test_the_name_of_the_zip_tells_the_days_and_the_channel_of_its_audience(read: Read, raw: Make) -> None:
    content = (
        "Viewer age,Viewer gender,Views (%),Watch time (hours) (%)\nage 18-24,Female,12.5,11\nage 18-24,Male,30,1\n"
    )
    extract = read(raw(content, "Viewer age 2024-09-27_2024-12-30 Mekong Open Data/Table data.csv"))
    figures = extract.audiences.select("account_id", "dimension", "part", "share_millionths", "size", "period_start")
    whose, start = "Mekong Open Data", date(2024, 9, 27)
    assert figures.rows() == [
        (whose, "age_and_gender", "18-24, women", 125_000, None, start),
        (whose, "age_and_gender", "18-24, men", 300_000, None, start),
    ]
    assert extract.notes == ()


@pytest.mark.parametrize(
    ("header", "dimension"), [("Viewer age", "age"), ("Viewer gender", "gender"), ("Alter der Zuschauer", "age")]
)
def test_age_and_gender_alone_are_dimensions_of_their_own(read: Read, raw: Make, header: str, dimension: str) -> None:
    shares = "Aufrufe (%)" if header.startswith("Alter") else "Views (%)"
    extract = read(raw(f"{header},{shares},Average percentage viewed (%)\n25-34,61.5,40\n"))
    assert extract.audiences.select("dimension", "share_millionths").rows() == [(dimension, 615_000)]


@pytest.mark.parametrize("header", ["Device type,Views,Watch time (hours)", "Viewer age,Device type,Views,Watch time (hours)",
                                    "Viewer age,Watch time (hours)", "Date,Viewer age,Views,Watch time (hours)"])  # fmt: skip
def test_studios_other_groups_are_refused_by_name(read: Read, raw: Make, header: str) -> None:
    with pytest.raises(Refused, match=r"grouped by (Device type|Viewer age)"):
        read(raw(header + "\nTotal,1,2\n"))


def test_chart_data_are_gains_of_their_days_from_the_day_of_publication_on(
    sample: Sample, read: Read, raw: Make
) -> None:
    rows = [f'2024-09-{day},abcdefghijk,A debate,"Sep 27, 2024",{views}' for day, views in ((26, 0), (27, 5), (28, 2))]
    extract = read(raw("\n".join(["Date,Content,Video title,Video publish time,Views", *rows])))
    days = [date(2024, 9, 27), date(2024, 9, 28)]
    assert extract.observations.select("period_start", "period_end", "views").rows() == [
        (days[0], days[0], 5), (days[1], days[1], 2)]  # fmt: skip
    assert extract.observations["period_opens_at"].to_list() == [datetime(2024, 9, 27, 7), datetime(2024, 9, 28, 7)]
    assert extract.posts.height == 1


def test_totals_are_the_channels_views_by_day(sample: Sample, read: Read) -> None:
    extract = read(sample("youtube/Totals.csv"), channel="Mekong Open Data")
    assert extract.posts.height == 0
    assert extract.account_figures.select("account_id", "metric").unique().rows() == [("Mekong Open Data", "views")]


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("日付,エンゲージ ビュー\n2025-12-06,8500\n", "by day .エンゲージ ビュー., and not its views"),
        ("Fonte de tráfego,Visualizações,Tempo de exibição (horas)\nShorts,5,1.5\n", "grouped by Fonte de tráfego"),
        ("Content,Views,Watch time (hours)\nTotal,5,1.5\n", "holds a total and no videos"),
    ],
)
def test_tables_without_videos_are_refused_by_name_in_other_languages(
    raw: Make, read: Read, header: str, says: str
) -> None:
    with pytest.raises(Refused, match=says):
        read(raw(header))


def test_the_second_vocabulary_of_a_language_is_read_as_well(raw: Make, read: Read) -> None:
    table = "Contenido,Título del video,Tiempo de publicación del video,Vistas,Tiempo de reproducción (horas)\n"
    extract = read(raw(table + 'abcdefghijk,Un debate,"Sep 27, 2024",12,1.5\n'))
    assert (extract.evidence.language, extract.observations["views"].to_list()) == ("es", [12])
    assert extract.observations["watch_ms"].to_list() == [5_400_000]


@pytest.mark.parametrize(
    "table",
    [
        "Date,Campaign,Impressions,Amount spent (USD)\n2026-06-17,Boost one,100,1.50\n",
        "Date,Impressions\n2026-06-17,100\n",
        "Data,Impressioni,Interazioni\n17/6/2026,100,1\n",
        "Datum,Impressionen,Reaktionen\n2026-06-17,100,1\n",
        "Fecha,Impresiones,Clics,Publicaciones\n2026-06-17,100,1,2\n",
        "日付,インプレッション数,クリック数\n2026-06-17,100,1\n",
        "Date,Views,Likes,Comments,Engagement rate\n2026-06-17,100,1,2,3\n",
        "Post,Views,Engagement rate\nDebate,100,3\n",
        "Content,Views,Engagement rate\nDebate,100,3\n",
    ],
)
def test_a_table_with_words_that_others_have_too_is_nobodys_and_sent_to_no_studio(raw: Make, table: str) -> None:
    assert youtube.sniff(raw(table), youtube.Settings()) is None
    with pytest.raises(Refused) as refusal:
        connectors.read(raw(table), {})
    assert "Studio's Advanced mode" not in str(refusal.value)


@pytest.mark.parametrize(
    "header", ["Date,Views", "Date,Views,Watch time (hours),Something new", "Date,Impressions,Engaged views,Else"]
)
def test_studios_days_are_known_by_a_word_of_its_own_or_by_having_no_other_column(raw: Make, header: str) -> None:
    row = ",".join(["2026-06-17", *["5"] * header.count(",")])
    assert youtube.sniff(raw(f"{header}\n{row}\n"), youtube.Settings())
