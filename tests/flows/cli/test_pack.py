"""A figure's pack: what an auditor can check with nothing but Python."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest

from flows.cli import pack
from flows.steps import night
from flows.steps.settings import Workspace
from tests.conftest import CAMPAIGN, PAGE, World, meta, post, sheet
from tests.warehouse.publish.report.forum import full
from warehouse.evidence import readings_behind


def packed(workspace: Workspace, folder: Path, campaign: str, metric: str) -> tuple[Path, list[str]]:
    """A pack, unpacked into a folder of its own, and what was missing from it."""
    night.receive(workspace)
    good = night.read_plan(workspace)
    night.load(workspace, good.plan.project.timezone)
    state = night.read_state(workspace, good, date(2024, 12, 30))
    evidence = readings_behind.figure_evidence(state, campaign, metric)
    missing = pack.write(folder / "pack.zip", evidence, state, workspace, good.text)
    with zipfile.ZipFile(folder / "pack.zip") as zip_file:
        zip_file.extractall(folder / "pack")
    return folder / "pack", missing


def verified(folder: Path) -> subprocess.CompletedProcess[str]:
    """The pack's own check, by a Python that has no packages and knows nothing of Reach."""
    command = [sys.executable, "-I", "-S", str(folder / "verify.py")]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd="/", env={"PYTHONUTF8": "1"})


@pytest.mark.parametrize("metric", ["views", "watch_seconds", "engagements", "reach", "posts", "short-listed"])
def test_a_pack_of_the_sample_is_verified_with_the_standard_library_alone(
    published: Workspace, tmp_path: Path, metric: str
) -> None:
    folder, missing = packed(published, tmp_path, "iduai-2024", metric)
    check = verified(folder)
    assert (check.stdout, check.returncode, missing) == ("Everything holds.\n", 0, [])


def test_a_pack_holds_the_workbook_in_which_somebody_decided_on_a_post(world: World, tmp_path: Path) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10), post(2, Views=7, Description="Lunch")))
    decided = f"post,campaign\nfacebook:{PAGE}_122158000000000002,forum\n".encode()
    world.drop("reach.csv", decided)
    folder, missing = packed(world.workspace, tmp_path, "forum", "views")
    assert (verified(folder).stdout, missing) == ("Everything holds.\n", [])
    assert [file.read_bytes() for file in folder.glob("files/*/reach.csv")] == [decided]
    told = json.loads((folder / "figure.json").read_bytes())["decisions"]
    assert [sentence.partition(":")[2].partition(",")[0] for sentence in told] == [
        f"{PAGE}_122158000000000002 counts in forum: decided in reach.csv"
    ]


def test_a_pack_of_participants_holds_no_list_of_people_and_none_of_their_names(world: World, tmp_path: Path) -> None:
    people = "Name (Original Name),User Email,Join Time,Guest\nXanthippe,x@partner.example,09/27/2024 09:00:00 AM,Yes\n"
    world.drop("forum.csv", people)
    world.plan(CAMPAIGN.replace("match = ", 'match = [{ text = ["forum"] }] #'))
    folder, missing = packed(world.workspace, tmp_path, "forum", "participants")
    assert (verified(folder).stdout, missing) == ("Everything holds.\n", [])
    assert not [path for path in folder.rglob("*") if path.is_file() and b"anthippe" in path.read_bytes()]
    assert json.loads((folder / "figure.json").read_bytes())["figure"] == 1
    (source,) = json.loads((folder / "sources.json").read_bytes())
    assert source["kept_back"] == "it lists people by name, and stays in the archive"


def test_a_pack_of_what_ads_cost_proves_each_row_with_the_titles_of_its_file(world: World, tmp_path: Path) -> None:
    world.plan(CAMPAIGN + 'ads = ["Vlogs"]\n')
    head = "Campaign name,Amount spent (USD),Reporting starts,Reporting ends\n"
    world.drop("2024-11-01/a.csv", head + "Total,12.75,2024-10-01,2024-10-31\nVlogs,10.25,2024-10-01,2024-10-15\n"
                                          "Vlogs,2.5,2024-10-16,2024-10-31\n")  # fmt: skip
    folder, missing = packed(world.workspace, tmp_path, "forum", "spend")
    assert (verified(folder).stdout, missing) == ("Everything holds.\n", [])
    assert json.loads((folder / "figure.json").read_bytes())["figure"] == 12.75
    proofs = json.loads((folder / "proofs.json").read_bytes())
    assert [proof["cells"][1] for proof in proofs] == [["Amount spent (USD)", "10.25"], ["Amount spent (USD)", "2.5"]]


