from __future__ import annotations

import pytest

from connectors.reading.languages import LANGUAGES, month_key, months, units


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (["Sept.", "october"], [9, 10]),
        (["mai", "août"], [5, 8]),
        (["มกราคม", "ก.พ."], [1, 2]),
        (["មករា", "ធ្នូ"], [1, 12]),
        (["tháng mười hai", "một"], [None, 1]),
        (["agt", "okt"], [8, 10]),
        (["m9", "m09"], [9, 9]),
        (["nonsense"], [None]),
    ],
)
def test_months_are_read_in_the_language_that_knows_most_of_them(words: list[str], numbers: list[int | None]) -> None:
    number_by_month = months(words)
    assert [number_by_month.get(month_key(word)) for word in words] == numbers


def test_where_two_languages_know_as_many_the_first_one_counts() -> None:
    assert LANGUAGES[0] == "en"
    assert months(["mar"]) == {"mar": 3}


@pytest.mark.parametrize(
    ("unit", "amount"),
    [
        ("k", 10**3),
        ("m", 10**6),
        ("b", 10**9),
        ("bn", 10**9),
        ("mio", 10**6),
        ("jt", 10**6),
        ("rb", 10**3),
        ("万", 10**4),
    ],
)
def test_a_unit_behind_a_rounded_number_is_known(unit: str, amount: int) -> None:
    assert units()[unit] == amount


def test_no_unit_is_more_than_a_thousand_million_and_none_is_a_number() -> None:
    assert max(units().values()) == 10**9
    assert not [unit for unit in units() if unit.isdecimal()]
