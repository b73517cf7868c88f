from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime

import fastexcel
import pytest
import xlsxwriter

import connectors
from connectors.contract import Extract, Raw
from connectors.reading import documents

Sample = Callable[[str], Raw]
Make = Callable[..., Raw]
Read = Callable[..., Extract]


def test_a_log_is_read_programme_by_programme(sample: Sample, read: Read) -> None:
    extract = read(sample("outreach/log.csv"))
    assert extract.posts["post_id"].to_list() == [
        "Radio Example 2024-09-27 1",
        "Radio Two 2024-09-28 2",
        "https://tv.example/forum",
    ]
    assert extract.posts["identified_by"].to_list() == ["id", "id", "link"]
    assert extract.posts["kind"].to_list() == ["radio", "other", "tv"]
    assert extract.posts["text"][0] == "សិទ្ធិទទួលបានព័ត៌មាន\nlive"
    assert extract.posts["published_at"][0] == datetime(2024, 9, 26, 17)
    assert extract.observations.select("audience", "audience_by").rows()[0] == (20_000, "the station")
    assert extract.accounts["account_id"].to_list() == ["Radio Example", "Radio Two", "TV Example"]
    assert (extract.evidence.grade, extract.evidence.is_document) == ("entered", True)
    assert extract.evidence.date_order == "day first"


def test_no_programme_of_a_log_was_on_air_after_the_log_came(read: Read) -> None:
    content = b"no,date,station,title\n1,05/10/2024,Radio,Talk\n2,06/10/2024,Radio,Talk\n"
    extract = read(Raw("log.csv", content, datetime(2024, 6, 20), datetime(2024, 6, 20)), zone="UTC")
    assert extract.posts["published_at"].to_list() == [datetime(2024, 5, 10), datetime(2024, 6, 10)]
    assert extract.evidence.date_order_from == "no date lies after the day the file came"


def test_rows_without_an_identity_and_numbers_that_stand_twice_are_rejected(sample: Sample, read: Read) -> None:
    extract = read(sample("outreach/log.csv"))
    assert extract.rejects["row"].to_list() == [4, 5]
    assert extract.rejects["reason"][0] == "no identity: give it a link, or a number in the column no"
    assert extract.rejects["reason"][1] == (
        "Radio Example 2024-09-27 1 stands in row 1 already: give each row its own link or number"
    )
    assert extract.evidence.rows == 5


def test_remarks_and_lines_not_filled_in_are_passed_over_and_strange_kinds_named(sample: Sample, read: Read) -> None:
    assert read(sample("outreach/log.csv")).notes == (
        "2 lines that are no rows were passed over as notes",
        "the kind 'podcast' is not one of radio, tv, press, event, other: taken as other",
    )


@pytest.mark.parametrize("name", ["outreach", "sheet"])
def test_a_template_is_recognised_as_csv_and_as_a_workbook(name: str, raw: Make) -> None:
    for file, content in documents.template(name).items():
        platform, match = connectors.recognise(raw(content, file), {})
        assert (platform.name, match.confidence) == (name, 0.9)
        assert platform.export
        assert platform.export.read(raw(content, file), platform.settings()).evidence.rows == 0


@pytest.mark.parametrize("name", ["outreach", "sheet"])
def test_a_template_is_the_same_every_time_and_its_cells_are_text(name: str) -> None:
    first, second = documents.template(name), documents.template(name)
    assert first == second
    sheet = fastexcel.read_excel(first[f"{name}.xlsx"]).load_sheet(0).to_polars()
    assert sheet.columns == first[f"{name}.csv"].decode("utf-8-sig").strip().split(",")


def test_the_sheets_of_a_workbook_are_one_log(read: Read, raw: Make) -> None:
    header = ["no", "date", "kind", "station", "title", "audience"]
    extract = read(raw(_workbook({"2023": [header, ["1", "2023-09-28", "tv", "A", "x", 5]],
                                  "2024": [header, ["2", "2024-09-27", "tv", "B", "y", 6]]}), "log.xlsx"))  # fmt: skip
    assert extract.observations.select("post_id", "row", "audience").rows() == [
        ("A 2023-09-28 1", 1, 5),
        ("B 2024-09-27 2", 2, 6),
    ]


def _workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for at, row in enumerate(rows):
                page.write_row(at, 0, row)
    return target.getvalue()


def test_the_same_number_in_two_logs_is_two_programmes(read: Read, raw: Make) -> None:
    header = "no,date,kind,station,title\n"
    one, two = (read(raw(f"{header}1,{day},radio,A,x\n", "log.csv")) for day in ("2023-09-28", "2024-09-27"))
    assert one.posts["post_id"].item() != two.posts["post_id"].item()
    assert one.posts["alias"].item() == two.posts["alias"].item() == "1"


def test_a_text_in_the_column_of_links_that_is_no_address_names_no_programme(raw: Make, read: Read) -> None:
    text = "no,station,date,title,audience,link\n" + "".join(f"{n},A,2024-10-0{n},Show,5,Click here\n" for n in (1, 2))
    assert read(raw(text)).posts["post_id"].to_list() == ["A 2024-10-01 1", "A 2024-10-02 2"]
