"""What people decide on posts counts like the plan's own names, until the plan says otherwise or they take it back."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from flows.steps import freezing, night, withdrawal
from flows.steps.reader import PUT_ASIDE
from tests.conftest import CAMPAIGN, PAGE, World, copy_of, known_on, meta, new_world, sheet
from tests.conftest import post as export_row
from tests.filled_in import as_workbook, rows_of
from tests.histories import at_instant
from tests.warehouse.made_decisions import NAMES, decision, untold
from tests.warehouse.plans_and_posts import plan_of
from tests.warehouse.publish.workbook.opening import team_book
from warehouse import decisions
from warehouse.decisions import Decision
from warehouse.figures import plan_rules
from warehouse.named_posts import Names

BEFORE = CAMPAIGN + '[[campaign]]\nid = "debate"\nactivity = "1.2"\nname = "The debate"\n'
ASSET = '[[asset]]\nid = "vlog-1"\ncampaign = "debate"\n'
ONE, TWO, THREE = (f"facebook:{PAGE}_12215800000000{number:04}" for number in (1, 2, 3))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Three posts, of which only the first has the hashtag; the second was also typed by hand, without a link."""
    made = new_world(tmp_path_factory.mktemp("decisions"))
    made.plan(BEFORE + ASSET)
    texts = {2: "A debate", 3: "Lunch"}
    rows = [export_row(n, Views=10**n, **({"Description": texts[n]} if n in texts else {})) for n in (1, 2, 3)]
    made.drop("2024-10-01/a.csv", meta(*rows))
    row = {
        "no": 1,
        "platform": "facebook",
        "account": "Page 1",
        "title": "typed",
        "published": "2024-09-02",
        "views": 5,
    }
    made.drop("2024-10-02/s.csv", sheet(row))
    with at_instant(datetime(2026, 11, 20, 5)):
        made.load()
    return made


@pytest.fixture
def decided(made: World, tmp_path: Path) -> World:
    return copy_of(made, tmp_path)


def fill_in(world: World, *rows: Mapping[str, object], name: str = "reach.xlsx", day: int = 1) -> None:
    """Drops a filled-in sheet that was saved on a day of December."""
    titles = {name: None for row in rows for name in row}
    content = as_workbook(unattributed_posts=[titles | dict(row) for row in rows])
    world.drop(name, content, f"2024-12-{day:02}T12:00")
    night.receive(world.workspace)


def views(world: World, as_of: str = "2024-12-30") -> dict[str, int | None]:
    totals = world.table("campaign_totals", as_of)
    return dict(totals.select("campaign_id", "views").iter_rows())


def test_a_post_counts_in_the_campaigns_that_were_filled_in_by_id_or_name(decided: World) -> None:
    fill_in(decided, {"post": TWO, "campaign": "The Debate"}, {"post": THREE, "campaign": "debate; forum"})
    tables = decided.tables()
    totals = dict(tables["campaign_totals"].select("campaign_id", "views").iter_rows())
    assert totals == {"forum": 10 + 1000, "debate": 100 + 1000}
    rules = dict(tables["post_totals"].select("post_id", "rule").iter_rows())
    day = night.today("Asia/Phnom_Penh")
    assert rules[TWO.partition(":")[2]] == f"decided in reach.xlsx, unattributed_posts!B2, on {day}"
    assert tables["unattributed_posts"]["grade"].to_list() == ["entered"]
    assert tables["decisions"].select("post", "campaign_ids", "why_not").rows() == [
        (TWO, "debate", None), (THREE, "debate;forum", None)
    ]  # fmt: skip


def test_an_asset_that_was_filled_in_gives_the_post_to_its_campaign(decided: World) -> None:
    fill_in(decided, {"post": TWO, "asset": "Vlog-1"})
    tables = decided.tables()
    assert tables["asset_totals"].select("campaign_id", "asset_id", "views").rows() == [("debate", "vlog-1", 100)]


def test_a_post_that_is_not_ours_counts_nowhere_and_is_named_as_that(decided: World) -> None:
    fill_in(decided, {"post": ONE, "not ours": "yes"}, {"post": THREE, "not ours": "yes", "remark": "Lunch"})
    tables = decided.tables()
    assert tables["campaign_totals"].filter(campaign_id="forum")["posts"].item() == 0
    assert tables["unattributed_posts"]["post_id"].to_list() != []
    assert not {ONE, THREE} & {f"facebook:{post_id}" for post_id in tables["unattributed_posts"]["post_id"]}
    told = tables["post_totals"].filter(pl.col("rule").str.starts_with("not ours: decided in "))
    assert [f"facebook:{post_id}" for post_id in told["post_id"]] == [ONE, THREE]
    assert told["campaign_ids"].to_list() == [None, None]


