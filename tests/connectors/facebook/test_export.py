from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest

from connectors.contract import DISPUTED, Extract, Raw, Refused
from connectors.facebook import export as facebook
from connectors.reading.unrecognised import Unrecognised

Sample = Callable[[str], Raw]
Make = Callable[..., Raw]
Read = Callable[..., Extract]
SEPTEMBER = "facebook/Sep-01-2024_Sep-30-2024_1234567890123456.csv"
PAGE = "100064500000001"


def test_a_content_export_is_read_post_by_post(sample: Sample, read: Read) -> None:
    extract = read(sample(SEPTEMBER))
    assert extract.posts["post_id"].to_list() == [f"{PAGE}_1221580000000000{n}" for n in ("01", "15", "29")]
    assert extract.posts["kind"].to_list() == ["short", "post", "video"]
    assert extract.posts["published_at"].to_list()[0] == datetime(2024, 9, 28, 0, 5)
    assert extract.posts["text"].to_list()[0] == 'វីដេអូស្តីពីសិទ្ធិទទួលបានព័ត៌មាន\n\n#IDUAI2024, with "quotes"'
    assert extract.posts["is_crosspost"].to_list() == [False, False, True]
    assert extract.observations["views"].to_list() == [1200, None, 1050]
    assert extract.observations["likes"].to_list() == [45, 9, 15]
    assert extract.observations["watch_ms"].to_list() == [4_321_125, None, 100_000]
    assert extract.observations["period_start"].null_count() == 3
    assert extract.accounts.select("account_id", "name").rows() == [(PAGE, "Mekong Open Data Circle")]
    assert (extract.evidence.rows, extract.rejects.height, extract.evidence.grade) == (3, 0, "export")


def test_the_number_in_a_link_is_an_alias_and_of_videos_the_video(sample: Sample, read: Read) -> None:
    posts = read(sample(SEPTEMBER)).posts
    assert posts["alias"].to_list() == ["1029384756000001", None, "777000111222333"]
    assert posts["video_id"].to_list() == ["1029384756000001", None, "777000111222333"]


def test_a_file_is_as_old_as_the_later_of_its_range_and_its_time(sample: Sample, read: Read, raw: Make) -> None:
    file = sample(SEPTEMBER)
    soon = raw(file.content, file.path, modified_at=datetime(2024, 10, 5))
    assert read(soon).evidence.observed_at == datetime(2024, 10, 5)
    older = raw(file.content, file.path, modified_at=datetime(2024, 9, 1))
    assert read(older).evidence.observed_on == date(2024, 9, 30)
    copied = read(raw(file.content, file.path, modified_at=datetime(2025, 1, 10, 3))).evidence
    range_ends = datetime(2024, 9, 30, 16, 59, 59, 999999)
    assert (copied.observed_at, copied.observed_until) == (range_ends, datetime(2025, 1, 10, 3))


def test_a_file_without_a_mark_and_with_other_line_ends_is_the_same(sample: Sample, read: Read) -> None:
    assert read(sample("facebook/no-bom-crlf.csv")).observations["reach"].to_list() == [310, 700]


def test_zeros_that_their_own_row_refutes_are_not_known(sample: Sample, read: Read) -> None:
    extract = read(sample("facebook/two-columns-views.csv"))
    assert extract.observations["views"].to_list() == [None, 0]
    assert extract.observations["unknown_because"].to_list() == [
        [{"metric": "views", "reason": "refuted by its own row"}],
        None,
    ]
    assert len(extract.notes) == 1


def test_of_two_columns_views_that_differ_none_counts_and_both_are_named(sample: Sample, read: Read) -> None:
    file = sample("facebook/two-columns-views.csv")
    extract = read(replace(file, content=file.content.replace(b",1,0,\n", b",1,4,\n")))
    assert extract.observations["views"].to_list() == [None, None]
    assert extract.observations["unknown_because"].to_list() == [[{"metric": "views", "reason": DISPUTED}]] * 2
    assert extract.notes == (
        "Views (column 18) and Views (column 25) stand for views and differ, as in row 1 (0 and 4): views not known; "
        "export it again with the one that is right",
    )


