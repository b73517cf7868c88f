"""Texts compare as people mean them: Khmer has combining marks, zero-width spaces and its own punctuation."""

from __future__ import annotations

import tomllib
import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.texts import (
    MAY_CHANGE_IN_NFC,
    could_have_been,
    cut,
    folded_expr,
    hashtag_pattern,
    in_toml,
    is_mail_address,
    letters_beside,
    match_key,
    matchable,
    short_names,
    text_pattern,
    visible,
    wrapped,
)

LAW = "ច្បាប់ព័ត៌មាន"


def takes(tag: str, text: str) -> bool:
    frame = pl.DataFrame({"text": [text]})
    return bool(frame.select(matchable(pl.col("text")).str.contains(hashtag_pattern(tag))).item())


@pytest.mark.parametrize(
    "text", [f"#{LAW}", f"អាន #{LAW}។", f"#{LAW}#IDUAI", f"x #{LAW[:4]}\u200b{LAW[4:]} y", f"＃{LAW}, see"]
)
def test_a_khmer_hashtag_is_found_to_its_end(text: str) -> None:
    assert takes(LAW, text)


@pytest.mark.parametrize("text", [f"#{LAW}ថ្មី", f"#{LAW[:-1]}", LAW, f"#{LAW}\u17b6", "#IDUAI2024_kh"])
def test_a_longer_or_shorter_hashtag_is_another(text: str) -> None:
    assert not takes(LAW, text)
    assert not takes("IDUAI2024", text)


def test_case_and_composition_do_not_matter() -> None:
    assert takes("Café_2024", unicodedata.normalize("NFD", "so #CAFÉ_2024!"))


@given(st.text())
def test_a_column_folds_like_a_single_text(text: str) -> None:
    assert pl.DataFrame({"t": [text]}).select(folded_expr(pl.col("t"))).item() == match_key(text)


@given(
    st.lists(st.none() | st.text(alphabet="aé\u0301\u0323ក\u17d2\u17ddក️한\u1100\u1161Å\u212b", max_size=6), max_size=5)
)
def test_texts_of_a_column_are_composed_whatever_stands_beside_them(texts: list[str | None]) -> None:
    keys = pl.DataFrame({"t": texts}, schema={"t": pl.String}).select(folded_expr(pl.col("t")))
    assert keys["t"].to_list() == [text if text is None else match_key(text) for text in texts]


def test_no_character_of_texts_that_are_not_composed_changes_in_nfc() -> None:
    every = pl.Series([chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000])
    stay = every.filter(~every.str.contains(MAY_CHANGE_IN_NFC))
    assert {"a", "é", "ក", "🎥"} <= {*stay}
    assert all(unicodedata.is_normalized("NFC", character) for character in stay)
    assert [character for character in stay if unicodedata.combining(character)] == ["\u17d2", "\u17dd"]


@given(st.text(alphabet=st.sampled_from("abក្ខ ?🎥\n"), max_size=20))
def test_every_text_could_have_been_what_a_code_page_left_of_it(text: str) -> None:
    damaged = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    left = "".join(c if ord(c) < 128 else "?" * (2 if ord(c) > 0xFFFF else 1) for c in damaged)
    assert could_have_been(left, text)


def test_another_text_could_not() -> None:
    assert not could_have_been("????? hello", "សិទ្ធិ goodbye")
    assert not could_have_been("?????", "សិទ្ធិទទួលបានព័ត៌មាន")


@given(st.text(max_size=8), st.text(max_size=8), st.text(min_size=1, max_size=8).filter(lambda t: match_key(t) != ""))
def test_words_are_found_exactly_where_the_folded_text_holds_them(before: str, after: str, words: str) -> None:
    for text in (before + words + after, before + after):
        is_match = pl.DataFrame({"t": [text]}).select(matchable(pl.col("t")).str.contains(text_pattern(words))).item()
        assert is_match == (match_key(words) in match_key(text))


def test_words_are_found_over_a_line_break() -> None:
    assert (
        pl.DataFrame({"t": ["the Access to\n\ninformation law"]})
        .select(matchable(pl.col("t")).str.contains(text_pattern("access  to information")))
        .item()
    )


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_text_in_toml_is_one_line_that_toml_reads_as_that_text(text: str) -> None:
    line = f"id = {in_toml(text)}"
    assert tomllib.loads(line) == {"id": text}
    assert line.splitlines() == [line]