def test_a_rule_says_which_of_its_posts_are_not_ours(decided: World) -> None:
    fill_in(decided, {"post": ONE, "not ours": "yes"})
    [rule] = plan_rules.matched(decided.day())
    assert rule.sentence == "matches 1 post, of which 1 is not ours by a decision"


def typed_post(world: World) -> str:
    rows = world.table("post_totals").filter(pl.col("grade") == "entered")
    return f"facebook:{rows['post_id'].item()}"


def test_two_posts_that_are_the_same_count_once_as_with_the_plans_same(decided: World) -> None:
    doubles = decided.table("possible_doubles")
    typed = typed_post(decided)
    assert doubles.height == 3  # the typed row may be any of its page and day
    fill_in(decided, {"post": typed, "other post": ONE, "same": "yes"})
    by_decision = decided.tables()
    assert by_decision["post_totals"].height == 3
    assert by_decision["possible_doubles"].height == 0
    (decided.workspace.inbox / "reach.xlsx").unlink()
    withdrawal.withdraw(decided.workspace, "reach.xlsx", "to compare", "Dara")
    decided.plan(BEFORE + ASSET + f'[[same]]\nposts = ["{ONE}", "{typed}"]\n')
    by_plan = decided.tables()
    for name in ("campaign_totals", "post_totals", "unattributed_posts", "campaign_daily"):
        assert by_plan[name].equals(by_decision[name]), name


def test_two_posts_that_are_not_the_same_are_proposed_no_more(decided: World) -> None:
    typed = typed_post(decided)
    fill_in(decided, {"post": TWO, "other post": typed, "same": "no"})
    left = decided.table("possible_doubles").select("post_id", "other_post_id").rows()
    assert sorted(f"facebook:{other}" for _, other in left) == [ONE, THREE]


def test_the_last_decision_counts_and_an_empty_cell_takes_nothing_back(decided: World) -> None:
    fill_in(decided, {"post": TWO, "campaign": "forum"}, {"post": THREE, "campaign": "forum"})
    fill_in(decided, {"post": TWO, "campaign": "debate"}, {"post": THREE, "campaign": None}, day=2)
    assert views(decided) == {"forum": 1010, "debate": 100}


def test_a_decision_is_taken_back_on_the_published_sheet_of_decisions(decided: World) -> None:
    fill_in(
        decided, {"post": TWO, "campaign": "forum"}, {"post": typed_post(decided), "other post": ONE, "same": "yes"}
    )
    assert views(decided)["forum"] == 5 + 100  # the typed figure is the newer one
    sheet_rows = rows_of(team_book(decided.published()), "decisions")
    assert [row["take back"] for row in sheet_rows] == [None, None]
    decided.drop("back.xlsx", as_workbook(decisions=[{**row, "take back": "yes"} for row in sheet_rows]))
    tables = decided.tables()
    assert dict(tables["campaign_totals"].select("campaign_id", "views").iter_rows())["forum"] == 10
    assert (tables["decisions"].height, tables["possible_doubles"].height, tables["post_totals"].height) == (0, 3, 4)


def test_a_published_workbook_that_comes_back_as_it_was_changes_nothing(decided: World) -> None:
    fill_in(decided, {"post": TWO, "campaign": "debate"})
    before = decided.published()
    decided.drop("Partner/reach.xlsx", team_book(before))
    decided.drop("again.xlsx", team_book(before))
    loaded = decided.load()
    assert loaded.problems == []
    after = decided.published()
    assert after["decisions"].equals(before["decisions"])
    assert after["post_totals"].equals(before["post_totals"])


