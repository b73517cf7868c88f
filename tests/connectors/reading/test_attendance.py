"""Numbers of people as they are typed into a log: what is plain is taken, all else is named and not known."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.attendance import PART_NAMES
from connectors.reading.attendance import LARGEST, age_column, attendance


def read(*rows: dict[str, str | None], is_event: bool = True) -> tuple[list[dict[str, int | None]], tuple[str, ...]]:
    """The numbers of rows, whose columns are named without ``participants_``, and the notes."""
    names = {name.removeprefix("participants_"): name for name in (*PART_NAMES, "total")}
    cells = [{names[short]: cell for short, cell in row.items()} for row in rows]
    texts = pl.DataFrame(
        [[row.get(name) for name in names.values()] for row in cells],
        schema=dict.fromkeys(names.values(), pl.String),
        orient="row",
    )
    frame = texts.with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("row"),
        pl.lit("outreach").alias("platform"),
        pl.lit("x").alias("post_id"),
        pl.lit(datetime(2024, 9, 27)).alias("observed_at"),
    )
    events, notes = attendance(frame, pl.Series([is_event] * len(rows), dtype=pl.Boolean))
    return [
        {name.removeprefix("participants_"): row[name] for name in PART_NAMES if row[name] is not None}
        for row in events.iter_rows(named=True)
    ], notes


@pytest.mark.parametrize(
    ("cell", "participants", "women"),
    [
        ("488", 488, None),
        ("488.0", 488, None),
        (" 1,488 ", 1488, None),
        ("៤៨៨ នាក់", 488, None),
        ("488 participants", 488, None),
        ("488 (214 F)", 488, 214),
        ("488 (F=214)", 488, 214),
        ("488 participants (F=214)", 488, 214),
        ("170 participants (116 females)", 170, 116),
        ("1,488 [F: 1,214]", 1488, 1214),
        ("488, 214 women", 488, 214),
        ("488/214F", 488, 214),
        ("៤៨៨ (ស្រី ២១៤)", 488, 214),
        ("៤៨៨ នាក់ (ស្រី ២១៤ នាក់)", 488, 214),
        ("0", 0, None),
        (str(LARGEST), LARGEST, None),
    ],
)
def test_a_cell_of_participants_is_read_as_people_type_it(cell: str, participants: int, women: int | None) -> None:
    expected = {"events": 1, "participants": participants} | ({} if women is None else {"women": women})
    assert read({"participants": cell}) == ([expected], ())


@pytest.mark.parametrize(
    "cell",
    ["about 200", "~200", "200+", "1.2K", "12-15", "214 + 274", "many", "-5", "12.5", "=SUM(A1:A3)", "1e12", "50 %",
     str(LARGEST + 1), "#REF!", "488 (214)", "488 (214 F, 20 youth)", "488,214 F", "1 214 F", "488 F"],
)  # fmt: skip
def test_what_is_no_plain_number_of_people_is_not_known_and_named(cell: str) -> None:
    events, notes = read({"participants": cell})
    assert events == [{"events": 1}]
    assert notes == (
        f"participants is taken as not known where it is no whole number of people (1 row): row 1 ({cell!r})",
    )


@pytest.mark.parametrize("cell", [None, "", "-", "n/a", "—"])
def test_an_empty_cell_is_not_known_and_nothing_to_say(cell: str | None) -> None:
    assert read({"participants": cell, "women": cell}) == ([{"events": 1}], ())


def test_a_line_stands_for_as_many_events_as_it_says_and_for_one_where_that_cannot_be_read() -> None:
    events, notes = read({"events": "14 meetings", "participants": "225"}, {"events": "several", "participants": "9"})
    assert [row["events"] for row in events] == [14, 1]
    assert notes == ("events is taken as not known where it is no whole number of people (1 row): row 2 ('several')",)


def test_two_cells_that_tell_two_numbers_of_women_tell_none() -> None:
    assert read({"participants": "488 (214 F)", "women": "214"})[0] == [
        {"events": 1, "participants": 488, "women": 214}
    ]
    events, notes = read({"participants": "488 (214 F)", "women": "215"})
    assert events == [{"events": 1, "participants": 488}]
    assert notes == ("participants_women is taken as not known where two cells of a row differ: row 1",)


def test_a_column_called_total_has_the_participants_beside_women_and_men_only() -> None:
    assert read({"total": "488", "women": "214"})[0] == [{"events": 1, "participants": 488, "women": 214}]
    assert read({"total": "488"})[0] == [{"events": 1}]
    assert read({"total": "900", "participants": "488"})[0] == [{"events": 1, "participants": 488}]


def test_a_row_of_another_kind_without_numbers_is_no_event() -> None:
    assert read({"participants": ""}, {"participants": "7"}, is_event=False)[0] == [{"events": 1, "participants": 7}]


def test_a_programme_on_air_that_was_there_several_times_is_no_event_unless_people_came() -> None:
    assert read({"events": "19"}, is_event=False) == ([], ())
    assert read({"events": "19", "participants": "5"}, is_event=False)[0] == [{"events": 19, "participants": 5}]


def test_contradictions_are_named_with_their_rows_and_nothing_is_corrected() -> None:
    rows = [{"participants": "30", "women": "40"}] * 6 + [{"participants": "30", "women": "10", "men": "10"}]
    events, notes = read(*rows, {"women": "3"}, {"events": "0", "participants": "5"})
    assert events[0] == {"events": 1, "participants": 30, "women": 40}
    assert notes == (
        "participants_women is more than participants, such as 40 of 30: row 1, 2, 3, 4, 5, …",
        "participants is told of 0 events: row 9",
        "participants_women is told, and not participants: row 8",
        "women, men and sex not told do not add up to participants, such as 20 of 30: row 7",
    )


@given(
    st.integers(0, LARGEST),
    st.integers(0, LARGEST),
    st.sampled_from(["{} ({} F)", "{:,} (F={:,})", "{}/{} women", "{} នាក់ (ស្រី {})"]),
)
def test_both_numbers_of_a_cell_are_taken_whole(everybody: int, women: int, pattern: str) -> None:
    (event,), _ = read({"participants": pattern.format(everybody, women)})
    assert (event["participants"], event["women"]) == (everybody, women)


@given(st.text(max_size=30) | st.text("0123456789,. ()F/", max_size=15))
def test_whatever_stands_in_a_cell_it_is_a_number_of_people_or_not_known(cell: str) -> None:
    (event,), _ = read({"participants": cell})
    assert 0 <= event.get("participants", 0) <= LARGEST
    assert 0 <= event.get("women", 0) <= LARGEST


@pytest.mark.parametrize(
    ("word", "span"),
    [
        ("អាយុ 15-24 ឆ្នាំ", (15, 24)),
        ("១៥ ដល់ ២៤ ឆ្នាំ", (15, 24)),
        ("25 ឆ្នាំឡើង", (25, None)),
        ("អាយុ 25ឡើង", (25, None)),
        ("អាយុ", None),
    ],
)
def test_a_column_may_be_called_after_a_band_of_ages_in_khmer(word: str, span: tuple[int, int | None] | None) -> None:
    assert age_column(word) == span
