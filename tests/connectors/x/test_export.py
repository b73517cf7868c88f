from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from connectors.contract import Extract, Raw, Refused
from connectors.x import export as x

Sample = Callable[[str], Raw]
Make = Callable[..., Raw]
Read = Callable[..., Extract]
TODAY = "x/account_analytics_content_2024-12-28_2025-01-08.csv"
EARLY = "x/mekongopen_account_analytics_content_2024-12-22_2025-01-08.csv"
OLD = "x/tweet_activity_metrics_MekongOpen_20220201_20220301_en.csv"
LIFETIME = "lifetime assumed: nothing says which days the figures cover"
METRICS = ("views", "impressions", "likes", "comments", "shares", "saves", "clicks")


def days(extract: Extract, metric: str) -> list[tuple[date, int]]:
    figures = extract.account_figures
    return figures.filter(figures["metric"] == metric).select("period_start", "value").rows()


# --------------------------------------------------------------------------- today's export of posts


def test_a_content_export_is_read_post_by_post(sample: Sample, read: Read) -> None:
    extract = read(sample(TODAY))
    assert extract.posts["post_id"].to_list() == ["1877143241225142273", "1874652856447926273", "1873785923171254273"]
    assert extract.posts["identified_by"].unique().to_list() == ["id"]
    assert extract.posts["text"].to_list() == [
        'ការជជែកដេញដោលរបស់យុវជន, with "quotes" #forum',
        "Right to information: who may ask? https://t.co/abc",
        "@partner_org agreed",
    ]
    assert extract.posts["kind"].to_list() == ["post", "post", "post"]
    assert extract.posts["url"].to_list()[0] == "https://x.com/MekongOpen/status/1877143241225142273"
    assert extract.accounts.select("account_id", "username").rows() == [("MekongOpen", "MekongOpen")]
    assert (extract.evidence.rows, extract.rejects.height, extract.evidence.language) == (3, 0, "en")
    assert extract.observations.select("reach", "watch_ms").null_count().row(0) == (3, 3)
    assert extract.notes == ()


def test_impressions_are_views_and_reposts_are_shares_and_links_sent_are_neither(sample: Sample, read: Read) -> None:
    extract = read(sample(TODAY))
    assert extract.observations.select(METRICS).rows() == [
        (1204, 1204, 31, 5, 2, 4, 6), (90, 90, 0, 0, 0, 0, 1), (34, 34, 1, 1, 0, 0, 0),
    ]  # fmt: skip
    assert "Shares" in extract.evidence.ignored
    assert set(extract.evidence.mapped["Impressions"].split(";")) == {"impressions", "views"}


def test_an_id_tells_the_moment_where_a_date_has_no_time(sample: Sample, read: Read) -> None:
    posts = read(sample(TODAY)).posts
    assert posts["published_at"].to_list() == [
        datetime(2025, 1, 8, 23, 59, 59), datetime(2025, 1, 2, 3, 4, 5), datetime(2024, 12, 30, 17, 39, 12),
    ]  # fmt: skip


def test_the_export_of_early_2025_spells_its_columns_otherwise(sample: Sample, read: Read) -> None:
    extract = read(sample(EARLY))
    assert extract.observations.select(METRICS).rows() == [(629, 629, 23, 18, 12, 1, 5)]
    assert "Share" in extract.evidence.ignored
    assert extract.posts["account_id"].to_list() == ["MekongOpen"]
    assert extract.evidence.period == (date(2024, 12, 22), date(2025, 1, 8))
    assert extract.notes == ()


def test_links_without_a_handle_name_the_post_and_no_account(sample: Sample, read: Read) -> None:
    extract = read(sample("x/links-without-a-handle.csv"))
    assert extract.posts.select("post_id", "account_id").rows()[:2] == [
        ("1875029316203446273", None),
        ("1875391704069046273", None),
    ]
    assert extract.posts["published_at"].to_list()[1] == datetime(2025, 1, 4, 4)


def test_deleted_posts_without_id_and_link_are_rejected(sample: Sample, read: Read) -> None:
    extract = read(sample("x/links-without-a-handle.csv"))
    assert extract.observations["row"].to_list() == [1, 2, 5]
    assert extract.rejects["row"].to_list() == [3, 4]
    assert all(reason.startswith("no identity") for reason in extract.rejects["reason"])
    assert "status/undefined" in extract.rejects["content"][0]
    assert extract.evidence.rows == 5


