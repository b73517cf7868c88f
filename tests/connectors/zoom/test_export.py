from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from connectors.contract import Extract, Raw, Refused

Sample = Callable[[str], Raw]
Make = Callable[..., Raw]
Read = Callable[..., Extract]

LIST = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n"


def came(extract: Extract) -> int:
    return int(extract.attendance["participants"].item())


def test_a_meeting_counts_people_and_not_stays_without_its_host_and_who_stayed_in_the_waiting_room(
    sample: Sample, read: Read
) -> None:
    extract = read(sample("zoom/meeting.csv"))
    (post,), (event,) = extract.posts.rows(named=True), extract.attendance.rows(named=True)
    assert (event["events"], event["participants"], event["place"]) == (1, 3, "Zoom")
    assert (post["platform"], post["post_id"]) == ("outreach", "zoom-81234567890-2024-09-27-0900")
    assert (post["kind"], post["text"]) == ("meeting", "Working group on the access to information law")
    assert post["published_at"] == datetime(2024, 9, 27, 2)
    assert event["observed_at"] == datetime(2024, 9, 27, 16, 59, 59, 999_999)
    assert extract.notes == (
        "not counted among the participants: 1 who led the event",
        "not counted among the participants: 1 who waited to be let in and never were",
    )
    assert (extract.evidence.rows, extract.evidence.grade) == (9, "export")


def test_a_row_that_names_nobody_is_rejected_without_its_content(sample: Sample, read: Read) -> None:
    rejects = read(sample("zoom/meeting.csv")).rejects
    assert rejects.rows() == [(9, "neither a name nor an address", None)]


def test_a_webinar_counts_attendees_without_hosts_panelists_and_who_only_registered(sample: Sample, read: Read) -> None:
    extract = read(sample("zoom/webinar.csv"))
    assert came(extract) == 3  # two by their addresses, one by telephone; the panelist listened as an attendee, too
    assert extract.posts["kind"].item() == "webinar"
    assert extract.posts["post_id"].item() == "zoom-84759841045-2025-03-22-1913"
    assert extract.notes == (
        "not counted among the participants: 2 who led the event",
        "not counted among the participants: 1 who had registered and did not come",
    )


def test_a_list_of_unique_users_has_its_day_from_the_block_on_top_and_its_topic_names_nobody(
    sample: Sample, read: Read
) -> None:
    extract = read(sample("zoom/unique-users.csv"))
    assert came(extract) == 2
    assert extract.posts["text"].item() == "Zoom meeting"
    assert extract.posts["published_at"].item() == datetime(2026, 6, 16, 8, 10, 26)


def test_a_list_in_spanish_without_a_block_on_top_is_of_the_day_on_which_the_first_came(
    sample: Sample, read: Read
) -> None:
    extract = read(sample("zoom/participantes.csv"))
    assert came(extract) == 2
    assert extract.posts["published_at"].item() == datetime(2024, 3, 31, 3, 29, 46)
    assert extract.posts["text"].item() == "participantes"
    assert extract.posts["post_id"].item() == "zoom-2024-03-31-102946"


def test_a_meetings_number_is_taken_from_the_files_name_where_no_block_has_it(raw: Make, read: Read) -> None:
    row = "Ana,,09/27/2024 09:00:00 AM,09/27/2024 10:00:00 AM,60,Yes\n"
    extract = read(raw(LIST + row, "2024/participants_81234567890.csv"))
    assert extract.posts["post_id"].item() == "zoom-81234567890-2024-09-27-0900"


def test_a_list_without_times_is_refused_with_what_to_do(sample: Sample, read: Read) -> None:
    with pytest.raises(Refused, match="does not say on which day they met; export it with their times"):
        read(sample("zoom/without-times.csv"))


@pytest.mark.parametrize(
    ("settings", "day", "other"),
    [({}, 5, datetime(2024, 4, 5)), ({"date_order": "month first"}, 5, None), ({"date_order": "day first"}, 4, None)],
)
def test_a_day_that_may_be_two_is_read_month_first_and_the_other_one_remembered_unless_settings_say(
    raw: Make, read: Read, settings: dict[str, str], day: int, other: datetime | None
) -> None:
    row = "Ana,,05/04/2024 09:00:00 AM,05/04/2024 10:00:00 AM,60,Yes\n"
    (post,) = read(raw(LIST + row), **settings, zone="UTC", reporting_zone="UTC").posts.rows(named=True)
    assert post["published_at"].month == day
    assert (post["published_other_at"] and post["published_other_at"].date()) == (other and other.date())


def test_times_are_of_the_zone_that_the_settings_say(raw: Make, read: Read) -> None:
    row = "Ana,,09/27/2024 09:00:00 PM,09/27/2024 10:00:00 PM,60,Yes\n"
    extract = read(raw(LIST + row), zone="America/New_York")
    assert extract.posts["published_at"].item() == datetime(2024, 9, 28, 1)


def test_an_account_that_started_a_meeting_and_did_not_come_takes_nobody_away(raw: Make, read: Read) -> None:
    head = "Topic,Meeting ID,Start Time,User Email\nForum,81234567890,09/27/2024 09:00:00 AM,api@host.example\n\n"
    row = "Ana,ana@x.example,09/27/2024 09:00:00 AM,09/27/2024 10:00:00 AM,60,Yes\n"
    extract = read(raw(head + LIST + row))
    assert (came(extract), extract.notes) == (1, ())


def test_two_meetings_in_one_zip_or_workbook_are_two_events(raw: Make, read: Read) -> None:
    import io
    import zipfile

    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for day in (27, 28):
            row = f"Ana,,09/{day}/2024 09:00:00 AM,09/{day}/2024 10:00:00 AM,60,Yes\n"
            archive.writestr(f"{day}.csv", LIST + row)
    extract = read(raw(target.getvalue(), "lists.zip"))
    assert extract.attendance["participants"].to_list() == [1, 1]
    assert extract.posts["post_id"].n_unique() == 2


@pytest.mark.parametrize("between", ["", "\nTopic,Meeting ID,Start Time,User Email\n"])
def test_two_meetings_below_each_other_are_refused_since_nothing_tells_their_people_apart(
    raw: Make, read: Read, between: str
) -> None:
    first, second = (f"Forum,81234567890,09/{day}/2024 09:00:00 AM,api@host.example\n" for day in (27, 28))
    row = "Ana,ana@x.example,09/27/2024 09:00:00 AM,09/27/2024 10:00:00 AM,60,Yes\n"
    head = "Topic,Meeting ID,Start Time,User Email\n"
    with pytest.raises(Refused, match="several meetings; put each meeting into a file of its own"):
        read(raw(head + first + between + second + "\n" + LIST + row))
    assert came(read(raw(head + first + "\n" + LIST + row + "\n" + head + first))) == 1


def test_a_list_without_a_row_tells_no_number_of_people(raw: Make, read: Read) -> None:
    head = "Topic,Meeting ID,Start Time,User Email\nForum,81234567890,09/27/2024 09:00:00 AM,api@host.example\n\n"
    assert read(raw(head + LIST)).attendance["participants"].to_list() == [None]
