from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from connectors.contract import Extract, Raw, Refused

Sample = Callable[[str], Raw]
Make = Callable[..., Raw]
Read = Callable[..., Extract]
COUNTS = ("participants", "participants_women", "participants_men", "participants_sex_not_told")


def test_a_row_a_person_makes_an_event_of_each_day_with_its_women_and_men(sample: Sample, read: Read) -> None:
    extract = read(sample("people/list.csv"))
    assert extract.attendance.select("post_id", *COUNTS).rows() == [
        ("2024-09-27 workshop Phnom Penh National forum", 3, 2, 1, 0),
        ("2024-09-28 workshop Phnom Penh National forum", 2, 1, 0, 1),  # one of them stands there twice
    ]
    assert extract.posts["kind"].to_list() == ["workshop", "workshop"]
    assert extract.attendance["place"].to_list() == ["Phnom Penh", "Phnom Penh"]
    assert (extract.evidence.grade, extract.evidence.is_document, extract.evidence.rows) == ("entered", True, 7)
    assert extract.rejects.select("reason", "content").rows() == [("neither a name nor an address", None)]


def test_a_signed_list_has_its_event_in_lines_on_top_and_words_and_digits_in_khmer(sample: Sample, read: Read) -> None:
    extract = read(sample("people/signed-km.csv"))
    (event,), (post,) = extract.attendance.rows(named=True), extract.posts.rows(named=True)
    assert (event["participants"], event["participants_women"], event["place"]) == (3, 2, "តាកែវ")
    assert post["published_at"] == datetime(2024, 10, 2, 17)
    assert post["text"] == "ការជជែកវែកញែកយុវជន"
    assert [tuple(age.values()) for age in event["ages"]] == [(18, 18, 1), (19, 19, 1)]


def test_persons_are_hashes_with_the_workspaces_salt_and_only_where_each_has_a_number(
    sample: Sample, read: Read
) -> None:
    first, second = (read(sample("people/list.csv"), salt=salt).attendance["persons"].to_list() for salt in ("a", "b"))
    assert [len(persons) for persons in first] == [3, 2]
    assert len(set(first[0]) & set(first[1])) == 1  # one came on both days
    assert not set(first[0]) & set(second[0])
    assert read(sample("people/list.csv")).attendance["persons"].null_count() == 2
    assert read(sample("people/signed-km.csv"), salt="a").attendance["persons"].to_list() == [None]


@pytest.mark.parametrize("number", ["012345678", "012 345 678", "012-345-678", " 012.345.678 ", "12345678"])
def test_a_telephones_number_is_one_however_it_is_written(raw: Make, read: Read, number: str) -> None:
    text = f"Name,Phone,Sex,Date,Event\nAna,012 345 678,F,27/09/2024,Forum\nAna L.,{number},F,27/09/2024,Forum\n"
    assert read(raw(text)).attendance["participants"].to_list() == [1]


@pytest.mark.parametrize(
    ("cells", "with_disability"),
    [(["", ""], None), (["x", ""], 1), (["Yes", "no"], 1), (["none", "N"], 0), (["blind", "deaf"], 2)],
)
def test_who_lives_with_a_disability_is_known_where_the_column_tells_of_anybody(
    raw: Make, read: Read, cells: list[str], with_disability: int | None
) -> None:
    rows = "".join(f"Person {n},F,{cell},27/09/2024,Forum\n" for n, cell in enumerate(cells))
    extract = read(raw("Name,Sex,PWD,Date,Event\n" + rows))
    assert extract.attendance["participants_with_disability"].to_list() == [with_disability]


def test_lines_without_people_and_totals_are_passed_over_and_end_no_list(raw: Make, read: Read) -> None:
    rows = "1,Ana,F,27/09/2024\n2,,,\n,,,\nafternoon,,,\n3,Bo,M,27/09/2024\n,Total,2,\n"
    assert read(raw(f"No,Name,Sex,Date\n{rows}")).attendance["participants"].to_list() == [2]


def test_a_list_of_no_day_is_refused_and_so_is_one_with_a_row_of_none(raw: Make, read: Read) -> None:
    with pytest.raises(Refused, match="does not say on which day they met"):
        read(raw("Name,Sex\nAna,F\n"))
    with pytest.raises(Refused, match="give each row its date"):
        read(raw("Name,Sex,Date\nAna,F,27/09/2024\nBo,M,28/09/2024\nCy,M,\n"))


