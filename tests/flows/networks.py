"""A network of three members for tests: one up to date, one late, one whose files are damaged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from flows.steps import night
from flows.steps.night import Published
from tests.conftest import World, meta, new_world, post
from tests.flows.published import DAY, publish

EARLIER = date(2024, 12, 20)
THEATRE = 'theatre <script>alert(1)</script>" រោងមហោស្រព'
"""What the one is called whose files are damaged: nothing of it may be more than text on a page."""


@dataclass(frozen=True)
class Network:
    """The secretariat's workspace after its night, what that told, and the member that is up to date."""

    home: World
    radio: World
    published: Published

    def table(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(self.home.workspace.published / "network" / f"{name}.parquet")


def three_members(root: Path) -> Network:
    """The members' nights, then the secretariat's with its report."""
    members = {name: new_world(root / name) for name in ("radio", "press", "theatre")}
    for number, (world, day) in enumerate(zip(members.values(), (DAY, EARLIER, DAY), strict=True), 1):
        world.drop("2024-12-01/a.csv", meta(post(number, Views=10 * number, Reach=number)))
        publish(world.workspace, day)
    damaged = members["theatre"].workspace.published
    folder = json.loads((damaged / "manifest.json").read_bytes())["night"]
    (damaged / folder / "parquet" / "post_totals.parquet").write_bytes(b"PAR1 no more")
    home = new_world(root / "secretariat")
    days = (night.today("Asia/Phnom_Penh") - DAY).days
    (home.workspace.home / "reach.toml").write_text(
        "".join(
            f'[[member]]\nname = "{name}"\npublished = "../../{name}/workspace/published"\n'
            f'link = "https://{name}.example/"\ndays = {days}\n'
            for name in members
        )
    )
    settings = home.workspace.home / "reach.toml"
    settings.write_text(settings.read_text().replace('name = "theatre"', f"name = '{THEATRE}'"), encoding="utf-8")
    good = night.keep_plan(home.workspace)
    night.load(home.workspace, "Asia/Phnom_Penh")
    computed = night.compute(home.workspace, good, DAY)
    report = night.report(home.workspace, computed)
    assert report.problems == ()
    return Network(home, members["radio"], night.release(home.workspace, computed, report))