def test_the_same_file_twice_is_one_decision_of_the_day_on_which_it_first_came(
    decided: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def on_day(day: int) -> None:
        monkeypatch.setattr(night, "now", lambda: datetime(2026, 12, day, 5))

    on_day(1)
    fill_in(decided, {"post": TWO, "campaign": "forum"}, day=9)
    on_day(2)
    fill_in(decided, {"post": TWO, "campaign": "debate"}, day=10)
    on_day(3)
    fill_in(decided, {"post": TWO, "campaign": "forum"}, name="copy.xlsx", day=3)  # earlier than the first, by its time
    assert views(decided) == {"forum": 10, "debate": 100}


@pytest.mark.parametrize("elsewhere", ["2024-12-30/reach.xlsx", "A partner/reach.xlsx", "mail/dara/reach.xlsx"])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_copy_in_a_folder_neither_decides_nor_takes_the_place_of_what_does(
    decided: World, elsewhere: str, is_first: bool
) -> None:
    def put_into_the_folder() -> list[str]:
        fill_in(decided, {"post": TWO, "campaign": "debate"}, name=elsewhere)  # the same bytes, and an equal time
        return decided.load().problems

    if is_first:
        assert put_into_the_folder() == [f"{elsewhere}: {PUT_ASIDE}."]
        assert views(decided)["debate"] is None
    fill_in(decided, {"post": TWO, "campaign": "debate"})
    assert decided.load().problems == []
    assert views(decided)["debate"] == 100
    if not is_first:
        put_into_the_folder()
    night.rebuild(decided.workspace, "Asia/Phnom_Penh")
    assert views(decided)["debate"] == 100


def test_what_was_decided_is_known_from_the_day_on_which_its_file_came(
    decided: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(night, "now", lambda: datetime(2026, 12, 5, 5))
    fill_in(decided, {"post": TWO, "campaign": "debate"})
    decided.load()
    monkeypatch.setattr(night, "now", lambda: datetime(2026, 12, 8, 5))
    assert known_on(decided, "2026-12-05")["views"] == 100
    assert known_on(decided, "2026-12-04")["views"] is None


def test_a_withdrawn_workbook_decides_nothing_until_it_is_put_back(decided: World) -> None:
    fill_in(decided, {"post": TWO, "campaign": "debate"})
    fill_in(decided, {"post": TWO, "campaign": "forum"}, name="second.xlsx", day=2)
    decided.load()
    withdrawal.withdraw(decided.workspace, "second.xlsx", "the wrong campaign", "Dara")
    assert views(decided) == {"forum": 10, "debate": 100}
    withdrawal.withdraw(decided.workspace, "second.xlsx", "it was right", "Dara", is_undone=True)
    assert views(decided) == {"forum": 110, "debate": None}


def test_a_rebuilt_warehouse_decides_the_same(decided: World) -> None:
    fill_in(decided, {"post": TWO, "campaign": "debate"}, {"post": THREE, "not ours": "yes"})
    before = decided.published()
    (decided.workspace.inbox / "reach.xlsx").unlink()
    night.rebuild(decided.workspace, "Asia/Phnom_Penh")
    after = decided.published()
    assert all(before[name].equals(after[name]) for name in before if name not in ("about", "source_freshness"))


def test_a_frozen_report_stays_and_its_diff_names_the_decision_as_a_change_of_the_plan(
    decided: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, good = decided.workspace, night.read_plan(decided.workspace)
    freezing.freeze(workspace, good, "final", date(2024, 12, 30))
    frozen = freezing.read(workspace, "final")
    later = night.now() + timedelta(days=1)
    monkeypatch.setattr(night, "now", lambda: later)
    fill_in(decided, {"post": TWO, "campaign": "debate"})
    decided.load()
    assert freezing.read(workspace, "final").checksum == frozen.checksum
    changed, details = freezing.diff(workspace, good, "final")
    views_of_debate = [c for c in changed if c.table == "campaign_totals" and c.metric == "views"]
    assert [(c.now, c.causes) for c in views_of_debate] == [(100, {"plan changed": 100})]
    assert list(details) == ["plan changed"]
    assert "debate: 1 post newly by decided in reach.xlsx, unattributed_posts!B2, on" in details["plan changed"][0]


def test_wrong_cells_are_told_with_file_sheet_and_cell_and_the_right_rows_count(decided: World) -> None:
    fill_in(
        decided,
        {"post": TWO, "campaign": "debat"},
        {"post": THREE, "campaign": "debate"},
        {"post": ONE, "campaign": "debate", "not ours": "yes"},
        {"post": "facebook:999", "campaign": "debate"},
    )
    loaded = decided.load()
    assert loaded.problems == [
        "reach.xlsx: unattributed_posts!C4 says not ours, and unattributed_posts!B4 names one: clear one."
    ]
    day = decided.day()
    assert list(day.warnings) == [
        'reach.xlsx, unattributed_posts!B2: There is no campaign "debat"; the nearest is debate (The debate)',
        "reach.xlsx, unattributed_posts!B5: names facebook:999, which is no post that was loaded",
    ]
    assert views(decided) == {"forum": 10, "debate": 1000}
    notes = decided.table("source_files").filter(path="reach.xlsx")["notes"].item()
    assert notes.split("\n")[-2:] == [
        'unattributed_posts!B2 had no effect: There is no campaign "debat"; the nearest is debate (The debate)',
        "unattributed_posts!B5 had no effect: names facebook:999, which is no post that was loaded",
    ]
    assert untold(day.without_effect) == []


def test_a_file_that_gives_a_post_to_two_campaigns_says_so_beside_its_name_in_both_languages(decided: World) -> None:
    fill_in(decided, {"post": TWO, "campaign": "forum"}, {"post": TWO, "campaign": "debate"})
    row = decided.table("source_files").filter(path="reach.xlsx").row(0, named=True)
    cells = "unattributed_posts!B2 and unattributed_posts!B3"
    assert row["notes"] == f"{cells} had no effect: they decide otherwise on one post, so clear all but one"
    assert untold(decided.day().without_effect) == []


def pair(what: str, one: int, other: int, at: int = 1) -> Decision:
    return decision(what, f"x:{one}", at, other_post=f"x:{other}")


@pytest.mark.parametrize(
    ("made", "same", "apart", "told"),
    [
        ([pair("same", 1, 2)], [("x:2", "x:1")], [], 0),
        ([pair("same", 1, 2), pair("same", 3, 2, 2)], [("x:2", "x:1", "x:3")], [], 0),
        ([pair("same", 1, 2), pair("not the same", 2, 1, 2)], [], [{"1", "2"}], 0),
        ([pair("same", 1, 2), pair("taken back", 2, 1, 2)], [], [], 0),
        ([pair("same", 1, 2), pair("same", 2, 3, 2), pair("not the same", 1, 3, 3)], [("x:2", "x:1", "x:3")], [{"1", "3"}], 1),
    ],
)  # fmt: skip
def test_pairs_of_one_post_are_one_block_and_the_last_word_on_a_pair_counts(
    made: list[Decision], same: list[tuple[str, ...]], apart: list[set[str]], told: int
) -> None:
    result = decisions.of_pairs(made, plan_of(""), NAMES)
    assert [{*block} for block in result.same] == [{*block} for block in same]
    assert [block[0] for block in result.same] == [block[0] for block in same]
    assert [{post_id for _, post_id in posts} for posts in result.apart] == apart
    assert len(result.without_effect) == told
    assert untold(result.without_effect) == []


@pytest.mark.parametrize("pair_apart", [(2, 1), (1, 3)])
def test_the_plans_same_goes_before_a_decision_that_two_are_not_one(pair_apart: tuple[int, int]) -> None:
    plan = plan_of('[[same]]\nposts = ["x:1", "x:2"]\n[[same]]\nposts = ["x:2", "x:3"]\n')
    one, other = pair_apart
    result = decisions.of_pairs([pair("not the same", one, other)], plan, NAMES)
    assert (result.same, result.apart) == ((("x:1", "x:2", "x:3"),), frozenset())
    assert decisions.problems(result.without_effect) == [
        f"f.xlsx, S!B1: x:{one} and x:{other} are one by [[same]] in the plan, and the plan counts; take them out of "
        "it, or take this back",
    ]
    assert untold(result.without_effect) == []


@pytest.mark.parametrize("blocks", list(itertools.permutations([(ONE, TWO), (TWO, THREE)])))
def test_same_posts_of_the_plan_that_share_one_are_one_post(decided: World, blocks: list[tuple[str, str]]) -> None:
    same = "".join(f'[[same]]\nposts = ["{one}", "{other}"]\n' for one, other in blocks)
    decided.plan(BEFORE + ASSET + same)
    tables = decided.tables()
    assert tables["post_totals"].filter(pl.col("grade") != "entered").height == 1
    nothing_loaded: Names = {"x:1": "is no post", "x:2": ("x", "2"), "x:3": "is no post", "x:4": ("x", "4")}
    plan = plan_of('[[same]]\nposts = ["x:1", "x:2"]\n[[same]]\nposts = ["x:3", "x:4"]\n')
    assert decisions.of_pairs([], plan, nothing_loaded).same == (("x:1", "x:2"), ("x:3", "x:4"))


def test_names_that_came_to_mean_one_post_cannot_be_told_apart_and_that_is_said() -> None:
    names = NAMES | {"x:2": NAMES["x:1"]}
    result = decisions.of_pairs([pair("not the same", 1, 2)], plan_of(""), names)
    assert result.apart == frozenset()
    assert decisions.problems(result.without_effect) == [
        "f.xlsx, S!B1: x:1 and x:2 are names of one post, which counts once"
    ]
    assert untold(result.without_effect) == []
    assert decisions.of_pairs([pair("same", 1, 2)], plan_of(""), names).without_effect == ()
