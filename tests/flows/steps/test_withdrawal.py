"""A withdrawn file is out of every figure and comes back in. docs/rules.md: Loading twice changes nothing."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from flows.steps import night
from flows.steps.settings import SettingsError
from flows.steps.withdrawal import named_loads, withdraw
from tests.conftest import World, at_noon_of, known_on, meta, post, sheet


def test_a_withdrawn_file_is_out_of_every_figure_and_comes_back_in(world: World) -> None:
    world.drop("2024-10-01/right.csv", meta(post(1, Views=10)))
    world.drop("2024-10-02/wrong.csv", meta(post(1, Views=100), post(2, Views=7)))
    assert world.campaign()["views"] == 107
    text = withdraw(world.workspace, "2024-10-02/wrong.csv", "another page's", "Dara")
    assert text == "2024-10-02/wrong.csv (2 rows) is out of every figure."
    assert (world.campaign()["posts"], world.campaign()["views"]) == (1, 10)
    night.rebuild(world.workspace, "Asia/Phnom_Penh")
    assert world.campaign()["views"] == 10
    problem = dict(world.table("source_files").select("path", "problem").rows())["2024-10-02/wrong.csv"]
    assert "withdrawn by Dara on" in problem
    assert "another page's" in problem
    withdraw(world.workspace, "wrong.csv", "it was right", "Dara", is_undone=True)
    assert world.campaign()["views"] == 107


def test_withdrawing_is_known_from_the_day_on_which_it_was_done(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    at_noon_of(world, monkeypatch, "2024-10-02")
    monkeypatch.setattr(night, "now", lambda: datetime(2024, 11, 2, 5))
    withdraw(world.workspace, "a.csv", "a test", "Dara")
    assert (known_on(world, "2024-11-01")["posts"], known_on(world, "2024-11-02")["posts"]) == (1, 0)


def test_a_typed_tenfold_figure_is_withdrawn_with_its_version_of_the_sheet(world: World) -> None:
    row = {"no": 1, "platform": "facebook", "account": "A", "title": "x #forum", "published": "2024-09-03"}
    world.drop("2024-10-01/s.csv", sheet({**row, "views": 100}))
    world.load()
    world.drop("2024-10-01/s.csv", sheet({**row, "views": 1000}), modified="2024-10-01T13:00")
    assert world.campaign()["views"] == 1000
    text = withdraw(world.workspace, "2024-10-01/s.csv", "a zero too many", "Dara")
    assert world.campaign()["views"] == 100
    assert "Another version of it, which came in on" in text
    load_id = text.partition("reach withdraw ")[2].split(" ")[0]
    assert withdraw(world.workspace, load_id, "wrong, too", "Dara").endswith(" is out of every figure.")
    assert world.campaign()["posts"] == 0


def test_what_cannot_be_withdrawn_is_said(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    world.drop("2024-10-02/a.csv", meta(post(1, Views=11)))
    world.load()
    for name, problem in (("a.csv", "2024-10-01/a.csv, 2024-10-02/a.csv"), ("b.csv", "Nothing that was loaded")):
        with pytest.raises(SettingsError, match=problem):
            withdraw(world.workspace, name, "a test", "Dara")
    with pytest.raises(SettingsError, match="nothing to put back in"):
        withdraw(world.workspace, "2024-10-01/a.csv", "a test", "Dara", is_undone=True)


@pytest.mark.parametrize("name", ["caf\udce9.csv", "two\nlines.csv", "back\\slash.csv", "plain.csv"])
def test_a_file_is_meant_by_its_name_and_by_the_name_that_is_shown(world: World, name: str) -> None:
    world.drop(f"sub/{name}", meta(post(1, Views=10)))
    (path,) = world.load().files["path"]
    loads = pl.DataFrame({"load_id": ["1"], "path": [path], "sha256": ["x"], "received_at": [1], "modified_at": [1]})
    whole = f"{world.workspace.inbox.resolve()}/sub/{name}"
    for spelled in (path, f"sub/{name}", name, f"./sub/{name}", f"inbox/sub/{name}", whole, path.split("/")[1]):
        assert named_loads(loads, spelled, world.workspace).height == 1
    with pytest.raises(SettingsError, match="Nothing that was loaded is called"):
        named_loads(loads, f"other-{name}", world.workspace)
