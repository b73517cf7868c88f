from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from connectors.contract import Extract, Raw, Refused
from connectors.facebook import export as facebook
from connectors.instagram import export as instagram
from connectors.meta import exports
from connectors.reading.layouts import matched_tables

Make = Callable[..., Raw]
Read = Callable[..., Extract]
HEADER = "Post ID,Page ID,Page name,Title,Publish time,Post type,Date,Views,Reach"
NAMED = "Sep-01-2024_Sep-30-2024_1016476477111055.csv"


def table(rows: int, when: str = "Lifetime") -> str:
    lines = (
        f"{122158000000000001 + n},100064500000001,Mekong,Law,09/27/2024 17:05,Photos,{when},10,5" for n in range(rows)
    )
    return "\n".join([HEADER, *lines])


@pytest.mark.parametrize(("rows", "is_whole"), [(499, True), (500, False)])
def test_a_table_of_500_posts_may_have_been_cut_and_lists_no_range(
    raw: Make, read: Read, rows: int, is_whole: bool
) -> None:
    lists = read(raw(table(rows), NAMED)).evidence.lists
    assert lists == ((date(2024, 9, 1), date(2024, 9, 30)) if is_whole else None)


def test_a_table_with_a_rejected_row_or_without_a_range_in_its_name_lists_none(raw: Make, read: Read) -> None:
    assert read(raw(f"{table(2)}\n122158,cut off", NAMED)).evidence.lists is None
    assert read(raw(table(2))).evidence.lists is None


def test_days_in_a_file_of_lifetime_figures_are_rejected_and_a_file_of_days_is_gains(raw: Make, read: Read) -> None:
    mixed = read(raw(f"{table(2)}\n{table(1, '09/28/2024').splitlines()[1]}"))
    assert mixed.rejects["reason"].to_list() == ["figures of one day in a file of lifetime figures"]
    days = read(raw(table(2, "09/28/2024")))
    assert days.observations["period_start"].to_list() == [date(2024, 9, 28)] * 2
    assert (days.rejects.height, days.evidence.period) == (0, (date(2024, 9, 28), date(2024, 9, 28)))


def test_the_longer_of_title_and_description_is_the_text(raw: Make, read: Read) -> None:
    header, row = "Post ID,Publish time,Title,Description,Views", "122158000000000001,09/27/2024 17:05"
    texts = [read(raw(f"{header}\n{row},{title},{text},5")).posts["text"][0] for title, text in
             (("Law", "A long law"), ("A long law", "Law"), ("Law", ""), ("", "Law"))]  # fmt: skip
    assert texts == ["A long law", "A long law", "Law", "Law"]


def test_figures_by_day_go_to_the_platform_that_their_title_or_name_says(raw: Make) -> None:
    def sureness(title: str, name: str) -> tuple[float, float]:
        file = raw(f"sep=,\n{title}\nDate,Primary\n2024-09-28T00:00:00,5\n".encode("utf-16"), name)
        matches = [connector.sniff(file, connector.Settings()) for connector in (facebook, instagram)]
        return tuple(match.confidence if match else 0.0 for match in matches)  # type: ignore[return-value]

    assert sureness("Facebook visits", "a.csv") == (0.7, 0.51)
    assert sureness("Instagram reach", "a.csv") == (0.5, 0.71)
    assert sureness("Reach", "ig/a.csv") == (0.5, 0.63)
    assert sureness("Reach", "a.csv") == (0.5, 0.51)


def test_a_table_without_a_figure_that_is_known_is_refused_before_any_row_is_read(raw: Make) -> None:
    file, settings = (
        raw("Post ID,Page ID,Publish time,Katselukerrat\n122158000000000001,1,09/27/2024 17:05,5\n"),
        facebook.Settings(),
    )
    (one,) = matched_tables(file, "facebook", facebook.LAYOUTS, settings)
    with pytest.raises(Refused, match="without a figure that is known"):
        exports.seen_at(file, one, settings)


def test_identities_are_the_id_else_the_link_else_account_minute_and_text() -> None:
    frame = pl.DataFrame({
        "post_id": ["1", "2.1E+17", None, None], "by_id": ["1", None, None, None], "by_link": ["9", "8", None, None],
        "account_id": ["mekong"] * 3 + [None], "text": ["Law"] * 4, "unreadable": [None] * 4,
        "published_at": [None, None, date(2024, 9, 27), date(2024, 9, 27)],
    }, schema_overrides={"published_at": pl.Datetime("us"), "unreadable": pl.String})  # fmt: skip
    named = exports.with_identity(frame, "facebook")
    assert named["post_id"].to_list()[:2] == ["1", "8"]
    assert named["identified_by"].to_list() == ["id", "link", "moment", "moment"]
    assert named["is_damaged"].to_list() == [False, True, False, False]
    assert [reason is None for reason in named["reason"]] == [True, True, True, False]
