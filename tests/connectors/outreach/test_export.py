from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from importlib.resources import files

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


def test_columns_of_bands_of_ages_are_read_and_cells_that_are_no_numbers_named(raw: Make, read: Read) -> None:
    text = "no,date,station,title,kind,participants,15-24,25+\n1,2024-09-27,A,Forum,event,9,4,5\n2,2024-09-28,A,Forum,event,9,some,\n"
    extract = read(raw(text))
    ages = [[tuple(span.values()) for span in spans or ()] for spans in extract.attendance["ages"].to_list()]
    assert ages == [[(15, 24, 4), (25, None, 5)], []]
    assert extract.evidence.mapped["15-24"] == "ages"
    assert extract.evidence.ignored == ()
    assert "15-24 is taken as not known where it is no whole number of people (1 row): row 2 ('some')" in extract.notes


def test_remarks_and_lines_not_filled_in_are_passed_over_and_strange_kinds_named(sample: Sample, read: Read) -> None:
    assert read(sample("outreach/log.csv")).notes == (
        "2 lines that are no rows were passed over as notes",
        "the kind 'podcast' is not one of radio, tv, press, event, meeting, workshop, training, debate, webinar, other: "
        "taken as other",
    )


def test_a_list_of_clippings_is_press_and_what_an_outlet_claims_is_said_by_it(sample: Sample, read: Read) -> None:
    extract = read(sample("outreach/clippings.csv"))
    assert extract.posts.select("platform", "post_id", "kind", "account_id").rows() == [
        ("outreach", "https://daily.example/law", "press", "The Daily"),
        ("outreach", "https://mekong.example/ask?utm_source=x", "press", "Mekong News"),
        ("outreach", "Mekong News 2024-09-28 press No link here", "press", "Mekong News"),
    ]
    assert extract.observations.select("audience", "audience_by", "reach").rows() == [
        (120_000, "The Daily", None), (None, None, None), (5_000, "Mekong News", None)
    ]  # fmt: skip


def test_an_article_on_paper_goes_by_outlet_day_and_title_and_one_that_stands_twice_counts_once(
    raw: Make, read: Read
) -> None:
    row = "2024-09-28,Mekong News,No link here,\n"
    extract = read(raw(f"Date,Outlet,Title,Link\n{row}{row}2024-09-28,The Daily,No link here,\n"))
    assert extract.posts["post_id"].to_list() == [
        "Mekong News 2024-09-28 press No link here", "The Daily 2024-09-28 press No link here"
    ]  # fmt: skip
    assert extract.rejects["row"].to_list() == [2]


def test_the_template_of_clippings_takes_who_claims_the_reach_and_a_number_in_place_of_a_link(
    raw: Make, read: Read
) -> None:
    header = (files("connectors.outreach") / "press.csv").read_text(encoding="utf-8").strip()
    extract = read(raw(f"{header}\n7,2024-09-27,The Daily,A law,,,9000,the advertising department,\n"))
    assert extract.posts.select("post_id", "kind").rows() == [("The Daily 2024-09-27 7", "press")]
    assert extract.observations.select("audience", "audience_by").row(0) == (9000, "the advertising department")


@pytest.mark.parametrize(("name", "confidence"), [("outreach", 0.85), ("sheet", 0.9)])
def test_a_template_is_recognised_as_csv_and_as_a_workbook(name: str, confidence: float, raw: Make) -> None:
    for file, content in documents.template(name).items():
        platform, match = connectors.recognise(raw(content, file), {})
        assert (platform.name, match.confidence) == (
            name,
            confidence,
        )  # the log knows a column called total, which the template has not
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


EVENTS = """No.,Date of event,Activity,Type of event,Venue,Total,F,M,Youth,PWD
1,2024-09-27,National forum,National workshop,Phnom Penh,488 (214 F),,,120,3
2,2024-10-01,Youth debate,debate,Kampot,34,23,11,34,
,,Total,,,522,237,,,
"""
KHMER = """ល.រ,កាលបរិច្ឆេទ,សកម្មភាព,ប្រភេទ,ទីកន្លែង,សរុប,ស្រី,ប្រុស,យុវជន,ជនពិការ
១,២០២៤-០៩-២៧,វេទិកាជាតិ,សិក្ខាសាលាថ្នាក់ជាតិ,ភ្នំពេញ,៤៨៨ (ស្រី ២១៤ នាក់),,,១២០,៣
២,២០២៤-១០-០១,ការជជែកវែកញែករបស់យុវជន,ការជជែកវែកញែក,កំពត,៣៤ នាក់,២៣,១១,៣៤,
"""


