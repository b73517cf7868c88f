"""Which plan counts in a workspace, whatever lies where, and from one form to the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.steps import news, night, plan_files
from flows.steps.plan_files import TOML, WORKBOOK
from flows.steps.settings import SettingsError
from tests.conftest import CAMPAIGN, World
from warehouse.plan.model import PlanError


def workbook_of(world: World) -> bytes:
    """The workspace's plan as a workbook."""
    return plan_files.as_workbook(night.read_plan(world.workspace).plan)


def with_workbook(world: World) -> bytes:
    """Puts the workspace's plan as a workbook in the place of its text."""
    content = workbook_of(world)
    world.workspace.plan_file.unlink()
    (world.workspace.home / WORKBOOK).write_bytes(content)
    return content


def files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.name.startswith("plan")}


def test_a_workbook_counts_like_the_text_and_is_kept_as_it_is(world: World) -> None:
    world.plan(CAMPAIGN)
    before = night.keep_plan(world.workspace).plan
    content = with_workbook(world)
    assert news.has_news(world.workspace)
    good = night.keep_plan(world.workspace)
    assert (good.plan, good.text, good.mistakes) == (before, content, ())
    assert world.workspace.archive.last_plan() == content


def test_a_changed_workbook_is_news_once(world: World) -> None:
    world.plan(CAMPAIGN)
    with_workbook(world)
    world.load()
    night.release(world.workspace, night.compute(world.workspace, night.read_plan(world.workspace)))
    assert not news.has_news(world.workspace)
    plan = night.read_plan(world.workspace).plan
    changed = plan.model_copy(update={"project": plan.project.model_copy(update={"name": "Another"})})
    (world.workspace.home / WORKBOOK).write_bytes(plan_files.as_workbook(changed))
    assert news.has_news(world.workspace)
    night.keep_plan(world.workspace)
    assert world.workspace.archive.has_seen_plan(plan_files.read(world.workspace).content)


@pytest.mark.parametrize("name", [WORKBOOK, "Plan.XLSX"])
def test_a_workbook_in_the_inboxs_own_folder_is_the_plan_and_is_not_taken_as_an_export(world: World, name: str) -> None:
    world.plan(CAMPAIGN)
    content = workbook_of(world)
    world.workspace.plan_file.unlink()
    world.drop(name, content)
    receipt = night.receive(world.workspace)
    assert (receipt.received, receipt.left_out) == ((), ())
    assert night.keep_plan(world.workspace).text == content


def test_a_plan_elsewhere_in_the_inbox_counts_nothing_and_says_where_plans_lie(world: World) -> None:
    world.plan(CAMPAIGN)
    world.drop("Partner/plan.xlsx", workbook_of(world))
    receipt = night.receive(world.workspace)
    assert receipt.received == ()
    (left,) = receipt.left_out
    assert left.reason.startswith("Partner/plan.xlsx is named as a plan, and a plan counts only in the workspace or")
    assert world.workspace.plan_file.name == TOML


def test_where_two_plans_lie_the_last_good_one_stands_and_the_night_asks_once(world: World) -> None:
    world.plan(CAMPAIGN)
    before = night.keep_plan(world.workspace)
    world.drop(WORKBOOK, workbook_of(world))
    good = night.keep_plan(world.workspace)
    assert (good.plan, good.text) == (before.plan, before.text)
    assert good.mistakes == (
        "plan.toml: inbox/plan.xlsx lies there, too, and a workspace has one plan: take away what is not to count.",
    )
    events = world.workspace.archive.count("plan", "faulty plan")
    assert night.keep_plan(world.workspace).mistakes == good.mistakes
    assert world.workspace.archive.count("plan", "faulty plan") == events
    (world.workspace.inbox / WORKBOOK).unlink()
    assert night.keep_plan(world.workspace).mistakes == ()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04half of it", b"\xd0\xcf\x11\xe0 an old workbook"])
