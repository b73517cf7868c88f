"""A campaign's sheet holds the tables' figures, and has a name that Excel takes and no other sheet has."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import connectors
from tests.warehouse.publish.workbook.opening import SAMPLE_PLAN, Tables, rows_of, team_book, to_send, visible
from warehouse.figures.mart import shaped
from warehouse.figures.tables import MART
from warehouse.publish.report.language import Language, words
from warehouse.publish.report.sentence import sentence
from warehouse.publish.workbook.campaign_sheet import LONGEST_NAME, sheet_names


def names(*campaigns: str) -> list[str]:
    return sheet_names(campaigns, ("Cover", "post_totals", "សូចនាករ"), "campaign")


def test_a_campaigns_sheet_has_its_sentence_figures_pages_pieces_and_posts(tables: Tables) -> None:
    rows = rows_of(team_book(tables), "IDUAI 2024")
    told = {row[0]: row for row in rows if row[0]}
    assert sentence(tables, "iduai-2024", "en", connectors.PLATFORMS) in told
    assert rows[1][0].startswith("1.1.7 National forum on fundamental freedom and access to information")
    assert told["Views"][1:3] == ("46700", "15 of 15")
    assert told["Accounts reached"][1] == "7,126 to 34,323"
    accounts = tables["account_totals"].filter(campaign_id="iduai-2024")
    for row in accounts.filter(accounts["posts"] > 0).iter_rows(named=True):
        assert told[row["account_name"]][1] == "Facebook"
        assert float(told[row["account_name"]][3]) == row["views"]
    assert told["Shown are 10 of 15."]


def test_pieces_are_called_by_the_plan_else_by_the_text_of_their_first_post(tables: Tables) -> None:
    assets = [a.model_copy(update={"name": "First", "name_km": "ទីមួយ"} if a.id == "vlog-1" else {"name": None})
              for a in SAMPLE_PLAN.assets]  # fmt: skip
    plan = SAMPLE_PLAN.model_copy(update={"assets": tuple(assets)})
    totals = tables["asset_totals"].select("asset_id", "views").rows()
    views = {asset_id: value for asset_id, value in totals if asset_id.startswith("vlog-")}
    for language, first in (("en", "First"), ("km", "ទីមួយ")):
        told = {row[0]: row for row in rows_of(to_send(tables, plan, language), "IDUAI 2024") if row[0]}  # type: ignore[arg-type]
        assert float(told[first][3]) == views["vlog-1"]
        assert not told.keys() & views.keys()


def test_programmes_and_events_stand_on_the_sheet_of_their_campaign(tables: Tables) -> None:
    on_air = tables["post_totals"].filter(kind="radio", campaign_ids="iduai-2024")
    for language in ("en", "km"):
        kind = words(language)["page"]["kinds"]["radio"]
        told = [row for row in rows_of(to_send(tables, language=language), "IDUAI 2024") if row[0]]  # type: ignore[arg-type]
        shown = [row for row in told if row[0].startswith(f"{kind}: ")]
        assert sorted(row[1] for row in shown) == sorted(on_air["account_name"])
        assert len(shown) == on_air.height > 0


def test_a_campaign_with_programmes_alone_has_no_table_of_figures(tables: Tables) -> None:
    nothing = {metric: pl.lit(0) for metric in ("posts", "views_known", "likes_known")}
    totals = tables["campaign_totals"].with_columns(**nothing)
    rows = rows_of(to_send({**tables, "campaign_totals": totals}), "IDUAI 2024")
    assert "Posts that know it" not in {cell for row in rows for cell in row}
    assert "As of 30 December 2024, the campaign has had" in rows[3][0]


def test_the_khmer_sheets_have_the_plans_khmer_names(tables: Tables) -> None:
    campaigns = [c.model_copy(update={"name_km": "ទិវាសិទ្ធិ"} if c.id == "iduai-2024" else {})
                 for c in SAMPLE_PLAN.campaigns]  # fmt: skip
    plan = SAMPLE_PLAN.model_copy(update={"campaigns": tuple(campaigns)})
    made = to_send(tables, plan, "km")
    assert {"ទិវាសិទ្ធិ", "Youth debate"} <= set(visible(made))
    assert "IDUAI 2024" not in visible(made)
    assert "ទិវាសិទ្ធិ" in {row[0] for row in rows_of(made, "ទំព័រមុខ")}
    assert rows_of(made, "ទិវាសិទ្ធិ")[0][0] == "ទិវាសិទ្ធិ"


def test_a_campaign_of_events_has_a_row_an_event_with_who_took_part(tables: Tables) -> None:
    rows = rows_of(to_send(tables, SAMPLE_PLAN, "en"), "National workshops")
    heads = next(row for row in rows if row[0] == "Event")
    assert list(heads[2:6]) == ["Events", "Participants", "Women", "Men"]
    events = [row for row in rows if str(row[0]).startswith("workshop: National workshop")]
    assert [(row[1], *map(str, row[2:5]), row[5]) for row in events] == [
        ("2022-09-28", "1", "158", "68", None), ("2023-09-28", "1", "166", "74", None),
        ("2024-09-27", "1", "164", "72", None),
    ]  # fmt: skip


def test_names_of_sheets_are_excels_and_unique() -> None:
    long = "a" * LONGEST_NAME
    assert names(long, long + "b", "A" * LONGEST_NAME) == [long, "a" * 27 + " (2)", "A" * 27 + " (3)"]
    assert names("cover", "POST_TOTALS", "History") == ["cover (2)", "POST_TOTALS (2)", "History (2)"]
    assert names("a/b: [c]*?\\", "'quoted'", "//") == ["a b c", "quoted", "campaign"]
    assert names("សូចនាករ", "ｃｏｖｅｒ") == ["សូចនាករ (2)", "ｃｏｖｅｒ (2)"]


@pytest.mark.parametrize("letter", ["😀", "ក"])
def test_a_name_is_counted_in_units_of_utf16_and_no_letter_is_cut_in_two(letter: str) -> None:
    (name,) = names(letter * 40)
    assert set(name) == {letter}
    assert 30 <= len(name.encode("utf-16-le")) // 2 <= LONGEST_NAME


@pytest.mark.parametrize("before", range(4))
@pytest.mark.parametrize("cluster", ["ក្រុំ", "ញ៉ាំ", "é\u0301"])
def test_a_khmer_name_is_cut_between_letters_and_not_before_the_signs_of_one(before: int, cluster: str) -> None:
    first, second = names("a" * before + cluster * 40, "a" * before + cluster * 40)
    assert first.removeprefix("a" * before) == cluster * (len(first.removeprefix("a" * before)) // len(cluster))
    assert second.endswith(f"{cluster} (2)")


@given(st.lists(st.text(st.sampled_from("ab'/ (2)[]\x00😀ក្រុំី"), max_size=70), max_size=6))
def test_whatever_campaigns_are_called_no_two_sheets_have_one_name_and_excel_takes_each(called: list[str]) -> None:
    made = names(*called)
    assert len({name.casefold() for name in made}) == len(called)
    for name in made:
        assert 1 <= len(name.encode("utf-16-le")) // 2 <= LONGEST_NAME
        assert not set(name) & set("[]:*?/\\\x00")
        assert name == name.strip("'")


@pytest.mark.parametrize("language", ["en", "km"])
def test_what_ads_cost_stands_on_the_sheet_of_their_campaign(tables: Tables, language: Language) -> None:
    ads = shaped(MART["ad_spend"], pl.DataFrame({
        "platform": ["meta_ads"] * 16, "ad_account": ["NGO"] * 16, "ad_campaign": [f"Vlogs {n:02}" for n in range(16)],
        "ad_campaign_id": [None] * 16, "currency": ["USD"] * 16, "campaign_id": ["iduai-2024"] * 16,
        "spend": [20.5 - n for n in range(16)], "is_at_least": [False] * 16, "impressions": [1_000] * 16,
        "period_start": [date(2024, 10, 1)] * 16, "period_end": [date(2024, 10, 31)] * 16,
    }))  # fmt: skip
    spent = shaped(MART["campaign_spend"], pl.DataFrame({
        "campaign_id": ["iduai-2024"], "currency": ["USD"], "spend": [208.0], "is_at_least": [False],
        "ad_campaigns": [16], "budget": [300.0],
    }))  # fmt: skip
    told = rows_of(to_send({**tables, "ad_spend": ads, "campaign_spend": spent}, language=language), "IDUAI 2024")
    first = next(row for row in told if row[0] == "Vlogs 00")
    assert first[2:4] == ("USD 20.50", "1000")
    assert not [row for row in told if row[0] == "Vlogs 15"]
    together = " ".join(row[0] for row in told if row[0])
    assert "USD 208" in together
    assert "USD 300" in together


def test_a_report_that_an_older_version_froze_tells_nothing_of_ads(tables: Tables) -> None:
    older = {**tables, "campaign_spend": tables["campaign_spend"].drop("rate")}
    assert rows_of(to_send(older), "IDUAI 2024")[0][0]
