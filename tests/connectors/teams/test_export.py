from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from connectors.contract import Extract, Raw, Refused

Sample = Callable[[str], Raw]
Make = Callable[..., Raw]
Read = Callable[..., Extract]


@pytest.mark.parametrize(
    ("name", "kind", "participants", "post_id", "title"),
    [
        ("report", "meeting", 3, "microsoft-teams-2024-09-27-085210", "Dialogue on the budget"),
        ("webinar-pt", "webinar", 1, "microsoft-teams-2026-03-17-170012", "Direito à informação"),
        ("summary-2021", "meeting", 1,
         "microsoft-teams-453adbad-3672-4bde-92d0-6be3049eb379-2021-10-13-1937", "Youth debate"),
        ("meetingAttendanceList", "meeting", 2, "microsoft-teams-2022-09-13-173021", "meetingAttendanceList"),
    ],
)  # fmt: skip
def test_a_report_of_each_age_is_one_event_with_its_people(
    sample: Sample, read: Read, name: str, kind: str, participants: int, post_id: str, title: str
) -> None:
    extract = read(sample(f"teams/{name}.csv"))
    (post,), (event,) = extract.posts.rows(named=True), extract.attendance.rows(named=True)
    assert (post["kind"], event["participants"], event["place"]) == (kind, participants, "Microsoft Teams")
    assert (post["post_id"], post["text"]) == (post_id, title)


def test_stays_and_doings_that_stand_below_the_people_are_not_counted_again(sample: Sample, read: Read) -> None:
    extract = read(sample("teams/report.csv"))
    assert extract.evidence.rows == 4
    assert extract.notes == ("not counted among the participants: 1 who led the event",)
    assert extract.posts["published_at"].item() == datetime(2024, 9, 27, 1, 52, 10)


def test_presenters_of_a_meeting_count_and_those_of_a_webinar_do_not(sample: Sample, read: Read) -> None:
    webinar = read(sample("teams/webinar-pt.csv"))
    assert webinar.notes == ("not counted among the participants: 2 who led the event",)
    meeting = read(sample("teams/report.csv"))
    assert meeting.attendance["participants"].item() == 3


def test_times_that_are_said_to_be_utc_are(raw: Make, read: Read) -> None:
    text = "Full Name\tJoin Time (UTC)\tRole\nAna\t2024-09-27 20:00:00\tAttendee\nBo\t2024-09-27 20:10:00\tAttendee\n"
    assert read(raw(text)).posts["published_at"].item() == datetime(2024, 9, 27, 20)


def test_a_day_that_may_be_two_is_read_as_is_the_custom_and_refused_where_none_tells(raw: Make, read: Read) -> None:
    text = "Full Name\tUser Action\tTimestamp\nAna\tJoined\t5/4/2024, 5:30:21 PM\nBo\tLeft\t5/4/2024, 5:31:21 PM\n"
    assert read(raw(text)).posts["published_at"].item() == datetime(2024, 4, 5, 10, 30, 21)
    with pytest.raises(Refused, match="met on a day that may be two; say under its section"):
        read(raw(text), reporting_zone="UTC")


def test_two_reports_in_one_file_are_refused(sample: Sample, raw: Make, read: Read) -> None:
    report = sample("teams/report.csv").content.decode("utf-16")
    assert "9/27/24" in report
    with pytest.raises(Refused, match="several meetings; put each meeting into a file of its own"):
        read(raw((report + "\n" + report.replace("9/27/24", "9/28/24")).encode("utf-16")))


@pytest.mark.parametrize(("title", "kept"), [("Meeting with Ana Sok", "Meeting"), ("Meeting on water", None)])
def test_a_title_that_teams_made_of_a_persons_name_names_nobody(
    sample: Sample, raw: Make, read: Read, title: str, kept: str | None
) -> None:
    report = sample("teams/report.csv").content.decode("utf-16").replace("Dialogue on the budget", title)
    assert read(raw(report.encode("utf-16"))).posts["text"].item() == (kept or title)
