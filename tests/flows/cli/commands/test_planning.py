"""The plan in one form and the other, as a person asks for it."""

from __future__ import annotations

from pathlib import Path

from tests.flows.cli.typed import reach


def test_a_workspace_begins_with_a_workbook_that_is_sound_where_somebody_asks_for_one(tmp_path: Path) -> None:
    home = tmp_path / "w"
    made = reach("init", home, "--workbook")
    assert (made.returncode, (home / "plan.toml").exists()) == (0, False)
    assert f"write {home / 'plan.xlsx'}, drop exports into" in made.stdout
    checked = reach("plan", "check", "--home", home)
    assert (checked.returncode, "The plan is sound: 1 activity, 1 campaign" in checked.stdout) == (0, True)
    reach("init", home)
    assert not (home / "plan.toml").exists()


def test_the_plan_is_turned_into_a_workbook_and_back_and_each_time_says_what_was_put_aside(tmp_path: Path) -> None:
    home = tmp_path / "w"
    reach("init", home)
    turned = reach("plan", "to-workbook", "--home", home)
    assert turned.returncode == 0
    assert f"the one before lies in {home / 'plan.toml.aside'}, and counts no more." in turned.stdout
    assert "The plan is plan.xlsx already." in reach("plan", "to-workbook", "--home", home).stdout
    assert reach("plan", "to-toml", "--home", home).returncode == 0
    assert "The plan is sound" in reach("plan", "check", "--home", home).stdout


def test_a_plan_with_mistakes_is_told_and_not_turned(tmp_path: Path) -> None:
    home = tmp_path / "w"
    reach("init", home)
    (home / "plan.toml").write_text("[project]\n", encoding="utf-8")
    turned = reach("plan", "to-workbook", "--home", home)
    assert (turned.returncode, (home / "plan.xlsx").exists()) == (2, False)
    assert "plan.toml line 1: the project has no name" in turned.stderr
    assert "Mend the plan first; nothing was written." in turned.stderr


def test_without_a_plan_there_is_nothing_to_turn(tmp_path: Path) -> None:
    home = tmp_path / "w"
    reach("init", home)
    (home / "plan.toml").unlink()
    turned = reach("plan", "to-workbook", "--home", home)
    assert (turned.returncode, "The plan cannot be written as plan.xlsx (No such file" in turned.stderr) == (2, True)
