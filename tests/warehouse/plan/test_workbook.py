"""A plan in a workbook: what it says, and its mistakes with sheet and cell."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import PLATFORMS
from tests.warehouse.plan.plans import SMALL
from tests.warehouse.plan.plans import parse as parse_toml
from warehouse.plan import workbook
from warehouse.plan.layout import SHEETS
from warehouse.plan.model import Plan, PlanError

Rows = list[list[Any]]
SHEETS_OF_SMALL: dict[str, Rows] = {
    "project": [["key", "value"], ["name", "Reach"]],
    "activities": [["id", "name"], ["1.1.7", "Forum"]],
    "campaigns": [["id", "activity", "name"], ["iduai", "1.1.7", "IDUAI"]],
}


def cells(sheets: dict[str, Rows]) -> dict[str, dict[tuple[int, int], object]]:
    return {
        name: {(row, at): value for row, line in enumerate(rows) for at, value in enumerate(line) if value is not None}
        for name, rows in sheets.items()
    }


def parse(**sheets: Rows) -> Plan:
    return workbook.parse(cells({**SHEETS_OF_SMALL, **sheets}), PLATFORMS.names)


def mistakes(**sheets: Rows) -> list[str]:
    with pytest.raises(PlanError) as raised:
        parse(**sheets)
    return [mistake.text for mistake in raised.value.mistakes]


def test_a_workbook_says_what_the_same_text_says() -> None:
    assert parse() == parse_toml(SMALL)


def test_what_stands_in_sheets_of_its_own_comes_together() -> None:
    plan = parse(
        rules=[["campaign", "hashtags", "text", "accounts"], ["iduai", "a\nb", None, "Page"], ["iduai", None, "law", None]],
        stages=[["campaign", "stage", "counted"], ["iduai", "submitted", 26], ["iduai", "winner", None]],
        assets=[["id", "campaign", "stage"], ["v", "iduai", "winner"]],
        posts=[
            ["post", "campaign", "asset", "except"],
            ["youtube:a", "iduai", None, None],
            ["youtube:b", "iduai", "v", False],
            ["youtube:c", "iduai", None, True],
        ],
        account_figures=[["campaign", "account", "metric", "from", "to"], ["iduai", "website:a.example", "visits", datetime(2024, 9, 1), "2024-09-02"]],
        accounts=[["platform", "id", "not_ours"], ["facebook", "100064512345678", "yes"], [None, "youtube:UC1", None]],
        indicators=[["id", "name", "of", "metric"], ["i", "I", "campaign:iduai", "views"]],
        targets=[["indicator", "period", "target"], ["i", "FY2024-Q4", 10_000], ["i", "FY2025", 12.5]],
        same=[["number", "post"], [1, "youtube:a"], [2, "youtube:x"], [1, "youtube:b"], [2, "youtube:y"]],
    )  # fmt: skip
    assert plan == parse_toml(
        SMALL
        + 'match = [{ hashtags = ["a", "b"], accounts = ["Page"] }, { text = ["law"] }]\nstages = ["submitted", "winner"]\n'
        + 'counted = { submitted = 26 }\nposts = ["youtube:a"]\nexcept = ["youtube:c"]\n'
        + 'account_figures = [{ account = "website:a.example", metric = "visits", from = 2024-09-01, to = 2024-09-02 }]\n'
        + '[[asset]]\nid = "v"\ncampaign = "iduai"\nstage = "winner"\nposts = ["youtube:b"]\n'
        + '[[account]]\nid = "facebook:100064512345678"\nnot_ours = true\n[[account]]\nid = "youtube:UC1"\n'
        + '[[indicator]]\nid = "i"\nname = "I"\nof = "campaign:iduai"\nmetric = "views"\ntargets = { FY2024-Q4 = 10_000, FY2025 = 12.5 }\n'
        + '[[same]]\nposts = ["youtube:a", "youtube:b"]\n[[same]]\nposts = ["youtube:x", "youtube:y"]\n'
    )


def test_empty_rows_blanks_notes_letters_of_names_and_rows_above_the_header_change_nothing() -> None:
    plan = parse(
        campaigns=[[], [], [None, "ID", "Activity", "NAME", "Notes of mine"], [], [None, "iduai", "1.1.7 ", "IDUAI", "ask Sok"], [None, " ", "", None]],
        Notes=[["anything"]],
        lists=[["anything"]],
        **{"Start here": [["anything"]]},
    )  # fmt: skip
    assert plan == parse()


MISTAKES = {
    "a number in a column of ids": (
        {"activities": [["id", "name"], [1.1, "Forum"], ["1.1.7", "Forum"]]},
        'plan.xlsx activities!A2: in activity "1.1", id is the number 1.1, and Excel may have shortened it: format the cell as '
        "Text, then type it again.",
    ),
    "a day that is none": (
        {"campaigns": [["id", "activity", "name", "starts"], ["iduai", "1.1.7", "IDUAI", "27/9/2024"]]},
        'plan.xlsx campaigns!D2: in campaign "iduai", starts must be a day, typed as 2024-09-27, and is "27/9/2024".',
    ),
    "an activity that is not there": (
        {"campaigns": [["id", "activity", "name"], [], ["iduai", "1.1.8", "IDUAI"]]},
        'plan.xlsx campaigns!B3: campaign "iduai" names the activity "1.1.8", which is not in the plan; the nearest is "1.1.7".',
    ),
    "a cell that is empty": (
        {"campaigns": [["id", "activity", "name"], ["iduai", "1.1.7", None]]},
        'plan.xlsx campaigns!C2: campaign "iduai" has no name: fill in name in its row.',
    ),
    "a column that is not there": (
        {"campaigns": [["id", "activity"], ["iduai", "1.1.7"]]},
        'plan.xlsx campaigns!A2: campaign "iduai" has no name: fill in name in its row.',
    ),
    "a column that is unknown": (
        {"activities": [["id", "name", "outptu"], ["1.1.7", "Forum", "1.1"]]},
        'plan.xlsx activities!C1: "outptu" is no column of activities; the nearest is "output"; for notes of your own call it notes.',
    ),
    "a column twice": (
        {"activities": [["id", "name", "Name"], ["1.1.7", "Forum", "Forum"]]},
        "plan.xlsx activities!C1: the column name is there twice; take one of them out.",
    ),
    "a value without a header": (
        {"activities": [["id", "name"], ["1.1.7", "Forum", "x"]]},
        "plan.xlsx activities!C2: this column has no header; give it one, or take it out.",
    ),
    "a sheet that is unknown": (
        {"campagns": [["id"]]},
        'plan.xlsx campagns!A1: "campagns" is no sheet of a plan; the nearest is "campaigns"; for notes of your own call it notes.',
    ),
    "a sheet twice": (
        {"Campaigns": [["id"]]},
        "plan.xlsx Campaigns!A1: the sheet campaigns is there twice; put its rows together.",
    ),
    "no project": ({"project": []}, "plan.xlsx: the plan has no project: add it, with a name."),
    "a key of the project": (
        {"project": [["key", "value"], ["name", "Reach"], ["end", "2024-12-30"]]},
        'plan.xlsx project!A3: the project has "end", which is not known here; the nearest is "ends".',
    ),
    "a project without a name": (
        {"project": [["key", "value"], ["name", None], ["starts", "2024-01-01"]]},
        "plan.xlsx project!B2: the project has no name: fill in name in its row.",
    ),
    "a key of the project twice": (
        {"project": [["key", "value"], ["name", "Reach"], ["name", "Reach"]]},
        "plan.xlsx project!B3: the project has name twice; take one of them out.",
    ),
    "a rule of no campaign": (
        {"rules": [["campaign", "hashtags"], ["iduia", "IDUAI2024"]]},
        'plan.xlsx rules!A2: this row names the campaign "iduia", which is not in the plan; the nearest is "iduai", or write renamed = "iduia" into the campaign that had this id.',
    ),
    "a rule that names no campaign": ({"rules": [["campaign", "hashtags"], [None, "a"]]}, "plan.xlsx rules!A2: this row has no campaign: fill it in."),
    "an empty rule": (
        {"rules": [["campaign", "hashtags"], ["iduai", None]]},
        'plan.xlsx rules!A2: rule 1 of campaign "iduai" is empty, and would take nothing: give it hashtags, text or accounts.',
    ),
    "two hashtags on one line": (
        {"rules": [["campaign", "hashtags"], ["iduai", "a\nb c"]]},
        'plan.xlsx rules!B2: in rule 1 of campaign "iduai", number 2 of hashtags is "b c", which can\'t be one hashtag: write each of them by itself.',
    ),
    "a post of no asset": (
        {"posts": [["post", "campaign", "asset"], ["youtube:a", "iduai", "v"]]},
        'plan.xlsx posts!C2: this row of campaign "iduai" names the asset "v", which is not in the plan; add an asset with this id.',
    ),
    "an asset's post that is left out": (
        {"assets": [["id", "campaign"], ["v", "iduai"]], "posts": [["post", "campaign", "asset", "except"], ["youtube:a", "iduai", "v", True]]},
        "plan.xlsx posts!D2: an asset's post cannot be left out; take out asset, or except.",
    ),
    "a platform that is none": (
        {"posts": [["post", "campaign"], ["youtub:a", "iduai"]]},
        'plan.xlsx posts!A2: in campaign "iduai", number 1 of posts is "youtub:a", and "youtub" is not a platform; the nearest is "youtube".',
    ),
    "an account's number": (
        {"accounts": [["platform", "id"], ["facebook", 100064512345678]]},
        'plan.xlsx accounts!B2: in account "100064512345678", id is the number 100064512345678, and Excel may have shortened it: format the cell as Text, then type it again.',
    ),
    "a formula that fails": (
        {"indicators": [["id", "name", "actual", "source"], ["i", "I", ValueError("#REF!"), "S"]]},
        'plan.xlsx indicators!C2: in indicator "i", actual is a formula that gives nothing (#REF!): mend and save it in Excel, or type the value.',
    ),
    "a list whose formula fails": (
        {"rules": [["campaign", "hashtags"], ["iduai", ValueError("#N/A")]]},
        'plan.xlsx rules!B2: in rule 1 of campaign "iduai", number 1 of hashtags is a formula that gives nothing (#N/A): mend and save it in Excel, or type the value.',
    ),
    "an id of before that cannot be read": (
        {"campaigns": [["id", "activity", "name", "renamed"], ["iduai", "1.1.7", "IDUAI", ValueError("#N/A")]], "stages": [["campaign", "stage"], ["iduai", "winner"]]},
        'plan.xlsx campaigns!D2: in campaign "iduai", number 1 of renamed is a formula that gives nothing (#N/A): mend and save it in Excel, or type the value.',
    ),
    "a target twice": (
        {"indicators": [["id", "name", "of", "metric"], ["i", "I", "project", "views"]], "targets": [["indicator", "period", "target"], ["i", "FY2024", 1], ["i", "FY2024", 2]]},
        'plan.xlsx targets!B3: indicator "i" has "FY2024" twice; take one out.',
    ),
    "a period that is none": (
        {"indicators": [["id", "name", "of", "metric"], ["i", "I", "project", "views"]], "targets": [["indicator", "period", "target"], ["i", "2024", 1]]},
        'plan.xlsx targets!B2: in indicator "i", targets.2024 is not a period: write a fiscal year as FY2024, a quarter of it as FY2024-Q4.',
    ),
    "a stage that its campaign lacks": (
        {"stages": [["campaign", "stage"], ["iduai", "winner"]], "assets": [["id", "campaign", "stage"], ["v", "iduai", "winer"]]},
        'plan.xlsx assets!C2: asset "v" names the stage "winer", which campaign "iduai" does not have; the nearest is "winner".',
    ),
    "one name that is the same": ({"same": [["number", "post"], [1, "youtube:a"]]}, "plan.xlsx same!A2: same number 1 must name two or more posts, those that are one; add the others."),
}  # fmt: skip


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_told_with_sheet_and_cell_and_what_to_do(case: str) -> None:
    sheets, sentence = MISTAKES[case]
    assert mistakes(**sheets) == [sentence]


def test_all_mistakes_are_told_in_the_order_of_sheets_and_cells() -> None:
    told = mistakes(
        activities=[["id", "name"], ["1.1.7", 5], [1.1, None]],
        campaigns=[["id", "activity", "name"], ["iduai", "9", "IDUAI"]],
    )
    assert [one.split(": ")[0] for one in told] == [
        "plan.xlsx activities!B2", "plan.xlsx activities!A3", "plan.xlsx activities!B3", "plan.xlsx campaigns!B2",
    ]  # fmt: skip


_VALUES = st.none() | st.sampled_from(
    [
        "iduai",
        "1.1.7",
        "facebook",
        "FY2024",
        "",
        " ",
        "true",
        "views",
        "project",
        1,
        1.5,
        -1,
        True,
        datetime(2024, 9, 27),
        ValueError("#N/A"),
    ]
)
_GRIDS = st.fixed_dictionaries(
    {},
    optional={
        name: st.lists(st.lists(_VALUES, max_size=len(sheet.columns) + 1), max_size=3).map(
            lambda rows, sheet=sheet: [["key", "value"] if sheet.name == "project" else [c.key for c in sheet.columns], *rows]
        )
        for name, sheet in SHEETS.items()
    },
)  # fmt: skip


@given(_GRIDS)
@settings(deadline=None)
def test_whatever_stands_in_its_cells_a_workbook_is_a_plan_or_tells_its_mistakes(sheets: dict[str, Rows]) -> None:
    try:
        told = [] if workbook.parse(cells(sheets), PLATFORMS.names) else None
    except PlanError as error:
        told = [one.text for one in error.mistakes]
    assert told is not None
    assert all(one.startswith("plan.xlsx") and one.endswith(".") for one in told)