def test_what_all_rows_share_stands_in_one_of_them_alone(raw: Make, read: Read) -> None:
    rows = "Ana,F,27/09/2024,Forum,Takeo\nBo,M,,,\nCy,F,27/09/2024,,\n"
    extract = read(raw(f"Name,Sex,Date,Event,Place\n{rows}"))
    assert extract.attendance.select("place", *COUNTS[:2]).rows() == [("Takeo", 3, 2)]
    assert extract.posts["text"].to_list() == ["Forum"]


def test_a_list_of_events_is_the_logs_and_no_list_of_people(raw: Make) -> None:
    import connectors

    platform, _ = connectors.recognise(raw("Date,Event,Name,Sex,Participants\n27/09/2024,Forum,A,F,3\n"), {})
    assert platform.name == "outreach"


@pytest.mark.parametrize(
    ("day", "title"),
    [("27 Sep 2024", "Forum"), ("27/09/2024", " forum"), ("27/09/2024 14:00", "Forum"), ("2024-09-27", "FORUM")],
)
def test_an_event_is_one_however_rows_write_its_day_and_title(raw: Make, read: Read, day: str, title: str) -> None:
    text = f"Name,Sex,Age,Date,Event\nAna,F,22,27/09/2024,Forum\nBo,M,23,{day},{title}\n"
    extract = read(raw(text))
    assert extract.attendance.select("post_id", *COUNTS).rows() == [("2024-09-27 event Forum", 2, 1, 1, 0)]
    assert extract.posts.height == extract.observations.height == 1


@pytest.mark.parametrize(
    ("cell", "age"),
    [("22.0", 22), ("22 years", 22), ("២២ ឆ្នាំ", 22), ("120", 120), ("121", None), ("15-24", None), ("-3", None)],
)
def test_an_age_is_a_whole_number_of_years(raw: Make, read: Read, cell: str, age: int | None) -> None:
    (ages,) = read(raw(f"Name,Sex,Age,Date\nAna,F,{cell},27/09/2024\n")).attendance["ages"].to_list()
    assert ages == (age and [{"first": age, "last": age, "participants": 1}])


def test_one_event_in_several_tables_is_refused_since_one_would_take_the_others_place(raw: Make, read: Read) -> None:
    import io
    import zipfile

    def zipped(*texts: str) -> Raw:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for number, text in enumerate(texts):
                archive.writestr(f"{number}.csv", text)
        return raw(target.getvalue(), "lists.zip")

    head = "Name,Sex,Date,Event\n"
    with pytest.raises(Refused, match="one event in several tables"):
        read(zipped(head + "Ana,F,27/09/2024,\n", head + "Bo,M,27/09/2024,\nCy,M,27/09/2024,\n"))
    titled = read(zipped(head + "Ana,F,27/09/2024,Forum\n", head + "Bo,M,27/09/2024,Debate\n"))
    assert titled.attendance["participants"].to_list() == [1, 1]


@pytest.mark.parametrize("cell", ["0", "000", "()", "."])
def test_a_cell_without_a_number_makes_no_name_into_an_identity(raw: Make, read: Read, cell: str) -> None:
    text = f"Name,Phone,Sex,Date\nAna,{cell},F,27/09/2024\nBo,012345678,M,27/09/2024\n"
    (event,) = read(raw(text), salt="a").attendance.rows(named=True)
    assert (event["participants"], event["persons"]) == (2, None)


@pytest.mark.parametrize(
    ("rows", "participants", "women"),
    [
        ("Sok Dara,F,22\nSok Dara,F,23\n", 2, 2),
        ("Sok Dara,F,22\nSok Dara,M,22\n", 2, 1),
        ("Sok Dara,F,22\nSok Dara,F,22\n", 1, 1),
        ("Sok Dara,F,22\nsok  dara,Female,\n", 1, 1),
        ("Sok Dara,F,22\nSok Dara,F,23\nSok Dara,F,22\n", 2, 2),
    ],
)
def test_people_of_one_name_are_several_where_their_sex_or_age_differs(
    raw: Make, read: Read, rows: str, participants: int, women: int
) -> None:
    extract = read(raw(f"Event: Forum\nDate: 2024-09-27\nName,Sex,Age\n{rows}", "people.csv"))
    assert extract.attendance.select(COUNTS[:2]).row(0) == (participants, women)