def test_an_id_stands_where_its_link_is_undefined(sample: Sample, read: Read) -> None:
    extract = read(sample("x/links-without-a-handle.csv"))
    assert extract.posts.select("post_id", "account_id", "published_at").rows()[2] == (
        "1875754091934646273",
        "MekongOpen",
        datetime(2025, 1, 5, 4),
    )


def test_a_bad_count_costs_its_row_only(sample: Sample, read: Read, raw: Make) -> None:
    extract = read(raw(sample(TODAY).content.replace(b",90,0,4,", b",12abc,0,4,")))
    assert extract.observations["row"].to_list() == [1, 3]
    assert extract.rejects["row"].to_list() == [2]
    assert "'12abc' is not a count" in extract.rejects["reason"][0]


# --------------------------------------------------------------------------- the tweet activity of old


def test_the_tweet_activity_of_old_is_read(sample: Sample, read: Read) -> None:
    extract = read(sample(OLD))
    assert extract.posts["post_id"].to_list() == ["1498352216044470273", "1488301103379382273"]
    assert extract.posts["published_at"].to_list() == [datetime(2022, 2, 28, 17, 39, 41), datetime(2022, 2, 1, 0, 0, 9)]
    assert extract.observations.select(METRICS).rows() == [
        (376, 376, 3, 1, 2, None, 4),
        (1203, 1203, None, 0, 2, None, 0),
    ]
    assert extract.observations["rounded"].to_list() == [None, None]
    assert {"media views", "promoted impressions", "permalink clicks"} <= set(extract.evidence.ignored)
    assert extract.accounts["account_id"].to_list() == ["MekongOpen"]


def test_favorites_are_likes(sample: Sample, read: Read) -> None:
    extract = read(sample("x/ids-damaged.csv"))
    assert extract.observations.select(METRICS).rows() == [(424, 424, 2, 0, 12, None, 1), (411, 411, 1, 0, 3, None, 4)]


def test_posts_whose_ids_a_spreadsheet_made_alike_stay_apart_by_their_links(sample: Sample, read: Read) -> None:
    extract = read(sample("x/ids-damaged.csv"))
    assert extract.posts["post_id"].to_list() == ["649293175583670273", "649065001251766273"]
    assert extract.posts["is_damaged"].to_list() == [True, True]
    assert extract.posts["published_at"].to_list() == [
        datetime(2015, 9, 30, 18, 42, 11),
        datetime(2015, 9, 30, 3, 35, 30),
    ]
    assert extract.rejects["row"].to_list() == [3]
    assert extract.rejects["reason"][0].startswith("no identity")
    assert "Twitter Web Client" in extract.rejects["content"][0]


def test_a_post_without_id_and_number_is_known_by_account_minute_and_text(
    sample: Sample, read: Read, raw: Make
) -> None:
    damaged = sample("x/ids-damaged.csv").content.replace(b"status/649293175583670273", b"status/6.49293E+17")
    posts = read(raw(damaged)).posts
    assert posts["identified_by"].to_list() == ["moment", "id"]
    assert posts["post_id"][0].startswith("MekongOpen-201509301842-")
    assert (
        posts["post_id"].to_list() == read(raw(damaged.replace(b"Ask your", b"ASK  your"))).posts["post_id"].to_list()
    )


def test_ids_of_before_november_2010_hold_no_time(sample: Sample, read: Read, raw: Make) -> None:
    old = (
        sample(OLD)
        .content.replace(b"1488301103379382273", b"1675000001")
        .replace(b"2022-02-01 00:00", b"2009-05-01 10:20")
    )
    posts = read(raw(old)).posts
    assert posts["post_id"].to_list() == ["1498352216044470273", "1675000001"]
    assert posts["published_at"].to_list()[1] == datetime(2009, 5, 1, 10, 20)


# --------------------------------------------------------------------------- which days the figures cover


def test_a_name_of_today_says_its_last_day(sample: Sample, read: Read) -> None:
    extract = read(sample(TODAY))
    assert extract.evidence.period == (date(2024, 12, 28), date(2025, 1, 8))
    assert extract.evidence.period_from == "the range in its name"
    assert extract.observations.select("period_start", "period_end", "period_opens_at").unique().rows() == [
        (date(2024, 12, 28), date(2025, 1, 8), datetime(2024, 12, 28))
    ]
    assert extract.evidence.observed_on == date(2025, 1, 8)
    assert extract.observations["observed_at"].unique().to_list() == [datetime(2025, 1, 8, 16, 59, 59, 999999)]