@pytest.mark.parametrize("text", [EVENTS, KHMER], ids=["English", "Khmer"])
def test_a_partners_list_of_events_is_read_with_who_took_part(text: str, read: Read, raw: Make) -> None:
    extract = read(raw(text, "events.csv"))
    assert extract.posts["kind"].to_list() == ["workshop", "debate"]
    assert extract.attendance.drop("platform", "post_id", "observed_at", "row", "persons", "ages").rows() == [
        (place, 1, *numbers)
        for place, numbers in zip(
            extract.attendance["place"], [(488, 214, None, None, 120, 3), (34, 23, 11, None, 34, None)], strict=True
        )
    ]
    assert extract.attendance["place"].null_count() == 0
    assert extract.rejects.is_empty()


def test_the_template_takes_who_took_part_and_radio_has_no_attendance(read: Read, raw: Make) -> None:
    content = documents.template("outreach")["outreach.csv"].decode()
    lines = [
        "1,2024-09-27,training,Secretariat,Audit,,,,,Takeo,2,40,22,17,1,30,2,",
        "2,2024-09-27,radio,R,Talk,,,900,,,,,,,,,,",
    ]
    extract = read(raw("\n".join([content.strip(), *lines]), "log.csv"))
    assert extract.attendance.drop("platform", "observed_at", "persons", "ages").rows() == [
        ("Secretariat 2024-09-27 1", 1, "Takeo", 2, 40, 22, 17, 1, 30, 2)
    ]
    assert extract.observations["audience"].to_list() == [None, 900]


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("Meeting", "meeting"), ("working group meeting", "meeting"), ("National Workshops", "workshop"),
        ("training course", "training"), ("វគ្គបណ្តុះបណ្តាល", "training"), ("កិច្ចប្រជុំប្រចាំត្រីមាស", "meeting"),
        ("community radio", "other"), ("Television", "tv"), ("podcast", "other"), ("", "other"),
    ],
)  # fmt: skip
def test_the_last_word_of_a_kind_tells_an_event(cell: str, kind: str, read: Read, raw: Make) -> None:
    assert read(raw(f"no,date,kind,station,title\n1,2024-09-27,{cell},A,x\n")).posts["kind"].to_list() == [kind]


def test_a_row_with_participants_and_no_kind_is_an_event(read: Read, raw: Make) -> None:
    text = "no,date,kind,station,title,participants\n1,2024-09-27,,A,x,12\n2,2024-09-27,,A,y,\n"
    assert read(raw(text)).posts["kind"].to_list() == ["event", "other"]


def test_an_event_without_link_and_number_is_known_by_organiser_day_kind_place_and_title(read: Read, raw: Make) -> None:
    header = "date,kind,organiser,title,place,participants\n"
    extract = read(raw(f"{header}2024-09-27,meeting,A,x,Kampot,12\n2024-09-27,meeting,A,x,Takeo,12\n", "e.csv"))
    assert extract.posts["post_id"].to_list() == ["A 2024-09-27 meeting Kampot x", "A 2024-09-27 meeting Takeo x"]
    twice = read(raw(f"{header}2024-09-27,meeting,A,x,Kampot,12\n2024-09-27,meeting,A,x,Kampot,13\n", "e.csv"))
    assert (twice.posts.height, twice.attendance["participants"].to_list()) == (1, [12])
    assert "stands in row 1 already" in twice.rejects["reason"].item()


def test_the_first_events_of_two_lists_without_organisers_are_two(read: Read, raw: Make) -> None:
    header = "no,date,type,activity,participants\n"
    one, two = (read(raw(f"{header}1,2024-09-27,meeting,{title},12\n", "e.csv")) for title in ("x", "y"))
    assert one.posts["post_id"].item() != two.posts["post_id"].item()


def test_a_row_that_is_rejected_has_no_attendance(read: Read, raw: Make) -> None:
    extract = read(raw("date,kind,station,title,participants\nsoon,meeting,A,x,12\n2024-09-27,meeting,A,y,5\n"))
    assert extract.attendance["participants"].to_list() == [5]
    assert extract.rejects.height == 1


def test_the_cells_of_a_workbook_are_read_as_its_formulas_came_out(read: Read, raw: Make) -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet("log")
        page.write_row(0, 0, ["no", "date", "kind", "station", "title", "participants", "women"])
        page.write_row(1, 0, [1, "2024-09-27", "meeting", "A", "x", 0, 40])
        page.write_formula(1, 5, "=SUM(40,60)", None, 100)
    extract = read(raw(target.getvalue(), "log.xlsx"))
    assert extract.attendance.select("participants", "participants_women").rows() == [(100, 40)]
