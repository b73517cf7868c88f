"""The history knows how far it follows the archive, and a change that was cut short leaves it without that."""

from __future__ import annotations

from datetime import datetime

import pytest

from flows.steps import night
from tests.conftest import World, meta, post
from warehouse.archive.withdrawals import Target
from warehouse.history import catching_up, following, suspect_files
from warehouse.history.store import CUT_SHORT, Followed, Outdated, open_store


@pytest.fixture
def loaded(world: World) -> World:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    world.load()
    return world


def is_behind(world: World) -> bool:
    with open_store(world.workspace.warehouse_file, is_any_version=True) as store:
        return catching_up.is_behind(store, world.workspace.archive)


def test_only_what_the_history_follows_puts_it_behind(loaded: World) -> None:
    archive = loaded.workspace.archive
    assert not is_behind(loaded)
    archive.keep_plan(b"another", datetime(2024, 12, 30))
    assert not is_behind(loaded)
    archive.withdraw(Target("2024-10-01/a.csv", None), "wrong", "me", datetime(2024, 12, 30))
    assert is_behind(loaded)
    with open_store(loaded.workspace.warehouse_file) as store:
        following.follow_withdrawals(store, archive)
    assert not is_behind(loaded)


def test_a_withdrawal_that_is_followed_does_not_hide_a_file_that_is_not(loaded: World) -> None:
    loaded.drop("2024-10-01/b.csv", meta(post(2, Views=10)))
    night.receive(loaded.workspace)
    loaded.workspace.archive.withdraw(Target("2024-10-01/a.csv", None), "wrong", "me", datetime(2024, 12, 30))
    with open_store(loaded.workspace.warehouse_file) as store:
        following.follow_withdrawals(store, loaded.workspace.archive)
    assert is_behind(loaded)


def test_a_line_that_a_crash_cut_short_and_one_of_its_length_in_its_place_are_told_apart(loaded: World) -> None:
    log = loaded.workspace.archive.folder / "events.jsonl"
    whole = log.read_bytes()
    loaded.drop("2024-10-01/b.csv", meta(post(2, Views=10)))
    night.receive(loaded.workspace)
    further = log.read_bytes()
    log.write_bytes(whole + b"x" * (len(further) - len(whole)))
    night.load(loaded.workspace, "Asia/Phnom_Penh")
    log.write_bytes(further)
    assert is_behind(loaded)


def test_a_change_that_is_cut_short_leaves_a_history_that_nobody_is_shown_and_that_is_judged_again(
    loaded: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    loaded.drop("2024-10-01/b.csv", meta(post(2, Views=10)))
    with monkeypatch.context() as patched:
        patched.setattr(suspect_files, "find", dies)
        with pytest.raises(KeyboardInterrupt):
            loaded.load()
    with pytest.raises(Outdated, match=CUT_SHORT[:30]), open_store(loaded.workspace.warehouse_file):
        pass
    judged = list[object]()
    find = suspect_files.find
    with monkeypatch.context() as patched:
        patched.setattr(suspect_files, "find", lambda *given: judged.append(given) or find(*given))
        loaded.load()  # nothing is left to be read
    assert len(judged) == 1
    with open_store(loaded.workspace.warehouse_file, read_only=True) as store:
        assert store.followed() == Followed(2, loaded.workspace.archive.end().bytes)