def test_a_workbook_that_has_not_come_whole_leaves_the_last_good_plan(world: World, content: bytes) -> None:
    world.plan(CAMPAIGN)
    with_workbook(world)
    before = night.keep_plan(world.workspace)
    (world.workspace.home / WORKBOOK).write_bytes(content)
    good = night.keep_plan(world.workspace)
    assert good.plan == before.plan
    (why,) = good.mistakes
    assert why.startswith("plan.xlsx")
    assert "save it again" in why or "download it again" in why


def test_what_excel_holds_open_beside_a_plan_is_none(world: World) -> None:
    world.plan(CAMPAIGN)
    with_workbook(world)
    (world.workspace.home / "~$plan.xlsx").write_bytes(b"\x05Sok")
    world.drop("~$plan.xlsx", b"\x05Sok")
    assert [path.name for path in world.workspace.plan_files] == [WORKBOOK]
    assert night.receive(world.workspace).left_out == ()


def test_a_plan_of_the_largest_size_is_read_and_a_larger_one_is_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.plan(CAMPAIGN)
    content = with_workbook(world)
    monkeypatch.setattr(plan_files, "LARGEST", len(content))
    assert plan_files.read(world.workspace).why_not == ""
    monkeypatch.setattr(plan_files, "LARGEST", len(content) - 1)
    with pytest.raises(PlanError, match="it is larger than"):
        plan_files.plan_of(plan_files.read(world.workspace))


def test_to_a_workbook_and_back_the_file_of_before_is_kept_under_another_name(world: World) -> None:
    world.plan(CAMPAIGN)
    home, before = world.workspace.home, world.workspace.plan_file.read_bytes()
    plan = night.read_plan(world.workspace).plan
    assert plan_files.turn(world.workspace, TOML) is None
    for number, target in enumerate([WORKBOOK, TOML, WORKBOOK]):
        aside = plan_files.turn(world.workspace, target)
        assert aside is not None
        assert night.read_plan(world.workspace).plan == plan
        assert number or aside.read_bytes() == before
    assert files_in(home) == {WORKBOOK, "plan.toml.aside", "plan.toml.aside-2", "plan.xlsx.aside"}


def test_a_plan_of_the_inbox_is_put_aside_where_no_night_takes_it(world: World) -> None:
    world.plan(CAMPAIGN)
    world.drop(WORKBOOK, workbook_of(world))
    world.workspace.plan_file.unlink()
    assert plan_files.turn(world.workspace, TOML) == world.workspace.home / "plan.xlsx.aside"
    assert list(world.workspace.inbox.iterdir()) == []


def test_a_plan_with_mistakes_is_not_turned_and_stays(world: World) -> None:
    world.plan(CAMPAIGN + "ends = 2024\n")
    before = files_in(world.workspace.home)
    with pytest.raises(PlanError):
        plan_files.turn(world.workspace, WORKBOOK)
    assert files_in(world.workspace.home) == before


def test_a_value_that_no_cell_holds_is_named_and_nothing_is_written(world: World) -> None:
    world.plan(CAMPAIGN.replace('name = "', 'name = "' + "x" * 32_768))
    with pytest.raises(SettingsError, match=r"campaigns!C2 would hold 32,\d+ characters, and a cell holds 32,767"):
        plan_files.turn(world.workspace, WORKBOOK)
    assert files_in(world.workspace.home) == {TOML}


@pytest.mark.parametrize(("content", "name"), [(b"PK\x03\x04", WORKBOOK), (b"PK = 1", TOML), (b"", TOML)])
def test_the_form_of_a_kept_plan_shows_in_its_bytes(content: bytes, name: str) -> None:
    assert plan_files.name_of(content) == name


def test_a_plan_that_is_open_in_another_program_is_not_turned_and_nothing_changes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(*_: object) -> None:
        raise PermissionError(13, "The process cannot access the file because it is being used by another process")

    world.plan(CAMPAIGN)
    before = files_in(world.workspace.home)
    monkeypatch.setattr(plan_files.shutil, "move", held)
    with pytest.raises(SettingsError, match="is open in another program, or may not be moved by this account"):
        plan_files.turn(world.workspace, WORKBOOK)
    assert files_in(world.workspace.home) == before
