"""A file whose figures cannot be of its day is kept and not used."""

from __future__ import annotations

from flows.steps.withdrawal import withdraw
from tests.conftest import World, meta, post


def test_a_file_dated_wrong_is_kept_and_not_used(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(*(post(n, Views=1000) for n in range(1, 7))))
    world.drop("2024-10-02/b.csv", meta(*(post(n, Views=100) for n in range(1, 7))))
    assert "dated wrong" in world.load().problems[0]
    assert world.campaign()["views"] == 6000


def test_a_withdrawn_file_doubts_no_other(world: World) -> None:
    rows = [post(n, Views=1000) for n in range(1, 7)]
    world.drop("2024-10-01/wrong.csv", meta(*rows))
    world.drop("2024-10-02/right.csv", meta(*(r | {"Views": 10} for r in rows)))
    assert world.campaign()["views"] == 6000
    withdraw(world.workspace, "wrong.csv", "another page's", "Dara")
    assert world.campaign()["views"] == 60
