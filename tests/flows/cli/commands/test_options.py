"""What commands share: a day, the workspace, exit statuses, and that one at a time changes something."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from flows.cli.commands import options
from flows.cli.commands.options import ALL_WELL, LEFT_OUT, changing, date_of, opened, published, warn_and_status
from flows.steps import night
from flows.steps.night import AlreadyRunning
from flows.steps.settings import SettingsError, Workspace
from tests.conftest import World, meta, post


@pytest.mark.parametrize(("day", "expected"), [(None, None), (datetime(2024, 12, 30), date(2024, 12, 30))])
def test_the_day_of_an_option_is_a_date(day: datetime | None, expected: date | None) -> None:
    assert date_of(day) == expected


@pytest.mark.parametrize("problems", [(), ("a.csv was refused.",), ("a.csv was refused.", "b.csv was refused.")])
def test_what_was_left_out_is_a_line_each_and_another_status(
    problems: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert warn_and_status(problems) == (LEFT_OUT if problems else ALL_WELL)
    assert capsys.readouterr() == ("", "".join(f"{problem}\n" for problem in problems))


def test_a_folder_that_is_no_workspace_is_not_opened_and_stays_empty(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is no workspace of Reach"):
        opened(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_while_one_command_changes_something_another_process_may_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(options, "WAIT_SECONDS", 0)
    with changing(world.workspace.home) as workspace:
        assert workspace.home == world.workspace.home
        from filelock import FileLock

        other = FileLock(workspace.home.resolve() / ".night.lock")  # as another process opens it
        assert other.is_locked is False
        with pytest.raises(TimeoutError):
            other.acquire(timeout=0)
    with other, pytest.raises(AlreadyRunning), changing(world.workspace.home):
        pass


def test_publishing_says_the_plans_mistakes_and_goes_by_the_plan_before(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    world.load()
    workspace = Workspace(world.workspace.home)
    assert published(workspace, night.keep_plan(workspace), date(2024, 12, 30)) == ALL_WELL
    workspace.plan_file.write_text("[project\n", encoding="utf-8")
    assert published(workspace, night.keep_plan(workspace), date(2024, 12, 30)) == LEFT_OUT
    out, err = capsys.readouterr()
    assert out.count("Published as of 2024-12-30") == 2
    assert "plan.toml line 1" in err
