from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from connectors.contract import Extract, Raw, Refused

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
    assert read(file).evidence.observed_at == datetime(2025, 1, 10, 3)
    older = raw(file.content, file.path, modified_at=datetime(2024, 9, 1))
    assert read(older).evidence.observed_on == date(2024, 9, 30)


def test_a_file_without_a_mark_and_with_other_line_ends_is_the_same(sample: Sample, read: Read) -> None:
    assert read(sample("facebook/no-bom-crlf.csv")).observations["reach"].to_list() == [310, 700]


def test_the_first_of_two_columns_views_counts_and_refuted_zeros_are_not_known(sample: Sample, read: Read) -> None:
    extract = read(sample("facebook/two-columns-views.csv"))
    assert extract.observations["views"].to_list() == [None, 0]
    assert extract.observations["unknown_because"].to_list() == ["views=refuted by its own row", None]
    assert len(extract.notes) == 1


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


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("daily-breakdown", "daily breakdown.*lifetime figures"),
        ("old-page-insights", "old Page Insights"),
        ("videos", "export of videos"),
        ("every-line-quoted", "one quoted cell"),
        ("account-results", "results by day.*Facebook Page reach"),
        ("Aug-01-2025_Aug-31-2025_99", "language that is not read yet .Beitrags-ID, Seiten-ID"),
    ],
)
def test_metas_other_files_are_refused_by_name(sample: Sample, read: Read, name: str, says: str) -> None:
    with pytest.raises(Refused, match=says) as refused:
        read(sample(f"facebook/{name}.csv"))
    assert "Export data" in str(refused.value)
