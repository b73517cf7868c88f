from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable

import polars as pl
import pytest

from connectors.contract import Raw, Refused
from connectors.outreach import export as outreach
from connectors.reading import documents
from tests.connectors.reading.tables import zipped

Make = Callable[..., Raw]
LOG = "no,date,station,title,audience\n"
SETTINGS = outreach.Settings()
LAYOUT = outreach.LAYOUTS[0]


def read(raw: Raw) -> documents.Document:
    return documents.read(raw, SETTINGS, "outreach", LAYOUT)


def test_notes_above_between_and_below_the_rows_are_passed_over_and_counted(raw: Make) -> None:
    text = f"What we did\n{LOG}1,2026-01-02,Radio,Law,5\nSee page 2,,,,\n2,2026-01-03,Radio,Water,6\nTotal,,,,11\n"
    document = read(raw(text))
    assert document.frame["title"].to_list() == ["Law", "Water"]
    assert document.notes == ("2 lines that are no rows were passed over as notes",)


def test_a_number_alone_is_a_line_that_was_not_filled_in(raw: Make) -> None:
    document = read(raw(f"{LOG}1,2026-01-02,Radio,Law,5\n2,,,,\n3,2026-01-03,,,\n"))
    assert document.frame["no"].to_list() == ["1", "3"]
    assert document.notes == ("1 line that is no row was passed over as notes",)


def test_columns_of_the_template_that_the_sheet_lacks_are_null(raw: Make) -> None:
    frame = read(raw(f"{LOG}1,2026-01-02,Radio,Law,5\n")).frame
    assert frame.select("link", "note").row(0) == (None, None)


def test_a_row_without_counts_whose_last_cells_were_left_away_is_whole(raw: Make) -> None:
    document = read(raw(f"{LOG}1,2026-01-02,Radio,Law\n2,2026-01-03,Radio,Water,6\n"))
    assert document.frame["audience"].to_list() == [None, "6"]
    assert document.rows.odd == ()


@pytest.mark.parametrize("row", ["2,2026-01-03,Radio,Water,6", "2,2026-01-03,Radio,6", "2,6,Radio,Water"])
def test_a_short_row_with_a_count_is_left_out_since_a_cell_may_be_missing_in_its_middle(raw: Make, row: str) -> None:
    log = LOG.replace("\n", ",note\n")
    document = read(raw(f"{log}1,2026-01-02,Radio,Law,5,\n{row}\n"))
    assert document.frame["no"].to_list() == ["1"]
    assert [odd.row for odd in document.rows.odd] == [2]
    assert "a cell that is missing in the middle moves its counts" in document.rows.odd[0].reason


def test_rows_of_several_sheets_are_numbered_on(raw: Make) -> None:
    one, two = f"{LOG}1,2026-01-02,Radio,Law,5\n", f"{LOG}2,2026-01-03,Radio,Water,6\n"
    assert read(raw(zipped(a__csv=one, b__csv=two), "logs.zip")).frame["row"].to_list() == [1, 2]


def test_a_sheet_without_the_templates_columns_is_refused_with_their_names(raw: Make) -> None:
    with pytest.raises(Refused, match="lacks the template's columns date, station, title"):
        read(raw("a,b\n1,2\n"))


@pytest.mark.parametrize(("text", "number"), [("1", "1"), ("1.0", "1"), ("12.00", "12"), ("១២", "12"), ("1.5", "1.5")])
def test_a_number_is_the_same_however_a_spreadsheet_writes_it(text: str, number: str) -> None:
    assert pl.DataFrame({"no": [text]}).select(documents.number())["no"][0] == number


def test_every_row_after_the_first_of_one_identity_has_a_reason() -> None:
    frame = pl.DataFrame({"post_id": ["a", "b", "a", None, "a"], "row": [1, 2, 3, 4, 5],
                          "reason": [None, None, None, None, "unreadable"]})  # fmt: skip
    reasons = documents.without_doubles(frame, ["post_id"])["reason"].to_list()
    assert reasons == [
        None, None, "a stands in row 1 already: give each row its own link or number", None, "unreadable",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["outreach", "sheet"])
def test_a_template_is_the_same_every_time_and_its_two_forms_have_the_same_columns(name: str) -> None:
    template = documents.template(name)
    assert template == documents.template(name)
    columns = next(csv.reader(io.StringIO(template[f"{name}.csv"].decode("utf-8-sig"))))
    with zipfile.ZipFile(io.BytesIO(template[f"{name}.xlsx"])) as book:
        texts = book.read("xl/sharedStrings.xml").decode()
    assert all(f"<t>{column}</t>" in texts for column in columns)


def test_a_sheet_is_surer_the_more_of_the_template_it_has(raw: Make) -> None:
    some = documents.sniffed(raw(f"{LOG}1,2026-01-02,Radio,Law,5\n"), "outreach", LAYOUT, SETTINGS)
    whole = documents.sniffed(raw(documents.template("outreach")["outreach.csv"]), "outreach", LAYOUT, SETTINGS)
    assert some is not None
    assert whole is not None
    assert 0.4 < some.confidence < whole.confidence == 0.85