def test_a_name_of_old_says_the_day_after_its_last(sample: Sample, read: Read) -> None:
    extract = read(sample(OLD))
    assert extract.evidence.period == (date(2022, 2, 1), date(2022, 2, 28))
    assert extract.evidence.observed_on == date(2022, 2, 28)


def test_a_second_download_and_a_handle_before_the_name_change_no_range(sample: Sample, read: Read, raw: Make) -> None:
    for name in (TODAY.replace(".csv", " (2).csv"), "MekongOpen " + TODAY.removeprefix("x/")):
        assert read(raw(sample(TODAY).content, name)).evidence.period == (date(2024, 12, 28), date(2025, 1, 8))


def test_the_setting_covers_says_that_figures_are_lifetime_ones(sample: Sample, read: Read) -> None:
    extract = read(sample(TODAY), covers="lifetime")
    assert extract.evidence.period is None
    assert extract.evidence.period_from == "the range in its name, lifetime figures as the settings say"
    assert extract.evidence.observed_on == date(2025, 1, 8)
    assert extract.observations.select("period_start", "period_end", "period_opens_at").null_count().row(0) == (3, 3, 3)


@pytest.mark.parametrize("name", ["posts.csv", "account_analytics_content_2025-01-08_2024-12-28.csv"])
def test_a_file_without_a_range_in_its_name_is_taken_as_lifetime_and_says_so(
    sample: Sample, read: Read, raw: Make, name: str
) -> None:
    extract = read(raw(sample(TODAY).content, name))
    assert (extract.evidence.period, extract.evidence.period_from) == (None, LIFETIME)
    assert extract.observations["period_start"].null_count() == 3
    assert extract.evidence.observed_at == datetime(2025, 1, 10, 3)


# --------------------------------------------------------------------------- languages


@pytest.mark.parametrize(
    ("name", "language", "text"),
    [
        ("account_analytics_content_2024-11-16_2025-01-08.csv", "ja", "@partner_org 公開討論のお知らせ"),
        ("account_analytics_content_2025-01-01_2025-01-08.csv", "de", "Wer darf fragen? Debatte der Jugend"),
    ],
)
def test_todays_export_is_read_in_other_languages(
    sample: Sample, read: Read, name: str, language: str, text: str
) -> None:
    extract = read(sample(f"x/{name}"))
    assert (extract.evidence.language, extract.posts["text"].to_list()) == (language, [text])
    assert extract.observations.select(METRICS).rows() == [(986, 986, 4, 5, 2, 3, 6)]
    assert extract.posts.select("post_id", "account_id", "published_at").rows() == [
        ("1874652856447926273", "MekongOpen", datetime(2025, 1, 2, 3, 4, 5))
    ]
    assert extract.notes == ()


def test_a_stray_backslash_in_a_japanese_header_changes_nothing(sample: Sample, read: Read) -> None:
    extract = read(sample("x/account_analytics_content_2024-11-16_2025-01-08.csv"))
    assert "共有された回数\\" in extract.evidence.ignored
    assert extract.evidence.mapped["リポスト"] == "shares"


def test_the_portuguese_tweet_activity_of_old_is_read(sample: Sample, read: Read) -> None:
    extract = read(sample("x/tweet_activity_metrics_MekongOpen_20220201_20220301_pt.csv"))
    assert extract.evidence.language == "pt"
    assert extract.posts.select("post_id", "text").rows() == [("1498352216044470273", "Debate da juventude, às 18h")]
    assert extract.observations.select(METRICS).rows() == [(376, 376, 3, 1, 2, None, 4)]
    assert extract.evidence.period == (date(2022, 2, 1), date(2022, 2, 28))


def test_todays_portuguese_export_is_read(raw: Make, read: Read) -> None:
    header = (
        "ID do post,Data,Texto do post,Postar link,Impressões,Curtidas,Itens salvos,Respostas,Reposts,Cliques de URL"
    )
    row = (
        '1874652856447926273,"Thu, Jan 2, 2025",Debate,https://x.com/MekongOpen/status/1874652856447926273,98,4,3,5,2,6'
    )
    extract = read(raw(f"{header}\n{row}\n", "account_analytics_content_2025-01-01_2025-01-08.csv"))
    assert extract.evidence.language == "pt"
    assert extract.observations.select(METRICS).rows() == [(98, 98, 4, 5, 2, 3, 6)]


