"""What ``reach doctor`` shows, and the status that it ends with."""

from __future__ import annotations

import json

from tests.conftest import World, meta, post
from tests.flows.cli.typed import reach


def test_findings_are_a_table_or_data_and_the_status_tells_whether_all_is_well(world: World) -> None:
    home = world.workspace.home
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    world.load()
    world.workspace.archive.folder.chmod(0o700)
    world.workspace.warehouse_file.unlink()
    world.workspace.archive.keep(b"of a run that died")
    looked = reach("doctor", "--home", home)
    assert (looked.returncode, "Nothing in the log names archive/blobs" in looked.stdout) == (1, True)
    as_data = reach("doctor", "--home", home, "--format", "json")
    parts = [(one["part"], one["what_to_do"]) for one in json.loads(as_data.stdout)]
    assert (as_data.returncode, parts) == (
        1,
        [("blob", "reach doctor --repair"), ("warehouse", "reach doctor --repair")],
    )
    repaired = reach("doctor", "--home", home, "--repair")
    assert (repaired.returncode, repaired.stdout.count("mended"), "All is well now." in repaired.stdout) == (0, 2, True)
    well = reach("doctor", "--home", home, "--format", "json")
    assert (well.returncode, well.stdout.strip()) == (0, "[]")


def test_what_is_no_workspace_is_wrong_usage(world: World) -> None:
    (world.workspace.home / "plan.toml").unlink()
    assert reach("doctor", "--home", world.workspace.home).returncode == 2
