from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from connectors.contract import Extract, Raw, Refused
from connectors.reading import delimited
from tests.connectors.reading.tables import HEADER, ROW, TABLE, views

Make = Callable[..., Raw]
Read = Callable[..., Extract]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_table_is_read_with_every_delimiter_and_line_end(raw: Make, read: Read, mark: str, end: str) -> None:
    extract = read(raw(TABLE.replace(",", mark).replace("\n", end)))
    assert (views(extract), extract.evidence.delimiter) == ([10], mark)


def test_commas_in_captions_do_not_pass_for_the_delimiter(raw: Make, read: Read) -> None:
    rows = [ROW.replace(",", ";").replace("ច្បាប់ព័ត៌មាន", "a" + ", b" * n) for n in (9, 14, 20)]
    assert views(read(raw("\n".join([HEADER.replace(",", ";"), *rows])))) == [10, 10, 10]


@pytest.mark.parametrize("cut", range(1, 4))
def test_commas_in_dates_do_not_pass_for_the_delimiter_where_rows_lack_their_last_cells(cut: int) -> None:
    header = "Post ID;Publish time;Views;Likes;Shares"
    rows = [
        ";".join([f"12215800000000000{n}", f"Jan {n}, 2023 08:00", "1", "2", "3"][: 5 - n % (cut + 1)])
        for n in range(1, 8)
    ]
    assert delimited.top("a.csv", "\n".join([header, *rows]).encode()).delimiter == ";"


def test_sep_on_top_and_lines_above_the_header_are_passed_over(raw: Make, read: Read) -> None:
    assert views(read(raw(f"sep=;\n{TABLE.replace(',', ';')}"))) == [10]
    assert views(read(raw(f"Our page in September\n\n{TABLE}"))) == [10]


def test_a_header_without_rows_is_a_table_without_posts(raw: Make, read: Read) -> None:
    assert read(raw(HEADER)).evidence.rows == 0


def test_rows_keep_their_numbers_when_others_are_cut_off(raw: Make, read: Read) -> None:
    extract = read(raw(f"{TABLE}122158,cut off\n{ROW.replace('001,', '002,')}\n{ROW},a,b\n"))
    assert extract.observations["row"].to_list() == [1, 3]
    assert extract.rejects.select("row", "content").rows() == [(2, "122158,cut off"), (4, f"{ROW},a,b")]
    assert extract.rejects["reason"][0].startswith("2 cells where the header has 9")
    assert extract.evidence.rows == 4


def test_rows_that_blank_cells_make_longer_are_whole(raw: Make, read: Read) -> None:
    extract = read(raw(f"{HEADER}\n{ROW},,\n{ROW.replace('001,', '002,')}\n"))
    assert (views(extract), extract.observations["row"].to_list()) == ([10, 10], [1, 2])


def test_rows_behind_a_quote_that_stays_open_are_rejected_and_not_lost(raw: Make, read: Read) -> None:
    extract = read(raw(f'{TABLE}"{ROW}\n{ROW}\n'))
    assert (views(extract), extract.evidence.rows) == ([10], 2)
    assert extract.rejects.select("row", "content").rows() == [(2, f'"{ROW}\n{ROW}')]


def test_blank_lines_are_no_rows(raw: Make, read: Read) -> None:
    extract = read(raw(f"{HEADER}\n\n{ROW}\n\ncut,off\n{ROW}\n"))
    assert (extract.observations["row"].to_list(), extract.rejects["row"].to_list()) == ([1, 3], [2])


def test_a_file_larger_than_its_top_is_read_whole(raw: Make, read: Read) -> None:
    rows = [f"{122158000000000001 + n}{ROW[18:]}" for n in range(2000)]
    extract = read(raw("\n".join([HEADER, *rows])))
    assert extract.posts["post_id"].n_unique() == 2000


def test_lines_that_are_one_quoted_cell_are_known_by_their_header_and_the_line_below_it(raw: Make, read: Read) -> None:
    plain = TABLE.replace("ច្បាប់ព័ត៌មាន", "law")
    wrapped = "\n".join(f'"{line}"' for line in plain.splitlines())
    assert views(read(raw(wrapped))) == [10]
    titled = read(raw(f'"Our pages, in September, of 2024, all of them"\n{plain}'))
    assert (views(titled), titled.notes) == ([10], ())


@pytest.mark.parametrize(("above", "is_read"), [(49, True), (50, False)])
def test_a_header_is_looked_for_in_the_first_50_records(raw: Make, read: Read, above: int, is_read: bool) -> None:
    file = raw("\n".join(["a note"] * above) + f"\n{TABLE}")
    if is_read:
        assert views(read(file)) == [10]
    else:
        with pytest.raises(Refused, match="no export that is known"):
            read(file)


def test_a_summary_has_300_000_lines_at_most() -> None:
    content = b"a,b\n" * 300_000
    how = delimited.top("a.csv", content[:100])
    assert len(delimited.lines("a.csv", content, how)) == 300_000
    with pytest.raises(Refused, match="over 300,000 lines"):
        delimited.lines("a.csv", content + b"\n", how)


@pytest.mark.parametrize(
    ("text", "says"),
    [("<table><tr>", "web page"), ("<?xml?>", "is XML"), ('{"a": 1}', "is JSON"), ('[{"a": 1}]', "is JSON")],
)
def test_a_text_of_another_kind_is_refused_by_its_name(text: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        delimited.top("a.csv", text.encode())


def test_a_list_in_brackets_is_not_taken_for_json() -> None:
    assert delimited.top("a.csv", b"[a],b\n1,2\n").records == (("[a]", "b"), ("1", "2"))


def test_a_row_whose_quote_stays_open_is_torn() -> None:
    assert delimited.Odd(1, ("a",), 'a,"b').is_torn
    assert not delimited.Odd(1, ("a",), 'a,"b"').is_torn


def test_rows_of_another_width_are_put_back_in_their_places() -> None:
    frame = pl.DataFrame({"0": ["a", "c"], "1": ["b", "d"], "row": [1, 3]})
    odd = [delimited.Odd(2, ("x",), "x"), delimited.Odd(4, ("1", "", "3"), "1,,3")]
    assert delimited.joined(frame, odd).rows() == [("a", "b", 1), ("x", None, 2), ("c", "d", 3), ("1", None, 4)]
    assert delimited.joined(frame, []) is frame


@pytest.mark.parametrize(("above", "is_read"), [(64_000, True), (66_000, False)])
def test_a_header_is_looked_for_in_the_first_64_kibibytes(raw: Make, read: Read, above: int, is_read: bool) -> None:
    file = raw(f"{'a' * above}\n{TABLE}")
    if is_read:
        assert views(read(file)) == [10]
    else:
        with pytest.raises(Refused):
            read(file)