def test_a_first_column_that_is_empty_all_the_way_yields_to_the_second(sample: Sample, read: Read) -> None:
    assert read(sample("facebook/first-views-column-empty.csv")).observations["views"].to_list() == [17]


def test_metrics_without_a_column_and_look_alikes_stay_unknown(sample: Sample, read: Read) -> None:
    extract = read(sample("facebook/no-views-no-shares.csv"))
    assert extract.observations.select("views", "impressions", "shares", "reach").rows() == [(None, None, None, 180)]
    assert extract.evidence.ignored == ("Engaged views", "Ad impressions", "REELS_PLAYS:COUNT")


def test_ids_that_a_spreadsheet_damaged_are_never_used(sample: Sample, read: Read) -> None:
    extract = read(sample("facebook/resaved-by-a-spreadsheet.csv"))
    posts = extract.posts
    assert posts["identified_by"].to_list() == ["link", "moment", "link"]
    assert posts["post_id"][0] == "100044310645639_1264264918062162"
    assert posts["post_id"][1].startswith("100044310645639-202410252318-")
    assert posts["post_id"][2] == "353521154356580"
    assert posts["is_damaged"].all()
    assert posts["account_id"].to_list() == ["100044310645639", "100044310645639", "Mekong"]
    assert extract.rejects["row"].to_list() == [4]
    assert "no identity" in extract.rejects["reason"][0]


def test_ids_that_all_end_in_zeros_after_fifteen_digits_are_damaged(sample: Sample, read: Read) -> None:
    posts = read(sample("facebook/ids-that-end-in-zeros.csv")).posts
    assert posts["identified_by"].to_list() == ["link", "link"]


def test_the_same_row_read_twice_has_the_same_identity(sample: Sample, read: Read, raw: Make) -> None:
    file = sample("facebook/resaved-by-a-spreadsheet.csv")
    spaced = raw(file.content.replace(b"Photo of the forum", b"PHOTO  of the forum "))
    assert read(file).posts["post_id"].to_list() == read(spaced).posts["post_id"].to_list()


def test_a_bad_row_never_costs_the_file(sample: Sample, read: Read) -> None:
    extract = read(sample("facebook/a-bad-row.csv"))
    assert extract.observations["row"].to_list() == [1, 4]
    assert extract.rejects["row"].to_list() == [2, 3]
    assert extract.rejects["reason"][0] == "views: '12abc' is not a count"
    assert "Six vlogs were short-listed" in extract.rejects["content"][0]
    assert extract.evidence.rows == 4


def test_a_publish_time_that_cannot_be_read_costs_the_time_only(sample: Sample, read: Read, raw: Make) -> None:
    extract = read(raw(sample(SEPTEMBER).content.replace(b"09/28/2024 08:00", b"yesterday")))
    assert extract.posts["published_at"].null_count() == 1
    assert any("'yesterday'" in note for note in extract.notes)


def test_a_setting_changes_the_zone_of_its_times(sample: Sample, read: Read) -> None:
    posts = read(sample(SEPTEMBER), zone="Asia/Phnom_Penh").posts
    assert posts["published_at"][0] == datetime(2024, 9, 27, 10, 5)


def test_a_daily_breakdown_is_kept_as_gains_and_never_as_lifetime_figures(sample: Sample, read: Read) -> None:
    extract = read(sample("facebook/daily-breakdown.csv"))
    days = [date(2024, 9, 27), date(2024, 9, 28)]
    assert extract.observations["period_start"].to_list() == extract.observations["period_end"].to_list() == days
    assert extract.observations["period_opens_at"].to_list() == [datetime(2024, 9, 27, 7), datetime(2024, 9, 28, 7)]
    assert extract.evidence.period == (days[0], days[1])
    assert extract.posts.height == 1


def test_a_day_in_a_file_of_lifetime_figures_is_rejected(sample: Sample, read: Read, raw: Make) -> None:
    file = sample(SEPTEMBER)
    extract = read(raw(file.content.replace(b",Lifetime,", b",09/28/2024,", 1), file.path))
    assert extract.rejects["reason"].to_list() == ["figures of one day in a file of lifetime figures"]
    assert extract.observations["period_start"].null_count() == extract.observations.height == 2