# --------------------------------------------------------------------------- an account's figures by day


def test_an_overview_gives_the_accounts_views_and_visits_by_day(sample: Sample, read: Read) -> None:
    extract = read(sample("x/account_overview_analytics.csv"))
    assert days(extract, "views") == [(date(2025, 1, 1), 1070), (date(2024, 12, 31), 1303)]
    assert days(extract, "visits") == [(date(2025, 1, 1), 6), (date(2024, 12, 31), 0)]
    assert extract.account_figures["metric"].unique().sort().to_list() == ["views", "visits"]
    assert extract.account_figures["account_id"].unique().to_list() == [None]
    assert (extract.posts.height, extract.evidence.rows, extract.rejects.height) == (0, 2, 0)
    assert extract.evidence.period == (date(2024, 12, 31), date(2025, 1, 1))
    assert "Video views" in extract.evidence.ignored


def test_the_daily_activity_of_old_names_its_account_in_the_files_name(sample: Sample, read: Read) -> None:
    extract = read(sample("x/daily_tweet_activity_metrics_MekongOpen_20210101_20210201_en.csv"))
    assert extract.account_figures.select("account_id", "metric", "period_start", "period_end", "value").rows() == [
        ("MekongOpen", "views", date(2021, 1, 1), date(2021, 1, 1), 6703),
        ("MekongOpen", "views", date(2021, 1, 31), date(2021, 1, 31), 3812),
    ]
    assert extract.accounts.select("account_id", "name").rows() == [("MekongOpen", "MekongOpen")]
    assert extract.evidence.observed_on == date(2021, 1, 31)


def test_a_handle_may_hold_underscores_and_digits(sample: Sample, read: Read, raw: Make) -> None:
    content = sample("x/daily_tweet_activity_metrics_MekongOpen_20210101_20210201_en.csv").content
    extract = read(raw(content, "daily_tweet_activity_metrics_open_data_20_20210101_20210201_en (1).csv"))
    assert extract.account_figures["account_id"].unique().to_list() == ["open_data_20"]
    assert extract.evidence.observed_on == date(2021, 1, 31)


def test_a_renamed_daily_activity_says_of_no_account_whose_it_is(sample: Sample, read: Read, raw: Make) -> None:
    content = sample("x/daily_tweet_activity_metrics_MekongOpen_20210101_20210201_en.csv").content
    figures = read(raw(content, "daily.csv")).account_figures
    assert figures.select("account_id", "value").rows() == [(None, 6703), (None, 3812)]


def test_the_overview_of_videos_is_refused_by_name(sample: Sample, read: Read, raw: Make) -> None:
    both = sample("x/video_overview_analytics.csv")
    with pytest.raises(Refused, match=r"X's .*videos.*choose Content, the range, then Export"):
        read(both)
    daily, _ = both.content.split(b"\n,,,")
    with pytest.raises(
        Refused, match=r"X's overview of an account's videos by day.*choose Content, the range, then Export"
    ):
        read(raw(daily, "video_overview_analytics.csv"))


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("account_analytics_content_2024-11-14_2025-02-12.csv", date(2025, 2, 12)),
        ("account_analytics_content_20241114_20250212.csv", date(2025, 2, 12)),
        ("20241114_20250212.csv", date(2025, 2, 12)),
        ("tweet_activity_metrics_MekongOpen_20241114_20250212_en.csv", date(2025, 2, 11)),
    ],
)
def test_the_range_in_a_name_ends_on_its_last_day_and_the_activitys_the_day_before(
    raw: Make, read: Read, name: str, last: date
) -> None:
    header = "Post id,Date,Post text,Post Link,Impressions,Likes"
    row = '1871234567890123456,"Tue, Dec 24, 2024",Law,https://x.com/mekong/status/1871234567890123456,5,1'
    assert read(raw(f"{header}\n{row}\n", name)).evidence.period == (date(2024, 11, 14), last)


def test_days_with_impressions_and_likes_alone_are_not_xs(raw: Make) -> None:
    header = "Date,Impressions,Likes,Comments,Shares\n2026-06-17,5,1,1,1\n"
    assert x.sniff(raw(header), x.Settings()) is None
