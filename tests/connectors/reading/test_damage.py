from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from connectors.reading.damage import identified_by, identity_notes, intact_ids, is_damaged_text, repaired, with_moment


def ids(*cells: str | None) -> list[str | None]:
    frame = pl.DataFrame({"post_id": list(cells)}, schema={"post_id": pl.String})
    return frame.select(intact_ids(frame, "post_id").alias("id"))["id"].to_list()


@pytest.mark.parametrize(
    ("cell", "number"),
    [("122158000000000001", "122158000000000001"), ("100064500000001_122158000000000001",) * 2,
     ("='122158000000000001'", "122158000000000001"), ("100044310645639.00", "100044310645639"),
     ("1096263115194030.00", None), ("1.22158E+17", None), ("", None), (None, None), ("9" * 25, "9" * 25),
     ("9" * 26, None), ("no id", None)],
)  # fmt: skip
def test_an_id_is_whole_or_none(cell: str | None, number: str | None) -> None:
    assert ids(cell) == [number]


def test_zeros_behind_the_fifteenth_digit_of_a_whole_column_are_a_spreadsheets() -> None:
    lost = ["122158000000000000", "122159000000000000"]  # six zeros together
    assert ids(*lost) == [None, None]
    assert ids(lost[0]) == [lost[0]]  # three may be the platform's
    assert ids(*lost, "122158000000000001") == [*lost, "122158000000000001"]
    assert ids(*lost, "12345") == [None, None, "12345"]


def test_a_column_that_is_not_there_has_no_ids() -> None:
    assert pl.DataFrame({"a": [1]}).select(intact_ids(pl.DataFrame({"a": [1]}), "post_id").alias("id"))["id"][0] is None


@pytest.mark.parametrize("text", ["ច្បាប់ព័ត៌មាន", "café", "naïve “quotes”", "สิทธิ", "🙌"])
def test_a_text_that_was_read_in_a_wrong_code_page_is_mended(text: str) -> None:
    import ftfy.bad_codecs  # noqa: F401

    wrong = text.encode().decode("sloppy-windows-1252")
    frame = repaired(pl.DataFrame({"text": [wrong, "plain", None]}), ("text", "title"))
    assert frame["text"].to_list() == [text, "plain", None]


@pytest.mark.parametrize(
    ("text", "is_damaged"), [("?????", True), ("really??", False), ("a\ufffd", True), ("café", False)]
)
def test_a_text_that_lost_letters_is_damaged(text: str, is_damaged: bool) -> None:
    assert pl.select(is_damaged_text(pl.lit(text))).item() is is_damaged


def moment(
    text: str | None, account: str | None = "mekong", at: datetime | None = datetime(2026, 1, 2, 3, 4, 5)
) -> object:
    frame = pl.DataFrame(
        {"account_id": [account], "published_at": [at], "text": [text]},
        schema={"account_id": pl.String, "published_at": pl.Datetime("us"), "text": pl.String},
    )
    return with_moment(frame, pl.lit(True))["by_moment"][0]


def test_the_identity_of_last_resort_is_account_minute_and_text() -> None:
    name = str(moment("Our law"))
    assert name.startswith("mekong-202601020304-")
    assert len(name.rpartition("-")[2]) == 12
    assert moment("  OUR\u200b   law ") == name
    assert moment("Our law", at=datetime(2026, 1, 2, 3, 4, 59)) == name
    assert moment("Our law", at=datetime(2026, 1, 2, 3, 5)) != name
    assert moment("Our laws") != name


@pytest.mark.parametrize(
    "missing", [{"text": None}, {"text": " "}, {"text": "a", "account": None}, {"text": "a", "at": None}]
)
def test_without_account_minute_or_text_there_is_none(missing: dict[str, None]) -> None:
    assert moment(**missing) is None


def test_what_gave_the_identity_is_counted_in_notes() -> None:
    columns = {"by_id": ["1", None, None, None], "by_link": ["a", "b", None, None]}
    frame = pl.DataFrame({**columns, "reason": [None, None, None, "no identity"]}).with_columns(identified_by())
    assert frame["identified_by"].to_list() == ["id", "link", "moment", "moment"]
    assert identity_notes(frame) == (
        "1 row without an intact id, known by the number or code in their link",
        "1 row without an intact id, known by account, minute and text",
    )
