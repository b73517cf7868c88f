from __future__ import annotations

from datetime import date, datetime

import pytest

from connectors.asking.answers import (
    ExtractBuilder,
    day_before,
    inner,
    instant,
    objects,
    one_line,
    questions,
    text_at,
    total,
    whole,
)
from connectors.contract import Answer, Raw

NOW = datetime(2026, 10, 1, 19)


@pytest.mark.parametrize(
    ("value", "number"),
    [(0, 0), (12, 12), ("12", 12), (" -3 ", -3), (12.0, 12), (2**63 - 1, 2**63 - 1), (str(2**63 - 1), 2**63 - 1)],
)
def test_a_whole_number_is_a_count_also_as_text(value: object, number: int) -> None:
    assert whole(value) == number


@pytest.mark.parametrize(
    "value", [None, True, False, "", "12.5", "1e3", "១២", 12.5, [], {}, 2**63, -(2**63), str(2**63), "9" * 40]
)
def test_what_is_no_whole_number_of_64_bits_is_not_known(value: object) -> None:
    assert whole(value) is None


@pytest.mark.parametrize(
    "value",
    ["2026-10-01T00:00:00Z", "2026-10-01T07:00:00+0700", "2026-10-01T00:00:00", 1790812800, "1790812800",
     1790812800000],
)  # fmt: skip
def test_an_instant_is_read_in_every_way_in_which_apis_write_it(value: object) -> None:
    assert instant(value) == datetime(2026, 10, 1)


def test_a_number_is_milliseconds_beyond_ten_to_the_eleventh() -> None:
    assert instant(10**11) == datetime(5138, 11, 16, 9, 46, 40)
    assert instant(10**12) == datetime(2001, 9, 9, 1, 46, 40)


@pytest.mark.parametrize("value", [None, "", "soon", 0, -1, [], True, "1989-12-31T23:59:59Z", 10**30])
def test_what_is_no_instant_since_1990_is_none(value: object) -> None:
    assert instant(value) is None
    assert instant("1990-01-01T00:00:00Z") == datetime(1990, 1, 1)


@pytest.mark.parametrize("hour", ["06", "07", "08"])
def test_a_day_is_the_one_that_ends_then_also_an_hour_off(hour: str) -> None:
    assert day_before(f"2026-10-01T{hour}:00:00+0000", "America/Los_Angeles") == date(2026, 9, 30)
    assert day_before("never", "America/Los_Angeles") is None


def test_what_is_no_object_is_passed_over() -> None:
    assert objects([{"a": 1}, 2, None, {}]) == [{"a": 1}, {}]
    assert objects({"a": 1}) == []
    assert (inner({"a": {"b": {"c": 1}}}, "a", "b"), inner({"a": [1]}, "a", "b")) == ({"c": 1}, {})


def test_a_text_is_found_at_its_path_and_nothing_else_is_one() -> None:
    item = {"title": "Law", "snippet": {"title": "", "count": 5}}
    assert (text_at(item, "title"), text_at(item, "snippet", "title")) == ("Law", "")
    assert [text_at(item, *path) for path in (("snippet",), ("snippet", "count"), ("none", "title"))] == [None] * 3


def test_a_message_is_one_line_and_cut() -> None:
    assert one_line(" a\n b\t c ") == "a b c"
    assert (len(one_line("x" * 201)), len(one_line("x" * 201, 300))) == (200, 201)


def test_parts_of_a_count_make_one_only_where_all_of_them_are_known() -> None:
    assert (total(1, "2"), total(0, 0), total(1, None)) == (3, 0, None)


def test_questions_are_read_from_what_was_asked() -> None:
    answer = Answer('POST https://a.example/v1/7/list?fields=a,b&n=1 {"cursor": 5}', NOW, b'{"data": []}')
    raw = Raw("api/a", b"", NOW, NOW, connector="x", account="7", answers=(answer,))
    (question,) = questions(raw, "v1")
    assert (question.path, question.params, question.sent) == ("7/list", {"fields": "a,b", "n": "1"}, {"cursor": 5})
    assert (question.body, next(questions(raw)).path) == ({"data": []}, "v1/7/list")


def test_posts_readings_and_rejects_share_one_numbering() -> None:
    builder = ExtractBuilder("x")
    builder.post(NOW, {"post_id": "1"}, {"likes": "5"}, {"comments": "hidden", "shares": "withheld"})
    builder.reject("a post without an id", {"text": "x" * 3000})
    builder.gone(NOW, "2")
    extract = builder.extract(Raw("api/a", b"", NOW, NOW), {})
    assert (extract.posts["row"].to_list(), extract.rejects["row"].to_list()) == ([1, 3], [2])
    assert extract.observations.select("likes", "comments", "unknown_because").row(0) == (
        5,
        None,
        [{"metric": "comments", "reason": "hidden"}, {"metric": "shares", "reason": "withheld"}],
    )
    assert (extract.posts["is_gone"].to_list(), extract.evidence.rows) == ([None, True], 3)
    assert len(extract.rejects["content"][0]) == 2000


def test_followers_are_those_of_the_day_asked_and_unknown_ones_are_no_figure() -> None:
    builder = ExtractBuilder("x")
    builder.followers(NOW, "7", 12)
    builder.followers(NOW, "8", None)
    figures = builder.extract(Raw("api/a", b"", NOW, NOW), {}).account_figures
    assert figures.select("account_id", "metric", "period_start", "period_end", "value").rows() == [
        ("7", "followers", NOW.date(), NOW.date(), 12)
    ]