@pytest.mark.parametrize("name", ["content-es", "content-th", "content-vi"])
def test_a_content_export_is_read_in_the_languages_of_its_pages(sample: Sample, read: Read, name: str) -> None:
    extract = read(sample(f"facebook/{name}.csv"))
    assert extract.evidence.language == name[-2:]
    assert extract.observations.select("views", "reach", "likes", "comments", "shares").rows() == [(120, 80, 6, 1, 2)]
    assert extract.posts.select("post_id", "kind").rows() == [(f"{PAGE}_122158000000000041", "short")]


def test_the_older_layouts_keep_impressions_apart_and_plays_of_reels_out(sample: Sample, read: Read) -> None:
    older = read(sample("facebook/2024-with-impressions.csv"))
    assert older.observations.select("views", "impressions").rows() == [(None, 900), (None, 310)]
    between = read(sample("facebook/2024-with-both.csv"))
    assert between.observations.select("views", "impressions").rows() == [(1200, 900)]
    assert "REELS_PLAYS:COUNT" in between.evidence.ignored


def test_videos_without_a_post_are_known_by_their_number_until_a_post_is(sample: Sample, read: Read) -> None:
    extract = read(sample("facebook/videos.csv"))
    assert extract.posts["identified_by"].to_list() == ["video", "video"]
    assert (
        extract.posts["post_id"].to_list()
        == extract.posts["video_id"].to_list()
        == ["777000111222333", "777000111222444"]
    )
    assert extract.posts["account_id"].to_list() == ["Mekong Open Data Circle"] * 2
    assert extract.observations.select("views", "reach", "likes", "watch_ms").rows() == [
        (None, 400, 9, 5000), (None, 5, 0, 0)]  # fmt: skip


def test_page_insights_of_old_are_read_below_their_line_of_explanations(sample: Sample, read: Read) -> None:
    extract = read(sample("facebook/old-page-insights.csv"))
    assert (extract.evidence.rows, extract.rejects.height) == (2, 0)
    assert extract.posts["post_id"].to_list() == ["1005_2001", "1005_2002"]
    assert extract.posts["published_at"].to_list() == [datetime(2016, 2, 14, 8, 40, 16), datetime(2016, 2, 13, 20, 5)]
    rows = extract.observations.select("reach", "impressions", "likes", "comments", "shares", "clicks").rows()
    assert rows == [(301, 537, 10, None, None, 32), (40, 61, 3, 1, None, 0)]


def test_page_insights_as_an_xml_workbook_keep_reactions_on_a_sheet_of_their_own(sample: Sample, read: Read) -> None:
    extract = read(sample("facebook/old-page-insights.xls"))
    assert extract.observations.select("reach", "likes", "comments", "shares").rows() == [
        (301, 10, 2, 1),
        (40, 3, None, 4),
    ]


def test_page_insights_by_day_are_the_pages_figures(sample: Sample, read: Read) -> None:
    extract = read(sample("facebook/old-page-insights-daily.csv"))
    assert extract.posts.height == 0
    figures = extract.account_figures.select("metric", "period_start", "value").rows()
    assert figures == [("reach", date(2014, 1, 1), 12), ("reach", date(2014, 1, 2), 0)]


def test_an_accounts_results_are_its_figures_by_day_block_for_block(sample: Sample, read: Read) -> None:
    extract = read(sample("facebook/account-results.csv"))
    figures = extract.account_figures.select("platform", "account_id", "metric", "period_start", "value").rows()
    assert figures == [
        ("facebook", None, "reach", date(2025, 8, 1), 20),
        ("facebook", None, "reach", date(2025, 8, 2), 31),
        ("instagram", None, "reach", date(2025, 8, 1), 7),
    ]
    assert extract.notes == ("figures that Reach does not keep were passed over: Content interactions",)


@pytest.mark.parametrize(
    ("folder", "platform"), [("instagram", "instagram"), ("facebook", "facebook"), ("", "instagram")]
)
def test_results_that_name_no_platform_are_that_of_their_folder_else_instagrams(
    raw: Make, read: Read, folder: str, platform: str
) -> None:
    content = 'sep=,\n"Reach"\n"Date","Primary"\n"2025-08-01T00:00:00","20"\n'.encode("utf-16")
    extract = read(raw(content, f"{folder}/Reach.csv"))
    assert extract.account_figures["platform"].to_list() == [platform]


