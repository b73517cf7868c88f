"""What a person filled into a published sheet is read, whatever a spreadsheet did to the sheet around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import connectors
from connectors.contract import Extract, Raw
from connectors.reading import filled_in
from tests.conftest import table
from tests.filled_in import as_workbook

POST, OTHER = "facebook:1000_122158000000000001", "facebook:1000_122158000000000002"
EMPTY = {"post": POST, "campaign": None, "asset": None, "not ours": None, "remark": None, "text": "A post"}
PAIR = {"post": POST, "other post": OTHER, "same": None, "same as": None}


def read(content: bytes | str, path: str = "reach.xlsx") -> Extract | None:
    content = content.encode() if isinstance(content, str) else content
    at = datetime(2024, 12, 30)
    return filled_in.read(Raw(path, content, at, at), connectors.PLATFORMS.names)


def decided(*rows: Mapping[str, object], **sheets: Sequence[Mapping[str, object]]) -> list[dict[str, Any]]:
    extract = read(as_workbook(**(sheets or {"unattributed_posts": rows})))
    assert extract is not None
    return [{name: value for name, value in row.items() if value is not None} for row in extract.decisions.to_dicts()]


def left_out(*rows: Mapping[str, object]) -> list[str]:
    extract = read(as_workbook(unattributed_posts=rows))
    assert extract is not None
    assert extract.rejects["reason"].to_list() == list(extract.notes)
    return list(extract.notes)


def test_a_campaign_and_an_asset_that_were_filled_in_are_a_decision_with_the_cells_that_say_so() -> None:
    row = {**EMPTY, "campaign": "forum; debate", "asset": "vlog-1", "remark": "It shows the forum"}
    assert decided(EMPTY, row) == [
        {"decided": "in a campaign", "post": POST, "campaigns": "forum; debate", "asset": "vlog-1",
         "cells": "unattributed_posts!B3 and unattributed_posts!C3", "remark": "It shows the forum"}
    ]  # fmt: skip


def test_what_nobody_filled_in_decides_nothing() -> None:
    assert decided(EMPTY, {**EMPTY, "not ours": "no"}, {**EMPTY, "remark": "To be asked"}) == []


@pytest.mark.parametrize("word", ["yes", "Yes ", "x", "TRUE", True, 1, "✓", "បាទ"])
def test_not_ours_is_said_in_many_words(word: object) -> None:
    assert decided({**EMPTY, "not ours": word}) == [
        {"decided": "not ours", "post": POST, "cells": "unattributed_posts!D2"}
    ]


@pytest.mark.parametrize(
    ("filled", "expected"),
    [
        ({"same": "yes"}, {"decided": "same", "other_post": OTHER, "cells": "possible_doubles!C2"}),
        ({"same": "no"}, {"decided": "not the same", "other_post": OTHER, "cells": "possible_doubles!C2"}),
        ({"same as": "https://youtu.be/abc"},
         {"decided": "same", "other_post": "https://youtu.be/abc", "cells": "possible_doubles!D2"}),
        ({"other post": None, "same": "yes", "same as": "facebook:7"},
         {"decided": "same", "other_post": "facebook:7", "cells": "possible_doubles!C2"}),
        ({"same": "yes", "same as": OTHER}, {"decided": "same", "other_post": OTHER, "cells": "possible_doubles!C2"}),
        ({"take back": "yes"}, {"decided": "taken back", "other_post": OTHER, "cells": "possible_doubles!E2"}),
    ],
)  # fmt: skip
def test_two_posts_are_one_or_are_not(filled: dict[str, str | None], expected: dict[str, str]) -> None:
    assert decided(possible_doubles=[{**PAIR, **filled}]) == [{"post": POST, **expected}]


def test_a_sheet_that_was_sorted_moved_translated_and_added_to_is_read() -> None:
    moved = {"A": None, "យុទ្ធនាការ": "forum", "លេខសម្គាល់": POST, "Notes": "mine", "មិនមែនរបស់យើង": None}
    (row,) = decided(S=[moved])
    assert (row["post"], row["campaigns"], row["cells"]) == (POST, "forum", "S!B2")
    lines = [
        {"Posts of the week": cell, "": other} for cell, other in ((None, None), ("campaign", "post"), ("a", POST))
    ]
    assert [one["cells"] for one in decided(S=lines)] == ["S!A4"]


@pytest.mark.parametrize("path", ["unattributed.csv", "reach - unattributed_posts.CSV"])
def test_a_sheet_that_was_saved_as_a_text_is_read(path: str) -> None:
    rows = [EMPTY, {**EMPTY, "campaign": "forum"}]
    for delimiter in (",", ";", "\t"):
        extract = read(table(EMPTY, rows).replace(",", delimiter), path)
        assert extract is not None
        assert extract.decisions.select("post", "campaigns", "cells").rows() == [(POST, "forum", "B3")]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({**EMPTY, "campaign": "forum", "not ours": "yes"}, "unattributed_posts!D2 says not ours, and unattributed_posts!B2 names"),
        ({**EMPTY, "asset": "vlog-1", "not ours": "yes"}, "and unattributed_posts!C2 names one: clear one"),
        ({**EMPTY, "not ours": "perhaps"}, 'unattributed_posts!D2 is "perhaps": write yes or no'),
        ({**EMPTY, "post": None, "campaign": "forum"}, "row 2 names no post"),
        ({"post": "=1/0", **PAIR, "same": "yes", "other post": None}, "does not say which post is the same"),
        ({**PAIR, "same": "no", "same as": "facebook:7"}, "says no, and"),
        ({"platform": "facebook", "post_id": 1.22158e17, "not ours": "yes"}, "of which a spreadsheet lost digits"),
        ({"platform": "facebook", "post_id": "1.22158E+17", "not ours": "yes"}, "of which a spreadsheet lost digits"),
        ({**PAIR, "same as": 122158000000000003}, "unattributed_posts!D2 is \"1.22158e+17\", of which a spreadsheet lost digits"),
        ({**PAIR, "same as": "1,22158E+17"}, "of which a spreadsheet lost digits"),
        ({**PAIR, "same": "yes", "same as": "facebook:7"}, "C2 says that it is the post beside it, and unattributed_posts!D2 names"),
        ({**PAIR, "other post": None, "same as": POST}, "is about one post twice"),
        ({**PAIR, "other post": POST, "same": "no"}, "unattributed_posts!C2 is about one post twice"),
        ({**EMPTY, "campaign": "forum", "take back": "yes"}, "G2 takes back, and unattributed_posts!B2 decides: clear one"),
        ({**PAIR, "same": "no", "take back": "yes"}, "E2 takes back, and unattributed_posts!C2 decides: clear one"),
        ({"platform": "facebok", "post_id": "abc", "not ours": "yes"}, "write the post as platform:post_id"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_told_by_its_name_and_costs_its_row(row: dict[str, object], words: str) -> None:
    [sentence] = left_out(row, {**dict.fromkeys(row), "post": OTHER, "not ours": "yes"})
    assert words in sentence or words.replace("row 2", "unattributed_posts!A2") in sentence


def test_the_right_rows_beside_a_wrong_one_count() -> None:
    wrong = {**EMPTY, "campaign": "forum", "not ours": "yes"}
    assert [row["post"] for row in decided(wrong, {**EMPTY, "post": OTHER, "campaign": "forum"})] == [OTHER]


@pytest.mark.parametrize("wrong", ["https://example.org/posts/1", "122158000000000001", "#REF!"])
def test_a_name_that_is_written_otherwise_costs_its_row_at_most(wrong: str) -> None:
    rows = [{"post": POST, "campaign": "forum"}, {"post": wrong, "campaign": "debate"}]
    extract = read(table(["post", "campaign"], rows), "sheet.csv")
    assert extract is not None
    assert extract.decisions["post"].to_list() == [POST, *([wrong] if "://" in wrong else [])]
    assert extract.rejects.height == ("://" not in wrong)


def test_what_stands_in_a_second_column_of_a_title_is_told_and_an_empty_one_is_not() -> None:
    rows = [
        {"post": POST, "campaign": "forum", "យុទ្ធនាការ": "debate"},
        {"post": OTHER, "campaign": "", "យុទ្ធនាការ": "debate"},
    ]
    content = table(rows[0], [*rows, {"post": "facebook:1", "campaign": "forum", "យុទ្ធនាការ": ""}])
    extract = read(content, "sheet.csv")
    assert extract is not None
    assert extract.decisions["post"].to_list() == ["facebook:1"]
    assert list(extract.notes) == [f"C{row} is in a second column campaign: write it into B{row}" for row in (2, 3)]


def test_rows_that_decide_otherwise_on_one_post_are_left_out_and_equal_ones_are_one() -> None:
    forum, not_ours = {**EMPTY, "campaign": "forum"}, {**EMPTY, "not ours": "yes"}
    assert len(left_out(forum, not_ours)) == 2
    assert decided(forum, not_ours) == []
    assert len(decided(forum, dict(forum))) == 2  # each with the cell that says it


def test_rows_that_name_campaigns_in_two_ways_are_both_kept_since_only_the_plan_knows_whether_they_are_one() -> None:
    made = decided({**EMPTY, "campaign": "debate"}, {**EMPTY, "campaign": "The Debate"})
    assert [one["campaigns"] for one in made] == ["debate", "The Debate"]


def test_ids_without_the_column_of_posts_name_posts_where_they_are_whole() -> None:
    row = {"platform": "Facebook", "post_id": "1000_122158000000000001", "not ours": "yes"}
    assert [one["post"] for one in decided(row)] == [POST]


def test_a_published_workbook_that_nobody_filled_in_decides_nothing() -> None:
    content = as_workbook(unattributed_posts=[EMPTY], possible_doubles=[PAIR])
    extract = read(content)
    assert extract is not None
    assert (extract.evidence.rows, extract.decisions.height, extract.notes) == (0, 0, ())


def test_a_column_that_somebody_adds_to_another_sheet_of_a_published_workbook_is_read() -> None:
    row = {"platform": "facebook", "post_id": POST.partition(":")[2], "views": "7", "Campaign": "forum"}
    (made,) = decided(post_totals=[row], about=[{"snapshot_id": "6cab"}])
    assert (made["post"], made["campaigns"], made["cells"]) == (POST, "forum", "post_totals!D2")
    for others in ({}, {"about": [{"snapshot": "6cab"}]}, {"night": [{"snapshot_id": "6cab"}]}):
        assert read(as_workbook(post_totals=[row], **others)) is None  # it may be a partner's table


@pytest.mark.parametrize(
    "columns",
    [
        ("platform", "link", "campaign", "title", "views"),
        ("Post ID", "Campaign name", "campaign", "Views"),
        ("campaign", "asset", "remark"),
        ("post", "campaign", "views"),
        ("campaign_id", "platform", "post_id", "views"),
    ],
)
def test_no_export_and_no_partners_table_is_taken_for_a_filled_in_sheet(columns: tuple[str, ...]) -> None:
    row = dict.fromkeys(columns, "facebook: a caption") | {"views": "7", "Views": "7"}
    plain = dict.fromkeys(columns, "something")
    assert read(table(columns, [{name: row[name] for name in columns}, plain]), "partner.csv") is None


@given(st.permutations(list(EMPTY)), st.permutations(range(4)), st.integers(0, 3))
def test_the_order_of_rows_and_columns_changes_nothing(columns: list[str], order: list[int], more: int) -> None:
    rows = [{**EMPTY, "post": f"x:{number}", "campaign": "forum" if number % 2 else None} for number in range(4)]
    shown = [{name: rows[number][name] for name in columns} for number in order]
    extract = read(table([*columns, *(f"extra {n}" for n in range(more))], shown), "sheet.csv")
    assert extract is not None
    assert set(extract.decisions.select("post", "campaigns").rows()) == {("x:1", "forum"), ("x:3", "forum")}
