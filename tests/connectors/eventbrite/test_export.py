from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from connectors.contract import Extract, Raw, Refused

Sample = Callable[[str], Raw]
Make = Callable[..., Raw]
Read = Callable[..., Extract]


def test_who_was_checked_in_counts_and_who_only_registered_does_not(sample: Sample, read: Read) -> None:
    extract = read(sample("eventbrite/attendees.csv"))
    assert extract.attendance.select("post_id", "participants").rows() == [
        ("eventbrite-open-data-evening-2024-09-27-1800", 2),  # two tickets of one address
        ("eventbrite-budget-hour-2024-10-04-0900", None),  # nobody was checked in: who came is not known
    ]
    assert extract.posts["published_at"].to_list() == [datetime(2024, 9, 27, 11), datetime(2024, 10, 4, 2)]
    assert extract.posts["text"].to_list() == ["Open data evening", "Budget hour"]
    assert extract.notes == (
        "not counted among the participants: 2 who had registered and did not come",
        "nobody was checked in, so that who came is not known; tickets: 1",
    )


def test_a_report_without_the_day_of_its_event_is_refused_and_that_of_the_order_is_none(
    sample: Sample, read: Read
) -> None:
    with pytest.raises(Refused, match="does not say on which day they met"):
        read(sample("eventbrite/without-times.csv"))


def test_the_first_who_was_checked_in_tells_the_day_where_no_column_does(raw: Make, read: Read) -> None:
    text = (
        "Order #,First Name,Email,Attendee Status,Check-In Date\n"
        "1,Ana,a@x.example,Checked In,2024-09-27 18:05:00\n"
        "2,Bo,b@x.example,Checked In,2024-09-27 17:55:00\n"
        "3,Cy,c@x.example,Attending,\n"
    )
    extract = read(raw(text, "Open evening.csv"))
    assert extract.attendance["participants"].to_list() == [2]
    assert extract.posts["published_at"].item() == datetime(2024, 9, 27, 10, 55)
    assert extract.posts["text"].item() == "Open evening"


def test_a_report_of_nobody_is_refused(raw: Make, read: Read) -> None:
    with pytest.raises(Refused, match="has no attendee in it"):
        read(raw("Order #,First Name,Email,Attendee Status,Date Attending\n"))


def test_a_row_without_a_day_is_of_the_only_one_that_its_event_has(raw: Make, read: Read) -> None:
    text = (
        "Order #,First Name,Email,Event Name,Date Attending,Attendee Status\n"
        "1,Ana,a@x.example,Forum,2024-09-27 18:00:00,Checked In\n2,Bo,b@x.example,Forum,,Checked In\n"
    )
    assert read(raw(text)).attendance["participants"].to_list() == [2]