def test_lines_that_were_saved_as_one_quoted_cell_are_put_together_again_and_said(sample: Sample, read: Read) -> None:
    extract = read(sample("facebook/every-line-quoted.csv"))
    assert extract.posts["text"].to_list() == ["Hi\nthere, all"]
    assert extract.observations["views"].to_list() == [5]
    assert any("one quoted cell" in note for note in extract.notes)


def test_a_reel_that_is_called_a_video_is_a_short(sample: Sample, read: Read, raw: Make) -> None:
    file = sample(SEPTEMBER)
    assert read(raw(file.content.replace(b",Reels,", b",Videos,"), file.path)).posts["kind"][0] == "short"


def test_a_text_that_was_read_in_a_wrong_code_page_is_put_right(sample: Sample, read: Read, raw: Make) -> None:
    text = "វីដេអូស្តីពីសិទ្ធិ"
    plain, file = read(sample(SEPTEMBER)).posts["text"][0], sample(SEPTEMBER)
    wrong = file.content.replace(text.encode(), text.encode().decode("latin-1").encode())
    assert wrong != file.content
    assert read(raw(wrong, file.path)).posts["text"][0] == plain


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("page-by-day", "a page's own figures by day"),
        ("content-formats", "summaries by format"),
        ("follows", "Facebook follows.*keeps visits, views, reach and viewers"),
    ],
)
def test_metas_other_files_are_refused_by_name(sample: Sample, read: Read, name: str, says: str) -> None:
    with pytest.raises(Refused, match=says) as refused:
        read(sample(f"facebook/{name}.csv"))
    assert "Export data" in str(refused.value)


def test_an_unknown_language_is_refused_with_the_clicks_and_apart_the_line_that_maps_its_columns(
    sample: Sample, read: Read
) -> None:
    with pytest.raises(Unrecognised, match="set Facebook's language to English") as refused:
        read(sample("unrecognised/Aug-01-2025_Aug-31-2025_99.csv"))
    assert (
        'columns = { post_id = "Julkaisun tunnus", published_at = "Julkaisuaika", url = "Pysyvä linkki", views = "?"'
        in refused.value.in_file
    )


def test_names_of_columns_in_the_settings_read_a_language_that_is_not_known(
    sample: Sample, read: Read, raw: Make
) -> None:
    columns = {
        "post_id": "Julkaisun tunnus", "url": "Pysyvä linkki", "published_at": "Julkaisuaika", "views": ["Katselukerrat"],
        "reach": ["Kattavuus"],
    }  # fmt: skip
    extract = facebook.read(
        sample("unrecognised/Aug-01-2025_Aug-31-2025_99.csv"), facebook.Settings.model_validate({"columns": columns})
    )
    assert extract.observations.select("views", "reach").rows() == [(120, 80)]


def test_a_table_of_posts_without_a_figure_that_is_known_says_so(raw: Make, read: Read) -> None:
    with pytest.raises(Refused, match="without a figure that is known; not recognised: Katselukerrat"):
        read(
            raw(
                "Post ID,Permalink,Publish time,Katselukerrat\n122158000000000001,https://www.facebook.com/1/posts/2,09/27/2024 10:00,5\n"
            )
        )


def test_japanese_headers_are_read_and_the_combined_column_is_none_of_ours(raw: Make, read: Read) -> None:
    header = (
        "投稿ID,ページID,ページ名,タイトル,説明,公開時間,リンク,投稿タイプ,日時,ビュー,リーチ,"
        "リアクション・コメント・シェア数,リアクション数,コメント数,シェア数"
    )
    row = "122158000000000001,100064500000001,Mekong,,法律,09/27/2024 17:05,https://www.facebook.com/reel/8600000001/"
    extract = read(raw(f"{header}\n{row},写真,通算,10,5,9,4,3,2\n"))
    assert extract.observations.select("views", "reach", "likes", "comments", "shares").rows() == [(10, 5, 4, 3, 2)]