def test_what_steers_a_terminal_or_turns_letters_round_is_shown_and_nothing_else() -> None:
    everything = "".join(chr(code) for code in range(0x3000))
    hidden = [*range(9), *range(0x0B, 0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
    assert visible(everything) == "".join(f"\\u{ord(c):04x}" if ord(c) in hidden else c for c in everything)
    assert visible("ខ្មែរ\u200bភាសា\tא\u200f 🙌\n") == "ខ្មែរ\u200bភាសា\tא\u200f 🙌\n"


@pytest.mark.parametrize("text", ["a@b", "o'neil+x@mail-1.example.org", "a.b_c@1.example", "a" * 244 + "@b.example"])
def test_a_plain_address_is_one(text: str) -> None:
    assert is_mail_address(text)


@pytest.mark.parametrize(
    "text",
    ["", "a", "@b", "a@", "a@b@c", "a b@c", "a@b c", "a@b,c@d", "<a@b>", "A <a@b>", "a@b\n", "a@b\nBcc: c@d", "a\x00@b",
     ".a@b", "a..b@c", "a.@b", "a@-b", "a@b-", "a@b..c", "a@.b", "ក@b", "a@ក", '"a b"@c', "a" * 245 + "@b.example"],
)  # fmt: skip
def test_what_a_header_or_a_server_could_take_for_more_or_less_is_no_address(text: str) -> None:
    assert not is_mail_address(text)


@pytest.mark.parametrize(
    ("text", "letters"), [("ជូន", "ជន"), ("ខ្មែរ", "ខែរ"), ("cafe\u0301\u200b", "cafe"), ("plain", "plain")]
)
def test_signs_above_and_below_a_letter_take_no_room_beside_it(text: str, letters: str) -> None:
    assert letters_beside(text) == letters


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [
        ("my budget", 9, "my budget"), ("my budget", 8, "my budge…"), ("all of my budget", 12, "all of my…"),
        ("all - my budgets", 9, "all - my…"), ("all of it, my budget", 11, "all of it…"), ("", 3, ""),
        ("ខ្មែរ", 2, "ខ្…"), ("ខ្មែរ", 4, "ខ្មែ…"), ("ក្រុមខ្មែរ", 6, "ក្រុម…"), ("👨‍👩‍👧👨‍👩‍👧", 7, "👨‍👩‍👧…"), ("a" + "\u0301" * 99, 9, "a" + "\u0301" * 8 + "…"),
    ],
)  # fmt: skip
def test_a_text_is_cut_after_a_word_or_a_letter_and_never_inside_one(text: str, most: int, short: str) -> None:
    assert cut(text, most) == short


@pytest.mark.parametrize(
    ("text", "most", "lines"),
    [
        ("", 5, [""]), ("my own budget", 13, ["my own budget"]), ("my own budget", 12, ["my own", "budget"]),
        ("#IDUAI2024#budget", 10, ["#IDUAI2024", "#budget"]), ("ខ្មែរ", 3, ["ខ្មែរ"]), ("ខ្មែរខ្មែរ", 3, ["ខ្មែរ", "ខ្មែរ"]),
    ],
)  # fmt: skip
def test_a_long_text_has_lines_that_end_with_a_word_or_a_letter(text: str, most: int, lines: list[str]) -> None:
    assert wrapped(text, most) == lines


@given(st.lists(st.sampled_from(["a", "b", " ", "ក្កា", "ខែ់", "\u200b"])), st.integers(2, 9))
def test_lines_hold_every_letter_and_fit(letters: list[str], most: int) -> None:
    text = "".join(letters)
    lines = wrapped(text, most)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(len(letters_beside(line)) <= most for line in lines)


BEGINNING = "The contest of 2024 by the association of young people in Kampong Speu: "


def test_names_of_texts_that_begin_alike_keep_what_tells_them_apart() -> None:
    ends = ("episode 1, the notice board", "episode 2, the notice board", "Dara", "Dara", "")
    assert short_names([*((BEGINNING + end).strip() for end in ends), "Another"], 60) == [
        "The contest of 2024 by the… episode 1, the notice board",
        "The contest of 2024 by the… episode 2, the notice board",
        "The contest of 2024 by the… people in Kampong Speu: Dara",
        "The contest of 2024 by the… people in Kampong Speu: Dara",
        "The contest of 2024 by the… young people in Kampong Speu:",
        "Another",
    ]


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 10**6), st.sampled_from(["", " and more" * 9])), unique=True),
    st.sampled_from([24, 48, 68]),
)
def test_different_texts_have_different_names_and_equal_ones_the_same(
    parts: list[tuple[bool, int, str]], most: int
) -> None:
    lines = [f"{BEGINNING * is_long}{number:07}{end}" for is_long, number, end in parts]
    names = short_names([*lines, *lines], most)
    assert names[: len(lines)] == names[len(lines) :]
    assert all(len(name) <= most + 2 for name in names)
    assert len(set(names)) >= len({line[: len(BEGINNING) + 7] for line in lines})