def test_a_pack_whose_file_figure_or_line_was_changed_does_not_hold(world: World, tmp_path: Path) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10), post(2, Views=7)))
    folder, _ = packed(world.workspace, tmp_path, "forum", "views")
    assert verified(folder).returncode == 0
    for name, was, now in (
        ("lines.csv", b",10,", b",11,"),
        ("figure.json", b'"figure": 17', b'"figure": 18'),
        ("proofs.json", b'"10"', b'"12"'),
    ):
        whole = (folder / name).read_bytes()
        assert was in whole, name
        (folder / name).write_bytes(whole.replace(was, now, 1))
        check = verified(folder)
        assert check.returncode == 1
        assert f"{name} was changed" in check.stdout
        (folder / name).write_bytes(whole)


def test_what_is_proven_must_stand_in_the_original(world: World, tmp_path: Path) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    folder, _ = packed(world.workspace, tmp_path, "forum", "views")
    (folder / "proofs.json").write_text((folder / "proofs.json").read_text().replace("Post 1 #forum", "Post 9 #forum"))
    assert "Description does not say 'Post 9 #forum'" in verified(folder).stdout


def test_the_same_figure_makes_the_same_pack(world: World, tmp_path: Path) -> None:
    row = {"no": 1, "platform": "facebook", "account": "A", "title": "x #forum", "published": "2024-09-03"}
    world.drop("2024-10-01/s.csv", sheet({**row, "views": 100}))
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    packed(world.workspace, tmp_path / "one", "forum", "views")
    packed(world.workspace, tmp_path / "two", "forum", "views")
    assert (tmp_path / "one" / "pack.zip").read_bytes() == (tmp_path / "two" / "pack.zip").read_bytes()


def test_documents_of_the_indicators_that_a_figure_counts_towards_lie_in_its_pack(world: World, tmp_path: Path) -> None:
    world.plan(
        CAMPAIGN + '[[indicator]]\nid = "1-a"\nname = "Views"\nof = "campaign:forum"\nmetric = "views"\n'
        '[[indicator]]\nid = "1-b"\nname = "Likes"\nof = "campaign:forum"\nmetric = "likes"\n'
    )
    world.drop("2024-11-01/a.csv", meta(full(1)))
    for indicator in ("1-a", "1-b"):
        world.drop(f"documents/{indicator}/list.pdf", f"%PDF of {indicator}")
    folder, missing = packed(world.workspace, tmp_path, "forum", "views")
    (document,) = (folder / "documents").rglob("*.pdf")
    assert document.parent.name == "1-a"
    assert document.read_bytes() == b"%PDF of 1-a"
    assert missing == []


def test_a_document_that_lists_people_is_kept_back_from_the_pack(world: World, tmp_path: Path) -> None:
    world.plan(CAMPAIGN + '[[indicator]]\nid = "1-a"\nname = "Views"\nof = "campaign:forum"\nmetric = "views"\n')
    world.drop("2024-11-01/a.csv", meta(full(1)))
    world.drop("documents/1-a/list.csv", "Name,Sex,Date\nXanthippe,F,27/09/2024\n")
    world.drop("documents/1-a/costs.csv", "What,Cost\nRoom,20\n")
    folder, missing = packed(world.workspace, tmp_path, "forum", "views")
    assert (verified(folder).stdout, missing) == ("Everything holds.\n", [])
    assert [path.name.partition("-")[2] for path in (folder / "documents").rglob("*.csv")] == ["costs.csv"]
    assert not [path for path in folder.rglob("*") if path.is_file() and b"anthippe" in path.read_bytes()]
    kept_back = [one["path"] for one in json.loads((folder / "sources.json").read_bytes()) if "kept_back" in one]
    assert kept_back == ["documents/1-a/list.csv"]
