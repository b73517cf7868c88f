"""Tables on terminals of any width: no word and no number is broken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.cli import drawn_tables
from flows.cli.drawn_tables import _is_number, _widths, draw
from warehouse.texts import visible

HEADS = ("campaign", "campaign name", "views", "reach", "read")
ROWS = (
    ("iduai-2023", "IDUAI 2023", "≈ 3,500 (1 of 4)", "at least 2,696", "2023-10-06 to 2023-12-30"),
    ("iduai-2024", "IDUAI 2024", "46,700", "7,126 to 34,323", "2024-12-30"),
)


def drawn(width: int, capsys: pytest.CaptureFixture[str], *rows: tuple[str, ...]) -> list[str]:
    """The lines of a table on a terminal of so many characters."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawn_tables, "console", lambda: drawn_tables._Drawn(width=width))
        draw(HEADS, rows or ROWS, left=2)
    return capsys.readouterr().out.splitlines()


def test_a_wide_terminal_shows_a_row_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [line for line in drawn(120, capsys) if line.strip()]
    assert len(lines) == 4
    assert "≈ 3,500 (1 of 4)" in lines[2]
    assert "7,126 to 34,323" in lines[3]


def test_a_cell_is_parted_between_words_before_anything_else(capsys: pytest.CaptureFixture[str]) -> None:
    lines = drawn(60, capsys)
    assert "campaign" in lines[2]
    assert any("iduai-2024" in line and "46,700" in line for line in lines)
    assert {"3,500", "2023-12-30", "34,323"} <= {word for line in lines for word in line.split()}


def test_a_narrow_terminal_shows_rows_side_by_side_and_then_below_each_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    both = drawn(50, capsys)
    assert next(line.split() for line in both if line.strip()) == ["campaign", "iduai-2023", "iduai-2024"]
    below = [line.split() for line in drawn(30, capsys) if line.strip()]
    assert [line for line in below if line[0] == "campaign" and line[1] != "name"] == [
        ["campaign", "iduai-2023"], ["campaign", "iduai-2024"],
    ]  # fmt: skip
    assert ["views", "46,700"] in below


def test_a_word_is_broken_only_where_it_is_longer_than_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    link = "facebook:100064500000002_122158022400000001"
    lines = drawn(30, capsys, (link, "", "1", "", ""))
    assert max(map(len, lines)) <= 30
    assert "".join(word for line in lines for word in line.split()[-1:]).startswith(f"{link}name1")


@given(
    st.lists(st.tuples(*[st.text("ab1,ក្ខ ", max_size=12)] * 5), min_size=1, max_size=4),
    st.integers(min_value=34, max_value=130),
)
def test_every_word_of_every_cell_is_on_the_screen_whole(rows: list[tuple[str, ...]], width: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        terminal = drawn_tables._Drawn(width=width)
        patch.setattr(drawn_tables, "console", lambda: terminal)
        with terminal.capture() as captured:
            draw(HEADS, rows)
    shown = captured.get().split()
    assert {word for row in rows for cell in row for word in visible(cell).split()} <= set(shown)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 60)), min_size=1, max_size=8), st.integers(0, 300))
def test_columns_share_what_is_left_beyond_their_longest_words(pairs: list[tuple[int, int]], spare: int) -> None:
    least, most = [low for low, _ in pairs], [low + more for low, more in pairs]
    widths = _widths(least, most, sum(least) + spare)
    assert all(low <= width <= high for low, width, high in zip(least, widths, most, strict=True))
    assert sum(widths) <= sum(least) + spare


@pytest.mark.parametrize(("cell", "is_number"), [("1,204", True), ("≈ 3,500 (1 of 4)", True), ("not known", True), ("2024-12-30", False), ("a", False), ("", False)])  # fmt: skip
def test_a_number_may_be_rounded_or_not_known_and_a_day_is_none(cell: str, is_number: bool) -> None:
    assert _is_number(cell) == is_number
