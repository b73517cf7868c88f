"""What stands behind the money that ads cost: each row of a report, counted or not, and why."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import CAMPAIGN, World, new_world
from tests.warehouse.figures.test_spend import HEAD, OCTOBER
from warehouse.evidence.lines import FigureEvidence
from warehouse.evidence.readings_behind import figure_evidence
from warehouse.figure_words import NoSuchFigure

LEVELS = "Campaign name,Ad set name,Ad name,Amount spent (USD),Reporting starts,Reporting ends\n"


def explained(world: World, metric: str = "spend") -> FigureEvidence:
    return figure_evidence(world.day(), "forum", metric)


def told(evidence: FigureEvidence) -> list[tuple[int | None, str]]:
    return evidence.lines.select("value", "note").rows()


def test_the_rows_that_count_add_up_and_each_other_row_says_why_it_does_not(world: World) -> None:
    world.plan(CAMPAIGN + 'ads = ["Vlogs"]\n')
    parts = "Campaign name,Age,Amount spent (USD),Reporting starts,Reporting ends\n"
    world.drop("2024-11-01/a.csv", HEAD + f"Vlogs,10.5,,,,{OCTOBER}Vlogs,2,,,,,2024-10-15,2024-10-31\n")
    world.drop("2024-11-02/b.csv", LEVELS + f"Vlogs,Youth,One,10.4{OCTOBER}")
    world.drop("2024-11-03/c.csv", HEAD + f"Vlogs,11,,,,{OCTOBER}Else,7,,,,{OCTOBER}")
    world.drop("2024-11-04/d.csv", parts + f"Vlogs,18-24,4{OCTOBER}")
    evidence = explained(world)
    assert (evidence.metric, evidence.figure, evidence.per_unit) == ("spend:USD", 11_000_000, 1_000_000)
    assert sorted(told(evidence), key=lambda row: row[1]) == [
        (11_000_000, "Vlogs"),
        (None, "Vlogs, Youth, One: not counted, the reports by campaigns of ads tell the same money"),
        (None, "Vlogs: not counted, another report tells the same days"),
        (None, "Vlogs: not counted, its days overlap those that count"),
    ]
    counting = evidence.lines.drop_nulls("value").row(0, named=True)
    assert (counting["path"], counting["row"], counting["connector"]) == ("2024-11-03/c.csv", 1, "meta_ads")
    assert world.table("campaign_spend")["spend"].to_list() == [11.0]


def test_money_that_is_told_in_parts_alone_is_not_known_and_its_parts_are_shown(world: World) -> None:
    world.plan(CAMPAIGN + 'ads = ["Vlogs"]\n')
    world.drop(
        "2024-11-01/a.csv",
        f"Campaign name,Age,Amount spent (USD),Reporting starts,Reporting ends\nVlogs,18-24,1{OCTOBER}",
    )
    evidence = explained(world)
    assert (evidence.figure, told(evidence)) == (
        None, [(None, "Vlogs: not known of the whole, parted by age (18-24)")]
    )  # fmt: skip


def test_money_of_two_currencies_is_explained_one_by_one(world: World) -> None:
    world.plan(CAMPAIGN + 'ads = ["*"]\n')
    world.drop("2024-11-01/usd.csv", HEAD + f"Vlogs,10,,,,{OCTOBER}")
    world.drop("2024-11-02/khr.csv", HEAD.replace("USD", "KHR") + f"Forum,40000,,,,{OCTOBER}")
    with pytest.raises(NoSuchFigure, match="write spend:KHR or spend:USD"):
        explained(world)
    with pytest.raises(NoSuchFigure, match="no money of EUR; it has: KHR, USD"):
        explained(world, "spend:eur")
    assert [explained(world, f"Spend:{one}").figure for one in ("usd", "KHR")] == [10_000_000, 40_000_000_000]


def test_a_campaign_without_ads_has_no_money_and_no_lines(world: World) -> None:
    evidence = explained(world)
    assert (evidence.metric, evidence.figure, evidence.lines.height) == ("spend", None, 0)


RANGES = st.lists(
    st.lists(
        st.tuples(st.integers(0, 6), st.integers(0, 3), st.integers(0, 99), st.sampled_from(["", "One", "Two"])),
        min_size=1, max_size=4,
    ),
    min_size=1, max_size=3,
)  # fmt: skip


@settings(max_examples=12)
@given(RANGES)
def test_the_lines_of_any_reports_add_up_to_what_the_tables_tell(
    tmp_path_factory: pytest.TempPathFactory, reports: list[list[tuple[int, int, int, str]]]
) -> None:
    world = new_world(tmp_path_factory.mktemp("money"))
    world.plan(CAMPAIGN + 'ads = ["Vlogs"]\n')
    first = date(2024, 10, 1)
    for number, rows in enumerate(reports):
        lines = [
            f"Vlogs,,{ad},{spent},{first + timedelta(start)},{first + timedelta(start + length)}\n"
            for start, length, spent, ad in rows
        ]
        world.drop(f"2024-11-0{number + 1}/{number}.csv", LEVELS + "".join(lines))
    evidence, table = explained(world), world.table("campaign_spend")
    counting = evidence.lines["value"].drop_nulls()
    assert counting.sum() == round(table["spend"].item() * 1_000_000) == evidence.figure
    assert evidence.lines.height == len({(n, row) for n, rows in enumerate(reports) for row in rows})
    assert evidence.lines.filter(pl.col("value").is_null() & ~pl.col("note").str.contains("not counted")).is_empty()
